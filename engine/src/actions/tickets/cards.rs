//! The customer's live card of a ticket: one message that changes as the ticket moves, on channels where a sent message can change. Several tickets
//! that were asked about at once are one card, a list that changes as each of them moves.

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

/// What this card says once `moved` has moved: that ticket alone, or every ticket that it lists and that has no card of its own since.
pub(super) async fn shown(engine: &Engine, desk: &Desk, card: &Message, moved: &Ticket, language: &str) -> Result<String, DbError> {
    let mut texts = Vec::new();
    for number in &card.extras.listed {
        if *number == moved.number {
            texts.push(text(engine, desk, moved, language));
        } else if let Some(other) = engine.reader().ticket(*number).await?.filter(|other| other.withdrawn_at.is_none())
            && engine.reader().live_card(other.id).await? == Some(card.id)
        {
            texts.push(text(engine, desk, &other, language));
        }
    }
    if texts.is_empty() {
        texts.push(text(engine, desk, moved, language));
    }
    Ok(texts.join("\n\n"))
}

/// What a card of one ticket says; whoever takes care of it by first name, as on the ticket's page.
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
    if card.extras.listed.is_empty() {
        after.extras.ticket = Some(ticket.number);
    }
    replace(engine, home, card, &mut after, Some(ticket_notice(engine, ticket)), decision, now);
    decision.timeline.push(happened(ticket, &Actor::System, TimelineKind::Notified, json!({ "message": card.id, "card": true }), now));
}

/// The ticket moved because the customer wrote: they need no notice of that, but the card shows it.
pub(crate) async fn follow(engine: &Engine, ticket: &Ticket, decision: &mut Decision, now: DateTime<Utc>) -> Result<(), DbError> {
    let Some((home, card)) = live(engine, ticket, now).await? else { return Ok(()) };
    let language = ticket.language.clone().unwrap_or_else(|| engine.settings().language.clone());
    let text = shown(engine, &engine.desk(), &card, ticket, &language).await?;
    change(engine, &home, &card, ticket, text, decision, now);
    Ok(())
}

/// The platform refused to change this card: a new one takes its place. `decision` is what it is put into.
pub(crate) async fn again(engine: &Engine, card: MessageId, decision: &mut Decision) -> Result<(), ActionError> {
    let reader = engine.reader();
    let Some(old) = reader.message(card).await? else { return Ok(()) };
    let mut tickets = Vec::new();
    for number in old.extras.ticket.iter().chain(&old.extras.listed) {
        if let Some(ticket) = reader.ticket(*number).await?.filter(|ticket| ticket.withdrawn_at.is_none())
            && reader.live_card(ticket.id).await? == Some(card)
        {
            tickets.push(ticket);
        }
    }
    let Some(ticket) = tickets.first().cloned() else { return Ok(()) };
    if reader.contact(ticket.contact).await?.is_none_or(|contact| contact.erased_at.is_some()) {
        return Ok(());
    }
    let Some(conversation) = current_conversation(engine, &ticket).await? else { return Ok(()) };
    let language = ticket.language.clone().unwrap_or_else(|| engine.settings().language.clone());
    let text = shown(engine, &engine.desk(), &old, &ticket, &language).await?;
    let now = engine.now();
    let message = compose(engine, &conversation, Actor::System, None, text, Vec::new(), Some(&ticket), None, Vec::new(), decision, now);
    decision.timeline.push(happened(&ticket, &Actor::System, TimelineKind::Notified, json!({ "message": message.id }), now));
    if are_live_on(engine, &conversation.channel) {
        decision.cards.extend(tickets.iter().map(|ticket| (ticket.id, message.id)));
    }
    if tickets.len() > 1
        && let Some(list) = decision.new_messages.iter_mut().find(|new| new.id == message.id)
    {
        list.extras.ticket = None;
        list.extras.listed = tickets.iter().map(|ticket| ticket.number).collect();
    }
    decision.signalled.push(conversation.id);
    Ok(())
}
