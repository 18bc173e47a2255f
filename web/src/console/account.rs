//! One's own account: the password.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use bellhop_engine::actions::people::{self, AgentPatch, SHORTEST_PASSWORD};

use super::{
    entry::wrong_words,
    form::Fields,
    shell::{Said, Shell, Visit, status_of},
};

#[derive(Template)]
#[template(path = "console/account.html")]
struct AccountPage<'a> {
    shell: &'a Shell,
    email: &'a str,
    role: String,
    shortest: usize,
}

pub(super) async fn show(visit: Visit) -> Response {
    page(&visit, StatusCode::OK)
}

fn page(visit: &Visit, status: StatusCode) -> Response {
    let agent = &visit.session.agent;
    let role = visit.shell.say(&format!("console-role-{}", agent.role.as_str()));
    visit.shell.page(status, &AccountPage { shell: &visit.shell, email: &agent.email, role, shortest: SHORTEST_PASSWORD })
}

/// A new password ends every session of its owner, this one too.
pub(super) async fn change_password(mut visit: Visit, fields: Fields) -> Response {
    let (old, new) = (fields.get("old").unwrap_or_default(), fields.get("new").unwrap_or_default());
    match people::sign_in(visit.engine(), &visit.session.agent.email, old).await {
        Ok(Some(_)) => {}
        Ok(None) => {
            visit.shell.said = Some(Said::wrong(&visit.shell.say("console-account-old-wrong")));
            return page(&visit, StatusCode::FORBIDDEN);
        }
        Err(error) => return visit.shell.failed(&error),
    }
    let patch = AgentPatch { password: Some(new.to_owned()), ..AgentPatch::default() };
    match people::update(visit.engine(), visit.caller(), &visit.session.agent.key, patch, None).await {
        Ok(_) => visit.shell.notice(StatusCode::OK, "console-account-changed-title", "console-account-changed"),
        Err(error) => {
            let status = status_of(&error);
            visit.shell.said = Some(Said::wrong(&wrong_words(&visit.shell, error)));
            page(&visit, status)
        }
    }
}
