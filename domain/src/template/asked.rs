//! Which fields are asked for, and which need a value, as values stand.

use std::collections::BTreeMap;

use super::{Field, Required, Template};
use crate::{
    condition::{Condition, Facts, Subject},
    desk::Desk,
    routing::RoutingInput,
    ticket::FieldValue,
};

/// What the conditions of fields look at, beside the fields.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// Where tiers, regions and categories are looked up.
    pub desk: &'a Desk,
    /// What is known of the customer and the conversation.
    pub input: &'a RoutingInput,
}

/// A field that is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked<'t> {
    /// The field.
    pub field: &'t Field,
    /// From when on it needs a value, as things stand.
    pub required: Required,
}

impl Template {
    /// Whether what is asked for depends on anything.
    pub fn is_conditional(&self) -> bool {
        self.fields.iter().any(|field| field.when.is_some() || field.required_when.is_some())
    }

    /// The fields that are asked for as `values` stand, in their order. Without `around`, conditions count as holding.
    pub fn asked<'t>(&'t self, values: &BTreeMap<String, FieldValue>, around: Option<Around<'_>>) -> Vec<Asked<'t>> {
        let mut walk = Walk::new(self, around);
        let mut asked = Vec::new();
        for field in &self.fields {
            if let Some(required) = walk.next(field) {
                asked.push(Asked { field, required });
                if let Some(value) = values.get(&field.key) {
                    walk.found(field, value);
                }
            }
        }
        asked
    }

    /// The fields that need a value now and have none: for the ticket to be made, or with `resolving` for it to be done.
    pub fn missing<'t>(&'t self, values: &BTreeMap<String, FieldValue>, around: Option<Around<'_>>, resolving: bool) -> Vec<&'t Field> {
        let needed = |required| required == Required::Create || (resolving && required == Required::Resolve);
        let asked = self.asked(values, around).into_iter();
        asked.filter(|asked| needed(asked.required) && !values.contains_key(&asked.field.key)).map(|asked| asked.field).collect()
    }
}

impl Field {
    /// Keys of the fields that its conditions look at.
    pub fn depends_on(&self) -> impl Iterator<Item = &str> {
        let leaves = self.when.iter().chain(&self.required_when).flat_map(Condition::leaves);
        leaves.filter_map(|leaf| match &leaf.subject {
            Subject::Field(key) => Some(key.as_str()),
            _ => None,
        })
    }
}

/// Goes through a template's fields in their order: what a field depends on stands before it.
pub(super) struct Walk<'a> {
    around: Option<(&'a Desk, RoutingInput)>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(template: &Template, around: Option<Around<'a>>) -> Self {
        let around = around.filter(|_| template.is_conditional());
        Self { around: around.map(|around| (around.desk, RoutingInput { fields: BTreeMap::new(), ..around.input.clone() })) }
    }

    /// From when on the next field needs a value; nothing where it is not asked for.
    pub(super) fn next(&self, field: &Field) -> Option<Required> {
        if !self.holds(field.when.as_ref()) {
            return None;
        }
        Some(if self.holds(field.required_when.as_ref()) { field.required } else { Required::No })
    }

    /// The field has this value: fields behind it may depend on that.
    pub(super) fn found(&mut self, field: &Field, value: &FieldValue) {
        if let Some((_, input)) = &mut self.around {
            input.fields.insert(field.key.clone(), value.clone());
        }
    }

    fn holds(&self, condition: Option<&Condition>) -> bool {
        match (condition, &self.around) {
            (Some(condition), Some((desk, input))) => Facts::new(desk, input).holds(condition),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests;
