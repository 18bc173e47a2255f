//! Conversations: one episode in a thread.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    category::Proposed,
    contact::Thread,
    dialogue::Dialogue,
    id::{AgentId, ContactId, ConversationId, ThreadId},
    routing::Routing,
};

/// Who has the conversation now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationStatus {
    /// The bot answers.
    Bot,
    /// Handed off, waiting for a person; the bot is silent.
    Queued,
    /// A person has it; the bot is silent.
    Open,
    /// Set aside until a time or until the customer writes.
    Snoozed,
    /// Done; a message within the reopening window reopens it.
    Resolved,
}

impl ConversationStatus {
    /// The word in the database, the API and the console.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Queued => "queued",
            Self::Open => "open",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
        }
    }

    /// The status with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Bot, Self::Queued, Self::Open, Self::Snoozed, Self::Resolved].into_iter().find(|status| status.as_str() == word)
    }
}

/// One episode in a thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Grows with every change; every action checks it at commit.
    pub version: i64,
    /// Where it takes place.
    pub thread: ThreadId,
    /// The channel's configured name.
    pub channel: String,
    /// The platform's id of the thread.
    pub external_thread: String,
    /// Who wrote first.
    pub contact: ContactId,
    /// Who has it now.
    pub status: ConversationStatus,
    /// The agent who has it.
    pub assignee: Option<AgentId>,
    /// Key of the department in whose queue it is.
    pub department: Option<String>,
    /// The language it is held in, as a tag.
    pub language: Option<String>,
    /// Key of the category.
    pub category: Option<String>,
    /// The category that the bot proposes, until somebody says one.
    pub proposed: Option<Proposed>,
    /// Free labels.
    pub tags: Vec<String>,
    /// Why it is in that department and with that agent, once people had it.
    pub routing: Option<Routing>,
    /// What the bot remembers of it.
    pub dialogue: Dialogue,
    /// Since when it waits for a person.
    pub queued_at: Option<DateTime<Utc>>,
    /// Until when it is set aside.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// When it was resolved last.
    pub resolved_at: Option<DateTime<Utc>>,
    /// First message.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

impl Conversation {
    /// A new episode of a thread, with the bot.
    pub fn begin(id: ConversationId, thread: &Thread, contact: ContactId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            version: 1,
            thread: thread.id,
            channel: thread.channel.clone(),
            external_thread: thread.external_id.clone(),
            contact,
            status: ConversationStatus::Bot,
            assignee: None,
            department: None,
            language: None,
            category: None,
            proposed: None,
            tags: Vec::new(),
            routing: None,
            dialogue: Dialogue::default(),
            queued_at: None,
            snoozed_until: None,
            resolved_at: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether a customer's message at `at` belongs here, or starts the thread's next episode.
    ///
    /// `reopen_within` counts from the resolving; an unresolved conversation always takes it.
    pub fn takes_message_at(&self, at: DateTime<Utc>, reopen_within: chrono::TimeDelta) -> bool {
        match (self.status, self.resolved_at) {
            (ConversationStatus::Resolved, Some(resolved)) => at - resolved < reopen_within,
            _ => true,
        }
    }
}
