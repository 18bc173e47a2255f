//! A channel whose platform we are: people's clients reach it over HTTP through the application, and read what was sent from the application's store.

use std::{fmt, net::IpAddr, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, Response};
use tokio_util::sync::CancellationToken;

use crate::{
    customer::{CustomerChannel, Mailbox},
    error::{Refusal, SendError},
};

/// A channel whose platform we are: the person's client reads from us.
///
/// What the outbox sends is kept in the mailbox, under the outbox's key, before [`CustomerChannel::send`] says yes; clients are told from there.
#[async_trait]
pub trait HostedChannel: CustomerChannel {
    /// Serves the clients from the mailbox until `stop`.
    async fn run(&self, mailbox: Arc<dyn HostedMailbox>, stop: CancellationToken) -> Result<(), SendError>;

    /// The longest body that a request may have, in bytes; the application reads no further.
    fn longest_body(&self, method: &Method, path: &str) -> usize;

    /// Answers a client. Everything in the request is a stranger's word, but for `from`.
    async fn serve(&self, request: HostedRequest) -> HostedAnswer;
}

/// A request of a client.
pub struct HostedRequest {
    /// GET, POST and so on.
    pub method: Method,
    /// The path below the channel's own address, without a slash in front.
    pub path: String,
    /// The query, without the question mark.
    pub query: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The whole body; none where it was too long or broke off.
    pub body: Option<Bytes>,
    /// Whose request it is, for limits: the client's address, as far as the proxies in front are believed.
    pub from: IpAddr,
}

impl HostedRequest {
    /// A header's value, where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl fmt::Debug for HostedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostedRequest").field("method", &self.method).finish_non_exhaustive()
    }
}

/// What a client is answered.
pub enum HostedAnswer {
    /// All of it at once.
    Whole(Response<Bytes>),
    /// Piece by piece, for as long as both sides like. The connection then costs what the feed holds, and little more.
    Live {
        /// The headers of the answer, whose status is 200.
        headers: HeaderMap,
        /// What follows.
        feed: Box<dyn Feed>,
    },
}

/// An answer that goes on.
#[async_trait]
pub trait Feed: Send {
    /// The next piece, when there is one; none ends the answer. Cancelling it loses nothing.
    async fn next(&mut self) -> Option<Bytes>;
}

/// A mailbox that keeps what is sent, for clients to read.
#[async_trait]
pub trait HostedMailbox: Mailbox {
    /// Keeps an entry and answers its sequence number; under a key that the thread knows already, nothing changes and the first one's number is the answer.
    async fn keep(&self, entry: NewEntry) -> Result<Kept, Refusal>;

    /// The entries of a thread behind this sequence number, oldest first, at most `limit`.
    async fn read(&self, thread: &str, after: u64, limit: usize) -> Result<Vec<Kept>, Refusal>;

    /// The newest entries of a thread, or the newest before this sequence number; oldest first, at most `limit`.
    async fn read_back(&self, thread: &str, before: Option<u64>, limit: usize) -> Result<Vec<Kept>, Refusal>;

    /// The entry of a thread with this name.
    async fn find(&self, thread: &str, name: &str) -> Result<Option<Kept>, Refusal>;

    /// Returns when there may be something behind this sequence number, or a sign was shown; the caller sets a deadline.
    async fn wait(&self, thread: &str, after: u64) -> Woken;

    /// Shows a sign that is not kept to whoever waits on the thread.
    async fn show_typing(&self, thread: &str) -> Result<(), Refusal>;

    /// Keeps a file of a person's. Its address opens for whoever has it; on a message of this channel it stands for the kept bytes.
    async fn keep_file(&self, name: &str, content: Bytes) -> Result<KeptFile, Refusal>;

    /// A signature that only this installation makes; good for this channel and purpose.
    fn sign(&self, purpose: &str, bytes: &[u8]) -> String;

    /// Whether [`sign`](Self::sign) made it, in constant time.
    fn verify(&self, purpose: &str, bytes: &[u8], signature: &str) -> bool;

    /// Whether people answer now.
    fn staffed(&self) -> Staffed;

    /// Key of the region in which a network address lies, as far as the operator has a file that says so.
    fn region_of(&self, address: IpAddr) -> Option<String>;
}

/// Something to be kept for the clients of a thread.
#[derive(Clone)]
pub struct NewEntry {
    /// The platform's id of the thread.
    pub thread: String,
    /// Unique in the thread for ever.
    pub key: String,
    /// The message that it is, by the id that clients know.
    pub name: Option<String>,
    /// What clients are told: the channel's own JSON.
    pub body: Box<str>,
    /// An earlier entry, by its name, and what it says from now on: what was changed or taken back does not stay where it was.
    pub amends: Option<(String, Box<str>)>,
}

/// An entry as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// Grows within the thread; a client goes on from the last one that it saw.
    pub sequence: u64,
    /// When it was kept.
    pub at: DateTime<Utc>,
    /// What clients are told.
    pub body: Box<str>,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("sequence", &self.sequence).finish_non_exhaustive()
    }
}

/// Why a wait is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// There may be something to read.
    News,
    /// Somebody writes an answer.
    Typing,
}

/// A file of a person's that was kept.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// Its address.
    pub url: String,
    /// What it is called.
    pub name: String,
    /// Media type, as found in its bytes.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
}

impl fmt::Debug for KeptFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptFile").field("size", &self.size).finish_non_exhaustive()
    }
}

/// Whether people answer now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staffed {
    /// They do.
    pub open: bool,
    /// When they do again, if that is known.
    pub opens_at: Option<DateTime<Utc>>,
}
