//! What comes in.

use bellhop_channel::{Event, EventKind};

use super::Harness;
use crate::mutate;

/// Each recording is read, the same each time, as something that we have a word for.
pub async fn recordings_are_read(harness: &impl Harness) {
    for (raw, event) in events(harness) {
        assert!(!event.id.is_empty() && !event.thread.is_empty() && !event.sender.id.is_empty(), "ids are missing: {raw}");
        assert_ne!(event.kind, EventKind::Unknown, "{raw}");
        assert!(harness.channel().normalise(&raw).is_ok_and(|again| again == event), "another answer the second time: {raw}");
    }
}

/// The envelope and the event agree, and a repeat has the key of the first.
pub async fn a_repeat_of_an_event_keeps_its_key(harness: &impl Harness) {
    let mut keys = Vec::new();
    for (raw, event) in events(harness) {
        keys.push(event.id.clone());
        let Some(push) = harness.push() else { continue };
        let envelope = push.envelope(raw.as_bytes()).unwrap_or_else(|error| panic!("{error}: {raw}"));
        assert_eq!((&envelope.key, &envelope.thread), (&event.id, &event.thread), "{raw}");
        assert!(envelope.sender.is_none_or(|sender| sender == event.sender.id), "{raw}");
        assert_eq!(&*envelope.body, raw, "the raw event is kept as it came");
        assert_eq!(push.envelope(raw.as_bytes()).map(|again| again.key), Ok(envelope.key), "{raw}");
    }
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), harness.recordings().len(), "different events have different keys");
}

/// The recordings hold a message, and whatever else the capabilities say can arrive.
pub async fn what_is_declared_to_arrive_is_recorded(harness: &impl Harness) {
    let kinds: Vec<EventKind> = events(harness).into_iter().map(|(_, event)| event.kind).collect();
    let channel = harness.channel();
    let capabilities = channel.capabilities();
    let any = |fits: fn(&EventKind) -> bool| kinds.iter().any(fits);
    assert!(any(|kind| matches!(kind, EventKind::Message(_))), "no message is recorded");
    assert_eq!(any(|kind| matches!(kind, EventKind::Button { .. })), capabilities.buttons.is_some(), "buttons");
    assert_eq!(any(|kind| matches!(kind, EventKind::Reaction { .. })), capabilities.reactions_in, "reactions");
    assert_eq!(any(|kind| matches!(kind, EventKind::Receipt { .. })), capabilities.receipts, "receipts");
}

/// Whatever is missing, null, of another type or hostile: no panic, and what was stored is read under its own key or not at all.
pub async fn broken_events_never_panic(harness: &impl Harness) {
    let (channel, push) = (harness.channel(), harness.push());
    mutate::broken(&harness.recordings(), |raw| {
        let event = channel.normalise(raw);
        if let Some(Ok(envelope)) = push.as_ref().map(|push| push.envelope(raw.as_bytes())) {
            if harness.unreadable(&envelope) {
                assert!(event.is_err(), "it is kept for the dead letters and can be read");
            } else {
                assert!(event.is_ok_and(|event| event.id == envelope.key), "it was stored and cannot be read");
            }
        }
    });
}

fn events(harness: &impl Harness) -> Vec<(String, Event)> {
    let read = |raw: String| {
        let event = harness.channel().normalise(&raw).unwrap_or_else(|error| panic!("{error}: {raw}"));
        (raw, event)
    };
    harness.recordings().into_iter().map(read).collect()
}
