//! Tickets that stand to each other: duplicates, parts, related ones.

use bellhop_domain::{
    actor::Actor,
    ticket::{Relation, Ticket, TicketLink, number_text},
    timeline::{TimelineEvent, TimelineKind},
    why::Why,
};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{happened, load};
use crate::{
    actions::{ActionError, TRIES, require},
    caller::{Caller, Permission},
    decision::{CommitError, Decision},
    engine::Engine,
};

/// Says that a ticket stands so to another one; the other one shows the inverse. Saying it twice changes nothing.
///
/// # Errors
/// `Invalid` for a ticket and itself; `NotNow` where a child would get a second parent, or become its own.
pub async fn link(engine: &Engine, caller: &Caller, number: i64, relation: Relation, other: i64) -> Result<(), ActionError> {
    require(caller, Permission::HandleTickets)?;
    if !relation.can_be_said() {
        return Err(ActionError::invalid("relation", Why::new("why-link-split")));
    }
    for _ in 0..TRIES {
        let (ticket, other) = both(engine, number, other).await?;
        let now = engine.now();
        let known = engine.reader().links_of_ticket(ticket.id).await?;
        if known.iter().any(|(held, to)| *held == relation && to.id == other.id) {
            return Ok(());
        }
        let link = TicketLink::of(ticket.id, relation, other.id, now);
        check_tree(engine, &link, &ticket, &other).await?;
        let mut decision = Decision { new_links: vec![link], ..Decision::by(caller) };
        decision.timeline = told(&ticket, relation, &other, &caller.actor, TimelineKind::Linked, now);
        match decision.commit(engine).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// Says that two tickets do not stand so to each other any more, or not at all where no relation is named; answers whether they did.
///
/// # Errors
/// `Invalid` for a ticket and itself.
pub async fn unlink(engine: &Engine, caller: &Caller, number: i64, relation: Option<Relation>, other: i64) -> Result<bool, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let (ticket, other) = both(engine, number, other).await?;
    let now = engine.now();
    let known = engine.reader().links_of_ticket(ticket.id).await?;
    let mut decision = Decision::by(caller);
    for (held, _) in known.into_iter().filter(|(held, to)| to.id == other.id && relation.is_none_or(|relation| relation == *held)) {
        decision.ended_links.push(TicketLink::of(ticket.id, held, other.id, now));
        decision.timeline.extend(told(&ticket, held, &other, &caller.actor, TimelineKind::Unlinked, now));
    }
    if decision.ended_links.is_empty() {
        return Ok(false);
    }
    decision.commit(engine).await?;
    Ok(true)
}

/// What a ticket stands to, with how it does.
///
/// # Errors
/// `NotFound` when there is no such ticket.
pub async fn links(engine: &Engine, caller: &Caller, number: i64) -> Result<Vec<(Relation, Ticket)>, ActionError> {
    require(caller, Permission::ReadTickets)?;
    let ticket = load(engine, number).await?;
    Ok(engine.reader().links_of_ticket(ticket.id).await?)
}

/// Refuses a second parent, and a child that would be its own.
pub(super) async fn check_tree(engine: &Engine, link: &TicketLink, one: &Ticket, other: &Ticket) -> Result<(), ActionError> {
    if link.relation != Relation::ChildOf {
        return Ok(());
    }
    let (child, parent) = if link.ticket == one.id { (one, other) } else { (other, one) };
    let named = |why: Why| why.with("ticket", number_text(child.number)).with("other", number_text(parent.number));
    if let Some(held) = engine.reader().parent_of_ticket(child.id).await?
        && held.id != parent.id
    {
        return Err(ActionError::not_now(named(Why::new("why-link-second-parent")).with("parent", number_text(held.number))));
    }
    if engine.reader().is_below(parent.id, child.id).await? {
        return Err(ActionError::not_now(named(Why::new("why-link-circle"))));
    }
    Ok(())
}

/// What is written down of a relation, on both tickets.
pub(super) fn told(ticket: &Ticket, relation: Relation, other: &Ticket, actor: &Actor, kind: TimelineKind, now: DateTime<Utc>) -> Vec<TimelineEvent> {
    let line = |of: &Ticket, relation: Relation, to: &Ticket| {
        happened(of, actor, kind, json!({ "relation": relation, "ticket": number_text(to.number) }), now)
    };
    vec![line(ticket, relation, other), line(other, relation.inverse(), ticket)]
}

async fn both(engine: &Engine, number: i64, other: i64) -> Result<(Ticket, Ticket), ActionError> {
    if number == other {
        return Err(ActionError::invalid("ticket", Why::new("why-link-itself")));
    }
    let ticket = load(engine, number).await?;
    let other = load(engine, other).await.map_err(|error| match error {
        ActionError::NotFound { .. } => ActionError::invalid("ticket", Why::new("why-no-ticket").with("ticket", number_text(other))),
        other => other,
    })?;
    Ok((ticket, other))
}
