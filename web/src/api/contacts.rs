//! The people who write to us.

use std::collections::BTreeMap;

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::{
    contact::{Address, Contact, ContactMerge, Seeing},
    id::{ContactId, OrganisationId},
    routing::{effective_region, effective_tier, known_regions, known_tiers},
    sourced::{Source, Sourced},
};
use bellhop_engine::{
    Engine,
    actions::contacts::{self, Alike, ContactPatch, Membership},
    caller::{Caller, Permission},
};
use bellhop_store::contacts::ContactFilter;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    conversations::Nothing,
    input::{Answer, At, Expected, Given, Params, as_json, nullable},
    output::{List, versioned},
    route::Route,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, change, erase) = (Permission::ReadContacts, Permission::ChangeContacts, Permission::ErasePeople);
    vec![
        Route::get("/contacts", read, "People, the ones that changed last first", list)
            .query("q", "part of a name, mail address or telephone number")
            .query("organisation", "id of an organisation")
            .lists::<ContactOut>(),
        Route::post("/contacts", change, "Adds a person who has not written yet", create).takes::<ContactChange>().gives::<ContactOut>(201),
        Route::get("/contacts/{id}", read, "One person", get).gives::<ContactOut>(200),
        Route::patch("/contacts/{id}", change, "Corrects what is known of a person", patch).takes::<ContactChange>().gives::<ContactOut>(200),
        Route::delete("/contacts/{id}", erase, "Erases a person's data for good", remove).gives_nothing(204),
        Route::get("/contacts/{id}/export", erase, "Everything that is kept about a person", export).gives::<Exported>(200),
        Route::post("/contacts/{id}/merge", change, "Joins two records of the same person", merge).takes::<MergeBody>().gives::<ContactOut>(200),
        Route::post("/contacts/{id}/unmerge", change, "Parts a record again that was joined into another one", unmerge)
            .takes::<Nothing>()
            .gives::<ContactOut>(200),
        Route::get("/contacts/{id}/alike", read, "Who else may be the same person, and why; the surest first", alike).lists::<AlikeOut>(),
        Route::get("/contacts/{id}/joined", read, "The records that were joined into this one and can be parted again, the last first", joined)
            .lists::<JoinedOut>(),
        Route::post(
            "/conversations/{id}/link-code",
            Permission::HandleConversations,
            "Sends the customer a one-time code that proves on another channel who they are",
            link_code,
        )
        .takes::<Nothing>()
        .gives_nothing(204),
    ]
}

/// A person, over all their channels.
#[derive(Serialize, ToSchema)]
#[schema(as = Contact)]
pub(super) struct ContactOut {
    id: String,
    version: i64,
    name: Option<String>,
    /// Tag of the language that they read.
    language: Option<String>,
    emails: Vec<AddressOut>,
    phones: Vec<AddressOut>,
    /// Key of the tier in force.
    tier: Option<String>,
    /// Key of the region in force.
    region: Option<String>,
    /// Facts, by name. What the person only claims stands among the sources.
    #[schema(value_type = Object)]
    attributes: BTreeMap<String, Value>,
    /// Everything that was said about tier, region and attributes, the most trusted first.
    sources: Sources,
    /// Who they are on the channels.
    identities: Vec<IdentityOut>,
    /// Id of the company that they belong to.
    organisation: Option<String>,
    /// They see number, title and status of the tickets of their colleagues there.
    sees_colleagues: bool,
    /// Messages are stored in silence.
    blocked: bool,
    erased_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A mail address or telephone number.
#[derive(Serialize, ToSchema)]
#[schema(as = Address)]
struct AddressOut {
    value: String,
    /// Proven to belong to the person.
    verified: bool,
    /// Where it came from.
    #[schema(value_type = String)]
    source: Source,
    at: DateTime<Utc>,
}

/// Who a person is on a channel.
#[derive(Serialize, ToSchema)]
#[schema(as = Identity)]
struct IdentityOut {
    channel: String,
    id: String,
}

/// Where values came from.
#[derive(Serialize, ToSchema)]
struct Sources {
    #[schema(value_type = Vec<Object>)]
    tier: Vec<Sourced<String>>,
    #[schema(value_type = Vec<Object>)]
    region: Vec<Sourced<String>>,
    #[schema(value_type = Object)]
    attributes: BTreeMap<String, Vec<Sourced<Value>>>,
    /// Ids of organisations; null: belongs to none.
    #[schema(value_type = Vec<Object>)]
    organisation: Vec<Sourced<Option<OrganisationId>>>,
    /// Who said whether they see the tickets of which organisation.
    #[schema(value_type = Vec<Object>)]
    sees_colleagues: Vec<Sourced<Seeing>>,
}

/// What is to be set; what is absent stays, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ContactChange {
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    /// Mail addresses, all of them.
    #[serde(default)]
    emails: Option<Vec<String>>,
    /// Telephone numbers, all of them.
    #[serde(default)]
    phones: Option<Vec<String>>,
    /// Key of a tier, as the agent's word.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    tier: Option<Option<String>>,
    /// Key of a region, as the agent's word.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    region: Option<Option<String>>,
    /// Values by name; null clears the agent's word.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    attributes: Option<BTreeMap<String, Value>>,
    /// Id of an organisation, as the agent's word; `none` for nobody's, whatever others say.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    organisation: Option<Option<Belongs>>,
    /// Whether they see number, title and status of their colleagues' tickets, as the agent's word.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<bool>)]
    sees_colleagues: Option<Option<bool>>,
    #[serde(default)]
    blocked: Option<bool>,
}

impl From<ContactChange> for ContactPatch {
    fn from(change: ContactChange) -> Self {
        let ContactChange { name, language, emails, phones, tier, region, attributes, organisation, sees_colleagues, blocked } = change;
        let organisation = organisation.map(|said| match said {
            Some(Belongs::To(id)) => Membership::Of(id),
            Some(Belongs::Word(NoneWord::None)) => Membership::None,
            None => Membership::Cleared,
        });
        Self { name, language, emails, phones, tier, region, attributes, organisation, sees_colleagues, blocked }
    }
}

/// An organisation's id, or `none`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Belongs {
    To(OrganisationId),
    Word(NoneWord),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum NoneWord {
    None,
}

/// Whose record is taken in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeBody {
    /// Id of the person whose record goes.
    #[schema(value_type = String)]
    other: ContactId,
    /// Why, for whoever asks later.
    #[serde(default)]
    reason: Option<String>,
}

/// Somebody who may be the same person.
#[derive(Serialize, ToSchema)]
#[schema(as = Alike)]
struct AlikeOut {
    /// Id of the other person.
    contact: String,
    name: Option<String>,
    /// `proven_email`, `proven_phone`, `account`, `claimed_email` or `claimed_phone`.
    reason: String,
    /// The address, or the channel of the account.
    value: String,
}

/// A record that was joined into this one.
#[derive(Serialize, ToSchema)]
#[schema(as = JoinedContact)]
struct JoinedOut {
    /// Id of the record that went; `POST /contacts/{id}/unmerge` with it parts them.
    contact: String,
    name: Option<String>,
    at: DateTime<Utc>,
    /// Who did it.
    by: Option<String>,
    reason: Option<String>,
}

/// Everything that is kept about a person.
#[derive(Serialize, ToSchema)]
#[schema(value_type = Object)]
struct Exported(#[allow(dead_code, reason = "only its shape is described")] Value);

async fn list(State(site): State<Site>, mut params: Params) -> Answer<List<ContactOut>> {
    let filter = ContactFilter { q: params.text("q")?, organisation: params.one("organisation", "id of an organisation", |text| text.parse().ok())? };
    let wanted = params.page()?;
    params.end()?;
    let page = site.engine.reader().contacts(&filter, wanted.cursor, wanted.limit).await?;
    let next_cursor = page.next.map(|cursor| cursor.to_string());
    let mut items = Vec::with_capacity(page.items.len());
    for contact in page.items {
        items.push(out(&site.engine, contact).await?);
    }
    Ok(Json(List { items, next_cursor }))
}

async fn create(State(site): State<Site>, Extension(caller): Extension<Caller>, Given(change): Given<ContactChange>) -> Result<Response, Problem> {
    let contact = contacts::create(&site.engine, &caller, &change.into()).await?;
    shown(StatusCode::CREATED, &site.engine, contact).await
}

async fn get(State(site): State<Site>, at: At) -> Result<Response, Problem> {
    let contact = load(&site.engine, at.id("contact")?).await?;
    shown(StatusCode::OK, &site.engine, contact).await
}

async fn patch(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    expected: Expected,
    Given(change): Given<ContactChange>,
) -> Result<Response, Problem> {
    let (engine, id) = (&site.engine, at.id("contact")?);
    let updated = contacts::update(engine, &caller, id, &change.into(), expected.0).await;
    let updated = expected.or_current(updated, async { as_json(out(engine, load(engine, id).await?).await?) }).await?;
    shown(StatusCode::OK, engine, updated).await
}

async fn remove(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Result<StatusCode, Problem> {
    contacts::erase(&site.engine, &caller, at.id("contact")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn export(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Answer<Value> {
    Ok(Json(contacts::export(&site.engine, &caller, at.id("contact")?).await?))
}

async fn merge(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<MergeBody>) -> Result<Response, Problem> {
    let contact = contacts::merge(&site.engine, &caller, at.id("contact")?, body.other, body.reason.as_deref()).await?;
    shown(StatusCode::OK, &site.engine, contact).await
}

async fn unmerge(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<Response, Problem> {
    let contact = contacts::unmerge(&site.engine, &caller, at.id("contact")?).await?;
    shown(StatusCode::OK, &site.engine, contact).await
}

async fn alike(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Answer<List<AlikeOut>> {
    let found = contacts::alike(&site.engine, &caller, at.id("contact")?).await?;
    let out = |Alike { contact, why }: Alike| AlikeOut {
        contact: contact.id.to_string(),
        name: contact.name,
        reason: why.as_str().to_owned(),
        value: why.value().to_owned(),
    };
    Ok(Json(List { items: found.into_iter().map(out).collect(), next_cursor: None }))
}

async fn joined(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Answer<List<JoinedOut>> {
    let found = contacts::joined_before(&site.engine, &caller, at.id("contact")?).await?;
    let out = |merge: ContactMerge| JoinedOut {
        contact: merge.other.to_string(),
        name: merge.before.other.name,
        at: merge.at,
        by: merge.by.name().map(str::to_owned),
        reason: merge.reason,
    };
    Ok(Json(List { items: found.into_iter().map(out).collect(), next_cursor: None }))
}

async fn link_code(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<StatusCode, Problem> {
    contacts::send_link_code(&site.engine, &caller, at.id("conversation")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn load(engine: &Engine, id: ContactId) -> Result<Contact, Problem> {
    let mut wanted = id;
    loop {
        if let Some(contact) = engine.reader().contact(wanted).await? {
            return Ok(contact);
        }
        // A record that was joined into another one leads there.
        let merge = engine.reader().contact_merge(wanted).await?.filter(|merge| merge.undone_at.is_none() && merge.contact != wanted);
        wanted = merge.ok_or_else(|| Problem::not_found("contact"))?.contact;
    }
}

pub(super) async fn shown(status: StatusCode, engine: &Engine, contact: Contact) -> Result<Response, Problem> {
    let version = contact.version;
    Ok(versioned(status, version, out(engine, contact).await?))
}

async fn out(engine: &Engine, contact: Contact) -> Result<ContactOut, Problem> {
    let organisation = match contact.organisation {
        Some(id) => engine.reader().organisation(id).await?,
        None => None,
    };
    let identities = engine.reader().contact_identities(contact.id).await?;
    let desk = engine.desk();
    let (tier, region) = (effective_tier(&contact, organisation.as_ref(), &desk), effective_region(&contact, organisation.as_ref(), &desk));
    let attributes = contact.attributes.iter().filter_map(|(name, held)| Some((name.clone(), held.fact()?.value.clone()))).collect();
    let sources = Sources {
        tier: known_tiers(&contact, organisation.as_ref()).all().to_vec(),
        region: known_regions(&contact, organisation.as_ref(), &desk).all().to_vec(),
        attributes: contact.attributes.iter().map(|(name, held)| (name.clone(), held.all().to_vec())).collect(),
        organisation: contact.memberships.all().to_vec(),
        sees_colleagues: contact.sees_colleagues.all().to_vec(),
    };
    let sees_colleagues = contact.sees_colleagues_of().is_some() && organisation.is_some();
    Ok(ContactOut {
        id: contact.id.to_string(),
        version: contact.version,
        name: contact.name,
        language: contact.language,
        emails: contact.emails.into_iter().map(address).collect(),
        phones: contact.phones.into_iter().map(address).collect(),
        tier: tier.map(|tier| tier.value),
        region: region.map(|region| region.value),
        attributes,
        sources,
        identities: identities.into_iter().map(|identity| IdentityOut { channel: identity.channel, id: identity.external_id }).collect(),
        organisation: contact.organisation.map(|id| id.to_string()),
        sees_colleagues,
        blocked: contact.blocked,
        erased_at: contact.erased_at,
        created_at: contact.created_at,
        updated_at: contact.updated_at,
    })
}

fn address(address: Address) -> AddressOut {
    AddressOut { value: address.value, verified: address.verified, source: address.source, at: address.at }
}
