//! Finding values in what the customer wrote.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Value, json};

use super::{Field, FieldType, validate_value};
use crate::pattern::Pattern;

/// What mail, web addresses and international telephone numbers look like, for fields that bring no patterns of their own.
static EMAIL: LazyLock<Pattern> = LazyLock::new(|| r"[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+".into());
static URL: LazyLock<Pattern> = LazyLock::new(|| r#"https?://[^\s<>"'“”，。；）]+[^\s<>"'“”，。；）.,;:!?)]"#.into());
static PHONE: LazyLock<Pattern> = LazyLock::new(|| r"(?:\+|\b00)[1-9](?:[ ()/.-]{0,2}\d){6,14}".into());

/// The field's value in this text, in canonical form; what is found but does not validate is passed over.
///
/// The first pattern that finds a valid value decides, and of its finds the last one: people correct themselves.
pub(super) fn extract(field: &Field, text: &str) -> Option<Value> {
    let patterns: Vec<&Pattern> = match field.kind {
        _ if !field.extract.is_empty() || !field.extract_choices.is_empty() => field.extract.iter().collect(),
        FieldType::Email => vec![&EMAIL],
        FieldType::Url => vec![&URL],
        FieldType::Phone => vec![&PHONE],
        _ => Vec::new(),
    };
    let found = patterns.into_iter().filter_map(Pattern::anywhere).find_map(|pattern| {
        let finds: Vec<Captures<'_>> = pattern.captures_iter(text).collect();
        finds.iter().rev().find_map(|find| validate_value(field, &found_value(field.kind, pattern, find)).ok())
    });
    found.or_else(|| extract_choices(field, text))
}

fn found_value(kind: FieldType, pattern: &Regex, find: &Captures<'_>) -> Value {
    if kind == FieldType::Checkbox && pattern.captures_len() == 1 {
        return Value::Bool(true);
    }
    let value = find.name("value").or_else(|| {
        let first_is_currency = pattern.capture_names().nth(1).flatten() == Some("currency");
        if first_is_currency { None } else { find.get(1) }
    });
    let value = value.or_else(|| find.get(0)).map_or("", |found| found.as_str());
    match (kind, find.name("currency")) {
        (FieldType::Money, Some(currency)) => json!({ "value": value, "currency": currency.as_str() }),
        _ => json!(value),
    }
}

/// Choices that the text speaks of: the first in the field's order, or all of them where several can be chosen.
fn extract_choices(field: &Field, text: &str) -> Option<Value> {
    let speaks_of = |choice: &str| {
        field.extract_choices.get(choice).is_some_and(|patterns| patterns.iter().filter_map(Pattern::anywhere).any(|pattern| pattern.is_match(text)))
    };
    let value = match field.kind {
        FieldType::Choice => json!(field.choices.iter().find(|choice| speaks_of(&choice.key))?.key),
        FieldType::MultiChoice => {
            json!(field.choices.iter().map(|choice| choice.key.as_str()).filter(|key| speaks_of(key)).collect::<Vec<_>>())
        }
        FieldType::Checkbox => Value::Bool(["true", "false"].into_iter().find(|answer| speaks_of(answer))? == "true"),
        _ => json!(field.extract_choices.keys().find(|choice| speaks_of(choice))?),
    };
    validate_value(field, &value).ok()
}
