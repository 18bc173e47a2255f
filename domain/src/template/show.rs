//! Values of fields as people read them.

use serde_json::Value;

use super::{Choice, Field, FieldType};
use crate::words;

/// A value as a person reads it: choices by their labels, money with its currency, yes or no.
pub fn show_value(field: &Field, value: &Value, language: &str) -> String {
    match (field.kind, value) {
        (FieldType::Checkbox, Value::Bool(yes)) => words::say(language, if *yes { "button-yes" } else { "button-no" }, &[]),
        (FieldType::Choice, Value::String(key)) => label(&field.choices, key, language),
        (FieldType::MultiChoice, Value::Array(keys)) => {
            keys.iter().filter_map(Value::as_str).map(|key| label(&field.choices, key, language)).collect::<Vec<_>>().join(", ")
        }
        (FieldType::CascadingChoice, value) => way(&field.choices, value, language),
        (_, Value::Object(parts)) => {
            let part = |name: &str| parts.get(name).map(plain).unwrap_or_default();
            format!("{} {}", part("value"), part("currency")).trim().to_owned()
        }
        (_, value) => plain(value),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn label(choices: &[Choice], key: &str, language: &str) -> String {
    let label = choices.iter().find(|choice| choice.key == key).map(|choice| choice.label.get(language)).unwrap_or_default();
    if label.is_empty() { key.to_owned() } else { label.to_owned() }
}

/// The levels of a cascading choice, from the first to the last.
fn way(choices: &[Choice], value: &Value, language: &str) -> String {
    let keys: Vec<&str> = match value {
        Value::String(way) => way.split('/').collect(),
        Value::Array(keys) => keys.iter().filter_map(Value::as_str).collect(),
        other => return plain(other),
    };
    let mut level = choices;
    let mut labels = Vec::new();
    for key in keys {
        labels.push(label(level, key, language));
        level = level.iter().find(|choice| choice.key == key).map_or(&[], |choice| choice.children.as_slice());
    }
    labels.join(" › ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;
    use crate::template::validate_value;

    #[test]
    fn people_read_labels_and_not_keys() {
        let choices = json!([
            {"key": "damaged", "label": {"en": "Damaged", "zh": "破损"}, "children": [{"key": "box", "label": {"en": "Only the box"}}]},
            {"key": "late", "label": {"en": "Late"}}
        ]);
        for (kind, given, shown) in [
            ("text", json!("1001"), "1001"),
            ("number", json!("12.50"), "12.5"),
            ("money", json!({"value": "49.90", "currency": "EUR"}), "49.90 EUR"),
            ("money", json!("49.90"), "49.90"),
            ("choice", json!("late"), "Late"),
            ("multi_choice", json!(["late", "damaged"]), "Damaged, Late"),
            ("cascading_choice", json!("damaged/box"), "Damaged › Only the box"),
            ("checkbox", json!(true), "Yes"),
            ("date", json!("2026-11-30"), "2026-11-30"),
        ] {
            let mut choices = choices.clone();
            if kind != "cascading_choice" {
                choices.as_array_mut().unwrap().iter_mut().for_each(|choice| {
                    choice.as_object_mut().unwrap().remove("children");
                });
            }
            let choices = if kind.contains("choice") { choices } else { json!([]) };
            let field: Field = serde_json::from_value(json!({"key": "x", "type": kind, "label": {"en": "X"}, "choices": choices})).unwrap();
            let value = validate_value(&field, &given).unwrap();
            assert_eq!(show_value(&field, &value, "en"), shown, "{kind}: {value}");
        }
    }
}
