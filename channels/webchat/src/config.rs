//! The section `[channels.NAME]` with `kind = "webchat"`.

use std::path::Path;

use bellhop_channel::{ConfigError, Section, Trusts};
use url::Url;

use crate::{colours::Colours, identity::Secrets};

/// What the section says, checked.
pub(crate) struct Config {
    pub(crate) origins: Origins,
    /// Signed identities are taken where there is one.
    pub(crate) identity: Option<Secrets>,
    pub(crate) trusts: Trusts,
    pub(crate) title: Option<String>,
    pub(crate) greeting: Option<String>,
    pub(crate) colours: Colours,
    /// `end` or `start`.
    pub(crate) side: &'static str,
    /// Largest file, in bytes.
    pub(crate) file_bytes: usize,
}

/// Which pages may speak with us.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Origins {
    /// All of them.
    Any,
    /// These, and our own.
    These(Vec<String>),
}

const KNOWN: [&str; 9] = ["origins", "identity_secret", "identity_secret_file", "trusts", "title", "greeting", "colour", "side", "max_file"];

const MEBI: usize = 1024 * 1024;

/// Shortest secret that signs identities, in bytes.
const SHORTEST_SECRET: usize = 32;

/// Reads the section of the channel `name`; relative paths start at `root`.
pub(crate) fn read(name: &str, section: &serde_json::Value, root: &Path) -> Result<Config, ConfigError> {
    let section = Section::new(name, section, &KNOWN, root)?;
    let has_secret = section.words("identity_secret")?.is_some() || section.text("identity_secret_file")?.is_some();
    let identity = if has_secret { Some(secrets(&section)?) } else { None };
    let everything = Trusts { tier: true, region: true, attributes: true, organisation: true, verified: true };
    let trusts = match section.words("trusts")? {
        Some(words) => Trusts::from_words(words.iter().map(String::as_str)).map_err(|error| section.error("trusts", error.to_string()))?,
        // What is not signed says nothing that could be trusted.
        None if identity.is_some() => everything,
        None => Trusts::default(),
    };
    Ok(Config {
        origins: origins(&section)?,
        identity,
        trusts,
        title: section.text("title")?.map(str::to_owned),
        greeting: section.text("greeting")?.map(str::to_owned),
        colours: Colours::of(section.text("colour")?.unwrap_or("#0b5cad"))
            .ok_or_else(|| section.error("colour", "must be a colour such as \"#0b5cad\""))?,
        side: match section.text("side")? {
            None | Some("end") => "end",
            Some("start") => "start",
            Some(_) => return Err(section.error("side", "allowed are \"end\" and \"start\"")),
        },
        file_bytes: section.number("max_file", 0, 25)?.map_or(10, |mebi| usize::try_from(mebi).unwrap_or(10)) * MEBI,
    })
}

fn secrets(section: &Section<'_>) -> Result<Secrets, ConfigError> {
    let secrets = section.secrets("identity_secret")?;
    if secrets.iter().any(|secret| secret.len() < SHORTEST_SECRET) {
        return Err(
            section.error("identity_secret", format!("must have at least {SHORTEST_SECRET} characters, made by chance: openssl rand -base64 32"))
        );
    }
    Ok(Secrets::new(&secrets))
}

fn origins(section: &Section<'_>) -> Result<Origins, ConfigError> {
    let words = section.words("origins")?.unwrap_or_default();
    if words.iter().any(|word| word == "*") {
        return Ok(Origins::Any);
    }
    let origin = |word: &String| {
        let url = Url::parse(word).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        is_bare.then(|| url.origin().ascii_serialization())
    };
    let origins: Option<Vec<String>> = words.iter().map(origin).collect();
    origins.map(Origins::These).ok_or_else(|| section.error("origins", "must be origins such as \"https://shop.example\", without a path, or \"*\""))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::{Value, json};

    use super::*;

    fn reads(section: Value) -> Result<Config, ConfigError> {
        read("web", &section, Path::new("."))
    }

    #[test]
    fn an_empty_section_gets_the_defaults() {
        let config = reads(json!({})).unwrap();
        assert_eq!(config.origins, Origins::These(Vec::new()));
        assert_eq!((config.trusts, config.side, config.file_bytes), (Trusts::default(), "end", 10 * MEBI));
        assert!(config.identity.is_none() && config.title.is_none());
    }

    #[test]
    fn every_key_is_read() {
        let config = reads(json!({
            "origins": ["https://Shop.example/", "http://localhost:3000"], "identity_secret": "0123456789abcdef0123456789abcdef", "trusts": "tier",
            "title": "Larkspur", "greeting": "Hello", "colour": "#0a6", "side": "start", "max_file": 3,
        }))
        .unwrap();
        assert_eq!(config.origins, Origins::These(vec!["https://shop.example".into(), "http://localhost:3000".into()]));
        assert_eq!((config.side, config.file_bytes), ("start", 3 * MEBI));
        assert_eq!(config.trusts, Trusts { tier: true, ..Trusts::default() });
        assert!(config.identity.is_some());
        assert_eq!(reads(json!({"origins": "*"})).unwrap().origins, Origins::Any);
    }

    #[test]
    fn who_can_sign_is_trusted_unless_something_else_is_said() {
        let config = reads(json!({"identity_secret": "0123456789abcdef0123456789abcdef"})).unwrap();
        assert!(config.trusts.tier && config.trusts.region && config.trusts.attributes && config.trusts.verified);
    }

    #[test]
    fn wrong_values_say_what_is_wrong() {
        let problems: Vec<String> = [
            json!({"origins": ["shop.example"]}),
            json!({"origins": ["https://shop.example/page"]}),
            json!({"origins": ["ftp://shop.example"]}),
            json!({"identity_secret": "short"}),
            json!({"trusts": "everything"}),
            json!({"colour": "blue"}),
            json!({"side": "right"}),
            json!({"max_file": 26}),
            json!({"color": "#fff"}),
        ]
        .into_iter()
        .map(|section| reads(section).err().unwrap().to_string())
        .collect();
        insta::assert_snapshot!(problems.join("\n"));
    }
}
