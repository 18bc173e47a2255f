//! Why a ticket was routed somewhere, in the words of whoever reads it.

use serde_json::Value;

use super::Reason;
use crate::{
    condition::{Condition, Leaf, Op, Subject},
    desk::Desk,
    localised::Localised,
    words::{self, say},
};

/// What a rule without any condition is kept as.
pub(super) const ALWAYS: &str = "always";
/// What is kept where no rule decided.
pub(super) const NO_RULE: &str = "no rule matched";

impl Reason {
    /// The condition in this language, with the names that the desk gives to what it compares with.
    ///
    /// What was stored without the comparison itself reads as it was stored.
    pub fn say(&self, desk: &Desk, language: &str) -> String {
        match (&self.compared, self.condition.as_str()) {
            (Some(condition), _) => Wording { desk, language }.condition(condition),
            (None, ALWAYS) => say(language, "because-always", &[]),
            (None, NO_RULE) => say(language, "because-no-rule", &[]),
            (None, "tier is any") => Self::any("subject-tier", language),
            (None, "region is any") => Self::any("subject-region", language),
            (None, stored) => stored.to_owned(),
        }
    }

    fn any(subject: &str, language: &str) -> String {
        say(language, "because-any", &[("subject", (&say(language, subject, &[])).into())])
    }

    /// Whether it tells anything: that a rule always applies explains nothing.
    pub fn is_telling(&self) -> bool {
        self.condition != ALWAYS
    }
}

impl Condition {
    /// The condition in this language, with the names that the desk gives to what it compares with.
    pub fn say(&self, desk: &Desk, language: &str) -> String {
        Wording { desk, language }.condition(self)
    }
}

struct Wording<'a> {
    desk: &'a Desk,
    language: &'a str,
}

impl Wording<'_> {
    fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::All(conditions) if conditions.is_empty() => say(self.language, "because-always", &[]),
            Condition::Any(conditions) if conditions.is_empty() => say(self.language, "because-never", &[]),
            Condition::All(conditions) => self.list(conditions, "because-and"),
            Condition::Any(conditions) => self.list(conditions, "because-or"),
            Condition::Not(condition) => say(self.language, "because-not", &[("condition", (&self.condition(condition)).into())]),
            Condition::Leaf(leaf) => self.leaf(leaf),
        }
    }

    fn list(&self, conditions: &[Condition], between: &str) -> String {
        let parts = conditions.iter().map(|condition| match condition {
            Condition::Leaf(_) | Condition::Not(_) => self.condition(condition),
            Condition::All(_) | Condition::Any(_) => format!("({})", self.condition(condition)),
        });
        joined(parts.collect(), self.language, between)
    }

    fn leaf(&self, leaf: &Leaf) -> String {
        let key = match (&leaf.subject, leaf.op) {
            (_, Op::Exists) if leaf.value == Value::Bool(false) => "because-missing",
            (_, Op::Exists) => "because-given",
            (Subject::Region, Op::Eq | Op::In | Op::Within) => "because-within",
            (Subject::Region, Op::Ne | Op::NotIn) => "because-not-within",
            (Subject::Tags, Op::Eq | Op::In) => "because-contains",
            (_, Op::Eq | Op::Within) => "because-is",
            (_, Op::Ne) => "because-is-not",
            (_, Op::In) => "because-one-of",
            (_, Op::NotIn) => "because-none-of",
            (_, Op::AtLeast) => "because-at-least",
            (_, Op::AtMost) => "because-at-most",
            (_, Op::Gt) => "because-more",
            (_, Op::Lt) => "because-less",
            (_, Op::Contains) => "because-contains",
            (_, Op::Matches) => "because-matches",
        };
        let (subject, value) = (self.subject(&leaf.subject), self.value(&leaf.subject, &leaf.value));
        say(self.language, key, &[("subject", (&subject).into()), ("value", (&value).into())])
    }

    fn subject(&self, subject: &Subject) -> String {
        let named = |key: &str, name: &str| say(self.language, key, &[("name", name.into())]);
        match subject {
            Subject::Field(key) => {
                let field = self.desk.templates.values().find_map(|template| template.field(key));
                named("subject-field", field.map_or(key.as_str(), |field| self.name(&field.label, key)))
            }
            Subject::Attribute(key) => named("subject-attribute", key),
            Subject::Hours(Some(key)) => named("subject-hours-of", key),
            Subject::Hours(None) => named("subject-hours", ""),
            other => named(&format!("subject-{}", other.to_string().replace('_', "-")), ""),
        }
    }

    /// A value as people call it: `VIP`, `Germany or Austria`, `3`.
    fn value(&self, subject: &Subject, value: &Value) -> String {
        match value {
            Value::String(key) => self.called(subject, key),
            Value::Array(values) => joined(values.iter().map(|value| self.value(subject, value)).collect(), self.language, "because-or"),
            Value::Null => String::new(),
            other => other.to_string(),
        }
    }

    fn called(&self, subject: &Subject, key: &str) -> String {
        let desk = self.desk;
        let found = match subject {
            Subject::Tier => desk.tiers.get(key).map(|tier| &tier.name),
            Subject::Region => desk.regions.get(key).map(|region| &region.name),
            Subject::Template => desk.templates.get(key).map(|template| &template.title),
            Subject::Category => desk.categories.get(key).map(|category| &category.name),
            Subject::Field(field) => {
                let field = desk.templates.values().find_map(|template| template.field(field));
                field.and_then(|field| field.choices.iter().find(|choice| choice.key == key)).map(|choice| &choice.label)
            }
            Subject::AccountManager => return desk.agents.get(key).map_or(key, |agent| &agent.name).to_owned(),
            Subject::Language => return words::language_name(key).to_owned(),
            Subject::Priority if ["low", "normal", "high", "urgent"].contains(&key) => return say(self.language, &format!("choice-{key}"), &[]),
            Subject::Hours(_) if ["open", "closed"].contains(&key) => return say(self.language, &format!("hours-{key}"), &[]),
            _ => None,
        };
        found.map_or(key, |name| self.name(name, key)).to_owned()
    }

    fn name<'n>(&self, name: &'n Localised, key: &'n str) -> &'n str {
        let name = name.get(self.language);
        if name.is_empty() { key } else { name }
    }
}

/// Parts with the word between them.
fn joined(parts: Vec<String>, language: &str, between: &str) -> String {
    let mut parts = parts.into_iter();
    let first = parts.next().unwrap_or_default();
    parts.fold(first, |left, right| say(language, between, &[("left", (&left).into()), ("right", (&right).into())]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;
    use crate::desk::{Region, Tier};

    fn desk() -> Desk {
        let name = |english: &str, chinese: &str| Localised([("en".to_owned(), english.to_owned()), ("zh".to_owned(), chinese.to_owned())].into());
        let tier = Tier { key: "vip".into(), name: name("VIP", "贵宾"), rank: 40, default: false };
        let region = Region { key: "DE".into(), name: name("Germany", "德国"), ..Region::default() };
        Desk { tiers: [("vip".to_owned(), tier)].into(), regions: [("DE".to_owned(), region)].into(), ..Desk::default() }
    }

    #[test]
    fn a_reason_reads_well_in_every_language() {
        let desk = desk();
        let mut lines = Vec::new();
        for condition in [
            json!({"field": "tier", "op": "at_least", "value": "vip"}),
            json!({"field": "region", "op": "within", "value": ["DE", "AT"]}),
            json!({"field": "tickets_open", "op": "gt", "value": 3}),
            json!({"field": "hours", "value": "closed"}),
            json!({"field": "language", "op": "in", "value": ["zh", "de"]}),
            json!({"field": "priority", "op": "ne", "value": "urgent"}),
            json!({"field": "fields.amount", "op": "exists", "value": false}),
            json!({"field": "attributes.plan", "op": "contains", "value": "team"}),
            json!({"not": {"any": [{"field": "channel", "value": "shop"}, {"field": "text", "op": "matches", "value": "re+fund"}]}}),
        ] {
            let compared: Condition = serde_json::from_value(condition).unwrap();
            let reason = Reason::of(&compared, Value::Null, None, true);
            lines.push(format!("{} | {}", reason.say(&desk, "en"), reason.say(&desk, "zh")));
        }
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn what_was_stored_before_reads_as_it_was_stored() {
        let stored = json!({"condition": "tier is vip", "value": "vip", "source": "crm", "matched": true});
        let reason: Reason = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(reason.say(&desk(), "zh"), "tier is vip");
        assert_eq!(serde_json::to_value(&reason).unwrap(), stored);
        let always = Reason { condition: "always".into(), compared: None, value: Value::Null, source: None, matched: true };
        assert_eq!((always.say(&desk(), "zh").as_str(), always.is_telling()), ("始终适用", false));
    }
}
