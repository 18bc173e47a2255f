//! The customer's live card of a ticket: one message that changes as the ticket moves, on channels where a sent message can change.

#[cfg(test)]
mod tests;

use bellhop_domain::{
    actor::Actor,
    conversation::Conversation,
    desk::Desk,
    dialogue::{TicketLine, card},
    id::MessageId,
    message::{DeliveryState, Message},
    ticket::{Ticket, TicketStatus},
    timeline::TimelineKind,
};
use bellhop_store::DbError;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{current_conversation, happened};
use crate::{
    actions::{
        ActionError,
        messages::{compose, replace, ticket_notice},
    },
    bot::ticket_line,
    decision::Decision,
    engine::Engine,
};

/// How long platforms let a message be changed: the strictest that has edits at all.
const LIVES: TimeDelta = TimeDelta::hours(48);

/// Whether one message that changes is what people see there.
pub(crate) fn are_live_on(engine: &Engine, channel: &str) -> bool {
    engine.channels().get(channel).is_some_and(|channel| channel.adapter().capabilities().live_cards)
}

/// What the card says; whoever takes care of it by first name, as on the ticket's page.
pub(super) fn text(engine: &Engine, desk: &Desk, ticket: &Ticket, language: &str) -> String {
    let line: TicketLine = ticket_line(engine, desk, ticket, language);
    let owner = ticket.owner.and_then(|owner| desk.agent(owner)).and_then(|agent| agent.name.split_whitespace().next());
    card(language, &line, owner)
}

/// Moves that a customer has to notice: a card changes without a sound.
pub(super) fn needs_attention(before: &Ticket, ticket: &Ticket) -> bool {
    ticket.status != before.status && matches!(ticket.status, TicketStatus::WaitingCustomer | TicketStatus::Resolved)
}

/// The ticket's card with its conversation, as long as it can still be changed.
pub(super) async fn live(engine: &Engine, ticket: &Ticket, now: DateTime<Utc>) -> Result<Option<(Conversation, Message)>, DbError> {
    let reader = engine.reader();
    let Some(id) = reader.live_card(ticket.id).await? else { return Ok(None) };
    let Some(message) = reader.message(id).await? else { return Ok(None) };
    let lost = [DeliveryState::Failed, DeliveryState::Cancelled, DeliveryState::Expired];
    let is_lost = message.delivery.as_ref().is_some_and(|delivery| lost.contains(&delivery.state));
    if is_lost || message.extras.deleted_at.is_some() || now - message.created_at >= LIVES {
        return Ok(None);
    }
    let Some(conversation) = reader.conversation(message.conversation).await? else { return Ok(None) };
    Ok(are_live_on(engine, &conversation.channel).then_some((conversation, message)))
}

/// Makes the card say `text`.
pub(super) fn change(
    engine: &Engine,
    home: &Conversation,
    card: &Message,
    ticket: &Ticket,
    text: String,
    decision: &mut Decision,
    now: DateTime<Utc>,
) {
    if text == card.text {
        return;
    }
    let mut after = Message { text, ..card.clone() };
    after.extras.ticket = Some(ticket.number);
    replace(engine, home, card, &mut after, Some(ticket_notice(engine, ticket)), decision, now);
    decision.timeline.push(happened(ticket, &Actor::System, TimelineKind::Notified, json!({ "message": card.id, "card": true }), now));
}

/// The ticket moved because the customer wrote: they need no notice of that, but the card shows it.
pub(crate) async fn follow(engine: &Engine, ticket: &Ticket, decision: &mut Decision, now: DateTime<Utc>) -> Result<(), DbError> {
    let Some((home, card)) = live(engine, ticket, now).await? else { return Ok(()) };
    let language = ticket.language.clone().unwrap_or_else(|| engine.settings().language.clone());
    let text = text(engine, &engine.desk(), ticket, &language);
    change(engine, &home, &card, ticket, text, decision, now);
    Ok(())
}

/// The platform refused to change this card: a new one takes its place. `decision` is what it is put into.
pub(crate) async fn again(engine: &Engine, card: MessageId, decision: &mut Decision) -> Result<(), ActionError> {
    let reader = engine.reader();
    let Some(number) = reader.message(card).await?.and_then(|message| message.extras.ticket) else { return Ok(()) };
    let Some(ticket) = reader.ticket(number).await? else { return Ok(()) };
    let is_erased = reader.contact(ticket.contact).await?.is_none_or(|contact| contact.erased_at.is_some());
    if is_erased || ticket.withdrawn_at.is_some() || reader.live_card(ticket.id).await? != Some(card) {
        return Ok(());
    }
    let Some(conversation) = current_conversation(engine, &ticket).await? else { return Ok(()) };
    let language = ticket.language.clone().unwrap_or_else(|| engine.settings().language.clone());
    let text = text(engine, &engine.desk(), &ticket, &language);
    let now = engine.now();
    let message = compose(engine, &conversation, Actor::System, None, text, Vec::new(), Some(&ticket), None, Vec::new(), decision, now);
    decision.timeline.push(happened(&ticket, &Actor::System, TimelineKind::Notified, json!({ "message": message.id }), now));
    decision.cards.extend(are_live_on(engine, &conversation.channel).then_some((ticket.id, message.id)));
    decision.signal = Some(conversation.id);
    Ok(())
}
