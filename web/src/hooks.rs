//! Where platforms and business systems call us: verify, store, and only then say yes.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use bellhop_domain::reference::Said;
use bellhop_engine::{
    actions::{
        ActionError,
        references::{self, CallBack, Heard},
    },
    intake::Refusal,
};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{Site, problem::Problem};

/// Largest event, in bytes.
const LARGEST_EVENT: usize = 256 * 1024;
/// Largest event of a business system, in bytes.
const LARGEST_CALL: usize = 16 * 1024;
/// A platform that sends its body slower than this is cut off.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

const NOT_SIGNED: &str =
    "webhook-id, webhook-timestamp and webhook-signature are not those of a system that is known here, or the time is over five minutes off";
const FRESH: &str = r#"{"accepted":true,"duplicate":false}"#;
const DUPLICATE: &str = r#"{"accepted":true,"duplicate":true}"#;

pub(crate) fn router() -> Router<Site> {
    Router::new().route("/channels/{name}/events", post(accept)).route("/systems/{name}/events", post(heard))
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
    let body = read(headers, body, LARGEST_EVENT).await?;
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

/// What a business system says of a case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    /// The event's id.
    id: String,
    /// What the case is called there.
    reference: String,
    state: String,
    at: DateTime<Utc>,
    #[serde(default)]
    sequence: Option<i64>,
    #[serde(default)]
    url: Option<String>,
}

async fn heard(State(site): State<Site>, Path(name): Path<String>, headers: HeaderMap, body: Body) -> Response {
    match hear(&site, &name, &headers, body).await {
        Ok(heard) => {
            let body = if heard == Heard::Duplicate { DUPLICATE } else { FRESH };
            (StatusCode::OK, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

/// Whoever cannot sign learns nothing of which systems and cases there are.
async fn hear(site: &Site, name: &str, headers: &HeaderMap, body: Body) -> Result<Heard, Problem> {
    let body = read(headers, body, LARGEST_CALL).await?;
    let system = site.engine.settings().systems.get(name).and_then(|system| system.verify.as_ref());
    if system.is_none_or(|system| system.verify(headers, &body, site.engine.now()).is_err()) {
        return Err(Problem::new(StatusCode::UNAUTHORIZED, NOT_SIGNED));
    }
    let wrong = |field: String, problem: String| {
        Problem::new(StatusCode::BAD_REQUEST, "The event cannot be read.")
            .with_errors(vec![bellhop_engine::actions::Problem { field, message: problem.into() }])
    };
    let mut json = serde_json::Deserializer::from_slice(&body);
    let call: Call = serde_path_to_error::deserialize(&mut json).map_err(|error| wrong(error.path().to_string(), error.inner().to_string()))?;
    json.end().map_err(|error| wrong(".".to_owned(), error.to_string()))?;
    let said = Said { state: call.state, url: call.url, at: call.at, sequence: call.sequence };
    let call = CallBack { event: call.id, external_id: call.reference, said };
    references::called_back(&site.engine, name, &call).await.map_err(|error| match error {
        ActionError::Invalid { problems } => Problem::new(StatusCode::BAD_REQUEST, "The event cannot be read.").with_errors(problems),
        ActionError::Conflict => Problem::from(ActionError::Busy),
        error => error.into(),
    })
}

/// A body in JSON that comes whole and in time.
async fn read(headers: &HeaderMap, body: Body, largest: usize) -> Result<Bytes, Problem> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the body uncompressed"));
    }
    if !is_json(headers) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the body as application/json"));
    }
    match tokio::time::timeout(BODY_PATIENCE, axum::body::to_bytes(body, largest)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) if is_too_large(&error) => Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("an event may have {largest} bytes"))),
        Ok(Err(_)) => Err(Problem::new(StatusCode::BAD_REQUEST, "the body ended early")),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "the body came too slowly")),
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
