//! Reads a channel's section of the configuration, with errors that name the key and what is allowed.

use std::{fs, net::IpAddr, path::Path, time::Duration};

use reqwest::Url;
use serde_json::Value;

use crate::error::ConfigError;

/// A channel's section. Every value may also be a text, because environment variables are.
pub struct Section<'a> {
    channel: &'a str,
    keys: &'a Value,
    root: &'a Path,
}

impl<'a> Section<'a> {
    /// Wraps the section of `[channels.CHANNEL]`; any key that is not `known` is an error. Relative paths start at `root`.
    pub fn new(channel: &'a str, keys: &'a Value, known: &[&str], root: &'a Path) -> Result<Self, ConfigError> {
        let Some(object) = keys.as_object() else {
            return Err(ConfigError::new(channel, "kind", "the section must be a table"));
        };
        match object.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(ConfigError::new(channel, key, format!("unknown key; allowed are {}", known.join(", ")))),
            None => Ok(Self { channel, keys, root }),
        }
    }

    /// A text; none where the key is absent or empty.
    pub fn text(&self, key: &str) -> Result<Option<&'a str>, ConfigError> {
        match self.keys.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
            Some(_) => Err(self.error(key, "must be a text")),
        }
    }

    /// Words: a list of texts, or one text with commas or white space between them.
    pub fn words(&self, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
        match self.keys.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(words(text))),
            Some(Value::Array(items)) => {
                let texts: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
                texts.map(Some).ok_or_else(|| self.error(key, "must be a text or a list of texts"))
            }
            Some(_) => Err(self.error(key, "must be a text or a list of texts")),
        }
    }

    /// Secret words: `key` itself, or one a line in the file that `key_file` names. Never both.
    pub fn secrets(&self, key: &str) -> Result<Vec<String>, ConfigError> {
        let file_key = format!("{key}_file");
        let secrets = match (self.words(key)?, self.text(&file_key)?) {
            (Some(_), Some(_)) => {
                return Err(self.error(key, format!("give this or {file_key}, not both")));
            }
            (Some(secrets), None) => secrets,
            (None, Some(path)) => {
                let path = self.root.join(path);
                let text = fs::read_to_string(&path).map_err(|error| self.error(&file_key, format!("{} cannot be read: {error}", path.display())))?;
                words(&text)
            }
            (None, None) => Vec::new(),
        };
        if secrets.is_empty() {
            return Err(self.error(key, format!("missing; give this or {file_key}")));
        }
        Ok(secrets)
    }

    /// A whole number within bounds.
    pub fn number(&self, key: &str, min: u64, max: u64) -> Result<Option<u64>, ConfigError> {
        let number = match self.keys.get(key) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_u64(),
        };
        let number = number.filter(|number| (min..=max).contains(number));
        number.map(Some).ok_or_else(|| self.error(key, format!("must be a whole number from {min} to {max}")))
    }

    /// A whole number that may be below zero.
    pub fn integer(&self, key: &str) -> Result<Option<i64>, ConfigError> {
        let number = match self.keys.get(key) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(value) => value.as_i64(),
        };
        number.map(Some).ok_or_else(|| self.error(key, "must be a whole number"))
    }

    /// An address of a server: https, or plain http on loopback.
    pub fn address(&self, key: &str) -> Result<Option<Url>, ConfigError> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let url = Url::parse(text).map_err(|error| self.error(key, format!("not an address: {error}")))?;
        match url.scheme() {
            "https" => Ok(Some(url)),
            "http" if is_loopback(&url) => Ok(Some(url)),
            "http" => Err(self.error(key, "plain http is for loopback only; use https")),
            _ => Err(self.error(key, "must be an https address, or http on loopback")),
        }
    }

    /// A span of time within bounds: a number and `ms`, `s`, `m`, `h` or `d` (`15s`, `24h`).
    pub fn duration(&self, key: &str, min: Duration, max: Duration) -> Result<Option<Duration>, ConfigError> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let within = duration(text).filter(|duration| (min..=max).contains(duration));
        within.map(Some).ok_or_else(|| self.error(key, format!("must be a time such as \"15s\", \"10m\" or \"24h\", from {min:?} to {max:?}")))
    }

    /// An error about a key of this section.
    pub fn error(&self, key: &str, problem: impl Into<String>) -> ConfigError {
        ConfigError::new(self.channel, key, problem)
    }
}

/// Whether the host is this machine by its name or number. Every spelling of a number arrives in its usual form here.
fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    number.map_or(host == "localhost" || host.ends_with(".localhost"), |number| number.is_loopback())
}

fn words(text: &str) -> Vec<String> {
    text.split(|separator: char| separator == ',' || separator.is_whitespace()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|character: char| !character.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let milliseconds = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(milliseconds).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    #[test]
    fn wrong_values_name_the_key_and_what_is_allowed() {
        let keys = json!({"word": 5, "count": -1, "pause": "soon", "list": [1]});
        let section = Section::new("shop", &keys, &["word", "count", "pause", "list", "token", "token_file"], Path::new(".")).unwrap();
        for (error, expected) in [
            (section.text("word").unwrap_err(), "channels.shop.word: must be a text"),
            (section.number("count", 0, 9).unwrap_err(), "channels.shop.count: must be a whole number from 0 to 9"),
            (
                section.duration("pause", Duration::from_secs(1), Duration::from_secs(60)).unwrap_err(),
                "channels.shop.pause: must be a time such as \"15s\", \"10m\" or \"24h\", from 1s to 60s",
            ),
            (section.words("list").unwrap_err(), "channels.shop.list: must be a text or a list of texts"),
            (section.secrets("token").unwrap_err(), "channels.shop.token: missing; give this or token_file"),
        ] {
            assert_eq!(error.to_string(), expected);
        }
        let unknown = Section::new("shop", &keys, &["word"], Path::new(".")).err().unwrap();
        assert_eq!(unknown.to_string(), "channels.shop.count: unknown key; allowed are word");
    }

    #[test]
    fn values_from_the_environment_are_texts() {
        let keys = json!({"count": "7", "list": "a, b c", "pause": "90s", "empty": " "});
        let section = Section::new("shop", &keys, &["count", "list", "pause", "empty"], Path::new(".")).unwrap();
        assert_eq!(section.number("count", 0, 9).unwrap(), Some(7));
        assert_eq!(section.words("list").unwrap().unwrap(), ["a", "b", "c"]);
        assert_eq!(section.duration("pause", Duration::ZERO, Duration::from_secs(100)).unwrap(), Some(Duration::from_secs(90)));
        assert_eq!(section.text("empty").unwrap(), None);
    }

    #[test]
    fn plain_http_is_for_loopback() {
        for (url, allowed) in [
            ("http://127.0.0.1:9000/in", true),
            ("http://localhost/in", true),
            ("http://[::1]:9000/in", true),
            ("http://shop.example/in", false),
            ("http://127.0.0.1.example/in", false),
            ("http://10.0.0.1/in", false),
            ("https://10.0.0.1/in", true),
            ("ftp://shop.example/in", false),
            ("shop", false),
        ] {
            let keys = json!({"url": url});
            assert_eq!(Section::new("shop", &keys, &["url"], Path::new(".")).unwrap().address("url").is_ok(), allowed, "{url}");
        }
    }

    #[test]
    fn numbers_may_be_below_zero_where_that_makes_sense() {
        let keys = json!({"chat": -1_001_234_567_890_i64, "text": "-5", "wrong": 1.5});
        let section = Section::new("shop", &keys, &["chat", "text", "wrong"], Path::new(".")).unwrap();
        assert_eq!(section.integer("chat").unwrap(), Some(-1_001_234_567_890));
        assert_eq!(section.integer("text").unwrap(), Some(-5));
        assert!(section.integer("wrong").is_err());
    }

    #[test]
    fn a_secret_comes_from_its_file_or_the_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret"), "new\nold\n").unwrap();
        let known = ["secret", "secret_file"];
        let read = |keys: &Value| Section::new("shop", keys, &known, folder.path()).unwrap().secrets("secret");
        assert_eq!(read(&json!({"secret_file": "secret"})).unwrap(), ["new", "old"]);
        let missing = read(&json!({"secret_file": "nowhere"})).unwrap_err();
        assert!(missing.key == "secret_file" && missing.problem.contains("nowhere"), "{missing}");
        let both = read(&json!({"secret": "a", "secret_file": "secret"})).unwrap_err();
        assert_eq!(both.problem, "give this or secret_file, not both");
    }
}
