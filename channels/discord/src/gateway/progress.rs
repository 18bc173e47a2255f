//! How far we are, as it is marked together with the events that were stored.

use std::collections::HashMap;

use bellhop_channel::{Mailbox, Mark, calls::pause_after};
use serde::{Deserialize, Serialize};

use crate::event::Place;

/// Our place in a session of the gateway. This is what is marked as JSON: add fields with a default, never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    /// Where it can be gone on with.
    pub(super) url: String,
    /// Everything up to this number is stored.
    #[serde(default)]
    pub(super) number: u64,
    /// What was said before the session began has not been asked for to the end.
    #[serde(default)]
    pub(super) behind: bool,
}

/// Our place in a thread. This is what is marked as JSON: add fields with a default, never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Thread {
    /// Discord's id of the last message that is stored; ids grow with time.
    pub(super) last: u64,
    /// Where it is, in the word of a stored event.
    #[serde(default)]
    pub(super) place: String,
    /// Whose it is, where it was opened by a press on "contact us".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) person: Option<String>,
}

/// How far we are.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) session: Option<Session>,
    pub(super) threads: HashMap<String, Thread>,
}

impl Progress {
    /// What was marked; none where the application stops before it could be read. What cannot be read was never marked.
    pub(super) async fn load(mailbox: &dyn Mailbox) -> Option<Self> {
        let marks = loop {
            match mailbox.marks().await {
                Ok(marks) => break marks,
                Err(refusal) => tokio::time::sleep(pause_after(&refusal)?).await,
            }
        };
        let mut progress = Self::default();
        for Mark { thread, value } in marks {
            let Some(value) = value else { continue };
            match thread {
                None => progress.session = serde_json::from_str(&value).ok(),
                Some(id) => progress.threads.extend(serde_json::from_str(&value).ok().map(|thread| (id, thread))),
            }
        }
        Some(progress)
    }

    /// The thread that was opened for somebody.
    pub(super) fn thread_of(&self, person: &str) -> Option<&str> {
        self.threads.iter().find(|(_, thread)| thread.person.as_deref() == Some(person)).map(|(id, _)| id.as_str())
    }

    /// A message of a thread is stored; false where it is an older one than those that are known.
    pub(super) fn reached(&mut self, id: &str, message: u64, place: Place) -> bool {
        let thread = self.threads.entry(id.to_owned()).or_insert_with(|| Thread { last: 0, place: place.as_str().to_owned(), person: None });
        let further = message > thread.last;
        thread.last = thread.last.max(message);
        further
    }

    /// The mark of a thread.
    pub(super) fn mark_of(&self, id: &str) -> Mark {
        Mark { thread: Some(id.to_owned()), value: self.threads.get(id).and_then(|thread| serde_json::to_string(thread).ok()) }
    }
}

/// The mark of a session.
pub(super) fn session_mark(session: Option<&Session>) -> Mark {
    Mark { thread: None, value: session.and_then(|session| serde_json::to_string(session).ok()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_marked_keeps_its_shape() {
        let session = Session { id: "abc".into(), url: "wss://gateway.example".into(), number: 7, behind: true };
        assert_eq!(session_mark(Some(&session)).value.unwrap(), r#"{"id":"abc","url":"wss://gateway.example","number":7,"behind":true}"#);
        let mut progress = Progress::default();
        assert!(progress.reached("5", 100, Place::Direct));
        assert!(!progress.reached("5", 99, Place::Direct), "an older one");
        assert_eq!(progress.mark_of("5").value.unwrap(), r#"{"last":100,"place":"direct"}"#);
        assert_eq!(progress.mark_of("6").value, None, "what is not known is not marked");
        let old: Thread = serde_json::from_str(r#"{"last":1}"#).unwrap();
        assert_eq!((old.place.as_str(), old.person), ("", None));
    }
}
