#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{
    contact::Address,
    id::{ContactId, OrganisationId},
    routing::decide::tests::desk,
};

fn contact(tier: &[(&str, Source)], region: &[(&str, Source)], phones: &[(&str, bool)]) -> Contact {
    let at = DateTime::UNIX_EPOCH;
    let mut contact = Contact::new(ContactId(Uuid::nil()), at);
    let held = |value: &str, source| Sourced { value: value.to_owned(), source, by: None, at, warning: None };
    for (value, source) in tier {
        contact.tier.set(held(value, *source));
    }
    for (value, source) in region {
        contact.region.set(held(value, *source));
    }
    contact.phones =
        phones.iter().map(|(value, verified)| Address { value: (*value).to_owned(), verified: *verified, source: Source::Claim, at }).collect();
    contact
}

fn company(tier: &str, region: &str) -> Organisation {
    Organisation {
        id: OrganisationId(Uuid::nil()),
        version: 1,
        name: "Acme".to_owned(),
        domains: vec![],
        tier: Some(tier.to_owned()),
        region: Some(region.to_owned()),
        key: None,
        notes: None,
        account_manager: None,
        created_at: DateTime::UNIX_EPOCH,
    }
}

#[test]
fn the_tier_in_force() {
    use Source::{Agent, Claim, Crm, Default, Form, Organisation, SignedIdentity};
    let desk = desk(&[], json!([]));
    for (held, company_tier, expected) in [
        (&[][..], None, ("standard", Default)),
        (&[("vip", Claim)], None, ("standard", Default)),
        (&[("platinum", SignedIdentity)], None, ("standard", Default)),
        (&[("platinum", Agent), ("gold", Crm)], None, ("gold", Crm)),
        (&[("trial", Agent), ("vip", SignedIdentity)], Some("gold"), ("trial", Agent)),
        (&[("trial", Form)], Some("gold"), ("gold", Organisation)),
        (&[("vip", SignedIdentity)], Some("gold"), ("vip", SignedIdentity)),
        (&[], Some("unheard of"), ("standard", Default)),
    ] {
        let company = company_tier.map(|tier| company(tier, "FR"));
        let tier = effective_tier(&contact(held, &[], &[]), company.as_ref(), &desk).unwrap();
        assert_eq!((tier.value.as_str(), tier.source), expected, "{held:?} {company_tier:?}");
    }
}

#[test]
fn the_region_in_force() {
    use Source::{Agent, Claim, Form, Ip, Location, Organisation, Phone};
    let desk = desk(&[], json!([]));
    let (german, chinese, american) = (("+4930123456", false), ("+8613800138000", true), ("+12125550100", true));
    for (held, phones, company_region, expected) in [
        (&[][..], &[][..], None, None),
        (&[("FR", Claim)], &[german], None, Some(("DE", Phone))),
        (&[], &[german, chinese], None, Some(("CN", Phone))),
        (&[], &[american, german], None, Some(("DE", Phone))),
        (&[("FR", Ip)], &[german], None, Some(("DE", Phone))),
        (&[("FR", Location)], &[german], None, Some(("FR", Location))),
        (&[("FR", Form)], &[german], Some("CN"), Some(("CN", Organisation))),
        (&[("XX", Agent), ("FR", Form)], &[], None, Some(("FR", Form))),
        (&[], &[("030123456", true)], None, None),
    ] {
        let company = company_region.map(|region| company("gold", region));
        let region = effective_region(&contact(&[], held, phones), company.as_ref(), &desk);
        assert_eq!(region.as_ref().map(|region| (region.value.as_str(), region.source)), expected, "{held:?} {phones:?}");
    }
}

#[test]
fn the_losers_stay_visible() {
    let desk = desk(&[], json!([]));
    let contact = contact(&[], &[("FR", Source::Agent), ("CN", Source::Ip)], &[("+4930123456", false)]);
    let company = company("gold", "CN");
    let known = known_regions(&contact, Some(&company), &desk);
    let known: Vec<_> = known.all().iter().map(|held| (held.value.as_str(), held.source)).collect();
    assert_eq!(known, [("FR", Source::Agent), ("CN", Source::Organisation), ("DE", Source::Phone), ("CN", Source::Ip)]);
    assert_eq!(known_tiers(&contact, Some(&company)).all().len(), 1);
}

#[test]
fn who_is_nowhere_else_is_where_the_desk_says() {
    let mut desk = desk(&[], json!([]));
    desk.regions.get_mut("FR").unwrap().default = true;
    let region = effective_region(&contact(&[], &[("CN", Source::Claim)], &[]), None, &desk).unwrap();
    assert_eq!((region.value.as_str(), region.source), ("FR", Source::Default));
    let region = effective_region(&contact(&[], &[("CN", Source::Ip)], &[]), None, &desk).unwrap();
    assert_eq!((region.value.as_str(), region.source), ("CN", Source::Ip));
}

#[test]
fn a_value_with_a_warning_is_passed_over() {
    let mut contact = contact(&[("gold", Source::Crm)], &[], &[]);
    let doubted = Sourced { value: "vip".to_owned(), source: Source::Agent, by: None, at: DateTime::UNIX_EPOCH, warning: Some("expired".to_owned()) };
    contact.tier.set(doubted);
    assert_eq!(effective_tier(&contact, None, &desk(&[], json!([]))).unwrap().value, "gold");
}

#[test]
fn a_desk_without_tiers_has_none() {
    assert_eq!(effective_tier(&contact(&[("vip", Source::Agent)], &[], &[]), None, &Desk::default()), None);
}

#[test]
fn rules_see_facts_and_no_claims() {
    let mut contact = contact(&[("gold", Source::Crm)], &[], &[("+4930123456", false)]);
    let held = |value: &str, source| Sourced { value: json!(value), source, by: None, at: DateTime::UNIX_EPOCH, warning: None };
    for (key, value, source) in [("plan", "team", Source::SignedIdentity), ("plan", "huge", Source::Claim), ("city", "Berlin", Source::Claim)] {
        contact.attributes.entry(key.to_owned()).or_default().set(held(value, source));
    }
    let input = RoutingInput::of_customer(&contact, None, &desk(&[], json!([])), DateTime::UNIX_EPOCH);
    assert_eq!(input.tier.unwrap().value, "gold");
    assert_eq!(input.region.unwrap().value, "DE");
    assert_eq!(input.attributes.iter().map(|(key, held)| (key.as_str(), &held.value)).collect::<Vec<_>>(), [("plan", &json!("team"))]);
}
