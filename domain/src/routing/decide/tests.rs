#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::{
    desk::{Agent, Category, Department, Profile, Region, Role, Tier},
    id::AgentId,
    localised::Localised,
    routing::{Outcome, sort_rules},
    sourced::{Source, Sourced},
    ticket::{FieldValue, Priority},
};

/// A desk with four tiers, Germany with Berlin and Bavaria, France, and these departments and rules.
pub(crate) fn desk(departments: &[&str], rules: Value) -> Desk {
    let name = || Localised::of("en", "x");
    let mut desk = Desk::default();
    for (rank, key) in ["trial", "standard", "gold", "vip"].into_iter().enumerate() {
        let tier = Tier { key: key.to_owned(), name: name(), rank: rank as i32, default: key == "standard" };
        desk.tiers.insert(key.to_owned(), tier);
    }
    for (key, parent) in [("EU", None), ("DE", Some("EU")), ("DE-BE", Some("DE")), ("DE-BY", Some("DE")), ("FR", Some("EU")), ("CN", None)] {
        desk.regions.insert(key.to_owned(), Region { key: key.to_owned(), name: name(), parent: parent.map(str::to_owned) });
    }
    for key in departments {
        let department =
            Department { key: (*key).to_owned(), name: name(), parent: None, head: None, members: vec![], calendar: None, assignment: None };
        desk.departments.insert((*key).to_owned(), department);
    }
    for (key, parent) in [("money", None), ("money_back", Some("money"))] {
        let category =
            Category { key: key.to_owned(), name: name(), parent: parent.map(str::to_owned), templates: vec![], suggest: vec![], articles: vec![] };
        desk.categories.insert(key.to_owned(), category);
    }
    for (number, key) in [(1, "mei"), (2, "gone")] {
        let agent = Agent {
            id: AgentId(Uuid::from_u128(number)),
            key: key.to_owned(),
            name: key.to_owned(),
            email: format!("{key}@example.org"),
            role: Role::Agent,
            departments: vec![],
            languages: vec![],
            profile: Profile::default(),
            disabled: key == "gone",
            created_at: DateTime::UNIX_EPOCH,
        };
        desk.agents.insert(key.to_owned(), agent);
    }
    let template = json!({"key": "refund", "title": {"en": "Refund"}, "fields": [
        {"key": "amount", "type": "money", "label": {"en": "Amount"}},
        {"key": "order_number", "type": "text", "label": {"en": "Order"}},
        {"key": "reason", "type": "choice", "label": {"en": "Reason"}, "choices": [{"key": "late", "label": {"en": "Late"}}]}
    ]});
    desk.templates.insert("refund".to_owned(), serde_json::from_value(template).unwrap());
    desk.rules = serde_json::from_value(rules).unwrap();
    desk
}

fn sourced(value: &str, source: Source) -> Option<Sourced<String>> {
    Some(Sourced { value: value.to_owned(), source, by: None, at: DateTime::UNIX_EPOCH, warning: None })
}

fn customer(tier: &str, region: &str) -> RoutingInput {
    RoutingInput {
        tier: sourced(tier, Source::SignedIdentity),
        region: sourced(region, Source::Phone),
        template: Some("refund".to_owned()),
        ..RoutingInput::default()
    }
}

fn told(routing: &Routing) -> String {
    let mut lines = vec![format!("{} -> {}", routing.rule.as_deref().unwrap_or("-"), routing.department.as_deref().unwrap_or("-"))];
    lines.extend(routing.owner.map(|owner| format!("owner {}", owner.0.as_u128())));
    lines.extend(routing.priority.map(|priority| format!("priority {}", priority.as_str())));
    lines.extend(routing.reasons.iter().map(|reason| {
        let sign = if reason.matched { '+' } else { '-' };
        let source = reason.source.as_deref().map_or(String::new(), |source| format!(" ({source})"));
        format!("{sign} {}: {}{source}", reason.condition, reason.value)
    }));
    lines.join("\n")
}

#[test]
fn the_first_rule_that_matches_decides_and_says_why() {
    let desk = desk(
        &["support", "vip_de", "china"],
        json!([
            {"key": "chinese", "when": {"field": "region", "op": "within", "value": "CN"}, "then": {"department": "china"}},
            {"key": "off", "enabled": false, "then": {"department": "china"}},
            {"key": "deleted", "then": {"department": "gone"}},
            {"key": "vip_germany", "when": {"all": [
                {"field": "tier", "op": "at_least", "value": "gold"},
                {"field": "region", "value": ["DE", "FR"]},
                {"not": {"field": "channel", "value": "shop"}},
                {"any": [{"field": "language", "value": "zh"}, {"field": "fields.amount", "op": "gt", "value": 100}]}
            ]}, "then": {"department": "vip_de", "owner": "mei", "priority": "high"}},
            {"key": "fallback", "then": {"department": "support"}}
        ]),
    );
    let mut input = customer("vip", "DE-BE");
    input.channel = Some("mail".to_owned());
    input.language = Some("de".to_owned());
    let amount = FieldValue { value: json!({"value": "100.01", "currency": "EUR"}), source: Source::Conversation, message: None };
    input.fields.insert("amount".to_owned(), amount);
    insta::assert_snapshot!(told(&route(&desk, &input)), @r#"
    vip_germany -> vip_de
    owner 1
    priority high
    + tier is at least gold: "vip" (signed_identity)
    + region is within DE or FR: "DE-BE" (phone)
    + not (channel is shop): "mail"
    - language is zh: "de"
    + fields.amount is more than 100: {"currency":"EUR","value":"100.01"} (conversation)
    - rule chinese: region is within CN: "DE-BE" (phone)
    - rule deleted: department gone exists: null
    "#);

    input.tier = None;
    insta::assert_snapshot!(told(&route(&desk, &input)), @r#"
    fallback -> support
    + always: null
    - rule chinese: region is within CN: "DE-BE" (phone)
    - rule deleted: department gone exists: null
    - rule vip_germany: tier is at least gold: null
    "#);
}

const TABLE: &str = r#"{"key": "desks", "matrix": {"tiers": ["*", "vip"], "regions": ["*", "EU", "DE"],
    "departments": [["world", "europe", null], ["vip", null, "vip_de"]]}}"#;

#[test]
fn the_most_specific_cell_of_a_table_decides() {
    let table: Value = serde_json::from_str(TABLE).unwrap();
    let departments = ["support", "world", "europe", "vip", "vip_de"];
    let desk = desk(&departments, json!([table]));
    for (tier, region, expected) in [
        ("vip", "DE", "vip_de"),
        ("vip", "DE-BY", "vip_de"),
        ("vip", "FR", "vip"),
        ("vip", "CN", "vip"),
        ("gold", "DE", "europe"),
        ("gold", "FR", "europe"),
        ("gold", "CN", "world"),
    ] {
        assert_eq!(route(&desk, &customer(tier, region)).department.as_deref(), Some(expected), "{tier} in {region}");
    }
    assert_eq!(route(&desk, &RoutingInput::default()).department.as_deref(), Some("world"));
    insta::assert_snapshot!(told(&route(&desk, &customer("vip", "DE-BE"))), @r#"
    desks -> vip_de
    + tier is vip: "vip" (signed_identity)
    + region is within DE: "DE-BE" (phone)
    "#);
    insta::assert_snapshot!(told(&route(&desk, &customer("gold", "CN"))), @r#"
    desks -> world
    + tier is any: "gold" (signed_identity)
    + region is any: "CN" (phone)
    "#);
}

#[test]
fn an_empty_cell_leaves_it_to_the_next_rule() {
    let rules = json!([
        {"key": "desks", "when": {"field": "template", "value": "refund"}, "matrix": {"tiers": ["vip"], "regions": ["DE", "FR"], "departments": [["vip_de", null]]}},
    ]);
    let desk = desk(&["a_first", "vip_de"], rules);
    insta::assert_snapshot!(told(&route(&desk, &customer("vip", "FR"))), @r#"
    fallback -> a_first
    + no rule matched: null
    - rule desks: the table has a department for vip in FR: null
    "#);
    insta::assert_snapshot!(told(&route(&desk, &customer("vip", "DE"))), @r#"
    desks -> vip_de
    + template is refund: "refund"
    + tier is vip: "vip" (signed_identity)
    + region is within DE: "DE" (phone)
    "#);
}

#[test]
fn what_a_person_wrote_is_not_kept_in_the_reasons() {
    let desk = desk(
        &["support"],
        json!([{"key": "all", "when": {"any": [
            {"field": "text", "op": "contains", "value": "lawyer"},
            {"field": "fields.order_number", "op": "matches", "value": "^\\d+$"},
            {"field": "fields.order_number", "value": "1001"},
            {"field": "attributes.city", "op": "contains", "value": "lin"},
            {"field": "attributes.plan", "value": "team"},
            {"field": "tags", "op": "contains", "value": "late"},
            {"field": "category", "value": "money"},
            {"field": "tickets_open", "op": "at_least", "value": 3},
            {"field": "hours", "value": "closed"},
            {"field": "organisation", "op": "exists"},
            {"field": "contact", "op": "exists", "value": false}
        ]}, "then": {"department": "support", "owner": "gone"}}]),
    );
    let mut input = customer("vip", "DE");
    input.text = Some("My LAWYER Ann will write".to_owned());
    input.fields.insert("order_number".to_owned(), FieldValue { value: json!("1001"), source: Source::Agent, message: None });
    for (key, value) in [("city", "Berlin"), ("plan", "Team")] {
        let held = Sourced { value: json!(value), source: Source::Claim, by: None, at: DateTime::UNIX_EPOCH, warning: None };
        input.attributes.insert(key.to_owned(), held);
    }
    input.tags = vec!["late".to_owned()];
    input.category = Some("money_back".to_owned());
    input.tickets_open = 2;
    insta::assert_snapshot!(told(&route(&desk, &input)), @r#"
    all -> support
    + text contains lawyer: null
    + fields.order_number matches ^\d+$: null (agent)
    + fields.order_number is 1001: "1001" (agent)
    + attributes.city contains lin: null (claim)
    + attributes.plan is team: "Team" (claim)
    + tags contain late: ["late"]
    + category is money: "money_back"
    - tickets_open is at least 3: 2
    - hours are closed: "open"
    - organisation is given: null
    + contact is missing: null
    - agent gone works here: null
    "#);
}

#[test]
fn comparisons() {
    let mut input = customer("gold", "DE-BY");
    input.language = Some("zh-TW".to_owned());
    input.priority = Some(Priority::High);
    input.fields.insert("amount".to_owned(), FieldValue { value: json!({"value": "12.50", "currency": null}), source: Source::Agent, message: None });
    input.fields.insert("many".to_owned(), FieldValue { value: json!(["a", "b"]), source: Source::Agent, message: None });
    input.fields.insert("day".to_owned(), FieldValue { value: json!("2026-11-22"), source: Source::Agent, message: None });
    input.fields.insert("sure".to_owned(), FieldValue { value: json!(true), source: Source::Agent, message: None });
    for (leaf, expected) in [
        (json!({"field": "tier", "value": "gold"}), true),
        (json!({"field": "tier", "op": "at_most", "value": "gold"}), true),
        (json!({"field": "tier", "op": "gt", "value": "gold"}), false),
        (json!({"field": "tier", "op": "lt", "value": "vip"}), true),
        (json!({"field": "tier", "op": "at_least", "value": "nonsense"}), false),
        (json!({"field": "region", "op": "within", "value": "EU"}), true),
        (json!({"field": "region", "value": "DE-BE"}), false),
        (json!({"field": "region", "op": "not_in", "value": ["CN", "DE"]}), false),
        (json!({"field": "language", "value": "zh"}), true),
        (json!({"field": "language", "value": "zh-tw"}), true),
        (json!({"field": "language", "value": "zh-CN"}), false),
        (json!({"field": "priority", "op": "at_least", "value": "normal"}), true),
        (json!({"field": "fields.amount", "value": 12.5}), true),
        (json!({"field": "fields.amount", "op": "at_most", "value": "12.49"}), false),
        (json!({"field": "fields.many", "op": "contains", "value": "b"}), true),
        (json!({"field": "fields.many", "op": "not_in", "value": ["c"]}), true),
        (json!({"field": "fields.day", "op": "lt", "value": "2026-12-01"}), true),
        (json!({"field": "fields.sure", "value": true}), true),
        (json!({"field": "fields.none", "op": "ne", "value": "x"}), true),
        (json!({"field": "fields.none", "op": "exists"}), false),
        (json!({"field": "channel", "op": "exists", "value": false}), true),
        (json!({"any": []}), false),
        (json!({}), true),
    ] {
        let desk = desk(&["support", "z"], json!([{"key": "it", "when": leaf, "then": {"department": "z"}}]));
        assert_eq!(route(&desk, &input).department.as_deref() == Some("z"), expected, "{leaf}");
    }
}

#[test]
fn rules_come_by_position_then_key_and_what_always_matches_last() {
    let rules = json!([
        {"key": "a_fallback", "then": {"department": "support"}},
        {"key": "z", "when": {"field": "text", "op": "exists"}, "then": {"department": "support"}},
        {"key": "second", "position": 20, "then": {"department": "support"}},
        {"key": "first", "position": 10, "then": {"department": "support"}},
    ]);
    let mut rules: Vec<Rule> = serde_json::from_value(rules).unwrap();
    sort_rules(&mut rules);
    assert_eq!(rules.iter().map(|rule| rule.key.as_str()).collect::<Vec<_>>(), ["first", "second", "z", "a_fallback"]);
}

#[test]
fn many_rules_before_the_one_that_matches_are_counted() {
    let rules: Vec<Value> = (0..25)
        .map(|number| json!({"key": format!("r{number}"), "when": {"field": "tier", "value": "trial"}, "then": {"department": "support"}}))
        .collect();
    let routing = route(&desk(&["support"], Value::from(rules)), &customer("vip", "DE"));
    assert_eq!(routing.reasons.len(), 1 + EXPLAINED + 1);
    assert_eq!(routing.reasons.last().unwrap().condition, "one of 5 more rules before it matches");
}

#[test]
fn without_departments_there_is_nothing_to_decide() {
    assert_eq!(route(&Desk::default(), &RoutingInput::default()).department, None);
}

#[test]
fn decisions_keep_their_stored_form() {
    let desk = desk(&["vip_de"], json!([{"key": "vip", "when": {"field": "tier", "value": "vip"}, "then": {"department": "vip_de"}}]));
    insta::assert_json_snapshot!(route(&desk, &customer("vip", "DE")), @r#"
    {
      "rule": "vip",
      "department": "vip_de",
      "owner": null,
      "reasons": [
        {
          "condition": "tier is vip",
          "compared": {
            "field": "tier",
            "op": "eq",
            "value": "vip"
          },
          "value": "vip",
          "source": "signed_identity",
          "matched": true
        }
      ]
    }
    "#);
}

fn tiers() -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(prop::sample::select(vec!["trial", "standard", "gold", "vip", "unknown"]))
}

fn regions() -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(prop::sample::select(vec!["EU", "DE", "DE-BE", "DE-BY", "FR", "CN", "unknown"]))
}

fn cells(columns: usize) -> impl Strategy<Value = Vec<Option<String>>> {
    prop::collection::vec(prop::option::of(prop::sample::select(vec!["a".to_owned(), "b".to_owned(), "gone".to_owned()])), columns)
}

fn conditions() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        (prop::sample::select(vec!["eq", "ne", "at_least", "lt"]), prop::sample::select(vec!["gold", "nonsense"]))
            .prop_map(|(op, tier)| json!({"field": "tier", "op": op, "value": tier})),
        prop::sample::select(vec!["within", "not_in"]).prop_map(|op| json!({"field": "region", "op": op, "value": "DE"})),
        prop::sample::select(vec!["exists", "gt", "matches", "contains"]).prop_map(|op| json!({"field": "fields.x", "op": op, "value": "5"})),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|all| json!({"all": all})),
            prop::collection::vec(inner.clone(), 0..3).prop_map(|any| json!({"any": any})),
            inner.prop_map(|not| json!({"not": not})),
        ]
    })
}

fn input(tier: Option<&str>, region: Option<&str>) -> RoutingInput {
    RoutingInput {
        tier: tier.and_then(|tier| sourced(tier, Source::Agent)),
        region: region.and_then(|region| sourced(region, Source::Agent)),
        fields: BTreeMap::from([("x".to_owned(), FieldValue { value: json!(7), source: Source::Agent, message: None })]),
        ..RoutingInput::default()
    }
}

proptest! {
    #[test]
    fn routing_always_decides(tier in tiers(), region in regions(), conditions in prop::collection::vec(conditions(), 0..6), row in cells(2)) {
        let mut rules: Vec<Value> = conditions
            .into_iter()
            .enumerate()
            .map(|(number, when)| json!({"key": format!("r{number}"), "when": when, "then": {"department": if number % 2 == 0 { "a" } else { "gone" }}}))
            .collect();
        rules.push(json!({"key": "table", "matrix": {"tiers": ["gold"], "regions": ["DE", "*"], "departments": [row]}}));
        let desk = desk(&["a", "b", "support"], Value::from(rules));
        let routing = route(&desk, &input(tier, region));
        prop_assert!(routing.department.is_some_and(|department| desk.departments.contains_key(&department)));
        prop_assert!(routing.rule.is_some());
        prop_assert!(!routing.reasons.is_empty());
    }

    #[test]
    fn a_more_specific_row_never_changes_customers_outside_it(tier in tiers(), region in regions(), any in cells(3), gold in cells(3)) {
        let table = |tiers: Value, departments: Value| {
            let matrix = json!({"tiers": tiers, "regions": ["*", "DE", "DE-BE"], "departments": departments});
            desk(&["a", "b", "support"], json!([{"key": "table", "matrix": matrix}]))
        };
        let before = route(&table(json!(["*"]), json!([any])), &input(tier, region));
        let after = route(&table(json!(["*", "gold"]), json!([any, gold])), &input(tier, region));
        if tier != Some("gold") {
            prop_assert_eq!(&before, &after);
        }
        // An empty row says nothing even to those in it.
        let empty = route(&table(json!(["*", "gold"]), json!([any, [null, null, null]])), &input(tier, region));
        prop_assert_eq!(before.department, empty.department);
    }

    #[test]
    fn a_more_specific_column_never_changes_customers_outside_it(tier in tiers(), region in regions(), any in cells(1), column in cells(1)) {
        let table = |regions: Value, departments: Value| {
            desk(&["a", "b", "support"], json!([{"key": "table", "matrix": {"tiers": ["*"], "regions": regions, "departments": departments}}]))
        };
        let before = route(&table(json!(["*"]), json!([[any[0]]])), &input(tier, region));
        let after = route(&table(json!(["*", "DE"]), json!([[any[0], column[0]]])), &input(tier, region));
        if !region.is_some_and(|region| region.starts_with("DE")) {
            prop_assert_eq!(before, after);
        }
    }

    #[test]
    fn conditions_survive_writing_and_reading(condition in conditions()) {
        let read: crate::routing::Condition = serde_json::from_value(condition).unwrap();
        let again: crate::routing::Condition = serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
        prop_assert_eq!(read, again);
    }
}

#[test]
fn outcomes_are_written_without_what_is_empty() {
    let outcome = Outcome { department: Some("a".to_owned()), ..Outcome::default() };
    assert_eq!(serde_json::to_value(outcome).unwrap(), json!({"department": "a"}));
}
