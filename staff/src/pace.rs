//! How many calls a staff chat takes, and who comes first when there are more.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

/// What a call is for, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Urgency {
    /// An answer to an agent.
    Answer,
    /// Something new that somebody has to read.
    News,
    /// Somebody is needed.
    Call,
    /// A conversation's topic with what was said so far.
    Opening,
    /// What was said looks different now.
    Follow,
    /// A card is not up to date.
    Card,
    /// Titles, pins, putting away.
    Tidy,
}

/// The time over which platforms count, and a little more for the time that calls are under way.
const WINDOW: TimeDelta = TimeDelta::seconds(61);

/// Counts the calls of the last minute.
pub(crate) struct Pace {
    limit: Option<usize>,
    calls: VecDeque<DateTime<Utc>>,
}

impl Pace {
    /// At most so many calls in any minute.
    pub(crate) fn new(calls_per_minute: Option<u32>) -> Self {
        Self { limit: calls_per_minute.map(|limit| (limit as usize).max(1)), calls: VecDeque::new() }
    }

    /// From when on a call may be made: now, or a time to come. What is less urgent leaves room for what may come.
    pub(crate) fn turn(&mut self, urgency: Urgency, now: DateTime<Utc>) -> DateTime<Utc> {
        let Some(limit) = self.limit else { return now };
        // A clock that was turned back leaves calls in the future: they would block for too long.
        self.calls.retain(|at| *at <= now && now - *at < WINDOW);
        let reserve = match urgency {
            Urgency::Answer => 0,
            Urgency::News => limit / 10,
            _ => limit / 4,
        };
        let may = (limit - reserve).max(1);
        let Some(oldest) = self.calls.len().checked_sub(may) else { return now };
        self.calls.get(oldest).map_or(now, |at| *at + WINDOW)
    }

    /// A call is made.
    pub(crate) fn note(&mut self, now: DateTime<Utc>) {
        if self.limit.is_some() {
            self.calls.push_back(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn no_minute_has_more_calls_than_the_limit() {
        let mut pace = Pace::new(Some(20));
        let mut calls = Vec::new();
        for second in 0..600 {
            for urgency in [Urgency::Card, Urgency::News, Urgency::Answer] {
                while pace.turn(urgency, at(second)) <= at(second) {
                    pace.note(at(second));
                    calls.push(second);
                }
            }
        }
        for start in 0..600 {
            assert!(calls.iter().filter(|second| (start..start + 60).contains(*second)).count() <= 20);
        }
        assert!(calls.len() >= 190, "{}", calls.len());
    }

    #[test]
    fn what_can_wait_leaves_room_for_answers() {
        let mut pace = Pace::new(Some(20));
        while pace.turn(Urgency::Card, at(0)) <= at(0) {
            pace.note(at(0));
        }
        assert_eq!(pace.calls.len(), 15);
        assert_eq!(pace.turn(Urgency::Tidy, at(1)), at(61));
        assert_eq!(pace.turn(Urgency::News, at(1)), at(1));
        assert_eq!(pace.turn(Urgency::Answer, at(1)), at(1));
    }

    #[test]
    fn a_clock_that_is_turned_back_blocks_nothing() {
        let mut pace = Pace::new(Some(1));
        pace.note(at(1_000_000));
        assert_eq!(pace.turn(Urgency::Answer, at(5)), at(5));
    }

    #[test]
    fn without_a_limit_nothing_waits() {
        let mut pace = Pace::new(None);
        (0..1000).for_each(|_| pace.note(at(0)));
        assert_eq!(pace.turn(Urgency::Tidy, at(0)), at(0));
    }
}
