//! An agent, or a program of the company: the API with a token.

use reqwest::{Method, Response};
use serde_json::Value;

use super::{program::client, waiting::until};

/// What the API said.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The body, where it was JSON.
    pub(crate) json: Value,
    pub(crate) content_type: String,
    /// Seconds in `Retry-After`.
    pub(crate) retry_after: Option<u64>,
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Result<Self, reqwest::Error> {
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
        let (content_type, retry_after) = (header("content-type").unwrap_or_default(), header("retry-after"));
        let text = response.text().await?;
        let json = serde_json::from_str(&text).unwrap_or_default();
        Ok(Self { status, json, content_type, retry_after: retry_after.and_then(|seconds| seconds.parse().ok()) })
    }

    /// The body of an answer that must be a success.
    pub(crate) fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "the API answered {self:?}");
        self.json
    }

    /// The fields that a refusal names, each with its reason; the refusal must be 422 as problem details.
    pub(crate) fn refused(self) -> Vec<(String, String)> {
        assert_eq!((self.status, self.content_type.as_str()), (422, "application/problem+json"), "{self:?}");
        let errors = self.json["errors"].as_array().unwrap_or_else(|| panic!("no errors in {self:?}"));
        let word = |error: &Value, key: &str| error[key].as_str().unwrap_or_default().to_owned();
        errors.iter().map(|error| (word(error, "field"), word(error, "message"))).collect()
    }
}

/// Calls the API.
#[derive(Clone)]
pub(crate) struct Agent {
    base: String,
    token: String,
    http: reqwest::Client,
}

impl Agent {
    pub(crate) fn new(program: &str, token: &str) -> Self {
        Self { base: format!("{program}/api/v1"), token: token.to_owned(), http: client() }
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, None, &[]).await.ok()
    }

    /// Posts, and expects success.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        self.tries(Method::POST, path, body).await.ok()
    }

    /// Puts, and expects success.
    pub(crate) async fn put(&self, path: &str, body: Value) -> Value {
        self.tries(Method::PUT, path, body).await.ok()
    }

    /// Patches, and expects success.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Value {
        self.tries(Method::PATCH, path, body).await.ok()
    }

    /// Calls, and expects nothing.
    pub(crate) async fn tries(&self, method: Method, path: &str, body: Value) -> Answer {
        self.call(method, path, Some(body), &[]).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        Answer::of(request.send().await.expect("an answer of the API")).await.expect("a whole answer")
    }

    /// The items of a list, over all its pages.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let sign = if path.contains('?') { '&' } else { '?' };
            let page = match &cursor {
                None => self.get(&format!("{path}{sign}limit=100")).await,
                Some(cursor) => self.get(&format!("{path}{sign}limit=100&cursor={cursor}")).await,
            };
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return items,
            }
        }
    }

    /// The newest conversation of a thread, once there is one that fits.
    pub(crate) async fn finds(&self, thread: &str, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        until(&format!("conversation in {thread} that is {what}"), || async {
            self.conversations_of(thread).await.into_iter().next().filter(|conversation| fits(conversation))
        })
        .await
    }

    /// The newest conversation of a thread, once it has this status.
    pub(crate) async fn finds_with_status(&self, thread: &str, status: &str) -> Value {
        self.finds(thread, status, |conversation| conversation["status"] == status).await
    }

    /// Every conversation of a thread, the newest first.
    pub(crate) async fn conversations_of(&self, thread: &str) -> Vec<Value> {
        let mut found: Vec<Value> = self.all("/conversations").await;
        found.retain(|conversation| conversation["thread"] == thread);
        // Ids are made in the order of time.
        found.sort_by_key(|conversation| std::cmp::Reverse(id(conversation)));
        found
    }

    /// The messages of a conversation, the oldest first.
    pub(crate) async fn messages(&self, conversation: &Value) -> Vec<Value> {
        self.all(&format!("/conversations/{}/messages", id(conversation))).await
    }

    /// Writes to the customer.
    pub(crate) async fn replies(&self, conversation: &Value, text: &str) -> Value {
        self.post(&format!("/conversations/{}/messages", id(conversation)), serde_json::json!({ "text": text })).await
    }

    /// One of the actions on a conversation: `take`, `bot`, `close` …
    pub(crate) async fn does(&self, conversation: &Value, action: &str) -> Value {
        self.post(&format!("/conversations/{}/{action}", id(conversation)), serde_json::json!({})).await
    }
}

/// The id of whatever it is.
pub(crate) fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap_or_else(|| panic!("no id in {thing}")).to_owned()
}
