//! Lanes: the events of one thread are handled in order; two threads never wait for each other.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use bellhop_store::inbox::InboxEvent;
use tokio::sync::Notify;

/// Separates channel and thread in a lane's name; neither can contain it.
const SEPARATOR: char = '\u{1f}';
/// Begins the thread of a staff chat's lane; no platform's id holds it, for control characters are refused in ids.
const STAFF: char = '\u{1e}';
/// Events kept in memory; what is beyond is read from the database when its turn comes.
const IN_MEMORY: usize = 20_000;
/// Events read from the database at once for one lane.
pub(crate) const PAGE: u32 = 50;

/// The lane of a thread.
pub(crate) fn lane_of(channel: &str, thread: &str) -> String {
    format!("{channel}{SEPARATOR}{thread}")
}

/// The lane of what agents do in one place of a staff chat: a topic's id, or nothing for the lobby.
pub(crate) fn staff_lane_of(channel: &str, topic: &str) -> String {
    format!("{channel}{SEPARATOR}{STAFF}{topic}")
}

/// Whether the lane is one of a staff chat.
pub(crate) fn is_staff(lane: &str) -> bool {
    thread_of(lane).starts_with(STAFF)
}

/// The channel of a lane.
pub(crate) fn channel_of(lane: &str) -> &str {
    lane.split_once(SEPARATOR).map_or("", |(channel, _)| channel)
}

/// The thread of a lane.
pub(crate) fn thread_of(lane: &str) -> &str {
    lane.split_once(SEPARATOR).map_or(lane, |(_, thread)| thread)
}

/// Which lanes have work, and what it is.
#[derive(Default)]
pub(crate) struct Lanes {
    state: Mutex<State>,
    ready: Notify,
}

#[derive(Default)]
struct State {
    lanes: HashMap<String, Lane>,
    ready: VecDeque<String>,
    in_memory: usize,
}

#[derive(Default)]
struct Lane {
    events: VecDeque<InboxEvent>,
    /// The database holds events that are not in memory.
    more_in_store: bool,
    /// Somebody handles it, or it pauses after a failure.
    taken: bool,
}

/// What a worker does next.
pub(crate) enum Work {
    /// This event.
    Handle(Box<InboxEvent>),
    /// Read the lane's next events and give them to [`Lanes::refill`].
    Load(String),
}

impl Lanes {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// New events, in the order of their commit.
    pub(crate) fn push(&self, events: Vec<InboxEvent>) {
        if events.is_empty() {
            return;
        }
        let mut state = self.state();
        let State { lanes, ready, in_memory } = &mut *state;
        let mut woken = 0;
        for event in events {
            let lane = match lanes.get_mut(&event.lane) {
                Some(lane) => lane,
                None => {
                    ready.push_back(event.lane.clone());
                    woken += 1;
                    lanes.entry(event.lane.clone()).or_default()
                }
            };
            if lane.more_in_store || *in_memory >= IN_MEMORY {
                lane.more_in_store = true;
            } else {
                *in_memory += 1;
                lane.events.push_back(event);
            }
        }
        drop(state);
        for _ in 0..woken {
            self.ready.notify_one();
        }
    }

    /// Lanes of which only the database knows what waits in them.
    pub(crate) fn push_lanes(&self, names: Vec<String>) {
        let mut state = self.state();
        let State { lanes, ready, .. } = &mut *state;
        for name in names {
            let lane = lanes.entry(name.clone()).or_insert_with(|| {
                ready.push_back(name);
                Lane::default()
            });
            lane.more_in_store = true;
        }
        drop(state);
        self.ready.notify_waiters();
        self.ready.notify_one();
    }

    /// The next piece of work; waits for it.
    pub(crate) async fn next(&self, stop: &tokio_util::sync::CancellationToken) -> Option<Work> {
        loop {
            let notified = self.ready.notified();
            tokio::pin!(notified);
            notified.as_mut().enable();
            if stop.is_cancelled() {
                return None;
            }
            if let Some(work) = self.take() {
                return Some(work);
            }
            tokio::select! {
                () = notified => {}
                () = stop.cancelled() => return None,
            }
        }
    }

    fn take(&self) -> Option<Work> {
        let mut state = self.state();
        let State { lanes, ready, in_memory } = &mut *state;
        while let Some(name) = ready.pop_front() {
            let Some(lane) = lanes.get_mut(&name) else { continue };
            if let Some(event) = lane.events.pop_front() {
                *in_memory -= 1;
                lane.taken = true;
                return Some(Work::Handle(Box::new(event)));
            }
            if lane.more_in_store {
                lane.taken = true;
                lane.more_in_store = false;
                return Some(Work::Load(name));
            }
            lanes.remove(&name);
        }
        None
    }

    /// What the database holds for a lane that was to be loaded.
    pub(crate) fn refill(&self, name: &str, mut loaded: Vec<InboxEvent>) {
        let mut state = self.state();
        let State { lanes, in_memory, .. } = &mut *state;
        let lane = lanes.entry(name.to_owned()).or_default();
        lane.more_in_store |= loaded.len() >= PAGE as usize;
        let known: HashSet<i64> = lane.events.iter().map(|event| event.seq).collect();
        loaded.retain(|event| !known.contains(&event.seq));
        *in_memory += loaded.len();
        lane.events.extend(loaded);
        lane.events.make_contiguous().sort_by_key(|event| event.seq);
        drop(state);
        self.release(name);
    }

    /// The lane could not be loaded; it keeps its claim that there is more.
    pub(crate) fn not_loaded(&self, name: &str) {
        if let Some(lane) = self.state().lanes.get_mut(name) {
            lane.more_in_store = true;
        }
    }

    /// The lane's event is dealt with: the next one may be handled.
    pub(crate) fn release(&self, name: &str) {
        let mut state = self.state();
        let State { lanes, ready, .. } = &mut *state;
        let Some(lane) = lanes.get_mut(name) else { return };
        lane.taken = false;
        if lane.events.is_empty() && !lane.more_in_store {
            lanes.remove(name);
            return;
        }
        ready.push_back(name.to_owned());
        drop(state);
        self.ready.notify_one();
    }

    /// The lane's event was not dealt with and comes first again; the lane stays taken until [`Self::release`].
    pub(crate) fn put_back(&self, event: InboxEvent) {
        let mut state = self.state();
        state.in_memory += 1;
        state.lanes.entry(event.lane.clone()).or_default().events.push_front(event);
    }

    /// What is to be handled next in a lane, where that is known here: the body of an event of the platform's.
    pub(crate) fn next_of(&self, name: &str) -> Option<Box<str>> {
        let state = self.state();
        state.lanes.get(name)?.events.front().filter(|event| !event.internal).map(|event| event.body.clone())
    }

    /// Events that wait in memory, and lanes that have work.
    pub(crate) fn depth(&self) -> (usize, usize) {
        let state = self.state();
        (state.in_memory, state.lanes.len())
    }

    /// Lets every waiting worker look again.
    pub(crate) fn wake_all(&self) {
        self.ready.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use chrono::DateTime;

    fn event(seq: i64, thread: &str) -> InboxEvent {
        InboxEvent {
            seq,
            channel: "shop".into(),
            key: seq.to_string(),
            lane: lane_of("shop", thread),
            body: "{}".into(),
            internal: false,
            received_at: DateTime::UNIX_EPOCH,
            attempts: 0,
        }
    }

    fn handled(lanes: &Lanes) -> Option<i64> {
        match lanes.take() {
            Some(Work::Handle(event)) => Some(event.seq),
            Some(Work::Load(_)) => panic!("nothing was to be loaded"),
            None => None,
        }
    }

    #[test]
    fn a_lane_is_handled_in_order_and_by_one_worker() {
        let lanes = Lanes::default();
        lanes.push(vec![event(1, "a"), event(2, "a"), event(3, "b")]);
        assert_eq!(handled(&lanes), Some(1));
        assert_eq!(handled(&lanes), Some(3), "the other lane does not wait");
        assert_eq!(handled(&lanes), None, "the first lane is taken");
        lanes.push(vec![event(4, "a")]);
        assert_eq!(handled(&lanes), None);
        lanes.release(&lane_of("shop", "a"));
        assert_eq!(handled(&lanes), Some(2));
        lanes.release(&lane_of("shop", "a"));
        assert_eq!(handled(&lanes), Some(4));
    }

    #[test]
    fn an_event_that_was_put_back_comes_first_again() {
        let lanes = Lanes::default();
        lanes.push(vec![event(1, "a"), event(2, "a")]);
        let Some(Work::Handle(first)) = lanes.take() else { panic!("work") };
        lanes.put_back(*first);
        assert_eq!(handled(&lanes), None, "it pauses");
        lanes.release(&lane_of("shop", "a"));
        assert_eq!(handled(&lanes), Some(1));
    }

    #[test]
    fn a_lane_known_by_name_only_is_loaded_without_doubling_what_arrives_meanwhile() {
        let lanes = Lanes::default();
        let name = lane_of("shop", "a");
        lanes.push_lanes(vec![name.clone()]);
        assert!(matches!(lanes.take(), Some(Work::Load(_))));
        lanes.push(vec![event(3, "a")]);
        lanes.refill(&name, vec![event(1, "a"), event(2, "a"), event(3, "a")]);
        for seq in [1, 2, 3] {
            assert_eq!(handled(&lanes), Some(seq));
            lanes.release(&name);
        }
        assert_eq!(handled(&lanes), None);
        assert_eq!(lanes.depth(), (0, 0));
    }
}
