//! What visitors do, as events: written when it is accepted, read when it is handled.

use std::collections::BTreeMap;

use bellhop_channel::{
    Envelope, Event, EventKind, IncomingAttachment, IncomingMessage, KeptFile, NormaliseError, ReceiptStatus, Sender, Side, clean,
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

/// Longest name, address or key that is kept, in bytes; a longer one is none.
const MAX_WORD: usize = 320;

/// What a visitor did.
pub(crate) enum Act<'a> {
    /// They wrote.
    Says { id: &'a str, text: &'a str, reply_to: Option<&'a str>, files: &'a [KeptFile] },
    /// They pressed a button.
    Presses { message: &'a str, button: &'a str },
    /// They saw a message, and all before it.
    Sees { message: &'a str },
}

/// The event of an act. Its key is the thread's own, so that nobody can take another's.
pub(crate) fn envelope(thread: &str, sender: &Sender, act: &Act<'_>, at: DateTime<Utc>) -> Envelope {
    let (key, mut event) = match act {
        Act::Says { id, text, reply_to, files } => {
            let files: Vec<Value> = files.iter().map(|file| json!({ "url": file.url, "name": file.name, "type": file.content_type })).collect();
            (format!("{thread}:{id}"), json!({ "type": "message", "message": { "id": id, "text": text, "reply_to": reply_to, "files": files } }))
        }
        Act::Presses { message, button } => {
            (format!("{thread}:press:{message}:{button}"), json!({ "type": "button", "message": message, "button": button }))
        }
        Act::Sees { message } => (format!("{thread}:read:{message}"), json!({ "type": "read", "message": message })),
    };
    event["id"] = key.as_str().into();
    event["at"] = json!(at);
    event["thread"] = thread.into();
    event["sender"] = serde_json::to_value(sender).unwrap_or_default();
    Envelope { key, side: Side::Customer, thread: thread.to_owned(), sender: Some(sender.id.clone()), body: event.to_string().into() }
}

/// Reads a stored event. What is missing, null or of another type is taken for absent.
pub(crate) fn normalise(raw: &str) -> Result<Event, NormaliseError> {
    let missing = |field: &str| NormaliseError { field: field.to_owned(), problem: "is missing".to_owned() };
    let event: Value = serde_json::from_str(raw).map_err(|_| NormaliseError { field: "body".to_owned(), problem: "is not JSON".to_owned() })?;
    let said_by = event.get("sender").unwrap_or(&Value::Null);
    Ok(Event {
        id: id(&event, "id").ok_or_else(|| missing("id"))?,
        at: text(&event, "at").and_then(|at| DateTime::parse_from_rfc3339(at).ok()).map(|at| at.with_timezone(&Utc)),
        thread: id(&event, "thread").ok_or_else(|| missing("thread"))?,
        sender: sender(said_by).ok_or_else(|| missing("sender.id"))?,
        kind: kind(&event).unwrap_or(EventKind::Unknown),
    })
}

fn kind(event: &Value) -> Option<EventKind> {
    Some(match text(event, "type")? {
        "message" => EventKind::Message(message(event.get("message")?)?),
        "button" => EventKind::Button { button: id(event, "button")?, message: id(event, "message") },
        "read" => EventKind::Receipt { message: id(event, "message")?, status: ReceiptStatus::Read },
        _ => return None,
    })
}

fn message(message: &Value) -> Option<IncomingMessage> {
    let files = message.get("files").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Some(IncomingMessage {
        id: id(message, "id")?,
        text: clean::text(text(message, "text").unwrap_or_default()),
        reply_to: id(message, "reply_to"),
        attachments: files.iter().filter_map(file).collect(),
        ..IncomingMessage::default()
    })
}

fn file(file: &Value) -> Option<IncomingAttachment> {
    Some(IncomingAttachment { url: id(file, "url")?, name: line(file, "name"), content_type: line(file, "type") })
}

fn sender(sender: &Value) -> Option<Sender> {
    let attributes: Option<&Map<String, Value>> = sender.get("attributes").and_then(Value::as_object);
    let verified = sender.get("verified").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Some(Sender {
        id: id(sender, "id")?,
        name: line(sender, "name"),
        email: line(sender, "email"),
        phone: line(sender, "phone"),
        locale: line(sender, "locale"),
        tier: line(sender, "tier"),
        region: line(sender, "region"),
        organisation: text(sender, "organisation").map(str::to_owned),
        sees_colleagues: sender.get("sees_colleagues").and_then(Value::as_bool),
        attributes: attributes
            .map(|attributes| attributes.iter().map(|(name, value)| (name.clone(), value.clone())).collect::<BTreeMap<_, _>>())
            .unwrap_or_default(),
        verified: verified.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        is_bot: false,
        seen_in: line(sender, "seen_in"),
    })
}

fn text<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}

/// An id stands as it is: no part of it may be cut off or made up.
fn id(object: &Value, key: &str) -> Option<String> {
    text(object, key).filter(|id| !id.is_empty() && !id.chars().any(char::is_control)).map(str::to_owned)
}

fn line(object: &Value, key: &str) -> Option<String> {
    clean::line(text(object, key)?).filter(|line| line.len() <= MAX_WORD)
}
