//! What a command is: its name, its arguments, who may give it and where.

use bellhop_domain::words;

use super::Run;
use crate::caller::Permission;

/// A command that agents give.
pub struct Command {
    /// Its name, without the slash. Its one-line explanation is the words `command-NAME`.
    pub name: &'static str,
    /// What is written behind it, in this order; only the last one may have spaces in it without quotation marks.
    pub arguments: &'static [Argument],
    /// What whoever gives it must be allowed; none: everybody in the staff chat, even who is no agent yet.
    pub needs: Option<Permission>,
    /// Where it may be given.
    pub within: Within,
    /// What it does.
    pub(crate) run: Run,
}

impl Command {
    /// How it is written, in light Markdown: `/assign <agent or department>`.
    pub fn usage(&self, language: &str) -> String {
        let mut usage = format!("`/{}", self.name);
        for argument in self.arguments {
            let label = argument.label(language);
            usage.push_str(&if argument.required { format!(" <{label}>") } else { format!(" [{label}]") });
        }
        usage.push('`');
        usage
    }

    /// What it does, in a line.
    pub fn explanation(&self, language: &str) -> String {
        words::say(language, &format!("command-{}", self.name), &[])
    }
}

/// Where a command may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// Where a conversation is.
    Conversation,
    /// Everywhere.
    Anywhere,
}

/// Something that is written behind a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// Its name; what people read instead is the words `argument-NAME`.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Whether the command needs it.
    pub required: bool,
}

impl Argument {
    /// What the command needs.
    pub const fn required(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, required: true }
    }

    /// What may be left out.
    pub const fn optional(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, required: false }
    }

    /// What people read for it.
    pub fn label(&self, language: &str) -> String {
        match self.kind {
            Kind::OneOf(words) => words.join(" | "),
            _ => words::say(language, &format!("argument-{}", self.name), &[]),
        }
    }
}

/// What an argument is: how it is checked, completed, and offered as buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An agent, by key, name or mail address; `me` is whoever gives the command.
    Agent,
    /// A department, by key or name.
    Department,
    /// Either of them.
    AgentOrDepartment,
    /// A ticket template, by key or title.
    Template,
    /// A customer tier, by key or name; `-` clears the agent's word.
    Tier,
    /// A region, by key or name; `-` clears the agent's word.
    Region,
    /// A category, by key or name; `-` clears it.
    Category,
    /// A macro, by key or title.
    Macro,
    /// A view of tickets, by key or name.
    View,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// The name of a command.
    Command,
    /// A ticket's status or a stage of its template; the command reads it.
    Status,
    /// A time to come or how long from now; the command reads it.
    Moment,
    /// A question to the knowledge base, or an article's slug; the command reads it.
    Article,
    /// Labels with `+` or `-` before them; the command reads it.
    Labels,
    /// An organisation, by id, key or name; `none` and `-` are words too. The command reads it.
    Organisation,
    /// A person who writes to us, by id or what is known of them; the command reads it.
    Contact,
    /// A room of the platform's that the command is given on; the command reads it.
    Room,
    /// Any words.
    Text,
}

impl Kind {
    /// Whether `-` clears what it stands for.
    pub(super) fn can_be_cleared(self) -> bool {
        matches!(self, Self::Tier | Self::Region | Self::Category)
    }
}
