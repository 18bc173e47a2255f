//! Edits, deletes, reactions and receipts: changes to messages that are known, or will be.

use bellhop_channel::{Event, ReceiptStatus};
use bellhop_domain::{
    dialogue::{Input, ReactedTo},
    message::{Delivery, DeliveryState, Direction, Message},
};
use bellhop_store::inbox::{HeldEvent, InboxEvent};
use chrono::{DateTime, Utc};

use super::{HandleError, albums, done, incoming::early_key};
use crate::{bot, decision::Decision, engine::Engine};

/// The message that a change is about, or nothing yet.
async fn find(engine: &Engine, stored: &InboxEvent, thread: &str, id: &str) -> Result<Option<Message>, HandleError> {
    if let Some(message) = engine.reader().message_by_external(&stored.channel, thread, id).await? {
        return Ok(Some(message));
    }
    // A channel without ids of its own names our messages by ours; it must be one of this thread.
    let Ok(ours) = id.parse() else { return Ok(albums::find_part(engine, &stored.channel, thread, id).await?) };
    let Some(message) = engine.reader().message(ours).await? else { return Ok(None) };
    let conversation = engine.reader().conversation(message.conversation).await?;
    let here = conversation.is_some_and(|conversation| conversation.channel == stored.channel && conversation.external_thread == thread);
    Ok(here.then_some(message))
}

/// Keeps an event that came before its message.
async fn hold(engine: &Engine, stored: &InboxEvent, thread: &str, id: &str) -> Result<(), HandleError> {
    let decision = Decision { events: vec![stored.seq], held: Some(held_event(stored, thread, id)), ..Default::default() };
    Ok(decision.commit(engine).await?)
}

fn held_event(stored: &InboxEvent, thread: &str, id: &str) -> HeldEvent {
    HeldEvent {
        channel: stored.channel.clone(),
        external_message: early_key(thread, id),
        seq: stored.seq,
        body: stored.body.clone(),
        received_at: stored.received_at,
    }
}

async fn change(engine: &Engine, stored: &InboxEvent, message: Message) -> Result<(), HandleError> {
    let decision =
        Decision { events: vec![stored.seq], signalled: vec![message.conversation], changed_messages: vec![message], ..Default::default() };
    Ok(decision.commit(engine).await?)
}

pub(super) async fn edit(engine: &Engine, stored: &InboxEvent, event: &Event, id: &str, text: &str) -> Result<(), HandleError> {
    let Some(mut message) = find(engine, stored, &event.thread, id).await? else { return hold(engine, stored, &event.thread, id).await };
    let at = event.at.unwrap_or(stored.received_at);
    if message.direction != Direction::In || message.extras.deleted_at.is_some() || is_overtaken(message.extras.edited_at, at) {
        return done(engine, stored).await;
    }
    text.clone_into(&mut message.text);
    message.extras.edited_at = Some(at);
    change(engine, stored, message).await
}

/// Two edits of one message count by the platform's time, whatever the order of their arrival.
fn is_overtaken(applied: Option<DateTime<Utc>>, at: DateTime<Utc>) -> bool {
    applied.is_some_and(|applied| applied > at)
}

pub(super) async fn delete(engine: &Engine, stored: &InboxEvent, event: &Event, id: &str) -> Result<(), HandleError> {
    let Some(mut message) = find(engine, stored, &event.thread, id).await? else { return hold(engine, stored, &event.thread, id).await };
    // One part taken back leaves the others.
    let is_part = message.extras.parts.iter().any(|part| part == id);
    if message.direction != Direction::In || message.extras.deleted_at.is_some() || is_part {
        return done(engine, stored).await;
    }
    message.text.clear();
    message.extras.attachments.clear();
    message.extras.deleted_at = Some(stored.received_at);
    change(engine, stored, message).await
}

pub(super) async fn reaction(engine: &Engine, stored: &InboxEvent, event: &Event, id: &str, emoji: &str, removed: bool) -> Result<(), HandleError> {
    let Some(mut message) = find(engine, stored, &event.thread, id).await? else { return hold(engine, stored, &event.thread, id).await };
    let standing = &mut message.extras.reactions;
    let stood = standing.iter().any(|known| known == emoji);
    if removed != stood {
        return done(engine, stored).await;
    }
    if removed {
        standing.retain(|known| known != emoji);
    } else if standing.len() < 20 {
        standing.push(emoji.to_owned());
    }
    let mut decision = Decision { events: vec![stored.seq], signalled: vec![message.conversation], ..Default::default() };
    if message.direction == Direction::Out
        && let Some(conversation) = engine.reader().conversation(message.conversation).await?
        && let Some(contact) = engine.reader().contact(conversation.contact).await?
        && !contact.blocked
    {
        let on = ReactedTo::of(&message.extras.buttons);
        let case = bot::Case { conversation, contact, is_new: false, reply_to: None, texts: None, which: Vec::new() };
        bot::consider(engine, case, &Input::Reacts { emoji, removed, on }, &mut decision).await?;
    }
    decision.changed_messages.push(message);
    Ok(decision.commit(engine).await?)
}

pub(super) async fn receipt(engine: &Engine, stored: &InboxEvent, id: &str, status: ReceiptStatus) -> Result<(), HandleError> {
    let thread = crate::lanes::thread_of(&stored.lane);
    let Some(message) = find(engine, stored, thread, id).await? else { return hold(engine, stored, thread, id).await };
    if message.direction != Direction::Out {
        return done(engine, stored).await;
    }
    let state = match status {
        ReceiptStatus::Delivered => DeliveryState::Delivered,
        ReceiptStatus::Read => DeliveryState::Read,
        ReceiptStatus::Failed => DeliveryState::Failed,
    };
    let error = (status == ReceiptStatus::Failed).then(|| "the platform reports that it could not be delivered".to_owned());
    let decision = Decision {
        events: vec![stored.seq],
        receipts: vec![(message.id, Delivery { state, error, maybe_sent: false })],
        signalled: vec![message.conversation],
        ..Default::default()
    };
    Ok(decision.commit(engine).await?)
}
