#![doc = include_str!("../README.md")]

mod api;
mod auth;
mod client;
mod console;
mod download;
mod health;
mod hooks;
mod hosting;
mod live;
mod pages;
mod problem;
mod server;
mod weight;

use std::sync::Arc;

use axum::{Router, extract::DefaultBodyLimit, http::HeaderValue, http::header};
use bellhop_engine::{Engine, settings::Network};
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};

pub use api::{ApiRoute, api_routes, openapi_json};
pub use console::{Access, ConsoleRoute, console_routes};
pub use server::serve;

/// Bodies beyond this are refused with 413, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// What the routes work with.
#[derive(Clone)]
pub struct Site {
    /// The running engine.
    pub engine: Engine,
    /// The metrics as Prometheus reads them.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Networks of reverse proxies whose word on the client's address counts.
    pub trusted_proxies: Vec<Network>,
}

/// Every route.
pub fn router(site: Site) -> Router {
    let memory = api::Memory::default();
    let rest = Router::new()
        .merge(health::router())
        .merge(pages::router(&memory))
        .merge(hosting::router())
        .merge(console::router(&site))
        .nest(api::BASE, api::router(&site, &memory))
        .fallback(pages::nothing_here)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_layer(header::REFERRER_POLICY, "no-referrer"));
    // Webhooks are the hot path: what browsers need is not added there.
    rest.merge(hooks::router())
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(CatchPanicLayer::custom(problem::panicked))
        .with_state(site)
}

fn header_layer(name: header::HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
