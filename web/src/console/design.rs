//! Every part of which pages are made, on one page.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::shell::{Shell, Visit};

#[derive(Template)]
#[template(path = "console/design.html")]
struct DesignPage<'a> {
    shell: &'a Shell,
}

pub(super) async fn show(visit: Visit) -> Response {
    visit.shell.page(StatusCode::OK, &DesignPage { shell: &visit.shell })
}
