#![doc = include_str!("../README.md")]

mod answers;
mod client;
mod colours;
mod config;
mod entries;
mod feed;
mod identity;
mod incoming;
mod limits;
mod outgoing;
mod page;
mod serve;
mod session;

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use bellhop_channel::{
    AttachmentLimits, ButtonLimits, Capabilities, Channel, ConfigError, Connection, Customer, CustomerChannel, Declared, Event, Formats,
    HostedAnswer, HostedChannel, HostedMailbox, HostedRequest, NormaliseError, Outbound, Pacing, Provider, SendError, Sent, Surroundings, TextUnit,
    Transport, Trusts,
};
use http::Method;
use tokio_util::sync::CancellationToken;

use config::Config;
use limits::Limits;
use serve::{Desk, LONGEST_BODY, Now};

/// The registry's entry for `kind = "webchat"`.
pub struct Webchat;

impl Provider for Webchat {
    fn kind(&self) -> &'static str {
        "webchat"
    }

    fn declares(&self) -> Declared {
        Declared { customer: CAPABILITIES, other_transports: &[], staff: None }
    }

    fn build(&self, name: &str, section: &serde_json::Value, surroundings: &Surroundings) -> Result<Channel, ConfigError> {
        let config = config::read(name, section, &surroundings.root)?;
        let channel = WebchatChannel {
            name: name.to_owned(),
            loader: client::loader(&config),
            config,
            limits: Limits::new(),
            now: Arc::clone(&surroundings.now),
            mailbox: RwLock::default(),
        };
        Ok(Channel { customer: Some(Customer::Hosted(Arc::new(channel))), staff: None })
    }
}

/// One configured chat.
struct WebchatChannel {
    name: String,
    config: Config,
    loader: client::Asset,
    limits: Limits,
    now: Now,
    /// The application's end, while it runs the channel.
    mailbox: RwLock<Option<Arc<dyn HostedMailbox>>>,
}

impl WebchatChannel {
    fn mailbox(&self) -> Option<Arc<dyn HostedMailbox>> {
        self.mailbox.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put_mailbox(&self, mailbox: Option<Arc<dyn HostedMailbox>>) {
        *self.mailbox.write().unwrap_or_else(PoisonError::into_inner) = mailbox;
    }
}

const CAPABILITIES: Capabilities = Capabilities {
    transport: Transport::Hosted,
    max_text: 16_384,
    text_unit: TextUnit::Chars,
    formats: Formats::Markdown,
    buttons: Some(ButtonLimits { count: 20, label: 200, id_bytes: 32 }),
    attachments: Some(AttachmentLimits { count: 20 }),
    edits: true,
    deletes: true,
    typing: true,
    read: true,
    replies: true,
    reactions_in: false,
    receipts: true,
    idempotent_sends: true,
    live_cards: true,
};

/// How often limits forget who has been quiet.
const TIDY: Duration = Duration::from_secs(600);

#[async_trait]
impl CustomerChannel for WebchatChannel {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn trusts(&self) -> &Trusts {
        &self.config.trusts
    }

    fn pacing(&self) -> Pacing {
        Pacing { max_per_second: None, per_thread: None, give_up_after: Duration::from_secs(24 * 3600) }
    }

    fn normalise(&self, raw: &str) -> Result<Event, NormaliseError> {
        incoming::normalise(raw)
    }

    async fn send(&self, outbound: &Outbound) -> Result<Sent, SendError> {
        CAPABILITIES.check(outbound)?;
        let starting = || SendError::Retry { after: Some(Duration::from_secs(1)), reason: "the channel is just starting".to_owned() };
        let mailbox = self.mailbox().ok_or_else(starting)?;
        outgoing::send(mailbox.as_ref(), outbound).await
    }
}

#[async_trait]
impl HostedChannel for WebchatChannel {
    async fn run(&self, mailbox: Arc<dyn HostedMailbox>, stop: CancellationToken) -> Result<(), SendError> {
        self.put_mailbox(Some(Arc::clone(&mailbox)));
        mailbox.connection(Connection::Up);
        drop(mailbox);
        while tokio::time::timeout(TIDY, stop.cancelled()).await.is_err() {
            self.limits.forget_quiet();
        }
        self.put_mailbox(None);
        Ok(())
    }

    fn longest_body(&self, method: &Method, path: &str) -> usize {
        match (method, path) {
            (&Method::POST, "files") => self.config.file_bytes,
            (&Method::POST, _) => LONGEST_BODY,
            _ => 0,
        }
    }

    async fn serve(&self, request: HostedRequest) -> HostedAnswer {
        let desk = Desk { config: &self.config, loader: &self.loader, limits: &self.limits, now: &self.now, mailbox: self.mailbox() };
        desk.serve(request).await
    }
}
