//! What has to happen at a time.

use std::collections::HashSet;

use bellhop_domain::id::ConversationId;
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::Reader,
    sql::{Arg, Row, args, json, places},
    tx::Tx,
};

/// A timer to be set.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTimer {
    /// One timer a key: setting it again moves it.
    pub key: String,
    /// What it is for.
    pub kind: String,
    /// The conversation that it is about.
    pub conversation: Option<ConversationId>,
    /// When.
    pub due_at: DateTime<Utc>,
    /// What it needs to know.
    pub payload: serde_json::Value,
}

/// A timer that is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Timer {
    /// Its number.
    pub id: i64,
    /// One timer a key.
    pub key: String,
    /// What it is for.
    pub kind: String,
    /// The conversation that it is about.
    pub conversation: Option<ConversationId>,
    /// When.
    pub due_at: DateTime<Utc>,
    /// What it needs to know.
    pub payload: serde_json::Value,
    /// Channel and thread of the conversation; nothing without one, and where it is gone.
    pub thread: Option<(String, String)>,
}

fn timer(row: &mut Row) -> Result<Timer, DbError> {
    Ok(Timer {
        id: row.next()?,
        key: row.next()?,
        kind: row.next()?,
        conversation: row.next()?,
        due_at: row.next()?,
        payload: row.json()?,
        thread: row.next::<Option<String>>()?.zip(row.next()?),
    })
}

impl Tx {
    /// Sets a timer, or moves the one with the same key.
    pub async fn set_timer(&self, timer: &NewTimer) -> Result<(), DbError> {
        let sql = "INSERT INTO timer (key, kind, conversation, due_at, payload) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, conversation = excluded.conversation, due_at = excluded.due_at, payload = excluded.payload";
        self.exec(sql, &[(&timer.key).into(), (&timer.kind).into(), timer.conversation.into(), timer.due_at.into(), json(&timer.payload)?]).await?;
        Ok(())
    }

    /// Takes back a conversation's timers of one kind.
    pub async fn clear_timers(&self, conversation: ConversationId, kind: &str) -> Result<u64, DbError> {
        self.exec("DELETE FROM timer WHERE conversation = $1 AND kind = $2", &args![conversation, kind]).await
    }

    /// Ends timers that fire at `now`, and answers which did: not one that was put off, taken back or has fired meanwhile.
    pub async fn end_timers(&self, ids: &[i64], now: DateTime<Utc>) -> Result<HashSet<i64>, DbError> {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let sql = format!("DELETE FROM timer WHERE due_at <= $1 AND id IN ({}) RETURNING id", places(2, ids.len()));
        let args: Vec<Arg<'_>> = std::iter::once(now.into()).chain(ids.iter().map(|id| Arg::from(*id))).collect();
        self.all(sql, &args).await?.iter_mut().map(Row::next).collect()
    }
}

impl Reader {
    /// Timers that are due at `now`, in the order in which they are due.
    pub async fn due_timers(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<Timer>, DbError> {
        let sql = "SELECT t.id, t.key, t.kind, t.conversation, t.due_at, t.payload, c.channel, c.external_thread
             FROM (SELECT id, key, kind, conversation, due_at, payload FROM timer WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2) AS t
             LEFT JOIN conversation c ON c.id = t.conversation ORDER BY t.due_at, t.id";
        self.all(sql, &args![now, i64::from(limit)]).await?.iter_mut().map(timer).collect()
    }

    /// When the next timer is due.
    pub async fn next_timer(&self) -> Result<Option<DateTime<Utc>>, DbError> {
        self.one("SELECT due_at FROM timer ORDER BY due_at, id LIMIT 1", &[]).await?.as_mut().map(Row::next).transpose()
    }
}
