//! The loop guard: programs that answer programs are stopped, people are not.
//!
//! At most three automatic replies go to the same words within ten seconds, to the same longer words one after the other, and in all to
//! a sender that the platform marks as a program; what the bot said itself is not answered at all.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::intent::normalise;

/// Automatic replies that go where a loop is possible.
const LIMIT: usize = 3;
/// Own messages that are recognised when they come back.
const OWN_KEPT: usize = 8;
/// Replies within the window that are remembered.
const REPLIES_KEPT: usize = 16;
/// Shorter words ("1", "hello?") may be repeated as often as one likes, if not quickly.
const LONG_WORDS: usize = 12;
/// Shorter first lines are no proof that a message is our own.
const LONG_LINE: usize = 16;

fn window() -> TimeDelta {
    TimeDelta::seconds(10)
}

/// What the bot said lately and to what, as fingerprints only; of bounded size.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LoopGuard {
    /// Replies of the last seconds.
    replies: Vec<Reply>,
    /// The words that were answered last, and how many times in a row.
    streak: Option<Streak>,
    /// First lines of the bot's own last messages.
    own: Vec<u64>,
    /// Replies to a sender that is marked as a program.
    to_programs: u8,
    /// Replies are being held back, and it has been noted.
    stopped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Reply {
    words: u64,
    at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Streak {
    words: u64,
    times: u8,
}

/// Why a reply is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loop {
    /// The same words over and over.
    SameWords,
    /// The bot's own words.
    Echo,
    /// The sender is a program and has had its replies.
    Program,
}

impl Loop {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::SameWords => "same_words",
            Self::Echo => "echo",
            Self::Program => "program",
        }
    }
}

impl LoopGuard {
    /// Why no reply may go to `text` now, if so.
    pub(super) fn objection(&self, text: &str, is_program: bool, now: DateTime<Utc>) -> Option<Loop> {
        let words = fingerprint(&normalise(text));
        let recent = self.replies.iter().filter(|reply| reply.words == words && now - reply.at < window()).count();
        let in_a_row = self.streak.filter(|streak| streak.words == words).map_or(0, |streak| usize::from(streak.times));
        if first_line(text).is_some_and(|line| self.own.contains(&line)) {
            Some(Loop::Echo)
        } else if is_program && usize::from(self.to_programs) >= LIMIT {
            Some(Loop::Program)
        } else if recent >= LIMIT || in_a_row >= LIMIT {
            Some(Loop::SameWords)
        } else {
            None
        }
    }

    /// Notes that a reply is held back; answers whether that is news.
    pub(super) fn stop(&mut self) -> bool {
        !std::mem::replace(&mut self.stopped, true)
    }

    /// Notes that `text` gets a reply.
    pub(super) fn replied_to(&mut self, text: &str, is_program: bool, now: DateTime<Utc>) {
        let normalised = normalise(text);
        let words = fingerprint(&normalised);
        self.stopped = false;
        self.replies.retain(|reply| now - reply.at < window());
        if self.replies.len() >= REPLIES_KEPT {
            self.replies.remove(0);
        }
        self.replies.push(Reply { words, at: now });
        let is_long = weight(&normalised) >= LONG_WORDS;
        self.streak = match self.streak {
            Some(streak) if streak.words == words => Some(Streak { words, times: streak.times.saturating_add(1) }),
            _ => is_long.then_some(Streak { words, times: 1 }),
        };
        if is_program {
            self.to_programs = self.to_programs.saturating_add(1);
        }
    }

    /// Notes what the bot says.
    pub(super) fn said(&mut self, text: &str) {
        let Some(line) = first_line(text) else { return };
        self.own.retain(|known| *known != line);
        if self.own.len() >= OWN_KEPT {
            self.own.remove(0);
        }
        self.own.push(line);
    }
}

/// The fingerprint of the first line, if it is long enough to tell: platforms add button labels as further lines.
fn first_line(text: &str) -> Option<u64> {
    let line = text.lines().map(normalise).find(|line| !line.is_empty())?;
    (weight(&line) >= LONG_LINE).then(|| fingerprint(&line))
}

/// Length, counting letters of scripts without spaces twice.
fn weight(text: &str) -> usize {
    text.chars().map(|c| if crate::intent::is_cjk(c) { 2 } else { 1 }).sum()
}

/// FNV-1a, 64 bits: the same on every node and in every release, as it is stored.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    /// Each case: seconds, text, from a program; counts the replies.
    fn replies(messages: &[(i64, &str, bool)]) -> usize {
        let mut guard = LoopGuard::default();
        messages
            .iter()
            .filter(|(seconds, text, is_program)| {
                let free = guard.objection(text, *is_program, at(*seconds)).is_none();
                if free {
                    guard.replied_to(text, *is_program, at(*seconds));
                }
                free
            })
            .count()
    }

    #[test]
    fn loops_end_after_three_replies_and_people_are_answered() {
        for (name, expected, messages) in [
            ("the same words quickly", 3, vec![(0, "ping", false), (1, "PING", false), (2, "ping!", false), (3, "ping", false), (4, "ping", false)]),
            ("the same words after a while", 4, vec![(0, "ping", false), (1, "ping", false), (2, "ping", false), (30, "ping", false)]),
            (
                "an absence notice, slowly",
                3,
                vec![
                    (0, "I am out of office.", false),
                    (60, "I am out of office.", false),
                    (120, "I am out of office.", false),
                    (180, "I am out of office.", false),
                ],
            ),
            (
                "four questions in a second",
                4,
                vec![
                    (0, "where are you", false),
                    (0, "when are you open", false),
                    (0, "do you ship to Norway", false),
                    (0, "what does it cost", false),
                ],
            ),
            ("a program with ever new words", 3, vec![(0, "a", true), (100, "b", true), (200, "c", true), (300, "d", true), (4000, "e", true)]),
        ] {
            assert_eq!(replies(&messages), expected, "{name}");
        }
    }

    #[test]
    fn the_bots_own_words_are_recognised_with_buttons_below_them() {
        let mut guard = LoopGuard::default();
        guard.said("We ship within two days.\n\nRead more: https://shop.example/a/1");
        assert_eq!(
            guard.objection("We ship within two days.\n\nRead more: https://shop.example/a/1\n1. This helped", false, at(0)),
            Some(Loop::Echo)
        );
        assert_eq!(guard.objection("Do you ship within two days?", false, at(0)), None);
        guard.said("Sure.");
        assert_eq!(guard.objection("sure", false, at(0)), None, "short words prove nothing");
    }

    #[test]
    fn the_guard_stays_small() {
        let mut guard = LoopGuard::default();
        for number in 0..1000 {
            guard.replied_to(&format!("question {number}"), true, at(0));
            guard.said(&format!("a long enough answer {number}"));
        }
        assert!(guard.replies.len() <= REPLIES_KEPT && guard.own.len() <= OWN_KEPT);
    }
}
