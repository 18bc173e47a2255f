//! People, and what they see and do.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    fake::{DiscordFake, PATIENCE, Shared},
    world::{Interaction, User, kinds},
};

/// Somebody with an account at Discord, who is in the server too.
#[derive(Clone)]
pub struct Person {
    shared: Arc<Shared>,
    id: u64,
}

/// A message as somebody sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Its id.
    pub id: u64,
    /// Whether the bot wrote it.
    pub by_bot: bool,
    /// What it says, in Discord's Markdown.
    pub content: String,
    /// Buttons and lines of menus below it.
    pub buttons: Vec<Button>,
    /// Names of its files.
    pub files: Vec<String>,
    /// The message that it answers.
    pub answers: Option<u64>,
    /// It was changed.
    pub is_edited: bool,
    /// Everything of it.
    pub raw: Value,
}

/// Something that can be pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// The bot's id of it.
    pub id: String,
    /// What it says.
    pub label: String,
    /// The menu in which it is a line.
    pub menu: Option<String>,
}

impl DiscordFake {
    /// Somebody new, who reads this language (`en-US`).
    pub fn person(&self, name: &str, locale: &str) -> Person {
        let mut world = self.shared.world();
        let id = world.id();
        world.people.insert(id, User { id, name: name.to_owned(), locale: locale.to_owned(), is_bot: false, shut: false });
        world.direct(id);
        Person { shared: Arc::clone(&self.shared), id }
    }

    /// A message of the bot's that somebody else made it write; answers its id.
    pub fn bot_writes(&self, channel: u64, more: Value) -> u64 {
        let mut world = self.shared.world();
        let bot = world.settings.bot;
        let message = world.write(channel, bot, more);
        drop(world);
        self.shared.happened();
        message["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
    }

    /// What stands in a channel, oldest first.
    pub fn seen(&self, channel: u64) -> Vec<Seen> {
        let world = self.shared.world();
        let messages = world.channels.get(&channel).map(|channel| &channel.messages);
        messages.into_iter().flat_map(|messages| messages.values()).map(|message| seen(message, world.settings.bot)).collect()
    }

    /// Threads below a channel, oldest first: id, name, and whether they are archived.
    pub fn threads(&self, parent: u64) -> Vec<(u64, String, bool)> {
        let world = self.shared.world();
        let here = world.channels.values().filter(|channel| channel.parent == Some(parent) && !channel.deleted);
        here.map(|channel| (channel.id, channel.name.clone(), channel.archived)).collect()
    }

    /// The tags of a post.
    pub fn tags(&self, thread: u64) -> Vec<String> {
        self.shared.world().channels.get(&thread).map(|channel| channel.tags.clone()).unwrap_or_default()
    }

    /// How often it was shown in a channel that the bot is writing.
    pub fn typing(&self, channel: u64) -> usize {
        self.shared.world().channels.get(&channel).map_or(0, |channel| channel.typing)
    }

    /// The first answer to an interaction, and what was said to nobody but whoever began it.
    pub fn answer(&self, interaction: u64) -> (Option<Value>, Vec<String>) {
        let world = self.shared.world();
        world.interactions.get(&interaction).map(|known| (known.answer.clone(), known.whispered.clone())).unwrap_or_default()
    }
}

fn seen(message: &Value, bot: u64) -> Seen {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value.as_str().and_then(|id| id.parse().ok());
    let mut buttons = Vec::new();
    for part in message["components"].as_array().into_iter().flatten().flat_map(|row| row["components"].as_array().into_iter().flatten()) {
        let menu = text(&part["custom_id"]);
        if part["type"] == 2 {
            buttons.push(Button { id: menu, label: text(&part["label"]), menu: None });
            continue;
        }
        for option in part["options"].as_array().into_iter().flatten() {
            buttons.push(Button { id: text(&option["value"]), label: text(&option["label"]), menu: Some(menu.clone()) });
        }
    }
    Seen {
        id: number(&message["id"]).expect("an id"),
        by_bot: number(&message["author"]["id"]) == Some(bot),
        content: text(&message["content"]),
        buttons,
        files: message["attachments"].as_array().into_iter().flatten().map(|file| text(&file["filename"])).collect(),
        answers: number(&message["message_reference"]["message_id"]),
        is_edited: !message["edited_timestamp"].is_null(),
        raw: message.clone(),
    }
}

impl Person {
    /// The id of their account.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The channel of their direct messages with the bot.
    pub fn direct(&self) -> u64 {
        self.shared.world().direct(self.id)
    }

    /// Writes to the bot; answers the id of the message.
    pub fn says(&self, text: &str) -> u64 {
        self.says_in(self.direct(), text)
    }

    /// Writes in a channel.
    pub fn says_in(&self, channel: u64, text: &str) -> u64 {
        self.sends(channel, json!({"content": text}))
    }

    /// Puts a message into a channel that has these members, too.
    pub fn sends(&self, channel: u64, more: Value) -> u64 {
        let message = self.shared.world().write(channel, self.id, more);
        self.shared.happened();
        message["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
    }

    /// Sends a file with a text.
    pub fn sends_file(&self, channel: u64, text: &str, name: &str, content_type: &str, bytes: &'static [u8]) -> u64 {
        let attachment = {
            let mut world = self.shared.world();
            let id = world.id();
            let path = format!("/attachments/{channel}/{id}/{name}");
            world.files.insert(path.clone(), bytes.into());
            let url = format!("{}{path}", self.shared.address);
            json!({"id": id.to_string(), "filename": name, "size": bytes.len(), "url": url, "proxy_url": url, "content_type": content_type})
        };
        self.sends(channel, json!({"content": text, "attachments": [attachment]}))
    }

    /// Changes what they have written.
    pub fn edits(&self, channel: u64, message: u64, text: &str) {
        let mut world = self.shared.world();
        let known = world.channels.get_mut(&channel).and_then(|channel| channel.messages.get_mut(&message)).expect("a message");
        known["content"] = json!(text);
        known["edited_timestamp"] = json!("2026-11-22T10:02:00.000000+00:00");
        let known = known.clone();
        let told = world.told(channel, self.id, known);
        world.sessions.tell("MESSAGE_UPDATE", told);
        drop(world);
        self.shared.happened();
    }

    /// Takes back what they have written.
    pub fn deletes(&self, channel: u64, message: u64) {
        let mut world = self.shared.world();
        let known = world.channels.get_mut(&channel).and_then(|channel| channel.messages.remove(&message)).expect("a message");
        let told = world.told(channel, self.id, json!({"id": known["id"], "channel_id": known["channel_id"]}));
        world.sessions.tell("MESSAGE_DELETE", told);
        drop(world);
        self.shared.happened();
    }

    /// Reacts to a message, or takes that back.
    pub fn reacts(&self, channel: u64, message: u64, emoji: &str, removed: bool) {
        let mut world = self.shared.world();
        let reaction = json!({
            "user_id": self.id.to_string(), "channel_id": channel.to_string(), "message_id": message.to_string(), "emoji": {"id": null, "name": emoji},
        });
        let told = world.told(channel, self.id, reaction);
        world.sessions.tell(if removed { "MESSAGE_REACTION_REMOVE" } else { "MESSAGE_REACTION_ADD" }, told);
        drop(world);
        self.shared.happened();
    }

    /// Presses a button, or picks a line of a menu; answers the id of the press.
    pub fn presses(&self, channel: u64, message: u64, button: &Button) -> u64 {
        let data = match &button.menu {
            None => json!({"component_type": 2, "custom_id": button.id}),
            Some(menu) => json!({"component_type": 3, "custom_id": menu, "values": [button.id]}),
        };
        self.begins(3, channel, Some(message), data)
    }

    /// Gives a command, presses, fills in a form or asks for suggestions: type and data as Discord has them. Answers the id of the interaction.
    pub fn begins(&self, kind: i64, channel: u64, message: Option<u64>, data: Value) -> u64 {
        let mut world = self.shared.world();
        let id = world.id();
        let token = format!("interaction-token-{id}");
        let user = &world.people[&self.id];
        let mut told = json!({
            "id": id.to_string(), "application_id": world.settings.application.to_string(), "type": kind, "token": token, "version": 1, "data": data,
            "channel_id": channel.to_string(), "channel": world.channel_json(channel), "locale": user.locale, "entitlements": [],
        });
        if let Some(message) = message {
            told["message"] = world.channels[&channel].messages.get(&message).cloned().expect("a message");
        }
        if world.channels[&channel].kind == kinds::DIRECT {
            told["user"] = user.json();
        } else {
            told["guild_id"] = json!(world.settings.guild.to_string());
            told["guild_locale"] = json!("en-US");
            told["member"] =
                json!({"user": user.json(), "nick": null, "roles": [], "permissions": "2248473465835073", "joined_at": "2026-01-01T00:00:00+00:00"});
        }
        let interaction = Interaction { token, kind, channel, message, answer: None, whispered: Vec::new(), shown: Vec::new() };
        world.interactions.insert(id, interaction);
        world.sessions.tell("INTERACTION_CREATE", told);
        drop(world);
        self.shared.happened();
        id
    }

    /// Takes no direct messages any more, or again.
    pub fn shuts(&self, shut: bool) {
        self.shared.world().people.get_mut(&self.id).expect("somebody").shut = shut;
    }

    /// The threads that they are in, oldest first.
    pub fn threads(&self) -> Vec<u64> {
        let world = self.shared.world();
        world.channels.values().filter(|channel| channel.is_thread() && channel.members.contains(&self.id)).map(|channel| channel.id).collect()
    }

    /// What the bot has written to them, oldest first.
    pub fn hears(&self) -> Vec<Seen> {
        self.hears_in(self.direct())
    }

    /// What the bot has written in a channel, oldest first.
    pub fn hears_in(&self, channel: u64) -> Vec<Seen> {
        let world = self.shared.world();
        let messages = world.channels[&channel].messages.values();
        messages.map(|message| seen(message, world.settings.bot)).filter(|seen| seen.by_bot).collect()
    }

    /// Waits for a message of the bot's in their direct messages.
    pub async fn hears_next(&self, what: &str, fits: impl Fn(&Seen) -> bool) -> Seen {
        self.hears_next_in(self.direct(), what, fits).await
    }

    /// Waits for a message of the bot's in a channel; fails the test after [`PATIENCE`].
    pub async fn hears_next_in(&self, channel: u64, what: &str, fits: impl Fn(&Seen) -> bool) -> Seen {
        let mut changes = self.shared.changes();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            changes.mark_unchanged();
            let heard = self.hears_in(channel);
            if let Some(found) = heard.iter().find(|seen| fits(seen)) {
                return found.clone();
            }
            if tokio::time::timeout_at(deadline, changes.changed()).await.is_err() {
                let texts: Vec<&str> = heard.iter().map(|seen| seen.content.as_str()).collect();
                panic!("no {what} within {PATIENCE:?}; heard were {texts:#?}");
            }
        }
    }
}

impl Seen {
    /// The button with this label; fails the test where there is none.
    pub fn button(&self, label: &str) -> &Button {
        let found = self.buttons.iter().find(|button| button.label == label);
        found.unwrap_or_else(|| panic!("no button {label:?} among {:?}", self.buttons))
    }
}
