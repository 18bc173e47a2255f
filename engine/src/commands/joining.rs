//! Tickets that have to do with each other: linked, merged, split, many of one incident.

use std::collections::BTreeMap;

use bellhop_domain::{
    ticket::{Relation, Ticket, number_text, parse_number},
    words::{self, status_key},
};

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped, quoted, ticketing::the_ticket};
use crate::{
    actions::{
        ActionError,
        tickets::{
            incident, linking,
            merging::{self, MergeOptions},
            splitting::{self, Split},
        },
    },
    caller::Permission,
};

/// Tickets that are named in an answer; of more, how many there are is said.
const MOST_NAMED: usize = 12;
const HANDLE: Option<Permission> = Some(Permission::HandleTickets);

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "split",
        arguments: &[Argument::optional("template", Kind::Template), Argument::optional("ticket", Kind::Text)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(split(call)),
    },
    Command {
        name: "incident",
        arguments: &[Argument::optional("ticket", Kind::Text), Argument::optional("incident", Kind::Text)],
        needs: HANDLE,
        within: Within::Anywhere,
        run: |call| Box::pin(incident(call)),
    },
];

/// What a ticket that is named is to the other one, as agents write it.
const RELATIONS: [(&str, Relation); 5] = [
    ("duplicate", Relation::HasDuplicate),
    ("original", Relation::DuplicateOf),
    ("parent", Relation::ChildOf),
    ("child", Relation::ParentOf),
    ("related", Relation::Related),
];
/// The words that `/link T-7` takes.
pub(super) const LINK_WORDS: &[&str] = &["duplicate", "original", "parent", "child", "related", "off"];

/// The number of what is surely a ticket: `T-7` or `#7`, not a bare `7`.
pub(super) fn named_ticket(text: &str) -> Option<i64> {
    let is_marked = text.starts_with("T-") || text.starts_with("t-") || text.starts_with('#');
    parse_number(text).filter(|_| is_marked)
}

/// `/link T-7 child`: says what T-7 is to the ticket of this conversation, or to the one that is named behind it.
pub(super) async fn link(call: &Call<'_>, other: i64) -> Result<Answer, CommandError> {
    let ticket = the_ticket(call, call.given("ticket"), false).await?;
    let (number, to) = (number_text(ticket.number), number_text(other));
    let values = [("ticket", (&number).into()), ("other", (&to).into())];
    let word = call.text("relation");
    if word == "off" {
        let ended = linking::unlink(call.engine, call.caller, ticket.number, None, other).await?;
        return call.answer(if ended { "answer-unlinked" } else { "answer-not-linked" }, &values);
    }
    let Some((_, relation)) = RELATIONS.into_iter().find(|(name, _)| *name == word) else {
        let choices = RELATIONS.map(|(name, relation)| {
            let label = call.say(&relation.inverse().words_key(), &[("ticket", (&to).into())]);
            Choice::new(label, format!("/link {to} {name} {number}"))
        });
        return Err(call.wrong(call.say("answer-which-relation", &values), choices.to_vec()));
    };
    linking::link(call.engine, call.caller, ticket.number, relation, other).await?;
    let label = call.say(&relation.words_key(), &[("ticket", (&to).into())]);
    let text = call.say("answer-linked-ticket", &[("ticket", (&number).into()), ("relation", (&label).into())]);
    Ok(Answer { choices: vec![Choice::new(call.say("answer-button-unlink", &[]), format!("/link {to} off {number}"))], ..Answer::text(text) })
}

/// What a ticket stands to, what it is a part of, and what is a part of it: a line for each kind.
pub(super) async fn lines_of(call: &Call<'_>, ticket: &Ticket) -> Result<Vec<String>, CommandError> {
    let reader = call.engine.reader();
    let mut lines = Vec::new();
    if let Some(into) = ticket.merged_into {
        lines.push(call.say("staff-merged-into", &[("ticket", (&number_text(into)).into())]));
    }
    let parts: Vec<String> = reader.tickets_merged_into(ticket.number).await?.iter().map(|part| number_text(part.number)).collect();
    if !parts.is_empty() {
        lines.push(call.say("staff-merged-parts", &[("tickets", (&shortened(&parts)).into())]));
    }
    if ticket.incident {
        lines.push(call.say("staff-incident", &[]));
    }
    let mut by_relation: BTreeMap<Relation, Vec<String>> = BTreeMap::new();
    for (relation, other) in reader.links_of_ticket(ticket.id).await? {
        let status = words::say(&call.place.language, status_key(other.status), &[]);
        by_relation.entry(relation).or_default().push(format!("{} ({status})", number_text(other.number)));
    }
    for (relation, others) in by_relation {
        lines.push(call.say(&relation.words_key(), &[("ticket", (&shortened(&others)).into())]));
    }
    Ok(lines)
}

fn shortened(all: &[String]) -> String {
    let named = all.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if all.len() > MOST_NAMED { format!("{named} … ({})", all.len()) } else { named }
}

/// What `/merge` was given, where it names tickets and no person.
pub(super) fn names_tickets(given: &str) -> bool {
    let first = given.split_whitespace().next().unwrap_or_default();
    named_ticket(first).is_some() || (first == "undo" && given.split_whitespace().nth(1).is_some_and(|second| named_ticket(second).is_some()))
}

/// `/merge T-7`: the ticket of this conversation goes on in T-7; `/merge T-9 T-7`: T-9 does; `/merge undo T-9` parts them again.
pub(super) async fn merge(call: &Call<'_>, given: &str) -> Result<Answer, CommandError> {
    let mut numbers = Vec::new();
    let (mut options, mut undo) = (MergeOptions::default(), false);
    for word in given.split_whitespace() {
        match (named_ticket(word), word) {
            (Some(number), _) => numbers.push(number),
            (None, "anyway") => options.other_customer = true,
            (None, "quiet") => options.quiet = true,
            (None, "undo") => undo = true,
            (None, other) => return Err(call.wrong(call.say("answer-merge-word", &[("given", (&quoted(other)).into())]), Vec::new())),
        }
    }
    if undo {
        let [number] = numbers.as_slice() else { return Err(call.usage("answer-merge-usage")) };
        let ticket = merging::unmerge(call.engine, call.caller, *number).await?;
        return call.answer("answer-unmerged", &[("ticket", (&number_text(ticket.number)).into())]);
    }
    let (number, into) = match numbers.as_slice() {
        [into] => (the_ticket(call, None, false).await?.number, *into),
        [number, into] => (*number, *into),
        _ => return Err(call.usage("answer-merge-usage")),
    };
    let (from, to) = (number_text(number), number_text(into));
    let merged = match merging::merge(call.engine, call.caller, number, into, options).await {
        Err(ActionError::Invalid { problems }) if problems.iter().any(|problem| problem.field == "other_customer") => {
            let quiet = if options.quiet { " quiet" } else { "" };
            let button = Choice::new(call.say("answer-button-merge-anyway", &[]), format!("/merge {from} {to} anyway{quiet}"));
            let text = problems.iter().map(|problem| problem.message.say(&call.place.language)).collect::<Vec<_>>().join("\n");
            return Err(CommandError::Usage(Answer { choices: vec![button], ..Answer::text(text) }));
        }
        merged => merged?,
    };
    let text = call.say("answer-merged-tickets", &[("ticket", (&from).into()), ("into", (&number_text(merged.number)).into())]);
    Ok(Answer { choices: vec![Choice::new(call.say("answer-button-unmerge", &[]), format!("/merge undo {from}"))], ..Answer::text(text) })
}

/// In answer to a message: it becomes a ticket of its own, linked with the ticket that it was a part of.
async fn split(call: &Call<'_>) -> Result<Answer, CommandError> {
    let ticket = the_ticket(call, call.given("ticket"), false).await?;
    let Some(message) = call.place.replied_to else { return Err(call.usage("answer-split-which")) };
    let wanted = Split { template: call.given("template").map(str::to_owned), messages: vec![message], ..Split::default() };
    let wanted = wanted.taking_along(&call.desk, &ticket);
    let made = splitting::split(call.engine, call.caller, ticket.number, &wanted).await?.ticket;
    let (number, from) = (number_text(made.number), number_text(ticket.number));
    let text = call.say("answer-split", &[("ticket", (&number).into()), ("from", (&from).into())]);
    Ok(Answer { choices: vec![Choice::new(call.say("review-button-undo", &[]), format!("/undo {number}"))], ..Answer::text(text) })
}

/// `/incident T-3 T-4 T-5` attaches; `/incident T-3 solved <answer>` answers all; `/incident T-3 off` makes it an ordinary ticket again.
async fn incident(call: &Call<'_>) -> Result<Answer, CommandError> {
    let ticket = the_ticket(call, call.given("ticket"), false).await?;
    let number = number_text(ticket.number);
    if call.given("ticket").is_none() {
        let button = Choice::new(call.say("answer-button-incident", &[("ticket", (&number).into())]), format!("/incident {number}"));
        return Err(call.wrong(call.say("answer-incident-which", &[]), vec![button]));
    }
    let rest = call.text("incident").trim();
    let (first, answer) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    match first {
        "solved" => {
            let answer = BTreeMap::from([(call.place.language.clone(), answer.trim().to_owned())]);
            let open = open_children(call, &ticket).await?;
            incident::solve(call.engine, call.caller, ticket.number, &answer).await?;
            return call.answer("answer-incident-solved", &[("ticket", (&number).into()), ("count", (open as i64).into())]);
        }
        "off" => {
            incident::revoke(call.engine, call.caller, ticket.number).await?;
            return call.answer("answer-incident-off", &[("ticket", (&number).into())]);
        }
        _ => {}
    }
    let mut children = Vec::new();
    for word in rest.split([' ', ',', ';']).filter(|word| !word.is_empty()) {
        let Some(child) = named_ticket(word) else {
            return Err(call.wrong(call.say("answer-incident-word", &[("given", (&quoted(word)).into())]), Vec::new()));
        };
        children.push(child);
    }
    incident::declare(call.engine, call.caller, ticket.number, &children).await?;
    let open = open_children(call, &ticket).await?;
    let mut text = call.say("answer-incident", &[("ticket", (&number).into()), ("count", (open as i64).into())]);
    let languages: Vec<String> =
        incident::languages(call.engine, call.caller, ticket.number).await?.iter().map(|tag| escaped(words::language_name(tag))).collect();
    if languages.len() > 1 {
        text = format!("{text}\n{}", call.say("answer-incident-languages", &[("languages", (&languages.join(", ")).into())]));
    }
    Ok(Answer { choices: vec![Choice::new(call.say("answer-button-incident-off", &[]), format!("/incident {number} off"))], ..Answer::text(text) })
}

async fn open_children(call: &Call<'_>, ticket: &Ticket) -> Result<usize, CommandError> {
    let children = call.engine.reader().children_of_ticket(ticket.id).await?;
    Ok(children.iter().filter(|child| child.status.is_open()).count())
}
