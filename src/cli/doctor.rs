//! `bellhop doctor`: checks configuration, database, channels, clock and disk, and says what to do.

use std::path::Path;

use anyhow::bail;
use serde::Serialize;

use bellhop_engine::{
    channels::health::{Health, Verdict},
    embeddings::{Embeddings, PATIENCE},
    outside::Outside,
    places::{self, AddressBook},
};
use bellhop_store::channel_health::NotedHealth;

use super::{Place, open, say};
use crate::{config::Config, registry};

/// Below this much free space the database may soon refuse to write.
const LEAST_FREE: u64 = 512 * 1024 * 1024;
/// Articles read at once.
const PAGE: u32 = 500;

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    name: String,
    ok: bool,
    /// What was found, and what to do about it.
    found: String,
    /// Of a channel: how it is doing.
    #[serde(skip_serializing_if = "Option::is_none")]
    health: Option<Health>,
}

impl Check {
    fn of(name: impl Into<String>, found: Result<String, String>) -> Self {
        let ok = found.is_ok();
        Self { name: name.into(), ok, found: found.unwrap_or_else(|problem| problem), health: None }
    }
}

/// Looks at everything; fails if anything is wrong.
pub async fn run(place: &Place, json: bool) -> anyhow::Result<()> {
    let checks = look(place).await;
    let wrong = checks.iter().filter(|check| !check.ok).count();
    if json {
        say(serde_json::to_string(&serde_json::json!({ "ok": wrong == 0, "checks": checks }))?);
    } else {
        for check in &checks {
            say(format!("{}  {:<22} {}", if check.ok { "ok   " } else { "WRONG" }, check.name, check.found));
        }
    }
    if wrong > 0 {
        bail!("{wrong} of {} checks found something wrong", checks.len());
    }
    Ok(())
}

async fn look(place: &Place) -> Vec<Check> {
    let config = match open::config(place) {
        Ok(config) => config,
        Err(error) => return vec![Check::of("configuration", Err(format!("{error:#}")))],
    };
    let file = config.file.as_ref().map_or_else(|| "no file, built-in defaults".to_owned(), |file| file.display().to_string());
    let mut checks = vec![Check::of("configuration", Ok(file)), Check::of("secret key", secret_key(&config.secret_key_file))];
    let mut channels = channels(&config);
    let of_database = database(&config, &mut channels).await;
    checks.extend(channels);
    if let Some(settings) = &config.embeddings {
        checks.push(Check::of("embeddings", embeddings(settings, &config).await));
    }
    checks.extend(of_database);
    checks.extend(addresses(&config));
    checks.push(Check::of("disk", disk(&config)));
    checks
}

fn secret_key(file: &Path) -> Result<String, String> {
    if !file.exists() {
        return Ok(format!("{} will be made at first start", file.display()));
    }
    crate::secret::load_or_make(file).map_err(|error| format!("{error:#}"))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(file).map_err(|error| error.to_string())?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(format!("{} can be read by others (mode {mode:o}); run chmod 600 on it", file.display()));
        }
    }
    Ok(file.display().to_string())
}

/// Whether the file of network addresses can be read. Without it nobody is refused anything; regions come from elsewhere.
fn addresses(config: &Config) -> Option<Check> {
    let file = config.places.addresses.as_ref()?;
    let found = match AddressBook::read(file) {
        Ok(book) => {
            let (kind, made) = book.made();
            let made = i64::try_from(made).ok().and_then(|made| chrono::DateTime::from_timestamp(made, 0));
            Ok(format!("{kind}, made on {}", made.map_or_else(|| "an unknown day".to_owned(), |made| made.format("%Y-%m-%d").to_string())))
        }
        Err(error) => Err(format!("{}: {error}; no region comes from network addresses, see regions.addresses", file.display())),
    };
    Some(Check::of("network addresses", found))
}

/// Whether the table of telephone prefixes can be read and names regions that there are.
async fn phone_prefixes(config: &Config, store: &bellhop_store::Store) -> Option<Check> {
    let file = config.places.phone_prefixes.as_ref()?;
    let shown = file.display();
    let found = match places::read_prefixes(file) {
        Err(error) => Err(format!("{shown}: {error}; telephone numbers give countries only, see regions.phone_prefixes")),
        Ok(table) => match store.reader.desk().await {
            Err(error) => Err(error.to_string()),
            Ok((desk, _)) => match table.regions().iter().find(|region| !desk.regions.contains_key(*region)) {
                Some(region) => Err(format!("{shown}: there is no region “{region}”: lines that name it say nothing")),
                None => Ok(format!("{} prefixes for {} regions", table.len(), table.regions().len())),
            },
        },
    };
    Some(Check::of("telephone prefixes", found))
}

/// Embeds a sentence.
async fn embeddings(settings: &Embeddings, config: &Config) -> Result<String, String> {
    let outside = Outside::new(config.allow_private.clone()).map_err(|error| error.to_string())?;
    let started = std::time::Instant::now();
    let made = settings.embed(&outside, &["Where is my refund?"], settings.timeout).await;
    let (took, width) =
        (started.elapsed(), made.map_err(|error| format!("{}: {error}; see kb.embeddings", settings.url))?.first().map_or(0, Vec::len));
    let slow = if took > PATIENCE { "; that is longer than a decision waits, so that it helps nobody" } else { "" };
    Ok(format!("{} made a vector of {width} numbers in {} ms{slow}", settings.model, took.as_millis()))
}

/// Whether each section is complete.
fn channels(config: &Config) -> Vec<Check> {
    match registry::build(config, &open::clock(), std::sync::Arc::new(bellhop_channel::NoFiles)) {
        Ok(channels) if config.channels.is_empty() => {
            drop(channels);
            vec![Check::of("channels", Ok("none configured".to_owned()))]
        }
        Ok(channels) => channels.iter().map(|channel| Check::of(of_channel(channel.name()), Ok("its section is complete".to_owned()))).collect(),
        Err(error) => vec![Check::of("channels", Err(error.to_string()))],
    }
}

fn of_channel(name: &str) -> String {
    format!("channel {name}")
}

/// Adds what the server has seen of each channel. What it was like when a server ran last is told, and is no mistake now.
async fn channel_health(store: &bellhop_store::Store, is_live: bool, checks: &mut [Check]) -> Result<(), bellhop_store::DbError> {
    for NotedHealth { channel, body, noted_at } in store.reader.noted_channel_health().await? {
        let Some(check) = checks.iter_mut().find(|check| check.name == of_channel(&channel)) else { continue };
        // What another version has noted may say nothing to this one.
        let Ok(health) = serde_json::from_str::<Health>(&body) else { continue };
        let now = if is_live { open::clock().now() } else { noted_at };
        let told = health.told(now);
        if is_live {
            check.ok = health.verdict() == Verdict::Well;
            check.found = told;
        } else {
            check.found = format!("its section is complete; no node is live; at {} it was {told}", noted_at.format("%Y-%m-%d %H:%M:%SZ"));
        }
        check.health = Some(health);
    }
    Ok(())
}

async fn database(config: &Config, channels: &mut [Check]) -> Vec<Check> {
    let options = open::store_options(config);
    let is_live = match bellhop_store::lock::is_held(&options).await {
        Ok(is_live) => is_live,
        Err(error) => return vec![Check::of("database", Err(format!("{}: {error}", open::shown_url(&config.database_url))))],
    };
    let live = if is_live { "; a node is live on it" } else { "; no node is live on it" };
    let store = match open::store(config).await {
        Ok(store) => store,
        Err(error) => return vec![Check::of("database", Err(format!("{error:#}")))],
    };
    let mut checks = vec![Check::of("database", Ok(format!("{}{live}", open::shown_url(&config.database_url))))];
    if let Err(error) = channel_health(&store, is_live, channels).await {
        checks.push(Check::of("channels", Err(error.to_string())));
    }
    checks.push(Check::of("integrity", store.reader.check_integrity().await.map_err(|error| format!("{error}; restore a backup"))));
    checks.push(Check::of("clock", clock(&store).await));
    checks.push(Check::of("dead letters", dead_letters(&store).await));
    checks.push(Check::of("learning", learning(&store).await));
    checks.extend(phone_prefixes(config, &store).await);
    store.close().await;
    checks
}

async fn clock(store: &bellhop_store::Store) -> Result<String, String> {
    let ours = open::clock().now();
    let theirs = store.reader.database_time().await.map_err(|error| error.to_string())?;
    let apart = (ours - theirs).abs();
    if apart > chrono::TimeDelta::seconds(30) {
        return Err(format!("this machine and the database are {} s apart; set both by NTP", apart.num_seconds()));
    }
    Ok(ours.format("%Y-%m-%d %H:%M:%SZ").to_string())
}

async fn dead_letters(store: &bellhop_store::Store) -> Result<String, String> {
    let page = store.reader.dead_letters(None, 200).await.map_err(|error| error.to_string())?;
    if page.items.is_empty() {
        return Ok("none".to_owned());
    }
    Err(format!("{} wait for a decision; see `bellhop dead-letters list`", page.items.len()))
}

/// Whether the bot learns from the sample questions, or there are too many.
async fn learning(store: &bellhop_store::Store) -> Result<String, String> {
    let mut samples = 0;
    let mut after: Option<(String, String)> = None;
    loop {
        let place = after.as_ref().map(|(slug, lang)| (slug.as_str(), lang.as_str()));
        let page = store.reader.published_articles(place, PAGE).await.map_err(|error| error.to_string())?;
        samples += page.iter().map(|(_, version)| version.text.phrasings.len() + 1).sum::<usize>();
        if samples > bellhop_kb::MOST_SAMPLES {
            let most = bellhop_kb::MOST_SAMPLES;
            return Ok(format!("more than {most} titles and phrasings: the bot answers without what it would learn from them"));
        }
        match page.last() {
            Some((_, version)) if page.len() == PAGE as usize => after = Some((version.slug.clone(), version.lang.clone())),
            _ => return Ok(format!("from {samples} titles and phrasings")),
        }
    }
}

fn disk(config: &Config) -> Result<String, String> {
    let folder = config.files_folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    let free = fs4::available_space(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let shown = format!("{} MiB free at {}", free / 1024 / 1024, folder.display());
    if free < LEAST_FREE { Err(format!("{shown}; make room")) } else { Ok(shown) }
}
