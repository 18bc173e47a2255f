//! What goes wrong, sorted by what is to be done about it. Reasons are read by people and logged: never a text, name, address or token in them.

use std::time::Duration;

/// Why something was not sent. Only the adapter sorts a platform's errors; only the outbox decides what follows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It may work later: no connection, a timeout, the platform's own failure.
    #[error("{reason}")]
    Retry {
        /// The pause that the platform asks for; without it the outbox chooses one that grows.
        after: Option<Duration>,
        /// What happened.
        reason: String,
    },
    /// The platform wants us to slow down: nothing on this channel before the pause is over.
    #[error("{reason}")]
    Limited {
        /// The pause that the platform asks for.
        after: Duration,
        /// What happened.
        reason: String,
    },
    /// The platform does not take this one; others it may.
    #[error("{reason}")]
    Refused {
        /// What happened.
        reason: String,
        /// How many tries to make in all before giving up; 1 means that another is pointless.
        tries: u8,
    },
    /// The platform takes nothing any more (revoked token, 410): pause the channel, keep its queue, raise an alarm.
    #[error("{reason}")]
    ChannelStopped {
        /// What happened.
        reason: String,
    },
}

/// Why a stored event cannot be read; it goes to the dead letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct NormaliseError {
    /// Where in the event, as a path (`message.text`).
    pub field: String,
    /// What is wrong there.
    pub problem: String,
}

/// Why a request is not from the platform; the answer is 401 whatever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A header that the signature needs is absent or unreadable.
    #[error("the header {0} is missing or unreadable")]
    Header(&'static str),
    /// The timestamp is too old or too far ahead.
    #[error("the timestamp is more than {tolerance_seconds} seconds away from our clock")]
    Time {
        /// How far it may be away.
        tolerance_seconds: i64,
    },
    /// No secret of ours makes this signature.
    #[error("the signature does not fit")]
    Signature,
}

/// Why a request holds no event; the answer is 400 and names the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct EnvelopeError {
    /// Where in the body, as a path (`sender.id`); `body` for the whole.
    pub field: String,
    /// What is wrong there.
    pub problem: String,
}

/// Why the application does not take events now; nothing of the batch was kept, offer it again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Too much is waiting.
    #[error("the intake is full")]
    Full {
        /// When to come back.
        retry_after: Duration,
    },
    /// The events could not be stored.
    #[error("the events could not be stored: {0}")]
    Storage(String),
    /// The application is shutting down, or another node has taken the channel over.
    #[error("the channel is no longer run here")]
    Stopping,
}

/// A configuration value that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("channels.{channel}.{key}: {problem}")]
pub struct ConfigError {
    /// Name of the channel.
    pub channel: String,
    /// The key in the channel's section.
    pub key: String,
    /// What is wrong, and what is allowed.
    pub problem: String,
}

impl ConfigError {
    /// A problem with `key` of the section `[channels.CHANNEL]`.
    pub fn new(channel: &str, key: &str, problem: impl Into<String>) -> Self {
        Self { channel: channel.to_owned(), key: key.to_owned(), problem: problem.into() }
    }
}
