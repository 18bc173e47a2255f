//! Telegram calls us.

use bellhop_channel::{SendError, VerifyError};
use bellhop_channel_telegram::UNREADABLE;
use bellhop_telegram_fake::{Fault, TelegramFake};
use http::HeaderMap;
use serde_json::json;

use crate::bot;

const SECRET: &str = "x-telegram-bot-api-secret-token";

#[tokio::test]
async fn the_webhook_is_announced_with_a_secret_and_what_we_want_to_hear() {
    let fake = TelegramFake::start().await;
    let channel = bot::pushed(&fake);
    channel.announce("http://127.0.0.1:9/channels/bot/events").await.unwrap();
    let call = fake.calls("setWebhook").remove(0);
    assert_eq!(call.args["url"], "http://127.0.0.1:9/channels/bot/events");
    assert!(call.args["allowed_updates"].as_array().unwrap().contains(&json!("message_reaction")));
    assert!(call.args.get("drop_pending_updates").is_none());
    let mut headers = HeaderMap::new();
    headers.insert(SECRET, call.args["secret_token"].as_str().unwrap().parse().unwrap());
    assert_eq!(channel.verify(&headers, b"{}", bot::now()), Ok(()));
    // Another node, or the same one after a restart, says the same.
    assert_eq!(bot::pushed(&fake).verify(&headers, b"{}", bot::now()), Ok(()));
    fake.fails("setWebhook", 1, Fault::bad_request("bad webhook: HTTPS url must be provided for webhook"));
    let error = channel.announce("http://127.0.0.1:9/channels/bot/events").await.unwrap_err();
    assert!(matches!(&error, SendError::Refused { reason, .. } if reason.contains("HTTPS")), "{error:?}");
}

#[tokio::test]
async fn only_telegram_is_let_in() {
    let fake = TelegramFake::start().await;
    let channel = bot::pushed(&fake);
    let said = |secret: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(SECRET, secret.parse().unwrap());
        channel.verify(&headers, b"{}", bot::now())
    };
    assert_eq!(said("guess"), Err(VerifyError::Signature));
    assert_eq!(said(""), Err(VerifyError::Signature));
    assert!(matches!(channel.verify(&HeaderMap::new(), b"{}", bot::now()), Err(VerifyError::Header(_))));
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_for_the_dead_letters() {
    let fake = TelegramFake::start().await;
    let channel = bot::pushed(&fake);
    let deep = format!(r#"{{"update_id": 1, "message": {}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    for raw in ["not json", "[1]", "{}", r#"{"update_id": 1, "message": {"text": "hi"}}"#, &deep] {
        let envelope = channel.envelope(raw.as_bytes()).unwrap();
        assert_eq!((envelope.thread.as_str(), &*envelope.body), (UNREADABLE, raw));
        assert_eq!(channel.envelope(raw.as_bytes()).unwrap().key, envelope.key, "a repeat is one");
        assert!(channel.normalise(raw).is_err());
    }
    assert!(channel.envelope(b"\xff\xfe").is_err());
}

#[tokio::test]
async fn the_waiting_sign_of_a_customers_button_ends_by_itself() {
    let fake = TelegramFake::start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    let channel = bot::pushed(&fake);
    let message = bot::with(ann.id(), "Did that help?", |message| message.buttons = vec![bot::button("b-1", "Yes")]);
    channel.send(&message).await.unwrap();
    let press = ann.presses("Yes");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let updates = http.get(format!("{}/bot{}/getUpdates", fake.url(), fake.token())).send().await.unwrap().bytes().await.unwrap();
    let updates: serde_json::Value = serde_json::from_slice(&updates).unwrap();
    channel.envelope(updates["result"][1].to_string().as_bytes()).unwrap();
    assert_eq!(press.until_answered().await.text, "");
}
