#![doc = include_str!("../README.md")]

mod config;
mod incoming;
mod outgoing;
mod sending;
pub mod signature;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bellhop_channel::{
    AttachmentLimits, ButtonLimits, Capabilities, Channel, ConfigError, Customer, CustomerChannel, Declared, Envelope, EnvelopeError, Event, Formats,
    NormaliseError, Outbound, Pacing, Provider, PushChannel, SendError, Sent, Surroundings, TextUnit, Transport, Trusts, VerifyError,
};
use chrono::{DateTime, Utc};
use http::HeaderMap;

use signature::Secrets;

/// The registry's entry for `kind = "webhook"`.
pub struct Webhook;

impl Provider for Webhook {
    fn kind(&self) -> &'static str {
        "webhook"
    }

    fn declares(&self) -> Declared {
        Declared { customer: CAPABILITIES, other_transports: &[], staff: None }
    }

    fn build(&self, name: &str, section: &serde_json::Value, surroundings: &Surroundings) -> Result<Channel, ConfigError> {
        let channel = WebhookChannel::new(name, section, surroundings)?;
        Ok(Channel { customer: Some(Customer::Push(Arc::new(channel))), staff: None })
    }
}

/// One configured webhook channel.
struct WebhookChannel {
    name: String,
    secrets: Secrets,
    trusts: Trusts,
    pacing: Pacing,
    sender: sending::Sender,
}

impl WebhookChannel {
    /// Builds the channel from its section of the configuration.
    fn new(name: &str, section: &serde_json::Value, surroundings: &Surroundings) -> Result<Self, ConfigError> {
        let config = config::read(name, section, &surroundings.root)?;
        Ok(Self {
            name: name.to_owned(),
            secrets: config.secrets,
            trusts: config.trusts,
            pacing: config.pacing,
            sender: sending::Sender {
                http: surroundings.http.clone(),
                now: Arc::clone(&surroundings.now),
                deliver_url: config.deliver_url,
                timeout: config.timeout,
                longest_pause: config.pacing.give_up_after,
            },
        })
    }
}

/// What the protocol carries: everything but the text of a long book.
const CAPABILITIES: Capabilities = Capabilities {
    transport: Transport::Push,
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
    reactions_in: true,
    receipts: true,
    idempotent_sends: true,
    live_cards: false,
};

/// How far a request's timestamp may be away from our clock.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

#[async_trait]
impl CustomerChannel for WebhookChannel {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn trusts(&self) -> &Trusts {
        &self.trusts
    }

    fn pacing(&self) -> Pacing {
        self.pacing
    }

    fn normalise(&self, raw: &str) -> Result<Event, NormaliseError> {
        incoming::normalise(raw)
    }

    async fn send(&self, outbound: &Outbound) -> Result<Sent, SendError> {
        CAPABILITIES.check(outbound)?;
        self.sender.send(&outbound.id, outgoing::render(outbound)?, &self.secrets).await
    }
}

impl PushChannel for WebhookChannel {
    fn verify(&self, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<(), VerifyError> {
        self.secrets.verify(headers, body, now, TOLERANCE)
    }

    fn envelope(&self, body: &[u8]) -> Result<Envelope, EnvelopeError> {
        incoming::envelope(body)
    }
}
