//! What goes out: one row of the outbox, and what became of sending it.

use std::fmt;

use bellhop_domain::ticket::TicketStatus;
use serde::{Deserialize, Serialize};

/// One thing to send. This is what lies in the outbox as JSON: add fields with a default, never rename.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbound {
    /// What it is.
    pub kind: OutboundKind,
    /// The idempotency key (`out-…`): the same on every try, given to a platform that takes one.
    pub id: String,
    /// The platform's id of the thread.
    pub thread: String,
    /// The message; absent with [`OutboundKind::Typing`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<OutboundMessage>,
    /// The ticket that it is a notice about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketNotice>,
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound").field("kind", &self.kind).field("id", &self.id).finish_non_exhaustive()
    }
}

/// What an [`Outbound`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboundKind {
    /// Something new to read.
    Message,
    /// New text for a message that was sent.
    Edit,
    /// Takes a message back that was sent.
    Delete,
    /// Shows that an answer is being written.
    Typing,
    /// Shows that the person's message was seen; `message` names theirs.
    Read,
}

impl OutboundKind {
    /// The word on the wire and in the documentation.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Typing => "typing",
            Self::Read => "read",
        }
    }
}

/// A message on its way out. With `Delete` and `Read` only the two ids count.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboundMessage {
    /// Our id of it.
    pub id: String,
    /// Who says it.
    pub author: Author,
    /// What it says, in light Markdown: bold, italics, strike-through, code, links, lists, quotes.
    #[serde(default)]
    pub text: String,
    /// The platform's id of the message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Choices below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<OutButton>,
    /// Files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<OutAttachment>,
    /// The platform's id of it, with `Edit`, `Delete` and `Read`, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

impl fmt::Debug for OutboundMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboundMessage").field("id", &self.id).field("author", &self.author).finish_non_exhaustive()
    }
}

/// Who says a message, as the customer is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The bot.
    Bot,
    /// A person who works here.
    Agent,
    /// A notice that nobody wrote.
    System,
}

/// A choice below a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutButton {
    /// Opaque, at most 32 bytes; comes back when it is pressed.
    pub id: String,
    /// What it says.
    pub label: String,
}

/// A file on a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutAttachment {
    /// Where the platform, or the person, can get it.
    pub url: String,
    /// What it is called.
    pub name: String,
    /// Media type.
    pub content_type: String,
}

impl fmt::Debug for OutAttachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutAttachment").field("content_type", &self.content_type).finish_non_exhaustive()
    }
}

/// What a notice about a ticket says to a program that reads it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketNotice {
    /// Its number (`T-1`).
    pub number: String,
    /// Key of its template.
    pub template: String,
    /// Where it is.
    pub status: TicketStatus,
    /// Key of the template's own stage.
    #[serde(default)]
    pub stage: Option<String>,
    /// The customer's page about it; whoever has the link may look.
    pub tracking_url: String,
}

impl fmt::Debug for TicketNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TicketNotice").field("number", &self.number).field("status", &self.status).finish_non_exhaustive()
    }
}

/// What the platform said when it took something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The platform's id of the message, where it gives one.
    pub external_id: Option<String>,
    /// How far it is.
    pub state: SentState,
}

/// How far something is that the platform took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentState {
    /// The platform has it; a receipt may follow.
    Sent,
    /// The person has it, as far as can be known.
    Delivered,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// One of everything that the outbox can hold.
    fn notice() -> Outbound {
        Outbound {
            kind: OutboundKind::Message,
            id: "out-1".into(),
            thread: "thread-42".into(),
            message: Some(OutboundMessage {
                id: "msg_1".into(),
                author: Author::System,
                text: "Your ticket is **T-1**.".into(),
                reply_to: Some("m-1".into()),
                buttons: vec![OutButton { id: "b1".into(), label: "Talk to a person".into() }],
                attachments: vec![OutAttachment {
                    url: "https://desk.example/files/1".into(),
                    name: "label.pdf".into(),
                    content_type: "application/pdf".into(),
                }],
                external_id: Some("x-1".into()),
            }),
            ticket: Some(TicketNotice {
                number: "T-1".into(),
                template: "refund".into(),
                status: TicketStatus::WaitingCustomer,
                stage: None,
                tracking_url: "https://desk.example/t/abc".into(),
            }),
        }
    }

    #[test]
    fn what_lies_in_the_outbox_keeps_its_shape() {
        insta::assert_json_snapshot!(notice());
        let typing = Outbound { kind: OutboundKind::Typing, message: None, ticket: None, ..notice() };
        insta::assert_json_snapshot!("typing", typing);
    }

    #[test]
    fn what_lies_in_the_outbox_is_read_back_unchanged() {
        let json = serde_json::to_string(&notice()).unwrap();
        assert_eq!(serde_json::from_str::<Outbound>(&json).unwrap(), notice());
    }

    #[test]
    fn debug_shows_nothing_that_anybody_wrote() {
        let shown = format!("{:?} {:?} {:?}", notice(), notice().message, notice().ticket);
        for secret in ["Your ticket", "label.pdf", "thread-42", "/t/abc"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
