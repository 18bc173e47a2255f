//! The writer thread of a SQLite file: it owns the only connection that writes, and lets closures that wait share a commit.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{WriteCounters, job::Job};
use crate::{
    dialect::SQLITE_WRITER,
    error::{DbError, WriteError},
    tx::Tx,
};

/// How many closures wait at most.
const QUEUE: usize = 4096;

/// How many closures share a commit at most.
const GROUP: usize = 256;

/// How long SQLite itself waits for a lock that somebody outside holds, before the queue is looked through for callers that have gone.
const LOCK_SLICE: Duration = Duration::from_millis(250);

/// How many statements stay prepared.
const PREPARED: usize = 256;

/// The way to the writer thread.
#[derive(Clone)]
pub(crate) struct Queue(mpsc::Sender<Entry>);

enum Entry {
    Job(Box<dyn Job>),
    Stop(oneshot::Sender<()>),
}

impl Queue {
    /// Opens the file for writing, making it if it is missing, and starts the thread.
    pub(crate) fn start(path: &Path, counters: Arc<WriteCounters>) -> Result<Self, DbError> {
        let tx = Tx::sqlite(connect(path)?);
        let (sender, entries) = mpsc::channel(QUEUE);
        let worker = Worker { path: path.to_owned(), tx: Some(tx), entries, counters, stopping: None };
        std::thread::Builder::new()
            .name("bellhop-writer".to_owned())
            .spawn(move || worker.run())
            .map_err(|_| DbError::said("the writer thread cannot be started"))?;
        Ok(Self(sender))
    }

    /// Puts a closure into the queue.
    pub(super) async fn push<E>(&self, job: Box<dyn Job>, deadline: Instant) -> Result<(), WriteError<E>> {
        let entry = match self.0.try_send(Entry::Job(job)) {
            Ok(()) => return Ok(()),
            Err(mpsc::error::TrySendError::Closed(_)) => return Err(WriteError::Unavailable(DbError::said("the store is closed"))),
            Err(mpsc::error::TrySendError::Full(entry)) => entry,
        };
        match tokio::time::timeout_at(deadline, self.0.send(entry)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(WriteError::Unavailable(DbError::said("the store is closed"))),
            Err(_) => Err(WriteError::Busy),
        }
    }

    /// Waits until everything in the queue is done and the file is closed.
    pub(crate) async fn close(&self) {
        let (done, stopped) = oneshot::channel();
        if self.0.send(Entry::Stop(done)).await.is_ok() {
            // An error means that the thread has ended, which is what is waited for.
            let _ = stopped.await;
        }
    }
}

fn connect(path: &Path) -> Result<Connection, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch(SQLITE_WRITER)?;
    connection.busy_timeout(LOCK_SLICE)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    Ok(connection)
}

struct Worker {
    path: PathBuf,
    tx: Option<Tx>,
    entries: mpsc::Receiver<Entry>,
    counters: Arc<WriteCounters>,
    stopping: Option<oneshot::Sender<()>>,
}

/// What became of a group's transaction so far.
enum Group {
    /// Goes on.
    Whole,
    /// Was rolled back with the only closure in it.
    Over,
    /// The database failed; nothing of it can be kept.
    Lost(DbError),
}

impl Worker {
    fn run(mut self) {
        let mut carried = None;
        while let Some(job) = carried.take().or_else(|| self.next_job()) {
            // Checked before every try, so that whoever waited too long is gone from the queue.
            if job.given_up() {
                continue;
            }
            carried = self.group(job);
        }
        if let Some(tx) = self.tx.take()
            && let Some(connection) = tx.connection()
        {
            // Only for tidiness: the next start reads the log otherwise.
            let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);");
        }
        if let Some(done) = self.stopping {
            let _ = done.send(());
        }
    }

    /// Waits for a closure; none when the store is closed and the queue empty.
    fn next_job(&mut self) -> Option<Box<dyn Job>> {
        loop {
            match self.entries.blocking_recv()? {
                Entry::Job(job) => return Some(job),
                Entry::Stop(done) => self.stop(done),
            }
        }
    }

    /// The next closure, if one waits.
    fn waiting_job(&mut self) -> Option<Box<dyn Job>> {
        loop {
            match self.entries.try_recv().ok()? {
                Entry::Job(job) => return Some(job),
                Entry::Stop(done) => self.stop(done),
            }
        }
    }

    fn stop(&mut self, done: oneshot::Sender<()>) {
        self.entries.close();
        self.stopping = Some(done);
    }

    /// Runs `first` and what else waits in one transaction. Answers a closure that has to be tried again because the file is locked.
    fn group(&mut self, first: Box<dyn Job>) -> Option<Box<dyn Job>> {
        let tx = match self.tx.take().map_or_else(|| connect(&self.path).map(Tx::sqlite), Ok) {
            Ok(tx) => tx,
            Err(error) if error.is_locked() => return Some(first),
            Err(error) => {
                first.fail(error);
                return None;
            }
        };
        match command(&tx, "BEGIN IMMEDIATE") {
            Ok(()) => {}
            Err(error) if error.is_locked() => {
                self.tx = Some(tx);
                self.counters.busy.fetch_add(1, Ordering::Relaxed);
                return Some(first);
            }
            Err(error) => {
                // The connection is dropped; the next closure opens a new one.
                first.fail(error);
                return None;
            }
        }
        let mut kept: Vec<Box<dyn Job>> = Vec::new();
        let mut group = Group::Whole;
        let mut next = Some(first);
        while let Some(job) = next.take() {
            if job.begin() {
                group = self.step(&tx, job, &mut kept);
            }
            if !matches!(group, Group::Whole) || kept.len() >= GROUP {
                break;
            }
            next = self.waiting_job();
        }
        let result = match group {
            Group::Whole if kept.is_empty() => command(&tx, "ROLLBACK"),
            Group::Whole => command(&tx, "COMMIT"),
            Group::Over => Ok(()),
            Group::Lost(error) => Err(error),
        };
        match result {
            Ok(()) => {
                if !kept.is_empty() {
                    self.counters.commits.fetch_add(1, Ordering::Relaxed);
                    self.counters.closures.fetch_add(kept.len() as u64, Ordering::Relaxed);
                }
                self.tx = Some(tx);
                kept.into_iter().for_each(Job::answer);
            }
            Err(error) => {
                self.counters.failed_commits.fetch_add(1, Ordering::Relaxed);
                tracing::error!(error = %error, "A commit failed; its closures are told so, and the database file is opened anew.");
                // What the connection holds after a failed sync is not to be trusted: it goes, and a new one reads the file.
                let _ = command(&tx, "ROLLBACK");
                drop(tx);
                kept.into_iter().for_each(|job| job.fail(error.clone()));
            }
        }
        None
    }

    /// Runs one closure, in a savepoint unless nothing before it needs protecting.
    fn step(&self, tx: &Tx, mut job: Box<dyn Job>, kept: &mut Vec<Box<dyn Job>>) -> Group {
        let alone = kept.is_empty();
        if !alone && let Err(error) = command(tx, "SAVEPOINT closure") {
            job.fail(error.clone());
            return Group::Lost(error);
        }
        let fine = job.run(tx);
        if let Some(fault) = tx.take_fault().filter(DbError::spoils_transaction).or_else(|| lost(tx)) {
            job.fail(fault.clone());
            return Group::Lost(fault);
        }
        let settled = match (fine, alone) {
            (true, true) => Ok(()),
            (true, false) => command(tx, "RELEASE closure"),
            (false, true) => command(tx, "ROLLBACK"),
            (false, false) => command(tx, "ROLLBACK TO closure").and_then(|()| command(tx, "RELEASE closure")),
        };
        match settled {
            Ok(()) if fine => kept.push(job),
            Ok(()) => {
                self.counters.refused.fetch_add(1, Ordering::Relaxed);
                job.answer();
                if alone {
                    return Group::Over;
                }
            }
            Err(error) => {
                job.fail(error.clone());
                return Group::Lost(error);
            }
        }
        Group::Whole
    }
}

/// SQLite ends a transaction by itself after some errors.
fn lost(tx: &Tx) -> Option<DbError> {
    tx.connection()?.is_autocommit().then(|| DbError::said("SQLite ended the transaction"))
}

fn command(tx: &Tx, sql: &str) -> Result<(), DbError> {
    let Some(connection) = tx.connection() else { return Err(DbError::said("not a SQLite transaction")) };
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}
