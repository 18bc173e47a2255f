//! What was said while nobody listened: it is asked for thread by thread, and what is said meanwhile in a thread waits for its turn.

use std::collections::{HashMap, HashSet, VecDeque};

use bellhop_channel::Fields;
use serde_json::{Value, value::RawValue};

use super::{Heard, growing, jittered};
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
    open: HashSet<String>,
    held: HashMap<String, Vec<(Heard, Place)>>,
    waiting: usize,
}

impl Backlog {
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn has(&self, thread: &str) -> bool {
        self.open.contains(thread)
    }

    /// No more can wait.
    pub(super) fn is_full(&self) -> bool {
        self.waiting >= MAX_HELD
    }

    /// Asks for a thread from behind this message, after those that are there already.
    pub(super) fn add(&mut self, thread: &str, after: u64) {
        if self.open.insert(thread.to_owned()) {
            self.queue.push_back((thread.to_owned(), after));
        }
    }

    /// Goes on with a thread before all others.
    pub(super) fn go_on(&mut self, thread: String, after: u64) {
        self.queue.push_front((thread, after));
    }

    pub(super) fn next(&mut self) -> Option<(String, u64)> {
        self.queue.pop_front()
    }

    /// Keeps an event until what was said before it is stored; its thread comes next.
    pub(super) fn hold(&mut self, thread: &str, heard: Heard, place: Place) {
        let held = self.held.entry(thread.to_owned()).or_default();
        if held.is_empty()
            && let Some(at) = self.queue.iter().position(|(queued, _)| queued == thread)
            && let Some(queued) = self.queue.remove(at)
        {
            self.queue.push_front(queued);
        }
        held.push((heard, place));
        self.waiting += 1;
    }

    /// The thread is asked for to its end; answers what waited for that.
    pub(super) fn finish(&mut self, thread: &str) -> Vec<(Heard, Place)> {
        self.open.remove(thread);
        let held = self.held.remove(thread).unwrap_or_default();
        self.waiting -= held.len();
        held
    }

    /// The lowest number of a session among what waits.
    pub(super) fn lowest(&self, session: &str) -> Option<u64> {
        self.held.values().flatten().filter(|(heard, _)| &*heard.session == session).map(|(heard, _)| heard.number).min()
    }
}

/// What asking for a thread has brought.
pub(super) struct Page {
    pub(super) thread: String,
    /// Messages in the order in which they were written; none where there is nothing to ask for any more.
    pub(super) messages: Option<Vec<(u64, Box<RawValue>)>>,
    pub(super) place: Place,
}

/// Asks for the messages behind one, and again until Discord has answered.
pub(super) async fn fetch(account: &Account, thread: String, after: u64, known: Option<Place>) -> Page {
    let mut failures = 0;
    loop {
        match ask(account, &thread, after, known).await {
            Ok((place, messages)) => return Page { thread, messages: Some(messages), place },
            Err(failure) if failure.is_out_of_reach() => return Page { thread, messages: None, place: Place::Elsewhere },
            Err(failure) => {
                failures += 1;
                let asked = match failure {
                    Failure::No(No { retry_after, .. }) => retry_after,
                    Failure::Unknown { .. } | Failure::Impossible { .. } => None,
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
