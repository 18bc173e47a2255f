//! Cases of a ticket in business systems, and what is to be done at a time: on the ticket's page, and the list of whoever does it.

use askama::Template;
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::{
    id::{FollowUpId, ReferenceId},
    reference::{FollowUp, Outcome},
    ticket::{Ticket, number_text, parse_number},
    why::Why,
};
use bellhop_engine::{
    actions::{
        ActionError,
        follow_ups::{self, NewFollowUp},
        references::{self, NewReference},
    },
    systems::{name_of, page_of, standing_of},
};
use bellhop_store::Cursor;

use super::page;
use crate::console::{
    clean::Clean,
    form::{Asked, Choices, Fields},
    shell::{Moment, Shell, Visit, status_of},
};

/// What is on one page of the list.
const LISTED: u32 = 50;
/// What has ended is shown on the ticket's page as far as this.
const ENDED: usize = 10;

/// A case in a business system.
pub(in crate::console) struct Case {
    pub(in crate::console) id: String,
    pub(in crate::console) system: String,
    pub(in crate::console) reference: String,
    pub(in crate::console) page: Option<String>,
    pub(in crate::console) state: Option<String>,
    /// `open`, `done` or `failed`.
    pub(in crate::console) standing: &'static str,
    pub(in crate::console) since: Option<Moment>,
}

/// Something to be done.
pub(in crate::console) struct Task {
    pub(in crate::console) id: String,
    pub(in crate::console) words: Clean,
    pub(in crate::console) at: Moment,
    pub(in crate::console) owner: String,
    /// `open`, `due`, `done` or `cancelled`.
    pub(in crate::console) state: &'static str,
    pub(in crate::console) is_open: bool,
}

/// All of that on a ticket's page.
pub(in crate::console) struct Follow {
    pub(in crate::console) cases: Vec<Case>,
    pub(in crate::console) tasks: Vec<Task>,
    pub(in crate::console) systems: Vec<(String, String)>,
    pub(in crate::console) owners: Choices,
    /// The morning that comes next, as a field for times has it.
    pub(in crate::console) morning: String,
    /// Nothing is added to a ticket that goes on as another one.
    pub(in crate::console) may_add: bool,
}

/// Something to be done in the list, with its ticket.
struct Row {
    task: Task,
    url: String,
    number: String,
    title: String,
    customer: String,
}

#[derive(Template)]
#[template(path = "console/follow-ups.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    /// Keys of headings, each with what stands below it.
    parts: Vec<(&'static str, Vec<Row>)>,
    later: Option<String>,
}

pub(super) async fn follow(visit: &Visit, ticket: &Ticket) -> Result<Follow, ActionError> {
    let (shell, desk, systems) = (&visit.shell, visit.engine().desk(), &visit.engine().settings().systems);
    // Of what was taken back nothing is said any more.
    let (references, mut all) = match ticket.withdrawn_at {
        Some(_) => (Vec::new(), Vec::new()),
        None => (
            references::of_ticket(visit.engine(), visit.caller(), ticket.number).await?,
            follow_ups::of_ticket(visit.engine(), visit.caller(), ticket.number).await?,
        ),
    };
    let case = |reference: bellhop_domain::reference::Reference| Case {
        id: reference.id.to_string(),
        system: name_of(systems, &reference.system).to_owned(),
        page: page_of(systems, &reference),
        standing: standing_of(systems, &reference).as_str(),
        since: reference.state_at.map(|at| shell.moment(&at)),
        reference: reference.external_id,
        state: reference.state,
    };
    let open = all.iter().filter(|it| it.end.is_none()).count();
    all.truncate(open + ENDED);
    let me = visit.session.agent.id;
    let working = desk.agents.values().filter(|agent| !agent.disabled);
    Ok(Follow {
        cases: references.into_iter().map(case).collect(),
        tasks: all.iter().map(|it| task(visit, it)).collect(),
        systems: systems.iter().map(|(key, system)| (key.clone(), system.name.clone())).collect(),
        owners: working.map(|agent| (agent.key.clone(), agent.name.clone(), agent.id == me)).collect(),
        morning: shell.morning_after(1).map(|(_, written)| written).unwrap_or_default(),
        may_add: shell.may_handle_tickets && ticket.merged_into.is_none() && ticket.withdrawn_at.is_none(),
    })
}

fn task(visit: &Visit, follow_up: &FollowUp) -> Task {
    let desk = visit.engine().desk();
    Task {
        id: follow_up.id.to_string(),
        words: Clean::message(&follow_up.in_words(visit.shell.lang)),
        at: visit.shell.moment(&follow_up.due_at),
        owner: follow_up.owner.and_then(|id| desk.agent(id)).map(|agent| agent.name.clone()).unwrap_or_default(),
        state: follow_up.state(),
        is_open: follow_up.end.is_none(),
    }
}

/// Does what a form of that part of the page asks for.
pub(in crate::console) async fn change(mut visit: Visit, Path(number): Path<String>, fields: Fields) -> Response {
    let Some(this) = parse_number(&number) else { return visit.shell.not_found() };
    match step(&visit, this, &fields).await {
        Ok(()) => Redirect::to(&format!("{}/console/tickets/{}", visit.shell.root, number_text(this))).into_response(),
        Err(error) => {
            let status = status_of(&error);
            visit.shell.said = Some(visit.shell.refused(error));
            page(&mut visit, &number, status, None, ("", false)).await
        }
    }
}

async fn step(visit: &Visit, this: i64, fields: &Fields) -> Result<(), ActionError> {
    let (engine, caller) = (visit.engine(), visit.caller());
    match fields.get("step").unwrap_or_default() {
        "link" => {
            let new = NewReference {
                system: fields.some("system").unwrap_or_default().to_owned(),
                external_id: fields.some("reference").unwrap_or_default().to_owned(),
                ..NewReference::default()
            };
            references::link(engine, caller, this, &new).await?;
        }
        "unlink" => {
            let id: Option<ReferenceId> = fields.get("reference").and_then(|id| id.parse().ok());
            references::unlink(engine, caller, this, id.ok_or(ActionError::NotFound { what: "reference" })?).await?;
        }
        "set" => {
            let due_at = fields.some("when").and_then(|when| visit.shell.written_moment(when));
            let due_at = due_at.ok_or_else(|| ActionError::invalid("due_at", Why::new("why-not-to-come")))?;
            let text = fields.get("text").unwrap_or_default().to_owned();
            let new = NewFollowUp { text, due_at, owner: fields.some("owner").map(str::to_owned) };
            follow_ups::set(engine, caller, this, &new).await?;
        }
        _ => end(visit, fields).await?,
    }
    Ok(())
}

/// Ends something to be done, or puts it off to the next morning.
async fn end(visit: &Visit, fields: &Fields) -> Result<(), ActionError> {
    let (engine, caller) = (visit.engine(), visit.caller());
    let id: Option<FollowUpId> = fields.get("follow_up").and_then(|id| id.parse().ok());
    let id = id.ok_or(ActionError::NotFound { what: "follow-up" })?;
    let put_off = async |days| match visit.shell.morning_after(days) {
        Some((at, _)) => follow_ups::put_off(engine, caller, id, at).await,
        None => Err(ActionError::invalid("due_at", Why::new("why-not-to-come"))),
    };
    match fields.get("step").unwrap_or_default() {
        "done" => drop(follow_ups::finish(engine, caller, id, Outcome::Done).await?),
        "cancel" => drop(follow_ups::finish(engine, caller, id, Outcome::Cancelled).await?),
        "tomorrow" => drop(put_off(1).await?),
        "week" => drop(put_off(7).await?),
        _ => {}
    }
    Ok(())
}

/// What whoever is signed in has to do.
pub(in crate::console) async fn list(mut visit: Visit, Asked(asked): Asked) -> Response {
    show(&mut visit, StatusCode::OK, &asked).await
}

/// Ends something of the list, or puts it off.
pub(in crate::console) async fn change_listed(mut visit: Visit, fields: Fields) -> Response {
    match end(&visit, &fields).await {
        Ok(()) => Redirect::to(&format!("{}/console/follow-ups", visit.shell.root)).into_response(),
        Err(error) => {
            let status = status_of(&error);
            visit.shell.said = Some(visit.shell.refused(error));
            show(&mut visit, status, &Fields::default()).await
        }
    }
}

async fn show(visit: &mut Visit, status: StatusCode, asked: &Fields) -> Response {
    visit.shell.part = "follow-ups";
    visit.shell.here = format!("{}/console/follow-ups", visit.shell.root);
    let cursor = asked.get("cursor").and_then(|cursor| cursor.parse().ok());
    match assemble(visit, cursor).await {
        Ok(page) => visit.shell.page(status, &page),
        Err(error) => visit.shell.stopped(error),
    }
}

async fn assemble(visit: &Visit, cursor: Option<Cursor>) -> Result<ListPage<'_>, ActionError> {
    let (shell, desk, now) = (&visit.shell, visit.engine().desk(), visit.engine().now());
    let found = follow_ups::open(visit.engine(), visit.caller(), Some(visit.session.agent.id), None, cursor, LISTED).await?;
    let contacts: Vec<_> = found.items.iter().map(|it| it.contact).collect();
    let names = visit.engine().reader().contact_names(&contacts).await?;
    let (mut due, mut to_come) = (Vec::new(), Vec::new());
    for it in found.items {
        let number = number_text(it.ticket);
        let is_due = it.follow_up.due_at <= now;
        let row = Row {
            task: task(visit, &it.follow_up),
            url: format!("{}/console/tickets/{number}", shell.root),
            number,
            title: shell.named(desk.templates.get(&it.template).map(|template| &template.title), &it.template),
            customer: names.get(&it.contact).cloned().flatten().unwrap_or_else(|| shell.say("console-nameless")),
        };
        if is_due { due.push(row) } else { to_come.push(row) }
    }
    let later = found.next.map(|next| format!("{}?cursor={next}", shell.here));
    let parts = [("console-follow-ups-due", due), ("console-follow-ups-to-come", to_come)];
    Ok(ListPage { shell, parts: parts.into_iter().filter(|(_, rows)| !rows.is_empty()).collect(), later })
}
