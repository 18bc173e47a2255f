//! Incidents: one ticket for what many report, whose solution answers them all.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_domain::{
    actor::Actor,
    localised::base_language,
    template::Around,
    ticket::{Move, Relation, Ticket, TicketLink, TicketStatus, number_text},
    timeline::TimelineKind,
    why::Why,
};
use bellhop_store::inbox::NewEvent;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{
    TICKETS, changes, current_conversation, happened, linking, load, load_contact, merging::refuse_merged, tell_of_changes, tell_with_answer,
};
use crate::{
    actions::{ActionError, Problem, TRIES, messages::check_text, require},
    caller::{Caller, Permission},
    clock::fresh_id,
    decision::{CommitError, Decision},
    engine::Engine,
    lanes::lane_of,
    worker::internal::Internal,
};

/// Children that are attached at once.
const MOST_AT_ONCE: usize = 500;

/// Makes a ticket an incident, and attaches children to it; those that are attached already stay.
///
/// # Errors
/// `Invalid` with the place of each child that cannot be attached, and then none is; `NotNow` when the incident is solved already.
pub async fn declare(engine: &Engine, caller: &Caller, number: i64, children: &[i64]) -> Result<Ticket, ActionError> {
    require(caller, Permission::HandleTickets)?;
    if children.len() > MOST_AT_ONCE {
        return Err(ActionError::invalid("children", Why::new("why-too-many").count("most", MOST_AT_ONCE)));
    }
    for _ in 0..TRIES {
        let before = load(engine, number).await?;
        refuse_merged(&before)?;
        if !before.status.is_open() {
            return Err(ActionError::not_now(Why::new("why-incident-solved").with("ticket", number_text(number))));
        }
        let now = engine.now();
        let mut decision = Decision::by(caller);
        let mut ticket = before.clone();
        if !ticket.incident {
            ticket.incident = true;
            decision.timeline.push(happened(&ticket, &caller.actor, TimelineKind::Changed, json!({ "incident": true }), now));
        }
        attach(engine, &ticket, children, &caller.actor, &mut decision, now).await?;
        if ticket == before && decision.new_links.is_empty() {
            return Ok(before);
        }
        // Whoever solves it at the same time has to see the new ones.
        ticket.updated_at = now;
        decision.tickets.push(ticket.clone());
        match decision.commit(engine).await {
            Ok(()) => return Ok(Ticket { version: ticket.version + 1, ..ticket }),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// Says that a ticket stands for itself alone again; its children stay its children.
///
/// # Errors
/// When there is no such ticket.
pub async fn revoke(engine: &Engine, caller: &Caller, number: i64) -> Result<Ticket, ActionError> {
    require(caller, Permission::HandleTickets)?;
    for _ in 0..TRIES {
        let mut ticket = load(engine, number).await?;
        if !ticket.incident {
            return Ok(ticket);
        }
        let now = engine.now();
        (ticket.incident, ticket.updated_at) = (false, now);
        let mut decision = Decision { tickets: vec![ticket.clone()], ..Decision::by(caller) };
        decision.timeline.push(happened(&ticket, &caller.actor, TimelineKind::Changed, json!({ "incident": false }), now));
        match decision.commit(engine).await {
            Ok(()) => return Ok(Ticket { version: ticket.version + 1, ..ticket }),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// Solves an incident: it and every open child are resolved, and each customer is answered once, in their language as far as there are words in it.
///
/// # Errors
/// `NotNow` when it is no incident or solved already; `Invalid` without words.
pub async fn solve(engine: &Engine, caller: &Caller, number: i64, answer: &BTreeMap<String, String>) -> Result<Ticket, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let mut words = BTreeMap::new();
    for (language, text) in answer {
        crate::actions::lookup::check_language(&format!("answer.{language}"), language)?;
        let place = |error| match error {
            ActionError::Invalid { problems } => ActionError::Invalid {
                problems: problems.into_iter().map(|problem| Problem { field: format!("answer.{language}"), ..problem }).collect(),
            },
            error => error,
        };
        words.insert(language.clone(), check_text(text, false).map_err(place)?);
    }
    if words.is_empty() {
        return Err(ActionError::invalid("answer", Why::new("why-is-empty")));
    }
    for _ in 0..TRIES {
        let before = load(engine, number).await?;
        if !before.incident {
            return Err(ActionError::not_now(Why::new("why-no-incident").with("ticket", number_text(number))));
        }
        if !before.status.is_open() {
            return Err(ActionError::not_now(Why::new("why-incident-solved").with("ticket", number_text(number))));
        }
        let now = engine.now();
        let desk = engine.desk();
        let mut ticket = before.clone();
        let to = Move { status: Some(TicketStatus::Resolved), stage: None };
        let refused = |error: bellhop_domain::ticket::IllegalMove| ActionError::Invalid {
            problems: error.field_errors().into_iter().map(|error| Problem { field: error.field, message: error.message }).collect(),
        };
        let known = super::around(engine, &before).await?;
        let around = Around { desk: &desk, input: &known };
        ticket.move_to(to, desk.form_of(&before), Some(around), now).map_err(refused)?;
        ticket.updated_at = now;
        let mut decision = Decision::by(caller);
        decision.timeline = changes::timeline(&desk, &before, &ticket, &caller.actor, now);
        spread(engine, &ticket, &words, &mut decision, now).await?;
        let contact = load_contact(engine, ticket.contact).await?;
        let language = ticket.language.clone().or_else(|| contact.language.clone()).unwrap_or_default();
        let own = in_language(engine, &words, &language);
        tell_with_answer(engine, &before, &mut ticket, &contact, own, &mut decision, now).await?;
        decision.tickets.push(ticket.clone());
        match decision.commit(engine).await {
            Ok(()) => return Ok(Ticket { version: ticket.version + 1, ..ticket }),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// The languages of the customers of an incident's open children, its own first among them: the words for them are wanted.
///
/// # Errors
/// When there is no such ticket.
pub async fn languages(engine: &Engine, caller: &Caller, number: i64) -> Result<BTreeSet<String>, ActionError> {
    require(caller, Permission::ReadTickets)?;
    let ticket = load(engine, number).await?;
    let children = engine.reader().children_of_ticket(ticket.id).await?;
    let open = std::iter::once(&ticket).chain(&children).filter(|ticket| ticket.status.is_open());
    Ok(open.map(|ticket| ticket.language.clone().unwrap_or_else(|| engine.settings().language.clone())).collect())
}

/// What a person's change of a ticket means for incidents: solving one solves its children; a child that is opened again by hand leaves it.
pub(super) async fn moved(
    engine: &Engine,
    before: &Ticket,
    ticket: &Ticket,
    actor: &Actor,
    decision: &mut Decision,
    now: DateTime<Utc>,
) -> Result<(), ActionError> {
    if ticket.incident && before.status.is_open() && !ticket.status.is_open() {
        spread(engine, ticket, &BTreeMap::new(), decision, now).await?;
    }
    if !before.status.is_open()
        && ticket.status.is_open()
        && let Some(incident) = engine.reader().parent_of_ticket(ticket.id).await?.filter(|parent| parent.incident)
    {
        decision.ended_links.push(TicketLink::of(ticket.id, Relation::ChildOf, incident.id, now));
        decision.timeline.extend(linking::told(ticket, Relation::ChildOf, &incident, actor, TimelineKind::Unlinked, now));
    }
    Ok(())
}

/// Puts an event into the lane of every open child: each is resolved by itself, once, whatever happens between.
async fn spread(
    engine: &Engine,
    incident: &Ticket,
    answer: &BTreeMap<String, String>,
    decision: &mut Decision,
    now: DateTime<Utc>,
) -> Result<(), ActionError> {
    let solution = fresh_id();
    for child in engine.reader().children_of_ticket(incident.id).await?.into_iter().filter(|child| child.status.is_open()) {
        let (channel, lane) = match current_conversation(engine, &child).await? {
            Some(home) => (home.channel.clone(), lane_of(&home.channel, &home.external_thread)),
            None => (TICKETS.to_owned(), lane_of(TICKETS, &child.id.to_string())),
        };
        let body = Internal::IncidentSolved { ticket: child.id, incident: incident.number, answer: answer.clone() };
        let key = format!("incident:{solution}:{}", child.id);
        decision.follow_ups.push(NewEvent { channel, key, lane, body: body.to_json(), internal: true, received_at: now });
    }
    Ok(())
}

/// An incident was solved, and with it this child, if it still is one and still open.
pub(crate) async fn solved(
    engine: &Engine,
    event: i64,
    child: bellhop_domain::id::TicketId,
    incident: i64,
    answer: &BTreeMap<String, String>,
) -> Result<bool, ActionError> {
    let Some(before) = engine.reader().ticket_by_id(child).await? else { return Ok(false) };
    let parent = engine.reader().parent_of_ticket(before.id).await?;
    if !before.status.is_open() || before.withdrawn_at.is_some() || parent.is_none_or(|parent| parent.number != incident) {
        return Ok(false);
    }
    let now = engine.now();
    let mut ticket = before.clone();
    // What its own form still lacks is no reason to leave a customer without the answer.
    let moved = ticket.move_to(Move { status: Some(TicketStatus::Resolved), stage: None }, None, None, now);
    moved.map_err(|error| ActionError::not_now(error.why()))?;
    let contact = load_contact(engine, ticket.contact).await?;
    let language = ticket.language.clone().or_else(|| contact.language.clone()).unwrap_or_default();
    let mut decision = Decision { events: vec![event], ..Decision::default() };
    let details = json!({ "status": { "from": before.status, "to": ticket.status }, "incident": number_text(incident) });
    decision.timeline.push(happened(&ticket, &Actor::System, TimelineKind::StatusChanged, details, now));
    match in_language(engine, answer, &language) {
        Some(words) => tell_with_answer(engine, &before, &mut ticket, &contact, Some(words), &mut decision, now).await?,
        None => tell_of_changes(engine, &before, &mut ticket, &contact, &mut decision, now).await?,
    }
    decision.tickets.push(ticket);
    decision.commit(engine).await?;
    Ok(true)
}

/// The words in a language, else in the installation's, else the first.
fn in_language<'a>(engine: &Engine, words: &'a BTreeMap<String, String>, language: &str) -> Option<&'a str> {
    let of = |wanted: &str| {
        let same = |tag: &&String| base_language(tag) == base_language(wanted);
        words.get(wanted).or_else(|| words.keys().find(same).and_then(|tag| words.get(tag)))
    };
    of(language).or_else(|| of(&engine.settings().language)).or_else(|| words.values().next()).map(String::as_str)
}

async fn attach(
    engine: &Engine,
    incident: &Ticket,
    children: &[i64],
    actor: &Actor,
    decision: &mut Decision,
    now: DateTime<Utc>,
) -> Result<(), ActionError> {
    let mut problems = Vec::new();
    let mut wanted = BTreeSet::new();
    for (index, number) in children.iter().enumerate().filter(|(_, number)| wanted.insert(**number)) {
        let place = format!("children[{index}]");
        let Some(child) = engine.reader().ticket(*number).await?.filter(|child| child.withdrawn_at.is_none() && child.id != incident.id) else {
            problems.push(Problem { field: place, message: Why::new("why-no-ticket").with("ticket", number_text(*number)) });
            continue;
        };
        let link = TicketLink::of(child.id, Relation::ChildOf, incident.id, now);
        match linking::check_tree(engine, &link, &child, incident).await {
            Ok(()) if engine.reader().parent_of_ticket(child.id).await?.is_some() => {}
            Ok(()) => {
                decision.timeline.extend(linking::told(&child, Relation::ChildOf, incident, actor, TimelineKind::Linked, now));
                decision.new_links.push(link);
            }
            Err(ActionError::NotNow(why)) => problems.push(Problem { field: place, message: why }),
            Err(error) => return Err(error),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(ActionError::Invalid { problems }) }
}

#[cfg(test)]
mod tests;
