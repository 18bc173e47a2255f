//! A channel whose platform is the test.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::http::HeaderMap;
use bellhop_channel::{
    Capabilities, CustomerChannel, Envelope, EnvelopeError, Event, EventKind, Formats, IncomingMessage, NormaliseError, Outbound, Pacing,
    PushChannel, SendError, Sender, Sent, SentState, Side, TextUnit, Transport, Trusts, VerifyError,
};
use chrono::{DateTime, Utc};
use serde_json::Value;

pub struct Fake {
    capabilities: Capabilities,
    trusts: Trusts,
    pub sent: Mutex<Vec<Outbound>>,
    /// The platform has closed our account.
    pub closed: AtomicBool,
    /// The platform refuses what it is given.
    pub refuses: AtomicBool,
}

impl Fake {
    pub fn new() -> Arc<Self> {
        let capabilities = Capabilities {
            transport: Transport::Push,
            max_text: 10_000,
            text_unit: TextUnit::Chars,
            formats: Formats::Markdown,
            buttons: None,
            attachments: None,
            edits: false,
            deletes: false,
            typing: false,
            read: false,
            replies: false,
            reactions_in: false,
            receipts: false,
            idempotent_sends: true,
            live_cards: false,
        };
        let trusts = Trusts { tier: true, region: true, attributes: true, organisation: true, verified: true };
        Arc::new(Self { capabilities, trusts, sent: Mutex::default(), closed: AtomicBool::new(false), refuses: AtomicBool::new(false) })
    }
}

#[async_trait]
impl CustomerChannel for Fake {
    fn name(&self) -> &str {
        "shop"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn trusts(&self) -> &Trusts {
        &self.trusts
    }

    fn pacing(&self) -> Pacing {
        Pacing { max_per_second: None, per_thread: None, give_up_after: Duration::from_secs(3600) }
    }

    fn normalise(&self, raw: &str) -> Result<Event, NormaliseError> {
        let event: Value = serde_json::from_str(raw).unwrap();
        if event["poison"] == true {
            return Err(NormaliseError { field: "poison".to_owned(), problem: "is poisonous".to_owned() });
        }
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Ok(Event {
            id: text(&event["id"]).unwrap(),
            at: None,
            thread: text(&event["thread"]).unwrap(),
            sender: Sender {
                id: text(&event["thread"]).unwrap(),
                name: text(&event["name"]),
                locale: text(&event["locale"]),
                tier: text(&event["tier"]),
                region: text(&event["region"]),
                ..Sender::default()
            },
            kind: EventKind::Message(IncomingMessage {
                id: text(&event["id"]).unwrap(),
                text: text(&event["text"]).unwrap_or_default(),
                ..IncomingMessage::default()
            }),
        })
    }

    async fn send(&self, outbound: &Outbound) -> Result<Sent, SendError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(SendError::ChannelStopped { reason: "the account was closed".to_owned() });
        }
        if self.refuses.load(Ordering::SeqCst) {
            return Err(SendError::Refused { reason: "the customer has blocked us".to_owned(), tries: 1 });
        }
        self.sent.lock().unwrap().push(outbound.clone());
        Ok(Sent { external_id: None, state: SentState::Sent })
    }
}

impl PushChannel for Fake {
    fn verify(&self, _: &HeaderMap, _: &[u8], _: DateTime<Utc>) -> Result<(), VerifyError> {
        Ok(())
    }

    fn envelope(&self, body: &[u8]) -> Result<Envelope, EnvelopeError> {
        let event: Value = serde_json::from_slice(body).map_err(|_| EnvelopeError { field: "body".to_owned(), problem: "is no JSON".to_owned() })?;
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        Ok(Envelope {
            key: text("id"),
            side: Side::Customer,
            thread: text("thread"),
            sender: Some(text("thread")),
            body: std::str::from_utf8(body).unwrap().into(),
        })
    }
}
