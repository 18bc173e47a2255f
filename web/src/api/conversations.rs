//! Conversations: listed, looked at, and changed; how they are moved along stands in `moves`.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::{
    category::Proposed,
    conversation::{Conversation, ConversationStatus},
    desk::Desk,
    id::{ContactId, ConversationId},
    sourced::Source,
};
use bellhop_engine::{
    Engine,
    actions::{
        ActionError,
        conversations::{self, ConversationPatch, Start},
        convert::{self, Convert},
        macros,
    },
    caller::{Caller, Permission},
};
use bellhop_store::conversations::ConversationFilter;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    input::{Answer, At, Expected, Given, Params, Within, as_json, nullable, or_current},
    output::{EventOut, List, agent_key, find_agent, ticket_numbers, versioned},
    route::Route,
    routing::RoutingOut,
    tickets::TicketOut,
};
use crate::{Site, auth::speaking_for, problem::Problem};

const STATUSES: &str = "bot, queued, open, snoozed or resolved";

pub(super) fn routes() -> Vec<Route> {
    let (read, handle) = (Permission::ReadConversations, Permission::HandleConversations);
    vec![
        Route::get("/conversations", read, "Conversations, the ones that changed last first", list)
            .query("status", STATUSES)
            .query("channel", "name of a channel")
            .query("assignee", "key, id or mail address of the agent who has it")
            .query("department", "key of the department in whose queue it is")
            .query("contact", "id of the person")
            .query("q", "part of what was said, or of the person's name")
            .lists::<ConversationOut>(),
        Route::post("/conversations", handle, "Writes to a person first; a conversation that is not resolved yet goes on instead", start)
            .takes::<StartBody>()
            .gives::<ConversationOut>(201),
        Route::get("/conversations/{id}", read, "One conversation", get).gives::<ConversationOut>(200),
        Route::patch("/conversations/{id}", handle, "Changes category, labels, language or department", patch)
            .takes::<ConversationChange>()
            .gives::<ConversationOut>(200),
        Route::post("/conversations/{id}/tags", handle, "Adds and removes labels", tag).takes::<TagsBody>().gives::<ConversationOut>(200),
        Route::get("/conversations/{id}/transcript", read, "Everything that was said, as plain text", transcript)
            .query("for", "customer: without what colleagues noted")
            .gives::<TranscriptOut>(200),
        Route::get("/conversations/{id}/timeline", read, "What happened in a conversation, and why", timeline).lists::<EventOut>(),
        Route::post(
            "/conversations/{id}/ticket",
            Permission::HandleTickets,
            "Makes a ticket of the conversation; again answers the same ticket",
            ticket,
        )
        .takes::<ConvertBody>()
        .gives::<TicketOut>(201)
        .gives::<TicketOut>(200),
        Route::post("/conversations/{id}/macro", handle, "Says and does what a macro holds", apply_macro)
            .takes::<MacroBody>()
            .gives::<ConversationOut>(200),
        Route::post(
            "/conversations/{id}/macros/{key}/preview",
            handle,
            "What a macro would say and change, and why it would be refused",
            preview_macro,
        )
        .takes::<Nothing>()
        .gives::<PreviewOut>(200),
    ]
}

/// One episode in a thread.
#[derive(Serialize, ToSchema)]
#[schema(as = Conversation)]
pub(super) struct ConversationOut {
    id: String,
    /// `bot`, `queued`, `open`, `snoozed` or `resolved`.
    status: &'static str,
    /// Name of the channel.
    channel: String,
    /// The platform's id of the thread.
    thread: String,
    /// Id of the person.
    contact: String,
    /// Key of the agent who has it.
    assignee: Option<String>,
    /// Key of the department in whose queue it is.
    department: Option<String>,
    /// Tag of the language it is held in.
    language: Option<String>,
    /// Key of the category.
    category: Option<String>,
    /// The category that the bot proposes until somebody says one: `{"category", "by": "words" | {"article": slug}}`.
    #[schema(value_type = Option<Object>)]
    proposed: Option<Proposed>,
    tags: Vec<String>,
    /// Numbers of the tickets that refer to it.
    tickets: Vec<String>,
    /// Why it is in that department and with that agent; null where people never had it.
    routing: Option<RoutingOut>,
    version: i64,
    queued_at: Option<DateTime<Utc>>,
    snoozed_until: Option<DateTime<Utc>>,
    resolved_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl ConversationOut {
    fn of(conversation: Conversation, tickets: Vec<String>, desk: &Desk) -> Self {
        Self {
            id: conversation.id.to_string(),
            status: conversation.status.as_str(),
            channel: conversation.channel,
            thread: conversation.external_thread,
            contact: conversation.contact.to_string(),
            assignee: agent_key(desk, conversation.assignee),
            department: conversation.department,
            language: conversation.language,
            proposed: conversation.proposed.filter(|_| conversation.category.is_none()),
            category: conversation.category,
            tags: conversation.tags,
            tickets,
            routing: conversation.routing.map(|routing| RoutingOut::of(routing, desk)),
            version: conversation.version,
            queued_at: conversation.queued_at,
            snoozed_until: conversation.snoozed_until,
            resolved_at: conversation.resolved_at,
            created_at: conversation.created_at,
            updated_at: conversation.updated_at,
        }
    }
}

/// What is to be changed; what is absent stays, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConversationChange {
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    category: Option<Option<String>>,
    /// Labels, all of them.
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    department: Option<Option<String>>,
}

/// Which ticket to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConvertBody {
    /// Key of the template.
    template: String,
    /// Values by the fields' keys; what is not given is found where it can be.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    /// The part of the conversation that it is about; all of it when absent.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    message_ids: Option<Vec<bellhop_domain::id::MessageId>>,
    /// Another ticket on purpose.
    #[serde(default)]
    new: bool,
    /// `low`, `normal`, `high` or `urgent`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    priority: Option<bellhop_domain::ticket::Priority>,
    /// Key of the category.
    #[serde(default)]
    category: Option<String>,
    /// The person for whom a program speaks.
    #[serde(default)]
    on_behalf_of: Option<String>,
}

/// To whom, and what to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartBody {
    /// Id of the person.
    #[schema(value_type = String)]
    contact: ContactId,
    /// Name of the channel; where they wrote last when absent.
    #[serde(default)]
    channel: Option<String>,
    /// Light Markdown.
    text: String,
    /// The person for whom a program speaks.
    #[serde(default)]
    on_behalf_of: Option<String>,
}

/// What a macro would do.
#[derive(Serialize, ToSchema)]
#[schema(as = MacroPreview)]
struct PreviewOut {
    /// What the customer would read.
    reply: Option<String>,
    /// What colleagues would read.
    note: Option<String>,
    /// What would change.
    effects: Vec<EffectOut>,
    /// Why it would be refused, and nothing done.
    refused: Vec<RefusedOut>,
}

/// Something that would change.
#[derive(Serialize, ToSchema)]
#[schema(as = MacroEffect)]
struct EffectOut {
    /// `tags`, `category`, `department`, `assignee`, `status`, `ticket.status`, `ticket.stage` or `ticket.priority`.
    what: &'static str,
    #[schema(value_type = Object)]
    from: Value,
    #[schema(value_type = Object)]
    to: Value,
}

/// What stands against it.
#[derive(Serialize, ToSchema)]
#[schema(as = MacroRefused)]
struct RefusedOut {
    field: String,
    message: String,
}

/// Which macro.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MacroBody {
    /// Its key.
    key: String,
}

/// Labels.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TagsBody {
    #[serde(default)]
    add: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
}

/// A conversation to keep.
#[derive(Serialize, ToSchema)]
#[schema(as = Transcript)]
struct TranscriptOut {
    text: String,
}

/// Nothing is needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

async fn list(State(site): State<Site>, mut params: Params) -> Answer<List<ConversationOut>> {
    let engine = &site.engine;
    let desk = engine.desk();
    let filter = ConversationFilter {
        status: params.one("status", STATUSES, ConversationStatus::parse)?,
        channel: params.text("channel")?,
        assignee: params.one("assignee", "key, id or mail address of an agent", |text| find_agent(&desk, text).map(|agent| agent.id))?,
        department: params.text("department")?,
        contact: params.one("contact", "id of a contact", |text| text.parse().ok())?,
        q: params.text("q")?,
    };
    let wanted = params.page()?;
    params.end()?;
    let page = engine.reader().conversations(&filter, wanted.cursor, wanted.limit).await?;
    let next_cursor = page.next.map(|cursor| cursor.to_string());
    let mut items = Vec::with_capacity(page.items.len());
    for conversation in page.items {
        let tickets = ticket_numbers(engine, conversation.id).await?;
        items.push(ConversationOut::of(conversation, tickets, &desk));
    }
    Ok(Json(List { items, next_cursor }))
}

async fn get(State(site): State<Site>, at: At) -> Result<Response, Problem> {
    let conversation = load(&site.engine, at.id("conversation")?).await?;
    shown(&site.engine, conversation).await
}

async fn patch(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    expected: Expected,
    Given(change): Given<ConversationChange>,
) -> Result<Response, Problem> {
    let (engine, id) = (&site.engine, at.id("conversation")?);
    let ConversationChange { category, tags, language, department } = change;
    let patch = ConversationPatch { category, tags, language, department };
    let patched = conversations::patch(engine, &caller, id, &patch, expected.0).await;
    let patched = expected.or_current(patched, Box::pin(current(engine, id))).await?;
    shown(engine, patched).await
}

async fn start(State(site): State<Site>, Extension(caller): Extension<Caller>, Given(body): Given<StartBody>) -> Result<Response, Problem> {
    let StartBody { contact, channel, text, on_behalf_of } = body;
    let caller = speaking_for(caller, on_behalf_of)?;
    let start = Start { contact, channel, text, on_behalf_of: None };
    let (conversation, _) = conversations::start(&site.engine, &caller, &start).await?;
    let version = conversation.version;
    Ok(versioned(StatusCode::CREATED, version, out(&site.engine, conversation).await?))
}

async fn apply_macro(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<MacroBody>,
) -> Result<Response, Problem> {
    let id = at.id("conversation")?;
    done(&site.engine, id, macros::apply(&site.engine, &caller, id, &body.key).await).await
}

async fn preview_macro(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    Within(at, At(key)): Within,
    Given(Nothing {}): Given<Nothing>,
) -> Answer<PreviewOut> {
    let preview = macros::preview(&site.engine, &caller, at.id("conversation")?, &key).await?;
    Ok(Json(PreviewOut {
        reply: preview.reply,
        note: preview.note,
        effects: preview.effects.into_iter().map(|effect| EffectOut { what: effect.what, from: effect.from, to: effect.to }).collect(),
        refused: preview.refused.into_iter().map(|problem| RefusedOut { field: problem.field, message: problem.message.to_string() }).collect(),
    }))
}

async fn tag(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<TagsBody>) -> Result<Response, Problem> {
    let id = at.id("conversation")?;
    done(&site.engine, id, conversations::tag(&site.engine, &caller, id, &body.add, &body.remove).await).await
}

async fn transcript(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, mut params: Params) -> Answer<TranscriptOut> {
    let id = at.id("conversation")?;
    let for_customer = params.one("for", "customer", |word| (word == "customer").then_some(()))?.is_some();
    params.end()?;
    Ok(Json(TranscriptOut { text: conversations::transcript(&site.engine, &caller, id, for_customer).await? }))
}

async fn timeline(State(site): State<Site>, at: At, mut params: Params) -> Answer<List<EventOut>> {
    let conversation = load(&site.engine, at.id("conversation")?).await?;
    let wanted = params.page()?;
    params.end()?;
    let page = site.engine.reader().timeline_of_conversation(conversation.id, wanted.cursor, wanted.limit).await?;
    Ok(Json(List::of(page, EventOut::of)))
}

async fn ticket(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<ConvertBody>,
) -> Result<Response, Problem> {
    let (engine, id) = (&site.engine, at.id("conversation")?);
    let caller = speaking_for(caller, body.on_behalf_of)?;
    let wanted = Convert {
        fields: body.fields,
        message_ids: body.message_ids,
        new: body.new,
        priority: body.priority,
        category: body.category,
        ..Convert::to(body.template, Source::Agent)
    };
    let converted = convert::convert(engine, &caller, id, &wanted).await?;
    let status = if converted.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok(versioned(status, converted.ticket.version, TicketOut::of(converted.ticket, engine)))
}

/// What became of a conversation; where somebody else was faster, what it is now comes with the refusal.
pub(super) async fn done(engine: &Engine, id: ConversationId, result: Result<Conversation, ActionError>) -> Result<Response, Problem> {
    shown(engine, or_current(result, Box::pin(current(engine, id))).await?).await
}

async fn current(engine: &Engine, id: ConversationId) -> Result<Value, Problem> {
    as_json(out(engine, load(engine, id).await?).await?)
}

async fn shown(engine: &Engine, conversation: Conversation) -> Result<Response, Problem> {
    let version = conversation.version;
    Ok(versioned(StatusCode::OK, version, out(engine, conversation).await?))
}

async fn out(engine: &Engine, conversation: Conversation) -> Result<ConversationOut, Problem> {
    let tickets = ticket_numbers(engine, conversation.id).await?;
    Ok(ConversationOut::of(conversation, tickets, &engine.desk()))
}

/// The conversation with this id.
pub(super) async fn load(engine: &Engine, id: ConversationId) -> Result<Conversation, Problem> {
    engine.reader().conversation(id).await?.ok_or_else(|| Problem::not_found("conversation"))
}
