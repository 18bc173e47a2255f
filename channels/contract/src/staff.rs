//! A chat in which agents work: one topic (or thread) for each conversation.

use std::fmt;

use async_trait::async_trait;

use crate::{
    capabilities::{ButtonLimits, TextUnit},
    error::{NormaliseError, SendError},
    outbound::{OutButton, Sent},
};

/// Where agents work: topics to post in, commands, buttons and forms that come back.
#[async_trait]
pub trait StaffChannel: Send + Sync {
    /// Its name in the configuration.
    fn name(&self) -> &str;

    /// What it can do.
    fn capabilities(&self) -> &StaffCapabilities;

    /// Opens a topic; `key` is the same on every try and, where the platform takes one, opens it once.
    async fn open(&self, key: &str, title: &str) -> Result<TopicId, SendError>;

    /// Gives a topic another title.
    async fn rename(&self, topic: &TopicId, title: &str) -> Result<(), SendError>;

    /// Puts a topic away; what is posted in it later brings it back.
    async fn archive(&self, topic: &TopicId) -> Result<(), SendError>;

    /// Posts in a topic; once for each key where the platform takes one.
    async fn post(&self, topic: &TopicId, post: &StaffPost) -> Result<Sent, SendError>;

    /// Shows a form to the agent whose command or button brought this `trigger`; soon, for a platform's triggers expire.
    async fn ask(&self, trigger: &str, form: &Form) -> Result<(), SendError>;

    /// Reads a stored event. Pure, like that of a customer channel.
    fn normalise(&self, raw: &str) -> Result<StaffEvent, NormaliseError>;
}

/// What a staff chat can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffCapabilities {
    /// Longest text of one post, counted in `text_unit`.
    pub max_text: usize,
    /// What `max_text` counts.
    pub text_unit: TextUnit,
    /// Longest title of a topic, in Unicode scalar values.
    pub max_title: usize,
    /// Choices below a post.
    pub buttons: Option<ButtonLimits>,
    /// Forms can be shown; without them a command's arguments are all there is.
    pub forms: bool,
}

/// The platform's id of a topic or thread.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicId(pub String);

/// Something posted in a topic.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffPost {
    /// The same on every try.
    pub key: String,
    /// What it says, in light Markdown.
    pub text: String,
    /// Choices below it.
    pub buttons: Vec<OutButton>,
}

impl fmt::Debug for StaffPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaffPost").field("key", &self.key).finish_non_exhaustive()
    }
}

/// A few questions to an agent at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Opaque; comes back with the values.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The questions.
    pub fields: Vec<FormField>,
}

/// A question of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    /// Its key among the values.
    pub key: String,
    /// What it asks.
    pub label: String,
    /// Whether it may stay empty.
    pub required: bool,
    /// What to choose from; free text without any.
    pub choices: Vec<String>,
    /// What stands in it at first.
    pub value: Option<String>,
}

/// Something that an agent did in the staff chat.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffEvent {
    /// Unique on the channel for ever.
    pub id: String,
    /// Where, unless outside all topics.
    pub topic: Option<TopicId>,
    /// The platform's id of the agent.
    pub agent: String,
    /// What to [`ask`](StaffChannel::ask) with, where the platform gives one.
    pub trigger: Option<String>,
    /// What they did.
    pub kind: StaffEventKind,
}

impl fmt::Debug for StaffEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaffEvent").field("topic", &self.topic).finish_non_exhaustive()
    }
}

/// What an agent did.
#[derive(Clone, PartialEq, Eq)]
pub enum StaffEventKind {
    /// Wrote: for the customer, unless it starts with `//`.
    Message {
        /// The platform's id of it.
        message: String,
        /// What it says.
        text: String,
    },
    /// Gave a command.
    Command {
        /// Its name, without the slash, in lower case.
        name: String,
        /// The rest of the line.
        arguments: String,
    },
    /// Pressed a button.
    Button {
        /// Our id of it.
        button: String,
    },
    /// Sent a form.
    Form {
        /// Our id of it.
        form: String,
        /// Values by key; a field left empty is absent.
        values: Vec<(String, String)>,
    },
    /// Something that we have no word for.
    Unknown,
}
