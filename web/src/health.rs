//! Whether the program is alive and ready, and how it is doing.

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::time::Duration;

use crate::{Site, problem::Problem};

pub(crate) fn router() -> Router<Site> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).route("/metrics", get(metrics))
}

/// The process runs.
async fn alive() -> &'static str {
    "alive\n"
}

/// The database answers and work is taken; and how the channels are. A channel that is not well makes nothing else less ready: to send everybody elsewhere, or to start
/// the program again, would mend no token.
async fn ready(State(site): State<Site>) -> Response {
    match site.engine.ready().await {
        Ok(()) => {
            let now = site.engine.now();
            let lines = site.engine.known_channel_health().into_iter().map(|(name, health)| format!("channel {name}: {}\n", health.told(now)));
            format!("ready\n{}", lines.collect::<String>()).into_response()
        }
        Err(reason) => {
            tracing::warn!(error = %reason, "Not ready");
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, reason.to_string()).retry_after(Duration::from_secs(1)).into_response()
        }
    }
}

async fn metrics(State(site): State<Site>) -> impl IntoResponse {
    site.engine.publish_gauges();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], (site.metrics)())
}
