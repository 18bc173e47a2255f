//! Opening and closing.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};
use sea_orm_migration::MigratorTrait as _;
use sqlx::{
    ConnectOptions as _, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use crate::{
    dialect::{Backend, POSTGRES_MIGRATION_LOCK, POSTGRES_READER_SETTINGS, POSTGRES_SETTINGS, POSTGRES_WRITER_SETTINGS},
    error::{DbError, OpenError},
    reader::Reader,
    seed,
    writer::{Queue, WriteCounters, Writer},
};

/// How long a connection may have been idle before it is tried out ahead of its use.
const TRUST: Duration = Duration::from_secs(5);

/// Where the database is, and how many connections it gets.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite://path` or `postgres://…`.
    pub url: String,
    /// Connections that read, opened when needed.
    pub read_connections: u32,
    /// Connections that write; PostgreSQL only, SQLite has one.
    pub write_connections: u32,
}

impl Options {
    /// With the usual numbers of connections.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), read_connections: 4, write_connections: 16 }
    }

    /// The database file, if it is one.
    pub fn file(&self) -> Result<Option<PathBuf>, OpenError> {
        match self.place()? {
            Place::File(path) => Ok(Some(path)),
            Place::Server(_) => Ok(None),
        }
    }

    pub(crate) fn place(&self) -> Result<Place, OpenError> {
        if let Some(path) = self.url.strip_prefix("sqlite://").or_else(|| self.url.strip_prefix("sqlite:")) {
            let path = path.split('?').next().unwrap_or(path);
            if path.is_empty() || path == ":memory:" {
                return Err(OpenError::Address);
            }
            return Ok(Place::File(PathBuf::from(path)));
        }
        if self.url.starts_with("postgres://") || self.url.starts_with("postgresql://") {
            let options: PgConnectOptions = self.url.parse().map_err(|_| OpenError::Address)?;
            return Ok(Place::Server(Box::new(options.disable_statement_logging().statement_cache_capacity(256).options(POSTGRES_SETTINGS))));
        }
        Err(OpenError::Address)
    }
}

/// Where a database is.
pub(crate) enum Place {
    File(PathBuf),
    Server(Box<PgConnectOptions>),
}

/// An open database. Only the engine is given the writer.
#[derive(Clone)]
pub struct Store {
    /// Reads committed data.
    pub reader: Reader,
    /// The one way to write.
    pub writer: Writer,
}

impl Store {
    /// Finishes what is queued, refuses what comes later, and closes the connections.
    pub async fn close(self) {
        match self.reader.backend() {
            // The last checkpoint wants nobody to read.
            Backend::Sqlite => {
                self.reader.close().await;
                self.writer.close().await;
            }
            Backend::Postgres => {
                self.writer.close().await;
                self.reader.close().await;
            }
        }
    }
}

/// What [`migrate`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MigrationReport {
    /// The steps that were done now, in order; empty when everything was up to date.
    pub applied: Vec<String>,
    /// The database was empty before, and was given the things that a fresh one has.
    pub seeded: bool,
}

/// Opens a database whose schema is up to date; see [`migrate`].
pub async fn open(options: &Options) -> Result<Store, OpenError> {
    match options.place()? {
        Place::File(path) => {
            make_folder(&path)?;
            let connection = connect(&Place::File(path.clone()), 1).await?;
            let checked = check_schema(&connection).await;
            close(connection).await;
            checked?;
            let counters = Arc::new(WriteCounters::default());
            let queue = {
                let (path, counters) = (path.clone(), counters.clone());
                tokio::task::spawn_blocking(move || Queue::start(&path, counters))
                    .await
                    .map_err(|_| OpenError::Unreachable(DbError::said("opening was interrupted")))?
                    .map_err(OpenError::Unreachable)?
            };
            let reader = Reader::sqlite(sqlite_readers(&path, options.read_connections), path);
            Ok(Store { writer: Writer::sqlite(queue, reader.clone(), counters), reader })
        }
        Place::Server(place) => {
            let pool = |connections: u32, place: PgConnectOptions| pool_options(connections).connect_lazy_with(place);
            let reader = Reader::postgres(pool(options.read_connections, place.clone().options(POSTGRES_READER_SETTINGS)));
            let writer = Writer::postgres(pool(options.write_connections, place.options(POSTGRES_WRITER_SETTINGS)), reader.clone());
            let store = Store { reader, writer };
            check_schema(store.reader.orm()).await?;
            Ok(store)
        }
    }
}

/// Brings the schema up to date, forward only, each step in a transaction; a fresh database is given what every fresh one has, written at `at`.
///
/// Two programs that do this at once wait for each other.
pub async fn migrate(options: &Options, at: DateTime<Utc>) -> Result<MigrationReport, OpenError> {
    let place = options.place()?;
    let _turn = match &place {
        Place::File(path) => {
            make_folder(path)?;
            MigrationTurn::File(crate::lock::wait_for(path.with_extension("migrating")).await?)
        }
        Place::Server(server) => MigrationTurn::take_on_server(server).await?,
    };
    let connection = connect(&place, 2).await?;
    let known = bellhop_migrations::known();
    let before = applied(&connection).await?;
    refuse_newer(&before, &known)?;
    let missing: Vec<String> = known.into_iter().filter(|step| !before.contains(step)).collect();
    if !missing.is_empty() {
        bellhop_migrations::Migrator::up(&connection, None).await.map_err(|error| OpenError::Migration(error.into()))?;
    }
    let filled = is_filled(&connection).await?;
    close(connection).await;
    if !filled {
        let store = open(options).await?;
        let seeded = seed::fill(&store, at).await;
        store.close().await;
        seeded.map_err(OpenError::Migration)?;
    }
    Ok(MigrationReport { applied: missing, seeded: !filled })
}

/// Held while the schema changes.
enum MigrationTurn {
    File(#[expect(dead_code, reason = "the lock goes when the file is closed")] std::fs::File),
    Server(#[expect(dead_code, reason = "the lock goes when the connection is closed")] Box<sqlx::PgConnection>),
}

impl MigrationTurn {
    async fn take_on_server(options: &PgConnectOptions) -> Result<Self, OpenError> {
        let unreachable = |error: sqlx::Error| OpenError::Unreachable(error.into());
        let mut connection =
            options.clone().options([("lock_timeout", "120s"), ("statement_timeout", "120s")]).connect().await.map_err(unreachable)?;
        sqlx::query("SELECT pg_advisory_lock($1)").bind(POSTGRES_MIGRATION_LOCK).execute(&mut connection).await.map_err(unreachable)?;
        Ok(Self::Server(Box::new(connection)))
    }
}

fn pool_options(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections.max(1))
        .min_connections(0)
        .acquire_timeout(Duration::from_secs(2))
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUST {
                    sqlx::Connection::ping(connection).await?;
                }
                Ok(true)
            })
        })
}

fn sqlite_readers(path: &Path, connections: u32) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(2))
        .statement_cache_capacity(64)
        .pragma("query_only", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-2048")
        .disable_statement_logging();
    SqlitePoolOptions::new()
        .max_connections(connections.max(1))
        .min_connections(0)
        .idle_timeout(Duration::from_secs(60))
        .acquire_timeout(Duration::from_secs(2))
        .test_before_acquire(false)
        .connect_lazy_with(options)
}

/// A connection for looking at the schema and changing it.
async fn connect(place: &Place, connections: u32) -> Result<DatabaseConnection, OpenError> {
    let unreachable = |error: sqlx::Error| OpenError::Unreachable(error.into());
    match place {
        Place::File(path) => {
            let options = SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(true)
                .busy_timeout(Duration::from_secs(5))
                .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
                .disable_statement_logging();
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.map_err(unreachable)?;
            Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
        }
        Place::Server(options) => {
            let pool: PgPool = pool_options(connections).connect_with((**options).clone()).await.map_err(unreachable)?;
            Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
        }
    }
}

async fn close(connection: DatabaseConnection) {
    // Nothing depends on how it ends.
    let _ = connection.close().await;
}

/// The steps that the database has seen; none when it is empty.
async fn applied(connection: &DatabaseConnection) -> Result<Vec<String>, OpenError> {
    use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
    let unreachable = |error: sea_orm::DbErr| OpenError::Unreachable(error.into());
    let backend = connection.get_database_backend();
    let tables = match backend {
        DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name = $1",
        _ => "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1",
    };
    let exists = Statement::from_sql_and_values(backend, tables, [bellhop_migrations::APPLIED.into()]);
    if connection.query_one_raw(exists).await.map_err(unreachable)?.is_none() {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT version FROM {} ORDER BY version", bellhop_migrations::APPLIED);
    let rows = connection.query_all_raw(Statement::from_string(backend, sql)).await.map_err(unreachable)?;
    rows.iter().map(|row| row.try_get_by_index::<String>(0)).collect::<Result<_, _>>().map_err(unreachable)
}

async fn is_filled(connection: &DatabaseConnection) -> Result<bool, OpenError> {
    use sea_orm::{ConnectionTrait as _, Statement};
    let sql = "SELECT value FROM meta WHERE key = $1";
    let row = connection.query_one_raw(Statement::from_sql_and_values(connection.get_database_backend(), sql, [seed::SEEDED.into()])).await;
    row.map(|row| row.is_some()).map_err(|error| OpenError::Unreachable(error.into()))
}

fn refuse_newer(applied: &[String], known: &[String]) -> Result<(), OpenError> {
    match applied.iter().rfind(|step| !known.contains(step)) {
        Some(found) => Err(OpenError::NewerSchema { found: found.clone(), known: known.last().cloned().unwrap_or_default() }),
        None => Ok(()),
    }
}

async fn check_schema(connection: &DatabaseConnection) -> Result<(), OpenError> {
    let applied = applied(connection).await?;
    let known = bellhop_migrations::known();
    refuse_newer(&applied, &known)?;
    match known.into_iter().find(|step| !applied.contains(step)) {
        Some(missing) => Err(OpenError::OlderSchema { missing }),
        None => Ok(()),
    }
}

fn make_folder(file: &Path) -> Result<(), OpenError> {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            std::fs::create_dir_all(folder).map_err(|source| OpenError::Folder { path: folder.to_owned(), source })
        }
        _ => Ok(()),
    }
}
