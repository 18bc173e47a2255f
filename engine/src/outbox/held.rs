//! Answers that wait a moment, because more of what they answer is about to be handled.
//!
//! They are in the database as what waits to be sent, due at once; only this process does not offer them to a sender yet. Nothing here has a timer: whoever
//! handles the next event of the lane lets them go, also when that event fails. After a restart they are read like everything that waits.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bellhop_store::outbox::Send as QueuedSend;

/// Sends that are held, by lane; at most one event's, of each lane that is being handled.
#[derive(Default)]
pub(super) struct Held {
    lanes: Mutex<HashMap<String, Vec<QueuedSend>>>,
    /// Lanes of which something is being committed that is to be held, and whether a sender wanted to read them meanwhile.
    coming: Mutex<HashMap<String, bool>>,
}

/// The last send of a lane that was held at some moment, if any was.
pub(crate) struct Mark(Option<i64>);

impl Held {
    fn lanes(&self) -> MutexGuard<'_, HashMap<String, Vec<QueuedSend>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn coming(&self) -> MutexGuard<'_, HashMap<String, bool>> {
        self.coming.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something of these lanes is being committed that is to be held, until [`Self::has_come`].
    pub(super) fn announce(&self, lanes: &[String]) {
        self.coming().extend(lanes.iter().map(|lane| (lane.clone(), false)));
    }

    /// It was committed and is held, or it was not committed; which of these lanes a sender wanted to read meanwhile.
    pub(super) fn has_come(&self, lanes: &[String]) -> Vec<String> {
        let mut coming = self.coming();
        lanes.iter().filter(|lane| coming.remove(*lane) == Some(true)).cloned().collect()
    }

    /// What was held of the lanes of `sends`, and then these.
    pub(super) fn and_then(&self, sends: Vec<QueuedSend>) -> Vec<QueuedSend> {
        let mut lanes = self.lanes();
        if lanes.is_empty() || sends.is_empty() {
            return sends;
        }
        let mut first: Vec<QueuedSend> = sends.iter().filter_map(|send| lanes.remove(&send.lane)).flatten().collect();
        first.extend(sends);
        first
    }

    /// Holds `sends`; answers what was held of their lanes before.
    pub(super) fn replace(&self, sends: Vec<QueuedSend>) -> Vec<QueuedSend> {
        let mut lanes = self.lanes();
        let before = sends.iter().filter_map(|send| lanes.remove(&send.lane)).flatten().collect();
        for send in sends {
            lanes.entry(send.lane.clone()).or_default().push(send);
        }
        before
    }

    pub(super) fn mark(&self, lane: &str) -> Mark {
        Mark(self.lanes().get(lane).and_then(|sends| sends.last()).map(|send| send.id))
    }

    /// What of the `sends` of a lane that the database told of may be offered to a sender: not what is held, and nothing behind it, which comes with it.
    /// Nothing can be said while something of the lane is on its way here; [`Self::has_come`] tells when to ask again.
    pub(super) fn without(&self, lane: &str, mut sends: Vec<QueuedSend>) -> Option<Vec<QueuedSend>> {
        // Before the other: what was announced is held before it is announced no longer.
        if let Some(wanted) = self.coming().get_mut(lane) {
            *wanted = true;
            return None;
        }
        if let Some(held) = self.lanes().get(lane) {
            let first = sends.iter().position(|send| held.iter().any(|held| held.id == send.id));
            sends.truncate(first.unwrap_or(sends.len()));
        }
        Some(sends)
    }

    /// Takes out what was held of a lane at the mark, if it is held still.
    pub(super) fn take(&self, lane: &str, Mark(mark): Mark) -> Vec<QueuedSend> {
        let Some(mark) = mark else { return Vec::new() };
        let mut lanes = self.lanes();
        let is_same = lanes.get(lane).is_some_and(|sends| sends.last().is_some_and(|last| last.id == mark));
        if is_same { lanes.remove(lane).unwrap_or_default() } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use bellhop_domain::id::ConversationId;
    use bellhop_store::outbox::NewSend;
    use chrono::DateTime;

    use super::*;

    fn send(id: i64, lane: &str) -> QueuedSend {
        let at = DateTime::UNIX_EPOCH;
        let send = NewSend {
            lane: lane.into(),
            channel: "shop".into(),
            thread: lane.into(),
            conversation: ConversationId(uuid::Uuid::from_u128(1)),
            message: None,
            kind: "message".into(),
            body: "{}".into(),
            due_at: at,
            expires_at: None,
            give_up_at: at,
        };
        QueuedSend::fresh(id, send, at)
    }

    fn ids(sends: &[QueuedSend]) -> Vec<i64> {
        sends.iter().map(|send| send.id).collect()
    }

    #[test]
    fn what_is_held_goes_when_the_next_event_is_handled_and_before_what_that_says() {
        let held = Held::default();
        assert!(held.replace(vec![send(1, "a")]).is_empty());
        let mark = held.mark("a");
        assert_eq!(ids(&held.and_then(vec![send(2, "b")])), [2], "another lane");
        assert_eq!(ids(&held.take("a", mark)), [1]);
        assert!(held.replace(vec![send(3, "a")]).is_empty());
        let mark = held.mark("a");
        assert_eq!(ids(&held.and_then(vec![send(4, "a")])), [3, 4]);
        assert!(held.take("a", mark).is_empty(), "it went already");
    }

    #[test]
    fn what_is_held_or_about_to_be_is_not_offered_by_the_database_either() {
        let held = Held::default();
        let offered = |lane| held.without(lane, vec![send(1, lane), send(2, lane), send(3, lane)]).map(|sends| ids(&sends));
        held.announce(&["a".to_owned()]);
        assert_eq!((offered("a"), offered("b")), (None, Some(vec![1, 2, 3])));
        held.replace(vec![send(2, "a")]);
        assert_eq!(held.has_come(&["a".to_owned()]), ["a"]);
        assert_eq!(held.has_come(&["a".to_owned()]), [] as [&str; 0]);
        assert_eq!((offered("a"), offered("b")), (Some(vec![1]), Some(vec![1, 2, 3])), "what was written later does not overtake it");
        held.take("a", held.mark("a"));
        assert_eq!(offered("a"), Some(vec![1, 2, 3]));
    }

    #[test]
    fn what_the_event_itself_holds_stays() {
        let held = Held::default();
        held.replace(vec![send(1, "a")]);
        let mark = held.mark("a");
        assert_eq!(ids(&held.replace(vec![send(2, "a")])), [1]);
        assert!(held.take("a", mark).is_empty());
        assert_eq!(ids(&held.take("a", held.mark("a"))), [2]);
        assert!(held.take("a", held.mark("a")).is_empty());
    }
}
