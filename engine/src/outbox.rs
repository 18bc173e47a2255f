//! The outbox: sends what was decided, in order per thread, at the platform's pace, again while it fails, and gives up loudly.

mod ledger;
mod queue;
mod revising;
mod sending;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bellhop_domain::id::MessageId;
use bellhop_store::outbox::Send as QueuedSend;
use chrono::{DateTime, Utc};

use crate::engine::Engine;

pub(crate) use queue::SendQueue;
pub(crate) use revising::{Revision, Way, first_key};

/// What waits to be sent.
#[derive(Default)]
pub(crate) struct Outbox {
    queue: SendQueue,
    ledger: ledger::Ledger,
}

impl Outbox {
    /// Committed sends, in order.
    pub(crate) fn push(&self, sends: Vec<QueuedSend>) {
        self.queue.push(sends);
    }

    /// Threads of which only the database knows what waits for them.
    pub(crate) fn push_lanes(&self, lanes: Vec<String>) {
        self.queue.push_lanes(lanes);
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
