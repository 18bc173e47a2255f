//! The companies that people belong to.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::{contact::Organisation, id::OrganisationId};
use bellhop_engine::{
    Engine,
    actions::{
        contacts::{self, ContactPatch, Membership},
        organisations::{self, OrganisationPatch},
    },
    caller::{Caller, Permission},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    contacts::{ContactOut, shown as shown_contact},
    input::{Answer, At, Expected, Given, Params, Within, as_json, nullable},
    output::{List, versioned},
    route::Route,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, change, erase) = (Permission::ReadContacts, Permission::ChangeContacts, Permission::ErasePeople);
    vec![
        Route::get("/organisations", read, "Organisations, the newest first", list)
            .query("q", "part of a name, a key or a mail domain")
            .lists::<OrganisationOut>(),
        Route::post("/organisations", change, "Adds an organisation", create).takes::<OrganisationChange>().gives::<OrganisationOut>(201),
        Route::get("/organisations/{id}", read, "One organisation", get).gives::<OrganisationOut>(200),
        Route::patch("/organisations/{id}", change, "Corrects what is known of an organisation", patch)
            .takes::<OrganisationChange>()
            .gives::<OrganisationOut>(200),
        Route::delete("/organisations/{id}", erase, "Removes an organisation; its people stay, and belong to none", remove)
            .gives_nothing(204)
            .versioned(),
        Route::post("/organisations/{id}/merge", erase, "Takes another organisation in, which goes for good", merge)
            .takes::<MergeBody>()
            .gives::<OrganisationOut>(200),
        Route::put("/organisations/{id}/members/{contact}", change, "Puts a person into an organisation", put_member)
            .takes::<MemberChange>()
            .gives::<ContactOut>(200),
        Route::delete("/organisations/{id}/members/{contact}", change, "Takes a person out, whatever a mail domain or a system says", remove_member)
            .gives_nothing(204),
    ]
}

/// A company; its people inherit tier and region.
#[derive(Serialize, ToSchema)]
#[schema(as = Organisation)]
struct OrganisationOut {
    id: String,
    version: i64,
    name: String,
    /// What the customer system calls it.
    key: Option<String>,
    domains: Vec<String>,
    tier: Option<String>,
    region: Option<String>,
    account_manager: Option<String>,
    /// For colleagues; no customer reads it.
    notes: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<Organisation> for OrganisationOut {
    fn from(organisation: Organisation) -> Self {
        let Organisation { id, version, name, key, domains, tier, region, account_manager, notes, created_at } = organisation;
        Self { id: id.to_string(), version, name, key, domains, tier, region, account_manager, notes, created_at }
    }
}

/// What is to be set; what is absent stays, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganisationChange {
    #[serde(default)]
    name: Option<String>,
    /// What the customer system calls it: by this, signed identities name it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    key: Option<Option<String>>,
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
    /// For colleagues; no customer reads it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    notes: Option<Option<String>>,
}

/// Which one is taken in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganisationMerge)]
struct MergeBody {
    /// Id of the organisation that goes.
    #[schema(value_type = String)]
    other: OrganisationId,
}

/// What is said of a member.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MemberChange {
    /// Whether they see number, title and status of their colleagues' tickets; null clears what was said.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<bool>)]
    sees_colleagues: Option<Option<bool>>,
}

impl From<OrganisationChange> for OrganisationPatch {
    fn from(change: OrganisationChange) -> Self {
        let OrganisationChange { name, key, domains, tier, region, account_manager, notes } = change;
        Self { name, key, domains, tier, region, account_manager, notes }
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

async fn remove(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, expected: Expected) -> Result<StatusCode, Problem> {
    let (engine, id) = (&site.engine, at.id("organisation")?);
    let gone = organisations::delete(engine, &caller, id, expected.0).await;
    expected.or_current(gone, async { as_json(OrganisationOut::from(load(engine, id).await?)) }).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn merge(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<MergeBody>) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, organisations::merge(&site.engine, &caller, at.id("organisation")?, body.other).await?))
}

async fn put_member(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    Within(at, contact): Within,
    Given(change): Given<MemberChange>,
) -> Result<Response, Problem> {
    let organisation = load(&site.engine, at.id("organisation")?).await?;
    let patch =
        ContactPatch { organisation: Some(Membership::Of(organisation.id)), sees_colleagues: change.sees_colleagues, ..ContactPatch::default() };
    let contact = contacts::update(&site.engine, &caller, contact.id("contact")?, &patch, None).await?;
    shown_contact(StatusCode::OK, &site.engine, contact).await
}

async fn remove_member(State(site): State<Site>, Extension(caller): Extension<Caller>, Within(at, contact): Within) -> Result<StatusCode, Problem> {
    organisations::remove_member(&site.engine, &caller, at.id("organisation")?, contact.id("contact")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn load(engine: &Engine, id: OrganisationId) -> Result<Organisation, Problem> {
    engine.reader().organisation(id).await?.ok_or_else(|| Problem::not_found("organisation"))
}

fn shown(status: StatusCode, organisation: Organisation) -> Response {
    versioned(status, organisation.version, OrganisationOut::from(organisation))
}
