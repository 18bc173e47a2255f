//! Why something is where it is.

use std::collections::BTreeMap;

use axum::{Extension, Json, extract::State};
use bellhop_domain::{
    assignment::{Assignment, Why},
    desk::Desk,
    id::ConversationId,
    routing::{Reason, Routing, Rule},
    ticket::{Priority, number_text, parse_number},
};
use bellhop_engine::{
    actions::{conversations, tickets, trial},
    caller::{Caller, Permission},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    input::{Answer, At, Given},
    output::agent_key,
    route::Route,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let of_conversation = "Who would get the conversation now if it waited, and why the others would not; nothing is changed";
    let of_ticket = "Who would get the ticket now if it had no owner, and why the others would not; nothing is changed";
    vec![
        Route::get("/conversations/{id}/candidates", Permission::ReadConversations, of_conversation, chat_candidates).gives::<AssignmentOut>(200),
        Route::get("/tickets/{number}/candidates", Permission::ReadTickets, of_ticket, ticket_candidates).gives::<AssignmentOut>(200),
        Route::post("/route/try", Permission::ReadTickets, "Tries a set of rules on the tickets that changed last; nothing is changed", try_rules)
            .takes::<TrialBody>()
            .gives::<TrialOut>(200)
            .not_remembered(),
    ]
}

/// Rules to be tried.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TrialBody {
    /// All of them, each as `PUT /routing-rules/{key}` takes it, with its `key`; at most 500.
    #[schema(value_type = Vec<Object>)]
    rules: Vec<Rule>,
    /// On how many tickets: 1 to 500, else 100.
    #[serde(default)]
    last: Option<u32>,
}

/// What tried rules would have decided.
#[derive(Serialize, ToSchema)]
#[schema(as = Trial)]
struct TrialOut {
    /// How many tickets were looked at.
    looked_at: usize,
    /// Those that would have gone elsewhere, to somebody else, or with another priority, other tags or other skills.
    differences: Vec<DifferenceOut>,
}

/// A ticket that the tried rules decide differently.
#[derive(Serialize, ToSchema)]
#[schema(as = Difference)]
struct DifferenceOut {
    /// Its number.
    ticket: String,
    /// What was decided when it was made.
    then: RoutingOut,
    /// What the rules in force decide.
    now: RoutingOut,
    /// What the tried ones decide.
    tried: RoutingOut,
}

async fn chat_candidates(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Answer<AssignmentOut> {
    let id: ConversationId = at.id("conversation")?;
    let assignment = conversations::candidates(&site.engine, &caller, id).await?;
    Ok(Json(AssignmentOut::of(assignment, &site.engine.desk())))
}

async fn ticket_candidates(State(site): State<Site>, Extension(caller): Extension<Caller>, At(number): At) -> Answer<AssignmentOut> {
    let number = parse_number(&number).ok_or_else(|| Problem::not_found("ticket"))?;
    let assignment = tickets::candidates(&site.engine, &caller, number).await?;
    Ok(Json(AssignmentOut::of(assignment, &site.engine.desk())))
}

async fn try_rules(State(site): State<Site>, Extension(caller): Extension<Caller>, Given(body): Given<TrialBody>) -> Answer<TrialOut> {
    let trial = trial::run(&site.engine, &caller, body.rules, body.last.unwrap_or(100)).await?;
    let desk = site.engine.desk();
    let differences = trial.differences.into_iter().map(|difference| DifferenceOut {
        ticket: number_text(difference.number),
        then: RoutingOut::of(difference.then, &desk),
        now: RoutingOut::of(difference.now, &desk),
        tried: RoutingOut::of(difference.tried, &desk),
    });
    Ok(Json(TrialOut { looked_at: trial.looked_at, differences: differences.collect() }))
}

/// Why a ticket or a conversation is where it is.
#[derive(Serialize, ToSchema)]
#[schema(as = Routing)]
pub(super) struct RoutingOut {
    /// Key of the rule that matched.
    rule: Option<String>,
    /// Key of the department.
    department: Option<String>,
    /// Key of the agent.
    owner: Option<String>,
    priority: Option<&'static str>,
    tags: Vec<String>,
    /// Skills that whoever gets it needs, each with the lowest level.
    skills: BTreeMap<String, u8>,
    /// Why that department; then, where an agent got it by itself, why that agent.
    reasons: Vec<ReasonOut>,
    /// Who got it by itself, or why it went back to the queue; null where people decided.
    assignment: Option<AssignmentOut>,
}

/// One condition that was looked at.
#[derive(Serialize, ToSchema)]
#[schema(as = Reason)]
pub(super) struct ReasonOut {
    /// In words (`tier is vip`).
    condition: String,
    /// What it met.
    #[schema(value_type = Object)]
    value: Value,
    /// Where that came from.
    source: Option<String>,
    matched: bool,
}

/// Who got something by itself, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = Assignment)]
pub(super) struct AssignmentOut {
    /// Key of the agent; null: it waits.
    agent: Option<String>,
    at: DateTime<Utc>,
    reasons: Vec<WhyOut>,
    /// Why the others did not get it; the first twenty.
    others: Vec<OtherOut>,
}

/// A reason.
#[derive(Serialize, ToSchema)]
#[schema(as = Why)]
struct WhyOut {
    /// The word for it (`had_customer`, `skill`, `language`, `least_loaded` …) and what belongs to it.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    data: Why,
    /// In words.
    text: String,
}

/// Somebody who did not get it.
#[derive(Serialize, ToSchema)]
#[schema(as = PassedOver)]
struct OtherOut {
    /// Key of the agent.
    agent: Option<String>,
    #[serde(flatten)]
    #[schema(inline)]
    why: WhyOut,
}

impl ReasonOut {
    pub(super) fn of(reason: Reason) -> Self {
        Self { condition: reason.condition, value: reason.value, source: reason.source, matched: reason.matched }
    }
}

impl WhyOut {
    fn of(why: Why, desk: &Desk) -> Self {
        Self { text: why.in_words(desk, "en"), data: why }
    }
}

impl AssignmentOut {
    pub(super) fn of(assignment: Assignment, desk: &Desk) -> Self {
        Self {
            agent: agent_key(desk, assignment.agent),
            at: assignment.at,
            reasons: assignment.reasons.into_iter().map(|why| WhyOut::of(why, desk)).collect(),
            others: assignment
                .others
                .into_iter()
                .map(|other| OtherOut { agent: agent_key(desk, Some(other.agent)), why: WhyOut::of(other.why, desk) })
                .collect(),
        }
    }
}

impl RoutingOut {
    pub(super) fn of(routing: Routing, desk: &Desk) -> Self {
        let Routing { rule, department, owner, priority, tags, skills, reasons, assignment, urgency: _, before: _, since: _, passed_on_by: _ } =
            routing;
        let owner = agent_key(desk, owner);
        let mut reasons: Vec<ReasonOut> = reasons.into_iter().map(ReasonOut::of).collect();
        if let (Some(assignment), Some(agent)) = (&assignment, &owner) {
            reasons.extend(assignment.reasons.iter().map(|why| ReasonOut {
                condition: format!("{agent} {}", why.in_words(desk, "en")),
                value: Value::Null,
                source: None,
                matched: why.speaks_for(),
            }));
        }
        let assignment = assignment.map(|assignment| AssignmentOut::of(assignment, desk));
        Self { rule, department, owner, priority: priority.map(Priority::as_str), tags, skills, reasons, assignment }
    }
}
