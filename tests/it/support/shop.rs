//! The shop: a system on the other side of the signed webhook, through which customers write.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bellhop_channel_conformance::standard_webhooks;
use bytes::Bytes;
use serde_json::Value;

use super::{agent::Answer, clock::Clock, program::client};

/// The channel's secret.
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The channel's name in the configuration.
pub(crate) const CHANNEL: &str = "shop";

/// Posts signed events. Clones share everything.
#[derive(Clone)]
pub(crate) struct Shop {
    address: String,
    http: reqwest::Client,
    clock: Arc<Clock>,
    requests: Arc<AtomicU64>,
}

impl Shop {
    pub(crate) fn new(program: &str, clock: Arc<Clock>) -> Self {
        Self { address: format!("{program}/channels/{CHANNEL}/events"), http: client(), clock, requests: Arc::default() }
    }

    /// Seconds since 1970 as the program sees them.
    pub(crate) fn now(&self) -> i64 {
        self.clock.seconds()
    }

    /// The headers of a signed request with this body.
    pub(crate) fn headers(&self, body: &[u8]) -> Vec<(String, String)> {
        let id = format!("req-{}", self.requests.fetch_add(1, Ordering::Relaxed));
        let signed = standard_webhooks::headers(SECRET, &id, self.now(), body);
        let json = ("content-type", "application/json".to_owned());
        signed.into_iter().chain([json]).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Posts an event and expects nothing; an error where there was no answer.
    pub(crate) async fn offers(&self, event: &Value) -> Result<Answer, reqwest::Error> {
        self.offers_bytes(event.to_string().into()).await
    }

    /// Posts these bytes, signed.
    pub(crate) async fn offers_bytes(&self, body: Bytes) -> Result<Answer, reqwest::Error> {
        let headers = self.headers(&body);
        self.offers_with(&headers, body).await
    }

    /// Posts these bytes with these headers.
    pub(crate) async fn offers_with(&self, headers: &[(String, String)], body: Bytes) -> Result<Answer, reqwest::Error> {
        let mut request = self.http.post(&self.address).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        Answer::of(request.send().await?).await
    }

    /// Posts an event that must be taken; tells whether it was known already.
    pub(crate) async fn posts(&self, event: &Value) -> bool {
        let answer = self.offers(event).await.expect("an answer");
        assert_eq!((answer.status, &answer.json["accepted"]), (202, &Value::Bool(true)), "{event} was answered {answer:?}");
        answer.json["duplicate"].as_bool().expect("a word on whether it was known")
    }

    /// Posts an event as often as it takes, as a platform does that got no answer; gives up after `patience`.
    pub(crate) async fn insists(&self, event: &Value, patience: Duration) -> bool {
        super::waiting::until_within(patience, "202", || async {
            match self.offers(event).await {
                Ok(answer) if answer.status == 202 => answer.json["duplicate"].as_bool(),
                Ok(answer) if matches!(answer.status, 429 | 503) => None,
                Ok(answer) => panic!("{event} was answered {answer:?}"),
                Err(_) => None,
            }
        })
        .await
    }
}
