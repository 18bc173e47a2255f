//! Who follows a ticket, and what agents are told of.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::{
    desk::Desk,
    id::{AgentId, NoticeId},
    ticket::{number_text, parse_number},
    why::Why,
};
use bellhop_engine::{
    actions::{ActionError, notices, tickets},
    caller::{Caller, Permission},
};
use bellhop_store::notices::{Listed, Which};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    input::{Answer, At, Given, Params},
    output::{List, agent_key, find_agent},
    route::Route,
    tickets::{number, shown},
};
use crate::{Site, auth::speaking_for, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let read = Permission::ReadTickets;
    vec![
        Route::post("/tickets/{number}/follow", read, "Lets an agent follow a ticket: they are told of what happens to it", follow)
            .takes::<FollowBody>()
            .gives::<super::tickets::TicketOut>(200),
        Route::post("/tickets/{number}/unfollow", read, "Lets an agent follow a ticket no longer", unfollow)
            .takes::<FollowBody>()
            .gives::<super::tickets::TicketOut>(200),
        Route::get("/notices", read, "What an agent was told of, the newest first: one entry for each ticket since they looked last", list)
            .query("agent", "key, id or mail address of the agent")
            .query("unread", "true: only what they did not read yet")
            .lists::<NoticeOut>(),
        Route::post(
            "/notices/read",
            read,
            "Notes that an agent has read what they were told: one entry, what is about one ticket, or everything",
            mark,
        )
        .takes::<ReadBody>()
        .gives::<ReadOut>(200),
    ]
}

/// Who follows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FollowBody {
    /// Key, id or mail address of the agent; the person for whom the token speaks when absent.
    #[serde(default)]
    agent: Option<String>,
    /// The person for whom a program speaks.
    #[serde(default)]
    on_behalf_of: Option<String>,
}

/// What an agent was told of about one ticket, or one conversation without a ticket.
#[derive(Serialize, ToSchema)]
#[schema(as = Notice)]
struct NoticeOut {
    id: String,
    /// Key of the agent.
    agent: Option<String>,
    /// Number of the ticket.
    ticket: Option<String>,
    conversation: Option<String>,
    /// What happened: `mentioned`, `added`, `message`, `reply`, `note`, `status`, `assigned`, `priority`, `due`, `rated`, `requested`, `case_failed`,
    /// `merged`, `withdrawn`.
    kinds: Vec<&'static str>,
    /// Key of the agent who did the last of it.
    by: Option<String>,
    /// How often something happened.
    times: i64,
    /// When the last of it happened.
    at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
}

impl NoticeOut {
    fn of(Listed { notice, ticket, .. }: Listed, desk: &Desk) -> Self {
        Self {
            id: notice.id.to_string(),
            agent: agent_key(desk, Some(notice.agent)),
            ticket: ticket.map(|(number, _)| number_text(number)),
            conversation: notice.conversation.map(|id| id.to_string()),
            kinds: notice.kinds.each().map(|kind| kind.as_str()).collect(),
            by: agent_key(desk, notice.doer),
            times: notice.times,
            at: notice.at,
            read_at: notice.read_at,
        }
    }
}

/// What was read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NoticesRead)]
struct ReadBody {
    /// Key, id or mail address of the agent.
    agent: String,
    /// Id of one entry.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    notice: Option<NoticeId>,
    /// Number of a ticket.
    #[serde(default)]
    ticket: Option<String>,
}

/// How much of it was new.
#[derive(Serialize, ToSchema)]
#[schema(as = NoticesReadCount)]
struct ReadOut {
    read: u64,
}

async fn follow(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<FollowBody>) -> Result<Response, Problem> {
    change(&site, caller, &at, body, true).await
}

async fn unfollow(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<FollowBody>,
) -> Result<Response, Problem> {
    change(&site, caller, &at, body, false).await
}

async fn change(site: &Site, caller: Caller, at: &At, body: FollowBody, follows: bool) -> Result<Response, Problem> {
    let caller = speaking_for(caller, body.on_behalf_of)?;
    let ticket = tickets::follow(&site.engine, &caller, number(at)?, body.agent.as_deref(), follows).await?;
    Ok(shown(StatusCode::OK, &site.engine, ticket))
}

async fn list(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<NoticeOut>> {
    let desk = site.engine.desk();
    let agent = params.one("agent", "key, id or mail address of an agent", |text| find_agent(&desk, text).map(|agent| agent.id))?;
    let unread = params.one("unread", "true or false", |text| text.parse::<bool>().ok())?.unwrap_or(false);
    let wanted = params.page()?;
    params.end()?;
    let agent = agent.ok_or_else(|| ActionError::invalid("agent", Why::new("why-is-empty")))?;
    let page = notices::list(&site.engine, &caller, agent, unread, wanted.cursor, wanted.limit).await?;
    Ok(Json(List::of(page, |it| NoticeOut::of(it, &desk))))
}

async fn mark(State(site): State<Site>, Extension(caller): Extension<Caller>, Given(body): Given<ReadBody>) -> Answer<ReadOut> {
    let desk = site.engine.desk();
    let unknown =
        |what: &'static str, field: &str, key: &str| ActionError::invalid(field, Why::new("why-unknown").word("what", what).with("key", key));
    let agent: AgentId = find_agent(&desk, &body.agent).map(|agent| agent.id).ok_or_else(|| unknown("thing-agent", "agent", &body.agent))?;
    let which = match (body.notice, body.ticket) {
        (Some(id), _) => Which::One(id),
        (None, Some(text)) => {
            let ticket = match parse_number(&text) {
                Some(number) => site.engine.reader().ticket(number).await?,
                None => None,
            };
            Which::Ticket(ticket.ok_or_else(|| unknown("thing-ticket", "ticket", &text))?.id)
        }
        (None, None) => Which::All,
    };
    Ok(Json(ReadOut { read: notices::read(&site.engine, &caller, agent, which).await? }))
}
