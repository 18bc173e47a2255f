//! The other side of the generic webhook channel: a system that takes our messages, as a shop's own server would.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Method, Response};
use serde_json::{Value, json};

use crate::{
    fake::{Call, Fake, Fault, Platform},
    standard_webhooks,
};

/// A running receiver. Each call must be signed, and a repeat must be the same; else the test fails.
pub struct Receiver {
    fake: Fake<Hook>,
}

/// Something that the receiver took: once, however often it came.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its `webhook-id`.
    pub id: String,
    /// Its body.
    pub body: Value,
    /// The id that the receiver gave it.
    pub external_id: String,
    /// How often it came again after it had been taken.
    pub repeats: usize,
}

impl Delivery {
    /// `message`, `edit`, `delete`, `typing` or `read`.
    pub fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap_or_default()
    }

    /// The conversation on the receiver's side.
    pub fn thread(&self) -> &str {
        self.body["conversation"].as_str().unwrap_or_default()
    }

    /// What the message says.
    pub fn text(&self) -> &str {
        self.body["message"]["text"].as_str().unwrap_or_default()
    }

    /// `bot`, `agent` or `system`.
    pub fn author(&self) -> &str {
        self.body["message"]["author"].as_str().unwrap_or_default()
    }

    /// Our id of the message.
    pub fn message(&self) -> &str {
        self.body["message"]["id"].as_str().unwrap_or_default()
    }

    /// Ids and labels of the buttons.
    pub fn buttons(&self) -> Vec<(&str, &str)> {
        let buttons = self.body["message"]["buttons"].as_array().map(Vec::as_slice).unwrap_or_default();
        buttons.iter().map(|button| (button["id"].as_str().unwrap_or_default(), button["label"].as_str().unwrap_or_default())).collect()
    }

    /// Id of the button with this label; fails the test where there is none.
    pub fn button(&self, label: &str) -> &str {
        let buttons = self.buttons();
        let found = buttons.iter().find(|(_, each)| *each == label);
        found.unwrap_or_else(|| panic!("no button {label:?} among {buttons:?}")).0
    }

    /// What it says about a ticket.
    pub fn ticket(&self) -> Option<&Value> {
        Some(&self.body["ticket"]).filter(|ticket| !ticket.is_null())
    }
}

impl Receiver {
    /// Starts one that knows this secret (`whsec_…`).
    pub async fn start(secret: &str) -> Self {
        let hook = Hook { secret: secret.to_owned(), state: Mutex::default() };
        Self { fake: Fake::start(hook).await }
    }

    /// The address for `deliver_url`.
    pub fn url(&self) -> String {
        self.fake.url() + PATH
    }

    /// The server behind it: the script of faults, the raw calls, the violations.
    pub fn fake(&self) -> &Fake<Hook> {
        &self.fake
    }

    /// The next calls meet these, one each.
    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.fake.script(faults);
    }

    /// Every call meets this, until it is lifted with none.
    pub fn standing(&self, fault: Option<Fault>) {
        self.fake.standing(fault);
    }

    /// All calls so far, faults included.
    pub fn calls(&self) -> Vec<Call> {
        self.fake.calls()
    }

    /// Everything taken so far, in order.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.fake.platform().state().taken.iter().map(|taken| taken.delivery.clone()).collect()
    }

    /// The next thing that no test has asked for yet and that fits; waits for it, and fails the test when none comes.
    pub async fn next(&self, what: &str, fits: impl Fn(&Delivery) -> bool) -> Delivery {
        self.fake
            .until(what, |hook, _| {
                let mut state = hook.state();
                let taken = state.taken.iter_mut().find(|taken| !taken.asked && fits(&taken.delivery))?;
                taken.asked = true;
                Some(taken.delivery.clone())
            })
            .await
    }

    /// The next message to anybody.
    pub async fn next_message(&self) -> Delivery {
        self.next("message", |delivery| delivery.kind() == "message").await
    }

    /// The next message in a conversation.
    pub async fn next_message_in(&self, thread: &str) -> Delivery {
        let what = format!("message in {thread}");
        self.next(&what, |delivery| delivery.kind() == "message" && delivery.thread() == thread).await
    }
}

const PATH: &str = "/hooks/bellhop";

/// What a [`Receiver`] plays.
pub struct Hook {
    secret: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The first body of each id, taken or not.
    seen: Vec<(String, Bytes)>,
    taken: Vec<Taken>,
}

struct Taken {
    delivery: Delivery,
    /// A test has had it.
    asked: bool,
}

impl Hook {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Platform for Hook {
    fn inspect(&self, call: &Call) -> Result<(), String> {
        if (&call.method, call.path.as_str()) != (&Method::POST, PATH) {
            return Err("unknown route".to_owned());
        }
        let id = call.header("webhook-id").to_owned();
        let timestamp: i64 = call.header("webhook-timestamp").parse().map_err(|_| "webhook-timestamp is no number".to_owned())?;
        if call.header("webhook-signature") != standard_webhooks::sign(&self.secret, &id, timestamp, &call.body) {
            return Err("the signature is wrong".to_owned());
        }
        if call.header("content-type") != "application/json" {
            return Err("the content type is not JSON".to_owned());
        }
        let body: Value = serde_json::from_slice(&call.body).map_err(|error| format!("not JSON: {error}"))?;
        if body["id"] != id.as_str() || body["conversation"].as_str().is_none_or(str::is_empty) {
            return Err("the body lacks its id or conversation".to_owned());
        }
        let mut state = self.state();
        match state.seen.iter().find(|(seen, _)| *seen == id) {
            Some((_, first)) if *first != call.body => {
                return Err(format!("{id} came again with another body"));
            }
            Some(_) => {}
            None => state.seen.push((id, call.body.clone())),
        }
        Ok(())
    }

    fn answer(&self, call: &Call) -> Response<Bytes> {
        let id = call.header("webhook-id");
        let mut state = self.state();
        let external_id = if let Some(taken) = state.taken.iter_mut().find(|taken| taken.delivery.id == id) {
            taken.delivery.repeats += 1;
            taken.delivery.external_id.clone()
        } else {
            let external_id = format!("ext-{}", state.taken.len() + 1);
            let body = serde_json::from_slice(&call.body).expect("inspected");
            let delivery = Delivery { id: id.to_owned(), body, external_id: external_id.clone(), repeats: 0 };
            state.taken.push(Taken { delivery, asked: false });
            external_id
        };
        Response::new(json!({"id": external_id}).to_string().into())
    }
}
