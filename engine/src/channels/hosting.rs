//! Channels that we host: what is sent is kept for their clients, and whoever waits for it is woken.

use std::{
    collections::HashMap,
    net::IpAddr,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bellhop_channel::{Connection, Envelope, HostedMailbox, Kept, KeptFile, Mailbox, Mark, NewEntry, Refusal, Staffed, Woken};
use bellhop_store::{DbError, WriteError, hosted};
use bytes::Bytes;
use futures_util::FutureExt as _;
use tokio::sync::watch;

use super::pulling::Post;
use crate::{actions::ActionError, engine::Engine};

/// How often a number is tried for that somebody else took.
const TRIES: usize = 10;
/// How long a channel rests before it is begun again.
const REST: Duration = Duration::from_secs(5);

/// Who waits for news of which thread of a channel. A thread stands here only while somebody waits.
#[derive(Default)]
pub(crate) struct Board(Mutex<HashMap<String, watch::Sender<Look>>>);

/// What those who wait look at.
#[derive(Clone, Copy, Default)]
struct Look {
    /// The newest number that was heard of here; 0 where none was.
    last: u64,
    /// Signs that were shown.
    signs: u64,
}

impl Board {
    fn threads(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<Look>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, thread: &str) -> watch::Receiver<Look> {
        let mut threads = self.threads();
        if let Some(known) = threads.get(thread) {
            return known.subscribe();
        }
        let (sender, receiver) = watch::channel(Look::default());
        threads.insert(thread.to_owned(), sender);
        receiver
    }

    /// The last one out closes the door.
    fn leave(&self, thread: &str) {
        let mut threads = self.threads();
        if threads.get(thread).is_some_and(|sender| sender.receiver_count() <= 1) {
            threads.remove(thread);
        }
    }

    fn tell(&self, thread: &str, change: impl FnOnce(&mut Look)) {
        if let Some(sender) = self.threads().get(thread) {
            sender.send_modify(change);
        }
    }
}

/// Leaves the board whatever becomes of the wait.
struct Waiting<'a> {
    board: &'a Board,
    thread: &'a str,
    look: watch::Receiver<Look>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.board.leave(self.thread);
    }
}

/// Runs the channel until the stop.
pub(super) async fn run(engine: &Engine, name: &str) {
    let Some(channel) = engine.channels().get(name) else { return };
    let Some(hosted) = channel.hosted() else { return };
    while !engine.0.stopping.is_cancelled() {
        let mailbox = Arc::new(Host { post: Post::of(engine, name), board: Board::default() });
        let serving = AssertUnwindSafe(hosted.run(mailbox, engine.0.stopping.child_token())).catch_unwind();
        let ended = tokio::select! {
            ended = serving => ended,
            () = engine.0.aborting.cancelled() => return,
        };
        if engine.0.stopping.is_cancelled() {
            return;
        }
        let reason = match ended {
            Ok(Ok(())) => "serving ended by itself".to_owned(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "a programming error ended the serving".to_owned(),
        };
        tracing::error!(channel = name, reason, "The channel is begun again");
        channel.connected(Connection::Troubled { reason }, engine.now());
        tokio::select! {
            () = tokio::time::sleep(REST) => {}
            () = engine.0.stopping.cancelled() => return,
        }
    }
}

/// The mailbox of a channel that we host.
struct Host {
    post: Post,
    board: Board,
}

impl Host {
    fn purpose(&self, purpose: &str) -> String {
        format!("hosted:{}:{purpose}", self.post.channel)
    }
}

#[async_trait]
impl Mailbox for Host {
    async fn accept(&self, envelopes: Vec<Envelope>) -> Result<(), Refusal> {
        self.post.accept(envelopes).await
    }

    async fn accept_marked(&self, envelopes: Vec<Envelope>, marks: Vec<Mark>) -> Result<(), Refusal> {
        self.post.accept_marked(envelopes, marks).await
    }

    async fn marks(&self) -> Result<Vec<Mark>, Refusal> {
        self.post.marks().await
    }

    fn connection(&self, state: Connection) {
        self.post.connection(state);
    }
}

#[async_trait]
impl HostedMailbox for Host {
    async fn keep(&self, entry: NewEntry) -> Result<Kept, Refusal> {
        let NewEntry { thread, key, name, body, amends } = entry;
        let new = Arc::new(hosted::NewEntry { channel: self.post.channel.clone(), thread, key, name, body, amends });
        let now = self.post.engine.now();
        for _ in 0..TRIES {
            let entry = Arc::clone(&new);
            let written =
                self.post.engine.writer().write::<_, DbError, _>(move |tx| Box::pin(async move { tx.keep_hosted(&entry, now).await })).await;
            match written {
                Ok((entry, _)) => {
                    let kept = kept(entry);
                    self.board.tell(&new.thread, |look| look.last = look.last.max(kept.sequence));
                    return Ok(kept);
                }
                Err(WriteError::Busy) => return Err(Refusal::Full { retry_after: Duration::from_secs(1) }),
                Err(WriteError::Conflict) => {}
                Err(WriteError::Closure(error)) if error.is_unique_violation() => {}
                Err(error) => return Err(refused(error.into_db())),
            }
        }
        Err(Refusal::Full { retry_after: Duration::from_secs(1) })
    }

    async fn read(&self, thread: &str, after: u64, limit: usize) -> Result<Vec<Kept>, Refusal> {
        let found = self.post.engine.reader().hosted_after(&self.post.channel, thread, place(after), rows(limit)).await;
        Ok(found.map_err(refused)?.into_iter().map(kept).collect())
    }

    async fn read_back(&self, thread: &str, before: Option<u64>, limit: usize) -> Result<Vec<Kept>, Refusal> {
        let before = before.map_or(i64::MAX, place);
        let found = self.post.engine.reader().hosted_before(&self.post.channel, thread, before, rows(limit)).await;
        Ok(found.map_err(refused)?.into_iter().map(kept).collect())
    }

    async fn find(&self, thread: &str, name: &str) -> Result<Option<Kept>, Refusal> {
        let found = self.post.engine.reader().hosted_by_name(&self.post.channel, thread, name).await;
        Ok(found.map_err(refused)?.map(kept))
    }

    async fn wait(&self, thread: &str, after: u64) -> Woken {
        let mut waiting = Waiting { board: &self.board, thread, look: self.board.watch(thread) };
        let before = *waiting.look.borrow_and_update();
        if before.last > after {
            return Woken::News;
        }
        if before.last < after || before.last == 0 {
            // What was kept before anybody waited was told to nobody.
            match self.post.engine.reader().hosted_head(&self.post.channel, thread).await {
                Ok(head) if head > place(after) => return Woken::News,
                Ok(_) => {}
                Err(error) => tracing::warn!(error = %error, "Whether a thread has news cannot be read"),
            }
        }
        loop {
            if waiting.look.changed().await.is_err() {
                return Woken::News;
            }
            let now = *waiting.look.borrow_and_update();
            if now.last > after {
                return Woken::News;
            }
            if now.signs != before.signs {
                return Woken::Typing;
            }
        }
    }

    async fn show_typing(&self, thread: &str) -> Result<(), Refusal> {
        self.board.tell(thread, |look| look.signs += 1);
        Ok(())
    }

    async fn keep_file(&self, name: &str, content: Bytes) -> Result<KeptFile, Refusal> {
        let (url, file) = self.post.engine.keep_upload(name, content).await.map_err(|error| match error {
            ActionError::Busy => Refusal::Full { retry_after: Duration::from_secs(1) },
            _ => Refusal::Storage("the file cannot be stored now".to_owned()),
        })?;
        Ok(KeptFile { url, name: file.name, content_type: file.content_type, size: file.size })
    }

    fn sign(&self, purpose: &str, bytes: &[u8]) -> String {
        self.post.engine.links().sign(&self.purpose(purpose), bytes)
    }

    fn verify(&self, purpose: &str, bytes: &[u8], signature: &str) -> bool {
        self.post.engine.links().verify(&self.purpose(purpose), bytes, signature)
    }

    fn staffed(&self) -> Staffed {
        let (desk, now) = (self.post.engine.desk(), self.post.engine.now());
        // Nothing is routed yet: the hours are those of whoever gets what no rule routes.
        let department = desk.rules.iter().rev().find_map(|rule| rule.then.department.as_deref());
        let open = desk.is_open(department, now);
        Staffed { open, opens_at: if open { None } else { desk.next_opening(department, now) } }
    }

    fn region_of(&self, address: IpAddr) -> Option<String> {
        let engine = &self.post.engine;
        engine.0.places.region_of(&engine.desk(), address)
    }
}

fn refused(error: DbError) -> Refusal {
    tracing::error!(error = %error, "What clients read can be neither read nor kept");
    Refusal::Storage("the database does not answer now".to_owned())
}

fn kept(entry: hosted::Entry) -> Kept {
    Kept { sequence: entry.place.unsigned_abs(), at: entry.at, body: entry.body }
}

fn place(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

fn rows(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}
