//! How channels are doing is noted in the database, for commands that run beside the server and for its next start.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bellhop_store::{DbError, channel_health::ChannelBacklog};

use super::health::Health;
use crate::engine::Engine;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(2);

/// What waited on each channel when it was looked last.
#[derive(Default)]
pub(crate) struct Backlogs(Mutex<BTreeMap<String, ChannelBacklog>>);

impl Engine {
    /// How every channel is doing, by name, with what waits now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn channel_health(&self) -> Result<BTreeMap<String, Health>, DbError> {
        let backlogs = self.reader().channel_backlogs().await?;
        *self.0.backlogs.0.lock().unwrap_or_else(PoisonError::into_inner) = backlogs;
        Ok(self.known_channel_health())
    }

    /// The same without a question to the database: what waits is what waited a few seconds ago.
    pub fn known_channel_health(&self) -> BTreeMap<String, Health> {
        let waiting = self.0.backlogs.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (channels, now) = (self.channels(), self.now());
        let of = |channel: &super::Channel| {
            let staff = channels.staff_health(channel.name()).map(super::StaffHealth::shown);
            Health::of(channel, staff, waiting.get(channel.name()).cloned().unwrap_or_default(), now)
        };
        channels.iter().map(|channel| (channel.name().to_owned(), of(channel))).collect()
    }
}

/// What is known of the times before the start.
pub(crate) async fn recall(engine: &Engine) -> Result<(), DbError> {
    for noted in engine.reader().noted_channel_health().await? {
        // What an older program noted, and nobody understands any more, says nothing.
        let health: Health = serde_json::from_str(&noted.body).unwrap_or_default();
        if let Some(channel) = engine.channels().get(&noted.channel) {
            channel.traffic().recall(health.last_event_at, health.last_sent_at);
        }
    }
    Ok(())
}

/// Notes each change until the engine stops, and once more then.
pub(super) async fn run(engine: &Engine) {
    let mut noted = BTreeMap::new();
    loop {
        let stopping = engine.0.stopping.is_cancelled();
        if let Err(error) = note(engine, &mut noted).await {
            tracing::warn!(error = %error, "How the channels are doing could not be noted; trying again");
        }
        if stopping {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = engine.0.stopping.cancelled() => {}
        }
    }
}

async fn note(engine: &Engine, noted: &mut BTreeMap<String, Health>) -> Result<(), DbError> {
    let health = engine.channel_health().await?;
    let mut changed = Vec::new();
    for (channel, health) in health.iter().filter(|(channel, health)| noted.get(*channel) != Some(health)) {
        changed.extend(serde_json::to_string(health).ok().map(|body| (channel.clone(), body)));
    }
    if changed.is_empty() {
        return Ok(());
    }
    let now = engine.now();
    let written = engine.writer().write::<_, DbError, _>(move |tx| {
        Box::pin(async move {
            for (channel, body) in &changed {
                tx.note_channel_health(channel, body, now).await?;
            }
            Ok(())
        })
    });
    written.await.map_err(|error| error.into_db())?;
    *noted = health;
    Ok(())
}
