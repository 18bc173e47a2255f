//! What whoever is signed in was told of: who named them, and what happened to the tickets that they follow.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::ticket::number_text;
use bellhop_engine::{
    actions::{ActionError, notices},
    commands::notice_words,
};
use bellhop_store::{
    Cursor,
    notices::{Listed, Which},
};

use super::{
    form::{Asked, Fields},
    shell::{Moment, Shell, Visit},
};

/// What is on one page of the list.
const LISTED: u32 = 50;

/// Something that they were told of.
struct Row {
    id: String,
    url: String,
    number: String,
    title: String,
    customer: String,
    words: String,
    at: Moment,
    is_new: bool,
}

#[derive(Template)]
#[template(path = "console/notices.html")]
struct ListPage<'a> {
    shell: &'a Shell,
    /// Keys of headings, each with what stands below it.
    parts: Vec<(&'static str, Vec<Row>)>,
    older: Option<String>,
}

pub(super) async fn list(mut visit: Visit, Asked(asked): Asked) -> Response {
    visit.shell.part = "notices";
    visit.shell.here = format!("{}/console/notices", visit.shell.root);
    let cursor = asked.get("cursor").and_then(|cursor| cursor.parse().ok());
    match assemble(&visit, cursor).await {
        Ok(page) => visit.shell.page(StatusCode::OK, &page),
        Err(error) => visit.shell.stopped(error),
    }
}

/// Everything counts as read, or one of them.
pub(super) async fn read(mut visit: Visit, fields: Fields) -> Response {
    let which = match fields.some("notice").map(str::parse) {
        Some(Ok(id)) => Which::One(id),
        Some(Err(_)) => return visit.shell.not_found(),
        None => Which::All,
    };
    visit.read(which).await;
    Redirect::to(&format!("{}/console/notices", visit.shell.root)).into_response()
}

async fn assemble(visit: &Visit, cursor: Option<Cursor>) -> Result<ListPage<'_>, ActionError> {
    let (shell, desk) = (&visit.shell, visit.engine().desk());
    let found = notices::list(visit.engine(), visit.caller(), visit.session.agent.id, false, cursor, LISTED).await?;
    let contacts: Vec<_> = found.items.iter().filter_map(|it| it.contact).collect();
    let names = visit.engine().reader().contact_names(&contacts).await?;
    let row = |Listed { notice, ticket, contact }: Listed| {
        let (number, title) = match &ticket {
            Some((number, template)) => (number_text(*number), shell.named(desk.templates.get(template).map(|it| &it.title), template)),
            None => (String::new(), shell.say("console-inbox")),
        };
        let url = match (&ticket, notice.conversation) {
            (None, Some(id)) => format!("{}/console/inbox/{id}", shell.root),
            _ => format!("{}/console/tickets/{number}", shell.root),
        };
        Row {
            id: notice.id.to_string(),
            url,
            number,
            title,
            customer: contact.and_then(|id| names.get(&id).cloned().flatten()).unwrap_or_else(|| shell.say("console-nameless")),
            words: notice_words(&desk, &notice, shell.lang),
            at: shell.moment(&notice.at),
            is_new: notice.read_at.is_none(),
        }
    };
    let older = found.next.map(|next| format!("{}?cursor={next}", shell.here));
    let (new, read): (Vec<Row>, Vec<Row>) = found.items.into_iter().map(row).partition(|row| row.is_new);
    let parts = [("console-notices-new", new), ("console-notices-read", read)];
    Ok(ListPage { shell, parts: parts.into_iter().filter(|(_, rows)| !rows.is_empty()).collect(), older })
}
