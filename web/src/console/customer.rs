//! The customer beside the conversation: what is known, and from where.

use bellhop_domain::{
    contact::{Address, Contact, ContactMerge, Organisation},
    conversation::Conversation,
    localised::Localised,
    routing::{effective_region, effective_tier, known_regions, known_tiers},
    sourced::{Held, Source, Sourced},
    ticket::{Ticket, number_text},
    words,
};
use bellhop_engine::{
    actions::{
        ActionError,
        contacts::{self, Alike},
    },
    caller::Permission,
    desk::DeskSnapshot,
};
use bellhop_store::{DbError, tickets::TicketFilter};
use serde_json::Value;

use super::{
    shell::{Moment, Shell, Visit},
    thread::name_of_contact,
};
use crate::weight;

/// Tickets and conversations from before that are shown.
const MOST_BEFORE: u32 = 6;
/// Attributes that are shown.
const MOST_ATTRIBUTES: usize = 30;
/// Characters of an attribute that are shown.
const LONGEST_VALUE: usize = 500;
/// Addresses of a kind that are shown.
const MOST_ADDRESSES: usize = 20;

/// A value with where it came from.
pub(super) struct Known {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) source: String,
    /// Why it does not count.
    pub(super) warning: Option<String>,
    /// Something more trusted stands above it.
    pub(super) lost: bool,
}

/// A conversation or a ticket from before.
pub(super) struct Before {
    pub(super) url: String,
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) at: Moment,
}

/// Another record of the same person, or one that may be: a command joins or parts them.
pub(super) struct Other {
    pub(super) name: String,
    pub(super) reason: String,
    pub(super) line: String,
}

/// The panel.
pub(super) struct Panel {
    pub(super) name: String,
    pub(super) initials: String,
    pub(super) blocked: bool,
    /// The company's name, and the address of its page for who may see that.
    pub(super) organisation: Option<(String, Option<String>)>,
    /// Tickets of others in the company.
    pub(super) colleagues: Vec<Before>,
    pub(super) known: Vec<Known>,
    pub(super) channels: Vec<String>,
    pub(super) tickets: Vec<Before>,
    pub(super) conversations: Vec<Before>,
    /// Who may be the same person.
    pub(super) alike: Vec<Other>,
    /// What was joined into this record.
    pub(super) joined: Vec<Other>,
    pub(super) tags: Vec<String>,
    pub(super) category: Option<String>,
    /// The category that the bot proposes: the command that takes it, and its name.
    pub(super) proposed: Option<(String, String)>,
    /// Every category: its key, its name with everything above it, and whether it is the one.
    pub(super) categories: Vec<(String, String, bool)>,
}

/// Puts it together.
pub(super) async fn panel(visit: &Visit, conversation: &Conversation, contact: &Contact) -> Result<Panel, DbError> {
    let (reader, shell, desk) = (visit.engine().reader(), &visit.shell, visit.engine().desk());
    let organisation = match contact.organisation {
        Some(id) => reader.organisation(id).await?,
        None => None,
    };
    let mut known = Vec::new();
    let tier = effective_tier(contact, organisation.as_ref(), &desk);
    held(
        shell,
        "console-tier",
        tier.as_ref(),
        &known_tiers(contact, organisation.as_ref()),
        |key| desk.tiers.get(key).map(|tier| &tier.name),
        &mut known,
    );
    let region = effective_region(contact, organisation.as_ref(), &desk);
    held(
        shell,
        "console-region",
        region.as_ref(),
        &known_regions(contact, organisation.as_ref(), &desk),
        |key| desk.regions.get(key).map(|region| &region.name),
        &mut known,
    );
    if let Some(manager) = organisation.as_ref().and_then(|organisation| desk.agents.get(organisation.account_manager.as_ref()?)) {
        let source = shell.say(words::source_key(Source::Organisation));
        known.push(Known { label: shell.say("customer-manager"), value: manager.name.clone(), source, warning: None, lost: false });
    }
    if let Some(tag) = conversation.language.as_deref().or(contact.language.as_deref()) {
        let source = shell.say(if contact.language_chosen { "console-language-chosen" } else { "console-language-found" });
        known.push(Known { label: shell.say("console-language"), value: words::language_name(tag).to_owned(), source, warning: None, lost: false });
    }
    addresses(shell, "console-email", &contact.emails, &mut known);
    addresses(shell, "console-phone", &contact.phones, &mut known);
    for (key, value) in contact.attributes.iter().take(MOST_ATTRIBUTES) {
        if let Some(winner) = value.winner() {
            known.push(from(shell, key.clone(), text(&winner.value), winner, false));
        }
    }
    let channels = reader.contact_identities(contact.id).await?.into_iter().map(|identity| identity.channel);
    let mut channels: Vec<String> = channels.collect();
    channels.sort();
    channels.dedup();
    let filter = TicketFilter { contact: Some(contact.id), ..TicketFilter::default() };
    let tickets = if shell.may_see_tickets { reader.tickets(&filter, None, MOST_BEFORE).await?.items } else { Vec::new() };
    let others = reader.contact_conversations(contact.id, None, MOST_BEFORE + 1).await?.items;
    let before = |other: &Conversation| Before {
        url: format!("{}/console/inbox/{}", shell.root, other.id),
        title: other.channel.clone(),
        detail: shell.standing(&other.status),
        at: shell.moment(&other.updated_at),
    };
    let name = name_of_contact(shell, contact);
    let (alike, joined) = others_of(visit, contact).await?;
    Ok(Panel {
        alike,
        joined,
        initials: shell.initials(&name),
        name,
        blocked: contact.blocked,
        colleagues: colleagues(visit, contact).await?,
        organisation: organisation.map(|organisation| company(shell, organisation)),
        known,
        channels,
        tickets: tickets.iter().map(|ticket| ticket_before(shell, &desk, ticket)).collect(),
        conversations: others.iter().filter(|other| other.id != conversation.id).take(MOST_BEFORE as usize).map(before).collect(),
        tags: conversation.tags.clone(),
        category: conversation.category.as_ref().map(|key| desk.category_name(key, shell.lang)),
        proposed: conversation
            .proposed
            .as_ref()
            .filter(|proposed| conversation.category.is_none() && desk.categories.contains_key(&proposed.category))
            .map(|proposed| (format!("/category {}", proposed.category), desk.category_name(&proposed.category, shell.lang))),
        categories: categories(shell, &desk, conversation.category.as_deref()),
    })
}

/// Who may be the same person and what was joined already, for those who may join and part.
async fn others_of(visit: &Visit, contact: &Contact) -> Result<(Vec<Other>, Vec<Other>), DbError> {
    let (engine, caller, shell) = (visit.engine(), visit.caller(), &visit.shell);
    if !caller.permissions.allow(Permission::ChangeContacts) {
        return Ok((Vec::new(), Vec::new()));
    }
    let suggested = |Alike { contact, why }: Alike| {
        let reason = why.say(shell.lang);
        Other { name: name_of_contact(shell, &contact), line: format!("/merge {} confirm {reason}", contact.id), reason }
    };
    let parted = |merge: ContactMerge| {
        let by = merge.by.name().map(|by| shell.say_of("console-joined-by", "value", by));
        let mut channels: Vec<String> = merge.before.identities.into_iter().map(|(channel, _)| channel).collect();
        channels.dedup();
        Other {
            name: name_of_contact(shell, &merge.before.other),
            reason: channels.into_iter().chain(merge.reason).chain(by).collect::<Vec<_>>().join(" · "),
            line: format!("/merge undo {}", merge.other),
        }
    };
    let alike = found(contacts::alike(engine, caller, contact.id).await)?.into_iter().map(suggested).collect();
    let joined = found(contacts::joined_before(engine, caller, contact.id).await)?.into_iter().take(MOST_BEFORE as usize).map(parted).collect();
    Ok((alike, joined))
}

/// What was found; nothing where the person is gone meanwhile.
fn found<T>(result: Result<Vec<T>, ActionError>) -> Result<Vec<T>, DbError> {
    match result {
        Err(ActionError::Unavailable(error)) => Err(error),
        other => Ok(other.unwrap_or_default()),
    }
}

/// Every category with everything above it, and whether it is the one.
pub(super) fn categories(shell: &Shell, desk: &DeskSnapshot, chosen: Option<&str>) -> Vec<(String, String, bool)> {
    let mut all: Vec<(String, String, bool)> =
        desk.categories.keys().map(|key| (key.clone(), desk.category_name(key, shell.lang), chosen == Some(key.as_str()))).collect();
    all.sort_by(|one, other| one.1.cmp(&other.1));
    all
}

/// A company's name with the address of its page.
pub(super) fn company(shell: &Shell, organisation: Organisation) -> (String, Option<String>) {
    let url = shell.may_see_people.then(|| format!("{}/console/organisations/{}", shell.root, organisation.id));
    (organisation.name, url)
}

/// Tickets of others who belong to the person's company, for who may see tickets.
pub(super) async fn colleagues(visit: &Visit, contact: &Contact) -> Result<Vec<Before>, DbError> {
    let (shell, desk) = (&visit.shell, visit.engine().desk());
    let Some(organisation) = contact.organisation.filter(|_| shell.may_see_tickets) else { return Ok(Vec::new()) };
    let found = visit.engine().reader().organisation_tickets(organisation, Some(contact.id), MOST_BEFORE).await?;
    Ok(found.iter().map(|ticket| ticket_before(shell, &desk, ticket)).collect())
}

/// A ticket in a line.
pub(super) fn ticket_before(shell: &Shell, desk: &DeskSnapshot, ticket: &Ticket) -> Before {
    let number = number_text(ticket.number);
    let title = shell.named(desk.form_of(ticket).map(|template| &template.title), &ticket.template);
    Before {
        url: format!("{}/console/tickets/{number}", shell.root),
        title: format!("{number} {title}"),
        detail: shell.say(words::status_key(ticket.status)),
        at: shell.moment(&ticket.updated_at),
    }
}

/// What is in force, and below it what lost against it.
fn held<'d>(
    shell: &Shell,
    label: &str,
    winner: Option<&Sourced<String>>,
    all: &Held<String>,
    named: impl Fn(&str) -> Option<&'d Localised>,
    known: &mut Vec<Known>,
) {
    let label = shell.say(label);
    let shown = |key: &str| shell.named(named(key), key);
    known.extend(winner.map(|held| from(shell, label.clone(), shown(&held.value), held, false)));
    let losers = all.all().iter().filter(|held| winner.is_none_or(|winner| winner.source != held.source));
    known.extend(losers.map(|held| from(shell, label.clone(), shown(&held.value), held, true)));
}

fn from<T>(shell: &Shell, label: String, value: String, held: &Sourced<T>, lost: bool) -> Known {
    let source = shell.say(words::source_key(held.source));
    let source = match held.by.as_deref().filter(|by| !by.is_empty()) {
        Some(by) => format!("{source}: {by}"),
        None => source,
    };
    Known { label, value, source, warning: held.warning.as_deref().map(|warning| warning_words(shell, warning)), lost }
}

/// Why a value does not count, in the language of the page; what is not known as it is kept.
fn warning_words(shell: &Shell, warning: &str) -> String {
    if warning.starts_with("this channel is not trusted for the ") {
        return shell.say("console-warning-untrusted");
    }
    let value = warning.strip_prefix("unknown tier ").or_else(|| warning.strip_prefix("unknown region "));
    match value.and_then(|rest| rest.strip_suffix(": create it, or correct what the channel sends")) {
        Some(value) => shell.say_of("console-warning-unknown", "value", value),
        None => warning.to_owned(),
    }
}

fn addresses(shell: &Shell, label: &str, addresses: &[Address], known: &mut Vec<Known>) {
    for address in addresses.iter().take(MOST_ADDRESSES) {
        let source = shell.say(words::source_key(address.source));
        let source = if address.verified { format!("{source} · {}", shell.say("console-verified")) } else { source };
        known.push(Known { label: shell.say(label), value: address.value.clone(), source, warning: None, lost: false });
    }
}

fn text(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    match weight::first(&text, LONGEST_VALUE) {
        Some(beginning) => format!("{beginning}…"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_value_the_beginning_is_shown() {
        assert_eq!(text(&Value::from("gold")), "gold");
        assert_eq!(text(&Value::from(12)), "12");
        let shown = text(&Value::from("金".repeat(LONGEST_VALUE + 1)));
        assert_eq!((shown.chars().count(), shown.ends_with('…')), (LONGEST_VALUE + 1, true));
    }

    #[test]
    fn why_a_value_does_not_count_is_told_in_the_language_of_the_page() {
        let mut shell = Shell::for_tests("");
        shell.lang = "zh";
        for (kept, said) in [
            ("this channel is not trusted for the tier", "此渠道提供的信息不可信"),
            ("unknown tier platinum: create it, or correct what the channel sends", "platinum"),
            ("unknown region DE-XX: create it, or correct what the channel sends", "DE-XX"),
        ] {
            let words = warning_words(&shell, kept);
            assert!(words.contains(said) && !words.contains("create"), "{words}");
        }
    }
}
