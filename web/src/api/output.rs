//! Shapes that several nouns share: pages of lists, versions, people, messages.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bellhop_domain::{
    actor::Actor,
    desk::{Agent, Desk},
    id::AgentId,
    message::{AttachmentState, ContactCard, Message, SharedLocation},
    timeline::TimelineEvent,
};
use bellhop_engine::{Engine, links::Links};
use bellhop_store::Page;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A part of a list.
#[derive(Serialize)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A page, each item made by `make`.
    pub(crate) fn of<F>(page: Page<F>, make: impl FnMut(F) -> T) -> Self {
        Self { next_cursor: page.next.map(|cursor| cursor.to_string()), items: page.items.into_iter().map(make).collect() }
    }
}

/// An answer with its version, to be sent back in `If-Match`.
pub(crate) fn versioned(status: StatusCode, version: i64, body: impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The key of the agent with this id.
pub(crate) fn agent_key(desk: &Desk, id: Option<AgentId>) -> Option<String> {
    // An agent is never deleted, so that the id alone is the exception.
    id.map(|id| desk.agent(id).map_or_else(|| id.to_string(), |agent| agent.key.clone()))
}

/// The agent with this key, id or mail address.
pub(crate) fn find_agent<'a>(desk: &'a Desk, text: &str) -> Option<&'a Agent> {
    desk.agents.get(text).or_else(|| desk.agent(text.parse().ok()?)).or_else(|| {
        let email = text.trim().to_lowercase();
        desk.agents.values().find(|agent| agent.email == email)
    })
}

/// Who said or did something.
#[derive(Serialize, ToSchema)]
pub(crate) struct Author {
    /// `contact`, `bot`, `agent` or `system`; a program is an agent.
    pub(crate) kind: &'static str,
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
}

impl Author {
    pub(crate) fn of(actor: &Actor) -> Self {
        let (kind, id) = match actor {
            Actor::Contact { id } => ("contact", Some(id.to_string())),
            Actor::Bot => ("bot", None),
            Actor::Agent { id, .. } => ("agent", Some(id.to_string())),
            Actor::Token { id, .. } => ("agent", Some(id.to_string())),
            Actor::System => ("system", None),
        };
        Self { kind, id, name: actor.name().map(str::to_owned) }
    }
}

/// A file on a message.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttachmentOut {
    name: String,
    content_type: String,
    /// `pending`, `stored` or `failed`.
    state: &'static str,
    /// Id of the stored file.
    file: Option<String>,
    /// Bytes.
    size: Option<u64>,
    /// Where the stored file is fetched from, without a token.
    url: Option<String>,
    /// Why there is none.
    error: Option<String>,
}

/// A choice below a message.
#[derive(Serialize, ToSchema)]
pub(crate) struct ButtonOut {
    id: String,
    label: String,
    pressed: bool,
}

/// A place.
#[derive(Serialize, ToSchema)]
#[schema(as = Location)]
pub(crate) struct LocationOut {
    /// Degrees north.
    latitude: f64,
    /// Degrees east.
    longitude: f64,
    title: Option<String>,
    address: Option<String>,
}

impl LocationOut {
    fn of(place: SharedLocation) -> Self {
        let SharedLocation { latitude, longitude, title, address } = place;
        Self { latitude, longitude, title, address }
    }
}

/// Somebody's name and number.
#[derive(Serialize, ToSchema)]
#[schema(as = Card)]
pub(crate) struct CardOut {
    name: String,
    /// As it was written.
    phone: Option<String>,
}

/// A message.
#[derive(Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageOut {
    id: String,
    conversation: String,
    /// `in`, `out` or `note`.
    direction: &'static str,
    author: Author,
    /// Light Markdown.
    text: String,
    attachments: Vec<AttachmentOut>,
    buttons: Vec<ButtonOut>,
    created_at: DateTime<Utc>,
    /// `scheduled`, `queued`, `sending`, `sent`, `delivered`, `read`, `failed`, `cancelled` or `expired`; null for what came in and for notes.
    delivery: Option<&'static str>,
    /// Why it failed.
    error: Option<String>,
    /// A crash cut the sending off: it may have arrived.
    maybe_sent: bool,
    /// What the channel could not show.
    losses: Vec<String>,
    /// The platform's id of the message that it answers.
    reply_to: Option<String>,
    reactions: Vec<String>,
    /// A place that was shared.
    location: Option<LocationOut>,
    /// Somebody's name and number that was shared.
    card: Option<CardOut>,
    /// The ticket that it is about.
    ticket: Option<String>,
    edited_at: Option<DateTime<Utc>>,
    deleted_at: Option<DateTime<Utc>>,
}

impl MessageOut {
    pub(crate) fn of(message: Message, links: &Links) -> Self {
        let Message { id, conversation, direction, author, author_name, text, extras, external_id: _, delivery, created_at } = message;
        let pressed = extras.pressed;
        Self {
            id: id.to_string(),
            conversation: conversation.to_string(),
            direction: direction.as_str(),
            author: Author { name: author_name.or_else(|| author.name().map(str::to_owned)), ..Author::of(&author) },
            text,
            attachments: extras.attachments.into_iter().map(|attachment| attachment_out(attachment, links)).collect(),
            buttons: extras
                .buttons
                .into_iter()
                .map(|button| ButtonOut { pressed: pressed.as_ref() == Some(&button.id), id: button.id, label: button.label })
                .collect(),
            created_at,
            delivery: delivery.as_ref().map(|delivery| delivery.state.as_str()),
            maybe_sent: delivery.as_ref().is_some_and(|delivery| delivery.maybe_sent),
            error: delivery.and_then(|delivery| delivery.error),
            losses: extras.losses,
            reply_to: extras.reply_to,
            reactions: extras.reactions,
            location: extras.location.map(LocationOut::of),
            card: extras.card.map(|ContactCard { name, phone }| CardOut { name, phone }),
            ticket: extras.ticket.map(bellhop_domain::ticket::number_text),
            edited_at: extras.edited_at,
            deleted_at: extras.deleted_at,
        }
    }
}

fn attachment_out(attachment: bellhop_domain::message::Attachment, links: &Links) -> AttachmentOut {
    let (state, file, size, error) = match attachment.state {
        AttachmentState::Pending => ("pending", None, None, None),
        AttachmentState::Stored { file, size } => ("stored", Some(file), Some(size), None),
        AttachmentState::Failed { reason } => ("failed", None, None, Some(reason)),
    };
    AttachmentOut {
        name: attachment.name,
        content_type: attachment.content_type,
        state,
        url: file.map(|file| links.file(file)),
        file: file.map(|file| file.to_string()),
        size,
        error,
    }
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = TimelineEvent)]
pub(crate) struct EventOut {
    at: DateTime<Utc>,
    actor: Author,
    /// What happened (`ticket_created`, `routed`, `status_changed` …).
    kind: &'static str,
    conversation: Option<String>,
    /// Details and reasons.
    #[schema(value_type = Object)]
    details: Value,
}

impl EventOut {
    pub(crate) fn of(event: TimelineEvent) -> Self {
        Self {
            at: event.at,
            actor: Author::of(&event.actor),
            kind: event.kind.as_str(),
            conversation: event.conversation.map(|id| id.to_string()),
            details: event.details,
        }
    }
}

/// Numbers of the tickets that refer to a conversation.
pub(crate) async fn ticket_numbers(engine: &Engine, id: bellhop_domain::id::ConversationId) -> Result<Vec<String>, bellhop_store::DbError> {
    let tickets = engine.reader().tickets_of_conversation(id).await?;
    Ok(tickets.iter().map(|ticket| bellhop_domain::ticket::number_text(ticket.number)).collect())
}
