//! One call to the Bot API, and what Telegram answers.

pub(crate) mod failure;
pub(crate) mod request;

use std::time::Duration;

use bellhop_channel::calls::{Unanswered, asked, asked_by_header, body};
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::config::Token;
use failure::{Failure, No};
use request::Request;

/// As much of an answer as is read, in bytes: a hundred updates are far below it.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// As much longer a try may take that carries files.
const UPLOAD: u32 = 8;

/// The Bot API, as one bot.
pub(crate) struct Api {
    http: reqwest::Client,
    base: Url,
    token: Token,
    /// For a whole try, the answer's body included.
    timeout: Duration,
}

impl Api {
    pub(crate) fn new(http: reqwest::Client, base: Url, token: Token, timeout: Duration) -> Self {
        Self { http, base, token, timeout }
    }

    /// The id of the bot's own account.
    pub(crate) fn bot(&self) -> i64 {
        self.token.bot()
    }

    /// Calls a method once; answers its result.
    pub(crate) async fn call(&self, request: Request) -> Result<Box<RawValue>, Failure> {
        let timeout = if request.files.is_empty() { self.timeout } else { self.timeout * UPLOAD };
        self.call_within(request, timeout).await
    }

    /// [`call`](Self::call) for a method that takes its time.
    pub(crate) async fn call_within(&self, request: Request, timeout: Duration) -> Result<Box<RawValue>, Failure> {
        let address = self.address(&[&format!("bot{}", self.token.as_str()), request.method]).ok_or_else(Unanswered::unusable_address)?;
        let builder = self.http.post(address).timeout(timeout).header(header::USER_AGENT, concat!("bellhop/", env!("CARGO_PKG_VERSION")));
        let builder = request.fill(builder)?;
        let response = builder.send().await.map_err(|error| Failure::broken(&error, timeout))?;
        let status = response.status();
        let pause = asked_by_header(response.headers());
        let body = body(response, MAX_ANSWER).await;
        let body = body.map_err(|error| error.map_or_else(Failure::too_long, |error| Failure::broken(&error, timeout)))?;
        // Half a broken character in one update must not spoil the others.
        let text = String::from_utf8_lossy(&body);
        let answer = serde_json::from_str::<Answer>(&text).ok();
        match answer {
            Some(Answer { ok: true, result, .. }) if status.is_success() => Ok(result.unwrap_or_else(|| RawValue::NULL.to_owned())),
            Some(answer) if !answer.ok => Err(Failure::No(No {
                code: answer.error_code.unwrap_or(status.as_u16()),
                description: answer.description.unwrap_or_default(),
                retry_after: answer.parameters.and_then(|parameters| parameters.retry_after).and_then(|seconds| asked(seconds as f64)).or(pause),
                moved_to: answer.parameters.and_then(|parameters| parameters.migrate_to_chat_id),
            })),
            _ if status.is_success() => Err(Failure::unreadable()),
            _ => Err(Failure::No(No { code: status.as_u16(), description: String::new(), retry_after: pause, moved_to: None })),
        }
    }

    /// Where a file is that [`getFile`](https://core.telegram.org/bots/api#getfile) gave this path of; has the token in it.
    pub(crate) fn file(&self, path: &str) -> Option<String> {
        let token = format!("bot{}", self.token.as_str());
        let mut parts = vec!["file", &token];
        parts.extend(path.split('/'));
        self.address(&parts).map(String::from)
    }

    fn address(&self, parts: &[&str]) -> Option<Url> {
        let mut address = self.base.clone();
        address.path_segments_mut().ok()?.pop_if_empty().extend(parts);
        Some(address)
    }
}

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    result: Option<Box<RawValue>>,
    error_code: Option<u16>,
    description: Option<String>,
    parameters: Option<Parameters>,
}

#[derive(Clone, Copy, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

/// The pause that a header asks for: a server in front of the Bot API says it there.
/// Whether a status of HTTP means that the platform is in trouble, not the call.
pub(crate) fn is_trouble(code: u16) -> bool {
    code >= 500 || code == StatusCode::REQUEST_TIMEOUT.as_u16() || (300..400).contains(&code)
}
