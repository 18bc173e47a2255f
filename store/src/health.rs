//! Questions about the database itself.

use chrono::{DateTime, Utc};

use crate::{
    dialect::{Backend, DATABASE_TIME},
    error::DbError,
    reader::Reader,
    sql::Row,
};

impl Reader {
    /// The database's own clock.
    pub async fn database_time(&self) -> Result<DateTime<Utc>, DbError> {
        let sql = match self.backend() {
            Backend::Sqlite => DATABASE_TIME.0,
            Backend::Postgres => DATABASE_TIME.1,
        };
        let micros: i64 = self.one(sql, &[]).await?.as_mut().map(Row::next).transpose()?.unwrap_or_default();
        DateTime::from_timestamp_micros(micros).ok_or(DbError::unreadable("the database's time"))
    }

    /// Looks through the whole file for damage, in words; PostgreSQL looks after its own files.
    pub async fn check_integrity(&self) -> Result<String, DbError> {
        if self.backend() == Backend::Postgres {
            return Ok("looked after by PostgreSQL".to_owned());
        }
        let answer: Option<String> = self.one("PRAGMA quick_check(1)", &[]).await?.as_mut().map(Row::next).transpose()?;
        match answer.as_deref() {
            Some("ok") => Ok("no damage found".to_owned()),
            _ => Err(DbError::said("the database file is damaged")),
        }
    }
}
