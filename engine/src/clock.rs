//! Time and ids come in from outside, so that tests turn the clock.

use chrono::{DateTime, SubsecRound, Utc};
use uuid::Uuid;

/// The time of day.
pub trait Clock: Send + Sync + 'static {
    /// Now, in whole microseconds: both databases keep exactly that.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// A fresh id: time-ordered, so that new rows lie together on disk.
#[allow(clippy::disallowed_methods, reason = "this is the one place that makes ids")]
pub fn fresh_id() -> Uuid {
    Uuid::now_v7()
}
