//! A conversation as a text to keep.

use std::fmt::Write as _;

use bellhop_domain::{
    actor::Actor,
    id::ConversationId,
    message::{Direction, Message},
    words,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{language_of, load};
use crate::{
    actions::{ActionError, require},
    caller::{Caller, Permission},
    engine::Engine,
};

/// Messages read at once.
const PAGE: u32 = 200;
/// About how many messages a transcript has at most.
const MOST_MESSAGES: usize = 5_000;

/// What was said, the oldest first, in plain text; for the customer without what colleagues noted.
pub async fn transcript(engine: &Engine, caller: &Caller, id: ConversationId, for_customer: bool) -> Result<String, ActionError> {
    require(caller, Permission::ReadConversations)?;
    let conversation = load(engine, id).await?;
    let contact = engine.reader().contact(conversation.contact).await?.and_then(|contact| contact.name);
    let language = language_of(&conversation, engine.settings());
    let mut messages: Vec<Message> = Vec::new();
    let mut cursor = None;
    while messages.len() < MOST_MESSAGES {
        let page = engine.reader().messages(id, cursor, PAGE).await?;
        messages.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let zone = engine.desk().calendar_of(conversation.department.as_deref().unwrap_or_default()).map_or(Tz::UTC, |calendar| calendar.time_zone);
    let mut text = String::new();
    for message in messages.iter().filter(|message| !for_customer || message.direction != Direction::Note) {
        let name = message.author_name.as_deref().or_else(|| message.author.name());
        let name = match (&message.author, name) {
            (Actor::Contact { .. }, name) => {
                name.or(contact.as_deref()).map_or_else(|| words::say(&language, "transcript-customer", &[]), str::to_owned)
            }
            (_, Some(name)) => name.to_owned(),
            (_, None) => words::say(&language, "transcript-bot", &[]),
        };
        let mark = if message.direction == Direction::Note { words::say(&language, "transcript-note", &[]) } else { String::new() };
        let gone = message.extras.deleted_at.is_some().then(|| words::say(&language, "deleted-marker", &[]));
        let said = gone.as_deref().unwrap_or(&message.text);
        let _always_fits = writeln!(text, "[{}] {name}{mark}: {said}", shown(message.created_at, zone));
        for attachment in &message.extras.attachments {
            let _always_fits = writeln!(text, "    + {}", attachment.name);
        }
    }
    Ok(text)
}

fn shown(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string()
}
