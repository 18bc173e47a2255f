//! Which files are to be fetched, and by how many at once.

use std::{
    collections::{HashSet, VecDeque},
    sync::{MutexGuard, PoisonError},
};

use bellhop_domain::id::MessageId;

use super::{Attachments, Key};

/// Files that are fetched at once.
const RUNNERS: usize = 8;
/// Files that are remembered; of more the database knows.
const MOST: usize = 10_000;
/// Files from which on no more are read from the database.
const BUSY: usize = 1_000;

/// A file that is to be fetched.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) message: MessageId,
    pub(super) position: usize,
    pub(super) url: String,
    pub(super) name: String,
    pub(super) lane: String,
    /// Tries that failed.
    pub(super) tries: usize,
}

impl Job {
    fn key(&self) -> Key {
        (self.message, self.position)
    }
}

/// What is next for a runner.
pub(super) enum Next {
    Fetch(Job),
    /// There were more than could be remembered: the database knows them.
    LookAgain,
    /// The runner ends.
    Nothing,
}

/// Files that wait, are being fetched, or pause after a failure.
#[derive(Default)]
pub(super) struct Queue {
    waiting: VecDeque<Job>,
    in_hand: HashSet<Key>,
    runners: usize,
    missed: bool,
}

impl Queue {
    /// New files; answers how many runners are to be started.
    pub(super) fn add(&mut self, jobs: Vec<Job>) -> usize {
        let before = self.waiting.len();
        for job in jobs {
            if self.in_hand.len() >= MOST {
                self.missed = true;
                break;
            }
            if self.in_hand.insert(job.key()) {
                self.waiting.push_back(job);
            }
        }
        self.wanted(self.waiting.len() - before)
    }

    /// A file whose pause is over; answers how many runners are to be started.
    pub(super) fn again(&mut self, job: Job) -> usize {
        self.waiting.push_back(job);
        self.wanted(1)
    }

    /// For what waited already, runners were started.
    fn wanted(&mut self, added: usize) -> usize {
        let wanted = added.min(RUNNERS.saturating_sub(self.runners));
        self.runners += wanted;
        wanted
    }

    pub(super) fn next(&mut self) -> Next {
        if let Some(job) = self.waiting.pop_front() {
            return Next::Fetch(job);
        }
        if self.missed && self.in_hand.is_empty() {
            self.missed = false;
            return Next::LookAgain;
        }
        self.runners = self.runners.saturating_sub(1);
        Next::Nothing
    }

    /// What became of the file is written down.
    pub(super) fn finish(&mut self, job: &Job) {
        self.in_hand.remove(&job.key());
    }

    /// There is enough to do for now.
    pub(super) fn is_busy(&self) -> bool {
        self.in_hand.len() >= BUSY
    }
}

impl Attachments {
    pub(super) fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use uuid::Uuid;

    fn job(number: u128) -> Job {
        let message = MessageId(Uuid::from_u128(number));
        Job { message, position: 0, url: String::new(), name: String::new(), lane: String::new(), tries: 0 }
    }

    #[test]
    fn a_file_is_in_hand_once_until_it_is_finished() {
        let mut queue = Queue::default();
        assert_eq!(queue.add(vec![job(1), job(1)]), 1);
        assert_eq!(queue.add(vec![job(1)]), 0);
        let Next::Fetch(first) = queue.next() else { panic!("a file waits") };
        assert!(matches!(queue.next(), Next::Nothing));
        assert_eq!(queue.again(first.clone()), 1, "the runner had ended");
        assert!(matches!(queue.next(), Next::Fetch(_)));
        queue.finish(&first);
        assert!(matches!(queue.next(), Next::Nothing));
        assert_eq!(queue.add(vec![job(1)]), 1, "it may come again");
    }

    #[test]
    fn runners_are_few_however_many_files_come() {
        let mut queue = Queue::default();
        assert_eq!(queue.add((0..100).map(job).collect()), RUNNERS);
        assert_eq!(queue.add((100..200).map(job).collect()), 0);
    }

    #[test]
    fn what_cannot_be_remembered_is_looked_for_later() {
        let mut queue = Queue::default();
        queue.add((0..MOST as u128 + 5).map(job).collect());
        assert!(queue.is_busy());
        let mut fetched = 0;
        while let Next::Fetch(job) = queue.next() {
            queue.finish(&job);
            fetched += 1;
        }
        assert_eq!(fetched, MOST);
        // The call that ended the loop was the one that is told to look again.
        assert!(!queue.missed);
        assert!(matches!(queue.next(), Next::Nothing));
    }
}
