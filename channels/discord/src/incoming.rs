//! Reads what customers do.

use bellhop_channel::{Event, EventKind, Fields, IncomingMessage, NormaliseError, Sender, Side};
use serde_json::Value;

use crate::{
    event::{self, CONTACT, Head, Unreadable},
    message,
};

/// Longest emoji, or name of one, that is kept, in bytes.
const MAX_EMOJI: usize = 64;

/// Reads all of a stored event. What is missing, null or of another type is taken for absent.
pub(crate) fn normalise(raw: &str) -> Result<Event, NormaliseError> {
    let event = event::parse(raw).ok_or_else(|| NormaliseError { field: "body".to_owned(), problem: "is not JSON".to_owned() })?;
    let head = event::head(&event).map_err(unreadable)?;
    let kind = if head.place.side() == Side::Customer { kind(&head) } else { None };
    Ok(Event {
        at: message::time(head.body, "edited_timestamp").or_else(|| message::time(head.body, "timestamp")),
        sender: sender(&head),
        kind: kind.unwrap_or(EventKind::Unknown),
        id: head.key,
        thread: head.thread,
    })
}

pub(crate) fn unreadable(error: Unreadable) -> NormaliseError {
    NormaliseError { field: error.field.to_owned(), problem: error.problem.to_owned() }
}

/// What happened; none where we have no word for it, or a part that it needs is missing.
fn kind(head: &Head<'_>) -> Option<EventKind> {
    let body = head.body;
    Some(match head.kind? {
        "MESSAGE_CREATE" => EventKind::Message(written(body)?),
        "MESSAGE_UPDATE" => {
            // Discord tells of a preview that it has made for a link in the same words.
            if !message::is_written(body) || !body.has("edited_timestamp") {
                return None;
            }
            EventKind::Edit { message: body.id("id")?, text: message::text(body) }
        }
        "MESSAGE_DELETE" => EventKind::Delete { message: body.id("id")? },
        "MESSAGE_REACTION_ADD" => EventKind::Reaction { message: body.id("message_id")?, emoji: emoji(body.object("emoji")?)?, removed: false },
        "MESSAGE_REACTION_REMOVE" => EventKind::Reaction { message: body.id("message_id")?, emoji: emoji(body.object("emoji")?)?, removed: true },
        "INTERACTION_CREATE" => {
            EventKind::Button { button: message::pressed(body)?, message: body.object("message").and_then(|message| message.id("id")) }
        }
        // Whoever asks for a conversation begins one.
        CONTACT => {
            EventKind::Message(IncomingMessage { id: format!("contact-{}", body.id("id")?), text: "/start".to_owned(), ..IncomingMessage::default() })
        }
        _ => return None,
    })
}

fn written(body: Fields<'_>) -> Option<IncomingMessage> {
    if !message::is_written(body) {
        return None;
    }
    let written = IncomingMessage {
        id: body.id("id")?,
        text: message::text(body),
        reply_to: message::reply_to(body),
        attachments: message::attachments(body),
        ..IncomingMessage::default()
    };
    let nothing = written.text.is_empty() && written.attachments.is_empty();
    (!nothing).then_some(written)
}

fn emoji(emoji: Fields<'_>) -> Option<String> {
    let name = emoji.name("name");
    let emoji = match (emoji.id("id"), name) {
        (Some(id), name) => format!("custom:{}:{id}", name.unwrap_or_default()),
        (None, name) => name?,
    };
    (emoji.len() <= MAX_EMOJI).then_some(emoji)
}

fn sender(head: &Head<'_>) -> Sender {
    let who = event::person(head.body);
    let member = head.body.object("member").unwrap_or_default();
    let mut sender = Sender {
        id: head.sender.clone().unwrap_or_else(|| "unknown".to_owned()),
        name: member.name("nick").or_else(|| who.name("global_name")).or_else(|| who.name("username")),
        locale: head.body.text("locale").and_then(locale),
        is_bot: who.flag("bot"),
        ..Sender::default()
    };
    if let Some(username) = who.name("username") {
        sender.attributes.insert("username".to_owned(), Value::String(username));
    }
    sender
}

/// A language tag, loosely: letters, digits and dashes. Whether we speak it is another question.
pub(crate) fn locale(tag: &str) -> Option<String> {
    let plausible = tag.len() <= 35 && tag.starts_with(|first: char| first.is_ascii_alphabetic());
    (plausible && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')).then(|| tag.to_owned())
}
