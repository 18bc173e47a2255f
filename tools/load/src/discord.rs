//! As much of Discord as a bot needs to be told things: a gateway without a memory, and a REST interface that says yes.

use std::{
    cell::Cell,
    rc::Rc,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, bail};
use futures_util::{SinkExt as _, StreamExt as _, stream::SplitSink};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Mutex,
    task::spawn_local,
};
use tokio_tungstenite::{WebSocketStream, accept_async, tungstenite::Message};

use crate::http::Connection;

/// A token as Discord's look, of nobody's.
pub(crate) const TOKEN: &str = "MTAwMDAwMDAwMDAwMDAwMDAx.Gload.a_token_of_a_bot_under_load";
/// The bot's account.
const BOT: u64 = 1_000_001;
/// Its application.
const APPLICATION: u64 = 1_000_002;
/// Its server.
const SERVER: u64 = 1_000_010;
/// A channel of that where everybody talks.
const PUBLIC: u64 = 1_000_011;
/// The first of the customers.
const PEOPLE: u64 = 5_000_000_000;
/// The first of the channels with their direct messages.
const DIRECT: u64 = 7_000_000_000;
/// How often the program is to be heard, in milliseconds.
const BEAT: u64 = 41_250;
/// Events written before they are sent off together.
const TOGETHER: u64 = 64;

type Socket = WebSocketStream<TcpStream>;
type Sink = Rc<Mutex<SplitSink<Socket, Message>>>;

/// A Discord that nobody has connected to yet.
pub(crate) struct Discord {
    rest: TcpListener,
    gateway: TcpListener,
}

/// A session of the program's: what it is told in.
pub(crate) struct Session {
    sink: Sink,
    number: u64,
    /// Discord's ids grow with time.
    id: u64,
    /// Messages of the bot's so far.
    pub(crate) replies: Rc<Cell<u64>>,
}

/// Something that happens on Discord.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Happening {
    /// A customer writes to the bot.
    Customer {
        /// Which one.
        person: u64,
    },
    /// Somebody writes where everybody does.
    Chatter,
    /// Somebody reacts to that.
    Reaction,
    /// Somebody types there.
    Typing,
    /// Somebody comes or goes.
    Presence,
}

impl Discord {
    /// Takes two free ports.
    pub(crate) async fn open() -> anyhow::Result<Self> {
        Ok(Self { rest: TcpListener::bind("127.0.0.1:0").await?, gateway: TcpListener::bind("127.0.0.1:0").await? })
    }

    /// What `api_url` and `gateway_url` are to be.
    pub(crate) fn addresses(&self) -> anyhow::Result<(String, String)> {
        Ok((format!("http://{}", self.rest.local_addr()?), format!("ws://{}", self.gateway.local_addr()?)))
    }

    /// Waits until the program has begun a session; what it calls is answered from now on, in tasks of this thread.
    pub(crate) async fn session(self) -> anyhow::Result<Session> {
        let (_, gateway) = self.addresses()?;
        let replies = Rc::new(Cell::new(0));
        spawn_local(answer_all(self.rest, gateway, Rc::clone(&replies)));
        let (stream, _) = self.gateway.accept().await?;
        let (sink, mut heard) = accept_async(stream).await?.split();
        let sink = Rc::new(Mutex::new(sink));
        say(&sink, &json!({ "op": 10, "d": { "heartbeat_interval": BEAT } })).await?;
        loop {
            match opcode(heard.next().await.context("the program hung up")??) {
                Some(1) => say(&sink, &json!({ "op": 11 })).await?,
                Some(2) => break,
                Some(6) => bail!("the program wants to go on with a session that never was"),
                _ => {}
            }
        }
        let alive = Rc::clone(&sink);
        spawn_local(async move {
            while let Some(Ok(message)) = heard.next().await {
                if opcode(message) == Some(1) && say(&alive, &json!({ "op": 11 })).await.is_err() {
                    return;
                }
            }
        });
        let mut session = Session { sink, number: 0, id: first_id(), replies };
        let (id, server) = (APPLICATION.to_string(), SERVER.to_string());
        let ready = json!({
            "v": 10, "user": user(BOT), "guilds": [{ "id": server, "unavailable": true }], "session_id": "load", "resume_gateway_url": "",
            "application": { "id": id, "flags": 0 }, "private_channels": [],
        });
        session.dispatch("READY", &ready).await?;
        let public = json!({ "id": PUBLIC.to_string(), "type": 0, "guild_id": server, "name": "general" });
        let guild = json!({ "id": server, "name": "Shop", "unavailable": false, "channels": [public], "threads": [], "members": [], "roles": [] });
        session.dispatch("GUILD_CREATE", &guild).await?;
        session.flush().await?;
        Ok(session)
    }
}

impl Session {
    /// Tells it; what was told is sent off together with what follows.
    pub(crate) async fn tell(&mut self, happening: Happening, text: &str) -> anyhow::Result<()> {
        self.id += 4_096;
        let (id, somebody) = (self.id.to_string(), PEOPLE + self.id % 997);
        let time = "2026-11-22T10:00:00.000000+00:00";
        let message = |channel: u64, author: u64| {
            json!({
                "id": id, "channel_id": channel.to_string(), "author": user(author), "type": 0, "content": text, "timestamp": time, "edited_timestamp": null,
                "tts": false, "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "components": [],
                "flags": 0, "nonce": id,
            })
        };
        let (server, public) = (SERVER.to_string(), PUBLIC.to_string());
        let in_server = |mut body: Value| {
            body["guild_id"] = json!(server);
            body["member"] = json!({ "nick": null, "roles": [], "joined_at": time, "deaf": false, "mute": false });
            body
        };
        let (kind, body) = match happening {
            Happening::Customer { person } => ("MESSAGE_CREATE", message(DIRECT + person, PEOPLE + person)),
            Happening::Chatter => ("MESSAGE_CREATE", in_server(message(PUBLIC, somebody))),
            Happening::Reaction => {
                let emoji = json!({ "id": null, "name": "👍" });
                let body =
                    json!({ "user_id": somebody.to_string(), "channel_id": public, "message_id": id, "emoji": emoji, "burst": false, "type": 0 });
                ("MESSAGE_REACTION_ADD", in_server(body))
            }
            Happening::Typing => {
                ("TYPING_START", in_server(json!({ "user_id": somebody.to_string(), "channel_id": public, "timestamp": 1_795_341_600 })))
            }
            Happening::Presence => {
                let body =
                    json!({ "user": { "id": somebody.to_string() }, "guild_id": server, "status": "online", "activities": [], "client_status": {} });
                ("PRESENCE_UPDATE", body)
            }
        };
        self.dispatch(kind, &body).await
    }

    async fn dispatch(&mut self, kind: &str, body: &Value) -> anyhow::Result<()> {
        self.number += 1;
        let frame = json!({ "op": 0, "s": self.number, "t": kind, "d": body }).to_string();
        self.sink.lock().await.feed(Message::text(frame)).await.context("the program does not listen any more")?;
        if self.number.is_multiple_of(TOGETHER) { self.flush().await } else { Ok(()) }
    }

    /// Sends off what was told.
    pub(crate) async fn flush(&mut self) -> anyhow::Result<()> {
        self.sink.lock().await.flush().await.context("the program does not listen any more")
    }
}

async fn say(sink: &Sink, frame: &Value) -> anyhow::Result<()> {
    Ok(sink.lock().await.send(Message::text(frame.to_string())).await?)
}

fn opcode(message: Message) -> Option<u64> {
    let Message::Text(text) = message else { return None };
    serde_json::from_str::<Value>(&text).ok()?.get("op")?.as_u64()
}

fn user(id: u64) -> Value {
    json!({ "id": id.to_string(), "username": format!("user{id}"), "global_name": "Ann Example", "discriminator": "0", "avatar": null, "bot": id == BOT })
}

/// Behind those of every run before.
#[expect(clippy::disallowed_methods, reason = "a tool of its own: ids are made of the machine's time")]
fn first_id() -> u64 {
    // Discord counts from the beginning of 2015.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    u64::try_from(now).unwrap_or_default().saturating_sub(1_420_070_400_000) << 22
}

/// Answers the REST interface's calls, for ever.
async fn answer_all(listener: TcpListener, gateway: String, replies: Rc<Cell<u64>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (gateway, replies) = (gateway.clone(), Rc::clone(&replies));
        spawn_local(async move {
            let Ok(mut connection) = Connection::over(stream) else { return };
            while let Ok(Some(answer)) = connection.read(|call| answer(call.first_line, &gateway, &replies)).await {
                let body = answer.to_string();
                let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
                if connection.write(format!("{head}{body}").as_bytes()).await.is_err() {
                    return;
                }
            }
        });
    }
}

fn answer(first_line: &str, gateway: &str, replies: &Cell<u64>) -> Value {
    let mut words = first_line.split([' ', '?']);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (method, parts.as_slice()) {
        ("GET", ["applications", "@me"]) => json!({ "id": APPLICATION.to_string(), "bot": user(BOT) }),
        ("GET", ["gateway", "bot"]) => {
            let limit = json!({ "total": 1_000, "remaining": 1_000, "reset_after": 0, "max_concurrency": 1 });
            json!({ "url": gateway, "shards": 1, "session_start_limit": limit })
        }
        ("GET", ["channels", id]) => json!({ "id": id, "type": 0, "guild_id": SERVER.to_string() }),
        ("GET", ["channels", _, "messages"]) => json!([]),
        ("POST", ["channels", channel, "messages"]) => {
            replies.set(replies.get() + 1);
            json!({ "id": (first_id() + replies.get()).to_string(), "channel_id": channel })
        }
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn calls_are_answered_as_far_as_a_bot_needs() {
        let replies = Cell::new(0);
        let told = |line: &str| answer(line, "ws://127.0.0.1:9", &replies);
        assert_eq!(told("GET /gateway/bot HTTP/1.1")["url"], "ws://127.0.0.1:9");
        assert_eq!(told("GET /applications/@me HTTP/1.1")["bot"]["bot"], true);
        assert_eq!(told("GET /channels/7/messages?limit=100&after=5 HTTP/1.1"), json!([]));
        assert_ne!(told("POST /channels/7/messages HTTP/1.1")["id"], told("POST /channels/7/messages HTTP/1.1")["id"]);
        assert_eq!((replies.get(), told("POST /channels/7/typing HTTP/1.1")), (2, json!({})));
    }
}
