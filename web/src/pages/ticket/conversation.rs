//! What was said about a ticket, as its customer may read it.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use bellhop_domain::{
    actor::Actor,
    id::MessageId,
    message::{AttachmentState, DeliveryState, Direction, Message},
    ticket::Ticket,
};
use bellhop_engine::Engine;
use bellhop_store::DbError;
use chrono::{DateTime, Utc};

use super::{first_name, open};
use crate::{
    Site,
    pages::look::{Look, Moment},
    weight,
};

/// Messages shown at most; long ones leave room for fewer.
const SHOWN: u32 = 100;

/// Something that was said.
pub(super) struct Line {
    pub(super) author: String,
    /// From the customer.
    pub(super) mine: bool,
    pub(super) text: String,
    /// Where it can be read when it is too long for the page.
    pub(super) whole: Option<String>,
    pub(super) at: Moment,
    pub(super) files: Vec<(String, Option<String>)>,
}

/// Messages that one page shows.
pub(super) struct Visible {
    pub(super) messages: Vec<Message>,
    /// The moment before which there are more.
    pub(super) earlier: Option<DateTime<Utc>>,
}

/// What the customer said and was told, in the conversations of the ticket: the newest of it, or of what came before a moment.
pub(super) async fn visible_messages(engine: &Engine, ticket: &Ticket, before: Option<DateTime<Utc>>) -> Result<Visible, DbError> {
    let until = before.unwrap_or(DateTime::<Utc>::MAX_UTC);
    let mut messages = Vec::new();
    // Of what was not read to its beginning, nothing is known before its oldest.
    let mut known_since = None;
    for id in &ticket.conversations {
        let conversation = engine.reader().conversation(*id).await?;
        // A thread may have changed hands: what others wrote there is none of this customer's business.
        if conversation.is_some_and(|conversation| conversation.contact == ticket.contact) {
            let found = engine.reader().messages_older_than(*id, until, SHOWN).await?;
            known_since = known_since.max(found.first().filter(|_| found.len() >= SHOWN as usize).map(|message| message.created_at));
            messages.extend(found);
        }
    }
    messages.retain(|message| known_since.is_none_or(|since| message.created_at >= since));
    messages.retain(is_visible);
    messages.sort_by_key(|message| message.created_at);
    let from = weight::page_begins(&messages, SHOWN as usize, weight::of_message, |message| message.created_at);
    let shown = messages.split_off(from);
    let earlier = shown.first().map(|message| message.created_at).or(known_since).filter(|_| from > 0 || known_since.is_some());
    Ok(Visible { messages: shown, earlier })
}

/// Whether the customer may read it: what they wrote, and what was sent to them.
fn is_visible(message: &Message) -> bool {
    match message.direction {
        Direction::In => true,
        Direction::Out => message
            .delivery
            .as_ref()
            .is_none_or(|delivery| !matches!(delivery.state, DeliveryState::Scheduled | DeliveryState::Cancelled | DeliveryState::Expired)),
        Direction::Note => false,
    }
}

/// The words of a message that is too long for the page, as they are.
pub(in crate::pages) async fn words(State(site): State<Site>, headers: HeaderMap, Path((token, message)): Path<(String, String)>) -> Response {
    let engine = &site.engine;
    let opened = match open(engine, token, None, &headers).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    let found = match message.parse::<MessageId>() {
        Ok(id) => read(engine, &opened.ticket, id).await,
        Err(_) => Ok(None),
    };
    match found {
        Ok(Some(message)) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "private, no-store")], message.text).into_response()
        }
        Ok(None) => opened.look.bad_link(),
        Err(error) => opened.look.failed(&error),
    }
}

/// A message that the customer of the ticket may read.
async fn read(engine: &Engine, ticket: &Ticket, id: MessageId) -> Result<Option<Message>, DbError> {
    let Some(message) = engine.reader().message(id).await? else { return Ok(None) };
    if !ticket.conversations.contains(&message.conversation) || !is_visible(&message) || message.extras.deleted_at.is_some() {
        return Ok(None);
    }
    let conversation = engine.reader().conversation(message.conversation).await?;
    Ok(conversation.filter(|conversation| conversation.contact == ticket.contact).map(|_| message))
}

pub(super) fn line(engine: &Engine, look: &Look, token: &str, message: Message, moment: impl Fn(DateTime<Utc>) -> Moment) -> Line {
    let author = match &message.author {
        Actor::Contact { .. } => look.say("page-author-you"),
        Actor::Bot => look.say("page-author-bot"),
        Actor::Agent { name, .. } => first_name(name).unwrap_or_else(|| look.say("page-author-team")),
        // What a program is called says nothing to a customer.
        Actor::Token { on_behalf_of, .. } => on_behalf_of.as_deref().and_then(first_name).unwrap_or_else(|| look.say("page-author-team")),
        Actor::System => look.say("page-author-team"),
    };
    let is_gone = message.extras.deleted_at.is_some();
    let beginning = weight::beginning(&message.text).filter(|_| !is_gone).map(|beginning| format!("{beginning}…"));
    let whole = beginning.is_some().then(|| format!("{}/t/{token}/messages/{}", look.root, message.id));
    let text = if is_gone { look.say("deleted-marker") } else { beginning.unwrap_or(message.text) };
    let files = message.extras.attachments.into_iter().map(|attachment| {
        let url = match attachment.state {
            AttachmentState::Stored { file, .. } => Some(engine.links().file(file)),
            AttachmentState::Pending | AttachmentState::Failed { .. } => None,
        };
        (attachment.name, url)
    });
    Line { author, mine: message.direction == Direction::In, text, whole, at: moment(message.created_at), files: files.collect() }
}
