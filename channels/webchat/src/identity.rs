//! Who a visitor is by the word of the company's own server: one JSON text, signed as a whole.

use std::{collections::BTreeMap, fmt};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bellhop_channel::{Sender, clean};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// Longest signed identity, in bytes.
pub(crate) const LONGEST: usize = 8 * 1024;
/// A signed identity may be good for this long.
const LONGEST_LIFE: TimeDelta = TimeDelta::days(31);
/// Longest id, name or address, in bytes.
const LONGEST_WORD: usize = 320;

/// What a signed identity says; the same words as `sender` of the webhook channel.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identity {
    /// The company's id of the person.
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) locale: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) organisation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sees_colleagues: Option<bool>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) attributes: BTreeMap<String, serde_json::Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) verified: Vec<String>,
    /// When it is no longer good, in seconds since 1970.
    pub(crate) exp: i64,
}

impl Identity {
    /// The person as the sender of an event.
    pub(crate) fn sender(&self) -> Sender {
        let line = |text: &Option<String>| text.as_deref().and_then(clean::line).filter(|text| text.len() <= LONGEST_WORD);
        Sender {
            id: format!("user:{}", self.id),
            name: line(&self.name),
            email: line(&self.email),
            phone: line(&self.phone),
            locale: line(&self.locale),
            tier: line(&self.tier),
            region: line(&self.region),
            organisation: self
                .organisation
                .as_deref()
                .and_then(|text| if text.trim().is_empty() { Some(String::new()) } else { line(&self.organisation) }),
            sees_colleagues: self.sees_colleagues,
            attributes: self.attributes.clone(),
            verified: self.verified.iter().filter(|claim| ["email", "phone"].contains(&claim.as_str())).cloned().collect(),
            is_bot: false,
            seen_in: None,
        }
    }
}

/// The secrets that may have signed; while one follows another, both count.
pub(crate) struct Secrets(Vec<Hmac<Sha256>>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} secrets", self.0.len())
    }
}

impl Secrets {
    pub(crate) fn new(secrets: &[String]) -> Self {
        // HMAC takes keys of every length.
        Self(secrets.iter().filter_map(|secret| Hmac::new_from_slice(secret.as_bytes()).ok()).collect())
    }

    /// Reads a signed identity: `base64url(JSON).base64url(HMAC-SHA256(secret, base64url(JSON)))`.
    ///
    /// # Errors
    /// What is wrong with it, for whoever sets it up; never a word of it.
    pub(crate) fn read(&self, blob: &str, now: DateTime<Utc>) -> Result<Identity, &'static str> {
        if blob.len() > LONGEST {
            return Err("the identity is too long");
        }
        let (claims, signature) = blob.split_once('.').ok_or("the identity must be the claims and their signature with a dot between")?;
        let given = URL_SAFE_NO_PAD.decode(signature.trim_end_matches('=')).map_err(|_| "the signature of the identity is not base64url")?;
        let fits = self.0.iter().any(|secret| {
            let made: [u8; 32] = secret.clone().chain_update(claims.as_bytes()).finalize().into_bytes().into();
            bool::from(made.as_slice().ct_eq(&given))
        });
        if !fits {
            return Err("the signature of the identity does not fit");
        }
        let json = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).map_err(|_| "the claims of the identity are not base64url")?;
        let identity: Identity =
            serde_json::from_slice(&json).map_err(|_| "the claims of the identity are not as documented; id and exp are needed")?;
        if clean::line(&identity.id).is_none_or(|id| id != identity.id) || identity.id.len() > 200 {
            return Err("the identity's id must have 1 to 200 bytes");
        }
        let expires = DateTime::from_timestamp(identity.exp, 0).ok_or("the identity's exp is no time")?;
        if expires <= now {
            return Err("the identity has expired");
        }
        if expires > now + LONGEST_LIFE {
            return Err("the identity's exp may be 31 days ahead");
        }
        Ok(identity)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::{Value, json};

    use super::*;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn now() -> DateTime<Utc> {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    fn blob(secret: &str, claims: &Value) -> String {
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(claims.as_bytes());
        format!("{claims}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    fn read(blob: &str) -> Result<Identity, &'static str> {
        Secrets::new(&["another secret that is thirty-two".to_owned(), SECRET.to_owned()]).read(blob, now())
    }

    fn claims(change: Value) -> Value {
        let mut claims = json!({"id": "u-7", "name": "Ann", "email": "ann@example.org", "tier": "gold", "verified": ["email", "tier"], "exp": now().timestamp() + 3600});
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        claims
    }

    #[test]
    fn every_claim_is_covered_by_the_signature() {
        let good = blob(SECRET, &claims(json!({})));
        let sender = read(&good).unwrap().sender();
        assert_eq!(
            (sender.id.as_str(), sender.tier.as_deref(), sender.verified.as_slice()),
            ("user:u-7", Some("gold"), ["email".to_owned()].as_slice())
        );
        let (_, signature) = good.split_once('.').unwrap();
        let forged = URL_SAFE_NO_PAD.encode(claims(json!({"tier": "vip"})).to_string());
        assert_eq!(read(&format!("{forged}.{signature}")).err(), Some("the signature of the identity does not fit"));
        assert_eq!(read(&blob("a secret that nobody configured!!", &claims(json!({})))).err(), Some("the signature of the identity does not fit"));
    }

    #[test]
    fn what_is_signed_and_wrong_is_refused() {
        for (change, problem) in [
            (json!({"exp": now().timestamp()}), "the identity has expired"),
            (json!({"exp": now().timestamp() + 40 * 86_400}), "the identity's exp may be 31 days ahead"),
            (json!({"exp": null}), "the claims of the identity are not as documented; id and exp are needed"),
            (json!({"admin": true}), "the claims of the identity are not as documented; id and exp are needed"),
            (json!({"id": ""}), "the identity's id must have 1 to 200 bytes"),
            (json!({"id": "a\u{0}b"}), "the identity's id must have 1 to 200 bytes"),
        ] {
            assert_eq!(read(&blob(SECRET, &claims(change.clone()))).err(), Some(problem), "{change}");
        }
        for text in ["", ".", "a.b", "x.***", &"a".repeat(LONGEST + 1)] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
