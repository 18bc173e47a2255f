#![allow(clippy::unwrap_used, reason = "tests")]

use std::{path::Path, sync::Arc};

use bellhop_channel::VerifyError;
use bellhop_domain::{
    id::{ConversationId, ReferenceId},
    reference::Said,
    ticket::TicketStatus,
    timeline::TimelineEvent,
};
use reqwest::header::HeaderMap;
use serde_json::Value;
use uuid::Uuid;

use super::*;
use crate::{
    actions::{
        objects,
        people::{self, AgentPatch},
        references::{self, CallBack, Heard, NewReference, ReferencePatch},
        tests::{agent, conversation, fields, scoped},
        tickets::{self, NewTicket, TicketPatch},
    },
    channels::Channels,
    systems::{System, Verify},
    testing::{TurnedClock, settings, soon, started},
};

#[derive(Debug)]
struct Trusting;

impl Verify for Trusting {
    fn verify(&self, _: &HeaderMap, _: &[u8], _: DateTime<Utc>) -> Result<(), VerifyError> {
        Ok(())
    }
}

async fn engine(folder: &Path, clock: Arc<TurnedClock>) -> Engine {
    let mut settings = settings(folder);
    let system = System { name: "ERP".into(), url: None, done: vec!["sent".into()], failed: vec!["failed".into()], verify: Some(Arc::new(Trusting)) };
    settings.systems.insert("erp".into(), system);
    started(folder, clock, Channels::default(), settings).await
}

async fn made(engine: &Engine, of: ConversationId) -> Ticket {
    let fields = [("details".to_owned(), "A louder bell".into())].into_iter().collect();
    let new = NewTicket { template: "suggestion".into(), contact: None, conversation: Some(of), fields, priority: None, category: None };
    Box::pin(tickets::create(engine, &scoped("agent"), &new)).await.unwrap().ticket
}

fn todo(text: &str, due_at: DateTime<Utc>, owner: Option<&str>) -> NewFollowUp {
    NewFollowUp { text: text.into(), due_at, owner: owner.map(str::to_owned) }
}

/// What the timeline of a ticket says of one kind, step by step.
async fn steps(engine: &Engine, ticket: &Ticket, kind: TimelineKind) -> Vec<(String, Value)> {
    let all: Vec<TimelineEvent> = engine.reader().timeline_of_ticket(ticket.id, None, 200).await.unwrap().items;
    let of_kind = all.into_iter().filter(|event| event.kind == kind);
    of_kind.map(|event| (event.details["step"].as_str().unwrap_or_default().to_owned(), event.details)).collect()
}

async fn told(engine: &Engine, id: FollowUpId) -> FollowUp {
    soon("it comes", async || engine.reader().follow_up(id).await.unwrap().filter(|it| it.told_at.is_some())).await
}

#[tokio::test]
async fn what_is_to_be_done_comes_once_at_its_time_and_after_it_was_put_off_once_more() {
    let folder = tempfile::tempdir().unwrap();
    let clock = TurnedClock::new();
    let engine = engine(folder.path(), clock.clone()).await;
    let bo = agent(&engine, "bo@example.org").await;
    let ticket = made(&engine, conversation(&engine, "ann", "A louder bell, please").await.id).await;
    let friday = engine.now() + TimeDelta::days(2);
    for (wrong, field) in [
        (todo(" ", friday, None), "text"),
        (todo("check", engine.now(), None), "due_at"),
        (todo(&"x".repeat(501), friday, None), "text"),
        (todo("check", friday, Some("nobody")), "agent"),
    ] {
        assert_eq!(fields(set(&engine, &bo, ticket.number, &wrong).await.unwrap_err()), [field]);
    }
    assert!(matches!(set(&engine, &scoped("read"), ticket.number, &todo("check", friday, None)).await, Err(ActionError::Forbidden { .. })));
    let check = set(&engine, &bo, ticket.number, &todo("check the refund", friday, None)).await.unwrap();
    let dropped = set(&engine, &bo, ticket.number, &todo("drop it", friday, None)).await.unwrap();
    finish(&engine, &bo, dropped.id, Outcome::Cancelled).await.unwrap();
    assert_eq!(engine.reader().follow_up(check.id).await.unwrap(), Some(check.clone()), "it is kept as it was answered");

    // Late, as after a night without the program.
    clock.turn(TimeDelta::days(2) + TimeDelta::hours(6));
    let due = told(&engine, check.id).await;
    assert_eq!((due.owner, due.conversation), (check.owner, ticket.conversations.first().copied()));
    let later = engine.now() + TimeDelta::days(1);
    let put_off = put_off(&engine, &bo, check.id, later).await.unwrap();
    assert_eq!((put_off.told_at, put_off.due_at), (None, later));
    // A clock that goes back and comes again brings nothing early, and loses nothing.
    clock.turn(TimeDelta::hours(-30));
    clock.turn(TimeDelta::hours(30) + TimeDelta::days(1));
    assert!(told(&engine, check.id).await.told_at >= Some(later));
    let done = finish(&engine, &bo, check.id, Outcome::Done).await.unwrap();
    assert_eq!(finish(&engine, &bo, check.id, Outcome::Cancelled).await.unwrap(), done, "what has ended stays as it ended");
    assert!(matches!(super::put_off(&engine, &bo, check.id, engine.now() + TimeDelta::days(1)).await, Err(ActionError::NotNow(_))));

    let of_check = steps(&engine, &ticket, TimelineKind::FollowUp).await;
    let mut of_check: Vec<_> = of_check.into_iter().filter(|(_, details)| details["follow_up"] == json!(check.id)).collect();
    of_check.sort_by_key(|(step, _)| step.clone());
    let names: Vec<&str> = of_check.iter().map(|(step, _)| step.as_str()).collect();
    assert_eq!(names, ["done", "due", "due", "put_off", "set"]);
    assert_eq!(of_check.iter().filter(|(_, details)| details["late"] == json!(true)).count(), 1, "the first came six hours late");
    let dropped = engine.reader().follow_up(dropped.id).await.unwrap().unwrap();
    assert_eq!((dropped.told_at, dropped.end.map(|end| end.how)), (None, Some(Outcome::Cancelled)), "what is not needed does not come");
}

#[tokio::test]
async fn what_is_due_comes_to_somebody_who_works_here() {
    let folder = tempfile::tempdir().unwrap();
    let clock = TurnedClock::new();
    let engine = engine(folder.path(), clock.clone()).await;
    let (bo, mei) = (agent(&engine, "bo@example.org").await, agent(&engine, "mei@example.org").await);
    let id_of = |caller: &Caller| person(&engine.desk(), &caller.actor).unwrap();
    let ticket = made(&engine, conversation(&engine, "ann", "A louder bell, please").await.id).await;
    let at = engine.now() + TimeDelta::hours(1);
    let check = set(&engine, &bo, ticket.number, &todo("check", at, None)).await.unwrap();
    assert_eq!(check.owner, Some(id_of(&bo)));
    let listed = async |who: &Caller| {
        let open = open(&engine, &scoped("read"), Some(id_of(who)), None, None, 10).await.unwrap();
        open.items.into_iter().map(|it| (it.follow_up.id, it.ticket)).collect::<Vec<_>>()
    };
    assert_eq!((listed(&bo).await, listed(&mei).await), (vec![(check.id, ticket.number)], vec![]));

    // Bo leaves: nobody has it, so the department has it, and its head is told.
    people::update(&engine, &Caller::system(), "bo", AgentPatch { disabled: Some(true), ..AgentPatch::default() }, None).await.unwrap();
    assert_eq!(listed(&mei).await, [(check.id, ticket.number)]);
    let head = json!({ "name": { "en": "Support" }, "head": "mei" });
    objects::put(&engine, &Caller::system(), bellhop_store::desk::DeskKind::Departments, "support", &head, None).await.unwrap();
    clock.turn(TimeDelta::hours(2));
    assert_eq!(told(&engine, check.id).await.owner, Some(id_of(&mei)));
}

fn says(event: &str, state: &str, at: DateTime<Utc>) -> CallBack {
    CallBack { event: event.into(), external_id: "4711".into(), said: Said { state: state.into(), url: None, at, sequence: None } }
}

#[tokio::test]
async fn a_case_that_fails_is_followed_up_once_whatever_order_its_states_come_in() {
    let folder = tempfile::tempdir().unwrap();
    let clock = TurnedClock::new();
    let engine = engine(folder.path(), clock.clone()).await;
    let (caller, bo) = (scoped("agent"), agent(&engine, "bo@example.org").await);
    let ticket = made(&engine, conversation(&engine, "ann", "A louder bell, please").await.id).await;
    let number = ticket.number;
    let patch = TicketPatch { owner: Some(Some("bo".into())), status: Some(TicketStatus::Resolved), ..TicketPatch::default() };
    tickets::update(&engine, &caller, number, &patch, None).await.unwrap();
    let case = NewReference { system: "erp".into(), external_id: "4711".into(), url: Some("https://erp.example/4711".into()), state: None };
    for (wrong, field) in [
        (NewReference { system: "crm".into(), ..case.clone() }, "system"),
        (NewReference { external_id: " ".into(), ..case.clone() }, "id"),
        (NewReference { url: Some("javascript:alert(1)".into()), ..case.clone() }, "url"),
        (NewReference { state: Some(String::new()), ..case.clone() }, "state"),
    ] {
        assert_eq!(fields(references::link(&engine, &caller, number, &wrong).await.unwrap_err()), [field]);
    }
    let (linked, is_new) = references::link(&engine, &caller, number, &case).await.unwrap();
    assert!(is_new);
    assert_eq!(references::link(&engine, &caller, number, &case).await.unwrap(), (linked.clone(), false), "twice changes nothing");

    let at = engine.now();
    let minutes = |minutes| at + TimeDelta::minutes(minutes);
    let call = async |call: CallBack| references::called_back(&engine, "erp", &call).await;
    assert_eq!(call(says("e1", "sent", minutes(1))).await.unwrap(), Heard::Fresh);
    assert_eq!(call(says("e3", "failed", minutes(3))).await.unwrap(), Heard::Fresh);
    for (event, heard) in [
        (says("e3", "failed", minutes(3)), Heard::Duplicate),
        (says("e3", "sent", minutes(4)), Heard::Duplicate),
        (says("e2", "booked", minutes(2)), Heard::Fresh),
        (says("e4", "failed", minutes(4)), Heard::Fresh),
    ] {
        assert_eq!(call(event).await.unwrap(), heard);
    }
    let held = references::of_ticket(&engine, &caller, number).await.unwrap();
    assert_eq!((held[0].state.as_deref(), held[0].state_at), (Some("failed"), Some(minutes(4))));
    for (wrong, field) in [
        (CallBack { event: String::new(), ..says("", "sent", at) }, "id"),
        (CallBack { external_id: "a\nb".into(), ..says("e5", "sent", at) }, "reference"),
        (says("e5", &"x".repeat(201), at), "state"),
        (says("e5", "sent", minutes(6)), "at"),
    ] {
        assert_eq!(fields(call(wrong).await.unwrap_err()), [field]);
    }
    let unknown = CallBack { external_id: "4712".into(), ..says("e6", "failed", minutes(5)) };
    assert!(matches!(call(unknown).await, Err(ActionError::NotFound { .. })));
    let of_another = references::called_back(&engine, "crm", &says("e7", "failed", minutes(5))).await;
    assert!(matches!(of_another, Err(ActionError::NotFound { .. })), "another system's case");

    // Bo is told of it, once; the ticket stays as it was left.
    let all = of_ticket(&engine, &caller, number).await.unwrap();
    assert_eq!(all.len(), 1);
    let due = told(&engine, all[0].id).await;
    assert_eq!(due.owner, person(&engine.desk(), &bo.actor));
    assert!(due.in_words("en").contains("4711") && due.reference == Some(linked.id));
    assert_eq!(engine.reader().ticket(number).await.unwrap().unwrap().status, TicketStatus::Resolved);
    let cases = steps(&engine, &ticket, TimelineKind::Referenced).await;
    let mut names: Vec<&str> = cases.iter().map(|(step, _)| step.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["failed", "linked", "state"]);
    // When it fails again after that was done, it comes again.
    finish(&engine, &bo, due.id, Outcome::Done).await.unwrap();
    clock.turn(TimeDelta::minutes(10));
    call(says("e8", "sent", minutes(8))).await.unwrap();
    call(says("e9", "failed", minutes(9))).await.unwrap();
    assert_eq!(of_ticket(&engine, &caller, number).await.unwrap().len(), 2);
}

#[tokio::test]
async fn cases_are_changed_and_unlinked_and_stay_with_a_ticket_that_is_merged() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let caller = scoped("agent");
    let number = made(&engine, conversation(&engine, "ann", "A louder bell, please").await.id).await.number;
    let case = NewReference { system: "erp".into(), external_id: "4711".into(), ..NewReference::default() };
    let (linked, _) = references::link(&engine, &caller, number, &case).await.unwrap();
    let sent = ReferencePatch { state: Some("sent".into()), ..ReferencePatch::default() };
    let changed = references::change(&engine, &caller, number, linked.id, &sent, Some(linked.version)).await.unwrap();
    assert_eq!((changed.state.as_deref(), changed.version), (Some("sent"), linked.version + 1));
    assert!(matches!(references::change(&engine, &caller, number, linked.id, &sent, Some(linked.version)).await, Err(ActionError::Conflict)));
    let nowhere = ReferenceId(Uuid::nil());
    assert!(matches!(references::change(&engine, &caller, number, nowhere, &sent, None).await, Err(ActionError::NotFound { .. })));

    let other = made(&engine, conversation(&engine, "bob", "A louder bell").await.id).await;
    let options = tickets::merging::MergeOptions { other_customer: true, quiet: true };
    tickets::merging::merge(&engine, &caller, number, other.number, options).await.unwrap();
    assert_eq!(references::of_ticket(&engine, &caller, other.number).await.unwrap(), [changed]);
    let failed = says("e1", "failed", engine.now() + TimeDelta::minutes(1));
    assert_eq!(references::called_back(&engine, "erp", &failed).await.unwrap(), Heard::Fresh);
    let todo = of_ticket(&engine, &caller, other.number).await.unwrap();
    assert_eq!((todo.len(), todo[0].ticket), (1, other.id), "what failed comes to where it goes on");
    references::unlink(&engine, &caller, other.number, linked.id).await.unwrap();
    assert!(references::of_ticket(&engine, &caller, other.number).await.unwrap().is_empty());
    assert!(matches!(references::unlink(&engine, &caller, other.number, linked.id).await, Err(ActionError::NotFound { .. })));
    let kept = of_ticket(&engine, &caller, other.number).await.unwrap();
    assert_eq!((kept.len(), kept[0].reference), (1, None), "what is to be done stays, and refers to nothing that is gone");
}
