//! The people who work here.

use std::collections::BTreeMap;

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::{
    desk::{Profile, Role},
    presence::Presence,
};
use bellhop_engine::{
    actions::{
        ActionError,
        people::{self, AgentPatch, NewAgent, ProfilePatch},
    },
    caller::{Caller, Permission},
};
use bellhop_store::{agent_identities::AgentIdentity, agents::AgentRecord, presence::AgentPresence};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    conversations::Nothing,
    input::{Answer, At, Expected, Given, Params, Wanted, as_json, nullable},
    objects::Skip,
    output::{List, versioned},
    route::Route,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, administer) = (Permission::ReadDesk, Permission::Administer);
    vec![
        Route::get("/agents", read, "Everybody who works here, by key", list).lists::<AgentOut>(),
        Route::post("/agents", administer, "Adds a person", create).takes::<AgentBody>().gives::<AgentOut>(201),
        Route::get("/agents/{key}", read, "One person, by key, id or mail address", get).gives::<AgentOut>(200),
        Route::put("/agents/{key}", administer, "Changes a person; what is absent stays", put).takes::<AgentChange>().gives::<AgentOut>(200),
        Route::delete("/agents/{key}", administer, "Disables a person, who stays in what happened", remove).gives_nothing(204).versioned(),
        Route::post("/agents/{key}/link-code", administer, "A code with which the person proves in the staff chat who they are", link_code)
            .takes::<Nothing>()
            .gives::<LinkCodeOut>(201)
            .not_remembered(),
        Route::get("/agents/{key}/identities", read, "The accounts on staff chats that are this person", identities).lists::<IdentityOut>(),
        Route::post("/agents/{key}/unlink", administer, "An account on a staff chat is this person no more", unlink)
            .takes::<AccountBody>()
            .gives_nothing(204),
        Route::get("/agents/{key}/presence", read, "Whether the person is there", presence).gives::<PresenceOut>(200),
        Route::put("/agents/{key}/presence", administer, "Says whether the person is there", set_presence)
            .takes::<PresenceBody>()
            .gives::<PresenceOut>(200),
    ]
}

/// A person who works here.
#[derive(Serialize, ToSchema)]
#[schema(as = Agent)]
struct AgentOut {
    key: String,
    id: String,
    name: String,
    email: String,
    /// `admin`, `supervisor`, `agent`, `editor` or `readonly`.
    role: &'static str,
    departments: Vec<String>,
    languages: Vec<String>,
    /// Skills with levels from 1 to 5.
    skills: BTreeMap<String, u8>,
    /// Keys of the regions that they serve; all when empty.
    regions: Vec<String>,
    /// Keys of the tiers that they serve; all when empty.
    tiers: Vec<String>,
    /// Key of the calendar with their hours.
    calendar: Option<String>,
    capacity: Capacity,
    disabled: bool,
    version: i64,
    created_at: DateTime<Utc>,
}

impl From<AgentRecord> for AgentOut {
    fn from(record: AgentRecord) -> Self {
        let agent = record.agent;
        Self {
            key: agent.key,
            id: agent.id.to_string(),
            name: agent.name,
            email: agent.email,
            role: agent.role.as_str(),
            departments: agent.departments,
            languages: agent.languages,
            skills: agent.profile.skills,
            regions: agent.profile.regions,
            tiers: agent.profile.tiers,
            calendar: agent.profile.calendar,
            capacity: Capacity { chats: Some(agent.profile.chats), tickets: Some(agent.profile.tickets) },
            disabled: agent.disabled,
            version: record.version,
            created_at: agent.created_at,
        }
    }
}

/// How much somebody takes at once; null: as the department says.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Capacity {
    /// Conversations.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<u32>)]
    chats: Option<Option<u32>>,
    /// Tickets that are to be worked on.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<u32>)]
    tickets: Option<Option<u32>>,
}

/// A person to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AgentBody {
    /// The short name; made from the mail address when absent.
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    name: Option<String>,
    email: String,
    #[schema(value_type = String)]
    role: Role,
    #[serde(default)]
    departments: Vec<String>,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default)]
    skills: BTreeMap<String, u8>,
    #[serde(default)]
    regions: Vec<String>,
    #[serde(default)]
    tiers: Vec<String>,
    #[serde(default)]
    calendar: Option<String>,
    #[serde(default)]
    capacity: Capacity,
    #[serde(default)]
    password: Option<String>,
}

/// What is to be changed; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AgentChange {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    #[serde(default)]
    departments: Option<Vec<String>>,
    #[serde(default)]
    languages: Option<Vec<String>>,
    #[serde(default)]
    skills: Option<BTreeMap<String, u8>>,
    #[serde(default)]
    regions: Option<Vec<String>>,
    #[serde(default)]
    tiers: Option<Vec<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    calendar: Option<Option<String>>,
    #[serde(default)]
    capacity: Capacity,
    #[serde(default)]
    disabled: Option<bool>,
    #[serde(default)]
    password: Option<String>,
}

/// A code, good once and for a short time.
#[derive(Serialize, ToSchema)]
#[schema(as = LinkCode)]
struct LinkCodeOut {
    code: String,
    expires_at: DateTime<Utc>,
}

/// Who a person is on a staff chat.
#[derive(Serialize, ToSchema)]
#[schema(as = AgentIdentity)]
struct IdentityOut {
    /// Name of the channel.
    channel: String,
    /// The platform's id.
    external_id: String,
    linked_at: DateTime<Utc>,
}

/// An account on a staff chat.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountBody {
    /// Name of the channel.
    channel: String,
    /// The platform's id.
    external_id: String,
}

/// Whether a person is there.
#[derive(Serialize, ToSchema)]
#[schema(as = Presence)]
struct PresenceOut {
    /// `online`, `away` or `offline`; null if they never said.
    presence: Option<&'static str>,
    /// Conversations that they take at once for now; null: as their profile or their department says.
    capacity: Option<i64>,
    changed_at: Option<DateTime<Utc>>,
    /// They are away because they did nothing for a while.
    automatic: bool,
    /// When they did something last, to the minute, where their department assigns by itself.
    acted_at: Option<DateTime<Utc>>,
}

/// Whether a person is there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PresenceBody {
    /// `online`, `away` or `offline`.
    #[schema(value_type = String)]
    presence: Presence,
    /// Conversations that they take at once; null: as their profile or their department says; absent: as before.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<i64>)]
    capacity: Option<Option<i64>>,
}

impl PresenceOut {
    fn of(said: Option<AgentPresence>) -> Self {
        Self {
            presence: said.map(|said| said.presence.as_str()),
            capacity: said.and_then(|said| said.capacity),
            changed_at: said.map(|said| said.changed_at),
            automatic: said.is_some_and(|said| said.automatic),
            acted_at: said.and_then(|said| said.acted_at),
        }
    }
}

async fn list(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<AgentOut>> {
    let wanted: Wanted<Skip> = params.page()?;
    params.end()?;
    let (skip, limit) = (wanted.cursor.map_or(0, |skip| skip.0), wanted.limit as usize);
    let agents = people::list(&site.engine, &caller).await?;
    let next_cursor = (agents.len() > skip.saturating_add(limit)).then(|| format!("after-{}", skip + limit));
    Ok(Json(List { items: agents.into_iter().skip(skip).take(limit).map(AgentOut::from).collect(), next_cursor }))
}

async fn create(State(site): State<Site>, Extension(caller): Extension<Caller>, Given(body): Given<AgentBody>) -> Result<Response, Problem> {
    let AgentBody { key, name, email, role, departments, languages, skills, regions, tiers, calendar, capacity, password } = body;
    let profile = Profile { skills, regions, tiers, calendar, chats: capacity.chats.flatten(), tickets: capacity.tickets.flatten() };
    let record = people::create(&site.engine, &caller, NewAgent { key, name, email, role, departments, languages, profile, password }).await?;
    Ok(shown(StatusCode::CREATED, record))
}

async fn get(State(site): State<Site>, Extension(caller): Extension<Caller>, At(key): At) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, people::get(&site.engine, &caller, &key).await?))
}

async fn put(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(key): At,
    expected: Expected,
    Given(change): Given<AgentChange>,
) -> Result<Response, Problem> {
    let AgentChange { name, email, role, departments, languages, skills, regions, tiers, calendar, capacity, disabled, password } = change;
    let profile = ProfilePatch { skills, regions, tiers, calendar, chats: capacity.chats, tickets: capacity.tickets };
    let patch = AgentPatch { name, email, role, departments, languages, profile, disabled, password };
    let updated = people::update(&site.engine, &caller, &key, patch, expected.0).await;
    let current = async { as_json(AgentOut::from(people::get(&site.engine, &caller, &key).await?)) };
    Ok(shown(StatusCode::OK, expected.or_current(updated, current).await?))
}

async fn remove(State(site): State<Site>, Extension(caller): Extension<Caller>, At(key): At, expected: Expected) -> Result<StatusCode, Problem> {
    let patch = AgentPatch { disabled: Some(true), ..AgentPatch::default() };
    let updated: Result<AgentRecord, ActionError> = people::update(&site.engine, &caller, &key, patch, expected.0).await;
    let current = async { as_json(AgentOut::from(people::get(&site.engine, &caller, &key).await?)) };
    expected.or_current(updated, current).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn link_code(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(key): At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<(StatusCode, Json<LinkCodeOut>), Problem> {
    let code = people::link_code(&site.engine, &caller, &key).await?;
    Ok((StatusCode::CREATED, Json(LinkCodeOut { code: code.code, expires_at: code.expires_at })))
}

async fn identities(State(site): State<Site>, Extension(caller): Extension<Caller>, At(key): At, params: Params) -> Answer<List<IdentityOut>> {
    params.end()?;
    let identities = people::identities(&site.engine, &caller, &key).await?;
    let out = |identity: AgentIdentity| IdentityOut { channel: identity.channel, external_id: identity.external_id, linked_at: identity.linked_at };
    Ok(Json(List { items: identities.into_iter().map(out).collect(), next_cursor: None }))
}

async fn unlink(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(key): At,
    Given(body): Given<AccountBody>,
) -> Result<StatusCode, Problem> {
    let own = people::identities(&site.engine, &caller, &key).await?;
    if !own.iter().any(|identity| identity.channel == body.channel && identity.external_id == body.external_id) {
        return Err(ActionError::NotFound { what: "identity" }.into());
    }
    people::unlink(&site.engine, &caller, &body.channel, &body.external_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn presence(State(site): State<Site>, Extension(caller): Extension<Caller>, At(key): At) -> Answer<PresenceOut> {
    let agent = people::get(&site.engine, &caller, &key).await?.agent;
    Ok(Json(PresenceOut::of(people::presence(&site.engine, agent.id).await?)))
}

async fn set_presence(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(key): At,
    Given(body): Given<PresenceBody>,
) -> Answer<PresenceOut> {
    let said = people::set_presence(&site.engine, &caller, &key, body.presence, body.capacity).await?;
    Ok(Json(PresenceOut::of(Some(said))))
}

fn shown(status: StatusCode, record: AgentRecord) -> Response {
    versioned(status, record.version, AgentOut::from(record))
}
