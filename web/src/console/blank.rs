//! The fields of a form, as they are shown to be filled in, and what was filled in.

use std::collections::BTreeMap;

use bellhop_domain::{
    message::{AttachmentState, Message},
    template::{Choice, Field, FieldType, show_value},
    ticket::FieldValue,
};
use bellhop_engine::actions::Problem;
use serde_json::{Map, Value};

use super::{form::Fields, shell::Shell};

/// A field of a form.
pub(super) struct Blank {
    pub(super) key: String,
    pub(super) label: String,
    /// How it is asked for: `text`, `long`, `choice`, `many`, `ways` or `date`.
    pub(super) kind: &'static str,
    pub(super) value: String,
    /// Where the value came from.
    pub(super) source: Option<String>,
    /// The message that it was found in, where that is on the page.
    pub(super) message: Option<String>,
    pub(super) required: bool,
    pub(super) missing: bool,
    /// Keys and labels, and whether each is chosen.
    pub(super) choices: Vec<(String, String, bool)>,
    /// The levels of a choice that has several.
    pub(super) levels: Vec<Vec<Group>>,
    pub(super) wrong: Option<String>,
}

/// What may be chosen on one level below one choice of the level above.
pub(super) struct Group {
    /// The way that leads here; empty on the first level.
    pub(super) under: String,
    /// What the choice above is called.
    pub(super) label: String,
    /// Ways and labels, and whether each is chosen.
    pub(super) choices: Vec<(String, String, bool)>,
}

/// What a field has, and where from.
#[derive(Default)]
pub(super) struct Has<'a> {
    pub(super) held: Option<&'a FieldValue>,
    pub(super) source: Option<String>,
    /// Files of the conversation: ids and names.
    pub(super) files: &'a [(String, String)],
}

pub(super) fn blank(shell: &Shell, field: &Field, needed: bool, has: Has<'_>, problems: &[Problem]) -> Blank {
    let shown = has.held.map(|held| as_written(field, &held.value)).unwrap_or_default();
    let chosen: Vec<&str> = match has.held.map(|held| &held.value) {
        Some(Value::String(key)) => vec![key],
        Some(Value::Array(keys)) if field.kind == FieldType::MultiChoice => keys.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is_chosen = |key: &str| chosen.contains(&key) || (!shown.is_empty() && shown == key);
    let place = format!("fields.{}", field.key);
    let mut choices = choices(shell, field);
    if field.kind == FieldType::File {
        choices = has.files.to_vec();
        if !shown.is_empty() && !choices.iter().any(|(id, _)| *id == shown) {
            choices.push((shown.clone(), shown.clone()));
        }
    }
    Blank {
        label: shell.named(Some(&field.label), &field.key),
        kind: kind_of(field.kind),
        choices: choices.into_iter().map(|(key, label)| (is_chosen(&key), key, label)).map(|(is, key, label)| (key, label, is)).collect(),
        levels: if field.kind == FieldType::CascadingChoice { levels(shell, field, &shown) } else { Vec::new() },
        source: has.source,
        message: has.held.and_then(|held| held.message).map(|message| message.to_string()),
        required: needed,
        missing: has.held.is_none() && needed,
        wrong: problems.iter().find(|problem| problem.field == place).map(|problem| problem.message.say(shell.lang)),
        value: shown,
        key: field.key.clone(),
    }
}

fn kind_of(kind: FieldType) -> &'static str {
    match kind {
        FieldType::LongText => "long",
        FieldType::Choice | FieldType::Checkbox | FieldType::File => "choice",
        FieldType::CascadingChoice => "ways",
        FieldType::MultiChoice => "many",
        FieldType::Date => "date",
        _ => "text",
    }
}

/// A value as it is written into its field.
fn as_written(field: &Field, value: &Value) -> String {
    match (field.kind, value) {
        (_, Value::String(text)) => text.clone(),
        (FieldType::Checkbox, Value::Bool(yes)) => yes.to_string(),
        (FieldType::CascadingChoice, Value::Array(keys)) => keys.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("/"),
        (FieldType::MultiChoice, _) => String::new(),
        (_, value) => show_value(field, value, "en"),
    }
}

fn choices(shell: &Shell, field: &Field) -> Vec<(String, String)> {
    match field.kind {
        FieldType::Checkbox => vec![("true".to_owned(), shell.say("button-yes")), ("false".to_owned(), shell.say("button-no"))],
        FieldType::Choice | FieldType::MultiChoice => {
            field.choices.iter().map(|choice| (choice.key.clone(), shell.named(Some(&choice.label), &choice.key))).collect()
        }
        _ => Vec::new(),
    }
}

/// The levels of a choice, what lies below each choice of the level above in a group of its own.
fn levels(shell: &Shell, field: &Field, chosen: &str) -> Vec<Vec<Group>> {
    let is_on_the_way = |way: &str| chosen == way || chosen.strip_prefix(way).is_some_and(|rest| rest.starts_with('/'));
    let mut levels = Vec::new();
    let mut here: Vec<(String, String, &[Choice])> = vec![(String::new(), String::new(), &field.choices)];
    while !here.is_empty() {
        let mut below = Vec::new();
        let groups = here
            .into_iter()
            .map(|(under, label, choices)| {
                let choices = choices.iter().map(|choice| {
                    let way = if under.is_empty() { choice.key.clone() } else { format!("{under}/{}", choice.key) };
                    let name = shell.named(Some(&choice.label), &choice.key);
                    if !choice.children.is_empty() {
                        let path = if label.is_empty() { name.clone() } else { format!("{label} › {name}") };
                        below.push((way.clone(), path, choice.children.as_slice()));
                    }
                    let is = is_on_the_way(&way);
                    (way, name, is)
                });
                let choices = choices.collect();
                Group { under, label, choices }
            })
            .collect();
        levels.push(groups);
        here = below;
    }
    levels
}

/// The files that were sent in a conversation: ids and names.
pub(super) fn files_of(messages: &[Message]) -> Vec<(String, String)> {
    let attachments = messages.iter().flat_map(|message| &message.extras.attachments);
    let stored = attachments.filter_map(|attachment| match attachment.state {
        AttachmentState::Stored { file, .. } => Some((file.to_string(), attachment.name.clone())),
        AttachmentState::Pending | AttachmentState::Failed { .. } => None,
    });
    stored.collect()
}

/// What somebody changed in the fields, as actions take it: null clears.
pub(super) fn changed<'f>(asked: impl Iterator<Item = &'f Field>, fields: &Fields, held: &BTreeMap<String, FieldValue>) -> Map<String, Value> {
    let mut changed = Map::new();
    for field in asked {
        let name = format!("field.{}", field.key);
        let Some(given) = fields.get(&name).map(str::trim) else { continue };
        if field.kind == FieldType::MultiChoice {
            let keys: Vec<Value> = fields.every(&name).filter(|key| !key.is_empty()).map(Value::from).collect();
            let before = held.get(&field.key).map(|held| held.value.clone());
            let wanted = if keys.is_empty() { Value::Null } else { Value::Array(keys) };
            if before.unwrap_or(Value::Null) != wanted {
                changed.insert(field.key.clone(), wanted);
            }
            continue;
        }
        let given = if field.kind == FieldType::CascadingChoice { way_of(fields.every(&name)) } else { given.to_owned() };
        // What the form was shown with tells what somebody changed in it.
        if fields.get(&format!("was.{}", field.key)).map(str::trim) == Some(given.as_str()) {
            continue;
        }
        changed.insert(field.key.clone(), written(field, &given));
    }
    changed
}

/// The way that the levels lead, as far as each goes on from the one before.
fn way_of<'f>(levels: impl Iterator<Item = &'f str>) -> String {
    levels.map(str::trim).filter(|way| !way.is_empty()).fold(String::new(), |way, next| {
        let goes_on = way.is_empty() || next.strip_prefix(way.as_str()).is_some_and(|rest| rest.starts_with('/'));
        if goes_on { next.to_owned() } else { way }
    })
}

/// What somebody wrote into a field, as the action takes it.
fn written(field: &Field, text: &str) -> Value {
    match (field.kind, text) {
        (_, "") => Value::Null,
        (FieldType::Checkbox, text) => Value::Bool(text == "true"),
        (FieldType::CascadingChoice, text) => text.split('/').map(Value::from).collect(),
        (_, text) => text.into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    fn field() -> Field {
        serde_json::from_value(json!({"key": "kind", "type": "cascading_choice", "label": {"en": "Kind"}, "choices": [
            {"key": "a", "label": {"en": "A"}, "children": [{"key": "x", "label": {"en": "X"}}, {"key": "y", "label": {"en": "Y"}}]},
            {"key": "b", "label": {"en": "B"}, "children": [{"key": "x", "label": {"en": "X"}, "children": [{"key": "z", "label": {"en": "Z"}}]}]},
            {"key": "c", "label": {"en": "C"}}
        ]}))
        .unwrap()
    }

    #[test]
    fn every_level_has_its_groups() {
        let levels = levels(&Shell::for_tests(""), &field(), "b/x/z");
        let shown: Vec<Vec<String>> = levels
            .iter()
            .map(|groups| {
                let line = |group: &Group| {
                    let ways: Vec<String> = group.choices.iter().map(|(way, _, is)| format!("{way}{}", if *is { "*" } else { "" })).collect();
                    format!("{}: {}", group.label, ways.join(" "))
                };
                groups.iter().map(line).collect()
            })
            .collect();
        assert_eq!(shown, [vec![": a b* c".to_owned()], vec!["A: a/x a/y".to_owned(), "B: b/x*".to_owned()], vec!["B › X: b/x/z*".to_owned()]]);
    }

    #[test]
    fn levels_that_do_not_go_on_are_left_out() {
        let (field, held) = (field(), BTreeMap::new());
        for (form, expected) in [
            ("field.kind=a&field.kind=a/y&field.kind=", json!({"kind": ["a", "y"]})),
            ("field.kind=a&field.kind=b/x&field.kind=b/x/z", json!({"kind": ["a"]})),
            ("field.kind=&field.kind=&was.kind=a/y", json!({"kind": null})),
            ("field.kind=c&was.kind=c", json!({})),
            ("other=1", json!({})),
        ] {
            let changed = changed([&field].into_iter(), &Fields::read(form.as_bytes()), &held);
            assert_eq!(Value::Object(changed), expected, "{form}");
        }
    }
}
