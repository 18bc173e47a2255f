//! What comes in: signed or not, too fast, in loops, and while the database is stalled.

mod hostile;

use std::time::{Duration, Instant};

use bellhop_channel_conformance::standard_webhooks;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Database, House, PATIENCE, Setup, on_both_databases, shop::SECRET, until};

on_both_databases!(
    only_what_is_signed_is_taken,
    events_without_what_they_need_are_refused,
    a_burst_of_one_sender_is_slowed_down_and_the_others_are_not,
    loops_end_and_people_are_answered,
    what_waited_at_the_stop_is_handled_after_the_start,
);

const SECOND_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

fn signed(secret: &str, id: &str, at: i64, body: &[u8]) -> Vec<(String, String)> {
    let headers = standard_webhooks::headers(secret, id, at, body);
    let json = ("content-type", "application/json".to_owned());
    headers.into_iter().chain([json]).map(|(name, value)| (name.to_owned(), value)).collect()
}

async fn only_what_is_signed_is_taken(database: Database) {
    let house = Setup::on(database).set("channels.shop.secret", &format!("[\"{SECRET}\", \"{SECOND_SECRET}\"]")).open().await;
    let ann = house.customer("ann");
    let body = || ann.message("Wo ist „mein“ Paket? 📦").to_string().into_bytes();
    let now = house.shop.now();
    let posted = async |headers: Vec<(String, String)>, body: Vec<u8>| {
        let answer = house.shop.offers_with(&headers, body.into()).await.expect("an answer");
        if answer.status == 401 {
            assert_eq!(answer.content_type, "application/problem+json");
        }
        (answer.status, answer.json["duplicate"].as_bool())
    };

    let first = body();
    let headers = signed(SECRET, "req-a", now, &first);
    assert_eq!(posted(headers.clone(), first.clone()).await, (202, Some(false)));
    assert_eq!(posted(headers, first.clone()).await, (202, Some(true)), "the same request once more");
    let second = body();
    assert_eq!(posted(signed(SECOND_SECRET, "req-b", now, &second), second.clone()).await.0, 202, "the other secret of a rotation");
    let escaped = String::from_utf8(body()).expect("text").replace("📦", "\\ud83d\\udce6").into_bytes();
    assert_eq!(posted(signed(SECRET, "req-c", now, &escaped), escaped.clone()).await.0, 202, "bytes are signed, not what they mean");
    let several = body();
    let mut headers = signed(SECRET, "req-d", now, &several);
    headers[2].1 = format!("v1,AAAA v2,something {}", headers[2].1);
    assert_eq!(posted(headers, several).await.0, 202, "one of several signatures");

    let refused = body();
    let right = signed(SECRET, "req-e", now, &refused);
    let other_body = String::from_utf8(refused.clone()).expect("text").replace("Paket", "Packet").into_bytes();
    assert_eq!(posted(right.clone(), other_body).await.0, 401, "a changed body");
    assert_eq!(posted(signed("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "req-e", now, &refused), refused.clone()).await.0, 401, "another secret");
    for (what, at) in [("old", now - 400), ("of the future", now + 400)] {
        assert_eq!(posted(signed(SECRET, "req-e", at, &refused), refused.clone()).await.0, 401, "a request that is {what}");
    }
    for missing in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let headers = right.iter().filter(|(name, _)| name != missing).cloned().collect();
        assert_eq!(posted(headers, refused.clone()).await.0, 401, "without {missing}");
    }
    for (place, value) in [(0, "req-other"), (1, "yesterday"), (1, ""), (2, "v1,"), (2, "nonsense"), (2, "v1a,AAAA")] {
        let mut headers = right.clone();
        headers[place].1 = value.to_owned();
        assert_eq!(posted(headers, refused.clone()).await.0, 401, "{value:?} for {}", right[place].0);
    }
    assert_eq!(posted(right, refused).await, (202, Some(false)), "nothing of all that was taken");
    let unknown = house.program.http().post(format!("{}/channels/nobody/events", house.program.url())).send().await.expect("an answer");
    assert_eq!(unknown.status(), 404);
    house.closes().await;
}

async fn events_without_what_they_need_are_refused(database: Database) {
    let house = House::without_articles(database).await;
    let ann = house.customer("ann");
    let whole = ann.message("my cat ate the remote control");
    for missing in ["/type", "/id", "/conversation", "/sender/id", "/sender"] {
        let mut event = whole.clone();
        let (parent, key) = missing.rsplit_once('/').expect("a pointer");
        event.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object").remove(key);
        let answer = house.shop.offers(&event).await.expect("an answer");
        assert_eq!((answer.status, answer.content_type.as_str()), (400, "application/problem+json"), "without {missing}: {answer:?}");
    }
    // What is unknown is stored and ignored.
    for event in [ann.event("dance", json!({})), ann.event("typing", json!({ "tempo": "allegro" }))] {
        house.shop.posts(&event).await;
    }
    house.shop.posts(&whole).await;
    assert!(ann.hears().await.text().contains("next in line"));
    ann.hears_nothing_more().await;
    house.closes().await;
}

async fn a_burst_of_one_sender_is_slowed_down_and_the_others_are_not(database: Database) {
    const BURST: usize = 10_000;
    let house = House::with_articles(database).await;
    let noisy = house.customer("noisy");
    let mut events: Vec<Value> = (0..BURST).map(|number| noisy.message(&format!("number {number} of very many"))).collect();
    let mut posts: JoinSet<(usize, usize)> = JoinSet::new();
    let share = BURST / 32;
    while !events.is_empty() {
        let mine = events.split_off(events.len().saturating_sub(share));
        let shop = house.shop.clone();
        posts.spawn(async move {
            let (mut taken, mut refused) = (0, 0);
            for event in mine {
                let answer = shop.offers(&event).await.expect("an answer");
                match answer.status {
                    202 => taken += 1,
                    429 | 503 => {
                        assert!(answer.retry_after.is_some_and(|seconds| seconds > 0), "{answer:?}");
                        refused += 1;
                    }
                    _ => panic!("{answer:?}"),
                }
            }
            (taken, refused)
        });
    }
    // Meanwhile the others are served.
    let mut slowest = Duration::ZERO;
    for number in 0..20 {
        let customer = house.customer(&format!("quiet-{number}"));
        let begun = Instant::now();
        assert!(customer.asks("how long does shipping take").await.text().contains("working days"));
        slowest = slowest.max(begun.elapsed());
    }
    assert!(slowest < Duration::from_secs(10), "somebody else waited {slowest:?}");
    let (taken, refused) = posts.join_all().await.into_iter().fold((0, 0), |sum, each| (sum.0 + each.0, sum.1 + each.1));
    assert_eq!(taken + refused, BURST);
    assert!(refused > BURST / 2, "one sender may not send {taken} messages at once");
    house.program.drained(Duration::from_secs(240)).await;
    let sql = "SELECT count(*) FROM message WHERE text LIKE 'number % of very many'";
    let stored = house.program.place.count(&house.program.data(), sql).await;
    assert_eq!(stored, i64::try_from(taken).expect("a count"), "what was taken is there, once each");
    house.closes().await;
}

async fn loops_end_and_people_are_answered(database: Database) {
    let house = House::with_articles(database).await;
    // An echo: what the bot says comes back as the customer's words.
    let echo = house.customer("echo");
    let mut heard = echo.asks("how long does shipping take").await.text().to_owned();
    for _ in 0..10 {
        echo.says(&heard).await;
        let replies = house.receiver.messages_of(&echo.thread);
        heard = replies.last().map_or(heard, |last| last.text().to_owned());
    }
    house.program.drained(PATIENCE).await;
    let replies = house.receiver.messages_of(&echo.thread).len();
    assert!(replies <= 4, "an echo got {replies} replies");

    // Another machine that says the same again and again.
    let machine = house.customer("machine");
    for _ in 0..10 {
        machine.says("I am out of office until Monday.").await;
    }
    house.program.drained(PATIENCE).await;
    let replies = house.receiver.messages_of(&machine.thread).len();
    assert!((1..=3).contains(&replies), "a machine got {replies} replies");

    // A person who asks four questions is answered four times.
    let ann = house.customer("ann");
    for question in ["how long does shipping take", "How do I return an item?", "Which payment methods do you accept?", "How do I reset my password?"]
    {
        let asked = ann.says(question).await;
        assert_eq!(ann.hears().await.reply_to(), Some(asked.as_str()), "{question}");
    }
    house.closes().await;
}

async fn what_waited_at_the_stop_is_handled_after_the_start(database: Database) {
    let mut house = House::without_articles(database).await;
    for number in 0..100 {
        let customer = house.customer(&format!("c{number}"));
        customer.says("my cat ate the remote control").await;
    }
    let took = house.program.restart().await;
    assert!(took < PATIENCE, "{took:?}");
    let threads: Vec<String> = (0..100).map(|number| format!("thread-c{number}")).collect();
    house.receiver.reached(&threads, PATIENCE).await;
    for thread in &threads {
        assert_eq!(house.receiver.messages_of(thread).len(), 1, "{thread}");
    }
    house.closes().await;
}

/// Somebody else has locked the file: requests are answered in time, and nothing is half done (F-05).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_file_is_locked_senders_are_told_to_come_back() {
    let house = House::without_articles(Database::Sqlite).await;
    let ann = house.customer("ann");
    ann.asks("my cat ate the remote control").await;
    let outside = rusqlite::Connection::open(house.program.data().join("bellhop.db")).expect("the file");
    outside.busy_timeout(Duration::from_secs(10)).expect("a timeout");
    outside.execute_batch("BEGIN EXCLUSIVE").expect("the lock");
    let locked = Instant::now();
    let mut refused = Vec::new();
    until("six seconds under lock", || {
        let event = house.customer(&format!("late-{}", refused.len())).message("anybody there?");
        refused.push(event.clone());
        let shop = house.shop.clone();
        async move {
            let begun = Instant::now();
            let answer = shop.offers(&event).await.expect("an answer");
            assert_eq!(answer.status, 503, "{answer:?}");
            assert!(answer.retry_after.is_some(), "{answer:?}");
            assert!(begun.elapsed() < Duration::from_millis(2_500), "answered after {:?}", begun.elapsed());
            (locked.elapsed() > Duration::from_secs(6)).then_some(())
        }
    })
    .await;
    outside.execute_batch("ROLLBACK").expect("the end of the lock");
    drop(outside);
    for event in &refused {
        house.shop.insists(event, PATIENCE).await;
    }
    let threads: Vec<String> = refused.iter().map(|event| event["conversation"].as_str().expect("a thread").to_owned()).collect();
    house.receiver.reached(&threads, PATIENCE).await;
    house.program.drained(PATIENCE).await;
    for thread in &threads {
        assert_eq!(house.receiver.messages_of(thread).len(), 1, "{thread}");
        let conversations = house.agent.conversations_of(thread).await;
        assert_eq!(conversations.len(), 1, "{thread}");
        let messages = house.agent.messages(&conversations[0]).await;
        assert_eq!(messages.iter().filter(|message| message["direction"] == "in").count(), 1, "{thread}");
    }
    house.closes().await;
}
