//! Agents in the staff group.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;

use super::{MessageId, Person, Press, add_person, edit, media, pressing, react, speak};
use crate::{
    entities::Formatted,
    fake::{Shared, TelegramFake},
    methods::{remove, set_closed},
    state::{ANONYMOUS, Content, Place, Topic, User},
};

/// A member of the staff group.
#[derive(Clone)]
pub struct Agent {
    shared: Arc<Shared>,
    id: i64,
}

impl TelegramFake {
    /// A new person with this first name, in the staff group.
    pub fn agent(&self, name: &str) -> Agent {
        let id = add_person(&self.shared, name, Some("en"));
        let mut world = self.shared.world();
        let group = world.group();
        world.chats.get_mut(&group).expect("the group").members.insert(id);
        drop(world);
        Agent { shared: Arc::clone(&self.shared), id }
    }
}

impl TelegramFake {
    /// An administrator of the staff group who hides who they are: what they write comes from the group itself.
    pub fn anonymous_administrator(&self) -> Agent {
        let user = User {
            id: ANONYMOUS,
            first_name: "Group".into(),
            last_name: None,
            username: Some("GroupAnonymousBot".into()),
            language: None,
            is_bot: true,
        };
        self.shared.world().people.insert(ANONYMOUS, user);
        Agent { shared: Arc::clone(&self.shared), id: ANONYMOUS }
    }
}

impl Agent {
    /// Their number at Telegram.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// The same person, in a private chat with the bot.
    pub fn in_private(&self) -> Person {
        Person { shared: Arc::clone(&self.shared), id: self.id }
    }

    /// Writes in a topic.
    pub fn writes_in(&self, topic: i64, text: &str) -> MessageId {
        self.sends(Content::Text(Formatted::written(text)), self.in_topic(topic))
    }

    /// Writes in the general topic.
    pub fn writes_in_general(&self, text: &str) -> MessageId {
        self.sends(Content::Text(Formatted::written(text)), Place::default())
    }

    /// Answers a post, where it stands.
    pub fn replies(&self, to: MessageId, text: &str) -> MessageId {
        let place = {
            let world = self.shared.world();
            let post = world.chats[&world.group()].messages.get(&to).expect("a post in the group");
            Place { thread: post.thread.filter(|_| post.in_topic), reply_to: Some(to), ..Place::default() }
        };
        self.sends(Content::Text(Formatted::written(text)), place)
    }

    /// Sends a document into a topic.
    pub fn sends_file_in(&self, topic: i64, name: &str, mime: &str, bytes: impl Into<Bytes>, caption: &str) -> MessageId {
        let content = media(&self.shared, "document", name, Some(mime), bytes.into(), caption);
        self.sends(content, self.in_topic(topic))
    }

    /// Sends a photo into a topic.
    pub fn sends_photo_in(&self, topic: i64, bytes: impl Into<Bytes>, caption: &str) -> MessageId {
        let content = media(&self.shared, "photo", "photo.jpg", None, bytes.into(), caption);
        self.sends(content, self.in_topic(topic))
    }

    /// Speaks a message in a topic.
    pub fn sends_voice_in(&self, topic: i64, bytes: impl Into<Bytes>) -> MessageId {
        let content = media(&self.shared, "voice", "voice.oga", Some("audio/ogg"), bytes.into(), "");
        self.sends(content, self.in_topic(topic))
    }

    /// Sends photos into a topic as one album; the caption stands with the first.
    pub fn sends_album_in(&self, topic: i64, photos: Vec<Bytes>, caption: &str) -> Vec<MessageId> {
        let album = self.shared.world().fresh().to_string();
        let send = |(index, bytes): (usize, Bytes)| {
            let content = media(&self.shared, "photo", "photo.jpg", None, bytes, if index == 0 { caption } else { "" });
            self.sends(content, Place { album: Some(album.clone()), ..self.in_topic(topic) })
        };
        photos.into_iter().enumerate().map(send).collect()
    }

    /// Changes what they wrote.
    pub fn edits(&self, post: MessageId, text: &str) {
        edit(&self.shared, self.group(), self.id, post, text);
    }

    /// Reacts to a post; an empty emoji takes the reaction back.
    pub fn reacts(&self, post: MessageId, emoji: &str) {
        react(&self.shared, self.group(), self.id, post, emoji);
    }

    /// Presses a button below this post.
    pub fn presses(&self, post: MessageId, label: &str) -> Press {
        pressing::press(&self.shared, self.group(), self.id, post, label)
    }

    /// Presses the button with this label below the latest post of a topic that has one.
    pub fn presses_in(&self, topic: i64, label: &str) -> Press {
        pressing::press_latest(&self.shared, self.group(), self.id, Some(topic), label)
    }

    /// Takes a post back, which Telegram tells no bot.
    pub fn deletes(&self, post: MessageId) {
        let mut world = self.shared.world();
        let group = world.group();
        let post = world.chats.get_mut(&group).and_then(|group| group.messages.get_mut(&post));
        post.expect("a post in the group").deleted = true;
    }

    /// Makes a topic that the bot did not make, and returns its number.
    pub fn creates_topic(&self, name: &str) -> i64 {
        let mut world = self.shared.world();
        let (group, colour) = (world.group(), 7_322_096);
        let body = json!({ "name": name, "icon_color": colour });
        let id = world.add(group, self.id, Content::Service { field: "forum_topic_created", body }, Place::default());
        let chat = world.chats.get_mut(&group).expect("the group");
        chat.topics.insert(id, Topic { name: name.into(), colour, emoji: None, closed: false });
        if let Some(message) = chat.messages.get_mut(&id) {
            (message.thread, message.in_topic) = (Some(id), true);
        }
        let message = world.message_json(group, id);
        world.push("message", group, message);
        drop(world);
        self.shared.happened();
        id
    }

    /// Closes a topic by hand.
    pub fn closes(&self, topic: i64) {
        let group = self.group();
        set_closed(&mut self.shared.world(), group, topic, true, self.id);
        self.shared.happened();
    }

    /// Reopens a topic by hand.
    pub fn reopens(&self, topic: i64) {
        let group = self.group();
        set_closed(&mut self.shared.world(), group, topic, false, self.id);
        self.shared.happened();
    }

    /// Deletes a topic with all its posts, which Telegram tells no bot.
    pub fn deletes_topic(&self, topic: i64) {
        let group = self.group();
        remove(&mut self.shared.world(), group, topic);
    }

    fn group(&self) -> i64 {
        self.shared.world().group()
    }

    fn in_topic(&self, topic: i64) -> Place {
        let group = self.group();
        assert!(self.shared.world().chats[&group].topics.contains_key(&topic), "no topic {topic}");
        Place { thread: Some(topic), ..Place::default() }
    }

    fn sends(&self, content: Content, place: Place) -> MessageId {
        speak(&self.shared, self.group(), self.id, content, place)
    }
}
