//! A customer, as the shop passes them on.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::{Delivery, Receiver, Shop};

/// Somebody who writes in one conversation.
pub(crate) struct Customer<'a> {
    shop: &'a Shop,
    receiver: &'a Receiver,
    pub(crate) thread: String,
    sender: Value,
    events: AtomicUsize,
}

impl<'a> Customer<'a> {
    pub(crate) fn new(shop: &'a Shop, receiver: &'a Receiver, name: &str) -> Self {
        let sender = json!({ "id": format!("u-{name}"), "name": name });
        Self { shop, receiver, thread: format!("thread-{name}"), sender, events: AtomicUsize::new(1) }
    }

    /// The same with more that the shop says about them.
    pub(crate) fn with(mut self, facts: Value) -> Self {
        for (key, value) in facts.as_object().expect("an object") {
            self.sender[key] = value.clone();
        }
        self
    }

    /// An event of theirs, with a fresh id.
    pub(crate) fn event(&self, kind: &str, more: Value) -> Value {
        let number = self.events.fetch_add(1, Ordering::Relaxed);
        let mut event = json!({ "type": kind, "id": format!("{}-evt-{number}", self.thread), "conversation": self.thread, "sender": self.sender });
        for (key, value) in more.as_object().expect("an object") {
            event[key] = value.clone();
        }
        event
    }

    /// A message of theirs that is not posted yet.
    pub(crate) fn message(&self, text: &str) -> Value {
        let mut event = self.event("message", json!({}));
        event["message"] = json!({ "id": event["id"].as_str().expect("an id").replace("-evt-", "-m-"), "text": text });
        event
    }

    /// Posts an event of theirs.
    pub(crate) async fn does(&self, kind: &str, more: Value) {
        self.shop.posts(&self.event(kind, more)).await;
    }

    /// Writes; gives the message's id.
    pub(crate) async fn says(&self, text: &str) -> String {
        let event = self.message(text);
        self.shop.posts(&event).await;
        event["message"]["id"].as_str().expect("an id").to_owned()
    }

    /// The next message to them.
    pub(crate) async fn hears(&self) -> Delivery {
        self.receiver.next_message(&self.thread).await
    }

    /// Writes, and gives the answer.
    pub(crate) async fn asks(&self, text: &str) -> Delivery {
        self.says(text).await;
        self.hears().await
    }

    /// Presses a button below a message.
    pub(crate) async fn presses(&self, below: &Delivery, label: &str) {
        self.presses_id(below.button(label), below.message()).await;
    }

    pub(crate) async fn presses_id(&self, button: &str, message: &str) {
        self.does("button", json!({ "button": { "id": button }, "message": { "id": message } })).await;
    }

    /// Proves that nothing was said since: what is heard next is the answer to a command that is always answered.
    pub(crate) async fn hears_nothing_more(&self) {
        let answer = self.asks("/help").await;
        assert!(answer.text().contains("/tickets"), "{} heard {:?} where nothing was to be said", self.thread, answer.text());
    }
}
