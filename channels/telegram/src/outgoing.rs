//! Writes what is sent, as calls to the Bot API.

use bellhop_channel::{
    OutButton, SendError,
    uploads::{File, Source},
};
use serde_json::{Map, Value, json};
use teloxide::{
    payloads,
    types::{ChatAction, ChatId, LinkPreviewOptions, MessageEntity, MessageId, ReplyParameters, ThreadId},
};

use crate::{
    api::{
        failure::refused,
        request::{Request, Upload},
    },
    keyboard::keyboard,
    rich::Rich,
};

/// Longest text of a message, in UTF-16 units.
pub(crate) const MAX_TEXT: usize = 4_096;

/// Longest text below a file, in UTF-16 units.
pub(crate) const MAX_CAPTION: usize = 1_024;

/// Most files in one message.
pub(crate) const MAX_FILES: usize = 10;

/// Largest picture that is shown as one, in bytes; larger ones are files.
const MAX_PHOTO: usize = 10_000_000;

/// Largest file that a bot may send, in bytes.
const MAX_FILE: usize = 50_000_000;

/// What stands where Telegram wants a text and there is none.
const BELOW: &str = "👇";

/// Something to be written in a chat.
pub(crate) struct Draft<'a> {
    pub(crate) chat: i64,
    /// The topic of the staff group.
    pub(crate) topic: Option<i32>,
    /// In light Markdown.
    pub(crate) text: &'a str,
    pub(crate) buttons: &'a [OutButton],
    pub(crate) files: Vec<File>,
    pub(crate) reply_to: Option<i32>,
    /// Makes nobody's telephone ring.
    pub(crate) silent: bool,
}

/// Whether Telegram shows it as a picture.
fn is_photo(file: &File) -> bool {
    let shown = matches!(file.content_type.as_str(), "image/jpeg" | "image/png" | "image/webp");
    shown && !matches!(&file.source, Source::Bytes(bytes) if bytes.len() > MAX_PHOTO)
}

/// The calls that a draft takes, in order. The first makes the message whose id counts.
pub(crate) fn write(mut draft: Draft<'_>) -> Result<Vec<Request>, SendError> {
    if draft.files.iter().any(|file| matches!(&file.source, Source::Bytes(bytes) if bytes.len() > MAX_FILE)) {
        return Err(refused("a file is larger than the 50 MB that Telegram takes from bots"));
    }
    let files = std::mem::take(&mut draft.files);
    let has_text = !draft.text.trim().is_empty();
    if files.is_empty() {
        return Ok(vec![message(&draft)]);
    }
    let caption = Rich::read(draft.text, MAX_TEXT);
    let fits = caption.length() <= MAX_CAPTION;
    if files.len() == 1 && fits {
        return Ok(files.into_iter().map(|file| single(&draft, file, has_text.then_some(&caption), true)).collect());
    }
    // A group of files has no buttons, so those go with the text, or else with the last file.
    let mut calls = Vec::new();
    if has_text && (!fits || !draft.buttons.is_empty()) {
        calls.push(message(&draft));
        draft.reply_to = None;
        calls.push(group_or_single(&draft, files, None, false));
    } else if has_text || draft.buttons.is_empty() {
        calls.push(group_or_single(&draft, files, has_text.then_some(&caption), true));
    } else {
        let mut files = files;
        let last = files.pop();
        calls.push(group_or_single(&draft, files, None, false));
        draft.reply_to = None;
        calls.extend(last.map(|file| single(&draft, file, None, true)));
    }
    Ok(calls)
}

fn message(draft: &Draft<'_>) -> Request {
    let rich = if draft.text.trim().is_empty() { Rich { text: BELOW.to_owned(), entities: Vec::new() } } else { Rich::read(draft.text, MAX_TEXT) };
    let mut payload = payloads::SendMessage::new(ChatId(draft.chat), rich.text);
    payload.entities = some(rich.entities);
    payload.link_preview_options = Some(no_preview());
    payload.message_thread_id = draft.topic.map(|topic| ThreadId(MessageId(topic)));
    payload.disable_notification = draft.silent.then_some(true);
    payload.reply_parameters = draft.reply_to.map(reply);
    payload.reply_markup = keyboard(draft.buttons).map(Into::into);
    Request::of("sendMessage", &payload)
}

fn group_or_single(draft: &Draft<'_>, mut files: Vec<File>, caption: Option<&Rich>, buttons: bool) -> Request {
    match files.pop() {
        Some(file) if files.is_empty() => single(draft, file, caption, buttons),
        Some(file) => {
            files.push(file);
            group(draft, files, caption)
        }
        None => message(draft),
    }
}

fn single(draft: &Draft<'_>, file: File, caption: Option<&Rich>, buttons: bool) -> Request {
    let (method, key) = if is_photo(&file) { ("sendPhoto", "photo") } else { ("sendDocument", "document") };
    let mut request = Request::with(method, place(draft));
    if let Some(caption) = caption {
        request.parameters.extend(captioned(caption));
    }
    if let Some(keyboard) = keyboard(draft.buttons).filter(|_| buttons) {
        request.parameters.insert("reply_markup".to_owned(), json!(keyboard));
    }
    let source = attach(&mut request, file, 0);
    request.parameters.insert(key.to_owned(), source);
    request
}

/// Pictures can stand together, and so can files, but not both: where one is a file, all are.
fn group(draft: &Draft<'_>, files: Vec<File>, caption: Option<&Rich>) -> Request {
    let kind = if files.iter().all(is_photo) { "photo" } else { "document" };
    let mut request = Request::with("sendMediaGroup", place(draft));
    let mut media = Vec::with_capacity(files.len());
    for (number, file) in files.into_iter().enumerate() {
        let mut item = Map::new();
        item.insert("type".to_owned(), json!(kind));
        item.insert("media".to_owned(), attach(&mut request, file, number));
        // The id of the first counts, so the caption that may be changed later is below that one.
        if let Some(caption) = caption.filter(|_| number == 0) {
            item.extend(captioned(caption));
        }
        media.push(Value::Object(item));
    }
    request.parameters.insert("media".to_owned(), Value::Array(media));
    request
}

/// Puts a file into a call; answers how the parameters name it.
fn attach(request: &mut Request, file: File, number: usize) -> Value {
    match file.source {
        Source::Address(address) => Value::String(address),
        Source::Bytes(bytes) => {
            let part = format!("file{number}");
            let name = Value::String(format!("attach://{part}"));
            request.files.push(Upload { part, name: file.name, content_type: file.content_type, bytes });
            name
        }
    }
}

fn place(draft: &Draft<'_>) -> Map<String, Value> {
    let mut place = Map::new();
    place.insert("chat_id".to_owned(), json!(draft.chat));
    if let Some(topic) = draft.topic {
        place.insert("message_thread_id".to_owned(), json!(topic));
    }
    if draft.silent {
        place.insert("disable_notification".to_owned(), json!(true));
    }
    if let Some(message) = draft.reply_to {
        place.insert("reply_parameters".to_owned(), json!(reply(message)));
    }
    place
}

fn captioned(caption: &Rich) -> Map<String, Value> {
    let mut parameters = Map::new();
    parameters.insert("caption".to_owned(), json!(caption.text));
    if !caption.entities.is_empty() {
        parameters.insert("caption_entities".to_owned(), json!(caption.entities));
    }
    parameters
}

/// Changes the text and buttons of a message; without a text only the buttons.
pub(crate) fn edit(chat: i64, message: i32, text: &str, buttons: &[OutButton]) -> Request {
    if text.trim().is_empty() {
        let mut payload = payloads::EditMessageReplyMarkup::new(ChatId(chat), MessageId(message));
        payload.reply_markup = keyboard(buttons);
        return Request::of("editMessageReplyMarkup", &payload);
    }
    let rich = Rich::read(text, MAX_TEXT);
    let mut payload = payloads::EditMessageText::new(ChatId(chat), MessageId(message), rich.text);
    payload.entities = some(rich.entities);
    payload.link_preview_options = Some(no_preview());
    payload.reply_markup = keyboard(buttons);
    Request::of("editMessageText", &payload)
}

/// Changes the text below a file; none where it is too long for that.
pub(crate) fn edit_caption(chat: i64, message: i32, text: &str, buttons: &[OutButton]) -> Option<Request> {
    let rich = Rich::read(text, MAX_CAPTION);
    if rich.length() > MAX_CAPTION {
        return None;
    }
    let mut payload = payloads::EditMessageCaption::new(ChatId(chat), MessageId(message));
    payload.caption = Some(rich.text);
    payload.caption_entities = some(rich.entities);
    payload.reply_markup = keyboard(buttons);
    Some(Request::of("editMessageCaption", &payload))
}

/// Takes a message back.
pub(crate) fn delete(chat: i64, message: i32) -> Request {
    Request::of("deleteMessage", &payloads::DeleteMessage::new(ChatId(chat), MessageId(message)))
}

/// Shows for a few seconds that an answer is being written.
pub(crate) fn typing(chat: i64) -> Request {
    Request::of("sendChatAction", &payloads::SendChatAction::new(ChatId(chat), ChatAction::Typing))
}

/// Ends the waiting sign of a button, with a notice for whoever pressed it unless it is empty.
pub(crate) fn answer(press: &str, notice: &str) -> Request {
    let mut parameters = Map::new();
    parameters.insert("callback_query_id".to_owned(), json!(press));
    let notice: String = notice.chars().take(MAX_NOTICE).collect();
    if !notice.is_empty() {
        // What takes a while to read must not vanish by itself.
        parameters.insert("show_alert".to_owned(), json!(notice.chars().count() > SHORT_NOTICE));
        parameters.insert("text".to_owned(), json!(notice));
    }
    Request::with("answerCallbackQuery", parameters)
}

/// Longest notice to one person, in Unicode scalar values.
const MAX_NOTICE: usize = 200;

/// Longest notice that can be read before it vanishes.
const SHORT_NOTICE: usize = 80;

/// A message that is gone is no reason not to send its answer.
fn reply(message: i32) -> ReplyParameters {
    ReplyParameters::new(MessageId(message)).allow_sending_without_reply()
}

fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions { is_disabled: true, url: None, prefer_small_media: false, prefer_large_media: false, show_above_text: false }
}

fn some(entities: Vec<MessageEntity>) -> Option<Vec<MessageEntity>> {
    (!entities.is_empty()).then_some(entities)
}

#[cfg(test)]
mod tests;
