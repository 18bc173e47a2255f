//! Why conditions hold or not, in reasons that are kept with a decision.

use serde_json::Value;

use super::Reason;
use crate::{
    condition::{Condition, Facts, Leaf, Op, Subject},
    sourced::Source,
    template::FieldType,
};

impl Facts<'_> {
    fn source(&self, subject: &Subject) -> Option<Source> {
        let input = self.input;
        match subject {
            Subject::Tier => input.tier.as_ref().map(|tier| tier.source),
            Subject::Region => input.region.as_ref().map(|region| region.source),
            Subject::Field(key) => input.fields.get(key).map(|field| field.source),
            Subject::Attribute(key) => input.attributes.get(key).map(|held| held.source),
            _ => None,
        }
    }

    /// What may be kept with a decision: nothing that a person wrote or that says who somebody is, unless the rule itself says it.
    fn shown(&self, leaf: &Leaf, matched: bool) -> Value {
        let said_by_the_rule = matched && matches!(leaf.op, Op::Eq | Op::In);
        let harmless = match &leaf.subject {
            Subject::Text => false,
            Subject::Attribute(_) => !self.value(&leaf.subject).is_string(),
            Subject::Field(key) => self.kind_of(key).is_some_and(|kind| {
                kind.has_choices()
                    || matches!(kind, FieldType::Number | FieldType::Money | FieldType::Date | FieldType::Datetime | FieldType::Checkbox)
            }),
            _ => true,
        };
        if harmless || said_by_the_rule { self.value(&leaf.subject).into_owned() } else { Value::Null }
    }

    fn kind_of(&self, field: &str) -> Option<FieldType> {
        self.desk.templates.get(self.input.template.as_deref()?)?.field(field).map(|field| field.kind)
    }

    /// Every comparison of a condition, with what it met.
    pub(super) fn reasons(&self, condition: &Condition, reasons: &mut Vec<Reason>) {
        match condition {
            Condition::All(conditions) | Condition::Any(conditions) => {
                for condition in conditions {
                    self.reasons(condition, reasons);
                }
            }
            other => reasons.push(self.reason(other)),
        }
    }

    /// One reason for a condition as a whole.
    fn reason(&self, condition: &Condition) -> Reason {
        let matched = self.holds(condition);
        let mut inner = condition;
        while let Condition::Not(negated) = inner {
            inner = negated;
        }
        let (value, source) = match inner {
            Condition::Leaf(leaf) => (self.shown(leaf, self.leaf_holds(leaf)), self.source(&leaf.subject)),
            _ => (Value::Null, None),
        };
        Reason::of(condition, value, source.and_then(source_word), matched)
    }

    /// The first thing that kept a condition from holding.
    pub(super) fn obstacle(&self, condition: &Condition) -> Option<Reason> {
        match condition {
            Condition::All(conditions) => conditions.iter().find_map(|condition| self.obstacle(condition)),
            other => Some(self.reason(other)).filter(|reason| !reason.matched),
        }
    }
}

/// The word for a source in the API.
pub(super) fn source_word(source: Source) -> Option<String> {
    serde_json::to_value(source).ok()?.as_str().map(str::to_owned)
}
