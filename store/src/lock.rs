//! One serving node at a time.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::PathBuf,
    time::Duration,
};

use sqlx::{
    ConnectOptions as _,
    postgres::{PgListener, PgPoolOptions},
};

use crate::{
    dialect::POSTGRES_NODE_LOCK,
    error::{DbError, OpenError},
    open::{Options, Place},
};

/// How long the database may take to let the lock's connection in.
const ANSWERS: Duration = Duration::from_secs(5);

/// Why the lock was not given.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another program serves this database.
    #[error("another bellhop is using this database; stop it first")]
    AlreadyHeld,
    /// It could not be found out.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// The lock; given back when dropped, or when the program ends in whatever way.
pub struct Guard {
    held: Held,
    options: Options,
}

enum Held {
    File(#[expect(dead_code, reason = "the lock goes when the file is closed")] File),
    /// Listens to nothing: it is the connection whose end is heard of at once.
    Server(Box<PgListener>),
}

impl Guard {
    /// Waits until the connection that holds the lock breaks, but no longer than `longest`; then [`keep`](Self::keep) is due.
    pub async fn disturbed(&mut self, longest: Duration) {
        match &mut self.held {
            Held::File(_) => tokio::time::sleep(longest).await,
            // Notifications are nobody's here; whatever else comes is the connection's end.
            Held::Server(connection) => {
                let _ = tokio::time::timeout(longest, async { while let Ok(Some(_)) = connection.try_recv().await {} }).await;
            }
        }
    }

    /// Makes sure that the lock is still ours: a connection that broke took it along, and it is taken again.
    ///
    /// # Errors
    /// When another program has it now, or the database does not answer (ask again later).
    pub async fn keep(&mut self) -> Result<(), LockError> {
        let Held::Server(connection) = &mut self.held else { return Ok(()) };
        // The connection mends itself when it is used, and would come back without the lock: its session must hold it.
        let ours = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted)";
        if sqlx::query_scalar(ours).fetch_one(&mut **connection).await.unwrap_or(false) {
            return Ok(());
        }
        self.held = exclusive(&self.options).await?.held;
        Ok(())
    }
}

/// Takes the lock of the node that serves.
pub async fn exclusive(options: &Options) -> Result<Guard, LockError> {
    match options.place()? {
        Place::File(path) => {
            let path = path.with_extension("lock");
            let file = open_lock_file(&path)?;
            match file.try_lock() {
                Ok(()) => Ok(Guard { held: Held::File(file), options: options.clone() }),
                Err(TryLockError::WouldBlock) => Err(LockError::AlreadyHeld),
                Err(TryLockError::Error(source)) => Err(OpenError::Folder { path, source }.into()),
            }
        }
        Place::Server(server) => {
            let unreachable = |error: sqlx::Error| OpenError::Unreachable(DbError::from(error));
            let pool =
                PgPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).acquire_timeout(ANSWERS).connect_lazy_with(*server);
            let mut connection = PgListener::connect_with(&pool).await.map_err(unreachable)?;
            connection.eager_reconnect(false);
            let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
                .bind(POSTGRES_NODE_LOCK)
                .fetch_one(&mut connection)
                .await
                .map_err(unreachable)?;
            let held = Held::Server(Box::new(connection));
            if taken { Ok(Guard { held, options: options.clone() }) } else { Err(LockError::AlreadyHeld) }
        }
    }
}

/// Whether a node serves this database now.
pub async fn is_held(options: &Options) -> Result<bool, OpenError> {
    if let Place::Server(server) = options.place()? {
        // Looked at, never tried: a node whose connection just broke would find it taken, and stop.
        let unreachable = |error: sqlx::Error| OpenError::Unreachable(DbError::from(error));
        let mut connection = server.connect().await.map_err(unreachable)?;
        let held = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 \
                    AND (classid::bigint << 32) | objid::bigint = $1 \
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
        return sqlx::query_scalar(held).bind(POSTGRES_NODE_LOCK).fetch_one(&mut connection).await.map_err(unreachable);
    }
    match exclusive(options).await {
        Ok(_) => Ok(false),
        Err(LockError::AlreadyHeld) => Ok(true),
        Err(LockError::Open(error)) => Err(error),
    }
}

/// Waits for the lock on a file.
pub(crate) async fn wait_for(path: PathBuf) -> Result<File, OpenError> {
    let file = open_lock_file(&path)?;
    tokio::task::spawn_blocking(move || file.lock().map(|()| file).map_err(|source| OpenError::Folder { path, source }))
        .await
        .map_err(|_| OpenError::Unreachable(DbError::said("waiting for the lock was interrupted")))?
}

fn open_lock_file(path: &std::path::Path) -> Result<File, OpenError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|source| OpenError::Folder { path: folder.to_owned(), source })?;
    }
    OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(|source| OpenError::Folder { path: path.to_owned(), source })
}
