//! Contradictions in templates, found before anybody meets them.

use std::collections::BTreeSet;

mod conditions;

use super::{
    Choice, Field, FieldType, Stage, Template, validate_value,
    value::{check_limit, compared, is_called},
};
use crate::{
    desk::Desk,
    invalid::{FieldError, check_key},
    localised::Localised,
    pattern::Pattern,
    text,
    ticket::TicketStatus,
    why::Why,
};

/// Levels that cascading choices may have.
const LEVELS: usize = 6;
/// Hours that something may usually take.
const MOST_HOURS: u32 = 366 * 24;

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
        for (index, article) in self.articles.iter().enumerate().filter(|(_, article)| article.trim().is_empty()) {
            errors.add(format!("articles[{index}]"), format!("“{article}” is no article, and no category of the knowledge base"));
        }
        check_hours(self.usual_hours, "usual_hours", &mut errors);
        check_stages(self, &mut errors);
        self.check_texts(&mut errors);
        conditions::check(self, &mut errors.0);
        errors.into_result()
    }

    /// Texts with variables that there are not, or that cannot be read.
    fn check_texts(&self, errors: &mut Errors) {
        let field_of = |name: &str| name.strip_prefix("fields.").or_else(|| name.strip_prefix("values.")).map(str::to_owned);
        let known = |name: &str| text::OF_TICKET.contains(&name) || field_of(name).is_some_and(|key| self.field(&key).is_some());
        let fields: Vec<String> = self.fields.iter().map(|field| format!("fields.{}", field.key)).collect();
        let all: Vec<&str> = text::OF_TICKET.into_iter().chain(fields.iter().map(String::as_str)).collect();
        let all = all.join(", ");
        let notices = self.stages.iter().enumerate().filter_map(|(index, stage)| Some((format!("stages[{index}].notice"), stage.notice.as_ref()?)));
        let acknowledgement = self.acknowledgement.as_ref().map(|text| ("acknowledgement".to_owned(), text));
        for (place, words) in acknowledgement.into_iter().chain(notices) {
            text::check(words, &place, &known, &all, &mut errors.0);
        }
    }

    /// What it names that the desk does not have.
    pub fn check_against(&self, desk: &Desk) -> Result<(), Vec<FieldError>> {
        let mut errors = Errors::default();
        for (index, category) in self.categories.iter().enumerate() {
            if !desk.categories.contains_key(category) {
                errors.add(format!("categories[{index}]"), format!("there is no category “{category}”"));
            }
        }
        conditions::check_against(self, desk, &mut errors.0);
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

fn check_hours(hours: Option<u32>, place: &str, errors: &mut Errors) {
    if hours.is_some_and(|hours| !(1..=MOST_HOURS).contains(&hours)) {
        errors.add(place, format!("is a number of hours from 1 to {MOST_HOURS}, a year"));
    }
}

fn check_stages(template: &Template, errors: &mut Errors) {
    let stages = &template.stages;
    let reached = reached(stages);
    let mut keys = BTreeSet::new();
    for (index, stage) in stages.iter().enumerate() {
        let place = format!("stages[{index}]");
        errors.key(format!("{place}.key"), &stage.key);
        errors.text(format!("{place}.name"), &stage.name);
        if !keys.insert(&stage.key) {
            errors.add(format!("{place}.key"), format!("“{}” is the key of another stage too", stage.key));
        }
        check_hours(stage.usual_hours, &format!("{place}.usual_hours"), errors);
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
        let follows = || stages.iter().any(|other| other.key != stage.key && other.next.contains(&stage.key));
        if index > 0 && !(reached.contains(stage.key.as_str()) && follows()) {
            errors.add(format!("{place}.key"), format!("no stage leads to “{}”; name it in “next” of another", stage.key));
        }
        for (number, key) in stage.requires.iter().enumerate() {
            let place = format!("{place}.requires[{number}]");
            if template.field(key).is_none() {
                errors.add(place, format!("there is no field “{key}”"));
            } else if stage.requires.iter().take(number).any(|other| other == key) {
                errors.add(place, format!("“{key}” is named twice"));
            } else if index == 0 && template.field(key).is_some_and(|field| field.required != super::Required::Create) {
                errors.add(place, format!("a ticket begins here: set “required” of “{key}” to “create”"));
            }
        }
        if stage.notice.is_some() && !stage.notify {
            errors.add(format!("{place}.notice"), "nobody is told it: set “notify”");
        }
    }
}

/// Keys of the stages that can be reached from the first.
fn reached(stages: &[Stage]) -> BTreeSet<&str> {
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut next: Vec<&str> = stages.first().map(|stage| stage.key.as_str()).into_iter().collect();
    while let Some(key) = next.pop() {
        if reached.insert(key) {
            next.extend(stages.iter().filter(|stage| stage.key == key).flat_map(|stage| &stage.next).map(String::as_str));
        }
    }
    reached
}

#[cfg(test)]
mod tests;
