//! A customer's message: finds person, thread and episode, stores it, and lets the bot decide if it is the bot's turn.

use bellhop_channel::{Event, EventKind, IncomingMessage};
use bellhop_domain::{
    actor::Actor,
    contact::{Contact, Thread},
    conversation::Conversation,
    id::{ConversationId, MessageId, ThreadId},
    localised::base_language,
    message::{Attachment, AttachmentState, Direction, Extras, Message},
    ticket::Ticket,
    timeline::{TimelineEvent, TimelineKind},
};
use bellhop_store::inbox::InboxEvent;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{HandleError, albums, people};
use crate::{
    actions::{conversations, tickets},
    attachments, bot,
    channels::Channel,
    clock::fresh_id,
    decision::{CommitError, Decision},
    engine::Engine,
};

/// How far a platform's clock is believed when it says when something was written.
const CLOCK_TRUST: TimeDelta = TimeDelta::minutes(5);
/// Longer texts are cut when stored, in characters; the raw event keeps them for a week.
const LONGEST_TEXT: usize = 100_000;
/// Attachments kept of one message.
pub(super) const MOST_ATTACHMENTS: usize = 20;

/// Where a message belongs.
pub(super) struct Place {
    pub(super) contact: Contact,
    pub(super) conversation: Conversation,
    pub(super) is_new: bool,
}

pub(super) async fn handle(
    engine: &Engine,
    channel: &Channel,
    stored: &InboxEvent,
    event: &Event,
    incoming: &IncomingMessage,
) -> Result<(), HandleError> {
    let mut decision = Decision { events: vec![stored.seq], ..Default::default() };
    let Some(mut place) = place(engine, channel, event, &mut decision).await? else { return super::done(engine, stored).await };
    let now = engine.now();
    if (!place.is_new || stored.attempts > 0) && engine.reader().message_by_external(&stored.channel, &event.thread, &incoming.id).await?.is_some() {
        // Only a known thread can hold this message already.
        return super::done(engine, stored).await;
    }
    if let Some(album) = &incoming.album
        && !place.is_new
        && let Some(message) = albums::find(engine, place.conversation.thread, album).await?
    {
        return Box::pin(albums::add(engine, stored, event, incoming, place, message, decision)).await;
    }
    let mut message = Message {
        id: MessageId(fresh_id()),
        conversation: place.conversation.id,
        direction: Direction::In,
        author: Actor::Contact { id: place.contact.id },
        author_name: place.contact.name.clone(),
        text: incoming.text.chars().take(LONGEST_TEXT).collect(),
        extras: Extras {
            attachments: incoming.attachments.iter().take(MOST_ATTACHMENTS).map(pending_attachment).collect(),
            reply_to: incoming.reply_to.clone(),
            location: incoming.location.clone(),
            card: incoming.card.clone(),
            album: incoming.album.clone(),
            ..Extras::default()
        },
        external_id: Some(incoming.id.clone()),
        delivery: None,
        created_at: shown_at(event.at, stored.received_at),
    };
    attachments::take_kept(engine, channel, &mut message).await?;
    let has_attachments = !message.extras.attachments.is_empty();
    decision.new_messages.push(message.clone());
    decision.arrived = Some((stored.channel.clone(), early_key(&event.thread, &incoming.id)));
    let which = Box::pin(touch_tickets(engine, &place, &message, now, &mut decision)).await?;
    if place.contact.blocked {
        keep(place, now, &mut decision);
    } else {
        if message.extras.album.is_some() && message.text.is_empty() {
            conversations::wake_up(&mut decision, &mut place.conversation, now, engine.settings());
            decision.timers.push(albums::wait(&message, now));
            keep(place, now, &mut decision);
        } else {
            Box::pin(decide(engine, place, &message, which, event.sender.is_bot, &mut decision)).await?;
            decision.may_be_joined = more_follows(engine, channel, stored, &event.sender.id);
        }
    }
    match decision.commit(engine).await {
        // A unique key was met: the same message under another event id, or the person's first two messages at once. Look again.
        Err(CommitError::Database(error)) if error.is_unique_violation() => return Err(CommitError::Conflict.into()),
        other => other?,
    }
    if has_attachments {
        attachments::fetch_pending(engine, &message, &stored.lane, 0);
    }
    Ok(())
}

/// Whether the next event of the lane, as far as it is here already, is something that the same person writes.
fn more_follows(engine: &Engine, channel: &Channel, stored: &InboxEvent, sender: &str) -> bool {
    let Some(next) = engine.0.lanes.next_of(&stored.lane) else { return false };
    let event = channel.adapter().normalise(&next);
    event.is_ok_and(|event| event.sender.id == sender && matches!(&event.kind, EventKind::Message(message) if !message.text.trim().is_empty()))
}

/// Lets the bot decide on a message; `which` are the open tickets that it may be meant for, where there are several.
pub(super) async fn decide(
    engine: &Engine,
    place: Place,
    message: &Message,
    which: Vec<Ticket>,
    sender_is_bot: bool,
    decision: &mut Decision,
) -> Result<(), HandleError> {
    let Place { contact, conversation, is_new } = place;
    let (reply_to, texts) = (message.external_id.clone(), Some((message.id, message.text.clone())));
    bot::answer(engine, bot::Case { conversation, contact, is_new, reply_to, texts, which }, message, sender_is_bot, decision).await
}

/// Finds or makes person, thread and conversation; nothing where the person was erased meanwhile.
pub(super) async fn place(engine: &Engine, channel: &Channel, event: &Event, decision: &mut Decision) -> Result<Option<Place>, HandleError> {
    let now = engine.now();
    let desk = engine.desk();
    let trusts = *channel.adapter().trusts();
    let reader = engine.reader();
    let known = reader.thread_state(channel.name(), &event.thread, &event.sender.id).await?;
    let (thread, mut contact, newest) = match known {
        Some(state) => {
            let contact = if state.is_sender {
                state.contact
            } else {
                people::find_or_make(reader, channel.name(), &event.sender, trusts, now, decision).await?
            };
            (state.thread, contact, state.conversation)
        }
        None => {
            let contact = people::find_or_make(reader, channel.name(), &event.sender, trusts, now, decision).await?;
            let thread =
                Thread { id: ThreadId(fresh_id()), channel: channel.name().to_owned(), external_id: event.thread.clone(), contact: contact.id };
            decision.new_thread = Some(thread.clone());
            (thread, contact, None)
        }
    };
    let mut has_news = people::learn(&mut contact, channel.name(), &event.sender, trusts, &desk, now);
    if let EventKind::Message(IncomingMessage { location: Some(shared), .. }) = &event.kind {
        has_news |= people::learn_place(&mut contact, channel.name(), shared, &desk, now);
    }
    has_news |= people::learn_organisation(reader, &mut contact, channel.name(), &event.sender, trusts, now).await?;
    if has_news {
        people::learn_domain(reader, &mut contact, now).await?;
        people::settle(reader, &mut contact).await?;
        contact.updated_at = now;
        match &mut decision.new_contact {
            Some(new) => *new = contact.clone(),
            None => decision.contact = Some(contact.clone()),
        }
    }
    let reopen_within = TimeDelta::from_std(engine.settings().reopen_within).unwrap_or(TimeDelta::MAX);
    let (conversation, is_new) = match newest.filter(|conversation| conversation.takes_message_at(now, reopen_within)) {
        Some(conversation) => (conversation, false),
        None => (Conversation::begin(ConversationId(fresh_id()), &thread, contact.id, now), true),
    };
    if is_new {
        decision.timeline.push(TimelineEvent {
            conversation: Some(conversation.id),
            ticket: None,
            at: now,
            actor: Actor::Contact { id: contact.id },
            kind: TimelineKind::Started,
            details: json!({ "channel": channel.name() }),
        });
    }
    Ok(Some(Place { contact, conversation, is_new }))
}

/// Stores a message without any answer, at least not yet.
fn keep(place: Place, now: DateTime<Utc>, decision: &mut Decision) {
    let mut conversation = place.conversation;
    conversation.updated_at = now;
    if place.is_new {
        decision.new_conversation = Some(conversation);
    } else {
        decision.conversation = Some(conversation);
    }
}

/// The message touches the one open ticket of its conversation. Of several it touches none: they are answered, for the customer to be asked.
async fn touch_tickets(
    engine: &Engine,
    place: &Place,
    message: &Message,
    now: DateTime<Utc>,
    decision: &mut Decision,
) -> Result<Vec<Ticket>, HandleError> {
    if place.is_new {
        return Ok(Vec::new());
    }
    let open: Vec<_> =
        engine.reader().tickets_of_conversation(place.conversation.id).await?.into_iter().filter(|ticket| ticket.status.is_open()).collect();
    let [ticket] = open.as_slice() else { return Ok(open) };
    let touched = tickets::touch(ticket, message, now);
    decision.timeline.extend(touched.timeline);
    if let Some(moved) = touched.ticket {
        Box::pin(tickets::follow_card(engine, &moved, decision, now)).await?;
        decision.tickets.push(moved);
    }
    Ok(Vec::new())
}

/// Under which name an event waits for its message.
pub(crate) fn early_key(thread: &str, message: &str) -> String {
    format!("{thread}\u{1f}{message}")
}

pub(super) fn pending_attachment(attachment: &bellhop_channel::IncomingAttachment) -> Attachment {
    Attachment {
        name: attachment.name.clone().unwrap_or_else(|| "attachment".to_owned()).chars().take(200).collect(),
        content_type: attachment.content_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned()),
        url: Some(attachment.url.clone()),
        state: AttachmentState::Pending,
    }
}

/// When a message is shown as written: the platform's time as far as it is believable.
fn shown_at(platform: Option<DateTime<Utc>>, received: DateTime<Utc>) -> DateTime<Utc> {
    platform.map_or(received, |at| at.clamp(received - CLOCK_TRUST, received + CLOCK_TRUST))
}

/// The language that a conversation is held in: chosen or stated by the person, else found in what they write.
pub(crate) fn language_of(contact: &Contact, conversation: &Conversation, text: &str, default: &str) -> String {
    if contact.language_chosen
        && let Some(language) = &contact.language
    {
        return language.clone();
    }
    let detected = bellhop_kb::language::detect(text).map(|detected| detected.lang.to_owned());
    match (detected, &conversation.language, &contact.language) {
        (Some(found), _, Some(stated)) if base_language(&found) == base_language(stated) => stated.clone(),
        (Some(found), ..) => found,
        (None, Some(held), _) => held.clone(),
        (None, None, Some(stated)) => stated.clone(),
        (None, None, None) => default.to_owned(),
    }
}
