//! The companies that people belong to.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::{contact::Organisation, id::OrganisationId};
use bellhop_engine::{
    Engine,
    actions::organisations::{self, OrganisationPatch},
    caller::{Caller, Permission},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    input::{Answer, At, Expected, Given, Params, as_json, nullable},
    output::{List, versioned},
    route::Route,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, change) = (Permission::ReadContacts, Permission::ChangeContacts);
    vec![
        Route::get("/organisations", read, "Organisations, the newest first", list).query("q", "part of a name").lists::<OrganisationOut>(),
        Route::post("/organisations", change, "Adds an organisation", create).takes::<OrganisationChange>().gives::<OrganisationOut>(201),
        Route::get("/organisations/{id}", read, "One organisation", get).gives::<OrganisationOut>(200),
        Route::patch("/organisations/{id}", change, "Corrects what is known of an organisation", patch)
            .takes::<OrganisationChange>()
            .gives::<OrganisationOut>(200),
    ]
}

/// A company; its people inherit tier and region.
#[derive(Serialize, ToSchema)]
#[schema(as = Organisation)]
struct OrganisationOut {
    id: String,
    version: i64,
    name: String,
    domains: Vec<String>,
    tier: Option<String>,
    region: Option<String>,
    account_manager: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<Organisation> for OrganisationOut {
    fn from(organisation: Organisation) -> Self {
        let Organisation { id, version, name, domains, tier, region, account_manager, created_at } = organisation;
        Self { id: id.to_string(), version, name, domains, tier, region, account_manager, created_at }
    }
}

/// What is to be set; what is absent stays, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganisationChange {
    #[serde(default)]
    name: Option<String>,
    /// Mail domains whose proven addresses belong to it, all of them.
    #[serde(default)]
    domains: Option<Vec<String>>,
    /// Key of the tier that its people inherit.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    tier: Option<Option<String>>,
    /// Key of the region that its people inherit.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    region: Option<Option<String>>,
    /// Key of the agent who looks after it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    account_manager: Option<Option<String>>,
}

impl From<OrganisationChange> for OrganisationPatch {
    fn from(change: OrganisationChange) -> Self {
        let OrganisationChange { name, domains, tier, region, account_manager } = change;
        Self { name, domains, tier, region, account_manager }
    }
}

async fn list(State(site): State<Site>, mut params: Params) -> Answer<List<OrganisationOut>> {
    let q = params.text("q")?;
    let wanted = params.page()?;
    params.end()?;
    let page = site.engine.reader().organisations(q.as_deref(), wanted.cursor, wanted.limit).await?;
    Ok(Json(List::of(page, OrganisationOut::from)))
}

async fn create(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    Given(change): Given<OrganisationChange>,
) -> Result<Response, Problem> {
    let organisation = organisations::create(&site.engine, &caller, &change.into()).await?;
    Ok(shown(StatusCode::CREATED, organisation))
}

async fn get(State(site): State<Site>, at: At) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, load(&site.engine, at.id("organisation")?).await?))
}

async fn patch(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    expected: Expected,
    Given(change): Given<OrganisationChange>,
) -> Result<Response, Problem> {
    let (engine, id) = (&site.engine, at.id("organisation")?);
    let updated = organisations::update(engine, &caller, id, &change.into(), expected.0).await;
    let updated = expected.or_current(updated, async { as_json(OrganisationOut::from(load(engine, id).await?)) }).await?;
    Ok(shown(StatusCode::OK, updated))
}

async fn load(engine: &Engine, id: OrganisationId) -> Result<Organisation, Problem> {
    engine.reader().organisation(id).await?.ok_or_else(|| Problem::not_found("organisation"))
}

fn shown(status: StatusCode, organisation: Organisation) -> Response {
    versioned(status, organisation.version, OrganisationOut::from(organisation))
}
