//! Ids: UUIDs behind newtypes, written with a prefix that says what they name (`cnv_…`, `msg_…`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected {expected}_ followed by 32 hexadecimal digits")]
pub struct InvalidId {
    /// The prefix that the id should have had, without the underscore.
    pub expected: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// What every id of this kind starts with, without the underscore.
            pub const PREFIX: &'static str = $prefix;
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .filter(|digits| digits.len() == 32)
                    .and_then(|digits| Uuid::try_parse(digits).ok())
                    .map(Self)
                    .ok_or(InvalidId { expected: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(/// A person who writes to us, over all their channels.
    ContactId, "con");
id!(/// A company that people belong to.
    OrganisationId, "org");
id!(/// An endpoint on a channel: a chat id, a direct message, `thread-42`. Never ends.
    ThreadId, "thr");
id!(/// One episode in a thread.
    ConversationId, "cnv");
id!(/// A message in a conversation, in either direction.
    MessageId, "msg");
id!(/// A ticket, behind its number `T-1`.
    TicketId, "tkt");
id!(/// A person who works here.
    AgentId, "agt");
id!(/// An API token, never the token itself.
    TokenId, "tok");
id!(/// A file that we store.
    FileId, "fil");
id!(/// A question that the knowledge base has to go on answering as it should.
    RegressionId, "reg");
id!(/// A question to another department.
    RequestId, "req");
id!(/// A case in another system, to which a ticket refers.
    ReferenceId, "ref");
id!(/// Something that is to be done about a ticket at a time.
    FollowUpId, "fup");
id!(/// What an agent is told of.
    NoticeId, "ntc");
id!(/// A conversation that was put forward for the knowledge base.
    SuggestionId, "sug");
id!(/// A group of words that mean the same.
    SynonymsId, "syn");

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn ids_survive_writing_and_reading() {
        let id = ConversationId(Uuid::from_u128(0x0193_4f00_0000_7000_8000_0000_0000_0001));
        assert_eq!(id.to_string(), "cnv_01934f00000070008000000000000001");
        assert_eq!(id.to_string().parse::<ConversationId>(), Ok(id));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<ConversationId>(&json).unwrap(), id);
    }

    #[test]
    fn ids_of_another_kind_are_refused() {
        for text in ["msg_01934f00000070008000000000000001", "cnv_1", "", "cnv_", "cnv_01934f00-0000-7000-8000-000000000001"] {
            assert!(text.parse::<ConversationId>().is_err(), "{text}");
        }
    }
}
