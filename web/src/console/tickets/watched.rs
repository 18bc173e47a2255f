//! Who follows a ticket, on its page.

use axum::{
    extract::Path,
    response::{IntoResponse as _, Redirect, Response},
};
use bellhop_domain::ticket::{Ticket, number_text, parse_number};
use bellhop_engine::actions::tickets;
use bellhop_store::notices::Which;

use super::page;
use crate::console::{
    form::Fields,
    shell::{Visit, status_of},
};

/// Who follows a ticket.
pub(in crate::console) struct Watched {
    /// By key and name.
    pub(in crate::console) followers: Vec<(String, String)>,
    /// Who could.
    pub(in crate::console) others: Vec<(String, String)>,
    /// Whoever looks at the page does.
    pub(in crate::console) is_mine: bool,
    /// Nobody begins to follow a ticket that goes on as another one.
    pub(in crate::console) may_add: bool,
}

pub(super) fn watched(visit: &Visit, ticket: &Ticket) -> Watched {
    let (desk, me) = (visit.engine().desk(), visit.session.agent.id);
    let mut followers = Vec::new();
    let mut others = Vec::new();
    for agent in desk.agents.values().filter(|agent| !agent.disabled) {
        let shown = (agent.key.clone(), agent.name.clone());
        match ticket.followers.contains(&agent.id) {
            true => followers.push(shown),
            false if agent.id != me => others.push(shown),
            false => {}
        }
    }
    let may_add = ticket.merged_into.is_none() && ticket.withdrawn_at.is_none();
    Watched { followers, others, is_mine: ticket.followers.contains(&me), may_add }
}

/// Whoever looks at a ticket has read what they were told of it.
pub(super) async fn seen(visit: &mut Visit, number: i64) {
    if visit.shell.notices == 0 {
        return;
    }
    if let Ok(Some(ticket)) = visit.engine().reader().ticket(number).await {
        visit.read(Which::Ticket(ticket.id)).await;
    }
}

/// Lets whoever is signed in, or a colleague, follow, or no longer.
pub(in crate::console) async fn change(mut visit: Visit, Path(number): Path<String>, fields: Fields) -> Response {
    let Some(this) = parse_number(&number) else { return visit.shell.not_found() };
    let follows = fields.get("step") == Some("follow");
    match tickets::follow(visit.engine(), visit.caller(), this, fields.some("agent"), follows).await {
        Ok(_) => Redirect::to(&format!("{}/console/tickets/{}", visit.shell.root, number_text(this))).into_response(),
        Err(error) => {
            let status = status_of(&error);
            visit.shell.said = Some(visit.shell.refused(error));
            page(&mut visit, &number, status, None, ("", false)).await
        }
    }
}
