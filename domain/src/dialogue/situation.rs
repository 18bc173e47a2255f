//! What goes into a decision: what happened, and everything that is known at that moment.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::FollowUp;
use crate::{
    contact::Contact,
    conversation::ConversationStatus,
    desk::Desk,
    id::MessageId,
    intent::Intent,
    message::{Button, ButtonAction},
    routing::RoutingInput,
    ticket::TicketStatus,
};

/// What the knowledge base says to a question.
#[derive(Clone, PartialEq)]
pub struct Findings {
    /// What to do.
    pub decision: Decision,
    /// How likely the best candidate is right, 0 to 1.
    pub probability: f64,
    /// From which probability on an answer is given.
    pub threshold: f64,
    /// What was found, the best first.
    pub candidates: Vec<Finding>,
    /// How the customer's words became the question.
    pub asked: Asked,
    /// Words of theirs that were read as others, which editors say mean the same.
    pub synonyms: Vec<Synonym>,
    /// The best candidate was found by what the words mean.
    pub by_meaning: bool,
}

/// A word or phrase that was read as another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Synonym {
    /// What the customer said, as the group of synonyms has it.
    pub said: String,
    /// What was searched for instead.
    pub read: String,
}

/// How a customer's words became the question that the knowledge base was asked.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Asked {
    /// Messages in a row that are one question; 0 and 1 mean the same.
    pub messages: u32,
    /// It was asked together with the question before it.
    pub with_last: Option<FollowUp>,
}

impl Default for Findings {
    fn default() -> Self {
        Self {
            decision: Decision::Handoff,
            probability: 0.0,
            threshold: 1.0,
            candidates: Vec::new(),
            asked: Asked::default(),
            synonyms: Vec::new(),
            by_meaning: false,
        }
    }
}

/// What the knowledge base advises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Answer with the best candidate.
    Answer,
    /// Ask which candidate was meant.
    Clarify,
    /// Leave it to a person.
    Handoff,
}

impl Decision {
    /// The word on the timeline and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarify => "clarify",
            Self::Handoff => "handoff",
        }
    }
}

/// An article that was found or looked up.
#[derive(Clone, PartialEq)]
pub struct Finding {
    /// Its slug.
    pub slug: String,
    /// Its language version.
    pub language: String,
    /// Its title.
    pub title: String,
    /// Its short answer for chat.
    pub answer: String,
    /// Signed link to the full article.
    pub url: String,
    /// How well it matches; 0 where it was looked up by slug.
    pub score: f64,
}

/// What happened.
#[derive(Clone, Copy)]
pub enum Input<'a> {
    /// The customer writes.
    Says {
        /// The words.
        text: &'a str,
        /// The message that they stand in.
        message: MessageId,
        /// What [`crate::intent::detect`] makes of the words.
        intent: Option<&'a Intent>,
        /// What the knowledge base makes of the words.
        findings: &'a Findings,
        /// The platform marks the sender as a program.
        sender_is_bot: bool,
    },
    /// The customer presses a button.
    Presses {
        /// What it means.
        action: &'a ButtonAction,
        /// It was pressed before, or belongs to a message that is not the bot's last one.
        late: bool,
    },
    /// The customer reacts to one of our messages.
    Reacts {
        /// The emoji, or its name between colons.
        emoji: &'a str,
        /// The reaction is taken back.
        removed: bool,
        /// What kind of message it stands on.
        on: ReactedTo<'a>,
    },
    /// The conversation has been queued for as long as anybody should wait.
    WaitedTooLong,
    /// A message of the bot was too old to be sent.
    CouldNotSend,
    /// A person gives the conversation back.
    GivenBack,
    /// An agent wants the customer to be asked for what a ticket needs.
    AgentAsks {
        /// Key of the template.
        template: &'a str,
        /// Keys of the fields, in the order in which they are asked for.
        wanted: &'a [String],
    },
    /// They need it no longer.
    AgentStopsAsking,
}

/// What kind of message a reaction stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReactedTo<'a> {
    /// An answer from the knowledge base.
    Answer {
        /// Slug of the article.
        article: &'a str,
    },
    /// The question whether the case is settled, or the word that it is closed.
    Closing,
    /// The question how a ticket went.
    Rating {
        /// Number of the ticket.
        ticket: i64,
    },
    /// Anything else.
    Other,
}

impl<'a> ReactedTo<'a> {
    /// What kind of message has these buttons.
    pub fn of(buttons: &'a [Button]) -> Self {
        buttons
            .iter()
            .find_map(|button| match &button.action {
                ButtonAction::Helped { article } | ButtonAction::DidNotHelp { article } => Some(Self::Answer { article }),
                ButtonAction::Solved | ButtonAction::NotSolved => Some(Self::Closing),
                ButtonAction::Rate { ticket, .. } => Some(Self::Rating { ticket: *ticket }),
                _ => None,
            })
            .unwrap_or(Self::Other)
    }
}

/// Everything that a decision looks at besides the dialogue itself.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The time.
    pub now: DateTime<Utc>,
    /// Who has the conversation.
    pub status: ConversationStatus,
    /// A person is assigned to it.
    pub assigned: bool,
    /// The language that the customer reads, as a tag.
    pub language: &'a str,
    /// Languages that can be chosen, as tags; those of [`crate::words::SHIPPED`] are always among them.
    pub languages: &'a [String],
    /// Whether people work now.
    pub hours: &'a Hours,
    /// The place that the conversation has in the queue, or would get.
    pub queue: QueuePlace,
    /// Templates and all else of the installation.
    pub desk: &'a Desk,
    /// Who writes.
    pub contact: &'a Contact,
    /// What is known of them and of the conversation, for the conditions of fields.
    pub known: &'a RoutingInput,
    /// What the customer wrote in this conversation, oldest first.
    pub customer_texts: &'a [(MessageId, String)],
    /// The customer's tickets, the latest first.
    pub tickets: &'a [TicketLine],
    /// The open tickets of this conversation, where there are several and nobody knows which one a message is meant for.
    pub which: &'a [TicketLine],
    /// Tickets of the customer's colleagues, the latest first; empty for who may not see them.
    pub colleagues: &'a [TicketLine],
    /// The articles of [`super::wanted`] that may be given at this moment.
    pub articles: &'a [Finding],
}

/// Whether people work now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hours {
    /// They do.
    Open,
    /// They do not.
    Closed {
        /// When they do again, if ever.
        opens_at: Option<DateTime<Utc>>,
        /// That time for the customer to read, in their language; empty if never.
        shown: String,
    },
}

/// A place in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueuePlace {
    /// Counts from 1, which is next; 0 if unknown.
    pub position: u32,
    /// How long it will take, if that can be said.
    pub expected_wait: Option<TimeDelta>,
}

/// A ticket as `/status` and `/tickets` show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketLine {
    /// Its number.
    pub number: i64,
    /// The template's title, in the customer's language.
    pub title: String,
    /// Where it is.
    pub status: TicketStatus,
    /// The name of the stage, where the template has stages of its own.
    pub stage: Option<String>,
    /// Name of the department that has it, in the customer's language.
    pub department: Option<String>,
    /// Signed link to its page.
    pub url: String,
    /// What the customer said of how it went.
    pub rating: Option<u8>,
    /// Numbers of their other tickets that are part of it now.
    pub merged: Vec<i64>,
}
