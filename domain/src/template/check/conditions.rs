//! Conditions of fields: what they may look at, and that they can hold.

use super::super::{Field, FieldType, Required, Template};
use crate::{
    condition::{Condition, Leaf, Scope, Subject, check_condition, contradiction},
    desk::Desk,
    invalid::FieldError,
};

/// What stands against the conditions within the template itself.
pub(super) fn check(template: &Template, errors: &mut Vec<FieldError>) {
    for (index, field) in template.fields.iter().enumerate() {
        if field.required_when.is_some() && field.required == Required::No {
            let message = "says when it is required, but “required” does not say from when on: “create” or “resolve”";
            errors.push(FieldError::new(format!("fields[{index}].required_when"), message));
        }
        let mut in_order = true;
        for (name, condition) in conditions(field) {
            let place = format!("fields[{index}].{name}");
            for leaf in condition.leaves() {
                if let Some(message) = not_seen(template, index, &leaf.subject) {
                    in_order = false;
                    errors.push(FieldError::new(&place, message));
                }
            }
        }
        if in_order {
            check_possible(template, index, field, errors);
        }
    }
}

/// What the conditions name that the desk or the template does not have.
pub(super) fn check_against(template: &Template, desk: &Desk, errors: &mut Vec<FieldError>) {
    for (index, field) in template.fields.iter().enumerate() {
        for (name, condition) in conditions(field) {
            check_condition(condition, &format!("fields[{index}].{name}"), Scope::within(desk, template), errors);
        }
    }
}

fn conditions(field: &Field) -> impl Iterator<Item = (&'static str, &Condition)> {
    [("when", &field.when), ("required_when", &field.required_when)].into_iter().filter_map(|(name, condition)| Some((name, condition.as_ref()?)))
}

/// Why the field in this place cannot depend on something.
fn not_seen(template: &Template, index: usize, subject: &Subject) -> Option<String> {
    match subject {
        Subject::Field(key) => match template.fields.iter().position(|field| field.key == *key) {
            Some(at) if at < index => None,
            Some(at) if at == index => Some(format!("“{key}” cannot depend on itself")),
            Some(_) => Some(format!("“{key}” is asked for later: a field can depend only on those before it")),
            // Named where the template is checked against the desk.
            None => None,
        },
        Subject::Tier
        | Subject::Region
        | Subject::Language
        | Subject::Channel
        | Subject::Category
        | Subject::Tags
        | Subject::Contact
        | Subject::Organisation
        | Subject::AccountManager
        | Subject::Attribute(_) => None,
        other => Some(format!(
            "a field cannot depend on {other}; it can on fields.KEY, tier, region, language, channel, category, tags, contact, organisation and \
             attributes.KEY"
        )),
    }
}

/// A field that would be hidden for ever, or that would never be required.
fn check_possible(template: &Template, index: usize, field: &Field, errors: &mut Vec<FieldError>) {
    let shown = needed_for(template, index, field.when.as_ref());
    if let Some((one, other)) = contradiction(&shown, |subject| has_one_value(template, subject)) {
        let what = if field.required == Required::No { "the field" } else { "this required field" };
        let message = format!("{what} would be hidden for ever: “{one}” and “{other}” never hold together");
        errors.push(FieldError::new(format!("fields[{index}].when"), message));
    } else if field.required_when.is_some() {
        let mut needed = needed_for(template, index, field.required_when.as_ref());
        needed.extend(shown);
        if let Some((one, other)) = contradiction(&needed, |subject| has_one_value(template, subject)) {
            let message = format!("it would never be required: “{one}” and “{other}” never hold together");
            errors.push(FieldError::new(format!("fields[{index}].required_when"), message));
        }
    }
}

/// What must hold for a condition to hold, with what must hold for the fields that it needs to be shown at all.
fn needed_for<'t>(template: &'t Template, index: usize, condition: Option<&'t Condition>) -> Vec<&'t Leaf> {
    let mut needed: Vec<&Leaf> = condition.map(Condition::needed).unwrap_or_default();
    let mut at = 0;
    let mut seen = vec![index];
    while let Some(leaf) = needed.get(at).copied() {
        at += 1;
        let Subject::Field(key) = &leaf.subject else { continue };
        let before = template.fields.iter().position(|field| field.key == *key).filter(|before| leaf.needs_value() && !seen.contains(before));
        if let Some(before) = before {
            seen.push(before);
            let when = template.fields.get(before).and_then(|field| field.when.as_ref());
            needed.extend(when.map(Condition::needed).unwrap_or_default());
        }
    }
    needed
}

fn has_one_value(template: &Template, subject: &Subject) -> bool {
    match subject {
        Subject::Field(key) => template.field(key).is_some_and(|field| !matches!(field.kind, FieldType::MultiChoice | FieldType::CascadingChoice)),
        // A region and a category are also everything above them.
        Subject::Region | Subject::Category | Subject::Tags | Subject::Language | Subject::Attribute(_) => false,
        _ => true,
    }
}
