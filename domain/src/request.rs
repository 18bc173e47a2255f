//! Requests between departments: somebody asks another department for the sake of a customer.

use chrono::{DateTime, Utc};

use crate::{
    actor::Actor,
    id::{AgentId, ConversationId, MessageId, RequestId},
};

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestState {
    /// It waits for an answer.
    Open,
    /// It has one.
    Answered,
    /// Nobody needs one any more.
    Withdrawn,
}

impl RequestState {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Answered, Self::Withdrawn].into_iter().find(|state| state.as_str() == word)
    }
}

/// A question to another department. What was asked and answered are notes of the conversation, and stand nowhere else.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// Grows with every change; 0 before it is stored.
    pub version: i64,
    /// The conversation for which it was asked.
    pub conversation: ConversationId,
    /// Key of the department that was asked.
    pub department: String,
    /// The note that holds the question, with its files.
    pub question: MessageId,
    /// The note that holds the answer.
    pub answer: Option<MessageId>,
    /// How far it is.
    pub state: RequestState,
    /// Who asked.
    pub asked_by: Actor,
    /// Who sees to it.
    pub owner: Option<AgentId>,
    /// When whoever sees to it means to have an answer.
    pub expected_at: Option<DateTime<Utc>>,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
}

impl Request {
    /// Whether it waits for an answer.
    pub fn is_open(&self) -> bool {
        self.state == RequestState::Open
    }
}
