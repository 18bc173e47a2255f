//! A visitor's client: the chat's protocol, spoken over a real socket.

use std::{collections::VecDeque, time::Duration};

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use super::{agent::Answer, house::WEB, program::client, waiting::PATIENCE};

/// A visitor with a session.
pub(crate) struct Visitor {
    base: String,
    pub(crate) token: String,
    http: reqwest::Client,
    said: u32,
}

impl Visitor {
    /// Begins a session of the program at `program`.
    pub(crate) async fn begins(program: &str, body: Value) -> Self {
        let answer = Self::tries_to_begin(program, body).await.ok();
        let token = answer["token"].as_str().expect("a token").to_owned();
        Self { base: format!("{program}/chat/{WEB}"), token, http: client(), said: 0 }
    }

    pub(crate) async fn tries_to_begin(program: &str, body: Value) -> Answer {
        let answer = client().post(format!("{program}/chat/{WEB}/session")).json(&body).send().await;
        Answer::of(answer.expect("an answer")).await.expect("a whole answer")
    }

    /// A request with the visitor's token.
    pub(crate) fn asks(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/{path}", self.base)).bearer_auth(&self.token)
    }

    pub(crate) async fn tries(&self, method: Method, path: &str, body: Value) -> Answer {
        Answer::of(self.asks(method, path).json(&body).send().await.expect("an answer")).await.expect("a whole answer")
    }

    /// Writes; answers the message's id.
    pub(crate) async fn says(&mut self, text: &str) -> String {
        self.says_with(text, &[]).await
    }

    /// Writes, with files that were sent before.
    pub(crate) async fn says_with(&mut self, text: &str, files: &[&str]) -> String {
        self.said += 1;
        let id = format!("c-{}", self.said);
        let said = self.tries(Method::POST, "messages", json!({ "id": id, "text": text, "files": files, "locale": "en" })).await.ok();
        assert_eq!(said["id"], id.as_str());
        id
    }

    pub(crate) async fn presses(&self, message: &Value, label: &str) {
        let buttons = message["buttons"].as_array().unwrap_or_else(|| panic!("no buttons below {message}"));
        let button = buttons.iter().find(|button| button["label"] == label).unwrap_or_else(|| panic!("no button {label:?} below {message}"));
        self.tries(Method::POST, "presses", json!({ "message": message["id"], "button": button["id"] })).await.ok();
    }

    pub(crate) async fn sends_file(&self, name: &str, bytes: &[u8]) -> Answer {
        let request = self.asks(Method::POST, &format!("files?name={name}")).body(bytes.to_vec());
        Answer::of(request.send().await.expect("an answer")).await.expect("a whole answer")
    }

    /// The newest entries of the history, the oldest of them first.
    pub(crate) async fn history(&self) -> Vec<Value> {
        let page = Answer::of(self.asks(Method::GET, "messages?limit=100").send().await.expect("an answer")).await.expect("a whole answer").ok();
        page["items"].as_array().expect("items").clone()
    }

    /// Listens from behind the entry `last`.
    pub(crate) async fn listens(&self, last: u64) -> Line {
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let request = http.get(format!("{}/events", self.base)).bearer_auth(&self.token).header("last-event-id", last.to_string());
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        let mut line = Line { response, rest: String::new(), heard: VecDeque::new() };
        // The first piece is sent at once.
        line.more().await;
        line
    }
}

/// A stream of events.
pub(crate) struct Line {
    response: Response,
    rest: String,
    heard: VecDeque<(String, Value)>,
}

impl Line {
    async fn more(&mut self) -> bool {
        let piece = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("something within the time").ok().flatten();
        let Some(piece) = piece else { return false };
        self.rest.push_str(&String::from_utf8_lossy(&piece));
        while let Some((block, rest)) = self.rest.split_once("\n\n") {
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(ToOwned::to_owned);
            if let Some(kind) = field("event: ") {
                let data = field("data: ").map_or(Value::Null, |data| serde_json::from_str(&data).expect("JSON"));
                self.heard.push_back((kind, data));
            }
            self.rest = rest.to_owned();
        }
        true
    }

    /// The next event, by its name.
    pub(crate) async fn next(&mut self) -> (String, Value) {
        while self.heard.is_empty() {
            assert!(self.more().await, "the line was cut");
        }
        self.heard.pop_front().expect("an event")
    }

    /// The next message that somebody else wrote.
    pub(crate) async fn hears(&mut self) -> Value {
        loop {
            let (kind, data) = self.next().await;
            if kind == "entry" && data["type"] == "message" && data["author"] != "me" {
                return data;
            }
        }
    }

    /// Waits until the other side ends it.
    pub(crate) async fn ends(&mut self) {
        let ended = async { while self.more().await {} };
        tokio::time::timeout(Duration::from_secs(40), ended).await.expect("the line ends");
    }
}
