//! The same request twice is done once.

use axum::http::Method;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn the_same_key_makes_one_message_with_one_answer() {
    let world = World::open().await;
    let id = world.queued("thread-1").await;
    let agent = world.with("agent").await;
    let path = format!("/api/v1/conversations/{id}/messages");
    let say = async |text: &str, key: &str| agent.call(Method::POST, &path, Some(json!({"text": text})), &[("idempotency-key", key)]).await;
    let first = say("On its way.", "k1").await.is(201);
    let again = say("On its way.", "k1").await.is(201);
    assert_eq!(first.json(), again.json());
    assert_eq!(again.header("idempotency-replayed"), "true");
    say("Another text.", "k1").await.is(422);
    let other = say("On its way.", "k2").await.is(201);
    assert_ne!(first.json()["id"], other.json()["id"]);
    // Somebody else's key is another key.
    let colleague = world.with("agent").await;
    let theirs = colleague.call(Method::POST, &path, Some(json!({"text": "On its way."})), &[("idempotency-key", "k1")]).await.is(201);
    assert_ne!(first.json()["id"], theirs.json()["id"]);
    let messages = agent.get(&path).await.json();
    let said = messages["items"].as_array().unwrap().iter().filter(|message| message["text"] == "On its way.").count();
    assert_eq!(said, 3);
}

#[tokio::test]
async fn twenty_at_once_are_one() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    let make = || admin.call(Method::POST, "/api/v1/contacts", Some(json!({"name": "Ann"})), &[("idempotency-key", "once")]);
    let answers = futures_util::future::join_all((0..20).map(|_| make())).await;
    let first = answers[0].json();
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.json() == first));
    assert_eq!(admin.get("/api/v1/contacts").await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_refused_may_be_corrected_under_the_same_key() {
    let world = World::open().await;
    let id = world.queued("thread-1").await;
    let agent = world.with("agent").await;
    let path = format!("/api/v1/conversations/{id}/ticket");
    let convert = async |body| agent.call(Method::POST, &path, Some(body), &[("idempotency-key", "k")]).await;
    convert(json!({"template": "refund"})).await.is(422);
    convert(json!({"template": "refund", "fields": {"order_number": "1001"}})).await.is(201);
    let again = convert(json!({"template": "refund", "fields": {"order_number": "1001"}})).await;
    assert_eq!(again.status, 201, "the same answer, although converting again answers 200");
}

#[tokio::test]
async fn keys_have_a_length() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    for key in [String::new(), "k".repeat(256)] {
        admin.call(Method::POST, "/api/v1/contacts", Some(json!({})), &[("idempotency-key", &key)]).await.is(400);
    }
}
