//! How a staff chat is doing, as whoever keeps it up to date has found.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bellhop_channel::SendError;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::health::Staffing;

/// What is done in a staff chat; each may fail for a reason of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffWork {
    /// Topics, posts, cards and what changes in them.
    Posts,
    /// The list of commands that the platform shows.
    Commands,
}

impl StaffWork {
    /// What does not work, for operators.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::Posts => "nothing is posted for agents",
            Self::Commands => "the list of commands is not taken",
        }
    }
}

/// Something that does not work in a staff chat. What was to be posted is kept and comes when it works again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffTrouble {
    /// What.
    pub what: StaffWork,
    /// Why, and what an operator can do about it.
    pub reason: String,
    /// Nothing will change until somebody does something about it; it is looked at again all the same.
    pub stopped: bool,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// How a staff chat is doing.
#[derive(Debug, Default)]
pub struct StaffHealth(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    last_taken_at: Option<DateTime<Utc>>,
    troubles: BTreeMap<StaffWork, StaffTrouble>,
}

impl StaffHealth {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The platform took something.
    pub fn went(&self, what: StaffWork, now: DateTime<Utc>) {
        let mut state = self.state();
        state.troubles.remove(&what);
        state.last_taken_at = Some(now);
    }

    /// The platform took something not, and not only this one thing. That it wants fewer calls is no trouble.
    pub fn failed(&self, what: StaffWork, error: &SendError, now: DateTime<Utc>) {
        let stopped = match error {
            SendError::Limited { .. } => return,
            SendError::ChannelStopped { .. } => true,
            SendError::Retry { .. } | SendError::Refused { .. } => false,
        };
        let (mut state, reason) = (self.state(), error.to_string());
        let since = state.troubles.get(&what).filter(|known| known.reason == reason).map_or(now, |known| known.since);
        state.troubles.insert(what, StaffTrouble { what, reason, stopped, since });
    }

    pub(super) fn shown(&self) -> Staffing {
        let state = self.state();
        Staffing { last_taken_at: state.last_taken_at, troubles: state.troubles.values().cloned().collect() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_trouble_stays_until_the_same_works_again() {
        let (health, at) = (StaffHealth::default(), |seconds| DateTime::from_timestamp(seconds, 0).unwrap());
        let error = SendError::Retry { after: None, reason: "a permission is missing".into() };
        health.failed(StaffWork::Posts, &error, at(1));
        health.failed(StaffWork::Posts, &error, at(2));
        health.failed(StaffWork::Posts, &SendError::Limited { after: Duration::from_secs(1), reason: "slower".into() }, at(3));
        health.failed(StaffWork::Commands, &SendError::ChannelStopped { reason: "no such channel".into() }, at(4));
        health.went(StaffWork::Commands, at(5));
        let expected = StaffTrouble { what: StaffWork::Posts, reason: "a permission is missing".into(), stopped: false, since: at(1) };
        assert_eq!(health.shown(), Staffing { last_taken_at: Some(at(5)), troubles: vec![expected] });
        health.failed(StaffWork::Posts, &SendError::ChannelStopped { reason: "no such channel".into() }, at(6));
        assert!(matches!(&health.shown().troubles[..], [trouble] if trouble.stopped && trouble.since == at(6)));
        health.went(StaffWork::Posts, at(7));
        assert!(health.shown().troubles.is_empty());
    }
}
