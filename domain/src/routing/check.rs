//! What a rule names that does not exist, and comparisons that make no sense.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Condition, Leaf, Matrix, Op, Rule, Subject, decide::ANY};
use crate::{
    desk::{Desk, HIGHEST_LEVEL},
    invalid::{FieldError, check_key},
    template::{FieldType, decimal_of},
    ticket::Priority,
};

impl Rule {
    /// What is wrong with it on this desk, place by place; nothing when all is well.
    pub fn check(&self, desk: &Desk) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if let Err(message) = check_key(&self.key) {
            errors.push(FieldError::new("key", message));
        }
        if let Some(condition) = &self.when {
            check_condition(condition, "when", desk, &mut errors);
        }
        match (&self.matrix, &self.then.department) {
            (None, None) => errors.push(FieldError::new("then.department", "a rule needs a department, or a matrix")),
            (Some(_), Some(_)) => errors.push(FieldError::new("then.department", "with a matrix, the table names the departments")),
            (None, Some(department)) => known(&desk.departments, department, "department", "then.department", &mut errors),
            (Some(matrix), None) => check_matrix(matrix, desk, &mut errors),
        }
        if let Some(owner) = &self.then.owner {
            known(&desk.agents, owner, "agent", "then.owner", &mut errors);
        }
        check_skills(&self.then.skills, "then.skills", &mut errors);
        for (index, tag) in self.then.tags.iter().enumerate() {
            if tag.trim().is_empty() {
                errors.push(FieldError::new(format!("then.tags[{index}]"), "a tag must not be empty"));
            }
        }
        errors
    }
}

/// What is wrong with skills and their levels.
pub fn check_skills(skills: &BTreeMap<String, u8>, place: &str, errors: &mut Vec<FieldError>) {
    for (skill, level) in skills {
        if let Err(message) = check_key(skill) {
            errors.push(FieldError::new(format!("{place}.{skill}"), message));
        } else if !(1..=HIGHEST_LEVEL).contains(level) {
            errors.push(FieldError::new(format!("{place}.{skill}"), format!("is a level from 1 to {HIGHEST_LEVEL}")));
        }
    }
}

fn known<T>(things: &BTreeMap<String, T>, key: &str, what: &str, place: impl Into<String>, errors: &mut Vec<FieldError>) {
    if !things.contains_key(key) {
        let mut message = format!("there is no {what} “{key}”");
        if (1..=12).contains(&things.len()) {
            let keys: Vec<&str> = things.keys().map(String::as_str).collect();
            message.push_str(&format!("; there is {}", keys.join(", ")));
        }
        errors.push(FieldError::new(place, message));
    }
}

fn check_axis<T>(keys: &[String], things: &BTreeMap<String, T>, what: &str, place: &str, errors: &mut Vec<FieldError>) {
    if keys.is_empty() {
        errors.push(FieldError::new(place, format!("name at least one {what}, or “{ANY}” for any")));
    }
    for (index, key) in keys.iter().enumerate() {
        let place = format!("{place}[{index}]");
        if keys.iter().take(index).any(|other| other == key) {
            errors.push(FieldError::new(place, format!("“{key}” is named twice")));
        } else if key != ANY {
            known(things, key, what, place, errors);
        }
    }
}

fn check_matrix(matrix: &Matrix, desk: &Desk, errors: &mut Vec<FieldError>) {
    check_axis(&matrix.tiers, &desk.tiers, "tier", "matrix.tiers", errors);
    check_axis(&matrix.regions, &desk.regions, "region", "matrix.regions", errors);
    if matrix.departments.len() != matrix.tiers.len() {
        let message = format!("needs a row for each of the {} tiers, not {}", matrix.tiers.len(), matrix.departments.len());
        errors.push(FieldError::new("matrix.departments", message));
    }
    for (row, cells) in matrix.departments.iter().enumerate() {
        if cells.len() != matrix.regions.len() {
            let message = format!("needs a cell for each of the {} regions, not {}", matrix.regions.len(), cells.len());
            errors.push(FieldError::new(format!("matrix.departments[{row}]"), message));
        }
        for (column, department) in cells.iter().enumerate() {
            if let Some(department) = department {
                known(&desk.departments, department, "department", format!("matrix.departments[{row}][{column}]"), errors);
            }
        }
    }
}

fn check_condition(condition: &Condition, place: &str, desk: &Desk, errors: &mut Vec<FieldError>) {
    match condition {
        Condition::All(conditions) => check_list(conditions, &format!("{place}.all"), desk, errors),
        Condition::Any(conditions) if conditions.is_empty() => {
            errors.push(FieldError::new(format!("{place}.any"), "none of nothing ever holds; name at least one condition"));
        }
        Condition::Any(conditions) => check_list(conditions, &format!("{place}.any"), desk, errors),
        Condition::Not(condition) => check_condition(condition, &format!("{place}.not"), desk, errors),
        Condition::Leaf(leaf) => {
            let before = errors.len();
            check_subject(leaf, place, desk, errors);
            if errors.len() == before {
                check_comparison(leaf, place, desk, errors);
            }
        }
    }
}

fn check_list(conditions: &[Condition], place: &str, desk: &Desk, errors: &mut Vec<FieldError>) {
    for (index, condition) in conditions.iter().enumerate() {
        check_condition(condition, &format!("{place}[{index}]"), desk, errors);
    }
}

fn check_subject(leaf: &Leaf, place: &str, desk: &Desk, errors: &mut Vec<FieldError>) {
    let place = format!("{place}.field");
    match &leaf.subject {
        Subject::Field(key) => {
            let mut kinds = kinds(desk, key);
            if kinds.next().is_none() {
                errors.push(FieldError::new(place, format!("no template has a field “{key}”")));
            }
        }
        Subject::Hours(Some(key)) => known(&desk.calendars, key, "calendar", place, errors),
        Subject::Hours(None) if desk.calendars.len() > 1 => {
            let keys: Vec<String> = desk.calendars.keys().map(|key| format!("hours.{key}")).collect();
            errors.push(FieldError::new(place, format!("say which calendar: {}", keys.join(" or "))));
        }
        _ => {}
    }
}

fn kinds<'a>(desk: &'a Desk, field: &'a str) -> impl Iterator<Item = FieldType> + 'a {
    desk.templates.values().filter_map(move |template| template.field(field)).map(|field| field.kind)
}

fn check_comparison(leaf: &Leaf, place: &str, desk: &Desk, errors: &mut Vec<FieldError>) {
    let allowed = allowed(&leaf.subject, desk);
    if !allowed.contains(&leaf.op) {
        let words: Vec<&str> = allowed.iter().map(|op| op.as_str()).collect();
        let message = format!("“{}” does not fit {}; use {}", leaf.op.as_str(), leaf.subject, words.join(", "));
        errors.push(FieldError::new(format!("{place}.op"), message));
        return;
    }
    let place = format!("{place}.value");
    let values = match (&leaf.value, leaf.op) {
        (value, Op::Exists) => {
            if !matches!(value, Value::Null | Value::Bool(_)) {
                errors.push(FieldError::new(place, "must be true or false"));
            }
            return;
        }
        (Value::Array(values), Op::Eq | Op::Ne | Op::In | Op::NotIn | Op::Within | Op::Contains) if !values.is_empty() => values.as_slice(),
        (Value::Null, _) => return errors.push(FieldError::new(place, "a value to compare with is needed")),
        (Value::Array(_), _) => return errors.push(FieldError::new(place, "one value is needed, not a list")),
        (single, _) => std::slice::from_ref(single),
    };
    for value in values {
        if let Err(message) = check_value(leaf, value, desk) {
            errors.push(FieldError::new(place.clone(), message));
        }
    }
}

fn allowed(subject: &Subject, desk: &Desk) -> &'static [Op] {
    const SAME: &[Op] = &[Op::Eq, Op::Ne, Op::In, Op::NotIn, Op::Exists];
    const RANKED: &[Op] = &[Op::Eq, Op::Ne, Op::In, Op::NotIn, Op::AtLeast, Op::AtMost, Op::Gt, Op::Lt, Op::Exists];
    const PLACED: &[Op] = &[Op::Eq, Op::Ne, Op::In, Op::NotIn, Op::Within, Op::Exists];
    const COUNTED: &[Op] = &[Op::Eq, Op::Ne, Op::In, Op::NotIn, Op::AtLeast, Op::AtMost, Op::Gt, Op::Lt];
    const WORDS: &[Op] = &[Op::Contains, Op::Matches, Op::Exists];
    const SEVERAL: &[Op] = &[Op::Contains, Op::Eq, Op::Ne, Op::In, Op::NotIn, Op::Exists];
    const TEXT: &[Op] = &[Op::Eq, Op::Ne, Op::In, Op::NotIn, Op::Contains, Op::Matches, Op::Exists];
    const EVERY: &[Op] = &[Op::Eq, Op::Ne, Op::In, Op::NotIn, Op::AtLeast, Op::AtMost, Op::Gt, Op::Lt, Op::Contains, Op::Matches, Op::Exists];
    match subject {
        Subject::Tier | Subject::Priority => RANKED,
        Subject::Region => PLACED,
        Subject::Language | Subject::Template | Subject::Category | Subject::Contact | Subject::Organisation => SAME,
        Subject::Channel => TEXT,
        Subject::Tags => SEVERAL,
        Subject::Hours(_) => &[Op::Eq, Op::Ne],
        Subject::TicketsOpen | Subject::TicketsTotal => COUNTED,
        Subject::Text => WORDS,
        Subject::Attribute(_) => EVERY,
        Subject::Field(key) => {
            let mut kinds = kinds(desk, key);
            match (kinds.next(), kinds.next()) {
                (Some(FieldType::Number | FieldType::Money | FieldType::Date | FieldType::Datetime), None) => RANKED,
                (Some(FieldType::Choice | FieldType::Checkbox | FieldType::File), None) => SAME,
                (Some(FieldType::MultiChoice | FieldType::CascadingChoice), None) => SEVERAL,
                (Some(_), None) => TEXT,
                // Templates may use one key for fields of several types.
                _ => EVERY,
            }
        }
    }
}

fn check_value(leaf: &Leaf, value: &Value, desk: &Desk) -> Result<(), String> {
    let text = || value.as_str().filter(|text| !text.is_empty()).ok_or_else(|| "must be a text".to_owned());
    let number = || decimal_of(value).map(drop).ok_or_else(|| "must be a number".to_owned());
    let exists = |found: bool, what: &str, key: &str| if found { Ok(()) } else { Err(format!("there is no {what} “{key}”")) };
    if leaf.op == Op::Matches {
        text()?;
        return leaf.pattern.as_ref().map_or(Ok(()), crate::pattern::Pattern::check);
    }
    match &leaf.subject {
        Subject::Tier => text().and_then(|key| exists(desk.tiers.contains_key(key), "tier", key)),
        Subject::Region => text().and_then(|key| exists(desk.regions.contains_key(key), "region", key)),
        Subject::Template => text().and_then(|key| exists(desk.templates.contains_key(key), "template", key)),
        Subject::Category => text().and_then(|key| exists(desk.categories.contains_key(key), "category", key)),
        Subject::Priority => text().and_then(|word| match Priority::parse(word) {
            Some(_) => Ok(()),
            None => Err(format!("“{word}” is no priority; use low, normal, high or urgent")),
        }),
        Subject::Hours(_) => match value.as_str() {
            Some("open" | "closed") => Ok(()),
            _ => Err("must be “open” or “closed”".to_owned()),
        },
        Subject::TicketsOpen | Subject::TicketsTotal => number(),
        Subject::Language | Subject::Channel | Subject::Contact | Subject::Organisation | Subject::Tags | Subject::Text => text().map(drop),
        Subject::Attribute(_) => match value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(()),
            _ => Err("must be a text, a number, true or false".to_owned()),
        },
        Subject::Field(key) => {
            let mut errors = desk.templates.values().filter_map(|template| template.field(key)).map(|field| match field.kind {
                FieldType::Number | FieldType::Money => number(),
                FieldType::Checkbox if value.is_boolean() => Ok(()),
                FieldType::Checkbox => Err("must be true or false".to_owned()),
                FieldType::Choice | FieldType::MultiChoice | FieldType::CascadingChoice => {
                    text().and_then(|choice| if offers(&field.choices, choice) { Ok(()) } else { Err(format!("{key} has no choice “{choice}”")) })
                }
                _ => text().map(drop),
            });
            // One template that can have such a value is enough.
            let first = errors.next().unwrap_or(Ok(()));
            if first.is_err() && errors.any(|outcome| outcome.is_ok()) { Ok(()) } else { first }
        }
    }
}

fn offers(choices: &[crate::template::Choice], key: &str) -> bool {
    choices.iter().any(|choice| choice.key == key || offers(&choice.children, key))
}

#[cfg(test)]
mod tests;
