//! A ticket's way, like a parcel's: where it was and is, who has it, what is next; what was said; and forms to add to it and to say how it went.

use askama::Template;
use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::{
    desk::Desk,
    id::TicketId,
    ticket::{Entered, Place, Progress, Ticket, TicketStatus, number_text, usually_by, way},
    words,
};
use bellhop_engine::{Engine, actions::tickets, clock::fresh_id};
use bellhop_store::DbError;
use chrono::{DateTime, SecondsFormat, TimeZone, Utc};
use serde::Deserialize;

use self::conversation::{Line, Visible, line, visible_messages};
use super::look::{Look, Moment, shipped};
use crate::Site;

pub(super) mod conversation;
pub(super) mod form;

/// Events that the way is read from, the latest.
const EVENTS: u32 = 500;

/// How the page was asked for.
#[derive(Deserialize, Default)]
pub(super) struct Asked {
    sent: Option<String>,
    rated: Option<String>,
    /// Shows what was said before this moment.
    before: Option<String>,
    /// In this language, whatever else is known.
    lang: Option<String>,
}

struct Step {
    label: String,
    /// `done`, `now` or `next`.
    state: &'static str,
    since: Option<Moment>,
}

/// What the customer is asked about how it went.
struct Rate {
    action: String,
    /// Values with their signs, the best first, and whether it is the one they gave.
    signs: Vec<(u8, &'static str, String, bool)>,
    comment: String,
}

#[derive(Template)]
#[template(path = "ticket.html")]
struct TicketPage<'a> {
    look: &'a Look,
    heading: String,
    is_part: bool,
    title: String,
    steps: Vec<Step>,
    status: String,
    stage: Option<String>,
    department: Option<String>,
    owner: Option<String>,
    next: String,
    /// By when it usually goes on.
    expected: Option<Moment>,
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
    files_hint: String,
    sent: bool,
    wrong: Option<String>,
    text: String,
    rate: Option<Rate>,
    rated: bool,
    /// Tags and names, and whether the page is in it.
    languages: Vec<(&'static str, &'static str, bool)>,
}

/// What the forms say beside the ticket.
#[derive(Default)]
struct Said {
    sent: bool,
    rated: bool,
    wrong: Option<String>,
    text: String,
    before: Option<DateTime<Utc>>,
}

/// A ticket that may be shown, and to whom it looks how.
struct Opened {
    ticket: Ticket,
    /// It goes on as a part of another customer's.
    is_part: bool,
    /// It goes on in another one of theirs: what is shown of it is that one's page.
    goes_on: Option<TicketId>,
    look: Look,
    token: String,
    /// The language that was asked for.
    chosen: Option<&'static str>,
}

impl Opened {
    /// An address of the page, with the language that was asked for.
    fn address(&self, part: &str, query: &str) -> String {
        let mut parts: Vec<String> = self.chosen.map(|lang| format!("lang={lang}")).into_iter().collect();
        parts.extend(Some(query.to_owned()).filter(|query| !query.is_empty()));
        let query = if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) };
        format!("{}/t/{}{part}{query}", self.look.root, self.token)
    }
}

pub(super) async fn show(
    State(site): State<Site>,
    headers: HeaderMap,
    Path(token): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Query(asked) = asked.unwrap_or_default();
    let opened = match open(&site.engine, token, asked.lang.as_deref(), &headers).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    if let Some(goes_on) = opened.goes_on {
        let lang = opened.chosen.map(|lang| format!("lang={lang}"));
        let sent = asked.sent.is_some().then(|| "sent=1".to_owned());
        let query = [lang, sent].into_iter().flatten().collect::<Vec<_>>().join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        return Redirect::to(&format!("{}{mark}{query}", site.engine.links().ticket(goes_on))).into_response();
    }
    let before = asked.before.and_then(|before| before.parse().ok());
    let said = Said { sent: asked.sent.is_some(), rated: asked.rated.is_some(), before, ..Said::default() };
    shown(&site.engine, &opened, StatusCode::OK, said).await
}

async fn open(engine: &Engine, token: String, lang: Option<&str>, headers: &HeaderMap) -> Result<Opened, Box<Response>> {
    let chosen = lang.and_then(shipped);
    let stranger = Look::of(engine, chosen, headers);
    let failed = |error: DbError| Box::new(stranger.failed(&error));
    let Some(id) = engine.links().read_ticket(&token) else { return Err(Box::new(stranger.bad_link())) };
    let Some(ticket) = engine.reader().ticket_by_id(id).await.map_err(failed)? else { return Err(Box::new(stranger.bad_link())) };
    let contact = engine.reader().contact(ticket.contact).await.map_err(failed)?;
    let Some(contact) = contact.filter(|contact| contact.erased_at.is_none()) else { return Err(Box::new(stranger.bad_link())) };
    let look = Look::of(engine, chosen.or(ticket.language.as_deref()).or(contact.language.as_deref()), headers);
    if ticket.merged_into.is_none() {
        return Ok(Opened { ticket, is_part: false, goes_on: None, look, token, chosen });
    }
    let other = engine.reader().ticket_going_on(ticket.clone()).await.map_err(failed)?;
    let goes_on = Some(other.id).filter(|_| other.contact == ticket.contact);
    Ok(Opened { ticket: ticket.shown_as(&other), is_part: true, goes_on, look, token, chosen })
}

async fn shown(engine: &Engine, opened: &Opened, status: StatusCode, said: Said) -> Response {
    let Opened { ticket, look, .. } = opened;
    let desk = engine.desk();
    let read = async {
        let messages = visible_messages(engine, ticket, said.before).await?;
        let events = engine.reader().timeline_of_ticket_before(ticket.id, DateTime::<Utc>::MAX_UTC, EVENTS).await?;
        Ok::<_, DbError>((messages, events.iter().flat_map(Entered::told_by).collect::<Vec<_>>()))
    };
    let (messages, entered) = match read.await {
        Ok(read) => read,
        Err(error) => return look.failed(&error),
    };
    let page = match ticket.department.as_deref().and_then(|department| desk.calendar_of(department)) {
        Some(calendar) => page(engine, &desk, opened, messages, &entered, said, &calendar.time_zone),
        None => page(engine, &desk, opened, messages, &entered, said, &Utc),
    };
    look.page(status, &page)
}

fn page<'a, Z: TimeZone<Offset: std::fmt::Display>>(
    engine: &Engine,
    desk: &Desk,
    opened: &'a Opened,
    Visible { messages, earlier }: Visible,
    entered: &[Entered],
    said: Said,
    zone: &Z,
) -> TicketPage<'a> {
    let Opened { ticket, is_part, look, token, .. } = opened;
    let lang = look.lang;
    let template = desk.form_of(ticket);
    let number = number_text(ticket.number);
    let moment = |at: DateTime<Utc>| Moment::new(at, zone);
    let is_taken = ticket.status != TicketStatus::Closed && !ticket.conversations.is_empty();
    let named = |place: &Place| match place {
        Place::Status(status) => look.say(words::status_key(*status)),
        Place::Stage(key) => template.and_then(|template| template.stage(key)).map_or_else(|| key.clone(), |stage| stage.name.get(lang).to_owned()),
    };
    let step = |step: bellhop_domain::ticket::Step| Step {
        label: named(&step.place),
        state: match step.progress {
            Progress::Done => "done",
            Progress::Now => "now",
            Progress::Next => "next",
        },
        since: step.since.map(moment),
    };
    let steps = way(ticket, template, entered);
    // When nobody is there at that hour, then when they are back; what is over is not promised any more.
    let expected = usually_by(ticket, template, &steps).and_then(|at| desk.next_opening(ticket.department.as_deref(), at));
    TicketPage {
        heading: words::say(lang, "page-ticket-title", &[("number", (&number).into())]),
        is_part: *is_part,
        title: template.map(|template| template.title.get(lang)).filter(|title| !title.is_empty()).unwrap_or(&ticket.template).to_owned(),
        steps: steps.into_iter().map(step).collect(),
        status: look.say(words::status_key(ticket.status)),
        stage: ticket.stage.as_deref().and_then(|key| template?.stage(key)).map(|stage| stage.name.get(lang).to_owned()),
        department: ticket.department.as_deref().and_then(|key| desk.departments.get(key)).map(|department| department.name.get(lang).to_owned()),
        owner: ticket.owner.and_then(|id| desk.agent(id)).and_then(|agent| first_name(&agent.name)),
        next: look.say(words::next_key(ticket.status)),
        expected: expected.filter(|at| *at > engine.now()).map(moment),
        filed_at: moment(ticket.created_at),
        updated_at: moment(ticket.updated_at),
        messages: messages.into_iter().map(|message| line(engine, look, token, message, moment)).collect(),
        earlier: earlier.map(|before| opened.address("", &format!("before={}#messages", before.to_rfc3339_opts(SecondsFormat::Micros, true)))),
        latest: said.before.map(|_| format!("{}#messages", opened.address("", ""))),
        action: is_taken.then(|| opened.address("/messages", "")),
        form: fresh_id().to_string(),
        limit: form::LONGEST_TEXT,
        files_hint: form::limits(lang, "page-files-hint"),
        sent: said.sent,
        wrong: said.wrong,
        text: said.text,
        rate: rate(desk, opened),
        rated: said.rated,
        languages: words::SHIPPED.map(|tag| (tag, words::language_name(tag), tag == lang)).to_vec(),
        look,
    }
}

/// The question of how it went, where the template asks it and the ticket is done.
fn rate(desk: &Desk, opened: &Opened) -> Option<Rate> {
    let Opened { ticket, is_part, look, .. } = opened;
    let scale = desk.form_of(ticket)?.rating.filter(|_| tickets::may_be_rated(ticket) && !is_part)?;
    let given = ticket.rating.as_ref();
    let sign = |(value, sign): &(u8, &'static str)| {
        let words = words::say(look.lang, "page-rate-of", &[("value", i64::from(*value).into())]);
        (*value, *sign, words, given.is_some_and(|rating| rating.value == *value))
    };
    let comment = given.and_then(|rating| rating.comment.clone()).unwrap_or_default();
    Some(Rate { action: opened.address("/rating", ""), signs: scale.signs().iter().map(sign).collect(), comment })
}

/// What a person is called by customers: not the whole name.
fn first_name(name: &str) -> Option<String> {
    name.split_whitespace().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_read_first_names() {
        assert_eq!(first_name("Mei Lin").as_deref(), Some("Mei"));
        assert_eq!(first_name("王梅").as_deref(), Some("王梅"));
        assert_eq!(first_name(" "), None);
    }
}
