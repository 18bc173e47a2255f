//! Views: the tickets of a list that has a name.

use bellhop_domain::{
    ticket::{Ticket, number_text},
    words::status_key,
};

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped};
use crate::{
    actions::{ActionError, views},
    caller::Permission,
};

/// Tickets that are listed.
const LISTED: u32 = 12;
/// Buttons that are offered.
const MOST_BUTTONS: usize = 8;

pub(super) const COMMANDS: &[Command] = &[Command {
    name: "view",
    arguments: &[Argument::optional("view", Kind::View)],
    needs: Some(Permission::ReadTickets),
    within: Within::Anywhere,
    run: |call| Box::pin(view(call)),
}];

/// The first tickets of a view; without one, the views with how many tickets are in each.
async fn view(call: &Call<'_>) -> Result<Answer, CommandError> {
    let Some(key) = call.given("view") else { return all(call).await };
    let view = call.desk.views.get(key).ok_or(ActionError::NotFound { what: "view" })?;
    let found = views::page(call.engine, call.caller, key, None, LISTED).await?;
    let name = escaped(named(view.name.get(&call.place.language), key));
    if found.tickets.is_empty() {
        return call.answer("answer-view-empty", &[("view", (&name).into())]);
    }
    let mut lines = vec![format!("**{name}**")];
    lines.extend(found.tickets.iter().map(|ticket| line(call, ticket)));
    if found.next.is_some() {
        lines.push(call.say("answer-view-more", &[]));
    }
    Ok(Answer::text(lines.join("\n")))
}

async fn all(call: &Call<'_>) -> Result<Answer, CommandError> {
    let all = views::usable(&call.desk, call.caller);
    if all.is_empty() {
        return call.answer("answer-no-views", &[]);
    }
    let counts = views::counts(call.engine, call.caller).await?;
    let choice = |view: &&bellhop_domain::view::View| {
        let name = named(view.name.get(&call.place.language), &view.key);
        let label = match counts.iter().find(|(key, _)| *key == view.key) {
            Some((_, count)) => format!("{name} ({count})"),
            None => name.to_owned(),
        };
        Choice::new(label, format!("/view {}", view.key))
    };
    Ok(Answer { choices: all.iter().take(MOST_BUTTONS).map(choice).collect(), ..Answer::text(call.say("answer-views", &[])) })
}

fn named<'n>(name: &'n str, key: &'n str) -> &'n str {
    if name.is_empty() { key } else { name }
}

/// A ticket in a line: number, what it is, how it stands, who has it.
fn line(call: &Call<'_>, ticket: &Ticket) -> String {
    let language = &call.place.language;
    let title = call.desk.form_of(ticket).map_or(ticket.template.as_str(), |form| named(form.title.get(language), &ticket.template));
    let has_it = match ticket.owner.and_then(|id| call.desk.agent(id)) {
        Some(agent) => agent.name.clone(),
        None => call.say("follow-up-department", &[]),
    };
    let standing = call.say(status_key(ticket.status), &[]);
    format!("{} · {} · {standing} · {}", number_text(ticket.number), escaped(title), escaped(&has_it))
}
