#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::{Value, json};

use super::*;
use crate::{
    sourced::{Source, Sourced},
    template::{Given, Known, fill},
};

fn desk() -> Desk {
    let mut desk = Desk::default();
    for (rank, key) in ["standard", "gold", "vip"].into_iter().enumerate() {
        let tier = json!({"key": key, "name": {"en": key}, "rank": rank, "default": rank == 0});
        desk.tiers.insert(key.to_owned(), serde_json::from_value(tier).unwrap());
    }
    desk
}

fn template() -> Template {
    serde_json::from_value(json!({"key": "refund", "title": {"en": "Refund"}, "fields": [
        {"key": "reason", "type": "choice", "label": {"en": "Reason"}, "required": "create",
         "choices": [{"key": "damaged", "label": {"en": "Damaged"}}, {"key": "late", "label": {"en": "Late"}}]},
        {"key": "damage", "type": "long_text", "label": {"en": "What is damaged?"}, "required": "create",
         "when": {"field": "fields.reason", "value": "damaged"}},
        {"key": "photo", "type": "url", "label": {"en": "Photo"}, "required": "create",
         "when": {"field": "fields.damage", "op": "exists"}, "required_when": {"field": "tier", "op": "at_most", "value": "standard"}},
        {"key": "manager", "type": "text", "label": {"en": "Manager"}, "when": {"field": "tier", "value": "vip"}}
    ]}))
    .unwrap()
}

fn values(given: Value) -> BTreeMap<String, FieldValue> {
    let value = |value: &Value| FieldValue { value: value.clone(), source: Source::Agent, message: None };
    given.as_object().unwrap().iter().map(|(key, given)| (key.clone(), value(given))).collect()
}

fn input(tier: &str) -> RoutingInput {
    let tier = Sourced { value: tier.to_owned(), source: Source::Crm, by: None, at: chrono::DateTime::UNIX_EPOCH, warning: None };
    RoutingInput { tier: Some(tier), ..RoutingInput::default() }
}

#[test]
fn what_is_asked_for_depends_on_what_stands_before_it() {
    let (desk, template) = (desk(), template());
    for (tier, given, asked, missing) in [
        ("standard", json!({}), "reason", "reason"),
        ("standard", json!({"reason": "late"}), "reason", ""),
        ("standard", json!({"reason": "damaged"}), "reason damage", "damage"),
        ("standard", json!({"reason": "damaged", "damage": "the door"}), "reason damage photo", "photo"),
        ("vip", json!({"reason": "damaged", "damage": "the door"}), "reason damage photo manager", ""),
        // A value that is not asked for counts for nothing behind it.
        ("standard", json!({"reason": "late", "damage": "the door"}), "reason", ""),
    ] {
        let (values, input) = (values(given.clone()), input(tier));
        let around = Some(Around { desk: &desk, input: &input });
        let keys: Vec<&str> = template.asked(&values, around).iter().map(|asked| asked.field.key.as_str()).collect();
        assert_eq!(keys.join(" "), asked, "{tier} {given}");
        let keys: Vec<&str> = template.missing(&values, around, false).iter().map(|field| field.key.as_str()).collect();
        assert_eq!(keys.join(" "), missing, "{tier} {given}");
    }
}

#[test]
fn what_is_not_asked_for_is_not_filled_and_refused_when_given() {
    let (desk, template, input) = (desk(), template(), input("standard"));
    let around = Some(Around { desk: &desk, input: &input });
    let given = json!({"reason": "late", "damage": "the door"});
    let given = Given { values: given.as_object().unwrap(), source: Source::Agent, message: None };
    let filled = fill(&template, &given, &Known { around, ..Known::default() });
    assert_eq!(filled.errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["damage"]);
    let collected = values(json!({"reason": "late", "damage": "the door"}));
    let nothing = serde_json::Map::new();
    let given = Given { values: &nothing, source: Source::Agent, message: None };
    let filled = fill(&template, &given, &Known { around, collected: Some(&collected), ..Known::default() });
    assert!(filled.errors.is_empty() && filled.missing.is_empty());
    assert_eq!(filled.fields.keys().map(String::as_str).collect::<Vec<_>>(), ["reason"]);
}
