//! What is said over the gateway, in Discord's words.

use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use serenity::{
    all::{GatewayIntents, Opcode},
    constants::{GATEWAY_VERSION, close_codes},
};
use tokio_tungstenite::tungstenite::Message;
use url::Url;

use super::progress::Session;

/// Something that Discord says.
#[derive(Deserialize)]
pub(super) struct Frame {
    pub(super) op: u8,
    #[serde(default)]
    pub(super) s: Option<u64>,
    #[serde(default)]
    pub(super) t: Option<String>,
    #[serde(default)]
    pub(super) d: Option<Box<RawValue>>,
}

impl Frame {
    pub(super) fn opcode(&self) -> Opcode {
        Opcode::from(self.op)
    }
}

/// What we want to hear of.
pub(super) fn intents() -> GatewayIntents {
    GatewayIntents::GUILDS
        | GatewayIntents::GUILD_MESSAGES
        | GatewayIntents::GUILD_MESSAGE_REACTIONS
        | GatewayIntents::DIRECT_MESSAGES
        | GatewayIntents::DIRECT_MESSAGE_REACTIONS
        | GatewayIntents::MESSAGE_CONTENT
}

fn say(op: Opcode, data: &Value) -> Message {
    Message::text(json!({"op": u8::from(op), "d": data}).to_string())
}

/// Begins a session.
pub(super) fn identify(token: &str) -> Message {
    let properties = json!({"os": std::env::consts::OS, "browser": "bellhop", "device": "bellhop"});
    let data = json!({"token": token, "properties": properties, "intents": intents().bits(), "large_threshold": 50, "compress": false});
    say(Opcode::Identify, &data)
}

/// Goes on with a session behind this number.
pub(super) fn resume(token: &str, session: &Session) -> Message {
    say(Opcode::Resume, &json!({"token": token, "session_id": session.id, "seq": session.number}))
}

/// Says that we are there.
pub(super) fn heartbeat(number: Option<u64>) -> Message {
    say(Opcode::Heartbeat, &json!(number))
}

/// An address with the version and encoding that we speak.
pub(super) fn with_version(mut url: Url) -> Url {
    url.query_pairs_mut().clear().append_pair("v", &GATEWAY_VERSION.to_string()).append_pair("encoding", "json");
    url
}

/// What the end of a connection means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The session goes on in another connection.
    Resume,
    /// It takes a new session.
    Anew,
    /// Another try is pointless before somebody has changed something.
    Never(&'static str),
}

/// Reads the code with which Discord has closed a connection.
pub(super) fn ending(code: u16) -> Ending {
    match code {
        close_codes::AUTHENTICATION_FAILED => Ending::Never(
            "Discord does not know this bot (any more): its token is wrong or was reset; put the one from the page Bot of the Developer Portal into the configuration",
        ),
        close_codes::INVALID_SHARD | close_codes::SHARDING_REQUIRED => {
            Ending::Never("the bot is in more servers than one connection may serve: take it out of some")
        }
        4012 => Ending::Never("Discord does not speak this version of its gateway any more: update Bellhop"),
        close_codes::INVALID_GATEWAY_INTENTS => Ending::Never("Discord does not know what this version of Bellhop asks for: update Bellhop"),
        close_codes::DISALLOWED_GATEWAY_INTENTS => {
            Ending::Never("an intent is missing: switch on Message Content Intent on the page Bot of the Developer Portal")
        }
        // 1000 and 1001 end the session, whoever says them.
        1000 | 1001 | close_codes::INVALID_SEQUENCE | close_codes::SESSION_TIMEOUT => Ending::Anew,
        _ => Ending::Resume,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_what_the_documentation_says() {
        for code in [4_000, 4_001, 4_002, 4_003, 4_005, 4_008, 1_006, 1_012] {
            assert_eq!(ending(code), Ending::Resume, "{code}");
        }
        for code in [4_007, 4_009, 1_000, 1_001] {
            assert_eq!(ending(code), Ending::Anew, "{code}");
        }
        for code in [4_004, 4_010, 4_011, 4_012, 4_013, 4_014] {
            assert!(matches!(ending(code), Ending::Never(_)), "{code}");
        }
    }

    #[test]
    fn the_address_says_what_we_speak() {
        let url = Url::parse("wss://gateway.discord.gg/?v=6&compress=zlib-stream").map(with_version);
        assert_eq!(url.as_ref().map(Url::as_str), Ok("wss://gateway.discord.gg/?v=10&encoding=json"));
    }
}
