//! Values going into statements and coming out of rows, the same for both databases.

use std::borrow::Cow;

use bellhop_domain::id::{
    AgentId, ContactId, ConversationId, FileId, FollowUpId, MessageId, NoticeId, OrganisationId, ReferenceId, RegressionId, RequestId, SuggestionId,
    SynonymsId, ThreadId, TicketId, TokenId,
};
use chrono::{DateTime, Utc};
use rusqlite::types::{ToSqlOutput, Value as Lite, ValueRef};
use sea_orm::{QueryResult, TryGetable};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::error::DbError;

/// What a placeholder stands for.
#[derive(Clone)]
pub(crate) enum Arg<'a> {
    /// Also for times, as microseconds since the epoch.
    Int(Option<i64>),
    Bool(bool),
    Text(Option<Cow<'a, str>>),
    Uuid(Option<Uuid>),
    /// PostgreSQL only.
    Ints(Vec<Option<i64>>),
    /// PostgreSQL only.
    Bools(Vec<bool>),
    /// PostgreSQL only.
    Texts(Vec<Option<Cow<'a, str>>>),
    /// PostgreSQL only.
    Uuids(Vec<Option<Uuid>>),
}

/// The values of a statement, in the order of its placeholders.
macro_rules! args {
    ($($value:expr),* $(,)?) => { [$($crate::sql::Arg::from($value)),*] };
}
pub(crate) use args;

/// Placeholders of a list of so many values, the first with the number `first`: `$2, $3, $4`.
pub(crate) fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

/// PostgreSQL's text knows no NUL; the same goes for SQLite, so that both keep the same.
fn clean(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { text }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Some(clean(Cow::Borrowed(value))))
    }
}

impl From<String> for Arg<'_> {
    fn from(value: String) -> Self {
        Self::Text(Some(clean(Cow::Owned(value))))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(value: &'a String) -> Self {
        Self::from(value.as_str())
    }
}

impl<'a> From<Option<&'a str>> for Arg<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::Text(value.map(|value| clean(Cow::Borrowed(value))))
    }
}

impl<'a> From<&'a Option<String>> for Arg<'a> {
    fn from(value: &'a Option<String>) -> Self {
        Self::from(value.as_deref())
    }
}

impl From<i64> for Arg<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Arg<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Arg<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<DateTime<Utc>> for Arg<'_> {
    fn from(value: DateTime<Utc>) -> Self {
        Self::Int(Some(value.timestamp_micros()))
    }
}

impl From<Option<DateTime<Utc>>> for Arg<'_> {
    fn from(value: Option<DateTime<Utc>>) -> Self {
        Self::Int(value.map(|value| value.timestamp_micros()))
    }
}

impl From<Uuid> for Arg<'_> {
    fn from(value: Uuid) -> Self {
        Self::Uuid(Some(value))
    }
}

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl From<$id> for Arg<'_> {
            fn from(value: $id) -> Self {
                Self::Uuid(Some(value.0))
            }
        }

        impl From<Option<$id>> for Arg<'_> {
            fn from(value: Option<$id>) -> Self {
                Self::Uuid(value.map(|value| value.0))
            }
        }

        impl Cell for $id {
            type Raw = Uuid;

            fn from_raw(raw: Uuid) -> Result<Self, DbError> {
                Ok(Self(raw))
            }
        }
    )*};
}
ids!(
    AgentId,
    ContactId,
    ConversationId,
    FileId,
    FollowUpId,
    MessageId,
    NoticeId,
    OrganisationId,
    ReferenceId,
    RegressionId,
    RequestId,
    SuggestionId,
    SynonymsId,
    ThreadId,
    TicketId,
    TokenId
);

/// A document as JSON text.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<Arg<'static>, DbError> {
    serde_json::to_string(value).map(Arg::from).map_err(|_| DbError::unwritable("a document that has no JSON form"))
}

impl rusqlite::ToSql for Arg<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Int(Some(value)) => ToSqlOutput::Owned(Lite::Integer(*value)),
            Self::Bool(value) => ToSqlOutput::Owned(Lite::Integer(i64::from(*value))),
            Self::Text(Some(value)) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Self::Uuid(Some(value)) => ToSqlOutput::Borrowed(ValueRef::Blob(value.as_bytes())),
            Self::Int(None) | Self::Text(None) | Self::Uuid(None) => ToSqlOutput::Owned(Lite::Null),
            Self::Ints(_) | Self::Bools(_) | Self::Texts(_) | Self::Uuids(_) => {
                return Err(rusqlite::Error::ToSqlConversionFailure("SQLite has no arrays".into()));
            }
        })
    }
}

/// The arguments as sqlx wants them for SQLite.
pub(crate) fn sqlite_arguments(args: &[Arg<'_>]) -> Result<sqlx::sqlite::SqliteArguments, DbError> {
    use sqlx::Arguments as _;
    let mut arguments = sqlx::sqlite::SqliteArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => arguments.add(*value),
            Arg::Bool(value) => arguments.add(*value),
            Arg::Text(value) => arguments.add(value.as_deref().map(str::to_owned)),
            Arg::Uuid(value) => arguments.add(*value),
            Arg::Ints(_) | Arg::Bools(_) | Arg::Texts(_) | Arg::Uuids(_) => return Err(DbError::unwritable("SQLite has no arrays")),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// The arguments as sqlx wants them for PostgreSQL.
pub(crate) fn postgres_arguments(args: &[Arg<'_>]) -> Result<sqlx::postgres::PgArguments, DbError> {
    use sqlx::Arguments as _;
    let mut arguments = sqlx::postgres::PgArguments::default();
    for arg in args {
        match arg {
            Arg::Int(value) => arguments.add(*value),
            Arg::Bool(value) => arguments.add(*value),
            Arg::Text(value) => arguments.add(value.as_deref()),
            Arg::Uuid(value) => arguments.add(*value),
            Arg::Ints(values) => arguments.add(values),
            Arg::Bools(values) => arguments.add(values),
            Arg::Texts(values) => arguments.add(values.iter().map(Option::as_deref).collect::<Vec<_>>()),
            Arg::Uuids(values) => arguments.add(values),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// A row; its columns are read one after another.
pub(crate) struct Row {
    cells: Cells,
    next: usize,
}

enum Cells {
    Orm(QueryResult),
    Lite(Vec<Lite>),
}

impl From<QueryResult> for Row {
    fn from(row: QueryResult) -> Self {
        Self { cells: Cells::Orm(row), next: 0 }
    }
}

impl Row {
    /// A row as rusqlite has it.
    pub(crate) fn lite(row: &rusqlite::Row<'_>, columns: usize) -> Result<Self, DbError> {
        let mut cells = Vec::with_capacity(columns);
        for index in 0..columns {
            cells.push(row.get::<_, Lite>(index)?);
        }
        Ok(Self { cells: Cells::Lite(cells), next: 0 })
    }

    /// The next column.
    pub(crate) fn next<T: Cell>(&mut self) -> Result<T, DbError> {
        let index = self.next;
        self.next += 1;
        let raw = match &mut self.cells {
            Cells::Orm(row) => row.try_get_by_index::<T::Raw>(index)?,
            Cells::Lite(cells) => {
                let cell = cells.get_mut(index).map_or(Lite::Null, |cell| std::mem::replace(cell, Lite::Null));
                T::Raw::from_lite(cell).ok_or(DbError::unreadable("the type of its column"))?
            }
        };
        T::from_raw(raw)
    }

    /// Passes over columns: those of a joined row that is not there.
    pub(crate) fn skip(&mut self, columns: usize) {
        self.next += columns;
    }

    /// The next column, a JSON document.
    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Result<T, DbError> {
        let text: String = self.next()?;
        from_json(&text)
    }

    /// The next column, one of a few words.
    pub(crate) fn word<T>(&mut self, parse: impl Fn(&str) -> Option<T>) -> Result<T, DbError> {
        let word: String = self.next()?;
        parse(&word).ok_or(DbError::unreadable("one of the known words"))
    }
}

/// Reads a stored document.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|_| DbError::unreadable("its document"))
}

/// What a column can be read as.
pub(crate) trait Cell: Sized {
    /// The database's own form.
    type Raw: TryGetable + FromLite;

    /// From the database's own form.
    fn from_raw(raw: Self::Raw) -> Result<Self, DbError>;
}

/// What rusqlite's values can be read as.
pub(crate) trait FromLite: Sized {
    /// None: another type.
    fn from_lite(value: Lite) -> Option<Self>;
}

impl FromLite for i64 {
    fn from_lite(value: Lite) -> Option<Self> {
        match value {
            Lite::Integer(value) => Some(value),
            _ => None,
        }
    }
}

impl FromLite for bool {
    fn from_lite(value: Lite) -> Option<Self> {
        match value {
            Lite::Integer(value) => Some(value != 0),
            _ => None,
        }
    }
}

impl FromLite for String {
    fn from_lite(value: Lite) -> Option<Self> {
        match value {
            Lite::Text(value) => Some(value),
            _ => None,
        }
    }
}

impl FromLite for Uuid {
    fn from_lite(value: Lite) -> Option<Self> {
        match value {
            Lite::Blob(value) => Uuid::from_slice(&value).ok(),
            _ => None,
        }
    }
}

impl<T: FromLite> FromLite for Option<T> {
    fn from_lite(value: Lite) -> Option<Self> {
        match value {
            Lite::Null => Some(None),
            value => T::from_lite(value).map(Some),
        }
    }
}

macro_rules! plain {
    ($($plain:ty),*) => {$(
        impl Cell for $plain {
            type Raw = $plain;

            fn from_raw(raw: $plain) -> Result<Self, DbError> {
                Ok(raw)
            }
        }
    )*};
}
plain!(i64, bool, String, Uuid);

impl Cell for DateTime<Utc> {
    type Raw = i64;

    fn from_raw(raw: i64) -> Result<Self, DbError> {
        DateTime::from_timestamp_micros(raw).ok_or(DbError::unreadable("a time"))
    }
}

impl<T: Cell> Cell for Option<T>
where
    Option<T::Raw>: TryGetable,
{
    type Raw = Option<T::Raw>;

    fn from_raw(raw: Option<T::Raw>) -> Result<Self, DbError> {
        raw.map(T::from_raw).transpose()
    }
}
