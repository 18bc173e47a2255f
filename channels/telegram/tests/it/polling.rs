//! Fetching updates: nothing is confirmed before it is stored, and nothing holds up what follows.

use std::sync::Arc;

use bellhop_channel::{Connection, Customer, SendError, Side};
use bellhop_channel_conformance::{Call, Fake, Platform};
use bellhop_channel_telegram::UNREADABLE;
use bellhop_telegram_fake::{Fault, TelegramFake};
use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::bot::{self, Inbox, Running};

#[tokio::test]
async fn nothing_is_confirmed_before_it_is_stored() {
    let fake = TelegramFake::start().await;
    let ann = fake.person("Ann", "en");
    ann.says("one");
    ann.says("two");
    let inbox = Arc::new(Inbox::default());
    inbox.refuse(3);
    let running = Running::with(&fake, Arc::clone(&inbox));
    // Three refusals are four questions, and none of them said yes.
    fake.until("fourth question", |fake| (fake.calls("getUpdates").len() >= 4).then_some(())).await;
    let early: Vec<_> = fake.calls("getUpdates").into_iter().take(4).filter(|call| call.args.get("offset").is_some()).collect();
    assert_eq!(early.len(), 0, "what was refused was confirmed");
    inbox.until_kept(2).await;
    fake.until("confirmation", |fake| (fake.confirmed().len() == 2).then_some(())).await;
    ann.says("three");
    let kept = inbox.until_kept(3).await;
    assert!(kept.iter().all(|envelope| envelope.side == Side::Customer && envelope.thread == ann.id().to_string()));
    running.stop().await.unwrap();
    assert!(fake.calls("").iter().all(|call| call.args.get("drop_pending_updates").is_none()));
}

#[tokio::test]
async fn numbers_that_start_again_lower_are_not_old() {
    let fake = TelegramFake::start().await;
    let ann = fake.person("Ann", "en");
    fake.update_ids_from(900_000_000);
    let running = Running::start(&fake);
    ann.says("before");
    running.inbox.until_kept(1).await;
    fake.until("confirmation", |fake| (fake.pending() == 0).then_some(())).await;
    for first in [17, 900_000_000, 3] {
        fake.update_ids_from(first);
        let before = running.inbox.kept().len();
        ann.says("after a quiet week");
        running.inbox.until_kept(before + 1).await;
    }
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_poisonous_update_goes_to_the_dead_letters_and_the_batch_goes_on() {
    let fake = TelegramFake::start().await;
    let ann = fake.person("Ann", "en");
    for number in 1..=100 {
        match number {
            57 => fake.raw_update(json!({"message": {"text": "who am I?"}})),
            90 => fake.raw_update(json!("nonsense")),
            _ => drop(ann.says(&format!("message {number}"))),
        }
    }
    let running = Running::start(&fake);
    let kept = running.inbox.until_kept(100).await;
    assert_eq!(kept.iter().filter(|envelope| envelope.thread == UNREADABLE).count(), 2);
    fake.until("confirmation", |fake| (fake.pending() == 0).then_some(())).await;
    let channel = bot::customers(&fake);
    for envelope in &kept {
        assert_eq!(channel.normalise(&envelope.body).is_err(), envelope.thread == UNREADABLE);
    }
    running.stop().await.unwrap();
}

#[tokio::test]
async fn another_poller_is_told_in_words_and_nothing_is_lost() {
    let fake = TelegramFake::start().await;
    let ann = fake.person("Ann", "en");
    fake.fails("getUpdates", 2, Fault::conflict());
    ann.says("hello");
    let running = Running::start(&fake);
    running.inbox.until_troubled("another program fetches").await;
    running.inbox.until_kept(1).await;
    running.inbox.until_up().await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_webhook_is_taken_away_at_the_start_and_told_when_it_comes_back() {
    let fake = TelegramFake::start().await;
    let ann = fake.person("Ann", "en");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let set = || http.post(format!("{}/bot{}/setWebhook", fake.url(), fake.token())).json(&json!({"url": "http://127.0.0.1:9/hook"})).send();
    set().await.unwrap();
    ann.says("hello");
    let running = Running::start(&fake);
    running.inbox.until_kept(1).await;
    fake.until("second question", |fake| (fake.calls("getUpdates").len() >= 3).then_some(())).await;
    set().await.unwrap();
    running.inbox.until_troubled("webhook").await;
    assert_eq!(fake.calls("deleteWebhook").len(), 1, "two programs do not fight over it");
    http.post(format!("{}/bot{}/deleteWebhook", fake.url(), fake.token())).send().await.unwrap();
    ann.says("still there?");
    running.inbox.until_kept(2).await;
    running.inbox.until_up().await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_revoked_token_ends_it_with_words() {
    let fake = TelegramFake::start().await;
    let running = Running::start(&fake);
    fake.until("question", |fake| (!fake.calls("getUpdates").is_empty()).then_some(())).await;
    fake.revoke_token(true);
    let error = running.ended().await.unwrap_err();
    assert!(matches!(&error, SendError::ChannelStopped { reason } if reason.contains("BotFather")), "{error:?}");
    assert!(!error.to_string().contains(&fake.token()));
}

#[tokio::test]
async fn troubles_of_the_platform_are_sat_out() {
    let fake = TelegramFake::start().await;
    let ann = fake.person("Ann", "en");
    for fault in [Fault::Status(502), Fault::Malformed, Fault::Reset, Fault::RetryAfter(1)] {
        fake.fails("getUpdates", 1, fault);
    }
    ann.says("hello");
    let running = Running::start(&fake);
    running.inbox.until_kept(1).await;
    let states = running.inbox.connections();
    assert!(states.len() >= 4 && states.last() == Some(&Connection::Up), "{states:?}");
    for state in states {
        if let Connection::Troubled { reason } = state {
            assert!(!reason.contains(&fake.token()) && !reason.contains("://"), "{reason}");
        }
    }
    running.stop().await.unwrap();
}

#[tokio::test]
async fn the_waiting_sign_of_a_customers_button_ends_by_itself() {
    let fake = TelegramFake::start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    let message = bot::with(ann.id(), "Did that help?", |message| message.buttons = vec![bot::button("b-1", "Yes")]);
    bot::customers(&fake).send(&message).await.unwrap();
    let running = Running::start(&fake);
    assert_eq!(ann.presses("Yes").until_answered().await.text, "");
    running.inbox.until_kept(2).await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_without_webhooks_is_fetched_from_all_the_same() {
    let fake = TelegramFake::start().await;
    let ann = fake.person("Ann", "en");
    fake.fails("deleteWebhook", 1, Fault::bad_request("method is not supported"));
    ann.says("hello");
    let running = Running::start(&fake);
    running.inbox.until_kept(1).await;
    running.stop().await.unwrap();
}

/// A server that holds no questions, and hands out everything again to whoever does not say where to begin.
struct Forgetful;

impl Platform for Forgetful {
    fn inspect(&self, _: &Call) -> Result<(), String> {
        Ok(())
    }

    fn answer(&self, call: &Call) -> Response<Bytes> {
        let from = serde_json::from_slice::<Value>(&call.body).ok().and_then(|asked| asked["offset"].as_i64()).unwrap_or_default();
        let all = json!([{"update_id": 5, "message": {"message_id": 1, "chat": {"id": 7}, "from": {"id": 7}, "text": "hello"}}]);
        let result = match call.path.contains("getUpdates") {
            true if from <= 5 => all,
            true => json!([]),
            false => json!({"username": "SomeBot"}),
        };
        Response::new(json!({"ok": true, "result": result}).to_string().into())
    }
}

#[tokio::test]
async fn a_server_that_forgets_nothing_is_not_asked_for_everything_again_and_again() {
    let fake = Fake::start(Forgetful).await;
    let section = json!({"token": "1:a", "api_url": fake.url()});
    let Some(Customer::Pull(channel)) = bot::channel(&section).customer else { panic!("a channel that polls is pulled") };
    let (inbox, stop, tasks) = (Arc::new(Inbox::default()), CancellationToken::new(), TaskTracker::new());
    let (mailbox, told) = (Arc::clone(&inbox), stop.clone());
    tasks.spawn(async move { channel.run(mailbox, told).await });
    let questions = |calls: &[Call]| calls.iter().filter(|call| call.path.contains("getUpdates")).cloned().collect::<Vec<_>>();
    let asked = fake.until("sixth question", |_, calls| Some(questions(calls)).filter(|asked| asked.len() >= 6)).await;
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    assert_eq!(asked.iter().filter(|call| !String::from_utf8_lossy(&call.body).contains("offset")).count(), 2);
    assert_eq!(inbox.kept().len(), 1);
}
