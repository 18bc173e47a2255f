//! What the messages of customers and agents have in common.

use bellhop_channel::{Fields, IncomingAttachment, clean, fields::short};
use bellhop_domain::message::{ContactCard, SharedLocation};
use chrono::{DateTime, Utc};

use crate::markdown;

/// What stands before Telegram's id of a file in a reference to it.
pub(crate) const FILE: &str = "telegram-file:";

/// A text or caption with its entities; empty where there is none.
pub(crate) fn words<'a>(message: Fields<'a>) -> (&'a str, Vec<Fields<'a>>) {
    match message.text("text") {
        Some(text) => (text, message.list("entities")),
        None => (message.text("caption").unwrap_or_default(), message.list("caption_entities")),
    }
}

/// A text as light Markdown. With `exact`, what would be taken for marks is escaped; without, a text that has no formatting stays as it was typed.
pub(crate) fn text(text: &str, entities: &[Fields<'_>], exact: bool) -> String {
    if exact || markdown::is_formatted(entities) {
        return clean::text(&markdown::markdown(text, entities));
    }
    clean::text(text)
}

/// The command at the very start: its name without the slash, whom it is for, and the rest.
pub(crate) struct Command<'a> {
    /// In lower case.
    pub(crate) name: String,
    /// The bot's name behind the `@`, if there is one.
    pub(crate) bot: Option<&'a str>,
    pub(crate) rest: &'a str,
}

/// Reads a command; none where the text starts with something else.
pub(crate) fn command(text: &str) -> Option<Command<'_>> {
    let after = text.strip_prefix('/')?;
    let end = after.find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '_' | '@'))).unwrap_or(after.len());
    let (word, rest) = after.split_at_checked(end)?;
    let (name, bot) = word.split_once('@').map_or((word, None), |(name, bot)| (name, Some(bot)));
    let stands_alone = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (!name.is_empty() && stands_alone).then(|| Command { name: name.to_ascii_lowercase(), bot, rest: rest.trim() })
}

/// Telegram's id of a message, which is unique in its chat.
pub(crate) fn id(message: Fields<'_>) -> Option<String> {
    message.integer("message_id").map(|id| id.to_string())
}

/// The message that this one answers. The first message of a topic is no answer to the topic's making, though Telegram says so.
pub(crate) fn reply_to(message: Fields<'_>) -> Option<String> {
    let answered = message.object("reply_to_message")?;
    let of_topic = answered.has("forum_topic_created")
        || (message.flag("is_topic_message") && answered.integer("message_id") == message.integer("message_thread_id"));
    if of_topic { None } else { id(answered) }
}

/// The album that a message is a part of.
pub(crate) fn album(message: Fields<'_>) -> Option<String> {
    message.id("media_group_id")
}

/// A time as Telegram writes it.
pub(crate) fn time(message: Fields<'_>, key: &str) -> Option<DateTime<Utc>> {
    message.integer(key).filter(|&seconds| seconds > 0).and_then(|seconds| DateTime::from_timestamp(seconds, 0))
}

/// What somebody is called.
pub(crate) fn name(person: Fields<'_>) -> Option<String> {
    let parts = [person.name("first_name"), person.name("last_name")];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if name.is_empty() { person.name("title").or_else(|| person.name("username")) } else { Some(short(&name)) }
}

/// The files of a message.
pub(crate) fn attachments(message: Fields<'_>) -> Vec<IncomingAttachment> {
    let file = |kind: &str, name: &str, content_type: &str| {
        let file = message.object(kind)?;
        attachment(file, name, content_type)
    };
    let mut found: Vec<IncomingAttachment> = Vec::new();
    // A picture comes in several sizes, and the last is the largest.
    let largest = message.list("photo").into_iter().max_by_key(|size| size.integer("width").unwrap_or_default());
    found.extend(largest.and_then(|photo| attachment(photo, "photo.jpg", "image/jpeg")));
    // An animation comes a second time as a document.
    match file("animation", "animation.mp4", "video/mp4") {
        Some(animation) => found.push(animation),
        None => found.extend(file("document", "file", "application/octet-stream")),
    }
    found.extend(file("video", "video.mp4", "video/mp4"));
    found.extend(file("audio", "audio.mp3", "audio/mpeg"));
    found.extend(file("voice", "voice.ogg", "audio/ogg"));
    found.extend(file("video_note", "video-note.mp4", "video/mp4"));
    if let Some(sticker) = message.object("sticker") {
        let (name, content_type) = if sticker.flag("is_animated") {
            ("sticker.tgs", "application/x-tgsticker")
        } else if sticker.flag("is_video") {
            ("sticker.webm", "video/webm")
        } else {
            ("sticker.webp", "image/webp")
        };
        found.extend(attachment(sticker, name, content_type));
    }
    found
}

fn attachment(file: Fields<'_>, name: &str, content_type: &str) -> Option<IncomingAttachment> {
    let id = file.id("file_id")?;
    let claimed = file.name("mime_type").filter(|claimed| claimed.contains('/') && claimed.len() <= 100);
    Some(IncomingAttachment {
        url: format!("{FILE}{id}"),
        name: Some(file.name("file_name").unwrap_or_else(|| name.to_owned())),
        content_type: Some(claimed.unwrap_or_else(|| content_type.to_owned())),
    })
}

/// A place that was shared, alone or as a venue.
pub(crate) fn location(message: Fields<'_>) -> Option<SharedLocation> {
    let venue = message.object("venue");
    let place = venue.and_then(|venue| venue.object("location")).or_else(|| message.object("location"))?;
    let (latitude, longitude) = (place.number("latitude")?, place.number("longitude")?);
    let plausible = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    plausible.then(|| SharedLocation {
        latitude,
        longitude,
        title: venue.and_then(|venue| venue.name("title")),
        address: venue.and_then(|venue| venue.name("address")),
    })
}

/// A name and number that was shared.
pub(crate) fn card(message: Fields<'_>) -> Option<ContactCard> {
    let contact = message.object("contact")?;
    let phone = contact.name("phone_number");
    let name = name(contact).or_else(|| phone.clone())?;
    Some(ContactCard { name, phone })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_command_is_a_word_at_the_start() {
        for (text, expected) in [
            ("/ticket@OurBot refund\nbroken", Some(("ticket", Some("OurBot"), "refund\nbroken"))),
            ("/Help", Some(("help", None, ""))),
            ("/start  deep-link", Some(("start", None, "deep-link"))),
            ("/a_b x", Some(("a_b", None, "x"))),
            ("/home/user", None),
            ("/", None),
            ("/@bot", None),
            (" /help", None),
            ("help", None),
            ("//only for us", None),
        ] {
            let read = command(text);
            assert_eq!(read.as_ref().map(|command| (command.name.as_str(), command.bot, command.rest)), expected, "{text}");
        }
    }
}
