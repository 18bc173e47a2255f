//! Albums: platforms send their parts as messages of their own; here they are one message, and the bot answers it once.

use bellhop_channel::{Event, IncomingMessage};
use bellhop_domain::{
    id::{ConversationId, MessageId, ThreadId},
    message::{Direction, Message},
};
use bellhop_store::{DbError, inbox::InboxEvent, timers::NewTimer};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{HandleError, done, incoming};
use crate::{
    attachments,
    decision::Decision,
    engine::Engine,
    scheduler::ALBUM,
    worker::incoming::{MOST_ATTACHMENTS, Place, early_key, pending_attachment},
};

/// How long the words of an album are waited for; without any it is answered as files are.
const PATIENCE: TimeDelta = TimeDelta::milliseconds(1500);
/// How far back the message of an album is looked for.
const RECENT: u32 = 50;
/// Longest text of all captions together, in characters.
const LONGEST_CAPTIONS: usize = 100_000;

/// The message that an album is, once one of its parts has come.
pub(super) async fn find(engine: &Engine, thread: ThreadId, album: &str) -> Result<Option<Message>, DbError> {
    let recent = engine.reader().last_messages_of_thread(thread, RECENT).await?;
    Ok(recent.into_iter().rev().find(|message| message.direction == Direction::In && message.extras.album.as_deref() == Some(album)))
}

/// The message of which the platform's `id` names a later part.
pub(super) async fn find_part(engine: &Engine, channel: &str, thread: &str, id: &str) -> Result<Option<Message>, DbError> {
    // Who asks does not matter: nobody's identity is the empty one.
    let Some(state) = engine.reader().thread_state(channel, thread, "").await? else { return Ok(None) };
    let recent = engine.reader().last_messages_of_thread(state.thread.id, RECENT).await?;
    Ok(recent.into_iter().rev().find(|message| message.extras.parts.iter().any(|part| part == id)))
}

/// Adds a later part to its message. The first words that come with a part are what the bot decides on.
pub(super) async fn add(
    engine: &Engine,
    stored: &InboxEvent,
    event: &Event,
    incoming: &IncomingMessage,
    place: Place,
    mut message: Message,
    mut decision: Decision,
) -> Result<(), HandleError> {
    if message.extras.parts.contains(&incoming.id) || message.extras.deleted_at.is_some() {
        return done(engine, stored).await;
    }
    let fetched = message.extras.attachments.len();
    let room = MOST_ATTACHMENTS.saturating_sub(fetched);
    message.extras.attachments.extend(incoming.attachments.iter().take(room).map(pending_attachment));
    message.extras.parts.push(incoming.id.clone());
    let had_words = !message.text.is_empty();
    if had_words && !incoming.text.is_empty() {
        message.text.push('\n');
    }
    let left = LONGEST_CAPTIONS.saturating_sub(message.text.chars().count());
    message.text.extend(incoming.text.chars().take(left));
    decision.arrived = Some((stored.channel.clone(), early_key(&event.thread, &incoming.id)));
    decision.changed_messages.push(message.clone());
    decision.signalled.push(message.conversation);
    if !had_words && !message.text.is_empty() && !place.contact.blocked {
        incoming::decide(engine, place, &message, Vec::new(), event.sender.is_bot, &mut decision).await?;
    }
    decision.commit(engine).await?;
    attachments::fetch_pending(engine, &message, &stored.lane, fetched);
    Ok(())
}

/// When an album that came without words so far is answered.
pub(super) fn wait(message: &Message, now: DateTime<Utc>) -> NewTimer {
    NewTimer {
        key: format!("album:{}", message.id),
        kind: ALBUM.to_owned(),
        conversation: Some(message.conversation),
        due_at: now + PATIENCE,
        payload: json!({ "message": message.id }),
    }
}

/// The message that a timer of [`wait`] is about.
pub(crate) fn waiting_message(payload: &Value) -> Option<MessageId> {
    payload.get("message")?.as_str()?.parse().ok()
}

/// No words came with the album in time; where they did, it was decided on then.
pub(super) async fn over(engine: &Engine, stored: &InboxEvent, conversation: ConversationId, message: MessageId) -> Result<(), HandleError> {
    let reader = engine.reader();
    let Some(message) = reader.message(message).await?.filter(|message| message.text.is_empty() && message.extras.deleted_at.is_none()) else {
        return done(engine, stored).await;
    };
    let Some(conversation) = reader.conversation(conversation).await? else { return done(engine, stored).await };
    let Some(contact) = reader.contact(conversation.contact).await?.filter(|contact| !contact.blocked) else { return done(engine, stored).await };
    let mut decision = Decision { events: vec![stored.seq], ..Default::default() };
    incoming::decide(engine, Place { contact, conversation, is_new: false }, &message, Vec::new(), false, &mut decision).await?;
    Ok(decision.commit(engine).await?)
}
