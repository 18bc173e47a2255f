//! Reads what comes in: first just enough to store it, later all of it.

mod fields;
mod head;

use bellhop_channel::{
    Envelope, EnvelopeError, Event, EventKind, IncomingAttachment, IncomingMessage, NormaliseError, ReceiptStatus, Sender, Side, clean,
};
use chrono::{DateTime, Utc};

use fields::Fields;
use head::Head;

/// Longest id of anything, in bytes.
pub(crate) const MAX_ID: usize = 255;

/// Deepest nesting of objects and lists; one less than the parser's own limit.
const MAX_DEPTH: usize = 127;

/// Longest name of a person or file that is kept, in Unicode scalar values.
const MAX_NAME: usize = 200;

/// Longest address, tag, key or emoji that is kept, in bytes; a longer one is none.
const MAX_WORD: usize = 320;

/// Reads the ids of an event and refuses what [`normalise`] could not read later.
pub(crate) fn envelope(body: &[u8]) -> Result<Envelope, EnvelopeError> {
    let wrong = |field: &str, problem: String| EnvelopeError { field: field.to_owned(), problem };
    let text = std::str::from_utf8(body).map_err(|_| wrong("body", "is not UTF-8".to_owned()))?;
    if is_too_deep(body) {
        return Err(wrong("body", format!("is nested more than {MAX_DEPTH} deep")));
    }
    let head: Head<'_> = serde_json::from_str(text).map_err(|error| {
        if error.is_data() {
            return wrong("body", "must be one object with each of its keys once".to_owned());
        }
        wrong("body", format!("is not JSON (line {}, column {})", error.line(), error.column()))
    })?;
    let id = |field: &str, text: &head::Text<'_>| text.id().map_err(|problem| wrong(field, problem));
    id("type", &head.r#type)?;
    Ok(Envelope {
        key: id("id", &head.id)?,
        side: Side::Customer,
        thread: id("conversation", &head.conversation)?,
        sender: Some(id("sender.id", &head.sender)?),
        body: text.into(),
    })
}

/// Reads all of a stored event. What is missing, null or of another type is taken for absent.
pub(crate) fn normalise(raw: &str) -> Result<Event, NormaliseError> {
    let mended = clean::surrogates(raw);
    let fields = Fields::read(&mended).ok_or_else(|| missing("body"))?;
    let sender = sender(&fields.object("sender").unwrap_or_default())?;
    let id = fields.text("id").ok_or_else(|| missing("id"))?;
    let kind = kind(&fields, &id).unwrap_or(EventKind::Unknown);
    Ok(Event {
        at: fields.text("at").and_then(|text| DateTime::parse_from_rfc3339(&text).ok()).map(|at| at.with_timezone(&Utc)),
        thread: fields.text("conversation").ok_or_else(|| missing("conversation"))?,
        id,
        sender,
        kind,
    })
}

fn missing(field: &str) -> NormaliseError {
    NormaliseError { field: field.to_owned(), problem: "is missing".to_owned() }
}

/// What happened; none where a part that it needs is missing.
fn kind(fields: &Fields<'_>, event: &str) -> Option<EventKind> {
    let about = fields.object("message");
    let about_id = || about.as_ref().and_then(|message| message.id("id"));
    Some(match fields.text("type")?.as_str() {
        "message" => EventKind::Message(message(about.as_ref()?, event)),
        "edit" => EventKind::Edit { message: about_id()?, text: clean::text(&about.as_ref()?.text("text")?) },
        "delete" => EventKind::Delete { message: about_id()? },
        "button" => EventKind::Button { button: fields.object("button")?.id("id")?, message: about_id() },
        "reaction" => {
            let reaction = fields.object("reaction")?;
            EventKind::Reaction { message: about_id()?, emoji: word(&reaction, "emoji")?, removed: reaction.flag("removed") }
        }
        "receipt" => EventKind::Receipt { message: about_id()?, status: receipt(&fields.text("status")?)? },
        "typing" => EventKind::Typing,
        _ => return None,
    })
}

/// A message without an id of its own has that of its event.
fn message(fields: &Fields<'_>, event: &str) -> IncomingMessage {
    IncomingMessage {
        id: fields.id("id").unwrap_or_else(|| event.to_owned()),
        text: clean::text(&fields.text("text").unwrap_or_default()),
        reply_to: fields.id("reply_to"),
        attachments: fields.list("attachments").iter().filter_map(attachment).collect(),
        ..IncomingMessage::default()
    }
}

fn attachment(fields: &Fields<'_>) -> Option<IncomingAttachment> {
    Some(IncomingAttachment {
        url: fields.text("url").and_then(|url| clean::line(&url))?,
        name: name(fields, "name"),
        content_type: word(fields, "content_type"),
    })
}

fn receipt(word: &str) -> Option<ReceiptStatus> {
    match word {
        "delivered" => Some(ReceiptStatus::Delivered),
        "read" => Some(ReceiptStatus::Read),
        "failed" => Some(ReceiptStatus::Failed),
        _ => None,
    }
}

fn sender(fields: &Fields<'_>) -> Result<Sender, NormaliseError> {
    Ok(Sender {
        id: fields.text("id").ok_or_else(|| missing("sender.id"))?,
        name: name(fields, "name"),
        email: word(fields, "email"),
        phone: word(fields, "phone"),
        locale: word(fields, "locale").and_then(|tag| locale(&tag)),
        tier: word(fields, "tier"),
        region: word(fields, "region"),
        organisation: fields
            .text("organisation")
            .and_then(|key| if key.trim().is_empty() { Some(String::new()) } else { word(fields, "organisation") }),
        sees_colleagues: fields.said("sees_colleagues"),
        attributes: fields.object("attributes").map(|attributes| attributes.values()).unwrap_or_default(),
        verified: fields.texts("verified").into_iter().filter(|claim| claim == "email" || claim == "phone").collect(),
        is_bot: false,
        seen_in: None,
    })
}

fn name(fields: &Fields<'_>, key: &str) -> Option<String> {
    let name = clean::line(&fields.text(key)?)?;
    Some(match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => name.get(..end).unwrap_or_default().trim_end().to_owned(),
        None => name,
    })
}

fn word(fields: &Fields<'_>, key: &str) -> Option<String> {
    clean::line(&fields.text(key)?).filter(|word| word.len() <= MAX_WORD)
}

/// A language tag, loosely: letters, digits and dashes. Whether we speak it is another question.
fn locale(tag: &str) -> Option<String> {
    let tag = tag.replace('_', "-");
    let plausible = tag.len() <= 35 && tag.starts_with(|first: char| first.is_ascii_alphabetic());
    (plausible && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')).then_some(tag)
}

/// Whether objects and lists are nested deeper than can be read. Text that is no JSON may get any answer.
fn is_too_deep(body: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for &byte in body {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests;
