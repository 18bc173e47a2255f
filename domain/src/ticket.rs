//! Tickets: what a conversation becomes when somebody has to do something about it.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{AgentId, ContactId, ConversationId, MessageId, TicketId},
    routing::Routing,
    sourced::Source,
};

mod link;
mod merge;
mod moves;
mod rating;
mod sort;
mod way;

pub use link::{Relation, TicketLink};
pub use merge::{BeforeMerge, Merge, UNMERGE_WITHIN_DAYS};
#[cfg(test)]
pub(crate) use moves::tests::ticket as sample;
pub use moves::{IllegalMove, Move, Moved, NextStep, REOPEN_WITHIN_DAYS};
pub(crate) use rating::word as rating_word;
pub use rating::{COMMENT_WITHIN_MINUTES, LONGEST_COMMENT, Rating, RatingScale};
pub use sort::TicketSort;
pub use way::{Entered, Place, Progress, Step, usually_by, way};

/// A ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// Its number, shown as `T-1`; counts up over the installation.
    pub number: i64,
    /// Grows with every change; every action checks it at commit.
    pub version: i64,
    /// Key of the template.
    pub template: String,
    /// The template's version that it was made with, from 1: the form that it keeps.
    pub template_version: i64,
    /// Where it is.
    pub status: TicketStatus,
    /// Key of the template's own stage, where it has stages.
    pub stage: Option<String>,
    /// How urgent.
    pub priority: Priority,
    /// Key of the customer's tier when it was routed.
    pub tier: Option<String>,
    /// Key of the customer's region when it was routed.
    pub region: Option<String>,
    /// Key of the department that has it.
    pub department: Option<String>,
    /// The agent who has it.
    pub owner: Option<AgentId>,
    /// Agents who are told of changes.
    pub followers: Vec<AgentId>,
    /// Key of the category.
    pub category: Option<String>,
    /// The template's fields that have a value.
    pub fields: BTreeMap<String, FieldValue>,
    /// Whom it is for.
    pub contact: ContactId,
    /// Conversations it refers to; the first is the origin.
    pub conversations: Vec<ConversationId>,
    /// Messages that were converted, when only a part of the conversation was.
    pub messages: Vec<MessageId>,
    /// The language its customer reads.
    pub language: Option<String>,
    /// Why it is where it is.
    pub routing: Routing,
    /// When it was resolved.
    pub resolved_at: Option<DateTime<Utc>>,
    /// When it was taken back as a mistake: closed for good, and in no list.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Number of the ticket that it is a part of now: closed itself, it goes on there.
    pub merged_into: Option<i64>,
    /// It stands for something that many report: resolving it resolves its children.
    pub incident: bool,
    /// When the customer was asked how it went; they are asked once.
    pub rating_asked_at: Option<DateTime<Utc>>,
    /// What the customer said to that.
    pub rating: Option<Rating>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// Where a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// Nobody has looked at it yet.
    New,
    /// Somebody works on it.
    Open,
    /// The customer owes an answer.
    WaitingCustomer,
    /// Somebody outside owes something.
    WaitingThirdParty,
    /// Done, and the customer was told.
    Resolved,
    /// Done for good.
    Closed,
}

/// The word for every state in which somebody still has to do something.
pub const ACTIVE: &str = "active";

impl TicketStatus {
    /// Every status, in the order of its life.
    pub const ALL: [Self; 6] = [Self::New, Self::Open, Self::WaitingCustomer, Self::WaitingThirdParty, Self::Resolved, Self::Closed];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::WaitingCustomer => "waiting_customer",
            Self::WaitingThirdParty => "waiting_third_party",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// The status with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Whether somebody still has to do something.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Resolved | Self::Closed)
    }
}

/// How urgent a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Can wait.
    Low,
    /// In its turn.
    Normal,
    /// Before others.
    High,
    /// Now.
    Urgent,
}

impl Priority {
    /// Every priority, the lowest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The priority with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.as_str() == word)
    }
}

/// A field's value and where it came from.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldValue {
    /// The value in the type's canonical form (a text, a number, `{"value", "currency"}` …).
    pub value: serde_json::Value,
    /// Where it came from.
    pub source: Source,
    /// The message it was found in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldValue").field("source", &self.source).field("message", &self.message).finish_non_exhaustive()
    }
}

/// The number as people read it: `T-1`.
pub fn number_text(number: i64) -> String {
    format!("T-{number}")
}

/// The number behind `T-1`, `t-1`, `#1` or `1`.
pub fn parse_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix("T-").or_else(|| text.strip_prefix("t-")).or_else(|| text.strip_prefix('#')).unwrap_or(text);
    digits.parse().ok().filter(|number| *number > 0)
}
