//! Where platforms call us: verify, store, and only then say yes.

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use bellhop_engine::intake::Refusal;
use std::time::Duration;

use crate::{Site, problem::Problem};

/// Largest event, in bytes.
const LARGEST_EVENT: usize = 256 * 1024;
/// A platform that sends its body slower than this is cut off.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

const FRESH: &str = r#"{"accepted":true,"duplicate":false}"#;
const DUPLICATE: &str = r#"{"accepted":true,"duplicate":true}"#;

pub(crate) fn router() -> Router<Site> {
    Router::new().route("/channels/{name}/events", post(accept))
}

async fn accept(State(site): State<Site>, Path(name): Path<String>, headers: HeaderMap, body: Body) -> Response {
    match take(&site, &name, &headers, body).await {
        Ok(duplicate) => {
            let body = if duplicate { DUPLICATE } else { FRESH };
            (StatusCode::ACCEPTED, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

async fn take(site: &Site, name: &str, headers: &HeaderMap, body: Body) -> Result<bool, Problem> {
    let Some(push) = site.engine.channels().get(name).and_then(|channel| channel.push()) else { return Err(Problem::not_found("channel")) };
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the body uncompressed"));
    }
    if !is_json(headers) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the body as application/json"));
    }
    let body = match tokio::time::timeout(BODY_PATIENCE, axum::body::to_bytes(body, LARGEST_EVENT)).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) if is_too_large(&error) => {
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("an event may have {LARGEST_EVENT} bytes")));
        }
        Ok(Err(_)) => return Err(Problem::new(StatusCode::BAD_REQUEST, "the body ended early")),
        Err(_) => return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "the body came too slowly")),
    };
    push.verify(headers, &body, site.engine.now()).map_err(|error| Problem::new(StatusCode::UNAUTHORIZED, error.to_string()))?;
    let envelope = push.envelope(&body).map_err(|error| {
        Problem::new(StatusCode::BAD_REQUEST, error.to_string())
            .with_errors(vec![bellhop_engine::actions::Problem { field: error.field.clone(), message: error.problem.clone().into() }])
    })?;
    match site.engine.accept(name, envelope).await {
        Ok(accepted) => Ok(accepted.duplicate),
        Err(refusal @ Refusal::TooFast { retry_after }) => {
            Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, refusal.to_string()).retry_after(retry_after))
        }
        Err(refusal @ (Refusal::Full { retry_after } | Refusal::Unavailable { retry_after })) => {
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, refusal.to_string()).retry_after(retry_after))
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| {
        let media = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        media.eq_ignore_ascii_case(b"application/json")
    })
}

/// axum says only in the error's chain that its limit was met.
fn is_too_large(error: &axum::Error) -> bool {
    let mut source: Option<&dyn std::error::Error> = Some(error);
    while let Some(cause) = source {
        if cause.to_string().contains("length limit exceeded") {
            return true;
        }
        source = cause.source();
    }
    false
}
