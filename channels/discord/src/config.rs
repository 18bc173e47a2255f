//! The section `[channels.NAME]` with `kind = "discord"`.

use std::{fmt, path::Path, time::Duration};

use bellhop_channel::{ConfigError, Pacing, Section};
use url::{Host, Url};

/// Where Discord's REST interface is.
const DISCORD: &str = "https://discord.com/api/v10";

/// What the section says, checked.
pub(crate) struct Config {
    pub(crate) token: Token,
    pub(crate) api_url: Url,
    /// None: Discord is asked where it is.
    pub(crate) gateway_url: Option<Url>,
    /// The forum or text channel of the agents.
    pub(crate) staff_channel: Option<u64>,
    /// For one try.
    pub(crate) timeout: Duration,
    pub(crate) pacing: Pacing,
}

/// What lets us act as the bot.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(String);

impl Token {
    fn parse(text: &str) -> Option<Self> {
        let plausible = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        let parts: Vec<&str> = text.split('.').collect();
        (parts.len() == 3 && parts.into_iter().all(plausible)).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token")
    }
}

const KNOWN: [&str; 9] =
    ["token", "token_file", "api_url", "gateway_url", "staff_channel", "max_per_second", "per_thread", "timeout", "give_up_after"];

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Reads the section of the channel `name`; relative paths start at `root`.
pub(crate) fn read(name: &str, section: &serde_json::Value, root: &Path) -> Result<Config, ConfigError> {
    let section = Section::new(name, section, &KNOWN, root)?;
    let own_api = section.address("api_url")?;
    let gateway_url = gateway(&section)?;
    let api_url = match own_api {
        Some(url) => url,
        None => Url::parse(DISCORD).map_err(|error| section.error("api_url", error.to_string()))?,
    };
    let max_per_second = section.number("max_per_second", 0, 10_000)?.and_then(|number| u32::try_from(number).ok()).unwrap_or(45);
    let per_thread = section.duration("per_thread", Duration::ZERO, Duration::from_secs(60))?.unwrap_or_default();
    Ok(Config {
        token: token(&section)?,
        api_url,
        gateway_url,
        staff_channel: snowflake(&section, "staff_channel")?,
        timeout: section.duration("timeout", Duration::from_millis(100), Duration::from_secs(120))?.unwrap_or(Duration::from_secs(15)),
        pacing: Pacing {
            max_per_second: Some(max_per_second).filter(|&number| number > 0),
            per_thread: Some(per_thread).filter(|pause| !pause.is_zero()),
            give_up_after: section.duration("give_up_after", Duration::from_secs(1), 30 * DAY)?.unwrap_or(2 * DAY),
        },
    })
}

fn token(section: &Section<'_>) -> Result<Token, ConfigError> {
    let tokens = section.secrets("token")?;
    let token = tokens.first().filter(|_| tokens.len() == 1).and_then(|token| Token::parse(token));
    token.ok_or_else(|| {
        section.error("token", "must be one token as the Developer Portal shows it on the page Bot: three parts with dots between them")
    })
}

/// An id as Discord copies it: digits only, and too many of them for a number in TOML to be sure.
fn snowflake(section: &Section<'_>, key: &str) -> Result<Option<u64>, ConfigError> {
    let id = match section.text(key) {
        Ok(None) => return Ok(None),
        Ok(Some(text)) => text.parse().ok(),
        Err(_) => section.integer(key)?.and_then(|id| u64::try_from(id).ok()),
    };
    id.filter(|&id| id > 0).map(Some).ok_or_else(|| section.error(key, "must be an id as Discord copies it, such as \"1234567890123456789\""))
}

/// An address of a gateway: wss, or plain ws on loopback.
fn gateway(section: &Section<'_>) -> Result<Option<Url>, ConfigError> {
    let Some(text) = section.text("gateway_url")? else { return Ok(None) };
    let url = Url::parse(text).map_err(|error| section.error("gateway_url", format!("not an address: {error}")))?;
    if is_allowed(&url) { Ok(Some(url)) } else { Err(section.error("gateway_url", "must be a wss address, or ws on loopback")) }
}

/// Whether a gateway may be called there: with TLS, or on this machine.
pub(crate) fn is_allowed(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "wss" => url.has_host(),
        "ws" => loopback,
        _ => false,
    }
}

/// Whether this is an address of Discord's own.
pub(crate) fn is_discords(url: &Url) -> bool {
    let name = url.host_str().unwrap_or_default();
    ["discord.com", "discord.gg"].iter().any(|own| name == *own || name.strip_suffix(own).is_some_and(|rest| rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::{Value, json};

    use super::*;

    fn section(change: Value) -> Value {
        let mut section = json!({"token": "MTIz.Gabc-d.e_f"});
        for (key, value) in change.as_object().unwrap() {
            section[key] = value.clone();
        }
        section
    }

    #[test]
    fn a_token_is_enough() {
        let config = read("bot", &section(json!({})), Path::new(".")).unwrap();
        assert_eq!((config.token.as_str(), config.api_url.as_str()), ("MTIz.Gabc-d.e_f", "https://discord.com/api/v10"));
        assert_eq!((config.gateway_url, config.staff_channel, config.timeout), (None, None, Duration::from_secs(15)));
        assert_eq!(config.pacing, Pacing { max_per_second: Some(45), per_thread: None, give_up_after: 2 * DAY });
    }

    #[test]
    fn every_key_is_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("token"), "a.b.c\n").unwrap();
        let full = json!({
            "token_file": "token", "api_url": "http://127.0.0.1:8081/api", "gateway_url": "ws://127.0.0.1:8082", "staff_channel": "1234567890123456789",
            "max_per_second": 0, "per_thread": "1s", "timeout": "3s", "give_up_after": "2h",
        });
        let config = read("bot", &full, folder.path()).unwrap();
        assert_eq!((config.token.as_str(), config.api_url.as_str()), ("a.b.c", "http://127.0.0.1:8081/api"));
        assert_eq!((config.gateway_url.unwrap().as_str(), config.staff_channel), ("ws://127.0.0.1:8082/", Some(1_234_567_890_123_456_789)));
        assert_eq!(config.timeout, Duration::from_secs(3));
        assert_eq!(
            config.pacing,
            Pacing { max_per_second: None, per_thread: Some(Duration::from_secs(1)), give_up_after: Duration::from_secs(7200) }
        );
        let number = read("bot", &section(json!({"staff_channel": 77})), Path::new(".")).unwrap();
        assert_eq!(number.staff_channel, Some(77));
    }

    #[test]
    fn wrong_values_say_what_is_wrong() {
        let problems: Vec<String> = [
            json!({"token": null}),
            json!({"token": "hunter2"}),
            json!({"token": ["a.b.c", "d.e.f"]}),
            json!({"api_url": "http://discord.example"}),
            json!({"gateway_url": "https://gateway.discord.gg"}),
            json!({"gateway_url": "ws://gateway.example"}),
            json!({"staff_channel": "#support"}),
            json!({"staff_channel": -5}),
            json!({"per_thread": "1h"}),
            json!({"staff_chat": 1}),
        ]
        .into_iter()
        .map(|change| read("bot", &section(change), Path::new(".")).err().unwrap().to_string())
        .collect();
        insta::assert_snapshot!(problems.join("\n"));
        assert!(problems.iter().all(|problem| !problem.contains("hunter2")), "a token is not repeated");
    }

    #[test]
    fn discords_own_addresses_are_known() {
        for (address, own) in [
            ("wss://gateway.discord.gg", true),
            ("wss://gateway-us-east1-b.discord.gg", true),
            ("https://discord.com/api", true),
            ("wss://notdiscord.gg", false),
            ("ws://127.0.0.1:1", false),
        ] {
            assert_eq!(is_discords(&Url::parse(address).unwrap()), own, "{address}");
        }
    }
}
