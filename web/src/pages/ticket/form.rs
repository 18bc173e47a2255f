//! What a customer sends from the page of their ticket: words, files, how it went.

use axum::{
    Extension, Form,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Path, Query, Request, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::{id::TicketId, message::Direction, ticket::Ticket, words};
use bellhop_engine::{
    Engine,
    actions::{
        ActionError,
        tickets::{self, Left},
    },
    clock::fresh_id,
};
use bellhop_store::DbError;
use chrono::TimeDelta;
use serde::Deserialize;

use super::{Asked, Opened, Said, open, shown};
use crate::{
    LARGEST_BODY, Site,
    api::{Memory, hash_of},
};

/// Characters that one message may have here.
pub(super) const LONGEST_TEXT: usize = 5_000;
/// Files that may go with one message.
const MOST_FILES: usize = 5;
/// Megabytes that they may have together.
const MOST_MEGABYTES: usize = 25;
/// Bytes that a request may have: the files, and what stands around them.
pub(in crate::pages) const LARGEST: usize = (MOST_MEGABYTES << 20) + 64 * 1024;
/// Messages that may be left here in a minute.
const A_MINUTE: usize = 10;
/// Messages looked at for that.
const LATEST: u32 = 100;

/// What the form holds.
#[derive(Deserialize, Default)]
struct Written {
    #[serde(default)]
    text: String,
    /// The same for one page that was opened, so that two clicks leave one message.
    #[serde(default)]
    id: String,
    #[serde(skip)]
    files: Vec<(String, Bytes)>,
}

/// The stars that were chosen, and what was added.
#[derive(Deserialize, Default)]
struct Rated {
    value: u8,
    #[serde(default)]
    comment: String,
}

/// Why a form is not taken.
enum Unreadable {
    /// It has more than it may.
    TooLarge,
    /// It is none.
    Broken,
}

/// The words of a limit.
pub(super) fn limits(lang: &str, key: &str) -> String {
    words::say(lang, key, &[("most", (MOST_FILES as i64).into()), ("megabytes", (MOST_MEGABYTES as i64).into())])
}

pub(in crate::pages) async fn say(
    State(site): State<Site>,
    Extension(memory): Extension<Memory>,
    headers: HeaderMap,
    Path(token): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
    request: Request,
) -> Response {
    let engine = &site.engine;
    let opened = match opened(engine, token, asked, &headers).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    let look = &opened.look;
    let refused = |status, wrong: String, text: String| shown(engine, &opened, status, Said { wrong: Some(wrong), text, ..Said::default() });
    // First of all: who sends much at once gets no files kept either.
    match too_many(engine, &opened.ticket).await {
        Ok(false) => {}
        Ok(true) => {
            let text = read(request).await.map(|written| written.text).unwrap_or_default();
            return refused(StatusCode::TOO_MANY_REQUESTS, look.say("page-too-many"), text).await;
        }
        Err(error) => return look.failed(&error),
    }
    let written = match read(request).await {
        Ok(written) => written,
        Err(Unreadable::TooLarge) => {
            return refused(StatusCode::PAYLOAD_TOO_LARGE, limits(look.lang, "page-files-too-large"), String::new()).await;
        }
        Err(Unreadable::Broken) => return refused(StatusCode::BAD_REQUEST, look.say("page-message-empty"), String::new()).await,
    };
    if written.text.trim().is_empty() && written.files.is_empty() {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, look.say("page-message-empty"), String::new()).await;
    }
    if written.text.chars().count() > LONGEST_TEXT {
        let too_long = words::say(look.lang, "page-message-too-long", &[("limit", (LONGEST_TEXT as i64).into())]);
        return refused(StatusCode::UNPROCESSABLE_ENTITY, too_long, written.text).await;
    }
    let text = written.text.clone();
    match Box::pin(leave(engine, &memory, opened.ticket.id, written)).await {
        Ok(()) => Redirect::to(&opened.address("", "sent=1#messages")).into_response(),
        Err(ActionError::NotFound { .. }) => look.bad_link(),
        Err(ActionError::NotNow(_)) => refused(StatusCode::CONFLICT, look.say("ticket-next-closed"), text).await,
        Err(ActionError::Invalid { .. }) => refused(StatusCode::UNPROCESSABLE_ENTITY, look.say("page-message-empty"), text).await,
        Err(error) => look.failed(&error),
    }
}

/// Keeps how it went.
pub(in crate::pages) async fn rate(
    State(site): State<Site>,
    headers: HeaderMap,
    Path(token): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
    request: Request,
) -> Response {
    let engine = &site.engine;
    let opened = match opened(engine, token, asked, &headers).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    let rated = Form::<Rated>::from_request(request, &()).await.map(|Form(rated)| rated).unwrap_or_default();
    match tickets::rate_as_customer(engine, opened.ticket.id, rated.value, &rated.comment).await {
        Ok(()) => Redirect::to(&opened.address("", "rated=1#rating")).into_response(),
        Err(ActionError::NotFound { .. }) => opened.look.bad_link(),
        // The page says what there is to choose, or that it is not asked any more.
        Err(ActionError::NotNow(_)) => shown(engine, &opened, StatusCode::CONFLICT, Said::default()).await,
        Err(error) => opened.look.failed(&error),
    }
}

async fn opened(engine: &Engine, token: String, asked: Result<Query<Asked>, QueryRejection>, headers: &HeaderMap) -> Result<Opened, Box<Response>> {
    let Query(asked) = asked.unwrap_or_default();
    open(engine, token, asked.lang.as_deref(), headers).await
}

/// The form, with its files if it has any.
async fn read(mut request: Request) -> Result<Written, Unreadable> {
    let has_files =
        request.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().to_ascii_lowercase().starts_with(b"multipart/form-data"));
    let sorted = |status| if status == StatusCode::PAYLOAD_TOO_LARGE { Unreadable::TooLarge } else { Unreadable::Broken };
    if !has_files {
        DefaultBodyLimit::max(LARGEST_BODY).apply(&mut request);
        return Form::from_request(request, &()).await.map(|Form(written)| written).map_err(|rejection| sorted(rejection.status()));
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(|rejection| sorted(rejection.status()))?;
    let mut written = Written::default();
    while let Some(field) = form.next_field().await.map_err(|error| sorted(error.status()))? {
        let (name, file) = (field.name().unwrap_or_default().to_owned(), field.file_name().map(str::to_owned));
        let bytes = field.bytes().await.map_err(|error| sorted(error.status()))?;
        let words = || String::from_utf8_lossy(&bytes).into_owned();
        match (name.as_str(), file) {
            ("text", None) => written.text = words(),
            ("id", None) => written.id = words(),
            // A field without a chosen file comes empty.
            ("file", Some(file)) if !bytes.is_empty() => written.files.push((file, bytes)),
            _ => {}
        }
        if written.files.len() > MOST_FILES {
            return Err(Unreadable::TooLarge);
        }
    }
    Ok(written)
}

/// Leaves the message, once.
async fn leave(engine: &Engine, memory: &Memory, ticket: TicketId, written: Written) -> Result<(), ActionError> {
    let Written { text, id, files } = written;
    let form = if id.is_empty() || id.len() > 64 { fresh_id().to_string() } else { id };
    // Somebody who goes back and writes something else leaves another message.
    let sent: Vec<&[u8]> = [text.as_bytes()].into_iter().chain(files.iter().flat_map(|(name, bytes)| [name.as_bytes(), &bytes[..]])).collect();
    let hash = hash_of(&sent);
    let key = hash_of(&[form.as_bytes(), hash.as_bytes()]);
    let this = engine.clone();
    let (failed, failure) = tokio::sync::oneshot::channel();
    let work = async move {
        match tickets::add_customer_message(&this, ticket, Left { text, files }).await {
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

async fn too_many(engine: &Engine, ticket: &Ticket) -> Result<bool, DbError> {
    let Some(conversation) = ticket.conversations.last() else { return Ok(false) };
    let since = engine.now() - TimeDelta::minutes(1);
    let latest = engine.reader().last_messages(*conversation, LATEST).await?;
    let recent = latest
        .iter()
        .filter(|message| message.direction == Direction::In && message.extras.ticket == Some(ticket.number) && message.created_at > since);
    Ok(recent.count() >= A_MINUTE)
}
