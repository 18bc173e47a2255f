//! What went through a channel.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};

use super::health::{Failure, Hour};

/// The last hour is counted in parts of this length.
const PART: TimeDelta = TimeDelta::minutes(5);

/// What went through a channel since the start of the program.
#[derive(Debug, Default)]
pub struct Traffic {
    /// Events accepted.
    pub received: AtomicU64,
    /// Messages that the platform took.
    pub sent: AtomicU64,
    /// Sends that failed, tries included.
    pub errors: AtomicU64,
    last_received: AtomicI64,
    last_sent: AtomicI64,
    last_failure: Mutex<Option<Failure>>,
    /// Parts of the last hour, each with its beginning, the newest last.
    hour: Mutex<VecDeque<(DateTime<Utc>, Hour)>>,
}

impl Traffic {
    pub(crate) fn note_received(&self, at: DateTime<Utc>) {
        self.received.fetch_add(1, Ordering::Relaxed);
        self.last_received.store(at.timestamp_micros(), Ordering::Relaxed);
    }

    pub(crate) fn note_sent(&self, at: DateTime<Utc>) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.last_sent.store(at.timestamp_micros(), Ordering::Relaxed);
        self.count(at, |hour| hour.sent += 1);
    }

    pub(crate) fn note_error(&self, reason: String, at: DateTime<Utc>) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        *locked(&self.last_failure) = Some(Failure { reason, at });
        self.count(at, |hour| hour.errors += 1);
    }

    /// What is known of the times before the start.
    pub(crate) fn recall(&self, received: Option<DateTime<Utc>>, sent: Option<DateTime<Utc>>) {
        for (place, at) in [(&self.last_received, received), (&self.last_sent, sent)] {
            place.fetch_max(at.map_or(0, |at| at.timestamp_micros()), Ordering::Relaxed);
        }
    }

    fn count(&self, at: DateTime<Utc>, count: impl FnOnce(&mut Hour)) {
        let mut hour = locked(&self.hour);
        // Behind a clock that was turned back a new part begins, too.
        if hour.back().is_none_or(|(begin, _)| (at - *begin).abs() >= PART) {
            hour.push_back((at, Hour::default()));
        }
        while hour.front().is_some_and(|(begin, _)| (at - *begin).abs() > TimeDelta::hours(1)) {
            hour.pop_front();
        }
        if let Some((_, part)) = hour.back_mut() {
            count(part);
        }
    }

    /// When the last event came in.
    pub fn last_received(&self) -> Option<DateTime<Utc>> {
        time_of(&self.last_received)
    }

    /// When the platform took the last message.
    pub fn last_sent(&self) -> Option<DateTime<Utc>> {
        time_of(&self.last_sent)
    }

    /// What went wrong last with a send.
    pub fn last_failure(&self) -> Option<Failure> {
        locked(&self.last_failure).clone()
    }

    /// What became of sends within the last hour.
    pub fn last_hour(&self, now: DateTime<Utc>) -> Hour {
        let mut all = Hour::default();
        for (_, part) in locked(&self.hour).iter().filter(|(begin, _)| (now - *begin).abs() <= TimeDelta::hours(1)) {
            all.sent += part.sent;
            all.errors += part.errors;
        }
        all
    }
}

/// A time in microseconds; none where there is none.
pub(super) fn time_of(micros: &AtomicI64) -> Option<DateTime<Utc>> {
    match micros.load(Ordering::Relaxed) {
        0 => None,
        micros => DateTime::from_timestamp_micros(micros),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_last_hour_forgets_what_is_older() {
        let (traffic, at) = (Traffic::default(), |minutes: i64| DateTime::from_timestamp(minutes * 60, 0).unwrap());
        for minute in 0..120 {
            traffic.note_sent(at(minute));
            if minute % 10 == 0 {
                traffic.note_error(format!("at {minute}"), at(minute));
            }
        }
        let hour = traffic.last_hour(at(119));
        assert!((60..=65).contains(&hour.sent) && (6..=7).contains(&hour.errors), "{hour:?}");
        assert_eq!(traffic.last_failure(), Some(Failure { reason: "at 110".into(), at: at(110) }));
        assert_eq!(traffic.last_hour(at(300)), Hour::default());
        assert!(locked(&traffic.hour).len() <= 13, "it does not grow");
    }

    #[test]
    fn what_was_before_the_start_is_older_than_what_is_now() {
        let (traffic, at) = (Traffic::default(), |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap());
        traffic.recall(Some(at(5)), None);
        assert_eq!((traffic.last_received(), traffic.last_sent()), (Some(at(5)), None));
        traffic.note_received(at(9));
        traffic.recall(Some(at(5)), Some(at(6)));
        assert_eq!((traffic.last_received(), traffic.last_sent()), (Some(at(9)), Some(at(6))));
    }
}
