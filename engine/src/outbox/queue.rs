//! Which threads have something to send, and when.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use bellhop_domain::id::MessageId;
use bellhop_store::outbox::Send as QueuedSend;
use chrono::{DateTime, Utc};
use tokio::sync::Notify;

/// Sends kept in memory; what is beyond is read from the database when its turn comes.
const IN_MEMORY: usize = 10_000;
/// Sends read from the database at once for one thread.
pub(crate) const PAGE: u32 = 20;

/// Threads in the order in which they may go on.
#[derive(Default)]
pub(crate) struct SendQueue {
    state: Mutex<State>,
    ready: Notify,
}

#[derive(Default)]
struct State {
    lanes: HashMap<String, Lane>,
    ready: VecDeque<String>,
    /// Lanes that pause, by when they go on.
    paused: BinaryHeap<Reverse<(DateTime<Utc>, String)>>,
    in_memory: usize,
}

#[derive(Default)]
struct Lane {
    sends: VecDeque<QueuedSend>,
    more_in_store: bool,
}

/// What a sender does next; the lane stays with it until it is released or paused.
pub(crate) enum Next {
    /// Send this.
    Send(Box<QueuedSend>),
    /// Read what waits for this lane and give it to [`SendQueue::refill`].
    Load(String),
    /// Nothing before this time, or before something new comes.
    Wait(Option<DateTime<Utc>>),
}

impl SendQueue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, sends: Vec<QueuedSend>) {
        if sends.is_empty() {
            return;
        }
        let mut state = self.state();
        let State { lanes, ready, in_memory, .. } = &mut *state;
        for send in sends {
            let lane = lanes.entry(send.lane.clone()).or_insert_with(|| {
                ready.push_back(send.lane.clone());
                Lane::default()
            });
            if lane.more_in_store || *in_memory >= IN_MEMORY {
                lane.more_in_store = true;
            } else {
                *in_memory += 1;
                lane.sends.push_back(send);
            }
        }
        drop(state);
        self.ready.notify_one();
    }

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
        self.ready.notify_one();
    }

    /// What may be sent at `now`.
    pub(crate) fn next(&self, now: DateTime<Utc>) -> Next {
        let mut state = self.state();
        let State { lanes, ready, paused, in_memory } = &mut *state;
        while let Some(Reverse((due, _))) = paused.peek()
            && *due <= now
        {
            if let Some(Reverse((_, name))) = paused.pop() {
                ready.push_back(name);
            }
        }
        while let Some(name) = ready.pop_front() {
            let Some(lane) = lanes.get_mut(&name) else { continue };
            if let Some(first) = lane.sends.front() {
                if first.due_at > now {
                    paused.push(Reverse((first.due_at, name)));
                    continue;
                }
                if let Some(send) = lane.sends.pop_front() {
                    *in_memory -= 1;
                    return Next::Send(Box::new(send));
                }
            }
            if lane.more_in_store {
                lane.more_in_store = false;
                return Next::Load(name);
            }
            lanes.remove(&name);
        }
        Next::Wait(paused.peek().map(|Reverse((due, _))| *due))
    }

    /// What the database holds for a lane that was to be loaded, and whether it holds more.
    pub(crate) fn refill(&self, name: &str, mut loaded: Vec<QueuedSend>, more: bool) {
        let mut state = self.state();
        let State { lanes, in_memory, .. } = &mut *state;
        if let Some(lane) = lanes.get_mut(name) {
            lane.more_in_store |= more;
            loaded.retain(|send| !lane.sends.iter().any(|known| known.id == send.id));
            *in_memory += loaded.len();
            lane.sends.extend(loaded);
            lane.sends.make_contiguous().sort_by_key(|send| send.id);
        }
        drop(state);
        self.release(name);
    }

    /// The lane cannot be read yet: it keeps its claim that there is more, so that nothing gets ahead of that, and waits for [`Self::release`].
    pub(crate) fn not_loaded(&self, name: &str) {
        self.state().lanes.entry(name.to_owned()).or_default().more_in_store = true;
    }

    /// The lane's send is dealt with: the next one may go.
    pub(crate) fn release(&self, name: &str) {
        let mut state = self.state();
        let State { lanes, ready, .. } = &mut *state;
        let Some(lane) = lanes.get(name) else { return };
        if lane.sends.is_empty() && !lane.more_in_store {
            lanes.remove(name);
            return;
        }
        ready.push_back(name.to_owned());
        drop(state);
        self.ready.notify_one();
    }

    /// The lane's send comes first again, not before `until`.
    pub(crate) fn pause(&self, send: QueuedSend, until: DateTime<Utc>) {
        let mut state = self.state();
        let State { lanes, paused, in_memory, .. } = &mut *state;
        let name = send.lane.clone();
        *in_memory += 1;
        lanes.entry(name.clone()).or_default().sends.push_front(send);
        paused.push(Reverse((until, name)));
        drop(state);
        self.ready.notify_one();
    }

    /// The lane's send is dealt with: the next one may go, not before `until`. Nobody waits for it meanwhile.
    pub(crate) fn rest(&self, name: &str, until: DateTime<Utc>) {
        let mut state = self.state();
        state.lanes.entry(name.to_owned()).or_default();
        state.paused.push(Reverse((until, name.to_owned())));
        drop(state);
        self.ready.notify_one();
    }

    /// The lane could not be read; it is read again, not before `until`.
    pub(crate) fn pause_loading(&self, name: String, until: DateTime<Utc>) {
        let mut state = self.state();
        state.lanes.entry(name.clone()).or_default().more_in_store = true;
        state.paused.push(Reverse((until, name)));
    }

    /// What waits in memory of a message waits until then.
    pub(crate) fn postpone(&self, message: MessageId, until: DateTime<Utc>) {
        let mut state = self.state();
        let State { lanes, paused, .. } = &mut *state;
        for (name, lane) in lanes.iter_mut() {
            let first = lane.sends.front().filter(|first| first.message == Some(message)).map(|first| first.due_at);
            lane.sends.iter_mut().filter(|send| send.message == Some(message)).for_each(|send| send.due_at = until);
            // A lane that pauses for it goes on when it does: it stands among those that pause once.
            if let Some(before) = first
                && paused.iter().any(|Reverse((at, paused))| *at == before && paused == name)
            {
                paused.retain(|Reverse((at, paused))| *at != before || paused != name);
                paused.push(Reverse((until, name.clone())));
            }
        }
        drop(state);
        self.ready.notify_one();
    }

    /// Waits for something new.
    pub(crate) async fn changed(&self) {
        self.ready.notified().await;
    }

    pub(crate) fn wake_all(&self) {
        self.ready.notify_waiters();
        self.ready.notify_one();
    }

    pub(crate) fn depth(&self) -> (usize, usize) {
        let state = self.state();
        (state.in_memory, state.lanes.len())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use bellhop_domain::id::ConversationId;
    use bellhop_store::outbox::NewSend;
    use chrono::TimeDelta;
    use uuid::Uuid;

    const AT: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();

    fn send(id: i64, lane: &str) -> QueuedSend {
        let new = NewSend {
            lane: lane.to_owned(),
            channel: "chat".into(),
            thread: lane.to_owned(),
            conversation: ConversationId(Uuid::nil()),
            message: None,
            kind: "message".into(),
            body: "{}".into(),
            due_at: AT,
            expires_at: None,
            give_up_at: AT,
        };
        QueuedSend::fresh(id, new, AT)
    }

    fn next(queue: &SendQueue, now: DateTime<Utc>) -> Option<i64> {
        match queue.next(now) {
            Next::Send(send) => Some(send.id),
            Next::Load(_) => panic!("nothing was to be loaded"),
            Next::Wait(_) => None,
        }
    }

    #[test]
    fn what_is_postponed_waits_and_comes_when_it_is_said_to() {
        let queue = SendQueue::default();
        let album = MessageId(Uuid::from_u128(7));
        let mut first = send(1, "a");
        (first.message, first.due_at) = (Some(album), AT + TimeDelta::seconds(2));
        queue.push(vec![first, send(2, "a"), send(3, "b")]);
        assert_eq!(next(&queue, AT), Some(3));
        queue.postpone(album, AT + TimeDelta::seconds(30));
        assert_eq!(next(&queue, AT + TimeDelta::seconds(3)), None, "what follows it waits too");
        queue.postpone(album, AT + TimeDelta::seconds(4));
        assert_eq!(next(&queue, AT + TimeDelta::seconds(4)), Some(1));
        queue.release("a");
        assert_eq!(next(&queue, AT + TimeDelta::seconds(4)), Some(2));
    }

    #[test]
    fn nothing_gets_ahead_of_what_could_not_be_read_yet() {
        let queue = SendQueue::default();
        queue.push_lanes(vec!["a".into()]);
        assert!(matches!(queue.next(AT), Next::Load(_)));
        queue.not_loaded("a");
        queue.push(vec![send(3, "a")]);
        assert_eq!(next(&queue, AT), None, "it waits until the lane is let go on");
        queue.release("a");
        assert!(matches!(queue.next(AT), Next::Load(_)));
        queue.refill("a", vec![send(1, "a"), send(2, "a"), send(3, "a")], false);
        for id in 1..=3 {
            assert_eq!(next(&queue, AT), Some(id));
            queue.release("a");
        }
        assert_eq!(next(&queue, AT), None);
    }

    #[test]
    fn a_lane_that_rests_holds_up_only_itself() {
        let queue = SendQueue::default();
        queue.push(vec![send(1, "a"), send(2, "a"), send(3, "b")]);
        assert_eq!(next(&queue, AT), Some(1));
        queue.rest("a", AT + TimeDelta::seconds(1));
        assert_eq!(next(&queue, AT), Some(3));
        queue.rest("b", AT + TimeDelta::seconds(2));
        assert_eq!(next(&queue, AT), None);
        queue.push(vec![send(4, "b")]);
        assert_eq!(next(&queue, AT), None, "what comes new rests too");
        assert_eq!(next(&queue, AT + TimeDelta::seconds(1)), Some(2));
        queue.release("a");
        assert_eq!(next(&queue, AT + TimeDelta::seconds(1)), None);
        assert_eq!(next(&queue, AT + TimeDelta::seconds(2)), Some(4));
        queue.release("b");
        assert_eq!(next(&queue, AT + TimeDelta::seconds(3)), None);
        assert_eq!(queue.depth(), (0, 0), "nothing is left behind");
    }
}
