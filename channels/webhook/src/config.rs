//! The section `[channels.NAME]` with `kind = "webhook"`.

use std::{path::Path, time::Duration};

use bellhop_channel::{ConfigError, Pacing, Section, Trusts};
use url::Url;

use crate::signature::Secrets;

/// What the section says, checked.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) secrets: Secrets,
    pub(crate) deliver_url: Url,
    pub(crate) trusts: Trusts,
    pub(crate) timeout: Duration,
    pub(crate) pacing: Pacing,
}

const KNOWN: [&str; 7] = ["secret", "secret_file", "deliver_url", "trusts", "max_per_second", "timeout", "give_up_after"];

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Reads the section of the channel `name`; relative paths start at `root`.
pub(crate) fn read(name: &str, section: &serde_json::Value, root: &Path) -> Result<Config, ConfigError> {
    let section = Section::new(name, section, &KNOWN, root)?;
    let secrets = section.secrets("secret")?;
    let secrets = Secrets::parse(secrets.iter().map(String::as_str)).map_err(|error| section.error("secret", error.to_string()))?;
    let trusts = match section.words("trusts")? {
        Some(words) => Trusts::from_words(words.iter().map(String::as_str)).map_err(|error| section.error("trusts", error.to_string()))?,
        None => Trusts { tier: true, region: true, attributes: true, organisation: false, verified: false },
    };
    let max_per_second = section.number("max_per_second", 0, 10_000)?.and_then(|number| u32::try_from(number).ok());
    Ok(Config {
        secrets,
        deliver_url: section
            .address("deliver_url")?
            .ok_or_else(|| section.error("deliver_url", "missing; give the https address that takes our messages"))?,
        trusts,
        timeout: section.duration("timeout", Duration::from_millis(100), Duration::from_secs(120))?.unwrap_or(Duration::from_secs(15)),
        pacing: Pacing {
            max_per_second: max_per_second.filter(|&number| number > 0),
            per_thread: None,
            give_up_after: section.duration("give_up_after", Duration::from_secs(1), 30 * DAY)?.unwrap_or(DAY),
        },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::{Value, json};

    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn section(change: Value) -> Value {
        let mut section = json!({"secret": SECRET, "deliver_url": "https://shop.example/hooks/bellhop"});
        for (key, value) in change.as_object().unwrap() {
            section[key] = value.clone();
        }
        section
    }

    #[test]
    fn a_short_section_gets_the_defaults() {
        let config = read("shop", &section(json!({})), Path::new(".")).unwrap();
        assert_eq!(config.trusts, Trusts { tier: true, region: true, attributes: true, organisation: false, verified: false });
        assert_eq!(config.pacing, Pacing { max_per_second: None, per_thread: None, give_up_after: DAY });
        assert_eq!(config.timeout, Duration::from_secs(15));
    }

    #[test]
    fn every_key_is_read() {
        let full = section(json!({
            "secret": [SECRET, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"], "deliver_url": "http://127.0.0.1:9000/in",
            "trusts": ["verified"], "max_per_second": 20, "timeout": "3s", "give_up_after": "2h",
        }));
        let config = read("shop", &full, Path::new(".")).unwrap();
        assert_eq!(config.trusts, Trusts { verified: true, ..Trusts::default() });
        assert_eq!(config.pacing, Pacing { max_per_second: Some(20), per_thread: None, give_up_after: Duration::from_secs(7200) });
        assert_eq!(config.timeout, Duration::from_secs(3));
        assert_eq!(format!("{:?}", config.secrets), "2 secrets");
        let none = read("shop", &section(json!({"trusts": []})), Path::new(".")).unwrap();
        assert_eq!(none.trusts, Trusts::default(), "an empty list trusts nothing");
    }

    #[test]
    fn wrong_values_say_what_is_wrong() {
        let problems: Vec<String> = [
            json!({"secret": null}),
            json!({"secret": "hunter2"}),
            json!({"deliver_url": null}),
            json!({"deliver_url": "shop"}),
            json!({"deliver_url": "http://shop.example/"}),
            json!({"trusts": ["tier", "everything"]}),
            json!({"max_per_second": -1}),
            json!({"timeout": "soon"}),
            json!({"give_up_after": "0s"}),
            json!({"url": "https://shop.example"}),
        ]
        .into_iter()
        .map(|change| read("shop", &section(change), Path::new(".")).unwrap_err().to_string())
        .collect();
        insta::assert_snapshot!(problems.join("\n"));
    }
}
