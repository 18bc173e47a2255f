//! getUpdates.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::start;

fn ids(updates: &[Value]) -> Vec<i64> {
    updates.iter().map(|update| update["update_id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_higher_offset_confirms_and_a_negative_one_forgets() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    for text in ["1", "2", "3", "4"] {
        ann.says(text);
    }
    let all = ids(&bot.updates(0).await);
    assert_eq!(all.len(), 4);
    assert_eq!(ids(&bot.updates(0).await), all, "nothing is confirmed by looking");
    assert_eq!(ids(&bot.updates(all[1]).await), all[1..], "an offset itself is not confirmed");
    assert_eq!(fake.confirmed(), all[..1]);
    assert_eq!(bot.does("getUpdates", json!({ "offset": all[1], "limit": 1 })).await.as_array().unwrap().len(), 1);
    assert_eq!(ids(&bot.updates(-1).await), all[3..]);
    assert_eq!(ids(&bot.updates(0).await), all[3..]);
    assert!(bot.updates(all[3] + 1).await.is_empty());
    assert_eq!(fake.pending(), 0);
}

#[tokio::test]
async fn numbers_may_fall_and_a_stale_offset_still_sees_what_is_new() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    ann.says("before");
    let before = ids(&bot.updates(0).await)[0];
    assert!(bot.updates(before + 1).await.is_empty());
    fake.update_ids_from(17);
    ann.says("after");
    assert_eq!(ids(&bot.updates(before + 1).await), [17]);
    assert_eq!(ids(&bot.updates(before + 1).await), [17], "an offset of another life confirms nothing");
    assert!(bot.updates(18).await.is_empty());
}

#[tokio::test]
async fn a_long_poll_waits_and_answers_at_once_when_something_comes() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    let began = Instant::now();
    assert!(bot.does("getUpdates", json!({ "timeout": 1 })).await.as_array().unwrap().is_empty());
    assert!(began.elapsed() >= Duration::from_secs(1));
    let began = Instant::now();
    let poll = bot.does("getUpdates", json!({ "timeout": 30 }));
    let speak = async {
        fake.until("second poll", |fake| (fake.calls("getUpdates").len() == 2).then_some(())).await;
        ann.says("hello");
    };
    let (updates, ()) = tokio::join!(poll, speak);
    assert_eq!(updates[0]["message"]["text"], "hello");
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn of_two_who_ask_the_earlier_is_sent_away() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    let first = bot.fails("getUpdates", json!({ "timeout": 30 }));
    let second = async {
        fake.until("first poll", |fake| (fake.calls("getUpdates").len() == 1).then_some(())).await;
        bot.does("getUpdates", json!({ "timeout": 30 })).await
    };
    let speak = async {
        fake.until("second poll", |fake| (fake.calls("getUpdates").len() == 2).then_some(())).await;
        ann.says("hello");
    };
    let (first, second, ()) = tokio::join!(first, second, speak);
    assert_eq!(first, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running");
    assert_eq!(second[0]["message"]["text"], "hello");
}

#[tokio::test]
async fn only_what_was_asked_for_comes_and_reactions_only_by_name() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    let message = ann.says("hello");
    ann.reacts(message, "👍");
    ann.edits(message, "hello!");
    let kinds = |updates: &[Value]| -> Vec<String> {
        let kind = |update: &Value| update.as_object().unwrap().keys().find(|key| *key != "update_id").unwrap().clone();
        updates.iter().map(kind).collect()
    };
    assert_eq!(kinds(&bot.updates(0).await), ["message", "edited_message"]);
    bot.does("getUpdates", json!({ "offset": -1, "allowed_updates": ["message", "message_reaction"] })).await;
    let last = ids(&bot.updates(0).await)[0];
    ann.reacts(message, "🎉");
    ann.edits(message, "hello?");
    ann.says("more");
    let updates = bot.updates(last + 1).await;
    assert_eq!(kinds(&updates), ["message_reaction", "message"]);
    assert_eq!(updates[0]["message_reaction"]["old_reaction"], json!([{ "type": "emoji", "emoji": "👍" }]));
    assert_eq!(updates[0]["message_reaction"]["new_reaction"], json!([{ "type": "emoji", "emoji": "🎉" }]));
    assert_eq!(updates[0]["message_reaction"]["user"]["id"], json!(ann.id()));
}

#[tokio::test]
async fn raw_updates_come_as_they_are() {
    let (fake, bot) = start().await;
    fake.raw_update(json!({ "message": { "nonsense": true } }));
    fake.raw_update(json!({ "update_id": 3, "future_kind": {} }));
    let updates = bot.updates(0).await;
    assert_eq!(updates[0]["message"], json!({ "nonsense": true }));
    assert_eq!(updates[1], json!({ "update_id": 3, "future_kind": {} }));
}
