//! What may be meant while an argument is written: for platforms that show it below the line.

use bellhop_channel::staff::Suggestion;
use bellhop_domain::{
    ticket::{TicketStatus, number_text},
    words::{self, status_key},
};
use bellhop_store::contacts::ContactFilter;

use super::{
    Argument, Kind, Place, all,
    choices::{alike, candidates, fold},
};
use crate::{
    Engine,
    actions::{ActionError, editing::search, review},
    caller::{Caller, Permission},
};

/// What is suggested at once.
const MOST: usize = 25;
/// People that are suggested at once.
const MOST_PEOPLE: u32 = 10;

/// Whether there is something to suggest for an argument.
pub fn is_suggested(argument: &Argument) -> bool {
    match argument.kind {
        Kind::OneOf(_) | Kind::Room => false,
        Kind::Text => matches!(argument.name, "ticket" | "field"),
        _ => true,
    }
}

/// What the argument `argument` of the command `name` may be where so much of it is written, the likeliest first; nothing where the caller may not give the
/// command.
///
/// # Errors
/// When the database or the knowledge base does not answer.
pub async fn suggest(
    engine: &Engine,
    caller: &Caller,
    place: &Place,
    name: &str,
    argument: &str,
    written: &str,
) -> Result<Vec<Suggestion>, ActionError> {
    let Some(command) = all().find(|command| command.name == name) else { return Ok(Vec::new()) };
    if command.needs.is_some_and(|needs| !caller.permissions.allow(needs)) {
        return Ok(Vec::new());
    }
    let Some(argument) = command.arguments.iter().find(|of| of.name == argument) else { return Ok(Vec::new()) };
    let (desk, language) = (engine.desk(), place.language.as_str());
    let said = |label: String, value: String| Suggestion { label, value };
    if let Some(found) = candidates(argument.kind, &desk, caller, language) {
        let shown = |candidate: &super::choices::Candidate| said(candidate.label.clone(), candidate.written());
        let folded = fold(written);
        return Ok(match folded.is_empty() {
            true => found.iter().take(MOST).map(shown).collect(),
            false => alike(&found, &folded, MOST).map(shown).collect(),
        });
    }
    let mut suggested = match argument.kind {
        Kind::Article => articles(engine, caller, place, written).await?,
        Kind::Contact => people(engine, caller, written).await?,
        Kind::Status => statuses(engine, place).await?,
        Kind::Moment => moments(language, written),
        Kind::Labels => labels(engine, place, written).await?,
        Kind::Text if argument.name == "ticket" => tickets(engine, place).await?,
        Kind::Text if argument.name == "field" => fields(engine, caller, place).await?,
        _ => Vec::new(),
    };
    if matches!(argument.kind, Kind::Status | Kind::Text) {
        let folded = fold(written);
        suggested.retain(|one| one.label.to_lowercase().contains(&folded) || one.value.to_lowercase().contains(&folded));
    }
    suggested.truncate(MOST);
    Ok(suggested)
}

async fn articles(engine: &Engine, caller: &Caller, place: &Place, written: &str) -> Result<Vec<Suggestion>, ActionError> {
    let found = search::search(engine, caller, Some(written), None, place.conversation, MOST).await?;
    Ok(found.into_iter().map(|found| Suggestion { label: found.article.title, value: found.article.slug }).collect())
}

async fn people(engine: &Engine, caller: &Caller, written: &str) -> Result<Vec<Suggestion>, ActionError> {
    if !caller.permissions.allow(Permission::ReadContacts) || written.trim().chars().count() < 2 {
        return Ok(Vec::new());
    }
    let filter = ContactFilter { q: Some(written.trim().to_owned()), ..ContactFilter::default() };
    let found = engine.reader().contacts(&filter, None, MOST_PEOPLE).await?.items;
    let living = found.into_iter().filter(|contact| contact.erased_at.is_none());
    Ok(living
        .map(|contact| {
            let address = contact.emails.first().or(contact.phones.first()).map(|address| format!(" ({})", address.value));
            let name = contact.name.unwrap_or_else(|| contact.id.to_string());
            Suggestion { label: format!("{name}{}", address.unwrap_or_default()), value: contact.id.to_string() }
        })
        .collect())
}

async fn statuses(engine: &Engine, place: &Place) -> Result<Vec<Suggestion>, ActionError> {
    let (desk, language) = (engine.desk(), place.language.as_str());
    let mut suggested = Vec::new();
    if let Some(conversation) = place.conversation {
        for ticket in engine.reader().tickets_of_conversation(conversation).await? {
            let stages = desk.form_of(&ticket).map(|template| template.stages.as_slice()).unwrap_or_default();
            suggested.extend(stages.iter().map(|stage| Suggestion { label: stage.name.get(language).to_owned(), value: stage.key.clone() }));
        }
    }
    let all = TicketStatus::ALL.into_iter();
    suggested.extend(all.map(|status| Suggestion { label: words::say(language, status_key(status), &[]), value: status.as_str().to_owned() }));
    suggested.retain(|one| !one.label.is_empty());
    Ok(suggested)
}

/// What is written comes first: there are more moments than can be suggested.
fn moments(language: &str, written: &str) -> Vec<Suggestion> {
    let own = Some(written.trim()).filter(|written| !written.is_empty());
    let own = own.map(|written| Suggestion { label: written.to_owned(), value: written.to_owned() });
    let usual = [("1h", "moment-hour"), ("4h", "moment-hours"), ("tomorrow 9:00", "moment-tomorrow"), ("1w", "moment-week")];
    let usual = usual.map(|(value, key)| Suggestion { label: words::say(language, key, &[]), value: value.to_owned() });
    own.into_iter().chain(usual).collect()
}

/// What is written, and what can be taken away.
async fn labels(engine: &Engine, place: &Place, written: &str) -> Result<Vec<Suggestion>, ActionError> {
    let own = Some(written.trim()).filter(|written| !written.is_empty());
    let own = own.map(|written| Suggestion { label: written.to_owned(), value: written.to_owned() });
    let held = match place.conversation {
        Some(id) => engine.reader().conversation(id).await?.map(|conversation| conversation.tags).unwrap_or_default(),
        None => Vec::new(),
    };
    let gone = held.into_iter().filter(|tag| !tag.contains(char::is_whitespace)).map(|tag| format!("-{tag}"));
    Ok(own.into_iter().chain(gone.map(|line| Suggestion { label: line.clone(), value: line })).collect())
}

async fn tickets(engine: &Engine, place: &Place) -> Result<Vec<Suggestion>, ActionError> {
    let Some(conversation) = place.conversation else { return Ok(Vec::new()) };
    let desk = engine.desk();
    let shown = |ticket: bellhop_domain::ticket::Ticket| {
        let title = desk.form_of(&ticket).map_or("", |template| template.title.get(&place.language));
        let number = number_text(ticket.number);
        Suggestion { label: format!("{number} {title}"), value: number }
    };
    Ok(engine.reader().tickets_of_conversation(conversation).await?.into_iter().rev().map(shown).collect())
}

async fn fields(engine: &Engine, caller: &Caller, place: &Place) -> Result<Vec<Suggestion>, ActionError> {
    let Some(conversation) = place.conversation else { return Ok(Vec::new()) };
    let template = review::look(engine, caller, conversation).await?.and_then(|reviewed| reviewed.template);
    let fields = template.map(|template| template.fields).unwrap_or_default();
    Ok(fields.into_iter().map(|field| Suggestion { label: field.label.get(&place.language).to_owned(), value: field.key }).collect())
}
