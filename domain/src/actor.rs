//! Who acts: every action and every timeline event names one.

use serde::{Deserialize, Serialize};

use crate::id::{AgentId, ContactId, TokenId};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// A customer.
    Contact {
        /// Which one.
        id: ContactId,
    },
    /// The bot, by its own decision.
    Bot,
    /// A person who works here, signed in or linked.
    Agent {
        /// Which one.
        id: AgentId,
        /// The agent's key (`mei`), for reading.
        key: String,
        /// The name that others see.
        name: String,
    },
    /// A program with an API token.
    Token {
        /// Which one.
        id: TokenId,
        /// The token's name.
        name: String,
        /// The person for whom the program says that it acts; shown instead of the token's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_behalf_of: Option<String>,
    },
    /// A rule, a timer, an upgrade: nobody in person.
    System,
}

impl Actor {
    /// The name under which others see what was done, or nothing for the bot and the system.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Agent { name, .. } => Some(name),
            Self::Token { name, on_behalf_of, .. } => Some(on_behalf_of.as_deref().unwrap_or(name)),
            Self::Contact { .. } | Self::Bot | Self::System => None,
        }
    }
}
