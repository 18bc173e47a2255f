//! A platform in memory: what tests put in is fetched, what is sent is kept.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bellhop_channel::{
    AttachmentLimits, ButtonLimits, Capabilities, Connection, Customer, CustomerChannel, Envelope, EnvelopeError, Event, EventKind, Formats,
    IncomingAttachment, IncomingMessage, Location, Mailbox, NormaliseError, Outbound, Pacing, PullChannel, PushChannel, SendError, Sender, Sent,
    SentState, Side, TextUnit, Transport, Trusts, VerifyError,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// A platform that can do everything.
pub(crate) const RICH: Capabilities = Capabilities {
    transport: Transport::Poll,
    max_text: 4096,
    text_unit: TextUnit::Utf16,
    formats: Formats::Markdown,
    buttons: Some(ButtonLimits { count: 20, label: 60, id_bytes: 64 }),
    attachments: Some(AttachmentLimits { count: 10 }),
    edits: true,
    deletes: true,
    typing: true,
    read: false,
    replies: true,
    reactions_in: true,
    receipts: false,
    idempotent_sends: false,
    live_cards: true,
};

/// A platform that is polled.
pub(crate) struct Chat {
    name: &'static str,
    capabilities: Capabilities,
    trusts: Trusts,
    pacing: Pacing,
    waiting: Mutex<VecDeque<Vec<Envelope>>>,
    arrived: Notify,
    /// How often it was told yes.
    pub(crate) taken: AtomicUsize,
    /// How often fetching was begun.
    pub(crate) runs: AtomicUsize,
    /// What ends the fetching.
    revoked: Mutex<Option<SendError>>,
    sent: Mutex<Vec<Outbound>>,
    /// What is answered to the next sends, before they work again.
    troubles: Mutex<VecDeque<SendError>>,
    /// Where files are.
    pub(crate) files: Mutex<Option<Location>>,
    /// Where it was told to call.
    pub(crate) announced: Mutex<Vec<String>>,
    numbers: AtomicUsize,
}

impl Chat {
    pub(crate) fn new(capabilities: Capabilities, per_thread: Option<Duration>) -> Arc<Self> {
        Self::named("chat", capabilities, per_thread)
    }

    /// One of several.
    pub(crate) fn named(name: &'static str, capabilities: Capabilities, per_thread: Option<Duration>) -> Arc<Self> {
        Arc::new(Self {
            name,
            capabilities,
            trusts: Trusts::default(),
            pacing: Pacing { max_per_second: None, per_thread, give_up_after: Duration::from_secs(3600) },
            waiting: Mutex::default(),
            arrived: Notify::new(),
            taken: AtomicUsize::new(0),
            runs: AtomicUsize::new(0),
            revoked: Mutex::default(),
            sent: Mutex::default(),
            troubles: Mutex::default(),
            files: Mutex::default(),
            announced: Mutex::default(),
            numbers: AtomicUsize::new(0),
        })
    }

    /// As the engine is given it, under the name `chat`.
    pub(crate) fn configured(self: &Arc<Self>) -> bellhop_channel::Channel {
        bellhop_channel::Channel { customer: Some(Customer::Pull(self.clone())), staff: None }
    }

    /// The same as a platform that calls us.
    pub(crate) fn called(self: &Arc<Self>) -> bellhop_channel::Channel {
        bellhop_channel::Channel { customer: Some(Customer::Push(self.clone())), staff: None }
    }

    /// The next batch that is fetched.
    pub(crate) fn put(&self, batch: Vec<Envelope>) {
        self.waiting.lock().unwrap().push_back(batch);
        self.arrived.notify_one();
    }

    /// From now on the platform refuses, or works again.
    pub(crate) fn revoke(&self, error: Option<SendError>) {
        *self.revoked.lock().unwrap() = error;
        self.arrived.notify_one();
    }

    /// What the next send is answered.
    pub(crate) fn trouble(&self, error: SendError) {
        self.troubles.lock().unwrap().push_back(error);
    }

    /// Everything that was taken, in order.
    pub(crate) fn sent(&self) -> Vec<Outbound> {
        self.sent.lock().unwrap().clone()
    }

    /// The texts of what was taken, in order, each with its kind before it.
    pub(crate) fn told(&self) -> Vec<String> {
        let shown = |outbound: &Outbound| {
            let text = outbound.message.as_ref().map(|message| message.text.as_str()).unwrap_or_default();
            format!("{}: {text}", outbound.kind.as_str())
        };
        self.sent.lock().unwrap().iter().map(shown).collect()
    }
}

/// Something that `person` writes in a thread of their own; `more` is added to the event.
pub(crate) fn writes(id: &str, person: &str, text: &str, more: Value) -> Envelope {
    let mut body = json!({ "id": id, "thread": format!("t-{person}"), "sender": person, "text": text });
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    Envelope {
        key: format!("e-{id}"),
        side: Side::Customer,
        thread: format!("t-{person}"),
        sender: Some(person.to_owned()),
        body: body.to_string().into(),
    }
}

#[async_trait]
impl CustomerChannel for Chat {
    fn name(&self) -> &str {
        self.name
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn trusts(&self) -> &Trusts {
        &self.trusts
    }

    fn pacing(&self) -> Pacing {
        self.pacing
    }

    fn normalise(&self, raw: &str) -> Result<Event, NormaliseError> {
        let value: Value = serde_json::from_str(raw).unwrap();
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        let files = value["files"].as_array().cloned().unwrap_or_default();
        let place = |value: &Value| serde_json::from_value(value.clone()).ok();
        let message = IncomingMessage {
            id: text("id").unwrap(),
            text: text("text").unwrap(),
            attachments: files
                .iter()
                .map(|url| IncomingAttachment { url: url.as_str().unwrap().to_owned(), name: None, content_type: None })
                .collect(),
            album: text("album"),
            location: place(&value["location"]),
            card: None,
            reply_to: None,
        };
        let kind = match (text("button"), text("edits")) {
            (Some(button), _) => EventKind::Button { button, message: None },
            (_, Some(message)) => EventKind::Edit { message, text: text("text").unwrap() },
            _ => EventKind::Message(message),
        };
        let sender = Sender { id: text("sender").unwrap(), ..Sender::default() };
        Ok(Event { id: text("id").unwrap(), at: None, thread: text("thread").unwrap(), sender, kind })
    }

    async fn send(&self, outbound: &Outbound) -> Result<Sent, SendError> {
        self.capabilities.check(outbound)?;
        if let Some(trouble) = self.troubles.lock().unwrap().pop_front() {
            return Err(trouble);
        }
        self.sent.lock().unwrap().push(outbound.clone());
        let number = self.numbers.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(Sent { external_id: Some(format!("p-{number}")), state: SentState::Sent })
    }

    async fn locate(&self, reference: &str) -> Result<Location, SendError> {
        Ok(self.files.lock().unwrap().clone().unwrap_or_else(|| Location::Outside(reference.to_owned())))
    }
}

#[async_trait]
impl PushChannel for Chat {
    fn verify(&self, _headers: &http::HeaderMap, _body: &[u8], _now: DateTime<Utc>) -> Result<(), VerifyError> {
        Err(VerifyError::Signature)
    }

    fn envelope(&self, _body: &[u8]) -> Result<Envelope, EnvelopeError> {
        Err(EnvelopeError { field: "body".into(), problem: "nobody calls".into() })
    }

    async fn announce(&self, address: &str) -> Result<(), SendError> {
        self.announced.lock().unwrap().push(address.to_owned());
        self.revoked.lock().unwrap().clone().map_or(Ok(()), Err)
    }
}

#[async_trait]
impl PullChannel for Chat {
    async fn run(&self, mailbox: Arc<dyn Mailbox>, stop: CancellationToken) -> Result<(), SendError> {
        self.runs.fetch_add(1, Ordering::Relaxed);
        loop {
            if let Some(error) = self.revoked.lock().unwrap().clone() {
                return Err(error);
            }
            mailbox.connection(Connection::Up);
            let batch = self.waiting.lock().unwrap().front().cloned();
            let Some(batch) = batch else {
                tokio::select! {
                    () = self.arrived.notified() => continue,
                    () = stop.cancelled() => return Ok(()),
                }
            };
            if mailbox.accept(batch).await.is_ok() {
                self.waiting.lock().unwrap().pop_front();
                self.taken.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
