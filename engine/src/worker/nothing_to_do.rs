//! Events about which nothing is to be done (somebody types, a word that we do not know) are marked handled many at a time.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bellhop_store::{DbError, inbox::InboxEvent};
use tokio::sync::Notify;

use crate::engine::Engine;

/// Marked in one statement at most.
const AT_ONCE: usize = 1_000;
/// Pause after the database refused.
const PAUSE: Duration = Duration::from_millis(250);

/// What waits to be marked.
#[derive(Default)]
pub(crate) struct NothingToDo {
    waiting: Mutex<Vec<Done>>,
    ready: Notify,
}

struct Done {
    seq: i64,
    lane: String,
}

impl NothingToDo {
    /// Keeps the event's lane until the event is marked. A crash before that handles it again, which changes nothing again.
    pub(super) fn add(&self, event: &InboxEvent) {
        let done = Done { seq: event.seq, lane: event.lane.clone() };
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(done);
        self.ready.notify_one();
    }

    fn take(&self) -> Vec<Done> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = waiting.len().saturating_sub(AT_ONCE);
        let mut taken = std::mem::take(&mut *waiting);
        *waiting = taken.split_off(taken.len() - rest);
        taken
    }
}

/// Marks until the engine stops.
pub(super) async fn run(engine: &Engine) {
    let nothing_to_do = &engine.0.nothing_to_do;
    loop {
        let done = nothing_to_do.take();
        if done.is_empty() {
            tokio::select! {
                () = nothing_to_do.ready.notified() => continue,
                () = engine.0.stopping.cancelled() => return,
            }
        }
        mark(engine, done).await;
    }
}

async fn mark(engine: &Engine, done: Vec<Done>) {
    let now = engine.now();
    loop {
        let seqs: Vec<i64> = done.iter().map(|done| done.seq).collect();
        match engine.writer().write::<_, DbError, _>(move |tx| Box::pin(async move { tx.finish_events(&seqs, now).await })).await {
            Ok(_) => break,
            Err(error) => {
                tracing::error!(error = %error.into_db(), events = done.len(), "Events could not be marked as handled; trying again");
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    () = engine.0.stopping.cancelled() => return,
                }
            }
        }
    }
    metrics::counter!("bellhop_events_handled_total").increment(done.len() as u64);
    for done in done {
        engine.0.lanes.release(&done.lane);
    }
}
