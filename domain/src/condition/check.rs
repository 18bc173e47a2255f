//! What a condition names that does not exist, and comparisons that make no sense or can never hold.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Condition, Leaf, Op, Subject};
use crate::{
    canned::ME,
    desk::Desk,
    invalid::FieldError,
    template::{Field, FieldType, Template, decimal_of},
    ticket::{ACTIVE, Priority, TicketStatus},
};

/// What a condition may name.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    desk: &'a Desk,
    /// The only template whose fields it may name; those of all without one.
    template: Option<&'a Template>,
    /// Whether it looks at tickets that there are, and at nothing else.
    is_of_tickets: bool,
}

impl<'a> Scope<'a> {
    /// Everything that the desk has.
    pub(crate) fn of(desk: &'a Desk) -> Self {
        Self { desk, template: None, is_of_tickets: false }
    }

    /// Tickets that there are, each by itself.
    pub(crate) fn of_tickets(desk: &'a Desk) -> Self {
        Self { desk, template: None, is_of_tickets: true }
    }

    /// Everything that the desk has, and the fields of one template alone.
    pub(crate) fn within(desk: &'a Desk, template: &'a Template) -> Self {
        Self { desk, template: Some(template), is_of_tickets: false }
    }

    fn fields(self, key: &str) -> impl Iterator<Item = &'a Field> {
        let all = if self.template.is_some() { None } else { Some(self.desk.templates.values()) };
        self.template.into_iter().chain(all.into_iter().flatten()).filter_map(move |template| template.field(key))
    }

    fn kinds(self, key: &str) -> impl Iterator<Item = FieldType> {
        self.fields(key).map(|field| field.kind)
    }

    fn no_field(self, key: &str) -> String {
        match self.template {
            Some(_) => format!("the template has no field “{key}”"),
            None => format!("no template has a field “{key}”"),
        }
    }
}

/// What is wrong with a condition, place by place below `place`.
pub(crate) fn check_condition(condition: &Condition, place: &str, scope: Scope<'_>, errors: &mut Vec<FieldError>) {
    match condition {
        Condition::All(conditions) => check_list(conditions, &format!("{place}.all"), scope, errors),
        Condition::Any(conditions) if conditions.is_empty() => {
            errors.push(FieldError::new(format!("{place}.any"), "none of nothing ever holds; name at least one condition"));
        }
        Condition::Any(conditions) => check_list(conditions, &format!("{place}.any"), scope, errors),
        Condition::Not(condition) => check_condition(condition, &format!("{place}.not"), scope, errors),
        Condition::Leaf(leaf) => {
            let before = errors.len();
            check_subject(leaf, place, scope, errors);
            if errors.len() == before {
                check_comparison(leaf, place, scope, errors);
            }
        }
    }
}

fn check_list(conditions: &[Condition], place: &str, scope: Scope<'_>, errors: &mut Vec<FieldError>) {
    for (index, condition) in conditions.iter().enumerate() {
        check_condition(condition, &format!("{place}[{index}]"), scope, errors);
    }
}

fn check_subject(leaf: &Leaf, place: &str, scope: Scope<'_>, errors: &mut Vec<FieldError>) {
    let place = format!("{place}.field");
    let is_of_tickets = matches!(leaf.subject, Subject::Status | Subject::Stage | Subject::Department | Subject::Owner);
    let is_of_both = matches!(
        leaf.subject,
        Subject::Tier
            | Subject::Region
            | Subject::Language
            | Subject::Template
            | Subject::Category
            | Subject::Priority
            | Subject::Contact
            | Subject::Field(_)
    );
    if is_of_tickets && !scope.is_of_tickets {
        return errors.push(FieldError::new(place, format!("{} is only looked at in views: it is not known before there is a ticket", leaf.subject)));
    }
    if scope.is_of_tickets && !is_of_tickets && !is_of_both {
        let message = format!(
            "{} is not known of a ticket by itself; use status, stage, department, owner, tier, region, language, template, category, priority, contact \
             or fields.KEY",
            leaf.subject
        );
        return errors.push(FieldError::new(place, message));
    }
    match &leaf.subject {
        Subject::Field(key) if scope.kinds(key).next().is_none() => errors.push(FieldError::new(place, scope.no_field(key))),
        Subject::Hours(Some(key)) => known(&scope.desk.calendars, key, "calendar", place, errors),
        Subject::Hours(None) if scope.desk.calendars.len() > 1 => {
            let keys: Vec<String> = scope.desk.calendars.keys().map(|key| format!("hours.{key}")).collect();
            errors.push(FieldError::new(place, format!("say which calendar: {}", keys.join(" or "))));
        }
        _ => {}
    }
}

fn check_comparison(leaf: &Leaf, place: &str, scope: Scope<'_>, errors: &mut Vec<FieldError>) {
    let allowed = allowed(&leaf.subject, scope);
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
        if let Err(message) = check_value(leaf, value, scope) {
            errors.push(FieldError::new(place.clone(), message));
        }
    }
}

fn allowed(subject: &Subject, scope: Scope<'_>) -> &'static [Op] {
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
        Subject::Language | Subject::Template | Subject::Category | Subject::Contact | Subject::Organisation | Subject::AccountManager => SAME,
        Subject::Status | Subject::Stage | Subject::Department | Subject::Owner => SAME,
        Subject::Channel => TEXT,
        Subject::Tags => SEVERAL,
        Subject::Hours(_) => &[Op::Eq, Op::Ne],
        Subject::TicketsOpen | Subject::TicketsTotal => COUNTED,
        Subject::Text => WORDS,
        Subject::Attribute(_) => EVERY,
        Subject::Field(key) => {
            let mut kinds = scope.kinds(key);
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

fn check_value(leaf: &Leaf, value: &Value, scope: Scope<'_>) -> Result<(), String> {
    let text = || value.as_str().filter(|text| !text.is_empty()).ok_or_else(|| "must be a text".to_owned());
    let number = || decimal_of(value).map(drop).ok_or_else(|| "must be a number".to_owned());
    let exists = |found: bool, what: &str, key: &str| if found { Ok(()) } else { Err(format!("there is no {what} “{key}”")) };
    if leaf.op == Op::Matches {
        text()?;
        return leaf.pattern.as_ref().map_or(Ok(()), crate::pattern::Pattern::check);
    }
    match &leaf.subject {
        Subject::Tier => text().and_then(|key| exists(scope.desk.tiers.contains_key(key), "tier", key)),
        Subject::Region => text().and_then(|key| exists(scope.desk.regions.contains_key(key), "region", key)),
        Subject::Template => text().and_then(|key| exists(scope.desk.templates.contains_key(key), "template", key)),
        Subject::Category => text().and_then(|key| exists(scope.desk.categories.contains_key(key), "category", key)),
        Subject::AccountManager => text().and_then(|key| exists(scope.desk.agents.contains_key(key), "agent", key)),
        Subject::Priority => text().and_then(|word| match Priority::parse(word) {
            Some(_) => Ok(()),
            None => Err(format!("“{word}” is no priority; use low, normal, high or urgent")),
        }),
        Subject::Hours(_) => match value.as_str() {
            Some("open" | "closed") => Ok(()),
            _ => Err("must be “open” or “closed”".to_owned()),
        },
        Subject::TicketsOpen | Subject::TicketsTotal => number(),
        Subject::Status => text().and_then(|word| match TicketStatus::parse(word) {
            None if word != ACTIVE => {
                Err(format!("“{word}” is no status; use new, open, waiting_customer, waiting_third_party, resolved, closed or active"))
            }
            _ => Ok(()),
        }),
        Subject::Stage => text().and_then(|key| {
            let found = scope.desk.templates.values().any(|template| template.stages.iter().any(|stage| stage.key == key));
            exists(found, "stage", key)
        }),
        Subject::Department => text().and_then(|key| exists(scope.desk.departments.contains_key(key), "department", key)),
        Subject::Owner => text().and_then(|key| exists(key == ME || scope.desk.agents.contains_key(key), "agent", key)),
        Subject::Language | Subject::Channel | Subject::Contact | Subject::Organisation | Subject::Tags | Subject::Text => text().map(drop),
        Subject::Attribute(_) => match value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(()),
            _ => Err("must be a text, a number, true or false".to_owned()),
        },
        Subject::Field(key) => {
            let mut errors = scope.fields(key).map(|field| match field.kind {
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

/// Says that something is not there, and what is.
pub(crate) fn known<T>(things: &BTreeMap<String, T>, key: &str, what: &str, place: impl Into<String>, errors: &mut Vec<FieldError>) {
    if !things.contains_key(key) {
        let mut message = format!("there is no {what} “{key}”");
        if (1..=12).contains(&things.len()) {
            let keys: Vec<&str> = things.keys().map(String::as_str).collect();
            message.push_str(&format!("; there is {}", keys.join(", ")));
        }
        errors.push(FieldError::new(place, message));
    }
}
