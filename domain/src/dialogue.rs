//! The dialogue: what the bot remembers of a conversation and what it does next.
//!
//! [`step`] is a pure function: what is known goes in, effects come out, and whoever calls it carries them out in one transaction.

mod answering;
mod choosing;
mod commands;
mod context;
mod effect;
mod form;
mod guard;
mod handing_over;
mod pressing;
mod rating;
mod row;
mod saying;
mod situation;
#[cfg(test)]
mod tests;
mod turn;
mod which;

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

pub use commands::card;
pub use context::{Continuation, FollowUp, Sign, continuation};
pub use effect::{Effect, HandoffReason, Say, Step};
pub use guard::LoopGuard;
pub use row::Latest;
pub use situation::{Asked, Decision, Finding, Findings, Hours, Input, QueuePlace, ReactedTo, Situation, Synonym, TicketLine};
pub use which::Which;

use chrono::{DateTime, Utc};

use crate::{message::ButtonAction, ticket::FieldValue};

/// Decides what the bot does with `input`; nothing is changed but through the answer.
pub fn step(dialogue: &Dialogue, situation: &Situation<'_>, input: &Input<'_>) -> Step {
    match *input {
        Input::Says { text, message, intent, findings, sender_is_bot } => {
            saying::take(dialogue, situation, &saying::Words { text, message, intent, findings }, sender_is_bot)
        }
        Input::Presses { action, late } => pressing::press(turn::Turn::new(dialogue, situation), action, late).finish(),
        Input::Reacts { emoji, removed, on } => pressing::react(turn::Turn::new(dialogue, situation), emoji, removed, on).finish(),
        Input::WaitedTooLong => form::after_waiting(turn::Turn::new(dialogue, situation)).finish(),
        Input::CouldNotSend => handing_over::after_silence(turn::Turn::new(dialogue, situation)).finish(),
        Input::GivenBack => handing_over::back(turn::Turn::new(dialogue, situation)).finish(),
        Input::AgentAsks { template, wanted } => form::ask_for_agent(turn::Turn::new(dialogue, situation), template, wanted).finish(),
        Input::AgentStopsAsking => form::stop_for_agent(turn::Turn::new(dialogue, situation)).finish(),
    }
}

/// Whether `input` leaves a conversation that is settled as it is: it rates how that went, or says more about the rating.
pub fn leaves_at_rest(dialogue: &Dialogue, input: &Input<'_>, now: DateTime<Utc>) -> bool {
    match *input {
        Input::Says { text, message, intent, findings, .. } => {
            saying::is_about_a_rating(dialogue, &saying::Words { text, message, intent, findings }, now)
        }
        _ => false,
    }
}

/// The articles that [`step`] may need for `input`, to be put into [`Situation::articles`].
pub fn wanted(dialogue: &Dialogue, input: &Input<'_>) -> Vec<ArticleKey> {
    let pressed = match input {
        Input::Presses { action, .. } => Some(*action),
        _ => None,
    };
    pressed
        .into_iter()
        .chain(dialogue.offered.iter().map(|draft| &draft.action))
        .filter_map(|action| match action {
            ButtonAction::Choose { article, language } => Some(ArticleKey { slug: article.clone(), language: language.clone() }),
            _ => None,
        })
        .collect()
}

/// What stands below the word that a conversation is closed: closing is proposed, and the customer may go on.
pub fn closing_buttons(language: &str) -> Vec<Draft> {
    vec![Draft { label: crate::words::say(language, "button-still-open", &[]), action: ButtonAction::NotSolved }]
}

/// What the bot remembers of a conversation; stored with it, so fields are only ever added.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dialogue {
    /// What the next message is understood as.
    pub phase: Phase,
    /// Articles that were given as an answer, the latest last.
    pub shown: Vec<Shown>,
    /// Slugs of articles that did not help or were not meant; never given again.
    pub refused: Vec<String>,
    /// The customer's last question.
    pub last_question: Option<String>,
    /// The bot has introduced itself.
    pub greeted: bool,
    /// The buttons of the bot's last message; their number or label typed back presses them.
    pub offered: Vec<Draft>,
    /// The customer would rather wait for a person than leave a ticket.
    pub keeps_waiting: bool,
    /// A late press has been answered, and nothing has happened since.
    pub late_told: bool,
    /// The last question to which of several tickets a message belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub which: Option<Which>,
    /// The latest reply, for as long as it may be taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<Box<Latest>>,
    /// Holds automatic replies back where they would go round in circles.
    pub guard: LoopGuard,
}

impl fmt::Debug for Dialogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialogue")
            .field("phase", &self.phase)
            .field("shown", &self.shown.len())
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}

/// What the customer's next message is understood as.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// A question, or one of the usual wishes.
    #[default]
    Listening,
    /// The same, and the last answer is open to be rated.
    Answered {
        /// Slug of the article.
        slug: String,
        /// Its language version.
        language: String,
        /// Other articles that may have been meant, the likeliest first.
        #[serde(default)]
        others: Vec<Choice>,
    },
    /// Perhaps one of these.
    Clarifying {
        /// The articles that were offered.
        options: Vec<Choice>,
    },
    /// The answer to the form's question.
    Collecting(Form),
    /// A yes or no to erasing.
    ConfirmingForget,
    /// A yes or no to closing.
    ProposedClosing,
    /// Perhaps a comment on the rating that was just given.
    Rated {
        /// Number of the ticket.
        ticket: i64,
        /// When it was given.
        at: chrono::DateTime<chrono::Utc>,
    },
}

impl Phase {
    /// What the customer is being asked for an agent, if they are.
    pub fn asked_by_agent(&self) -> Option<&Form> {
        match self {
            Self::Collecting(form) if form.why == CollectReason::AgentAsked => Some(form),
            _ => None,
        }
    }
}

impl fmt::Debug for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listening => f.write_str("Listening"),
            Self::Answered { slug, language, .. } => write!(f, "Answered({slug}, {language})"),
            Self::Clarifying { options } => f.debug_list().entries(options.iter().map(|choice| &choice.slug)).finish(),
            Self::Collecting(form) => form.fmt(f),
            Self::ConfirmingForget => f.write_str("ConfirmingForget"),
            Self::ProposedClosing => f.write_str("ProposedClosing"),
            Self::Rated { ticket, .. } => write!(f, "Rated({ticket})"),
        }
    }
}

/// An article by slug and language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArticleKey {
    /// Its slug.
    pub slug: String,
    /// Its language version.
    pub language: String,
}

/// An article that is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Its slug.
    pub slug: String,
    /// Its language version.
    pub language: String,
    /// Its title, as on the button.
    pub title: String,
}

/// An article that was given as an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Its slug.
    pub slug: String,
    /// Its language version.
    pub language: String,
    /// Its title.
    pub title: String,
    /// What the customer said of it.
    #[serde(default)]
    pub helped: Option<bool>,
}

/// A ticket in the making, asked for in the chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Form {
    /// Key of the template, once known.
    pub template: Option<String>,
    /// Values so far.
    pub fields: BTreeMap<String, FieldValue>,
    /// Key of the field that was asked for last; none while the template is asked for.
    pub asking: Option<String>,
    /// How far the present cascading choice has gone: the keys of its levels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub way: Vec<String>,
    /// Answers to the present question that could not be used.
    pub tries: u8,
    /// Why it is asked.
    pub why: CollectReason,
    /// Keys of the fields that an agent wants to know; empty where the bot files the ticket itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wanted: Vec<String>,
}

/// Why the bot asks for what a ticket needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectReason {
    /// Nobody works at this hour.
    OutOfHours,
    /// Nobody was free within the limit.
    WaitedTooLong,
    /// The customer would rather not wait.
    CustomerChose,
    /// An agent is about to make the ticket, and the conversation stays theirs.
    AgentAsked,
}

impl CollectReason {
    /// The word on the timeline.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OutOfHours => "out_of_hours",
            Self::WaitedTooLong => "waited_too_long",
            Self::CustomerChose => "customer_chose",
            Self::AgentAsked => "agent_asked",
        }
    }
}

/// A button that has no id yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What it says.
    pub label: String,
    /// What pressing it means.
    pub action: ButtonAction,
}
