//! One try to deliver, and what its outcome means.

use std::time::Duration;

use bellhop_channel::{SendError, Sent, SentState, provider::Clock};
use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode, header};
use reqwest::Response;
use serde::Deserialize;
use url::Url;

use crate::signature::{ID, SIGNATURE, Secrets, TIMESTAMP};

/// As much of an answer's body as is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// As much of the receiver's id of a message as is kept, in bytes.
const MAX_ID: usize = 255;

/// Tries for what a receiver refuses without saying that it is final.
const REFUSED_TRIES: u8 = 3;

/// Delivers to one address.
pub(crate) struct Sender {
    pub(crate) http: reqwest::Client,
    pub(crate) now: Clock,
    pub(crate) deliver_url: Url,
    /// For the whole try, the answer's body included.
    pub(crate) timeout: Duration,
    /// A receiver that asks for a longer pause gets this one.
    pub(crate) longest_pause: Duration,
}

impl Sender {
    /// Signs and posts a body once.
    pub(crate) async fn send(&self, id: &str, body: String, secrets: &Secrets) -> Result<Sent, SendError> {
        let timestamp = (self.now)().timestamp();
        let request = self
            .http
            .post(self.deliver_url.clone())
            .timeout(self.timeout)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("bellhop/", env!("CARGO_PKG_VERSION")))
            .header(ID, id)
            .header(TIMESTAMP, timestamp)
            .header(SIGNATURE, secrets.sign(id, timestamp, body.as_bytes()))
            .body(body);
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(Sent { external_id: external_id(response).await, state: SentState::Delivered });
        }
        Err(refusal(status, self.pause(response.headers())))
    }

    fn unreachable(&self, error: &reqwest::Error) -> SendError {
        // The error's own text has the address in it, and that may carry a password.
        let reason = if error.is_timeout() {
            format!("no answer within {:?}", self.timeout)
        } else if error.is_connect() {
            "no connection to the receiver".to_owned()
        } else if error.is_builder() {
            "the request could not be built".to_owned()
        } else {
            "the connection broke before the answer".to_owned()
        };
        SendError::Retry { after: None, reason }
    }

    /// The pause that `Retry-After` asks for, in seconds or as a date.
    fn pause(&self, headers: &HeaderMap) -> Option<Duration> {
        let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
        let pause = if let Ok(seconds) = value.parse::<u64>() {
            Duration::from_secs(seconds)
        } else {
            let date: DateTime<Utc> = DateTime::parse_from_rfc2822(value).ok()?.to_utc();
            (date - (self.now)()).to_std().unwrap_or_default()
        };
        Some(pause.min(self.longest_pause))
    }
}

/// What a status other than 2xx means.
fn refusal(status: StatusCode, pause: Option<Duration>) -> SendError {
    let reason = format!("the receiver answered {}", status.as_u16());
    match (status, pause) {
        (StatusCode::GONE, _) => SendError::ChannelStopped { reason },
        (StatusCode::TOO_MANY_REQUESTS, Some(after)) => SendError::Limited { after, reason },
        (StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY, after) => SendError::Retry { after, reason },
        _ if status.is_client_error() => SendError::Refused { reason, tries: REFUSED_TRIES },
        _ if status.is_redirection() => SendError::Retry { after: None, reason: format!("{reason}: redirects are not followed") },
        (_, after) => SendError::Retry { after, reason },
    }
}

/// The receiver's id of the message. It has taken the message already, so whatever is wrong with the rest of its answer is no failure.
async fn external_id(mut response: Response) -> Option<String> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            return None;
        }
    }
    let Answer { id } = serde_json::from_slice(&body).ok()?;
    Some(id).filter(|id| !id.is_empty() && id.len() <= MAX_ID && !id.contains(char::is_control))
}

#[derive(Deserialize)]
struct Answer {
    id: String,
}
