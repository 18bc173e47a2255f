#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use bellhop_channel::Location;
use bellhop_domain::{
    conversation::Conversation,
    message::{AttachmentState, Direction, Message},
};
use bellhop_store::conversations::ConversationFilter;
use chrono::TimeDelta;
use serde_json::json;

use crate::{
    Engine,
    channels::Channels,
    testing::{
        TurnedClock,
        chat::{Chat, RICH, writes},
        engine_with, respond, server, soon,
    },
};

async fn conversations(engine: &Engine) -> Vec<Conversation> {
    engine.reader().conversations(&ConversationFilter::default(), None, 10).await.unwrap().items
}

async fn messages(engine: &Engine, direction: Direction) -> Vec<Message> {
    let mut found = Vec::new();
    for conversation in conversations(engine).await {
        found.extend(engine.reader().messages(conversation.id, None, 100).await.unwrap().items);
    }
    found.retain(|message| message.direction == direction);
    found
}

async fn all_sent(engine: &Engine) {
    soon("everything is sent", async || (engine.reader().outbox_counts().await.unwrap().waiting == 0).then_some(())).await;
}

async fn all_handled(engine: &Engine) {
    soon("everything is handled", async || engine.reader().pending_lanes(10).await.unwrap().is_empty().then_some(())).await;
}

#[tokio::test]
async fn an_album_is_one_message_that_is_answered_once() {
    let folder = tempfile::tempdir().unwrap();
    let png = server(|_, stream| respond(stream, "200 OK", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on"));
    let chat = Chat::new(RICH, None);
    let clock = TurnedClock::new();
    let engine = engine_with(folder.path(), clock.clone(), Channels::new([chat.configured()])).await;
    let part = |number: usize| {
        let text = if number == 4 { "how do I reset the filter?" } else { "" };
        writes(&format!("m-{number}"), "ann", text, json!({ "album": "a-1", "files": [format!("http://{png}/{number}")] }))
    };
    for number in 0..10 {
        chat.put(vec![part(number)]);
    }
    let whole = soon("ten files", async || {
        let found = messages(&engine, Direction::In).await;
        let stored = |message: &Message| {
            message.extras.attachments.iter().filter(|attachment| matches!(attachment.state, AttachmentState::Stored { .. })).count()
        };
        found.first().is_some_and(|message| stored(message) == 10).then_some(found)
    })
    .await;
    clock.turn(TimeDelta::seconds(10));
    all_handled(&engine).await;
    assert_eq!((whole.len(), conversations(&engine).await.len()), (1, 1));
    let whole = whole.first().unwrap();
    assert_eq!((whole.text.as_str(), whole.external_id.as_deref()), ("how do I reset the filter?", Some("m-0")));
    tokio::time::timeout(Duration::from_secs(20), async {
        while engine.reader().next_timer().await.unwrap().is_some_and(|due| due <= engine.now()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
    all_handled(&engine).await;
    assert_eq!(messages(&engine, Direction::Out).await.len(), 1, "decided once");
    chat.put(vec![writes("m-edit", "ann", "where is the filter?", json!({ "edits": "m-7" }))]);
    soon("a later part names the same message", async || {
        let found = messages(&engine, Direction::In).await;
        found.first().is_some_and(|message| message.text == "where is the filter?").then_some(())
    })
    .await;
    engine.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn an_album_without_words_is_answered_once_when_none_have_come() {
    let folder = tempfile::tempdir().unwrap();
    let chat = Chat::new(RICH, None);
    let clock = TurnedClock::new();
    let engine = engine_with(folder.path(), clock.clone(), Channels::new([chat.configured()])).await;
    let part =
        |number: usize| writes(&format!("m-{number}"), "ann", "", json!({ "album": "a-1", "files": [format!("http://127.0.0.1:1/{number}")] }));
    chat.put((0..3).map(part).collect());
    soon("three files", async || {
        let found = messages(&engine, Direction::In).await;
        found.first().is_some_and(|message| message.extras.attachments.len() == 3).then_some(())
    })
    .await;
    assert_eq!(chat.told(), [] as [&str; 0], "words may still come");
    clock.turn(TimeDelta::seconds(2));
    soon("an answer", async || (!chat.told().is_empty()).then_some(())).await;
    chat.put(vec![part(3)]);
    soon("the straggler is added", async || {
        let found = messages(&engine, Direction::In).await;
        found.first().is_some_and(|message| message.extras.attachments.len() == 4).then_some(())
    })
    .await;
    all_handled(&engine).await;
    let answers = messages(&engine, Direction::Out).await;
    assert_eq!(answers.len(), 1);
    assert!(answers.first().unwrap().text.contains("I have received it"), "{:?}", chat.told());
    engine.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_place_is_kept_and_asks_for_words() {
    let folder = tempfile::tempdir().unwrap();
    let chat = Chat::new(RICH, None);
    let engine = engine_with(folder.path(), TurnedClock::new(), Channels::new([chat.configured()])).await;
    chat.put(vec![writes("m-1", "ann", "", json!({ "location": { "latitude": 52.5, "longitude": 13.4 } }))]);
    soon("an answer", async || chat.told().first().is_some_and(|told| told.contains("I have received it")).then_some(())).await;
    let place = messages(&engine, Direction::In).await.remove(0).extras.location.unwrap();
    assert_eq!((place.latitude, place.longitude), (52.5, 13.4));
    engine.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_file_of_the_platform_is_fetched_from_where_it_says_and_the_address_is_kept_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let address = server(|path, stream| match path {
        "/secret-token/file" => respond(stream, "200 OK", b"%PDF-1.7 and more"),
        _ => respond(stream, "404 Not Found", b""),
    });
    let chat = Chat::new(RICH, None);
    *chat.files.lock().unwrap() = Some(Location::Platform(format!("http://{address}/secret-token/file")));
    let engine = engine_with(folder.path(), TurnedClock::new(), Channels::new([chat.configured()])).await;
    chat.put(vec![writes("m-1", "ann", "see this", json!({ "files": ["file-7"] }))]);
    let message = soon("a file", async || {
        let found = messages(&engine, Direction::In).await;
        let is_stored = |message: &&Message| matches!(message.extras.attachments[0].state, AttachmentState::Stored { .. });
        found.iter().find(is_stored).cloned()
    })
    .await;
    let kept = serde_json::to_string(&message.extras).unwrap();
    assert!(kept.contains("application/pdf") && !kept.contains("secret-token"), "{kept}");
    let file = bellhop_channel::IncomingAttachment { url: "file-7".into(), name: Some("label.pdf".into()), content_type: None };
    let id = engine.fetch_file("chat", &file).await.unwrap();
    assert_eq!(engine.open_file(id).await.unwrap().unwrap().record.name, "label.pdf");
    engine.stop(Duration::from_secs(5)).await;
}

/// What was said to the customer, in order, each with the message that it answers.
fn answers(chat: &Chat) -> Vec<(String, Option<String>)> {
    let answer = |sent: &bellhop_channel::Outbound| sent.message.as_ref().map(|message| (message.text.clone(), message.reply_to.clone()));
    chat.sent().iter().filter_map(answer).collect()
}

#[tokio::test]
async fn what_comes_at_once_is_one_question_and_gets_one_answer() {
    let folder = tempfile::tempdir().unwrap();
    let chat = Chat::new(RICH, None);
    let engine = engine_with(folder.path(), TurnedClock::new(), Channels::new([chat.configured()])).await;
    chat.put(vec![
        writes("m-1", "ann", "hello", json!({})),
        writes("m-2", "ann", "my heron", json!({})),
        writes("m-3", "bob", "good morning", json!({})),
        writes("m-4", "ann", "has lost its umbrella", json!({})),
        writes("m-5", "ann", "thanks", json!({})),
    ]);
    soon("both are answered", async || (chat.told().len() >= 2).then_some(())).await;
    all_handled(&engine).await;
    all_sent(&engine).await;
    let told = answers(&chat);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|(text, to)| to.as_deref() == Some("m-5") && text.contains("a person will take over")), "{told:?}");
    assert!(told.iter().any(|(text, to)| to.as_deref() == Some("m-3") && text.contains("Ask me anything")), "{told:?}");
    let withdrawn = messages(&engine, Direction::Out)
        .await
        .into_iter()
        .filter(|message| message.delivery.as_ref().is_some_and(|delivery| delivery.state == bellhop_domain::message::DeliveryState::Cancelled));
    assert_eq!(withdrawn.count(), 3, "an answer for each message but the last");
    let conversation = conversations(&engine).await.into_iter().find(|conversation| conversation.external_thread == "t-ann").unwrap();
    assert_eq!(conversation.status, bellhop_domain::conversation::ConversationStatus::Queued);
    assert_eq!(conversation.dialogue.last_question.as_deref(), Some("my heron\nhas lost its umbrella"));
    engine.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_command_behind_a_greeting_is_answered_beside_it_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let chat = Chat::new(RICH, None);
    let engine = engine_with(folder.path(), TurnedClock::new(), Channels::new([chat.configured()])).await;
    chat.put(vec![writes("m-1", "ann", "hello", json!({})), writes("m-2", "ann", "/help", json!({}))]);
    soon("both are answered", async || (chat.told().len() >= 2).then_some(())).await;
    let told: Vec<_> = answers(&chat).into_iter().filter_map(|(_, to)| to).collect();
    assert_eq!(told, ["m-1", "m-2"]);
    engine.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn an_answer_is_not_held_for_what_cannot_be_read_or_comes_twice() {
    let folder = tempfile::tempdir().unwrap();
    let chat = Chat::new(RICH, None);
    let engine = engine_with(folder.path(), TurnedClock::new(), Channels::new([chat.configured()])).await;
    let mut again = writes("m-1", "ann", "hello", json!({}));
    again.key = "e-again".into();
    chat.put(vec![writes("m-1", "ann", "hello", json!({})), again, writes("m-2", "ann", "", json!({ "button": "gone" }))]);
    soon("an answer", async || (!chat.told().is_empty()).then_some(())).await;
    all_handled(&engine).await;
    assert_eq!(answers(&chat).iter().filter(|(text, _)| text.contains("Ask me anything")).count(), 1);
    engine.stop(Duration::from_secs(5)).await;
}
