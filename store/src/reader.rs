//! Reading.

use std::{
    borrow::Cow,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::{DatabaseConnection, QueryResult, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};

use crate::{
    dialect::{Backend, SQLITE_NEAR},
    error::DbError,
    sql::{Arg, Row, postgres_arguments, sqlite_arguments},
    tx::rows,
};

/// How long the readiness check waits for an answer.
const PING: Duration = Duration::from_secs(2);

/// Reads committed data.
#[derive(Clone)]
pub struct Reader(Arc<Inner>);

struct Inner {
    pool: Pool,
    orm: DatabaseConnection,
}

enum Pool {
    Sqlite { pool: SqlitePool, near: Near },
    Postgres(PgPool),
}

/// Connections for statements that find a few rows by an index: they run where they are asked for, because the way to another thread and back costs several
/// times what the reading does.
struct Near {
    path: PathBuf,
    idle: Mutex<Option<Vec<rusqlite::Connection>>>,
}

impl Near {
    /// How many connections are kept.
    const KEPT: usize = 2;

    fn rows(&self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, DbError> {
        let idle = self.lock().as_mut().ok_or(DbError::said("the store is closed"))?.pop();
        let connection = idle.map_or_else(|| self.connect(), Ok)?;
        // After an error the connection is not kept.
        let found = rows(&connection, sql, args)?;
        if let Some(idle) = self.lock().as_mut().filter(|idle| idle.len() < Self::KEPT) {
            idle.push(connection);
        }
        Ok(found)
    }

    fn connect(&self) -> Result<rusqlite::Connection, DbError> {
        use rusqlite::OpenFlags;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = rusqlite::Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(Duration::from_secs(1))?;
        connection.execute_batch(SQLITE_NEAR)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Vec<rusqlite::Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// From a pool of connections that only read.
    pub(crate) fn sqlite(pool: SqlitePool, path: PathBuf) -> Self {
        let orm = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone());
        let near = Near { path, idle: Mutex::new(Some(Vec::new())) };
        Self(Arc::new(Inner { pool: Pool::Sqlite { pool, near }, orm }))
    }

    /// From a pool.
    pub(crate) fn postgres(pool: PgPool) -> Self {
        let orm = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
        Self(Arc::new(Inner { pool: Pool::Postgres(pool), orm }))
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        match self.0.pool {
            Pool::Sqlite { .. } => Backend::Sqlite,
            Pool::Postgres(_) => Backend::Postgres,
        }
    }

    /// Whether the database answers; waits two seconds at most.
    pub async fn ping(&self) -> Result<(), DbError> {
        match tokio::time::timeout(PING, self.all("SELECT value FROM meta WHERE key = $1", &[Arg::from("seeded")])).await {
            Ok(answer) => answer.map(|_| ()),
            Err(_) => Err(DbError::said("the database did not answer within two seconds")),
        }
    }

    /// What a look through a whole SQLite file finds wrong with it, in SQLite's words; takes its time. PostgreSQL looks after itself.
    pub async fn damage(&self) -> Result<Vec<String>, DbError> {
        if self.backend() == Backend::Postgres {
            return Ok(Vec::new());
        }
        let found: Vec<String> = self.all("PRAGMA integrity_check", &[]).await?.iter_mut().map(Row::next).collect::<Result<_, _>>()?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }

    /// For queries of the object mapper.
    pub(crate) fn orm(&self) -> &DatabaseConnection {
        &self.0.orm
    }

    /// The rows of a statement.
    pub(crate) async fn all(&self, sql: impl Into<Cow<'static, str>> + Send, args: &[Arg<'_>]) -> Result<Vec<Row>, DbError> {
        let sql = AssertSqlSafe(sql.into());
        Ok(match &self.0.pool {
            Pool::Sqlite { pool, .. } => {
                let rows = sqlx::query_with(sql, sqlite_arguments(args)?).fetch_all(pool).await?;
                rows.into_iter().map(|row| Row::from(QueryResult::from(row))).collect()
            }
            Pool::Postgres(pool) => {
                let rows = sqlx::query_with(sql, postgres_arguments(args)?).fetch_all(pool).await?;
                rows.into_iter().map(|row| Row::from(QueryResult::from(row))).collect()
            }
        })
    }

    /// The rows of a statement that may have to look at many: after `longest` it is cut off.
    pub(crate) async fn within(&self, longest: Duration, sql: String, args: &[Arg<'_>]) -> Result<Vec<Row>, DbError> {
        /// Steps of SQLite's between two looks at the clock: about a tenth of a millisecond.
        const STEPS: i32 = 10_000;
        let sql = AssertSqlSafe(sql);
        match &self.0.pool {
            Pool::Sqlite { pool, .. } => {
                let mut connection = pool.acquire().await?;
                let end = Instant::now() + longest;
                connection.lock_handle().await?.set_progress_handler(STEPS, move || Instant::now() < end);
                let found = sqlx::query_with(sql, sqlite_arguments(args)?).fetch_all(&mut *connection).await;
                connection.lock_handle().await?.remove_progress_handler();
                Ok(found.map_err(DbError::of_search)?.into_iter().map(|row| Row::from(QueryResult::from(row))).collect())
            }
            Pool::Postgres(pool) => {
                let mut transaction = pool.begin().await?;
                let limit = format!("SET LOCAL statement_timeout = {}", longest.as_millis());
                sqlx::query(AssertSqlSafe(limit)).execute(&mut *transaction).await?;
                let found = sqlx::query_with(sql, postgres_arguments(args)?).fetch_all(&mut *transaction).await;
                // Nothing was written; how it ends makes no difference.
                let _ = transaction.rollback().await;
                Ok(found.map_err(DbError::of_search)?.into_iter().map(|row| Row::from(QueryResult::from(row))).collect())
            }
        }
    }

    /// The few rows of a statement that finds them by an index.
    pub(crate) async fn few(&self, sql: impl Into<Cow<'static, str>> + Send, args: &[Arg<'_>]) -> Result<Vec<Row>, DbError> {
        match &self.0.pool {
            Pool::Sqlite { near, .. } => near.rows(&sql.into(), args),
            Pool::Postgres(_) => self.all(sql, args).await,
        }
    }

    /// The only row of a statement that finds it by an index.
    pub(crate) async fn one(&self, sql: impl Into<Cow<'static, str>> + Send, args: &[Arg<'_>]) -> Result<Option<Row>, DbError> {
        Ok(self.few(sql, args).await?.into_iter().next())
    }

    /// Closes the connections.
    pub(crate) async fn close(&self) {
        match &self.0.pool {
            Pool::Sqlite { pool, near } => {
                *near.lock() = None;
                pool.close().await;
            }
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

/// Functions that read: written once, for the reader and for a transaction in progress.
macro_rules! reading {
    ($($functions:tt)*) => {
        impl $crate::reader::Reader { $($functions)* }
        impl $crate::tx::Tx { $($functions)* }
    };
}
pub(crate) use reading;
