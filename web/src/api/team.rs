//! Who takes a department's work, what they have, and what waits.

use axum::{Extension, Json, extract::State};
use bellhop_domain::assignment::Load;
use bellhop_engine::{
    actions::team::{self, Member, Team},
    caller::{Caller, Permission},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    input::{Answer, At},
    route::Route,
};
use crate::Site;

pub(super) fn routes() -> Vec<Route> {
    let summary = "Who takes a department's work and what they have at this moment, and what waits";
    vec![Route::get("/departments/{key}/team", Permission::ReadDesk, summary, get).gives::<TeamOut>(200)]
}

/// A department and its people at this moment.
#[derive(Serialize, ToSchema)]
#[schema(as = Team)]
struct TeamOut {
    /// Key of the department.
    department: String,
    /// Key of the agent who leads it.
    head: Option<String>,
    /// Whether these are its hours.
    open: bool,
    /// When they begin next; null where they do not within a year.
    opens_at: Option<DateTime<Utc>>,
    /// Conversations and tickets that wait for one of its people, counted up to 100.
    waiting: Counts,
    /// Who takes its work, by key.
    people: Vec<MemberOut>,
}

/// How much of each kind of work.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkCounts)]
struct Counts {
    chats: u64,
    tickets: u64,
}

impl From<Load> for Counts {
    fn from(load: Load) -> Self {
        Self { chats: load.chats.into(), tickets: load.tickets.into() }
    }
}

/// Somebody who takes the department's work.
#[derive(Serialize, ToSchema)]
#[schema(as = TeamMember)]
struct MemberOut {
    /// Key of the agent.
    agent: String,
    name: String,
    /// `online`, `away` or `offline`; null if they never said.
    presence: Option<&'static str>,
    /// Whether these are their hours.
    on_duty: bool,
    /// What they have, of all departments.
    load: Counts,
    /// What they take at once in this department.
    capacity: Counts,
}

impl From<Member> for MemberOut {
    fn from(member: Member) -> Self {
        Self {
            agent: member.agent.key,
            name: member.agent.name,
            presence: member.presence.map(bellhop_domain::presence::Presence::as_str),
            on_duty: member.on_duty,
            load: member.load.into(),
            capacity: member.most.into(),
        }
    }
}

async fn get(State(site): State<Site>, Extension(caller): Extension<Caller>, At(key): At) -> Answer<TeamOut> {
    let Team { department, is_open, opens_at, chats_waiting, tickets_waiting, people } = team::team(&site.engine, &caller, &key).await?;
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Ok(Json(TeamOut {
        department: department.key,
        head: department.head,
        open: is_open,
        opens_at,
        waiting: Counts { chats: count(chats_waiting), tickets: count(tickets_waiting) },
        people: people.into_iter().map(MemberOut::from).collect(),
    }))
}
