//! Conditions: one language for rules, for fields of templates, and for whatever else decides by what is known.
//!
//! They are stored as data that people can read, checked with the place named, and compiled when they are read.

mod check;
mod facts;
mod never;

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{pattern::Pattern, template::decimal_of};

pub(crate) use check::{Scope, check_condition, known};
pub(crate) use facts::Facts;
pub(crate) use never::contradiction;

/// What must hold. In JSON `{"all": […]}`, `{"any": […]}`, `{"not": …}` or `{"field", "op", "value"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Condition {
    /// All of them; none at all always holds.
    All(Vec<Condition>),
    /// At least one of them.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// One comparison.
    Leaf(Leaf),
}

/// One comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// What is looked at.
    pub subject: Subject,
    /// How it is compared.
    pub op: Op,
    /// What it is compared with.
    pub value: Value,
    /// The value as an expression, for [`Op::Matches`].
    pattern: Option<Pattern>,
    /// The value as a number, for comparing.
    number: Option<Decimal>,
}

impl Leaf {
    /// A comparison.
    pub fn new(subject: Subject, op: Op, value: Value) -> Self {
        let pattern = match (&op, &value) {
            (Op::Matches, Value::String(source)) => Some(source.as_str().into()),
            _ => None,
        };
        let number = decimal_of(&value);
        Self { subject, op, value, pattern, number }
    }
}

/// What a comparison looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The customer's tier.
    Tier,
    /// The customer's region.
    Region,
    /// The language the customer reads.
    Language,
    /// The channel.
    Channel,
    /// The ticket's template.
    Template,
    /// The category.
    Category,
    /// The priority.
    Priority,
    /// A field of the ticket: `fields.amount`.
    Field(String),
    /// The labels.
    Tags,
    /// The customer, by id.
    Contact,
    /// The customer's company, by id or by what the customer system calls it.
    Organisation,
    /// The agent who looks after the customer's company.
    AccountManager,
    /// What is known of the customer: `attributes.plan`.
    Attribute(String),
    /// Business hours, `open` or `closed`: `hours`, or `hours.KEY` for one of several calendars.
    Hours(Option<String>),
    /// How many tickets of the customer are open.
    TicketsOpen,
    /// How many tickets the customer ever had.
    TicketsTotal,
    /// What the customer wrote.
    Text,
    /// Where the ticket is.
    Status,
    /// The stage of its template that it is in.
    Stage,
    /// The department that has it.
    Department,
    /// The agent who has it.
    Owner,
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "tier" => Self::Tier,
            "region" => Self::Region,
            "language" => Self::Language,
            "channel" => Self::Channel,
            "template" => Self::Template,
            "category" => Self::Category,
            "priority" => Self::Priority,
            "tags" => Self::Tags,
            "contact" => Self::Contact,
            "organisation" => Self::Organisation,
            "account_manager" => Self::AccountManager,
            "hours" => Self::Hours(None),
            "tickets_open" => Self::TicketsOpen,
            "tickets_total" => Self::TicketsTotal,
            "text" => Self::Text,
            "status" => Self::Status,
            "stage" => Self::Stage,
            "department" => Self::Department,
            "owner" => Self::Owner,
            _ => match text.split_once('.') {
                Some(("fields", key)) if !key.is_empty() => Self::Field(key.to_owned()),
                Some(("attributes", key)) if !key.is_empty() => Self::Attribute(key.to_owned()),
                Some(("hours", key)) if !key.is_empty() => Self::Hours(Some(key.to_owned())),
                _ => {
                    return Err(format!(
                        "“{text}” is nothing to look at; use tier, region, language, channel, template, category, priority, tags, contact, \
                         organisation, account_manager, hours, tickets_open, tickets_total, text, fields.KEY, attributes.KEY or hours.KEY, and in views status, stage, department or owner"
                    ));
                }
            },
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tier => "tier",
            Self::Region => "region",
            Self::Language => "language",
            Self::Channel => "channel",
            Self::Template => "template",
            Self::Category => "category",
            Self::Priority => "priority",
            Self::Tags => "tags",
            Self::Contact => "contact",
            Self::Organisation => "organisation",
            Self::AccountManager => "account_manager",
            Self::Hours(None) => "hours",
            Self::TicketsOpen => "tickets_open",
            Self::TicketsTotal => "tickets_total",
            Self::Text => "text",
            Self::Status => "status",
            Self::Stage => "stage",
            Self::Department => "department",
            Self::Owner => "owner",
            Self::Field(key) => return write!(f, "fields.{key}"),
            Self::Attribute(key) => return write!(f, "attributes.{key}"),
            Self::Hours(Some(key)) => return write!(f, "hours.{key}"),
        })
    }
}

/// How a comparison compares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Is this; a region is also everything below it.
    #[default]
    Eq,
    /// Is something else, or nothing.
    Ne,
    /// Is one of these.
    In,
    /// Is none of these.
    NotIn,
    /// The region is this one, one of these, or below.
    Within,
    /// By rank for tiers and priorities, else by value.
    AtLeast,
    /// By rank for tiers and priorities, else by value.
    AtMost,
    /// Is more.
    Gt,
    /// Is less.
    Lt,
    /// Has this label or choice, or these words.
    Contains,
    /// A regular expression is found.
    Matches,
    /// There is a value (`true`, the default) or none (`false`).
    Exists,
}

impl Op {
    /// The word in rules.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::In => "in",
            Self::NotIn => "not_in",
            Self::Within => "within",
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
            Self::Gt => "gt",
            Self::Lt => "lt",
            Self::Contains => "contains",
            Self::Matches => "matches",
            Self::Exists => "exists",
        }
    }
}

impl Condition {
    /// Whether it holds whatever comes.
    pub fn always_holds(&self) -> bool {
        matches!(self, Self::All(conditions) if conditions.iter().all(Self::always_holds))
    }
}

/// The form that a condition has in JSON.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    all: Option<Vec<Condition>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    any: Option<Vec<Condition>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not: Option<Box<Condition>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    op: Option<Op>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

impl TryFrom<Written> for Condition {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match written {
            Written { all: None, any: None, not: None, field: None, op: None, value: None } => Ok(Self::All(Vec::new())),
            Written { all: Some(all), any: None, not: None, field: None, op: None, value: None } => Ok(Self::All(all)),
            Written { all: None, any: Some(any), not: None, field: None, op: None, value: None } => Ok(Self::Any(any)),
            Written { all: None, any: None, not: Some(not), field: None, op: None, value: None } => Ok(Self::Not(not)),
            Written { all: None, any: None, not: None, field: Some(field), op, value } => {
                Ok(Self::Leaf(Leaf::new(field.parse()?, op.unwrap_or_default(), value.unwrap_or(Value::Null))))
            }
            _ => Err("a condition is one of {\"all\": […]}, {\"any\": […]}, {\"not\": …} or {\"field\", \"op\", \"value\"}".to_owned()),
        }
    }
}

impl From<Condition> for Written {
    fn from(condition: Condition) -> Self {
        match condition {
            Condition::All(all) => Self { all: Some(all), ..Self::default() },
            Condition::Any(any) => Self { any: Some(any), ..Self::default() },
            Condition::Not(not) => Self { not: Some(not), ..Self::default() },
            Condition::Leaf(leaf) => Self {
                field: Some(leaf.subject.to_string()),
                op: Some(leaf.op),
                value: (!leaf.value.is_null()).then_some(leaf.value),
                ..Self::default()
            },
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, conditions: &[Condition], between: &str| {
            for (index, condition) in conditions.iter().enumerate() {
                if index > 0 {
                    f.write_str(between)?;
                }
                match condition {
                    Condition::Leaf(_) | Condition::Not(_) => write!(f, "{condition}")?,
                    _ => write!(f, "({condition})")?,
                }
            }
            Ok(())
        };
        match self {
            Self::All(conditions) if conditions.is_empty() => f.write_str("always"),
            Self::Any(conditions) if conditions.is_empty() => f.write_str("never"),
            Self::All(conditions) => list(f, conditions, " and "),
            Self::Any(conditions) => list(f, conditions, " or "),
            Self::Not(condition) => write!(f, "not ({condition})"),
            Self::Leaf(leaf) => write!(f, "{leaf}"),
        }
    }
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.subject, self.op) {
            (Subject::Hours(calendar), Op::Eq) => {
                f.write_str("hours")?;
                if let Some(calendar) = calendar {
                    write!(f, " of {calendar}")?;
                }
                write!(f, " are {}", words(&self.value))
            }
            (Subject::Region, Op::Eq | Op::In | Op::Within) => write!(f, "region is within {}", words(&self.value)),
            (Subject::Region, Op::Ne | Op::NotIn) => write!(f, "region is not within {}", words(&self.value)),
            (Subject::Tags, Op::Contains | Op::Eq | Op::In) => write!(f, "tags contain {}", words(&self.value)),
            (subject, Op::Exists) => write!(f, "{subject} is {}", if self.value == Value::Bool(false) { "missing" } else { "given" }),
            (subject, op) => {
                let verb = match op {
                    Op::Eq | Op::Within | Op::Exists => "is",
                    Op::Ne => "is not",
                    Op::In => "is one of",
                    Op::NotIn => "is none of",
                    Op::AtLeast => "is at least",
                    Op::AtMost => "is at most",
                    Op::Gt => "is more than",
                    Op::Lt => "is less than",
                    Op::Contains => "contains",
                    Op::Matches => "matches",
                };
                write!(f, "{subject} {verb} {}", words(&self.value))
            }
        }
    }
}

/// A value as people write it: `vip`, `DE or AT`, `3`.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(" or "),
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    }
}
