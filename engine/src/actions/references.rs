//! Cases of tickets in other systems: linked, changed by the system itself, and followed up where something went wrong there.

use bellhop_domain::{
    actor::Actor,
    id::{FollowUpId, ReferenceId, TicketId},
    reference::{Failure, FollowUp, Reference, Said, check_url, check_word},
    ticket::Ticket,
    timeline::TimelineKind,
    why::Why,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{
    ActionError, TRIES,
    follow_ups::put,
    lookup::known,
    require,
    tickets::{happened, load, merging::refuse_merged},
};
use crate::{
    caller::{Caller, Permission},
    clock::fresh_id,
    decision::{CommitError, Decision},
    engine::Engine,
    systems::{Standing, name_of, standing_of},
};

/// Cases that one ticket may refer to.
const MOST: usize = 50;
/// How far ahead of ours a system's clock may be.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// Characters of an event's id.
const LONGEST_EVENT: usize = 200;
const NO_REFERENCE: ActionError = ActionError::NotFound { what: "reference" };

/// A case elsewhere, as it is linked.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewReference {
    /// Key of the system.
    pub system: String,
    /// What the case is called there.
    pub external_id: String,
    /// Where people look at it, where that is not as the configuration says.
    pub url: Option<String>,
    /// Where it is there.
    pub state: Option<String>,
}

/// What is to change of a reference.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ReferencePatch {
    /// Where people look at it; `Some(None)`: as the configuration says.
    pub url: Option<Option<String>>,
    /// Where it is there.
    pub state: Option<String>,
}

/// What a system sends.
#[derive(Clone, PartialEq, Eq)]
pub struct CallBack {
    /// The event's id: a second one with the same id changes nothing.
    pub event: String,
    /// What the case is called there.
    pub external_id: String,
    /// What is said of it.
    pub said: Said,
}

/// What became of a call of a system's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It was new, whether or not it changed anything.
    Fresh,
    /// It had come already.
    Duplicate,
}

/// Links a case to a ticket, and tells whether it was not linked before; saying the same again changes nothing.
///
/// # Errors
/// `Invalid` for a system that is not configured, and for ids, states and addresses that cannot be.
pub async fn link(engine: &Engine, caller: &Caller, number: i64, new: &NewReference) -> Result<(Reference, bool), ActionError> {
    require(caller, Permission::HandleTickets)?;
    let systems = &engine.settings().systems;
    known("system", "thing-system", &new.system, systems.contains_key(&new.system), systems.keys().collect::<Vec<_>>().into_iter())?;
    check("id", check_word(&new.external_id))?;
    let patch = ReferencePatch { url: new.url.clone().map(Some), state: new.state.clone() };
    for _ in 0..TRIES {
        let ticket = load(engine, number).await?;
        refuse_merged(&ticket)?;
        let now = engine.now();
        let all = engine.reader().references_of_ticket(ticket.id).await?;
        let before = all.iter().find(|known| known.system == new.system && known.external_id == new.external_id);
        if before.is_none() && all.len() >= MOST {
            return Err(ActionError::not_now(Why::new("why-too-many").count("most", MOST)));
        }
        let fresh = Reference {
            id: ReferenceId(fresh_id()),
            version: 0,
            ticket: ticket.id,
            system: new.system.clone(),
            external_id: new.external_id.clone(),
            url: None,
            state: None,
            state_at: None,
            sequence: None,
            created_at: now,
            updated_at: now,
        };
        let reference = before.unwrap_or(&fresh);
        if let Some(after) = patched(engine, caller, &ticket, reference, &patch).await? {
            return Ok((after, before.is_none()));
        }
    }
    Err(ActionError::Conflict)
}

/// Changes what is known of a case.
///
/// # Errors
/// `NotFound` when the ticket does not refer to it; `Conflict` when it has another version than `expected`.
pub async fn change(
    engine: &Engine,
    caller: &Caller,
    number: i64,
    id: ReferenceId,
    patch: &ReferencePatch,
    expected: Option<i64>,
) -> Result<Reference, ActionError> {
    require(caller, Permission::HandleTickets)?;
    for _ in 0..TRIES {
        let (ticket, before) = one(engine, number, id).await?;
        if expected.is_some_and(|expected| expected != before.version) {
            return Err(ActionError::Conflict);
        }
        if let Some(after) = patched(engine, caller, &ticket, &before, patch).await? {
            return Ok(after);
        }
    }
    Err(ActionError::Conflict)
}

/// Says that a ticket does not refer to a case any more; what is to be done for its sake stays.
///
/// # Errors
/// `NotFound` when it did not.
pub async fn unlink(engine: &Engine, caller: &Caller, number: i64, id: ReferenceId) -> Result<(), ActionError> {
    require(caller, Permission::HandleTickets)?;
    let (ticket, reference) = one(engine, number, id).await?;
    let mut decision = Decision { ended_references: vec![id], touched: vec![ticket.id], ..Decision::by(caller) };
    let details = json!({ "step": "unlinked", "system": reference.system, "case": reference.external_id });
    decision.timeline.push(happened(&ticket, &caller.actor, TimelineKind::Referenced, details, engine.now()));
    match decision.commit(engine).await {
        Err(CommitError::Conflict) => Err(NO_REFERENCE),
        other => Ok(other?),
    }
}

/// One case of a ticket, or of one that was merged into it.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn get(engine: &Engine, caller: &Caller, number: i64, id: ReferenceId) -> Result<Reference, ActionError> {
    require(caller, Permission::ReadTickets)?;
    Ok(one(engine, number, id).await?.1)
}

/// The cases of a ticket and of those that were merged into it.
///
/// # Errors
/// `NotFound` when there is no such ticket.
pub async fn of_ticket(engine: &Engine, caller: &Caller, number: i64) -> Result<Vec<Reference>, ActionError> {
    require(caller, Permission::ReadTickets)?;
    let mut all = Vec::new();
    for id in family(engine, &load(engine, number).await?).await? {
        all.extend(engine.reader().references_of_ticket(id).await?);
    }
    Ok(all)
}

/// A system says where a case is, for every ticket that refers to it; the signature was checked.
///
/// # Errors
/// `Invalid` for words, addresses and times that cannot be; `NotFound` when no ticket refers to it.
pub async fn called_back(engine: &Engine, system: &str, call: &CallBack) -> Result<Heard, ActionError> {
    let no_event = || Why::new("why-no-reference-word").count("most", LONGEST_EVENT);
    check("id", if call.event.chars().count() <= LONGEST_EVENT { check_word(&call.event) } else { Err(no_event()) })?;
    check("reference", check_word(&call.external_id))?;
    let said = Said { url: call.said.url.as_deref().map(|url| address("url", url)).transpose()?, ..call.said.clone() };
    check("state", check_word(&said.state))?;
    if said.at > engine.now() + AHEAD {
        return Err(ActionError::invalid("at", Why::new("why-ahead")));
    }
    for _ in 0..TRIES {
        if engine.reader().has_system_event(system, &call.event).await? {
            return Ok(Heard::Duplicate);
        }
        let now = engine.now();
        let mut decision = Decision { system_event: Some((system.to_owned(), call.event.clone())), ..Decision::default() };
        let mut is_known = false;
        for mut reference in engine.reader().references_of_case(system, &call.external_id).await? {
            let Some(ticket) = engine.reader().ticket_by_id(reference.ticket).await?.filter(|ticket| ticket.withdrawn_at.is_none()) else { continue };
            is_known = true;
            let before = reference.clone();
            reference.hears(&said);
            if reference != before {
                reference.updated_at = now;
                changed(engine, &ticket, &before, &reference, &Actor::System, &mut decision, now).await?;
            }
        }
        if !is_known {
            return Err(NO_REFERENCE);
        }
        match decision.commit(engine).await {
            Ok(()) => return Ok(Heard::Fresh),
            Err(CommitError::AlreadyHandled) => return Ok(Heard::Duplicate),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// A ticket and those that were merged into it.
pub(super) async fn family(engine: &Engine, ticket: &Ticket) -> Result<Vec<TicketId>, ActionError> {
    let parts = engine.reader().tickets_merged_into(ticket.number).await?;
    Ok(std::iter::once(ticket.id).chain(parts.into_iter().map(|part| part.id)).collect())
}

/// A reference with the ticket at which it is looked at.
async fn one(engine: &Engine, number: i64, id: ReferenceId) -> Result<(Ticket, Reference), ActionError> {
    let ticket = load(engine, number).await?;
    for part in family(engine, &ticket).await? {
        if let Some(found) = engine.reader().references_of_ticket(part).await?.into_iter().find(|known| known.id == id) {
            return Ok((ticket, found));
        }
    }
    Err(NO_REFERENCE)
}

/// Keeps what is said of a case; nothing where somebody else was faster.
async fn patched(
    engine: &Engine,
    caller: &Caller,
    ticket: &Ticket,
    before: &Reference,
    patch: &ReferencePatch,
) -> Result<Option<Reference>, ActionError> {
    let now = engine.now();
    let mut reference = before.clone();
    if let Some(url) = &patch.url {
        reference.url = url.as_deref().map(|url| address("url", url)).transpose()?;
    }
    if let Some(state) = &patch.state {
        check("state", check_word(state))?;
        if reference.state.as_ref() != Some(state) {
            (reference.state, reference.state_at) = (Some(state.clone()), Some(now));
        }
    }
    if reference.version > 0 && reference == *before {
        return Ok(Some(reference));
    }
    reference.updated_at = now;
    let mut decision = Decision::by(caller);
    changed(engine, ticket, before, &reference, &caller.actor, &mut decision, now).await?;
    match decision.commit(engine).await {
        Ok(()) => Ok(Some(Reference { version: reference.version + 1, ..reference })),
        Err(CommitError::Conflict) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Puts a changed reference into a decision, and follows up a state that means that something went wrong.
async fn changed(
    engine: &Engine,
    ticket: &Ticket,
    before: &Reference,
    reference: &Reference,
    actor: &Actor,
    decision: &mut Decision,
    now: DateTime<Utc>,
) -> Result<(), ActionError> {
    let systems = &engine.settings().systems;
    let is_news = reference.state != before.state || reference.version == 0;
    let has_failed = is_news && standing_of(systems, reference) == Standing::Failed;
    let step = match (reference.version, has_failed, is_news) {
        (0, ..) => "linked",
        (_, true, _) => "failed",
        (_, _, true) => "state",
        _ => "changed",
    };
    if step != "changed" || reference.url != before.url {
        let mut details = json!({ "step": step, "system": reference.system, "case": reference.external_id });
        if is_news && reference.state.is_some() {
            details["state"] = json!({ "from": before.state, "to": reference.state });
        }
        decision.timeline.push(happened(ticket, actor, TimelineKind::Referenced, details, now));
    }
    decision.touched.push(ticket.id);
    decision.references.push(reference.clone());
    if !has_failed {
        return Ok(());
    }
    let goes_on = engine.reader().ticket_going_on(ticket.clone()).await?;
    let is_open = |it: &FollowUp| it.reference == Some(reference.id) && it.end.is_none();
    if engine.reader().follow_ups_of_ticket(goes_on.id).await?.iter().any(is_open) {
        return Ok(());
    }
    let failure = Failure {
        system: name_of(systems, &reference.system).to_owned(),
        external_id: reference.external_id.clone(),
        state: reference.state.clone().unwrap_or_default(),
    };
    let follow_up = FollowUp {
        id: FollowUpId(fresh_id()),
        version: 0,
        ticket: goes_on.id,
        text: String::new(),
        failure: Some(failure),
        due_at: now,
        owner: goes_on.owner,
        reference: Some(reference.id),
        conversation: None,
        told_at: None,
        end: None,
        created_at: now,
        updated_at: now,
    };
    put(engine, &goes_on, follow_up, "set", &Actor::System, decision, now);
    Ok(())
}

fn check(field: &str, result: Result<(), Why>) -> Result<(), ActionError> {
    result.map_err(|why| ActionError::invalid(field, why))
}

fn address(field: &str, text: &str) -> Result<String, ActionError> {
    check_url(text).map_err(|why| ActionError::invalid(field, why))
}
