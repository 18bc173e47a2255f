//! The same request again gets the same answer: `Idempotency-Key`.
//!
//! What was refused is not kept: it changed nothing, and may be corrected under the same key.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bellhop_engine::{Engine, actions::answers};
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use tokio_util::task::TaskTracker;

use crate::problem::Problem;

/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Largest answer that is kept, in bytes.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// Keyed requests in hand: of two with the same key, the second waits for the first.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<InHand>);

/// Whose request, and the name that they gave it.
type RequestKey = (String, String);

#[derive(Default)]
struct InHand {
    turns: Mutex<HashMap<RequestKey, Arc<Turn<()>>>>,
    tasks: TaskTracker,
}

impl Memory {
    /// Answers with what `work` answers, once for every `key` in `scope`; `hash` tells one request from another.
    ///
    /// The work is finished and kept even if the client has gone meanwhile.
    pub(crate) async fn once<W>(&self, engine: &Engine, scope: &str, key: &str, hash: String, work: W) -> Result<Response, Problem>
    where
        W: Future<Output = Response> + Send + 'static,
    {
        let turn = self.turn(scope, key).await;
        if let Some(known) = answers::remembered(engine, scope, key).await? {
            if known.body_hash != hash {
                return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "another request was sent with this Idempotency-Key: take a new key"));
            }
            return Ok(again(known.status, known.body));
        }
        let (engine, scope, key) = (engine.clone(), scope.to_owned(), key.to_owned());
        let answered = self.0.tasks.spawn(async move {
            let _turn = turn;
            let (parts, body) = work.await.into_parts();
            let body = axum::body::to_bytes(body, LARGEST_ANSWER).await.unwrap_or_default();
            if (parts.status.is_success() || parts.status.is_redirection())
                && let Ok(text) = std::str::from_utf8(&body)
                && let Err(error) = answers::remember(&engine, &scope, &key, &hash, parts.status.as_u16(), text).await
            {
                tracing::warn!(error = %error, "An answer could not be kept; the same request again is done again");
            }
            Response::from_parts(parts, Body::from(body))
        });
        answered.await.map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "a programming error stopped the request"))
    }

    async fn turn(&self, scope: &str, key: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry((scope.to_owned(), key.to_owned())).or_default())
        };
        turn.lock_owned().await
    }
}

fn again(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = if body.is_empty() {
        status.into_response()
    } else {
        (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
    };
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// The request with its body in memory, and what tells it from others.
pub(crate) async fn buffered(request: Request, largest: usize) -> Result<(Request, String), Problem> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, largest).await.map_err(|error| too_large_or_cut(&error, largest))?;
    let place = parts.uri.path_and_query().map(|place| place.as_str()).unwrap_or_default();
    let hash = hash_of(&[parts.method.as_str().as_bytes(), place.as_bytes(), &body]);
    Ok((Request::from_parts(parts, Body::from(body)), hash))
}

/// A hash over parts, none of which can run into the next.
pub(crate) fn hash_of(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is wrong with a body that could not be read.
pub(crate) fn too_large_or_cut(error: &(dyn std::error::Error + 'static), largest: usize) -> Problem {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("length limit exceeded") {
            return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body may have {largest} bytes"));
        }
        cause = error.source();
    }
    Problem::new(StatusCode::BAD_REQUEST, "the body ended early")
}

/// The body of a request, all of it.
pub(crate) async fn all_of(request: Request, largest: usize) -> Result<Bytes, Problem> {
    axum::body::to_bytes(request.into_body(), largest).await.map_err(|error| too_large_or_cut(&error, largest))
}
