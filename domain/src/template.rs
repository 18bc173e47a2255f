//! Ticket templates: which fields a kind of ticket has, how they are filled, and which stages it goes through.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    condition::Condition,
    localised::Localised,
    pattern::Pattern,
    ticket::{Priority, RatingScale, TicketStatus},
};

mod asked;
mod check;
mod extract;
mod fill;
mod show;
mod suggest;
mod value;

pub use asked::{Around, Asked};
pub use fill::{Filled, Given, Known, fill};
pub use show::show_value;
pub use suggest::{SuggestedBy, Suggestion, suggest, suggest_by_place};
pub(crate) use value::decimal_of;
pub use value::{further, validate_value};

/// A kind of ticket.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its key (`refund`).
    #[serde(default)]
    pub key: String,
    /// What people read.
    pub title: Localised,
    /// When to use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Localised>,
    /// The brand that it is offered for; every brand without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// What is asked, in this order.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// What customers write when they need it; the longest find wins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggest: Vec<Pattern>,
    /// Keys of the categories that it offers; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Slugs of articles, or paths of the knowledge base's categories (`orders/returns`), after which it is offered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub articles: Vec<String>,
    /// What the customer reads when the ticket is made, with variables ([`crate::text`]); the product's words without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledgement: Option<Localised>,
    /// Stages of its own beside the status; a ticket begins at the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    /// The priority of its tickets unless a rule or a person says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Hours from the making of a ticket in which it is usually done; told to the customer where no stage says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_hours: Option<u32>,
    /// Asks the customer how it went when a ticket is resolved, and in which signs; in JSON `"stars"` (or `true`), `"thumbs"` or `false`.
    #[serde(default, with = "crate::ticket::rating_word", skip_serializing_if = "Option::is_none")]
    pub rating: Option<RatingScale>,
}

impl Template {
    /// The field with this key.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// The stage with this key.
    pub fn stage(&self, key: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.key == key)
    }

    /// Where its tickets begin, when it has stages.
    pub fn first_stage(&self) -> Option<&Stage> {
        self.stages.first()
    }
}

/// Something that a template asks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its key (`order_number`).
    pub key: String,
    /// What can be entered.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// What agents and customers read beside it.
    pub label: Localised,
    /// How the bot asks for it; made from the label without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Localised>,
    /// From when on it must have a value.
    #[serde(default)]
    pub required: Required,
    /// What must hold for it to be asked for at all; always without one. It looks at fields that stand before it, and at what is known of the
    /// customer and the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What must hold for `required` to count, in the same way; always without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_when: Option<Condition>,
    /// What can be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// The value when nothing better is known, written as a person would give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
    /// How it is found in what the customer wrote: the named groups `value` and `currency`, else the first group, else the whole match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extract: Vec<Pattern>,
    /// What the customer writes when a choice is meant, by the choice's key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extract_choices: BTreeMap<String, Vec<Pattern>>,
    /// The least allowed: a number, an amount, a date, a length in characters or a count of choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<serde_json::Value>,
    /// The most allowed, measured like `min`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<serde_json::Value>,
    /// What a text must look like from beginning to end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// Its value says where the customer is: the key or a name of a region. For texts, choices and cascading choices.
    #[serde(default, skip_serializing_if = "is_false")]
    pub region: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// What can be entered in a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// One line.
    #[default]
    Text,
    /// Several lines.
    LongText,
    /// A number with up to 15 digits.
    Number,
    /// An amount of money.
    Money,
    /// A day.
    Date,
    /// A moment.
    Datetime,
    /// One of the choices.
    Choice,
    /// Any of the choices.
    MultiChoice,
    /// A way through nested choices down to the last level.
    CascadingChoice,
    /// Yes or no.
    Checkbox,
    /// A mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address.
    Url,
    /// A stored file.
    File,
    /// The number of an order.
    OrderReference,
}

impl FieldType {
    /// Every type, in the order of the documents.
    pub const ALL: [Self; 15] = [
        Self::Text,
        Self::LongText,
        Self::Number,
        Self::Money,
        Self::Date,
        Self::Datetime,
        Self::Choice,
        Self::MultiChoice,
        Self::CascadingChoice,
        Self::Checkbox,
        Self::Email,
        Self::Phone,
        Self::Url,
        Self::File,
        Self::OrderReference,
    ];

    /// The word in templates and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "long_text",
            Self::Number => "number",
            Self::Money => "money",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Choice => "choice",
            Self::MultiChoice => "multi_choice",
            Self::CascadingChoice => "cascading_choice",
            Self::Checkbox => "checkbox",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::File => "file",
            Self::OrderReference => "order_reference",
        }
    }

    /// Whether its values come from the field's choices.
    pub fn has_choices(self) -> bool {
        matches!(self, Self::Choice | Self::MultiChoice | Self::CascadingChoice)
    }
}

/// From when on a field must have a value; in JSON `"create"`, `"resolve"` or `false`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Required {
    /// The ticket cannot be made without it.
    Create,
    /// The ticket cannot be resolved without it.
    Resolve,
    /// It may stay empty.
    #[default]
    No,
}

impl Serialize for Required {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Create => serializer.serialize_str("create"),
            Self::Resolve => serializer.serialize_str("resolve"),
            Self::No => serializer.serialize_bool(false),
        }
    }
}

impl<'de> Deserialize<'de> for Required {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(word) if word == "create" => Ok(Self::Create),
            serde_json::Value::String(word) if word == "resolve" => Ok(Self::Resolve),
            serde_json::Value::Bool(false) | serde_json::Value::Null => Ok(Self::No),
            _ => Err(de::Error::custom("required is \"create\", \"resolve\" or false")),
        }
    }
}

/// Something that can be chosen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its key, unique among its neighbours.
    pub key: String,
    /// What people read.
    pub label: Localised,
    /// The next level, in cascading choices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Choice>,
}

/// A stage of a template's own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Its key.
    pub key: String,
    /// What the customer reads.
    pub name: Localised,
    /// The status that entering it sets; unchanged without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<TicketStatus>,
    /// Whether the customer is told on entering.
    #[serde(default)]
    pub notify: bool,
    /// What they are told then, with variables ([`crate::text`]); the product's words without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Localised>,
    /// Keys of the fields without which it cannot be entered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
    /// Hours that it usually takes; the ticket's page tells the customer by when it is expected to go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_hours: Option<u32>,
    /// Keys of the stages that may follow; none for a last stage.
    #[serde(default)]
    pub next: Vec<String>,
}
