//! How fast the bot sends, and what Telegram thinks of it.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Messages at once to one person, before a second has to pass for each.
const PRIVATE_BURST: usize = 5;

/// Messages a minute to a group.
const GROUP_PER_MINUTE: usize = 20;

/// Messages a second to all chats together.
const ALL_PER_SECOND: usize = 30;

/// Who was written to when.
#[derive(Default)]
pub(crate) struct Pace {
    /// Calls that are too fast are refused.
    pub strict: bool,
    sent: BTreeMap<i64, Vec<Instant>>,
    all: Vec<Instant>,
    /// Whatever changed something in the group.
    group: Vec<Instant>,
}

/// The busiest moments so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Busiest {
    /// Most messages within a second to one private chat.
    pub private_per_second: usize,
    /// Most messages within a minute to the group.
    pub group_per_minute: usize,
    /// Most calls within a minute that changed anything in the group: messages, edits, pins, topics. Telegram counts some of them too, and says not which.
    pub group_calls_per_minute: usize,
    /// Most messages within a second to all chats.
    pub all_per_second: usize,
}

impl Pace {
    /// Counts messages to a chat, or says how many seconds to wait.
    pub fn send(&mut self, chat: i64, count: usize, now: Instant) -> Result<(), u32> {
        let sent = self.sent.entry(chat).or_default();
        if self.strict {
            let wait = if chat < 0 {
                wait_for(sent, GROUP_PER_MINUTE, Duration::from_secs(60), count, now)
            } else {
                // Five at once, and then one a second: no more than five within five seconds.
                wait_for(sent, PRIVATE_BURST, Duration::from_secs(PRIVATE_BURST as u64), count, now)
            };
            let wait = wait.max(wait_for(&self.all, ALL_PER_SECOND, Duration::from_secs(1), count, now));
            if wait > Duration::ZERO {
                return Err(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX) + 1);
            }
        }
        sent.extend(std::iter::repeat_n(now, count));
        self.all.extend(std::iter::repeat_n(now, count));
        Ok(())
    }

    /// Counts a call that changed something in the group.
    pub fn act_in_group(&mut self, now: Instant) {
        self.group.push(now);
    }

    /// The busiest moments so far.
    pub fn busiest(&self) -> Busiest {
        let most = |private: bool, window: u64| {
            let chats = self.sent.iter().filter(|(chat, _)| (**chat > 0) == private);
            chats.map(|(_, sent)| densest(sent, Duration::from_secs(window))).max().unwrap_or(0)
        };
        Busiest {
            private_per_second: most(true, 1),
            group_per_minute: most(false, 60),
            group_calls_per_minute: densest(&self.group, Duration::from_secs(60)),
            all_per_second: densest(&self.all, Duration::from_secs(1)),
        }
    }
}

/// How long until `count` more fit into a window that holds `limit`; more than a whole window may hold always fit into an empty one.
fn wait_for(sent: &[Instant], limit: usize, window: Duration, count: usize, now: Instant) -> Duration {
    let recent: Vec<Instant> = sent.iter().copied().filter(|then| now.duration_since(*then) < window).collect();
    let over = (recent.len() + count).saturating_sub(limit).min(recent.len());
    match over.checked_sub(1).and_then(|index| recent.get(index)) {
        None => Duration::ZERO,
        Some(then) => window.saturating_sub(now.duration_since(*then)),
    }
}

fn densest(sent: &[Instant], window: Duration) -> usize {
    let within = |(index, first): (usize, &Instant)| sent.iter().skip(index).take_while(|then| then.duration_since(*first) < window).count();
    sent.iter().enumerate().map(within).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_at_once_to_a_person_and_then_one_a_second() {
        let mut pace = Pace { strict: true, ..Pace::default() };
        let start = Instant::now();
        for _ in 0..5 {
            assert_eq!(pace.send(7, 1, start), Ok(()));
        }
        assert_eq!(pace.send(7, 1, start + Duration::from_millis(100)), Err(5));
        assert_eq!(pace.send(8, 1, start), Ok(()), "others are not held up");
        assert_eq!(pace.send(7, 1, start + Duration::from_secs(5)), Ok(()));
    }

    #[test]
    fn twenty_a_minute_to_a_group() {
        let mut pace = Pace { strict: true, ..Pace::default() };
        let start = Instant::now();
        for second in 0..20 {
            assert_eq!(pace.send(-7, 1, start + Duration::from_secs(second)), Ok(()));
        }
        assert_eq!(pace.send(-7, 1, start + Duration::from_secs(50)), Err(11));
        assert_eq!(pace.send(-7, 2, start + Duration::from_secs(60)), Err(2), "an album counts with all its files");
        assert_eq!(pace.send(-7, 1, start + Duration::from_secs(60)), Ok(()));
        assert_eq!(pace.busiest(), Busiest { group_per_minute: 20, all_per_second: 1, ..Busiest::default() });
    }

    #[test]
    fn thirty_a_second_to_all() {
        let mut pace = Pace { strict: true, ..Pace::default() };
        let start = Instant::now();
        for chat in 1..=30 {
            assert_eq!(pace.send(chat, 1, start), Ok(()));
        }
        assert_eq!(pace.send(31, 1, start + Duration::from_millis(500)), Err(1));
        assert_eq!(pace.send(31, 1, start + Duration::from_secs(1)), Ok(()));
    }
}
