//! Business systems in which the results of tickets live: what the configuration says of them.

use std::{collections::BTreeMap, fmt, sync::Arc};

use bellhop_channel::VerifyError;
use bellhop_domain::reference::{Reference, check_url};
use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;

/// What stands in an address for the id of a case.
pub const ID: &str = "{id}";

/// What a system signs with.
pub trait Verify: fmt::Debug + Send + Sync {
    /// Whether the system sent these bytes, near `now`.
    ///
    /// # Errors
    /// When it did not, with what is missing.
    fn verify(&self, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<(), VerifyError>;
}

/// A system.
#[derive(Debug, Clone)]
pub struct System {
    /// What people call it.
    pub name: String,
    /// Where people look at a case: an address with [`ID`] in it.
    pub url: Option<String>,
    /// States that mean that it went well.
    pub done: Vec<String>,
    /// States that mean that it went wrong: each makes a follow-up.
    pub failed: Vec<String>,
    /// Checks its signatures; without, it may not call back.
    pub verify: Option<Arc<dyn Verify>>,
}

/// Systems by key.
pub type Systems = BTreeMap<String, System>;

/// What a state means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It goes on.
    Open,
    /// It went well.
    Done,
    /// It went wrong.
    Failed,
}

impl Standing {
    /// The word in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl System {
    /// What a state means; one that the configuration does not name goes on.
    pub fn standing(&self, state: &str) -> Standing {
        let is_among = |states: &[String]| states.iter().any(|known| known.eq_ignore_ascii_case(state));
        match (is_among(&self.failed), is_among(&self.done)) {
            (true, _) => Standing::Failed,
            (_, true) => Standing::Done,
            _ => Standing::Open,
        }
    }

    /// Where people look at the case with this id.
    pub fn page(&self, id: &str) -> Option<String> {
        // An id is never more than one part of an address.
        let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20");
        check_url(&self.url.as_ref()?.replace(ID, &id)).ok()
    }
}

/// What people call the system of a reference; its key where the configuration does not name it any more.
pub fn name_of<'a>(systems: &'a Systems, key: &'a str) -> &'a str {
    systems.get(key).map_or(key, |system| system.name.as_str())
}

/// Where people look at a case.
pub fn page_of(systems: &Systems, reference: &Reference) -> Option<String> {
    reference.url.clone().or_else(|| systems.get(&reference.system)?.page(&reference.external_id))
}

/// What the state of a case means.
pub fn standing_of(systems: &Systems, reference: &Reference) -> Standing {
    let system = systems.get(&reference.system);
    system.zip(reference.state.as_deref()).map_or(Standing::Open, |(system, state)| system.standing(state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stays_one_part_of_an_address() {
        let url = Some("https://erp.example/orders/{id}?tab=1".to_owned());
        let system = System { name: "ERP".into(), url, done: vec!["sent".into()], failed: vec!["Failed".into(), "sent".into()], verify: None };
        for (id, page) in [
            ("4711", "https://erp.example/orders/4711?tab=1"),
            ("a b/../c?d#e", "https://erp.example/orders/a%20b%2F..%2Fc%3Fd%23e?tab=1"),
            ("订单", "https://erp.example/orders/%E8%AE%A2%E5%8D%95?tab=1"),
            ("javascript:alert(1)", "https://erp.example/orders/javascript%3Aalert%281%29?tab=1"),
        ] {
            assert_eq!(system.page(id).as_deref(), Some(page));
        }
        let states = ["failed", "sent", "booked"].map(|state| system.standing(state));
        assert_eq!(states, [Standing::Failed, Standing::Failed, Standing::Open], "what may be a failure is one");
    }
}
