//! Messages: what customers, agents and the bot say, and what became of it.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    actor::Actor,
    id::{ConversationId, FileId, MessageId},
};

/// Which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the customer.
    In,
    /// To the customer.
    Out,
    /// Among colleagues; never leaves.
    Note,
}

impl Direction {
    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::Note => "note",
        }
    }

    /// The direction with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::In, Self::Out, Self::Note].into_iter().find(|direction| direction.as_str() == word)
    }
}

/// A message of a conversation.
#[derive(Clone, PartialEq)]
pub struct Message {
    /// Our id.
    pub id: MessageId,
    /// Where it belongs.
    pub conversation: ConversationId,
    /// Which way it goes.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Actor,
    /// The author's name at the time.
    pub author_name: Option<String>,
    /// What it says, in light Markdown.
    pub text: String,
    /// Everything beside the text; kept as one document.
    pub extras: Extras,
    /// The platform's id of it, once known.
    pub external_id: Option<String>,
    /// What became of it on its way out; none for what came in and for notes.
    pub delivery: Option<Delivery>,
    /// When it was said, as shown.
    pub created_at: DateTime<Utc>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("id", &self.id).field("direction", &self.direction).finish_non_exhaustive()
    }
}

/// What a message carries beside its text.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extras {
    /// Files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Buttons below it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// A place that the author shared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<SharedLocation>,
    /// Somebody's name and number that the author shared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<ContactCard>,
    /// The platform's name of the album that this message is: later parts are added to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
    /// The platform's ids of the album's later parts, the first being the message's own; of an agent's album the sender's ids of all its parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
    /// Platform id of the message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Reactions of the customer that stand on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<String>,
    /// Platform time of the last edit that was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<DateTime<Utc>>,
    /// Deleted by its author; the text is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<DateTime<Utc>>,
    /// Number of the ticket that this is a notice about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<i64>,
    /// Numbers of the tickets that it lists, where it lists several and changes as they move.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<i64>,
    /// Id of the button that was pressed below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pressed: Option<String>,
    /// What the channel could not show, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<String>,
}

/// A place that somebody shared.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SharedLocation {
    /// Degrees north, WGS 84.
    pub latitude: f64,
    /// Degrees east, WGS 84.
    pub longitude: f64,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl fmt::Debug for SharedLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedLocation").finish_non_exhaustive()
    }
}

/// Somebody's name and number that somebody shared. Never taken as a fact about the person who shared it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactCard {
    /// The name on it.
    pub name: String,
    /// The telephone number on it, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl fmt::Debug for ContactCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactCard").finish_non_exhaustive()
    }
}

/// A file on a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// What the sender calls it.
    pub name: String,
    /// Media type as claimed until stored, then as found.
    pub content_type: String,
    /// Where it came from, until it is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What became of it.
    pub state: AttachmentState,
}

/// Where the bytes of an attachment are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AttachmentState {
    /// Not fetched yet.
    Pending,
    /// Stored with us.
    Stored {
        /// Under this id.
        file: FileId,
        /// Bytes.
        size: u64,
    },
    /// Given up, for a reason that an agent reads.
    Failed {
        /// The reason.
        reason: String,
    },
}

/// A choice below a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Opaque, at most 32 bytes, unique in the conversation.
    pub id: String,
    /// What it says.
    pub label: String,
    /// What pressing it means.
    pub action: ButtonAction,
}

/// What pressing a button means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ButtonAction {
    /// The answer helped.
    Helped {
        /// Slug of the article.
        article: String,
    },
    /// The answer did not help.
    DidNotHelp {
        /// Slug of the article.
        article: String,
    },
    /// A person, please.
    Human,
    /// This article was meant.
    Choose {
        /// Slug of the article.
        article: String,
        /// Its language version.
        language: String,
    },
    /// None of the offered articles.
    NoneOfThese,
    /// A value for the field that is being asked for.
    Fill {
        /// Key of the field.
        field: String,
        /// The value.
        value: String,
    },
    /// The optional field that is being asked for stays empty.
    Skip {
        /// Key of the field.
        field: String,
    },
    /// The ticket that is being asked for is of this kind.
    PickTemplate {
        /// Key of the template.
        template: String,
    },
    /// Never mind: the form or the question that is open is dropped.
    Cancel,
    /// Leave a ticket instead of waiting.
    LeaveTicket,
    /// Keep waiting for a person.
    KeepWaiting,
    /// The case is settled.
    Solved,
    /// The case is not settled.
    NotSolved,
    /// This open ticket was meant.
    AboutTicket {
        /// Its number.
        number: i64,
    },
    /// So my ticket went.
    Rate {
        /// Its number.
        ticket: i64,
        /// From 1, the worst, to 5.
        value: u8,
    },
    /// Erase what is stored about me.
    ConfirmForget,
    /// Answer in this language from now on.
    Language {
        /// Its tag.
        tag: String,
    },
}

/// What became of a message on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// How far it is.
    pub state: DeliveryState,
    /// Why it failed, for a person to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// A crash cut the sending off on a platform that takes no key: it may have arrived.
    #[serde(default)]
    pub maybe_sent: bool,
}

/// How far a message is on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// To be sent at a later time.
    Scheduled,
    /// Waiting for its turn.
    Queued,
    /// On the wire.
    Sending,
    /// The platform has it.
    Sent,
    /// The customer's device has it.
    Delivered,
    /// The customer saw it.
    Read,
    /// Given up.
    Failed,
    /// Taken back before it was sent.
    Cancelled,
    /// Too old to be sent.
    Expired,
}

impl DeliveryState {
    /// Every state, in the order of the documents.
    pub const ALL: [Self; 9] =
        [Self::Scheduled, Self::Queued, Self::Sending, Self::Sent, Self::Delivered, Self::Read, Self::Failed, Self::Cancelled, Self::Expired];

    /// The word in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// What stands after the platform reports `receipt`: receipts arrive in any order and never lower what was proven.
    ///
    /// Between `delivered` and `failed` the later word counts: a relay that took a message may report afterwards that it got stuck, or that a
    /// further try of its own went through. That somebody read it outweighs both.
    pub fn after_receipt(self, receipt: Self) -> Self {
        let proof = |state: Self| match state {
            Self::Scheduled | Self::Queued | Self::Sending | Self::Cancelled | Self::Expired => 0,
            Self::Sent => 1,
            Self::Failed | Self::Delivered => 2,
            Self::Read => 3,
        };
        if proof(receipt) > 0 && proof(receipt) >= proof(self) { receipt } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::DeliveryState::{self, Delivered, Failed, Read, Sent};

    #[test]
    fn receipts_in_any_order_end_at_the_highest() {
        for order in [
            [Read, Sent, Delivered],
            [Read, Delivered, Sent],
            [Sent, Read, Delivered],
            [Sent, Delivered, Read],
            [Delivered, Sent, Read],
            [Delivered, Read, Sent],
        ] {
            let end = order.into_iter().fold(DeliveryState::Sending, DeliveryState::after_receipt);
            assert_eq!(end, Read, "{order:?}");
        }
    }

    #[test]
    fn a_failure_stands_until_a_device_says_otherwise() {
        assert_eq!(Sent.after_receipt(Failed), Failed);
        assert_eq!(Failed.after_receipt(Sent), Failed);
        assert_eq!(Failed.after_receipt(Delivered), Delivered);
        assert_eq!(Delivered.after_receipt(Failed), Failed);
        assert_eq!(Read.after_receipt(Failed), Read);
    }
}
