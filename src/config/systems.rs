//! Sections `[systems.NAME]`: business systems in which the results of tickets live.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use axum::http::HeaderMap;
use bellhop_channel::{ConfigError as SectionError, Section, VerifyError};
use bellhop_channel_webhook::signature::Secrets;
use bellhop_domain::reference::check_url;
use bellhop_engine::systems::{ID, System, Systems, Verify};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{ConfigError, Origins};

const KNOWN: [&str; 6] = ["name", "url", "done", "failed", "secret", "secret_file"];
/// How far a system's clock may be from ours.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// Signed as Standard Webhooks has it, like events of a webhook channel.
#[derive(Debug)]
struct Signed(Secrets);

impl Verify for Signed {
    fn verify(&self, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<(), VerifyError> {
        self.0.verify(headers, body, now, TOLERANCE)
    }
}

/// Reads the sections; relative paths start at `root`.
pub(super) fn read(sections: &BTreeMap<String, Value>, root: &Path, origins: &Origins) -> Result<Systems, ConfigError> {
    let one = |(key, section): (&String, &Value)| {
        check_key(key, origins)?;
        let system = system(key, section, root).map_err(|error| origins.wrong(&format!("systems.{key}.{}", error.key), error.problem))?;
        Ok((key.clone(), system))
    };
    sections.iter().map(one).collect()
}

fn system(key: &str, section: &Value, root: &Path) -> Result<System, SectionError> {
    let is_given = |name: &str| section.get(name).is_some_and(|value| !value.is_null());
    let signs = is_given("secret") || is_given("secret_file");
    let section = Section::new(key, section, &KNOWN, root)?;
    let verify: Option<Arc<dyn Verify>> = if signs {
        let secrets = section.secrets("secret")?;
        let secrets = Secrets::parse(secrets.iter().map(String::as_str)).map_err(|error| section.error("secret", error.to_string()))?;
        Some(Arc::new(Signed(secrets)))
    } else {
        None
    };
    let url = section.text("url")?;
    if let Some(url) = url {
        let host = |id: &str| check_url(&url.replace(ID, id)).ok().and_then(|url| Some(url::Url::parse(&url).ok()?.host()?.to_string()));
        let of_one = host("1").filter(|host_of_one| url.contains(ID) && Some(host_of_one) == host("2").as_ref());
        if of_one.is_none() {
            return Err(section.error("url", "must be an http or https address with {id} behind its host, as in https://erp.example/orders/{id}"));
        }
    }
    Ok(System {
        name: section.text("name")?.unwrap_or(key).to_owned(),
        url: url.map(str::to_owned),
        done: section.words("done")?.unwrap_or_default(),
        failed: section.words("failed")?.unwrap_or_default(),
        verify,
    })
}

fn check_key(key: &str, origins: &Origins) -> Result<(), ConfigError> {
    let mut letters = key.chars();
    let fits =
        letters.next().is_some_and(|first| first.is_ascii_lowercase()) && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let problem = "a system's name is a lower-case letter followed by lower-case letters, digits and _";
    if fits { Ok(()) } else { Err(origins.wrong(&format!("systems.{key}"), problem)) }
}

#[cfg(test)]
mod tests {
    use bellhop_engine::systems::Standing;
    use serde_json::json;

    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn of(name: &str, section: Value) -> Result<Systems, String> {
        read(&BTreeMap::from([(name.to_owned(), section)]), Path::new("."), &Origins::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_system_is_read_whole_and_shows_no_secret() {
        let full = json!({
            "name": "Warehouse", "url": "https://erp.example/orders/{id}", "done": ["sent"], "failed": "failed, rejected", "secret": [SECRET],
        });
        let systems = of("erp", full).unwrap();
        let system = &systems["erp"];
        assert_eq!(system.page("4711").as_deref(), Some("https://erp.example/orders/4711"));
        assert_eq!(["sent", "rejected", "new"].map(|state| system.standing(state)), [Standing::Done, Standing::Failed, Standing::Open]);
        assert!(!format!("{systems:?}").contains("MfKQ"));
        let short = &of("erp", json!({})).unwrap()["erp"];
        assert_eq!((short.name.as_str(), short.page("1"), short.verify.is_none()), ("erp", None, true));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (name, section, place) in [
            ("ERP", json!({}), "systems.ERP"),
            ("erp", json!("x"), "systems.erp"),
            ("erp", json!({ "colour": "red" }), "systems.erp.colour"),
            ("erp", json!({ "url": "https://erp.example/" }), "systems.erp.url"),
            ("erp", json!({ "url": "https://{id}.erp.example/" }), "systems.erp.url"),
            ("erp", json!({ "url": "javascript:{id}" }), "systems.erp.url"),
            ("erp", json!({ "secret": "hunter2" }), "systems.erp.secret"),
            ("erp", json!({ "secret": SECRET, "secret_file": "x" }), "systems.erp.secret"),
            ("erp", json!({ "secret_file": "/nowhere/at/all" }), "systems.erp.secret_file"),
        ] {
            let error = of(name, section).unwrap_err();
            assert!(error.contains(place) && !error.contains("hunter2") && !error.contains("MfKQ"), "{error}");
        }
    }
}
