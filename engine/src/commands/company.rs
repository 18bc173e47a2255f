//! The company that the customer belongs to, and what its people have with us.

use bellhop_domain::{
    contact::{Contact, Organisation},
    id::OrganisationId,
    ticket::number_text,
    words::{self, status_key},
};

use super::{
    Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, customer::name_of, customer::source, customer::the_contact, escaped, quoted,
};
use crate::{
    actions::contacts::{self, ContactPatch, Membership},
    caller::Permission,
};

/// Tickets that are shown.
const MOST_TICKETS: u32 = 8;
/// Companies that are offered where a name fits several.
const MOST_OFFERED: u32 = 8;

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "organisation",
        arguments: &[Argument::optional("organisation", Kind::Organisation)],
        needs: Some(Permission::ReadContacts),
        within: Within::Conversation,
        run: |call| Box::pin(organisation(call)),
    },
    Command {
        name: "colleagues",
        arguments: &[Argument::optional("sees", Kind::OneOf(&["on", "off"]))],
        needs: Some(Permission::ReadContacts),
        within: Within::Conversation,
        run: |call| Box::pin(colleagues(call)),
    },
];

/// Shows the customer's company; with one behind it, says that they belong to it.
async fn organisation(call: &Call<'_>) -> Result<Answer, CommandError> {
    let contact = the_contact(call).await?;
    let said = match call.given("organisation") {
        None => return show(call, &contact).await,
        Some("-") => Membership::Cleared,
        Some("none") => Membership::None,
        Some(given) => Membership::Of(named(call, given).await?.id),
    };
    let patch = ContactPatch { organisation: Some(said), ..ContactPatch::default() };
    let contact = contacts::update(call.engine, call.caller, contact.id, &patch, None).await?;
    if said == Membership::None {
        return call.answer("answer-organisation-left", &[("customer", (&name_of(call, &contact)).into())]);
    }
    show(call, &contact).await
}

/// Shows the tickets of the customer's colleagues, or says whether the customer sees them.
async fn colleagues(call: &Call<'_>) -> Result<Answer, CommandError> {
    let contact = the_contact(call).await?;
    let Some(word) = call.given("sees") else {
        let Some(company) = company_of(call, &contact).await? else { return nobody(call, &contact) };
        let (mut lines, choices) = tickets(call, &contact, company.id).await?;
        lines.push(seen(call, &contact));
        return Ok(Answer { choices: choices.into_iter().chain(switch(call, &contact)).collect(), ..Answer::text(lines.join("\n")) });
    };
    let patch = ContactPatch { sees_colleagues: Some(Some(word == "on")), ..ContactPatch::default() };
    let contact = contacts::update(call.engine, call.caller, contact.id, &patch, None).await?;
    Ok(Answer { choices: switch(call, &contact).into_iter().collect(), ..Answer::text(seen(call, &contact)) })
}

async fn show(call: &Call<'_>, contact: &Contact) -> Result<Answer, CommandError> {
    let Some(company) = company_of(call, contact).await? else { return nobody(call, contact) };
    let language = &call.place.language;
    let how = contact.membership().map(|said| source(call, said)).unwrap_or_default();
    let mut lines = vec![format!("**{}** ({how})", escaped(&company.name))];
    let mut line = |key: &str, value: Option<String>| lines.extend(value.map(|value| format!("{}: {value}", call.say(key, &[]))));
    let name = |name: Option<&bellhop_domain::localised::Localised>, key: &str| escaped(name.map_or(key, |name| name.get(language)));
    line("argument-tier", company.tier.as_deref().map(|key| name(call.desk.tiers.get(key).map(|tier| &tier.name), key)));
    line("argument-region", company.region.as_deref().map(|key| name(call.desk.regions.get(key).map(|region| &region.name), key)));
    let manager = company.account_manager.as_deref().and_then(|key| call.desk.agents.get(key));
    line("customer-manager", manager.map(|manager| escaped(&manager.name)));
    let size = call.engine.reader().organisation_size(company.id).await?;
    lines.push(call.say("answer-organisation-members", &[("count", size.into())]));
    let (of_colleagues, choices) = tickets(call, contact, company.id).await?;
    lines.extend(of_colleagues);
    lines.push(seen(call, contact));
    Ok(Answer { choices: choices.into_iter().chain(switch(call, contact)).collect(), ..Answer::text(lines.join("\n")) })
}

/// The tickets of colleagues, for who may see tickets, with a button for each.
async fn tickets(call: &Call<'_>, contact: &Contact, company: OrganisationId) -> Result<(Vec<String>, Vec<Choice>), CommandError> {
    if !call.caller.permissions.allow(Permission::ReadTickets) {
        return Ok((Vec::new(), Vec::new()));
    }
    let reader = call.engine.reader();
    let found = reader.organisation_tickets(company, Some(contact.id), MOST_TICKETS).await?;
    if found.is_empty() {
        return Ok((vec![call.say("answer-colleagues-none", &[("customer", (&name_of(call, contact)).into())])], Vec::new()));
    }
    let names = reader.contact_names(&found.iter().map(|ticket| ticket.contact).collect::<Vec<_>>()).await?;
    let organisation = reader.organisation(company).await?.map(|organisation| escaped(&organisation.name)).unwrap_or_default();
    let mut lines = vec![call.say("answer-colleagues-head", &[("organisation", (&organisation).into())])];
    let mut choices = Vec::new();
    for ticket in found {
        let title = call.desk.form_of(&ticket).map_or(ticket.template.as_str(), |template| template.title.get(&call.place.language));
        let (number, status) = (number_text(ticket.number), words::say(&call.place.language, status_key(ticket.status), &[]));
        let whose = names.get(&ticket.contact).cloned().flatten().map_or_else(|| call.say("transcript-customer", &[]), |name| escaped(&name));
        lines.push(format!("- {number} · {} · {status} · {whose}", escaped(title)));
        choices.push(Choice::new(number.clone(), format!("/status {number}")));
    }
    Ok((lines, choices))
}

async fn company_of(call: &Call<'_>, contact: &Contact) -> Result<Option<Organisation>, CommandError> {
    Ok(match contact.organisation {
        Some(id) => call.engine.reader().organisation(id).await?,
        None => None,
    })
}

fn nobody(call: &Call<'_>, contact: &Contact) -> Result<Answer, CommandError> {
    call.answer("answer-organisation-none", &[("customer", (&name_of(call, contact)).into())])
}

fn seen(call: &Call<'_>, contact: &Contact) -> String {
    let key = if contact.sees_colleagues_of().is_some() { "answer-colleagues-seen" } else { "answer-colleagues-unseen" };
    call.say(key, &[("customer", (&name_of(call, contact)).into())])
}

/// The button that says the opposite of what holds.
fn switch(call: &Call<'_>, contact: &Contact) -> Option<Choice> {
    let word = if contact.sees_colleagues_of().is_some() { "off" } else { "on" };
    let may = call.caller.permissions.allow(Permission::ChangeContacts);
    may.then(|| Choice::new(call.say(&format!("answer-button-colleagues-{word}"), &[]), format!("/colleagues {word}")))
}

/// The company that was named, by id, key or name; which is meant is asked where several fit.
async fn named(call: &Call<'_>, given: &str) -> Result<Organisation, CommandError> {
    let reader = call.engine.reader();
    let exact = match given.parse::<OrganisationId>() {
        Ok(id) => reader.organisation(id).await?,
        Err(_) => reader.organisation_by_key(given).await?,
    };
    if let Some(exact) = exact {
        return Ok(exact);
    }
    let found = reader.organisations(Some(given), None, MOST_OFFERED).await?.items;
    let mut same = found.iter().filter(|organisation| organisation.name.to_lowercase() == given.to_lowercase());
    if let (Some(only), None) = (same.next(), same.next()) {
        return Ok(only.clone());
    }
    if let [only] = found.as_slice() {
        return Ok(only.clone());
    }
    let label = call.say("argument-organisation", &[]);
    let what = match found.as_slice() {
        [] => call.say("answer-no-such", &[("what", (&label).into()), ("given", (&quoted(given)).into())]),
        _ => call.say("answer-choose-or-type", &[("what", (&label).into())]),
    };
    let choice =
        |organisation: &Organisation| Choice::new(organisation.name.clone(), call.line_instead("organisation", &organisation.id.to_string()));
    Err(call.wrong(what, found.iter().map(choice).collect()))
}
