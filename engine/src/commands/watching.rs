//! Following tickets, and what one is told of.

use bellhop_domain::{
    actor::Actor,
    desk::{Agent, Desk},
    notice::Notice,
    ticket::{Ticket, number_text},
    why::Why,
    words,
};
use bellhop_store::notices::{Listed, Which};

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped, ticketing::the_ticket};
use crate::{
    actions::{ActionError, notices, person, tickets},
    caller::Permission,
};

/// What is listed at once.
const LISTED: u32 = 12;
/// What has a button there.
const MOST_BUTTONS: usize = 6;

const ARGUMENTS: &[Argument] = &[Argument::optional("agent", Kind::Agent), Argument::optional("ticket", Kind::Text)];

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "follow",
        arguments: ARGUMENTS,
        needs: Some(Permission::ReadTickets),
        within: Within::Anywhere,
        run: |call| Box::pin(follow(call, true)),
    },
    Command {
        name: "unfollow",
        arguments: ARGUMENTS,
        needs: Some(Permission::ReadTickets),
        within: Within::Anywhere,
        run: |call| Box::pin(follow(call, false)),
    },
    Command { name: "notices", arguments: &[], needs: Some(Permission::ReadTickets), within: Within::Anywhere, run: |call| Box::pin(list(call)) },
];

async fn follow(call: &Call<'_>, follows: bool) -> Result<Answer, CommandError> {
    let ticket = the_ticket(call, call.given("ticket"), true).await?;
    let ticket = tickets::follow(call.engine, call.caller, ticket.number, call.given("agent"), follows).await?;
    let number = number_text(ticket.number);
    let names: Vec<String> = followers(&call.desk, &ticket).map(|agent| escaped(&agent.name)).collect();
    let who = if names.is_empty() { call.say("follow-nobody", &[]) } else { names.join(", ") };
    let (own, is) = (person(&call.desk, &call.caller.actor), if follows { "unfollow" } else { "follow" });
    let key = if own.is_some_and(|own| ticket.followers.contains(&own)) { "answer-follows" } else { "answer-followers" };
    let choice = Choice::new(call.say(&format!("follow-button-{is}"), &[]), format!("/{is} me {number}"));
    let choices = if own.is_some() && matches!(call.given("agent"), None | Some("me")) { vec![choice] } else { Vec::new() };
    Ok(Answer { choices, ..Answer::text(call.say(key, &[("number", (&number).into()), ("agents", (&who).into())])) })
}

fn followers<'d>(desk: &'d Desk, ticket: &'d Ticket) -> impl Iterator<Item = &'d Agent> {
    ticket.followers.iter().filter_map(|id| desk.agent(*id)).filter(|agent| !agent.disabled)
}

/// What is new for whoever asks; it counts as read from then on.
async fn list(call: &Call<'_>) -> Result<Answer, CommandError> {
    let Actor::Agent { id, .. } = &call.caller.actor else { return Err(ActionError::not_now(Why::new("answer-agents-only")).into()) };
    let found = notices::list(call.engine, call.caller, *id, true, None, LISTED).await?.items;
    if found.is_empty() {
        return call.answer("answer-no-notices", &[]);
    }
    let contacts: Vec<_> = found.iter().filter_map(|it| it.contact).collect();
    let names = call.engine.reader().contact_names(&contacts).await?;
    let mut lines = Vec::new();
    for Listed { notice, ticket, contact } in &found {
        let name = contact.and_then(|contact| names.get(&contact).cloned().flatten());
        let name = escaped(&name.unwrap_or_else(|| call.say("staff-nameless", &[])));
        let number = ticket.as_ref().map(|(number, _)| format!("{} · ", number_text(*number))).unwrap_or_default();
        lines.push(format!("🔔 {number}{name}: {}", escaped(&notice_words(&call.desk, notice, &call.place.language))));
        notices::read(call.engine, call.caller, *id, Which::One(notice.id)).await?;
    }
    let choice = |(number, _): &(i64, String)| Choice::new(number_text(*number), format!("/status {}", number_text(*number)));
    let choices = found.iter().filter_map(|it| it.ticket.as_ref().map(choice)).take(MOST_BUTTONS).collect();
    Ok(Answer { choices, ..Answer::text(lines.join("\n")) })
}

/// What somebody is told of, in a line without marks: which colleague did the last of it, what happened, and how often where that says more.
pub fn notice_words(desk: &Desk, notice: &Notice, language: &str) -> String {
    let kinds: Vec<String> =
        notice.kinds.each().map(|kind| words::say(language, &format!("notice-{}", kind.as_str().replace('_', "-")), &[])).collect();
    let is_often = usize::try_from(notice.times).is_ok_and(|times| times > kinds.len());
    let joined = |first: String, rest: String| words::say(language, "notice-list", &[("first", (&first).into()), ("rest", (&rest).into())]);
    let mut what = kinds.into_iter().reduce(joined).unwrap_or_default();
    if is_often {
        what = words::say(language, "notice-times", &[("what", (&what).into()), ("count", notice.times.into())]);
    }
    match notice.doer.and_then(|id| desk.agent(id)) {
        Some(agent) => words::say(language, "notice-line", &[("doer", (&agent.name).into()), ("what", (&what).into())]),
        None => what,
    }
}
