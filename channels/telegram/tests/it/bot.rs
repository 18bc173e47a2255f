//! The adapter under test, and what surrounds it.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bellhop_channel::{
    Author, Channel, Connection, Customer, CustomerChannel, Envelope, Files, Mailbox, Mark, OutAttachment, OutButton, Outbound, OutboundKind,
    OutboundMessage, Provider as _, PullChannel, PushChannel, Refusal, Surroundings, staff::StaffChannel,
};
use bellhop_channel_telegram::Telegram;
use bellhop_telegram_fake::TelegramFake;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub fn now() -> DateTime<Utc> {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

/// Files that lie with us: everything below one address.
struct Shelf;

/// What every file is made of.
pub const BYTES: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture";

#[async_trait]
impl Files for Shelf {
    async fn read(&self, url: &str) -> io::Result<Option<Bytes>> {
        Ok(url.starts_with("https://desk.example/files/").then(|| Bytes::from_static(BYTES)))
    }
}

/// The channel that this section makes.
pub fn channel(section: &Value) -> Channel {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let surroundings = Surroundings { http, now: Arc::new(now), root: PathBuf::new(), files: Arc::new(Shelf) };
    Telegram.build("bot", section, &surroundings).unwrap()
}

/// A section that reaches the fake.
pub fn section(fake: &TelegramFake, change: Value) -> Value {
    let mut section = json!({"token": fake.token(), "api_url": fake.url(), "staff_chat": fake.group(), "timeout": "3s"});
    section.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    section
}

pub fn pulled(fake: &TelegramFake) -> Arc<dyn PullChannel> {
    match channel(&section(fake, json!({}))).customer {
        Some(Customer::Pull(channel)) => channel,
        _ => panic!("a channel that polls is pulled"),
    }
}

pub fn pushed(fake: &TelegramFake) -> Arc<dyn PushChannel> {
    match channel(&section(fake, json!({"mode": "webhook"}))).customer {
        Some(Customer::Push(channel)) => channel,
        _ => panic!("a channel with a webhook is pushed to"),
    }
}

pub fn customers(fake: &TelegramFake) -> Arc<dyn CustomerChannel> {
    channel(&section(fake, json!({}))).customer.unwrap().channel()
}

pub fn staff(fake: &TelegramFake) -> Arc<dyn StaffChannel> {
    channel(&section(fake, json!({}))).staff.unwrap()
}

/// A message of the bot's.
pub fn message(thread: i64, text: &str) -> Outbound {
    with(thread, text, |_| ())
}

pub fn with(thread: i64, text: &str, change: impl FnOnce(&mut OutboundMessage)) -> Outbound {
    let mut message = OutboundMessage {
        id: "msg_1".into(),
        author: Author::Bot,
        text: text.into(),
        reply_to: None,
        buttons: Vec::new(),
        attachments: Vec::new(),
        external_id: None,
    };
    change(&mut message);
    Outbound { kind: OutboundKind::Message, id: "out-1".into(), thread: thread.to_string(), message: Some(message), ticket: None }
}

pub fn button(id: &str, label: &str) -> OutButton {
    OutButton { id: id.into(), label: label.into() }
}

pub fn file(name: &str, content_type: &str) -> OutAttachment {
    OutAttachment { url: format!("https://desk.example/files/{name}"), name: name.into(), content_type: content_type.into() }
}

/// Where updates land.
#[derive(Default)]
pub struct Inbox {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    kept: Vec<Envelope>,
    connections: Vec<Connection>,
    refusals: usize,
}

impl Inbox {
    /// The next offers are refused.
    pub fn refuse(&self, times: usize) {
        self.state.lock().unwrap().refusals = times;
    }

    pub fn kept(&self) -> Vec<Envelope> {
        self.state.lock().unwrap().kept.clone()
    }

    pub fn connections(&self) -> Vec<Connection> {
        self.state.lock().unwrap().connections.clone()
    }

    /// Waits until this holds; looks again after each change.
    pub async fn until(&self, what: &str, fits: impl Fn(&Self) -> bool) {
        let mut changes = self.changed.subscribe();
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        while !fits(self) {
            let connections = self.connections();
            assert!(tokio::time::timeout_at(deadline, changes.changed()).await.is_ok(), "no {what}: {} kept, {connections:?}", self.kept().len());
        }
    }

    /// Waits for so many updates, repeats not counted.
    pub async fn until_kept(&self, count: usize) -> Vec<Envelope> {
        self.until(&format!("{count} updates"), |inbox| inbox.kept().len() >= count).await;
        self.kept()
    }

    /// Waits until an operator is told this trouble.
    pub async fn until_troubled(&self, part: &str) {
        let troubled = |state: &Connection| matches!(state, Connection::Troubled { reason } if reason.contains(part));
        self.until(&format!("trouble with {part:?}"), |inbox| inbox.connections().iter().any(troubled)).await;
    }

    pub async fn until_up(&self) {
        self.until("connection", |inbox| inbox.connections().last() == Some(&Connection::Up)).await;
    }
}

#[async_trait]
impl Mailbox for Inbox {
    async fn accept(&self, envelopes: Vec<Envelope>) -> Result<(), Refusal> {
        let mut state = self.state.lock().unwrap();
        if state.refusals > 0 {
            state.refusals -= 1;
            return Err(Refusal::Full { retry_after: Duration::from_millis(10) });
        }
        for envelope in envelopes {
            if state.kept.iter().all(|kept| kept.key != envelope.key) {
                state.kept.push(envelope);
            }
        }
        drop(state);
        self.changed.send_modify(|count| *count += 1);
        Ok(())
    }

    async fn accept_marked(&self, _: Vec<Envelope>, _: Vec<Mark>) -> Result<(), Refusal> {
        panic!("Telegram itself remembers how far we are")
    }

    async fn marks(&self) -> Result<Vec<Mark>, Refusal> {
        panic!("Telegram itself remembers how far we are")
    }

    fn connection(&self, connection: Connection) {
        self.state.lock().unwrap().connections.push(connection);
        self.changed.send_modify(|count| *count += 1);
    }
}

/// A bot that polls, until it is dropped.
pub struct Running {
    pub inbox: Arc<Inbox>,
    stop: CancellationToken,
    tasks: TaskTracker,
    outcome: Arc<Mutex<Option<Result<(), bellhop_channel::SendError>>>>,
}

impl Running {
    pub fn start(fake: &TelegramFake) -> Self {
        Self::with(fake, Arc::default())
    }

    pub fn with(fake: &TelegramFake, inbox: Arc<Inbox>) -> Self {
        let (stop, tasks, outcome) = (CancellationToken::new(), TaskTracker::new(), Arc::new(Mutex::new(None)));
        let (channel, mailbox, told, end) = (pulled(fake), Arc::clone(&inbox), stop.clone(), Arc::clone(&outcome));
        tasks.spawn(async move {
            let ended = channel.run(mailbox, told).await;
            *end.lock().unwrap() = Some(ended);
        });
        Self { inbox, stop, tasks, outcome }
    }

    /// Tells it to stop and waits until it has.
    pub async fn stop(&self) -> Result<(), bellhop_channel::SendError> {
        self.stop.cancel();
        self.ended().await
    }

    /// Waits until it ends.
    pub async fn ended(&self) -> Result<(), bellhop_channel::SendError> {
        self.tasks.close();
        tokio::time::timeout(Duration::from_secs(20), self.tasks.wait()).await.unwrap();
        self.outcome.lock().unwrap().clone().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
