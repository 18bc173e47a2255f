//! Tickets.

use std::{collections::BTreeMap, str::FromStr};

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::{
    id::{ContactId, ConversationId},
    ticket::{FieldValue, Priority, Ticket, TicketSort, TicketStatus, number_text, parse_number},
};
use bellhop_engine::{
    Engine,
    actions::{
        ActionError, convert, review,
        tickets::{self, NewTicket, TicketPatch, TicketReply},
        views,
    },
    caller::{Caller, Permission},
};
use bellhop_store::{
    Cursor, Page,
    tickets::{Owner, TicketFilter, statuses},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    conversations::Nothing,
    input::{Answer, At, Expected, Given, Params, Wanted, as_json, nullable, or_current},
    output::{EventOut, List, MessageOut, agent_key, find_agent, versioned},
    route::Route,
    routing::RoutingOut,
};
use crate::{Site, auth::speaking_for, problem::Problem};

const LISTED: &str =
    "new, open, waiting_customer, waiting_third_party, resolved or closed, several with commas between; or active: neither resolved nor closed";
const SORTS: &str = "updated (the ones that changed last first, which is usual), newest, oldest or urgency";

pub(super) fn routes() -> Vec<Route> {
    let (read, handle) = (Permission::ReadTickets, Permission::HandleTickets);
    vec![
        Route::get("/tickets", read, "Tickets; a list that would take over a second is refused with a hint", list)
            .query("status", LISTED)
            .query("template", "key of a template")
            .query("department", "key of the department that has it")
            .query("owner", "key, id or mail address of the agent who has it, or none")
            .query("follower", "key, id or mail address of an agent who follows it")
            .query("contact", "id of the person")
            .query("tier", "key of a tier")
            .query("region", "key of a region")
            .query("category", "key of a category")
            .query("priority", "low, normal, high or urgent")
            .query("q", "a number, or part of a field's value")
            .query("sort", SORTS)
            .query("view", "key of a view: its tickets in its order, and no other parameter with it")
            .lists::<TicketOut>(),
        Route::get("/view-counts", read, "How many tickets are in each view in which none is done, in the order of the views", counts)
            .lists::<CountOut>(),
        Route::post("/tickets", handle, "Makes a ticket; with a conversation it is the same as converting that", create)
            .takes::<TicketBody>()
            .gives::<TicketOut>(201)
            .gives::<TicketOut>(200),
        Route::get("/tickets/{number}", read, "One ticket, by its number (T-1 or 1)", get).gives::<TicketOut>(200),
        Route::patch("/tickets/{number}", handle, "Changes a ticket; what the customer can see of it they are told", patch)
            .takes::<TicketChange>()
            .gives::<TicketOut>(200),
        Route::post("/tickets/{number}/route", handle, "Tries the routing rules again on what is known now", route_again)
            .takes::<Nothing>()
            .gives::<TicketOut>(200),
        Route::post("/tickets/{number}/undo", handle, "Takes back a ticket that was made by mistake, within two minutes", undo)
            .takes::<Nothing>()
            .gives::<TicketOut>(200),
        Route::post("/tickets/{number}/conversations", handle, "Puts another conversation of the same person into the ticket", join)
            .takes::<JoinBody>()
            .gives::<TicketOut>(200),
        Route::get("/tickets/{number}/timeline", read, "What happened to a ticket, by whom and why", timeline).lists::<EventOut>(),
        Route::get("/tickets/{number}/messages", read, "Messages of the ticket's conversations, the oldest first", messages).lists::<MessageOut>(),
        Route::post("/tickets/{number}/messages", handle, "Says something about a ticket, to the customer or to colleagues", say)
            .takes::<TicketMessageBody>()
            .gives::<MessageOut>(201),
    ]
}

/// A ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = Ticket)]
pub(super) struct TicketOut {
    /// As people read it: `T-1`.
    number: String,
    /// Key of the template.
    template: String,
    /// The version of the template that it was made with: the form that it keeps.
    template_version: i64,
    /// `new`, `open`, `waiting_customer`, `waiting_third_party`, `resolved` or `closed`.
    status: &'static str,
    /// Key of the template's own stage.
    stage: Option<String>,
    /// `low`, `normal`, `high` or `urgent`.
    priority: &'static str,
    /// Key of the customer's tier when it was routed.
    tier: Option<String>,
    /// Key of the customer's region when it was routed.
    region: Option<String>,
    /// Key of the department that has it.
    department: Option<String>,
    /// Key of the agent who has it.
    owner: Option<String>,
    /// Keys of the agents who are told of changes.
    followers: Vec<String>,
    /// Values with their sources: `{"order_number": {"value", "source", "message"?}}`.
    #[schema(value_type = Object)]
    fields: BTreeMap<String, FieldValue>,
    /// Ids; the first is the origin.
    conversations: Vec<String>,
    /// Times by SLA target.
    #[schema(value_type = Object)]
    due: Map<String, Value>,
    routing: RoutingOut,
    /// The page that its customer can open.
    tracking_url: String,
    version: i64,
    /// Id of the person whom it is for.
    contact: String,
    /// Key of the category.
    category: Option<String>,
    /// Tag of the language that its customer reads.
    language: Option<String>,
    /// Number of the ticket that it is a part of now, where it goes on.
    merged_into: Option<String>,
    /// It stands for something that many report: resolving it resolves its children.
    incident: bool,
    /// How it went, in the customer's word.
    rating: Option<RatingOut>,
    /// When the customer was asked for that.
    rating_asked_at: Option<DateTime<Utc>>,
    /// When it was taken back as a mistake.
    withdrawn_at: Option<DateTime<Utc>>,
    resolved_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// What its customer said of how it went.
#[derive(Serialize, ToSchema)]
#[schema(as = Rating)]
struct RatingOut {
    /// From 1, the worst, to 5.
    value: u8,
    /// `stars` or `thumbs`.
    scale: &'static str,
    at: DateTime<Utc>,
    /// In their words.
    comment: Option<String>,
}

impl TicketOut {
    pub(super) fn of(ticket: Ticket, engine: &Engine) -> Self {
        let desk = engine.desk();
        Self {
            number: number_text(ticket.number),
            template_version: ticket.template_version,
            template: ticket.template,
            status: ticket.status.as_str(),
            stage: ticket.stage,
            priority: ticket.priority.as_str(),
            tier: ticket.tier,
            region: ticket.region,
            department: ticket.department,
            owner: agent_key(&desk, ticket.owner),
            followers: ticket.followers.into_iter().filter_map(|id| agent_key(&desk, Some(id))).collect(),
            fields: ticket.fields,
            conversations: ticket.conversations.iter().map(ToString::to_string).collect(),
            due: Map::new(),
            routing: RoutingOut::of(ticket.routing, &desk),
            tracking_url: engine.links().ticket(ticket.id),
            version: ticket.version,
            contact: ticket.contact.to_string(),
            category: ticket.category,
            language: ticket.language,
            merged_into: ticket.merged_into.map(number_text),
            incident: ticket.incident,
            rating: ticket.rating.map(|rating| RatingOut {
                value: rating.value,
                scale: rating.scale.as_str(),
                at: rating.at,
                comment: rating.comment,
            }),
            rating_asked_at: ticket.rating_asked_at,
            withdrawn_at: ticket.withdrawn_at,
            resolved_at: ticket.resolved_at,
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
        }
    }
}

/// A ticket to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TicketBody {
    /// Key of the template.
    template: String,
    /// Whom it is for; the conversation's contact when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    contact: Option<ContactId>,
    /// What it came from.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    conversation: Option<ConversationId>,
    /// Values by the fields' keys.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    priority: Option<Priority>,
    /// Key of the category.
    #[serde(default)]
    category: Option<String>,
    /// The person for whom a program speaks.
    #[serde(default)]
    on_behalf_of: Option<String>,
}

/// What is to be changed; what is absent stays, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TicketChange {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    status: Option<TicketStatus>,
    #[serde(default)]
    stage: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    priority: Option<Priority>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    department: Option<Option<String>>,
    /// Key, id or mail address of an agent.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    owner: Option<Option<String>>,
    /// Keys, ids or mail addresses of agents, all of them.
    #[serde(default)]
    followers: Option<Vec<String>>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    category: Option<Option<String>>,
    /// Values by the fields' keys; null clears one.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    fields: Option<Map<String, Value>>,
    /// The customer's tier, as the agent's word.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    tier: Option<Option<String>>,
    /// The customer's region, as the agent's word.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    region: Option<Option<String>>,
}

/// What is to be said about a ticket.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TicketMessageBody {
    /// Light Markdown.
    text: String,
    /// For colleagues only.
    #[serde(default)]
    internal: bool,
    /// The person for whom a program speaks.
    #[serde(default)]
    on_behalf_of: Option<String>,
}

async fn list(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<TicketOut>> {
    let engine = &site.engine;
    let known = |key: &str| views::usable(&engine.desk(), &caller).iter().any(|view| view.key == key).then(|| key.to_owned());
    if let Some(key) = params.one("view", "key of a view", known)? {
        return of_view(engine, &caller, &key, params).await;
    }
    let desk = engine.desk();
    let filter = TicketFilter {
        statuses: params.one("status", LISTED, statuses)?.unwrap_or_default(),
        template: params.text("template")?,
        department: params.text("department")?,
        owner: params.one("owner", "none, or key, id or mail address of an agent", |text| match text {
            "none" => Some(Owner::Nobody),
            text => find_agent(&desk, text).map(|agent| Owner::Agent(agent.id)),
        })?,
        follower: params.one("follower", "key, id or mail address of an agent", |text| find_agent(&desk, text).map(|agent| agent.id))?,
        contact: params.one("contact", "id of a contact", |text| text.parse().ok())?,
        tier: params.text("tier")?,
        region: params.text("region")?,
        category: params.text("category")?,
        priority: params.one("priority", "low, normal, high or urgent", Priority::parse)?,
        q: params.text("q")?,
        sort: params.one("sort", SORTS, TicketSort::parse)?.unwrap_or_default(),
    };
    let wanted = params.page()?;
    params.end()?;
    let page = engine.reader().tickets(&filter, wanted.cursor, wanted.limit).await?;
    Ok(Json(List::of(page, |ticket| TicketOut::of(ticket, engine))))
}

async fn of_view(engine: &Engine, caller: &Caller, key: &str, mut params: Params) -> Answer<List<TicketOut>> {
    let wanted = params.page()?;
    params.end()?;
    let found = views::page(engine, caller, key, wanted.cursor, wanted.limit).await?;
    Ok(Json(List::of(Page { items: found.tickets, next: found.next }, |ticket| TicketOut::of(ticket, engine))))
}

/// How many tickets are in a view.
#[derive(Serialize, ToSchema)]
#[schema(as = ViewCount)]
struct CountOut {
    /// Key of the view.
    view: String,
    /// Tickets in it, for whoever asks.
    tickets: u64,
}

async fn counts(State(site): State<Site>, Extension(caller): Extension<Caller>, params: Params) -> Answer<List<CountOut>> {
    params.end()?;
    let counts = views::counts(&site.engine, &caller).await?;
    let items = counts.into_iter().map(|(view, tickets)| CountOut { view, tickets }).collect();
    Ok(Json(List::of(Page { items, next: None }, |count| count)))
}

async fn create(State(site): State<Site>, Extension(caller): Extension<Caller>, Given(body): Given<TicketBody>) -> Result<Response, Problem> {
    let caller = speaking_for(caller, body.on_behalf_of)?;
    let TicketBody { template, contact, conversation, fields, priority, category, .. } = body;
    let new = NewTicket { template, contact, conversation, fields, priority, category };
    let converted = Box::pin(tickets::create(&site.engine, &caller, &new)).await?;
    let status = if converted.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok(shown(status, &site.engine, converted.ticket))
}

async fn get(State(site): State<Site>, at: At) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, &site.engine, load(&site.engine, &at).await?))
}

async fn patch(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    expected: Expected,
    Given(change): Given<TicketChange>,
) -> Result<Response, Problem> {
    let engine = &site.engine;
    let TicketChange { status, stage, priority, department, owner, followers, category, fields, tier, region } = change;
    let patch = TicketPatch { status, stage, priority, department, owner, followers, category, fields, tier, region };
    let updated = tickets::update(engine, &caller, number(&at)?, &patch, expected.0).await;
    let updated = expected.or_current(updated, current(engine, &at)).await?;
    Ok(shown(StatusCode::OK, engine, updated))
}

/// Which conversation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct JoinBody {
    /// Its id.
    #[schema(value_type = String)]
    conversation: ConversationId,
    /// The person for whom a program speaks.
    #[serde(default)]
    on_behalf_of: Option<String>,
}

async fn join(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<JoinBody>) -> Result<Response, Problem> {
    let caller = speaking_for(caller, body.on_behalf_of)?;
    done(&site.engine, &at, convert::add_conversation(&site.engine, &caller, number(&at)?, body.conversation).await).await
}

async fn route_again(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<Response, Problem> {
    done(&site.engine, &at, tickets::route_again(&site.engine, &caller, number(&at)?).await).await
}

async fn undo(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<Response, Problem> {
    let undone = review::undo(&site.engine, &caller, number(&at)?).await;
    done(&site.engine, &at, undone.map(|undone| undone.ticket)).await
}

async fn timeline(State(site): State<Site>, at: At, mut params: Params) -> Answer<List<EventOut>> {
    let ticket = load(&site.engine, &at).await?;
    let wanted = params.page()?;
    params.end()?;
    let page = site.engine.reader().timeline_of_ticket(ticket.id, wanted.cursor, wanted.limit).await?;
    Ok(Json(List::of(page, EventOut::of)))
}

/// A place among the messages of several conversations, one after the other.
#[derive(Clone, Copy)]
struct Place {
    conversation: usize,
    within: Option<Cursor>,
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (conversation, within) = text.split_once('-').ok_or(())?;
        let within = if within.is_empty() { None } else { Some(within.parse().map_err(|_| ())?) };
        Ok(Self { conversation: conversation.parse().map_err(|_| ())?, within })
    }
}

async fn messages(State(site): State<Site>, at: At, mut params: Params) -> Answer<List<MessageOut>> {
    let engine = &site.engine;
    let ticket = load(engine, &at).await?;
    let wanted: Wanted<Place> = params.page()?;
    params.end()?;
    let Place { mut conversation, mut within } = wanted.cursor.unwrap_or(Place { conversation: 0, within: None });
    let mut items = Vec::new();
    let mut left = wanted.limit;
    while let Some(id) = ticket.conversations.get(conversation) {
        if left == 0 {
            break;
        }
        let page = engine.reader().messages(*id, within, left).await?;
        left -= u32::try_from(page.items.len()).unwrap_or(left).min(left);
        items.extend(page.items.into_iter().map(|message| MessageOut::of(message, engine.links())));
        within = page.next;
        if within.is_none() {
            conversation += 1;
        }
    }
    let more = conversation < ticket.conversations.len();
    let next_cursor = more.then(|| format!("{conversation}-{}", within.map(|cursor| cursor.to_string()).unwrap_or_default()));
    Ok(Json(List { items, next_cursor }))
}

async fn say(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<TicketMessageBody>,
) -> Result<(StatusCode, Json<MessageOut>), Problem> {
    let reply = TicketReply { text: body.text, internal: body.internal, on_behalf_of: body.on_behalf_of };
    let message = tickets::add_message(&site.engine, &caller, number(&at)?, &reply).await?;
    Ok((StatusCode::CREATED, Json(MessageOut::of(message, site.engine.links()))))
}

/// What became of a ticket; where somebody else was faster, what it is now comes with the refusal.
pub(super) async fn done(engine: &Engine, at: &At, result: Result<Ticket, ActionError>) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, engine, or_current(result, current(engine, at)).await?))
}

async fn current(engine: &Engine, at: &At) -> Result<Value, Problem> {
    as_json(TicketOut::of(load(engine, at).await?, engine))
}

pub(super) fn shown(status: StatusCode, engine: &Engine, ticket: Ticket) -> Response {
    versioned(status, ticket.version, TicketOut::of(ticket, engine))
}

/// The number of a ticket in the path.
pub(super) fn number(at: &At) -> Result<i64, Problem> {
    parse_number(&at.0).ok_or_else(|| Problem::not_found("ticket"))
}

async fn load(engine: &Engine, at: &At) -> Result<Ticket, Problem> {
    engine.reader().ticket(number(at)?).await?.ok_or_else(|| Problem::not_found("ticket"))
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn places_are_read_and_nonsense_is_refused() {
        for (text, is_place) in
            [("0-", true), ("12-1f.00000000000000000000000000000000", true), ("", false), ("x-", false), ("1", false), ("1-x", false)]
        {
            assert_eq!(text.parse::<Place>().is_ok(), is_place, "{text}");
        }
    }
}
