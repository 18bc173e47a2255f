//! What goes wrong, by a script.

use std::collections::BTreeMap;

/// What goes wrong with one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Telegram has trouble of its own: this status, and an HTML page.
    Status(u16),
    /// Refused: this error code and description; it has no effect.
    Refused(u16, String),
    /// Refused for now: wait this many seconds.
    RetryAfter(u32),
    /// The group has become a supergroup with this id; it has no effect.
    Migrated(i64),
    /// Never answered, and without effect.
    Hang,
    /// Carried out, but never answered.
    HangAfterEffect,
    /// The connection breaks before anything happens.
    Reset,
    /// Carried out, then the connection breaks without an answer.
    ResetAfterEffect,
    /// Carried out, but the answer breaks off in the middle of its JSON.
    Malformed,
}

impl Fault {
    /// The person has blocked the bot.
    pub fn blocked() -> Self {
        Self::Refused(403, "Forbidden: bot was blocked by the user".into())
    }

    /// A bad request with this description, such as "message thread not found".
    pub fn bad_request(description: &str) -> Self {
        Self::Refused(400, format!("Bad Request: {description}"))
    }

    /// Somebody else asks for updates too.
    pub fn conflict() -> Self {
        Self::Refused(409, crate::methods::CONFLICT.into())
    }

    /// Whether the call is carried out nevertheless.
    pub(crate) fn has_effect(&self) -> bool {
        matches!(self, Self::HangAfterEffect | Self::ResetAfterEffect | Self::Malformed)
    }
}

/// What was scripted; methods in lower case, an empty one means any.
#[derive(Default)]
pub(crate) struct Faults {
    pub next: Vec<(String, u32, Fault)>,
    pub at: Vec<(String, u32, Fault)>,
    pub standing: BTreeMap<String, Fault>,
    /// The same for calls to one chat: each how often still, or always.
    pub chats: Vec<(i64, String, Option<u32>, Fault)>,
    counts: BTreeMap<String, u32>,
}

impl Faults {
    /// What happens to this call.
    pub fn meet(&mut self, method: &str, chat: Option<i64>) -> Option<Fault> {
        let count = self.counts.entry(method.to_owned()).or_default();
        *count += 1;
        let count = *count;
        if let Some(index) = self.at.iter().position(|(name, at, _)| name == method && *at == count) {
            return Some(self.at.remove(index).2);
        }
        let here = |(known, name, ..): &(i64, String, Option<u32>, Fault)| Some(*known) == chat && name == method;
        if let Some((index, (_, _, left, fault))) = self.chats.iter_mut().enumerate().find(|(_, one)| here(one)) {
            let fault = fault.clone();
            *left = left.map(|left| left - 1);
            if *left == Some(0) {
                self.chats.remove(index);
            }
            return Some(fault);
        }
        if let Some(index) = self.next.iter().position(|(name, ..)| name == method || name.is_empty()) {
            let (_, left, fault) = self.next.get_mut(index)?;
            let fault = fault.clone();
            *left -= 1;
            if *left == 0 {
                self.next.remove(index);
            }
            return Some(fault);
        }
        self.standing.get(method).or_else(|| self.standing.get("")).cloned()
    }
}
