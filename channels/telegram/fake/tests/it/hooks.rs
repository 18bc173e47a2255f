//! The webhook.

use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use axum::{Router, extract::State, http::HeaderMap, routing::post};
use serde_json::{Value, json};

use crate::start;

/// What came to the webhook, and how it answers.
#[derive(Default)]
struct Seen {
    came: Vec<(Value, String, Instant)>,
    refuse: u32,
    reply: Value,
    at_once: usize,
    most: usize,
    /// Called a few times before it answers, so that others can come meanwhile.
    busy_with: Option<String>,
}

type Shared = Arc<Mutex<Seen>>;

async fn take(State(seen): State<Shared>, headers: HeaderMap, body: String) -> (axum::http::StatusCode, String) {
    let secret = headers.get("x-telegram-bot-api-secret-token").map(|secret| secret.to_str().unwrap().to_owned()).unwrap_or_default();
    let busy_with = {
        let mut seen = seen.lock().unwrap();
        seen.at_once += 1;
        seen.most = seen.most.max(seen.at_once);
        seen.came.push((serde_json::from_str(&body).unwrap(), secret, Instant::now()));
        seen.busy_with.clone()
    };
    if let Some(url) = busy_with {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        for _ in 0..20 {
            client.get(&url).send().await.unwrap();
        }
    }
    let mut seen = seen.lock().unwrap();
    seen.at_once -= 1;
    if seen.refuse > 0 {
        seen.refuse -= 1;
        return (axum::http::StatusCode::INTERNAL_SERVER_ERROR, String::new());
    }
    let reply = if seen.reply.is_null() { String::new() } else { seen.reply.take().to_string() };
    (axum::http::StatusCode::OK, reply)
}

async fn hook() -> (String, Shared) {
    let seen = Shared::default();
    let router = Router::new().route("/hook", post(take)).with_state(Arc::clone(&seen));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    #[expect(clippy::disallowed_methods, reason = "a server of the test, which ends with it")]
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, seen)
}

#[tokio::test]
async fn updates_are_posted_with_the_secret_and_again_until_they_are_taken() {
    let (fake, bot) = start().await;
    let (url, seen) = hook().await;
    let ann = fake.person("Ann", "en");
    ann.says("before");
    seen.lock().unwrap().refuse = 3;
    bot.does("setWebhook", json!({ "url": url, "secret_token": "s3cret-_" })).await;
    ann.says("after");
    fake.until("all delivered", |fake| (fake.confirmed().len() == 2).then_some(())).await;
    let info = bot.does("getWebhookInfo", json!({})).await;
    assert_eq!((&info["url"], &info["pending_update_count"]), (&json!(url), &json!(0)));
    assert_eq!(info["last_error_message"], "Wrong response from the webhook: 500 Internal Server Error");
    let came =
        seen.lock().unwrap().came.iter().map(|(update, secret, at)| (update["message"]["text"].clone(), secret.clone(), *at)).collect::<Vec<_>>();
    let texts: Vec<&str> = came.iter().map(|(text, ..)| text.as_str().unwrap()).collect();
    assert_eq!(texts, ["before", "before", "before", "before", "after"], "a chat's updates keep their order");
    assert!(came.iter().all(|(_, secret, _)| secret == "s3cret-_"));
    assert!(came[3].2 - came[2].2 > came[1].2 - came[0].2, "pauses grow");
}

#[tokio::test]
async fn chats_do_not_wait_for_each_other_but_for_connections() {
    for (connections, most) in [(1, 1), (2, 2), (40, 4)] {
        let (fake, bot) = start().await;
        let (url, seen) = hook().await;
        seen.lock().unwrap().busy_with = Some(format!("{}/getMe", bot.base));
        for name in ["Ann", "Bob", "Cem", "Dee"] {
            fake.person(name, "en").says("hello");
        }
        bot.does("setWebhook", json!({ "url": url, "max_connections": connections })).await;
        fake.until("all delivered", |fake| (fake.pending() == 0).then_some(())).await;
        assert_eq!(seen.lock().unwrap().most, most);
    }
}

#[tokio::test]
async fn a_call_may_come_in_the_answer() {
    let (fake, bot) = start().await;
    let (url, seen) = hook().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    seen.lock().unwrap().reply = json!({ "method": "sendMessage", "chat_id": ann.id(), "text": "hello" });
    bot.does("setWebhook", json!({ "url": url })).await;
    assert_eq!(ann.until_hears("hello").await.text, "hello");
}

#[tokio::test]
async fn there_is_either_a_webhook_or_polling() {
    let (fake, bot) = start().await;
    let (url, _seen) = hook().await;
    let poll = bot.fails("getUpdates", json!({ "timeout": 30 }));
    let set = async {
        fake.until("poll", |fake| (fake.calls("getUpdates").len() == 1).then_some(())).await;
        bot.does("setWebhook", json!({ "url": url })).await
    };
    let (cut_off, _) = tokio::join!(poll, set);
    assert_eq!(cut_off, "Conflict: terminated by setWebhook request");
    let refused = bot.fails("getUpdates", json!({})).await;
    assert_eq!(refused, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
    bot.does("deleteWebhook", json!({ "drop_pending_updates": true })).await;
    assert!(bot.updates(0).await.is_empty());
    for (args, description) in [
        (json!({ "url": "nonsense" }), "invalid webhook URL specified"),
        (json!({ "url": url, "secret_token": "a b" }), "secret token contains unallowed characters"),
        (json!({ "url": url, "secret_token": "a".repeat(257) }), "secret token is too long"),
    ] {
        assert_eq!(bot.fails("setWebhook", args).await, format!("Bad Request: {description}"));
    }
}
