//! Channels whose platform calls us: at the start the platform is told where to.

use std::{panic::AssertUnwindSafe, time::Duration};

use bellhop_channel::{Connection, SendError};
use futures_util::FutureExt as _;

use crate::engine::Engine;

/// Pause after the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How long one try may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Tells the platform until it knows; nothing waits for it.
pub(super) async fn run(engine: &Engine, name: &str) {
    let Some(channel) = engine.channels().get(name) else { return };
    let Some(push) = channel.push() else { return };
    let address = format!("{}/channels/{name}/events", engine.settings().public_url.trim_end_matches('/'));
    let mut pause = FIRST_PAUSE;
    loop {
        let telling = AssertUnwindSafe(push.announce(&address)).catch_unwind();
        let told = tokio::select! {
            told = tokio::time::timeout(PATIENCE, telling) => told,
            () = engine.0.stopping.cancelled() => return,
        };
        let (reason, asked) = match told {
            Ok(Ok(Ok(()))) => {
                if channel.stopped().is_some() {
                    channel.resume();
                }
                return channel.connected(Connection::Up, engine.now());
            }
            Ok(Ok(Err(error))) => (error.to_string(), after(&error)),
            Ok(Err(_)) => ("a programming error".to_owned(), None),
            Err(_) => ("the platform did not answer in time".to_owned(), None),
        };
        channel.connected(Connection::Troubled { reason: format!("the platform could not be told where to call us: {reason}") }, engine.now());
        tokio::select! {
            () = tokio::time::sleep(asked.unwrap_or(pause).max(pause)) => {}
            () = channel.resumed.notified() => {}
            () = engine.0.stopping.cancelled() => return,
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// The pause that the platform asks for.
fn after(error: &SendError) -> Option<Duration> {
    match error {
        SendError::Retry { after, .. } => *after,
        SendError::Limited { after, .. } => Some(*after),
        SendError::Refused { .. } | SendError::ChannelStopped { .. } => None,
    }
}
