//! The person behind the conversation: who they are, what is said of them, and whether they are heard.

use bellhop_domain::{
    contact::{Address, Contact},
    conversation::Conversation,
    desk::Desk,
    id::ContactId,
    routing::{effective_region, effective_tier},
    sourced::{Held, Source, Sourced},
    ticket::number_text,
    words::{self, status_key},
};
use bellhop_store::{contacts::ContactFilter, tickets::TicketFilter};

use super::{Answer, Argument, Call, Choice, Command, CommandError, Kind, Within, escaped, joining, quoted};
use crate::{
    actions::{
        ActionError,
        contacts::{self, Alike, ContactPatch},
        conversations::{self, ConversationPatch, Start},
        tickets::{self, TicketPatch},
    },
    caller::Permission,
};

const CHANGE: Option<Permission> = Some(Permission::ChangeContacts);
const HANDLE: Option<Permission> = Some(Permission::HandleConversations);
/// What stands behind the id of the person to be joined, once it is certain who is meant.
const CONFIRMED: &str = " confirm";
/// Past conversations and tickets that are shown.
const PAST: u32 = 5;
/// People that are offered where a name fits several.
const MOST_PEOPLE: u32 = 8;

pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "customer",
        arguments: &[Argument::optional("contact", Kind::Contact)],
        needs: Some(Permission::ReadContacts),
        within: Within::Anywhere,
        run: |call| Box::pin(customer(call)),
    },
    Command {
        name: "tier",
        arguments: &[Argument::required("tier", Kind::Tier)],
        needs: CHANGE,
        within: Within::Conversation,
        run: |call| Box::pin(tier(call)),
    },
    Command {
        name: "region",
        arguments: &[Argument::required("region", Kind::Region)],
        needs: CHANGE,
        within: Within::Conversation,
        run: |call| Box::pin(region(call)),
    },
    Command {
        name: "category",
        arguments: &[Argument::optional("category", Kind::Category)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(category(call)),
    },
    Command {
        name: "tag",
        arguments: &[Argument::optional("labels", Kind::Labels)],
        needs: HANDLE,
        within: Within::Conversation,
        run: |call| Box::pin(tag(call)),
    },
    Command { name: "block", arguments: &[], needs: CHANGE, within: Within::Conversation, run: |call| Box::pin(block(call, true)) },
    Command { name: "unblock", arguments: &[], needs: CHANGE, within: Within::Conversation, run: |call| Box::pin(block(call, false)) },
    Command {
        name: "merge",
        arguments: &[Argument::required("contact", Kind::Contact)],
        needs: CHANGE,
        within: Within::Anywhere,
        run: |call| Box::pin(merge(call)),
    },
    Command { name: "code", arguments: &[], needs: HANDLE, within: Within::Conversation, run: |call| Box::pin(code(call)) },
    Command {
        name: "contact",
        arguments: &[Argument::required("contact", Kind::Contact), Argument::required("text", Kind::Text)],
        needs: HANDLE,
        within: Within::Anywhere,
        run: |call| Box::pin(contact(call)),
    },
];

async fn customer(call: &Call<'_>) -> Result<Answer, CommandError> {
    let contact = match call.given("contact") {
        Some(given) => the_person(call, given, None).await?,
        None => the_contact(call).await?,
    };
    let reader = call.engine.reader();
    let organisation = match contact.organisation {
        Some(id) => reader.organisation(id).await?,
        None => None,
    };
    let language = &call.place.language;
    let mut lines = vec![format!("**{}** `{}`", name_of(call, &contact), contact.id)];
    let mut line = |key: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{}: {value}", call.say(key, &[])));
        }
    };
    if contact.blocked {
        line("customer-blocked", call.say("customer-blocked-meaning", &[]));
    }
    let tier_name = |key: &str| call.desk.tiers.get(key).map_or_else(|| escaped(key), |tier| escaped(tier.name.get(language)));
    let region_name = |key: &str| call.desk.regions.get(key).map_or_else(|| escaped(key), |region| escaped(region.name.get(language)));
    line("argument-tier", held(call, effective_tier(&contact, organisation.as_ref(), &call.desk), &contact.tier, &tier_name));
    line("argument-region", held(call, effective_region(&contact, organisation.as_ref(), &call.desk), &contact.region, &region_name));
    let manager = organisation.as_ref().and_then(|organisation| call.desk.agents.get(organisation.account_manager.as_ref()?));
    line("customer-manager", manager.map(|manager| escaped(&manager.name)).unwrap_or_default());
    let how = contact.membership().map(|said| source(call, said)).unwrap_or_default();
    line("customer-organisation", organisation.map(|organisation| format!("{} ({how})", escaped(&organisation.name))).unwrap_or_default());
    line("customer-language", contact.language.as_deref().map(|tag| words::language_name(tag).to_owned()).unwrap_or_default());
    line("customer-emails", addresses(call, &contact.emails));
    line("customer-phones", addresses(call, &contact.phones));
    for (name, held) in contact.attributes.iter().take(10) {
        if let Some(value) = held.winner().or(held.all().first()) {
            let shown = value.value.as_str().map_or_else(|| value.value.to_string(), str::to_owned);
            let shown: String = shown.chars().take(100).collect();
            lines.push(format!("{}: {} ({})", escaped(name), escaped(&shown), source(call, value)));
        }
    }
    let identities = reader.contact_identities(contact.id).await?;
    let channels: Vec<String> = identities.iter().take(10).map(|identity| escaped(&identity.channel)).collect();
    lines.push(format!("{}: {}", call.say("customer-channels", &[]), channels.join(", ")));
    let past = reader.contact_conversations(contact.id, None, PAST + 1).await?.items;
    for past in past.iter().filter(|past| Some(past.id) != call.place.conversation).take(PAST as usize) {
        let status = call.say(&format!("conversation-status-{}", past.status.as_str()), &[]);
        lines.push(format!("- {} · {} · {status}", past.created_at.format("%Y-%m-%d"), escaped(&past.channel)));
    }
    let filter = TicketFilter { contact: Some(contact.id), ..TicketFilter::default() };
    let mut choices = Vec::new();
    for ticket in reader.tickets(&filter, None, PAST).await?.items {
        let title = call.desk.form_of(&ticket).map_or(ticket.template.as_str(), |template| template.title.get(language));
        let number = number_text(ticket.number);
        lines.push(format!("- {number} · {} · {}", escaped(title), words::say(language, status_key(ticket.status), &[])));
        choices.push(Choice::new(number.clone(), format!("/status {number}")));
    }
    if call.given("contact").is_none() {
        for Alike { contact, why } in contacts::alike(call.engine, call.caller, contact.id).await? {
            let reason = why.say(language);
            lines.push(format!("{}: **{}** ({})", call.say("customer-alike", &[]), name_of(call, &contact), escaped(&reason)));
            choices.push(Choice::new(format!("{} {}", call.say("console-join", &[]), name_of(call, &contact)), format!("/merge {}", contact.id)));
        }
    }
    Ok(Answer { choices, ..Answer::text(lines.join("\n")) })
}

/// The value in force and where it comes from, and what else was said.
fn held(call: &Call<'_>, in_force: Option<Sourced<String>>, all: &Held<String>, name: &impl Fn(&str) -> String) -> String {
    let winner = in_force.as_ref().map(|value| format!("**{}** ({})", name(&value.value), source(call, value)));
    let losers = all.all().iter().filter(|value| in_force.as_ref().is_none_or(|winner| winner.source != value.source));
    let losers = losers.map(|value| format!("{} ({})", name(&value.value), source(call, value)));
    winner.into_iter().chain(losers).collect::<Vec<_>>().join("; ")
}

pub(super) fn source<T>(call: &Call<'_>, value: &Sourced<T>) -> String {
    let key = match value.source {
        Source::Agent => "value-source-agent",
        Source::SignedIdentity => "value-source-signed",
        Source::Crm => "value-source-crm",
        Source::Import => "value-source-import",
        Source::MailDomain => "value-source-mail-domain",
        Source::Organisation => "value-source-organisation",
        Source::Form => "value-source-form",
        Source::Location => "value-source-location",
        Source::Phone => "value-source-phone",
        Source::Ip => "value-source-ip",
        Source::Conversation => "value-source-conversation",
        Source::Claim => "value-source-claim",
        Source::Default => "value-source-default",
    };
    let words = call.say(key, &[]);
    value.by.as_deref().map_or(words.clone(), |by| format!("{words}: {}", escaped(by)))
}

fn addresses(call: &Call<'_>, addresses: &[Address]) -> String {
    let shown = addresses.iter().map(|address| {
        let mark = if address.verified { "customer-proven" } else { "value-source-claim" };
        format!("{} ({})", escaped(&address.value), call.say(mark, &[]))
    });
    shown.collect::<Vec<_>>().join(", ")
}

async fn tier(call: &Call<'_>) -> Result<Answer, CommandError> {
    let key = cleared(call.text("tier"));
    let patch = TicketPatch { tier: Some(key.clone()), ..TicketPatch::default() };
    let contact = set(call, ContactPatch { tier: Some(key.clone()), ..ContactPatch::default() }, patch).await?;
    let shown = key.and_then(|key| call.desk.tiers.get(&key)).map(|tier| tier.name.get(&call.place.language));
    told(call, &contact, "argument-tier", shown)
}

async fn region(call: &Call<'_>) -> Result<Answer, CommandError> {
    let key = cleared(call.text("region"));
    let patch = TicketPatch { region: Some(key.clone()), ..TicketPatch::default() };
    let contact = set(call, ContactPatch { region: Some(key.clone()), ..ContactPatch::default() }, patch).await?;
    let shown = key.and_then(|key| call.desk.regions.get(&key)).map(|region| region.name.get(&call.place.language));
    told(call, &contact, "argument-region", shown)
}

/// Sets it on the person, and with it on the one open ticket of the conversation.
async fn set(call: &Call<'_>, of_contact: ContactPatch, of_ticket: TicketPatch) -> Result<Contact, CommandError> {
    let contact = the_contact(call).await?;
    let mut open = call.engine.reader().tickets_of_conversation(call.conversation()?).await?;
    open.retain(|ticket| ticket.status.is_open());
    match open.as_slice() {
        [ticket] if call.caller.permissions.allow(Permission::HandleTickets) => {
            tickets::update(call.engine, call.caller, ticket.number, &of_ticket, None).await?;
        }
        _ => {
            contacts::update(call.engine, call.caller, contact.id, &of_contact, None).await?;
        }
    }
    Ok(contact)
}

pub(super) fn cleared(text: &str) -> Option<String> {
    (text != "-").then(|| text.to_owned())
}

fn told(call: &Call<'_>, contact: &Contact, what: &str, value: Option<&str>) -> Result<Answer, CommandError> {
    let (name, what) = (name_of(call, contact), call.say(what, &[]));
    match value {
        Some(value) => {
            let value = escaped(value);
            call.answer("answer-customer-set", &[("customer", (&name).into()), ("what", (&what).into()), ("value", (&value).into())])
        }
        None => call.answer("answer-customer-cleared", &[("customer", (&name).into()), ("what", (&what).into())]),
    }
}

/// Files the conversation; without a category it shows what is proposed and the first level, and each level leads to the next.
async fn category(call: &Call<'_>) -> Result<Answer, CommandError> {
    let (id, language) = (call.conversation()?, &call.place.language);
    if call.given("category").is_none() {
        let conversation = call.engine.reader().conversation(id).await?.ok_or(ActionError::NotFound { what: "conversation" })?;
        let now = match &conversation.category {
            Some(key) => call.say("answer-category", &[("category", (&escaped(&call.desk.category_name(key, language))).into())]),
            None => call.say("answer-category-none", &[]),
        };
        return Ok(Answer { choices: offered_categories(&call.desk, &conversation, language), ..Answer::text(now) });
    }
    let key = cleared(call.text("category"));
    let patch = ConversationPatch { category: Some(key.clone()), ..ConversationPatch::default() };
    conversations::patch(call.engine, call.caller, id, &patch, None).await?;
    let Some(key) = key else { return call.answer("answer-category-cleared", &[]) };
    let name = escaped(&call.desk.category_name(&key, language));
    let below = call.desk.categories.values().filter(|category| category.parent.as_ref() == Some(&key));
    let choices = below.map(|category| category_choice(&call.desk, &category.key, language)).collect();
    Ok(Answer { choices, ..Answer::text(call.say("answer-category", &[("category", (&name).into())])) })
}

/// The category that the bot proposes, then the first level of all.
pub(super) fn offered_categories(desk: &Desk, conversation: &Conversation, language: &str) -> Vec<Choice> {
    let proposed = conversation.proposed.as_ref().map(|proposed| proposed.category.as_str());
    let proposed = proposed.filter(|key| conversation.category.is_none() && desk.categories.contains_key(*key));
    let first = desk.categories.values().filter(|category| category.parent.is_none()).map(|category| category.key.as_str());
    let keys = proposed.into_iter().chain(first.filter(|key| Some(*key) != proposed)).take(8);
    keys.map(|key| category_choice(desk, key, language)).collect()
}

fn category_choice(desk: &Desk, key: &str, language: &str) -> Choice {
    Choice::new(desk.category_name(key, language), format!("/category {key}"))
}

async fn tag(call: &Call<'_>) -> Result<Answer, CommandError> {
    let id = call.conversation()?;
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for label in call.text("labels").split(|c: char| c.is_whitespace() || c == ',' || c == '，').filter(|label| !label.is_empty()) {
        match label.strip_prefix('-') {
            Some(label) => remove.push(label.to_owned()),
            None => add.push(label.trim_start_matches(['+', '#']).to_owned()),
        }
    }
    let tags = if add.is_empty() && remove.is_empty() {
        call.engine.reader().conversation(id).await?.ok_or(ActionError::NotFound { what: "conversation" })?.tags
    } else {
        conversations::tag(call.engine, call.caller, id, &add, &remove).await?.tags
    };
    if tags.is_empty() {
        return call.answer("answer-no-tags", &[]);
    }
    let shown: Vec<String> = tags.iter().map(|tag| escaped(tag)).collect();
    let choices =
        tags.iter().filter(|tag| !tag.contains(char::is_whitespace)).take(8).map(|tag| Choice::new(format!("– {tag}"), format!("/tag -{tag}")));
    Ok(Answer { choices: choices.collect(), ..Answer::text(call.say("answer-tags", &[("tags", (&shown.join(", ")).into())])) })
}

async fn block(call: &Call<'_>, blocked: bool) -> Result<Answer, CommandError> {
    let contact = the_contact(call).await?;
    let patch = ContactPatch { blocked: Some(blocked), ..ContactPatch::default() };
    contacts::update(call.engine, call.caller, contact.id, &patch, None).await?;
    let key = if blocked { "answer-blocked" } else { "answer-unblocked" };
    let text = call.say(key, &[("customer", (&name_of(call, &contact)).into())]);
    let undo = blocked.then(|| Choice::new(call.say("answer-button-unblock", &[]), "/unblock"));
    Ok(Answer { choices: undo.into_iter().collect(), ..Answer::text(text) })
}

/// It is shown who is meant, and done only when that is confirmed.
async fn merge(call: &Call<'_>) -> Result<Answer, CommandError> {
    if joining::names_tickets(call.text("contact")) {
        return joining::merge(call, call.text("contact")).await;
    }
    if let Some(gone) = call.text("contact").strip_prefix("undo ").and_then(|id| id.trim().parse::<ContactId>().ok()) {
        let parted = contacts::unmerge(call.engine, call.caller, gone).await?;
        return call.answer("answer-parted", &[("customer", (&known_as(call, &parted)).into())]);
    }
    let contact = the_contact(call).await?;
    let confirmed = call.text("contact").split_once(CONFIRMED).filter(|(id, _)| id.trim().parse::<ContactId>().is_ok());
    let other = the_person(call, confirmed.map_or_else(|| call.text("contact"), |(id, _)| id).trim(), Some(contact.id)).await?;
    let values = [("other", known_as(call, &other)), ("customer", known_as(call, &contact))];
    let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.into())).collect();
    let Some((_, reason)) = confirmed else {
        let button = Choice::new(call.say("answer-button-merge", &[]), format!("/merge {}{CONFIRMED}", other.id));
        return Ok(Answer { choices: vec![button], ..Answer::text(call.say("answer-merge-confirm", &values)) });
    };
    contacts::merge(call.engine, call.caller, contact.id, other.id, Some(reason)).await?;
    let button = Choice::new(call.say("answer-button-unmerge", &[]), format!("/merge undo {}", other.id));
    Ok(Answer { choices: vec![button], ..Answer::text(call.say("answer-merged", &values)) })
}

/// The customer is told it where they write; nobody else reads it.
async fn code(call: &Call<'_>) -> Result<Answer, CommandError> {
    contacts::send_link_code(call.engine, call.caller, call.conversation()?).await?;
    call.answer("answer-code-sent", &[])
}

async fn contact(call: &Call<'_>) -> Result<Answer, CommandError> {
    let person = the_person(call, call.text("contact"), None).await?;
    let start = Start { contact: person.id, channel: None, text: call.text("text").to_owned(), on_behalf_of: None };
    let (conversation, _) = conversations::start(call.engine, call.caller, &start).await?;
    let (name, channel) = (name_of(call, &person), escaped(&conversation.channel));
    call.answer("answer-contacted", &[("customer", (&name).into()), ("channel", (&channel).into())])
}

pub(super) async fn the_contact(call: &Call<'_>) -> Result<Contact, CommandError> {
    let reader = call.engine.reader();
    let conversation = reader.conversation(call.conversation()?).await?.ok_or(ActionError::NotFound { what: "conversation" })?;
    Ok(reader.contact(conversation.contact).await?.ok_or(ActionError::NotFound { what: "contact" })?)
}

/// The person who was named, by id or by what is known of them; who is meant is asked where several fit.
async fn the_person(call: &Call<'_>, given: &str, except: Option<ContactId>) -> Result<Contact, CommandError> {
    let reader = call.engine.reader();
    if let Ok(id) = given.parse::<ContactId>() {
        return Ok(reader.contact(id).await?.filter(|contact| contact.erased_at.is_none()).ok_or(ActionError::NotFound { what: "contact" })?);
    }
    // Somebody whom the staff chat's own platform knows by this id.
    if let Some(account) = &call.place.account
        && let Some(id) = reader.identity(&account.channel, given).await?
        && let Some(contact) = reader.contact(id).await?.filter(|contact| contact.erased_at.is_none())
    {
        return Ok(contact);
    }
    let filter = ContactFilter { q: Some(given.to_owned()), ..ContactFilter::default() };
    let mut found = reader.contacts(&filter, None, MOST_PEOPLE + 1).await?.items;
    found.retain(|contact| Some(contact.id) != except && contact.erased_at.is_none());
    if let [only] = found.as_slice() {
        return Ok(only.clone());
    }
    let label = call.say("argument-contact", &[]);
    let what = match found.as_slice() {
        [] => call.say("answer-no-such", &[("what", (&label).into()), ("given", (&quoted(given)).into())]),
        _ => call.say("answer-choose-or-type", &[("what", (&label).into())]),
    };
    let choice = |contact: &Contact| {
        Choice::new(contact.name.clone().unwrap_or_else(|| contact.id.to_string()), call.line_instead("contact", &contact.id.to_string()))
    };
    Err(call.wrong(what, found.iter().take(MOST_PEOPLE as usize).map(choice).collect()))
}

pub(super) fn name_of(call: &Call<'_>, contact: &Contact) -> String {
    contact.name.as_deref().map_or_else(|| call.say("transcript-customer", &[]), escaped)
}

/// The name with what tells people of one name apart.
fn known_as(call: &Call<'_>, contact: &Contact) -> String {
    let address = contact.emails.first().or(contact.phones.first()).map(|address| escaped(&address.value));
    format!("**{}** ({})", name_of(call, contact), address.unwrap_or_else(|| contact.id.to_string()))
}
