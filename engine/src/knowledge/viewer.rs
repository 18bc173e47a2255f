//! For whom the knowledge base is read.

use bellhop_domain::{
    contact::{Contact, Organisation},
    desk::Desk,
    routing::{effective_region, effective_tier},
    sourced::{Source, Sourced},
};
use bellhop_kb::{Viewer, Visibility};

/// What a customer may see on a channel: public articles, and customers' articles once they are known to be a customer.
///
/// Only what is proven counts: an address or a tier that somebody merely claims opens nothing.
pub fn viewer_for(contact: &Contact, organisation: Option<&Organisation>, desk: &Desk, channel: &str) -> Viewer {
    let tier = effective_tier(contact, organisation, desk);
    let region = proven_region(contact, organisation, desk);
    let is_customer = contact.emails.iter().chain(&contact.phones).any(|address| address.verified)
        || tier.as_ref().is_some_and(|tier| tier.source <= Source::Organisation);
    Viewer {
        visibility: if is_customer { Visibility::Customers } else { Visibility::Public },
        tier: tier.map(|tier| tier.value),
        regions: region.map(|region| desk.region_path(&region.value)).unwrap_or_default(),
        channel: Some(channel.to_owned()),
    }
}

/// The region in force of what the person cannot say or choose by themselves: no form, no place that they share, no network address, and only
/// telephone numbers that are proven to be theirs.
fn proven_region(contact: &Contact, organisation: Option<&Organisation>, desk: &Desk) -> Option<Sourced<String>> {
    let mut known = contact.clone();
    for source in [Source::Form, Source::Location, Source::Ip] {
        known.region.clear(source);
    }
    known.phones.retain(|address| address.verified);
    effective_region(&known, organisation, desk)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use bellhop_domain::{
        contact::Address,
        desk::{Region, Tier},
        id::ContactId,
        localised::Localised,
    };
    use chrono::DateTime;
    use uuid::Uuid;

    fn desk() -> Desk {
        let mut desk = Desk::default();
        for (key, rank) in [("standard", 1), ("vip", 2)] {
            desk.tiers.insert(key.into(), Tier { key: key.into(), name: Localised::default(), rank, default: rank == 1 });
        }
        for (key, parent) in [("EU", None), ("DE", Some("EU")), ("DE-BE", Some("DE"))] {
            desk.regions
                .insert(key.into(), Region { key: key.into(), name: Localised::default(), parent: parent.map(str::to_owned), ..Region::default() });
        }
        desk
    }

    fn somebody() -> Contact {
        Contact::new(ContactId(Uuid::from_u128(1)), DateTime::UNIX_EPOCH)
    }

    fn said(value: &str, source: Source) -> Sourced<String> {
        Sourced { value: value.into(), source, by: None, at: DateTime::UNIX_EPOCH, warning: None }
    }

    fn address(value: &str, verified: bool) -> Address {
        Address { value: value.into(), verified, source: Source::Claim, at: DateTime::UNIX_EPOCH }
    }

    fn seen(contact: &Contact) -> (Visibility, Option<String>, Vec<String>) {
        let viewer = viewer_for(contact, None, &desk(), "shop");
        assert_eq!(viewer.channel.as_deref(), Some("shop"));
        (viewer.visibility, viewer.tier, viewer.regions)
    }

    #[test]
    fn a_stranger_sees_what_everybody_sees() {
        assert_eq!(seen(&somebody()), (Visibility::Public, Some("standard".into()), Vec::new()));
    }

    #[test]
    fn claims_open_nothing() {
        let mut contact = somebody();
        contact.tier.set(said("vip", Source::Claim));
        contact.region.set(said("DE", Source::Claim));
        contact.emails.push(address("ann@example.org", false));
        contact.phones.push(address("+493012345678", false));
        assert_eq!(seen(&contact), (Visibility::Public, Some("standard".into()), Vec::new()));
    }

    #[test]
    fn a_proven_address_makes_a_customer() {
        let mut contact = somebody();
        contact.emails.push(address("ann@example.org", true));
        assert_eq!(seen(&contact).0, Visibility::Customers);
    }

    #[test]
    fn a_proven_number_gives_its_country() {
        let mut contact = somebody();
        contact.phones.push(address("+493012345678", true));
        assert_eq!(seen(&contact), (Visibility::Customers, Some("standard".into()), vec!["DE".into(), "EU".into()]));
    }

    #[test]
    fn where_somebody_says_to_be_opens_nothing_and_hides_nothing() {
        for source in [Source::Form, Source::Location, Source::Ip] {
            let mut contact = somebody();
            contact.region.set(said("DE-BE", source));
            assert_eq!(seen(&contact).2, Vec::<String>::new(), "{source:?}");
            contact.phones.push(address("+493012345678", true));
            assert_eq!(seen(&contact).2, ["DE", "EU"], "{source:?}");
        }
    }

    #[test]
    fn a_tier_from_a_trusted_source_makes_a_customer() {
        for source in [Source::Agent, Source::SignedIdentity, Source::Crm, Source::Import] {
            let mut contact = somebody();
            contact.tier.set(said("vip", source));
            contact.region.set(said("DE-BE", source));
            let regions = vec!["DE-BE".into(), "DE".into(), "EU".into()];
            assert_eq!(seen(&contact), (Visibility::Customers, Some("vip".into()), regions), "{source:?}");
        }
        let mut contact = somebody();
        contact.tier.set(said("vip", Source::Form));
        assert_eq!(seen(&contact).0, Visibility::Public, "a form is the person's own word");
    }
}
