//! What people do with a conversation: take it, pass it on, set it aside, close it.

mod starting;
mod transcript;
mod typing;

use bellhop_domain::{
    actor::Actor,
    conversation::{Conversation, ConversationStatus},
    dialogue::{Input, Phase},
    id::{AgentId, ConversationId, MessageId},
    message::ButtonAction,
    timeline::{TimelineEvent, TimelineKind},
    why::Why,
    words,
};
use bellhop_store::timers::NewTimer;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    ActionError, TRIES,
    lookup::{Changes, check_category, check_department, check_language, person, working_agent},
    messages::{self, Outgoing},
    require,
};
use crate::{
    bot,
    caller::{Caller, Permission},
    clock::fresh_id,
    decision::{CommitError, Decision},
    engine::Engine,
    scheduler::{HANDOFF_LIMIT, SNOOZE},
    settings::Settings,
    worker::HandleError,
};

pub use starting::{Start, start};
pub use transcript::transcript;
pub(crate) use typing::Signs;
pub use typing::typing;

/// Labels that one conversation may have.
const MOST_TAGS: usize = 50;
/// Characters that one label may have.
const LONGEST_TAG: usize = 64;

/// To whom a conversation goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assign {
    /// Key, id or mail address of an agent.
    pub agent: Option<String>,
    /// Key of a department.
    pub department: Option<String>,
    /// What whoever gets it should know; a note for colleagues.
    pub note: Option<String>,
}

/// What is to be changed of a conversation; what is absent stays, what is `Some(None)` is cleared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConversationPatch {
    /// Key of the category.
    pub category: Option<Option<String>>,
    /// Free labels, all of them.
    pub tags: Option<Vec<String>>,
    /// The language it is held in.
    pub language: Option<Option<String>>,
    /// Key of the department in whose queue it is.
    pub department: Option<Option<String>>,
}

/// Makes the conversation the caller's own; a program names the agent for whom it takes it, if any.
///
/// Taking it from a colleague is allowed; when two take it at the same moment, one is refused with [`ActionError::Conflict`].
pub async fn take(engine: &Engine, caller: &Caller, id: ConversationId, agent: Option<&str>) -> Result<Conversation, ActionError> {
    require(caller, Permission::HandleConversations)?;
    let desk = engine.desk();
    let person = match (agent, person(&desk, &caller.actor)) {
        (Some(wanted), _) => Some(working_agent(&desk, wanted)?.id),
        (None, person) => person,
    };
    give_to(engine, caller, id, person, None, None).await
}

/// Gives the conversation to an agent, or puts it into a department's queue.
pub async fn assign(engine: &Engine, caller: &Caller, id: ConversationId, to: &Assign) -> Result<Conversation, ActionError> {
    require(caller, Permission::HandleConversations)?;
    let desk = engine.desk();
    if let Some(department) = &to.department {
        check_department(&desk, "department", department)?;
    }
    let note = to.note.as_deref().map(|note| messages::check_text(note, false)).transpose()?;
    match (&to.agent, &to.department) {
        (Some(agent), department) => {
            let agent = working_agent(&desk, agent)?.id;
            give_to(engine, caller, id, Some(agent), department.clone(), note).await
        }
        (None, Some(department)) => queue(engine, caller, id, Some(department.clone()), note).await,
        (None, None) => Err(ActionError::invalid("agent", "name an agent or a department")),
    }
}

/// Puts the conversation into the queue, for whoever comes first; the bot is silent from then on.
pub async fn handoff(engine: &Engine, caller: &Caller, id: ConversationId, department: Option<String>) -> Result<Conversation, ActionError> {
    require(caller, Permission::HandleConversations)?;
    if let Some(department) = &department {
        check_department(&engine.desk(), "department", department)?;
    }
    queue(engine, caller, id, department, None).await
}

/// Resolves the conversation and tells the customer; once is enough.
pub async fn close(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<Conversation, ActionError> {
    require(caller, Permission::HandleConversations)?;
    let now = engine.now();
    change(engine, caller, id, None, |conversation, decision| {
        if conversation.status == ConversationStatus::Resolved {
            return Ok(false);
        }
        resolve(engine, caller, conversation, decision, now);
        Ok(true)
    })
    .await
}

/// Resolves the conversation within a decision, and tells the customer.
pub(super) fn resolve(engine: &Engine, caller: &Caller, conversation: &mut Conversation, decision: &mut Decision, now: DateTime<Utc>) {
    enter_status(decision, conversation, ConversationStatus::Resolved, &caller.actor, now, engine.settings());
    conversation.dialogue.phase = Phase::Listening;
    conversation.dialogue.offered = Vec::new();
    let language = language_of(conversation, engine.settings());
    let text = words::say(&language, "conversation-closed", &[]);
    let buttons = vec![(words::say(&language, "button-not-solved", &[]), ButtonAction::NotSolved)];
    messages::compose(engine, conversation, Actor::System, None, text, buttons, None, None, Vec::new(), decision, now);
}

/// Goes on with a resolved conversation.
pub async fn reopen(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<Conversation, ActionError> {
    require(caller, Permission::HandleConversations)?;
    let now = engine.now();
    let person = person(&engine.desk(), &caller.actor);
    change(engine, caller, id, None, |conversation, decision| {
        if conversation.status != ConversationStatus::Resolved {
            return Ok(false);
        }
        conversation.assignee = conversation.assignee.or(person);
        enter_status(decision, conversation, ConversationStatus::Open, &caller.actor, now, engine.settings());
        Ok(true)
    })
    .await
}

/// Sets the conversation aside until a time, or until the customer writes.
pub async fn snooze(engine: &Engine, caller: &Caller, id: ConversationId, until: DateTime<Utc>) -> Result<Conversation, ActionError> {
    require(caller, Permission::HandleConversations)?;
    let now = engine.now();
    if until <= now {
        return Err(ActionError::invalid("until", Why::new("why-in-the-past")));
    }
    if until - now > TimeDelta::days(366) {
        return Err(ActionError::invalid("until", Why::new("why-far-ahead")));
    }
    change(engine, caller, id, None, |conversation, decision| {
        if conversation.status == ConversationStatus::Resolved {
            return Err(ActionError::not_now(Why::new("why-resolved-snooze")));
        }
        conversation.snoozed_until = Some(until);
        enter_status(decision, conversation, ConversationStatus::Snoozed, &caller.actor, now, engine.settings());
        decision.cancel_bot_sends = true;
        Ok(true)
    })
    .await
}

/// Changes category, labels, language or department.
pub async fn patch(
    engine: &Engine,
    caller: &Caller,
    id: ConversationId,
    patch: &ConversationPatch,
    expected_version: Option<i64>,
) -> Result<Conversation, ActionError> {
    require(caller, Permission::HandleConversations)?;
    let desk = engine.desk();
    let now = engine.now();
    if let Some(Some(category)) = &patch.category {
        check_category(&desk, "category", category)?;
    }
    if let Some(Some(department)) = &patch.department {
        check_department(&desk, "department", department)?;
    }
    if let Some(Some(language)) = &patch.language {
        check_language("language", language)?;
    }
    let tags = patch.tags.as_deref().map(clean_tags).transpose()?;
    change(engine, caller, id, expected_version, |conversation, decision| {
        let mut changes = Changes::default();
        changes.set("category", &mut conversation.category, patch.category.as_ref());
        changes.set("language", &mut conversation.language, patch.language.as_ref());
        changes.set("department", &mut conversation.department, patch.department.as_ref());
        changes.set("tags", &mut conversation.tags, tags.as_ref());
        if changes.is_empty() {
            return Ok(false);
        }
        conversation.updated_at = now;
        decision.timeline.push(happened(conversation.id, &caller.actor, TimelineKind::Changed, changes.into_details(), now));
        Ok(true)
    })
    .await
}

/// Gives the conversation back to the bot, which says so.
pub async fn give_back(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<Conversation, ActionError> {
    require(caller, Permission::HandleConversations)?;
    for _ in 0..TRIES {
        let mut conversation = load(engine, id).await?;
        if conversation.status == ConversationStatus::Bot {
            return Ok(conversation);
        }
        let contact = engine.reader().contact(conversation.contact).await?.ok_or(ActionError::NotFound { what: "contact" })?;
        let now = engine.now();
        let details = json!({ "from": conversation.status.as_str() });
        let mut decision = Decision::by(caller);
        enter_status(&mut decision, &mut conversation, ConversationStatus::Bot, &caller.actor, now, engine.settings());
        decision.timeline.push(happened(id, &caller.actor, TimelineKind::GivenBack, details, now));
        let case = bot::Case { conversation, contact, is_new: false, reply_to: None, texts: None, which: Vec::new() };
        bot::consider(engine, case, &Input::GivenBack, &mut decision).await.map_err(not_considered)?;
        match decision.commit(engine).await {
            Ok(()) => return load(engine, id).await,
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

pub(super) fn not_considered(error: HandleError) -> ActionError {
    match error {
        HandleError::Database(error) => error.into(),
        HandleError::Commit(error) => error.into(),
        other => ActionError::not_now(other.to_string()),
    }
}

/// Moves the conversation to `status`, with the times, the timers and the line on the timeline that belong to it.
///
/// Entering the queue starts the time after which nobody waits any longer; who is in it already keeps the place. For
/// [`ConversationStatus::Snoozed`], `snoozed_until` is set before.
pub(crate) fn enter_status(
    decision: &mut Decision,
    conversation: &mut Conversation,
    status: ConversationStatus,
    actor: &Actor,
    now: DateTime<Utc>,
    settings: &Settings,
) {
    let before = conversation.status;
    conversation.status = status;
    conversation.updated_at = now;
    if before != status {
        let kind = match (before, status) {
            (ConversationStatus::Resolved, _) => TimelineKind::Reopened,
            (_, ConversationStatus::Resolved) => TimelineKind::Resolved,
            (_, ConversationStatus::Snoozed) => TimelineKind::Snoozed,
            _ => TimelineKind::StatusChanged,
        };
        let details = json!({ "from": before.as_str(), "to": status.as_str() });
        decision.timeline.push(happened(conversation.id, actor, kind, details, now));
    }
    if status != ConversationStatus::Queued && before == ConversationStatus::Queued {
        let queued_at = conversation.queued_at.take();
        if status == ConversationStatus::Open {
            decision.waited = queued_at.map(|queued_at| now - queued_at);
        }
        decision.cleared_timers.push(HANDOFF_LIMIT);
    }
    if status != ConversationStatus::Snoozed {
        conversation.snoozed_until = None;
        if before == ConversationStatus::Snoozed {
            decision.cleared_timers.push(SNOOZE);
        }
    }
    match status {
        ConversationStatus::Queued => {
            conversation.assignee = None;
            if before != ConversationStatus::Queued {
                conversation.queued_at = Some(now);
                let limit = TimeDelta::from_std(settings.handoff_limit).unwrap_or(TimeDelta::MAX);
                if let Some(due_at) = now.checked_add_signed(limit) {
                    decision.timers.push(timer(HANDOFF_LIMIT, "handoff", conversation.id, due_at));
                }
            }
        }
        ConversationStatus::Bot => conversation.assignee = None,
        ConversationStatus::Snoozed => {
            if let Some(until) = conversation.snoozed_until {
                decision.timers.push(timer(SNOOZE, "snooze", conversation.id, until));
            }
        }
        ConversationStatus::Resolved => conversation.resolved_at = Some(now),
        ConversationStatus::Open => {}
    }
}

fn timer(kind: &str, key: &str, conversation: ConversationId, due_at: DateTime<Utc>) -> NewTimer {
    NewTimer { key: format!("{key}:{conversation}"), kind: kind.to_owned(), conversation: Some(conversation), due_at, payload: Value::Null }
}

async fn give_to(
    engine: &Engine,
    caller: &Caller,
    id: ConversationId,
    agent: Option<AgentId>,
    department: Option<String>,
    note: Option<String>,
) -> Result<Conversation, ActionError> {
    let now = engine.now();
    let mut seen = None;
    change(engine, caller, id, None, |conversation, decision| {
        if conversation.status == ConversationStatus::Resolved {
            return Err(ActionError::not_now(Why::new("why-resolved")));
        }
        // Who was faster keeps it; taking it over on purpose is a second step.
        if *seen.get_or_insert(conversation.assignee) != conversation.assignee && conversation.assignee != agent {
            return Err(ActionError::Conflict);
        }
        if conversation.assignee == agent && conversation.status == ConversationStatus::Open && department.is_none() && note.is_none() {
            return Ok(false);
        }
        enter_status(decision, conversation, ConversationStatus::Open, &caller.actor, now, engine.settings());
        conversation.assignee = agent;
        if department.is_some() {
            conversation.department.clone_from(&department);
        }
        decision.cancel_bot_sends = true;
        decision.timeline.push(assigned(engine, conversation, caller, now));
        leave(note.as_ref(), caller, conversation, decision, now);
        Ok(true)
    })
    .await
}

/// Leaves a note for whoever gets the conversation.
fn leave(note: Option<&String>, caller: &Caller, conversation: &Conversation, decision: &mut Decision, now: DateTime<Utc>) {
    if let Some(note) = note {
        Outgoing::new(MessageId(fresh_id()), caller.actor.clone(), note.clone()).note(conversation, decision, now);
    }
}

async fn queue(
    engine: &Engine,
    caller: &Caller,
    id: ConversationId,
    department: Option<String>,
    note: Option<String>,
) -> Result<Conversation, ActionError> {
    let now = engine.now();
    let desk = engine.desk();
    let waiting = engine.reader().queue(department.as_deref()).await?.len();
    change(engine, caller, id, None, |conversation, decision| {
        if conversation.status == ConversationStatus::Resolved {
            return Err(ActionError::not_now(Why::new("why-resolved")));
        }
        let from = conversation.status;
        let elsewhere = department.is_some() && conversation.department != department;
        if from == ConversationStatus::Queued && !elsewhere && note.is_none() {
            return Ok(false);
        }
        enter_status(decision, conversation, ConversationStatus::Queued, &caller.actor, now, engine.settings());
        if department.is_some() {
            conversation.department.clone_from(&department);
        }
        let details = json!({
            "reason": "agent",
            "from": from.as_str(),
            "department": conversation.department,
            "shown": conversation.dialogue.shown.iter().map(|shown| &shown.slug).collect::<Vec<_>>(),
            "refused": conversation.dialogue.refused,
        });
        decision.timeline.push(happened(conversation.id, &caller.actor, TimelineKind::HandedOff, details, now));
        leave(note.as_ref(), caller, conversation, decision, now);
        // Between people it goes unseen; from the bot on the customer waits, and is told for how many.
        if from == ConversationStatus::Bot {
            let is_open = desk.is_open(conversation.department.as_deref(), now);
            let text = waiting_text(&language_of(conversation, engine.settings()), is_open.then_some(waiting + 1));
            messages::compose(engine, conversation, Actor::System, None, text, Vec::new(), None, None, Vec::new(), decision, now);
        }
        Ok(true)
    })
    .await
}

/// What somebody reads who waits for a person from now on: their place, or that nobody is there at this hour.
fn waiting_text(language: &str, place: Option<usize>) -> String {
    let say = |key: &str| words::say(language, key, &[]);
    let place = match place {
        Some(place) => words::say(language, "queue-position", &[("position", i64::try_from(place).unwrap_or(i64::MAX).into())]),
        None => format!("{}\n{}", say("closed"), say("closed-answer-then")),
    };
    [say("handoff-asked"), place, say("handoff-nothing-lost")].join("\n")
}

/// Loads, decides and commits; decides again when somebody else was faster. `decide` answers whether anything is to be changed.
pub(super) async fn change(
    engine: &Engine,
    caller: &Caller,
    id: ConversationId,
    expected_version: Option<i64>,
    mut decide: impl FnMut(&mut Conversation, &mut Decision) -> Result<bool, ActionError> + Send,
) -> Result<Conversation, ActionError> {
    for _ in 0..TRIES {
        let mut conversation = load(engine, id).await?;
        if expected_version.is_some_and(|expected| expected != conversation.version) {
            return Err(ActionError::Conflict);
        }
        let mut decision = Decision::by(caller);
        if !decide(&mut conversation, &mut decision)? {
            return Ok(conversation);
        }
        decision.conversation = Some(conversation.clone());
        match decision.commit(engine).await {
            Ok(()) => {
                conversation.version += 1;
                return Ok(conversation);
            }
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

pub(super) async fn load(engine: &Engine, id: ConversationId) -> Result<Conversation, ActionError> {
    engine.reader().conversation(id).await?.ok_or_else(|| ActionError::no_conversation(id))
}

/// The language to write to the customer in.
pub(crate) fn language_of(conversation: &Conversation, settings: &Settings) -> String {
    conversation.language.clone().unwrap_or_else(|| settings.language.clone())
}

/// Adds and removes labels.
pub async fn tag(engine: &Engine, caller: &Caller, id: ConversationId, add: &[String], remove: &[String]) -> Result<Conversation, ActionError> {
    require(caller, Permission::HandleConversations)?;
    let (add, remove) = (clean_tags(add)?, clean_tags(remove)?);
    let now = engine.now();
    change(engine, caller, id, None, |conversation, decision| {
        let kept = conversation.tags.iter().filter(|tag| !remove.contains(tag));
        let tags = clean_tags(&kept.chain(&add).cloned().collect::<Vec<_>>())?;
        let mut changes = Changes::default();
        changes.set("tags", &mut conversation.tags, Some(&tags));
        if changes.is_empty() {
            return Ok(false);
        }
        conversation.updated_at = now;
        decision.timeline.push(happened(conversation.id, &caller.actor, TimelineKind::Changed, changes.into_details(), now));
        Ok(true)
    })
    .await
}

pub(super) fn clean_tags(tags: &[String]) -> Result<Vec<String>, ActionError> {
    let mut clean: Vec<String> = Vec::new();
    for (index, tag) in tags.iter().enumerate() {
        let tag = tag.trim();
        if tag.is_empty() || tag.chars().count() > LONGEST_TAG || tag.chars().any(char::is_control) {
            return Err(ActionError::invalid(format!("tags[{index}]"), Why::new("why-label-length").count("most", LONGEST_TAG)));
        }
        if !clean.iter().any(|known| known == tag) {
            clean.push(tag.to_owned());
        }
    }
    if clean.len() > MOST_TAGS {
        return Err(ActionError::invalid("tags", Why::new("why-labels").count("most", MOST_TAGS)));
    }
    Ok(clean)
}

pub(super) fn assigned(engine: &Engine, conversation: &Conversation, caller: &Caller, now: DateTime<Utc>) -> TimelineEvent {
    let agent = conversation.assignee.and_then(|id| engine.desk().agent(id).map(|agent| agent.key.clone()));
    happened(conversation.id, &caller.actor, TimelineKind::Assigned, json!({ "agent": agent, "department": conversation.department }), now)
}

/// Something that happened to a conversation.
pub(super) fn happened(conversation: ConversationId, actor: &Actor, kind: TimelineKind, details: Value, now: DateTime<Utc>) -> TimelineEvent {
    TimelineEvent { conversation: Some(conversation), ticket: None, at: now, actor: actor.clone(), kind, details }
}

#[cfg(test)]
mod tests;
