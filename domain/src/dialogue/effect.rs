//! What comes out of a decision.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::{Dialogue, Draft};
use crate::{ticket::FieldValue, timeline::TimelineKind};

/// What comes of an input.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What the bot remembers from now on.
    pub dialogue: Dialogue,
    /// What is to be done, in this order.
    pub effects: Vec<Effect>,
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Send this to the customer.
    Say(Say),
    /// Hand the conversation to people.
    HandOff {
        /// Why.
        reason: HandoffReason,
        /// Articles shown and refused, scores; never a customer's words.
        details: serde_json::Value,
    },
    /// Make a ticket and tell the customer in one message: [`crate::words::ticket_filed`].
    File {
        /// Key of the template.
        template: String,
        /// Values with their sources.
        fields: BTreeMap<String, FieldValue>,
        /// What the message begins with, if anything.
        lead: String,
    },
    /// What the customer answered an agent's questions for a ticket, all of it so far.
    Collected(BTreeMap<String, FieldValue>),
    /// What the customer wrote belongs to the ticket with this number.
    AboutTicket(i64),
    /// What was said last shows where the ticket with this number stands: where messages can change, it does from now on.
    ShowsTicket(i64),
    /// Keep how the customer's ticket went.
    RateTicket {
        /// Its number.
        number: i64,
        /// From 1, the worst, to 5; none takes the rating back.
        value: Option<u8>,
    },
    /// What the customer wrote last is their comment on the rating of the ticket with this number.
    CommentOnRating(i64),
    /// Take the conversation out of the queue, back to the bot: its ticket takes its place.
    LeaveQueue,
    /// Answer this contact in this language from now on.
    SetLanguage(String),
    /// Keep what the customer says of an article.
    Rate {
        /// Slug of the article.
        slug: String,
        /// Its language version.
        language: String,
        /// Whether it helped; none takes the rating back.
        helped: Option<bool>,
    },
    /// Resolve the conversation.
    Resolve,
    /// The resolved conversation goes on, with the bot.
    Reopen,
    /// Give the customer a one-time code that proves on another channel who they are.
    GiveCode,
    /// The customer gives such a code.
    TakeCode(String),
    /// Erase the person.
    Forget,
    /// Note on the timeline what was decided and why.
    Record {
        /// What happened.
        kind: TimelineKind,
        /// Details; never a customer's words.
        details: serde_json::Value,
    },
}

/// A message of the bot.
#[derive(Clone, PartialEq)]
pub struct Say {
    /// What it says, in light Markdown.
    pub text: String,
    /// Choices below it.
    pub buttons: Vec<Draft>,
}

impl fmt::Debug for Say {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Say").field("buttons", &self.buttons.len()).finish_non_exhaustive()
    }
}

/// Why a conversation goes to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    /// No article answers the question.
    NoAnswer,
    /// The customer wants a person.
    AskedForPerson,
    /// What the bot offered did not help, or was not meant.
    Refused,
    /// The customer says that the case is not settled.
    NotSolved,
    /// The form could not be filled in.
    FormFailed,
    /// A message of the bot could not be sent in time.
    SendFailed,
}

impl HandoffReason {
    /// The word on the timeline.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoAnswer => "no_answer",
            Self::AskedForPerson => "asked_for_person",
            Self::Refused => "refused",
            Self::NotSolved => "not_solved",
            Self::FormFailed => "form_failed",
            Self::SendFailed => "send_failed",
        }
    }
}
