//! What commands share: reading the configuration and opening the database.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use bellhop_engine::{Engine, Parts, channels::Channels, clock::SystemClock, links::Links, settings::Settings};
use bellhop_store::{Options, Store};

use super::Place;
use crate::{config::Config, secret, telemetry};

/// Threads for asynchronous work; retrieval and signatures run on them too.
const THREADS: usize = 2;

/// Runs a command to its end.
pub fn block_on(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    runtime()?.block_on(command)
}

/// The asynchronous runtime.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let threads = std::thread::available_parallelism().map_or(THREADS, std::num::NonZero::get).max(THREADS);
    tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build().context("threads cannot be started")
}

/// Reads the configuration.
pub fn config(place: &Place) -> anyhow::Result<Config> {
    load(&place.overrides())
}

/// Reads the configuration with what the command line says.
#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn load(overrides: &crate::config::Overrides) -> anyhow::Result<Config> {
    let environment = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect();
    Ok(Config::load(overrides, environment)?)
}

/// How the store is opened.
pub fn store_options(config: &Config) -> Options {
    Options::new(config.database_url.clone())
}

/// What the engine is told.
pub fn settings(config: &Config) -> Settings {
    Settings {
        public_url: config.public_url.clone(),
        reopen_within: config.reopen_within,
        handoff_limit: config.handoff_limit,
        language: config.language.clone(),
        languages: config.languages.clone(),
        costs: config.costs,
        embeddings: config.embeddings.clone(),
        index_folder: Some(config.index_folder.clone()),
        files_folder: config.files_folder.clone(),
        allow_private: config.allow_private.clone(),
        places: config.places.clone(),
        systems: config.systems.clone(),
        workers: 16,
        senders: 64,
    }
}

/// Opens the store beside whatever else runs; makes and upgrades it first when nothing does.
pub async fn store(config: &Config) -> anyhow::Result<Store> {
    let options = store_options(config);
    bellhop_store::migrate(&options, clock().now())
        .await
        .with_context(|| format!("the database {} cannot be prepared", shown_url(&config.database_url)))?;
    bellhop_store::open(&options).await.with_context(|| format!("the database {} cannot be opened", shown_url(&config.database_url)))
}

/// The database's address without its password.
pub fn shown_url(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut url) if url.password().is_some() => {
            let _hidden = url.set_password(Some("…"));
            url.to_string()
        }
        _ => url.to_owned(),
    }
}

/// `bellhop migrate`.
pub async fn migrate(place: &Place) -> anyhow::Result<()> {
    let config = config(place)?;
    telemetry::start_logging(&config)?;
    let options = store_options(&config);
    if bellhop_store::lock::is_held(&options).await? {
        bail!("a node is live on {}: stop it first; it migrates by itself when it starts", shown_url(&config.database_url));
    }
    let report = bellhop_store::migrate(&options, clock().now())
        .await
        .with_context(|| format!("the database {} cannot be migrated", shown_url(&config.database_url)))?;
    for step in &report.applied {
        super::say(format!("applied {step}"));
    }
    super::say("the database is up to date");
    Ok(())
}

/// Everything that actions need, beside a live node or without one; runs nothing by itself.
pub async fn engine(config: &Config) -> anyhow::Result<Engine> {
    let secret = secret::load_or_make(&config.secret_key_file)?;
    let store = store(config).await?;
    let links = Links::new(&config.public_url, &secret);
    Ok(Engine::idle(Parts { store, settings: settings(config), channels: Channels::default(), links, clock: clock(), staff: None }).await?)
}

/// The machine's clock, shared.
pub fn clock() -> Arc<dyn bellhop_engine::clock::Clock> {
    Arc::new(SystemClock)
}
