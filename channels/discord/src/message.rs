//! What the messages of customers and agents have in common.

use bellhop_channel::{Fields, IncomingAttachment, clean};
use chrono::{DateTime, Utc};

use crate::markdown;

/// The id of the select menu that stands for many buttons.
pub(crate) const MENU: &str = "bellhop:menu";

/// Whether a person wrote this: the rest are Discord's own notices, such as that somebody joined.
pub(crate) fn is_written(message: Fields<'_>) -> bool {
    matches!(message.integer("type"), None | Some(0 | 19))
}

/// What a message says, as light Markdown: its own words, what was forwarded with it, and cards as lines of text.
pub(crate) fn text(message: Fields<'_>) -> String {
    let mut parts = vec![words(message)];
    for forwarded in message.list("message_snapshots").into_iter().filter_map(|snapshot| snapshot.object("message")) {
        parts.push(words(forwarded));
    }
    if let Some(poll) = message.object("poll") {
        parts.extend(poll.object("question").and_then(|question| question.name("text")));
        let answers = poll.list("answers").into_iter().filter_map(|answer| answer.object("poll_media").and_then(|media| media.name("text")));
        parts.extend(answers.map(|answer| format!("- {answer}")));
    }
    parts.extend(message.list("sticker_items").into_iter().filter_map(|sticker| sticker.name("name")).map(|name| format!(":{name}:")));
    parts.retain(|part| !part.trim().is_empty());
    parts.join("\n")
}

fn words(message: Fields<'_>) -> String {
    let mut parts = vec![markdown::read(message.text("content").unwrap_or_default(), &message.list("mentions"))];
    // Other kinds of cards are previews that Discord makes of links in the text.
    for card in message.list("embeds").into_iter().filter(|card| card.text("type") == Some("rich")) {
        parts.extend(card.name("title").map(|title| markdown::escaped(&title)));
        parts.extend(card.text("description").map(|text| markdown::read(text, &[])));
        for field in card.list("fields") {
            let line = [field.name("name"), field.text("value").map(clean::text)].into_iter().flatten().collect::<Vec<_>>().join(": ");
            parts.push(line);
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts.join("\n")
}

/// The message that this one answers.
pub(crate) fn reply_to(message: Fields<'_>) -> Option<String> {
    let reference = message.object("message_reference")?;
    // A forwarded message refers to what it forwards.
    if reference.integer("type").unwrap_or_default() != 0 { None } else { reference.id("message_id") }
}

/// A time as Discord writes it.
pub(crate) fn time(message: Fields<'_>, key: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(message.text(key)?).ok().map(|at| at.to_utc())
}

/// The files of a message, those that were forwarded with it included.
pub(crate) fn attachments(message: Fields<'_>) -> Vec<IncomingAttachment> {
    let forwarded = message.list("message_snapshots").into_iter().filter_map(|snapshot| snapshot.object("message"));
    let files = std::iter::once(message).chain(forwarded).flat_map(|message| message.list("attachments"));
    let place = [message.id("channel_id"), message.id("id")].into_iter().collect::<Option<Vec<_>>>().unwrap_or_default().join("/");
    files.filter_map(|file| attachment(file, &place)).collect()
}

/// A file; behind its address, which expires, stands where it can be asked for again.
fn attachment(file: Fields<'_>, place: &str) -> Option<IncomingAttachment> {
    let url = file.text("url").filter(|url| url.len() <= 2_048 && !url.contains('#'))?;
    let url = Some(url).filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    let claimed = file.name("content_type").filter(|claimed| claimed.contains('/') && claimed.len() <= 100);
    // Discord writes the character set behind the type of texts.
    let content_type = claimed.and_then(|claimed| claimed.split(';').next().map(|kind| kind.trim().to_owned()));
    Some(IncomingAttachment { url: format!("{url}#{place}"), name: file.name("filename"), content_type })
}

/// Which of our buttons, or which line of a menu, was pressed.
pub(crate) fn pressed(interaction: Fields<'_>) -> Option<String> {
    if interaction.integer("type") != Some(3) {
        return None;
    }
    let data = interaction.object("data")?;
    let id = data.id("custom_id")?;
    if id != MENU {
        return Some(id);
    }
    let values = data.value()?.get("values")?.as_array()?;
    values.first()?.as_str().filter(|value| !value.is_empty() && value.len() <= 100).map(str::to_owned)
}
