//! Whether an agent is there.

use serde::{Deserialize, Serialize};

/// What an agent says of themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Takes conversations.
    Online,
    /// Back soon.
    Away,
    /// Not at work.
    Offline,
}

impl Presence {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Online, Self::Away, Self::Offline];

    /// The word in the database, the API and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }

    /// The presence with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|presence| presence.as_str() == word)
    }
}
