//! What the fake's Discord holds: people, channels, messages, presses and sessions.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    fake::{Call, Settings},
    faults::Faults,
    gateway::Sessions,
};

/// The kinds of channels, in Discord's numbers.
pub(crate) mod kinds {
    pub const TEXT: i64 = 0;
    pub const DIRECT: i64 = 1;
    pub const PUBLIC_THREAD: i64 = 11;
    pub const PRIVATE_THREAD: i64 = 12;
    pub const FORUM: i64 = 15;
}

/// Everything there is, behind one lock.
pub(crate) struct World {
    pub settings: Settings,
    pub started: Instant,
    /// The token is no longer good.
    pub revoked: bool,
    pub people: BTreeMap<u64, User>,
    pub channels: BTreeMap<u64, Channel>,
    pub interactions: BTreeMap<u64, Interaction>,
    /// Nonces of messages that were made, with the message.
    pub nonces: BTreeMap<(u64, String), u64>,
    /// The bytes of files, by path.
    pub files: BTreeMap<String, Bytes>,
    /// Commands that were set, by route and place.
    pub commands: BTreeMap<String, Value>,
    pub sessions: Sessions,
    pub faults: Faults,
    /// What each bucket holds: calls until when.
    pub buckets: BTreeMap<String, (u32, Instant)>,
    /// Five messages in five seconds in a channel, as Discord does; off, nobody has to wait.
    pub strict: bool,
    /// As many threads may be active.
    pub most_threads: usize,
    pub calls: Vec<Call>,
    pub violations: Vec<String>,
    serial: u64,
}

/// A person or the bot.
#[derive(Clone)]
pub(crate) struct User {
    pub id: u64,
    pub name: String,
    pub locale: String,
    pub is_bot: bool,
    /// Takes no direct messages.
    pub shut: bool,
}

impl User {
    pub fn json(&self) -> Value {
        let mut user = json!({
            "id": self.id.to_string(), "username": self.name.to_lowercase().replace(' ', "."), "global_name": self.name, "discriminator": "0",
            "avatar": null, "public_flags": 0,
        });
        if self.is_bot {
            user["bot"] = json!(true);
        }
        user
    }
}

/// Direct messages, a channel of the server, or a thread in one.
#[derive(Clone)]
pub(crate) struct Channel {
    pub id: u64,
    pub kind: i64,
    pub name: String,
    pub parent: Option<u64>,
    pub owner: Option<u64>,
    pub members: BTreeSet<u64>,
    pub archived: bool,
    pub locked: bool,
    pub tags: Vec<String>,
    /// A forum's own.
    pub available_tags: Vec<Value>,
    pub messages: BTreeMap<u64, Value>,
    pub pinned: Vec<u64>,
    pub typing: usize,
    /// How often it was called something else.
    pub renamed: usize,
    /// The bot may not look at it any more.
    pub hidden: bool,
    pub deleted: bool,
}

impl Channel {
    pub fn is_thread(&self) -> bool {
        matches!(self.kind, kinds::PUBLIC_THREAD | kinds::PRIVATE_THREAD)
    }

    pub fn last(&self) -> Option<String> {
        self.messages.keys().next_back().map(u64::to_string)
    }
}

/// A press, a command or a form.
#[derive(Clone)]
pub(crate) struct Interaction {
    pub token: String,
    pub kind: i64,
    pub channel: u64,
    /// Below which message it stands.
    pub message: Option<u64>,
    /// The first answer that it got.
    pub answer: Option<Value>,
    /// What whoever did it sees in the end, and nobody else.
    pub whispered: Vec<String>,
    /// The bodies of it, of forms and of suggestions.
    pub shown: Vec<Value>,
}

impl World {
    pub fn new(settings: Settings) -> Self {
        let bot = User { id: settings.bot, name: "Bellhop".into(), locale: "en-US".into(), is_bot: true, shut: false };
        let mut world = Self {
            started: Instant::now(),
            revoked: false,
            people: BTreeMap::from([(bot.id, bot)]),
            channels: BTreeMap::new(),
            interactions: BTreeMap::new(),
            nonces: BTreeMap::new(),
            files: BTreeMap::new(),
            commands: BTreeMap::new(),
            sessions: Sessions::default(),
            faults: Faults::default(),
            buckets: BTreeMap::new(),
            strict: false,
            most_threads: 1_000,
            calls: Vec::new(),
            violations: Vec::new(),
            serial: 1_400_000_000_000_000_000,
            settings,
        };
        for (id, kind, name) in [(world.settings.help, kinds::TEXT, "help"), (world.settings.forum, kinds::FORUM, "support")] {
            world.add_channel(id, kind, name, None, None);
        }
        world
    }

    /// The next id; ids grow with time.
    pub fn id(&mut self) -> u64 {
        self.serial += 4_096;
        self.serial
    }

    pub fn add_channel(&mut self, id: u64, kind: i64, name: &str, parent: Option<u64>, owner: Option<u64>) {
        let channel = Channel {
            id,
            kind,
            name: name.to_owned(),
            parent,
            owner,
            members: BTreeSet::new(),
            archived: false,
            locked: false,
            tags: Vec::new(),
            available_tags: Vec::new(),
            messages: BTreeMap::new(),
            pinned: Vec::new(),
            typing: 0,
            renamed: 0,
            hidden: false,
            deleted: false,
        };
        self.channels.insert(id, channel);
    }

    /// A channel as Discord describes it.
    pub fn channel_json(&self, id: u64) -> Value {
        let channel = &self.channels[&id];
        let mut json = json!({"id": id.to_string(), "type": channel.kind, "last_message_id": channel.last(), "flags": 0});
        if channel.kind == kinds::DIRECT {
            let person = channel.members.iter().find(|member| **member != self.settings.bot).expect("direct messages are with somebody");
            json["recipients"] = json!([self.people[person].json()]);
            return json;
        }
        json["guild_id"] = json!(self.settings.guild.to_string());
        json["name"] = json!(channel.name);
        json["parent_id"] = json!(channel.parent.map(|id| id.to_string()));
        if channel.kind == kinds::FORUM {
            json["available_tags"] = json!(channel.available_tags);
        }
        if channel.is_thread() {
            json["owner_id"] = json!(channel.owner.map(|id| id.to_string()));
            json["applied_tags"] = json!(channel.tags);
            json["message_count"] = json!(channel.messages.len());
            json["thread_metadata"] = json!({
                "archived": channel.archived, "locked": channel.locked, "auto_archive_duration": 10_080, "archive_timestamp": "2026-11-22T10:00:00+00:00",
                "invitable": false,
            });
        }
        json
    }

    /// The channel in which somebody and the bot write to each other; made where there is none.
    pub fn direct(&mut self, person: u64) -> u64 {
        let found = self.channels.values().find(|channel| channel.kind == kinds::DIRECT && channel.members.contains(&person));
        if let Some(channel) = found {
            return channel.id;
        }
        let id = self.id();
        self.add_channel(id, kinds::DIRECT, "", None, None);
        let bot = self.settings.bot;
        self.channels.get_mut(&id).expect("made").members.extend([person, bot]);
        id
    }

    /// Puts a message into a channel and tells about it.
    pub fn write(&mut self, channel: u64, author: u64, more: Value) -> Value {
        let id = self.id();
        let mut message = json!({
            "id": id.to_string(), "channel_id": channel.to_string(), "author": self.people[&author].json(), "type": 0, "content": "",
            "timestamp": "2026-11-22T10:00:00.000000+00:00", "edited_timestamp": null, "tts": false, "mention_everyone": false, "mentions": [],
            "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "components": [], "flags": 0,
        });
        message.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        self.channels.get_mut(&channel).expect("a channel").messages.insert(id, message.clone());
        let told = self.told(channel, author, message.clone());
        self.sessions.tell("MESSAGE_CREATE", told);
        message
    }

    /// A message as the gateway tells it: with the server, where it is in one.
    pub fn told(&self, channel: u64, author: u64, mut message: Value) -> Value {
        if self.channels[&channel].kind != kinds::DIRECT {
            message["guild_id"] = json!(self.settings.guild.to_string());
            message["member"] = json!({"nick": null, "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": false, "mute": false});
            let _ = author;
        }
        message
    }

    /// The server as the gateway describes it at the start of a session.
    pub fn guild_json(&self) -> Value {
        let list = |threads: bool| -> Vec<Value> {
            let here = |channel: &&Channel| {
                channel.kind != kinds::DIRECT && channel.is_thread() == threads && !channel.hidden && !channel.deleted && !channel.archived
            };
            self.channels.values().filter(here).map(|channel| self.channel_json(channel.id)).collect()
        };
        json!({
            "id": self.settings.guild.to_string(), "name": "Shop", "unavailable": false, "member_count": self.people.len(), "large": false,
            "channels": list(false), "threads": list(true), "members": [], "roles": [], "emojis": [],
        })
    }
}
