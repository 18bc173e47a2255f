//! Answers that are given again when the same request comes again.

use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args},
    tx::Tx,
};

/// An answer that was given.
#[derive(Clone, PartialEq, Eq)]
pub struct Remembered {
    /// What the request's body was, as a hash.
    pub body_hash: String,
    /// The HTTP status.
    pub status: u16,
    /// The answer's body.
    pub body: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Tx {
    /// Keeps an answer; false: there is one already under this key, which stays.
    pub async fn remember_response(
        &self,
        scope: &str,
        key: &str,
        body_hash: &str,
        status: u16,
        body: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, DbError> {
        let sql = "INSERT INTO remembered_response (scope, key, body_hash, status, body, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (scope, key) DO NOTHING";
        Ok(self.exec(sql, &args![scope, key, body_hash, i64::from(status), body, at]).await? > 0)
    }

    /// Forgets answers that were given before `before`.
    pub async fn forget_responses(&self, before: DateTime<Utc>) -> Result<u64, DbError> {
        self.exec("DELETE FROM remembered_response WHERE at < $1", &args![before]).await
    }
}

reading! {
    /// The answer that was given under this key.
    pub async fn remembered(&self, scope: &str, key: &str) -> Result<Option<Remembered>, DbError> {
        let remembered = |row: &mut Row| {
            Ok(Remembered {
                body_hash: row.next()?,
                status: u16::try_from(row.next::<i64>()?).map_err(|_| DbError::unreadable("an HTTP status"))?,
                body: row.next()?,
                at: row.next()?,
            })
        };
        let sql = "SELECT body_hash, status, body, at FROM remembered_response WHERE scope = $1 AND key = $2";
        self.one(sql, &args![scope, key]).await?.as_mut().map(remembered).transpose()
    }
}
