//! The first page: what runs here.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::look::Look;
use crate::Site;

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage<'a> {
    look: &'a Look,
    version: &'static str,
}

pub(super) async fn show(State(site): State<Site>, headers: HeaderMap) -> Response {
    let look = Look::of(&site.engine, None, &headers);
    look.page(StatusCode::OK, &StartPage { look: &look, version: env!("CARGO_PKG_VERSION") })
}
