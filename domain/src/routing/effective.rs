//! The tier and the region that are in force for a customer.

use chrono::{DateTime, Utc};

use super::RoutingInput;
use crate::{
    contact::{Contact, Organisation},
    conversation::Conversation,
    desk::Desk,
    sourced::{Held, Source, Sourced},
};

/// The tier in force: the most trusted one that the desk knows, the organisation's standing for its members, else the desk's default.
///
/// Claims are never in force: anybody could claim to be a VIP.
pub fn effective_tier(contact: &Contact, organisation: Option<&Organisation>, desk: &Desk) -> Option<Sourced<String>> {
    let inherited = organisation.and_then(|organisation| inherited(organisation, organisation.tier.as_deref()));
    let default = || {
        let key = desk.default_tier()?;
        Some(Sourced { value: key.to_owned(), source: Source::Default, by: None, at: contact.created_at, warning: None })
    };
    most_trusted(&contact.tier, [inherited], |key| desk.tiers.contains_key(key)).or_else(default)
}

/// The region in force: the most trusted one that the desk knows, the organisation's standing for its members, that of a telephone
/// number behind what the person said; else the desk's default. Claims are never in force.
pub fn effective_region(contact: &Contact, organisation: Option<&Organisation>, desk: &Desk) -> Option<Sourced<String>> {
    let default = || {
        let key = desk.default_region()?;
        Some(Sourced { value: key.to_owned(), source: Source::Default, by: None, at: contact.created_at, warning: None })
    };
    most_trusted(&contact.region, derived_regions(contact, organisation, desk), |key| desk.regions.contains_key(key)).or_else(default)
}

/// Everything that speaks for a tier, the most trusted first: what was said, and what the organisation has.
pub fn known_tiers(contact: &Contact, organisation: Option<&Organisation>) -> Held<String> {
    let inherited = organisation.and_then(|organisation| inherited(organisation, organisation.tier.as_deref()));
    with(&contact.tier, [inherited])
}

/// Everything that speaks for a region, the most trusted first: what was said, and what the organisation and the telephone numbers say.
pub fn known_regions(contact: &Contact, organisation: Option<&Organisation>, desk: &Desk) -> Held<String> {
    with(&contact.region, derived_regions(contact, organisation, desk))
}

fn with<const N: usize>(held: &Held<String>, derived: [Option<Sourced<String>>; N]) -> Held<String> {
    let mut all = held.clone();
    for value in derived.into_iter().flatten() {
        all.set(value);
    }
    all
}

fn derived_regions(contact: &Contact, organisation: Option<&Organisation>, desk: &Desk) -> [Option<Sourced<String>>; 2] {
    let inherited = organisation.and_then(|organisation| inherited(organisation, organisation.region.as_deref()));
    let mut phones: Vec<_> = contact.phones.iter().collect();
    phones.sort_by_key(|phone| (!phone.verified, phone.source));
    let called = phones.into_iter().find_map(|address| {
        let value = desk.region_of_phone(&address.value)?.to_owned();
        Some(Sourced { value, source: Source::Phone, by: None, at: address.at, warning: None })
    });
    [inherited, called]
}

fn inherited(organisation: &Organisation, key: Option<&str>) -> Option<Sourced<String>> {
    key.map(|key| Sourced {
        value: key.to_owned(),
        source: Source::Organisation,
        by: Some(organisation.name.clone()),
        at: organisation.created_at,
        warning: None,
    })
}

fn most_trusted<const N: usize>(held: &Held<String>, derived: [Option<Sourced<String>>; N], known: impl Fn(&str) -> bool) -> Option<Sourced<String>> {
    let in_force = |value: &&Sourced<String>| value.warning.is_none() && value.source != Source::Claim && known(&value.value);
    held.all().iter().chain(derived.iter().flatten()).filter(in_force).min_by_key(|value| value.source).cloned()
}

impl RoutingInput {
    /// What is known of the customer, claims left out; the conversation's and the ticket's side is still to be set.
    pub fn of_customer(contact: &Contact, organisation: Option<&Organisation>, desk: &Desk, now: DateTime<Utc>) -> Self {
        Self {
            tier: effective_tier(contact, organisation, desk),
            region: effective_region(contact, organisation, desk),
            language: contact.language.clone(),
            contact: Some(contact.id),
            organisation: contact.organisation,
            organisation_key: organisation.and_then(|organisation| organisation.key.clone()),
            account_manager: organisation.and_then(|organisation| organisation.account_manager.clone()),
            attributes: contact.attributes.iter().filter_map(|(key, held)| Some((key.clone(), held.fact()?.clone()))).collect(),
            now,
            ..Self::default()
        }
    }

    /// The same with what is known of the conversation; the ticket's side is still to be set.
    pub fn of_conversation(
        conversation: Option<&Conversation>,
        contact: &Contact,
        organisation: Option<&Organisation>,
        desk: &Desk,
        now: DateTime<Utc>,
    ) -> Self {
        let mut input = Self::of_customer(contact, organisation, desk, now);
        if let Some(conversation) = conversation {
            input.language = conversation.language.clone().or(input.language);
            input.channel = Some(conversation.channel.clone());
            input.category.clone_from(&conversation.category);
            input.tags.clone_from(&conversation.tags);
        }
        input
    }
}

#[cfg(test)]
mod tests;
