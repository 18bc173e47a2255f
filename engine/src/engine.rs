//! The engine: everything that runs, put together, started and stopped.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use bellhop_domain::actor::Actor;
use bellhop_kb::KnowledgeBase;
use bellhop_store::{DbError, Reader, Store, Writer};
use chrono::{DateTime, Utc};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::{
    assigning::{self, Acts},
    attachments::Attachments,
    bus::Bus,
    caller::Caller,
    channels::Channels,
    clock::Clock,
    counting::Counts,
    desk::DeskCache,
    dispatch,
    embeddings::Embedder,
    intake::{Intake, Pending},
    knowledge::Knowledge,
    lanes::Lanes,
    links::Links,
    outbox::Outbox,
    outside::Outside,
    scheduler::{self, Waits},
    settings::Settings,
    staff::StaffDesk,
    worker,
};

/// What an engine is made of; the application puts it together.
pub struct Parts {
    /// The open store.
    pub store: Store,
    /// What the configuration says.
    pub settings: Settings,
    /// The configured channels.
    pub channels: Channels,
    /// Signs links.
    pub links: Links,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What makes staff chats out of conversations, where there are any.
    pub staff: Option<Arc<dyn StaffDesk>>,
}

/// Why the engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database does not answer as it should.
    #[error("the database cannot be read")]
    Database(#[from] DbError),
    /// The search index can be neither opened nor made anew.
    #[error("the search index cannot be opened")]
    Index(#[from] bellhop_kb::Error),
    /// The client for outside calls cannot be made.
    #[error("the client for outside calls cannot be made")]
    Client(#[from] reqwest::Error),
}

/// Why the engine does not take work now.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Database(DbError),
    /// Shutting down.
    #[error("shutting down")]
    Stopping,
}

/// The running engine; cheap to clone.
#[derive(Clone)]
pub struct Engine(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) node: Uuid,
    pub(crate) store: Store,
    pub(crate) settings: Settings,
    pub(crate) channels: Channels,
    pub(crate) backlogs: crate::channels::noting::Backlogs,
    pub(crate) links: Links,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) staff: Option<Arc<dyn StaffDesk>>,
    pub(crate) bus: Bus,
    pub(crate) desk: DeskCache,
    pub(crate) places: crate::places::Places,
    pub(crate) knowledge: Knowledge,
    pub(crate) lanes: Lanes,
    pub(crate) counts: Counts,
    pub(crate) nothing_to_do: worker::NothingToDo,
    pub(crate) intake: Intake,
    pub(crate) outbox: Outbox,
    pub(crate) outside: Outside,
    pub(crate) embedder: Embedder,
    pub(crate) attachments: Attachments,
    pub(crate) tokens: crate::actions::tokens::Remembered,
    pub(crate) waits: Waits,
    pub(crate) acts: Acts,
    pub(crate) signs: crate::actions::conversations::Signs,
    pub(crate) uses: crate::actions::editing::Uses,
    pub(crate) popularity: crate::actions::editing::Popularity,
    pub(crate) sign_ins: crate::actions::sessions::SignIns,
    pub(crate) first_run: crate::actions::first_run::FirstRun,
    /// No new work is taken.
    pub(crate) stopping: CancellationToken,
    /// What is still in hand after the deadline is dropped.
    pub(crate) aborting: CancellationToken,
    /// No send is on the wire any more.
    pub(crate) senders_done: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

impl Engine {
    /// Reads what is needed, recovers what a crash cut off, and starts every task.
    ///
    /// # Errors
    /// When the database or the search index cannot be used.
    pub async fn start(parts: Parts) -> Result<Self, StartError> {
        let (engine, accepted) = Self::assemble(parts).await?;
        engine.recover().await?;
        crate::channels::noting::recall(&engine).await?;
        crate::places::start(&engine).await;
        crate::knowledge::catch_up(&engine).await?;
        scheduler::take_up_backlog(&engine).await;
        dispatch::start(&engine, accepted);
        worker::start(&engine);
        crate::outbox::start(&engine);
        crate::knowledge::start(&engine);
        crate::knowledge::start_learning(&engine);
        crate::knowledge::start_meaning(&engine);
        crate::attachments::resume(&engine);
        scheduler::start(&engine);
        assigning::start(&engine);
        crate::counting::start(&engine);
        crate::channels::start(&engine);
        if let Some(staff) = engine.0.staff.clone() {
            let this = engine.clone();
            engine.run(async move { staff.run(this).await });
        }
        Ok(engine)
    }

    /// An engine that runs nothing by itself: for commands beside a live node, which takes up what they change.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn idle(mut parts: Parts) -> Result<Self, StartError> {
        parts.settings.index_folder = None;
        Ok(Self::assemble(parts).await?.0)
    }

    async fn assemble(parts: Parts) -> Result<(Self, mpsc::Receiver<Pending>), StartError> {
        let Parts { store, settings, channels, links, clock, staff } = parts;
        let (intake, accepted) = dispatch::queue();
        let outside = Outside::new(settings.allow_private.clone())?;
        let knowledge = Knowledge::open(&settings)?;
        let desk = DeskCache::load(&store.reader).await?;
        let inner = Inner {
            node: crate::clock::fresh_id(),
            bus: Bus::default(),
            desk,
            backlogs: crate::channels::noting::Backlogs::default(),
            places: crate::places::Places::default(),
            knowledge,
            lanes: Lanes::default(),
            counts: Counts::default(),
            nothing_to_do: worker::NothingToDo::default(),
            intake,
            outbox: Outbox::default(),
            attachments: Attachments::new(settings.files_folder.clone()),
            waits: Waits::default(),
            acts: Acts::default(),
            signs: crate::actions::conversations::Signs::default(),
            uses: crate::actions::editing::Uses::default(),
            popularity: crate::actions::editing::Popularity::default(),
            sign_ins: crate::actions::sessions::SignIns::default(),
            first_run: crate::actions::first_run::FirstRun::default(),
            outside,
            embedder: Embedder::new(settings.embeddings.clone()),
            tokens: crate::actions::tokens::Remembered::default(),
            stopping: CancellationToken::new(),
            aborting: CancellationToken::new(),
            senders_done: CancellationToken::new(),
            tasks: TaskTracker::new(),
            store,
            settings,
            channels,
            links,
            clock,
            staff,
        };
        Ok((Self(Arc::new(inner)), accepted))
    }

    async fn recover(&self) -> Result<(), DbError> {
        let cut_off = self
            .writer()
            .write::<_, DbError, _>(move |tx| {
                Box::pin(async move {
                    tx.outlive_the_last_run().await?;
                    tx.forget_nodes().await?;
                    tx.recover_sending().await
                })
            })
            .await
            .map_err(|error| error.into_db())?;
        if cut_off > 0 {
            tracing::warn!(sends = cut_off, "Sends were cut off when the program stopped last; they are sent again");
        }
        Ok(())
    }

    /// Finishes what is in hand, then stops; what is not finished by the deadline goes on at the next start.
    pub async fn stop(self, deadline: Duration) {
        self.0.stopping.cancel();
        self.0.lanes.wake_all();
        self.0.outbox.wake_all();
        self.0.tasks.close();
        if tokio::time::timeout(deadline, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("Work was still in hand at the deadline; it goes on at the next start");
            self.0.aborting.cancel();
            let _dropped_anyway = tokio::time::timeout(Duration::from_secs(2), self.0.tasks.wait()).await;
        }
        self.0.store.clone().close().await;
    }

    /// Cancelled when the engine stops taking work.
    pub fn stopping(&self) -> CancellationToken {
        self.0.stopping.clone()
    }

    /// Runs `task` under the engine's care: it is awaited at shutdown.
    pub(crate) fn run<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.0.tasks.spawn(task);
    }

    /// The reading side of the database.
    pub fn reader(&self) -> &Reader {
        &self.0.store.reader
    }

    pub(crate) fn writer(&self) -> &Writer {
        &self.0.store.writer
    }

    /// How often was committed, and how much in each commit.
    pub fn write_counters(&self) -> &bellhop_store::WriteCounters {
        self.0.store.writer.counters()
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// Somebody who works here does something: who was taken to be away is there again.
    pub fn noticed(&self, caller: &Caller) {
        if let Actor::Agent { id, .. } = &caller.actor {
            self.0.acts.note(*id, self.now());
        }
    }

    /// What the configuration says.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The configured channels.
    pub fn channels(&self) -> &Channels {
        &self.0.channels
    }

    /// Makes and checks signed links.
    pub fn links(&self) -> &Links {
        &self.0.links
    }

    /// Says what changed.
    pub fn bus(&self) -> &Bus {
        &self.0.bus
    }

    /// Templates, departments, tiers and the like as they stand now.
    pub fn desk(&self) -> Arc<crate::desk::DeskSnapshot> {
        self.0.desk.snapshot()
    }

    /// The search index as this node has it.
    pub fn knowledge_base(&self) -> &KnowledgeBase {
        self.0.knowledge.base()
    }

    /// Whether the database answers and work is taken.
    ///
    /// # Errors
    /// When not, with the reason.
    pub async fn ready(&self) -> Result<(), NotReady> {
        if self.0.stopping.is_cancelled() {
            return Err(NotReady::Stopping);
        }
        self.reader().ping().await.map_err(NotReady::Database)
    }
}

impl Engine {
    /// Sets the metrics that are looked up rather than counted; call it before they are read.
    pub fn publish_gauges(&self) {
        let (events, lanes) = self.0.lanes.depth();
        let (sends, threads) = self.0.outbox.depth();
        metrics::gauge!("bellhop_inbox_events_waiting").set(events as f64);
        metrics::gauge!("bellhop_lanes_active").set(lanes as f64);
        metrics::gauge!("bellhop_outbox_sends_waiting").set(sends as f64);
        metrics::gauge!("bellhop_outbox_threads_active").set(threads as f64);
        let counters = self.write_counters();
        metrics::counter!("bellhop_write_commits_total").absolute(counters.commits.load(Ordering::Relaxed));
        metrics::counter!("bellhop_write_closures_total").absolute(counters.closures.load(Ordering::Relaxed));
        for (name, health) in self.known_channel_health() {
            let gauge = |name: &'static str, channel: &str, is_so: bool| {
                metrics::gauge!(name, "channel" => channel.to_owned()).set(f64::from(u8::from(is_so)))
            };
            if let Some(staff) = &health.staff {
                gauge("bellhop_staff_chat_working", &name, staff.troubles.is_empty());
            }
            metrics::gauge!("bellhop_channel_events_waiting", "channel" => name.clone()).set(health.waiting.events as f64);
            metrics::gauge!("bellhop_channel_sends_waiting", "channel" => name).set(health.waiting.sends as f64);
        }
        for channel in self.channels().iter() {
            metrics::gauge!("bellhop_channel_stopped", "channel" => channel.name().to_owned()).set(f64::from(u8::from(channel.stopped().is_some())));
            if let Some(connection) = channel.connection() {
                let is_up = connection.state == bellhop_channel::Connection::Up;
                metrics::gauge!("bellhop_channel_connected", "channel" => channel.name().to_owned()).set(f64::from(u8::from(is_up)));
            }
        }
    }
}
