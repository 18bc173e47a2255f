//! The methods of the Bot API, by subject. Descriptions of errors are those of the real server.

mod callbacks;
mod chats;
mod editing;
mod files;
mod polling;
mod sending;
mod topics;
mod webhooks;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    args::Args,
    entities::{Formatted, utf16},
    fake::Shared,
    limits,
    state::{Content, Place, World},
};

pub(crate) use files::store;
pub(crate) use topics::{remove, set_closed};

/// What the earlier of two who ask for updates is told.
pub(crate) const CONFLICT: &str = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

/// Longest text that is looked at all, in bytes before its formatting is read.
const LONGEST: usize = 32 * 1024;

/// Why a call is refused.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub code: u16,
    pub description: String,
    pub retry_after: Option<u32>,
    /// The test fails for it.
    pub violation: Option<String>,
}

impl Refusal {
    pub fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), retry_after: None, violation: None }
    }
}

/// A bad request with this description.
pub(crate) fn bad(description: impl AsRef<str>) -> Refusal {
    Refusal::new(400, format!("Bad Request: {}", description.as_ref()))
}

/// What a call comes to.
pub(crate) type Outcome = Result<Value, Refusal>;

/// Carries out a call whose parameters were checked; the method's name is in lower case.
pub(crate) async fn carry_out(shared: &Arc<Shared>, method: &str, args: &Args) -> Outcome {
    if method == "getupdates" {
        return polling::get_updates(shared, args).await;
    }
    let mut world = shared.world();
    world.carry_out(method, args)
}

impl World {
    fn carry_out(&mut self, method: &str, args: &Args) -> Outcome {
        match method {
            "getme" => chats::get_me(self),
            "getchat" => chats::get_chat(self, args),
            "getchatmember" => chats::get_member(self, args),
            "getchatadministrators" => chats::get_administrators(self, args),
            "getchatmembercount" => chats::count_members(self, args),
            "sendchataction" => chats::send_action(self, args),
            "setmycommands" => chats::set_commands(self, args),
            "getmycommands" => chats::get_commands(self, args),
            "deletemycommands" => chats::delete_commands(self, args),
            "setmyname" => chats::set_about(self, args, "name", 64),
            "setmydescription" => chats::set_about(self, args, "description", 512),
            "setmyshortdescription" => chats::set_about(self, args, "short_description", 120),
            "getmyname" => chats::get_about(self, args, "name"),
            "getmydescription" => chats::get_about(self, args, "description"),
            "getmyshortdescription" => chats::get_about(self, args, "short_description"),
            "sendmessage" => sending::text(self, args),
            "sendphoto" => sending::media(self, args, "photo"),
            "senddocument" => sending::media(self, args, "document"),
            "sendvoice" => sending::media(self, args, "voice"),
            "sendvideo" => sending::media(self, args, "video"),
            "sendaudio" => sending::media(self, args, "audio"),
            "sendanimation" => sending::media(self, args, "animation"),
            "sendsticker" => sending::media(self, args, "sticker"),
            "sendlocation" => sending::location(self, args),
            "sendcontact" => sending::contact(self, args),
            "sendmediagroup" => sending::album(self, args),
            "copymessage" => sending::copy(self, args),
            "editmessagetext" => editing::text(self, args),
            "editmessagecaption" => editing::caption(self, args),
            "editmessagereplymarkup" => editing::markup(self, args),
            "editmessagemedia" => editing::media(self, args),
            "deletemessage" => editing::delete(self, args),
            "deletemessages" => editing::delete_many(self, args),
            "pinchatmessage" => editing::pin(self, args),
            "unpinchatmessage" => editing::unpin(self, args),
            "unpinallchatmessages" => editing::unpin_all(self, args, false),
            "unpinallforumtopicmessages" => editing::unpin_all(self, args, true),
            "setmessagereaction" => callbacks::react(self, args),
            "answercallbackquery" => callbacks::answer(self, args),
            "getfile" => files::get(self, args),
            "createforumtopic" => topics::create(self, args),
            "editforumtopic" => topics::edit(self, args),
            "closeforumtopic" => topics::close(self, args, true),
            "reopenforumtopic" => topics::close(self, args, false),
            "deleteforumtopic" => topics::delete(self, args),
            "getforumtopiciconstickers" => topics::icons(),
            "setwebhook" => webhooks::set(self, args),
            "deletewebhook" => webhooks::delete(self, args),
            "getwebhookinfo" => webhooks::info(self),
            _ => Err(Refusal { violation: Some("this method is not played by the fake".into()), ..Refusal::new(404, "Not Found: method not found") }),
        }
    }

    /// The chat that a call speaks of, if the bot may look into it.
    fn chat_of(&self, args: &Args, name: &str) -> Result<i64, Refusal> {
        let value = args.get(name).ok_or_else(|| bad(format!("{name} is empty")))?;
        let id = value.as_i64().or_else(|| value.as_str()?.parse().ok());
        id.filter(|id| self.chats.contains_key(id)).ok_or_else(|| bad("chat not found"))
    }

    /// The chat that a call wants to write to or change, if the bot may.
    fn open_chat(&self, args: &Args) -> Result<i64, Refusal> {
        let id = self.chat_of(args, "chat_id")?;
        let chat = &self.chats[&id];
        match (chat.shut, chat.person.is_some()) {
            (false, _) => Ok(id),
            (true, true) => Err(Refusal::new(403, "Forbidden: bot was blocked by the user")),
            (true, false) => Err(Refusal::new(403, "Forbidden: bot was kicked from the supergroup chat")),
        }
    }

    /// The chat and the place in it that a call wants to write to.
    fn place(&mut self, args: &Args) -> Result<(i64, Place), Refusal> {
        let id = self.open_chat(args)?;
        let chat = &self.chats[&id];
        let mut thread = args.int("message_thread_id").filter(|thread| *thread > 0);
        if thread.is_some_and(|thread| !chat.topics.contains_key(&thread)) {
            return Err(bad("message thread not found"));
        }
        let mut place = Place { silent: args.flag("disable_notification"), protected: args.flag("protect_content"), ..Place::default() };
        if let Some(reply) = args.get("reply_parameters") {
            let original = reply["message_id"].as_i64().and_then(|id| chat.messages.get(&id)).filter(|original| !original.deleted);
            match original {
                None if reply["allow_sending_without_reply"] == true => {}
                None => return Err(bad("message to be replied not found")),
                Some(original) => {
                    place.reply_to = Some(original.id);
                    place.quote = quote(reply, &original.content)?;
                    thread = thread.or(original.thread.filter(|_| original.in_topic));
                }
            }
        }
        if thread.and_then(|thread| chat.topics.get(&thread)).is_some_and(|topic| topic.closed && !chat.rights.topics) {
            return Err(bad("TOPIC_CLOSED"));
        }
        place.thread = thread;
        place.markup = limits::markup(args.get("reply_markup")).map_err(bad)?;
        Ok((id, place))
    }

    /// Counts messages against the pace that Telegram allows.
    fn pace(&mut self, chat: i64, count: usize) -> Result<(), Refusal> {
        self.pace
            .send(chat, count, std::time::Instant::now())
            .map_err(|seconds| Refusal { retry_after: Some(seconds), ..Refusal::new(429, format!("Too Many Requests: retry after {seconds}")) })
    }

    /// A message of this chat that is there, or "`what` not found".
    fn message_in(&self, chat: i64, id: Option<i64>, what: &str) -> Result<i64, Refusal> {
        let message = id.and_then(|id| self.chats[&chat].messages.get(&id)).filter(|message| !message.deleted);
        message.map(|message| message.id).ok_or_else(|| bad(format!("{what} not found")))
    }
}

/// The part of the answered message that a call quotes, which must stand there.
fn quote(reply: &Value, original: &Content) -> Result<Option<Value>, Refusal> {
    let Some(quote) = reply["quote"].as_str().filter(|quote| !quote.is_empty()) else { return Ok(None) };
    let quote = formatted(quote, reply["quote_parse_mode"].as_str().unwrap_or_default(), reply.get("quote_entities"))?;
    let text = match original {
        Content::Text(text) | Content::Media { caption: text, .. } => text.text.as_str(),
        _ => "",
    };
    match text.split_once(&quote.text) {
        Some((before, _)) => Ok(Some(json!({ "text": quote.text, "position": utf16(before), "is_manual": true }))),
        None => Err(bad("QUOTE_TEXT_INVALID")),
    }
}

/// Text of a call with its formatting, either by `parse_mode` or by a list of entities.
fn formatted(text: &str, parse_mode: &str, entities: Option<&Value>) -> Result<Formatted, Refusal> {
    if text.len() > LONGEST {
        return Err(bad("text is too long"));
    }
    let entities = entities.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let formatted = match parse_mode.to_lowercase().as_str() {
        "" => Formatted::marked(text, entities).map_err(bad)?,
        "html" => crate::markup::html(text).map_err(|error| bad(format!("can't parse entities: {error}")))?,
        "markdownv2" => crate::markup::markdown(text).map_err(|error| bad(format!("can't parse entities: {error}")))?,
        _ => return Err(bad("unsupported parse_mode")),
    };
    limits::entities(&formatted).map_err(bad)?;
    Ok(formatted.cleaned())
}

/// The text of a call within Telegram's limits.
fn text_of(args: &Args) -> Result<Formatted, Refusal> {
    if args.text("text").is_empty() {
        return Err(bad("message text is empty"));
    }
    let text = formatted(args.text("text"), args.text("parse_mode"), args.get("entities"))?;
    limits::text(&text).map_err(bad)?;
    Ok(text)
}

/// The caption of a call, or of a file in an album.
fn caption_of(values: &Value) -> Result<Formatted, Refusal> {
    let caption =
        formatted(values["caption"].as_str().unwrap_or_default(), values["parse_mode"].as_str().unwrap_or_default(), values.get("caption_entities"))?;
    limits::caption(&caption).map_err(bad)?;
    Ok(caption)
}
