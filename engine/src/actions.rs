//! Everything that a person or a rule can do: one function each, with one permission check.
//!
//! Console, staff chat, API, command line and rules call these; nothing else writes.

use bellhop_domain::{id::ConversationId, why::Why};
use bellhop_store::{DbError, WriteError};

use crate::caller::{Caller, Permission};

pub mod answers;
pub mod articles;
pub mod categories;
pub mod channels;
pub mod contacts;
pub mod conversations;
pub mod convert;
pub mod dead_letters;
pub mod drafts;
pub mod editing;
pub mod exchange;
pub mod first_run;
pub mod follow_ups;
mod lookup;
pub mod macros;
pub mod messages;
pub mod notices;
pub mod objects;
pub mod organisations;
pub mod people;
pub mod references;
pub mod requests;
pub mod review;
pub mod rules;
pub mod sessions;
pub mod staff;
pub mod team;
pub mod tickets;
pub mod tokens;
pub mod trial;
pub mod views;

pub(crate) use lookup::person;
pub(crate) use notices::may_hear;

/// Why an action was not done; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// There is no such thing, or the caller may not know of it.
    #[error("{what} not found")]
    NotFound {
        /// What was looked for (`conversation`, `ticket` …).
        what: &'static str,
    },
    /// The caller may not do this.
    #[error("not allowed: this needs the permission {}", needs.as_str())]
    Forbidden {
        /// What would be needed.
        needs: Permission,
    },
    /// What was asked for contradicts the rules, each field with its reason.
    #[error("{}", problems.first().map_or_else(|| "invalid".to_owned(), |problem| problem.message.to_string()))]
    Invalid {
        /// What is wrong.
        problems: Vec<Problem>,
    },
    /// Somebody else changed it meanwhile.
    #[error("changed meanwhile: load it again and decide anew")]
    Conflict,
    /// The wanted step does not fit the present state.
    #[error("{0}")]
    NotNow(Why),
    /// The event by which the caller acts was handled already, together with what it did.
    #[error("this was done already")]
    AlreadyHandled,
    /// Regression questions would not be answered as they should any more: what was asked for was refused for their sake.
    #[error("{} of the regression questions would be answered worse", problems.len())]
    Regressions {
        /// What becomes of each; the field is its id.
        problems: Vec<Problem>,
    },
    /// Too much to do right now.
    #[error("busy: try again in a moment")]
    Busy,
    /// The database does not take changes.
    #[error("the database does not take changes now")]
    Unavailable(#[source] DbError),
}

/// One thing that is wrong with what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The place (`fields.order_number`).
    pub field: String,
    /// What is wrong and what would be right.
    pub message: Why,
}

impl ActionError {
    /// One field, one reason.
    pub fn invalid(field: impl Into<String>, message: impl Into<Why>) -> Self {
        Self::Invalid { problems: vec![Problem { field: field.into(), message: message.into() }] }
    }

    /// The step does not fit the present state, for this reason.
    pub(crate) fn not_now(why: impl Into<Why>) -> Self {
        Self::NotNow(why.into())
    }

    /// No such conversation.
    pub(crate) fn no_conversation(_id: ConversationId) -> Self {
        Self::NotFound { what: "conversation" }
    }
}

impl From<DbError> for ActionError {
    fn from(error: DbError) -> Self {
        if error.is_cut_off() {
            return Self::invalid("query", Why::new("console-list-too-much"));
        }
        if error.is_conflict() { Self::Conflict } else { Self::Unavailable(error) }
    }
}

impl From<WriteError<ActionError>> for ActionError {
    fn from(error: WriteError<ActionError>) -> Self {
        match error {
            WriteError::Closure(error) => error,
            WriteError::Conflict => Self::Conflict,
            WriteError::Busy => Self::Busy,
            WriteError::Unavailable(error) => Self::Unavailable(error),
        }
    }
}

/// Refuses a caller who may not.
pub(crate) fn require(caller: &Caller, needs: Permission) -> Result<(), ActionError> {
    if caller.permissions.allow(needs) { Ok(()) } else { Err(ActionError::Forbidden { needs }) }
}

/// How often an action decides again after somebody else was faster.
pub(crate) const TRIES: u32 = 3;

#[cfg(test)]
pub(crate) mod tests;
