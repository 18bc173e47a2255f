#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::atomic::Ordering;

use bellhop_channel::{Connection, SendError};
use bellhop_store::conversations::ConversationFilter;
use serde_json::json;

use crate::{
    Engine,
    actions::channels::resume,
    caller::Caller,
    channels::Channels,
    testing::{
        TurnedClock,
        chat::{Chat, RICH, writes},
        engine_with, soon,
    },
};

async fn texts(engine: &Engine, count: usize) -> Vec<String> {
    soon("messages", async || {
        let conversations = engine.reader().conversations(&ConversationFilter::default(), None, 10).await.unwrap().items;
        let mut texts = Vec::new();
        for conversation in conversations {
            let messages = engine.reader().messages(conversation.id, None, 200).await.unwrap().items;
            texts.extend(messages.into_iter().filter(|message| message.external_id.as_deref().is_some_and(|id| id.starts_with("m-"))));
        }
        (texts.len() >= count).then(|| texts.into_iter().map(|message| message.text).collect())
    })
    .await
}

#[tokio::test]
async fn what_is_fetched_is_handled_once_in_its_order_however_much_one_person_sends() {
    let folder = tempfile::tempdir().unwrap();
    let chat = Chat::new(RICH, None);
    let engine = engine_with(folder.path(), TurnedClock::new(), Channels::new([chat.configured()])).await;
    // More at once than a sender on a channel that calls us may send.
    let batch: Vec<_> = (0..150).map(|number| writes(&format!("m-{number}"), "ann", &format!("text {number}"), json!({}))).collect();
    chat.put(batch.clone());
    chat.put(batch);
    let expected: Vec<String> = (0..150).map(|number| format!("text {number}")).collect();
    assert_eq!(texts(&engine, 150).await, expected);
    soon("the repeat is taken", async || (chat.taken.load(Ordering::Relaxed) == 2).then_some(())).await;
    assert_eq!(engine.channels().get("chat").unwrap().connection().unwrap().state, Connection::Up);
    engine.stop(std::time::Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_revoked_token_stops_the_channel_until_somebody_resumes_it() {
    let folder = tempfile::tempdir().unwrap();
    let chat = Chat::new(RICH, None);
    let engine = engine_with(folder.path(), TurnedClock::new(), Channels::new([chat.configured()])).await;
    let channel = engine.channels().get("chat").unwrap();
    soon("it is up", async || channel.connection()).await;
    chat.revoke(Some(SendError::ChannelStopped { reason: "the token is revoked".into() }));
    let stopped = soon("it is stopped", async || channel.stopped()).await;
    assert_eq!(stopped.reason, "the token is revoked");
    assert_eq!(channel.connection().unwrap().state, Connection::Troubled { reason: "the token is revoked".into() });
    chat.revoke(None);
    chat.put(vec![writes("m-1", "ann", "hello", json!({}))]);
    resume(&engine, &Caller::system(), "chat").await.unwrap();
    assert_eq!(texts(&engine, 1).await, ["hello"]);
    assert_eq!((channel.stopped(), chat.runs.load(Ordering::Relaxed)), (None, 2));
    engine.stop(std::time::Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_platform_that_calls_us_is_told_where_until_it_knows() {
    let folder = tempfile::tempdir().unwrap();
    let chat = Chat::new(RICH, None);
    chat.revoke(Some(SendError::Retry { after: None, reason: "bad gateway".into() }));
    let engine = engine_with(folder.path(), TurnedClock::new(), Channels::new([chat.called()])).await;
    let channel = engine.channels().get("chat").unwrap();
    let troubled = soon("it is told", async || channel.connection()).await;
    assert!(matches!(troubled.state, Connection::Troubled { reason } if reason.contains("bad gateway")));
    chat.revoke(None);
    soon("it knows", async || channel.connection().filter(|connection| connection.state == Connection::Up)).await;
    let told = chat.announced.lock().unwrap().clone();
    assert!(told.len() >= 2 && told.iter().all(|address| address == "https://help.example.org/channels/chat/events"), "{told:?}");
    engine.stop(std::time::Duration::from_secs(5)).await;
}
