//! How the channels are doing, from real traffic.

use axum::{Extension, Json, extract::State};
use bellhop_engine::{
    actions::channels,
    caller::{Caller, Permission},
    channels::{
        StaffWork,
        health::{Failure, Health, Line, Staffing},
        staffing::StaffTrouble,
    },
};
use bellhop_store::channel_health::ChannelBacklog;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    conversations::Nothing,
    input::{Answer, At, Given, Params, Wanted},
    objects::Skip,
    output::List,
    route::Route,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/channels",
            Permission::Administer,
            "Every channel: how it is doing, and what went through it since the start of the program",
            list,
        )
        .lists::<ChannelOut>(),
        Route::post("/channels/{name}/resume", Permission::Administer, "Sends again on a channel that was stopped", resume)
            .takes::<Nothing>()
            .gives::<ChannelOut>(200),
    ]
}

/// A channel and how it is doing.
#[derive(Serialize, ToSchema)]
#[schema(as = Channel)]
struct ChannelOut {
    name: String,
    /// `running` or `stopped`: whether messages to customers are sent.
    state: &'static str,
    /// `well`, `troubled` (something does not work now and is tried again) or `stopped` (nothing is sent, or nothing is posted for agents, until somebody sees to it).
    health: &'static str,
    /// Why nothing is sent on it.
    stopped: Option<StoppedOut>,
    /// How the connection to the platform is, once it is known.
    connection: Option<ConnectionOut>,
    /// When the last event came, also before the start of the program.
    last_event_at: Option<DateTime<Utc>>,
    /// When the platform took the last message, also before the start of the program.
    last_sent_at: Option<DateTime<Utc>>,
    /// What went wrong last with a send.
    last_failure: Option<FailureOut>,
    /// Events accepted.
    received: u64,
    /// Messages that the platform took.
    sent: u64,
    /// Sends that failed, tries included.
    errors: u64,
    last_hour: HourOut,
    waiting: WaitingOut,
    /// How the staff chat is, where agents work on this channel.
    staff: Option<StaffOut>,
}

/// Why and since when nothing is sent.
#[derive(Serialize, ToSchema)]
#[schema(as = Stopped)]
struct StoppedOut {
    reason: String,
    since: DateTime<Utc>,
}

/// How a connection is, and since when.
#[derive(Serialize, ToSchema)]
#[schema(as = Connection)]
struct ConnectionOut {
    /// `up` or `troubled`.
    state: &'static str,
    /// Why it is troubled.
    reason: Option<String>,
    since: DateTime<Utc>,
}

/// Why a send failed, and when.
#[derive(Serialize, ToSchema)]
#[schema(as = SendFailure)]
struct FailureOut {
    reason: String,
    at: DateTime<Utc>,
}

/// What became of sends within the last hour.
#[derive(Serialize, ToSchema)]
#[schema(as = LastHour)]
struct HourOut {
    /// The platform took them.
    sent: u64,
    /// They failed, tries included.
    errors: u64,
}

/// What waits on a channel.
#[derive(Serialize, ToSchema)]
#[schema(as = Waiting)]
struct WaitingOut {
    /// Events that are not handled yet.
    events: u64,
    oldest_event_at: Option<DateTime<Utc>>,
    /// Messages that the platform has not taken yet.
    sends: u64,
    oldest_send_at: Option<DateTime<Utc>>,
    /// Those of them that were tried in vain.
    failing: u64,
    /// Why the oldest of those failed last.
    failing_reason: Option<String>,
}

/// How a staff chat is.
#[derive(Serialize, ToSchema)]
#[schema(as = StaffChat)]
struct StaffOut {
    /// When the platform took something last.
    last_taken_at: Option<DateTime<Utc>>,
    /// What does not work; what was to be posted is kept.
    troubles: Vec<StaffTroubleOut>,
}

/// What does not work in a staff chat.
#[derive(Serialize, ToSchema)]
#[schema(as = StaffTrouble)]
struct StaffTroubleOut {
    /// `posts` or `commands` (the list of commands that the platform shows).
    what: &'static str,
    reason: String,
    /// Nothing will change until somebody does something about it; it is tried again all the same.
    stopped: bool,
    since: DateTime<Utc>,
}

impl StaffOut {
    fn of(staff: Staffing) -> Self {
        let trouble = |StaffTrouble { what, reason, stopped, since }| {
            let what = match what {
                StaffWork::Posts => "posts",
                StaffWork::Commands => "commands",
            };
            StaffTroubleOut { what, reason, stopped, since }
        };
        Self { last_taken_at: staff.last_taken_at, troubles: staff.troubles.into_iter().map(trouble).collect() }
    }
}

impl ChannelOut {
    fn of(name: String, health: Health) -> Self {
        let verdict = health.verdict().as_str();
        let connection = |Line { trouble, since }| ConnectionOut { state: if trouble.is_some() { "troubled" } else { "up" }, reason: trouble, since };
        let ChannelBacklog { events, oldest_event_at, sends, oldest_send_at, failing, failing_reason } = health.waiting;
        Self {
            name,
            state: if health.stopped.is_some() { "stopped" } else { "running" },
            health: verdict,
            stopped: health.stopped.map(|Failure { reason, at }| StoppedOut { reason, since: at }),
            connection: health.connection.map(connection),
            last_event_at: health.last_event_at,
            last_sent_at: health.last_sent_at,
            last_failure: health.last_failure.map(|Failure { reason, at }| FailureOut { reason, at }),
            received: health.received,
            sent: health.sent,
            errors: health.errors,
            last_hour: HourOut { sent: health.last_hour.sent, errors: health.last_hour.errors },
            waiting: WaitingOut { events, oldest_event_at, sends, oldest_send_at, failing, failing_reason },
            staff: health.staff.map(StaffOut::of),
        }
    }
}

async fn list(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<ChannelOut>> {
    let wanted: Wanted<Skip> = params.page()?;
    params.end()?;
    let (skip, limit) = (wanted.cursor.map_or(0, |skip| skip.0), wanted.limit as usize);
    let channels = channels::health(&site.engine, &caller).await?;
    let next_cursor = (channels.len() > skip.saturating_add(limit)).then(|| format!("after-{}", skip + limit));
    let items = channels.into_iter().skip(skip).take(limit).map(|(name, health)| ChannelOut::of(name, health)).collect();
    Ok(Json(List { items, next_cursor }))
}

async fn resume(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(name): At,
    Given(Nothing {}): Given<Nothing>,
) -> Answer<ChannelOut> {
    channels::resume(&site.engine, &caller, &name).await?;
    let health = channels::health(&site.engine, &caller).await?.remove(&name).ok_or_else(|| Problem::not_found("channel"))?;
    Ok(Json(ChannelOut::of(name, health)))
}
