//! Tickets that have to do with each other.

use std::collections::BTreeMap;

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::{
    id::MessageId,
    ticket::{Relation, Ticket, number_text, parse_number},
};
use bellhop_engine::{
    actions::tickets::{
        incident, linking,
        merging::{self, MergeOptions},
        splitting::{self, Split},
    },
    caller::{Caller, Permission},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    conversations::Nothing,
    input::{Answer, At, Given},
    output::List,
    route::Route,
    tickets::{TicketOut, done, number, shown},
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, handle) = (Permission::ReadTickets, Permission::HandleTickets);
    vec![
        Route::get("/tickets/{number}/links", read, "What a ticket stands to, and what was merged into it", links).lists::<LinkOut>(),
        Route::post("/tickets/{number}/links", handle, "Says how a ticket stands to another one, which shows the inverse", link)
            .takes::<LinkBody>()
            .lists::<LinkOut>(),
        Route::post("/tickets/{number}/unlink", handle, "Says that it does not stand so any more", unlink).takes::<UnlinkBody>().lists::<LinkOut>(),
        Route::post("/tickets/{number}/merge", handle, "Ends a ticket as a part of another one, and answers the one that goes on", merge)
            .takes::<MergeBody>()
            .gives::<TicketOut>(200),
        Route::post("/tickets/{number}/unmerge", handle, "Makes two tickets of them again, within a week", unmerge)
            .takes::<Nothing>()
            .gives::<TicketOut>(200),
        Route::post("/tickets/{number}/split", handle, "Makes a ticket of some messages of another one, and links them", split)
            .takes::<SplitBody>()
            .gives::<TicketOut>(201)
            .gives::<TicketOut>(200),
        Route::post(
            "/tickets/{number}/incident",
            handle,
            "Makes a ticket an incident, attaches children to it, or makes it an ordinary one",
            declare,
        )
        .takes::<IncidentBody>()
        .gives::<TicketOut>(200),
        Route::post("/tickets/{number}/solve", handle, "Resolves an incident and its open children, and answers each customer once", solve)
            .takes::<SolveBody>()
            .gives::<TicketOut>(200),
    ]
}

/// How a ticket stands to another one.
#[derive(Serialize, ToSchema)]
#[schema(as = TicketLink)]
struct LinkOut {
    /// `duplicate_of`, `has_duplicate`, `child_of`, `parent_of`, `related`, `split_from`, `split_into`, or `merged`: the other one goes on in this one.
    relation: &'static str,
    /// Number of the other ticket.
    ticket: String,
    /// Key of its template.
    template: String,
    /// Its status.
    status: &'static str,
}

impl LinkOut {
    fn of(relation: &'static str, ticket: Ticket) -> Self {
        Self { relation, ticket: number_text(ticket.number), template: ticket.template, status: ticket.status.as_str() }
    }
}

/// A relation to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTicketLink)]
struct LinkBody {
    /// `duplicate_of`, `has_duplicate`, `child_of`, `parent_of` or `related`.
    #[schema(value_type = String)]
    relation: Relation,
    /// Number of the other ticket.
    ticket: String,
}

/// A relation to be ended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EndedTicketLink)]
struct UnlinkBody {
    /// Which; all of them when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    relation: Option<Relation>,
    /// Number of the other ticket.
    ticket: String,
}

/// Where a ticket goes on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TicketMerge)]
struct MergeBody {
    /// Number of the ticket that goes on.
    into: String,
    /// Also where the two are for different people.
    #[serde(default)]
    other_customer: bool,
    /// The customer is not told.
    #[serde(default)]
    quiet: bool,
}

/// A part of a ticket.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TicketSplit)]
struct SplitBody {
    /// Ids of messages of one of its conversations.
    #[schema(value_type = Vec<String>)]
    messages: Vec<MessageId>,
    /// Key of the new one's template; the same when absent.
    #[serde(default)]
    template: Option<String>,
    /// Keys of fields whose values are taken along.
    #[serde(default)]
    take: Vec<String>,
    /// Values by the fields' keys.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
}

/// An incident and its children.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Incident)]
struct IncidentBody {
    /// False: an ordinary ticket again.
    #[serde(default = "yes")]
    incident: bool,
    /// Numbers of tickets to attach, at most 500 at once.
    #[serde(default)]
    children: Vec<String>,
}

/// What everybody is answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IncidentSolution)]
struct SolveBody {
    /// Light Markdown, by language tag; who reads none of them gets the installation's language, else the first.
    #[schema(value_type = Object)]
    answer: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

/// The number in a body, or where it is wrong.
fn numbered(field: &str, text: &str) -> Result<i64, Problem> {
    parse_number(text).ok_or_else(|| Problem::invalid(field, "is no ticket number, like T-7"))
}

async fn shown_links(site: &Site, caller: &Caller, of: i64) -> Answer<List<LinkOut>> {
    let linked = linking::links(&site.engine, caller, of).await?;
    let mut items: Vec<LinkOut> = linked.into_iter().map(|(relation, ticket)| LinkOut::of(relation.as_str(), ticket)).collect();
    let merged = site.engine.reader().tickets_merged_into(of).await?;
    items.extend(merged.into_iter().map(|ticket| LinkOut::of("merged", ticket)));
    Ok(Json(List { items, next_cursor: None }))
}

async fn links(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Answer<List<LinkOut>> {
    shown_links(&site, &caller, number(&at)?).await
}

async fn link(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<LinkBody>) -> Answer<List<LinkOut>> {
    let (this, other) = (number(&at)?, numbered("ticket", &body.ticket)?);
    linking::link(&site.engine, &caller, this, body.relation, other).await?;
    shown_links(&site, &caller, this).await
}

async fn unlink(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<UnlinkBody>) -> Answer<List<LinkOut>> {
    let (this, other) = (number(&at)?, numbered("ticket", &body.ticket)?);
    linking::unlink(&site.engine, &caller, this, body.relation, other).await?;
    shown_links(&site, &caller, this).await
}

async fn merge(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<MergeBody>) -> Result<Response, Problem> {
    let options = MergeOptions { other_customer: body.other_customer, quiet: body.quiet };
    let goes_on = merging::merge(&site.engine, &caller, number(&at)?, numbered("into", &body.into)?, options).await;
    done(&site.engine, &at, goes_on).await
}

async fn unmerge(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<Response, Problem> {
    done(&site.engine, &at, merging::unmerge(&site.engine, &caller, number(&at)?).await).await
}

async fn split(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<SplitBody>) -> Result<Response, Problem> {
    let wanted = Split { template: body.template, messages: body.messages, fields: body.take, values: body.fields };
    let made = Box::pin(splitting::split(&site.engine, &caller, number(&at)?, &wanted)).await?;
    let status = if made.created { StatusCode::CREATED } else { StatusCode::OK };
    Ok(shown(status, &site.engine, made.ticket))
}

async fn declare(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<IncidentBody>,
) -> Result<Response, Problem> {
    let children = body.children.iter().enumerate().map(|(index, text)| numbered(&format!("children[{index}]"), text));
    let children = children.collect::<Result<Vec<_>, _>>()?;
    let ticket = if body.incident {
        incident::declare(&site.engine, &caller, number(&at)?, &children).await
    } else {
        incident::revoke(&site.engine, &caller, number(&at)?).await
    };
    done(&site.engine, &at, ticket).await
}

async fn solve(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<SolveBody>) -> Result<Response, Problem> {
    done(&site.engine, &at, incident::solve(&site.engine, &caller, number(&at)?, &body.answer).await).await
}
