//! What is to be done about tickets at a time.

use bellhop_domain::{
    actor::Actor,
    desk::Desk,
    id::FollowUpId,
    reference::{FollowUp, Outcome},
    ticket::{Ticket, number_text, parse_number},
    why::Why,
    words,
};
use bellhop_store::{DbError, follow_ups::Listed};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped, moment, quoted, referring, ticketing::the_ticket};
use crate::{
    Engine,
    actions::{
        ActionError,
        follow_ups::{self, NewFollowUp},
    },
    caller::Permission,
};

/// What is listed at once.
const LISTED: u32 = 12;
/// What has a button there.
const MOST_BUTTONS: usize = 6;
/// Words of a line that may name a time.
const LONGEST_MOMENT: usize = 4;

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "followup",
        arguments: &[Argument::required("moment", Kind::Moment), Argument::optional("task", Kind::Text)],
        needs: Some(Permission::HandleTickets),
        within: Within::Anywhere,
        run: |call| Box::pin(follow_up(call)),
    },
    Command {
        name: "followups",
        arguments: &[Argument::optional("ticket", Kind::Text)],
        needs: Some(Permission::ReadTickets),
        within: Within::Anywhere,
        run: |call| Box::pin(list(call)),
    },
];

/// `friday check the refund`, `T-3 friday check the refund`, or what a button says: `fup_… done`.
async fn follow_up(call: &Call<'_>) -> Result<Answer, CommandError> {
    let (first, rest) = (call.text("moment"), call.text("task"));
    if let Ok(id) = first.parse::<FollowUpId>() {
        return known(call, id, rest).await;
    }
    let (ticket, line) = match parse_number(first) {
        Some(_) => (the_ticket(call, Some(first), false).await?, rest.to_owned()),
        None => (the_ticket(call, None, false).await?, format!("{first} {rest}")),
    };
    let (now, zone) = (call.engine.now(), zone(&call.desk, &ticket));
    let Some((due_at, task)) = split(&line, now, zone) else {
        let what = call.say("answer-no-moment", &[("given", (&quoted(line.trim())).into())]);
        return Err(call.wrong(what, Vec::new()));
    };
    if task.is_empty() {
        return Err(call.wrong(call.say("answer-follow-up-what", &[]), Vec::new()));
    }
    let new = NewFollowUp { text: task.to_owned(), due_at, owner: None };
    let set = follow_ups::set(call.engine, call.caller, ticket.number, &new).await?;
    let agent = set.owner.and_then(|id| call.desk.agent(id)).map(|agent| escaped(&agent.name));
    let agent = agent.unwrap_or_else(|| call.say("follow-up-department", &[]));
    let (number, at) = (number_text(ticket.number), clock(due_at, zone));
    let text = call.say("answer-follow-up-set", &[("number", (&number).into()), ("agent", (&agent).into()), ("at", (&at).into())]);
    let choice = Choice::new(call.say("follow-up-button-cancel", &[]), format!("/followup {} cancel", set.id));
    Ok(Answer { choices: vec![choice], ..Answer::text(text) })
}

/// One that there is: shown, done, not needed, or put off.
async fn known(call: &Call<'_>, id: FollowUpId, step: &str) -> Result<Answer, CommandError> {
    let how = match step {
        "" => {
            let shown = follow_ups::get(call.engine, call.caller, id).await?;
            return Ok(follow_up_card(call.engine, &shown, &call.place.language, true).await?);
        }
        "done" => Outcome::Done,
        "cancel" => Outcome::Cancelled,
        step => {
            let before = follow_ups::get(call.engine, call.caller, id).await?;
            let zone = match call.engine.reader().ticket_by_id(before.ticket).await? {
                Some(ticket) => zone(&call.desk, &ticket),
                None => Tz::UTC,
            };
            let Some(at) = moment::read(step, call.engine.now(), zone) else {
                let what = call.say("answer-no-moment", &[("given", (&quoted(step)).into())]);
                return Err(call.wrong(what, steps(&before, &call.place.language)));
            };
            follow_ups::put_off(call.engine, call.caller, id, at).await?;
            return call.answer("answer-follow-up-put-off", &[("at", (&clock(at, zone)).into())]);
        }
    };
    let ended = follow_ups::finish(call.engine, call.caller, id, how).await?;
    let how = ended.end.map_or(how, |end| end.how);
    call.answer(if how == Outcome::Done { "answer-follow-up-done" } else { "answer-follow-up-cancelled" }, &[])
}

/// What whoever gives it has to do, or what is to be done about a ticket.
async fn list(call: &Call<'_>) -> Result<Answer, CommandError> {
    let mut all: Vec<(FollowUp, String)> = match (call.given("ticket"), &call.caller.actor) {
        (Some(named), _) => {
            let ticket = the_ticket(call, Some(named), true).await?;
            let number = number_text(ticket.number);
            let of_ticket = follow_ups::of_ticket(call.engine, call.caller, ticket.number).await?;
            of_ticket.into_iter().filter(|it| it.end.is_none()).map(|it| (it, number.clone())).collect()
        }
        (None, Actor::Agent { id, .. }) => {
            let own = follow_ups::open(call.engine, call.caller, Some(*id), None, None, LISTED).await?;
            own.items.into_iter().map(|Listed { follow_up, ticket, .. }| (follow_up, number_text(ticket))).collect()
        }
        (None, _) => return Err(ActionError::not_now(Why::new("answer-agents-only")).into()),
    };
    if all.is_empty() {
        return call.answer("answer-no-follow-ups", &[]);
    }
    all.truncate(LISTED as usize);
    let lines: Vec<String> = all.iter().map(|(it, number)| line(call.engine, it, number, &call.place.language)).collect();
    let choice = |(it, number): &(FollowUp, String)| {
        let label = call.say("follow-up-button-done-of", &[("number", number.into())]);
        Choice::new(label, format!("/followup {} done", it.id))
    };
    Ok(Answer { choices: all.iter().take(MOST_BUTTONS).map(choice).collect(), ..Answer::text(lines.join("\n")) })
}

/// What is to be done about a ticket, a line each; of one that was taken back nothing is said any more.
pub(super) async fn lines_of(call: &Call<'_>, ticket: &Ticket) -> Result<Vec<String>, CommandError> {
    if ticket.withdrawn_at.is_some() {
        return Ok(Vec::new());
    }
    let all = follow_ups::of_ticket(call.engine, call.caller, ticket.number).await?;
    let number = number_text(ticket.number);
    Ok(all.iter().filter(|it| it.end.is_none()).map(|it| line(call.engine, it, &number, &call.place.language)).collect())
}

fn line(engine: &Engine, follow_up: &FollowUp, number: &str, language: &str) -> String {
    let zone = engine.desk().calendars.values().next().map_or(Tz::UTC, |calendar| calendar.time_zone);
    let mark = if follow_up.due_at <= engine.now() { "⏰" } else { "🗓" };
    format!("{mark} {} · {number} · {}", clock(follow_up.due_at, zone), shown(follow_up, language))
}

/// Where a ticket is settled and what is to be done about it, a line each, for a card.
///
/// # Errors
/// When the database cannot be read.
pub async fn settling_lines(engine: &Engine, ticket: &Ticket, language: &str) -> Result<Vec<String>, DbError> {
    let (cases, tasks) = (engine.reader().references_of_ticket(ticket.id).await?, engine.reader().follow_ups_of_ticket(ticket.id).await?);
    let number = number_text(ticket.number);
    let cases = cases.iter().map(|case| referring::line(engine, case));
    let tasks = tasks.iter().filter(|it| it.end.is_none()).map(|it| line(engine, it, &number, language));
    Ok(cases.chain(tasks).collect())
}

/// Something to be done as a card: what, about which ticket, and, while it is open, what can be done. Where it was put off since the card was made,
/// the card says so, and another one comes at the new time.
///
/// # Errors
/// When the database cannot be read.
pub async fn follow_up_card(engine: &Engine, follow_up: &FollowUp, language: &str, is_current: bool) -> Result<Answer, ActionError> {
    let (desk, reader) = (engine.desk(), engine.reader());
    let ticket = match reader.ticket_by_id(follow_up.ticket).await? {
        Some(ticket) => reader.ticket_going_on(ticket).await?,
        None => return Err(ActionError::NotFound { what: "ticket" }),
    };
    let contact = reader.contact(ticket.contact).await?.filter(|contact| contact.erased_at.is_none());
    let customer = contact.and_then(|contact| contact.name).unwrap_or_else(|| words::say(language, "staff-nameless", &[]));
    let department = ticket.department.as_ref().and_then(|key| desk.departments.get(key)).map(|department| department.name.get(language));
    let agent = follow_up.owner.and_then(|id| desk.agent(id)).map(|agent| agent.name.as_str());
    let agent = escaped(agent.or(department.filter(|name| !name.is_empty())).unwrap_or_default());
    let at = clock(follow_up.due_at, zone(&desk, &ticket));
    let (number, customer, what) = (number_text(ticket.number), quoted(&customer), shown(follow_up, language));
    let values =
        [("agent", (&agent).into()), ("number", (&number).into()), ("customer", (&customer).into()), ("at", (&at).into()), ("text", (&what).into())];
    let key = match (follow_up.end.map(|end| end.how), is_current) {
        (Some(Outcome::Done), _) => "follow-up-card-done",
        (Some(Outcome::Cancelled), _) => "follow-up-card-cancelled",
        (None, false) => "follow-up-card-put-off",
        (None, true) => "follow-up-card",
    };
    let choices = if follow_up.end.is_none() && is_current { steps(follow_up, language) } else { Vec::new() };
    Ok(Answer { choices, ..Answer::text(words::say(language, key, &values)) })
}

/// What can be done about it.
fn steps(follow_up: &FollowUp, language: &str) -> Vec<Choice> {
    let say = |key: &str| words::say(language, key, &[]);
    let mut choices = vec![Choice::new(say("follow-up-button-done"), format!("/followup {} done", follow_up.id))];
    for (moment, key) in [("1h", "moment-hour"), ("tomorrow 9:00", "moment-tomorrow"), ("1w", "moment-week")] {
        let label = words::say(language, "request-button-expected", &[("moment", (&say(key)).into())]);
        choices.push(Choice::new(label, format!("/followup {} {moment}", follow_up.id)));
    }
    choices.push(Choice::new(say("follow-up-button-cancel"), format!("/followup {} cancel", follow_up.id)));
    choices
}

/// What is to be done, in one line.
fn shown(follow_up: &FollowUp, language: &str) -> String {
    let words = follow_up.in_words(language);
    escaped(&words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The time with which a line begins, as many of its words as can be one, and what is to be done then.
fn split(line: &str, now: DateTime<Utc>, zone: Tz) -> Option<(DateTime<Utc>, &str)> {
    let line = line.trim();
    let ends = line.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).chain([line.len()]).take(LONGEST_MOMENT);
    let read = |end: usize| {
        let (moment, task) = line.split_at_checked(end)?;
        Some((moment::read(moment, now, zone)?, task.trim()))
    };
    ends.collect::<Vec<_>>().into_iter().rev().find_map(read)
}

fn zone(desk: &Desk, ticket: &Ticket) -> Tz {
    let calendar = ticket.department.as_ref().and_then(|key| desk.calendar_of(key)).or_else(|| desk.calendars.values().next());
    calendar.map_or(Tz::UTC, |calendar| calendar.time_zone)
}

fn clock(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_with_its_time() {
        // A Sunday.
        let now = DateTime::from_timestamp(1_795_339_800, 0).unwrap_or_default();
        let at = |text: &str| moment::read(text, now, Tz::Europe__Berlin);
        for (line, moment, task) in [
            ("friday check the refund", "friday", "check the refund"),
            ("Friday 14:00 check the refund", "friday 14:00", "check the refund"),
            ("tomorrow at 9:00  call", "tomorrow 9:00", "call"),
            ("in 3 days 2 parcels should be there", "3d", "2 parcels should be there"),
            ("2h", "2h", ""),
            ("周五 查一下退款", "周五", "查一下退款"),
            ("明天 9点 回电话", "明天 9:00", "回电话"),
        ] {
            assert_eq!(split(line, now, Tz::Europe__Berlin), at(moment).map(|at| (at, task)), "{line}");
        }
        for line in ["", "check the refund", "soon"] {
            assert_eq!(split(line, now, Tz::UTC), None, "{line}");
        }
    }
}
