//! Traffic beside what is measured.

use std::time::Duration;

use anyhow::bail;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

/// Lets `traffic`, which only ends by failing, go on until something has happened.
pub(crate) async fn until<T>(
    happens: impl Future<Output = anyhow::Result<T>>,
    traffic: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<T> {
    tokio::select! {
        ended = traffic => ended.and_then(|()| bail!("the sender ended")),
        happened = happens => happened,
    }
}

/// Moments by the clock, so many a second: what comes late is made up for, so that a stall shows in everything behind it.
pub(crate) struct Turns(Interval);

impl Turns {
    /// The first is at once.
    pub(crate) fn new(a_second: f64) -> Self {
        let mut turns = interval(Duration::from_secs_f64(1.0 / a_second));
        turns.set_missed_tick_behavior(MissedTickBehavior::Burst);
        Self(turns)
    }

    /// When it was to be.
    pub(crate) async fn next(&mut self) -> Instant {
        self.0.tick().await
    }
}
