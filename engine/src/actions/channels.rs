//! What operators do with channels.

use std::collections::BTreeMap;

use super::{ActionError, require};
use crate::{
    caller::{Caller, Permission},
    channels::health::Health,
    engine::Engine,
};

/// Threads that are woken at once.
const LANES: u32 = 10_000;

/// How every channel is doing, by name.
pub async fn health(engine: &Engine, caller: &Caller) -> Result<BTreeMap<String, Health>, ActionError> {
    require(caller, Permission::Administer)?;
    Ok(engine.channel_health().await?)
}

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
