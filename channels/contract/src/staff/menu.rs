//! The commands that there are, for platforms that show them while somebody types.

use async_trait::async_trait;

use super::Place;

/// Words in one language or another: by language tag, the first one where a platform wants one without a tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Worded(pub Vec<(&'static str, String)>);

impl Worded {
    /// The words without a language.
    pub fn plain(&self) -> &str {
        self.0.first().map_or("", |(_, words)| words.as_str())
    }

    /// The words in this language, if there are any.
    pub fn get(&self, language: &str) -> Option<&str> {
        self.0.iter().find(|(tag, _)| *tag == language).map(|(_, words)| words.as_str())
    }
}

/// Every command that there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Menu {
    /// The commands, the most useful first.
    pub commands: Vec<MenuCommand>,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuCommand {
    /// Its name: letters, digits, `-` and `_`.
    pub name: &'static str,
    /// What it is called in other languages, by tag; empty where it has no other names.
    pub names: Worded,
    /// What it does, in a line.
    pub explanation: Worded,
    /// What it takes, what it needs first.
    pub arguments: Vec<MenuArgument>,
    /// It can also be given by pointing at something, under this title.
    pub pointing: Option<(Pointing, Worded)>,
}

/// What a command can be pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointing {
    /// A message: it is what the command answers.
    Message,
    /// A person: the id is the argument with this name.
    Person(&'static str),
}

/// What a command takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuArgument {
    /// Its name: letters, digits, `-` and `_`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub label: Worded,
    /// Whether the command needs it.
    pub required: bool,
    /// How it is given.
    pub input: Input,
}

/// How an argument is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// One of these, each with what is given for it and what people read.
    OneOf(Vec<(&'static str, Worded)>),
    /// Something that the [`Attendant`] suggests while it is written.
    Suggested,
    /// One of the platform's own rooms.
    Room,
    /// Any words.
    Text,
}

/// Answers at once what cannot wait for its turn.
#[async_trait]
pub trait Attendant: Send + Sync {
    /// What may be meant, the likeliest first; nothing for whoever may not give the command.
    async fn suggest(&self, wanted: Wanted) -> Vec<Suggestion>;
}

/// An argument that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The platform's id of who writes.
    pub agent: String,
    /// Where.
    pub place: Place,
    /// The command's name.
    pub command: String,
    /// The argument's name.
    pub argument: String,
    /// What is written of it.
    pub written: String,
}

/// What may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What people read.
    pub label: String,
    /// What is given.
    pub value: String,
}
