//! What the forms of a company's page do.

use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::{
    contact::Organisation,
    id::{ContactId, OrganisationId},
};
use bellhop_engine::actions::{
    ActionError,
    contacts::{self, ContactPatch, Membership},
    organisations::{self, OrganisationPatch},
};
use bellhop_store::contacts::ContactFilter;

use super::{Form, Shown, back, page};
use crate::console::{
    form::Fields,
    shell::{Said, Visit, status_of},
    thread::name_of_contact,
};

/// People and companies that are offered where a name fits several.
const MOST_OFFERED: u32 = 8;

pub(crate) async fn change(mut visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    let version = fields.get("version").and_then(|version| version.parse::<i64>().ok());
    let known = id.parse::<OrganisationId>().ok();
    let Some(known) = known else {
        return if id == "new" { add(visit, fields).await } else { visit.shell.not_found() };
    };
    let (engine, caller) = (visit.engine(), visit.caller());
    let member = fields.get("member").and_then(|member| member.parse::<ContactId>().ok());
    let sees = |allowed| ContactPatch { sees_colleagues: Some(Some(allowed)), ..ContactPatch::default() };
    let done = match (fields.get("step"), member) {
        (Some("save"), _) => organisations::update(engine, caller, known, &patch(&fields), version).await.map(drop),
        (Some("delete"), _) => match organisations::delete(engine, caller, known, version).await {
            Ok(()) => return Redirect::to(&format!("{}/console/organisations", visit.shell.root)).into_response(),
            Err(error) => Err(error),
        },
        (Some("merge"), _) => match other(&visit, fields.some("other").unwrap_or_default()).await {
            Ok(Some(other)) => organisations::merge(engine, caller, known, other.id).await.map(drop),
            Ok(None) => return wrong(visit, &id, "console-organisation-member-nobody").await,
            Err(error) => Err(error),
        },
        (Some("add"), _) => match people(&visit, fields.some("person").unwrap_or_default()).await {
            Ok(found) => match found.as_slice() {
                [(person, _)] => put_in(&visit, known, *person).await,
                [] => return wrong(visit, &id, "console-organisation-member-nobody").await,
                _ => {
                    let offered = found.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
                    let shown = Shown { offered, ..Shown::default() };
                    return page(&mut visit, &id, StatusCode::OK, shown).await;
                }
            },
            Err(error) => Err(error),
        },
        (Some("put"), Some(member)) => put_in(&visit, known, member).await,
        (Some("remove"), Some(member)) => organisations::remove_member(engine, caller, known, member).await,
        (Some(step @ ("allow" | "forbid")), Some(member)) => match engine.reader().contact(member).await {
            // Only of who belongs to the company that the page shows.
            Ok(Some(contact)) if contact.organisation == Some(known) => {
                contacts::update(engine, caller, member, &sees(step == "allow"), Some(contact.version)).await.map(drop)
            }
            Ok(_) => Err(ActionError::NotFound { what: "member" }),
            Err(error) => Err(error.into()),
        },
        _ => return visit.shell.not_found(),
    };
    match done {
        Ok(()) => back(&visit, known),
        Err(error) => {
            let form = (fields.get("step") == Some("save")).then(|| written(&fields));
            refused(visit, &id, error, form).await
        }
    }
}

async fn add(visit: Visit, fields: Fields) -> Response {
    match organisations::create(visit.engine(), visit.caller(), &patch(&fields)).await {
        Ok(organisation) => back(&visit, organisation.id),
        Err(error) => refused(visit, "new", error, Some(written(&fields))).await,
    }
}

async fn put_in(visit: &Visit, organisation: OrganisationId, person: ContactId) -> Result<(), ActionError> {
    let patch = ContactPatch { organisation: Some(Membership::Of(organisation)), ..ContactPatch::default() };
    contacts::update(visit.engine(), visit.caller(), person, &patch, None).await.map(drop)
}

/// The page with what was refused on it, and what was written.
async fn refused(mut visit: Visit, id: &str, error: ActionError, form: Option<Form>) -> Response {
    let status = status_of(&error);
    let problems = visit.shell.problems(error).into_iter().map(|(_, message)| message).collect();
    page(&mut visit, id, status, Shown { form, problems, ..Shown::default() }).await
}

async fn wrong(mut visit: Visit, id: &str, key: &str) -> Response {
    visit.shell.said = Some(Said::wrong(&visit.shell.say(key)));
    page(&mut visit, id, StatusCode::UNPROCESSABLE_ENTITY, Shown::default()).await
}

fn patch(fields: &Fields) -> OrganisationPatch {
    let optional = |name: &str| fields.get(name).map(|_| fields.some(name).map(str::to_owned));
    let domains = fields.get("domains").map(|domains| {
        let each = domains.split(|sign: char| sign.is_whitespace() || [',', ';', '，', '；', '、'].contains(&sign));
        each.filter(|domain| !domain.is_empty()).map(str::to_owned).collect()
    });
    OrganisationPatch {
        name: fields.get("name").map(str::to_owned),
        key: optional("key"),
        domains,
        tier: optional("tier"),
        region: optional("region"),
        account_manager: optional("manager"),
        notes: optional("notes"),
    }
}

fn written(fields: &Fields) -> Form {
    let text = |name: &str| fields.get(name).unwrap_or_default().chars().take(10_000).collect::<String>();
    Form {
        version: fields.get("version").and_then(|version| version.parse().ok()).unwrap_or_default(),
        name: text("name"),
        key: text("key"),
        domains: text("domains"),
        notes: text("notes"),
        tier: text("tier"),
        region: text("region"),
        manager: text("manager"),
    }
}

/// Who is meant, by id or by what is known of them.
async fn people(visit: &Visit, given: &str) -> Result<Vec<(ContactId, String)>, ActionError> {
    let reader = visit.engine().reader();
    let found = match given.parse::<ContactId>() {
        Ok(id) => reader.contact(id).await?.into_iter().collect(),
        Err(_) if given.is_empty() => Vec::new(),
        Err(_) => {
            let q: String = given.chars().take(200).collect();
            reader.contacts(&ContactFilter { q: Some(q), ..ContactFilter::default() }, None, MOST_OFFERED).await?.items
        }
    };
    let named = found.iter().filter(|contact| contact.erased_at.is_none());
    Ok(named.map(|contact| (contact.id, name_of_contact(&visit.shell, contact))).collect())
}

/// The one company that is meant, by id, key or name.
async fn other(visit: &Visit, given: &str) -> Result<Option<Organisation>, ActionError> {
    let reader = visit.engine().reader();
    if let Ok(id) = given.parse::<OrganisationId>() {
        return Ok(reader.organisation(id).await?);
    }
    if given.is_empty() {
        return Ok(None);
    }
    if let Some(called) = reader.organisation_by_key(given).await? {
        return Ok(Some(called));
    }
    let mut found = reader.organisations(Some(given), None, MOST_OFFERED).await?.items;
    found.retain(|organisation| organisation.name.to_lowercase() == given.to_lowercase());
    Ok(if found.len() == 1 { found.pop() } else { None })
}
