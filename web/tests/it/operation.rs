//! What operators see and do.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::world::{World, eventually};

#[tokio::test]
async fn a_stopped_channel_is_seen_and_resumed() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    let channel = admin.get("/api/v1/channels").await.is(200).json()["items"][0].clone();
    assert_eq!((&channel["name"], &channel["state"], &channel["last_event_at"]), (&json!("shop"), &json!("running"), &Value::Null));
    world.channel.closed.store(true, Ordering::SeqCst);
    world.queued("thread-1").await;
    let stopped = eventually(async || {
        let channel = admin.get("/api/v1/channels").await.json()["items"][0].clone();
        (channel["state"] == "stopped").then_some(channel)
    })
    .await;
    assert_eq!(stopped["stopped"]["reason"], "the account was closed");
    assert!(stopped["last_event_at"].is_string() && stopped["received"] == 1, "{stopped}");
    world.channel.closed.store(false, Ordering::SeqCst);
    assert_eq!(admin.post("/api/v1/channels/shop/resume", json!({})).await.is(200).json()["state"], "running");
    admin.post("/api/v1/channels/other/resume", json!({})).await.is(404);
    let id = world.queued("thread-2").await;
    admin.post(&format!("/api/v1/conversations/{id}/messages"), json!({"text": "We are back."})).await.is(201);
    eventually(async || {
        let sent = world.channel.sent.lock().unwrap();
        sent.iter().any(|outbound| outbound.message.as_ref().is_some_and(|message| message.text == "We are back.")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_was_given_up_is_seen_tried_again_and_dropped() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    for number in [1, 2] {
        let event = json!({"id": format!("poison-{number}"), "thread": "thread-1", "text": "x", "poison": true});
        world.anybody().post("/channels/shop/events", event).await.is(202);
    }
    let letters = eventually(async || {
        let letters = admin.get("/api/v1/dead-letters").await.is(200).json();
        (letters["items"].as_array()?.len() == 2).then_some(letters)
    })
    .await;
    let letter = &letters["items"][0];
    assert_eq!((&letter["channel"], &letter["thread"]), (&json!("shop"), &json!("thread-1")));
    assert!(letter["reason"].as_str().unwrap().contains("poisonous"), "{letter}");
    assert!(letter.get("body").is_none(), "contents are shown one by one only");
    let path = format!("/api/v1/dead-letters/{}", letter["id"].as_str().unwrap());
    assert_eq!(admin.get(&path).await.is(200).json()["body"]["poison"], json!(true));
    admin.post(&format!("{path}/replay"), json!({})).await.is(204);
    eventually(async || (admin.get(&path).await.status == 200).then_some(())).await;
    admin.post(&format!("{path}/discard"), json!({})).await.is(204);
    admin.get(&path).await.is(404);
    admin.post(&format!("{path}/discard"), json!({})).await.is(404);
    admin.post("/api/v1/dead-letters/nonsense/replay", json!({})).await.is(404);
    assert_eq!(admin.get("/api/v1/dead-letters").await.json()["items"].as_array().unwrap().len(), 1);
}
