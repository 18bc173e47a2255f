//! What can go wrong with a database.

use std::{fmt, sync::Arc};

/// A statement failed.
///
/// What it says never holds values of rows.
#[derive(Clone)]
pub struct DbError(Arc<Cause>);

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("{0}")]
    Orm(sea_orm::DbErr),
    #[error("{0}")]
    Sqlx(sqlx::Error),
    #[error("{0}")]
    Sqlite(rusqlite::Error),
    #[error("a stored value cannot be read as {what}")]
    Unreadable { what: &'static str },
    #[error("a value cannot be written: {what}")]
    Unwritable { what: &'static str },
    #[error("{0}")]
    Said(&'static str),
    #[error("a search took too long and was cut off")]
    CutOff,
}

impl DbError {
    /// A column holds what cannot be understood.
    pub(crate) fn unreadable(what: &'static str) -> Self {
        Self(Arc::new(Cause::Unreadable { what }))
    }

    /// A value has no form in the database.
    pub(crate) fn unwritable(what: &'static str) -> Self {
        Self(Arc::new(Cause::Unwritable { what }))
    }

    /// Something that no driver reported.
    pub(crate) fn said(what: &'static str) -> Self {
        Self(Arc::new(Cause::Said(what)))
    }

    /// What a statement met that has a time limit.
    pub(crate) fn of_search(error: sqlx::Error) -> Self {
        let error = Self::from(error);
        let is_cut_off = error.code().as_deref() == Some("57014") || error.primary_code() == Some(rusqlite::ffi::SQLITE_INTERRUPT);
        if is_cut_off { Self(Arc::new(Cause::CutOff)) } else { error }
    }

    /// A search was cut off because it would have had to look at too much.
    pub fn is_cut_off(&self) -> bool {
        matches!(&*self.0, Cause::CutOff)
    }

    /// A unique key is taken.
    pub fn is_unique_violation(&self) -> bool {
        use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
        self.code().as_deref() == Some("23505")
            || self.sqlite_code().is_some_and(|code| [SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY].contains(&code))
    }

    /// Another transaction was in the way: the same again may well succeed.
    pub fn is_conflict(&self) -> bool {
        matches!(self.code().as_deref(), Some("40001" | "40P01" | "55P03"))
    }

    /// The disk is full.
    pub fn is_full(&self) -> bool {
        self.code().as_deref() == Some("53100") || self.primary_code() == Some(rusqlite::ffi::SQLITE_FULL)
    }

    /// Somebody else holds the database's lock.
    pub fn is_locked(&self) -> bool {
        use rusqlite::ffi::{SQLITE_BUSY, SQLITE_LOCKED};
        self.primary_code().is_some_and(|code| code == SQLITE_BUSY || code == SQLITE_LOCKED)
    }

    /// The database, not the statement, is at fault: nothing will work until it is well again.
    pub(crate) fn is_outage(&self) -> bool {
        use rusqlite::ffi::{SQLITE_CANTOPEN, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_IOERR, SQLITE_NOMEM, SQLITE_NOTADB, SQLITE_READONLY};
        if let Some(code) = self.primary_code() {
            return [SQLITE_FULL, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_READONLY, SQLITE_NOMEM].contains(&code);
        }
        if let Some(code) = self.code() {
            return ["53", "57", "58", "08", "XX", "25P03"].iter().any(|class| code.starts_with(class));
        }
        self.sqlx().is_some_and(|error| {
            matches!(
                error,
                sqlx::Error::Io(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::Protocol(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed
            )
        })
    }

    /// The error concerns more than the statement that met it: what the transaction did so far cannot be kept either.
    pub(crate) fn spoils_transaction(&self) -> bool {
        self.is_outage() || self.is_conflict() || self.is_locked()
    }

    fn sqlx(&self) -> Option<&sqlx::Error> {
        use sea_orm::{DbErr, RuntimeErr::SqlxError};
        match &*self.0 {
            Cause::Sqlx(error) => Some(error),
            Cause::Orm(DbErr::Query(SqlxError(error)) | DbErr::Exec(SqlxError(error)) | DbErr::Conn(SqlxError(error))) => Some(error),
            _ => None,
        }
    }

    fn code(&self) -> Option<String> {
        self.sqlx().and_then(sqlx::Error::as_database_error).and_then(|error| error.code()).map(|code| code.into_owned())
    }

    /// SQLite's extended result code; none on PostgreSQL.
    fn sqlite_code(&self) -> Option<i32> {
        match &*self.0 {
            Cause::Sqlite(error) => error.sqlite_error().map(|error| error.extended_code),
            // PostgreSQL's codes have five characters.
            _ => self.code().filter(|code| code.len() < 5).and_then(|code| code.parse().ok()),
        }
    }

    fn primary_code(&self) -> Option<i32> {
        self.sqlite_code().map(|code| code & 0xff)
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&*self.0, f)
    }
}

// The drivers' own Debug output holds PostgreSQL's details, and with them the values of rows.
impl fmt::Debug for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DbError({})", self.0)
    }
}

impl std::error::Error for DbError {}

impl From<sea_orm::DbErr> for DbError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self(Arc::new(Cause::Orm(error)))
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        Self(Arc::new(Cause::Sqlx(error)))
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        Self(Arc::new(Cause::Sqlite(error)))
    }
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is not one of a database.
    #[error("the database address is not understood: it has to start with sqlite:// or postgres://")]
    Address,
    /// The folder of the database file cannot be made, or its lock file not be written.
    #[error("the folder of the database file cannot be used: {}: {source}", path.display())]
    Folder {
        /// Which one.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database does not answer, or refuses.
    #[error("the database cannot be opened: {0}")]
    Unreachable(DbError),
    /// A step of the schema failed; nothing of it remains.
    #[error("the database's schema cannot be brought up to date: {0}")]
    Migration(DbError),
    /// The database has no schema yet, or an older one.
    #[error("the database's schema is not up to date: {missing} is missing; run `bellhop migrate`")]
    OlderSchema {
        /// The first step that is missing.
        missing: String,
    },
    /// The database was made by a newer program.
    #[error(
        "the database was made by a newer version of this program: its schema is at {found}, this program knows up to {known}; use the newer program, or restore a backup made before the upgrade"
    )]
    NewerSchema {
        /// The newest step in the database.
        found: String,
        /// The newest step that this program knows.
        known: String,
    },
}

/// Why a closure's work was not kept.
#[derive(Debug, thiserror::Error)]
pub enum WriteError<E> {
    /// The closure's own error; its work was rolled back.
    #[error(transparent)]
    Closure(E),
    /// Another transaction was in the way; load again and decide again.
    #[error("another change came between; try again")]
    Conflict,
    /// The queue is full, or the database locked or stalled; nothing was done.
    #[error("the database is busy; try again later")]
    Busy,
    /// The database failed; after a failed commit the work may or may not have been kept.
    #[error("the database failed: {0}")]
    Unavailable(DbError),
}

impl WriteError<DbError> {
    /// The same as an error of the database.
    pub fn into_db(self) -> DbError {
        match self {
            Self::Closure(error) | Self::Unavailable(error) => error,
            Self::Conflict => DbError::said("another change came between"),
            Self::Busy => DbError::said("the database is busy"),
        }
    }
}
