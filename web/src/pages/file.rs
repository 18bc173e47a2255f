//! A file behind a signed address.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};

use super::look::Look;
use crate::{Site, download};

pub(super) async fn fetch(State(site): State<Site>, headers: HeaderMap, Path(token): Path<String>) -> Response {
    let look = Look::of(&site.engine, None, &headers);
    let Some(id) = site.engine.links().read_file(&token) else { return look.bad_link() };
    match site.engine.open_file(id).await {
        Ok(Some(file)) => download::response(file),
        Ok(None) => look.not_found(),
        Err(error) => look.failed(&error),
    }
}
