//! Which messages were sent, accepted and answered: a fast run that loses or doubles one counts for nothing.

use std::time::Duration;

use tokio::{sync::oneshot, time::Instant};

/// Everything about the messages of a run, by their number.
#[derive(Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    /// Deliveries that reply to nothing we know.
    strays: u64,
}

/// One message.
struct Entry {
    intended: Instant,
    accepted: bool,
    first_reply: Option<Instant>,
    replies: u32,
    waiting: Option<oneshot::Sender<Reply>>,
}

/// What the sender of a message is told of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reply {
    /// How many buttons came with it.
    pub(crate) buttons: usize,
}

/// What is wrong with a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Audit {
    /// Messages that were acknowledged.
    pub(crate) accepted: u64,
    /// Acknowledged and never answered.
    pub(crate) lost: u64,
    /// Answered more than once.
    pub(crate) doubled: u64,
    /// Replies to nothing that was sent.
    pub(crate) strays: u64,
}

impl Ledger {
    /// Writes a message down before it is sent; answers its number and where its answer will be told.
    pub(crate) fn intend(&mut self, at: Instant) -> (u64, oneshot::Receiver<Reply>) {
        let (waiting, answer) = oneshot::channel();
        self.entries.push(Entry { intended: at, accepted: false, first_reply: None, replies: 0, waiting: Some(waiting) });
        (self.entries.len() as u64 - 1, answer)
    }

    /// The message was acknowledged.
    pub(crate) fn accepted(&mut self, number: u64) {
        if let Some(entry) = self.entry(number) {
            entry.accepted = true;
        }
    }

    /// A reply came; `number` is none when it replies to nothing of this run.
    pub(crate) fn replied(&mut self, number: Option<u64>, reply: Reply, at: Instant) {
        let Some(entry) = number.and_then(|number| self.entry(number)) else {
            self.strays += 1;
            return;
        };
        entry.replies += 1;
        entry.first_reply.get_or_insert(at);
        if let Some(waiting) = entry.waiting.take() {
            let _nobody_waits_for_it = waiting.send(reply);
        }
    }

    fn entry(&mut self, number: u64) -> Option<&mut Entry> {
        self.entries.get_mut(usize::try_from(number).ok()?)
    }

    /// How many messages were answered so far.
    pub(crate) fn answered(&self) -> u64 {
        self.entries.iter().filter(|entry| entry.replies > 0).count() as u64
    }

    /// Whether an acknowledged message still has no answer.
    pub(crate) fn is_waiting(&self) -> bool {
        self.entries.iter().any(|entry| entry.accepted && entry.replies == 0)
    }

    /// From the intended time to the answer, of messages intended in `from..to`.
    pub(crate) fn times(&self, from: Instant, to: Instant) -> impl Iterator<Item = Duration> + '_ {
        self.entries
            .iter()
            .filter(move |entry| (from..to).contains(&entry.intended))
            .filter_map(|entry| Some(entry.first_reply?.saturating_duration_since(entry.intended)))
    }

    /// Compares what was acknowledged with what came back.
    pub(crate) fn audit(&self) -> Audit {
        let count = |what: fn(&Entry) -> bool| self.entries.iter().filter(|entry| what(entry)).count() as u64;
        Audit {
            accepted: count(|entry| entry.accepted),
            lost: count(|entry| entry.accepted && entry.replies == 0),
            doubled: count(|entry| entry.replies > 1),
            strays: self.strays,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const REPLY: Reply = Reply { buttons: 3 };

    #[test]
    fn lost_and_doubled_messages_are_found() {
        let mut ledger = Ledger::default();
        let now = Instant::now();
        let numbers: Vec<u64> = (0..4).map(|_| ledger.intend(now).0).collect();
        for number in numbers.iter().take(3) {
            ledger.accepted(*number);
        }
        ledger.replied(Some(0), REPLY, now);
        ledger.replied(Some(1), REPLY, now);
        ledger.replied(Some(1), REPLY, now);
        ledger.replied(None, REPLY, now);
        ledger.replied(Some(99), REPLY, now);
        assert!(ledger.is_waiting());
        assert_eq!(ledger.audit(), Audit { accepted: 3, lost: 1, doubled: 1, strays: 2 });
        ledger.replied(Some(2), REPLY, now);
        assert!(!ledger.is_waiting(), "what was refused is not waited for");
        assert_eq!(ledger.answered(), 3);
    }

    #[test]
    fn time_runs_from_when_a_message_was_due() {
        let mut ledger = Ledger::default();
        let begin = Instant::now();
        for second in 0..3 {
            let due = begin + Duration::from_secs(second);
            let (number, mut answer) = ledger.intend(due);
            ledger.replied(Some(number), REPLY, due + Duration::from_millis(100 + second));
            assert_eq!(answer.try_recv().unwrap(), REPLY);
        }
        let after_warm_up: Vec<_> = ledger.times(begin + Duration::from_secs(1), begin + Duration::from_secs(2)).collect();
        assert_eq!(after_warm_up, [Duration::from_millis(101)]);
    }
}
