//! Holds the connection over which Discord tells what happens, and keeps all of it.
//!
//! Two loops: the [link](link) listens, answers heartbeats and comes back after every break; the [keeper](keeper) stores what the link heard, in order, and asks
//! for what was said while nobody listened. Between them is a bounded queue: where the store is slow, the link listens no further.

mod backlog;
mod frame;
mod keeper;
mod link;
mod progress;

use std::sync::Arc;

use bellhop_channel::{ConnectionTeller, Mailbox, SendError};
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::account::Account;
use keeper::Keeper;
use link::Link;
use progress::{Progress, Session};

/// Events that may wait to be stored.
const QUEUE: usize = 4_096;

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
        let link = Link::new(account, ConnectionTeller::new(&*mailbox), progress.session.clone());
        let keeper = Keeper::new(account, &*mailbox, progress);
        tokio::select! {
            ended = link.run(heard) => ended,
            () = keeper.run(waiting) => Ok(()),
        }
    };
    Box::pin(stop.run_until_cancelled(work)).await.unwrap_or(Ok(()))
}
