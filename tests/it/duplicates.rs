//! Events that come twice: one after the other, side by side, after a restart, and after a lost answer (F-01, F-03).

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt as _, net::TcpStream, task::JoinSet};

use crate::support::{Database, House, PATIENCE, on_both_databases, until};

on_both_databases!(
    the_same_event_again_has_no_effect,
    fifty_at_once_are_one,
    a_sender_who_never_saw_the_answer_may_send_again,
    ten_first_messages_at_once_are_one_person_and_one_conversation,
);

/// What the customers of a thread wrote, as it is stored.
async fn stored(house: &House, thread: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for conversation in house.agent.conversations_of(thread).await {
        for message in house.agent.messages(&conversation).await {
            if message["direction"] == "in" {
                texts.push(message["text"].as_str().unwrap_or_default().to_owned());
            }
        }
    }
    texts
}

async fn the_same_event_again_has_no_effect(database: Database) {
    let mut house = House::without_articles(database).await;
    let event = house.customer("ann").message("my cat ate the remote control");
    assert!(!house.shop.posts(&event).await, "new");
    house.customer("ann").hears().await;
    assert!(house.shop.posts(&event).await, "known");

    // The first body wins.
    let mut other = event.clone();
    other["message"]["text"] = json!("something else");
    assert!(house.shop.posts(&other).await, "known");

    house.program.restart().await;
    assert!(house.shop.posts(&event).await, "known after a restart");
    let ann = house.customer("ann");
    // Its own events have been used above.
    ann.event("typing", json!({}));
    ann.hears_nothing_more().await;
    assert_eq!(stored(&house, "thread-ann").await, ["my cat ate the remote control", "/help"]);
    house.closes().await;
}

async fn fifty_at_once_are_one(database: Database) {
    let house = House::without_articles(database).await;
    let event = house.customer("ann").message("my cat ate the remote control");
    let mut posts = JoinSet::new();
    for _ in 0..50 {
        let (shop, event) = (house.shop.clone(), event.clone());
        // One sender may not send that fast, so some come again.
        posts.spawn(async move { shop.insists(&event, PATIENCE).await });
    }
    let known = posts.join_all().await;
    assert_eq!(known.iter().filter(|known| !**known).count(), 1, "exactly one was new: {known:?}");
    house.customer("ann").hears().await;
    assert_eq!(stored(&house, "thread-ann").await.len(), 1);
    assert_eq!(house.receiver.messages_of("thread-ann").len(), 1);
    house.closes().await;
}

async fn a_sender_who_never_saw_the_answer_may_send_again(database: Database) {
    let house = House::without_articles(database).await;
    for number in 0..20 {
        let customer = house.customer(&format!("c{number}"));
        let event = customer.message("my cat ate the remote control");
        hangs_up_after_sending(&house, &event, Duration::from_micros(200 * number)).await;
        house.shop.insists(&event, PATIENCE).await;
        customer.hears().await;
    }
    house.program.drained(PATIENCE).await;
    for number in 0..20 {
        let thread = format!("thread-c{number}");
        assert_eq!(stored(&house, &thread).await.len(), 1, "{thread}");
        assert_eq!(house.receiver.messages_of(&thread).len(), 1, "{thread}");
    }
    house.closes().await;
}

/// Posts the event and cuts the connection without reading the answer.
async fn hangs_up_after_sending(house: &House, event: &Value, after: Duration) {
    let body = event.to_string();
    let address = house.program.url().replace("http://", "");
    let mut request = format!("POST /channels/shop/events HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in house.shop.headers(body.as_bytes()) {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(&body);
    let mut stream = TcpStream::connect(&address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("the request is sent");
    stream.flush().await.expect("the request is sent");
    // Cut at a moment that differs from one event to the next: before, during or after the commit.
    let _never_answered = tokio::time::timeout(after, stream.readable()).await;
    drop(stream);
}

async fn ten_first_messages_at_once_are_one_person_and_one_conversation(database: Database) {
    let house = House::without_articles(database).await;
    let ann = house.customer("ann");
    let mut posts = JoinSet::new();
    for number in 0..10 {
        let (shop, event) = (house.shop.clone(), ann.message(&format!("picture {number}")));
        posts.spawn(async move { shop.posts(&event).await });
    }
    posts.join_all().await;
    until("ten messages", || async { (stored(&house, &ann.thread).await.len() == 10).then_some(()) }).await;
    assert_eq!(house.agent.conversations_of(&ann.thread).await.len(), 1);
    assert_eq!(house.agent.all("/contacts").await.len(), 1);

    // One person on two threads at once is still one.
    let mut posts = JoinSet::new();
    for number in 0..8 {
        let customer = house.customer("bob");
        let mut event = customer.message("hello there, my cat again");
        event["id"] = json!(format!("bob-{number}"));
        event["message"]["id"] = json!(format!("bob-m-{number}"));
        event["conversation"] = json!(format!("bob-thread-{number}"));
        let shop = house.shop.clone();
        posts.spawn(async move { shop.posts(&event).await });
    }
    posts.join_all().await;
    house.program.drained(PATIENCE).await;
    assert_eq!(house.agent.all("/contacts").await.len(), 2);
    house.closes().await;
}
