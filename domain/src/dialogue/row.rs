//! Messages in a row: what a customer writes before the bot's answer has left is decided together with what was answered.
//!
//! The dialogue remembers what it was before the latest reply. As long as that reply waits, it can be taken back and the decision be made again, on
//! all that was written. Two questions that each have an answer of their own stay two.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Decision, Dialogue, Effect, Findings, HandoffReason, Phase, turn::Turn};
use crate::{
    conversation::ConversationStatus,
    id::MessageId,
    intent::{self, Intent},
};

/// Most messages that are one question.
const MOST_MESSAGES: u32 = 10;
/// Longest text that they are together, in characters.
const LONGEST: usize = 2_000;

/// The bot's latest reply to words of the customer, and what it was decided on; stored with the dialogue, so fields are only ever added.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Latest {
    /// Our message, once it is made.
    #[serde(default)]
    pub reply: Option<MessageId>,
    /// What the customer wrote, a line each message.
    pub text: String,
    /// The part of it that the reply answers, where it was not understood together.
    #[serde(default)]
    pub part: Option<String>,
    /// How many messages that is.
    pub messages: u32,
    /// It handed the conversation over to people.
    #[serde(default)]
    pub handed_over: bool,
    /// The dialogue before it, without its guard.
    pub before: Dialogue,
}

impl fmt::Debug for Latest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Latest").field("reply", &self.reply).field("messages", &self.messages).finish_non_exhaustive()
    }
}

impl Latest {
    /// Whether the reply may be taken back for a further message, as far as the conversation goes.
    pub fn may_be_joined(&self, status: ConversationStatus, assigned: bool, text: &str) -> bool {
        let is_ours = match status {
            ConversationStatus::Bot => !self.handed_over,
            ConversationStatus::Queued => self.handed_over && !assigned,
            _ => false,
        };
        let is_short = self.messages < MOST_MESSAGES && self.text.chars().count() + text.chars().count() < LONGEST;
        is_ours && is_short && !matches!(intent::detect(text), Some(Intent::Command(_)))
    }

    /// All that the customer wrote, with `text` behind it; a greeting or thanks beside a question is no part of that. A choice among what was offered before
    /// stands for itself: who chooses answers us.
    pub fn joined(&self, text: &str) -> String {
        if self.before.choice(text).is_some() {
            return text.to_owned();
        }
        let mut lines = vec![self.text.trim(), text.trim()];
        lines.retain(|line| !line.is_empty());
        let is_polite = |line: &str| matches!(intent::detect(line), Some(Intent::Greeting | Intent::Thanks));
        if lines.iter().any(|line| !is_polite(line)) {
            lines.retain(|line| !is_polite(line));
        }
        lines.join("\n")
    }

    /// What the reply answers.
    pub fn answered(&self) -> &str {
        self.part.as_deref().unwrap_or(&self.text)
    }

    /// The dialogue as it was before the reply.
    pub fn undone(&self, now: &Dialogue) -> Dialogue {
        Dialogue { guard: now.guard.clone(), ..self.before.clone() }
    }
}

impl Dialogue {
    /// Whether a further message, understood alone as this, asks something else that has an answer of its own: then the latest answer stands.
    pub fn asks_anew(&self, intent: Option<&Intent>, alone: &Findings) -> bool {
        match (&self.phase, intent) {
            (Phase::Answered { .. }, Some(Intent::TicketStatus)) => true,
            (Phase::Answered { slug, .. }, None) => {
                alone.decision == Decision::Answer && alone.candidates.first().is_some_and(|best| best.slug != *slug)
            }
            _ => false,
        }
    }
}

/// What is to be remembered of a turn, if it can be decided again: it says one thing and has changed nothing that others have seen.
pub(super) fn latest(before: &Dialogue, turn: &Turn<'_>, text: &str, messages: u32) -> Option<Box<Latest>> {
    let mut said = 0;
    let mut handed_over = false;
    for effect in &turn.effects {
        match effect {
            Effect::Say(_) => said += 1,
            Effect::HandOff { reason: HandoffReason::NoAnswer, .. } => handed_over = true,
            Effect::Record { .. } | Effect::Reopen => {}
            _ => return None,
        }
    }
    let is_open = matches!(before.phase, Phase::Listening | Phase::Answered { .. } | Phase::Clarifying { .. } | Phase::ProposedClosing);
    if said != 1 || !is_open || text.chars().count() > LONGEST {
        return None;
    }
    let mut before = Dialogue { guard: Default::default(), latest: None, ..before.clone() };
    if turn.effects.contains(&Effect::Reopen) {
        before.phase = Phase::Listening;
    }
    Some(Box::new(Latest { reply: None, text: text.to_owned(), part: None, messages, handed_over, before }))
}
