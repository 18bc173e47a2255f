//! The pace of a whole channel: who comes too early is told when to come back, and holds nothing meanwhile.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

/// A turn that was given and not taken for this long is given anew: the channel was stopped meanwhile.
const KEPT: TimeDelta = TimeDelta::seconds(2);
/// Sends of a quiet channel that may go at once: those of this time.
const BURST: TimeDelta = TimeDelta::seconds(1);

/// Gives turns, so many a second.
pub(super) struct Pace {
    gap: TimeDelta,
    turns: Mutex<Turns>,
}

#[derive(Default)]
struct Turns {
    /// The turn after the last one that was given.
    next: DateTime<Utc>,
    /// Turns that lie ahead, by the number of their send.
    given: HashMap<i64, DateTime<Utc>>,
}

impl Pace {
    pub(super) fn new(per_second: NonZeroU32) -> Self {
        Self { gap: TimeDelta::microseconds(1_000_000 / i64::from(per_second.get())), turns: Mutex::default() }
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When a send may go; none: now.
    pub(super) fn turn(&self, send: i64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut turns = self.turns();
        match turns.given.get(&send) {
            Some(at) if *at > now && *at - now < BURST + self.gap * ahead(&turns) => return Some(*at),
            Some(at) if now - *at < KEPT && *at <= now => {
                turns.given.remove(&send);
                return None;
            }
            _ => {}
        }
        turns.given.remove(&send);
        let at = self.next(&mut turns, now);
        if at <= now {
            return None;
        }
        turns.given.insert(send, at);
        Some(at)
    }

    /// Whether there is a turn at once; if so, it is taken.
    pub(super) fn now(&self, now: DateTime<Utc>) -> bool {
        let mut turns = self.turns();
        let is_free = turns.given.is_empty() && turns.next + self.gap - BURST <= now;
        if is_free {
            self.next(&mut turns, now);
        }
        is_free
    }

    /// The send does not go after all.
    pub(super) fn forget(&self, send: i64) {
        self.turns().given.remove(&send);
    }

    fn next(&self, turns: &mut Turns, now: DateTime<Utc>) -> DateTime<Utc> {
        // Where the clock was turned back, nobody waits for what it showed before.
        let latest = now + BURST + self.gap * ahead(turns);
        let from = turns.next.max(now).min(latest);
        turns.next = from + self.gap;
        from + self.gap - BURST
    }
}

/// One more than the turns that lie ahead.
fn ahead(turns: &Turns) -> i32 {
    i32::try_from(turns.given.len()).unwrap_or(i32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const AT: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();

    fn pace() -> Pace {
        Pace::new(NonZeroU32::new(10).unwrap())
    }

    fn later(milliseconds: i64) -> DateTime<Utc> {
        AT + TimeDelta::milliseconds(milliseconds)
    }

    #[test]
    fn a_quiet_channel_takes_a_few_at_once_and_then_its_pace() {
        let pace = pace();
        assert!((0..10).all(|send| pace.turn(send, AT).is_none()));
        assert!(!pace.now(AT));
        for (send, at) in [(10, 100), (11, 200), (12, 300)] {
            assert_eq!(pace.turn(send, AT), Some(later(at)));
        }
        assert_eq!(pace.turn(11, later(50)), Some(later(200)), "who asks again keeps the turn");
        assert_eq!(pace.turn(10, later(100)), None);
        assert_eq!(pace.turn(11, later(230)), None);
        pace.forget(12);
        assert_eq!(pace.turn(13, later(230)), Some(later(400)));
        assert!(!pace.now(later(390)), "nobody overtakes who waits");
        assert_eq!(pace.turn(13, later(400)), None);
        assert!(pace.now(later(60_000)));
    }

    #[test]
    fn turns_that_nobody_took_are_given_anew() {
        let pace = pace();
        for send in 0..40 {
            pace.turn(send, AT);
        }
        // The channel was stopped for an hour.
        let free = (10..40).filter(|send| pace.turn(*send, later(3_600_000)).is_none()).count();
        assert_eq!(free, 10, "not all at once");
    }

    #[test]
    fn a_clock_that_is_turned_back_holds_up_nobody() {
        let pace = pace();
        assert_eq!(pace.turn(1, later(3_600_000)), None);
        let at = (2..20).filter_map(|send| pace.turn(send, AT)).max();
        assert!(at.is_none_or(|at| at < later(5_000)), "{at:?}");
    }
}
