//! The configured channels and how they are doing, from real traffic.

mod announcing;
pub mod health;
mod hosting;
pub(crate) mod noting;
mod pace;
mod pulling;
pub mod staffing;
#[cfg(test)]
mod tests;
mod traffic;

use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use bellhop_channel::{Connection, Customer, CustomerChannel, HostedChannel, PullChannel, PushChannel, staff::StaffChannel};
use chrono::{DateTime, Utc};
use tokio::sync::Notify;

use crate::engine::Engine;
use pace::Pace;
pub use staffing::{StaffHealth, StaffWork};
pub use traffic::Traffic;
use traffic::time_of;

/// A bot's message that could not be sent within this time is no longer an answer: it expires and people take over.
pub const BOT_MESSAGE_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// All channels, by name.
#[derive(Default)]
pub struct Channels {
    customers: BTreeMap<String, Channel>,
    staff: BTreeMap<String, (Arc<dyn StaffChannel>, StaffHealth)>,
}

impl Channels {
    /// These channels.
    pub fn new(channels: impl IntoIterator<Item = bellhop_channel::Channel>) -> Self {
        let mut all = Self::default();
        for channel in channels {
            all.customers.extend(channel.customer.map(Channel::new).map(|channel| (channel.name().to_owned(), channel)));
            all.staff.extend(channel.staff.map(|channel| (channel.name().to_owned(), (channel, StaffHealth::default()))));
        }
        all
    }

    /// The channel with this name.
    pub fn get(&self, name: &str) -> Option<&Channel> {
        self.customers.get(name)
    }

    /// Every channel, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Channel> {
        self.customers.values()
    }

    /// The staff chat of the channel with this name.
    pub fn staff(&self, name: &str) -> Option<&Arc<dyn StaffChannel>> {
        self.staff.get(name).map(|(channel, _)| channel)
    }

    /// How the staff chat of the channel with this name is doing.
    pub fn staff_health(&self, name: &str) -> Option<&StaffHealth> {
        self.staff.get(name).map(|(_, health)| health)
    }

    /// Every staff chat, by the name of its channel.
    pub fn staff_chats(&self) -> impl Iterator<Item = &Arc<dyn StaffChannel>> {
        self.staff.values().map(|(channel, _)| channel)
    }
}

/// One configured channel.
pub struct Channel {
    customer: Customer,
    adapter: Arc<dyn CustomerChannel>,
    pace: Option<Pace>,
    stopped: Mutex<Option<Stopped>>,
    connection: Mutex<Option<Connected>>,
    /// Somebody resumed it: whoever waits to try again tries now.
    resumed: Notify,
    /// Nothing is sent before this time, in microseconds: the platform said so.
    held_until: AtomicI64,
    traffic: Traffic,
}

/// How a channel's connection is, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// How it is.
    pub state: Connection,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Why and since when nothing is sent on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// What the platform said.
    pub reason: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Channel {
    fn new(customer: Customer) -> Self {
        let adapter = customer.channel();
        let pace = adapter.pacing().max_per_second.and_then(NonZeroU32::new).map(Pace::new);
        Self {
            customer,
            adapter,
            pace,
            stopped: Mutex::default(),
            connection: Mutex::default(),
            resumed: Notify::new(),
            held_until: AtomicI64::new(0),
            traffic: Traffic::default(),
        }
    }

    /// Its name in the configuration.
    pub fn name(&self) -> &str {
        self.adapter.name()
    }

    /// The adapter.
    pub fn adapter(&self) -> &Arc<dyn CustomerChannel> {
        &self.adapter
    }

    /// The adapter, if its platform calls us.
    pub fn push(&self) -> Option<&Arc<dyn PushChannel>> {
        match &self.customer {
            Customer::Push(push) => Some(push),
            Customer::Pull(_) | Customer::Hosted(_) => None,
        }
    }

    /// The adapter, if we host its clients.
    pub fn hosted(&self) -> Option<&Arc<dyn HostedChannel>> {
        match &self.customer {
            Customer::Hosted(hosted) => Some(hosted),
            Customer::Push(_) | Customer::Pull(_) => None,
        }
    }

    fn pull(&self) -> Option<&Arc<dyn PullChannel>> {
        match &self.customer {
            Customer::Pull(pull) => Some(pull),
            Customer::Push(_) | Customer::Hosted(_) => None,
        }
    }

    /// How the connection to the platform is, once it is known: of a channel that fetches, whether it can; of one whose platform calls us, whether
    /// the platform knows where to.
    pub fn connection(&self) -> Option<Connected> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps how the connection is, and says so in the log when it changed.
    fn connected(&self, state: Connection, now: DateTime<Utc>) {
        let mut held = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        if held.as_ref().is_some_and(|held| held.state == state) {
            return;
        }
        let before = held.replace(Connected { state: state.clone(), since: now });
        drop(held);
        match state {
            Connection::Troubled { reason } => {
                tracing::warn!(channel = self.name(), reason, "The channel's connection is troubled; it is tried again")
            }
            Connection::Up if before.is_some() => tracing::warn!(channel = self.name(), "The channel's connection is up again"),
            Connection::Up => tracing::info!(channel = self.name(), "The channel's connection is up"),
        }
    }

    /// What went through it.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// Why nothing is sent, if so.
    pub fn stopped(&self) -> Option<Stopped> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn stop(&self, reason: String, since: DateTime<Utc>) {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = Some(Stopped { reason, since });
    }

    pub(crate) fn resume(&self) {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.resumed.notify_one();
    }

    /// Nothing is sent before `until`: the platform wants a pause of the whole channel.
    pub(crate) fn hold(&self, until: DateTime<Utc>) {
        self.held_until.fetch_max(until.timestamp_micros(), Ordering::Relaxed);
    }

    /// Until when nothing is sent, if that is after `now`.
    pub(crate) fn held(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        time_of(&self.held_until).filter(|until| *until > now)
    }

    /// Whether the channel's own pace allows a send at once; it counts as one.
    pub(crate) fn has_turn(&self) -> bool {
        self.pace.as_ref().is_none_or(|pace| pace.now(Instant::now()))
    }

    /// How long a send has to wait by the channel's own pace; none: it goes now.
    pub(crate) fn turn(&self, send: i64) -> Option<Duration> {
        self.pace.as_ref()?.turn(send, Instant::now())
    }

    /// A send does not need its turn any more.
    pub(crate) fn forget_turn(&self, send: i64) {
        if let Some(pace) = &self.pace {
            pace.forget(send);
        }
    }
}

/// Starts fetching on the channels that fetch and serving on those that we host, and tells the other platforms where to call us.
pub(crate) fn start(engine: &Engine) {
    let this = engine.clone();
    engine.run(async move { noting::run(&this).await });
    for channel in engine.channels().iter() {
        let (this, name) = (engine.clone(), channel.name().to_owned());
        match &channel.customer {
            Customer::Push(_) => engine.run(async move { announcing::run(&this, &name).await }),
            Customer::Pull(_) => engine.run(async move { pulling::run(&this, &name).await }),
            Customer::Hosted(_) => engine.run(async move { hosting::run(&this, &name).await }),
        }
    }
}
