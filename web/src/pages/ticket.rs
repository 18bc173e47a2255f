//! A ticket's way, like a parcel's: where it is, who has it, what is next; and a box to add a message.

use askama::Template;
use axum::{
    Extension, Form,
    extract::{
        Path, Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use bellhop_domain::{
    desk::Desk,
    id::TicketId,
    message::Direction,
    ticket::{Ticket, TicketStatus, number_text},
    words,
};
use bellhop_engine::{
    Engine,
    actions::{ActionError, tickets},
    clock::fresh_id,
};
use bellhop_store::DbError;
use chrono::{DateTime, SecondsFormat, TimeDelta, TimeZone, Utc};
use serde::Deserialize;

use self::conversation::{Line, SHOWN, Visible, line, visible_messages};
use super::look::{Look, Moment};
use crate::{
    Site,
    api::{Memory, hash_of},
};

pub(super) mod conversation;

/// Characters that one message may have here.
const LONGEST_TEXT: usize = 5_000;
/// Messages that may be left here in a minute.
const A_MINUTE: usize = 10;

#[derive(Deserialize, Default)]
pub(super) struct Asked {
    sent: Option<String>,
    /// Shows what was said before this moment.
    before: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Left {
    #[serde(default)]
    text: String,
    /// The same for one page that was opened, so that two clicks leave one message.
    #[serde(default)]
    id: String,
}

struct Step {
    label: String,
    /// `done`, `now` or `next`.
    state: &'static str,
}

#[derive(Template)]
#[template(path = "ticket.html")]
struct TicketPage<'a> {
    look: &'a Look,
    heading: String,
    title: String,
    steps: Vec<Step>,
    status: String,
    stage: Option<String>,
    department: Option<String>,
    owner: Option<String>,
    next: String,
    filed_at: Moment,
    updated_at: Moment,
    messages: Vec<Line>,
    /// Where earlier messages are read.
    earlier: Option<String>,
    /// Where the latest are read, when these are not.
    latest: Option<String>,
    /// Where a message is sent to; nothing when none is taken any more.
    action: Option<String>,
    form: String,
    limit: usize,
    sent: bool,
    wrong: Option<String>,
    text: String,
}

/// What the form says beside the ticket.
#[derive(Default)]
struct Said {
    sent: bool,
    wrong: Option<String>,
    text: String,
    before: Option<DateTime<Utc>>,
}

/// A ticket that may be shown, and to whom it looks how.
struct Opened {
    ticket: Ticket,
    look: Look,
}

pub(super) async fn show(
    State(site): State<Site>,
    headers: HeaderMap,
    Path(token): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let opened = match open(&site.engine, &token, &headers).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    let Query(asked) = asked.unwrap_or_default();
    let said = Said { sent: asked.sent.is_some(), before: asked.before.and_then(|before| before.parse().ok()), ..Said::default() };
    shown(&site.engine, &token, &opened, StatusCode::OK, said).await
}

pub(super) async fn say(
    State(site): State<Site>,
    Extension(memory): Extension<Memory>,
    headers: HeaderMap,
    Path(token): Path<String>,
    form: Result<Form<Left>, FormRejection>,
) -> Response {
    let engine = &site.engine;
    let opened = match open(engine, &token, &headers).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    let look = &opened.look;
    let refused = |status, wrong: String, text: String| shown(engine, &token, &opened, status, Said { wrong: Some(wrong), text, ..Said::default() });
    let too_long = || words::say(look.lang, "page-message-too-long", &[("limit", (LONGEST_TEXT as i64).into())]);
    let left = match form {
        Ok(Form(left)) => left,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return refused(StatusCode::PAYLOAD_TOO_LARGE, too_long(), String::new()).await;
        }
        Err(_) => return refused(StatusCode::BAD_REQUEST, look.say("page-message-empty"), String::new()).await,
    };
    if left.text.trim().is_empty() {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, look.say("page-message-empty"), String::new()).await;
    }
    if left.text.chars().count() > LONGEST_TEXT {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, too_long(), left.text).await;
    }
    match too_many(engine, &opened.ticket).await {
        Ok(false) => {}
        Ok(true) => return refused(StatusCode::TOO_MANY_REQUESTS, look.say("page-too-many"), left.text).await,
        Err(error) => return look.failed(&error),
    }
    match Box::pin(leave(engine, &memory, opened.ticket.id, &left)).await {
        Ok(()) => Redirect::to(&format!("{}/t/{token}?sent=1#messages", look.root)).into_response(),
        Err(ActionError::NotFound { .. }) => look.bad_link(),
        Err(ActionError::NotNow(_)) => refused(StatusCode::CONFLICT, look.say("ticket-next-closed"), left.text).await,
        Err(ActionError::Invalid { .. }) => refused(StatusCode::UNPROCESSABLE_ENTITY, look.say("page-message-empty"), left.text).await,
        Err(error) => look.failed(&error),
    }
}

/// Leaves the message, once.
async fn leave(engine: &Engine, memory: &Memory, ticket: TicketId, left: &Left) -> Result<(), ActionError> {
    let form = if left.id.is_empty() || left.id.len() > 64 { fresh_id().to_string() } else { left.id.clone() };
    // Somebody who goes back and writes something else leaves another message.
    let (hash, key) = (hash_of(&[left.text.as_bytes()]), hash_of(&[form.as_bytes(), left.text.as_bytes()]));
    let (this, text) = (engine.clone(), left.text.clone());
    let (failed, failure) = tokio::sync::oneshot::channel();
    let work = async move {
        match tickets::add_customer_message(&this, ticket, &text).await {
            Ok(_) => StatusCode::NO_CONTENT.into_response(),
            Err(error) => {
                let _nobody_waits = failed.send(error);
                StatusCode::CONFLICT.into_response()
            }
        }
    };
    let answered = Box::pin(memory.once(engine, &ticket.to_string(), &key, hash, work)).await.map_err(|_| ActionError::Busy)?;
    if answered.status().is_success() { Ok(()) } else { Err(failure.await.unwrap_or(ActionError::Busy)) }
}

async fn open(engine: &Engine, token: &str, headers: &HeaderMap) -> Result<Opened, Box<Response>> {
    let stranger = Look::of(engine, None, headers);
    let failed = |error: DbError| Box::new(stranger.failed(&error));
    let Some(id) = engine.links().read_ticket(token) else { return Err(Box::new(stranger.bad_link())) };
    let Some(ticket) = engine.reader().ticket_by_id(id).await.map_err(failed)? else { return Err(Box::new(stranger.bad_link())) };
    let contact = engine.reader().contact(ticket.contact).await.map_err(failed)?;
    let Some(contact) = contact.filter(|contact| contact.erased_at.is_none()) else { return Err(Box::new(stranger.bad_link())) };
    let look = Look::of(engine, ticket.language.as_deref().or(contact.language.as_deref()), headers);
    Ok(Opened { ticket, look })
}

async fn too_many(engine: &Engine, ticket: &Ticket) -> Result<bool, DbError> {
    let Some(conversation) = ticket.conversations.last() else { return Ok(false) };
    let since = engine.now() - TimeDelta::minutes(1);
    let latest = engine.reader().last_messages(*conversation, SHOWN).await?;
    let recent = latest
        .iter()
        .filter(|message| message.direction == Direction::In && message.extras.ticket == Some(ticket.number) && message.created_at > since);
    Ok(recent.count() >= A_MINUTE)
}

async fn shown(engine: &Engine, token: &str, opened: &Opened, status: StatusCode, said: Said) -> Response {
    let Opened { ticket, look } = opened;
    let messages = match visible_messages(engine, ticket, said.before).await {
        Ok(messages) => messages,
        Err(error) => return look.failed(&error),
    };
    let desk = engine.desk();
    let page = match ticket.department.as_deref().and_then(|department| desk.calendar_of(department)) {
        Some(calendar) => page(engine, &desk, token, opened, messages, said, &calendar.time_zone),
        None => page(engine, &desk, token, opened, messages, said, &Utc),
    };
    look.page(status, &page)
}

fn page<'a, Z: TimeZone<Offset: std::fmt::Display>>(
    engine: &Engine,
    desk: &Desk,
    token: &str,
    Opened { ticket, look }: &'a Opened,
    Visible { messages, earlier }: Visible,
    said: Said,
    zone: &Z,
) -> TicketPage<'a> {
    let lang = look.lang;
    let template = desk.templates.get(&ticket.template);
    let number = number_text(ticket.number);
    let moment = |at: DateTime<Utc>| Moment::new(at, zone);
    TicketPage {
        heading: words::say(lang, "page-ticket-title", &[("number", (&number).into())]),
        title: template.map(|template| template.title.get(lang)).filter(|title| !title.is_empty()).unwrap_or(&ticket.template).to_owned(),
        steps: steps(ticket.status, lang),
        status: look.say(words::status_key(ticket.status)),
        stage: ticket.stage.as_deref().and_then(|key| template?.stage(key)).map(|stage| stage.name.get(lang).to_owned()),
        department: ticket.department.as_deref().and_then(|key| desk.departments.get(key)).map(|department| department.name.get(lang).to_owned()),
        owner: ticket.owner.and_then(|id| desk.agent(id)).and_then(|agent| first_name(&agent.name)),
        next: look.say(words::next_key(ticket.status)),
        filed_at: moment(ticket.created_at),
        updated_at: moment(ticket.updated_at),
        messages: messages.into_iter().map(|message| line(engine, look, token, message, moment)).collect(),
        earlier: earlier.map(|before| format!("{}/t/{token}?before={}#messages", look.root, before.to_rfc3339_opts(SecondsFormat::Micros, true))),
        latest: said.before.map(|_| format!("{}/t/{token}#messages", look.root)),
        action: (ticket.status != TicketStatus::Closed && !ticket.conversations.is_empty()).then(|| format!("{}/t/{token}/messages", look.root)),
        form: fresh_id().to_string(),
        limit: LONGEST_TEXT,
        sent: said.sent,
        wrong: said.wrong,
        text: said.text,
        look,
    }
}

/// Received, in work, perhaps waiting, done.
fn steps(status: TicketStatus, lang: &str) -> Vec<Step> {
    let mut way = vec![TicketStatus::New, TicketStatus::Open];
    if matches!(status, TicketStatus::WaitingCustomer | TicketStatus::WaitingThirdParty) {
        way.push(status);
    }
    way.push(if status == TicketStatus::Closed { TicketStatus::Closed } else { TicketStatus::Resolved });
    let here = way.iter().position(|step| *step == status).unwrap_or(0);
    let state = |place: usize| match place {
        place if place < here || !status.is_open() => "done",
        place if place == here => "now",
        _ => "next",
    };
    way.iter().enumerate().map(|(place, step)| Step { label: words::say(lang, words::status_key(*step), &[]), state: state(place) }).collect()
}

/// What a person is called by customers: not the whole name.
fn first_name(name: &str) -> Option<String> {
    name.split_whitespace().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_somewhere_on_its_way() {
        for (status, expected) in [
            (TicketStatus::New, vec!["now", "next", "next"]),
            (TicketStatus::Open, vec!["done", "now", "next"]),
            (TicketStatus::WaitingCustomer, vec!["done", "done", "now", "next"]),
            (TicketStatus::WaitingThirdParty, vec!["done", "done", "now", "next"]),
            (TicketStatus::Resolved, vec!["done", "done", "done"]),
            (TicketStatus::Closed, vec!["done", "done", "done"]),
        ] {
            let states: Vec<_> = steps(status, "en").iter().map(|step| step.state).collect();
            assert_eq!(states, expected, "{status:?}");
        }
    }

    #[test]
    fn customers_read_first_names() {
        assert_eq!(first_name("Mei Lin").as_deref(), Some("Mei"));
        assert_eq!(first_name("王梅").as_deref(), Some("王梅"));
        assert_eq!(first_name(" "), None);
    }
}
