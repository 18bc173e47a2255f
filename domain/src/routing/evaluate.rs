//! Whether conditions hold, and what they met.

use std::{borrow::Cow, cmp::Ordering};

use serde_json::Value;

use super::{Condition, Leaf, Op, Reason, RoutingInput, Subject};
use crate::{
    desk::Desk,
    localised::base_language,
    sourced::Source,
    template::{FieldType, decimal_of},
    ticket::Priority,
};

/// What one decision looks at, with what is derived from it once.
pub(super) struct Facts<'a> {
    pub(super) desk: &'a Desk,
    pub(super) input: &'a RoutingInput,
    /// The customer's region and everything above it, nearest first.
    pub(super) regions: Vec<String>,
    text: String,
}

impl<'a> Facts<'a> {
    pub(super) fn new(desk: &'a Desk, input: &'a RoutingInput) -> Self {
        let regions = input.region.as_ref().map_or_else(Vec::new, |region| desk.region_path(&region.value));
        Self { desk, input, regions, text: input.text.as_deref().unwrap_or_default().to_lowercase() }
    }

    pub(super) fn tier(&self) -> Option<&'a str> {
        self.input.tier.as_ref().map(|tier| tier.value.as_str())
    }

    pub(super) fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::All(conditions) => conditions.iter().all(|condition| self.holds(condition)),
            Condition::Any(conditions) => conditions.iter().any(|condition| self.holds(condition)),
            Condition::Not(condition) => !self.holds(condition),
            Condition::Leaf(leaf) => self.leaf_holds(leaf),
        }
    }

    fn leaf_holds(&self, leaf: &Leaf) -> bool {
        match leaf.op {
            Op::Exists => self.exists(&leaf.subject) != (leaf.value == Value::Bool(false)),
            Op::Ne | Op::NotIn => !self.is(leaf),
            Op::Eq | Op::In | Op::Within => self.is(leaf),
            Op::Contains => self.contains(leaf),
            Op::Matches => leaf
                .pattern
                .as_ref()
                .and_then(|pattern| pattern.anywhere())
                .is_some_and(|pattern| self.texts(&leaf.subject).iter().any(|text| pattern.is_match(text))),
            Op::AtLeast => matches!(self.compare(leaf), Some(Ordering::Greater | Ordering::Equal)),
            Op::AtMost => matches!(self.compare(leaf), Some(Ordering::Less | Ordering::Equal)),
            Op::Gt => self.compare(leaf) == Some(Ordering::Greater),
            Op::Lt => self.compare(leaf) == Some(Ordering::Less),
        }
    }

    fn exists(&self, subject: &Subject) -> bool {
        let input = self.input;
        match subject {
            Subject::Tags => !input.tags.is_empty(),
            Subject::Text => !self.text.trim().is_empty(),
            Subject::Hours(calendar) => self.calendar_exists(calendar.as_deref()),
            other => !self.value(other).is_null(),
        }
    }

    fn calendar_exists(&self, calendar: Option<&str>) -> bool {
        match calendar {
            Some(key) => self.desk.calendars.contains_key(key),
            None => !self.desk.calendars.is_empty(),
        }
    }

    /// Equal to what is wanted, or to one of several.
    fn is(&self, leaf: &Leaf) -> bool {
        let one_of = |fits: &dyn Fn(&str) -> bool| wanted(&leaf.value).any(|value| value.as_str().is_some_and(fits));
        let input = self.input;
        let same = |met: Option<&str>| met.is_some_and(|met| one_of(&|value| value == met));
        match &leaf.subject {
            Subject::Tier => same(self.tier()),
            Subject::Region => one_of(&|value| self.regions.iter().any(|region| region == value)),
            Subject::Language => input
                .language
                .as_deref()
                .is_some_and(|met| one_of(&|value| value.eq_ignore_ascii_case(met) || value.eq_ignore_ascii_case(base_language(met)))),
            Subject::Channel => same(input.channel.as_deref()),
            Subject::Template => same(input.template.as_deref()),
            Subject::Category => {
                let path = input.category.as_deref().map_or_else(Vec::new, |category| self.category_path(category));
                one_of(&|value| path.contains(&value))
            }
            Subject::Priority => same(input.priority.map(Priority::as_str)),
            Subject::Hours(calendar) => same(Some(self.hours(calendar.as_deref()))),
            Subject::Contact => same(input.contact.map(|id| id.to_string()).as_deref()),
            Subject::Organisation => same(input.organisation.map(|id| id.to_string()).as_deref()),
            Subject::Tags => one_of(&|value| input.tags.iter().any(|tag| tag == value)),
            Subject::Text => one_of(&|value| self.text.trim() == value.to_lowercase()),
            Subject::TicketsOpen | Subject::TicketsTotal | Subject::Field(_) | Subject::Attribute(_) => {
                let met = self.value(&leaf.subject);
                let mets: &[Value] = match met.as_ref() {
                    Value::Array(values) => values,
                    single => std::slice::from_ref(single),
                };
                wanted(&leaf.value).any(|value| mets.iter().any(|met| equal(met, value)))
            }
        }
    }

    fn contains(&self, leaf: &Leaf) -> bool {
        match &leaf.subject {
            Subject::Tags => self.is(leaf),
            Subject::Text => wanted(&leaf.value).any(|value| value.as_str().is_some_and(|words| self.text.contains(&words.to_lowercase()))),
            subject => match self.value(subject).as_ref() {
                Value::Array(_) => self.is(leaf),
                Value::String(text) => {
                    let text = text.to_lowercase();
                    wanted(&leaf.value).any(|value| value.as_str().is_some_and(|words| text.contains(&words.to_lowercase())))
                }
                _ => false,
            },
        }
    }

    /// How what is met stands to what is wanted: by rank, by number, or as texts.
    fn compare(&self, leaf: &Leaf) -> Option<Ordering> {
        match &leaf.subject {
            Subject::Tier => {
                let rank = |key: &str| self.desk.tiers.get(key).map(|tier| tier.rank);
                Some(rank(self.tier()?)?.cmp(&rank(leaf.value.as_str()?)?))
            }
            Subject::Priority => Some(self.input.priority?.cmp(&Priority::parse(leaf.value.as_str()?)?)),
            subject => {
                let met = self.value(subject);
                match (decimal_of(&met), leaf.number) {
                    (Some(met), Some(wanted)) => Some(met.cmp(&wanted)),
                    // Canonical days and moments sort as texts.
                    _ => Some(met.as_str()?.cmp(leaf.value.as_str()?)),
                }
            }
        }
    }

    fn texts(&self, subject: &Subject) -> Vec<Cow<'_, str>> {
        match subject {
            Subject::Text => self.input.text.as_deref().map(Cow::Borrowed).into_iter().collect(),
            subject => match self.value(subject).into_owned() {
                Value::String(text) => vec![Cow::Owned(text)],
                Value::Array(values) => values.iter().filter_map(Value::as_str).map(|text| Cow::Owned(text.to_owned())).collect(),
                Value::Null | Value::Object(_) => Vec::new(),
                other => vec![Cow::Owned(other.to_string())],
            },
        }
    }

    fn category_path(&self, category: &'a str) -> Vec<&'a str> {
        let mut path = Vec::new();
        let mut next = Some(category);
        while let Some(key) = next.filter(|key| !path.contains(key)) {
            path.push(key);
            next = self.desk.categories.get(key).and_then(|category| category.parent.as_deref());
        }
        path
    }

    /// `open` or `closed`; without a key, whether any calendar is open. Always open where there is no calendar.
    fn hours(&self, calendar: Option<&str>) -> &'static str {
        let open = match calendar {
            Some(key) => self.desk.calendars.get(key).is_none_or(|calendar| calendar.is_open(self.input.now)),
            None => self.desk.calendars.is_empty() || self.desk.calendars.values().any(|calendar| calendar.is_open(self.input.now)),
        };
        if open { "open" } else { "closed" }
    }

    /// What is met, null when there is nothing; the customer's text stays out.
    fn value(&self, subject: &Subject) -> Cow<'a, Value> {
        let input = self.input;
        let text = |text: Option<&str>| Cow::Owned(text.map_or(Value::Null, Value::from));
        match subject {
            Subject::Tier => text(self.tier()),
            Subject::Region => text(input.region.as_ref().map(|region| region.value.as_str())),
            Subject::Language => text(input.language.as_deref()),
            Subject::Channel => text(input.channel.as_deref()),
            Subject::Template => text(input.template.as_deref()),
            Subject::Category => text(input.category.as_deref()),
            Subject::Priority => text(input.priority.map(Priority::as_str)),
            Subject::Tags => Cow::Owned(input.tags.as_slice().into()),
            Subject::Contact => text(input.contact.map(|id| id.to_string()).as_deref()),
            Subject::Organisation => text(input.organisation.map(|id| id.to_string()).as_deref()),
            Subject::Hours(calendar) => text(Some(self.hours(calendar.as_deref()))),
            Subject::TicketsOpen => Cow::Owned(input.tickets_open.into()),
            Subject::TicketsTotal => Cow::Owned(input.tickets_total.into()),
            Subject::Field(key) => input.fields.get(key).map_or(Cow::Owned(Value::Null), |field| Cow::Borrowed(&field.value)),
            Subject::Attribute(key) => input.attributes.get(key).map_or(Cow::Owned(Value::Null), |held| Cow::Borrowed(&held.value)),
            Subject::Text => Cow::Owned(Value::Null),
        }
    }

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

fn wanted(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(values) => values.iter(),
        single => std::slice::from_ref(single).iter(),
    }
}

fn equal(met: &Value, wanted: &Value) -> bool {
    match (met, wanted) {
        (Value::String(met), Value::String(wanted)) => met == wanted || met.to_lowercase() == wanted.to_lowercase(),
        (Value::Bool(met), Value::Bool(wanted)) => met == wanted,
        (Value::Null, _) | (Value::Bool(_), _) | (_, Value::Bool(_)) => false,
        _ => decimal_of(met).zip(decimal_of(wanted)).is_some_and(|(met, wanted)| met == wanted),
    }
}
