#![allow(clippy::unwrap_used, reason = "tests")]
use super::*;
use bellhop_domain::{
    contact::Organisation,
    id::{ContactId, ConversationId, OrganisationId},
    message::{Direction, Extras},
    sourced::{Source, Sourced},
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

fn read<T: DeserializeOwned>(document: Value) -> T {
    serde_json::from_value(document).unwrap()
}

fn desk() -> Desk {
    let mut desk = Desk::default();
    desk.templates.insert(
        "refund".into(),
        read(json!({
            "key": "refund",
            "title": {"en": "Refund"},
            "fields": [
                {"key": "order_number", "type": "order_reference", "label": {"en": "Order"}, "required": "create", "extract": ["order (\\d{4,})"]},
                {"key": "reason", "type": "choice", "label": {"en": "Reason"}, "choices": [{"key": "damaged", "label": {"en": "Damaged"}}]}
            ],
            "categories": ["money"],
            "priority": "high"
        })),
    );
    for key in ["support", "vip_de"] {
        desk.departments.insert(key.into(), read(json!({"key": key, "name": {"en": key}})));
    }
    for (key, rank) in [("standard", 1), ("vip", 2)] {
        desk.tiers.insert(key.into(), read(json!({"key": key, "name": {"en": key}, "rank": rank, "default": rank == 1})));
    }
    desk.regions.insert("DE".into(), read(json!({"key": "DE", "name": {"en": "Germany"}})));
    for key in ["money", "other"] {
        desk.categories.insert(key.into(), read(json!({"key": key, "name": {"en": key}})));
    }
    desk.rules = vec![
        read(json!({"key": "vips", "when": {"all": [{"field": "tier", "value": "vip"}, {"field": "region", "op": "within", "value": "DE"}]},
            "then": {"department": "vip_de", "priority": "urgent"}})),
        read(json!({"key": "fallback", "then": {"department": "support"}})),
    ];
    desk
}

fn vip() -> Contact {
    let mut contact = Contact::new(ContactId(Uuid::from_u128(1)), DateTime::UNIX_EPOCH);
    let signed = |value: &str| Sourced {
        value: value.to_owned(),
        source: Source::SignedIdentity,
        by: Some("shop".into()),
        at: DateTime::UNIX_EPOCH,
        warning: None,
    };
    contact.tier.set(signed("vip"));
    contact.region.set(signed("DE"));
    contact
}

fn said(text: &str) -> Message {
    Message {
        id: MessageId(Uuid::from_u128(5)),
        conversation: ConversationId(Uuid::from_u128(3)),
        direction: Direction::In,
        author: Actor::Contact { id: ContactId(Uuid::from_u128(1)) },
        author_name: None,
        text: text.to_owned(),
        extras: Extras::default(),
        external_id: None,
        delivery: None,
        created_at: DateTime::UNIX_EPOCH,
    }
}

fn planned(
    contact: &Contact,
    organisation: Option<&Organisation>,
    messages: &[Message],
    wanted: &Convert,
) -> Result<(Ticket, Vec<TimelineEvent>), Vec<String>> {
    let desk = desk();
    let situation = Situation { desk: &desk, conversation: None, contact, organisation, messages, history: History::default() };
    let planned = plan_ticket(&situation, wanted, &Actor::Bot, TicketId(Uuid::from_u128(9)), DateTime::UNIX_EPOCH)
        .map_err(|problems| problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>())?;
    let mut decision = Decision::default();
    let ticket = planned.add_to(&mut decision, 1);
    Ok((ticket, decision.timeline))
}

#[test]
fn what_the_customer_wrote_fills_the_template_with_its_message() {
    let (ticket, _) = planned(&vip(), None, &[said("My order 1001 is broken")], &Convert::to("refund", Source::Agent)).unwrap();
    let order = ticket.fields.get("order_number").unwrap();
    assert_eq!(order.value, json!("1001"));
    assert_eq!(order.source, Source::Conversation);
    assert_eq!(order.message, Some(MessageId(Uuid::from_u128(5))));
}

#[test]
fn what_is_missing_wrong_or_unknown_is_named() {
    let fields = |value: Value| value.as_object().unwrap().clone();
    let refund = || Convert::to("refund", Source::Agent);
    for (wanted, problems) in [
        (refund(), vec!["fields.order_number"]),
        (Convert { fields: fields(json!({"order_number": "1001", "reason": "bored"})), ..refund() }, vec!["fields.reason"]),
        (Convert { fields: fields(json!({"order_number": "1001", "colour": "red"})), ..refund() }, vec!["fields.colour"]),
        (Convert { fields: fields(json!({"order_number": "1001"})), category: Some("other".into()), ..refund() }, vec!["category"]),
        (Convert::to("complaint", Source::Agent), vec!["template"]),
    ] {
        assert_eq!(planned(&vip(), None, &[], &wanted).unwrap_err(), problems);
    }
}

#[test]
fn tier_and_region_decide_the_department_and_the_reasons_say_so() {
    let (ticket, timeline) = planned(&vip(), None, &[said("order 1001")], &Convert::to("refund", Source::Agent)).unwrap();
    assert_eq!(ticket.department.as_deref(), Some("vip_de"));
    assert_eq!(ticket.priority, Priority::Urgent);
    assert_eq!((ticket.tier.as_deref(), ticket.region.as_deref()), (Some("vip"), Some("DE")));
    let reasons: Vec<_> =
        ticket.routing.reasons.iter().filter(|reason| reason.matched).map(|reason| (reason.condition.as_str(), reason.source.as_deref())).collect();
    assert_eq!(reasons, [("tier is vip", Some("signed_identity")), ("region is within DE", Some("signed_identity"))]);
    let kinds: Vec<_> = timeline.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [TimelineKind::TicketCreated, TimelineKind::Routed]);
    let created = &timeline.first().unwrap().details;
    assert_eq!(created["number"], "T-1");
    assert!(!created.to_string().contains("1001"), "the timeline never quotes the customer");
}

#[test]
fn a_claimed_tier_routes_nobody_to_the_vips() {
    let mut contact = Contact::new(ContactId(Uuid::from_u128(1)), DateTime::UNIX_EPOCH);
    for (held, value) in [(&mut contact.tier, "vip"), (&mut contact.region, "DE")] {
        held.set(Sourced { value: value.to_owned(), source: Source::Claim, by: None, at: DateTime::UNIX_EPOCH, warning: Some("not trusted".into()) });
    }
    let (ticket, _) = planned(&contact, None, &[said("order 1001")], &Convert::to("refund", Source::Agent)).unwrap();
    assert_eq!((ticket.tier.as_deref(), ticket.department.as_deref()), (Some("standard"), Some("support")));
    assert_eq!(ticket.priority, Priority::High, "the template's");
}

#[test]
fn a_member_inherits_tier_and_region_of_the_organisation() {
    let contact = Contact::new(ContactId(Uuid::from_u128(1)), DateTime::UNIX_EPOCH);
    let organisation = Organisation {
        id: OrganisationId(Uuid::from_u128(2)),
        version: 1,
        name: "Acme".into(),
        domains: Vec::new(),
        tier: Some("vip".into()),
        region: Some("DE".into()),
        key: None,
        notes: None,
        account_manager: None,
        created_at: DateTime::UNIX_EPOCH,
    };
    let (ticket, _) = planned(&contact, Some(&organisation), &[said("order 1001")], &Convert::to("refund", Source::Agent)).unwrap();
    assert_eq!(ticket.department.as_deref(), Some("vip_de"));
}

#[test]
fn a_priority_that_was_asked_for_stands() {
    let wanted = Convert { priority: Some(Priority::Low), ..Convert::to("refund", Source::Agent) };
    let (ticket, _) = planned(&vip(), None, &[said("order 1001")], &wanted).unwrap();
    assert_eq!(ticket.priority, Priority::Low);
}
