//! A chat in which agents work: one topic (or thread) for each conversation, and a lobby for what concerns all.

mod menu;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::Serialize;

use crate::{
    capabilities::{ButtonLimits, TextUnit},
    error::{NormaliseError, SendError},
    event::IncomingAttachment,
    outbound::{OutAttachment, OutButton, Sent},
};

pub use menu::{Attendant, Input, Menu, MenuArgument, MenuCommand, Pointing, Suggestion, Wanted, Worded};

/// Where agents work: topics to post in, commands, buttons and forms that come back.
///
/// Every call is one try with a time limit of its own. What is there already (a title that stands, a topic that is put away) is done, not an error.
#[async_trait]
pub trait StaffChannel: Send + Sync {
    /// Its name in the configuration.
    fn name(&self) -> &str;

    /// What it can do.
    fn capabilities(&self) -> &StaffCapabilities;

    /// Reads a stored event. Pure, like that of a customer channel.
    fn normalise(&self, raw: &str) -> Result<StaffEvent, NormaliseError>;

    /// Whether a stored event can be read now; until it can, it and what follows it in its place wait. A platform may have to say first who we are.
    fn can_read(&self, _raw: &str) -> bool {
        true
    }

    /// Opens a topic; `key` is the same on every try and, where the platform takes one, opens it once.
    async fn open(&self, key: &str, look: &TopicLook) -> Result<TopicId, SendError>;

    /// Opens a topic that begins with a post, where [`opens_with_post`](StaffCapabilities::opens_with_post) says that topics do.
    async fn open_with(&self, key: &str, look: &TopicLook, first: &StaffPost) -> Result<Opened, SendError> {
        let _it_is_posted_by_itself = first;
        Ok(Opened { topic: self.open(key, look).await?, post: None })
    }

    /// Gives a topic another look, as far as the platform can change it later.
    async fn dress(&self, topic: &TopicId, look: &TopicLook) -> Result<Dressed, SendError>;

    /// Puts a topic away.
    async fn archive(&self, topic: &TopicId) -> Result<(), SendError>;

    /// Brings a topic back that was put away.
    async fn reopen(&self, topic: &TopicId) -> Result<(), SendError>;

    /// Posts something; once for each key where the platform takes one.
    async fn post(&self, place: &Place, post: &StaffPost) -> Result<Sent, SendError>;

    /// Changes text and buttons of a post; `post` is the platform's id of it.
    async fn edit(&self, place: &Place, post: &str, to: &StaffPost) -> Result<(), SendError>;

    /// Takes a post back.
    async fn delete(&self, place: &Place, post: &str) -> Result<(), SendError>;

    /// Keeps a post in sight at the top of its place.
    async fn pin(&self, place: &Place, post: &str) -> Result<(), SendError>;

    /// Tells the agent whose button or command brought this `trigger` something that nobody else sees; soon, for a platform's triggers expire.
    ///
    /// An empty notice only ends the platform's waiting sign.
    async fn answer(&self, trigger: &str, notice: &str) -> Result<(), SendError>;

    /// Posts something that only the agent sees whose button or command brought this `trigger`, where [`whispers`](StaffCapabilities::whispers) says that it can;
    /// soon, for a platform's triggers expire.
    async fn whisper(&self, trigger: &str, post: &StaffPost) -> Result<(), SendError> {
        self.answer(trigger, &post.text).await
    }

    /// Gives the platform the commands that there are, where it shows them while somebody types; called at every start, and changes nothing where nothing
    /// changed.
    async fn offer(&self, menu: &Menu) -> Result<(), SendError> {
        let _agents_type_them = menu;
        Ok(())
    }

    /// Whom to ask what cannot wait for its turn: what completes a line that is being written. Called once, at the start.
    fn attended_by(&self, attendant: Arc<dyn Attendant>) {
        drop(attendant);
    }

    /// Puts a message with a button before the public by which people begin a conversation with us; `place` is the platform's name of where.
    async fn invite(&self, place: &str, text: &str, button: &str) -> Result<(), SendError> {
        let _ = (place, text, button);
        Err(SendError::Refused { reason: "this platform has no such button".to_owned(), tries: 1 })
    }

    /// Shows a form to the agent whose command or button brought this `trigger`; soon, for a platform's triggers expire.
    async fn ask(&self, trigger: &str, form: &Form) -> Result<(), SendError>;
}

/// What a staff chat can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaffCapabilities {
    /// Longest text of one post, counted in `text_unit`.
    pub max_text: usize,
    /// What `max_text` counts.
    pub text_unit: TextUnit,
    /// Longest title of a topic, in Unicode scalar values.
    pub max_title: usize,
    /// Longest text of a card, counted in `text_unit`.
    pub max_card: usize,
    /// Choices below a post.
    pub buttons: Option<ButtonLimits>,
    /// Lists below a post from which one is picked.
    pub picks: Option<PickLimits>,
    /// A single agent can be shown what nobody else sees, as long as a post and with buttons.
    pub whispers: bool,
    /// Topics show status and tier outside their title.
    pub tags: bool,
    /// A topic begins with a post, which stays at its top.
    pub opens_with_post: bool,
    /// The platform puts topics away by itself where nothing happens, and a new post brings them back.
    pub dozes: bool,
    /// Fields that a form can have; 0 where there are no forms, and fields are asked one by one.
    pub form_fields: usize,
    /// The platform takes our keys: a repeated `open` or `post` is done once.
    pub idempotent: bool,
    /// Calls a minute that the platform takes for the whole chat; none means no limit worth pacing for.
    pub calls_per_minute: Option<u32>,
}

/// The platform's id of a topic or thread.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicId(pub String);

/// Where in the staff chat something is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Outside all topics, where everybody looks.
    Lobby,
    /// In a topic.
    Topic(TopicId),
}

/// How many lists a post may have, and of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PickLimits {
    /// Lists below one post; together with [`ButtonLimits::count`] they must fit.
    pub count: usize,
    /// Things in one list.
    pub options: usize,
    /// Longest label of one, in Unicode scalar values.
    pub label: usize,
}

/// What came of opening a topic with a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The topic.
    pub topic: TopicId,
    /// The platform's id of the post; none where it was not posted.
    pub post: Option<String>,
}

/// What came of giving a topic another look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dressed {
    /// It looks so.
    Whole,
    /// All but its title, which the platform lets change no earlier than after this time.
    ButTitle(Duration),
}

/// How a topic looks from outside.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TopicLook {
    /// Its title; a platform that cannot show all of it refuses it, so it is cut before.
    pub title: String,
    /// Which of the platform's colours it has.
    pub colour: TopicColour,
    /// How the conversation stands.
    pub status: TopicStatus,
    /// What this status is called.
    pub status_name: String,
    /// What every status is called that there is, for platforms that want to know beforehand.
    pub statuses: Vec<(TopicStatus, String)>,
    /// What the customer's tier is called, unless it is everybody's.
    pub tier: Option<String>,
}

/// How a conversation stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TopicStatus {
    /// The bot has it.
    Bot,
    /// It waits for somebody.
    #[default]
    Queued,
    /// Somebody has it.
    Open,
    /// It was set aside.
    Snoozed,
    /// It is over.
    Resolved,
}

impl fmt::Debug for TopicLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TopicLook").field("colour", &self.colour).finish_non_exhaustive()
    }
}

/// A colour for a topic; the adapter takes the nearest that the platform has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TopicColour {
    /// Nothing special.
    #[default]
    Blue,
    /// A step above.
    Green,
    /// Another step above.
    Yellow,
    /// Another step above.
    Violet,
    /// Another step above.
    Pink,
    /// The highest there is.
    Red,
}

/// Something posted in the staff chat.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StaffPost {
    /// The same on every try.
    pub key: String,
    /// What it says, in light Markdown.
    pub text: String,
    /// Choices below it.
    pub buttons: Vec<OutButton>,
    /// Lists below it.
    pub picks: Vec<Pick>,
    /// It stands out from what is said: a card with the state of something.
    pub card: bool,
    /// Files.
    pub attachments: Vec<OutAttachment>,
    /// The platform's id of the post that it answers; where that is gone it is posted all the same.
    pub reply_to: Option<String>,
    /// Makes nobody's telephone ring.
    pub silent: bool,
}

impl StaffPost {
    /// A post of text alone.
    pub fn text(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self { key: key.into(), text: text.into(), ..Self::default() }
    }
}

/// A list from which one thing is picked; picking one is pressing its button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// What is picked.
    pub label: String,
    /// What there is.
    pub options: Vec<OutButton>,
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
    /// What to choose from, each with its value and its label; free text without any.
    pub choices: Vec<(String, String)>,
    /// What stands in it at first.
    pub value: Option<String>,
    /// Whether it may have several lines.
    pub long: bool,
}

/// Something that an agent did in the staff chat.
#[derive(Clone, PartialEq)]
pub struct StaffEvent {
    /// Unique on the channel for ever.
    pub id: String,
    /// Where.
    pub place: Place,
    /// The platform's id of the agent; empty where the platform does not say who it was.
    pub agent: String,
    /// What the platform calls the agent; shown, never believed.
    pub agent_name: Option<String>,
    /// What to [`answer`](StaffChannel::answer) or [`ask`](StaffChannel::ask) with, where the platform gives one.
    pub trigger: Option<String>,
    /// What they did.
    pub kind: StaffEventKind,
}

impl fmt::Debug for StaffEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaffEvent").field("place", &self.place).finish_non_exhaustive()
    }
}

/// What an agent did.
#[derive(Clone, PartialEq)]
pub enum StaffEventKind {
    /// Wrote: for the customer, unless it starts with `//`.
    Message(StaffMessage),
    /// Changed what they had written.
    Edit {
        /// The platform's id of it.
        message: String,
        /// What it says now, in light Markdown.
        text: String,
    },
    /// Took back what they had written, where the platform tells.
    Delete {
        /// The platform's id of it.
        message: String,
    },
    /// Gave a command.
    Command {
        /// Its name, without the slash, in lower case.
        name: String,
        /// The rest, over several lines where it has them.
        arguments: String,
        /// Arguments by name, where the platform asks for them one by one; then `arguments` is empty.
        options: Vec<(String, String)>,
        /// The platform's id of the message that gave it.
        message: Option<String>,
        /// The platform's id of the post or message that it answers.
        reply_to: Option<String>,
    },
    /// Pressed a button.
    Button {
        /// Our id of it.
        button: String,
        /// The platform's id of the post below which it stands.
        post: Option<String>,
    },
    /// Sent a form.
    Form {
        /// Our id of it.
        form: String,
        /// Values by key; a field left empty is absent.
        values: Vec<(String, String)>,
    },
    /// Put the topic away by the platform's own means.
    Archived,
    /// Brought the topic back by the platform's own means.
    Reopened,
    /// Something that we have no word for.
    Unknown,
}

/// What an agent wrote.
#[derive(Clone, PartialEq)]
pub struct StaffMessage {
    /// The platform's id of it.
    pub id: String,
    /// What it says, in light Markdown; may be empty where there are attachments.
    pub text: String,
    /// Files.
    pub attachments: Vec<IncomingAttachment>,
    /// The platform's id of the post or message that it answers.
    pub reply_to: Option<String>,
    /// Names the album that it is a part of.
    pub album: Option<String>,
}
