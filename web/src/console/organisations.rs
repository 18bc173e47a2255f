//! Companies: the list, and one with its people, tickets and conversations.

mod written;

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::{
    contact::{Contact, Organisation},
    id::OrganisationId,
    words,
};
use bellhop_engine::{actions::ActionError, caller::Permission};
use bellhop_store::{Cursor, contacts::ContactFilter};

use super::{
    customer::{Before, ticket_before},
    form::{Asked, Choices, optional},
    guard::encode,
    shell::{Moment, Shell, Visit},
    thread::name_of_contact,
};
pub(super) use written::change;

/// Companies on one page of the list.
const LISTED: u32 = 50;
/// Members on one page.
const MEMBERS: u32 = 25;
/// Tickets and conversations that are shown.
const SHOWN: u32 = 25;
/// Characters of a list of domains that are shown in a row.
const LONGEST_ROW: usize = 120;

/// A company in the list.
struct Row {
    url: String,
    id: String,
    name: String,
    domains: String,
    tier: String,
    region: String,
    manager: String,
}

/// Somebody who belongs to it.
struct Member {
    id: String,
    name: String,
    /// Their latest conversation.
    url: Option<String>,
    how: String,
    sees: bool,
    at: Moment,
}

#[derive(Template)]
#[template(path = "console/organisations.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    rows: Vec<Row>,
    older: Option<String>,
    q: String,
    may_change: bool,
}

#[derive(Template)]
#[template(path = "console/organisation.html")]
struct OrganisationPage<'a> {
    shell: &'a Shell,
    address: String,
    form: Form,
    facts: Vec<(String, String)>,
    is_new: bool,
    may_change: bool,
    size: usize,
    members: Vec<Member>,
    more_members: Option<String>,
    tickets: Vec<Before>,
    conversations: Vec<Before>,
    /// Who may have been meant: id and name.
    offered: Vec<(String, String)>,
    /// What is wrong, place by place.
    problems: Vec<String>,
    tiers: Choices,
    regions: Choices,
    managers: Choices,
}

/// What stands in the form.
#[derive(Default, Clone)]
struct Form {
    version: i64,
    name: String,
    key: String,
    domains: String,
    notes: String,
    tier: String,
    region: String,
    manager: String,
}

impl Form {
    fn of(organisation: &Organisation) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            version: organisation.version,
            name: organisation.name.clone(),
            key: text(&organisation.key),
            domains: organisation.domains.join("\n"),
            notes: text(&organisation.notes),
            tier: text(&organisation.tier),
            region: text(&organisation.region),
            manager: text(&organisation.account_manager),
        }
    }
}

/// What a page shows besides the company itself.
#[derive(Default)]
struct Shown {
    cursor: Option<Cursor>,
    /// What was written and not kept.
    form: Option<Form>,
    offered: Vec<(String, String)>,
    problems: Vec<String>,
}

pub(super) async fn list(mut visit: Visit, Asked(asked): Asked) -> Response {
    visit.shell.part = "organisations";
    visit.shell.here = format!("{}/console/organisations", visit.shell.root);
    let (reader, shell, desk) = (visit.engine().reader(), &visit.shell, visit.engine().desk());
    let q: String = asked.some("q").unwrap_or_default().chars().take(200).collect();
    let cursor = asked.get("cursor").and_then(|cursor| cursor.parse::<Cursor>().ok());
    let found = match reader.organisations(Some(&q), cursor, LISTED).await {
        Ok(found) => found,
        Err(error) => return shell.failed(&error),
    };
    let row = |organisation: Organisation| {
        let id = organisation.id.to_string();
        let name =
            |key: Option<&String>, named: Option<&bellhop_domain::localised::Localised>| key.map(|key| shell.named(named, key)).unwrap_or_default();
        Row {
            url: format!("{}/console/organisations/{id}", shell.root),
            id,
            domains: organisation.domains.join(", ").chars().take(LONGEST_ROW).collect(),
            tier: name(organisation.tier.as_ref(), organisation.tier.as_ref().and_then(|key| desk.tiers.get(key)).map(|tier| &tier.name)),
            region: name(organisation.region.as_ref(), organisation.region.as_ref().and_then(|key| desk.regions.get(key)).map(|region| &region.name)),
            manager: organisation.account_manager.and_then(|key| desk.agents.get(&key)).map(|agent| agent.name.clone()).unwrap_or_default(),
            name: organisation.name,
        }
    };
    let older = found.next.map(|next| format!("{}?q={}&cursor={next}", shell.here, encode(&q)));
    let may_change = visit.caller().permissions.allow(Permission::ChangeContacts);
    let rows = found.items.into_iter().map(row).collect();
    shell.page(StatusCode::OK, &ListPage { rows, older, q, may_change, shell })
}

pub(super) async fn show(mut visit: Visit, Path(id): Path<String>, Asked(asked): Asked) -> Response {
    let cursor = asked.get("members").and_then(|cursor| cursor.parse::<Cursor>().ok());
    page(&mut visit, &id, StatusCode::OK, Shown { cursor, ..Shown::default() }).await
}

/// The address of a company's page: `new` for one that is still to be added.
async fn page(visit: &mut Visit, id: &str, status: StatusCode, shown: Shown) -> Response {
    visit.shell.part = "organisations";
    visit.shell.here = format!("{}/console/organisations/{}", visit.shell.root, encode(id));
    let organisation = match id.parse::<OrganisationId>() {
        Ok(id) => match visit.engine().reader().organisation(id).await {
            Ok(Some(organisation)) => Some(organisation),
            Ok(None) => return visit.shell.not_found(),
            Err(error) => return visit.shell.failed(&error),
        },
        Err(_) if id == "new" => None,
        Err(_) => return visit.shell.not_found(),
    };
    match assemble(visit, organisation, shown).await {
        Ok(page) => visit.shell.page(status, &page),
        Err(error) => visit.shell.stopped(error),
    }
}

async fn assemble(visit: &Visit, organisation: Option<Organisation>, shown: Shown) -> Result<OrganisationPage<'_>, ActionError> {
    let (reader, shell, desk) = (visit.engine().reader(), &visit.shell, visit.engine().desk());
    let form = shown.form.or(organisation.as_ref().map(Form::of)).unwrap_or_default();
    let tiers = desk.tiers.values().map(|tier| (tier.key.clone(), shell.named(Some(&tier.name), &tier.key)));
    let tiers = optional(tiers, chosen(&form.tier));
    let regions = desk.regions.values().map(|region| (region.key.clone(), shell.named(Some(&region.name), &region.key)));
    let regions = optional(regions, chosen(&form.region));
    let agents = desk.agents.values().filter(|agent| !agent.disabled || agent.key == form.manager);
    let managers = optional(agents.map(|agent| (agent.key.clone(), agent.name.clone())), chosen(&form.manager));
    let mut page = OrganisationPage {
        address: shell.here.clone(),
        is_new: organisation.is_none(),
        may_change: visit.caller().permissions.allow(Permission::ChangeContacts),
        facts: organisation.as_ref().map(|organisation| facts(shell, organisation, [&tiers, &regions, &managers])).unwrap_or_default(),
        form,
        size: 0,
        members: Vec::new(),
        more_members: None,
        tickets: Vec::new(),
        conversations: Vec::new(),
        offered: shown.offered,
        problems: shown.problems,
        tiers,
        regions,
        managers,
        shell,
    };
    let Some(organisation) = organisation else { return Ok(page) };
    page.size = usize::try_from(reader.organisation_size(organisation.id).await?).unwrap_or_default();
    let filter = ContactFilter { organisation: Some(organisation.id), ..ContactFilter::default() };
    let found = reader.contacts(&filter, shown.cursor, MEMBERS).await?;
    page.more_members = found.next.map(|next| format!("{}?members={next}#members", shell.here));
    for contact in found.items {
        page.members.push(member(visit, &contact).await?);
    }
    if shell.may_see_tickets {
        let found = reader.organisation_tickets(organisation.id, None, SHOWN).await?;
        page.tickets = found.iter().map(|ticket| ticket_before(shell, &desk, ticket)).collect();
    }
    if shell.may_see {
        let open = reader.organisation_conversations(organisation.id, SHOWN).await?;
        page.conversations = open
            .iter()
            .map(|conversation| Before {
                url: format!("{}/console/inbox/{}", shell.root, conversation.id),
                title: conversation.channel.clone(),
                detail: shell.standing(&conversation.status),
                at: shell.moment(&conversation.updated_at),
            })
            .collect();
    }
    Ok(page)
}

/// What stands in a field of the form.
fn chosen(written: &str) -> Option<&str> {
    Some(written).filter(|written| !written.is_empty())
}

/// What is known of it, in words.
fn facts(shell: &Shell, organisation: &Organisation, [tiers, regions, managers]: [&Choices; 3]) -> Vec<(String, String)> {
    let chosen = |choices: &Choices| choices.iter().find(|(key, _, is)| *is && !key.is_empty()).map(|(_, label, _)| label.clone());
    [
        ("console-organisation-key", organisation.key.clone()),
        ("console-organisation-domains", Some(organisation.domains.join(", "))),
        ("console-tier", chosen(tiers)),
        ("console-region", chosen(regions)),
        ("customer-manager", chosen(managers)),
        ("console-organisation-notes", organisation.notes.clone()),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((shell.say(label), value.filter(|value| !value.is_empty())?)))
    .collect()
}

async fn member(visit: &Visit, contact: &Contact) -> Result<Member, ActionError> {
    let shell = &visit.shell;
    let latest = if shell.may_see { visit.engine().reader().contact_conversations(contact.id, None, 1).await?.items.pop() } else { None };
    let how = contact.membership().map(|said| {
        let source = shell.say(words::source_key(said.source));
        said.by.as_deref().filter(|by| !by.is_empty()).map_or(source.clone(), |by| format!("{source}: {by}"))
    });
    Ok(Member {
        id: contact.id.to_string(),
        name: name_of_contact(shell, contact),
        url: latest.map(|conversation| format!("{}/console/inbox/{}", shell.root, conversation.id)),
        how: how.unwrap_or_default(),
        sees: contact.sees_colleagues_of().is_some(),
        at: shell.moment(&contact.updated_at),
    })
}

fn back(visit: &Visit, id: OrganisationId) -> Response {
    Redirect::to(&format!("{}/console/organisations/{id}", visit.shell.root)).into_response()
}
