#![allow(clippy::unwrap_used, reason = "tests")]
use std::time::Duration;

use super::*;
use bellhop_domain::{
    dialogue::Dialogue,
    id::{ContactId, ThreadId},
};
use uuid::Uuid;

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn settings() -> Settings {
    Settings {
        public_url: "http://127.0.0.1:8080".into(),
        costs: crate::knowledge::Costs::default(),
        embeddings: None,
        reopen_within: Duration::from_secs(72 * 3600),
        handoff_limit: Duration::from_secs(600),
        language: "en".into(),
        languages: vec!["en".into()],
        index_folder: None,
        files_folder: "files".into(),
        allow_private: Vec::new(),
        places: crate::places::PlaceFiles::default(),
        systems: crate::systems::Systems::default(),
        workers: 1,
        senders: 1,
    }
}

fn conversation(status: ConversationStatus) -> Conversation {
    let queued = status == ConversationStatus::Queued;
    Conversation {
        id: ConversationId(Uuid::from_u128(1)),
        version: 1,
        thread: ThreadId(Uuid::from_u128(2)),
        channel: "shop".into(),
        external_thread: "thread-42".into(),
        contact: ContactId(Uuid::from_u128(3)),
        status,
        assignee: Some(AgentId(Uuid::from_u128(4))),
        department: None,
        language: None,
        category: None,
        proposed: None,
        tags: Vec::new(),
        routing: None,
        dialogue: Dialogue::default(),
        queued_at: queued.then(|| AT - TimeDelta::minutes(3)),
        snoozed_until: None,
        resolved_at: None,
        created_at: AT,
        updated_at: AT,
    }
}

fn entered(from: ConversationStatus, to: ConversationStatus) -> (Conversation, Decision) {
    let mut conversation = conversation(from);
    let mut decision = Decision::default();
    enter_status(&mut decision, &mut conversation, to, &Actor::System, AT, &settings());
    (conversation, decision)
}

#[test]
fn who_enters_the_queue_is_not_left_waiting_for_ever() {
    let (conversation, decision) = entered(ConversationStatus::Bot, ConversationStatus::Queued);
    assert_eq!((conversation.queued_at, conversation.assignee), (Some(AT), None));
    let timer = decision.timers.first().unwrap();
    assert_eq!((timer.kind.as_str(), timer.due_at), (HANDOFF_LIMIT, AT + TimeDelta::minutes(10)));
    assert_eq!(timer.key, format!("handoff:{}", conversation.id));
}

#[test]
fn who_is_in_the_queue_keeps_the_place() {
    let (conversation, decision) = entered(ConversationStatus::Queued, ConversationStatus::Queued);
    assert_eq!(conversation.queued_at, Some(AT - TimeDelta::minutes(3)));
    assert!(decision.timers.is_empty() && decision.cleared_timers.is_empty() && decision.timeline.is_empty());
}

#[test]
fn leaving_the_queue_ends_the_waiting() {
    let (conversation, decision) = entered(ConversationStatus::Queued, ConversationStatus::Open);
    assert_eq!(conversation.queued_at, None);
    assert_eq!(decision.cleared_timers, [HANDOFF_LIMIT]);
    assert_eq!(decision.waited, Some(TimeDelta::minutes(3)));
    let (_, decision) = entered(ConversationStatus::Queued, ConversationStatus::Bot);
    assert_eq!(decision.waited, None, "nobody took over");
}

#[test]
fn every_change_of_status_stands_on_the_timeline() {
    use ConversationStatus::{Bot, Open, Queued, Resolved, Snoozed};
    for (from, to, kind) in [
        (Bot, Queued, TimelineKind::StatusChanged),
        (Open, Resolved, TimelineKind::Resolved),
        (Resolved, Open, TimelineKind::Reopened),
        (Open, Snoozed, TimelineKind::Snoozed),
    ] {
        let (conversation, decision) = entered(from, to);
        assert_eq!(decision.timeline.first().unwrap().kind, kind);
        assert_eq!(conversation.resolved_at.is_some(), to == Resolved);
    }
}

#[test]
fn a_snoozed_conversation_comes_back_in_time_or_when_it_is_woken() {
    let mut conversation = conversation(ConversationStatus::Open);
    conversation.snoozed_until = Some(AT + TimeDelta::days(1));
    let mut decision = Decision::default();
    enter_status(&mut decision, &mut conversation, ConversationStatus::Snoozed, &Actor::System, AT, &settings());
    assert_eq!(decision.timers.first().map(|timer| (timer.kind.as_str(), timer.due_at)), Some((SNOOZE, AT + TimeDelta::days(1))));
    let mut decision = Decision::default();
    enter_status(&mut decision, &mut conversation, ConversationStatus::Open, &Actor::System, AT, &settings());
    assert_eq!((conversation.snoozed_until, decision.cleared_timers), (None, vec![SNOOZE]));
}

#[test]
fn labels_are_trimmed_and_told_apart() {
    assert_eq!(clean_tags(&[" vip ".into(), "vip".into(), "refund".into()]).unwrap(), ["vip", "refund"]);
    assert!(clean_tags(&[" ".into()]).is_err());
    assert!(clean_tags(&(0..=MOST_TAGS).map(|number| number.to_string()).collect::<Vec<_>>()).is_err());
}
