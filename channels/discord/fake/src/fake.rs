//! The fake itself: starting it, scripting it, asking it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{broadcast, watch},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    description::Description,
    faults::Fault,
    gateway::{self, Control},
    server,
    world::World,
};

/// How long to wait for something to happen before the test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// What the fake is told at its start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The bot's token.
    pub token: String,
    /// The id of the bot's account.
    pub bot: u64,
    /// The id of its application.
    pub application: u64,
    /// The id of the server.
    pub guild: u64,
    /// The id of a text channel that everybody reads.
    pub help: u64,
    /// The id of a forum channel that agents read.
    pub forum: u64,
    /// How often the gateway wants to hear of the bot.
    pub heartbeat: Duration,
    /// What the REST interface says where the gateway is, and sessions where they are gone on with; none: the fake's own.
    pub gateway_said: Option<String>,
    /// Requests are checked against our own table of routes even where fixtures are named.
    pub own_description: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token: "MTAwMDAwMDAwMDAwMDAwMDAx.GfakeT.a_token_of_a_bot_in_tests".into(),
            bot: 1_000_000_000_000_000_001,
            application: 1_000_000_000_000_000_002,
            guild: 1_000_000_000_000_000_010,
            help: 1_000_000_000_000_000_011,
            forum: 1_000_000_000_000_000_012,
            heartbeat: Duration::from_secs(20),
            gateway_said: None,
            own_description: false,
        }
    }
}

/// A call that the fake got.
#[derive(Debug, Clone)]
pub struct Call {
    /// Method and path as they are documented.
    pub route: String,
    /// The path as it was called.
    pub path: String,
    /// What followed the path.
    pub query: std::collections::BTreeMap<String, String>,
    /// The body; null where there was none.
    pub body: Value,
    /// Uploaded files: name and size in bytes.
    pub files: Vec<(String, usize)>,
    /// Since the fake's start.
    pub at: Duration,
    /// What the script made of it.
    pub fault: Option<Fault>,
    /// The status that it was answered with, where it was carried out.
    pub status: Option<u16>,
}

/// A running Discord. Dropping it stops it, and fails the test if any call was wrong.
pub struct DiscordFake {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    world: Mutex<World>,
    pub description: Description,
    pub address: String,
    pub gateway_address: String,
    pub gateway_said: String,
    /// Counts what happened, so that others can wait for more.
    changed: watch::Sender<u64>,
    pub control: broadcast::Sender<Control>,
    pub stop: CancellationToken,
    pub tasks: TaskTracker,
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

    /// Something that Discord does not take fails the test.
    pub fn violation(&self, violation: String) {
        self.world().violations.push(violation);
        self.happened();
    }
}

impl DiscordFake {
    /// Starts on ports of its own, with a bot, a server, and nobody in it.
    pub async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    /// Starts as told.
    pub async fn with(settings: Settings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        let sockets = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        let description = if settings.own_description { Description::own() } else { Description::load() };
        let shared = Arc::new(Shared {
            description,
            address: format!("http://{}", listener.local_addr().expect("the port that was bound")),
            gateway_said: settings.gateway_said.clone().unwrap_or_else(|| format!("ws://{}", sockets.local_addr().expect("the port that was bound"))),
            gateway_address: format!("ws://{}", sockets.local_addr().expect("the port that was bound")),
            world: Mutex::new(World::new(settings)),
            changed: watch::Sender::new(0),
            control: broadcast::Sender::new(64),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        let stop = &shared.stop;
        shared.tasks.spawn(stop.clone().run_until_cancelled_owned(server::accept(listener, Arc::clone(&shared))));
        shared.tasks.spawn(stop.clone().run_until_cancelled_owned(gateway::accept(sockets, Arc::clone(&shared))));
        Self { shared }
    }

    /// The base address for `api_url`.
    pub fn url(&self) -> String {
        format!("{}/api/v10", self.shared.address)
    }

    /// The address for `gateway_url`; the REST interface names it too.
    pub fn gateway_url(&self) -> String {
        self.shared.gateway_address.clone()
    }

    /// The bot's token.
    pub fn token(&self) -> String {
        self.settings().token
    }

    /// What the fake was told at its start.
    pub fn settings(&self) -> Settings {
        self.shared.world().settings.clone()
    }

    /// The next `times` calls of a route (any, if it is `""`) meet this fault; downloads are the route `file`.
    pub fn fails(&self, route: &str, times: u32, fault: Fault) {
        self.shared.world().faults.next.push((route.to_owned(), times, fault));
    }

    /// Every call of a route (any, if it is `""`) meets this fault until it is lifted with none.
    pub fn fails_always(&self, route: &str, fault: Option<Fault>) {
        let standing = &mut self.shared.world().faults.standing;
        standing.retain(|(name, _)| name != route);
        standing.extend(fault.map(|fault| (route.to_owned(), fault)));
    }

    /// From now on a channel takes five messages in five seconds, as Discord's do; it is off at the start.
    pub fn keep_pace(&self, strict: bool) {
        self.shared.world().strict = strict;
    }

    /// The token is no longer good, or good again.
    pub fn revoke_token(&self, revoked: bool) {
        self.shared.world().revoked = revoked;
        self.shared.happened();
    }

    /// Message Content Intent is switched off at the Developer Portal, or on again.
    pub fn withhold_content(&self, withheld: bool) {
        self.shared.world().sessions.without_content = withheld;
    }

    /// Every connection to the gateway breaks; its session can be gone on with.
    pub fn drop_connections(&self) {
        let _ = self.shared.control.send(Control::Drop);
    }

    /// Discord asks to connect anew (op 7).
    pub fn ask_to_reconnect(&self) {
        let _ = self.shared.control.send(Control::Reconnect);
    }

    /// Discord ends the sessions (op 9): what happens before a new one begins is told to nobody.
    pub fn end_sessions(&self) {
        for session in &mut self.shared.world().sessions.all {
            session.alive = false;
        }
        let _ = self.shared.control.send(Control::Invalid(false));
    }

    /// Discord asks to go on with the session anew (op 9 with `true`).
    pub fn shake_sessions(&self) {
        let _ = self.shared.control.send(Control::Invalid(true));
    }

    /// Sessions end without a word: whoever comes back learns it then.
    pub fn forget_sessions(&self) {
        for session in &mut self.shared.world().sessions.all {
            session.alive = false;
        }
    }

    /// Connections are closed with this code.
    pub fn close(&self, code: u16) {
        let _ = self.shared.control.send(Control::Close(code));
    }

    /// Heartbeats are not answered any more, or again.
    pub fn forget_heartbeats(&self, deaf: bool) {
        self.shared.world().sessions.deaf = deaf;
    }

    /// The gateway lets nobody in, or again.
    pub fn shut_gateway(&self, shut: bool) {
        self.shared.world().sessions.shut = shut;
        if shut {
            self.drop_connections();
        }
    }

    /// Sessions that were begun so far.
    pub fn begun(&self) -> usize {
        self.shared.world().sessions.begun
    }

    /// How often a session was gone on with.
    pub fn resumed(&self) -> usize {
        self.shared.world().sessions.resumed
    }

    /// Heartbeats so far.
    pub fn heartbeats(&self) -> usize {
        self.shared.world().sessions.heartbeats
    }

    /// Tells the bot of something, whatever it is.
    pub fn tell(&self, kind: &str, data: Value) {
        self.shared.world().sessions.tell(kind, data);
        self.shared.happened();
    }

    /// Tells the bot a frame as it is; `(number)` becomes its number.
    pub fn tell_raw(&self, frame: &str) {
        self.shared.world().sessions.tell_raw(frame);
        self.shared.happened();
    }

    /// The calls of a route so far (of all, if it is `""`), in order of arrival, those that met a fault included.
    pub fn calls(&self, route: &str) -> Vec<Call> {
        let calls = self.shared.world().calls.clone();
        calls.into_iter().filter(|call| route.is_empty() || call.route == route).collect()
    }

    /// What was set as the commands of the server, or of the application everywhere.
    pub fn commands(&self) -> Vec<Value> {
        self.shared.world().commands.values().flat_map(|list| list.as_array().cloned().unwrap_or_default()).collect()
    }

    /// The bot loses sight of a channel, or sees it again.
    pub fn hide_channel(&self, channel: u64, hidden: bool) {
        if let Some(channel) = self.shared.world().channels.get_mut(&channel) {
            channel.hidden = hidden;
        }
    }

    /// Fails the test if any call was one that Discord does not take.
    pub fn assert_clean(&self) {
        let violations = self.take_violations();
        assert!(violations.is_empty(), "the fake got calls that Discord would not take:\n{}", violations.join("\n"));
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
                let calls: Vec<String> = self.calls("").iter().map(|call| format!("{} {:?} {}", call.path, call.status, call.body)).collect();
                let from = calls.len().saturating_sub(30);
                panic!("no {what} within {PATIENCE:?}; the last calls:\n{}", calls[from..].join("\n"));
            }
        }
    }
}

impl Drop for DiscordFake {
    fn drop(&mut self) {
        self.shared.stop.cancel();
        if !std::thread::panicking() {
            self.assert_clean();
        }
    }
}
