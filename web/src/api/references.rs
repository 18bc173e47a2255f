//! Cases of tickets in business systems, and what is to be done about tickets at a time.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::{
    desk::Desk,
    reference::{FollowUp, Outcome, Reference},
    ticket::number_text,
};
use bellhop_engine::{
    actions::{
        follow_ups::{self, NewFollowUp},
        references::{self, NewReference, ReferencePatch},
    },
    caller::{Caller, Permission},
    systems::{Systems, page_of, standing_of},
};
use bellhop_store::DbError;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    conversations::Nothing,
    input::{Answer, At, Expected, Given, Params, Within, as_json, nullable},
    output::{List, agent_key, find_agent, versioned},
    route::Route,
    tickets::number,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, handle) = (Permission::ReadTickets, Permission::HandleTickets);
    vec![
        Route::get("/tickets/{number}/references", read, "Cases in business systems to which a ticket refers", of_ticket).lists::<ReferenceOut>(),
        Route::post("/tickets/{number}/references", handle, "Links a case; one that is linked already is changed", link)
            .takes::<ReferenceBody>()
            .gives::<ReferenceOut>(201)
            .gives::<ReferenceOut>(200),
        Route::patch("/tickets/{number}/references/{id}", handle, "Changes what is known of a case", change)
            .takes::<ReferencePatchBody>()
            .gives::<ReferenceOut>(200),
        Route::delete("/tickets/{number}/references/{id}", handle, "Says that a ticket does not refer to a case any more", unlink).gives_nothing(204),
        Route::get("/tickets/{number}/follow-ups", read, "What is to be done about a ticket at a time, and what was", follow_ups_of_ticket)
            .lists::<FollowUpOut>(),
        Route::post("/tickets/{number}/follow-ups", handle, "Sets something to be done at a time, when it comes to whoever does it", set)
            .takes::<FollowUpBody>()
            .gives::<FollowUpOut>(201),
        Route::get("/follow-ups", read, "What is still to be done, in the order in which it is due", list)
            .query("agent", "key of an agent: theirs, and what nobody has in their departments; everybody's when absent")
            .query("due", "true: only what is due by now")
            .lists::<FollowUpOut>(),
        Route::get("/follow-ups/{id}", read, "One of them", get).gives::<FollowUpOut>(200),
        Route::post("/follow-ups/{id}/put-off", handle, "Gives it another time, at which it comes again", put_off)
            .takes::<PutOffBody>()
            .gives::<FollowUpOut>(200),
        Route::post("/follow-ups/{id}/done", handle, "Says that it is done", done).takes::<Nothing>().gives::<FollowUpOut>(200),
        Route::post("/follow-ups/{id}/cancel", handle, "Says that it is not needed any more", cancel).takes::<Nothing>().gives::<FollowUpOut>(200),
    ]
}

/// A case in a business system, in which the result of a ticket lives.
#[derive(Serialize, ToSchema)]
#[schema(as = Reference)]
struct ReferenceOut {
    id: String,
    version: i64,
    /// Key of the system in the configuration.
    system: String,
    /// What the case is called there.
    reference: String,
    /// Where people look at it.
    url: Option<String>,
    /// Where it is, in the system's own word.
    state: Option<String>,
    /// What that means: `open`, `done` or `failed`.
    standing: &'static str,
    /// Since when, by the system's clock.
    state_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl ReferenceOut {
    fn of(reference: Reference, systems: &Systems) -> Self {
        Self {
            id: reference.id.to_string(),
            version: reference.version,
            url: page_of(systems, &reference),
            standing: standing_of(systems, &reference).as_str(),
            system: reference.system,
            reference: reference.external_id,
            state: reference.state,
            state_at: reference.state_at,
            created_at: reference.created_at,
            updated_at: reference.updated_at,
        }
    }
}

/// A case to be linked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReference)]
struct ReferenceBody {
    /// Key of the system in the configuration.
    system: String,
    /// What the case is called there.
    reference: String,
    /// Where people look at it, where that is not as the configuration says; http or https.
    #[serde(default)]
    url: Option<String>,
    /// Where it is, in the system's own word.
    #[serde(default)]
    state: Option<String>,
}

/// What is to change of a case.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReferencePatch)]
struct ReferencePatchBody {
    /// Null: as the configuration says.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    url: Option<Option<String>>,
    #[serde(default)]
    state: Option<String>,
}

/// Something that is to be done about a ticket at a time.
#[derive(Serialize, ToSchema)]
#[schema(as = FollowUp)]
struct FollowUpOut {
    id: String,
    version: i64,
    /// Number of the ticket.
    ticket: String,
    /// What is to be done, in light Markdown.
    text: String,
    /// When it comes to whoever does it.
    due_at: DateTime<Utc>,
    /// `open`, `due`, `done` or `cancelled`.
    state: &'static str,
    /// Key of the agent who does it; null: whoever has the ticket then, else its department.
    owner: Option<String>,
    /// Id of the reference whose state made it.
    reference: Option<String>,
    /// When it was done, or was not needed any more.
    ended_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl FollowUpOut {
    fn of(follow_up: FollowUp, ticket: i64, desk: &Desk, language: &str) -> Self {
        Self {
            id: follow_up.id.to_string(),
            version: follow_up.version,
            ticket: number_text(ticket),
            text: follow_up.in_words(language),
            due_at: follow_up.due_at,
            state: follow_up.state(),
            owner: agent_key(desk, follow_up.owner),
            reference: follow_up.reference.map(|id| id.to_string()),
            ended_at: follow_up.end.map(|end| end.at),
            created_at: follow_up.created_at,
            updated_at: follow_up.updated_at,
        }
    }
}

/// Something to be done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFollowUp)]
struct FollowUpBody {
    /// What is to be done, in light Markdown.
    text: String,
    /// When it comes to whoever does it.
    due_at: DateTime<Utc>,
    /// Key, id or mail address of the agent who does it; else the person for whom the token speaks, else whoever has the ticket.
    #[serde(default)]
    owner: Option<String>,
}

/// Another time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FollowUpPutOff)]
struct PutOffBody {
    due_at: DateTime<Utc>,
}

async fn of_ticket(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Answer<List<ReferenceOut>> {
    let all = references::of_ticket(&site.engine, &caller, number(&at)?).await?;
    let systems = &site.engine.settings().systems;
    Ok(Json(List { items: all.into_iter().map(|reference| ReferenceOut::of(reference, systems)).collect(), next_cursor: None }))
}

fn shown_reference(site: &Site, status: StatusCode, reference: Reference) -> Response {
    versioned(status, reference.version, ReferenceOut::of(reference, &site.engine.settings().systems))
}

async fn link(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<ReferenceBody>,
) -> Result<Response, Problem> {
    let ReferenceBody { system, reference, url, state } = body;
    let new = NewReference { system, external_id: reference, url, state };
    let (reference, is_new) = references::link(&site.engine, &caller, number(&at)?, &new).await?;
    Ok(shown_reference(&site, if is_new { StatusCode::CREATED } else { StatusCode::OK }, reference))
}

async fn change(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    Within(ticket, at): Within,
    expected: Expected,
    Given(body): Given<ReferencePatchBody>,
) -> Result<Response, Problem> {
    let (number, id) = (number(&ticket)?, at.id("reference")?);
    let patch = ReferencePatch { url: body.url, state: body.state };
    let changed = references::change(&site.engine, &caller, number, id, &patch, expected.0).await;
    let current = async {
        let reference = references::get(&site.engine, &caller, number, id).await?;
        as_json(ReferenceOut::of(reference, &site.engine.settings().systems))
    };
    Ok(shown_reference(&site, StatusCode::OK, expected.or_current(changed, current).await?))
}

async fn unlink(State(site): State<Site>, Extension(caller): Extension<Caller>, Within(ticket, at): Within) -> Result<StatusCode, Problem> {
    references::unlink(&site.engine, &caller, number(&ticket)?, at.id("reference")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn follow_ups_of_ticket(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Answer<List<FollowUpOut>> {
    let mut items = Vec::new();
    for follow_up in follow_ups::of_ticket(&site.engine, &caller, number(&at)?).await? {
        items.push(out(&site, follow_up).await?);
    }
    Ok(Json(List { items, next_cursor: None }))
}

/// With the number of its ticket.
async fn out(site: &Site, follow_up: FollowUp) -> Result<FollowUpOut, DbError> {
    let ticket = site.engine.reader().ticket_by_id(follow_up.ticket).await?.map_or(0, |ticket| ticket.number);
    Ok(FollowUpOut::of(follow_up, ticket, &site.engine.desk(), &site.engine.settings().language))
}

async fn shown(site: &Site, status: StatusCode, follow_up: FollowUp) -> Result<Response, Problem> {
    Ok(versioned(status, follow_up.version, out(site, follow_up).await?))
}

async fn set(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<FollowUpBody>) -> Result<Response, Problem> {
    let FollowUpBody { text, due_at, owner } = body;
    let set = follow_ups::set(&site.engine, &caller, number(&at)?, &NewFollowUp { text, due_at, owner }).await?;
    shown(&site, StatusCode::CREATED, set).await
}

async fn list(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<FollowUpOut>> {
    let desk = site.engine.desk();
    let agent = params.one("agent", "the key of an agent", |text| find_agent(&desk, text).map(|agent| agent.id))?;
    let due = params.one("due", "true or false", |text| text.parse::<bool>().ok())?.unwrap_or(false);
    let wanted = params.page()?;
    params.end()?;
    let until = due.then(|| site.engine.now());
    let page = follow_ups::open(&site.engine, &caller, agent, until, wanted.cursor, wanted.limit).await?;
    let language = &site.engine.settings().language;
    Ok(Json(List::of(page, |it| FollowUpOut::of(it.follow_up, it.ticket, &desk, language))))
}

async fn get(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Result<Response, Problem> {
    shown(&site, StatusCode::OK, follow_ups::get(&site.engine, &caller, at.id("follow-up")?).await?).await
}

async fn put_off(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<PutOffBody>,
) -> Result<Response, Problem> {
    shown(&site, StatusCode::OK, follow_ups::put_off(&site.engine, &caller, at.id("follow-up")?, body.due_at).await?).await
}

async fn done(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<Response, Problem> {
    shown(&site, StatusCode::OK, follow_ups::finish(&site.engine, &caller, at.id("follow-up")?, Outcome::Done).await?).await
}

async fn cancel(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<Response, Problem> {
    shown(&site, StatusCode::OK, follow_ups::finish(&site.engine, &caller, at.id("follow-up")?, Outcome::Cancelled).await?).await
}
