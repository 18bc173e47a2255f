//! Signatures as Standard Webhooks has them: HMAC-SHA256 over `id.timestamp.body`, in base64, behind `v1,`.

use std::{fmt, time::Duration};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bellhop_channel::VerifyError;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

/// Name of the header with the message's id.
pub const ID: &str = "webhook-id";
/// Name of the header with the time of the try, in seconds since 1970.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// Name of the header with the signatures.
pub const SIGNATURE: &str = "webhook-signature";

/// Base64 with or without its padding: people copy secrets both ways.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// The secrets of a channel, ready to use: the first signs, any of them verifies, so that one can follow another.
#[derive(Clone)]
pub struct Secrets(Vec<Hmac<Sha256>>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} secrets", self.0.len())
    }
}

/// Why a text is not a secret. The text itself is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret is written whsec_ followed by base64, such as `echo whsec_$(openssl rand -base64 32)` makes")]
pub struct InvalidSecret;

impl Secrets {
    /// Reads secrets in the form `whsec_<base64>`; at least one is needed.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidSecret> {
        let secrets: Vec<_> = texts.into_iter().map(parse).collect::<Result<_, _>>()?;
        if secrets.is_empty() { Err(InvalidSecret) } else { Ok(Self(secrets)) }
    }

    /// The value of `webhook-signature` for a body that we send.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        self.0.first().map(|secret| format!("v1,{}", BASE64.encode(mac(secret, id, &timestamp.to_string(), body)))).unwrap_or_default()
    }

    /// Whether one of the secrets signed this body at a time near `now`.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>, tolerance: Duration) -> Result<(), VerifyError> {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty());
        let id = header(ID).ok_or(VerifyError::Header(ID))?;
        let timestamp = header(TIMESTAMP).ok_or(VerifyError::Header(TIMESTAMP))?;
        let signatures = header(SIGNATURE).ok_or(VerifyError::Header(SIGNATURE))?;
        let seconds: i64 = timestamp.parse().map_err(|_| VerifyError::Header(TIMESTAMP))?;
        if now.timestamp().abs_diff(seconds) > tolerance.as_secs() {
            return Err(VerifyError::Time { tolerance_seconds: tolerance.as_secs().cast_signed() });
        }
        let offered: Vec<Vec<u8>> = signatures
            .split(' ')
            .filter_map(|signature| signature.strip_prefix("v1,"))
            .filter_map(|signature| BASE64.decode(signature).ok())
            .collect();
        let genuine = self.0.iter().any(|secret| {
            let expected = mac(secret, id, timestamp, body);
            offered.iter().any(|signature| bool::from(expected.as_slice().ct_eq(signature)))
        });
        if genuine { Ok(()) } else { Err(VerifyError::Signature) }
    }
}

fn parse(text: &str) -> Result<Hmac<Sha256>, InvalidSecret> {
    let key = text.strip_prefix("whsec_").and_then(|base64| BASE64.decode(base64).ok()).filter(|key| !key.is_empty());
    Hmac::new_from_slice(&key.ok_or(InvalidSecret)?).map_err(|_| InvalidSecret)
}

fn mac(secret: &Hmac<Sha256>, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
    let mut mac = secret.clone();
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use http::HeaderValue;

    use super::*;

    // The example that the Standard Webhooks specification publishes.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID_VALUE: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const SECONDS: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    fn headers(id: &str, timestamp: &str, signature: &str) -> HeaderMap {
        [(ID, id), (TIMESTAMP, timestamp), (SIGNATURE, signature)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap()))
            .collect()
    }

    fn verify(secrets: &[&str], headers: &HeaderMap, body: &[u8], seconds: i64) -> Result<(), VerifyError> {
        let now = DateTime::from_timestamp(seconds, 0).unwrap();
        Secrets::parse(secrets.iter().copied()).unwrap().verify(headers, body, now, Duration::from_secs(300))
    }

    #[test]
    fn the_published_example_is_made_and_known() {
        assert_eq!(Secrets::parse([SECRET]).unwrap().sign(ID_VALUE, SECONDS, BODY), SIGNED);
        assert_eq!(verify(&[SECRET], &headers(ID_VALUE, "1614265330", SIGNED), BODY, SECONDS), Ok(()));
    }

    #[test]
    fn only_the_same_bytes_from_the_same_time_pass() {
        let good = headers(ID_VALUE, "1614265330", SIGNED);
        let wrong = Err(VerifyError::Signature);
        let late = Err(VerifyError::Time { tolerance_seconds: 300 });
        for (shows, headers, body, seconds, expected) in [
            ("another body", good.clone(), &br#"{"test":2432232314}"#[..], SECONDS, wrong),
            ("another id", headers("msg_other", "1614265330", SIGNED), BODY, SECONDS, wrong),
            ("another timestamp", headers(ID_VALUE, "1614265331", SIGNED), BODY, SECONDS, wrong),
            ("five minutes late", good.clone(), BODY, SECONDS + 300, Ok(())),
            ("over five minutes late", good.clone(), BODY, SECONDS + 301, late),
            ("over five minutes early", good.clone(), BODY, SECONDS - 301, late),
            ("no id", headers("", "1614265330", SIGNED), BODY, SECONDS, Err(VerifyError::Header(ID))),
            ("no timestamp", headers(ID_VALUE, "", SIGNED), BODY, SECONDS, Err(VerifyError::Header(TIMESTAMP))),
            ("a timestamp in words", headers(ID_VALUE, "now", SIGNED), BODY, SECONDS, Err(VerifyError::Header(TIMESTAMP))),
            ("a timestamp beyond all", headers(ID_VALUE, "-9223372036854775808", SIGNED), BODY, SECONDS, late),
            ("no signature", headers(ID_VALUE, "1614265330", ""), BODY, SECONDS, Err(VerifyError::Header(SIGNATURE))),
            ("a signature that is none", headers(ID_VALUE, "1614265330", "v1,***"), BODY, SECONDS, wrong),
            ("a signature cut short", headers(ID_VALUE, "1614265330", "v1,g0hM9SsE"), BODY, SECONDS, wrong),
            ("another version", headers(ID_VALUE, "1614265330", &SIGNED.replace("v1", "v2")), BODY, SECONDS, wrong),
        ] {
            assert_eq!(verify(&[SECRET], &headers, body, seconds), expected, "{shows}");
        }
        assert_eq!(verify(&[OTHER], &good, BODY, SECONDS), wrong, "another secret");
    }

    #[test]
    fn one_secret_can_follow_another() {
        let good = headers(ID_VALUE, "1614265330", SIGNED);
        assert_eq!(verify(&[OTHER, SECRET], &good, BODY, SECONDS), Ok(()), "the old secret still counts");
        assert_eq!(verify(&[SECRET, OTHER], &good, BODY, SECONDS), Ok(()), "the new secret counts already");
        let foreign = Secrets::parse([OTHER]).unwrap().sign(ID_VALUE, SECONDS, BODY);
        let both = headers(ID_VALUE, "1614265330", &format!("v1a,xyz {foreign} {SIGNED}"));
        assert_eq!(verify(&[SECRET], &both, BODY, SECONDS), Ok(()), "a sender may sign with both");
        let first = Secrets::parse([SECRET, OTHER]).unwrap().sign(ID_VALUE, SECONDS, BODY);
        assert_eq!(first, SIGNED, "the first signs");
    }

    #[test]
    fn the_raw_bytes_count_whatever_they_spell() {
        let secrets = Secrets::parse([SECRET]).unwrap();
        for body in ["{\"text\":\"😀\"}".as_bytes(), br#"{"text":"\ud83d\ude00"}"#, b"\xff\xfe not even text", b""] {
            let signed = headers("e", "1614265330", &secrets.sign("e", SECONDS, body));
            assert_eq!(verify(&[SECRET], &signed, body, SECONDS), Ok(()));
        }
    }

    #[test]
    fn what_is_no_secret_is_refused_without_repeating_it() {
        for text in ["", "hunter2", "whsec_", "whsec_***", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            let error = Secrets::parse([text]).unwrap_err();
            assert!(error.to_string().contains("whsec_ followed by base64") && !error.to_string().contains("hunter2"));
        }
        assert!(Secrets::parse(["whsec_YQ"]).is_ok(), "padding may be left out");
        assert!(!format!("{:?}", Secrets::parse([SECRET]).unwrap()).contains("MfKQ"));
    }
}
