//! The gateway: sessions, and connections that serve them.

use std::sync::Arc;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, accept_async,
    tungstenite::{
        Message,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use crate::fake::Shared;

/// The intent to read what people write in servers.
const MESSAGE_CONTENT: u64 = 1 << 15;

/// Sessions, and how the gateway behaves.
#[derive(Default)]
pub(crate) struct Sessions {
    pub all: Vec<Session>,
    /// Heartbeats are not answered.
    pub deaf: bool,
    /// Nobody is let in.
    pub shut: bool,
    /// The bot may not read what people write in servers.
    pub without_content: bool,
    /// How many times somebody has begun a session, and how many times one was gone on with.
    pub begun: usize,
    pub resumed: usize,
    pub heartbeats: usize,
}

/// A session: everything that was told in it, for whoever comes back.
pub(crate) struct Session {
    pub id: String,
    pub frames: Vec<String>,
    pub alive: bool,
}

/// What happens to every connection that there is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Control {
    /// The connection breaks.
    Drop,
    /// Asks to connect anew.
    Reconnect,
    /// Ends the session, or asks to go on with it anew.
    Invalid(bool),
    /// Closes the connection with this code.
    Close(u16),
}

impl Session {
    fn tell(&mut self, kind: &str, data: &Value) {
        let number = self.frames.len() + 1;
        self.frames.push(json!({"op": 0, "s": number, "t": kind, "d": data}).to_string());
    }
}

impl Sessions {
    /// Tells all sessions of something.
    pub fn tell(&mut self, kind: &str, data: Value) {
        for session in self.all.iter_mut().filter(|session| session.alive) {
            session.tell(kind, &data);
        }
    }

    /// Tells something that is no JSON, or not what it should be.
    pub fn tell_raw(&mut self, frame: &str) {
        for session in self.all.iter_mut().filter(|session| session.alive) {
            let number = session.frames.len() + 1;
            session.frames.push(frame.replace("(number)", &number.to_string()));
        }
    }
}

/// Takes connections until the fake is dropped.
pub(crate) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        if shared.world().sessions.shut {
            continue;
        }
        let stop = shared.stop.clone();
        shared.tasks.spawn(stop.run_until_cancelled_owned(serve(stream, Arc::clone(&shared))));
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let Ok(mut socket) = accept_async(stream).await else { return };
    let mut control = shared.control.subscribe();
    let mut changes = shared.changes();
    let beat = shared.world().settings.heartbeat.as_millis() as u64;
    if say(&mut socket, json!({"op": 10, "d": {"heartbeat_interval": beat}})).await.is_err() {
        return;
    }
    // The session that is served, and how much of it was told.
    let mut serving: Option<(String, usize)> = None;
    loop {
        changes.mark_unchanged();
        if let Some((id, told)) = &mut serving {
            let frames: Vec<String> = {
                let world = shared.world();
                let session = world.sessions.all.iter().find(|session| session.id == *id).expect("sessions are kept");
                session.frames.iter().skip(*told).cloned().collect()
            };
            for frame in frames {
                *told += 1;
                if socket.send(Message::text(frame)).await.is_err() {
                    return;
                }
            }
        }
        tokio::select! {
            biased;
            heard = control.recv() => match heard {
                Ok(Control::Drop) | Err(_) => return,
                Ok(Control::Reconnect) => {
                    let _ = say(&mut socket, json!({"op": 7, "d": null})).await;
                }
                Ok(Control::Invalid(may_resume)) => {
                    let _ = say(&mut socket, json!({"op": 9, "d": may_resume})).await;
                    serving = None;
                }
                Ok(Control::Close(code)) => return close(socket, code).await,
            },
            message = socket.next() => {
                let Some(Ok(message)) = message else { return };
                let Message::Text(text) = message else { continue };
                match hear(&shared, &text) {
                    Heard::Serve(id, told) => serving = Some((id, told)),
                    Heard::Say(answer) => {
                        if say(&mut socket, answer).await.is_err() {
                            return;
                        }
                    }
                    Heard::Close(code) => return close(socket, code).await,
                    Heard::Nothing => {}
                }
                shared.happened();
            }
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

enum Heard {
    Serve(String, usize),
    Say(Value),
    Close(u16),
    Nothing,
}

fn hear(shared: &Shared, text: &str) -> Heard {
    let Ok(said) = serde_json::from_str::<Value>(text) else {
        shared.violation("the gateway got something that is no JSON".into());
        return Heard::Close(4_002);
    };
    let mut world = shared.world();
    let data = &said["d"];
    match said["op"].as_u64() {
        Some(1) => {
            world.sessions.heartbeats += 1;
            if world.sessions.deaf { Heard::Nothing } else { Heard::Say(json!({"op": 11})) }
        }
        Some(2) => {
            if world.revoked || data["token"] != world.settings.token.as_str() {
                return Heard::Close(4_004);
            }
            let Some(intents) = data["intents"].as_u64() else { return Heard::Close(4_013) };
            if world.sessions.without_content && intents & MESSAGE_CONTENT != 0 {
                return Heard::Close(4_014);
            }
            world.sessions.begun += 1;
            let id = format!("session-{}", world.sessions.begun);
            let mut session = Session { id: id.clone(), frames: Vec::new(), alive: true };
            let ready = json!({
                "v": 10, "user": world.people[&world.settings.bot].json(), "guilds": [{"id": world.settings.guild.to_string(), "unavailable": true}],
                "session_id": id, "resume_gateway_url": shared.gateway_said, "application": {"id": world.settings.application.to_string(), "flags": 0},
                "private_channels": [],
            });
            session.tell("READY", &ready);
            session.tell("GUILD_CREATE", &world.guild_json());
            world.sessions.all.push(session);
            Heard::Serve(id, 0)
        }
        Some(6) => {
            if world.revoked || data["token"] != world.settings.token.as_str() {
                return Heard::Close(4_004);
            }
            let from = data["seq"].as_u64().unwrap_or_default() as usize;
            let session = world.sessions.all.iter_mut().find(|session| session.alive && data["session_id"] == session.id.as_str());
            let Some(session) = session else { return Heard::Say(json!({"op": 9, "d": false})) };
            if from > session.frames.len() {
                return Heard::Close(4_007);
            }
            session.tell("RESUMED", &json!({}));
            let id = session.id.clone();
            world.sessions.resumed += 1;
            Heard::Serve(id, from)
        }
        _ => Heard::Close(4_001),
    }
}

async fn say(socket: &mut WebSocketStream<TcpStream>, frame: Value) -> Result<(), ()> {
    socket.send(Message::text(frame.to_string())).await.map_err(drop)
}

async fn close(mut socket: WebSocketStream<TcpStream>, code: u16) {
    let _ = socket.close(Some(CloseFrame { code: CloseCode::from(code), reason: "scripted".into() })).await;
    // The other side says goodbye too.
    while let Some(Ok(_)) = socket.next().await {}
}
