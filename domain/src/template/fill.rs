//! Filling a template from everything that is known.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Around, Field, FieldType, Required, Template, asked::Walk, extract::extract, validate_value};
use crate::{
    contact::{Address, Contact},
    id::MessageId,
    invalid::FieldError,
    sourced::Source,
    ticket::FieldValue,
    why::Why,
};

/// Values that somebody gives now.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// By the fields' keys; null and blank texts count as not given.
    pub values: &'a Map<String, Value>,
    /// Who gives them: an agent, a form, the conversation.
    pub source: Source,
    /// The message that they were given in, if it was one.
    pub message: Option<MessageId>,
}

/// What is known without asking.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// The customer.
    pub contact: Option<&'a Contact>,
    /// What the customer wrote, the oldest first.
    pub messages: &'a [(MessageId, &'a str)],
    /// Values that were collected before, by the bot or on the ticket.
    pub collected: Option<&'a BTreeMap<String, FieldValue>>,
    /// What decides which fields are asked for; all are without it.
    pub around: Option<Around<'a>>,
}

/// What became of filling a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Filled<'t> {
    /// The fields that have a value, in canonical form.
    pub fields: BTreeMap<String, FieldValue>,
    /// What is wrong with the values that were given, by field key.
    pub errors: Vec<FieldError>,
    /// Fields that the ticket cannot be made without and that have no value, in the template's order.
    pub missing: Vec<&'t Field>,
}

impl<'t> Filled<'t> {
    /// Takes the values of these fields out again, whatever they were found by.
    pub fn leave_empty(&mut self, template: &'t Template, keys: &BTreeSet<String>, around: Option<Around<'_>>) {
        self.fields.retain(|key, _| !keys.contains(key));
        // What depended on them may not be asked for any more.
        let asked: BTreeSet<&str> = template.asked(&self.fields, around).iter().map(|asked| asked.field.key.as_str()).collect();
        self.fields.retain(|key, _| asked.contains(key.as_str()));
        let missing = template.missing(&self.fields, around, false).into_iter();
        self.missing = missing.filter(|field| self.errors.iter().all(|error| error.field != field.key)).collect();
    }

    /// Everything that stands against making the ticket: what is wrong, then what is missing; empty when nothing does.
    pub fn refusals(&self) -> Vec<FieldError> {
        let missing = self.missing.iter().map(|field| FieldError::new(&field.key, Why::new("why-required-not-found")));
        self.errors.iter().cloned().chain(missing).collect()
    }
}

/// Fills a template: for each field from what is given now, else collected before, else found in the customer's messages (the newest
/// first), else held about the contact, else the default.
///
/// Only given values can be wrong; what else does not validate is passed over.
pub fn fill<'t>(template: &'t Template, given: &Given<'_>, known: &Known<'_>) -> Filled<'t> {
    let mut filled = Filled { fields: BTreeMap::new(), errors: Vec::new(), missing: Vec::new() };
    for key in given.values.keys() {
        if template.field(key).is_none() {
            let known: Vec<&str> = template.fields.iter().map(|field| field.key.as_str()).collect();
            filled.errors.push(FieldError::new(key, Why::new("why-no-field").with("template", &template.key).with("known", known.join(", "))));
        }
    }
    let mut walk = Walk::new(template, known.around);
    for field in &template.fields {
        let given = given_value(field, given);
        let Some(required) = walk.next(field) else {
            if given.is_some() {
                filled.errors.push(FieldError::new(&field.key, Why::new("why-not-asked")));
            }
            continue;
        };
        match given {
            Some(Ok(value)) => {
                walk.found(field, &value);
                filled.fields.insert(field.key.clone(), value);
                continue;
            }
            Some(Err(message)) => {
                filled.errors.push(FieldError::new(&field.key, message));
                continue;
            }
            None => {}
        }
        match collected(field, known).or_else(|| from_messages(field, known)).or_else(|| from_contact(field, known)).or_else(|| default(field)) {
            Some(value) => {
                walk.found(field, &value);
                filled.fields.insert(field.key.clone(), value);
            }
            None if required == Required::Create => filled.missing.push(field),
            None => {}
        }
    }
    filled
}

fn given_value(field: &Field, given: &Given<'_>) -> Option<Result<FieldValue, Why>> {
    let value = given.values.get(&field.key)?;
    let blank = match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    };
    (!blank).then(|| validate_value(field, value).map(|value| FieldValue { value, source: given.source, message: given.message }))
}

fn collected(field: &Field, known: &Known<'_>) -> Option<FieldValue> {
    let held = known.collected?.get(&field.key)?;
    let value = validate_value(field, &held.value).ok()?;
    Some(FieldValue { value, ..held.clone() })
}

fn from_messages(field: &Field, known: &Known<'_>) -> Option<FieldValue> {
    known.messages.iter().rev().find_map(|(message, text)| {
        let value = extract(field, text)?;
        Some(FieldValue { value, source: Source::Conversation, message: Some(*message) })
    })
}

fn from_contact(field: &Field, known: &Known<'_>) -> Option<FieldValue> {
    let contact = known.contact?;
    let from_addresses = |addresses: &[Address]| {
        let mut in_order: Vec<&Address> = addresses.iter().collect();
        in_order.sort_by_key(|address| (!address.verified, address.source));
        in_order.into_iter().find_map(|address| {
            let value = validate_value(field, &Value::String(address.value.clone())).ok()?;
            Some(FieldValue { value, source: address.source, message: None })
        })
    };
    let attribute = || {
        let held = contact.attributes.get(&field.key)?.winner()?;
        let value = validate_value(field, &held.value).ok()?;
        Some(FieldValue { value, source: held.source, message: None })
    };
    match field.kind {
        FieldType::Email => from_addresses(&contact.emails),
        FieldType::Phone => from_addresses(&contact.phones),
        _ => None,
    }
    .or_else(attribute)
}

fn default(field: &Field) -> Option<FieldValue> {
    let value = validate_value(field, field.default.as_ref()?).ok()?;
    Some(FieldValue { value, source: Source::Default, message: None })
}

#[cfg(test)]
mod tests;
