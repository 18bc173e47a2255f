//! Signed events, as the webhook channel takes them.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

const BASE64: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// A channel's secret.
#[derive(Clone)]
pub(crate) struct Secret(Hmac<Sha256>);

impl std::str::FromStr for Secret {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let key = text.strip_prefix("whsec_").and_then(|base64| BASE64.decode(base64).ok()).filter(|key| !key.is_empty());
        let key = key.context("a secret is written whsec_ followed by base64")?;
        Ok(Self(Hmac::new_from_slice(&key).context("the secret cannot be used")?))
    }
}

impl Secret {
    /// The value of `webhook-signature`.
    pub(crate) fn sign(&self, id: &str, timestamp: u64, body: &str) -> String {
        let mut mac = self.0.clone();
        for part in [id, ".", &timestamp.to_string(), ".", body] {
            mac.update(part.as_bytes());
        }
        format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
    }
}

/// What an event says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum EventType {
    /// A message with a text: the bot has work with it.
    Message,
    /// The customer types: stored, and nothing more to do.
    Typing,
    /// An update of Telegram's, from a group of strangers: stored, and nothing more to do. For a channel of kind `telegram` with
    /// `mode = "webhook"` and `secret_token = "bench"`.
    Telegram,
}

/// What a channel of kind `telegram` is configured with.
const TELEGRAM_SECRET: &str = "bench";

/// Writes requests with events, each different from all others of any run.
pub(crate) struct EventWriter {
    secret: Secret,
    path: String,
    run: String,
    /// When the run began, in seconds since 1970.
    start: u64,
    type_name: EventType,
}

impl EventWriter {
    /// For a channel's address.
    pub(crate) fn new(secret: Secret, path: &str, type_name: EventType) -> Self {
        let start = since_1970();
        Self { secret, path: path.to_owned(), run: format!("{:x}", start.as_nanos()), start: start.as_secs(), type_name }
    }

    /// The id of this run's message with that number.
    fn message_id(&self, number: u64) -> String {
        format!("{}-{number}", self.run)
    }

    /// The number of this run's message with that id.
    pub(crate) fn number(&self, message_id: &str) -> Option<u64> {
        message_id.strip_prefix(&self.run)?.strip_prefix('-')?.parse().ok()
    }

    /// The whole request with event `number`, in the conversation `conversation`.
    pub(crate) fn request(&self, number: u64, conversation: u64, text: &str) -> Vec<u8> {
        if self.type_name == EventType::Telegram {
            return self.update(number, conversation, text);
        }
        let run = &self.run;
        let id = self.message_id(number);
        let sender =
            format!(r#""conversation":"t-{run}-{conversation}","sender":{{"id":"u-{run}-{conversation}","name":"Ann Example","locale":"en"}}"#);
        let body = match self.type_name {
            EventType::Message => {
                let text = serde_json::Value::from(text);
                format!(r#"{{"type":"message","id":"e-{id}",{sender},"message":{{"id":"{id}","text":{text}}}}}"#)
            }
            EventType::Typing | EventType::Telegram => format!(r#"{{"type":"typing","id":"e-{id}",{sender}}}"#),
        };
        let timestamp = since_1970().as_secs();
        let signature = self.secret.sign(&id, timestamp, &body);
        let (path, length) = (&self.path, body.len());
        format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nwebhook-id: {id}\r\nwebhook-timestamp: {timestamp}\r\n\
             webhook-signature: {signature}\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }
}

impl EventWriter {
    /// The whole request with update `number`, in the group `conversation`.
    fn update(&self, number: u64, conversation: u64, text: &str) -> Vec<u8> {
        let text = serde_json::Value::from(text);
        let now = since_1970().as_secs();
        let (update, path) = (self.start % 1_000_000_000 + number, &self.path);
        let body = format!(
            r#"{{"update_id":{update},"message":{{"message_id":{update},"date":{now},"text":{text},"from":{{"id":7{conversation},"is_bot":false,"first_name":"Ann","language_code":"en"}},"chat":{{"id":-1007{conversation},"type":"supergroup","title":"Strangers"}}}}}}"#
        );
        let length = body.len();
        format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nx-telegram-bot-api-secret-token: {TELEGRAM_SECRET}\r\n\
             content-length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }
}

/// Time since 1970 by this machine's clock.
#[expect(clippy::disallowed_methods, reason = "a tool of its own: it signs with the machine's time")]
pub(crate) fn since_1970() -> std::time::Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    // The example that the Standard Webhooks specification publishes.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        let secret: Secret = SECRET.parse().unwrap();
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn every_request_says_how_long_it_is_and_is_json() {
        for (type_name, text) in [(EventType::Message, "Wo ist \"mein\" Paket? 😀\n"), (EventType::Typing, ""), (EventType::Telegram, "\"Hallo\"")]
        {
            let writer = EventWriter::new(SECRET.parse().unwrap(), "/channels/shop/events", type_name);
            let request = String::from_utf8(writer.request(7, 3, text)).unwrap();
            let (head, body) = request.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with("POST /channels/shop/events HTTP/1.1\r\n"));
            assert!(head.contains(&format!("content-length: {}", body.len())));
            let body: serde_json::Value = serde_json::from_str(body).unwrap();
            if type_name == EventType::Message {
                assert_eq!(body["message"]["text"], text);
                assert_eq!(writer.number(body["message"]["id"].as_str().unwrap()), Some(7));
            }
        }
    }

    #[test]
    fn messages_of_other_runs_have_no_number() {
        let writer = EventWriter::new(SECRET.parse().unwrap(), "/", EventType::Message);
        for id in ["", "m-1", "abc-7", "7"] {
            assert_eq!(writer.number(id), None, "{id}");
        }
    }
}
