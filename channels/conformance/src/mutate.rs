//! Recorded payloads with something wrong in them: a field dropped, null, of another type, hostile.

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

/// Hands `check` many broken forms of each recording; the test fails where it panics.
pub fn broken(recordings: &[String], check: impl Fn(&str)) {
    let documents: Vec<Value> = recordings.iter().map(|raw| serde_json::from_str(raw).expect("a recording is JSON")).collect();
    let strategy = (0..documents.len(), proptest::collection::vec((any::<usize>(), any::<usize>()), 1..4));
    let mut runner = TestRunner::new(Config { cases: 512, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&strategy, |(document, steps)| {
        let mut document = documents[document].clone();
        for (place, change) in steps {
            let places = places(&document, String::new());
            let place = &places[place % places.len()];
            apply(&mut document, place, change);
        }
        // Half a surrogate pair can be written in JSON only.
        check(&document.to_string().replace("(half)", r"\ud800"));
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

/// JSON pointers to everything in a document but its root.
fn places(value: &Value, at: String) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    let mut found = if at.is_empty() { Vec::new() } else { vec![at.clone()] };
    for (key, value) in children {
        found.extend(places(value, format!("{at}/{key}")));
    }
    if found.is_empty() { vec![at] } else { found }
}

fn apply(document: &mut Value, place: &str, change: usize) {
    let hostile = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(""),
        json!(" \u{0}\u{202e}\u{1f469}\u{200d}\u{1f467} (half)"),
        json!("x".repeat(5_000)),
        json!([]),
        json!([null, {"id": []}]),
        json!({}),
        json!({"id": {"id": null}}),
    ];
    if let Some(new) = hostile.get(change % (hostile.len() + 1)) {
        if let Some(value) = document.pointer_mut(place) {
            *value = new.clone();
        }
        return;
    }
    let (parent, key) = place.rsplit_once('/').unwrap_or_default();
    if let Some(Value::Object(members)) = document.pointer_mut(parent) {
        members.remove(&key.replace("~1", "/").replace("~0", "~"));
    }
}
