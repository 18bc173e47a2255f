//! The registry of channels: one line for each kind.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use bellhop_channel::{Declared, Files, Provider, Surroundings};
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

/// What the channels of each kind can do.
pub fn kinds() -> Vec<(&'static str, Declared)> {
    providers().iter().map(|provider| (provider.kind(), provider.declares())).collect()
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use bellhop_channel::NoFiles;
    use bellhop_engine::clock::SystemClock;
    use serde_json::json;

    use super::*;

    /// Sections of a kind, which between them have everything that it can have.
    fn sections(kind: &str) -> Vec<Value> {
        match kind {
            "discord" => vec![json!({"token": "a.b.c"}), json!({"token": "a.b.c", "staff_channel": "1"})],
            "telegram" => {
                let token = "1000000001:AAFakeTokenOfABotThatIsNotThere_abcdef";
                vec![json!({"token": token, "mode": "poll", "staff_chat": -1_001_234_567_890_i64}), json!({"token": token, "mode": "webhook"})]
            }
            "webchat" => vec![json!({})],
            "webhook" => vec![json!({"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "deliver_url": "http://127.0.0.1:9/"})],
            other => panic!("a section of kind {other} is needed here"),
        }
    }

    #[test]
    fn what_is_built_can_do_just_what_its_kind_declares() {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let surroundings = surroundings(PathBuf::new(), &clock, Arc::new(NoFiles)).unwrap();
        for provider in providers() {
            let (kind, declared) = (provider.kind(), provider.declares());
            let built: Vec<_> = sections(kind).iter().map(|section| provider.build("one", section, &surroundings).unwrap()).collect();
            for channel in &built {
                let customer = channel.customer.as_ref().map(|customer| customer.channel().capabilities().clone());
                assert!(declared.holds(customer.as_ref(), channel.staff.as_ref().map(|staff| staff.capabilities())), "{kind}: {customer:?}");
            }
            assert_eq!(built.iter().any(|channel| channel.staff.is_some()), declared.staff.is_some(), "{kind}");
        }
    }
}
