//! The outbox: sends what was decided, in order per thread, at the platform's pace, again while it fails, and gives up loudly.

mod held;
mod ledger;
mod queue;
mod revising;
mod sending;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bellhop_domain::id::MessageId;
use bellhop_store::outbox::{NewSend, Send as QueuedSend};
use chrono::{DateTime, Utc};

use crate::engine::Engine;

pub(crate) use queue::SendQueue;
pub(crate) use revising::{Revision, Way, first_key};

/// What waits to be sent.
#[derive(Default)]
pub(crate) struct Outbox {
    queue: SendQueue,
    ledger: ledger::Ledger,
    held: held::Held,
}

/// As long as this lives, nothing of some threads that is only in the database is offered to a sender: it may be what is about to be held.
pub(crate) struct Coming<'a> {
    outbox: &'a Outbox,
    lanes: Vec<String>,
}

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        for lane in self.outbox.held.has_come(&self.lanes) {
            self.outbox.queue.release(&lane);
        }
    }
}

impl Outbox {
    /// Committed sends, in order; what was held of their lanes goes before them.
    pub(crate) fn push(&self, sends: Vec<QueuedSend>) {
        self.queue.push(self.held.and_then(sends));
    }

    /// Says that these are about to be committed and then given to [`Self::hold`].
    pub(crate) fn will_hold(&self, sends: &[NewSend]) -> Coming<'_> {
        let lanes: Vec<String> = sends.iter().map(|send| send.lane.clone()).collect();
        self.held.announce(&lanes);
        Coming { outbox: self, lanes }
    }

    /// Committed sends that wait until the next event of their lane is handled, which may take them back: see [`Self::let_go`].
    pub(crate) fn hold(&self, sends: Vec<QueuedSend>) {
        self.queue.push(self.held.replace(sends));
    }

    /// What is held of a lane now; to be given to [`Self::let_go`] when the lane's next event is handled, however that ended.
    pub(crate) fn held(&self, lane: &str) -> held::Mark {
        self.held.mark(lane)
    }

    /// Sends what was held of a lane at the mark and is held still.
    pub(crate) fn let_go(&self, lane: &str, mark: held::Mark) {
        self.queue.push(self.held.take(lane, mark));
    }

    /// Threads of which only the database knows what waits for them.
    pub(crate) fn push_lanes(&self, lanes: Vec<String>) {
        self.queue.push_lanes(lanes);
    }

    /// What the database holds for a thread; what is held stays so.
    fn refill(&self, lane: &str, sends: Vec<QueuedSend>) {
        let more = sends.len() >= queue::PAGE as usize;
        match self.held.without(lane, sends) {
            Some(sends) => self.queue.refill(lane, sends, more),
            None => self.queue.not_loaded(lane),
        }
    }

    /// What waits to be sent of a message waits until then.
    pub(crate) fn postpone(&self, message: MessageId, until: DateTime<Utc>) {
        self.queue.postpone(message, until);
    }

    /// Lets every waiting sender look again.
    pub(crate) fn wake_all(&self) {
        self.queue.wake_all();
        self.ledger.wake();
    }

    /// Sends that wait in memory, and threads that have some.
    pub(crate) fn depth(&self) -> (usize, usize) {
        self.queue.depth()
    }
}

/// Starts the senders and the ledger that writes down what became of each send.
pub(crate) fn start(engine: &Engine) {
    let this = engine.clone();
    engine.run(async move { ledger::run(&this).await });
    let senders = Arc::new(tokio::sync::Semaphore::new(engine.settings().senders));
    let this = engine.clone();
    engine.run(async move { sending::run(&this, senders).await });
}
