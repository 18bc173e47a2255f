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

#[test]
fn conditions_that_cannot_hold_or_look_ahead_are_named() {
    let choice = |key: &str, more: Value| {
        let mut field = json!({"key": key, "type": "choice", "label": {"en": key}, "choices": [{"key": "a", "label": {"en": "A"}}, {"key": "b", "label": {"en": "B"}}]});
        field.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        field
    };
    let eq = |key: &str, value: &str| json!({"field": format!("fields.{key}"), "value": value});
    check(json!({"fields": [choice("one", json!({})), choice("two", json!({"when": eq("one", "a"), "required": "create"}))]}), &[]);
    check(
        json!({"fields": [choice("one", json!({"when": eq("two", "a")})), choice("two", json!({"when": eq("one", "a")})), choice("three", json!({"when": eq("three", "a")}))]}),
        &["fields[0].when: “two” is asked for later: a field can depend only on those before it", "fields[2].when: “three” cannot depend on itself"],
    );
    check(
        json!({"fields": [
            choice("one", json!({})),
            choice("two", json!({"when": eq("one", "a")})),
            choice("three", json!({"required": "create", "when": {"all": [eq("two", "a"), eq("one", "b")]}})),
            choice("four", json!({"when": {"all": [{"field": "fields.one", "op": "exists", "value": false}, eq("one", "a")]}})),
            choice("five", json!({"required": "resolve", "when": eq("one", "a"), "required_when": eq("one", "b")})),
            choice("six", json!({"required_when": eq("one", "b")})),
            choice("seven", json!({"when": {"field": "tickets_open", "op": "gt", "value": 3}}))
        ]}),
        &[
            "fields[2].when: this required field would be hidden for ever: “fields.one is b” and “fields.one is a” never hold together",
            "fields[3].when: the field would be hidden for ever: “fields.one is missing” and “fields.one is a” never hold together",
            "fields[4].required_when: it would never be required: “fields.one is b” and “fields.one is a” never hold together",
            "fields[5].required_when: says when it is required, but “required” does not say from when on: “create” or “resolve”",
            "fields[6].when: a field cannot depend on tickets_open; it can on fields.KEY, tier, region, language, channel, category, tags, contact, \
             organisation and attributes.KEY",
        ],
    );
}

#[test]
fn numbers_that_no_number_is_between_are_found() {
    let amount = json!({"key": "amount", "type": "number", "label": {"en": "Amount"}});
    for (one, other, fits) in [
        (json!({"op": "gt", "value": 5}), json!({"op": "lt", "value": 5}), false),
        (json!({"op": "at_least", "value": 5}), json!({"op": "at_most", "value": 5}), true),
        (json!({"op": "at_least", "value": 5}), json!({"value": 4}), false),
        (json!({"op": "gt", "value": 1}), json!({"op": "lt", "value": 5}), true),
        (json!({"value": 1}), json!({"op": "ne", "value": 1}), false),
    ] {
        let leaf = |mut leaf: Value| {
            leaf["field"] = "fields.amount".into();
            leaf
        };
        let template = json!({"title": {"en": "T"}, "key": "t", "fields": [amount, {"key": "more", "type": "text", "label": {"en": "More"},
            "when": {"all": [leaf(one.clone()), leaf(other.clone())]}}]});
        let template: Template = serde_json::from_value(template).unwrap();
        assert_eq!(template.check().is_ok(), fits, "{one} {other}");
    }
}

#[test]
fn stages_and_texts_name_what_there_is() {
    let stage = |more: Value| {
        let mut stage = json!({"key": "a", "name": {"en": "A"}, "next": []});
        stage.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        stage
    };
    let fields = json!([{"key": "order", "type": "text", "label": {"en": "Order"}}]);
    check(
        json!({"fields": fields, "acknowledgement": {"en": "{{ fields.order }} {{ fields.colour }}", "zh": "{{ ticket.number }}"}, "stages": [
            stage(json!({"next": ["b"], "requires": ["order"]})),
            stage(json!({"key": "b", "requires": ["order", "order", "colour"], "notice": {"en": "{{ ticket.stage }} {{ agent.name }}"}})),
            stage(json!({"key": "c", "next": ["d"]})),
            stage(json!({"key": "d", "next": ["c"]}))
        ]}),
        &[
            "stages[0].requires[0]: a ticket begins here: set “required” of “order” to “create”",
            "stages[1].requires[1]: “order” is named twice",
            "stages[1].requires[2]: there is no field “colour”",
            "stages[1].notice: nobody is told it: set “notify”",
            "stages[2].key: no stage leads to “c”; name it in “next” of another",
            "stages[3].key: no stage leads to “d”; name it in “next” of another",
            "acknowledgement.en: there is no variable “fields.colour”; there are ticket.number, ticket.url, ticket.title, ticket.status, ticket.stage, \
             ticket.priority, ticket.department, customer.name, fields.order",
            "stages[1].notice.en: there is no variable “agent.name”; there are ticket.number, ticket.url, ticket.title, ticket.status, ticket.stage, \
             ticket.priority, ticket.department, customer.name, fields.order",
        ],
    );
}
