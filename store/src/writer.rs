//! The one way to write.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt as _;
use sqlx::PgPool;
use tokio::{sync::oneshot, time::Instant};

use crate::{
    error::{DbError, WriteError},
    reader::Reader,
    tx::Tx,
};

mod group;
mod job;
#[cfg(test)]
mod tests;

pub(crate) use group::Queue;

/// How long a closure waits for its turn.
pub const TURN: Duration = Duration::from_secs(2);

/// How long a closure that has begun may take, the commit included, before its caller stops waiting.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The future that a closure given to [`Writer::write`] makes.
pub type Writing<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

/// Writes, one closure a transaction as far as its author can tell.
#[derive(Clone)]
pub struct Writer {
    way: Way,
    reader: Reader,
    counters: Arc<WriteCounters>,
}

#[derive(Clone)]
enum Way {
    Sqlite(Queue),
    Postgres(PgPool),
}

/// What the writer did since it was opened.
#[derive(Debug, Default)]
pub struct WriteCounters {
    /// Commits that kept something.
    pub commits: AtomicU64,
    /// Closures whose work was kept.
    pub closures: AtomicU64,
    /// Closures that were rolled back by an error of their own.
    pub refused: AtomicU64,
    /// Times that the lock, the queue or a connection could not be had in time.
    pub busy: AtomicU64,
    /// Commits that failed.
    pub failed_commits: AtomicU64,
}

impl Writer {
    /// Over the writer thread of a SQLite file.
    pub(crate) fn sqlite(queue: Queue, reader: Reader, counters: Arc<WriteCounters>) -> Self {
        Self { way: Way::Sqlite(queue), reader, counters }
    }

    /// Over a pool.
    pub(crate) fn postgres(pool: PgPool, reader: Reader) -> Self {
        Self { way: Way::Postgres(pool), reader, counters: Arc::default() }
    }

    /// Runs `closure` in a transaction and answers when its work is durable, or rolled back.
    ///
    /// On SQLite all closures that wait share one transaction, each in a savepoint: an error or a panic of one undoes only that one. A closure must wait for nothing
    /// but the functions of [`Tx`]. It waits two seconds for its turn ([`WriteError::Busy`] after that: nothing was done). A caller that stops waiting takes
    /// its closure out of the queue, if it has not begun; one that has begun is finished and kept. A statement that failed undoes the closure, even where the closure
    /// passes over the error: PostgreSQL has it so, and SQLite follows.
    pub async fn write<T, E, F>(&self, closure: F) -> Result<T, WriteError<E>>
    where
        F: for<'t> FnOnce(&'t Tx) -> Writing<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        // So that what it holds is moved once and not through every future on the way.
        let closure: Box<F> = Box::new(closure);
        let result = match &self.way {
            Way::Sqlite(queue) => self.queued(queue, closure).await,
            Way::Postgres(pool) => match tokio::time::timeout(PATIENCE, self.pooled(pool, closure)).await {
                Ok(result) => result,
                Err(_) => Err(WriteError::Unavailable(DbError::said("the transaction did not end in time"))),
            },
        };
        if matches!(result, Err(WriteError::Busy)) {
            self.counters.busy.fetch_add(1, Ordering::Relaxed);
        }
        result
    }

    /// The next ticket number. On PostgreSQL the statement is a transaction of its own, which spares two of its three ways to the database: a number that is
    /// not used after all leaves a gap.
    pub async fn next_ticket_number<E: From<DbError> + Send + 'static>(&self) -> Result<i64, WriteError<E>> {
        let Way::Postgres(pool) = &self.way else {
            return self.write(|tx| Box::pin(async move { Ok(tx.next_ticket_number().await?) })).await;
        };
        let drawn = sqlx::query_scalar::<_, i64>(crate::tickets::NEXT_NUMBER).bind("ticket").fetch_one(pool);
        match tokio::time::timeout(PATIENCE, drawn).await {
            Ok(Ok(number)) => self.committed(Ok(()), number),
            Ok(Err(sqlx::Error::PoolTimedOut)) => {
                self.counters.busy.fetch_add(1, Ordering::Relaxed);
                Err(WriteError::Busy)
            }
            Ok(Err(error)) => Err(WriteError::Unavailable(error.into())),
            Err(_) => Err(WriteError::Unavailable(DbError::said("the statement did not end in time"))),
        }
    }

    /// The reader of the same database.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// What was done so far.
    pub fn counters(&self) -> &WriteCounters {
        &self.counters
    }

    /// Finishes what is queued, refuses what comes later, and closes the connections.
    pub(crate) async fn close(&self) {
        match &self.way {
            Way::Sqlite(queue) => queue.close().await,
            Way::Postgres(pool) => pool.close().await,
        }
    }

    async fn queued<T, E, F>(&self, queue: &Queue, closure: Box<F>) -> Result<T, WriteError<E>>
    where
        F: for<'t> FnOnce(&'t Tx) -> Writing<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let deadline = Instant::now() + TURN;
        let (reply, answer) = oneshot::channel();
        let (job, turn) = job::Closure::new(closure, reply);
        let mut turn = job::GiveUpOnDrop(Some(turn));
        queue.push(Box::new(job), deadline).await?;
        let mut answer = answer;
        let result = match tokio::time::timeout_at(deadline, &mut answer).await {
            Ok(result) => result,
            Err(_) if turn.give_up() => return Err(WriteError::Busy),
            Err(_) => match tokio::time::timeout(PATIENCE, answer).await {
                Ok(result) => result,
                Err(_) => return Err(WriteError::Unavailable(DbError::said("the commit did not end in time"))),
            },
        };
        turn.0 = None;
        result.unwrap_or_else(|_| Err(WriteError::Unavailable(DbError::said("the store is closed"))))
    }

    async fn pooled<T, E, F>(&self, pool: &PgPool, closure: Box<F>) -> Result<T, WriteError<E>>
    where
        F: for<'t> FnOnce(&'t Tx) -> Writing<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let tx = match tokio::time::timeout(TURN, pool.begin()).await {
            Ok(Ok(transaction)) => Tx::postgres(transaction),
            Ok(Err(sqlx::Error::PoolTimedOut)) | Err(_) => return Err(WriteError::Busy),
            Ok(Err(error)) => return Err(WriteError::Unavailable(error.into())),
        };
        let outcome = std::panic::AssertUnwindSafe(async { closure(&tx).await }).catch_unwind().await;
        let fault = tx.take_fault();
        let Some(transaction) = tx.into_postgres() else { return Err(WriteError::Unavailable(DbError::said("the store is closed"))) };
        let refused = match (outcome, fault) {
            (Ok(Ok(value)), None) => return self.committed(transaction.commit().await.map_err(DbError::from), value),
            (_, Some(fault)) if fault.is_conflict() => WriteError::Conflict,
            (_, Some(fault)) if fault.spoils_transaction() => WriteError::Unavailable(fault),
            // PostgreSQL keeps nothing of a transaction in which a statement failed, whatever the closure made of it.
            (Ok(Ok(_)), Some(fault)) => WriteError::Closure(E::from(fault)),
            (Ok(Err(error)), _) => WriteError::Closure(error),
            (Err(_), _) => WriteError::Closure(E::from(DbError::said("the closure panicked"))),
        };
        self.counters.refused.fetch_add(1, Ordering::Relaxed);
        // A transaction that cannot be rolled back any more is gone together with its connection.
        let _ = transaction.rollback().await;
        Err(refused)
    }

    fn committed<T, E>(&self, result: Result<(), DbError>, value: T) -> Result<T, WriteError<E>> {
        match result {
            Ok(()) => {
                self.counters.commits.fetch_add(1, Ordering::Relaxed);
                self.counters.closures.fetch_add(1, Ordering::Relaxed);
                Ok(value)
            }
            Err(error) if error.is_conflict() => Err(WriteError::Conflict),
            Err(error) => {
                self.counters.failed_commits.fetch_add(1, Ordering::Relaxed);
                Err(WriteError::Unavailable(error))
            }
        }
    }
}
