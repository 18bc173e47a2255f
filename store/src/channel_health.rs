//! How channels are doing: what the server that runs them notes, and what waits on each.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{error::DbError, reader::Reader, sql::args, tx::Tx};

/// How a channel was when that was noted last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedHealth {
    /// The channel's configured name.
    pub channel: String,
    /// In the words of whoever noted it, JSON.
    pub body: String,
    /// When.
    pub noted_at: DateTime<Utc>,
}

/// What waits on a channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChannelBacklog {
    /// Events that were taken and are not handled yet.
    pub events: u64,
    /// When the oldest of them came.
    pub oldest_event_at: Option<DateTime<Utc>>,
    /// Messages, and changes of some, that the platform has not taken yet.
    pub sends: u64,
    /// When the oldest of them was decided.
    pub oldest_send_at: Option<DateTime<Utc>>,
    /// Those of them that were tried in vain.
    pub failing: u64,
    /// Why the oldest of those failed last.
    pub failing_reason: Option<String>,
}

impl Tx {
    /// Notes how a channel is doing.
    pub async fn note_channel_health(&self, channel: &str, body: &str, at: DateTime<Utc>) -> Result<(), DbError> {
        let sql = "INSERT INTO channel_health (channel, body, noted_at) VALUES ($1, $2, $3)
            ON CONFLICT (channel) DO UPDATE SET body = excluded.body, noted_at = excluded.noted_at";
        self.exec(sql, &args![channel, body, at]).await?;
        Ok(())
    }
}

impl Reader {
    /// How every channel was that was ever run, by name.
    pub async fn noted_channel_health(&self) -> Result<Vec<NotedHealth>, DbError> {
        let mut rows = self.all("SELECT channel, body, noted_at FROM channel_health ORDER BY channel", &[]).await?;
        rows.iter_mut().map(|row| Ok(NotedHealth { channel: row.next()?, body: row.next()?, noted_at: row.next()? })).collect()
    }

    /// What waits, by the name of its channel; channels on which nothing waits are left out.
    pub async fn channel_backlogs(&self) -> Result<BTreeMap<String, ChannelBacklog>, DbError> {
        let mut all: BTreeMap<String, ChannelBacklog> = BTreeMap::new();
        for mut row in self.all("SELECT channel, COUNT(*), MIN(received_at) FROM inbox WHERE state = 0 GROUP BY channel", &[]).await? {
            let backlog = all.entry(row.next()?).or_default();
            (backlog.events, backlog.oldest_event_at) = (row.next::<i64>()?.unsigned_abs(), row.next()?);
        }
        let sql = "SELECT channel, COUNT(*), MIN(created_at), COUNT(error), MIN(CASE WHEN error IS NOT NULL THEN id END) FROM outbox WHERE state <> 2
            GROUP BY channel";
        for mut row in self.all(sql, &[]).await? {
            let backlog = all.entry(row.next()?).or_default();
            (backlog.sends, backlog.oldest_send_at, backlog.failing) =
                (row.next::<i64>()?.unsigned_abs(), row.next()?, row.next::<i64>()?.unsigned_abs());
            if let Some(oldest) = row.next::<Option<i64>>()? {
                let reason = self.one("SELECT error FROM outbox WHERE id = $1", &args![oldest]).await?;
                backlog.failing_reason = reason.map(|mut row| row.next()).transpose()?.flatten();
            }
        }
        Ok(all)
    }
}
