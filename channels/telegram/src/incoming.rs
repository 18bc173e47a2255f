//! Reads what customers do.

use bellhop_channel::{Event, EventKind, Fields, IncomingMessage, NormaliseError, Sender, clean};
use serde_json::Value;

use crate::{
    message,
    update::{self, Head, Unreadable, Where},
};

/// Longest emoji, or name of one, that is kept, in bytes.
const MAX_EMOJI: usize = 64;

/// Reads all of a stored update. What is missing, null or of another type is taken for absent.
pub(crate) fn normalise(raw: &str, staff_chat: Option<i64>) -> Result<Event, NormaliseError> {
    let update = update::parse(raw).ok_or_else(|| NormaliseError { field: "body".to_owned(), problem: "is not JSON".to_owned() })?;
    let head = update::head(&update, staff_chat).map_err(unreadable)?;
    let kind = if head.place == Where::Private { kind(&head) } else { None };
    let body = head.body;
    Ok(Event {
        at: message::time(body, "edit_date").or_else(|| message::time(body, "date")),
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
        "message" => EventKind::Message(written(body)?),
        "edited_message" => {
            let (words, entities) = message::words(body);
            // A place that moves is edited all the time.
            if words.is_empty() && message::attachments(body).is_empty() {
                return None;
            }
            EventKind::Edit { message: message::id(body)?, text: message::text(words, &entities, true) }
        }
        "callback_query" => EventKind::Button { button: body.id("data")?, message: body.object("message").and_then(message::id) },
        "message_reaction" => {
            let (emoji, removed) = reaction(body)?;
            EventKind::Reaction { message: message::id(body)?, emoji, removed }
        }
        _ => return None,
    })
}

fn written(body: Fields<'_>) -> Option<IncomingMessage> {
    let written = IncomingMessage {
        id: message::id(body)?,
        text: text(body),
        reply_to: message::reply_to(body),
        attachments: message::attachments(body),
        album: message::album(body),
        location: message::location(body),
        card: message::card(body),
    };
    let nothing = written.text.is_empty() && written.attachments.is_empty() && written.location.is_none() && written.card.is_none();
    (!nothing).then_some(written)
}

/// What a message says. The name of the bot behind a command says nothing where there is only one bot, and a command is read as it was typed.
fn text(body: Fields<'_>) -> String {
    let (words, entities) = message::words(body);
    if let Some(command) = message::command(words) {
        return clean::text(format!("/{} {}", command.name, command.rest).trim_end());
    }
    if !words.is_empty() {
        return message::text(words, &entities, true);
    }
    if let Some(poll) = body.object("poll") {
        let options = poll.list("options").into_iter().filter_map(|option| option.name("text")).map(|option| format!("- {option}"));
        return poll.name("question").into_iter().chain(options).collect::<Vec<_>>().join("\n");
    }
    body.object("dice").and_then(|dice| dice.name("emoji")).unwrap_or_default()
}

/// What is new among the reactions, or else what is gone.
fn reaction(body: Fields<'_>) -> Option<(String, bool)> {
    let emojis = |key| body.list(key).into_iter().filter_map(emoji).collect::<Vec<String>>();
    let (old, new) = (emojis("old_reaction"), emojis("new_reaction"));
    let added = new.iter().find(|emoji| !old.contains(emoji)).map(|emoji| (emoji.clone(), false));
    added.or_else(|| old.iter().find(|emoji| !new.contains(emoji)).map(|emoji| (emoji.clone(), true)))
}

fn emoji(reaction: Fields<'_>) -> Option<String> {
    let emoji = match reaction.text("type")? {
        "emoji" => reaction.name("emoji")?,
        "custom_emoji" => format!("custom:{}", reaction.id("custom_emoji_id")?),
        "paid" => "⭐".to_owned(),
        _ => return None,
    };
    (emoji.len() <= MAX_EMOJI).then_some(emoji)
}

fn sender(head: &Head<'_>) -> Sender {
    let who =
        ["from", "user", "sender_chat", "actor_chat"].into_iter().find_map(|key| head.body.object(key).filter(|who| who.integer("id").is_some()));
    let who = who.unwrap_or_default();
    let mut sender = Sender {
        id: head.sender.clone().unwrap_or_else(|| "unknown".to_owned()),
        name: message::name(who),
        locale: who.text("language_code").and_then(locale),
        is_bot: who.flag("is_bot"),
        ..Sender::default()
    };
    if let Some(username) = who.name("username") {
        sender.attributes.insert("username".to_owned(), Value::String(username));
    }
    // A number that somebody shares as their own is a claim like any other.
    if let Some(contact) = head.body.object("contact").filter(|contact| contact.integer("user_id").is_some_and(|id| Some(id) == who.integer("id"))) {
        sender.phone = contact.name("phone_number");
    }
    sender
}

/// A language tag, loosely: letters, digits and dashes. Whether we speak it is another question.
fn locale(tag: &str) -> Option<String> {
    let tag = tag.replace('_', "-");
    let plausible = tag.len() <= 35 && tag.starts_with(|first: char| first.is_ascii_alphabetic());
    (plausible && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')).then_some(tag)
}

#[cfg(test)]
mod tests;
