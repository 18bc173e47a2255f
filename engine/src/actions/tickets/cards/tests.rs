#![allow(clippy::unwrap_used, reason = "tests")]

use std::{sync::Arc, time::Duration};

use bellhop_channel::{OutboundKind, SendError};
use bellhop_domain::{id::ConversationId, sourced::Source, ticket::TicketStatus};
use bellhop_store::conversations::ConversationFilter;
use chrono::TimeDelta;
use serde_json::json;

use crate::{
    Engine,
    actions::{
        convert::{self, Convert},
        tickets::{self, TicketPatch},
    },
    caller::Caller,
    channels::Channels,
    testing::{
        TurnedClock,
        chat::{Chat, RICH, writes},
        engine_with, soon,
    },
};

async fn scene(folder: &std::path::Path) -> (Arc<TurnedClock>, Arc<Chat>, Engine, ConversationId) {
    let (clock, chat) = (TurnedClock::new(), Chat::new(RICH, None));
    let engine = engine_with(folder, clock.clone(), Channels::new([chat.configured()])).await;
    chat.put(vec![writes("m-1", "ann", "hello", json!({}))]);
    let id = soon("the conversation", async || {
        let all = engine.reader().conversations(&ConversationFilter::default(), None, 10).await.unwrap().items;
        all.first().map(|conversation| conversation.id)
    })
    .await;
    sent(&chat, 1).await;
    (clock, chat, engine, id)
}

async fn ticket(engine: &Engine, id: ConversationId) -> i64 {
    let refund =
        Convert { fields: json!({ "order_number": "1001" }).as_object().cloned().unwrap(), new: true, ..Convert::to("refund", Source::Agent) };
    convert::convert(engine, &Caller::system(), id, &refund).await.unwrap().ticket.number
}

async fn moves(engine: &Engine, number: i64, status: TicketStatus) {
    let patch = TicketPatch { status: Some(status), ..TicketPatch::default() };
    tickets::update(engine, &Caller::system(), number, &patch, None).await.unwrap();
}

/// What was sent, once there is so much: kind, the platform's id that is changed, and the first line.
async fn sent(chat: &Chat, count: usize) -> Vec<(OutboundKind, Option<String>, String)> {
    let sent = soon("it is sent", async || Some(chat.sent()).filter(|sent| sent.len() >= count)).await;
    let shown = |sent: bellhop_channel::Outbound| {
        let message = sent.message.unwrap();
        (sent.kind, message.external_id, message.text.lines().next().unwrap().to_owned())
    };
    sent.into_iter().map(shown).collect()
}

#[tokio::test]
async fn a_ticket_is_one_card_that_changes_as_it_moves() {
    let folder = tempfile::tempdir().unwrap();
    let (_, chat, engine, ann) = scene(folder.path()).await;
    let number = ticket(&engine, ann).await;
    assert_eq!(sent(&chat, 2).await.last().unwrap().0, OutboundKind::Message);
    moves(&engine, number, TicketStatus::Open).await;
    let all = sent(&chat, 3).await;
    let (kind, changed, first) = all.last().unwrap();
    assert_eq!((*kind, changed.as_deref()), (OutboundKind::Edit, Some("p-2")));
    assert!(first.contains("T-1") && first.contains("being worked on"), "{first}");
    moves(&engine, number, TicketStatus::WaitingCustomer).await;
    let all = sent(&chat, 5).await;
    let kinds: Vec<_> = all.iter().skip(3).map(|(kind, ..)| *kind).collect();
    assert!(kinds.contains(&OutboundKind::Edit) && kinds.contains(&OutboundKind::Message), "what needs attention is also told: {all:?}");
    chat.put(vec![writes("m-2", "ann", "here it is", json!({}))]);
    let edits = soon("the card shows that it goes on", async || {
        let edits: Vec<_> = sent(&chat, 1).await.into_iter().filter(|(kind, ..)| *kind == OutboundKind::Edit).collect();
        (edits.len() == 3).then_some(edits)
    })
    .await;
    assert!(edits.iter().all(|(_, changed, _)| changed.as_deref() == Some("p-2")), "{edits:?}");
    assert!(edits.last().unwrap().2.contains("being worked on"));
    engine.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_card_that_can_no_longer_change_is_sent_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (clock, chat, engine, ann) = scene(folder.path()).await;
    let number = ticket(&engine, ann).await;
    sent(&chat, 2).await;
    clock.turn(TimeDelta::hours(49));
    moves(&engine, number, TicketStatus::Open).await;
    let all = sent(&chat, 3).await;
    assert_eq!(all.last().unwrap().0, OutboundKind::Message, "{all:?}");
    chat.trouble(SendError::Refused { reason: "message can't be edited".into(), tries: 1 });
    moves(&engine, number, TicketStatus::WaitingThirdParty).await;
    let all = sent(&chat, 4).await;
    let (kind, _, first) = all.last().unwrap();
    assert_eq!(*kind, OutboundKind::Message);
    assert!(first.contains("waiting for somebody outside"), "{first}");
    assert_eq!(engine.reader().outbox_counts().await.unwrap().failed, 0, "a refused change of a card is no dead letter");
    engine.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn status_shows_a_fresh_card_that_changes_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let (_, chat, engine, ann) = scene(folder.path()).await;
    let number = ticket(&engine, ann).await;
    sent(&chat, 2).await;
    chat.put(vec![writes("m-2", "ann", "/status", json!({}))]);
    let all = sent(&chat, 3).await;
    assert!(all.last().unwrap().2.contains("T-1"), "{all:?}");
    moves(&engine, number, TicketStatus::Open).await;
    let all = sent(&chat, 4).await;
    let (kind, changed, _) = all.last().unwrap();
    assert_eq!((*kind, changed.as_deref()), (OutboundKind::Edit, Some("p-3")), "{all:?}");
    engine.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn several_tickets_that_were_asked_about_are_one_list_that_changes_with_each() {
    let folder = tempfile::tempdir().unwrap();
    let (_, chat, engine, ann) = scene(folder.path()).await;
    let (one, two) = (ticket(&engine, ann).await, ticket(&engine, ann).await);
    sent(&chat, 3).await;
    chat.put(vec![writes("m-2", "ann", "/status", json!({}))]);
    sent(&chat, 4).await;
    let list = |sent: &bellhop_channel::Outbound| sent.message.clone().unwrap().text;
    let asked = list(chat.sent().last().unwrap());
    assert!(asked.contains("T-1") && asked.contains("T-2"), "{asked}");
    let edited = async |count: usize| {
        let all = sent(&chat, count).await;
        let (kind, changed, _) = all.last().unwrap();
        assert_eq!((*kind, changed.as_deref()), (OutboundKind::Edit, Some("p-4")), "{all:?}");
        list(chat.sent().last().unwrap())
    };
    moves(&engine, two, TicketStatus::Open).await;
    let text = edited(5).await;
    // The newest comes first.
    let (first, second) = text.split_once("\n\n").unwrap();
    assert!(first.contains("T-2") && first.contains("being worked on"), "{first}");
    assert!(second.contains("T-1") && !second.contains("being worked on"), "{second}");
    moves(&engine, one, TicketStatus::Open).await;
    assert_eq!(edited(6).await.matches("being worked on").count(), 2);

    // A list that cannot be changed any more is sent anew, whole.
    chat.trouble(SendError::Refused { reason: "message can't be edited".into(), tries: 1 });
    moves(&engine, one, TicketStatus::WaitingThirdParty).await;
    let all = sent(&chat, 7).await;
    assert_eq!(all.last().unwrap().0, OutboundKind::Message, "{all:?}");
    let again = list(chat.sent().last().unwrap());
    assert!(again.contains("T-1") && again.contains("T-2") && again.contains("waiting for somebody outside"), "{again}");
    moves(&engine, two, TicketStatus::WaitingThirdParty).await;
    let last = soon("the new list changes", async || chat.sent().last().cloned().filter(|sent| sent.kind == OutboundKind::Edit)).await;
    let text = list(&last);
    let states: Vec<&str> = text.lines().filter(|line| line.starts_with("T-")).collect();
    assert!(states.len() == 2 && states.iter().all(|state| state.contains("waiting for somebody outside")), "{text}");
    engine.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn of_two_tickets_the_customer_says_which_one_a_message_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let (_, chat, engine, ann) = scene(folder.path()).await;
    let (one, two) = (ticket(&engine, ann).await, ticket(&engine, ann).await);
    for number in [one, two] {
        moves(&engine, number, TicketStatus::WaitingCustomer).await;
    }
    crate::actions::conversations::take(&engine, &Caller::system(), ann, None).await.unwrap();
    let before = chat.sent().len();
    chat.put(vec![writes("m-2", "ann", "here is the invoice", json!({}))]);
    let asked = soon("the question", async || {
        chat.sent().into_iter().skip(before).filter_map(|sent| sent.message).find(|message| message.buttons.len() == 2)
    })
    .await;
    let status = async |number| engine.reader().ticket(number).await.unwrap().unwrap().status;
    assert_eq!((status(one).await, status(two).await), (TicketStatus::WaitingCustomer, TicketStatus::WaitingCustomer), "none is touched");
    let second = asked.buttons.iter().find(|button| button.label.starts_with("T-2")).unwrap();
    chat.put(vec![writes("m-3", "ann", "", json!({ "button": second.id }))]);
    soon("it goes on", async || (status(two).await == TicketStatus::Open).then_some(())).await;
    assert_eq!(status(one).await, TicketStatus::WaitingCustomer);
    engine.stop(Duration::from_secs(5)).await;
}
