//! A ticket before it is made: everything that is known filled in, for a person to look through, correct and confirm.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    actor::Actor,
    id::{ConversationId, MessageId},
    invalid::FieldError,
    sourced::Source,
    template::{Around, Field, Given, Known, SuggestedBy, Template, fill, validate_value},
    ticket::FieldValue,
    why::Why,
};

/// How long a ticket can be taken back after it was made.
pub const UNDO_WITHIN: TimeDelta = TimeDelta::minutes(2);

/// A ticket in the making; one for each conversation, used again for the next ticket.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// What becomes a ticket.
    pub conversation: ConversationId,
    /// Grows with every change, over all tickets of the conversation; kept beside the document.
    #[serde(skip)]
    pub version: i64,
    /// Counts the tickets that this was begun for, from 1.
    pub round: u32,
    /// How far it is.
    pub state: ReviewState,
    /// Key of the template, once there is one.
    pub template: Option<String>,
    /// Why this template, in words for an agent; none where somebody picked it.
    #[serde(default)]
    pub suggested: Option<String>,
    /// What suggested it, where it was not the customer's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested_by: Option<SuggestedBy>,
    /// The part of the conversation that it is about; all of it without one.
    #[serde(default)]
    pub messages: Option<Vec<MessageId>>,
    /// What agents and the customer said for this ticket.
    pub given: BTreeMap<String, FieldValue>,
    /// Fields that are to stay empty, whatever could be found for them.
    pub left_empty: BTreeSet<String>,
    /// Every field that has a value: given, else found.
    pub fields: BTreeMap<String, FieldValue>,
    /// Who began it.
    pub by: Actor,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

impl fmt::Debug for Review {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Review")
            .field("conversation", &self.conversation)
            .field("version", &self.version)
            .field("state", &self.state)
            .field("template", &self.template)
            .field("fields", &self.fields)
            .finish_non_exhaustive()
    }
}

/// How far a review is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ReviewState {
    /// To be looked through.
    Open,
    /// The ticket is made.
    Made {
        /// Its number.
        ticket: i64,
    },
    /// Dropped.
    Cancelled,
}

impl ReviewState {
    /// The word in the API.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Made { .. } => "made",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Review {
    /// Begins one; `before` is the conversation's last.
    pub fn begin(conversation: ConversationId, before: Option<&Self>, by: Actor, at: DateTime<Utc>) -> Self {
        Self {
            conversation,
            version: before.map_or(0, |before| before.version),
            round: before.map_or(1, |before| before.round.saturating_add(1)),
            state: ReviewState::Open,
            template: None,
            suggested: None,
            suggested_by: None,
            messages: None,
            given: BTreeMap::new(),
            left_empty: BTreeSet::new(),
            fields: BTreeMap::new(),
            by,
            created_at: at,
            updated_at: at,
        }
    }

    /// Whether it can still be changed.
    pub fn is_open(&self) -> bool {
        self.state == ReviewState::Open
    }

    /// Fills every field from what was given, else from what is known now.
    pub fn refill(&mut self, template: &Template, known: Known<'_>) {
        let nothing = Map::new();
        let given = Given { values: &nothing, source: Source::Agent, message: None };
        let mut filled = fill(template, &given, &Known { collected: Some(&self.given), ..known });
        filled.leave_empty(template, &self.left_empty, known.around);
        self.fields = filled.fields;
    }

    /// Keeps a value as the agent's word, or says what is wrong with it.
    pub fn set(&mut self, template: &Template, key: &str, value: &Value) -> Result<(), FieldError> {
        let field = known_field(template, key)?;
        let value = validate_value(field, value).map_err(|message| FieldError::new(key, message))?;
        let value = FieldValue { value, source: Source::Agent, message: None };
        self.left_empty.remove(key);
        self.given.insert(key.to_owned(), value.clone());
        self.fields.insert(key.to_owned(), value);
        Ok(())
    }

    /// Empties a field; nothing is looked for any more.
    pub fn clear(&mut self, template: &Template, key: &str) -> Result<(), FieldError> {
        known_field(template, key)?;
        self.given.remove(key);
        self.fields.remove(key);
        self.left_empty.insert(key.to_owned());
        Ok(())
    }

    /// Keeps what the customer answered; answers whether anything changed.
    pub fn answered(&mut self, template: &Template, answers: &BTreeMap<String, FieldValue>) -> bool {
        let mut changed = false;
        for (key, answer) in answers.iter().filter(|(key, _)| template.field(key).is_some()) {
            if self.given.get(key) != Some(answer) {
                changed = true;
                self.left_empty.remove(key);
                self.given.insert(key.clone(), answer.clone());
                self.fields.insert(key.clone(), answer.clone());
            }
        }
        changed
    }

    /// The fields that the ticket cannot be made without and that have no value, in the template's order.
    pub fn missing<'t>(&self, template: &'t Template, around: Option<Around<'_>>) -> Vec<&'t Field> {
        template.missing(&self.fields, around, false)
    }

    /// The fields that are to have no value: what nobody has looked through is not filled in behind anybody's back.
    pub fn empty(&self, template: &Template) -> BTreeSet<String> {
        template.fields.iter().map(|field| &field.key).filter(|key| !self.fields.contains_key(*key)).cloned().collect()
    }

    /// Names the one card that shows it, from the first look to the ticket.
    pub fn card(&self) -> String {
        format!("review:{}:{}", self.conversation, self.round)
    }
}

fn known_field<'t>(template: &'t Template, key: &str) -> Result<&'t Field, FieldError> {
    template.field(key).ok_or_else(|| {
        let known: Vec<&str> = template.fields.iter().map(|field| field.key.as_str()).collect();
        FieldError::new(key, Why::new("why-no-field").with("template", &template.key).with("known", known.join(", ")))
    })
}

#[cfg(test)]
mod tests;
