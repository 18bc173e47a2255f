//! The chat against the conformance suite, and its protocol against a mailbox in memory.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod mailbox;
mod protocol;

use std::{path::PathBuf, sync::Arc, time::Duration};

use bellhop_channel::{Customer, CustomerChannel, HostedAnswer, HostedChannel, HostedRequest, NoFiles, Provider as _, PushChannel, Surroundings};
use bellhop_channel_conformance::{
    Fault,
    customer::{Case, Class, Harness},
    customer_suite,
};
use bellhop_channel_webchat::Webchat;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Method};
use mailbox::MemoryBox;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn now() -> DateTime<Utc> {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

/// A chat that runs, and what stands behind it.
struct House {
    mailbox: Arc<MemoryBox>,
    channel: Arc<dyn HostedChannel>,
    stop: CancellationToken,
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn channel(section: &Value) -> Arc<dyn HostedChannel> {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let surroundings = Surroundings { http, now: Arc::new(now), root: PathBuf::new(), files: Arc::new(NoFiles) };
    match Webchat.build("web", section, &surroundings).unwrap().customer {
        Some(Customer::Hosted(channel)) => channel,
        _ => panic!("the chat is hosted by us"),
    }
}

#[allow(clippy::disallowed_methods, reason = "a test")]
async fn house_of(section: Value) -> House {
    let (mailbox, channel, stop) = (Arc::new(MemoryBox::default()), channel(&section), CancellationToken::new());
    let (running, ends, behind) = (Arc::clone(&channel), stop.clone(), Arc::clone(&mailbox));
    tokio::spawn(async move { running.run(behind, ends).await });
    while mailbox.is_down() {
        tokio::task::yield_now().await;
    }
    House { mailbox, channel, stop }
}

async fn house() -> House {
    house_of(json!({"origins": ["https://shop.example"], "identity_secret": SECRET})).await
}

/// What a request was answered.
struct Answer {
    status: u16,
    headers: HeaderMap,
    json: Value,
}

impl House {
    async fn ask(&self, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        let headers: Vec<(&str, String)> = token.map(|token| ("authorization", format!("Bearer {token}"))).into_iter().collect();
        self.ask_with(method, path, &headers, body.map(|body| body.to_string().into_bytes())).await
    }

    async fn ask_with(&self, method: Method, path: &str, more: &[(&str, String)], body: Option<Vec<u8>>) -> Answer {
        match self.raw(method, path, more, body).await {
            HostedAnswer::Whole(response) => {
                let (head, body) = response.into_parts();
                Answer { status: head.status.as_u16(), headers: head.headers, json: serde_json::from_slice(&body).unwrap_or_default() }
            }
            HostedAnswer::Live { .. } => panic!("{path} goes on"),
        }
    }

    async fn raw(&self, method: Method, path: &str, more: &[(&str, String)], body: Option<Vec<u8>>) -> HostedAnswer {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "application/json".parse().unwrap());
        headers.insert("host", "desk.example".parse().unwrap());
        for (name, value) in more {
            headers.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = HostedRequest {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body: Some(body.unwrap_or_default().into()),
            from: "203.0.113.9".parse().unwrap(),
        };
        self.channel.serve(request).await
    }

    /// A new visitor's token.
    async fn visitor(&self) -> String {
        let begun = self.ask(Method::POST, "session", None, Some(json!({}))).await;
        assert_eq!(begun.status, 201, "{}", begun.json);
        begun.json["token"].as_str().unwrap().to_owned()
    }

    async fn says(&self, token: &str, id: &str, text: &str) -> Answer {
        self.ask(Method::POST, "messages", Some(token), Some(json!({"id": id, "text": text}))).await
    }

    /// The thread of what came in last.
    fn thread_of_last(&self) -> String {
        self.mailbox.accepted().last().unwrap().thread.clone()
    }
}

impl Harness for House {
    fn script(&self, faults: Vec<Fault>) {
        self.mailbox.script(faults);
    }

    fn calls(&self) -> usize {
        self.mailbox.calls().len()
    }

    fn keys(&self) -> Vec<Option<String>> {
        self.mailbox.calls()
    }

    fn channel(&self) -> Arc<dyn CustomerChannel> {
        Customer::Hosted(Arc::clone(&self.channel)).channel()
    }

    fn push(&self) -> Option<Arc<dyn PushChannel>> {
        None
    }

    fn recordings(&self) -> Vec<String> {
        let sender = json!({"id": "user:u-7", "name": "Ann", "email": "ann@example.org", "phone": "+4930123456", "locale": "en", "tier": "gold",
            "region": "DE", "attributes": {"plan": "team"}, "verified": ["email"], "is_bot": false});
        let file = json!({"url": "https://desk.example/f/abc", "name": "box.jpg", "type": "image/jpeg"});
        [
            json!({"type": "message", "message": {"id": "m-1", "text": "Where is my order 1001?", "reply_to": "out-1", "files": [file]}}),
            json!({"type": "button", "message": "out-1", "button": "b-1"}),
            json!({"type": "read", "message": "out-1"}),
        ]
        .into_iter()
        .enumerate()
        .map(|(number, mut event)| {
            event["id"] = json!(format!("v-1:{number}"));
            event["at"] = json!("2026-11-22T10:00:00Z");
            event["thread"] = json!("v-1");
            event["sender"] = sender.clone();
            event.to_string()
        })
        .collect()
    }

    fn thread(&self) -> String {
        "v-1".into()
    }

    fn shown(&self) -> usize {
        self.mailbox.kept("v-1").len()
    }

    /// Our own store knows no refusal for good: whatever is wrong, it is tried again.
    fn expected(&self, case: Case) -> (Fault, Class) {
        let (fault, _) = case.usual();
        let after = match case {
            Case::RateLimited => Some(Duration::from_secs(30)),
            Case::Unavailable => Some(Duration::from_secs(7)),
            _ => None,
        };
        (fault, Class::Retry { after })
    }
}

customer_suite!(house());
