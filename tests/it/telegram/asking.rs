//! Agents of two departments in one staff group.

use std::time::Duration;

use bellhop_telegram_fake::{Seen, TelegramFake};
use reqwest::Method;
use serde_json::json;

use super::{linked, topic_of};
use crate::support::{Database, Setup, on_both_databases, until};

on_both_databases!(another_department_is_asked_and_answers_in_the_group);

/// The newest post of the bot outside all topics with these words.
async fn in_general(telegram: &TelegramFake, words: &str) -> Seen {
    telegram
        .until(&format!("{words:?} in the general topic"), |telegram| {
            telegram.general().into_iter().rev().find(|post| post.from_bot && !post.deleted && post.text.contains(words))
        })
        .await
}

async fn another_department_is_asked_and_answers_in_the_group(database: Database) {
    let house = Setup::on(database).set("channels.helpdesk.per_thread", "0s").with_clock().with_telegram("poll").open().await;
    house.agent.put("/departments/warehouse", json!({ "name": { "en": "Warehouse" } })).await;
    let telegram = house.telegram();
    let (bo, mei) = (linked(&house, "Bo", "agent").await, linked(&house, "Mei", "agent").await);
    let ann = telegram.person("Ann", "en");
    ann.says("my cat ate the remote control");
    let topic = topic_of(telegram, "Ann").await.id;
    telegram.until_posted(topic, "remote control").await;
    ann.sends_file("cat.txt", "text/plain", "the cat", "This is she");
    bo.presses_in(topic, "Take it").until_answered().await;
    let shown = telegram
        .until("the file in the topic", |telegram| {
            telegram.topic(topic)?.posts.into_iter().find(|post| post.from_bot && post.text.contains("This is she"))
        })
        .await;

    telegram.until("her file", |telegram| telegram.topic(topic)?.posts.into_iter().find(|post| post.from_bot && post.file.is_some())).await;
    // A group takes few calls a minute: now and then a while passes.
    let a_while = || house.pass(Duration::from_secs(120));
    a_while();
    // Wrong input changes nothing, and says how it is done.
    bo.writes_in(topic, "/ask warehose Do we have another?");
    telegram.until_posted(topic, "/ask <department> <question>").await;
    assert!(house.agent.all("/requests").await.is_empty());

    // The question stands in the topic, with the file, and outside all topics, where the other department sees it.
    bo.replies(shown.id, "/ask warehouse Do we have another *remote*?");
    let question = in_general(telegram, "Do we have another").await;
    assert!(question.text.contains("Warehouse") && question.text.contains("Bo") && question.text.contains("Ann"), "{question}");
    assert!(question.text.contains("cat.txt"), "{question}");
    telegram.until_posted(topic, "question to Warehouse").await;
    let card =
        |words: &'static str| telegram.until("the card", move |telegram| telegram.topic(topic)?.pinned.filter(|card| card.text.contains(words)));
    a_while();
    card("Nobody has it yet").await;
    mei.presses(question.id, "I see to it").until_answered().await;
    card("Mei has it").await;
    mei.presses(question.id, "⏱ 1 hour").until_answered().await;
    a_while();
    card("an answer is expected by").await;

    // She answers it where she reads it; the answer comes to whoever asked, and not to the customer.
    mei.replies(question.id, "Two are left.");
    telegram.until_posted(topic, "answer for Bo").await;
    a_while();
    telegram.until_posted(topic, "Two are left.").await;
    let done = in_general(telegram, "Mei answered").await;
    assert_eq!((done.id, done.labels().len()), (question.id, 0), "{done}");
    assert!(ann.hears().iter().all(|heard| !heard.text.contains("another") && !heard.text.contains("Two are left")), "{:?}", ann.hears());

    // What nobody needs any more is withdrawn.
    bo.writes_in(topic, "/ask warehouse And batteries?");
    let second = in_general(telegram, "And batteries?").await;
    bo.writes_in(topic, "/asked withdraw");
    telegram
        .until("it is withdrawn", |telegram| telegram.general().into_iter().find(|post| post.id == second.id && post.text.contains("Withdrawn")))
        .await;

    // Nothing of her is left in either when she is forgotten.
    let contact = house.agent.finds_with_status(&ann.id().to_string(), "open").await["contact"].as_str().expect("an id").to_owned();
    assert_eq!(house.agent.tries(Method::DELETE, &format!("/contacts/{contact}"), json!({})).await.status, 204);
    a_while();
    until("a group that knows nothing of her", || async {
        let posts = telegram.general().into_iter().filter(|post| post.from_bot && !post.deleted);
        let mut posts = posts.filter(|post| ["Ann", "another", "Two are left", "batteries", "cat.txt"].iter().any(|word| post.text.contains(word)));
        posts.next().is_none().then_some(())
    })
    .await;
    house.closes().await;
}
