//! How long 500 rules take to decide, when only the last one matches: the goal is under a millisecond.
#![allow(clippy::unwrap_used, missing_docs, reason = "a measurement")]

use std::{hint::black_box, sync::Arc};

use bellhop_domain::{
    desk::Desk,
    phone::Prefixes,
    routing::{RoutingInput, Rule, route},
    sourced::{Source, Sourced},
    ticket::FieldValue,
};
use chrono::DateTime;
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};

const RULES: usize = 500;

fn read<T: serde::de::DeserializeOwned>(document: Value) -> T {
    serde_json::from_value(document).unwrap()
}

/// One condition of each kind after the other, none of which holds for the customer below.
fn condition(number: usize) -> Value {
    match number % 8 {
        0 => json!({"all": [{"field": "tier", "op": "at_least", "value": "vip"}, {"field": "region", "op": "within", "value": ["FR", "US"]}]}),
        1 => json!({"any": [{"field": "language", "op": "in", "value": ["zh", "ja"]}, {"field": "channel", "value": format!("shop_{number}")}]}),
        2 => json!({"all": [{"field": "template", "value": "refund"}, {"field": "fields.amount", "op": "gt", "value": 10_000 + number}]}),
        3 => json!({"field": "text", "op": "matches", "value": format!("(invoice|receipt) +no\\.? *{number}\\b")}),
        4 => json!({"field": "text", "op": "contains", "value": [format!("word{number}"), "no such word"]}),
        5 => json!({"all": [{"field": "tags", "op": "contains", "value": format!("tag_{number}")}, {"not": {"field": "hours", "value": "closed"}}]}),
        6 => json!({"all": [{"field": "hours", "value": "open"}, {"field": "tickets_total", "op": "at_least", "value": 40}]}),
        _ => json!({"field": "attributes.plan", "op": "in", "value": ["team", format!("plan {number}")]}),
    }
}

fn desk() -> Desk {
    let named = |key: &str| json!({"key": key, "name": {"en": key}});
    let mut desk = Desk::default();
    for (rank, key) in ["trial", "standard", "gold", "vip"].into_iter().enumerate() {
        desk.tiers.insert(key.into(), read(json!({"key": key, "name": {"en": key}, "rank": rank})));
    }
    for (key, parent) in [("EU", None), ("DE", Some("EU")), ("DE-BE", Some("DE")), ("FR", Some("EU")), ("US", None)] {
        desk.regions.insert(key.into(), read(json!({"key": key, "name": {"en": key}, "parent": parent})));
    }
    for key in ["support", "vip_de"] {
        desk.departments.insert(key.into(), read(named(key)));
    }
    let hours = json!([["08:00", "18:00"]]);
    desk.calendars.insert("office".into(), read(json!({"key": "office", "time_zone": "Europe/Berlin", "hours": {"mon": hours, "tue": hours}})));
    let fields = json!([{"key": "amount", "type": "money", "label": {"en": "Amount"}}]);
    desk.templates.insert("refund".into(), read(json!({"key": "refund", "title": {"en": "Refund"}, "fields": fields})));
    desk.rules = (0..RULES - 1)
        .map(|number| {
            let key = format!("rule_{number}");
            // Every tenth is a table, whose cells are empty for the customer.
            let rule = if number % 10 == 9 {
                json!({"key": key, "matrix": {"tiers": ["vip", "*"], "regions": ["FR", "*"], "departments": [["vip_de", "vip_de"], ["support", null]]}})
            } else {
                json!({"key": key, "when": condition(number), "then": {"department": "vip_de"}})
            };
            read::<Rule>(rule)
        })
        .chain([read(json!({"key": "fallback", "then": {"department": "support"}}))])
        .collect();
    desk
}

fn customer() -> RoutingInput {
    let at = DateTime::parse_from_rfc3339("2026-11-23T12:00:00Z").unwrap().to_utc();
    let sourced = |value: &str| Some(Sourced { value: value.to_owned(), source: Source::SignedIdentity, by: None, at, warning: None });
    let amount = FieldValue { value: json!({"amount": "49.90", "currency": "EUR"}), source: Source::Conversation, message: None };
    RoutingInput {
        tier: sourced("gold"),
        region: sourced("DE-BE"),
        language: Some("de".into()),
        channel: Some("web".into()),
        template: Some("refund".into()),
        fields: [("amount".to_owned(), amount)].into(),
        tags: vec!["from_app".into(), "returning".into()],
        tickets_total: 3,
        text: Some("My parcel arrived broken and I would like my money back, please. ".repeat(8)),
        now: at,
        ..RoutingInput::default()
    }
}

fn decide(criterion: &mut Criterion) {
    let (desk, input) = (desk(), customer());
    assert_eq!(desk.rules.len(), RULES);
    assert_eq!(route(&desk, &input).rule.as_deref(), Some("fallback"), "all 500 are looked at");
    criterion.bench_function("500 rules, the last one matches", |bencher| bencher.iter(|| route(black_box(&desk), black_box(&input))));
}

fn find_by_phone(criterion: &mut Criterion) {
    let lines: String = (0..400_000).map(|number| format!("+86{},DE-BE\n", 1_300_000 + number)).collect();
    let desk = Desk { prefixes: Arc::new(Prefixes::read(&lines).unwrap()), ..desk() };
    criterion.bench_function("a telephone number among 400 000 prefixes", |bencher| {
        bencher.iter(|| desk.region_of_phone(black_box("+86 138 0013 8000")).map(str::len));
    });
}

criterion_group!(benches, decide, find_by_phone);
criterion_main!(benches);
