//! Writes what is sent, as calls to Discord.

use bellhop_channel::{
    OutButton, SendError, TextUnit, clean,
    split::split,
    uploads::{File, Source},
};
use serde_json::{Value, json};
use serenity::{
    all::{ChannelId, MessageFlags, MessageId, MessageReference, MessageReferenceKind, Nonce},
    builder::{
        CreateActionRow, CreateAllowedMentions, CreateButton, CreateMessage, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
        EditMessage,
    },
};
use sha2::{Digest as _, Sha256};

use crate::{
    api::{
        failure::refused,
        request::{Request, Upload},
    },
    markdown,
    message::MENU,
};

/// Longest text of a message. Discord counts characters; UTF-16 units are never fewer.
pub(crate) const MAX_TEXT: usize = 2_000;

/// Most files on one message.
pub(crate) const MAX_FILES: usize = 10;

/// Largest file that a bot may send where nobody has paid for more, in bytes.
const MAX_FILE: usize = 10 * 1024 * 1024;

/// Most buttons in one row, and the most that stand as buttons; more are a menu.
const ROW: usize = 5;

/// Longest label that stands in a button, in Unicode scalar values.
const MAX_LABEL: usize = 80;

/// What stands where Discord wants a text and there is none.
const BELOW: &str = "👇";

/// Something to be written in a channel.
pub(crate) struct Draft<'a> {
    pub(crate) channel: &'a str,
    /// The same on every try.
    pub(crate) key: &'a str,
    /// In light Markdown.
    pub(crate) text: &'a str,
    pub(crate) buttons: &'a [OutButton],
    pub(crate) files: Vec<File>,
    pub(crate) reply_to: Option<&'a str>,
    /// Makes nobody's telephone ring.
    pub(crate) silent: bool,
}

/// The calls that a draft takes, in order. The first makes the message whose id counts.
pub(crate) fn write(draft: Draft<'_>) -> Result<Vec<Request>, SendError> {
    let Draft { channel, key, text, buttons, files, reply_to, silent } = draft;
    let mut uploads = Vec::new();
    let mut links = Vec::new();
    for file in files {
        match file.source {
            Source::Bytes(bytes) if bytes.len() > MAX_FILE => return Err(refused("a file is larger than the 10 MB that Discord takes from bots")),
            Source::Bytes(bytes) => uploads.push(Upload { name: file.name, content_type: file.content_type, bytes }),
            Source::Address(address) => links.push(format!("{}: {address}", markdown::escaped(&file.name))),
        }
    }
    let mut shown = if text.trim().is_empty() { String::new() } else { markdown::written(text) };
    if !links.is_empty() {
        shown = [shown.as_str(), &links.join("\n")].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    }
    if shown.is_empty() && uploads.is_empty() {
        BELOW.clone_into(&mut shown);
    }
    let mut pieces = if shown.is_empty() { vec![String::new()] } else { split(&shown, MAX_TEXT, TextUnit::Utf16) };
    let last = pieces.pop().unwrap_or_default();
    let mut calls = Vec::with_capacity(pieces.len() + 1);
    for (number, piece) in pieces.into_iter().enumerate() {
        calls.push(message(channel, &nonce(key, number), &piece, &[], Vec::new(), reply_to.filter(|_| number == 0), silent));
    }
    let number = calls.len();
    calls.push(message(channel, &nonce(key, number), &last, buttons, uploads, reply_to.filter(|_| number == 0), silent));
    Ok(calls)
}

/// What tells Discord that it has seen this message before: 24 letters, where it takes 25.
pub(crate) fn nonce(key: &str, number: usize) -> String {
    let digest = Sha256::digest(format!("{key}\u{1f}{number}").as_bytes());
    digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

fn message(channel: &str, nonce: &str, text: &str, buttons: &[OutButton], files: Vec<Upload>, reply_to: Option<&str>, silent: bool) -> Request {
    let mut flags = MessageFlags::SUPPRESS_EMBEDS;
    if silent {
        flags |= MessageFlags::SUPPRESS_NOTIFICATIONS;
    }
    let mut message = CreateMessage::new()
        .allowed_mentions(nobody())
        .flags(flags)
        .nonce(Nonce::String(nonce.to_owned()))
        .enforce_nonce(true)
        .components(components(buttons));
    if !text.is_empty() {
        message = message.content(text);
    }
    if let (Some(answered), Some(channel)) = (reply_to.and_then(id), id(channel)) {
        // A message that is gone is no reason not to send its answer.
        let reference = MessageReference::new(MessageReferenceKind::Default, ChannelId::new(channel)).message_id(MessageId::new(answered));
        message = message.reference_message(reference.fail_if_not_exists(false));
    }
    let mut request = Request::post(["channels", channel, "messages"]).with(&message);
    attach(&mut request, files);
    request
}

/// Puts files into a call that makes a message.
pub(crate) fn attach(request: &mut Request, files: Vec<Upload>) {
    let named: Vec<Value> = files.iter().enumerate().map(|(number, file)| json!({"id": number.to_string(), "filename": file.name})).collect();
    if let Some(Value::Object(body)) = &mut request.body {
        body.insert("attachments".to_owned(), Value::Array(named));
    }
    request.files = files;
}

/// Changes the text and buttons of a message.
pub(crate) fn edit(channel: &str, message: &str, text: &str, buttons: &[OutButton]) -> Request {
    let mut changed = EditMessage::new().allowed_mentions(nobody()).components(components(buttons));
    if !text.trim().is_empty() {
        let shown = markdown::written(text);
        // What only escaping has made too long is shown with its marks.
        let shown = if TextUnit::Utf16.count(&shown) > MAX_TEXT { clean::text(text) } else { shown };
        changed = changed.content(shown);
    }
    Request::patch(["channels", channel, "messages", message]).with(&changed)
}

/// Takes a message back.
pub(crate) fn delete(channel: &str, message: &str) -> Request {
    Request::delete(["channels", channel, "messages", message])
}

/// Shows for a few seconds that an answer is being written.
pub(crate) fn typing(channel: &str) -> Request {
    Request::post(["channels", channel, "typing"])
}

/// Pings nobody, whatever the text says.
pub(crate) fn nobody() -> CreateAllowedMentions {
    CreateAllowedMentions::new().replied_user(false)
}

/// Choices below a message: a few are buttons, more are a menu.
pub(crate) fn components(buttons: &[OutButton]) -> Vec<CreateActionRow> {
    if buttons.is_empty() {
        return Vec::new();
    }
    // Discord takes nothing without a label.
    let label = |button: &OutButton| -> String {
        let label: String = clean::line(&button.label).unwrap_or_default().chars().take(MAX_LABEL).collect();
        if label.trim().is_empty() { "…".to_owned() } else { label }
    };
    if buttons.len() <= ROW {
        let made = buttons.iter().map(|button| CreateButton::new(&button.id).style(serenity::all::ButtonStyle::Secondary).label(label(button)));
        return vec![CreateActionRow::Buttons(made.collect())];
    }
    let options = buttons.iter().map(|button| CreateSelectMenuOption::new(label(button), &button.id)).collect();
    vec![CreateActionRow::SelectMenu(CreateSelectMenu::new(MENU, CreateSelectMenuKind::String { options }))]
}

/// An id of Discord's as a number, which is never 0.
pub(crate) fn id(text: &str) -> Option<u64> {
    text.parse().ok().filter(|&id| id > 0)
}

#[cfg(test)]
mod tests;
