//! The ledger: writes down claims and results of sends, many in one transaction.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use bellhop_domain::timeline::TimelineEvent;
use bellhop_store::{DbError, inbox::NewEvent, outbox::FinishedSend};
use chrono::{DateTime, Utc};
use tokio::sync::{Notify, oneshot};

use crate::{
    decision::{again, stored},
    engine::Engine,
    failpoint,
    worker::early_key,
};

/// What is to be written down.
pub(super) enum Entry {
    /// About to be sent; answers what is sent (it may have been replaced), or nothing (it may have been taken back).
    Claim { id: i64, answer: oneshot::Sender<Option<Box<str>>> },
    /// Taken by the platform, in this thread of this channel.
    Finish { finished: FinishedSend, channel: String, thread: String },
    /// To be tried again.
    Retry { id: i64, due_at: DateTime<Utc>, error: String, answer: oneshot::Sender<()> },
    /// Given up or expired; `events` come into the lane with it.
    GiveUp { finished: GaveUp, timeline: Vec<TimelineEvent>, events: Vec<NewEvent>, answer: oneshot::Sender<()> },
}

/// How a send ended without being sent.
pub(super) enum GaveUp {
    /// Failed: kept as a dead letter.
    Failed { id: i64, error: String },
    /// Expired: nobody wants it any more.
    Expired(FinishedSend),
}

/// What waits to be written down.
#[derive(Default)]
pub(super) struct Ledger {
    entries: Mutex<Vec<Entry>>,
    ready: Notify,
}

impl Ledger {
    pub(super) fn enter(&self, entry: Entry) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        self.ready.notify_one();
    }

    fn take(&self) -> Vec<Entry> {
        std::mem::take(&mut *self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn wake(&self) {
        self.ready.notify_one();
    }
}

/// Writes until the senders are done.
pub(super) async fn run(engine: &Engine) {
    let ledger = &engine.0.outbox.ledger;
    loop {
        let entries = ledger.take();
        if entries.is_empty() {
            // Senders end before the ledger: what they finish while the program stops is still written down.
            if engine.0.senders_done.is_cancelled() {
                break;
            }
            tokio::select! {
                () = ledger.ready.notified() => {}
                () = engine.0.senders_done.cancelled() => {}
            }
            continue;
        }
        write(engine, entries).await;
    }
}

#[derive(Default)]
struct Page {
    claims: Vec<i64>,
    finished: Vec<FinishedSend>,
    /// Channel and key of messages that got the platform's id with this page.
    named: Vec<(String, String)>,
    retries: Vec<(i64, DateTime<Utc>, String)>,
    failed: Vec<(i64, String)>,
    timeline: Vec<TimelineEvent>,
    events: Vec<NewEvent>,
}

async fn write(engine: &Engine, entries: Vec<Entry>) {
    let mut page = Page::default();
    let mut claimants = Vec::new();
    let mut waiting = Vec::new();
    for entry in entries {
        match entry {
            Entry::Claim { id, answer } => {
                page.claims.push(id);
                claimants.push((id, answer));
            }
            Entry::Finish { finished, channel, thread } => {
                if let Some(id) = &finished.external_id {
                    page.named.push((channel, early_key(&thread, id)));
                }
                page.finished.push(finished);
            }
            Entry::Retry { id, due_at, error, answer } => {
                page.retries.push((id, due_at, error));
                waiting.push(answer);
            }
            Entry::GiveUp { finished, timeline, events, answer } => {
                match finished {
                    GaveUp::Failed { id, error } => page.failed.push((id, error)),
                    GaveUp::Expired(finished) => page.finished.push(finished),
                }
                page.timeline.extend(timeline);
                page.events.extend(events);
                waiting.push(answer);
            }
        }
    }
    let page = std::sync::Arc::new(page);
    let mut pause = std::time::Duration::from_millis(50);
    loop {
        let this = std::sync::Arc::clone(&page);
        let now = engine.now();
        let written = engine
            .writer()
            .write::<_, DbError, _>(move |tx| {
                Box::pin(async move {
                    if !this.finished.is_empty() {
                        tx.finish_sends(&this.finished).await?;
                    }
                    for (id, due_at, error) in &this.retries {
                        tx.retry_send(*id, *due_at, error).await?;
                    }
                    for (id, error) in &this.failed {
                        tx.fail_send(*id, error).await?;
                    }
                    if !this.timeline.is_empty() {
                        tx.append_timeline(&this.timeline).await?;
                    }
                    let mut events = this.events.clone();
                    // A receipt or reaction may be faster than our own note of the id that it is about.
                    if !this.named.is_empty() && tx.holds_events().await? {
                        for (channel, key) in &this.named {
                            events.extend(tx.release_held(channel, key).await?.into_iter().map(|event| again(event, now)));
                        }
                    }
                    let accepted = if events.is_empty() { Vec::new() } else { tx.accept(&events).await? };
                    let claimed = if this.claims.is_empty() { Vec::new() } else { tx.claim_sends(&this.claims).await? };
                    Ok((claimed, stored(events, accepted)))
                })
            })
            .await;
        match written {
            Ok((claimed, accepted)) => {
                if !page.finished.is_empty() {
                    failpoint::pass("marked");
                }
                engine.0.lanes.push(accepted);
                let mut claimed: HashMap<i64, Box<str>> = claimed.into_iter().collect();
                for (id, answer) in claimants {
                    let _gone_meanwhile = answer.send(claimed.remove(&id));
                }
                for answer in waiting {
                    let _gone_meanwhile = answer.send(());
                }
                return;
            }
            Err(error) => {
                tracing::error!(error = %error.into_db(), "Results of sends could not be written down; trying again");
                // Without the database nothing more is sent: a claim that is not durable is no claim.
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = engine.0.aborting.cancelled() => return,
                }
                pause = (pause * 2).min(std::time::Duration::from_secs(2));
            }
        }
    }
}
