//! Who is signed in to the console: only hashes of what browsers show are kept.

use bellhop_domain::id::AgentId;
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args},
    tx::Tx,
};

/// A browser in which somebody is signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffSession {
    /// SHA-256 of what the browser shows, in hexadecimal digits.
    pub hash: String,
    /// Who.
    pub agent: AgentId,
    /// Stands for password and role at the time: the session is good only while both are the same.
    pub credential: String,
    /// When they signed in.
    pub created_at: DateTime<Utc>,
    /// When it was used last, about.
    pub seen_at: DateTime<Utc>,
}

fn session(row: &mut Row) -> Result<StaffSession, DbError> {
    Ok(StaffSession { hash: row.next()?, agent: row.next()?, credential: row.next()?, created_at: row.next()?, seen_at: row.next()? })
}

reading! {
    /// The session with this hash.
    pub async fn staff_session(&self, hash: &str) -> Result<Option<StaffSession>, DbError> {
        let sql = "SELECT hash, agent, credential, created_at, seen_at FROM staff_session WHERE hash = $1";
        self.one(sql, &args![hash]).await?.as_mut().map(session).transpose()
    }
}

impl Tx {
    /// Keeps a new session.
    pub async fn insert_staff_session(&self, session: &StaffSession) -> Result<(), DbError> {
        let sql = "INSERT INTO staff_session (hash, agent, credential, created_at, seen_at) VALUES ($1, $2, $3, $4, $5)";
        self.exec(sql, &args![&session.hash, session.agent, &session.credential, session.created_at, session.seen_at]).await?;
        Ok(())
    }

    /// Writes down that a session was used.
    pub async fn staff_session_seen(&self, hash: &str, at: DateTime<Utc>) -> Result<(), DbError> {
        self.exec("UPDATE staff_session SET seen_at = $1 WHERE hash = $2", &args![at, hash]).await?;
        Ok(())
    }

    /// Ends a session; false: there was none.
    pub async fn end_staff_session(&self, hash: &str) -> Result<bool, DbError> {
        Ok(self.exec("DELETE FROM staff_session WHERE hash = $1", &args![hash]).await? > 0)
    }

    /// Removes the sessions that nobody used since `before`.
    pub async fn remove_old_staff_sessions(&self, before: DateTime<Utc>) -> Result<u64, DbError> {
        self.exec("DELETE FROM staff_session WHERE seen_at < $1", &args![before]).await
    }
}
