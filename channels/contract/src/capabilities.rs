//! What a platform can show, as data: the ladder obeys it, the conformance suite checks it both ways.

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::{
    error::SendError,
    outbound::{Outbound, OutboundKind},
};

/// What a channel can do. What is declared works at its limit; what is not is refused by the adapter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Capabilities {
    /// How events arrive.
    pub transport: Transport,
    /// The longest text of one message, counted in [`text_unit`](Self::text_unit).
    pub max_text: usize,
    /// What `max_text` counts.
    pub text_unit: TextUnit,
    /// What becomes of light Markdown.
    pub formats: Formats,
    /// Choices below a message.
    pub buttons: Option<ButtonLimits>,
    /// Files on a message.
    pub attachments: Option<AttachmentLimits>,
    /// A sent message can be changed.
    pub edits: bool,
    /// A sent message can be taken back.
    pub deletes: bool,
    /// It can be shown that an answer is being written.
    pub typing: bool,
    /// It can be shown that a message was seen.
    pub read: bool,
    /// A message can point at the one that it answers.
    pub replies: bool,
    /// Reactions of people arrive.
    pub reactions_in: bool,
    /// The platform tells later what became of a message.
    pub receipts: bool,
    /// The platform takes our key: a repeated send is shown once.
    pub idempotent_sends: bool,
    /// A change of a message is seen where it stands, by a person: what moves (where a ticket is) is shown as one message that changes. A program on
    /// the other side wants a message for each move.
    pub live_cards: bool,
}

impl Capabilities {
    /// Whether a text fits in one message.
    pub fn fits(&self, text: &str) -> bool {
        // No unit counts more than the bytes, which are known already.
        text.len() <= self.max_text || self.text_unit.count(text) <= self.max_text
    }

    /// Refuses what is not declared or over its limit; every adapter asks this before it sends.
    pub fn check(&self, outbound: &Outbound) -> Result<(), SendError> {
        let refused = |reason: String| Err(SendError::Refused { reason, tries: 1 });
        let able = match outbound.kind {
            OutboundKind::Message => true,
            OutboundKind::Edit => self.edits,
            OutboundKind::Delete => self.deletes,
            OutboundKind::Typing => self.typing,
            OutboundKind::Read => self.read,
        };
        if !able {
            return refused(format!("the channel cannot send {:?}", outbound.kind.as_str()));
        }
        let Some(message) = &outbound.message else {
            return match outbound.kind {
                OutboundKind::Typing => Ok(()),
                kind => refused(format!("{:?} needs a message", kind.as_str())),
            };
        };
        if !matches!(outbound.kind, OutboundKind::Message | OutboundKind::Edit) {
            return Ok(());
        }
        if !self.fits(&message.text) {
            return refused(format!("the text is longer than {} {}", self.max_text, self.text_unit.as_str()));
        }
        if message.text.trim().is_empty() && message.buttons.is_empty() && message.attachments.is_empty() {
            return refused("there is nothing in the message".to_owned());
        }
        if message.reply_to.is_some() && !self.replies {
            return refused("the channel cannot show what a message answers".to_owned());
        }
        if message.attachments.len() > self.attachments.map_or(0, |limits| limits.count) {
            return refused(format!("the channel cannot show {} files on a message", message.attachments.len()));
        }
        let limits = self.buttons.unwrap_or(ButtonLimits { count: 0, label: 0, id_bytes: 0 });
        if message.buttons.len() > limits.count {
            return refused(format!("the channel cannot show {} buttons below a message", message.buttons.len()));
        }
        for button in &message.buttons {
            if button.id.len() > limits.id_bytes || button.label.chars().count() > limits.label {
                return refused(format!("a button's id is over {} bytes or its label over {} characters", limits.id_bytes, limits.label));
            }
        }
        Ok(())
    }
}

/// How events arrive, and how the adapter is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// The platform calls us.
    Push,
    /// We ask the platform.
    Poll,
    /// We hold a connection to the platform.
    Gateway,
    /// We are the platform: the person's client reads from us.
    Hosted,
}

/// What a platform counts when it limits a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TextUnit {
    /// Bytes of UTF-8.
    Bytes,
    /// Code units of UTF-16: an emoji counts two or more.
    Utf16,
    /// Unicode scalar values.
    Chars,
    /// Grapheme clusters: what a person takes for one character.
    Graphemes,
}

impl TextUnit {
    /// What it is called where a person reads it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Utf16 => "UTF-16 units",
            Self::Chars => "characters",
            Self::Graphemes => "graphemes",
        }
    }

    /// The length of a text.
    pub fn count(self, text: &str) -> usize {
        match self {
            Self::Bytes => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Chars => text.chars().count(),
            Self::Graphemes => text.graphemes(true).count(),
        }
    }
}

/// What becomes of light Markdown on a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Formats {
    /// It is shown as formatting, in whatever way the adapter writes it.
    Markdown,
    /// Text only: the ladder takes the marks off and writes links out.
    Plain,
}

/// How many choices fit below a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ButtonLimits {
    /// At most this many.
    pub count: usize,
    /// Longest label, in Unicode scalar values.
    pub label: usize,
    /// Longest id, in bytes.
    pub id_bytes: usize,
}

/// How many files fit on a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AttachmentLimits {
    /// At most this many.
    pub count: usize,
}
