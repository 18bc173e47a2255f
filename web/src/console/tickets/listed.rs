//! The list of tickets: filters, orders, and the views that people keep.

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::{
    localised::Localised,
    ticket::{ACTIVE, Priority, Ticket, TicketSort, TicketStatus, number_text},
    view::View,
};
use bellhop_engine::{
    actions::{ActionError, macros::own_key, objects, views},
    caller::Permission,
    desk::DeskSnapshot,
};
use bellhop_store::{
    Cursor, Page,
    desk::DeskKind,
    tickets::{self as stored, Owner, TicketFilter},
};
use serde_json::{Value, json};

use super::{departments, priorities, status_words, statuses};
use crate::console::{
    customer::categories,
    form::{Asked, Choices, Fields},
    guard::encode,
    shell::{Moment, Said, Shell, Visit, status_of},
};

/// Tickets on one page of the list.
const LISTED: u32 = 50;
/// Characters of a view's name.
const LONGEST_NAME: usize = 60;
/// What can be asked for; a view keeps all of it but the words that are looked for.
const FILTERS: [&str; 11] = ["status", "template", "department", "owner", "follower", "tier", "region", "category", "priority", "q", "sort"];

/// A view above the list.
struct Tab {
    key: String,
    url: String,
    name: String,
    /// How many tickets are in it, where that is counted.
    count: Option<u64>,
    is_current: bool,
    is_own: bool,
}

/// The view that is looked at.
struct Current {
    key: String,
    may_remove: bool,
}

/// A ticket in the list.
struct Row {
    url: String,
    number: String,
    title: String,
    customer: String,
    status: &'static str,
    standing: String,
    priority: &'static str,
    priority_words: String,
    department: String,
    owner: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "console/tickets.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    rows: Vec<Row>,
    older: Option<String>,
    statuses: Choices,
    departments: Choices,
    templates: Choices,
    owners: Choices,
    followers: Choices,
    tiers: Choices,
    categories: Choices,
    priorities: Choices,
    sorts: Choices,
    region: Option<String>,
    q: String,
    is_filtered: bool,
    views: Vec<Tab>,
    current: Option<Current>,
    /// What is asked for, as a form sends it along to keep it as a view; nothing where there is nothing to keep.
    kept: Vec<(&'static str, String)>,
    may_share: bool,
    /// It was not found within the time that a list may take.
    is_too_much: bool,
}

pub(in crate::console) async fn list(mut visit: Visit, Asked(asked): Asked) -> Response {
    visit.shell.part = "tickets";
    match assemble(&visit, &asked).await {
        Ok(page) => visit.shell.page(StatusCode::OK, &page),
        Err(error) => visit.shell.stopped(error),
    }
}

async fn assemble<'a>(visit: &'a Visit, asked: &Fields) -> Result<ListPage<'a>, ActionError> {
    let (reader, shell, desk) = (visit.engine().reader(), &visit.shell, visit.engine().desk());
    let word = |name: &str| asked.some(name).map(|word| word.chars().take(200).collect::<String>());
    let owner = match asked.some("owner") {
        Some("me") => Some(Owner::Agent(visit.session.agent.id)),
        Some("none") => Some(Owner::Nobody),
        Some(key) => desk.agents.get(key).map(|agent| Owner::Agent(agent.id)),
        None => None,
    };
    let filter = TicketFilter {
        statuses: asked.some("status").and_then(stored::statuses).unwrap_or_default(),
        template: word("template"),
        department: word("department"),
        owner,
        tier: word("tier"),
        region: word("region"),
        category: word("category"),
        priority: asked.some("priority").and_then(Priority::parse),
        q: word("q"),
        sort: asked.some("sort").and_then(TicketSort::parse).unwrap_or_default(),
        follower: match asked.some("follower") {
            Some("me") => Some(visit.session.agent.id),
            Some(key) => desk.agents.get(key).map(|agent| agent.id),
            None => None,
        },
        contact: None,
    };
    let cursor = asked.get("cursor").and_then(|cursor| cursor.parse::<Cursor>().ok());
    let view = asked.some("view").filter(|key| desk.views.contains_key(*key));
    let (found, is_too_much) = match view {
        Some(key) => {
            let found = views::page(visit.engine(), visit.caller(), key, cursor, LISTED).await?;
            (Page { items: found.tickets, next: found.next }, found.is_cut_off)
        }
        None => match reader.tickets(&filter, cursor, LISTED).await {
            Err(error) if error.is_cut_off() => (Page::default(), true),
            found => (found?, false),
        },
    };
    let names = reader.contact_names(&found.items.iter().map(|ticket| ticket.contact).collect::<Vec<_>>()).await?;
    let asked_for: Vec<(&'static str, String)> = match view {
        Some(key) => vec![("view", key.to_owned())],
        None => FILTERS.into_iter().filter_map(|name| Some((name, word(name)?))).collect(),
    };
    let query: String = asked_for.iter().map(|(name, value)| format!("{name}={}&", encode(value))).collect();
    let nameless = shell.say("console-nameless");
    let rows = found.items.iter().map(|ticket| {
        let name = names.get(&ticket.contact).cloned().flatten().unwrap_or_else(|| nameless.clone());
        row(shell, &desk, ticket, name)
    });
    let mut owners: Choices = [("me", "console-me"), ("none", "console-nobody")]
        .map(|(key, words)| (key.to_owned(), shell.say(words), asked.some("owner") == Some(key)))
        .into();
    owners.extend(desk.agents.values().map(|agent| (agent.key.clone(), agent.name.clone(), asked.some("owner") == Some(&agent.key))));
    let mut followers: Choices = vec![("me".to_owned(), shell.say("console-me"), asked.some("follower") == Some("me"))];
    // Others only where a link leads there: the list is short.
    followers.extend(asked.some("follower").and_then(|key| desk.agents.get(key)).map(|agent| (agent.key.clone(), agent.name.clone(), true)));
    Ok(ListPage {
        rows: rows.collect(),
        older: found.next.map(|next| format!("{}/console/tickets?{query}cursor={next}", shell.root)),
        statuses: listed_statuses(shell, &filter.statuses),
        tiers: desk
            .tiers
            .values()
            .map(|tier| (tier.key.clone(), shell.named(Some(&tier.name), &tier.key), filter.tier.as_ref() == Some(&tier.key)))
            .collect(),
        categories: categories(shell, &desk, filter.category.as_deref()),
        priorities: priorities(shell, filter.priority),
        sorts: TicketSort::ALL
            .map(|sort| (sort.as_str().to_owned(), shell.say(&format!("console-sort-{}", sort.as_str())), filter.sort == sort))
            .into(),
        region: filter.region.clone(),
        views: tabs(visit, &desk, view),
        current: view.map(|key| Current { key: key.to_owned(), may_remove: may_change(visit, &desk, key) }),
        kept: if view.is_some() || filter.q.is_some() || filter.follower.is_some() { Vec::new() } else { asked_for },
        may_share: visit.caller().permissions.allow(Permission::ChangeDesk),
        is_too_much,
        departments: departments(shell, &desk, filter.department.as_deref()),
        templates: desk
            .templates
            .values()
            .map(|template| {
                (template.key.clone(), shell.named(Some(&template.title), &template.key), filter.template.as_ref() == Some(&template.key))
            })
            .collect(),
        owners,
        followers,
        q: filter.q.unwrap_or_default(),
        is_filtered: view.is_none() && !query.is_empty(),
        shell,
    })
}

fn row(shell: &Shell, desk: &DeskSnapshot, ticket: &Ticket, customer: String) -> Row {
    let number = number_text(ticket.number);
    Row {
        url: format!("{}/console/tickets/{number}", shell.root),
        title: shell.named(desk.form_of(ticket).map(|template| &template.title), &ticket.template),
        customer,
        status: ticket.status.as_str(),
        standing: shell.say(&status_words(ticket.status)),
        priority: ticket.priority.as_str(),
        priority_words: shell.say(&format!("choice-{}", ticket.priority.as_str())),
        department: ticket.department.as_deref().map(|key| shell.department(desk, key)).unwrap_or_default(),
        owner: ticket.owner.and_then(|id| desk.agent(id)).map(|agent| agent.name.clone()).unwrap_or_default(),
        at: shell.moment(&ticket.updated_at),
        number,
    }
}

/// Every state, and before them all in which somebody still has to do something.
fn listed_statuses(shell: &Shell, chosen: &[TicketStatus]) -> Choices {
    let one = if let [one] = chosen { Some(*one) } else { None };
    let is_active = stored::statuses(ACTIVE).is_some_and(|active| active == chosen);
    let mut all = vec![(ACTIVE.to_owned(), shell.say("console-ticket-active"), is_active)];
    all.extend(statuses(shell, one, TicketStatus::ALL.iter()));
    all
}

/// The views that somebody may use, each with its number as far as they are counted.
fn tabs(visit: &Visit, desk: &DeskSnapshot, current: Option<&str>) -> Vec<Tab> {
    let (shell, all) = (&visit.shell, views::usable(desk, visit.caller()));
    if all.is_empty() {
        return Vec::new();
    }
    let counts = views::counts_now(visit.engine(), visit.caller()).unwrap_or_default();
    let tab = |view: &View| Tab {
        url: format!("{}/console/tickets?view={}", shell.root, encode(&view.key)),
        name: shell.named(Some(&view.name), &view.key),
        count: counts.iter().find(|(key, _)| *key == view.key).map(|(_, count)| *count),
        is_current: current == Some(view.key.as_str()),
        is_own: view.owner.is_some(),
        key: view.key.clone(),
    };
    all.into_iter().map(tab).collect()
}

fn may_change(visit: &Visit, desk: &DeskSnapshot, key: &str) -> bool {
    let own = desk.views.get(key).and_then(|view| view.owner.as_deref());
    visit.caller().permissions.allow(Permission::ChangeDesk) || (own.is_some() && own == own_key(visit.caller()))
}

/// Keeps what is asked for as a view.
pub(in crate::console) async fn keep_view(mut visit: Visit, fields: Fields) -> Response {
    let name: String = fields.get("name").unwrap_or_default().trim().chars().take(LONGEST_NAME).collect();
    let desk = visit.engine().desk();
    let key = free_key(&name, &desk);
    let mut view = json!({
        "name": Localised([(visit.shell.lang.to_owned(), name)].into()),
        "when": {"all": conditions(&fields)},
        "sort": fields.some("sort").and_then(TicketSort::parse).unwrap_or_default(),
    });
    if fields.get("scope") != Some("shared")
        && let Some(own) = own_key(visit.caller())
    {
        view["owner"] = own.into();
    }
    match objects::put(visit.engine(), visit.caller(), DeskKind::Views, &key, &view, Some(0)).await {
        Ok(_) => Redirect::to(&format!("{}/console/tickets?view={key}", visit.shell.root)).into_response(),
        Err(error) => again(&mut visit, error, &fields).await,
    }
}

/// Removes a view.
pub(in crate::console) async fn change_view(mut visit: Visit, Path(key): Path<String>, fields: Fields) -> Response {
    match objects::delete(visit.engine(), visit.caller(), DeskKind::Views, &key, None).await {
        Ok(()) => Redirect::to(&format!("{}/console/tickets", visit.shell.root)).into_response(),
        Err(error) => again(&mut visit, error, &fields).await,
    }
}

/// The list as it was, with what was refused.
async fn again(visit: &mut Visit, error: ActionError, fields: &Fields) -> Response {
    let status = status_of(&error);
    visit.shell.part = "tickets";
    visit.shell.said = Some(match error {
        ActionError::Invalid { problems } => {
            let words: Vec<String> = problems.iter().map(|problem| problem.message.say(visit.shell.lang)).collect();
            Said::wrong(&words.join(" "))
        }
        error => visit.shell.refused(error),
    });
    match assemble(visit, fields).await {
        Ok(page) => visit.shell.page(status, &page),
        Err(error) => visit.shell.stopped(error),
    }
}

/// What is asked for, as the condition language says it.
fn conditions(fields: &Fields) -> Vec<Value> {
    let leaf = |field: &str, value: &str| json!({"field": field, "op": "eq", "value": value});
    let mut all = Vec::new();
    if let Some(status) = fields.some("status") {
        let words: Vec<&str> = status.split(',').collect();
        all.push(match words.as_slice() {
            [one] => leaf("status", one),
            several => json!({"field": "status", "op": "in", "value": several}),
        });
    }
    match fields.some("owner") {
        Some("none") => all.push(json!({"field": "owner", "op": "exists", "value": false})),
        Some(owner) => all.push(leaf("owner", owner)),
        None => {}
    }
    for name in ["template", "department", "tier", "region", "category", "priority"] {
        all.extend(fields.some(name).map(|value| leaf(name, value)));
    }
    all
}

/// A key that no view has, from the letters of a name as far as keys take them.
fn free_key(name: &str, desk: &DeskSnapshot) -> String {
    let mut key: String = name.to_lowercase().chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '_' }).collect();
    key = key.trim_matches('_').chars().take(40).collect();
    if !key.starts_with(|first: char| first.is_ascii_lowercase()) {
        key = format!("view_{key}").trim_end_matches('_').to_owned();
    }
    let mut free = key.clone();
    for number in 2.. {
        if !desk.views.contains_key(&free) {
            break;
        }
        free = format!("{key}_{number}");
    }
    free
}
