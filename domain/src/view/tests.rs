#![allow(clippy::unwrap_used, reason = "tests")]
use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::{
    desk::{Agent, Department},
    template::Template,
    ticket::{Priority, sample},
};

fn desk() -> Desk {
    let mut desk = Desk::default();
    for (number, key) in [(1, "ann"), (2, "bo")] {
        let agent: Agent = serde_json::from_value(json!({"id": AgentId(uuid::Uuid::from_u128(number)), "key": key, "name": key, "email": format!("{key}@desk.example"), "role": "agent", "departments": [], "languages": [],
            "disabled": false, "created_at": "2026-11-22T00:00:00Z", "version": 1})).unwrap();
        desk.agents.insert(key.to_owned(), agent);
    }
    for key in ["billing", "support"] {
        let department: Department = serde_json::from_value(json!({"key": key, "name": {"en": key}})).unwrap();
        desk.departments.insert(key.to_owned(), department);
    }
    let template: Template = serde_json::from_value(json!({
        "key": "refund", "title": {"en": "Refund"}, "fields": [{"key": "amount", "type": "number", "label": {"en": "Amount"}}]
    }))
    .unwrap();
    desk.templates.insert("refund".to_owned(), template);
    desk
}

fn ticket(desk: &Desk, owner: Option<&str>, status: TicketStatus) -> Ticket {
    Ticket {
        template: "refund".to_owned(),
        priority: Priority::High,
        department: Some("billing".to_owned()),
        owner: owner.map(|owner| desk.agents[owner].id),
        fields: serde_json::from_value(json!({"amount": {"value": 120, "source": "agent"}})).unwrap(),
        language: Some("de".to_owned()),
        ..sample(status, None)
    }
}

fn view(when: serde_json::Value) -> View {
    serde_json::from_value(json!({"key": "v", "name": {"en": "V"}, "when": when})).unwrap()
}

#[test]
fn a_view_holds_the_tickets_that_its_condition_says_for_whoever_looks() {
    let desk = desk();
    let mine = view(json!({"all": [{"field": "owner", "value": "me"}, {"field": "status", "value": "active"}]}));
    let others = view(json!({"field": "owner", "op": "ne", "value": "me"}));
    let dear = view(json!({"all": [{"field": "fields.amount", "op": "gt", "value": 100}, {"field": "priority", "op": "at_least", "value": "high"}]}));
    let free = view(json!({"all": [{"field": "owner", "op": "exists", "value": false}, {"field": "department", "value": "billing"}]}));
    let views = [&mine, &others, &dear, &free];
    assert!(mine.is_personal() && others.is_personal() && !dear.is_personal());
    let seen = |owner, status, me| Listed::of(&ticket(&desk, owner, status), &desk).views(views, &desk, me);
    assert_eq!(seen(Some("ann"), TicketStatus::Open, Some("ann")), [true, false, true, false]);
    assert_eq!(seen(Some("ann"), TicketStatus::Open, Some("bo")), [false, true, true, false]);
    assert_eq!(seen(Some("ann"), TicketStatus::Closed, Some("ann")), [false, false, true, false]);
    assert_eq!(seen(None, TicketStatus::New, Some("ann")), [false, true, true, true]);
}

#[test]
fn an_index_is_asked_for_what_is_true_of_all_of_them() {
    let desk = desk();
    let lead = |when| view(when).lead(&desk, Some("ann"));
    let ann = Some(Some(desk.agents["ann"].id));
    assert_eq!(lead(json!({"field": "owner", "value": "me"})), Lead { owner: ann, ..Lead::default() });
    let both = lead(json!({"all": [{"field": "status", "op": "in", "value": ["new", "closed"]}, {"field": "status", "value": "active"}]}));
    assert_eq!(both, Lead { statuses: vec![TicketStatus::New], ..Lead::default() });
    assert_eq!(lead(json!({"any": [{"field": "department", "value": "billing"}, {"field": "priority", "value": "high"}]})), Lead::default());
    assert_eq!(lead(json!({"field": "department", "op": "in", "value": ["billing", "support"]})), Lead::default());
    assert!(view(json!({"field": "status", "op": "ne", "value": "closed"})).lead(&desk, None).statuses.contains(&TicketStatus::Resolved));
    assert!(view(json!({"field": "status", "value": "active"})).is_counted());
    assert!(!view(json!({"field": "status", "op": "ne", "value": "closed"})).is_counted());
    assert!(!view(json!({"field": "priority", "value": "high"})).is_counted());
}

#[test]
fn what_a_view_cannot_know_or_names_wrongly_is_refused_with_its_place() {
    let desk = desk();
    let problems = |when| view(when).check(&desk).into_iter().map(|error| (error.field, error.message.to_string())).collect::<BTreeMap<_, _>>();
    for (when, place, words) in [
        (json!({"field": "channel", "value": "shop"}), "when.field", "not known of a ticket by itself"),
        (json!({"all": [{"field": "status", "value": "done"}]}), "when.all[0].value", "no status"),
        (json!({"field": "owner", "value": "zoe"}), "when.value", "no agent “zoe”"),
        (json!({"field": "department", "op": "gt", "value": "billing"}), "when.op", "does not fit"),
        (json!({"all": [{"field": "status", "value": "new"}, {"field": "status", "value": "open"}]}), "when", "always be empty"),
    ] {
        let found = problems(when.clone());
        assert!(found.get(place).is_some_and(|message| message.contains(words)), "{when}: {found:?}");
    }
    assert!(problems(json!({"all": [{"field": "owner", "value": "me"}, {"field": "fields.amount", "op": "gt", "value": 5}]})).is_empty());
    let mut errors = Vec::new();
    let condition: Condition = serde_json::from_value(json!({"field": "owner", "value": "ann"})).unwrap();
    check_condition(&condition, "when", Scope::of(&desk), &mut errors);
    assert_eq!(errors[0].field, "when.field", "a rule knows no owner");
}
