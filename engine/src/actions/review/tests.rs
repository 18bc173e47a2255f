//! Reviews on a real database. No channel is configured: what would be sent is kept as failed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use bellhop_domain::ticket::TicketStatus;
use bellhop_store::desk::DeskKind;
use chrono::TimeDelta;

use super::*;
use crate::{
    actions::{
        convert, objects,
        tests::{agent, conversation, fields, said, scoped},
        tickets::{self, TicketPatch},
    },
    caller::Permissions,
    channels::Channels,
    testing::{
        TurnedClock,
        chat::{Chat, RICH, writes},
        engine, engine_with, soon,
    },
};

async fn set(engine: &Engine, caller: &Caller, id: ConversationId, given: Value) -> Result<Reviewed, ActionError> {
    let patch = ReviewPatch { fields: given.as_object().cloned().unwrap(), ..ReviewPatch::default() };
    change(engine, caller, id, &patch, None).await
}

async fn step_words(engine: &Engine, id: ConversationId) -> Vec<String> {
    let happened = engine.reader().timeline_of_conversation(id, None, 100).await.unwrap().items;
    let reviewed = happened.into_iter().filter(|event| event.kind == TimelineKind::Reviewed);
    reviewed.map(|event| event.details.get("step").and_then(Value::as_str).unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_ticket_is_looked_through_corrected_and_made_as_shown() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "My vase came broken, order 1001, I want my money back").await;
    let (mei, jo) = (agent(&engine, "mei@example.org").await, agent(&engine, "jo@example.org").await);

    let begun = open(&engine, &mei, ann.id, None, None).await.unwrap();
    assert_eq!(begun.review.template.as_deref(), Some("refund"), "suggested by the customer's words");
    assert!(begun.review.suggested.as_deref().unwrap().contains("money back"));
    let order = begun.review.fields.get("order_number").unwrap();
    assert_eq!((&order.value, order.source), (&json!("1001"), Source::Conversation));
    assert_eq!(begun.places.get(&order.message.unwrap()), Some(&1));
    assert!(begun.missing().is_empty());
    let planned = begun.ticket.as_ref().unwrap();
    assert_eq!(planned.department.as_deref(), Some("support"), "where it would go is known before it is made");
    assert!(planned.routing.rule.is_some());
    assert!(engine.reader().tickets_of_conversation(ann.id).await.unwrap().is_empty());

    // A colleague works on the same one.
    let seen = open(&engine, &jo, ann.id, None, None).await.unwrap();
    assert_eq!(seen.review, begun.review);
    assert_eq!(fields(set(&engine, &jo, ann.id, json!({"reason": "bored"})).await.unwrap_err()), ["fields.reason"]);
    assert_eq!(fields(set(&engine, &jo, ann.id, json!({"colour": "red"})).await.unwrap_err()), ["fields.colour"]);
    let set_by_jo = set(&engine, &jo, ann.id, json!({"order_number": "1002", "reason": null})).await.unwrap();
    assert_eq!(set_by_jo.review.fields.get("order_number").unwrap().source, Source::Agent);
    assert!(!set_by_jo.review.fields.contains_key("reason"), "left empty on purpose");
    let stale = confirm(&engine, &mei, ann.id, false, Some(begun.review.version)).await;
    assert!(matches!(stale, Err(ActionError::Conflict)), "mei has not seen that");

    let made = confirm(&engine, &mei, ann.id, false, Some(set_by_jo.review.version)).await.unwrap();
    assert!(made.created);
    assert_eq!(made.ticket.fields.keys().collect::<Vec<_>>(), ["order_number"], "exactly what was shown");
    assert_eq!(made.ticket.fields.get("order_number").unwrap().value, json!("1002"));
    let again = confirm(&engine, &jo, ann.id, false, Some(set_by_jo.review.version)).await.unwrap();
    assert!(!again.created && again.ticket.id == made.ticket.id);
    assert_eq!(said(&engine, &ann).await.len(), 1, "the customer is told once");
    assert_eq!(step_words(&engine, ann.id).await, ["begun", "changed", "made"]);
    let shown = look(&engine, &mei, ann.id).await.unwrap().unwrap();
    assert_eq!(shown.ticket.unwrap().number, made.ticket.number);
    assert!(shown.undo_until.is_some());
    assert!(matches!(set(&engine, &mei, ann.id, json!({"reason": "late"})).await, Err(ActionError::NotNow(_))));

    // The next one says that there is one already.
    let next = open(&engine, &mei, ann.id, Some("refund"), None).await.unwrap();
    assert_eq!(next.existing.unwrap().number, made.ticket.number);
    assert_eq!(next.review.round, 2);
    let same = confirm(&engine, &mei, ann.id, false, None).await.unwrap();
    assert!(!same.created && same.ticket.number == made.ticket.number);
    open(&engine, &mei, ann.id, Some("refund"), None).await.unwrap();
    let another = confirm(&engine, &mei, ann.id, true, None).await.unwrap();
    assert!(another.created && another.ticket.number != made.ticket.number);
}

#[tokio::test]
async fn what_is_missing_is_named_and_found_when_the_customer_has_written_it() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "I want my money back").await;
    let mei = agent(&engine, "mei@example.org").await;
    let begun = open(&engine, &mei, ann.id, Some("refund"), None).await.unwrap();
    assert_eq!(begun.next_missing().map(|field| field.key.as_str()), Some("order_number"));
    assert_eq!(fields(confirm(&engine, &mei, ann.id, false, None).await.unwrap_err()), ["fields.order_number"]);
    assert!(begun.ticket.unwrap().department.is_some(), "routed as far as is known");
    assert!(matches!(ask_customer(&engine, &mei, ann.id).await, Err(ActionError::NotNow(_))), "the channel is not configured");
    assert_eq!(fields(open(&engine, &mei, ann.id, Some("nothing"), None).await.unwrap_err()), ["template"]);
    let other = open(&engine, &mei, ann.id, Some("bug"), None).await.unwrap();
    assert!(!other.missing().iter().any(|field| field.key == "order_number"), "another kind has other fields");
    let dropped = Box::pin(cancel(&engine, &mei, ann.id, None)).await.unwrap();
    assert_eq!(dropped.review.state, ReviewState::Cancelled);
    Box::pin(cancel(&engine, &mei, ann.id, None)).await.unwrap();
    assert!(matches!(confirm(&engine, &mei, ann.id, false, None).await, Err(ActionError::NotNow(_))));
    assert!(matches!(
        open(&engine, &Caller::new(Actor::System, Permissions::of_scope("read").unwrap()), ann.id, None, None).await,
        Err(ActionError::Forbidden { .. })
    ));
}

#[tokio::test]
async fn of_two_who_confirm_at_once_one_makes_the_ticket() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "refund for order 1001 please").await;
    let (mei, jo) = (agent(&engine, "mei@example.org").await, agent(&engine, "jo@example.org").await);
    let begun = tokio::join!(open(&engine, &mei, ann.id, Some("refund"), None), open(&engine, &jo, ann.id, Some("refund"), None));
    assert_eq!(begun.0.unwrap().review.round, 1);
    assert_eq!(begun.1.unwrap().review.round, 1);
    let (one, two) = tokio::join!(confirm(&engine, &mei, ann.id, false, None), confirm(&engine, &jo, ann.id, false, None));
    let made = |result: Result<Made, ActionError>| match result {
        Ok(made) => made.created,
        Err(ActionError::Conflict) => false,
        Err(other) => panic!("{other}"),
    };
    assert_eq!([made(one), made(two)].into_iter().filter(|created| *created).count(), 1);
    assert_eq!(engine.reader().tickets_of_conversation(ann.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_mistake_is_taken_back_for_two_minutes_by_its_maker_or_a_supervisor() {
    let folder = tempfile::tempdir().unwrap();
    let clock = TurnedClock::new();
    let engine = engine(folder.path(), clock.clone()).await;
    let ann = conversation(&engine, "ann", "refund for order 1001 please").await;
    let (mei, jo) = (agent(&engine, "mei@example.org").await, agent(&engine, "jo@example.org").await);
    open(&engine, &mei, ann.id, Some("refund"), None).await.unwrap();
    let made = confirm(&engine, &mei, ann.id, false, None).await.unwrap().ticket;
    assert!(matches!(undo(&engine, &jo, made.number).await, Err(ActionError::NotNow(_))), "jo has not made it");
    let undone = undo(&engine, &mei, made.number).await.unwrap();
    assert_eq!((undone.ticket.status, undone.told), (TicketStatus::Closed, false), "what never left need not be taken back");
    undo(&engine, &mei, made.number).await.unwrap();
    let again = look(&engine, &mei, ann.id).await.unwrap().unwrap();
    assert!(again.review.is_open() && again.review.fields.contains_key("order_number"), "everything is still there");
    assert!(engine.reader().tickets_of_conversation(ann.id).await.unwrap().is_empty());
    assert!(matches!(tickets::update(&engine, &mei, made.number, &TicketPatch::default(), None).await, Err(ActionError::NotNow(_))));
    let kinds: Vec<_> = engine.reader().timeline_of_ticket(made.id, None, 20).await.unwrap().items.into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds.last(), Some(&TimelineKind::Withdrawn));

    let second = confirm(&engine, &mei, ann.id, false, None).await.unwrap();
    assert!(second.created && second.ticket.number != made.number, "its number is not given out again");
    clock.turn(TimeDelta::seconds(121));
    assert!(matches!(undo(&engine, &mei, second.ticket.number).await, Err(ActionError::NotNow(_))));
    assert!(look(&engine, &mei, ann.id).await.unwrap().unwrap().undo_until.is_none());

    // Converted in one call, and by a program.
    let third = convert::convert(&engine, &scoped("agent"), ann.id, &Convert { new: true, ..Convert::to("refund", Source::Agent) }).await.unwrap();
    assert!(matches!(undo(&engine, &mei, third.ticket.number).await, Err(ActionError::NotNow(_))));
    undo(&engine, &scoped("admin"), third.ticket.number).await.unwrap();
    assert!(matches!(undo(&engine, &mei, 999).await, Err(ActionError::NotFound { .. })));
}

#[tokio::test]
async fn a_part_begins_with_its_first_message() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path(), TurnedClock::new()).await;
    let ann = conversation(&engine, "ann", "refund for order 1001").await;
    let mei = agent(&engine, "mei@example.org").await;
    let first = engine.reader().last_messages(ann.id, 1).await.unwrap().remove(0);
    assert_eq!(part_from(&engine, ann.id, first.id).await.unwrap(), None, "from the first on is all of it");
    let later = Message { id: MessageId(crate::clock::fresh_id()), text: "and one for order 2002".into(), external_id: Some("m-2".into()), ..first };
    Decision { new_messages: vec![later.clone()], ..Decision::default() }.commit(&engine).await.unwrap();
    let part = part_from(&engine, ann.id, later.id).await.unwrap();
    assert_eq!(part, Some(vec![later.id]));
    let begun = open(&engine, &mei, ann.id, Some("refund"), part).await.unwrap();
    assert_eq!(begun.review.fields.get("order_number").unwrap().value, json!("2002"));
    assert_eq!(begun.places.get(&later.id), Some(&2));
    let made = confirm(&engine, &mei, ann.id, false, None).await.unwrap().ticket;
    assert_eq!(made.messages, [later.id]);
    let elsewhere = part_from(&engine, ann.id, MessageId(crate::clock::fresh_id())).await;
    assert_eq!(fields(elsewhere.unwrap_err()), ["message_ids"]);
}

#[tokio::test]
async fn a_notice_that_has_not_left_yet_never_does() {
    let folder = tempfile::tempdir().unwrap();
    let clock = TurnedClock::new();
    let chat = Chat::new(RICH, Some(std::time::Duration::from_secs(60)));
    let engine = engine_with(folder.path(), clock.clone(), Channels::new([chat.configured()])).await;
    let mei = agent(&engine, "mei@example.org").await;
    chat.put(vec![writes("m-1", "ann", "A person please, I want a refund for order 1001", json!({}))]);
    let ann = soon("ann has written", async || engine.reader().thread_state("chat", "t-ann", "ann").await.unwrap()?.conversation).await;
    soon("she is answered", async || (!chat.sent().is_empty()).then_some(())).await;
    open(&engine, &mei, ann.id, Some("refund"), None).await.unwrap();
    let made = confirm(&engine, &mei, ann.id, false, None).await.unwrap().ticket;
    let undone = undo(&engine, &mei, made.number).await.unwrap();
    assert!(!undone.told);
    clock.turn(TimeDelta::minutes(10));
    let reply = crate::actions::messages::Reply { text: "Here I am".into(), ..Default::default() };
    crate::actions::messages::reply(&engine, &mei, ann.id, &reply).await.unwrap();
    soon("what comes after it is sent", async || chat.told().iter().any(|text| text.contains("Here I am")).then_some(())).await;
    assert!(!chat.told().iter().any(|text| text.contains("T-1")), "{:?}", chat.told());
}

#[tokio::test]
async fn a_press_below_the_closing_word_is_the_rating() {
    let folder = tempfile::tempdir().unwrap();
    let chat = Chat::new(RICH, None);
    let engine = engine_with(folder.path(), TurnedClock::new(), Channels::new([chat.configured()])).await;
    let mei = agent(&engine, "mei@example.org").await;
    let mut document = objects::get(&engine, &Caller::system(), DeskKind::Templates, "refund").await.unwrap().document;
    document.as_object_mut().unwrap().insert("rating".into(), json!("thumbs"));
    objects::put(&engine, &Caller::system(), DeskKind::Templates, "refund", &document, None).await.unwrap();
    chat.put(vec![writes("m-1", "ann", "A person please, I want a refund for order 1001", json!({}))]);
    let ann = soon("ann has written", async || engine.reader().thread_state("chat", "t-ann", "ann").await.unwrap()?.conversation).await;
    open(&engine, &mei, ann.id, Some("refund"), None).await.unwrap();
    let made = confirm(&engine, &mei, ann.id, false, None).await.unwrap().ticket;
    let resolved = TicketPatch { status: Some(TicketStatus::Resolved), ..TicketPatch::default() };
    tickets::update(&engine, &mei, made.number, &resolved, None).await.unwrap();
    let button = |label: &'static str| {
        let chat = &chat;
        soon("the question is sent", async move || {
            let messages = chat.sent().into_iter().filter_map(|outbound| outbound.message);
            messages.flat_map(|message| message.buttons).find(|button| button.label == label).map(|button| button.id)
        })
    };
    let rating = |wanted: u8| {
        let engine = &engine;
        soon("it is rated", async move || engine.reader().ticket(made.number).await.unwrap()?.rating.filter(|rating| rating.value == wanted))
    };
    chat.put(vec![writes("m-2", "ann", "", json!({"button": button("👍").await}))]);
    assert_eq!(rating(5).await.by, ann.contact);
    chat.put(vec![writes("m-3", "ann", "", json!({"button": button("👎").await}))]);
    rating(1).await;
    soon("thanks", async || (chat.told().iter().filter(|text| text.contains("Thank you for your rating")).count() == 2).then_some(())).await;
    let rated = engine.reader().timeline_of_ticket(made.id, None, 50).await.unwrap().items;
    assert_eq!(rated.into_iter().filter(|event| event.kind == TimelineKind::Rated).count(), 2);
}
