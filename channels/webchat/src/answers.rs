//! Answers: who may read them, and how errors look.

use std::time::Duration;

use bellhop_channel::{HostedAnswer, HostedRequest};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::json;

use crate::{client::Asset, config::Origins};

/// A refusal, as `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: &'static str,
    field: Option<String>,
    retry_after: Option<u64>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: &'static str) -> Self {
        Self { status, detail, field: None, retry_after: None }
    }

    pub(crate) fn invalid(field: &str, detail: &'static str) -> Self {
        Self { field: Some(field.to_owned()), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    pub(crate) fn later(detail: &'static str, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, detail) }
    }

    pub(crate) fn too_fast(after: Duration) -> Self {
        Self { retry_after: Some(after.as_secs().max(1)), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "this is too fast") }
    }

    pub(crate) fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large")
    }
}

impl From<Problem> for Response<Bytes> {
    fn from(problem: Problem) -> Self {
        let Problem { status, detail, field, retry_after } = problem;
        let mut body = json!({ "type": "about:blank", "title": status.canonical_reason(), "status": status.as_u16(), "detail": detail });
        if let Some(field) = field {
            body["errors"] = json!([{ "field": field, "message": detail }]);
        }
        let mut response = json(body.to_string(), status);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The page that asks, as far as it may: nothing where it is our own, or no browser asks.
///
/// # Errors
/// Where the page may not.
pub(crate) fn origin(allowed: &Origins, headers: &HeaderMap) -> Result<Option<HeaderValue>, Problem> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(None) };
    let refused = || Problem::new(StatusCode::FORBIDDEN, "this page may not use the chat: its origin is not in the channel's `origins`");
    let text = origin.to_str().ok().filter(|text| *text != "null").ok_or_else(refused)?;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let is_own = text.split_once("://").is_some_and(|(_, own)| Some(own) == host);
    let is_allowed = match allowed {
        Origins::Any => true,
        Origins::These(origins) => origins.iter().any(|known| known == text),
    };
    if is_own || is_allowed { Ok(Some(origin.clone())) } else { Err(refused()) }
}

/// What a browser asks before it sends a token.
pub(crate) fn preflight(origin: Option<HeaderValue>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type, last-event-id"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    share(headers, origin);
    response
}

/// Lets the page read the answer. Cookies are none of it, so nothing is said of credentials.
pub(crate) fn readable(mut answer: HostedAnswer, origin: Option<HeaderValue>) -> HostedAnswer {
    match &mut answer {
        HostedAnswer::Whole(response) => share(response.headers_mut(), origin),
        HostedAnswer::Live { headers, .. } => share(headers, origin),
    }
    answer
}

fn share(headers: &mut HeaderMap, origin: Option<HeaderValue>) {
    headers.insert(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    }
}

pub(crate) fn json(body: String, status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(crate) fn page(html: String, policy: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(html));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// A script that any page may load.
pub(crate) fn script(request: &HostedRequest, asset: &Asset, cache: &'static str) -> Response<Bytes> {
    let takes_gzip =
        request.header("accept-encoding").is_some_and(|accepted| accepted.split(',').any(|coding| coding.trim().split(';').next() == Some("gzip")));
    let tag = format!("\"{}\"", asset.tag);
    let is_known = request.header("if-none-match").is_some_and(|known| known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    let body = match (is_known, takes_gzip && !asset.gzip.is_empty()) {
        (true, _) => Bytes::new(),
        (false, true) => asset.gzip.clone(),
        (false, false) => asset.plain.clone(),
    };
    let mut response = Response::new(body);
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "accept-encoding"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if takes_gzip && !is_known && !asset.gzip.is_empty() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn only_pages_that_may_are_let_in() {
        let these = Origins::These(vec!["https://shop.example".into()]);
        for (allowed, origin_of, fits) in [
            (&these, None, true),
            (&these, Some("https://shop.example"), true),
            (&these, Some("http://shop.example"), false),
            (&these, Some("https://shop.example.evil.example"), false),
            (&these, Some("https://evil.example"), false),
            (&these, Some("null"), false),
            (&these, Some("http://desk.example:8080"), true),
            (&Origins::Any, Some("https://anywhere.example"), true),
            (&Origins::Any, Some("null"), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("desk.example:8080"));
            if let Some(origin) = origin_of {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            let answer = origin(allowed, &headers);
            assert_eq!(answer.is_ok(), fits, "{origin_of:?}");
            if let Ok(shared) = answer {
                assert_eq!(shared.as_ref().and_then(|value| value.to_str().ok()), origin_of);
            }
        }
    }
}
