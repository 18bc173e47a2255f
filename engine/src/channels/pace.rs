//! The pace of a whole channel: who comes too early is told when to come back, and holds nothing meanwhile.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// A turn that was given and not taken for this long is given anew: the channel was stopped meanwhile.
const KEPT: Duration = Duration::from_secs(2);

/// Gives turns, so many a second and evenly, so that no second has more. It counts in time that nobody can turn: a clock that jumps to and fro would let more through.
pub(super) struct Pace {
    gap: Duration,
    turns: Mutex<Turns>,
}

#[derive(Default)]
struct Turns {
    /// From when on the next turn is free.
    free: Option<Instant>,
    /// Turns that lie ahead, by the number of their send.
    given: HashMap<i64, Instant>,
}

impl Pace {
    pub(super) fn new(per_second: NonZeroU32) -> Self {
        Self { gap: Duration::from_secs(1) / per_second.get(), turns: Mutex::default() }
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long a send has to wait; none: it goes now.
    pub(super) fn turn(&self, send: i64, now: Instant) -> Option<Duration> {
        let mut turns = self.turns();
        match turns.given.get(&send).copied() {
            Some(at) if at > now => return Some(at - now),
            Some(at) => {
                turns.given.remove(&send);
                if now - at < KEPT {
                    return None;
                }
            }
            None => {}
        }
        let wait = self.next(&mut turns, now);
        if wait.is_zero() {
            return None;
        }
        turns.given.insert(send, now + wait);
        Some(wait)
    }

    /// Whether there is a turn at once; if so, it is taken.
    pub(super) fn now(&self, now: Instant) -> bool {
        let mut turns = self.turns();
        let is_free = turns.given.is_empty() && turns.free.is_none_or(|free| free <= now);
        if is_free {
            self.next(&mut turns, now);
        }
        is_free
    }

    /// The send does not go after all.
    pub(super) fn forget(&self, send: i64) {
        self.turns().given.remove(&send);
    }

    /// Gives one turn; answers how far ahead it lies.
    fn next(&self, turns: &mut Turns, now: Instant) -> Duration {
        let at = turns.free.map_or(now, |free| free.max(now));
        turns.free = Some(at + self.gap);
        at - now
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::{cmp::Reverse, collections::BinaryHeap};

    use super::*;

    fn pace() -> Pace {
        Pace::new(NonZeroU32::new(10).unwrap())
    }

    fn waits(milliseconds: u64) -> Option<Duration> {
        Some(Duration::from_millis(milliseconds))
    }

    #[test]
    fn a_quiet_channel_takes_one_at_once_and_then_its_pace() {
        let (pace, begin) = (pace(), Instant::now());
        let later = |milliseconds| begin + Duration::from_millis(milliseconds);
        assert_eq!(pace.turn(9, begin), None);
        assert!(!pace.now(begin));
        for (send, wait) in [(10, 100), (11, 200), (12, 300)] {
            assert_eq!(pace.turn(send, begin), waits(wait));
        }
        assert_eq!(pace.turn(11, later(50)), waits(150), "who asks again keeps the turn");
        assert_eq!(pace.turn(10, later(100)), None);
        assert_eq!(pace.turn(11, later(230)), None);
        pace.forget(12);
        assert_eq!(pace.turn(13, later(230)), waits(170));
        assert!(!pace.now(later(390)), "nobody overtakes who waits");
        assert_eq!(pace.turn(13, later(400)), None);
        assert!(pace.now(later(60_000)));
    }

    #[test]
    fn turns_that_nobody_took_are_given_anew() {
        let (pace, begin) = (pace(), Instant::now());
        for send in 0..40 {
            pace.turn(send, begin);
        }
        // The channel was stopped for an hour.
        let free = (10..40).filter(|send| pace.turn(*send, begin + Duration::from_secs(3600)).is_none()).count();
        assert_eq!(free, 1, "not all at once");
    }

    /// As the outbox asks: many threads, each with one send at a time, which comes back when it is told to, or somewhat later, or not at all.
    #[test]
    fn many_threads_that_come_and_go_keep_the_pace_and_nobody_is_forgotten() {
        const THREADS: i64 = 150;
        const PER_SECOND: u64 = 100;
        let (pace, begin) = (Pace::new(NonZeroU32::new(PER_SECOND as u32).unwrap()), Instant::now());
        // Hundredths of milliseconds, from a small generator of our own, so that a failure comes back.
        let mut state = 7_u64;
        let mut some = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            Duration::from_micros((state >> 33) % below)
        };
        let mut waiting: BinaryHeap<Reverse<(Instant, i64)>> = (0..THREADS).map(|send| Reverse((begin, send))).collect();
        let (mut fresh, mut gone, mut longest) = (THREADS, Vec::new(), Duration::ZERO);
        while gone.len() < 3_000
            && let Some(Reverse((now, send))) = waiting.pop()
        {
            let next = match pace.turn(send, now) {
                // One of a hundred is taken back while it waits.
                Some(_) if send % 100 == 99 => {
                    pace.forget(send);
                    fresh += 1;
                    (now + some(5_000), fresh - 1)
                }
                Some(wait) => {
                    longest = longest.max(wait);
                    (now + wait + some(9_000), send)
                }
                None => {
                    gone.push(now);
                    fresh += 1;
                    (now + some(20_000), fresh - 1)
                }
            };
            waiting.push(Reverse(next));
        }
        for (first, from) in gone.iter().enumerate() {
            let within = gone.iter().skip(first).take_while(|at| **at - *from < Duration::from_secs(1)).count() as u64;
            // Whoever wakes up late comes nearer to the next.
            assert!(within <= PER_SECOND + 2, "{within} within a second");
        }
        let took = *gone.last().unwrap() - begin;
        assert!(took < Duration::from_secs(31), "the pace is used: {took:?}");
        assert!(longest < Duration::from_secs(3), "{longest:?}");
    }
}
