//! The registry of channels: one line for each kind.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use bellhop_channel::{Files, Provider, Surroundings};
use bellhop_engine::{channels::Channels, clock::Clock};
use serde_json::Value;

use crate::config::{Config, ConfigError};

/// Every kind of channel that this program knows.
fn providers() -> Vec<Box<dyn Provider>> {
    vec![
        Box::new(bellhop_channel_discord::Discord),
        Box::new(bellhop_channel_telegram::Telegram),
        Box::new(bellhop_channel_webchat::Webchat),
        Box::new(bellhop_channel_webhook::Webhook),
    ]
}

/// Builds the configured channels, which read what they send from `files`; touches no network.
///
/// # Errors
/// The first mistake in a channel's section.
pub fn build(config: &Config, clock: &Arc<dyn Clock>, files: Arc<dyn Files>) -> Result<Channels, ConfigError> {
    let providers: BTreeMap<&str, Box<dyn Provider>> = providers().into_iter().map(|provider| (provider.kind(), provider)).collect();
    let surroundings = surroundings(config.root.clone(), clock, files).map_err(|problem| config.origins.wrong("channels", problem))?;
    let mut channels = Vec::new();
    for (name, section) in &config.channels {
        let key = format!("channels.{name}");
        let Value::Object(mut section) = section.clone() else {
            return Err(config.origins.wrong(&key, "must be a section with a kind"));
        };
        let known = || providers.keys().copied().collect::<Vec<_>>().join(", ");
        let kind_key = format!("{key}.kind");
        let Some(Value::String(kind)) = section.remove("kind") else {
            return Err(config.origins.wrong(&kind_key, format!("missing; allowed are {}", known())));
        };
        let Some(provider) = providers.get(kind.as_str()) else {
            return Err(config.origins.wrong(&kind_key, format!("{kind:?} is unknown; allowed are {}", known())));
        };
        let channel = provider
            .build(name, &Value::Object(section), &surroundings)
            .map_err(|error| config.origins.wrong(&format!("channels.{}.{}", error.channel, error.key), error.problem))?;
        channels.push(channel);
    }
    Ok(Channels::new(channels))
}

#[allow(clippy::disallowed_methods, reason = "addresses in the configuration are the operator's word and not guarded")]
fn surroundings(root: PathBuf, clock: &Arc<dyn Clock>, files: Arc<dyn Files>) -> Result<Surroundings, String> {
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .pool_idle_timeout(std::time::Duration::from_secs(30))
        .build()
        .map_err(|error| error.to_string())?;
    let clock = Arc::clone(clock);
    Ok(Surroundings { http, now: Arc::new(move || clock.now()), root, files })
}
