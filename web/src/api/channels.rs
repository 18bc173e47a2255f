//! How the channels are doing, from real traffic.

use std::sync::atomic::Ordering;

use axum::{Extension, Json, extract::State};
use bellhop_channel::Connection;
use bellhop_engine::{
    actions::channels,
    caller::{Caller, Permission},
    channels::{Channel, Connected},
};
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
        Route::get("/channels", Permission::Administer, "Every channel, and what went through it since the start of the program", list)
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
    /// `running` or `stopped`.
    state: &'static str,
    /// Why nothing is sent on it.
    stopped: Option<StoppedOut>,
    /// How the connection to the platform is, once it is known.
    connection: Option<ConnectionOut>,
    last_event_at: Option<DateTime<Utc>>,
    last_sent_at: Option<DateTime<Utc>>,
    /// Events accepted.
    received: u64,
    /// Messages that the platform took.
    sent: u64,
    /// Sends that failed, tries included.
    errors: u64,
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

impl ConnectionOut {
    fn of(connected: Connected) -> Self {
        let (state, reason) = match connected.state {
            Connection::Up => ("up", None),
            Connection::Troubled { reason } => ("troubled", Some(reason)),
        };
        Self { state, reason, since: connected.since }
    }
}

impl ChannelOut {
    fn of(channel: &Channel) -> Self {
        let (stopped, traffic) = (channel.stopped(), channel.traffic());
        Self {
            name: channel.name().to_owned(),
            state: if stopped.is_some() { "stopped" } else { "running" },
            stopped: stopped.map(|stopped| StoppedOut { reason: stopped.reason, since: stopped.since }),
            connection: channel.connection().map(ConnectionOut::of),
            last_event_at: traffic.last_received(),
            last_sent_at: traffic.last_sent(),
            received: traffic.received.load(Ordering::Relaxed),
            sent: traffic.sent.load(Ordering::Relaxed),
            errors: traffic.errors.load(Ordering::Relaxed),
        }
    }
}

async fn list(State(site): State<Site>, mut params: Params) -> Answer<List<ChannelOut>> {
    let wanted: Wanted<Skip> = params.page()?;
    params.end()?;
    let (skip, limit) = (wanted.cursor.map_or(0, |skip| skip.0), wanted.limit as usize);
    let channels: Vec<&Channel> = site.engine.channels().iter().collect();
    let next_cursor = (channels.len() > skip.saturating_add(limit)).then(|| format!("after-{}", skip + limit));
    Ok(Json(List { items: channels.into_iter().skip(skip).take(limit).map(ChannelOut::of).collect(), next_cursor }))
}

async fn resume(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(name): At,
    Given(Nothing {}): Given<Nothing>,
) -> Answer<ChannelOut> {
    channels::resume(&site.engine, &caller, &name).await?;
    let channel = site.engine.channels().get(&name).ok_or_else(|| Problem::not_found("channel"))?;
    Ok(Json(ChannelOut::of(channel)))
}
