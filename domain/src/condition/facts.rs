//! Whether conditions hold, and what they meet.

use std::{borrow::Cow, cmp::Ordering};

use serde_json::Value;

use super::{Condition, Leaf, Op, Subject};
use crate::{
    canned::ME,
    desk::Desk,
    localised::base_language,
    routing::RoutingInput,
    template::decimal_of,
    ticket::{ACTIVE, Priority},
};

/// What one decision looks at, with what is derived from it once.
pub(crate) struct Facts<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) input: &'a RoutingInput,
    /// The customer's region and everything above it, nearest first.
    pub(crate) regions: Vec<String>,
    text: String,
    /// Key of the agent who looks, where somebody does.
    me: Option<&'a str>,
}

impl<'a> Facts<'a> {
    pub(crate) fn new(desk: &'a Desk, input: &'a RoutingInput) -> Self {
        let regions = input.region.as_ref().map_or_else(Vec::new, |region| desk.region_path(&region.value));
        Self { desk, input, regions, text: input.text.as_deref().unwrap_or_default().to_lowercase(), me: None }
    }

    /// A ticket that the agent `me` looks at.
    pub(crate) fn of_ticket(desk: &'a Desk, input: &'a RoutingInput, me: Option<&'a str>) -> Self {
        Self { me, ..Self::new(desk, input) }
    }

    pub(crate) fn tier(&self) -> Option<&'a str> {
        self.input.tier.as_ref().map(|tier| tier.value.as_str())
    }

    pub(crate) fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::All(conditions) => conditions.iter().all(|condition| self.holds(condition)),
            Condition::Any(conditions) => conditions.iter().any(|condition| self.holds(condition)),
            Condition::Not(condition) => !self.holds(condition),
            Condition::Leaf(leaf) => self.leaf_holds(leaf),
        }
    }

    pub(crate) fn leaf_holds(&self, leaf: &Leaf) -> bool {
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
                let path = input.category.as_deref().map_or_else(Vec::new, |category| self.desk.category_path(category));
                one_of(&|value| path.contains(&value))
            }
            Subject::Priority => same(input.priority.map(Priority::as_str)),
            Subject::Hours(calendar) => same(Some(self.hours(calendar.as_deref()))),
            Subject::Contact => same(input.contact.map(|id| id.to_string()).as_deref()),
            Subject::Organisation => same(input.organisation.map(|id| id.to_string()).as_deref()) || same(input.organisation_key.as_deref()),
            Subject::AccountManager => same(input.account_manager.as_deref()),
            Subject::Tags => one_of(&|value| input.tags.iter().any(|tag| tag == value)),
            Subject::Text => one_of(&|value| self.text.trim() == value.to_lowercase()),
            Subject::Status => {
                let met = input.standing.as_ref().map(|standing| standing.status);
                met.is_some_and(|met| one_of(&|value| value == met.as_str() || (value == ACTIVE && met.is_open())))
            }
            Subject::Owner => {
                let met = input.standing.as_ref().and_then(|standing| standing.owner.as_deref());
                met.is_some_and(|met| one_of(&|value| value == met || (value == ME && self.me == Some(met))))
            }
            Subject::Stage => same(input.standing.as_ref().and_then(|standing| standing.stage.as_deref())),
            Subject::Department => same(input.standing.as_ref().and_then(|standing| standing.department.as_deref())),
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

    /// `open` or `closed`; without a key, whether any calendar is open. Always open where there is no calendar.
    fn hours(&self, calendar: Option<&str>) -> &'static str {
        let open = match calendar {
            Some(key) => self.desk.calendars.get(key).is_none_or(|calendar| calendar.is_open(self.input.now)),
            None => self.desk.calendars.is_empty() || self.desk.calendars.values().any(|calendar| calendar.is_open(self.input.now)),
        };
        if open { "open" } else { "closed" }
    }

    /// What is met, null when there is nothing; the customer's text stays out.
    pub(crate) fn value(&self, subject: &Subject) -> Cow<'a, Value> {
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
            Subject::Organisation => text(input.organisation_key.clone().or(input.organisation.map(|id| id.to_string())).as_deref()),
            Subject::AccountManager => text(input.account_manager.as_deref()),
            Subject::Hours(calendar) => text(Some(self.hours(calendar.as_deref()))),
            Subject::TicketsOpen => Cow::Owned(input.tickets_open.into()),
            Subject::TicketsTotal => Cow::Owned(input.tickets_total.into()),
            Subject::Field(key) => input.fields.get(key).map_or(Cow::Owned(Value::Null), |field| Cow::Borrowed(&field.value)),
            Subject::Attribute(key) => input.attributes.get(key).map_or(Cow::Owned(Value::Null), |held| Cow::Borrowed(&held.value)),
            Subject::Text => Cow::Owned(Value::Null),
            Subject::Status => text(input.standing.as_ref().map(|standing| standing.status.as_str())),
            Subject::Stage => text(input.standing.as_ref().and_then(|standing| standing.stage.as_deref())),
            Subject::Department => text(input.standing.as_ref().and_then(|standing| standing.department.as_deref())),
            Subject::Owner => text(input.standing.as_ref().and_then(|standing| standing.owner.as_deref())),
        }
    }
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
