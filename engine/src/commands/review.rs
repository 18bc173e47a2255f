//! Making a ticket: `/ticket` shows it filled in, the card's lines correct and confirm it, `/undo` takes it back.

mod card;
mod fill;

use bellhop_domain::{
    desk::Desk,
    review::{ReviewState, UNDO_WITHIN},
    template::{Field, FieldType, Template},
    ticket::{Ticket, number_text, parse_number},
    why::Why,
    words,
};
use serde_json::{Map, Value};

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped};
use crate::{
    Engine,
    actions::{
        ActionError, convert,
        review::{self, ReviewPatch, Reviewed},
    },
    caller::{Caller, Permission},
};
use bellhop_domain::id::ConversationId;

const HANDLE: Option<Permission> = Some(Permission::HandleTickets);
const FIELD: Argument = Argument::required("field", Kind::Text);
const VALUE: Argument = Argument::optional("value", Kind::Text);
const STEPS: &[&str] = &["confirm", "another", "ask", "stop", "cancel", "template"];

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "ticket",
        arguments: &[Argument::optional("template", Kind::Template)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(ticket(call)),
    },
    Command { name: "field", arguments: &[FIELD, VALUE], needs: HANDLE, within: Within::Conversation, run: |call| Box::pin(field(call)) },
    Command {
        name: "review",
        arguments: &[Argument::optional("step", Kind::OneOf(STEPS)), Argument::optional("version", Kind::Text)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(step(call)),
    },
    Command { name: "fill", arguments: &[], needs: HANDLE, within: Within::Conversation, run: |call| Box::pin(fill::fill(call)) },
    Command {
        name: "into",
        arguments: &[Argument::optional("ticket", Kind::Text)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(into(call)),
    },
    Command {
        name: "undo",
        arguments: &[Argument::optional("ticket", Kind::Text)],
        needs: HANDLE,
        within: Within::Anywhere,
        run: |call| Box::pin(undo(call)),
    },
];

/// The card of a conversation's ticket in the making as it stands now, in this language: for whoever shows it, when it has changed. Nothing
/// where none was begun.
///
/// # Errors
/// When the caller may not see tickets, or the database does not answer.
pub async fn review_card(engine: &Engine, caller: &Caller, conversation: ConversationId, language: &str) -> Result<Option<Answer>, ActionError> {
    let desk = engine.desk();
    Ok(review::look(engine, caller, conversation).await?.map(|reviewed| card::card(&desk, language, &reviewed, None)))
}

async fn ticket(call: &Call<'_>) -> Result<Answer, CommandError> {
    let id = call.conversation()?;
    let part = match call.place.replied_to {
        Some(message) => review::part_from(call.engine, id, message).await?,
        None => None,
    };
    let reviewed = review::open(call.engine, call.caller, id, call.given("template"), part).await?;
    Ok(shown(call, &reviewed))
}

fn shown(call: &Call<'_>, reviewed: &Reviewed) -> Answer {
    card::card(&call.desk, &call.place.language, reviewed, None)
}

/// The card after some words.
fn shown_after(call: &Call<'_>, lead: String, reviewed: &Reviewed) -> Answer {
    let card = shown(call, reviewed);
    Answer { text: format!("{lead}\n\n{}", card.text), ..card }
}

async fn step(call: &Call<'_>) -> Result<Answer, CommandError> {
    let (engine, caller, id) = (call.engine, call.caller, call.conversation()?);
    let version = version(call)?;
    match call.text("step") {
        "confirm" => confirm(call, false, version).await,
        "another" => confirm(call, true, version).await,
        "ask" => Ok(shown_after(call, call.say("review-asked", &[]), &review::ask_customer(engine, caller, id).await?)),
        "stop" => Ok(shown(call, &review::stop_asking(engine, caller, id).await?)),
        "cancel" => Ok(shown(call, &Box::pin(review::cancel(engine, caller, id, None)).await?)),
        "template" => {
            let reviewed = current(call).await?;
            Ok(card::templates(&call.desk, &call.place.language, &reviewed))
        }
        _ => {
            let reviewed = current(call).await?;
            if !reviewed.review.is_open() {
                return Ok(shown(call, &reviewed));
            }
            // What the customer has written since may fill a field.
            Ok(shown(call, &review::open(engine, caller, id, None, None).await?))
        }
    }
}

fn version(call: &Call<'_>) -> Result<Option<i64>, CommandError> {
    match call.text("version") {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| call.usage("answer-takes-nothing")),
    }
}

async fn current(call: &Call<'_>) -> Result<Reviewed, CommandError> {
    let none = || ActionError::not_now(Why::new("review-none"));
    Ok(review::look(call.engine, call.caller, call.conversation()?).await?.ok_or_else(none)?)
}

/// Makes the ticket that the card shows; where it has changed since, or something is missing, the card shows that instead.
async fn confirm(call: &Call<'_>, another: bool, version: Option<i64>) -> Result<Answer, CommandError> {
    let (engine, caller, id) = (call.engine, call.caller, call.conversation()?);
    match review::confirm(engine, caller, id, another, version).await {
        Ok(made) => {
            let reviewed = current(call).await?;
            let number = number_text(made.ticket.number);
            Ok(match made.created {
                true => shown(call, &reviewed),
                false => shown_after(call, call.say("review-made-before", &[("number", (&number).into())]), &reviewed),
            })
        }
        Err(ActionError::Conflict) => {
            let reviewed = current(call).await?;
            Ok(shown_after(call, call.say("review-changed-meanwhile", &[]), &reviewed))
        }
        Err(ActionError::Invalid { problems })
            if problems.iter().all(|problem| problem.field.starts_with("fields.") || problem.field == "template") =>
        {
            Ok(shown(call, &review::open(engine, caller, id, None, None).await?))
        }
        Err(error) => Err(error.into()),
    }
}

/// Sets a field; without a value it asks for one, `-` leaves it empty.
async fn field(call: &Call<'_>) -> Result<Answer, CommandError> {
    let reviewed = current(call).await?;
    let none = || ActionError::not_now(Why::new("review-none"));
    let template = reviewed.template.as_ref().filter(|_| reviewed.review.is_open()).ok_or_else(none)?;
    let Some(field) = field_called(template, call.text("field")) else {
        let label = call.say("argument-field", &[]);
        let what = call.say("answer-no-such", &[("what", (&label).into()), ("given", (&escaped(call.text("field"))).into())]);
        let language = &call.place.language;
        let choices = template.fields.iter().take(8).map(|field| Choice::new(field.label.get(language), format!("/field {}", field.key)));
        return Err(call.wrong(what, choices.collect()));
    };
    let value = match call.text("value") {
        "" => return Ok(card::card(&call.desk, &call.place.language, &reviewed, Some((field, &[])))),
        "-" => Value::Null,
        // A way that goes on: the next level is asked for.
        text if field.kind == FieldType::CascadingChoice && text.ends_with('/') => {
            let way: Vec<String> = text.split('/').map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned).collect();
            return Ok(card::card(&call.desk, &call.place.language, &reviewed, Some((field, &way))));
        }
        text => Value::String(text.to_owned()),
    };
    let patch = ReviewPatch { fields: Map::from_iter([(field.key.clone(), value)]), ..ReviewPatch::default() };
    match review::change(call.engine, call.caller, call.conversation()?, &patch, None).await {
        Ok(reviewed) => Ok(shown(call, &reviewed)),
        Err(ActionError::Invalid { problems }) => {
            let why = problems.into_iter().map(|problem| problem.message.say(&call.place.language)).collect::<Vec<_>>().join("; ");
            let label = escaped(field.label.get(&call.place.language));
            let text = call.say("review-unusable", &[("label", (&label).into()), ("why", (&escaped(&why)).into())]);
            let again = card::question(&call.place.language, field, &[]);
            Err(CommandError::Usage(Answer { text: format!("{text}\n{}", again.text), ..again }))
        }
        Err(error) => Err(error.into()),
    }
}

/// The field with this key, or with this label in any language.
fn field_called<'t>(template: &'t Template, text: &str) -> Option<&'t Field> {
    let folded = text.trim().to_lowercase();
    template.field(text).or_else(|| {
        template.fields.iter().find(|field| field.key.to_lowercase() == folded || field.label.0.values().any(|label| label.to_lowercase() == folded))
    })
}

/// Puts the conversation into a ticket that there is already.
async fn into(call: &Call<'_>) -> Result<Answer, CommandError> {
    let id = call.conversation()?;
    let Some(number) = parse_number(call.text("ticket")) else {
        let tickets = convert::tickets_to_join(call.engine, call.caller, id).await?;
        let choices: Vec<Choice> = tickets.iter().take(8).map(|ticket| into_choice(&call.desk, ticket, &call.place.language)).collect();
        let key = if choices.is_empty() { "review-none-to-join" } else { "review-which-to-join" };
        return Err(call.wrong(call.say(key, &[]), choices));
    };
    let ticket = convert::add_conversation(call.engine, call.caller, number, id).await?;
    let number = number_text(ticket.number);
    call.answer("review-joined", &[("number", (&number).into())])
}

fn into_choice(desk: &Desk, ticket: &Ticket, language: &str) -> Choice {
    let number = number_text(ticket.number);
    let title = desk.form_of(ticket).map_or("", |template| template.title.get(language));
    Choice::new(words::say(language, "review-button-into", &[("number", (&number).into()), ("title", title.into())]), format!("/into {number}"))
}

async fn undo(call: &Call<'_>) -> Result<Answer, CommandError> {
    let Some(number) = parse_number(call.text("ticket")) else {
        let choices = undoable(call).await?.into_iter().map(|ticket| {
            let number = number_text(ticket.number);
            Choice::new(format!("{} {number}", call.say("review-button-undo", &[])), format!("/undo {number}"))
        });
        return Err(call.wrong(call.say("review-which-undo", &[]), choices.collect()));
    };
    let undone = review::undo(call.engine, call.caller, number).await?;
    let number = number_text(number);
    let told = if undone.told { format!("\n{}", call.say("review-withdrawn-told", &[])) } else { String::new() };
    let reviewed = match undone.ticket.conversations.first() {
        Some(id) => review::look(call.engine, call.caller, *id).await?.filter(|reviewed| reviewed.review.is_open()),
        None => None,
    };
    let Some(reviewed) = reviewed.filter(|reviewed| call.place.conversation == Some(reviewed.review.conversation)) else {
        return Ok(Answer::text(format!("{}{told}", call.say("review-undone", &[("number", (&number).into())]))));
    };
    let lead = call.say("review-withdrawn", &[("number", (&number).into())]);
    Ok(shown_after(call, format!("{lead}{told}"), &reviewed))
}

/// The tickets of the conversation that can still be taken back.
async fn undoable(call: &Call<'_>) -> Result<Vec<Ticket>, CommandError> {
    let Some(id) = call.place.conversation else { return Ok(Vec::new()) };
    let now = call.engine.now();
    let tickets = call.engine.reader().tickets_of_conversation(id).await?;
    Ok(tickets.into_iter().filter(|ticket| now - ticket.created_at <= UNDO_WITHIN).collect())
}

/// Whether a card shows a ticket that was made.
fn is_made(reviewed: &Reviewed) -> bool {
    matches!(reviewed.review.state, ReviewState::Made { .. })
}

#[cfg(test)]
mod tests;
