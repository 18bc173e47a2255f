//! A channel on which people write to us, and the four ways in which their events arrive.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use http::HeaderMap;
use tokio_util::sync::CancellationToken;

use crate::{
    capabilities::Capabilities,
    error::{EnvelopeError, NormaliseError, Refusal, SendError, VerifyError},
    event::{Envelope, Event},
    hosted::HostedChannel,
    outbound::{Outbound, Sent},
    provider::Pacing,
    trusts::Trusts,
};

/// Messages with people: one configured account on a platform.
#[async_trait]
pub trait CustomerChannel: Send + Sync {
    /// Its name in the configuration (`shop` in `[channels.shop]`).
    fn name(&self) -> &str;

    /// What it can do.
    fn capabilities(&self) -> &Capabilities;

    /// What of a sender is fact here.
    fn trusts(&self) -> &Trusts;

    /// How fast and for how long the outbox may try.
    fn pacing(&self) -> Pacing;

    /// Reads a stored event. Pure: no I/O, the same answer for ever; what it does not know is [`EventKind::Unknown`](crate::EventKind::Unknown).
    fn normalise(&self, raw: &str) -> Result<Event, NormaliseError>;

    /// Sends one thing that [`degrade`](crate::degrade) has made fit; what the platform cannot take is [`SendError::Refused`].
    ///
    /// One try with a time limit of its own; cancelling it is safe and leaves open whether it arrived.
    async fn send(&self, outbound: &Outbound) -> Result<Sent, SendError>;

    /// Where the bytes behind an [`IncomingAttachment::url`](crate::IncomingAttachment) are now.
    ///
    /// The default is for platforms that send addresses. One that sends ids of files asks for the address here, so that no token
    /// and no address that expires is ever stored.
    async fn locate(&self, reference: &str) -> Result<Location, SendError> {
        Ok(Location::Outside(reference.to_owned()))
    }
}

/// Where the bytes of an attachment are.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// An address that a stranger may have chosen: fetched through the guard.
    Outside(String),
    /// Below the platform's configured base address, which is the operator's word: fetched without the guard, never shown, stored or logged.
    Platform(String),
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Outside(_) => "Outside",
            Self::Platform(_) => "Platform",
        })
    }
}

/// A channel whose platform calls us.
#[async_trait]
pub trait PushChannel: CustomerChannel {
    /// Whether the request comes from the platform, by its raw body.
    fn verify(&self, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<(), VerifyError>;

    /// Reads what is needed to store the event, and no more.
    fn envelope(&self, body: &[u8]) -> Result<Envelope, EnvelopeError>;

    /// Tells the platform at the start where to call us, where that is done by a call; `address` is the public address of this channel's events.
    ///
    /// A failure is shown as the channel's state and tried again with growing pauses; nothing else waits for it.
    async fn announce(&self, address: &str) -> Result<(), SendError> {
        let _the_operator_says_it_on_the_platform = address;
        Ok(())
    }
}

/// A channel that fetches: it asks the platform, or holds a connection to it.
#[async_trait]
pub trait PullChannel: CustomerChannel {
    /// Fetches until `stop`, and tells the platform yes only after the mailbox has.
    ///
    /// Returns early only when going on is pointless (a revoked token); connection failures it sits out itself.
    async fn run(&self, mailbox: Arc<dyn Mailbox>, stop: CancellationToken) -> Result<(), SendError>;
}

/// Where a channel puts events; the application has the other end.
#[async_trait]
pub trait Mailbox: Send + Sync {
    /// Takes events in this order; returns only when all of them are durable (repeats included) or none was kept.
    async fn accept(&self, envelopes: Vec<Envelope>) -> Result<(), Refusal>;

    /// [`accept`](Self::accept), and keeps with the events how far the channel has come: both are durable when this returns, or neither is.
    async fn accept_marked(&self, envelopes: Vec<Envelope>, marks: Vec<Mark>) -> Result<(), Refusal>;

    /// How far the channel had come: every mark that is kept, in no order.
    async fn marks(&self) -> Result<Vec<Mark>, Refusal>;

    /// Says how the connection to the platform is, each time that it changes; operators read it.
    fn connection(&self, state: Connection);
}

/// How far a channel has come on a platform that does not remember it for us: what has to be asked for again after a restart begins there.
#[derive(Clone, PartialEq, Eq)]
pub struct Mark {
    /// The platform's id of the thread that it is about; none for the channel as a whole.
    pub thread: Option<String>,
    /// The adapter's own words; none takes the mark away.
    pub value: Option<String>,
}

impl fmt::Debug for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mark").field("whole", &self.thread.is_none()).finish_non_exhaustive()
    }
}

/// How the connection of a [`PullChannel`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// Events arrive.
    Up,
    /// Events do not arrive now; it is tried again.
    Troubled {
        /// Why, and what an operator can do about it.
        reason: String,
    },
}

/// Tells operators how a connection is, each time that it changes.
pub struct ConnectionTeller<'a> {
    mailbox: &'a dyn Mailbox,
    told: Option<Connection>,
}

impl<'a> ConnectionTeller<'a> {
    /// Through this mailbox.
    pub fn new(mailbox: &'a dyn Mailbox) -> Self {
        Self { mailbox, told: None }
    }

    /// Events arrive.
    pub fn up(&mut self) {
        self.tell(Connection::Up);
    }

    /// They do not, and why.
    pub fn troubled(&mut self, reason: String) {
        self.tell(Connection::Troubled { reason });
    }

    fn tell(&mut self, state: Connection) {
        if self.told.as_ref() != Some(&state) {
            self.mailbox.connection(state.clone());
            self.told = Some(state);
        }
    }
}

/// A customer channel by the way its events arrive.
#[derive(Clone)]
pub enum Customer {
    /// The platform calls us.
    Push(Arc<dyn PushChannel>),
    /// We poll, or hold a connection.
    Pull(Arc<dyn PullChannel>),
    /// We are the platform.
    Hosted(Arc<dyn HostedChannel>),
}

impl Customer {
    /// The channel, however its events arrive.
    pub fn channel(&self) -> Arc<dyn CustomerChannel> {
        match self {
            Self::Push(channel) => channel.clone(),
            Self::Pull(channel) => channel.clone(),
            Self::Hosted(channel) => channel.clone(),
        }
    }
}
