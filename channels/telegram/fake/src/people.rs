//! The people's side: customers in private chats, agents in the group. What they do comes to the bot as Telegram would tell it.

mod agent;
mod pressing;
mod seen;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    entities::Formatted,
    fake::{Shared, TelegramFake},
    methods::store,
    state::{Chat, Content, Place, Rights, User, World},
};

pub use agent::Agent;
pub use pressing::{Notice, Press};
pub use seen::{Button, Seen, SeenFile, SeenTopic};

/// A message's number in its chat.
pub type MessageId = i64;

/// A customer in a private chat with the bot.
#[derive(Clone)]
pub struct Person {
    shared: Arc<Shared>,
    id: i64,
}

impl TelegramFake {
    /// A new person with this first name, whose Telegram speaks this language.
    pub fn person(&self, name: &str, language: &str) -> Person {
        let id = add_person(&self.shared, name, Some(language));
        Person { shared: Arc::clone(&self.shared), id }
    }

    /// A new person with any names, hostile ones too.
    pub fn person_named(&self, first_name: &str, last_name: Option<&str>, username: Option<&str>, language: Option<&str>) -> Person {
        let id = add_person(&self.shared, first_name, language);
        let mut world = self.shared.world();
        if let Some(person) = world.people.get_mut(&id) {
            person.last_name = last_name.map(str::to_owned);
            person.username = username.map(str::to_owned);
        }
        drop(world);
        Person { shared: Arc::clone(&self.shared), id }
    }
}

fn add_person(shared: &Shared, name: &str, language: Option<&str>) -> i64 {
    let mut world = shared.world();
    let id = world.fresh() + 300_000_000;
    let user = User { id, first_name: name.into(), last_name: None, username: None, language: language.map(str::to_owned), is_bot: false };
    world.people.insert(id, user);
    id
}

impl Person {
    /// Their number, which is that of the private chat too.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Opens the chat and presses "Start"; a payload comes from a link to the bot.
    pub fn starts(&self, payload: &str) -> MessageId {
        self.says(format!("/start {payload}").trim())
    }

    /// Writes a text.
    pub fn says(&self, text: &str) -> MessageId {
        self.sends(Content::Text(Formatted::written(text)), Place::default())
    }

    /// Writes a text with formatting, given as a list of `MessageEntity`.
    pub fn says_marked(&self, text: &str, entities: &Value) -> MessageId {
        let text = Formatted::marked(text, entities.as_array().map(Vec::as_slice).unwrap_or_default()).expect("entities that fit the text");
        self.sends(Content::Text(text), Place::default())
    }

    /// Answers a message.
    pub fn replies(&self, to: MessageId, text: &str) -> MessageId {
        self.sends(Content::Text(Formatted::written(text)), Place { reply_to: Some(to), ..Place::default() })
    }

    /// Sends a photo.
    pub fn sends_photo(&self, bytes: impl Into<Bytes>, caption: &str) -> MessageId {
        self.sends_media("photo", "photo.jpg", None, bytes.into(), caption, Place::default())
    }

    /// Sends a document.
    pub fn sends_file(&self, name: &str, mime: &str, bytes: impl Into<Bytes>, caption: &str) -> MessageId {
        self.sends_media("document", name, Some(mime), bytes.into(), caption, Place::default())
    }

    /// Speaks a message.
    pub fn sends_voice(&self, bytes: impl Into<Bytes>) -> MessageId {
        self.sends_media("voice", "voice.oga", Some("audio/ogg"), bytes.into(), "", Place::default())
    }

    /// Sends a video.
    pub fn sends_video(&self, bytes: impl Into<Bytes>, caption: &str) -> MessageId {
        self.sends_media("video", "video.mp4", Some("video/mp4"), bytes.into(), caption, Place::default())
    }

    /// Sends a sticker.
    pub fn sends_sticker(&self, bytes: impl Into<Bytes>) -> MessageId {
        self.sends_media("sticker", "sticker.webp", None, bytes.into(), "", Place::default())
    }

    /// Sends photos as one album; the caption stands with the first.
    pub fn sends_album(&self, photos: Vec<Bytes>, caption: &str) -> Vec<MessageId> {
        let album = self.shared.world().fresh().to_string();
        let send = |(index, bytes): (usize, Bytes)| {
            let caption = if index == 0 { caption } else { "" };
            self.sends_media("photo", "photo.jpg", None, bytes, caption, Place { album: Some(album.clone()), ..Place::default() })
        };
        photos.into_iter().enumerate().map(send).collect()
    }

    /// Sends a place.
    pub fn sends_location(&self, latitude: f64, longitude: f64) -> MessageId {
        let body = json!({ "latitude": latitude, "longitude": longitude });
        self.sends(Content::Other { field: "location", body }, Place::default())
    }

    /// Sends a place with a name.
    pub fn sends_venue(&self, latitude: f64, longitude: f64, title: &str, address: &str) -> MessageId {
        let body = json!({ "location": { "latitude": latitude, "longitude": longitude }, "title": title, "address": address });
        self.sends(Content::Other { field: "venue", body }, Place::default())
    }

    /// Sends a contact.
    pub fn sends_contact(&self, phone: &str, name: &str) -> MessageId {
        let body = json!({ "phone_number": phone, "first_name": name, "user_id": self.id });
        self.sends(Content::Other { field: "contact", body }, Place::default())
    }

    /// Sends what nothing else here stands for, under Telegram's name of it, such as `dice`.
    pub fn sends_other(&self, field: &'static str, body: Value) -> MessageId {
        self.sends(Content::Other { field, body }, Place::default())
    }

    /// Changes a text or caption of theirs.
    pub fn edits(&self, message: MessageId, text: &str) {
        edit(&self.shared, self.id, self.id, message, text);
    }

    /// Takes a message back, which Telegram tells no bot.
    pub fn deletes(&self, message: MessageId) {
        let mut world = self.shared.world();
        let message = world.chats.get_mut(&self.id).and_then(|chat| chat.messages.get_mut(&message));
        message.expect("a message in this chat").deleted = true;
    }

    /// Reacts to a message; an empty emoji takes the reaction back.
    pub fn reacts(&self, message: MessageId, emoji: &str) {
        react(&self.shared, self.id, self.id, message, emoji);
    }

    /// Presses the button with this label below the latest of the bot's messages that has one.
    pub fn presses(&self, label: &str) -> Press {
        pressing::press_latest(&self.shared, self.id, self.id, None, label)
    }

    /// Presses a button below this message.
    pub fn presses_below(&self, message: MessageId, label: &str) -> Press {
        pressing::press(&self.shared, self.id, self.id, message, label)
    }

    /// Blocks the bot: it can write no more.
    pub fn blocks_bot(&self) {
        self.set_blocked(true);
    }

    /// Lets the bot write again.
    pub fn unblocks_bot(&self) {
        self.set_blocked(false);
    }

    fn set_blocked(&self, blocked: bool) {
        let mut world = self.shared.world();
        world.private_chat(self.id);
        let chat = world.chats.get_mut(&self.id).expect("a private chat");
        if std::mem::replace(&mut chat.shut, blocked) != blocked {
            let bot = world.user(world.bot());
            let member = |inside: bool| match inside {
                true => json!({ "status": "member", "user": bot }),
                false => json!({ "status": "kicked", "user": bot, "until_date": 0 }),
            };
            let update = json!({
                "chat": world.chat_json(&world.chats[&self.id]), "from": world.user(self.id), "date": World::now(),
                "old_chat_member": member(blocked), "new_chat_member": member(!blocked),
            });
            world.push("my_chat_member", self.id, update);
        }
        drop(world);
        self.shared.happened();
    }

    /// What stands in their chat with the bot, in order; what was deleted is marked so.
    pub fn sees(&self) -> Vec<Seen> {
        let world = self.shared.world();
        let Some(chat) = world.chats.get(&self.id) else { return Vec::new() };
        chat.messages.values().filter_map(|message| seen::seen(&world, chat, message)).collect()
    }

    /// What the bot has written to them and not taken back, in order.
    pub fn hears(&self) -> Vec<Seen> {
        self.sees().into_iter().filter(|seen| seen.from_bot && !seen.deleted).collect()
    }

    /// Waits until a message of the bot that is not deleted holds this text (or a button with this label).
    pub async fn until_hears(&self, part: &str) -> Seen {
        let look = || self.hears().into_iter().rev().find(|seen| seen.holds(part));
        seen::wait(&self.shared, || look().ok_or_else(|| (format!("{part:?} before {}", self.id), self.sees()))).await
    }

    /// Waits like [`until_hears`](Self::until_hears), but looks only at what came after this message.
    pub async fn until_hears_after(&self, message: MessageId, part: &str) -> Seen {
        let look = || self.hears().into_iter().find(|seen| seen.id > message && seen.holds(part));
        seen::wait(&self.shared, || look().ok_or_else(|| (format!("{part:?} after message {message}"), self.sees()))).await
    }

    /// What the bot was seen doing in their chat, such as "typing".
    pub fn actions(&self) -> Vec<String> {
        let world = self.shared.world();
        world.chats.get(&self.id).map(|chat| chat.actions.iter().map(|(action, _)| action.clone()).collect()).unwrap_or_default()
    }

    fn sends(&self, content: Content, place: Place) -> MessageId {
        self.shared.world().private_chat(self.id);
        speak(&self.shared, self.id, self.id, content, place)
    }

    fn sends_media(&self, field: &'static str, name: &str, mime: Option<&str>, bytes: Bytes, caption: &str, place: Place) -> MessageId {
        let content = media(&self.shared, field, name, mime, bytes, caption);
        self.sends(content, place)
    }
}

impl World {
    /// Writing to the bot opens the chat.
    fn private_chat(&mut self, id: i64) {
        self.chats.entry(id).or_insert_with(|| Chat {
            id,
            person: Some(id),
            title: String::new(),
            forum: false,
            messages: BTreeMap::new(),
            next_message: 0,
            topics: BTreeMap::new(),
            pinned: Vec::new(),
            shut: false,
            members: BTreeSet::new(),
            rights: Rights::default(),
            actions: Vec::new(),
        });
    }
}

fn media(shared: &Shared, field: &'static str, name: &str, mime: Option<&str>, bytes: Bytes, caption: &str) -> Content {
    let mut world = shared.world();
    let file = store(&mut world, field, name, mime, bytes);
    Content::Media { field, body: world.files[&file].body.clone(), file, caption: Formatted::written(caption) }
}

/// Somebody writes, and the bot is told.
fn speak(shared: &Shared, chat: i64, who: i64, content: Content, place: Place) -> MessageId {
    let mut world = shared.world();
    assert!(!world.chats[&chat].shut, "who has blocked the bot unblocks it before they write, and a bot that was thrown out hears nothing");
    if let Some(original) = place.reply_to {
        assert!(world.chats[&chat].messages.contains_key(&original), "no message {original} to answer");
    }
    let id = world.add(chat, who, content, place);
    let message = world.message_json(chat, id);
    world.push("message", chat, message);
    drop(world);
    shared.happened();
    id
}

fn edit(shared: &Shared, chat: i64, who: i64, message: MessageId, text: &str) {
    let mut world = shared.world();
    let edited = world.chats.get_mut(&chat).and_then(|chat| chat.messages.get_mut(&message)).expect("a message in this chat");
    assert_eq!(edited.from, who, "nobody edits what another has written");
    match &mut edited.content {
        Content::Text(old) | Content::Media { caption: old, .. } => *old = Formatted::written(text),
        _ => panic!("there is no text in message {message}"),
    }
    edited.edited = Some(World::now());
    let update = world.message_json(chat, message);
    world.push("edited_message", chat, update);
    drop(world);
    shared.happened();
}

fn react(shared: &Shared, chat: i64, who: i64, message: MessageId, emoji: &str) {
    let mut world = shared.world();
    let new = if emoji.is_empty() { Vec::new() } else { vec![json!({ "type": "emoji", "emoji": emoji })] };
    let reacted = world.chats.get_mut(&chat).and_then(|chat| chat.messages.get_mut(&message)).expect("a message in this chat");
    let old = reacted.reactions.insert(who, new.clone()).unwrap_or_default();
    let update = json!({
        "chat": world.chat_json(&world.chats[&chat]), "message_id": message, "user": world.user(who), "date": World::now(),
        "old_reaction": old, "new_reaction": new,
    });
    world.push("message_reaction", chat, update);
    drop(world);
    shared.happened();
}
