//! The section `[channels.NAME]` with `kind = "telegram"`.

use std::{fmt, path::Path, time::Duration};

use bellhop_channel::{ConfigError, Pacing, Section};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use url::Url;

/// What the section says, checked.
pub(crate) struct Config {
    pub(crate) token: Token,
    pub(crate) mode: Mode,
    pub(crate) api_url: Url,
    pub(crate) staff_chat: Option<i64>,
    /// What Telegram says in a header of each request, so that we know that it is Telegram.
    pub(crate) secret_token: String,
    /// For one try.
    pub(crate) timeout: Duration,
    pub(crate) pacing: Pacing,
}

/// How updates arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// We ask for them.
    Poll,
    /// Telegram calls us.
    Webhook,
}

/// What lets us act as the bot. It stands in every address of the Bot API, so no address is ever shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token {
    text: String,
    bot: i64,
}

impl Token {
    /// Reads a token as BotFather gives it: the bot's id, a colon, and the secret.
    fn parse(text: &str) -> Option<Self> {
        let (bot, secret) = text.split_once(':')?;
        let plausible = !secret.is_empty() && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        Some(Self { text: text.to_owned(), bot: bot.parse().ok().filter(|&bot| bot > 0)? }).filter(|_| plausible)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The id of the bot's own account.
    pub(crate) fn bot(&self) -> i64 {
        self.bot
    }

    /// A word that only somebody who knows the token can find out; the same on every node and after every start.
    fn derive(&self, purpose: &str) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(self.text.as_bytes()).map(|mac| mac.chain_update(purpose.as_bytes()).finalize().into_bytes());
        mac.map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect()).unwrap_or_default()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token")
    }
}

const KNOWN: [&str; 11] = [
    "token",
    "token_file",
    "mode",
    "api_url",
    "staff_chat",
    "secret_token",
    "secret_token_file",
    "max_per_second",
    "per_thread",
    "timeout",
    "give_up_after",
];

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Reads the section of the channel `name`; relative paths start at `root`.
pub(crate) fn read(name: &str, section: &serde_json::Value, root: &Path) -> Result<Config, ConfigError> {
    let section = Section::new(name, section, &KNOWN, root)?;
    let token = token(&section)?;
    let mode = match section.text("mode")? {
        None | Some("poll") => Mode::Poll,
        Some("webhook") => Mode::Webhook,
        Some(other) => return Err(section.error("mode", format!("{other:?} is unknown; allowed are poll, webhook"))),
    };
    let api_url = match section.address("api_url")? {
        Some(url) => url,
        None => Url::parse("https://api.telegram.org").map_err(|error| section.error("api_url", error.to_string()))?,
    };
    let staff_chat = section.integer("staff_chat")?;
    if staff_chat.is_some_and(|chat| chat >= 0) {
        return Err(section.error("staff_chat", "must be the id of a group, which is below zero (such as -1001234567890)"));
    }
    let max_per_second = section.number("max_per_second", 0, 10_000)?.and_then(|number| u32::try_from(number).ok()).unwrap_or(30);
    let per_thread = section.duration("per_thread", Duration::ZERO, Duration::from_secs(60))?.unwrap_or(Duration::from_secs(1));
    Ok(Config {
        secret_token: secret_token(&section, &token)?,
        token,
        mode,
        api_url,
        staff_chat,
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
    token.ok_or_else(|| section.error("token", "must be one token as BotFather gives it: digits, a colon, and letters"))
}

fn secret_token(section: &Section<'_>, token: &Token) -> Result<String, ConfigError> {
    if section.text("secret_token")?.is_none() && section.text("secret_token_file")?.is_none() {
        return Ok(token.derive("bellhop webhook secret"));
    }
    let words = section.secrets("secret_token")?;
    let allowed = |word: &&String| word.len() <= 256 && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let word = words.first().filter(|_| words.len() == 1).filter(allowed);
    word.cloned().ok_or_else(|| section.error("secret_token", "must be one word of at most 256 letters, digits, _ and -"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::{Value, json};

    use super::*;

    fn section(change: Value) -> Value {
        let mut section = json!({"token": "123456:AAbb-cc_dd"});
        for (key, value) in change.as_object().unwrap() {
            section[key] = value.clone();
        }
        section
    }

    #[test]
    fn a_token_is_enough() {
        let config = read("bot", &section(json!({})), Path::new(".")).unwrap();
        assert_eq!((config.token.bot(), config.mode, config.api_url.as_str()), (123_456, Mode::Poll, "https://api.telegram.org/"));
        assert_eq!((config.staff_chat, config.timeout), (None, Duration::from_secs(15)));
        assert_eq!(config.pacing, Pacing { max_per_second: Some(30), per_thread: Some(Duration::from_secs(1)), give_up_after: 2 * DAY });
        assert_eq!(config.secret_token.len(), 64);
        assert!(!config.secret_token.contains("AAbb"), "the secret says nothing about the token");
        let other = read("bot", &section(json!({"token": "123456:other"})), Path::new(".")).unwrap();
        assert_ne!(config.secret_token, other.secret_token);
    }

    #[test]
    fn every_key_is_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("token"), "77:xyz\n").unwrap();
        let full = json!({
            "token_file": "token", "mode": "webhook", "api_url": "http://127.0.0.1:8081/base", "staff_chat": "-1001234567890", "secret_token": "s-1",
            "max_per_second": 0, "per_thread": "0s", "timeout": "3s", "give_up_after": "2h",
        });
        let config = read("bot", &full, folder.path()).unwrap();
        assert_eq!((config.token.as_str(), config.mode, config.api_url.as_str()), ("77:xyz", Mode::Webhook, "http://127.0.0.1:8081/base"));
        assert_eq!((config.staff_chat, config.secret_token.as_str()), (Some(-1_001_234_567_890), "s-1"));
        assert_eq!(config.pacing, Pacing { max_per_second: None, per_thread: None, give_up_after: Duration::from_secs(7200) });
        assert_eq!(config.timeout, Duration::from_secs(3));
    }

    #[test]
    fn wrong_values_say_what_is_wrong() {
        let problems: Vec<String> = [
            json!({"token": null}),
            json!({"token": "hunter2"}),
            json!({"token": "123456:with space"}),
            json!({"token": ["1:a", "2:b"]}),
            json!({"mode": "push"}),
            json!({"api_url": "http://telegram.example"}),
            json!({"staff_chat": 5}),
            json!({"staff_chat": "@agents"}),
            json!({"secret_token": "a/b"}),
            json!({"max_per_second": -1}),
            json!({"per_thread": "1h"}),
            json!({"timeout": "soon"}),
            json!({"give_up_after": "0s"}),
            json!({"chat": 1}),
        ]
        .into_iter()
        .map(|change| read("bot", &section(change), Path::new(".")).err().unwrap().to_string())
        .collect();
        insta::assert_snapshot!(problems.join("\n"));
        assert!(problems.iter().all(|problem| !problem.contains("hunter2")), "a token is not repeated");
    }
}
