//! Tickets: the list, and one with everything about it.

mod follow;
mod happened;
mod joined;
mod listed;
mod watched;

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::{
    template::{Around, Asked as AskedField, FieldType, Required, show_value},
    ticket::{Priority, Ticket, TicketStatus, number_text, parse_number},
    words,
};
use bellhop_engine::{
    actions::{
        ActionError,
        tickets::{self, TicketPatch, TicketReply},
    },
    desk::DeskSnapshot,
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{
    blank::{self, Blank, Has, blank, files_of},
    customer::{self, Before, Known},
    form::{Asked, Choices, Fields},
    review::{Route, route},
    shell::{Moment, Said, Shell, Visit, status_of},
    thread::name_of_contact,
};
use follow::{Follow, follow};
pub(super) use follow::{change as follow_up, change_listed as change_follow_ups, list as follow_ups};
use happened::{Events, events};
pub(super) use joined::change as join;
use joined::{Joined, joined};
pub(super) use listed::{change_view, keep_view, list};
pub(super) use watched::change as watch;
use watched::{Watched, watched};

#[derive(Template)]
#[template(path = "console/ticket.html")]
struct TicketPage<'a> {
    shell: &'a Shell,
    number: String,
    /// Ids of what the page is about: when they change, it looks again at once.
    shows: String,
    title: String,
    customer: String,
    status: &'static str,
    standing: String,
    stage: Option<String>,
    version: i64,
    /// What can be filled in.
    blanks: Vec<Blank>,
    made_at: Moment,
    changed_at: Moment,
    fields: Vec<Known>,
    route: Route,
    tier: Option<String>,
    region: Option<String>,
    rating: Option<String>,
    statuses: Choices,
    stages: Choices,
    priorities: Choices,
    departments: Choices,
    owners: Choices,
    organisation: Option<(String, Option<String>)>,
    colleagues: Vec<Before>,
    conversations: Vec<Before>,
    joined: Joined,
    follow: Follow,
    watched: Watched,
    events: Events,
    tracking: String,
    text: String,
    is_note: bool,
    is_closed: bool,
}

/// The key of the words for a status as agents read it.
fn status_words(status: TicketStatus) -> String {
    format!("console-ticket-{}", status.as_str().replace('_', "-"))
}

fn statuses<'s>(shell: &Shell, chosen: Option<TicketStatus>, all: impl Iterator<Item = &'s TicketStatus>) -> Choices {
    all.map(|status| (status.as_str().to_owned(), shell.say(&status_words(*status)), chosen == Some(*status))).collect()
}

fn priorities(shell: &Shell, chosen: Option<Priority>) -> Choices {
    Priority::ALL.map(|priority| (priority.as_str().to_owned(), shell.say(&format!("choice-{}", priority.as_str())), chosen == Some(priority))).into()
}

fn departments(shell: &Shell, desk: &DeskSnapshot, chosen: Option<&str>) -> Choices {
    desk.departments.values().map(|it| (it.key.clone(), shell.named(Some(&it.name), &it.key), chosen == Some(&it.key))).collect()
}

pub(super) async fn show(mut visit: Visit, Path(number): Path<String>, Asked(asked): Asked) -> Response {
    let before = asked.get("before").and_then(|before| before.parse().ok());
    page(&mut visit, &number, StatusCode::OK, before, ("", false)).await
}

async fn page(visit: &mut Visit, number: &str, status: StatusCode, before: Option<DateTime<Utc>>, unsent: (&str, bool)) -> Response {
    visit.shell.part = "tickets";
    let Some(number) = parse_number(number) else { return visit.shell.not_found() };
    visit.shell.here = format!("{}/console/tickets/{}", visit.shell.root, number_text(number));
    watched::seen(visit, number).await;
    match one(visit, number, before, unsent).await {
        Ok(Some(page)) => visit.shell.page(status, &page),
        Ok(None) => visit.shell.not_found(),
        Err(error) => visit.shell.stopped(error),
    }
}

async fn one<'a>(
    visit: &'a Visit,
    number: i64,
    before: Option<DateTime<Utc>>,
    (text, is_note): (&str, bool),
) -> Result<Option<TicketPage<'a>>, ActionError> {
    let (reader, shell, desk) = (visit.engine().reader(), &visit.shell, visit.engine().desk());
    let Some(ticket) = reader.ticket(number).await? else { return Ok(None) };
    let contact = reader.contact(ticket.contact).await?;
    let organisation = match contact.as_ref().and_then(|contact| contact.organisation) {
        Some(id) => reader.organisation(id).await?.map(|organisation| customer::company(shell, organisation)),
        None => None,
    };
    let colleagues = match &contact {
        Some(contact) if organisation.is_some() => customer::colleagues(visit, contact).await?,
        _ => Vec::new(),
    };
    let template = desk.form_of(&ticket);
    let mut conversations = Vec::new();
    for id in ticket.conversations.iter().take(20) {
        if let Some(conversation) = reader.conversation(*id).await? {
            conversations.push(Before {
                url: format!("{}/console/inbox/{id}", shell.root),
                title: conversation.channel.clone(),
                detail: shell.standing(&conversation.status),
                at: shell.moment(&conversation.updated_at),
            });
        }
    }
    let field = |key: &String| {
        let field = template.and_then(|template| template.field(key));
        let held = ticket.fields.get(key)?;
        let label = shell.named(field.map(|field| &field.label), key);
        let value = field.map_or_else(|| held.value.to_string(), |field| show_value(field, &held.value, shell.lang));
        Some(Known { label, value, source: shell.say(words::source_key(held.source)), warning: None, lost: false })
    };
    let mut keys: Vec<String> = template.map(|template| template.fields.iter().map(|field| field.key.clone()).collect()).unwrap_or_default();
    keys.extend(ticket.fields.keys().filter(|key| !keys.contains(key)).cloned().collect::<Vec<_>>());
    let known = tickets::around(visit.engine(), &ticket).await?;
    let around = Some(Around { desk: &desk, input: &known });
    let asked = template.map(|template| template.asked(&ticket.fields, around)).unwrap_or_default();
    let files = attached(visit, &ticket, asked.iter().any(|asked| asked.field.kind == FieldType::File)).await?;
    let filled = |asked: &AskedField<'_>| {
        let held = ticket.fields.get(&asked.field.key);
        let source = held.map(|held| shell.say(words::source_key(held.source)));
        let needed = asked.required == Required::Create || (asked.required == Required::Resolve && !ticket.status.is_open());
        Blank { message: None, ..blank(shell, asked.field, needed, Has { held, source, files: &files }, &[]) }
    };
    let stages = template.map(|template| template.stages.as_slice()).unwrap_or_default();
    let stage_name =
        |key: &String| template.and_then(|template| template.stage(key)).map_or_else(|| key.clone(), |stage| shell.named(Some(&stage.name), key));
    let mut owners = vec![(String::new(), shell.say("console-nobody"), ticket.owner.is_none())];
    owners.extend(
        desk.agents.values().filter(|agent| !agent.disabled).map(|agent| (agent.key.clone(), agent.name.clone(), ticket.owner == Some(agent.id))),
    );
    Ok(Some(TicketPage {
        number: number_text(ticket.number),
        shows: std::iter::once(ticket.id.to_string()).chain(ticket.conversations.iter().map(ToString::to_string)).collect::<Vec<_>>().join(" "),
        title: shell.named(template.map(|template| &template.title), &ticket.template),
        customer: contact.as_ref().map(|contact| name_of_contact(shell, contact)).unwrap_or_default(),
        status: ticket.status.as_str(),
        standing: shell.say(&status_words(ticket.status)),
        stage: ticket.stage.as_ref().map(stage_name),
        version: ticket.version,
        blanks: asked.iter().map(filled).collect(),
        made_at: shell.moment(&ticket.created_at),
        changed_at: shell.moment(&ticket.updated_at),
        fields: keys.iter().filter_map(field).collect(),
        route: route(shell, &desk, &ticket),
        tier: ticket.tier.as_deref().map(|key| shell.named(desk.tiers.get(key).map(|tier| &tier.name), key)),
        region: ticket.region.as_deref().map(|key| shell.named(desk.regions.get(key).map(|region| &region.name), key)),
        rating: ticket
            .rating
            .as_ref()
            .map(|rating| [Some(rating.value.to_string()), rating.comment.clone()].into_iter().flatten().collect::<Vec<_>>().join(" – ")),
        statuses: statuses(shell, Some(ticket.status), TicketStatus::ALL.iter()),
        stages: stages
            .iter()
            .map(|stage| (stage.key.clone(), shell.named(Some(&stage.name), &stage.key), ticket.stage.as_ref() == Some(&stage.key)))
            .collect(),
        priorities: priorities(shell, Some(ticket.priority)),
        departments: departments(shell, &desk, ticket.department.as_deref()),
        owners,
        organisation,
        colleagues,
        joined: joined(visit, &ticket).await?,
        follow: follow(visit, &ticket).await?,
        watched: watched(visit, &ticket),
        events: events(visit, &ticket, before).await?,
        tracking: visit.engine().links().ticket(ticket.id),
        is_closed: ticket.status == TicketStatus::Closed,
        conversations,
        text: text.to_owned(),
        is_note,
        shell,
    }))
}

/// Files of the ticket's conversations, where a field wants one.
async fn attached(visit: &Visit, ticket: &Ticket, wanted: bool) -> Result<Vec<(String, String)>, ActionError> {
    let mut files = Vec::new();
    for id in ticket.conversations.iter().take(if wanted { 20 } else { 0 }) {
        files.extend(files_of(&visit.engine().reader().last_messages(*id, 200).await?));
    }
    Ok(files)
}

/// What was changed in the fields of the form that the ticket was made with.
async fn changed_fields(visit: &Visit, number: i64, fields: &Fields) -> Result<Option<Map<String, Value>>, ActionError> {
    let Some(ticket) = visit.engine().reader().ticket(number).await? else { return Ok(None) };
    let desk = visit.engine().desk();
    let form = desk.form_of(&ticket).map(|form| form.fields.as_slice()).unwrap_or_default();
    let changed = blank::changed(form.iter(), fields, &ticket.fields);
    Ok((!changed.is_empty()).then_some(changed))
}

/// Changes what was changed in the form.
pub(super) async fn change(mut visit: Visit, Path(number): Path<String>, fields: Fields) -> Response {
    let Some(parsed) = parse_number(&number) else { return visit.shell.not_found() };
    let version = fields.get("version").and_then(|version| version.parse().ok());
    let changed = |name: &str| fields.get(name).filter(|value| fields.get(&format!("was.{name}")) != Some(*value));
    let optional = |value: &str| if value.is_empty() { None } else { Some(value.to_owned()) };
    let patch = TicketPatch {
        status: changed("status").and_then(TicketStatus::parse),
        stage: changed("stage").filter(|stage| !stage.is_empty()).map(str::to_owned),
        priority: changed("priority").and_then(Priority::parse),
        department: changed("department").map(optional),
        owner: changed("owner").map(optional),
        fields: match changed_fields(&visit, parsed, &fields).await {
            Ok(fields) => fields,
            Err(error) => return visit.shell.stopped(error),
        },
        ..TicketPatch::default()
    };
    let status = match tickets::update(visit.engine(), visit.caller(), parsed, &patch, version).await {
        Ok(_) => return Redirect::to(&format!("{}/console/tickets/{}", visit.shell.root, number_text(parsed))).into_response(),
        Err(error) => {
            let status = status_of(&error);
            visit.shell.said = Some(visit.shell.refused(error));
            status
        }
    };
    page(&mut visit, &number, status, None, ("", false)).await
}

/// Says something about it, to the customer or to colleagues.
pub(super) async fn say(mut visit: Visit, Path(number): Path<String>, fields: Fields) -> Response {
    let Some(parsed) = parse_number(&number) else { return visit.shell.not_found() };
    let (text, internal) = (fields.get("text").unwrap_or_default().to_owned(), fields.get("kind") == Some("note"));
    let reply = TicketReply { text: text.clone(), internal, on_behalf_of: None };
    match tickets::add_message(visit.engine(), visit.caller(), parsed, &reply).await {
        Ok(_) => Redirect::to(&format!("{}/console/tickets/{}#timeline", visit.shell.root, number_text(parsed))).into_response(),
        Err(error) => {
            let status = status_of(&error);
            visit.shell.said = Some(Said { wrong: true, ..visit.shell.refused(error) });
            page(&mut visit, &number, status, None, (&text, internal)).await
        }
    }
}
