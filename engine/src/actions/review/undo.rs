//! Taking a ticket back that was made by mistake.

use bellhop_domain::{
    actor::Actor,
    desk::Role,
    message::{DeliveryState, Direction, Message},
    review::{Review, ReviewState, UNDO_WITHIN},
    ticket::{Ticket, TicketStatus, number_text},
    timeline::TimelineKind,
    why::Why,
    words,
};
use serde_json::json;

use crate::{
    actions::{ActionError, TRIES, conversations::language_of, messages, require, tickets},
    caller::{Caller, Permission},
    decision::{CommitError, Decision},
    engine::Engine,
};

/// A ticket that was taken back.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The ticket: closed for good and in no list; its number is not given out again.
    pub ticket: Ticket,
    /// The customer had been told of it, and is told that it was a mistake.
    pub told: bool,
}

/// The latest messages of a conversation among which the notices about a ticket are.
const LOOKED_AT: u32 = 50;

/// Takes a ticket back: within two minutes of its making, by whoever made it or a supervisor; once is enough.
///
/// A notice to the customer that has not left yet never does; one that has is followed by a word that it was a mistake. What the ticket was
/// made of is open again, with everything in it.
pub async fn undo(engine: &Engine, caller: &Caller, number: i64) -> Result<Undone, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let mut certain = true;
    for _ in 0..TRIES {
        let now = engine.now();
        let mut ticket = engine.reader().ticket(number).await?.ok_or(ActionError::NotFound { what: "ticket" })?;
        if ticket.withdrawn_at.is_some() {
            return Ok(Undone { ticket, told: false });
        }
        if now - ticket.created_at > UNDO_WITHIN {
            let minutes = UNDO_WITHIN.num_minutes();
            return Err(ActionError::not_now(Why::new("why-undo-late").with("ticket", number_text(number)).count("minutes", minutes)));
        }
        if !may_undo(engine, caller, &ticket).await? {
            return Err(ActionError::not_now(Why::new("why-undo-others").with("ticket", number_text(number))));
        }
        let parts = engine.reader().tickets_merged_into(number).await?;
        if let Some(joined) = ticket.merged_into.or(parts.first().map(|part| part.number)) {
            return Err(ActionError::not_now(Why::new("why-undo-merged").with("ticket", number_text(number)).with("other", number_text(joined))));
        }
        ticket.status = TicketStatus::Closed;
        ticket.withdrawn_at = Some(now);
        ticket.updated_at = now;
        let mut decision = Decision::by(caller);
        let told = take_notices_back(engine, &ticket, certain, &mut decision).await?;
        decision.timeline.push(tickets::happened(&ticket, &caller.actor, TimelineKind::Withdrawn, json!({ "told": told }), now));
        if let Some(id) = ticket.conversations.first() {
            decision.signalled.push(*id);
            let review = engine.reader().review(*id).await?.filter(|review| review.state == ReviewState::Made { ticket: number });
            decision.review = review.map(|review| Review { state: ReviewState::Open, updated_at: now, ..review });
        }
        decision.tickets.push(ticket.clone());
        match decision.commit(engine).await {
            Ok(()) => return Ok(Undone { ticket: Ticket { version: ticket.version + 1, ..ticket }, told }),
            // Perhaps the notice has just left: from now on it counts as told.
            Err(CommitError::Conflict) => certain = false,
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

async fn may_undo(engine: &Engine, caller: &Caller, ticket: &Ticket) -> Result<bool, ActionError> {
    if caller.permissions.allow(Permission::Administer) {
        return Ok(true);
    }
    let desk = engine.desk();
    if let Actor::Agent { id, .. } = &caller.actor
        && desk.agent(*id).is_some_and(|agent| matches!(agent.role, Role::Admin | Role::Supervisor))
    {
        return Ok(true);
    }
    let happened = engine.reader().timeline_of_ticket(ticket.id, None, 5).await?.items;
    let maker = happened.into_iter().find(|event| event.kind == TimelineKind::TicketCreated).map(|event| event.actor);
    Ok(match (maker, &caller.actor) {
        (Some(Actor::Agent { id: maker, .. }), Actor::Agent { id, .. }) => maker == *id,
        (Some(Actor::Token { id: maker, .. }), Actor::Token { id, .. }) => maker == *id,
        _ => false,
    })
}

/// Takes back what the customer was to be told of the ticket, or tells them that it was a mistake; answers whether they are told.
async fn take_notices_back(engine: &Engine, ticket: &Ticket, certain: bool, decision: &mut Decision) -> Result<bool, ActionError> {
    let mut told = false;
    for id in &ticket.conversations {
        let notices = engine.reader().last_messages(*id, LOOKED_AT).await?;
        for notice in notices.iter().filter(|message| message.direction == Direction::Out && message.extras.ticket == Some(ticket.number)) {
            match left(notice) {
                Left::Not => {}
                Left::NotYet if certain => decision.taken_back.push(notice.id),
                Left::NotYet | Left::Perhaps => told = true,
            }
        }
    }
    let Some(id) = ticket.conversations.first().filter(|_| told) else { return Ok(false) };
    let Some(conversation) = engine.reader().conversation(*id).await? else { return Ok(false) };
    let language = ticket.language.clone().unwrap_or_else(|| language_of(&conversation, engine.settings()));
    let text = words::say(&language, "ticket-withdrawn", &[("number", (&number_text(ticket.number)).into())]);
    let now = engine.now();
    messages::compose(engine, &conversation, Actor::System, None, text, Vec::new(), Some(ticket), None, Vec::new(), decision, now);
    Ok(true)
}

enum Left {
    Not,
    NotYet,
    Perhaps,
}

/// Whether a message may have reached the customer.
fn left(message: &Message) -> Left {
    match &message.delivery {
        Some(delivery) if delivery.maybe_sent => Left::Perhaps,
        Some(delivery) => match delivery.state {
            DeliveryState::Scheduled | DeliveryState::Queued => Left::NotYet,
            DeliveryState::Sending | DeliveryState::Sent | DeliveryState::Delivered | DeliveryState::Read => Left::Perhaps,
            DeliveryState::Failed | DeliveryState::Cancelled | DeliveryState::Expired => Left::Not,
        },
        None => Left::Not,
    }
}
