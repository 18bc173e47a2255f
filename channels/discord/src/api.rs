//! One call to Discord's REST interface, and what Discord answers.

pub(crate) mod buckets;
pub(crate) mod failure;
pub(crate) mod request;

use std::time::{Duration, Instant};

use bellhop_channel::calls::{Unanswered, asked, asked_by_header, body};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use url::Url;

use crate::config::Token;
use buckets::Buckets;
use failure::{Failure, No};
use request::Request;

/// As much of an answer as is read, in bytes: a hundred messages are far below it.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// As much longer a try may take that carries files.
const UPLOAD: u32 = 8;

/// Longest wait for a bucket's turn within a try; where it is longer, the caller is told.
const TURN: Duration = Duration::from_secs(2);

/// What Discord wants to know of programs that call it.
const AGENT: &str = concat!("DiscordBot (https://github.com/bellhop/bellhop, ", env!("CARGO_PKG_VERSION"), ")");

/// The REST interface, as one bot.
pub(crate) struct Api {
    http: reqwest::Client,
    base: Url,
    token: Token,
    /// For a whole try, the answer's body included.
    timeout: Duration,
    buckets: Buckets,
}

impl Api {
    pub(crate) fn new(http: reqwest::Client, base: Url, token: Token, timeout: Duration) -> Self {
        Self { http, base, token, timeout, buckets: Buckets::default() }
    }

    /// What the gateway is told to believe us.
    pub(crate) fn token(&self) -> &str {
        self.token.as_str()
    }

    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// Makes a call once, in its bucket's turn; answers what it results in, which is null where Discord says nothing.
    pub(crate) async fn call(&self, request: Request) -> Result<Box<RawValue>, Failure> {
        let route = request.route();
        if let Some(wait) = self.buckets.turn(&route, Instant::now()) {
            if wait > TURN {
                return Err(Failure::No(No::paced(wait)));
            }
            tokio::time::sleep(wait).await;
        }
        let timeout = if request.files.is_empty() { self.timeout } else { self.timeout * UPLOAD };
        let address = self.address(&request).ok_or_else(Unanswered::unusable_address)?;
        let mut builder = self.http.request(request.method.clone(), address).timeout(timeout).header(header::USER_AGENT, AGENT);
        if request.as_bot {
            builder = builder.header(header::AUTHORIZATION, format!("Bot {}", self.token.as_str()));
        }
        let builder = request.fill(builder)?;
        let response = builder.send().await.map_err(|error| Failure::broken(&error, timeout))?;
        let (status, headers) = (response.status(), response.headers().clone());
        self.buckets.learn(&route, &headers, Instant::now());
        let body = body(response, MAX_ANSWER).await;
        let body = body.map_err(|error| error.map_or_else(Failure::too_long, |error| Failure::broken(&error, timeout)))?;
        let text = String::from_utf8_lossy(&body);
        if status.is_success() {
            if text.trim().is_empty() {
                return Ok(RawValue::NULL.to_owned());
            }
            return RawValue::from_string(text.into_owned()).map_err(|_| Failure::unreadable());
        }
        let no = refusal(status, &headers, &text);
        if let (true, Some(pause)) = (no.global, no.retry_after) {
            self.buckets.hold_all(Instant::now() + pause);
        }
        Err(Failure::No(no))
    }

    /// [`call`](Self::call), read as JSON.
    pub(crate) async fn ask(&self, request: Request) -> Result<Value, Failure> {
        let answer = self.call(request).await?;
        serde_json::from_str(answer.get()).map_err(|_| Failure::unreadable())
    }

    fn address(&self, request: &Request) -> Option<Url> {
        let mut address = self.base.clone();
        address.path_segments_mut().ok()?.pop_if_empty().extend(&request.path);
        if !request.query.is_empty() {
            address.query_pairs_mut().extend_pairs(&request.query);
        }
        Some(address)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    code: Option<Value>,
    message: Option<String>,
    retry_after: Option<f64>,
    global: Option<bool>,
}

fn refusal(status: StatusCode, headers: &HeaderMap, text: &str) -> No {
    let answer = serde_json::from_str::<Answer>(text).unwrap_or_default();
    let has = |name: &str, value: &str| headers.get(name).is_some_and(|found| found.as_bytes().eq_ignore_ascii_case(value.as_bytes()));
    // Whoever stands before Discord knows no buckets: what it limits is everything.
    let outside = status == StatusCode::TOO_MANY_REQUESTS && answer.retry_after.is_none() && !headers.contains_key("x-ratelimit-bucket");
    No {
        status: status.as_u16(),
        code: answer.code.as_ref().and_then(Value::as_u64).unwrap_or_default(),
        message: answer.message.unwrap_or_default(),
        // The body has the exact pause, the header whole seconds.
        retry_after: answer.retry_after.and_then(asked).or_else(|| asked_by_header(headers)),
        global: answer.global.unwrap_or_default() || has("x-ratelimit-global", "true") || has("x-ratelimit-scope", "global") || outside,
    }
}
