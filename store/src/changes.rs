//! What changed outside conversations: articles, the desk. Every node follows this log.

use chrono::{DateTime, Utc};

use crate::{
    dialect::{Backend, POSTGRES_CHANGE_LOCK},
    error::DbError,
    reader::reading,
    sql::{Row, args},
    tx::Tx,
};

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number; grows in the order in which changes become visible.
    pub seq: i64,
    /// What kind of thing: `article`, `templates` …
    pub kind: String,
    /// Which.
    pub key: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Tx {
    /// Writes a change down; answers its number. Call it last: on PostgreSQL others wait from here to the end of the transaction.
    pub async fn record_change(&self, kind: &str, key: &str, at: DateTime<Utc>) -> Result<i64, DbError> {
        if self.backend() == Backend::Postgres {
            self.exec("SELECT pg_advisory_xact_lock($1)", &args![POSTGRES_CHANGE_LOCK]).await?;
        }
        let row = self.one("INSERT INTO change_log (kind, key, at) VALUES ($1, $2, $3) RETURNING seq", &args![kind, key, at]).await?;
        row.ok_or(DbError::unreadable("the number of a change"))?.next()
    }

    /// Forgets changes before `seq`.
    pub async fn forget_changes(&self, seq: i64) -> Result<u64, DbError> {
        self.exec("DELETE FROM change_log WHERE seq < $1", &args![seq]).await
    }
}

reading! {
    /// What changed after `seq`, in order.
    pub async fn changes_since(&self, seq: i64, limit: u32) -> Result<Vec<Change>, DbError> {
        let change = |row: &mut Row| Ok(Change { seq: row.next()?, kind: row.next()?, key: row.next()?, at: row.next()? });
        let sql = "SELECT seq, kind, key, at FROM change_log WHERE seq > $1 ORDER BY seq LIMIT $2";
        self.all(sql, &args![seq, i64::from(limit)]).await?.iter_mut().map(change).collect()
    }

    /// The number of the newest change; 0 before the first.
    pub async fn last_change(&self) -> Result<i64, DbError> {
        Ok(self.one("SELECT MAX(seq) FROM change_log", &[]).await?.as_mut().map(Row::next::<Option<i64>>).transpose()?.flatten().unwrap_or(0))
    }
}
