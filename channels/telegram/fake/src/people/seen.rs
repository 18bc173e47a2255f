//! What people see: messages as they stand now, topics of the group.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use serde_json::Value;

use super::MessageId;
use crate::{
    entities::Formatted,
    fake::{PATIENCE, Shared, TelegramFake},
    state::{Chat, Content, Message, World},
};

/// A message as it stands now.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its number in the chat.
    pub id: MessageId,
    /// The bot wrote it.
    pub from_bot: bool,
    /// First name of who wrote it.
    pub author: String,
    /// Its text or caption, after edits.
    pub text: String,
    /// Its formatting, a list of `MessageEntity`.
    pub entities: Value,
    /// The buttons below it, row by row.
    pub buttons: Vec<Vec<Button>>,
    /// The file it carries.
    pub file: Option<SeenFile>,
    /// A place or contact, under Telegram's name of it.
    pub other: Option<(String, Value)>,
    /// The message that it answers.
    pub reply_to: Option<MessageId>,
    /// Its topic in the group.
    pub topic: Option<i64>,
    /// Messages of one album share this.
    pub album: Option<String>,
    /// It says something else than at first.
    pub edited: bool,
    /// It is gone.
    pub deleted: bool,
    /// It is kept in sight at the top.
    pub pinned: bool,
    /// It rang no telephone.
    pub silent: bool,
    /// What everybody reacted to it.
    pub reactions: Vec<String>,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What it sends to the bot.
    pub data: Option<String>,
    /// What it opens.
    pub url: Option<String>,
}

/// A file in a message.
#[derive(Clone, PartialEq, Eq)]
pub struct SeenFile {
    /// `photo`, `document` and so on.
    pub kind: &'static str,
    /// The id to download it by.
    pub id: String,
    /// Its name, where Telegram keeps one.
    pub name: Option<String>,
    /// Its media type as it was told.
    pub mime: Option<String>,
    /// All of it.
    pub bytes: Bytes,
}

impl fmt::Debug for SeenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} of {} bytes", self.kind, self.name, self.bytes.len())
    }
}

/// A topic of the group.
#[derive(Debug, Clone)]
pub struct SeenTopic {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// One of Telegram's six colours.
    pub colour: i64,
    /// The custom emoji before its name.
    pub icon: Option<String>,
    /// Put away.
    pub closed: bool,
    /// The newest of its pinned posts.
    pub pinned: Option<Seen>,
    /// What people and the bot wrote in it, in order; what was deleted is marked so.
    pub posts: Vec<Seen>,
}

impl Seen {
    /// Whether it says this, or has a button with this label.
    pub fn holds(&self, part: &str) -> bool {
        self.text.contains(part) || self.buttons.iter().flatten().any(|button| button.label == part)
    }

    /// The labels of all buttons, in order.
    pub fn labels(&self) -> Vec<&str> {
        self.buttons.iter().flatten().map(|button| button.label.as_str()).collect()
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}: {}", self.id, self.author, self.text)?;
        for button in self.buttons.iter().flatten() {
            write!(f, " [{}]", button.label)?;
        }
        if let Some(file) = &self.file {
            write!(f, " <{file:?}>")?;
        }
        f.write_str(if self.deleted { " (deleted)" } else { "" })
    }
}

/// A message as people see it; none for what Telegram itself says.
pub(super) fn seen(world: &World, chat: &Chat, message: &Message) -> Option<Seen> {
    let nothing = Formatted::default();
    let (text, file, other) = match &message.content {
        Content::Service { .. } => return None,
        Content::Text(text) => (text, None, None),
        Content::Media { field, file, caption, .. } => (caption, world.files.get(file).map(|stored| (field, file, stored)), None),
        Content::Other { field, body } => (&nothing, None, Some(((*field).to_owned(), body.clone()))),
    };
    let file = file.map(|(field, id, stored)| SeenFile {
        kind: field,
        id: id.clone(),
        name: stored.name.clone(),
        mime: stored.mime.clone(),
        bytes: stored.bytes.clone(),
    });
    let rows = message.markup.as_ref().and_then(|markup| markup["inline_keyboard"].as_array()).map(Vec::as_slice).unwrap_or_default();
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let button =
        |button: &Value| Button { label: word(&button["text"]).unwrap_or_default(), data: word(&button["callback_data"]), url: word(&button["url"]) };
    Some(Seen {
        id: message.id,
        from_bot: message.from == world.bot(),
        author: world.people.get(&message.from).map(|person| person.first_name.clone()).unwrap_or_default(),
        text: text.text.clone(),
        entities: text.json(),
        buttons: rows.iter().map(|row| row.as_array().into_iter().flatten().map(button).collect()).collect(),
        file,
        other,
        reply_to: message.reply_to,
        topic: message.thread.filter(|_| message.in_topic),
        album: message.album.clone(),
        edited: message.edited.is_some(),
        deleted: message.deleted,
        pinned: chat.pinned.contains(&message.id),
        silent: message.silent,
        reactions: message.reactions.values().flatten().filter_map(|reaction| word(&reaction["emoji"])).collect(),
    })
}

impl TelegramFake {
    /// The topics of the group, in order of their making.
    pub fn topics(&self) -> Vec<SeenTopic> {
        let world = self.shared.world();
        let group = &world.chats[&world.group()];
        let topic = |(id, topic): (&i64, &crate::state::Topic)| {
            let here = group.messages.values().filter(|message| message.in_topic && message.thread == Some(*id));
            let posts: Vec<Seen> = here.filter_map(|message| seen(&world, group, message)).collect();
            let pinned = group.pinned.iter().rev().find_map(|pinned| posts.iter().find(|post| post.id == *pinned)).cloned();
            SeenTopic { id: *id, name: topic.name.clone(), colour: topic.colour, icon: topic.emoji.clone(), closed: topic.closed, pinned, posts }
        };
        group.topics.iter().map(topic).collect()
    }

    /// The topic with this number.
    pub fn topic(&self, id: i64) -> Option<SeenTopic> {
        self.topics().into_iter().find(|topic| topic.id == id)
    }

    /// What people and the bot wrote in the general topic, in order; what was deleted is marked so.
    pub fn general(&self) -> Vec<Seen> {
        let world = self.shared.world();
        let group = &world.chats[&world.group()];
        group.messages.values().filter(|message| !message.in_topic).filter_map(|message| seen(&world, group, message)).collect()
    }

    /// Waits until there is a topic whose name holds this.
    pub async fn until_topic(&self, part: &str) -> SeenTopic {
        self.until(&format!("topic {part:?}"), |fake| fake.topics().into_iter().find(|topic| topic.name.contains(part))).await
    }

    /// Waits until a post of this topic that is not deleted holds this text (or a button with this label).
    pub async fn until_posted(&self, topic: i64, part: &str) -> Seen {
        let posts = || self.topic(topic).map(|topic| topic.posts).unwrap_or_default();
        let look = || posts().into_iter().rev().find(|seen| !seen.deleted && seen.holds(part));
        wait(&self.shared, || look().ok_or_else(|| (format!("{part:?} in topic {topic}"), posts()))).await
    }

    /// Waits until a post of the general topic that is not deleted holds this text (or a button with this label).
    pub async fn until_general(&self, part: &str) -> Seen {
        let look = || self.general().into_iter().rev().find(|seen| !seen.deleted && seen.holds(part));
        wait(&self.shared, || look().ok_or_else(|| (format!("{part:?} in the general topic"), self.general()))).await
    }
}

/// Waits until `look` finds something; the test fails after [`PATIENCE`] with what was looked for and what there is.
pub(super) async fn wait<T>(shared: &Arc<Shared>, look: impl Fn() -> Result<T, (String, Vec<Seen>)>) -> T {
    let mut changes = shared.changes();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        changes.mark_unchanged();
        match look() {
            Ok(found) => return found,
            Err((what, there)) => {
                if tokio::time::timeout_at(deadline, changes.changed()).await.is_err() {
                    let there: Vec<String> = there.iter().map(Seen::to_string).collect();
                    panic!("no {what} within {PATIENCE:?}; there is:\n{}", there.join("\n"));
                }
            }
        }
    }
}
