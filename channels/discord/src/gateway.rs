//! Holds the connection over which Discord tells what happens, and keeps all of it.
//!
//! Two loops: the [link](link) listens, answers heartbeats and comes back after every break; the [keeper](keeper) stores what the link heard, in order, and asks
//! for what was said while nobody listened. Between them is a bounded queue: where the store is slow, the link listens no further.

mod backlog;
mod frame;
mod health;
mod keeper;
mod link;
mod progress;

use std::{sync::Arc, time::Duration};

use bellhop_channel::{Mailbox, Refusal, SendError};
use rand::Rng as _;
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::account::Account;
use health::Health;
use keeper::Keeper;
use link::Link;
use progress::{Progress, Session};

/// Events that may wait to be stored.
const QUEUE: usize = 4_096;

/// The first pause after a failure; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The longest of these pauses.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What the link hands to the keeper.
enum Arrived {
    /// A new session has begun: what was said before it is not told any more.
    Fresh(Session),
    /// The session goes on: everything that was missed is being told.
    Resumed,
    /// Something happened.
    Event(Heard),
}

/// An event as it came.
struct Heard {
    /// Of the session.
    session: Arc<str>,
    /// Its number in the session.
    number: u64,
    /// What happened, in Discord's word.
    kind: String,
    /// What Discord says of it.
    body: Box<RawValue>,
}

/// Listens until `stop`; returns early only when Discord does not let the bot in any more.
pub(crate) async fn run(account: &Arc<Account>, mailbox: Arc<dyn Mailbox>, stop: CancellationToken) -> Result<(), SendError> {
    let work = async {
        let progress = match Progress::load(&*mailbox).await {
            Some(progress) => progress,
            None => return Ok(()),
        };
        let (heard, waiting) = mpsc::channel(QUEUE);
        let link = Link::new(account, Health::new(&*mailbox), progress.session.clone());
        let keeper = Keeper::new(account, &*mailbox, progress);
        tokio::select! {
            ended = link.run(heard) => ended,
            () = keeper.run(waiting) => Ok(()),
        }
    };
    Box::pin(stop.run_until_cancelled(work)).await.unwrap_or(Ok(()))
}

fn growing(failures: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << (failures.saturating_sub(1)).min(10)).min(LONGEST_PAUSE)
}

/// Up to a quarter longer, so that many do not come back at the same moment.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(1.0 + rand::rng().random_range(0.0..0.25))
}

/// How long to wait after the application did not take something; none: it takes nothing any more.
fn pause_after(refusal: &Refusal) -> Option<Duration> {
    match refusal {
        Refusal::Stopping => None,
        Refusal::Full { retry_after } => Some(*retry_after),
        Refusal::Storage(_) => Some(jittered(FIRST_PAUSE * 4)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute_and_differ() {
        assert_eq!([1, 2, 3, 8, 1_000].map(growing), [500, 1_000, 2_000, 60_000, 60_000].map(Duration::from_millis));
        let pause = jittered(Duration::from_secs(4));
        assert!(pause >= Duration::from_secs(4) && pause <= Duration::from_secs(5), "{pause:?}");
    }
}
