//! Conversations that were put forward for the knowledge base, and what reviewers made of them.

use bellhop_domain::{
    actor::Actor,
    id::{ConversationId, MessageId, SuggestionId},
};
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    page::{Conditions, Cursor, Page},
    reader::{Reader, reading},
    sql::{Row, args, json},
    tx::Tx,
};

/// How far a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuggestionState {
    /// Nobody has decided.
    Open,
    /// It became a draft.
    Accepted,
    /// It did not.
    Declined,
}

impl SuggestionState {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Accepted, Self::Declined].into_iter().find(|state| state.as_str() == word)
    }
}

/// A conversation or ticket that somebody wants in the knowledge base. What was said stands in the conversation only.
#[derive(Clone, PartialEq)]
pub struct Suggestion {
    /// Its id.
    pub id: SuggestionId,
    /// Grows with every change.
    pub version: i64,
    /// The conversation.
    pub conversation: ConversationId,
    /// Number of the ticket, if it was about one.
    pub ticket: Option<i64>,
    /// The message that was pointed at.
    pub message: Option<MessageId>,
    /// What whoever put it forward said about it.
    pub note: Option<String>,
    /// Who put it forward.
    pub author: Actor,
    /// How far it is.
    pub state: SuggestionState,
    /// The article that it became part of.
    pub slug: Option<String>,
    /// Why it was declined.
    pub reason: Option<String>,
    /// Who decided, for people to read.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// When it was put forward.
    pub created_at: DateTime<Utc>,
}

impl std::fmt::Debug for Suggestion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Suggestion").field("id", &self.id).field("state", &self.state).finish_non_exhaustive()
    }
}

const COLUMNS: &str = "id, version, conversation, ticket, message, note, author, state, slug, reason, decided_by, decided_at, created_at";

fn suggestion(row: &mut Row) -> Result<Suggestion, DbError> {
    Ok(Suggestion {
        id: row.next()?,
        version: row.next()?,
        conversation: row.next()?,
        ticket: row.next()?,
        message: row.next()?,
        note: row.next()?,
        author: row.json()?,
        state: row.word(SuggestionState::parse)?,
        slug: row.next()?,
        reason: row.next()?,
        decided_by: row.next()?,
        decided_at: row.next()?,
        created_at: row.next()?,
    })
}

reading! {
    /// One of them.
    pub async fn suggestion(&self, id: SuggestionId) -> Result<Option<Suggestion>, DbError> {
        self.one(format!("SELECT {COLUMNS} FROM suggestion WHERE id = $1"), &args![id]).await?.as_mut().map(suggestion).transpose()
    }

    /// The open one of a conversation, if there is one.
    pub async fn open_suggestion(&self, conversation: ConversationId) -> Result<Option<Suggestion>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM suggestion WHERE conversation = $1 AND state = 'open' ORDER BY created_at LIMIT 1");
        self.one(sql, &args![conversation]).await?.as_mut().map(suggestion).transpose()
    }
}

impl Reader {
    /// All of them, or those that are so far, the newest first.
    pub async fn suggestions(&self, state: Option<SuggestionState>, cursor: Option<Cursor>, limit: u32) -> Result<Page<Suggestion>, DbError> {
        let mut conditions = Conditions::new(&format!("SELECT {COLUMNS} FROM suggestion"));
        conditions.equals("state", state.map(SuggestionState::as_str));
        let (sql, args) = conditions.newest_first("created_at", "id", cursor, limit);
        Page::read(self.all(sql, &args).await?, limit, |row| {
            let suggestion = suggestion(row)?;
            Ok((Cursor { place: suggestion.created_at.timestamp_micros(), id: suggestion.id.0 }, suggestion))
        })
    }
}

impl Tx {
    /// Keeps a new one, as version 1.
    pub async fn insert_suggestion(&self, suggestion: &Suggestion) -> Result<(), DbError> {
        let sql = "INSERT INTO suggestion (id, version, conversation, ticket, message, note, author, state, created_at)
            VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8)";
        let args = [
            suggestion.id.into(),
            suggestion.conversation.into(),
            suggestion.ticket.into(),
            suggestion.message.into(),
            (&suggestion.note).into(),
            json(&suggestion.author)?,
            suggestion.state.as_str().into(),
            suggestion.created_at.into(),
        ];
        self.exec(sql, &args).await?;
        Ok(())
    }

    /// Keeps what was decided, under the next version; false: it has another version than `suggestion.version`, or is gone.
    pub async fn decide_suggestion(&self, suggestion: &Suggestion) -> Result<bool, DbError> {
        let sql = "UPDATE suggestion SET version = version + 1, state = $1, slug = $2, reason = $3, decided_by = $4, decided_at = $5
            WHERE id = $6 AND version = $7";
        let args = [
            suggestion.state.as_str().into(),
            (&suggestion.slug).into(),
            (&suggestion.reason).into(),
            (&suggestion.decided_by).into(),
            suggestion.decided_at.into(),
            suggestion.id.into(),
            suggestion.version.into(),
        ];
        Ok(self.exec(sql, &args).await? > 0)
    }
}
