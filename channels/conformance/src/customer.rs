//! What every customer channel must do. An adapter's `tests/it.rs` writes a [`Harness`] and calls [`customer_suite!`](crate::customer_suite).

mod faults;
mod limits;
mod payloads;

use std::{sync::Arc, time::Duration};

use bellhop_channel::{Author, CustomerChannel, Envelope, OutAttachment, OutButton, Outbound, OutboundKind, OutboundMessage, PushChannel, SendError};

use crate::fake::Fault;

pub use faults::{a_repeat_carries_the_same_key, each_fault_is_sorted, what_was_lost_on_the_way_can_be_sent_again};
pub use limits::{declared_capabilities_work_at_their_limit, the_ladder_makes_everything_fit, what_is_not_declared_is_refused};
pub use payloads::{a_repeat_of_an_event_keeps_its_key, broken_events_never_panic, recordings_are_read, what_is_declared_to_arrive_is_recorded};

/// A channel under test and the fake platform that it reaches.
pub trait Harness: Send + Sync {
    /// Makes the next calls to the fake platform meet these, one each; the channel reaches nothing else.
    fn script(&self, faults: Vec<Fault>);

    /// How many calls the fake got so far, faults included.
    fn calls(&self) -> usize;

    /// The idempotency key of each call so far that sends, where the platform takes one.
    fn keys(&self) -> Vec<Option<String>>;

    /// The channel, with a time limit of at most a second for a try.
    fn channel(&self) -> Arc<dyn CustomerChannel>;

    /// The same channel where its platform calls us.
    fn push(&self) -> Option<Arc<dyn PushChannel>>;

    /// Raw events as the platform sends them, at least one of each kind that it can send.
    fn recordings(&self) -> Vec<String>;

    /// A thread that the fake knows.
    fn thread(&self) -> String;

    /// How many things the platform shows to people, repeats not counted.
    fn shown(&self) -> usize;

    /// Whether an event is kept on purpose although it cannot be read, so that it lands among the dead letters instead of holding others up.
    fn unreadable(&self, envelope: &Envelope) -> bool {
        let _ = envelope;
        false
    }

    /// How the platform's faults look and what they mean; most platforms are [usual](Case::usual).
    fn expected(&self, case: Case) -> (Fault, Class) {
        case.usual()
    }
}

/// A fault that every platform knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// Too fast, with a pause named.
    RateLimited,
    /// The platform's own failure.
    ServerError,
    /// Down for now, with a pause named.
    Unavailable,
    /// No answer in time.
    Timeout,
    /// The connection breaks.
    Reset,
    /// This message is malformed.
    BadRequest,
    /// The person does not take our messages.
    Forbidden,
    /// The thread is gone.
    NotFound,
    /// The whole channel is gone: a revoked token, a closed endpoint.
    Gone,
}

impl Case {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::RateLimited,
        Self::ServerError,
        Self::Unavailable,
        Self::Timeout,
        Self::Reset,
        Self::BadRequest,
        Self::Forbidden,
        Self::NotFound,
        Self::Gone,
    ];

    /// The fault and its meaning on a platform that speaks plain HTTP.
    pub fn usual(self) -> (Fault, Class) {
        match self {
            Self::RateLimited => (Fault::retry_after(429, "30"), Class::Limited { after: Duration::from_secs(30) }),
            Self::ServerError => (Fault::status(500), Class::Retry { after: None }),
            Self::Unavailable => (Fault::retry_after(503, "7"), Class::Retry { after: Some(Duration::from_secs(7)) }),
            Self::Timeout => (Fault::Hang, Class::Retry { after: None }),
            Self::Reset => (Fault::Reset, Class::Retry { after: None }),
            Self::BadRequest => (Fault::status(400), Class::Refused),
            Self::Forbidden => (Fault::status(403), Class::Refused),
            Self::NotFound => (Fault::status(404), Class::Refused),
            Self::Gone => (Fault::status(410), Class::ChannelStopped),
        }
    }
}

/// A [`SendError`] without its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Later.
    Retry {
        /// After the pause that the platform names.
        after: Option<Duration>,
    },
    /// The whole channel later.
    Limited {
        /// After this pause.
        after: Duration,
    },
    /// Never this one.
    Refused,
    /// Nothing any more.
    ChannelStopped,
}

impl From<SendError> for Class {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Retry { after, .. } => Self::Retry { after },
            SendError::Limited { after, .. } => Self::Limited { after },
            SendError::Refused { .. } => Self::Refused,
            SendError::ChannelStopped { .. } => Self::ChannelStopped,
        }
    }
}

/// Makes one test of each check; `$harness` is a future that makes a fresh [`Harness`].
#[macro_export]
macro_rules! customer_suite {
    ($harness:expr) => {
        $crate::customer_suite!(@tests $harness,
            declared_capabilities_work_at_their_limit,
            what_is_not_declared_is_refused,
            the_ladder_makes_everything_fit,
            each_fault_is_sorted,
            a_repeat_carries_the_same_key,
            what_was_lost_on_the_way_can_be_sent_again,
            recordings_are_read,
            a_repeat_of_an_event_keeps_its_key,
            what_is_declared_to_arrive_is_recorded,
            broken_events_never_panic,
        );
    };
    (@tests $harness:expr, $($check:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $check() {
                $crate::customer::$check(&$harness.await).await;
            }
        )+
    };
}

/// A message to the harness's thread; `number` makes its key.
fn message(harness: &impl Harness, number: usize, text: impl Into<String>) -> Outbound {
    Outbound {
        kind: OutboundKind::Message,
        id: format!("out-{number}"),
        thread: harness.thread(),
        message: Some(OutboundMessage {
            id: format!("msg_{number}"),
            author: Author::Bot,
            text: text.into(),
            reply_to: None,
            buttons: Vec::new(),
            attachments: Vec::new(),
            external_id: None,
        }),
        ticket: None,
    }
}

fn button(number: usize, id_bytes: usize, label: usize) -> OutButton {
    OutButton { id: format!("{number:0id_bytes$}"), label: "é".repeat(label) }
}

fn file(number: usize) -> OutAttachment {
    OutAttachment { url: format!("https://desk.example/files/{number}.png"), name: format!("{number}.png"), content_type: "image/png".into() }
}
