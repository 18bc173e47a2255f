//! The adapter under test, and what surrounds it.

use std::{
    collections::{BTreeMap, HashSet},
    io,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bellhop_channel::{
    Author, Channel, Connection, Customer, CustomerChannel, Envelope, EventKind, Files, Mailbox, Mark, OutAttachment, OutButton, Outbound,
    OutboundKind, OutboundMessage, Provider as _, PullChannel, Refusal, SendError, Surroundings,
};
use bellhop_channel_discord::Discord;
use bellhop_discord_fake::DiscordFake;
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
    Discord.build("bot", section, &surroundings).unwrap()
}

/// A section that reaches the fake.
pub fn section(fake: &DiscordFake, change: Value) -> Value {
    let mut section = json!({"token": fake.token(), "api_url": fake.url(), "staff_channel": fake.settings().forum.to_string(), "timeout": "3s"});
    section.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    section
}

pub fn pulled(section: &Value) -> Arc<dyn PullChannel> {
    match channel(section).customer {
        Some(Customer::Pull(channel)) => channel,
        _ => panic!("a channel that holds a connection is pulled"),
    }
}

pub fn customers(fake: &DiscordFake) -> Arc<dyn CustomerChannel> {
    channel(&section(fake, json!({}))).customer.unwrap().channel()
}

/// A message of the bot's.
pub fn message(thread: u64, text: &str) -> Outbound {
    with(thread, text, |_| ())
}

pub fn with(thread: u64, text: &str, change: impl FnOnce(&mut OutboundMessage)) -> Outbound {
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

/// Where events land, with the marks that came with them.
#[derive(Default)]
pub struct Inbox {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

#[derive(Default, Clone)]
struct State {
    kept: Vec<Envelope>,
    keys: HashSet<String>,
    /// Events that were offered though they were kept already.
    repeats: usize,
    marks: BTreeMap<String, String>,
    connections: Vec<Connection>,
    refusals: usize,
    offers: usize,
}

impl Inbox {
    /// The next offers are refused.
    pub fn refuse(&self, times: usize) {
        self.state.lock().unwrap().refusals = times;
    }

    pub fn kept(&self) -> Vec<Envelope> {
        self.state.lock().unwrap().kept.clone()
    }

    /// How many events were offered though they were kept already.
    pub fn repeats(&self) -> usize {
        self.state.lock().unwrap().repeats
    }

    fn count(&self) -> usize {
        self.state.lock().unwrap().kept.len()
    }

    /// What was kept, as a reader sees it: what was written, or which kind of thing was done.
    pub fn read(&self, channel: &dyn CustomerChannel) -> Vec<String> {
        let word = |envelope: &Envelope| match channel.normalise(&envelope.body).unwrap().kind {
            EventKind::Message(message) => message.text,
            other => format!("{other:?}"),
        };
        self.kept().iter().map(word).collect()
    }

    /// The adapter's words of the session, and how many threads are marked.
    pub fn marks(&self) -> (Option<Value>, usize) {
        let marks = self.state.lock().unwrap().marks.clone();
        let session = marks.get("").map(|value| serde_json::from_str(value).unwrap());
        (session, marks.keys().filter(|thread| !thread.is_empty()).count())
    }

    pub fn connections(&self) -> Vec<Connection> {
        self.state.lock().unwrap().connections.clone()
    }

    /// The same content in a box of its own, as a program finds it that starts after a crash.
    pub fn after_a_crash(&self) -> Arc<Self> {
        let state = State { connections: Vec::new(), refusals: 0, ..self.state.lock().unwrap().clone() };
        Arc::new(Self { state: Mutex::new(state), changed: watch::Sender::new(0) })
    }

    /// Waits until this holds; looks again after each change.
    pub async fn until(&self, what: &str, fits: impl Fn(&Self) -> bool) {
        let mut changes = self.changed.subscribe();
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        while !fits(self) {
            let connections = self.connections();
            assert!(tokio::time::timeout_at(deadline, changes.changed()).await.is_ok(), "no {what}: {} kept, {connections:?}", self.count());
        }
    }

    /// Waits for so many events, repeats not counted.
    pub async fn until_kept(&self, count: usize) -> Vec<Envelope> {
        self.until(&format!("{count} events"), |inbox| inbox.count() >= count).await;
        self.kept()
    }

    /// Waits until an operator is told this trouble.
    pub async fn until_troubled(&self, part: &str) {
        let troubled = |state: &Connection| matches!(state, Connection::Troubled { reason } if reason.contains(part));
        self.until(&format!("trouble with {part:?}"), |inbox| inbox.connections().iter().any(troubled)).await;
    }

    /// Waits until the event with this key is kept.
    pub async fn until_event(&self, key: &str) -> Envelope {
        self.until(key, |inbox| inbox.kept().iter().any(|envelope| envelope.key == key)).await;
        self.kept().into_iter().find(|envelope| envelope.key == key).unwrap()
    }

    pub async fn until_up(&self) {
        self.until("connection", |inbox| inbox.connections().last() == Some(&Connection::Up)).await;
    }
}

#[async_trait]
impl Mailbox for Inbox {
    async fn accept(&self, envelopes: Vec<Envelope>) -> Result<(), Refusal> {
        self.accept_marked(envelopes, Vec::new()).await
    }

    async fn accept_marked(&self, envelopes: Vec<Envelope>, marks: Vec<Mark>) -> Result<(), Refusal> {
        let mut state = self.state.lock().unwrap();
        state.offers += 1;
        if state.refusals > 0 {
            state.refusals -= 1;
            return Err(Refusal::Full { retry_after: Duration::from_millis(10) });
        }
        for envelope in envelopes {
            if state.keys.insert(envelope.key.clone()) {
                state.kept.push(envelope);
            } else {
                state.repeats += 1;
            }
        }
        for Mark { thread, value } in marks {
            let thread = thread.unwrap_or_default();
            match value {
                Some(value) => state.marks.insert(thread, value),
                None => state.marks.remove(&thread),
            };
        }
        drop(state);
        self.changed.send_modify(|count| *count += 1);
        Ok(())
    }

    async fn marks(&self) -> Result<Vec<Mark>, Refusal> {
        let marks = self.state.lock().unwrap().marks.clone();
        let mark = |(thread, value): (String, String)| Mark { thread: Some(thread).filter(|thread| !thread.is_empty()), value: Some(value) };
        Ok(marks.into_iter().map(mark).collect())
    }

    fn connection(&self, connection: Connection) {
        self.state.lock().unwrap().connections.push(connection);
        self.changed.send_modify(|count| *count += 1);
    }
}

/// A bot that listens, until it is dropped.
pub struct Running {
    pub inbox: Arc<Inbox>,
    stop: CancellationToken,
    kill: CancellationToken,
    tasks: TaskTracker,
    outcome: Arc<Mutex<Option<Result<(), SendError>>>>,
}

impl Running {
    pub fn start(fake: &DiscordFake) -> Self {
        Self::with(fake, Arc::default())
    }

    pub fn with(fake: &DiscordFake, inbox: Arc<Inbox>) -> Self {
        Self::of(&section(fake, json!({})), inbox)
    }

    /// The same around a channel whose other side is under test as well.
    pub fn around(channel: Channel, inbox: Arc<Inbox>) -> Self {
        match channel.customer {
            Some(Customer::Pull(channel)) => Self::begin(channel, inbox),
            _ => panic!("a channel that holds a connection is pulled"),
        }
    }

    pub fn of(section: &Value, inbox: Arc<Inbox>) -> Self {
        Self::begin(pulled(section), inbox)
    }

    fn begin(channel: Arc<dyn PullChannel>, inbox: Arc<Inbox>) -> Self {
        let (stop, kill) = (CancellationToken::new(), CancellationToken::new());
        let (tasks, outcome) = (TaskTracker::new(), Arc::new(Mutex::new(None)));
        let (mailbox, told, end) = (Arc::clone(&inbox), stop.clone(), Arc::clone(&outcome));
        tasks.spawn(kill.clone().run_until_cancelled_owned(async move {
            let ended = channel.run(mailbox, told).await;
            *end.lock().unwrap() = Some(ended);
        }));
        Self { inbox, stop, kill, tasks, outcome }
    }

    /// Tells it to stop and waits until it has.
    pub async fn stop(&self) -> Result<(), SendError> {
        self.stop.cancel();
        self.ended().await
    }

    /// It is gone between two words, as after `kill -9`; what it had stored is there for the next one.
    pub async fn crash(self) -> Arc<Inbox> {
        self.kill.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.inbox.after_a_crash()
    }

    /// Waits until it ends.
    pub async fn ended(&self) -> Result<(), SendError> {
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
