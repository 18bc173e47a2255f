//! What the fake's Telegram holds: people, chats, topics, messages and files.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::{
    entities::Formatted,
    fake::{Call, Settings},
    faults::Faults,
    pace::Pace,
    updates::Queue,
    webhook::Webhook,
};

/// Who writes for administrators that hide who they are.
pub(crate) const ANONYMOUS: i64 = 1_087_968_824;

/// Everything there is, behind one lock.
pub(crate) struct World {
    pub settings: Settings,
    pub started: Instant,
    /// The token is no longer good.
    pub revoked: bool,
    pub people: BTreeMap<i64, User>,
    pub chats: BTreeMap<i64, Chat>,
    /// By `file_id`.
    pub files: BTreeMap<String, Stored>,
    pub callbacks: BTreeMap<String, Callback>,
    pub queue: Queue,
    pub webhook: Option<Webhook>,
    pub pace: Pace,
    pub faults: Faults,
    pub calls: Vec<Call>,
    pub violations: Vec<String>,
    /// `setMyCommands`, by scope and language.
    pub commands: BTreeMap<String, Value>,
    /// What the bot says of itself, by method and language.
    pub about: BTreeMap<String, Value>,
    /// Counts whatever needs a number of its own.
    pub serial: i64,
    /// Messages of all private chats are counted together, as Telegram does.
    pub private_messages: i64,
}

/// A person or the bot.
#[derive(Clone)]
pub(crate) struct User {
    pub id: i64,
    pub first_name: String,
    pub last_name: Option<String>,
    pub username: Option<String>,
    pub language: Option<String>,
    pub is_bot: bool,
}

impl User {
    pub fn json(&self) -> Value {
        let mut user = json!({ "id": self.id, "is_bot": self.is_bot, "first_name": self.first_name });
        for (key, value) in [("last_name", &self.last_name), ("username", &self.username), ("language_code", &self.language)] {
            if let Some(value) = value {
                user[key] = json!(value);
            }
        }
        user
    }
}

/// A private chat or the group.
pub(crate) struct Chat {
    pub id: i64,
    /// None in the group.
    pub person: Option<i64>,
    pub title: String,
    pub forum: bool,
    pub messages: BTreeMap<i64, Message>,
    pub next_message: i64,
    pub topics: BTreeMap<i64, Topic>,
    /// Newest last.
    pub pinned: Vec<i64>,
    /// The person has blocked the bot, or the bot was thrown out of the group.
    pub shut: bool,
    /// In the group.
    pub members: BTreeSet<i64>,
    /// What the bot may do in the group.
    pub rights: Rights,
    /// Actions shown, such as "typing", with their topic.
    pub actions: Vec<(String, Option<i64>)>,
}

/// What the bot may do in the group, beyond writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Create, edit, close and delete topics, and write in closed ones.
    pub topics: bool,
    /// Pin messages.
    pub pin: bool,
    /// Delete messages of others.
    pub delete: bool,
}

impl Default for Rights {
    fn default() -> Self {
        Self { topics: true, pin: true, delete: true }
    }
}

/// A topic; its number is the id of the message that created it.
#[derive(Clone)]
pub(crate) struct Topic {
    pub name: String,
    pub colour: i64,
    pub emoji: Option<String>,
    pub closed: bool,
}

/// A message, also one that was deleted.
#[derive(Clone)]
pub(crate) struct Message {
    pub id: i64,
    pub from: i64,
    pub date: i64,
    pub edited: Option<i64>,
    /// The topic it stands in; in the general topic the first message of a chain of replies.
    pub thread: Option<i64>,
    pub in_topic: bool,
    pub reply_to: Option<i64>,
    pub quote: Option<Value>,
    pub album: Option<String>,
    pub content: Content,
    pub markup: Option<Value>,
    pub deleted: bool,
    /// By person.
    pub reactions: BTreeMap<i64, Vec<Value>>,
    pub silent: bool,
    pub protected: bool,
}

/// What a message says.
#[derive(Clone, PartialEq)]
pub(crate) enum Content {
    Text(Formatted),
    /// Photo, document and the like, under Telegram's name for it.
    Media {
        field: &'static str,
        body: Value,
        /// The file to download.
        file: String,
        caption: Formatted,
    },
    /// A place or a contact.
    Other {
        field: &'static str,
        body: Value,
    },
    /// What Telegram itself says: a topic was made, a message was pinned.
    Service {
        field: &'static str,
        body: Value,
    },
}

/// A file's bytes.
#[derive(Clone)]
pub(crate) struct Stored {
    pub unique: String,
    pub path: String,
    pub name: Option<String>,
    pub mime: Option<String>,
    pub bytes: Bytes,
    /// What a message says of it, to send it again by its id.
    pub field: &'static str,
    pub body: Value,
}

/// A press of a button.
pub(crate) struct Callback {
    pub expired: bool,
    /// Text, and whether it is shown as an alert.
    pub answer: Option<(String, bool)>,
}

impl World {
    /// A number that nothing else has.
    pub fn fresh(&mut self) -> i64 {
        self.serial += 1;
        self.serial
    }

    /// Seconds since 1970.
    #[expect(clippy::disallowed_methods, reason = "Telegram has a clock of its own")]
    pub fn now() -> i64 {
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |time| time.as_secs() as i64)
    }

    pub fn bot(&self) -> i64 {
        self.settings.bot_id()
    }

    pub fn group(&self) -> i64 {
        self.settings.group
    }

    pub fn user(&self, id: i64) -> Value {
        self.people.get(&id).map_or_else(|| json!({ "id": id, "is_bot": false, "first_name": "" }), User::json)
    }

    pub fn chat_json(&self, chat: &Chat) -> Value {
        match chat.person.and_then(|id| self.people.get(&id)) {
            None => {
                let mut group = json!({ "id": chat.id, "title": chat.title, "type": "supergroup" });
                if chat.forum {
                    group["is_forum"] = json!(true);
                }
                group
            }
            Some(person) => {
                let mut private = json!({ "id": chat.id, "first_name": person.first_name, "type": "private" });
                for (key, value) in [("last_name", &person.last_name), ("username", &person.username)] {
                    if let Some(value) = value {
                        private[key] = json!(value);
                    }
                }
                private
            }
        }
    }

    /// A message as the Bot API shows it.
    pub fn message_json(&self, chat: i64, id: i64) -> Value {
        let chat = &self.chats[&chat];
        self.render(chat, &chat.messages[&id], true)
    }

    fn render(&self, chat: &Chat, message: &Message, with_reply: bool) -> Value {
        let mut out = Map::new();
        out.insert("message_id".into(), json!(message.id));
        out.insert("from".into(), self.user(message.from));
        if message.from == ANONYMOUS {
            out.insert("sender_chat".into(), self.chat_json(chat));
        }
        out.insert("chat".into(), self.chat_json(chat));
        out.insert("date".into(), json!(message.date));
        if let Some(edited) = message.edited {
            out.insert("edit_date".into(), json!(edited));
        }
        if let Some(thread) = message.thread {
            out.insert("message_thread_id".into(), json!(thread));
        }
        if message.in_topic {
            out.insert("is_topic_message".into(), json!(true));
        }
        // What stands in a topic and answers nothing else answers the message that made the topic.
        let answers = message.reply_to.or(message.thread.filter(|thread| message.in_topic && *thread != message.id));
        if with_reply && let Some(original) = answers.and_then(|id| chat.messages.get(&id)).filter(|original| !original.deleted) {
            out.insert("reply_to_message".into(), self.render(chat, original, false));
            if let Some(quote) = &message.quote {
                out.insert("quote".into(), quote.clone());
            }
        }
        if let Some(album) = &message.album {
            out.insert("media_group_id".into(), json!(album));
        }
        if message.protected {
            out.insert("has_protected_content".into(), json!(true));
        }
        match &message.content {
            Content::Text(text) => text.write(&mut out, "text", "entities"),
            Content::Media { field, body, caption, .. } => {
                out.insert((*field).into(), body.clone());
                caption.write(&mut out, "caption", "caption_entities");
            }
            Content::Service { field: "pinned_message", body } => {
                let original = body.as_i64().and_then(|id| chat.messages.get(&id));
                // A message whose content cannot be seen any more has the date 0.
                let gone = || json!({ "chat": self.chat_json(chat), "message_id": body, "date": 0 });
                out.insert("pinned_message".into(), original.map_or_else(gone, |original| self.render(chat, original, false)));
            }
            Content::Other { field, body } | Content::Service { field, body } => {
                out.insert((*field).into(), body.clone());
            }
        }
        if let Some(markup) = message.markup.as_ref().filter(|markup| markup.get("inline_keyboard").is_some()) {
            out.insert("reply_markup".into(), markup.clone());
        }
        Value::Object(out)
    }

    /// Puts a message into a chat and returns its id.
    pub fn add(&mut self, chat: i64, from: i64, content: Content, place: Place) -> i64 {
        let private = self.chats[&chat].person.is_some();
        let id = if private {
            self.private_messages += 1;
            self.private_messages
        } else {
            let group = self.chats.get_mut(&chat).expect("a chat that exists");
            group.next_message += 1;
            group.next_message
        };
        let chat = self.chats.get_mut(&chat).expect("a chat that exists");
        let mut thread = place.thread;
        let in_topic = thread.is_some();
        if thread.is_none()
            && !private
            && let Some(original) = place.reply_to.and_then(|id| chat.messages.get(&id))
        {
            // In the general topic a chain of replies is a thread, which is no topic.
            thread = Some(original.thread.unwrap_or(original.id));
        }
        let message = Message {
            id,
            from,
            date: Self::now(),
            edited: None,
            thread,
            in_topic,
            reply_to: place.reply_to,
            quote: place.quote,
            album: place.album,
            content,
            markup: place.markup,
            deleted: false,
            reactions: BTreeMap::new(),
            silent: place.silent,
            protected: place.protected,
        };
        chat.messages.insert(id, message);
        id
    }

    /// Adds what Telegram itself says in a chat, and tells the bot.
    pub fn announce(&mut self, chat: i64, from: i64, thread: Option<i64>, field: &'static str, body: Value) -> i64 {
        let id = self.add(chat, from, Content::Service { field, body }, Place { thread, ..Place::default() });
        let message = self.message_json(chat, id);
        self.push("message", chat, message);
        id
    }
}

/// Where a new message stands, and what goes with it.
#[derive(Default)]
pub(crate) struct Place {
    pub thread: Option<i64>,
    pub reply_to: Option<i64>,
    pub quote: Option<Value>,
    pub album: Option<String>,
    pub markup: Option<Value>,
    pub silent: bool,
    pub protected: bool,
}
