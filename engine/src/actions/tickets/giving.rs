//! A ticket is given to somebody by itself, or loses its owner.

use bellhop_domain::{actor::Actor, assignment::Assignment, ticket::Ticket, timeline::TimelineKind};
use bellhop_store::assignment::Claim;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{happened, load, load_contact, tell_of_changes};
use crate::{
    actions::{ActionError, require},
    assigning,
    caller::{Caller, Permission},
    decision::Decision,
    engine::Engine,
};

/// Who would get the ticket now if it had no owner, and why the others would not; nothing is changed.
pub async fn candidates(engine: &Engine, caller: &Caller, number: i64) -> Result<Assignment, ActionError> {
    require(caller, Permission::ReadTickets)?;
    let ticket = load(engine, number).await?;
    assigning::explain(engine, ticket.department.as_deref(), None, Some(&ticket)).await
}

/// Gives a ticket to the agent of `assignment`, with a place of theirs, or takes it from its owner; what the customer can see of it they are told.
pub(crate) async fn set_owner(
    engine: &Engine,
    before: &Ticket,
    assignment: Assignment,
    claim: Option<Claim>,
    now: DateTime<Utc>,
) -> Result<(), ActionError> {
    let desk = engine.desk();
    let contact = load_contact(engine, before.contact).await?;
    let mut decision = Decision { claim, ..Decision::default() };
    let key = |id| desk.agent(id).map(|agent| agent.key.clone());
    let (from, to) = (before.owner.and_then(key), assignment.agent.and_then(key));
    let details = json!({
        "owner": { "from": from, "to": to },
        "department": before.department,
        "automatic": true,
        "reasons": assignment.reasons,
    });
    let mut ticket = Ticket { owner: assignment.agent, updated_at: now, ..before.clone() };
    ticket.routing.assigned(assignment);
    decision.timeline.push(happened(&ticket, &Actor::System, TimelineKind::Assigned, details, now));
    tell_of_changes(engine, before, &mut ticket, &contact, &mut decision, now).await?;
    decision.tickets.push(ticket);
    Ok(decision.commit(engine).await?)
}
