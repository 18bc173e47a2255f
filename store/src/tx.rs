//! A transaction in progress: what a closure given to the writer works with.

use std::{
    borrow::Cow,
    sync::{Mutex, MutexGuard, PoisonError},
};

use sqlx::{AssertSqlSafe, Postgres};

use crate::{
    dialect::{Backend, Insert},
    error::DbError,
    sql::{Arg, Row, postgres_arguments},
};

/// A transaction in progress.
///
/// On SQLite every function answers at once: a closure must wait for nothing but these functions.
pub struct Tx {
    way: Way,
    fault: Mutex<Option<DbError>>,
}

enum Way {
    Sqlite(Mutex<rusqlite::Connection>),
    Postgres(Box<tokio::sync::Mutex<sqlx::Transaction<'static, Postgres>>>),
}

impl Tx {
    /// On the writer's own connection.
    pub(crate) fn sqlite(connection: rusqlite::Connection) -> Self {
        Self { way: Way::Sqlite(Mutex::new(connection)), fault: Mutex::new(None) }
    }

    /// On a connection of the pool.
    pub(crate) fn postgres(transaction: sqlx::Transaction<'static, Postgres>) -> Self {
        Self { way: Way::Postgres(Box::new(tokio::sync::Mutex::new(transaction))), fault: Mutex::new(None) }
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        match self.way {
            Way::Sqlite(_) => Backend::Sqlite,
            Way::Postgres(_) => Backend::Postgres,
        }
    }

    /// The connection of the SQLite writer.
    pub(crate) fn connection(&self) -> Option<MutexGuard<'_, rusqlite::Connection>> {
        match &self.way {
            Way::Sqlite(connection) => Some(connection.lock().unwrap_or_else(PoisonError::into_inner)),
            Way::Postgres(_) => None,
        }
    }

    /// The transaction of the PostgreSQL writer.
    pub(crate) fn into_postgres(self) -> Option<sqlx::Transaction<'static, Postgres>> {
        match self.way {
            Way::Postgres(transaction) => Some(transaction.into_inner()),
            Way::Sqlite(_) => None,
        }
    }

    /// The first error of a statement, if any.
    pub(crate) fn fault(&self) -> Option<DbError> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same, for the next closure to begin with none.
    pub(crate) fn take_fault(&self) -> Option<DbError> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn note(&self, error: DbError) -> DbError {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| error.clone());
        error
    }

    /// The rows of a statement.
    pub(crate) async fn all(&self, sql: impl Into<Cow<'static, str>> + Send, args: &[Arg<'_>]) -> Result<Vec<Row>, DbError> {
        let sql = sql.into();
        match &self.way {
            Way::Sqlite(connection) => {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                rows(&connection, &sql, args)
            }
            Way::Postgres(transaction) => {
                let arguments = postgres_arguments(args)?;
                let mut transaction = transaction.lock().await;
                let rows = sqlx::query_with(AssertSqlSafe(sql), arguments).fetch_all(&mut **transaction).await;
                rows.map(|rows| rows.into_iter().map(|row| Row::from(sea_orm::QueryResult::from(row))).collect()).map_err(DbError::from)
            }
        }
        .map_err(|error| self.note(error))
    }

    /// The few rows of a statement that finds them by an index.
    pub(crate) async fn few(&self, sql: impl Into<Cow<'static, str>> + Send, args: &[Arg<'_>]) -> Result<Vec<Row>, DbError> {
        self.all(sql, args).await
    }

    /// The first row of a statement.
    pub(crate) async fn one(&self, sql: impl Into<Cow<'static, str>> + Send, args: &[Arg<'_>]) -> Result<Option<Row>, DbError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// How many rows a statement changed.
    pub(crate) async fn exec(&self, sql: impl Into<Cow<'static, str>> + Send, args: &[Arg<'_>]) -> Result<u64, DbError> {
        let sql = sql.into();
        match &self.way {
            Way::Sqlite(connection) => {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                changed(&connection, &sql, args)
            }
            Way::Postgres(transaction) => {
                let arguments = postgres_arguments(args)?;
                let mut transaction = transaction.lock().await;
                let done = sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut **transaction).await;
                done.map(|done| done.rows_affected()).map_err(DbError::from)
            }
        }
        .map_err(|error| self.note(error))
    }

    /// Inserts rows; answers what each returned: nothing for a row that its `tail` passed over.
    ///
    /// On PostgreSQL passed-over rows are missing from the answer; on SQLite too.
    pub(crate) async fn insert(&self, into: &'static Insert, rows: Vec<Vec<Arg<'_>>>) -> Result<Vec<Row>, DbError> {
        debug_assert!(rows.iter().all(|row| row.len() == into.width()), "a row for every column");
        match &self.way {
            _ if rows.is_empty() => Ok(Vec::new()),
            Way::Sqlite(connection) => {
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                rows.iter().try_fold(Vec::with_capacity(rows.len()), |mut answers, row| {
                    answers.extend(self::rows(&connection, into.sqlite(), row)?);
                    Ok(answers)
                })
            }
            Way::Postgres(_) => return self.all(into.postgres(), &into.arrays(rows)).await,
        }
        .map_err(|error| self.note(error))
    }

    /// Runs a statement of the object mapper; answers how many rows it changed.
    pub(crate) async fn run<Q: sea_orm::QueryTrait>(&self, query: &Q) -> Result<u64, DbError> {
        let statement = query.build(match self.backend() {
            Backend::Sqlite => sea_orm::DbBackend::Sqlite,
            Backend::Postgres => sea_orm::DbBackend::Postgres,
        });
        let args = statement.values.map(|values| values.0).unwrap_or_default().into_iter().map(from_orm).collect::<Result<Vec<_>, _>>()?;
        self.exec(statement.sql, &args).await
    }
}

fn from_orm(value: sea_orm::Value) -> Result<Arg<'static>, DbError> {
    use sea_orm::Value;
    Ok(match value {
        Value::BigInt(value) => Arg::Int(value),
        Value::Bool(Some(value)) => Arg::Bool(value),
        Value::String(value) => value.map_or(Arg::Text(None), Arg::from),
        Value::Uuid(value) => Arg::Uuid(value),
        _ => return Err(DbError::unwritable("a type that no column has")),
    })
}

pub(crate) fn rows(connection: &rusqlite::Connection, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, DbError> {
    let mut statement = connection.prepare_cached(sql)?;
    check_placeholders(&statement);
    let columns = statement.column_count();
    let mut found = Vec::new();
    let mut rows = statement.query(rusqlite::params_from_iter(args))?;
    while let Some(row) = rows.next()? {
        found.push(Row::lite(row, columns)?);
    }
    Ok(found)
}

fn changed(connection: &rusqlite::Connection, sql: &str, args: &[Arg<'_>]) -> Result<u64, DbError> {
    let mut statement = connection.prepare_cached(sql)?;
    check_placeholders(&statement);
    Ok(statement.execute(rusqlite::params_from_iter(args))? as u64)
}

/// SQLite numbers `$1`, `$2` … by where they first stand, PostgreSQL by their digits: statements have to make both the same.
fn check_placeholders(statement: &rusqlite::Statement<'_>) {
    debug_assert!(
        (1..=statement.parameter_count()).all(|index| statement.parameter_name(index).is_none_or(|name| name == format!("${index}"))),
        "placeholders out of order"
    );
}
