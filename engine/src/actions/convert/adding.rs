//! Another conversation about the same: into the ticket that there is.

use bellhop_domain::{
    actor::Actor,
    id::ConversationId,
    review::{Review, ReviewState},
    ticket::{Ticket, TicketStatus, number_text},
    timeline::TimelineKind,
    why::Why,
};
use bellhop_store::tickets::TicketFilter;
use serde_json::json;

use super::{Converted, announce};
use crate::{
    actions::{ActionError, TRIES, conversations::load, require, review, tickets},
    caller::{Caller, Permission},
    decision::{CommitError, Decision},
    engine::Engine,
};

/// Tickets of a person among which those are that a conversation may go into.
const LOOKED_AT: u32 = 50;

/// Puts a conversation into a ticket of the same person, and tells them; once is enough. A ticket in the making of it is dropped.
pub async fn add_conversation(engine: &Engine, caller: &Caller, number: i64, id: ConversationId) -> Result<Ticket, ActionError> {
    require(caller, Permission::HandleTickets)?;
    for _ in 0..TRIES {
        let mut ticket = engine.reader().ticket(number).await?.ok_or(ActionError::NotFound { what: "ticket" })?;
        let mut conversation = load(engine, id).await?;
        if ticket.withdrawn_at.is_some() {
            return Err(ActionError::not_now(Why::new("why-ticket-taken-back").with("ticket", number_text(number))));
        }
        if ticket.contact != conversation.contact {
            return Err(ActionError::invalid("conversation", Why::new("why-other-contact")));
        }
        if ticket.conversations.contains(&id) {
            return Ok(ticket);
        }
        if ticket.status == TicketStatus::Closed {
            return Err(ActionError::not_now(Why::new("why-ticket-closed")));
        }
        let contact = engine.reader().contact(ticket.contact).await?.ok_or(ActionError::NotFound { what: "contact" })?;
        if contact.erased_at.is_some() {
            return Err(ActionError::not_now(Why::new("why-erased")));
        }
        let now = engine.now();
        let mut decision = Decision::by(caller);
        ticket.conversations.push(id);
        ticket.updated_at = now;
        let event = tickets::happened(&ticket, &caller.actor, TimelineKind::Changed, json!({ "conversations": { "added": id } }), now);
        decision.timeline.push(bellhop_domain::timeline::TimelineEvent { conversation: Some(id), ..event });
        if let Some(open) = engine.reader().review(id).await?.filter(Review::is_open) {
            decision.review = Some(Review { state: ReviewState::Cancelled, updated_at: now, ..open });
            review::end_asking(&mut conversation);
        }
        decision.tickets.push(ticket.clone());
        let converted = Converted { ticket: ticket.clone(), created: false };
        announce(engine, &conversation, &contact, &converted, Actor::System, "", &mut decision);
        conversation.updated_at = now;
        decision.conversation = Some(conversation);
        match decision.commit(engine).await {
            Ok(()) => return Ok(Ticket { version: ticket.version + 1, ..ticket }),
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// The open tickets of its person that a conversation does not belong to yet, the ones that changed last first.
pub async fn tickets_to_join(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<Vec<Ticket>, ActionError> {
    require(caller, Permission::ReadTickets)?;
    let conversation = load(engine, id).await?;
    let filter = TicketFilter { contact: Some(conversation.contact), ..TicketFilter::default() };
    let mut tickets = engine.reader().tickets(&filter, None, LOOKED_AT).await?.items;
    tickets.retain(|ticket| ticket.status.is_open() && !ticket.conversations.contains(&id));
    Ok(tickets)
}
