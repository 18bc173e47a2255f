//! Cases of tickets in business systems.

use bellhop_domain::{
    reference::Reference,
    ticket::{Ticket, number_text},
    why::Why,
};

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped, quoted, ticketing::the_ticket};
use crate::{
    Engine,
    actions::{
        ActionError,
        references::{self, NewReference},
    },
    caller::Permission,
    systems::{Standing, name_of, page_of, standing_of},
};

/// Systems that are offered at once.
const MOST_OFFERED: usize = 8;
const SYSTEM: Argument = Argument::optional("system", Kind::Text);
const TICKET: Argument = Argument::optional("ticket", Kind::Text);

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "reference",
        arguments: &[Argument::optional("reference", Kind::Text), SYSTEM, TICKET],
        needs: Some(Permission::HandleTickets),
        within: Within::Anywhere,
        run: |call| Box::pin(refer(call)),
    },
    Command {
        name: "unreference",
        arguments: &[Argument::required("reference", Kind::Text), SYSTEM, TICKET],
        needs: Some(Permission::HandleTickets),
        within: Within::Anywhere,
        run: |call| Box::pin(unrefer(call)),
    },
];

async fn refer(call: &Call<'_>) -> Result<Answer, CommandError> {
    let Some(id) = call.given("reference") else {
        let ticket = the_ticket(call, None, true).await?;
        return list(call, &ticket).await;
    };
    let system = system(call)?;
    let ticket = the_ticket(call, call.given("ticket"), false).await?;
    let new = NewReference { system, external_id: id.to_owned(), ..NewReference::default() };
    let (reference, _) = references::link(call.engine, call.caller, ticket.number, &new).await?;
    let number = number_text(ticket.number);
    call.answer("answer-referenced", &[("number", (&number).into()), ("case", (&line(call.engine, &reference)).into())])
}

async fn unrefer(call: &Call<'_>) -> Result<Answer, CommandError> {
    let ticket = the_ticket(call, call.given("ticket"), true).await?;
    let wanted = call.text("reference");
    let mut found = references::of_ticket(call.engine, call.caller, ticket.number).await?;
    found.retain(|known| known.external_id == wanted || known.id.to_string() == wanted);
    if let Some(key) = call.given("system") {
        let key = named(call, key);
        found.retain(|known| Some(&known.system) == key.as_ref());
    }
    match found.as_slice() {
        [] => {
            let what = call.say("answer-no-reference", &[("given", (&quoted(wanted)).into())]);
            Err(call.wrong(what, Vec::new()))
        }
        [only] => {
            references::unlink(call.engine, call.caller, ticket.number, only.id).await?;
            let number = number_text(ticket.number);
            call.answer("answer-unreferenced", &[("number", (&number).into()), ("id", (&escaped(&only.external_id)).into())])
        }
        several => {
            let choice = |it: &Reference| {
                let label = format!("{} {}", name_of(&call.engine.settings().systems, &it.system), it.external_id);
                Choice::new(label, format!("/unreference {} {} {}", it.id, it.system, number_text(ticket.number)))
            };
            Err(call.wrong(call.say("answer-which-system", &[]), several.iter().take(MOST_OFFERED).map(choice).collect()))
        }
    }
}

/// What a ticket refers to.
async fn list(call: &Call<'_>, ticket: &Ticket) -> Result<Answer, CommandError> {
    let lines = lines_of(call, ticket).await?;
    if lines.is_empty() {
        return call.answer("answer-no-references", &[("number", (&number_text(ticket.number)).into())]);
    }
    Ok(Answer::text(lines.join("\n")))
}

/// The cases of a ticket, a line each; of one that was taken back nothing is said any more.
pub(super) async fn lines_of(call: &Call<'_>, ticket: &Ticket) -> Result<Vec<String>, CommandError> {
    if ticket.withdrawn_at.is_some() {
        return Ok(Vec::new());
    }
    let all = references::of_ticket(call.engine, call.caller, ticket.number).await?;
    Ok(all.iter().map(|reference| line(call.engine, reference)).collect())
}

/// A case with its state, as a link where it has a page.
pub(super) fn line(engine: &Engine, reference: &Reference) -> String {
    let systems = &engine.settings().systems;
    let mark = match standing_of(systems, reference) {
        Standing::Open => "🔗",
        Standing::Done => "✅",
        Standing::Failed => "❌",
    };
    let id = escaped(&reference.external_id);
    let case = page_of(systems, reference).map_or_else(|| id.clone(), |page| format!("[{id}]({page})"));
    let state = reference.state.as_deref().map(|state| format!(" · {}", escaped(state))).unwrap_or_default();
    format!("{mark} {} {case}{state}", escaped(name_of(systems, &reference.system)))
}

/// The system that is meant; the only one where none is named.
fn system(call: &Call<'_>) -> Result<String, CommandError> {
    let systems = &call.engine.settings().systems;
    if systems.is_empty() {
        return Err(ActionError::not_now(Why::new("why-no-systems")).into());
    }
    let offered = || {
        let choice = |key: &String| Choice::new(name_of(systems, key), call.line_instead("system", key));
        systems.keys().take(MOST_OFFERED).map(choice).collect()
    };
    match (call.given("system"), systems.keys().next()) {
        (Some(given), _) => named(call, given).ok_or_else(|| {
            let label = call.say("argument-system", &[]);
            call.wrong(call.say("answer-no-such", &[("what", (&label).into()), ("given", (&quoted(given)).into())]), offered())
        }),
        (None, Some(only)) if systems.len() == 1 => Ok(only.clone()),
        (None, _) => Err(call.wrong(call.say("answer-which-system", &[]), offered())),
    }
}

/// Key of the system with this key or name.
fn named(call: &Call<'_>, given: &str) -> Option<String> {
    let folded = given.to_lowercase();
    let systems = &call.engine.settings().systems;
    systems.iter().find(|(key, system)| **key == folded || system.name.to_lowercase() == folded).map(|(key, _)| key.clone())
}
