//! What was given up: looked at, tried again, dropped.

use axum::{Extension, Json, extract::State, http::StatusCode};
use bellhop_engine::{
    actions::dead_letters::{self, OpenedLetter},
    caller::{Caller, Permission},
};
use bellhop_store::dead_letters::DeadLetter;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    conversations::Nothing,
    input::{Answer, At, Given, Params},
    output::List,
    route::Route,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let needs = Permission::Administer;
    vec![
        Route::get("/dead-letters", needs, "What was given up, the newest first", list).lists::<LetterOut>(),
        Route::get("/dead-letters/{id}", needs, "One of them, with its content", get).gives::<OpenedOut>(200),
        Route::post("/dead-letters/{id}/replay", needs, "Tries again", replay).takes::<Nothing>().gives_nothing(204),
        Route::post("/dead-letters/{id}/discard", needs, "Drops it for good", discard).takes::<Nothing>().gives_nothing(204),
    ]
}

/// Something that was given up.
#[derive(Serialize, ToSchema)]
#[schema(as = DeadLetter)]
struct LetterOut {
    /// `in-12` or `out-7`.
    id: String,
    /// Name of the channel.
    channel: String,
    /// The platform's id of the thread.
    thread: String,
    /// Why it was given up.
    reason: String,
    /// How often it was tried.
    attempts: i32,
    /// When it came in, or was queued.
    at: DateTime<Utc>,
    /// What it is.
    summary: String,
}

impl From<DeadLetter> for LetterOut {
    fn from(letter: DeadLetter) -> Self {
        let DeadLetter { id, channel, lane, reason, attempts, at, summary } = letter;
        let thread = lane.split_once('\u{1f}').map_or(lane.clone(), |(_, thread)| thread.to_owned());
        Self { id, channel, thread, reason, attempts, at, summary }
    }
}

/// Something that was given up, with what it holds.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenedDeadLetter)]
struct OpenedOut {
    #[serde(flatten)]
    letter: LetterOut,
    /// As it came or was to be sent; null where it was dropped after its time.
    #[schema(value_type = Object)]
    body: Value,
}

async fn list(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<LetterOut>> {
    let wanted = params.page()?;
    params.end()?;
    let page = dead_letters::list(&site.engine, &caller, wanted.cursor, wanted.limit).await?;
    Ok(Json(List::of(page, LetterOut::from)))
}

async fn get(State(site): State<Site>, Extension(caller): Extension<Caller>, At(id): At) -> Answer<OpenedOut> {
    let OpenedLetter { letter, body } = dead_letters::show(&site.engine, &caller, &id).await?;
    let body = if body.is_empty() { Value::Null } else { serde_json::from_str(&body).unwrap_or_else(|_| Value::String(body.into())) };
    Ok(Json(OpenedOut { letter: letter.into(), body }))
}

async fn replay(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(id): At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<StatusCode, Problem> {
    dead_letters::replay(&site.engine, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn discard(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(id): At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<StatusCode, Problem> {
    dead_letters::discard(&site.engine, &caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
