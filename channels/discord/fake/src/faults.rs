//! What goes wrong with calls, by a script.

use std::time::Duration;

/// What goes wrong with one call.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Discord has trouble of its own: this status, and an HTML page, with these headers.
    Status(u16, Vec<(&'static str, String)>),
    /// Refused with a status, Discord's own number and words; it has no effect.
    Refused(u16, u64, String),
    /// Refused for now: wait this many seconds; for everything, if `global`.
    RetryAfter {
        /// Seconds, with their fraction.
        seconds: f64,
        /// The limit is the bot's, not the bucket's.
        global: bool,
    },
    /// Carried out and answered, after this long.
    Delay(Duration),
    /// Never answered, and without effect.
    Hang,
    /// The connection breaks before anything happens.
    Reset,
    /// Carried out, then the connection breaks without an answer.
    ResetAfterEffect,
    /// Carried out, but the answer breaks off in the middle of its JSON.
    Malformed,
}

impl Fault {
    /// Trouble of Discord's own.
    pub fn status(status: u16) -> Self {
        Self::Status(status, Vec::new())
    }

    /// The person takes no direct messages.
    pub fn blocked() -> Self {
        Self::Refused(403, 50_007, "Cannot send messages to this user".into())
    }

    /// The bot lacks a permission.
    pub fn missing_permission() -> Self {
        Self::Refused(403, 50_013, "Missing Permissions".into())
    }

    /// The bot does not see the channel.
    pub fn missing_access() -> Self {
        Self::Refused(403, 50_001, "Missing Access".into())
    }

    /// Whether the call is carried out nevertheless.
    pub(crate) fn has_effect(&self) -> bool {
        matches!(self, Self::Delay(_) | Self::ResetAfterEffect | Self::Malformed)
    }
}

/// What was scripted; an empty route means any.
#[derive(Default)]
pub(crate) struct Faults {
    pub next: Vec<(String, u32, Fault)>,
    pub standing: Vec<(String, Fault)>,
}

impl Faults {
    /// What happens to this call.
    pub fn meet(&mut self, route: &str) -> Option<Fault> {
        if let Some(index) = self.next.iter().position(|(name, ..)| name == route || name.is_empty()) {
            let (_, left, fault) = &mut self.next[index];
            let fault = fault.clone();
            *left -= 1;
            if *left == 0 {
                self.next.remove(index);
            }
            return Some(fault);
        }
        self.standing.iter().find(|(name, _)| name == route || name.is_empty()).map(|(_, fault)| fault.clone())
    }
}
