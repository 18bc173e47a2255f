//! Channels that fetch: one task each, which hands over what it fetched and goes on until the stop.
//!
//! A platform takes one poller at a time. That only one node polls is held by the lock that a node takes on its database: whoever has the
//! lock runs every channel, and nobody else is there to poll.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use async_trait::async_trait;
use bellhop_channel::{Connection, Envelope, Mailbox, Mark, Refusal, SendError};
use futures_util::FutureExt as _;

use super::Channel;
use crate::{engine::Engine, intake};

/// How long a channel rests after its adapter gave up, unless somebody resumes it before.
const REST: Duration = Duration::from_secs(180);
/// How long it rests after the adapter ended without a reason.
const SHORT_REST: Duration = Duration::from_secs(5);

/// Runs the channel until the stop. Where the adapter gives up, the channel is stopped with the reason, its queue is kept, and it is tried
/// again when somebody resumes it, or by itself after a while.
pub(super) async fn run(engine: &Engine, name: &str) {
    let Some(channel) = engine.channels().get(name) else { return };
    let Some(pull) = channel.pull() else { return };
    while !engine.0.stopping.is_cancelled() {
        let mailbox = Arc::new(Post::of(engine, name));
        let fetching = AssertUnwindSafe(pull.run(mailbox, engine.0.stopping.child_token())).catch_unwind();
        let ended = tokio::select! {
            ended = fetching => ended,
            () = engine.0.aborting.cancelled() => return,
        };
        if engine.0.stopping.is_cancelled() {
            return;
        }
        let rest = match ended {
            Ok(Ok(())) => {
                channel.connected(Connection::Troubled { reason: "fetching ended by itself".to_owned() }, engine.now());
                SHORT_REST
            }
            Ok(Err(error)) => {
                give_up(engine, channel, &error);
                REST
            }
            Err(_) => {
                tracing::error!(channel = name, "A programming error ended the fetching of a channel; it is begun again");
                channel.connected(Connection::Troubled { reason: "a programming error ended the fetching".to_owned() }, engine.now());
                SHORT_REST
            }
        };
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = channel.resumed.notified() => {}
            () = engine.0.stopping.cancelled() => return,
        }
    }
}

fn give_up(engine: &Engine, channel: &Channel, error: &SendError) {
    let (reason, now) = (error.to_string(), engine.now());
    channel.connected(Connection::Troubled { reason: reason.clone() }, now);
    if channel.stopped().is_none() {
        tracing::error!(channel = channel.name(), reason, "The channel is stopped and its queue is kept");
        channel.stop(reason, now);
    }
}

/// Where a channel puts its events.
pub(super) struct Post {
    pub(super) engine: Engine,
    pub(super) channel: String,
}

impl Post {
    /// Of the channel with this name.
    pub(super) fn of(engine: &Engine, channel: &str) -> Self {
        Self { engine: engine.clone(), channel: channel.to_owned() }
    }
}

#[async_trait]
impl Mailbox for Post {
    async fn accept(&self, envelopes: Vec<Envelope>) -> Result<(), Refusal> {
        self.accept_marked(envelopes, Vec::new()).await
    }

    async fn accept_marked(&self, envelopes: Vec<Envelope>, marks: Vec<Mark>) -> Result<(), Refusal> {
        self.engine.accept_batch(&self.channel, envelopes, marks).await.map_err(|refusal| match refusal {
            intake::Refusal::Full { retry_after } | intake::Refusal::TooFast { retry_after } => Refusal::Full { retry_after },
            intake::Refusal::Unavailable { .. } if self.engine.0.stopping.is_cancelled() => Refusal::Stopping,
            intake::Refusal::Unavailable { .. } => Refusal::Storage("the database does not take them now".to_owned()),
        })
    }

    async fn marks(&self) -> Result<Vec<Mark>, Refusal> {
        let kept = self.engine.reader().channel_marks(&self.channel).await.map_err(|error| Refusal::Storage(error.to_string()))?;
        Ok(kept.into_iter().map(|(thread, value)| Mark { thread: Some(thread).filter(|thread| !thread.is_empty()), value: Some(value) }).collect())
    }

    fn connection(&self, state: Connection) {
        let Some(channel) = self.engine.channels().get(&self.channel) else { return };
        if state == Connection::Up && channel.stopped().is_some() {
            tracing::info!(channel = channel.name(), "The platform answers again: the channel goes on");
            channel.resume();
        }
        channel.connected(state, self.engine.now());
    }
}
