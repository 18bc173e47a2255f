//! Pages for people without an account: a ticket's way, an article, a file, and the first page.
//!
//! They need no script. What strangers wrote is escaped by the templates; the policy in the headers lets nothing else run.

mod article;
mod file;
pub(crate) mod look;
mod start;
mod ticket;

use axum::{
    Extension, Router,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{Site, api::Memory, problem};
use look::{Look, STYLE, STYLE_NAME};

pub(crate) fn router(memory: &Memory) -> Router<Site> {
    Router::new()
        .route("/", get(start::show))
        .route("/t/{token}", get(ticket::show))
        .route("/t/{token}/messages", axum::routing::post(ticket::say))
        .route("/t/{token}/messages/{message}", get(ticket::conversation::words))
        .route("/a/{slug}", get(article::show))
        .route("/f/{token}", get(file::fetch))
        .route("/assets/{name}", get(asset))
        .layer(Extension(memory.clone()))
}

async fn asset(State(site): State<Site>, headers: HeaderMap, Path(name): Path<String>) -> Response {
    let own = (name == *STYLE_NAME).then_some((STYLE, "text/css; charset=utf-8"));
    let Some((body, content_type)) = own.or_else(|| crate::console::asset(&name).map(|asset| (asset.body, asset.content_type))) else {
        return Look::of(&site.engine, None, &headers).not_found();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        // Another text has another name.
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    (headers, body).into_response()
}

/// Nothing has this address: a page for a browser, a problem for a program.
pub(crate) async fn nothing_here(State(site): State<Site>, request: Request) -> Response {
    let wants_page = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"));
    if wants_page && !request.uri().path().starts_with("/api/") {
        return Look::of(&site.engine, None, request.headers()).not_found();
    }
    problem::Problem::new(StatusCode::NOT_FOUND, "there is nothing at this address").into_response()
}
