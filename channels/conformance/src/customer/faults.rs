//! What goes wrong on the way out.

use super::{Case, Class, Harness, message};
use crate::fake::Fault;

/// Every fault is sorted into what the outbox must do about it, and its reason repeats nothing that anybody wrote.
pub async fn each_fault_is_sorted(harness: &impl Harness) {
    let channel = harness.channel();
    for (number, case) in Case::ALL.into_iter().enumerate() {
        let (fault, expected) = harness.expected(case);
        harness.script(vec![fault]);
        let outcome = channel.send(&message(harness, number, "a private matter")).await;
        let error = outcome.err().unwrap_or_else(|| panic!("{case:?} was taken for success"));
        let reason = error.to_string();
        assert!(!reason.is_empty() && !reason.contains("private") && !reason.contains("://"), "{case:?}: {reason}");
        assert_eq!(Class::from(error), expected, "{case:?}");
    }
    channel.send(&message(harness, 100, "after all that")).await.expect("a fault leaves nothing behind");
}

/// A second try looks to the platform like the first.
pub async fn a_repeat_carries_the_same_key(harness: &impl Harness) {
    let channel = harness.channel();
    harness.script(vec![Fault::status(500), Fault::Reset]);
    let outbound = message(harness, 1, "once");
    for _ in 0..2 {
        channel.send(&outbound).await.expect_err("scripted to fail");
    }
    channel.send(&outbound).await.expect("the third try is taken");
    let keys = harness.keys();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(keys[0].is_some(), channel.capabilities().idempotent_sends, "a key is sent exactly where one is declared to be taken");
    channel.send(&message(harness, 2, "another")).await.expect("another message is taken");
    let other = harness.keys().pop().flatten();
    assert!(other.is_none() || other != keys[0], "another message has another key");
}

/// Where the platform took a message and its answer was lost, trying again shows it once, if a key is taken.
pub async fn what_was_lost_on_the_way_can_be_sent_again(harness: &impl Harness) {
    let channel = harness.channel();
    harness.script(vec![Fault::ResetAfterEffect]);
    let outbound = message(harness, 1, "once");
    let lost = channel.send(&outbound).await.expect_err("scripted to lose the answer");
    assert_eq!(Class::from(lost), Class::Retry { after: None });
    channel.send(&outbound).await.expect("the second try is taken");
    if channel.capabilities().idempotent_sends {
        assert_eq!(harness.shown(), 1);
    }
}
