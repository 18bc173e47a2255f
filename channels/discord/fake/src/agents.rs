//! Agents, and what they see and do in their channel.

use serde_json::{Value, json};

use crate::{
    fake::DiscordFake,
    people::{Person, Seen},
};

/// A post or thread in the agents' channel.
#[derive(Debug, Clone)]
pub struct Post {
    /// Its id.
    pub id: u64,
    /// Its title.
    pub name: String,
    /// Put away.
    pub archived: bool,
    /// Names of its tags.
    pub tags: Vec<String>,
    /// What stands in it, oldest first.
    pub messages: Vec<Seen>,
    /// What is kept at its top.
    pub pinned: Vec<u64>,
}

impl Seen {
    /// Its words, and those of its card.
    pub fn words(&self) -> String {
        let cards = self.raw["embeds"].as_array().into_iter().flatten().filter_map(|card| card["description"].as_str());
        std::iter::once(self.content.as_str()).chain(cards).filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// Whether it is a card.
    pub fn is_card(&self) -> bool {
        self.raw["embeds"].as_array().is_some_and(|cards| !cards.is_empty())
    }

    /// What can be pressed, by label.
    pub fn labels(&self) -> Vec<&str> {
        self.buttons.iter().map(|button| button.label.as_str()).collect()
    }
}

impl Post {
    /// The first message that says this.
    pub fn says(&self, part: &str) -> Option<&Seen> {
        self.messages.iter().find(|message| message.words().contains(part))
    }
}

impl DiscordFake {
    /// The posts or threads of a channel, oldest first.
    pub fn posts(&self, parent: u64) -> Vec<Post> {
        self.threads(parent).into_iter().map(|(id, ..)| self.post(id)).collect()
    }

    /// A post or thread.
    pub fn post(&self, id: u64) -> Post {
        let messages = self.seen(id);
        let world = self.shared.world();
        let channel = &world.channels[&id];
        let known = channel.parent.map(|parent| world.channels[&parent].available_tags.clone()).unwrap_or_default();
        let name = |id: &String| known.iter().find(|tag| tag["id"] == id.as_str()).and_then(|tag| tag["name"].as_str()).unwrap_or("?").to_owned();
        Post {
            id,
            name: channel.name.clone(),
            archived: channel.archived,
            tags: channel.tags.iter().map(name).collect(),
            messages,
            pinned: channel.pinned.clone(),
        }
    }

    /// What an interaction was answered with to whoever began it alone, bodies as the bot sent them, and whether it was answered at all.
    pub fn shown(&self, interaction: u64) -> Vec<Value> {
        self.shared.world().interactions.get(&interaction).map(|known| known.shown.clone()).unwrap_or_default()
    }

    /// As many threads as this may be active.
    pub fn most_threads(&self, most: usize) {
        self.shared.world().most_threads = most;
    }

    /// Somebody makes a channel with this id, of a kind in Discord's number; what had the id is gone.
    pub fn make_channel(&self, id: u64, kind: i64) {
        self.shared.world().add_channel(id, kind, "made later", None, None);
    }

    /// Somebody deletes a channel, or a post.
    pub fn delete_channel(&self, id: u64) {
        self.shared.world().channels.get_mut(&id).expect("a channel").deleted = true;
        self.shared.happened();
    }

    /// Puts a thread away by itself, or brings it back by hand.
    pub fn archives(&self, thread: u64, archived: bool) {
        let mut world = self.shared.world();
        world.channels.get_mut(&thread).expect("a thread").archived = archived;
        let described = world.channel_json(thread);
        world.sessions.tell("THREAD_UPDATE", described);
        drop(world);
        self.shared.happened();
    }

    /// Waits for what whoever began an interaction alone is shown: words, or a form.
    pub async fn until_shown(&self, interaction: u64) -> Value {
        self.until("an answer to an interaction", |fake| {
            let shown = fake.shown(interaction);
            shown.last().filter(|shown| !shown.is_null()).cloned()
        })
        .await
    }

    /// Waits until an interaction has its first answer; its type.
    pub async fn until_answered(&self, interaction: u64) -> i64 {
        self.until("a first answer to an interaction", |fake| fake.answer(interaction).0.and_then(|answer| answer["type"].as_i64())).await
    }
}

impl Person {
    /// Gives a slash command with these options; answers the id of the interaction.
    pub fn gives(&self, channel: u64, name: &str, options: &[(&str, &str)]) -> u64 {
        let options: Vec<Value> = options.iter().map(|(name, value)| json!({ "type": 3, "name": name, "value": value })).collect();
        self.begins(2, channel, None, json!({ "id": "1", "type": 1, "name": name, "options": options }))
    }

    /// Points at a message or a person and picks a command.
    pub fn points(&self, channel: u64, kind: u8, title: &str, target: u64) -> u64 {
        self.begins(2, channel, None, json!({ "id": "1", "type": kind, "name": title, "target_id": target.to_string() }))
    }

    /// Writes an argument; answers the interaction that asks what may be meant.
    pub fn types(&self, channel: u64, name: &str, argument: &str, written: &str) -> u64 {
        let option = json!({ "type": 3, "name": argument, "value": written, "focused": true });
        self.begins(4, channel, None, json!({ "id": "1", "type": 1, "name": name, "options": [option] }))
    }

    /// Fills in a form.
    pub fn fills(&self, channel: u64, form: &str, values: &[(&str, &str)]) -> u64 {
        let field = |(key, value): &(&str, &str)| json!({ "type": 18, "component": { "type": 4, "custom_id": key, "value": value } });
        self.begins(5, channel, None, json!({ "custom_id": form, "components": values.iter().map(field).collect::<Vec<_>>() }))
    }
}
