#![allow(clippy::unwrap_used, reason = "tests")]
use std::collections::BTreeMap;

use super::{changes, telling, *};
use crate::actions::tests::blank_ticket;
use bellhop_domain::{
    desk::Desk,
    id::AgentId,
    message::{Direction, Extras},
    routing::RoutingInput,
    ticket::FieldValue,
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn read<T: DeserializeOwned>(document: Value) -> T {
    serde_json::from_value(document).unwrap()
}

fn agent(number: u128) -> AgentId {
    AgentId(Uuid::from_u128(number))
}

fn desk() -> Desk {
    let mut desk = Desk::default();
    desk.templates.insert(
        "bug".into(),
        read(json!({
            "key": "bug",
            "title": {"en": "Bug"},
            "fields": [
                {"key": "account", "type": "text", "label": {"en": "Account"}, "required": "create"},
                {"key": "cause", "type": "text", "label": {"en": "Cause"}, "required": "resolve"}
            ],
            "stages": [
                {"key": "planned", "name": {"en": "Planned"}, "next": ["building"]},
                {"key": "building", "name": {"en": "Being built"}, "status": "open", "notify": true, "next": ["done"]},
                {"key": "done", "name": {"en": "Done"}, "status": "resolved", "notify": true}
            ]
        })),
    );
    for key in ["support", "technicians"] {
        desk.departments.insert(key.into(), read(json!({"key": key, "name": {"en": format!("Our {key}")}})));
    }
    for (key, rank) in [("standard", 1), ("vip", 2)] {
        desk.tiers.insert(key.into(), read(json!({"key": key, "name": {"en": key}, "rank": rank, "default": rank == 1})));
    }
    for (number, key, departments, disabled) in
        [(1, "mei", json!(["support", "technicians"]), false), (2, "tom", json!(["support"]), false), (3, "old", json!([]), true)]
    {
        let document = json!({"id": agent(number), "key": key, "name": key, "email": format!("{key}@example.org"), "role": "agent",
            "departments": departments, "languages": [], "disabled": disabled, "created_at": AT});
        desk.agents.insert(key.into(), read(document));
    }
    desk
}

fn ticket() -> Ticket {
    Ticket {
        number: 7,
        template: "bug".into(),
        stage: Some("planned".into()),
        department: Some("support".into()),
        owner: Some(agent(2)),
        fields: BTreeMap::from([("account".to_owned(), FieldValue { value: json!("a-1"), source: Source::Conversation, message: None })]),
        contact: ContactId(Uuid::from_u128(1)),
        conversations: vec![ConversationId(Uuid::from_u128(1))],
        ..blank_ticket(TicketId(Uuid::from_u128(1)))
    }
}

fn patched(patch: TicketPatch) -> Result<Ticket, Vec<String>> {
    let mut ticket = ticket();
    changes::apply(&desk(), &patch, &mut ticket, &RoutingInput::default(), AT)
        .map_err(|problems| problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>())?;
    Ok(ticket)
}

fn fields(value: Value) -> Option<Map<String, Value>> {
    value.as_object().cloned()
}

#[test]
fn what_does_not_fit_is_named() {
    let patch = TicketPatch::default;
    for (patch, places) in [
        (TicketPatch { department: Some(Some("nowhere".into())), ..patch() }, vec!["department"]),
        (TicketPatch { owner: Some(Some("nobody".into())), ..patch() }, vec!["owner"]),
        (TicketPatch { owner: Some(Some("old".into())), ..patch() }, vec!["owner"]),
        (TicketPatch { followers: Some(vec!["mei".into(), "nobody".into()]), ..patch() }, vec!["followers[1]"]),
        (TicketPatch { tier: Some(Some("platinum".into())), ..patch() }, vec!["tier"]),
        (TicketPatch { fields: fields(json!({"account": null})), ..patch() }, vec!["fields.account"]),
        (TicketPatch { fields: fields(json!({"colour": "red"})), ..patch() }, vec!["fields.colour"]),
        (TicketPatch { status: Some(TicketStatus::Resolved), ..patch() }, vec!["fields.cause"]),
        (TicketPatch { stage: Some("done".into()), ..patch() }, vec!["stage"]),
        (TicketPatch { stage: Some("nowhere".into()), ..patch() }, vec!["stage"]),
    ] {
        assert_eq!(patched(patch.clone()).unwrap_err(), places, "{patch:?}");
    }
}

#[test]
fn a_value_given_with_the_resolving_counts() {
    let patch = TicketPatch { status: Some(TicketStatus::Resolved), fields: fields(json!({"cause": "a loose cable"})), ..TicketPatch::default() };
    let ticket = patched(patch).unwrap();
    assert_eq!(ticket.status, TicketStatus::Resolved);
    assert_eq!(ticket.resolved_at, Some(AT));
    assert_eq!(ticket.fields.get("cause").unwrap().source, Source::Agent);
}

#[test]
fn a_value_that_stays_keeps_its_source() {
    let ticket = patched(TicketPatch { fields: fields(json!({"account": "a-1"})), ..TicketPatch::default() }).unwrap();
    assert_eq!(ticket.fields.get("account").unwrap().source, Source::Conversation);
}

#[test]
fn the_owner_stays_behind_unless_they_work_in_the_new_department() {
    let to_technicians =
        |owner: Option<Option<String>>| TicketPatch { department: Some(Some("technicians".into())), owner, ..TicketPatch::default() };
    assert_eq!(patched(to_technicians(None)).unwrap().owner, None);
    assert_eq!(patched(to_technicians(Some(Some("mei".into())))).unwrap().owner, Some(agent(1)));
    assert_eq!(patched(to_technicians(Some(Some("MEI@example.org".into())))).unwrap().owner, Some(agent(1)));
    assert_eq!(patched(TicketPatch::default()).unwrap().owner, Some(agent(2)));
}

#[test]
fn the_customer_is_told_of_what_they_can_see() {
    let changed = |change: fn(&mut Ticket)| {
        let mut ticket = ticket();
        change(&mut ticket);
        telling::text_of(&desk(), &super::tests::ticket(), &ticket, None, "en", "https://x/t/1").map(|text| text.lines().next().unwrap().to_owned())
    };
    assert_eq!(changed(|ticket| ticket.priority = Priority::High), None);
    assert_eq!(changed(|ticket| ticket.owner = None), None);
    assert_eq!(changed(|ticket| ticket.status = TicketStatus::WaitingCustomer).as_deref(), Some("Ticket T-7 is now waiting for your answer."));
    assert_eq!(changed(|ticket| ticket.department = Some("technicians".into())).as_deref(), Some("Ticket T-7 is now with Our technicians."));
    let building = changed(|ticket| {
        ticket.stage = Some("building".into());
        ticket.status = TicketStatus::Open;
    });
    assert_eq!(building.as_deref(), Some("Ticket T-7 is now Being built."));
    assert!(changed(|ticket| ticket.status = TicketStatus::Resolved).unwrap().starts_with("Ticket T-7 is solved."));
}

#[test]
fn an_agents_tier_sticks_to_the_person() {
    let desk = desk();
    let mut contact = Contact::new(ContactId(Uuid::from_u128(1)), AT);
    let mut ticket = ticket();
    let mut set = |tier: Option<&str>| {
        let patch = TicketPatch { tier: Some(tier.map(str::to_owned)), ..TicketPatch::default() };
        let changed = changes::apply_to_contact(&desk, &patch, &mut contact, None, &mut ticket, &Actor::System, AT);
        (changed, ticket.tier.clone())
    };
    assert_eq!(set(Some("vip")), (true, Some("vip".to_owned())));
    assert_eq!(set(None), (true, Some("standard".to_owned())));
    assert_eq!(set(None), (false, Some("standard".to_owned())));
}

#[test]
fn the_timeline_says_what_changed_without_the_customers_values() {
    let before = ticket();
    let patch = TicketPatch {
        stage: Some("building".into()),
        owner: Some(Some("mei".into())),
        priority: Some(Priority::High),
        fields: fields(json!({"account": "secret-2"})),
        ..TicketPatch::default()
    };
    let events = changes::timeline(&desk(), &before, &patched(patch).unwrap(), &Actor::System, AT);
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [TimelineKind::StatusChanged, TimelineKind::Assigned, TimelineKind::Changed]);
    let all = json!(events.iter().map(|event| &event.details).collect::<Vec<_>>());
    assert_eq!(all[0]["status"], json!({"from": "new", "to": "open"}));
    assert_eq!(all[1]["owner"], json!({"from": "tom", "to": "mei"}));
    assert_eq!(all[2]["fields"], json!(["account"]));
    assert!(!all.to_string().contains("secret-2"));
}

#[test]
fn a_customers_message_wakes_what_waited_for_them() {
    let message = Message {
        id: MessageId(Uuid::from_u128(5)),
        conversation: ConversationId(Uuid::from_u128(2)),
        direction: Direction::In,
        author: Actor::Contact { id: ContactId(Uuid::from_u128(1)) },
        author_name: None,
        text: "It broke again".into(),
        extras: Extras::default(),
        external_id: None,
        delivery: None,
        created_at: AT,
    };
    for (status, becomes) in [
        (TicketStatus::New, None),
        (TicketStatus::Open, None),
        (TicketStatus::WaitingThirdParty, None),
        (TicketStatus::WaitingCustomer, Some(TicketStatus::Open)),
        (TicketStatus::Resolved, Some(TicketStatus::Open)),
        (TicketStatus::Closed, None),
    ] {
        let touched = touch(&Ticket { status, ..ticket() }, &message, AT);
        assert_eq!(touched.ticket.map(|ticket| ticket.status), becomes, "{status:?}");
        let first = touched.timeline.first().unwrap();
        assert_eq!((first.kind, first.conversation), (TimelineKind::Message, Some(message.conversation)));
        assert!(!json!(touched.timeline.iter().map(|event| &event.details).collect::<Vec<_>>()).to_string().contains("broke"));
    }
}
