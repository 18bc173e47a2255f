//! The orders in which lists of tickets are read.

use serde::{Deserialize, Serialize};

/// Which tickets come first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketSort {
    /// Those that changed last.
    #[default]
    Updated,
    /// Those that were made last.
    Newest,
    /// Those that were made first.
    Oldest,
    /// The most urgent, and among them those that came first.
    Urgency,
}

impl TicketSort {
    /// Every order.
    pub const ALL: [Self; 4] = [Self::Updated, Self::Newest, Self::Oldest, Self::Urgency];

    /// The word in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Urgency => "urgency",
        }
    }

    /// The order with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == word)
    }
}
