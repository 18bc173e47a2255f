//! The intake: takes events from channels and says yes only when they are durable.

use std::{
    hash::{BuildHasher, RandomState},
    num::NonZeroU32,
    time::Duration,
};

use bellhop_channel::{Envelope, Mark, Side};
use bellhop_store::{DbError, WriteError, inbox::NewEvent};
use chrono::{DateTime, Utc};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{mpsc, oneshot};

use crate::{
    decision::stored,
    engine::Engine,
    failpoint,
    lanes::{lane_of, staff_lane_of},
};

/// Messages a second that one sender may send for long.
pub const SENDER_RATE: NonZeroU32 = NonZeroU32::new(50).unwrap();
/// Messages that one sender may send at once.
const SENDER_BURST: NonZeroU32 = NonZeroU32::new(100).unwrap();
/// Events that may wait for their commit.
const QUEUE: usize = 8192;
/// How long a channel waits for the commit before it tells its platform to come back: well below the three seconds of the strictest.
const PATIENCE: Duration = Duration::from_secs(2);

/// An event that is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// It was known already; this time it has no effect.
    pub duplicate: bool,
}

/// Why an event was not taken; the platform is to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Too much waits already.
    #[error("the intake is full")]
    Full {
        /// When to come back.
        retry_after: Duration,
    },
    /// One sender sends more than a person can.
    #[error("this sender sends too fast")]
    TooFast {
        /// When to come back.
        retry_after: Duration,
    },
    /// The database does not take it now.
    #[error("events cannot be stored now")]
    Unavailable {
        /// When to come back.
        retry_after: Duration,
    },
}

pub(crate) struct Pending {
    pub(crate) event: NewEvent,
    pub(crate) answer: oneshot::Sender<Result<Accepted, Refusal>>,
}

/// The way in.
pub(crate) struct Intake {
    queue: mpsc::Sender<Pending>,
    senders: DefaultKeyedRateLimiter<u64>,
    hasher: RandomState,
}

impl Intake {
    pub(crate) fn new() -> (Self, mpsc::Receiver<Pending>) {
        let (queue, receiver) = mpsc::channel(QUEUE);
        let senders = RateLimiter::keyed(Quota::per_second(SENDER_RATE).allow_burst(SENDER_BURST));
        (Self { queue, senders, hasher: RandomState::new() }, receiver)
    }

    /// Forgets senders who have been quiet.
    pub(crate) fn forget_quiet_senders(&self) {
        self.senders.retain_recent();
        self.senders.shrink_to_fit();
    }
}

const UNAVAILABLE: Refusal = Refusal::Unavailable { retry_after: Duration::from_secs(2) };

impl Engine {
    /// Takes an event of a channel; it is durable when this returns `Ok`.
    ///
    /// # Errors
    /// When it was not taken, with the time after which to offer it again.
    pub async fn accept(&self, channel: &str, envelope: Envelope) -> Result<Accepted, Refusal> {
        let inner = &self.0;
        if inner.stopping.is_cancelled() {
            return Err(UNAVAILABLE);
        }
        if envelope.side == Side::Nobody {
            drop_strangers(channel, 1);
            return Ok(Accepted { duplicate: false });
        }
        if let Some(sender) = &envelope.sender {
            let sender = inner.intake.hasher.hash_one((channel, sender));
            if inner.intake.senders.check_key(&sender).is_err() {
                metrics::counter!("bellhop_events_refused_total", "reason" => "too_fast").increment(1);
                return Err(Refusal::TooFast { retry_after: Duration::from_secs(1) });
            }
        }
        let now = self.now();
        let event = event_of(channel, envelope, now);
        let (answer, committed) = oneshot::channel();
        inner.intake.queue.try_send(Pending { event, answer }).map_err(|_| Refusal::Full { retry_after: Duration::from_secs(1) })?;
        let accepted = match tokio::time::timeout(PATIENCE, committed).await {
            Ok(Ok(answer)) => answer?,
            Ok(Err(_)) | Err(_) => return Err(UNAVAILABLE),
        };
        if let Some(channel) = inner.channels.get(channel) {
            channel.traffic().note_received(now);
        }
        Ok(accepted)
    }

    /// Takes what a channel fetched, in this order, and how far it has come with that: all of it is durable when this returns `Ok`, and none of it was
    /// kept otherwise.
    ///
    /// No limit per sender holds here: what was fetched would be lost, and its platform's own limits stand before it. It does not
    /// go through the queue, which may tear a batch apart: where one half fails, the other would get ahead of it.
    ///
    /// # Errors
    /// When nothing was taken, with the time after which to offer it again.
    pub(crate) async fn accept_batch(&self, channel: &str, mut envelopes: Vec<Envelope>, marks: Vec<Mark>) -> Result<(), Refusal> {
        let inner = &self.0;
        let fetched = envelopes.len();
        envelopes.retain(|envelope| envelope.side != Side::Nobody);
        drop_strangers(channel, fetched - envelopes.len());
        if inner.stopping.is_cancelled() {
            return Err(UNAVAILABLE);
        }
        if envelopes.is_empty() && marks.is_empty() {
            return Ok(());
        }
        failpoint::pass("received");
        let now = self.now();
        let events: Vec<NewEvent> = envelopes.into_iter().map(|envelope| event_of(channel, envelope, now)).collect();
        let count = events.len();
        let of = channel.to_owned();
        let written = self.writer().write::<_, DbError, _>(move |tx| {
            Box::pin(async move {
                let seqs = tx.accept(&events).await?;
                for mark in marks {
                    tx.set_channel_mark(&of, mark.thread.as_deref().unwrap_or_default(), mark.value.as_deref()).await?;
                }
                Ok(stored(events, seqs))
            })
        });
        let accepted = written.await.map_err(|error| match error {
            WriteError::Busy => Refusal::Full { retry_after: Duration::from_secs(1) },
            error => {
                tracing::error!(error = %error.into_db(), events = count, "Fetched events could not be stored; they are fetched again");
                UNAVAILABLE
            }
        })?;
        failpoint::pass("accepted");
        metrics::counter!("bellhop_events_accepted_total").increment(count as u64);
        metrics::counter!("bellhop_accept_commits_total").increment(1);
        if let Some(channel) = inner.channels.get(channel) {
            for _ in 0..count {
                channel.traffic().note_received(now);
            }
        }
        inner.lanes.push(accepted);
        Ok(())
    }
}

/// Counts events that are not kept.
fn drop_strangers(channel: &str, count: usize) {
    if count > 0 {
        metrics::counter!("bellhop_events_dropped_total", "channel" => channel.to_owned()).increment(count as u64);
    }
}

fn event_of(channel: &str, envelope: Envelope, now: DateTime<Utc>) -> NewEvent {
    NewEvent {
        lane: match envelope.side {
            // Nobody's are not kept; they would be a customer's.
            Side::Customer | Side::Nobody => lane_of(channel, &envelope.thread),
            Side::Staff => staff_lane_of(channel, &envelope.thread),
        },
        channel: channel.to_owned(),
        key: envelope.key,
        body: envelope.body,
        internal: false,
        received_at: now,
    }
}
