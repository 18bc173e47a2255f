//! What comes in: the envelope that is stored, and the event that it is read as.

use std::{collections::BTreeMap, fmt};

use bellhop_domain::message::{ContactCard, SharedLocation};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// An event as it is stored in the inbox: the platform's own bytes and what is needed to keep them once and in order.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Unique on the channel for ever; a second envelope with it is a repeat.
    pub key: String,
    /// Whom it concerns.
    pub side: Side,
    /// The platform's id of the thread, or of the staff chat's topic: together with the channel it is the lane.
    pub thread: String,
    /// The platform's id of whoever caused it, for limits per sender.
    pub sender: Option<String>,
    /// The raw event, as [`normalise`](crate::CustomerChannel::normalise) takes it.
    pub body: Box<str>,
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope").field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

/// Which half of a channel an event is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Side {
    /// A [`CustomerChannel`](crate::CustomerChannel).
    #[default]
    Customer,
    /// A [`StaffChannel`](crate::staff::StaffChannel) of the same name.
    Staff,
    /// Neither: what strangers say among themselves where the bot happens to be. It is acknowledged and counted, and not kept.
    Nobody,
}

/// An event in our words, read from an [`Envelope`]. Its texts are [cleaned](crate::clean); the raw event keeps what was really sent.
#[derive(Clone, PartialEq, Serialize)]
pub struct Event {
    /// The envelope's key.
    pub id: String,
    /// When it happened by the platform's clock; not to be trusted.
    pub at: Option<DateTime<Utc>>,
    /// The platform's id of the thread.
    pub thread: String,
    /// Who caused it.
    pub sender: Sender,
    /// What happened.
    pub kind: EventKind,
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// What an event says about whoever caused it. A fact only where the channel [`Trusts`](crate::Trusts) it, else a claim.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct Sender {
    /// The platform's id of the person.
    pub id: String,
    /// What they are called.
    pub name: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Telephone number, as written.
    pub phone: Option<String>,
    /// The language they read, as a tag.
    pub locale: Option<String>,
    /// Key of a customer tier.
    pub tier: Option<String>,
    /// Key of a region.
    pub region: Option<String>,
    /// What the company's customer system calls the company that they belong to; empty: they belong to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Whether they see the tickets of their colleagues there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sees_colleagues: Option<bool>,
    /// Anything else, by name.
    pub attributes: BTreeMap<String, serde_json::Value>,
    /// Which of `email` and `phone` the sending system has proven.
    pub verified: Vec<String>,
    /// The platform says that this is a program.
    pub is_bot: bool,
    /// Key of the region in which the network address lies that they wrote from, on channels that we host; the address itself is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_in: Option<String>,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("is_bot", &self.is_bot).finish_non_exhaustive()
    }
}

/// What happened.
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// Somebody wrote.
    Message(IncomingMessage),
    /// Somebody changed what they had written.
    Edit {
        /// The platform's id of the message.
        message: String,
        /// What it says now.
        text: String,
    },
    /// Somebody took back what they had written.
    Delete {
        /// The platform's id of the message.
        message: String,
    },
    /// Somebody pressed a button of ours.
    Button {
        /// Our id of the button.
        button: String,
        /// The platform's id of the message below which it stands, where the platform says.
        message: Option<String>,
    },
    /// Somebody reacted to a message, ours or theirs.
    Reaction {
        /// The platform's id of the message.
        message: String,
        /// The emoji, or the platform's name of one.
        emoji: String,
        /// The reaction was taken back.
        removed: bool,
    },
    /// A message of ours got somewhere, or did not.
    Receipt {
        /// The platform's id of the message, or ours where the platform uses it.
        message: String,
        /// How far it got.
        status: ReceiptStatus,
    },
    /// Somebody is writing.
    Typing,
    /// Something that we have no word for; stored, and otherwise ignored.
    Unknown,
}

impl fmt::Debug for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Message(_) => "Message",
            Self::Edit { .. } => "Edit",
            Self::Delete { .. } => "Delete",
            Self::Button { .. } => "Button",
            Self::Reaction { .. } => "Reaction",
            Self::Receipt { .. } => "Receipt",
            Self::Typing => "Typing",
            Self::Unknown => "Unknown",
        })
    }
}

/// A message from a person.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct IncomingMessage {
    /// The platform's id of it.
    pub id: String,
    /// What it says; may be empty where there are attachments.
    pub text: String,
    /// The platform's id of the message that it answers.
    pub reply_to: Option<String>,
    /// Files.
    pub attachments: Vec<IncomingAttachment>,
    /// Names the album that it is a part of: the parts are one message to everybody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
    /// A place that was shared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<SharedLocation>,
    /// Somebody's name and number that was shared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card: Option<ContactCard>,
}

impl fmt::Debug for IncomingMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncomingMessage").field("attachments", &self.attachments.len()).finish_non_exhaustive()
    }
}

/// A file on an incoming message. Nothing of it is to be trusted; the address is fetched through the guard only.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct IncomingAttachment {
    /// Where its bytes are: an address, or a reference that the channel's [`locate`](crate::CustomerChannel::locate) understands.
    pub url: String,
    /// What the sender calls it.
    pub name: Option<String>,
    /// Media type as claimed.
    pub content_type: Option<String>,
}

impl fmt::Debug for IncomingAttachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncomingAttachment").finish_non_exhaustive()
    }
}

/// How far a message of ours got, as the platform tells us later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptStatus {
    /// It stands on the person's device.
    Delivered,
    /// The person has seen it.
    Read,
    /// The platform took it and could not deliver it.
    Failed,
}
