//! The stream of events to one client (`text/event-stream`). Nothing is held for a client that reads slowly: it is told what the store holds when it asks.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use async_trait::async_trait;
use bellhop_channel::{Feed, HostedMailbox, Kept, Woken};
use bytes::Bytes;
use chrono::{DateTime, Utc};

use crate::{entries, limits::StreamPlace, serve::Now};

/// A line that says nothing for longer is taken for dead by proxies and clients.
const HEARTBEAT: Duration = Duration::from_secs(25);
/// Entries that are sent at once.
const PAGE: usize = 50;
/// Who is further behind is to load the history instead.
const FARTHEST: u64 = 500;

/// What goes to one client.
pub(crate) struct Events {
    pub(crate) mailbox: Arc<dyn HostedMailbox>,
    pub(crate) now: Now,
    pub(crate) thread: Box<str>,
    /// The last entry that the client has.
    pub(crate) last: u64,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) stage: Stage,
    pub(crate) _place: StreamPlace,
}

/// How far a stream is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Beginning,
    Going,
    Ended,
}

#[async_trait]
impl Feed for Events {
    async fn next(&mut self) -> Option<Bytes> {
        if self.stage == Stage::Ended || self.expires_at.is_some_and(|expires| expires <= (self.now)()) {
            return None;
        }
        if self.stage == Stage::Beginning {
            return self.begin().await;
        }
        loop {
            let entries = self.mailbox.read(&self.thread, self.last, PAGE).await.ok()?;
            if let Some(newest) = entries.last() {
                let piece = written(&entries);
                self.last = newest.sequence;
                return Some(piece);
            }
            match tokio::time::timeout(HEARTBEAT, self.mailbox.wait(&self.thread, self.last)).await {
                Ok(Woken::News) => {}
                Ok(Woken::Typing) => return Some(Bytes::from_static(b"event: typing\ndata: {}\n\n")),
                Err(_) => return Some(Bytes::from_static(b": \n\n")),
            }
        }
    }
}

impl Events {
    /// The first piece says that the line stands. A client that knows more than there is, or far less, has to load what there is.
    async fn begin(&mut self) -> Option<Bytes> {
        let newest = self.mailbox.read_back(&self.thread, None, 1).await.ok()?.last().map_or(0, |entry| entry.sequence);
        if self.last > newest || newest - self.last > FARTHEST {
            self.stage = Stage::Ended;
            return Some(Bytes::from_static(b"event: reset\ndata: {}\n\n"));
        }
        self.stage = Stage::Going;
        Some(Bytes::from_static(b"retry: 2000\n: \n\n"))
    }
}

fn written(entries: &[Kept]) -> Bytes {
    let mut piece = String::with_capacity(entries.iter().map(|entry| entry.body.len() + 80).sum());
    for entry in entries {
        // JSON holds no line end.
        let _infallible = write!(piece, "event: entry\nid: {}\ndata: {}\n\n", entry.sequence, entries::shown(entry));
    }
    piece.into()
}
