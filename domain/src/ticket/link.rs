//! How tickets stand to each other.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::TicketId;

/// How a ticket stands to another one, seen from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It asks for what the other one asks for already.
    DuplicateOf,
    /// The other one asks for the same.
    HasDuplicate,
    /// It is a part of the other one, or one of an incident's many.
    ChildOf,
    /// The other one is a part of it.
    ParentOf,
    /// They have to do with each other.
    Related,
    /// It was taken out of the other one.
    SplitFrom,
    /// The other one was taken out of it.
    SplitInto,
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 7] =
        [Self::DuplicateOf, Self::HasDuplicate, Self::ChildOf, Self::ParentOf, Self::Related, Self::SplitFrom, Self::SplitInto];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DuplicateOf => "duplicate_of",
            Self::HasDuplicate => "has_duplicate",
            Self::ChildOf => "child_of",
            Self::ParentOf => "parent_of",
            Self::Related => "related",
            Self::SplitFrom => "split_from",
            Self::SplitInto => "split_into",
        }
    }

    /// The key of the words for how a ticket stands to `$ticket`.
    pub fn words_key(self) -> String {
        format!("relation-{}", self.as_str().replace('_', "-"))
    }

    /// The relation with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.as_str() == word)
    }

    /// The same, seen from the other ticket.
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::DuplicateOf => Self::HasDuplicate,
            Self::HasDuplicate => Self::DuplicateOf,
            Self::ChildOf => Self::ParentOf,
            Self::ParentOf => Self::ChildOf,
            Self::Related => Self::Related,
            Self::SplitFrom => Self::SplitInto,
            Self::SplitInto => Self::SplitFrom,
        }
    }

    /// Whether people may say it; what was split is known by itself.
    pub fn can_be_said(self) -> bool {
        !matches!(self, Self::SplitFrom | Self::SplitInto)
    }
}

/// A relation as it is kept: once, from one of its two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketLink {
    /// The ticket of which it is said.
    pub ticket: TicketId,
    /// How it stands to the other: never an inverse.
    pub relation: Relation,
    /// The other one.
    pub other: TicketId,
    /// Since when.
    pub at: DateTime<Utc>,
}

impl TicketLink {
    /// What is kept for `ticket` standing so to `other`: the same, whichever of the two it is said of.
    pub fn of(ticket: TicketId, relation: Relation, other: TicketId, at: DateTime<Utc>) -> Self {
        let turned = match relation {
            Relation::HasDuplicate | Relation::ParentOf | Relation::SplitInto => true,
            Relation::Related => other.0 < ticket.0,
            Relation::DuplicateOf | Relation::ChildOf | Relation::SplitFrom => false,
        };
        if turned { Self { ticket: other, relation: relation.inverse(), other: ticket, at } } else { Self { ticket, relation, other, at } }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_relation_is_kept_alike_from_both_sides() {
        let (one, two) = (TicketId(Uuid::from_u128(1)), TicketId(Uuid::from_u128(2)));
        for relation in Relation::ALL {
            assert_eq!(Relation::parse(relation.as_str()), Some(relation));
            assert_eq!(relation.inverse().inverse(), relation);
            let kept = TicketLink::of(one, relation, two, DateTime::UNIX_EPOCH);
            assert_eq!(kept, TicketLink::of(two, relation.inverse(), one, DateTime::UNIX_EPOCH), "{relation:?}");
            assert!(!matches!(kept.relation, Relation::HasDuplicate | Relation::ParentOf | Relation::SplitInto));
        }
    }
}
