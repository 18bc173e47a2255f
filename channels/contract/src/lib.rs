#![doc = include_str!("../README.md")]

pub mod blocks;
pub mod calls;
pub mod capabilities;
pub mod clean;
pub mod customer;
pub mod declared;
pub mod error;
pub mod event;
pub mod fields;
pub mod hosted;
pub mod ladder;
pub mod outbound;
pub mod plain;
pub mod provider;
pub mod section;
pub mod split;
pub mod staff;
pub mod tree;
pub mod trusts;
pub mod uploads;

pub use capabilities::{AttachmentLimits, ButtonLimits, Capabilities, Formats, TextUnit, Transport};
pub use customer::{Connection, ConnectionTeller, Customer, CustomerChannel, Location, Mailbox, Mark, PullChannel, PushChannel};
pub use declared::Declared;
pub use error::{ConfigError, EnvelopeError, NormaliseError, Refusal, SendError, VerifyError};
pub use event::{Envelope, Event, EventKind, IncomingAttachment, IncomingMessage, ReceiptStatus, Sender, Side};
pub use fields::Fields;
pub use hosted::{Feed, HostedAnswer, HostedChannel, HostedMailbox, HostedRequest, Kept, KeptFile, NewEntry, Staffed, Woken};
pub use ladder::{Degraded, degrade};
pub use outbound::{Author, OutAttachment, OutButton, Outbound, OutboundKind, OutboundMessage, Sent, SentState, TicketNotice};
pub use provider::{Channel, Files, NoFiles, Pacing, Provider, Surroundings};
pub use section::Section;
pub use trusts::Trusts;
