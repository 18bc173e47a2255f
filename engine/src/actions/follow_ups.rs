//! What is to be done about a ticket at a time: it comes to whoever does it, so that nobody has to watch a ticket.

use std::collections::{HashMap, hash_map::Entry};

use bellhop_domain::{
    actor::Actor,
    desk::Desk,
    id::{AgentId, ConversationId, FollowUpId, TicketId},
    reference::{End, FollowUp, Outcome},
    ticket::Ticket,
    timeline::TimelineKind,
    why::Why,
};
use bellhop_store::{
    Cursor, Page,
    follow_ups::{Listed, Whose},
    timers::NewTimer,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{
    ActionError, TRIES,
    lookup::{person, working_agent},
    messages::check_text,
    references::family,
    require,
    tickets::{current_conversation, happened, load, merging::refuse_merged},
};
use crate::{
    caller::{Caller, Permission},
    clock::fresh_id,
    decision::{CommitError, Decision},
    engine::Engine,
    scheduler::FOLLOW_UP,
};

/// Characters of what is to be done.
const LONGEST: usize = 500;
/// What may be open about one ticket.
const MOST: usize = 50;
/// What comes later than this after its time says so.
const LATE: TimeDelta = TimeDelta::minutes(10);
const NO_FOLLOW_UP: ActionError = ActionError::NotFound { what: "follow-up" };

/// Something to be done.
#[derive(Clone, PartialEq, Eq)]
pub struct NewFollowUp {
    /// What, in light Markdown.
    pub text: String,
    /// When it comes to whoever does it.
    pub due_at: DateTime<Utc>,
    /// Key, id or mail address of the agent who does it; whoever sets it, else the ticket's owner, when absent.
    pub owner: Option<String>,
}

/// Sets something to be done about a ticket.
///
/// # Errors
/// `Invalid` for a time that has passed, too many words, or somebody who does not work here.
pub async fn set(engine: &Engine, caller: &Caller, number: i64, new: &NewFollowUp) -> Result<FollowUp, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let text = check_text(&new.text, false)?;
    if text.chars().count() > LONGEST {
        return Err(ActionError::invalid("text", Why::new("why-too-long").count("length", text.chars().count()).count("most", LONGEST)));
    }
    let ticket = load(engine, number).await?;
    refuse_merged(&ticket)?;
    let now = engine.now();
    check_to_come(new.due_at, now)?;
    let open = engine.reader().follow_ups_of_ticket(ticket.id).await?;
    if open.iter().filter(|it| it.end.is_none()).count() >= MOST {
        return Err(ActionError::not_now(Why::new("why-too-many").count("most", MOST)));
    }
    let desk = engine.desk();
    let owner = match &new.owner {
        Some(name) => Some(working_agent(&desk, name)?.id),
        None => person(&desk, &caller.actor).or(ticket.owner),
    };
    let follow_up = FollowUp {
        id: FollowUpId(fresh_id()),
        version: 0,
        ticket: ticket.id,
        text,
        failure: None,
        due_at: new.due_at,
        owner,
        reference: None,
        conversation: None,
        told_at: None,
        end: None,
        created_at: now,
        updated_at: now,
    };
    let mut decision = Decision::by(caller);
    put(engine, &ticket, follow_up.clone(), "set", &caller.actor, &mut decision, now);
    decision.commit(engine).await?;
    Ok(FollowUp { version: 1, ..follow_up })
}

/// Puts it off, or brings it forward; it comes once more at its new time.
///
/// # Errors
/// `Invalid` for a time that has passed; `NotNow` when it has ended.
pub async fn put_off(engine: &Engine, caller: &Caller, id: FollowUpId, due_at: DateTime<Utc>) -> Result<FollowUp, ActionError> {
    check_to_come(due_at, engine.now())?;
    change(engine, caller, id, "put_off", |before| match before.end {
        Some(_) => Err(ActionError::not_now(Why::new("why-follow-up-ended"))),
        None if before.due_at == due_at => Ok(None),
        None => Ok(Some(FollowUp { due_at, told_at: None, ..before.clone() })),
    })
    .await
}

/// Says that it is done, or not needed; what has ended stays as it ended.
///
/// # Errors
/// `NotFound` when there is no such thing.
pub async fn finish(engine: &Engine, caller: &Caller, id: FollowUpId, how: Outcome) -> Result<FollowUp, ActionError> {
    let now = engine.now();
    change(engine, caller, id, how.as_str(), |before| {
        Ok(before.end.is_none().then(|| FollowUp { end: Some(End { how, at: now }), ..before.clone() }))
    })
    .await
}

/// One of them.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn get(engine: &Engine, caller: &Caller, id: FollowUpId) -> Result<FollowUp, ActionError> {
    require(caller, Permission::ReadTickets)?;
    engine.reader().follow_up(id).await?.ok_or(NO_FOLLOW_UP)
}

/// What is to be done about a ticket and those that were merged into it, and what was.
///
/// # Errors
/// `NotFound` when there is no such ticket.
pub async fn of_ticket(engine: &Engine, caller: &Caller, number: i64) -> Result<Vec<FollowUp>, ActionError> {
    require(caller, Permission::ReadTickets)?;
    let mut all = Vec::new();
    for id in family(engine, &load(engine, number).await?).await? {
        all.extend(engine.reader().follow_ups_of_ticket(id).await?);
    }
    all.sort_by_key(|it| (it.end.is_some(), it.due_at));
    Ok(all)
}

/// What an agent has to do, with what nobody has in their departments, or what is open for everybody; with `until`, what is due then.
///
/// # Errors
/// When the database cannot be read.
pub async fn open(
    engine: &Engine,
    caller: &Caller,
    agent: Option<AgentId>,
    until: Option<DateTime<Utc>>,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<Page<Listed>, ActionError> {
    require(caller, Permission::ReadTickets)?;
    let desk = engine.desk();
    let whose = match agent {
        Some(id) => Whose::Agent(id, desk.agent(id).map(|agent| agent.departments.as_slice()).unwrap_or_default()),
        None => Whose::Everybodys,
    };
    Ok(engine.reader().open_follow_ups(whose, until, cursor, limit).await?)
}

/// Whose it is: whoever was named, else whoever has the ticket, as far as they work here; else the head of its department; else the department's.
pub(crate) fn whose(desk: &Desk, follow_up: &FollowUp, ticket: &Ticket) -> Option<AgentId> {
    let working = |id: AgentId| desk.agent(id).filter(|agent| !agent.disabled).map(|agent| agent.id);
    let head = || desk.agents.get(desk.departments.get(ticket.department.as_ref()?)?.head.as_ref()?).and_then(|head| working(head.id));
    follow_up.owner.and_then(working).or_else(|| ticket.owner.and_then(working)).or_else(head)
}

/// They are due: from now on they are shown to whoever does them, wherever they work. All in one transaction, for many may be due at once. False: there is nothing
/// to do any more.
pub(crate) async fn come_due(engine: &Engine, event: i64, ids: &[FollowUpId]) -> Result<bool, ActionError> {
    let now = engine.now();
    let mut decision = Decision { events: vec![event], ..Decision::default() };
    let mut tickets: HashMap<TicketId, Option<About>> = HashMap::new();
    for before in engine.reader().follow_ups(ids).await?.into_iter().filter(|it| it.end.is_none() && it.told_at.is_none()) {
        let about = match tickets.entry(before.ticket) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(About::of(engine, before.ticket).await?),
        };
        if let Some(about) = about {
            decide(engine, before, about, &mut decision, now);
        }
    }
    if decision.todos.is_empty() && decision.timers.is_empty() {
        return Ok(false);
    }
    let told = decision.todos.iter().filter(|it| it.told_at.is_some()).count();
    decision.commit(engine).await?;
    metrics::counter!("bellhop_follow_ups_due_total").increment(told as u64);
    Ok(true)
}

/// What is to be done is about this.
struct About {
    /// As it goes on, where it was merged into another.
    ticket: Ticket,
    conversation: Option<ConversationId>,
}

impl About {
    async fn of(engine: &Engine, id: TicketId) -> Result<Option<Self>, ActionError> {
        let Some(ticket) = engine.reader().ticket_by_id(id).await? else { return Ok(None) };
        let ticket = engine.reader().ticket_going_on(ticket).await?;
        let conversation = current_conversation(engine, &ticket).await?.map(|conversation| conversation.id);
        Ok(Some(Self { ticket, conversation }))
    }
}

/// What becomes of one whose timer has fired.
fn decide(engine: &Engine, before: FollowUp, about: &About, decision: &mut Decision, now: DateTime<Utc>) {
    let About { ticket, conversation } = about;
    if before.due_at > now {
        // It was put off, or a clock was turned back meanwhile.
        decision.timers.push(timer(&before, ticket));
    } else if ticket.withdrawn_at.is_some() {
        let ended = FollowUp { end: Some(End { how: Outcome::Cancelled, at: now }), updated_at: now, ..before };
        put(engine, ticket, ended, Outcome::Cancelled.as_str(), &Actor::System, decision, now);
    } else {
        let owner = whose(&engine.desk(), &before, ticket);
        let due = FollowUp { told_at: Some(now), owner, conversation: conversation.or(before.conversation), updated_at: now, ..before };
        put(engine, ticket, due, "due", &Actor::System, decision, now);
    }
}

/// Puts something to be done into a decision, with its line in the timeline and, while it is to come, its timer.
pub(super) fn put(engine: &Engine, ticket: &Ticket, follow_up: FollowUp, step: &str, actor: &Actor, decision: &mut Decision, now: DateTime<Utc>) {
    let agent = follow_up.owner.and_then(|id| engine.desk().agent(id).map(|agent| agent.key.clone()));
    let mut details =
        json!({ "step": step, "follow_up": follow_up.id, "due_at": follow_up.due_at, "agent": agent, "reference": follow_up.reference });
    if step == "due" && now - follow_up.due_at > LATE {
        details["late"] = true.into();
    }
    decision.timeline.push(happened(ticket, actor, TimelineKind::FollowUp, details, now));
    decision.touched.push(ticket.id);
    decision.signalled.extend(follow_up.conversation);
    if follow_up.end.is_none() && follow_up.told_at.is_none() {
        decision.timers.push(timer(&follow_up, ticket));
    }
    decision.todos.push(follow_up);
}

/// One timer for each: putting it off moves it.
fn timer(follow_up: &FollowUp, ticket: &Ticket) -> NewTimer {
    NewTimer {
        key: format!("{FOLLOW_UP}:{}", follow_up.id),
        kind: FOLLOW_UP.to_owned(),
        conversation: ticket.conversations.first().copied(),
        due_at: follow_up.due_at,
        payload: json!({ "follow_up": follow_up.id }),
    }
}

/// Changes one of them, where there is something to change.
async fn change(
    engine: &Engine,
    caller: &Caller,
    id: FollowUpId,
    step: &str,
    to: impl Fn(&FollowUp) -> Result<Option<FollowUp>, ActionError>,
) -> Result<FollowUp, ActionError> {
    require(caller, Permission::HandleTickets)?;
    for _ in 0..TRIES {
        let before = engine.reader().follow_up(id).await?.ok_or(NO_FOLLOW_UP)?;
        let Some(after) = to(&before)? else { return Ok(before) };
        let ticket = engine.reader().ticket_by_id(before.ticket).await?.ok_or(NO_FOLLOW_UP)?;
        let now = engine.now();
        let after = FollowUp { updated_at: now, ..after };
        let mut decision = Decision::by(caller);
        put(engine, &ticket, after.clone(), step, &caller.actor, &mut decision, now);
        match decision.commit(engine).await {
            Ok(()) => return Ok(FollowUp { version: after.version + 1, ..after }),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

fn check_to_come(at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), ActionError> {
    if at > now { Ok(()) } else { Err(ActionError::invalid("due_at", Why::new("why-not-to-come"))) }
}

#[cfg(test)]
mod tests;
