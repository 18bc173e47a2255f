//! How long it takes to decide by 500 rules.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark fails by panicking")]

use std::hint::black_box;

use bellhop_domain::{
    desk::Desk,
    routing::{RoutingInput, Rule, route, sort_rules},
};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::json;

/// Rules of every kind, none of which decides but the last.
fn desk() -> Desk {
    let mut desk = Desk::default();
    for (rank, key) in ["standard", "gold", "vip"].into_iter().enumerate() {
        desk.tiers.insert(key.to_owned(), serde_json::from_value(json!({"key": key, "name": {"en": key}, "rank": rank})).unwrap());
    }
    desk.departments.insert("support".to_owned(), serde_json::from_value(json!({"key": "support", "name": {"en": "Support"}})).unwrap());
    let rule = |number: usize| {
        let when = match number % 5 {
            0 => {
                json!({"all": [{"field": "tier", "op": "at_least", "value": "gold"}, {"field": "tags", "op": "contains", "value": format!("t{number}")}]})
            }
            1 => json!({"field": "text", "op": "matches", "value": format!("(?:refund|money back) .{{0,40}} order {number}\\b")}),
            2 => {
                json!({"any": [{"field": "fields.amount", "op": "gt", "value": 1_000 + number}, {"field": "fields.reason", "value": format!("r{number}")}]})
            }
            3 => {
                json!({"all": [{"field": "language", "op": "in", "value": ["de", "fr"]}, {"not": {"field": "text", "op": "contains", "value": "parcel"}}]})
            }
            _ => json!({"field": "attributes.plan", "op": "in", "value": [format!("p{number}"), "team"]}),
        };
        json!({"key": format!("rule_{number:03}"), "position": number, "when": when, "then": {"department": "support"}})
    };
    desk.rules = (0..499).map(|number| serde_json::from_value::<Rule>(rule(number)).unwrap()).collect();
    desk.rules.push(serde_json::from_value(json!({"key": "fallback", "then": {"department": "support"}})).unwrap());
    sort_rules(&mut desk.rules);
    desk
}

fn rules(criterion: &mut Criterion) {
    let desk = desk();
    let input = RoutingInput {
        language: Some("en".to_owned()),
        channel: Some("shop".to_owned()),
        text: Some("Hello, I would like my money back for the lamp, it came broken and the parcel was open. ".repeat(6)),
        tags: vec!["web".to_owned()],
        ..RoutingInput::default()
    };
    assert_eq!(route(&desk, &input).rule.as_deref(), Some("fallback"));
    criterion.bench_function("decide/500 rules", |bencher| bencher.iter(|| route(black_box(&desk), black_box(&input))));
}

criterion_group!(benches, rules);
criterion_main!(benches);
