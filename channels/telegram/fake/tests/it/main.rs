//! The judge is judged: the fake's strictness, by plain HTTP calls.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod files;
mod hooks;
mod limits;
mod people;
mod polling;
mod requests;
mod topics;

use bellhop_telegram_fake::{Settings, TelegramFake};
use serde_json::{Value, json};

/// A bot that speaks plain HTTP.
struct Bot {
    client: reqwest::Client,
    base: String,
    group: i64,
}

impl Bot {
    fn of(fake: &TelegramFake) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { client, base: format!("{}/bot{}", fake.url(), fake.token()), group: fake.group() }
    }

    /// Status and answer of a call with a JSON body.
    async fn call(&self, method: &str, args: Value) -> (u16, Value) {
        let response = self.client.post(format!("{}/{method}", self.base)).json(&args).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// The result of a call that goes well.
    async fn does(&self, method: &str, args: Value) -> Value {
        let (status, mut answer) = self.call(method, args).await;
        assert_eq!((status, &answer["ok"]), (200, &json!(true)), "{method}: {answer}");
        answer["result"].take()
    }

    /// The description of a call that is refused.
    async fn fails(&self, method: &str, args: Value) -> String {
        let (status, answer) = self.call(method, args).await;
        assert_eq!((&answer["ok"], &answer["error_code"]), (&json!(false), &json!(status)), "{method}: {answer}");
        answer["description"].as_str().unwrap().to_owned()
    }

    async fn sends(&self, chat: i64, text: &str) -> i64 {
        self.does("sendMessage", json!({ "chat_id": chat, "text": text })).await["message_id"].as_i64().unwrap()
    }

    async fn topic(&self, name: &str) -> i64 {
        self.does("createForumTopic", json!({ "chat_id": self.group, "name": name })).await["message_thread_id"].as_i64().unwrap()
    }

    async fn updates(&self, offset: i64) -> Vec<Value> {
        self.does("getUpdates", json!({ "offset": offset })).await.as_array().unwrap().clone()
    }
}

async fn start() -> (TelegramFake, Bot) {
    let fake = TelegramFake::start().await;
    let bot = Bot::of(&fake);
    (fake, bot)
}

/// Both descriptions of the Bot API: the published one where fixtures are named, and our own table.
async fn start_both() -> Vec<(TelegramFake, Bot)> {
    let mut both = vec![start().await];
    let fake = TelegramFake::with(Settings { own_description: true, ..Settings::default() }).await;
    let bot = Bot::of(&fake);
    both.push((fake, bot));
    both
}
