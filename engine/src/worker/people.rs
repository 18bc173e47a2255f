//! Who writes: finds or makes the person, and keeps what the sender says as fact or claim.

use bellhop_channel::{Sender, Trusts};
use bellhop_domain::{
    contact::{Address, Contact, Identity, Seeing, is_public_mail},
    desk::Desk,
    id::{ContactId, OrganisationId},
    message::SharedLocation,
    phone,
    sourced::{Source, Sourced},
};
use bellhop_store::{DbError, Reader, contacts::AddressKind};
use chrono::{DateTime, Utc};

use super::HandleError;
use crate::{clock::fresh_id, decision::Decision};

/// The person behind a sender; new ones and new identities are put into the decision.
pub(super) async fn find_or_make(
    reader: &Reader,
    channel: &str,
    sender: &Sender,
    trusts: Trusts,
    now: DateTime<Utc>,
    decision: &mut Decision,
) -> Result<Contact, HandleError> {
    if let Some(id) = reader.identity(channel, &sender.id).await?
        && let Some(contact) = reader.contact(id).await?
    {
        return Ok(contact);
    }
    let known = match verified(sender, trusts) {
        Some((kind, value)) => reader.contact_by_verified(kind, &value).await?,
        None => None,
    };
    let contact = match known {
        Some(contact) => contact,
        None => {
            let contact = Contact::new(ContactId(fresh_id()), now);
            decision.new_contact = Some(contact.clone());
            contact
        }
    };
    decision.new_identities.push(Identity { channel: channel.to_owned(), external_id: sender.id.clone(), contact: contact.id });
    Ok(contact)
}

/// A proven address, the only thing that joins identities by itself.
fn verified(sender: &Sender, trusts: Trusts) -> Option<(AddressKind, String)> {
    if !trusts.verified {
        return None;
    }
    let proven = |what: &str| sender.verified.iter().any(|word| word == what);
    if let Some(email) = sender.email.as_deref().filter(|_| proven("email")) {
        return Some((AddressKind::Email, normal_email(email)));
    }
    sender.phone.as_deref().filter(|_| proven("phone")).map(|phone| (AddressKind::Phone, normal_phone(phone)))
}

/// Keeps what the sender says; answers whether anything changed.
pub(super) fn learn(contact: &mut Contact, channel: &str, sender: &Sender, trusts: Trusts, desk: &Desk, now: DateTime<Utc>) -> bool {
    let before = contact.clone();
    if let Some(name) = sender.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        contact.name = Some(name.chars().take(200).collect());
    }
    if !contact.language_chosen
        && let Some(locale) = sender.locale.as_deref().filter(|tag| is_language_tag(tag))
    {
        contact.language = Some(locale.to_owned());
    }
    let proven = |what: &str| trusts.verified && sender.verified.iter().any(|word| word == what);
    let source = |proven: bool| if proven { Source::SignedIdentity } else { Source::Claim };
    if let Some(email) = &sender.email {
        keep(&mut contact.emails, normal_email(email), proven("email"), source(proven("email")), now);
    }
    if let Some(phone) = &sender.phone {
        keep(&mut contact.phones, normal_phone(phone), proven("phone"), source(proven("phone")), now);
    }
    let say = |value: String, trusted: bool, known: bool, what: &str| Sourced {
        source: source(trusted),
        by: Some(channel.to_owned()),
        at: now,
        warning: match (known, trusted) {
            (true, true) => None,
            (true, false) => Some(format!("this channel is not trusted for the {what}")),
            (false, _) => Some(format!("unknown {what} {value}: create it, or correct what the channel sends")),
        },
        value,
    };
    if let Some(tier) = &sender.tier {
        contact.tier.set(say(tier.clone(), trusts.tier && desk.tiers.contains_key(tier), desk.tiers.contains_key(tier), "tier"));
    }
    if let Some(region) = &sender.region {
        contact.region.set(say(region.clone(), trusts.region && desk.regions.contains_key(region), desk.regions.contains_key(region), "region"));
    }
    if let Some(region) = sender.seen_in.as_ref().filter(|region| desk.regions.contains_key(*region)) {
        let by = Some(channel.to_owned());
        contact.region.set(Sourced { value: region.clone(), source: Source::Ip, by, at: now, warning: None });
    }
    for (name, value) in &sender.attributes {
        let held = contact.attributes.entry(name.clone()).or_default();
        held.set(Sourced { value: value.clone(), source: source(trusts.attributes), by: Some(channel.to_owned()), at: now, warning: None });
    }
    *contact != before
}

/// Keeps to which company the sender's system says they belong, and whether they see their colleagues' tickets; answers whether that is news.
pub(crate) async fn learn_organisation(
    reader: &Reader,
    contact: &mut Contact,
    channel: &str,
    sender: &Sender,
    trusts: Trusts,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let Some(key) = &sender.organisation else { return Ok(false) };
    let found = if key.is_empty() { None } else { reader.organisation_by_key(key).await?.map(|organisation| organisation.id) };
    let is_known = key.is_empty() || found.is_some();
    let source = if trusts.organisation && is_known { Source::SignedIdentity } else { Source::Claim };
    let warning = match (is_known, trusts.organisation) {
        (true, true) => None,
        (true, false) => Some("this channel is not trusted for the organisation".to_owned()),
        (false, _) => {
            let key: String = key.chars().take(100).collect();
            Some(format!("unknown organisation {key}: create it, or correct what the channel sends"))
        }
    };
    let by = Some(channel.to_owned());
    let mut is_news = if source == Source::SignedIdentity {
        // What it claimed before is out of date.
        contact.memberships.retain(|said| said.source != Source::Claim || said.by != by)
    } else {
        // A trusted system that names another company, even an unknown one, does not say any more what it said before.
        trusts.organisation && contact.memberships.clear(Source::SignedIdentity)
    };
    if trusts.organisation && found.is_none() {
        is_news |= contact.sees_colleagues.clear(Source::SignedIdentity);
    }
    is_news |= contact.memberships.set(Sourced { value: found, source, by: by.clone(), at: now, warning: warning.clone() });
    // What the system does not say of somebody any more, it does not allow any more.
    let said = found.map(|organisation| Seeing { organisation, allowed: sender.sees_colleagues == Some(true) });
    is_news |= match said.filter(|said| said.allowed || contact.sees_colleagues.all().iter().any(|known| known.source == source)) {
        Some(value) => contact.sees_colleagues.set(Sourced { value, source, by, at: now, warning }),
        None => false,
    };
    Ok(is_news)
}

/// Keeps the region of a place that the person shared; answers whether that is news.
pub(super) fn learn_place(contact: &mut Contact, channel: &str, place: &SharedLocation, desk: &Desk, now: DateTime<Utc>) -> bool {
    let Some(region) = desk.region_at(place.latitude, place.longitude) else { return false };
    let by = Some(channel.to_owned());
    contact.region.set(Sourced { value: region.to_owned(), source: Source::Location, by, at: now, warning: None })
}

/// Keeps the company in whose domain a proven mail address of the person lies.
pub(crate) async fn learn_domain(reader: &Reader, contact: &mut Contact, now: DateTime<Utc>) -> Result<bool, DbError> {
    Ok(match organisation_of(reader, contact).await? {
        Some((id, domain)) => {
            contact.memberships.set(Sourced { value: Some(id), source: Source::MailDomain, by: Some(domain), at: now, warning: None })
        }
        None => contact.memberships.clear(Source::MailDomain),
    })
}

/// Puts the membership into force that counts; one in a company that is no more is forgotten.
pub(crate) async fn settle(reader: &Reader, contact: &mut Contact) -> Result<(), DbError> {
    loop {
        match contact.membership().and_then(|said| said.value) {
            Some(id) if contact.organisation != Some(id) && reader.organisation(id).await?.is_none() => contact.forget_organisation(id),
            wanted => {
                contact.organisation = wanted;
                return Ok(());
            }
        }
    }
}

async fn organisation_of(reader: &Reader, contact: &Contact) -> Result<Option<(OrganisationId, String)>, DbError> {
    for address in contact.emails.iter().filter(|address| address.verified) {
        if let Some((_, domain)) = address.value.rsplit_once('@')
            && !is_public_mail(domain)
            && let Some(organisation) = reader.organisation_by_domain(domain).await?
        {
            return Ok(Some((organisation.id, domain.to_owned())));
        }
    }
    Ok(None)
}

fn keep(addresses: &mut Vec<Address>, value: String, verified: bool, source: Source, at: DateTime<Utc>) {
    if value.is_empty() || value.len() > 320 {
        return;
    }
    // Ten claims are plenty; a sender cannot fill the record.
    let has_room = addresses.len() < 10;
    match addresses.iter_mut().find(|address| address.value == value) {
        Some(known) if verified && !known.verified => {
            known.verified = true;
            known.source = source;
            known.at = at;
        }
        Some(_) => {}
        None if has_room || verified => addresses.push(Address { value, verified, source, at }),
        None => {}
    }
}

/// Mail addresses are compared in lower case.
pub(crate) fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Telephone numbers are compared by their digits, with the plus in front.
pub(crate) fn normal_phone(number: &str) -> String {
    phone::normalise(number).unwrap_or_else(|| number.trim().to_owned())
}

fn is_language_tag(tag: &str) -> bool {
    (2..=35).contains(&tag.len()) && tag.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use bellhop_domain::{
        desk::{Region, Tier},
        localised::Localised,
    };
    use uuid::Uuid;

    fn desk() -> Desk {
        let tier = |key: &str, rank| (key.to_owned(), Tier { key: key.to_owned(), name: Localised::of("en", key), rank, default: false });
        Desk { tiers: [tier("standard", 20), tier("vip", 40)].into(), ..Desk::default() }
    }

    fn learned(sender: Sender, trusts: Trusts) -> Contact {
        let mut contact = Contact::new(ContactId(Uuid::nil()), DateTime::UNIX_EPOCH);
        learn(&mut contact, "shop", &sender, trusts, &desk(), DateTime::UNIX_EPOCH);
        contact
    }

    fn trusting() -> Trusts {
        Trusts { tier: true, region: true, attributes: true, organisation: true, verified: true }
    }

    #[test]
    fn a_tier_is_a_fact_only_where_the_channel_is_trusted_and_the_tier_known() {
        let sender = |tier: &str| Sender { id: "u".into(), tier: Some(tier.into()), ..Sender::default() };
        for (tier, trusts, in_force, held) in [
            ("vip", trusting(), Some("vip"), Source::SignedIdentity),
            ("vip", Trusts::default(), None, Source::Claim),
            ("platinum", trusting(), None, Source::Claim),
        ] {
            let contact = learned(sender(tier), trusts);
            assert_eq!(contact.tier.winner().map(|tier| tier.value.as_str()), in_force, "{tier}");
            assert_eq!(contact.tier.all().first().unwrap().source, held, "{tier}");
            assert_eq!(contact.tier.all().first().unwrap().warning.is_some(), in_force.is_none(), "{tier}");
        }
    }

    #[test]
    fn an_address_is_proven_only_where_the_channel_is_trusted_for_it() {
        let sender = Sender { id: "u".into(), email: Some(" Ann@Example.org".into()), verified: vec!["email".into()], ..Sender::default() };
        let trusted = learned(sender.clone(), trusting());
        assert_eq!(trusted.emails.first().map(|address| (address.value.as_str(), address.verified)), Some(("ann@example.org", true)));
        assert!(verified(&sender, trusting()).is_some());
        let untrusted = learned(sender.clone(), Trusts { verified: false, ..trusting() });
        assert_eq!(untrusted.emails.first().map(|address| address.verified), Some(false));
        assert_eq!(verified(&sender, Trusts { verified: false, ..trusting() }), None);
    }

    #[test]
    fn where_somebody_is_is_kept_by_how_it_is_known() {
        let around = bellhop_domain::desk::Around { latitude: 52.52, longitude: 13.4, kilometres: 30.0 };
        let region = |key: &str, around| Region { key: key.to_owned(), name: Localised::of("en", key), around, ..Region::default() };
        let regions = [region("DE", None), region("DE-BE", Some(around))].map(|region| (region.key.clone(), region));
        let desk = Desk { regions: regions.into(), ..Desk::default() };
        let mut contact = Contact::new(ContactId(Uuid::nil()), DateTime::UNIX_EPOCH);
        for (seen_in, news) in [(Some("DE"), true), (Some("DE"), false), (Some("unheard of"), false), (None, false)] {
            let sender = Sender { id: "u".into(), seen_in: seen_in.map(str::to_owned), ..Sender::default() };
            assert_eq!(learn(&mut contact, "web", &sender, Trusts::default(), &desk, DateTime::UNIX_EPOCH), news, "{seen_in:?}");
        }
        let place = |latitude| SharedLocation { latitude, longitude: 13.4, title: None, address: None };
        assert!(!learn_place(&mut contact, "web", &place(10.0), &desk, DateTime::UNIX_EPOCH));
        assert!(learn_place(&mut contact, "web", &place(52.5), &desk, DateTime::UNIX_EPOCH));
        let held: Vec<_> = contact.region.all().iter().map(|held| (held.value.as_str(), held.source)).collect();
        assert_eq!(held, [("DE-BE", Source::Location), ("DE", Source::Ip)]);
    }

    #[test]
    fn a_chosen_language_stays() {
        let mut contact = Contact::new(ContactId(Uuid::nil()), DateTime::UNIX_EPOCH);
        contact.language = Some("zh".into());
        contact.language_chosen = true;
        let sender = Sender { id: "u".into(), locale: Some("en".into()), ..Sender::default() };
        assert!(!learn(&mut contact, "shop", &sender, trusting(), &desk(), DateTime::UNIX_EPOCH));
        assert_eq!(contact.language.as_deref(), Some("zh"));
    }
}
