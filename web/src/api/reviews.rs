//! Tickets in the making: filled in, looked through, asked about, confirmed.

use std::collections::BTreeMap;

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use bellhop_domain::{
    id::{ConversationId, MessageId},
    review::ReviewState,
    sourced::Sourced,
    template::SuggestedBy,
    ticket::{FieldValue, Priority, number_text},
};
use bellhop_engine::{
    Engine,
    actions::review::{self, ReviewPatch, Reviewed},
    caller::{Caller, Permission},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    conversations::Nothing,
    input::{At, Expected, Given, as_json, nullable},
    output::versioned,
    route::Route,
    routing::RoutingOut,
    tickets::TicketOut,
};
use crate::{Site, auth::speaking_for, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, handle) = (Permission::ReadTickets, Permission::HandleTickets);
    let path = "/conversations/{id}/review";
    vec![
        Route::post(path, handle, "Begins a ticket of the conversation, filled in, or goes on with the one that was begun", open)
            .takes::<ReviewBody>()
            .gives::<ReviewOut>(200),
        Route::get(path, read, "The conversation's ticket in the making, or what became of the last one", get).gives::<ReviewOut>(200),
        Route::patch(path, handle, "Sets and empties fields, picks another template or another part", patch)
            .takes::<ReviewChange>()
            .gives::<ReviewOut>(200),
        Route::delete(path, handle, "Drops the ticket in the making", cancel).gives_nothing(204),
        Route::post("/conversations/{id}/review/ask", handle, "Has the bot ask the customer for everything that is still needed", ask)
            .takes::<Nothing>()
            .gives::<ReviewOut>(200),
        Route::post("/conversations/{id}/review/stop", handle, "Asks the customer no further", stop).takes::<Nothing>().gives::<ReviewOut>(200),
        Route::post(
            "/conversations/{id}/review/confirm",
            handle,
            "Makes the ticket as it was looked through; again answers the same ticket",
            confirm,
        )
        .takes::<ConfirmBody>()
        .gives::<TicketOut>(201)
        .gives::<TicketOut>(200),
    ]
}

/// A ticket in the making.
#[derive(Serialize, ToSchema)]
#[schema(as = Review)]
struct ReviewOut {
    /// Id of the conversation.
    conversation: String,
    /// `open`, `made` or `cancelled`.
    state: &'static str,
    /// Key of the template, once there is one.
    template: Option<String>,
    /// The customer's words for which the template was suggested; null where somebody picked it.
    suggested: Option<String>,
    /// What suggested it, where it was not the customer's words: `{"category": key}` or `{"article": slug}`.
    #[schema(value_type = Option<Object>)]
    suggested_by: Option<SuggestedBy>,
    /// The part of the conversation that it is about; null is all of it.
    message_ids: Option<Vec<String>>,
    /// Values with their sources: `{"order_number": {"value", "source", "message"?}}`.
    #[schema(value_type = Object)]
    fields: BTreeMap<String, FieldValue>,
    /// Keys of the fields that are asked for as things stand.
    asked: Vec<String>,
    /// Keys of the fields that the ticket cannot be made without and that have no value.
    missing: Vec<String>,
    /// Key of the field that the customer is being asked for.
    asking: Option<String>,
    customer: CustomerOut,
    /// Where the ticket would go, or went, and why.
    routing: Option<RoutingOut>,
    /// `low`, `normal`, `high` or `urgent`.
    priority: Option<&'static str>,
    /// Number of the ticket that was made.
    ticket: Option<String>,
    /// Number of a ticket of this kind that is there already: confirming leads there.
    existing: Option<String>,
    /// Until when the ticket that was made can be taken back.
    undo_until: Option<DateTime<Utc>>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Whose ticket it is.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewCustomer)]
struct CustomerOut {
    name: Option<String>,
    tier: Option<SourcedOut>,
    region: Option<SourcedOut>,
}

/// A value with where it came from.
#[derive(Serialize, ToSchema)]
#[schema(as = Sourced)]
struct SourcedOut {
    value: String,
    #[schema(value_type = String)]
    source: bellhop_domain::sourced::Source,
}

impl SourcedOut {
    fn of(held: Sourced<String>) -> Self {
        Self { value: held.value, source: held.source }
    }
}

impl ReviewOut {
    fn of(reviewed: Reviewed, engine: &Engine) -> Self {
        let desk = engine.desk();
        let missing = reviewed.missing().into_iter().map(|field| field.key.clone()).collect();
        let asked = reviewed.fields().map(|(field, _)| field.key.clone()).collect();
        let Reviewed { review, customer, ticket, existing, asking, undo_until, .. } = reviewed;
        Self {
            conversation: review.conversation.to_string(),
            state: review.state.as_str(),
            template: review.template,
            suggested: review.suggested,
            suggested_by: review.suggested_by,
            asked,
            message_ids: review.messages.map(|ids| ids.iter().map(ToString::to_string).collect()),
            fields: review.fields,
            missing,
            asking,
            customer: CustomerOut { name: customer.name, tier: customer.tier.map(SourcedOut::of), region: customer.region.map(SourcedOut::of) },
            priority: ticket.as_ref().map(|ticket| Priority::as_str(ticket.priority)),
            routing: ticket.map(|ticket| RoutingOut::of(ticket.routing, &desk)),
            ticket: match review.state {
                ReviewState::Made { ticket } => Some(number_text(ticket)),
                ReviewState::Open | ReviewState::Cancelled => None,
            },
            existing: existing.map(|ticket| number_text(ticket.number)),
            undo_until,
            version: review.version,
            created_at: review.created_at,
            updated_at: review.updated_at,
        }
    }
}

/// What the ticket is to be about.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewBody {
    /// Key of the template; suggested by the customer's words when absent.
    #[serde(default)]
    template: Option<String>,
    /// The part of the conversation that it is about; all of it when absent.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    message_ids: Option<Vec<MessageId>>,
    /// The person for whom a program speaks.
    #[serde(default)]
    on_behalf_of: Option<String>,
}

/// What is to be changed; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReviewChange {
    /// Key of the template.
    #[serde(default)]
    template: Option<String>,
    /// The part of the conversation that it is about; null is all of it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<Vec<String>>)]
    message_ids: Option<Option<Vec<MessageId>>>,
    /// Values by the fields' keys; null leaves one empty.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
}

/// How to confirm.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmBody {
    /// Another ticket on purpose, although there is one of this kind.
    #[serde(default)]
    another: bool,
    /// The version that was looked at; 409 when it has changed since.
    #[serde(default)]
    version: Option<i64>,
    /// The person for whom a program speaks.
    #[serde(default)]
    on_behalf_of: Option<String>,
}

async fn open(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<ReviewBody>) -> Result<Response, Problem> {
    let caller = speaking_for(caller, body.on_behalf_of)?;
    let reviewed = review::open(&site.engine, &caller, at.id("conversation")?, body.template.as_deref(), body.message_ids).await?;
    Ok(shown(&site.engine, reviewed))
}

async fn get(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Result<Response, Problem> {
    Ok(shown(&site.engine, load(&site.engine, &caller, at.id("conversation")?).await?))
}

async fn patch(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    expected: Expected,
    Given(change): Given<ReviewChange>,
) -> Result<Response, Problem> {
    let (engine, id) = (&site.engine, at.id("conversation")?);
    let ReviewChange { template, message_ids, fields } = change;
    let changed = review::change(engine, &caller, id, &ReviewPatch { template, message_ids, fields }, expected.0).await;
    let current = async { as_json(ReviewOut::of(Box::pin(load(engine, &caller, id)).await?, engine)) };
    Ok(shown(engine, expected.or_current(changed, current).await?))
}

async fn cancel(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Result<StatusCode, Problem> {
    Box::pin(review::cancel(&site.engine, &caller, at.id("conversation")?, None)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn ask(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(Nothing {}): Given<Nothing>) -> Result<Response, Problem> {
    Ok(shown(&site.engine, review::ask_customer(&site.engine, &caller, at.id("conversation")?).await?))
}

async fn stop(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<Response, Problem> {
    Ok(shown(&site.engine, review::stop_asking(&site.engine, &caller, at.id("conversation")?).await?))
}

async fn confirm(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<ConfirmBody>,
) -> Result<Response, Problem> {
    let caller = speaking_for(caller, body.on_behalf_of)?;
    let made = review::confirm(&site.engine, &caller, at.id("conversation")?, body.another, body.version).await?;
    let status = if made.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok(versioned(status, made.ticket.version, TicketOut::of(made.ticket, &site.engine)))
}

fn shown(engine: &Engine, reviewed: Reviewed) -> Response {
    let version = reviewed.review.version;
    versioned(StatusCode::OK, version, ReviewOut::of(reviewed, engine))
}

async fn load(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<Reviewed, Problem> {
    review::look(engine, caller, id).await?.ok_or_else(|| Problem::not_found("review"))
}
