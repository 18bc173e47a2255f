//! What operators do with channels.

use super::{ActionError, require};
use crate::{
    caller::{Caller, Permission},
    engine::Engine,
};

/// Threads that are woken at once.
const LANES: u32 = 10_000;

/// Sends again on a channel that was stopped; what waits there goes out. Once is enough.
pub async fn resume(engine: &Engine, caller: &Caller, name: &str) -> Result<(), ActionError> {
    require(caller, Permission::Administer)?;
    let channel = engine.channels().get(name).ok_or(ActionError::NotFound { what: "channel" })?;
    if channel.stopped().is_none() {
        return Ok(());
    }
    channel.resume();
    tracing::info!(channel = name, "A stopped channel was resumed");
    engine.0.outbox.push_lanes(engine.reader().queued_send_lanes(LANES).await?);
    Ok(())
}
