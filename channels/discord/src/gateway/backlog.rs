//! What was said while nobody listened: it is asked for thread by thread, and what is said meanwhile in a thread waits for its turn.

use std::collections::{HashMap, VecDeque};

use bellhop_channel::{
    Fields,
    calls::{growing, jittered},
};
use serde_json::{Value, value::RawValue};

use super::Heard;
use crate::{
    account::Account,
    api::{
        failure::{Failure, No},
        request::Request,
    },
    event::Place,
};

/// Most messages in one answer.
pub(super) const PAGE: usize = 100;

/// Threads that are asked for at the same time.
pub(super) const AT_ONCE: usize = 4;

/// Most events that wait for older ones; beyond, nothing new is taken before some have had their turn.
const MAX_HELD: usize = 4_096;

/// The threads that have to be asked for.
#[derive(Default)]
pub(super) struct Backlog {
    /// Those that nobody asks for yet, and behind which message.
    queue: VecDeque<(String, u64)>,
    /// All of them.
    open: HashMap<String, Open>,
    waiting: usize,
}

/// A thread that has to be asked for.
#[derive(Default)]
struct Open {
    is_asked: bool,
    /// A session began while it was asked for: what was said before that may be missing from the answer.
    again: bool,
    held: Vec<(Heard, Place)>,
    /// The first message that was told in the session that lasts: from there on nothing need be asked for.
    told_from: Option<u64>,
}

impl Backlog {
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn has(&self, thread: &str) -> bool {
        self.open.contains_key(thread)
    }

    /// No more can wait.
    pub(super) fn is_full(&self) -> bool {
        self.waiting >= MAX_HELD
    }

    /// Asks for a thread from behind this message, after those that are there already.
    pub(super) fn add(&mut self, thread: &str, after: u64) {
        if !self.has(thread) {
            self.open.insert(thread.to_owned(), Open::default());
            self.queue.push_back((thread.to_owned(), after));
        }
    }

    /// The same, where a session has begun: what is told in it does not follow what was told before.
    pub(super) fn renew(&mut self, thread: &str, after: u64) {
        self.add(thread, after);
        if let Some(open) = self.open.get_mut(thread) {
            (open.again, open.told_from) = (open.is_asked, None);
        }
    }

    /// Goes on with a thread before all others.
    pub(super) fn go_on(&mut self, thread: String, after: u64) {
        self.queue.push_front((thread, after));
    }

    pub(super) fn next(&mut self) -> Option<(String, u64)> {
        let (thread, after) = self.queue.pop_front()?;
        if let Some(open) = self.open.get_mut(&thread) {
            open.is_asked = true;
        }
        Some((thread, after))
    }

    /// Keeps an event until what was said before it is stored; its thread comes next. `message` is the id of a message that is told.
    pub(super) fn hold(&mut self, thread: &str, heard: Heard, place: Place, message: Option<u64>) {
        let Some(open) = self.open.get_mut(thread) else { return };
        if open.held.is_empty()
            && let Some(at) = self.queue.iter().position(|(queued, _)| queued == thread)
            && let Some(queued) = self.queue.remove(at)
        {
            self.queue.push_front(queued);
        }
        open.told_from = open.told_from.or(message);
        open.held.push((heard, place));
        self.waiting += 1;
    }

    /// Whether a message of a thread is among what waits, or comes behind it.
    pub(super) fn is_told(&self, thread: &str, message: u64) -> bool {
        self.open.get(thread).and_then(|open| open.told_from).is_some_and(|from| message >= from)
    }

    /// Whether a thread that was asked for to its end has to be asked for once more.
    pub(super) fn once_more(&mut self, thread: &str) -> bool {
        self.open.get_mut(thread).is_some_and(|open| std::mem::take(&mut open.again))
    }

    /// The thread is asked for to its end; answers what waited for that.
    pub(super) fn finish(&mut self, thread: &str) -> Vec<(Heard, Place)> {
        let held = self.open.remove(thread).unwrap_or_default().held;
        self.waiting -= held.len();
        held
    }

    /// The lowest number of a session among what waits.
    pub(super) fn lowest(&self, session: &str) -> Option<u64> {
        let held = self.open.values().flat_map(|open| &open.held);
        held.filter(|(heard, _)| &*heard.session == session).map(|(heard, _)| heard.number).min()
    }
}

/// What asking for a thread has brought.
pub(super) struct Page {
    pub(super) thread: String,
    /// Behind which message it was asked for.
    pub(super) after: u64,
    /// Messages in the order in which they were written; none where there is nothing to ask for any more.
    pub(super) messages: Option<Vec<(u64, Box<RawValue>)>>,
    pub(super) place: Place,
}

/// Asks for the messages behind one, and again until Discord has answered.
pub(super) async fn fetch(account: &Account, thread: String, after: u64, known: Option<Place>) -> Page {
    let mut failures = 0;
    loop {
        match ask(account, &thread, after, known).await {
            Ok((place, messages)) => return Page { thread, after, messages: Some(messages), place },
            Err(failure) if failure.is_out_of_reach() => return Page { thread, after, messages: None, place: Place::Elsewhere },
            Err(failure) => {
                failures += 1;
                let asked = match failure {
                    Failure::No(No { retry_after, .. }) => retry_after,
                    Failure::Unanswered(_) => None,
                };
                tokio::time::sleep(asked.unwrap_or_else(|| jittered(growing(failures)))).await;
            }
        }
    }
}

async fn ask(account: &Account, thread: &str, after: u64, known: Option<Place>) -> Result<(Place, Vec<(u64, Box<RawValue>)>), Failure> {
    let place = match known {
        Some(place) => place,
        None => account.place_of(thread).await?,
    };
    let request = Request::get(["channels", thread, "messages"]).asking("limit", PAGE).asking("after", after);
    let answer = account.api.call(request).await?;
    let raw: Vec<Box<RawValue>> = serde_json::from_str(answer.get()).map_err(|_| Failure::unreadable())?;
    let id = |message: &RawValue| -> Option<u64> {
        let message: Value = serde_json::from_str(message.get()).ok()?;
        Fields::of(&message).text("id")?.parse().ok()
    };
    let mut messages: Vec<(u64, Box<RawValue>)> = raw.into_iter().filter_map(|message| Some((id(&message)?, message))).collect();
    messages.sort_by_key(|(id, _)| *id);
    Ok((place, messages))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn heard(number: u64) -> Heard {
        Heard { session: "s".into(), number, kind: "MESSAGE_CREATE".into(), body: RawValue::NULL.to_owned() }
    }

    #[test]
    fn what_is_told_is_not_asked_for_and_comes_in_its_order() {
        let mut backlog = Backlog::default();
        for (thread, after) in [("a", 10), ("b", 20), ("a", 11)] {
            backlog.add(thread, after);
        }
        backlog.hold("b", heard(7), Place::Direct, None);
        backlog.hold("b", heard(8), Place::Direct, Some(30));
        backlog.hold("b", heard(9), Place::Direct, Some(31));
        assert_eq!(backlog.next(), Some(("b".to_owned(), 20)), "where something waits comes first");
        assert_eq!([29, 30, 31].map(|message| backlog.is_told("b", message)), [false, true, true]);
        assert_eq!((backlog.lowest("s"), backlog.lowest("other")), (Some(7), None));
        assert_eq!(backlog.finish("b").iter().map(|(heard, _)| heard.number).collect::<Vec<_>>(), [7, 8, 9]);
        assert!(backlog.waiting == 0 && !backlog.has("b") && backlog.next() == Some(("a".to_owned(), 10)) && backlog.next().is_none());
    }

    #[test]
    fn a_session_that_begins_while_a_thread_is_asked_for_asks_once_more() {
        let mut backlog = Backlog::default();
        for thread in ["asked", "queued"] {
            backlog.add(thread, 10);
        }
        backlog.next();
        backlog.hold("asked", heard(7), Place::Direct, Some(30));
        for thread in ["asked", "queued", "fresh"] {
            backlog.renew(thread, 12);
        }
        assert!(!backlog.is_told("asked", 30), "between the sessions more may have been said");
        assert_eq!(["asked", "queued", "fresh"].map(|thread| backlog.once_more(thread)), [true, false, false]);
        assert!(!backlog.once_more("asked"), "once");
        assert_eq!((backlog.next(), backlog.next()), (Some(("queued".to_owned(), 10)), Some(("fresh".to_owned(), 12))));
    }

    #[test]
    fn what_waits_has_a_limit() {
        let mut backlog = Backlog::default();
        backlog.add("a", 1);
        for number in 0..MAX_HELD as u64 {
            assert!(!backlog.is_full());
            backlog.hold("a", heard(number), Place::Direct, None);
        }
        assert!(backlog.is_full());
        assert_eq!(backlog.finish("a").len(), MAX_HELD);
        assert!(!backlog.is_full());
    }
}
