#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use bellhop_domain::{conversation::Conversation, ticket::TicketStatus};
use chrono::TimeDelta;
use serde_json::json;

use super::*;
use crate::{
    actions::{
        convert::{self, Convert},
        review,
        tests::{conversation, fields, said, scoped},
        tickets::{self, TicketPatch, TicketReply},
    },
    testing::{TurnedClock, engine},
};

async fn made(engine: &Engine, conversation: &Conversation) -> Ticket {
    let given = Convert {
        fields: json!({"order_number": "1001"}).as_object().cloned().unwrap(),
        new: true,
        ..Convert::to("refund", bellhop_domain::sourced::Source::Agent)
    };
    convert::convert(engine, &scoped("agent"), conversation.id, &given).await.unwrap().ticket
}

async fn now_is(engine: &Engine, ticket: &Ticket) -> Ticket {
    engine.reader().ticket(ticket.number).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_merged_ticket_leads_to_the_other_and_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let clock = TurnedClock::new();
    let engine = engine(folder.path(), clock.clone()).await;
    let caller = scoped("agent");
    let ann = conversation(&engine, "ann", "I want my money back").await;
    let (one, two) = (made(&engine, &ann).await, made(&engine, &ann).await);
    let told = said(&engine, &ann).await.len();

    let merged = merge(&engine, &caller, one.number, two.number, MergeOptions::default()).await.unwrap();
    assert_eq!(merged.number, two.number);
    let after = now_is(&engine, &one).await;
    assert_eq!((after.status, after.merged_into), (TicketStatus::Closed, Some(two.number)));
    assert_eq!(said(&engine, &ann).await.len(), told + 1, "told once");
    let again = merge(&engine, &caller, one.number, two.number, MergeOptions::default()).await.unwrap();
    assert_eq!(again.version, now_is(&engine, &two).await.version, "merging twice changes nothing");
    assert_eq!(said(&engine, &ann).await.len(), told + 1);
    assert_eq!(engine.reader().ticket_going_on(after.clone()).await.unwrap().number, two.number);

    // Nothing is said or done in it any more, but its customer is heard, in the other one.
    let reply = TicketReply { text: "Hello".into(), ..TicketReply::default() };
    assert!(matches!(tickets::add_message(&engine, &caller, one.number, &reply).await, Err(ActionError::NotNow(_))));
    let open = TicketPatch { status: Some(TicketStatus::Open), ..TicketPatch::default() };
    assert!(tickets::update(&engine, &caller, one.number, &open, None).await.is_err());
    assert!(matches!(review::undo(&engine, &caller, one.number).await, Err(ActionError::NotNow(_))), "nothing is taken back from under it");
    assert!(matches!(review::undo(&engine, &caller, two.number).await, Err(ActionError::NotNow(_))));
    let waiting = TicketPatch { status: Some(TicketStatus::WaitingCustomer), ..TicketPatch::default() };
    tickets::update(&engine, &caller, two.number, &waiting, None).await.unwrap();
    tickets::add_customer_message(&engine, one.id, tickets::Left { text: "Any news?".to_owned(), files: Vec::new() }).await.unwrap();
    assert_eq!(now_is(&engine, &two).await.status, TicketStatus::Open, "what its customer writes on the old page touches the other");

    clock.turn(TimeDelta::days(6));
    let back = unmerge(&engine, &caller, one.number).await.unwrap();
    assert_eq!(back.status, TicketStatus::New);
    let mut expected = Ticket { version: back.version, updated_at: back.updated_at, ..one.clone() };
    expected.routing = back.routing.clone();
    assert_eq!(back, expected);
    assert_eq!(now_is(&engine, &two).await.conversations, two.conversations);
    assert!(matches!(unmerge(&engine, &caller, one.number).await, Err(ActionError::NotNow(_))), "once");

    let count = said(&engine, &ann).await.len();
    merge(&engine, &caller, one.number, two.number, MergeOptions::default()).await.unwrap();
    assert_eq!(said(&engine, &ann).await.len(), count, "the customer knows it already");
    clock.turn(TimeDelta::days(8));
    assert!(matches!(unmerge(&engine, &caller, one.number).await, Err(ActionError::NotNow(_))), "too late");
}

#[tokio::test]
async fn tickets_of_different_people_are_merged_on_purpose_only() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let caller = scoped("agent");
    let (ann, bob) = (conversation(&engine, "ann", "It is broken").await, conversation(&engine, "bob", "Broken").await);
    let (one, two) = (made(&engine, &ann).await, made(&engine, &bob).await);
    let refused = merge(&engine, &caller, one.number, two.number, MergeOptions::default()).await.unwrap_err();
    assert_eq!(fields(refused), ["other_customer"]);
    let count = said(&engine, &ann).await.len();
    merge(&engine, &caller, one.number, two.number, MergeOptions { other_customer: true, quiet: true }).await.unwrap();
    assert_eq!(said(&engine, &ann).await.len(), count, "quietly");
    assert_eq!(now_is(&engine, &two).await.conversations, [bob.id, ann.id]);

    // What Ann writes in her own conversation touches the ticket in which hers goes on.
    let touched = engine.reader().tickets_of_conversation(ann.id).await.unwrap();
    assert_eq!(touched.iter().filter(|ticket| ticket.status.is_open()).map(|ticket| ticket.number).collect::<Vec<_>>(), [two.number]);
    unmerge(&engine, &caller, one.number).await.unwrap();
    let left = engine.reader().tickets_of_conversation(ann.id).await.unwrap();
    assert_eq!(left.iter().map(|ticket| ticket.number).collect::<Vec<_>>(), [one.number]);
}

/// Both ways between all of them (F-54).
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_merge_and_link_at_once_never_make_a_circle() {
    const TICKETS: usize = 6;
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let caller = scoped("agent");
    let ann = conversation(&engine, "ann", "I want my money back").await;
    let mut numbers = Vec::new();
    for _ in 0..TICKETS {
        numbers.push(made(&engine, &ann).await.number);
    }
    let options = MergeOptions { other_customer: false, quiet: true };
    // Both ways between all of them, all at once.
    let pairs: Vec<(i64, i64)> =
        numbers.iter().flat_map(|one| numbers.iter().map(move |other| (*one, *other))).filter(|(one, other)| one != other).collect();
    let linked = pairs.iter().map(|(one, other)| linking::link(&engine, &caller, *one, Relation::ChildOf, *other));
    let links = futures_util::future::join_all(linked).await;
    assert!(links.iter().any(Result::is_ok));
    for number in &numbers {
        let ticket = engine.reader().ticket(*number).await.unwrap().unwrap();
        let mut seen = BTreeSet::from([ticket.id]);
        let mut at = ticket;
        while let Some(parent) = engine.reader().parent_of_ticket(at.id).await.unwrap() {
            assert!(seen.insert(parent.id), "a circle of parents");
            at = parent;
        }
    }
    for (one, other) in &pairs {
        linking::unlink(&engine, &caller, *one, None, *other).await.unwrap();
    }
    let merged = pairs.iter().map(|(one, other)| merge(&engine, &caller, *one, *other, options));
    let merges = futures_util::future::join_all(merged).await;
    assert!(merges.iter().any(Result::is_ok));
    for number in numbers {
        let mut at = engine.reader().ticket(number).await.unwrap().unwrap();
        let mut steps = 0;
        while let Some(into) = at.merged_into {
            at = engine.reader().ticket(into).await.unwrap().unwrap();
            steps += 1;
            assert!(steps < TICKETS, "a circle of merged tickets");
        }
        assert!(at.status.is_open());
    }
}

#[tokio::test]
async fn joined_people_are_parted_with_what_each_had_and_what_came_since() {
    use crate::actions::contacts::{self, ContactPatch};
    use bellhop_domain::id::ContactId;

    let folder = tempfile::tempdir().unwrap();
    let clock = TurnedClock::new();
    let engine = engine(folder.path(), clock.clone()).await;
    let caller = scoped("agent");
    let (ann, other) = (conversation(&engine, "ann", "Where is my money?").await, conversation(&engine, "annie", "Me again").await);
    let ticket = made(&engine, &other).await;
    let names = ContactPatch { emails: Some(vec!["annie@example.org".into()]), tier: Some(Some("vip".into())), ..ContactPatch::default() };
    contacts::update(&engine, &caller, other.contact, &names, None).await.unwrap();
    let person = async |id: ContactId| engine.reader().contact(id).await.unwrap();
    let (ann_before, other_before) = (person(ann.contact).await.unwrap(), person(other.contact).await.unwrap());

    let long = "x".repeat(501);
    assert_eq!(fields(contacts::merge(&engine, &caller, ann.contact, other.contact, Some(&long)).await.unwrap_err()), ["reason"]);
    contacts::merge(&engine, &caller, ann.contact, other.contact, Some("the same telephone")).await.unwrap();
    assert!(person(other.contact).await.is_none());
    assert_eq!(engine.reader().contact_merge(other.contact).await.unwrap().unwrap().reason.as_deref(), Some("the same telephone"));
    assert_eq!(now_is(&engine, &ticket).await.contact, ann.contact);
    // What is said to the ticket stands where its conversation is, not at the person's other endpoint.
    let reply = TicketReply { text: "Here".into(), internal: true, ..TicketReply::default() };
    let said = tickets::add_message(&engine, &caller, ticket.number, &reply).await.unwrap();
    assert_eq!(said.conversation, other.id);

    clock.turn(TimeDelta::hours(1));
    let renamed = ContactPatch { name: Some(Some("Ann Lee".into())), ..ContactPatch::default() };
    contacts::update(&engine, &caller, ann.contact, &renamed, None).await.unwrap();
    let later = made(&engine, &other).await;
    contacts::unmerge(&engine, &caller, other.contact).await.unwrap();
    let parted = person(ann.contact).await.unwrap();
    assert_eq!(parted.name.as_deref(), Some("Ann Lee"), "what was said since stays");
    assert_eq!((parted.emails, parted.tier), (ann_before.emails, ann_before.tier));
    assert_eq!(person(other.contact).await.unwrap(), other_before);
    assert_eq!(now_is(&engine, &ticket).await.contact, other.contact);
    assert_eq!(now_is(&engine, &later).await.contact, other.contact, "it was made of their conversation");
    for (conversation, contact) in [(&ann, ann.contact), (&other, other.contact)] {
        let thread = engine.reader().thread_state(&conversation.channel, &conversation.external_thread, "").await.unwrap().unwrap();
        assert_eq!((thread.contact.id, thread.conversation.unwrap().contact), (contact, contact));
    }
    assert!(matches!(contacts::unmerge(&engine, &caller, other.contact).await, Err(ActionError::NotFound { .. })), "once");

    // Erasing whoever stayed leaves nothing of the other record either.
    contacts::merge(&engine, &caller, ann.contact, other.contact, None).await.unwrap();
    contacts::erase(&engine, &Caller::system(), ann.contact).await.unwrap();
    assert!(engine.reader().contact_merge(other.contact).await.unwrap().is_none());
}
