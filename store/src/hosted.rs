//! What clients of channels that we host read: each thread a row of entries, numbered from 1.

use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::{Reader, reading},
    sql::{Row, args},
    tx::Tx,
};

/// Something to keep for the clients of a thread.
#[derive(Clone)]
pub struct NewEntry {
    /// The channel's configured name.
    pub channel: String,
    /// The platform's id of the thread.
    pub thread: String,
    /// Unique in the thread.
    pub key: String,
    /// The message that it is, by the id that clients know.
    pub name: Option<String>,
    /// What clients are told, JSON.
    pub body: Box<str>,
    /// An earlier entry, by its name, and what it says from now on.
    pub amends: Option<(String, Box<str>)>,
}

/// An entry as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the thread.
    pub place: i64,
    /// When it was kept.
    pub at: DateTime<Utc>,
    /// What clients are told, JSON.
    pub body: Box<str>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").field("place", &self.place).finish_non_exhaustive()
    }
}

fn entry(row: &mut Row) -> Result<Entry, DbError> {
    Ok(Entry { place: row.next()?, at: row.next()?, body: row.next::<String>()?.into() })
}

reading! {
    /// The entry of a thread under this key.
    pub async fn hosted_by_key(&self, channel: &str, thread: &str, key: &str) -> Result<Option<Entry>, DbError> {
        let sql = "SELECT place, at, body FROM hosted_entry WHERE channel = $1 AND thread = $2 AND key = $3";
        self.one(sql, &args![channel, thread, key]).await?.as_mut().map(entry).transpose()
    }

    /// The entry of a thread with this name.
    pub async fn hosted_by_name(&self, channel: &str, thread: &str, name: &str) -> Result<Option<Entry>, DbError> {
        let sql = "SELECT place, at, body FROM hosted_entry WHERE channel = $1 AND thread = $2 AND name = $3 ORDER BY place LIMIT 1";
        self.one(sql, &args![channel, thread, name]).await?.as_mut().map(entry).transpose()
    }

    /// The number of a thread's newest entry; 0 where there is none.
    pub async fn hosted_head(&self, channel: &str, thread: &str) -> Result<i64, DbError> {
        let sql = "SELECT place FROM hosted_entry WHERE channel = $1 AND thread = $2 ORDER BY place DESC LIMIT 1";
        Ok(self.one(sql, &args![channel, thread]).await?.as_mut().map(Row::next).transpose()?.unwrap_or(0))
    }
}

impl Reader {
    /// The entries of a thread behind a number, oldest first.
    pub async fn hosted_after(&self, channel: &str, thread: &str, after: i64, limit: u32) -> Result<Vec<Entry>, DbError> {
        let sql = "SELECT place, at, body FROM hosted_entry WHERE channel = $1 AND thread = $2 AND place > $3 ORDER BY place LIMIT $4";
        self.few(sql, &args![channel, thread, after, i64::from(limit)]).await?.iter_mut().map(entry).collect()
    }

    /// The newest entries of a thread before a number, oldest first.
    pub async fn hosted_before(&self, channel: &str, thread: &str, before: i64, limit: u32) -> Result<Vec<Entry>, DbError> {
        let sql = "SELECT place, at, body FROM hosted_entry WHERE channel = $1 AND thread = $2 AND place < $3 ORDER BY place DESC LIMIT $4";
        self.few(sql, &args![channel, thread, before, i64::from(limit)]).await?.iter_mut().rev().map(entry).collect()
    }
}

impl Tx {
    /// Keeps an entry under the thread's next number. Under a key that is known already nothing changes, and the first one is the answer, with false.
    ///
    /// On PostgreSQL two at once may want the same number: the later one fails with a violated key and is to be tried again.
    pub async fn keep_hosted(&self, new: &NewEntry, at: DateTime<Utc>) -> Result<(Entry, bool), DbError> {
        let NewEntry { channel, thread, key, name, body, amends } = new;
        if let Some(known) = self.hosted_by_key(channel, thread, key).await? {
            return Ok((known, false));
        }
        let place = self.hosted_head(channel, thread).await? + 1;
        let sql = "INSERT INTO hosted_entry (channel, thread, place, key, name, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        self.exec(sql, &args![channel, thread, place, key, name, &**body, at]).await?;
        if let Some((name, body)) = amends {
            let sql = "UPDATE hosted_entry SET body = $1 WHERE channel = $2 AND thread = $3 AND name = $4";
            self.exec(sql, &args![&**body, channel, thread, name]).await?;
        }
        Ok((Entry { place, at, body: body.clone() }, true))
    }
}
