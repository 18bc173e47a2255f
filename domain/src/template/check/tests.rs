#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use serde_json::{Value, json};

use super::*;

/// The template with these fields and these other parts, and what is wrong with it.
#[track_caller]
fn check(parts: Value, expected: &[&str]) {
    let mut template = json!({"key": "refund", "title": {"en": "Refund"}});
    template.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
    let template: Template = serde_json::from_value(template).unwrap();
    let errors = template.check().err().unwrap_or_default();
    assert_eq!(errors.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
}

#[track_caller]
fn check_one(field: Value, expected: &[&str]) {
    let mut whole = json!({"key": "it", "label": {"en": "It"}, "type": "text"});
    whole.as_object_mut().unwrap().extend(field.as_object().unwrap().clone());
    check(json!({"fields": [whole]}), expected);
}

#[test]
fn keys_and_texts_are_needed_and_unique() {
    check(json!({}), &[]);
    check(
        json!({"key": "re fund", "title": {"en": " "}, "categories": ["a", "a"]}),
        &[
            "key: “re fund” cannot be a key: use up to 64 letters a–z, digits, “_” and “-”",
            "title: a text in at least one language is needed, like {\"en\": \"…\"}",
            "categories[1]: “a” is named twice",
        ],
    );
    let field = json!({"key": "it", "label": {"en": "It"}, "type": "text"});
    check(json!({"fields": [field, field]}), &["fields[1].key: “it” is the key of another field too"]);
}

#[test]
fn choices_fit_their_type() {
    let choice = |key: &str, label: &str| json!({"key": key, "label": {"en": label}});
    check_one(json!({"type": "choice"}), &["fields[0].choices: a choice field needs choices"]);
    check_one(json!({"choices": [choice("a", "A")]}), &["fields[0].choices: a text field has no choices"]);
    check_one(
        json!({"type": "choice", "choices": [choice("a", "Red"), choice("a", "Blue"), choice("b", "red"), choice("c", "A")]}),
        &[
            "fields[0].choices[1].key: “a” is the key of another choice too",
            "fields[0].choices[2].label: “a” goes by the same name",
            "fields[0].choices[3].label: “a” goes by the same name",
        ],
    );
    check_one(
        json!({"type": "choice", "choices": [{"key": "a", "label": {"en": "A"}, "children": [choice("b", "B")]}]}),
        &["fields[0].choices[0].children: only cascading_choice has further levels, not choice"],
    );
    check_one(
        json!({"type": "choice", "choices": [choice("a", "A")], "extract_choices": {"b": ["x("]}}),
        &[
            "fields[0].extract_choices.b[0]: not a regular expression: unclosed group at position 2",
            "fields[0].extract_choices.b: there is no choice “b”",
        ],
    );
    check_one(json!({"extract_choices": {"b": ["x"]}}), &["fields[0].extract_choices.b: a text field has no choices; use extract"]);
}

#[test]
fn patterns_limits_and_defaults_fit_their_type() {
    check_one(
        json!({"extract": ["ok", "[a-"], "pattern": "*"}),
        &[
            "fields[0].extract[1]: not a regular expression: unclosed character class at position 1",
            "fields[0].pattern: not a regular expression: repetition operator missing expression at position 1",
        ],
    );
    check_one(json!({"type": "number", "pattern": "x"}), &["fields[0].pattern: a number field has no pattern"]);
    check_one(json!({"type": "number", "min": 5, "max": 3}), &["fields[0].max: is less than min"]);
    check_one(json!({"min": 5, "max": 3}), &["fields[0].max: is less than min"]);
    check_one(json!({"type": "date", "min": "2026-02-01", "max": "1.1.2026"}), &["fields[0].max: is less than min"]);
    check_one(json!({"min": "five"}), &["fields[0].min: must be a whole number of characters"]);
    check_one(json!({"type": "email", "max": 5}), &["fields[0].max: this type has no least and no most"]);
    check_one(json!({"type": "number", "default": 7, "max": 5}), &["fields[0].default: must be at most 5"]);
    check_one(json!({"type": "checkbox", "default": "perhaps"}), &["fields[0].default: must be yes or no (true or false)"]);
    check_one(json!({"type": "file", "extract": ["x"]}), &["fields[0].extract: a file cannot be found in a text"]);
}

#[test]
fn stages_lead_somewhere() {
    let stage = |key: &str, next: &[&str]| json!({"key": key, "name": {"en": key}, "notify": true, "next": next});
    check(json!({"stages": [stage("planned", &["doing"]), stage("doing", &["planned", "done"]), stage("done", &[])]}), &[]);
    check(
        json!({"stages": [stage("planned", &["planed", "planned"]), stage("done", &[]), stage("planned", &["done"])]}),
        &[
            "stages[0].next[0]: there is no stage “planed”",
            "stages[0].next[1]: a stage cannot follow itself",
            "stages[2].key: “planned” is the key of another stage too",
            "stages[2].key: no stage leads to “planned”; name it in “next” of another",
        ],
    );
    check(
        json!({"stages": [
            {"key": "a", "name": {"en": "A"}, "status": "closed", "next": ["b"]},
            {"key": "b", "name": {"en": "B"}, "status": "new", "next": []}
        ]}),
        &["stages[0].status: a ticket cannot begin resolved or closed", "stages[1].status: only the first stage can be new"],
    );
}

#[test]
fn json_that_is_no_template_is_refused_in_words() {
    for (json, expected) in [
        (json!({"title": {}, "fields": [{"key": "a", "label": {}, "type": "colour"}]}), "unknown variant `colour`"),
        (
            json!({"title": {}, "fields": [{"key": "a", "label": {}, "type": "text", "required": true}]}),
            "required is \"create\", \"resolve\" or false",
        ),
        (json!({"title": {}, "titel": {}}), "unknown field `titel`"),
        (json!({"fields": []}), "missing field `title`"),
    ] {
        let message = serde_json::from_value::<Template>(json).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn templates_survive_writing_and_reading() {
    let json = json!({
        "key": "idea", "title": {"en": "Idea"},
        "fields": [{"key": "impact", "type": "choice", "label": {"en": "Impact"}, "required": "create", "choices": [{"key": "big", "label": {"en": "Big"}}]},
                   {"key": "more", "type": "long_text", "label": {"en": "More"}, "required": false}],
        "suggest": ["(?i)idea"],
        "stages": [{"key": "new", "name": {"en": "New"}, "status": "new", "notify": false, "next": []}],
        "priority": "low"
    });
    let template: Template = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&template).unwrap(), json);
}
