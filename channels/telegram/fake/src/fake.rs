//! The fake itself: starting it, scripting it, asking it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde_json::{Map, Value};
use tokio::{net::TcpListener, sync::watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    args::Args,
    description::Description,
    faults::{Fault, Faults},
    pace::{Busiest, Pace},
    server,
    state::{Chat, Rights, User, World},
    updates::Queue,
    webhook,
};

/// How long to wait for something to happen before the test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What the fake is told at its start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The bot's token.
    pub token: String,
    /// The bot's name without `@`.
    pub username: String,
    /// The id of the staff group.
    pub group: i64,
    /// The staff group has topics.
    pub forum: bool,
    /// Requests are checked against our own table even where fixtures are named.
    pub own_description: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token: "710000001:AAH-fake_token_of_a_bot_in_tests_0123".into(),
            username: "bellhop_test_bot".into(),
            group: -1_002_000_000_001,
            forum: true,
            own_description: false,
        }
    }
}

impl Settings {
    /// The number before the colon of the token.
    pub(crate) fn bot_id(&self) -> i64 {
        self.token.split(':').next().and_then(|id| id.parse().ok()).expect("a token like 123:ABC")
    }
}

/// A call that the fake got.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method's name as it is written in the documentation.
    pub method: String,
    /// Its parameters, with their types.
    pub args: Value,
    /// Uploaded files: the part's name, the file's name, the size in bytes.
    pub files: Vec<(String, String, usize)>,
    /// Since the fake's start.
    pub at: Duration,
    /// What the script made of it.
    pub fault: Option<Fault>,
    /// What came of it, or error code and description; none while it is carried out, and where a fault came before.
    pub result: Option<Result<Value, (u16, String)>>,
}

impl Call {
    pub(crate) fn new(method: &str, args: &Args, at: Duration, fault: Option<Fault>) -> Self {
        Self {
            method: method.to_owned(),
            args: Value::Object(args.values.clone().into_iter().collect::<Map<_, _>>()),
            files: args.files.iter().map(|(part, file)| (part.clone(), file.name.clone(), file.bytes.len())).collect(),
            at,
            fault,
            result: None,
        }
    }

    /// It was carried out, whatever became of the answer.
    pub fn succeeded(&self) -> bool {
        matches!(self.result, Some(Ok(_)))
    }
}

/// A running Bot API. Dropping it stops it, and fails the test if any call was wrong.
pub struct TelegramFake {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    world: Mutex<World>,
    pub description: Description,
    pub address: String,
    /// Counts what happened, so that others can wait for more.
    changed: watch::Sender<u64>,
    pub stop: CancellationToken,
    pub tasks: TaskTracker,
    /// For the webhook.
    pub client: reqwest::Client,
}

impl Shared {
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something changed: whoever waits looks again.
    pub fn happened(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// A call that the Bot API does not take fails the test.
    pub fn violation(&self, violation: String) {
        self.world().violations.push(violation);
        self.happened();
    }
}

impl TelegramFake {
    /// Starts on a port of its own, with a bot and an empty staff group.
    pub async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    /// Starts as told.
    pub async fn with(settings: Settings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        let address = format!("http://{}", listener.local_addr().expect("the port that was bound"));
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().expect("a client");
        let description = if settings.own_description { Description::own() } else { Description::load() };
        let shared = Arc::new(Shared {
            world: Mutex::new(world(settings)),
            description,
            address,
            changed: watch::Sender::new(0),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            client,
        });
        let stop = &shared.stop;
        shared.tasks.spawn(stop.clone().run_until_cancelled_owned(server::accept(listener, Arc::clone(&shared))));
        shared.tasks.spawn(stop.clone().run_until_cancelled_owned(webhook::deliver(Arc::clone(&shared))));
        Self { shared }
    }

    /// The base address for `api_url`, `http://127.0.0.1:PORT` without a slash at the end.
    pub fn url(&self) -> String {
        self.shared.address.clone()
    }

    /// The bot's token.
    pub fn token(&self) -> String {
        self.shared.world().settings.token.clone()
    }

    /// The bot's name without `@`.
    pub fn username(&self) -> String {
        self.shared.world().settings.username.clone()
    }

    /// The id of the staff group.
    pub fn group(&self) -> i64 {
        self.shared.world().settings.group
    }

    /// What the bot may do in the group from now on.
    pub fn bot_rights(&self, rights: Rights) {
        let mut world = self.shared.world();
        let group = world.group();
        world.chats.get_mut(&group).expect("the group").rights = rights;
    }

    /// The bot is thrown out of the group, or let in again.
    pub fn kick_bot(&self, out: bool) {
        let mut world = self.shared.world();
        let group = world.group();
        world.chats.get_mut(&group).expect("the group").shut = out;
    }

    /// The next `times` calls of a method (any, if it is `""`) meet this fault; downloads are the method `"file"`.
    pub fn fails(&self, method: &str, times: u32, fault: Fault) {
        self.shared.world().faults.next.push((method.to_lowercase(), times, fault));
    }

    /// The call with this number (from 1, counted since the start, of this method) meets this fault.
    pub fn fails_at(&self, method: &str, number: u32, fault: Fault) {
        self.shared.world().faults.at.push((method.to_lowercase(), number, fault));
    }

    /// Every call of a method (any, if it is `""`) meets this fault until it is lifted with none.
    pub fn fails_always(&self, method: &str, fault: Option<Fault>) {
        let standing = &mut self.shared.world().faults.standing;
        match fault {
            Some(fault) => standing.insert(method.to_lowercase(), fault),
            None => standing.remove(&method.to_lowercase()),
        };
    }

    /// The next `times` calls of a method to one chat meet this fault, whatever else is scripted for the method.
    pub fn fails_in(&self, chat: i64, method: &str, times: u32, fault: Fault) {
        self.shared.world().faults.chats.push((chat, method.to_lowercase(), Some(times), fault));
    }

    /// Every call of a method to one chat meets this fault until it is lifted with none.
    pub fn fails_always_in(&self, chat: i64, method: &str, fault: Option<Fault>) {
        let (method, chats) = (method.to_lowercase(), &mut self.shared.world().faults.chats);
        match fault {
            Some(fault) => chats.push((chat, method, None, fault)),
            None => chats.retain(|(known, name, ..)| *known != chat || *name != method),
        }
    }

    /// The token is no longer good, or good again.
    pub fn revoke_token(&self, revoked: bool) {
        self.shared.world().revoked = revoked;
        self.shared.happened();
    }

    /// From now on calls that are too fast are refused with 429; it is off at the start.
    pub fn keep_pace(&self, strict: bool) {
        self.shared.world().pace.strict = strict;
    }

    /// How fast the bot has sent at most.
    pub fn busiest(&self) -> Busiest {
        self.shared.world().pace.busiest()
    }

    /// The next update gets this number, which may be lower than those before.
    pub fn update_ids_from(&self, next: i64) {
        self.shared.world().queue.next = next;
    }

    /// Tells the bot whatever this is, poisonous or not; an object without `update_id` gets one.
    pub fn raw_update(&self, update: Value) {
        self.shared.world().push_raw(0, update);
        self.shared.happened();
    }

    /// Numbers of the updates that the bot has confirmed or its webhook has taken.
    pub fn confirmed(&self) -> Vec<i64> {
        self.shared.world().queue.done.clone()
    }

    /// How many updates wait for the bot.
    pub fn pending(&self) -> usize {
        self.shared.world().queue.waiting.len()
    }

    /// Where updates are posted, if there is a webhook.
    pub fn webhook(&self) -> Option<String> {
        self.shared.world().webhook.as_ref().map(|webhook| webhook.url.clone())
    }

    /// The calls of a method so far (of all, if it is `""`), in order of arrival, those that met a fault included.
    pub fn calls(&self, method: &str) -> Vec<Call> {
        let calls = self.shared.world().calls.clone();
        calls.into_iter().filter(|call| method.is_empty() || call.method.eq_ignore_ascii_case(method)).collect()
    }

    /// The commands that the bot has set for a scope and language, such as `"default"` and `""`.
    pub fn commands(&self, scope: &str, language: &str) -> Option<Value> {
        self.shared.world().commands.get(&format!("{scope}/{language}")).cloned()
    }

    /// Fails the test if any call was one that the Bot API does not take.
    pub fn assert_clean(&self) {
        let violations = self.take_violations();
        assert!(violations.is_empty(), "the fake got calls that the Bot API would not take:\n{}", violations.join("\n"));
    }

    /// What was wrong with calls so far; empties the list, so that the test does not fail for it.
    pub fn take_violations(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.world().violations)
    }

    /// Waits until `look` finds something; looks again after everything that happens. Fails the test after [`PATIENCE`].
    pub async fn until<T>(&self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let mut changes = self.shared.changes();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            changes.mark_unchanged();
            if let Some(found) = look(self) {
                return found;
            }
            if tokio::time::timeout_at(deadline, changes.changed()).await.is_err() {
                let calls: Vec<String> = self.calls("").iter().map(|call| format!("{} {}", call.method, call.args)).collect();
                let from = calls.len().saturating_sub(30);
                panic!("no {what} within {PATIENCE:?}; the last calls:\n{}", calls[from..].join("\n"));
            }
        }
    }
}

impl Drop for TelegramFake {
    fn drop(&mut self) {
        self.shared.stop.cancel();
        if !std::thread::panicking() {
            self.assert_clean();
        }
    }
}

fn world(settings: Settings) -> World {
    let bot = User {
        id: settings.bot_id(),
        first_name: "Bellhop".into(),
        last_name: None,
        username: Some(settings.username.clone()),
        language: None,
        is_bot: true,
    };
    let group = Chat {
        id: settings.group,
        person: None,
        title: "Support".into(),
        forum: settings.forum,
        messages: BTreeMap::new(),
        next_message: 1,
        topics: BTreeMap::new(),
        pinned: Vec::new(),
        shut: false,
        members: BTreeSet::from([bot.id]),
        rights: Rights::default(),
        actions: Vec::new(),
    };
    World {
        started: Instant::now(),
        revoked: false,
        people: BTreeMap::from([(bot.id, bot)]),
        chats: BTreeMap::from([(group.id, group)]),
        files: BTreeMap::new(),
        callbacks: BTreeMap::new(),
        queue: Queue::new(810_000_001),
        webhook: None,
        pace: Pace::default(),
        faults: Faults::default(),
        calls: Vec::new(),
        violations: Vec::new(),
        commands: BTreeMap::new(),
        about: BTreeMap::new(),
        serial: 5_000_000,
        private_messages: 100,
        settings,
    }
}
