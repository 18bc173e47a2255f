//! Conversations moved along: taken, given on, closed, set aside.

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use bellhop_engine::{
    actions::conversations::{self, Assign},
    caller::{Caller, Permission},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    conversations::{ConversationOut, Nothing, done},
    input::{At, Given},
    route::Route,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let handle = Permission::HandleConversations;
    let moved = |name, summary| (format!("/conversations/{{id}}/{name}"), summary);
    let (take_at, take_says) = moved("take", "Makes the conversation an agent's own");
    let (assign_at, assign_says) = moved("assign", "Gives the conversation to an agent, or puts it into a department's queue");
    let (handoff_at, handoff_says) = moved("handoff", "Puts the conversation into the queue; the bot is silent from then on");
    let (bot_at, bot_says) = moved("bot", "Gives the conversation back to the bot");
    let (close_at, close_says) = moved("close", "Resolves the conversation and tells the customer");
    let (reopen_at, reopen_says) = moved("reopen", "Goes on with a resolved conversation");
    let (snooze_at, snooze_says) = moved("snooze", "Sets the conversation aside until a time, or until the customer writes");
    vec![
        Route::post(assign_at, handle, assign_says, assign).takes::<AssignBody>().gives::<ConversationOut>(200),
        Route::post(take_at, handle, take_says, take).takes::<TakeBody>().gives::<ConversationOut>(200),
        Route::post(handoff_at, handle, handoff_says, handoff).takes::<HandoffBody>().gives::<ConversationOut>(200),
        Route::post(bot_at, handle, bot_says, give_back).takes::<Nothing>().gives::<ConversationOut>(200),
        Route::post(close_at, handle, close_says, close).takes::<Nothing>().gives::<ConversationOut>(200),
        Route::post(reopen_at, handle, reopen_says, reopen).takes::<Nothing>().gives::<ConversationOut>(200),
        Route::post(
            "/conversations/{id}/typing",
            handle,
            "Shows the customer that an answer is being written, where the channel can; at most once in four seconds",
            typing,
        )
        .takes::<Nothing>()
        .gives_nothing(204),
        Route::post(snooze_at, handle, snooze_says, snooze).takes::<SnoozeBody>().gives::<ConversationOut>(200),
    ]
}

/// To whom: an agent, or a department.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AssignBody {
    /// Key, id or mail address.
    #[serde(default)]
    agent: Option<String>,
    /// Key.
    #[serde(default)]
    department: Option<String>,
    /// What whoever gets it should know; only colleagues read it.
    #[serde(default)]
    note: Option<String>,
}

/// For whom a program takes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TakeBody {
    /// Key, id or mail address of an agent.
    #[serde(default)]
    agent: Option<String>,
}

/// To which queue.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandoffBody {
    /// Key of a department.
    #[serde(default)]
    department: Option<String>,
}

/// Until when.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SnoozeBody {
    until: DateTime<Utc>,
}

async fn assign(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<AssignBody>) -> Result<Response, Problem> {
    let to = Assign { agent: body.agent, department: body.department, note: body.note };
    let id = at.id("conversation")?;
    done(&site.engine, id, conversations::assign(&site.engine, &caller, id, &to).await).await
}

async fn take(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<TakeBody>) -> Result<Response, Problem> {
    let id = at.id("conversation")?;
    done(&site.engine, id, conversations::take(&site.engine, &caller, id, body.agent.as_deref()).await).await
}

async fn handoff(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<HandoffBody>,
) -> Result<Response, Problem> {
    let id = at.id("conversation")?;
    done(&site.engine, id, conversations::handoff(&site.engine, &caller, id, body.department).await).await
}

async fn give_back(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<Response, Problem> {
    let id = at.id("conversation")?;
    done(&site.engine, id, conversations::give_back(&site.engine, &caller, id).await).await
}

async fn close(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<Response, Problem> {
    let id = at.id("conversation")?;
    done(&site.engine, id, conversations::close(&site.engine, &caller, id).await).await
}

async fn reopen(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<Response, Problem> {
    let id = at.id("conversation")?;
    done(&site.engine, id, conversations::reopen(&site.engine, &caller, id).await).await
}

async fn snooze(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<SnoozeBody>) -> Result<Response, Problem> {
    let id = at.id("conversation")?;
    done(&site.engine, id, conversations::snooze(&site.engine, &caller, id, body.until).await).await
}

async fn typing(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<StatusCode, Problem> {
    conversations::typing(&site.engine, &caller, at.id("conversation")?).await?;
    Ok(StatusCode::NO_CONTENT)
}
