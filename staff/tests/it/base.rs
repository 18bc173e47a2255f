//! An engine on a database of its own, a shop whose customers write, and a staff chat in memory that can be troubled.

use std::{
    collections::{BTreeMap, VecDeque},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bellhop_channel::{
    Capabilities, Customer, CustomerChannel, Envelope, EnvelopeError, Event, EventKind, Formats, IncomingMessage, NormaliseError, Outbound,
    OutboundKind, Pacing, PushChannel, SendError, Sender, Sent, SentState, Side, TextUnit, Transport, Trusts, VerifyError,
    staff::{
        Attendant, Dressed, Form, Menu, Opened, Place, StaffCapabilities, StaffChannel, StaffEvent, StaffEventKind, StaffPost, TopicId, TopicLook,
    },
};
use bellhop_channel_conformance::{desk::Desk, staff::SeenTopic};
use bellhop_domain::{
    desk::{Profile, Role},
    id::ConversationId,
    sourced::Source,
};
use bellhop_engine::{
    Engine, Parts,
    actions::{
        convert::Convert,
        people::{self, NewAgent},
    },
    caller::Caller,
    channels::Channels,
    clock::Clock,
    links::Links,
    settings::Settings,
};
use bellhop_staff::Staff;
use bellhop_store::Options;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// How long is waited for something to happen.
const PATIENCE: Duration = Duration::from_secs(60);
/// When tests begin.
const AT: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();

/// A clock that stands until it is turned.
pub(crate) struct TurnedClock(AtomicI64);

impl TurnedClock {
    pub(crate) fn turn(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap(), Ordering::Relaxed);
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

/// A call that the staff chat got.
#[derive(Debug, Clone)]
pub(crate) struct Called {
    pub(crate) what: &'static str,
    pub(crate) text: String,
    pub(crate) buttons: Vec<(String, String)>,
    pub(crate) reply_to: Option<String>,
    pub(crate) files: usize,
    pub(crate) silent: bool,
    pub(crate) card: bool,
    pub(crate) at: DateTime<Utc>,
}

/// A staff chat that remembers what was called, and fails as it is told.
pub(crate) struct Watched {
    pub(crate) desk: Desk,
    capabilities: StaffCapabilities,
    clock: Arc<TurnedClock>,
    calls: Mutex<Vec<Called>>,
    /// What is answered to the next calls, before they work again.
    pub(crate) faults: Mutex<VecDeque<SendError>>,
    /// Topics that somebody deleted by hand.
    pub(crate) gone: Mutex<Vec<TopicId>>,
    /// What single agents were shown, with its trigger.
    pub(crate) whispers: Mutex<Vec<(String, StaffPost)>>,
    /// How topics looked, the newest last.
    pub(crate) looks: Mutex<Vec<TopicLook>>,
    /// What is answered to the next changes of looks, before all of them can be shown.
    pub(crate) titles: Mutex<VecDeque<Duration>>,
    pub(crate) menu: Mutex<Option<Menu>>,
    pub(crate) attendant: Mutex<Option<Arc<dyn Attendant>>>,
}

impl Watched {
    pub(crate) fn calls(&self) -> Vec<Called> {
        self.calls.lock().unwrap().clone()
    }

    /// The platform puts a topic away by itself.
    pub(crate) async fn desk_archives(&self, number: usize) {
        self.desk.archive(&TopicId(format!("topic-{number}"))).await.unwrap();
    }

    pub(crate) fn topic(&self, number: usize) -> SeenTopic {
        self.desk.seen(&TopicId(format!("topic-{number}"))).unwrap_or_default()
    }

    /// The id of the newest button with this label.
    pub(crate) fn button(&self, label: &str) -> Option<String> {
        self.calls().iter().rev().flat_map(|call| call.buttons.clone()).find(|(_, shown)| shown == label).map(|(id, _)| id)
    }

    fn call(&self, what: &'static str, place: &Place, post: Option<&StaffPost>) -> Result<(), SendError> {
        if let Some(fault) = self.faults.lock().unwrap().pop_front() {
            return Err(fault);
        }
        if let Place::Topic(topic) = place
            && self.gone.lock().unwrap().contains(topic)
        {
            return Err(SendError::Refused { reason: "there is no such topic".into(), tries: 1 });
        }
        self.calls.lock().unwrap().push(Called {
            what,
            text: post.map(|post| post.text.clone()).unwrap_or_default(),
            buttons: post
                .iter()
                .flat_map(|post| post.buttons.iter().chain(post.picks.iter().flat_map(|pick| &pick.options)))
                .map(|button| (button.id.clone(), button.label.clone()))
                .collect(),
            reply_to: post.and_then(|post| post.reply_to.clone()),
            files: post.map_or(0, |post| post.attachments.len()),
            silent: post.is_some_and(|post| post.silent),
            card: post.is_some_and(|post| post.card),
            at: self.clock.now(),
        });
        Ok(())
    }
}

#[async_trait]
impl StaffChannel for Watched {
    fn name(&self) -> &str {
        "desk"
    }

    fn capabilities(&self) -> &StaffCapabilities {
        &self.capabilities
    }

    fn normalise(&self, raw: &str) -> Result<StaffEvent, NormaliseError> {
        let event: Value = serde_json::from_str(raw).unwrap_or_default();
        let kind = match (event["edited"].as_str(), event["taken_back"].as_str(), event["by_hand"].as_bool()) {
            (Some(message), ..) => Some(StaffEventKind::Edit { message: message.to_owned(), text: event["to"].as_str().unwrap().to_owned() }),
            (_, Some(message), _) => Some(StaffEventKind::Delete { message: message.to_owned() }),
            (_, _, Some(archived)) => Some(if archived { StaffEventKind::Archived } else { StaffEventKind::Reopened }),
            _ => None,
        };
        let pairs = |value: &Value| {
            let pairs = value.as_object().cloned().unwrap_or_default();
            pairs.into_iter().map(|(key, value)| (key, value.as_str().unwrap_or_default().to_owned())).collect::<Vec<_>>()
        };
        let named = event["command"].as_str().map(|name| StaffEventKind::Command {
            name: name.to_owned(),
            arguments: String::new(),
            options: pairs(&event["options"]),
            message: None,
            reply_to: event["reply_to"].as_str().map(str::to_owned),
        });
        let form = event["form"].as_str().map(|form| StaffEventKind::Form { form: form.to_owned(), values: pairs(&event["values"]) });
        let read = self.desk.normalise(raw)?;
        Ok(StaffEvent { kind: kind.or(named).or(form).unwrap_or(read.kind), ..read })
    }

    async fn open(&self, key: &str, look: &TopicLook) -> Result<TopicId, SendError> {
        self.call("open", &Place::Lobby, Some(&StaffPost::text(key, look.title.clone())))?;
        self.desk.open(key, look).await
    }

    async fn dress(&self, topic: &TopicId, look: &TopicLook) -> Result<Dressed, SendError> {
        self.call("dress", &Place::Topic(topic.clone()), None)?;
        if let Some(after) = self.titles.lock().unwrap().pop_front() {
            return Ok(Dressed::ButTitle(after));
        }
        self.looks.lock().unwrap().push(look.clone());
        self.desk.dress(topic, look).await
    }

    async fn open_with(&self, key: &str, look: &TopicLook, first: &StaffPost) -> Result<Opened, SendError> {
        self.looks.lock().unwrap().push(look.clone());
        let topic = self.open(key, look).await?;
        let sent = self.post(&Place::Topic(topic.clone()), first).await?;
        Ok(Opened { topic, post: sent.external_id })
    }

    async fn whisper(&self, trigger: &str, post: &StaffPost) -> Result<(), SendError> {
        self.whispers.lock().unwrap().push((trigger.to_owned(), post.clone()));
        Ok(())
    }

    async fn offer(&self, menu: &Menu) -> Result<(), SendError> {
        *self.menu.lock().unwrap() = Some(menu.clone());
        Ok(())
    }

    fn attended_by(&self, attendant: Arc<dyn Attendant>) {
        *self.attendant.lock().unwrap() = Some(attendant);
    }

    async fn archive(&self, topic: &TopicId) -> Result<(), SendError> {
        self.call("archive", &Place::Topic(topic.clone()), None)?;
        self.desk.archive(topic).await
    }

    async fn reopen(&self, topic: &TopicId) -> Result<(), SendError> {
        self.call("reopen", &Place::Topic(topic.clone()), None)?;
        self.desk.reopen(topic).await
    }

    async fn post(&self, place: &Place, post: &StaffPost) -> Result<Sent, SendError> {
        self.call("post", place, Some(post))?;
        self.desk.post(place, post).await
    }

    async fn edit(&self, place: &Place, post: &str, to: &StaffPost) -> Result<(), SendError> {
        self.call("edit", place, Some(to))?;
        self.desk.edit(place, post, to).await
    }

    async fn delete(&self, place: &Place, post: &str) -> Result<(), SendError> {
        self.call("delete", place, None)?;
        self.desk.delete(place, post).await
    }

    async fn pin(&self, place: &Place, post: &str) -> Result<(), SendError> {
        self.call("pin", place, None)?;
        self.desk.pin(place, post).await
    }

    async fn answer(&self, trigger: &str, notice: &str) -> Result<(), SendError> {
        self.desk.answer(trigger, notice).await
    }

    async fn ask(&self, trigger: &str, form: &Form) -> Result<(), SendError> {
        self.desk.ask(trigger, form).await
    }
}

/// Where customers write. What they get is kept.
#[derive(Default)]
pub(crate) struct Shop {
    sent: Mutex<Vec<Outbound>>,
    /// What is answered to the next sends, before they work again.
    pub(crate) troubles: Mutex<VecDeque<SendError>>,
}

impl Shop {
    /// What a customer was sent, in order.
    pub(crate) fn texts(&self, thread: &str) -> Vec<String> {
        let sent = self.sent.lock().unwrap();
        let of_thread = sent.iter().filter(|outbound| outbound.thread == thread && outbound.kind != OutboundKind::Typing);
        of_thread.filter_map(|outbound| outbound.message.as_ref().map(|message| message.text.clone())).collect()
    }
}

impl Shop {
    /// What the message with this text answers.
    pub(crate) fn answered(&self, thread: &str, text: &str) -> Option<String> {
        let sent = self.sent.lock().unwrap();
        let messages = sent.iter().filter(|outbound| outbound.thread == thread).filter_map(|outbound| outbound.message.clone());
        messages.into_iter().find(|message| message.text == text).and_then(|message| message.reply_to)
    }

    /// What kinds of things a customer was sent.
    pub(crate) fn kinds(&self, thread: &str) -> Vec<OutboundKind> {
        self.sent.lock().unwrap().iter().filter(|outbound| outbound.thread == thread).map(|outbound| outbound.kind).collect()
    }
}

#[async_trait]
impl CustomerChannel for Shop {
    fn name(&self) -> &str {
        "shop"
    }

    fn capabilities(&self) -> &Capabilities {
        const CAPABILITIES: Capabilities = Capabilities {
            transport: Transport::Push,
            max_text: 4096,
            text_unit: TextUnit::Chars,
            formats: Formats::Markdown,
            buttons: None,
            attachments: None,
            edits: true,
            deletes: true,
            typing: false,
            read: false,
            replies: true,
            reactions_in: true,
            receipts: false,
            idempotent_sends: true,
            live_cards: false,
        };
        &CAPABILITIES
    }

    fn trusts(&self) -> &Trusts {
        const TRUSTS: Trusts = Trusts { tier: true, region: true, attributes: true, organisation: true, verified: true };
        &TRUSTS
    }

    fn pacing(&self) -> Pacing {
        Pacing { max_per_second: None, per_thread: None, give_up_after: Duration::from_secs(3600) }
    }

    fn normalise(&self, raw: &str) -> Result<Event, NormaliseError> {
        let event: Value = serde_json::from_str(raw).map_err(|_| NormaliseError { field: "body".into(), problem: "is missing".into() })?;
        let text = |key: &str| event[key].as_str().map(str::to_owned);
        let id = text("id").unwrap();
        let kind = match (text("edit"), text("delete"), text("reaction")) {
            (Some(message), ..) => EventKind::Edit { message, text: text("text").unwrap() },
            (_, Some(message), _) => EventKind::Delete { message },
            (_, _, Some(message)) => EventKind::Reaction { message, emoji: text("text").unwrap(), removed: false },
            _ => EventKind::Message(IncomingMessage { id: id.clone(), text: text("text").unwrap(), ..IncomingMessage::default() }),
        };
        let thread = text("thread").unwrap();
        let sender = Sender { id: thread.clone(), name: text("name"), tier: text("tier"), ..Sender::default() };
        Ok(Event { id, at: None, thread, sender, kind })
    }

    async fn send(&self, outbound: &Outbound) -> Result<Sent, SendError> {
        if let Some(trouble) = self.troubles.lock().unwrap().pop_front() {
            return Err(trouble);
        }
        let mut sent = self.sent.lock().unwrap();
        sent.push(outbound.clone());
        Ok(Sent { external_id: Some(format!("s-{}", sent.len())), state: SentState::Sent })
    }
}

#[async_trait]
impl PushChannel for Shop {
    fn verify(&self, _: &http::HeaderMap, _: &[u8], _: DateTime<Utc>) -> Result<(), VerifyError> {
        Ok(())
    }

    fn envelope(&self, _: &[u8]) -> Result<Envelope, EnvelopeError> {
        Err(EnvelopeError { field: "body".into(), problem: "is given to the engine itself".into() })
    }
}

/// Everything that a story needs.
pub(crate) struct Base {
    pub(crate) engine: Engine,
    pub(crate) chat: Arc<Watched>,
    pub(crate) shop: Arc<Shop>,
    pub(crate) clock: Arc<TurnedClock>,
    folder: Arc<tempfile::TempDir>,
    numbers: AtomicU64,
}

/// What the staff chat of most tests can do.
pub(crate) fn able() -> StaffCapabilities {
    Desk::default().capabilities().clone()
}

impl Base {
    pub(crate) async fn new() -> Self {
        Self::with(able()).await
    }

    pub(crate) async fn with(capabilities: StaffCapabilities) -> Self {
        Self::made(capabilities, "en").await
    }

    /// With agents who read this language.
    pub(crate) async fn speaking(language: &str) -> Self {
        Self::made(able(), language).await
    }

    async fn made(capabilities: StaffCapabilities, language: &str) -> Self {
        let clock = Arc::new(TurnedClock(AtomicI64::new(AT.timestamp_micros())));
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let chat = Arc::new(Watched {
            desk: Desk::default(),
            capabilities,
            clock: clock.clone(),
            calls: Mutex::default(),
            faults: Mutex::default(),
            gone: Mutex::default(),
            whispers: Mutex::default(),
            looks: Mutex::default(),
            titles: Mutex::default(),
            menu: Mutex::default(),
            attendant: Mutex::default(),
        });
        let shop = Arc::new(Shop::default());
        let engine = start(folder.path(), &chat, &shop, &clock, language).await;
        let base = Self { engine, chat, shop, clock, folder, numbers: AtomicU64::new(0) };
        for (key, name) in [("mei", "Mei"), ("wei", "Wei")] {
            base.employ(key, name).await;
        }
        base
    }

    /// Somebody new works here, and is linked.
    async fn employ(&self, key: &str, name: &str) {
        let new = NewAgent {
            key: Some(key.to_owned()),
            name: Some(name.to_owned()),
            email: format!("{key}@example.org"),
            role: Role::Agent,
            departments: Vec::new(),
            languages: Vec::new(),
            profile: Profile::default(),
            password: None,
        };
        people::create(&self.engine, &Caller::system(), new).await.unwrap();
        let code = people::link_code(&self.engine, &Caller::system(), key).await.unwrap().code;
        self.staff(json!({ "agent": key, "text": format!("/link {code}") })).await;
        wait("the link", || async { people::agent_of(&self.engine, "desk", key).await.unwrap() }).await;
    }

    /// The same database, chat and shop, after a stop.
    pub(crate) async fn restarted(self) -> Self {
        let Self { engine, chat, shop, clock, folder, numbers } = self;
        let language = engine.settings().language.clone();
        engine.stop(Duration::from_secs(5)).await;
        let engine = start(folder.path(), &chat, &shop, &clock, &language).await;
        Self { engine, chat, shop, clock, folder, numbers }
    }

    pub(crate) fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// An event of the shop; answers its id.
    pub(crate) async fn shop(&self, thread: &str, mut event: Value) -> String {
        let id = format!("e{}", self.number());
        event["id"] = json!(id);
        event["thread"] = json!(thread);
        let envelope = Envelope { key: id.clone(), side: Side::Customer, thread: thread.into(), sender: None, body: event.to_string().into() };
        self.engine.accept("shop", envelope).await.unwrap();
        id
    }

    /// A customer writes; answers the id of the message.
    pub(crate) async fn says(&self, thread: &str, text: &str) -> String {
        self.shop(thread, json!({ "name": "Ann", "text": text })).await
    }

    /// Something in the staff chat; answers the id of the message.
    pub(crate) async fn staff(&self, mut event: Value) -> String {
        let number = self.number();
        event["id"] = json!(format!("s{number}"));
        let message = format!("a{number}");
        if event["text"].is_string() {
            event["message"] = json!(message);
        }
        let thread = event["topic"].as_str().unwrap_or_default().to_owned();
        let envelope = Envelope { key: format!("staff-{number}"), side: Side::Staff, thread, sender: None, body: event.to_string().into() };
        self.engine.accept("desk", envelope).await.unwrap();
        message
    }

    /// An agent writes in a topic.
    pub(crate) async fn writes(&self, agent: &str, topic: usize, text: &str) -> String {
        self.staff(json!({ "agent": agent, "topic": format!("topic-{topic}"), "text": text })).await
    }

    /// A ticket for the sample company's refunds.
    pub(crate) fn refund(&self) -> Convert {
        let fields = json!({ "order_number": "A-1001" }).as_object().unwrap().clone();
        Convert { fields, ..Convert::to("refund", Source::Agent) }
    }

    /// A customer who waits for a person; answers when the topic stands.
    pub(crate) async fn waits(&self, thread: &str) -> usize {
        let before = self.chat.desk.topics();
        self.says(thread, "My filter is broken and I need help").await;
        // What is written in a row is one question; this one is handed over by itself.
        let is_waiting = async || {
            let state = self.engine.reader().thread_state("shop", thread, thread).await.unwrap();
            state.and_then(|state| state.conversation).is_some_and(|conversation| conversation.queued_at.is_some()).then_some(())
        };
        wait("the first one to be handed over", is_waiting).await;
        self.says(thread, "I want to talk to a person").await;
        until("a topic", || self.chat.desk.topics() > before && self.chat.topic(before).pinned.is_some()).await;
        before
    }

    pub(crate) async fn conversation(&self, thread: &str) -> bellhop_domain::conversation::Conversation {
        let state = self.engine.reader().thread_state("shop", thread, thread).await.unwrap().unwrap();
        state.conversation.unwrap()
    }

    pub(crate) async fn id(&self, thread: &str) -> ConversationId {
        self.conversation(thread).await.id
    }
}

async fn start(folder: &Path, chat: &Arc<Watched>, shop: &Arc<Shop>, clock: &Arc<TurnedClock>, language: &str) -> Engine {
    let options = Options::new(format!("sqlite://{}/bellhop.db", folder.display()));
    bellhop_store::migrate(&options, AT).await.unwrap();
    let store = bellhop_store::open(&options).await.unwrap();
    let settings = Settings {
        public_url: "https://help.example.org".into(),
        costs: bellhop_engine::knowledge::Costs::default(),
        embeddings: None,
        reopen_within: Duration::from_secs(72 * 3600),
        handoff_limit: Duration::from_secs(365 * 24 * 3600),
        language: language.to_owned(),
        languages: vec!["en".into(), "zh".into()],
        index_folder: None,
        files_folder: folder.join("files"),
        allow_private: Vec::new(),
        places: bellhop_engine::places::PlaceFiles::default(),
        systems: bellhop_engine::systems::Systems::default(),
        workers: 2,
        senders: 2,
    };
    let shop = bellhop_channel::Channel { customer: Some(Customer::Push(shop.clone())), staff: None };
    let desk = bellhop_channel::Channel { customer: None, staff: Some(chat.clone()) };
    let channels = Channels::new([shop, desk]);
    let links = Links::new(&settings.public_url, b"a secret for tests");
    let staff = Some(Arc::new(Staff::default()) as Arc<dyn bellhop_engine::staff::StaffDesk>);
    Engine::start(Parts { store, settings, channels, links, clock: clock.clone(), staff }).await.unwrap()
}

/// Waits until it holds.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    wait(what, || async { holds().then_some(()) }).await;
}

/// Waits until there is something.
pub(crate) async fn wait<T, F: Future<Output = Option<T>>>(what: &str, look: impl Fn() -> F) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "still waiting for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// How many calls there were in each minute of the clock, at most.
pub(crate) fn busiest_minute(calls: &[Called]) -> usize {
    let mut seconds: BTreeMap<i64, usize> = BTreeMap::new();
    for call in calls {
        *seconds.entry(call.at.timestamp()).or_default() += 1;
    }
    seconds.keys().map(|start| seconds.range(start..&(start + 60)).map(|(_, count)| count).sum()).max().unwrap_or(0)
}
