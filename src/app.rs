//! The life of the program: put together, serve, finish what is in hand, stop.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use bellhop_engine::{
    Engine, Parts,
    actions::{articles, first_run},
    attachments::OutgoingFiles,
    links::Links,
    staff::StaffDesk,
};
use bellhop_store::{
    DbError, Store, WriteError,
    conversations::ConversationFilter,
    lock::{Guard, LockError},
};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use crate::{
    cli::{open, say},
    config::Config,
    demo, registry, secret, telemetry,
};

/// How long what is in hand may take after the signal to stop.
const GRACE: Duration = Duration::from_secs(20);

/// How often the node makes sure that the database is still its own.
const LOCK_LOOK: Duration = Duration::from_secs(1);

/// How soon it is asked again when the database did not answer.
const LOCK_RETRY: Duration = Duration::from_millis(250);

/// What the program is started for.
pub enum Purpose {
    /// Real work.
    Work {
        /// An empty knowledge base gets the sample articles: nothing is configured yet.
        sample_articles: bool,
    },
    /// A sample company to click through, and the shop to write from.
    Demo(demo::Shop),
}

impl Purpose {
    fn word(&self) -> &'static str {
        match self {
            Self::Work { .. } => "serve",
            Self::Demo(_) => "demo",
        }
    }
}

/// Serves until told to stop.
pub async fn serve(mut config: Config, purpose: Purpose) -> anyhow::Result<()> {
    let _installed_already = rustls::crypto::ring::default_provider().install_default();
    telemetry::start_logging(&config)?;
    if config.file.is_none() && config.channels.is_empty() {
        // Something to try at once: the chat on its own page.
        config.channels.insert(demo::WEB.to_owned(), serde_json::json!({ "kind": "webchat" }));
    }
    let metrics = telemetry::start_metrics()?;
    let secret = secret::load_or_make(&config.secret_key_file)?;
    let clock = open::clock();
    let links = Links::new(&config.public_url, &secret);
    let settings = open::settings(&config);
    let files = Arc::new(OutgoingFiles::new(links.clone(), settings.files_folder.clone()));
    let channels = registry::build(&config, &clock, files)?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("{} cannot be listened on; choose another address with --listen or server.listen", config.listen))?;
    let options = open::store_options(&config);
    let mut lock = bellhop_store::lock::exclusive(&options).await.with_context(|| open::shown_url(&config.database_url))?;
    let store = open::store(&config).await?;
    claim(&store, &purpose).await?;
    // Before the engine starts, so that whoever asks first is answered from them.
    if !matches!(purpose, Purpose::Work { sample_articles: false }) {
        offer_samples(&store, clock.now()).await?;
    }
    let staff = channels.staff_chats().next().map(|_| Arc::new(bellhop_staff::Staff::default()) as Arc<dyn StaffDesk>);
    let engine = Engine::start(Parts { store: store.clone(), settings, channels, links, clock, staff }).await?;
    if let Purpose::Demo(_) = &purpose {
        Box::pin(demo::fill(&engine, &store)).await?;
    }
    drop(store);
    let stop = CancellationToken::new();
    let site =
        bellhop_web::Site { engine: engine.clone(), metrics: Arc::new(move || metrics.render()), trusted_proxies: config.trusted_proxies.clone() };
    announce(&config, &purpose);
    if let Some(code) = first_run::code(&engine).await? {
        say(format!(
            "Nobody can sign in yet. Open {}/console and make yourself the administrator with this one-time code: {code}",
            config.public_url
        ));
    }
    // Before anybody is told that it is up, and may tell it to stop.
    let mut told_to_stop = StopSignals::listen()?;
    let server = bellhop_web::serve(listener, site, stop.clone());
    tokio::pin!(server);
    tokio::select! {
        () = &mut server => bail!("the HTTP server stopped by itself"),
        () = lost(&mut lock) => tracing::error!("Another node has taken over the database: this one stops"),
        signal = told_to_stop.next() => tracing::info!(signal, "Stopping: what is in hand is finished first"),
    }
    stop.cancel();
    if tokio::time::timeout(GRACE, server).await.is_err() {
        tracing::warn!("Requests were still open at the deadline");
    }
    engine.stop(GRACE).await;
    tracing::info!("Stopped");
    Ok(())
}

/// A database belongs to the work or to the demo for good: sample people never mix with real ones.
async fn claim(store: &Store, purpose: &Purpose) -> anyhow::Result<()> {
    const MADE_BY: &str = "made_by";
    let is_demo = matches!(purpose, Purpose::Demo(_));
    match store.reader.meta(MADE_BY).await? {
        Some(word) if word == purpose.word() => Ok(()),
        Some(word) if is_demo => bail!("this database was not made by `bellhop demo` but by `bellhop {word}`; choose another folder with --data"),
        Some(_) => bail!("this database was made by `bellhop demo`; choose another folder with --data"),
        None if is_demo && !store.reader.conversations(&ConversationFilter::default(), None, 1).await?.items.is_empty() => {
            bail!("this database was not made by `bellhop demo`; choose another folder with --data")
        }
        None => {
            let word = purpose.word();
            store
                .writer
                .write::<_, DbError, _>(move |tx| Box::pin(async move { tx.set_meta(MADE_BY, word).await }))
                .await
                .map_err(WriteError::into_db)?;
            Ok(())
        }
    }
}

/// The first start without a configuration fills the empty knowledge base; whoever removes the samples does not get them again.
async fn offer_samples(store: &Store, now: chrono::DateTime<chrono::Utc>) -> anyhow::Result<()> {
    const OFFERED: &str = "samples_offered";
    if store.reader.meta(OFFERED).await?.is_some() {
        return Ok(());
    }
    if store.reader.published_articles(None, 1).await?.is_empty() {
        articles::load_samples(store, now).await?;
    }
    store.writer.write::<_, DbError, _>(|tx| Box::pin(async move { tx.set_meta(OFFERED, "yes").await })).await.map_err(WriteError::into_db)?;
    Ok(())
}

fn announce(config: &Config, purpose: &Purpose) {
    say(format!("Bellhop {} is ready at {}", env!("CARGO_PKG_VERSION"), config.public_url));
    if let Purpose::Demo(shop) = purpose {
        for line in demo::introduction(config, shop) {
            say(line);
        }
    } else if config.file.is_none() {
        say("No bellhop.toml was found: an empty knowledge base starts with the sample articles.");
        if config.channels.contains_key(demo::WEB) {
            say(format!("Write as a visitor: {}/chat/{}/", config.public_url, demo::WEB));
        }
        say("Other channels: README.md, \"Open a channel\", shows how.");
    }
}

/// Ends when another node holds the database's lock; a broken connection alone is mended.
async fn lost(lock: &mut Guard) {
    loop {
        match lock.keep().await {
            Ok(()) => lock.disturbed(LOCK_LOOK).await,
            Err(LockError::AlreadyHeld) => return,
            Err(error) => {
                tracing::warn!(error = %error, "The lock of the node that serves cannot be looked at");
                tokio::time::sleep(LOCK_RETRY).await;
            }
        }
    }
}

/// The signals that stop the program; from [`listen`](Self::listen) on they do not end it at once.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("the signal to stop cannot be waited for");
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    /// The name of the next one.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
