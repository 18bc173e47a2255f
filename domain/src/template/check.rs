//! Contradictions in templates, found before anybody meets them.

use std::collections::BTreeSet;

use super::{
    Choice, Field, FieldType, Stage, Template, validate_value,
    value::{check_limit, compared, is_called},
};
use crate::{
    desk::Desk,
    invalid::{FieldError, check_key},
    localised::Localised,
    pattern::Pattern,
    ticket::TicketStatus,
    why::Why,
};

/// Levels that cascading choices may have.
const LEVELS: usize = 6;

impl Template {
    /// What contradicts itself in it, place by place.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Errors::default();
        errors.key("key", &self.key);
        errors.text("title", &self.title);
        errors.patterns("suggest", &self.suggest);
        let mut keys = BTreeSet::new();
        for (index, field) in self.fields.iter().enumerate() {
            let place = format!("fields[{index}]");
            if !keys.insert(&field.key) {
                errors.add(format!("{place}.key"), format!("“{}” is the key of another field too", field.key));
            }
            check_field(field, &place, &mut errors);
        }
        let mut categories = BTreeSet::new();
        for (index, category) in self.categories.iter().enumerate() {
            if !categories.insert(category) {
                errors.add(format!("categories[{index}]"), format!("“{category}” is named twice"));
            }
        }
        check_stages(&self.stages, &mut errors);
        errors.into_result()
    }

    /// What it names that the desk does not have.
    pub fn check_against(&self, desk: &Desk) -> Result<(), Vec<FieldError>> {
        let mut errors = Errors::default();
        for (index, category) in self.categories.iter().enumerate() {
            if !desk.categories.contains_key(category) {
                errors.add(format!("categories[{index}]"), format!("there is no category “{category}”"));
            }
        }
        errors.into_result()
    }
}

#[derive(Default)]
struct Errors(Vec<FieldError>);

impl Errors {
    fn add(&mut self, place: impl Into<String>, message: impl Into<Why>) {
        self.0.push(FieldError::new(place, message));
    }

    fn key(&mut self, place: impl Into<String>, key: &str) {
        if let Err(message) = check_key(key) {
            self.add(place, message);
        }
    }

    fn text(&mut self, place: impl Into<String>, text: &Localised) {
        if text.is_empty() {
            self.add(place, "a text in at least one language is needed, like {\"en\": \"…\"}");
        }
    }

    fn patterns(&mut self, place: &str, patterns: &[Pattern]) {
        for (index, pattern) in patterns.iter().enumerate() {
            if let Err(message) = pattern.check() {
                self.add(format!("{place}[{index}]"), message);
            }
        }
    }

    fn into_result(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

fn check_field(field: &Field, place: &str, errors: &mut Errors) {
    let kind = field.kind.as_str();
    errors.key(format!("{place}.key"), &field.key);
    errors.text(format!("{place}.label"), &field.label);
    if field.kind.has_choices() && field.choices.is_empty() {
        errors.add(format!("{place}.choices"), format!("a {kind} field needs choices"));
    }
    if !field.kind.has_choices() && !field.choices.is_empty() {
        errors.add(format!("{place}.choices"), format!("a {kind} field has no choices"));
    }
    check_choices(&field.choices, field.kind, 1, &format!("{place}.choices"), errors);
    errors.patterns(&format!("{place}.extract"), &field.extract);
    if field.kind == FieldType::File && !field.extract.is_empty() {
        errors.add(format!("{place}.extract"), "a file cannot be found in a text");
    }
    if field.region && !matches!(field.kind, FieldType::Text | FieldType::Choice | FieldType::CascadingChoice) {
        errors.add(format!("{place}.region"), format!("a {kind} field cannot say where somebody is; text, choice and cascading_choice can"));
    }
    check_extract_choices(field, place, errors);

    let mut limits_fit = true;
    for (name, limit) in [("min", &field.min), ("max", &field.max)] {
        if let Some(limit) = limit
            && let Err(message) = check_limit(field.kind, limit)
        {
            limits_fit = false;
            errors.add(format!("{place}.{name}"), message);
        }
    }
    if limits_fit && let (Some(min), Some(max)) = (&field.min, &field.max) {
        let least = match field.kind {
            // Lengths and counts are numbers whatever the field holds.
            FieldType::Text | FieldType::LongText | FieldType::OrderReference | FieldType::MultiChoice => compared(FieldType::Number, min, max),
            kind => validate_value(&Field { kind, min: None, max: None, ..field.clone() }, min).ok().and_then(|min| compared(kind, &min, max)),
        };
        if least == Some(std::cmp::Ordering::Greater) {
            errors.add(format!("{place}.max"), "is less than min");
        }
    }

    let mut pattern_fits = true;
    if let Some(pattern) = &field.pattern {
        if !matches!(
            field.kind,
            FieldType::Text | FieldType::LongText | FieldType::OrderReference | FieldType::Email | FieldType::Phone | FieldType::Url
        ) {
            errors.add(format!("{place}.pattern"), format!("a {kind} field has no pattern"));
        }
        if let Err(message) = pattern.check() {
            pattern_fits = false;
            errors.add(format!("{place}.pattern"), message);
        }
    }
    if limits_fit
        && pattern_fits
        && let Some(default) = &field.default
        && let Err(message) = validate_value(field, default)
    {
        errors.add(format!("{place}.default"), message);
    }
}

fn check_choices(choices: &[Choice], kind: FieldType, level: usize, place: &str, errors: &mut Errors) {
    for (index, choice) in choices.iter().enumerate() {
        let place = format!("{place}[{index}]");
        errors.key(format!("{place}.key"), &choice.key);
        errors.text(format!("{place}.label"), &choice.label);
        let before = || choices.iter().take(index);
        if before().any(|other| other.key == choice.key) {
            errors.add(format!("{place}.key"), format!("“{}” is the key of another choice too", choice.key));
        } else if let Some(other) = before()
            .find(|other| is_called(other, &choice.key) || choice.label.0.values().any(|label| !label.trim().is_empty() && is_called(other, label)))
        {
            errors.add(format!("{place}.label"), format!("“{}” goes by the same name", other.key));
        }
        if !choice.children.is_empty() {
            if kind != FieldType::CascadingChoice {
                errors.add(format!("{place}.children"), format!("only cascading_choice has further levels, not {}", kind.as_str()));
            } else if level == LEVELS {
                errors.add(format!("{place}.children"), format!("at most {LEVELS} levels are possible"));
            } else {
                check_choices(&choice.children, kind, level + 1, &format!("{place}.children"), errors);
            }
        }
    }
}

fn check_extract_choices(field: &Field, place: &str, errors: &mut Errors) {
    for (choice, patterns) in &field.extract_choices {
        let place = format!("{place}.extract_choices.{choice}");
        errors.patterns(&place, patterns);
        let unlimited = Field { min: None, max: None, ..field.clone() };
        let known = match field.kind {
            FieldType::Choice | FieldType::MultiChoice => field.choices.iter().any(|known| known.key == *choice),
            FieldType::CascadingChoice => validate_value(&unlimited, &serde_json::Value::String(choice.clone())).is_ok(),
            FieldType::Checkbox => choice == "true" || choice == "false",
            _ => {
                errors.add(place, format!("a {} field has no choices; use extract", field.kind.as_str()));
                continue;
            }
        };
        if !known {
            errors.add(place, format!("there is no choice “{choice}”"));
        }
    }
}

fn check_stages(stages: &[Stage], errors: &mut Errors) {
    let mut keys = BTreeSet::new();
    for (index, stage) in stages.iter().enumerate() {
        let place = format!("stages[{index}]");
        errors.key(format!("{place}.key"), &stage.key);
        errors.text(format!("{place}.name"), &stage.name);
        if !keys.insert(&stage.key) {
            errors.add(format!("{place}.key"), format!("“{}” is the key of another stage too", stage.key));
        }
        if index > 0 && stage.status == Some(TicketStatus::New) {
            errors.add(format!("{place}.status"), "only the first stage can be new");
        }
        if index == 0 && stage.status.is_some_and(|status| !status.is_open()) {
            errors.add(format!("{place}.status"), "a ticket cannot begin resolved or closed");
        }
        for (number, next) in stage.next.iter().enumerate() {
            let place = format!("{place}.next[{number}]");
            if *next == stage.key {
                errors.add(place, "a stage cannot follow itself");
            } else if !stages.iter().any(|other| other.key == *next) {
                errors.add(place, format!("there is no stage “{next}”"));
            }
        }
        if index > 0 && !stages.iter().any(|other| other.key != stage.key && other.next.contains(&stage.key)) {
            errors.add(format!("{place}.key"), format!("no stage leads to “{}”; name it in “next” of another", stage.key));
        }
    }
}

#[cfg(test)]
mod tests;
