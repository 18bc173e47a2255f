//! The inbox in three panes: the list, the conversation, the customer.

use askama::Template;
use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::{
    id::{AgentId, ConversationId, FileId, MessageId},
    message::Direction,
};
use bellhop_engine::{
    actions::{
        ActionError, conversations, drafts,
        messages::{self, Reply},
    },
    commands::{self, Place},
};
use bellhop_store::{
    Cursor,
    notices::Which,
    overview::{Counts, MOST_COUNTED, OverviewRow, View},
};

use super::{
    commands::shown,
    customer::{Panel, panel},
    form::{Asked, Fields},
    guard::encode,
    review::{Card, card},
    shell::{Moment, Said, Shell, Visit, status_of},
    thread::{Thread, thread},
};
use crate::download::name_in;

/// Conversations on one page of the list.
const LISTED: u32 = 40;

/// A list that can be opened.
struct ViewLink {
    label: String,
    count: Option<String>,
    url: String,
    current: bool,
}

/// A conversation in the list.
struct Row {
    id: String,
    url: String,
    name: String,
    initials: String,
    status: &'static str,
    standing: String,
    channel: String,
    assignee: Option<String>,
    snippet: String,
    /// The customer spoke last.
    waits: bool,
    at: Moment,
    current: bool,
}

/// What stands beside the list once a conversation is open.
struct Open {
    thread: Thread,
    panel: Panel,
    card: Option<Card>,
}

#[derive(Template)]
#[template(path = "console/inbox.html")]
struct InboxPage<'a> {
    shell: &'a Shell,
    views: Vec<ViewLink>,
    rows: Vec<Row>,
    older: Option<String>,
    /// What an empty list says.
    empty: String,
    open: Option<Open>,
    /// The query that keeps the list as it is.
    query: String,
}

pub(super) async fn list(mut visit: Visit, Asked(asked): Asked) -> Response {
    visit.shell.part = "inbox";
    match assemble(&visit, &asked, None).await {
        Ok(page) => visit.shell.page(StatusCode::OK, &page),
        Err(error) => visit.shell.stopped(error),
    }
}

pub(super) async fn conversation(mut visit: Visit, Path(id): Path<String>, Asked(asked): Asked) -> Response {
    page(&mut visit, &id, &asked, StatusCode::OK, |_| {}).await
}

/// The whole page with a conversation open; `change` has the last word on it.
pub(super) async fn page(visit: &mut Visit, id: &str, asked: &Fields, status: StatusCode, change: impl FnOnce(&mut Thread)) -> Response {
    visit.shell.part = "inbox";
    let Ok(id) = id.parse::<ConversationId>() else { return visit.shell.not_found() };
    visit.shell.here = address(&visit.shell, id, asked);
    if visit.shell.notices > 0 {
        visit.read(Which::Conversation(id)).await;
    }
    let open = match Box::pin(open(visit, id, asked)).await {
        Ok(Some(open)) => open,
        Ok(None) => return visit.shell.not_found(),
        Err(error) => return visit.shell.stopped(error),
    };
    match assemble(visit, asked, Some((id, open))).await {
        Ok(mut page) => {
            if let Some(open) = &mut page.open {
                change(&mut open.thread);
            }
            visit.shell.page(status, &page)
        }
        Err(error) => visit.shell.stopped(error),
    }
}

async fn open(visit: &Visit, id: ConversationId, asked: &Fields) -> Result<Option<Open>, ActionError> {
    let reader = visit.engine().reader();
    let Some(conversation) = reader.conversation(id).await? else { return Ok(None) };
    let Some(contact) = reader.contact(conversation.contact).await? else { return Ok(None) };
    let before = asked.get("before").and_then(|before| before.parse().ok());
    Ok(Some(Open {
        thread: thread(visit, &conversation, &contact, before).await?,
        panel: panel(visit, &conversation, &contact).await?,
        card: card(visit, id, &[]).await?,
    }))
}

async fn assemble<'a>(visit: &'a Visit, asked: &Fields, open: Option<(ConversationId, Open)>) -> Result<InboxPage<'a>, ActionError> {
    let (reader, shell) = (visit.engine().reader(), &visit.shell);
    let me = visit.session.agent.id;
    let counts = reader.overview_counts(Some(me)).await?;
    let (view, word) = view(asked, me, &counts);
    let cursor = asked.get("cursor").and_then(|cursor| cursor.parse::<Cursor>().ok());
    let found = reader.overview(&view, cursor, LISTED).await?;
    let query = format!("?view={}", encode(&word));
    let current = open.as_ref().map(|(id, _)| *id);
    Ok(InboxPage {
        views: views(visit, &counts, &word),
        rows: found.items.into_iter().map(|row| listed(visit, row, current, &query)).collect(),
        older: found.next.map(|next| format!("{}/console/inbox{query}&cursor={next}", shell.root)),
        empty: shell.say(match &view {
            View::Mine(_) => "console-empty-mine",
            View::Unassigned => "console-empty-unassigned",
            _ => "console-empty-list",
        }),
        open: open.map(|(_, open)| open),
        query,
        shell,
    })
}

/// The list that was asked for, and its word; one's own unless that is empty.
fn view(asked: &Fields, me: AgentId, counts: &Counts) -> (View, String) {
    match asked.get("view") {
        Some("mine") => (View::Mine(me), "mine".to_owned()),
        Some("unassigned") => (View::Unassigned, "unassigned".to_owned()),
        Some("all") => (View::All, "all".to_owned()),
        Some("bot") => (View::Bot, "bot".to_owned()),
        Some("resolved") => (View::Resolved, "resolved".to_owned()),
        Some(other) if other.starts_with("in:") => (View::Department(other.chars().skip(3).take(200).collect()), other.chars().take(203).collect()),
        _ if counts.mine > 0 => (View::Mine(me), "mine".to_owned()),
        _ if counts.unassigned > 0 => (View::Unassigned, "unassigned".to_owned()),
        _ => (View::All, "all".to_owned()),
    }
}

fn views(visit: &Visit, counts: &Counts, current: &str) -> Vec<ViewLink> {
    let (shell, desk) = (&visit.shell, visit.engine().desk());
    let count = |count: i64| Some(if count >= MOST_COUNTED { format!("{}+", MOST_COUNTED - 1) } else { count.to_string() });
    let link = |word: String, label: String, count: Option<String>| ViewLink {
        url: format!("{}/console/inbox?view={}", shell.root, encode(&word)),
        current: word == current,
        label,
        count,
    };
    let fixed = |word: &str, number: Option<i64>| link(word.to_owned(), shell.say(&format!("console-view-{word}")), number.and_then(count));
    let mut views = vec![fixed("mine", Some(counts.mine)), fixed("unassigned", Some(counts.unassigned)), fixed("all", Some(counts.all))];
    for (key, department) in &desk.departments {
        let number = counts.departments.iter().find(|(of, _)| of == key).map_or(0, |(_, number)| *number);
        views.push(link(format!("in:{key}"), shell.named(Some(&department.name), key), count(number)));
    }
    views.extend([fixed("bot", None), fixed("resolved", None)]);
    views
}

fn listed(visit: &Visit, row: OverviewRow, current: Option<ConversationId>, query: &str) -> Row {
    let (shell, desk) = (&visit.shell, visit.engine().desk());
    let name = row.name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| shell.say("console-nameless"));
    let text = row.last_text.unwrap_or_default();
    let snippet: String = bellhop_channel::plain::plain(&text).split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
    Row {
        url: format!("{}/console/inbox/{}{query}", shell.root, row.id),
        initials: shell.initials(&name),
        status: row.status.as_str(),
        standing: shell.standing(&row.status),
        assignee: row.assignee.and_then(|id| desk.agent(id)).map(|agent| agent.name.clone()),
        waits: row.last_direction == Some(Direction::In),
        at: shell.moment(&row.updated_at),
        current: current == Some(row.id),
        id: row.id.to_string(),
        channel: row.channel,
        snippet,
        name,
    }
}

/// The address of a conversation, the list kept as it is.
fn address(shell: &Shell, id: ConversationId, asked: &Fields) -> String {
    let view = asked.get("view").map(|view| format!("?view={}", encode(view))).unwrap_or_default();
    format!("{}/console/inbox/{id}{view}", shell.root)
}

pub(super) async fn say(mut visit: Visit, Path(id): Path<String>, Asked(asked): Asked, fields: Fields) -> Response {
    let Ok(conversation) = id.parse::<ConversationId>() else { return visit.shell.not_found() };
    let text = fields.get("text").unwrap_or_default().to_owned();
    let internal = fields.get("kind") == Some("note");
    let attachments: Vec<FileId> = fields.every("file").filter_map(|file| file.parse().ok()).collect();
    let client_id = fields.some("client").filter(|client| client.len() <= 64).map(str::to_owned);
    let reply = Reply { text: text.clone(), internal, attachments, client_id, ..Reply::default() };
    match messages::reply(visit.engine(), visit.caller(), conversation, &reply).await {
        Ok(_) => {
            let forgotten = drafts::keep(visit.engine(), visit.caller(), conversation, internal, "").await;
            if let Err(error) = forgotten {
                tracing::warn!(error = %error, "A draft that was sent could not be removed");
            }
            Redirect::to(&address(&visit.shell, conversation, &asked)).into_response()
        }
        Err(error) => {
            // What was written stays in the form.
            let status = status_of(&error);
            let wrong = visit.shell.refused(error);
            let said = bellhop_channel::plain::plain(&text_of(&wrong));
            page(&mut visit, &id, &asked, status, |thread| {
                thread.draft = text;
                thread.draft_is_note = internal;
                thread.wrong = Some(said);
            })
            .await
        }
    }
}

/// The words of what was said, without its marks.
fn text_of(said: &Said) -> String {
    let mut text = String::new();
    let mut inside = false;
    for sign in said.text.0.chars() {
        match sign {
            '<' => inside = true,
            '>' => inside = false,
            sign if !inside => text.push(sign),
            _ => {}
        }
    }
    text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'")
}

/// Nothing comes back: the form has what it kept.
pub(super) async fn draft(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    let Ok(id) = id.parse::<ConversationId>() else { return StatusCode::NOT_FOUND.into_response() };
    let internal = fields.get("kind") == Some("note");
    match drafts::keep(visit.engine(), visit.caller(), id, internal, fields.get("text").unwrap_or_default()).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => status_of(&error).into_response(),
    }
}

pub(super) async fn typing(visit: Visit, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<ConversationId>() else { return StatusCode::NOT_FOUND.into_response() };
    match conversations::typing(visit.engine(), visit.caller(), id).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => status_of(&error).into_response(),
    }
}

/// The words of a message that is too long for the page, as they are.
pub(super) async fn words(visit: Visit, Path((id, message)): Path<(String, String)>) -> Response {
    let (Ok(id), Ok(message)) = (id.parse::<ConversationId>(), message.parse::<MessageId>()) else { return visit.shell.not_found() };
    match visit.engine().reader().message(message).await {
        Ok(Some(message)) if message.conversation == id && message.extras.deleted_at.is_none() => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "private, no-store")], message.text).into_response()
        }
        Ok(_) => visit.shell.not_found(),
        Err(error) => visit.shell.stopped(error.into()),
    }
}

/// Sends a message again that failed.
pub(super) async fn again(mut visit: Visit, Path(id): Path<String>, Asked(asked): Asked, fields: Fields) -> Response {
    let Some(message) = fields.get("message").and_then(|message| message.parse::<MessageId>().ok()) else { return visit.shell.not_found() };
    let status = match messages::send_again(visit.engine(), visit.caller(), message).await {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            let status = status_of(&error);
            visit.shell.said = Some(visit.shell.refused(error));
            status
        }
    };
    page(&mut visit, &id, &asked, status, |_| {}).await
}

/// Carries out a command about the conversation, from a button or the palette.
pub(super) async fn command(mut visit: Visit, Path(id): Path<String>, Asked(asked): Asked, fields: Fields) -> Response {
    let Ok(conversation) = id.parse::<ConversationId>() else { return visit.shell.not_found() };
    let line = line_of(&fields);
    let place = Place { conversation: Some(conversation), language: visit.shell.lang.to_owned(), ..Place::default() };
    let done = commands::run(visit.engine(), visit.caller(), &place, &line).await;
    let (said, file, status) = shown(&visit.shell, done);
    if let Some(file) = file {
        return file;
    }
    visit.shell.said = said;
    page(&mut visit, &id, &asked, status, |_| {}).await
}

/// The line, with what was asked for behind it.
pub(super) fn line_of(fields: &Fields) -> String {
    let line = fields.some("line").unwrap_or_default();
    let line = if line.starts_with('/') { line.to_owned() } else { format!("/{line}") };
    match fields.some("more") {
        Some(more) => format!("{line} {more}"),
        None => line,
    }
}

/// Keeps a file that is to go with a reply, and answers its id.
pub(super) async fn file(visit: Visit, headers: HeaderMap, bytes: Bytes) -> Response {
    let name = name_in(&headers).unwrap_or_else(|| visit.shell.say("console-file"));
    if bytes.is_empty() {
        return (StatusCode::UNPROCESSABLE_ENTITY, visit.shell.say("console-file-empty")).into_response();
    }
    match visit.engine().keep_file(visit.caller(), &name, bytes).await {
        Ok(id) => id.to_string().into_response(),
        Err(error) => {
            let status = status_of(&error);
            (status, text_of(&visit.shell.refused(error))).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::clean::Clean, *};

    #[test]
    fn what_was_asked_for_stands_behind_the_line() {
        for (form, line) in [("line=/take", "/take"), ("line=take", "/take"), ("line=/field+order&more=+A-1+", "/field order A-1"), ("", "/")] {
            assert_eq!(line_of(&Fields::read(form.as_bytes())), line);
        }
    }

    #[test]
    fn words_are_told_without_their_marks() {
        assert_eq!(text_of(&Said { text: Clean("<p>a &lt;b&gt; <em>c</em></p>".to_owned()), ..Said::default() }), "a <b> c");
    }
}
