//! Listens to Discord, and comes back after every break.

use std::{sync::Arc, time::Duration};

use bellhop_channel::{
    ConnectionTeller, Fields, SendError,
    calls::{growing, jittered},
};
use futures_util::{SinkExt as _, StreamExt as _};
use rand::Rng as _;
use serde_json::{Value, value::RawValue};
use serenity::all::Opcode;
use tokio::{
    net::TcpStream,
    sync::mpsc,
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message},
};
use url::Url;

use super::{
    Arrived, Heard,
    frame::{self, Ending, Frame},
    progress::Session,
};
use crate::{
    account::Account,
    api::{
        failure::{Failure, Target},
        request::Request,
    },
    config,
    event::{KINDS, Place},
};

/// Longest wait for the connection and for each of Discord's first words.
const GREETING: Duration = Duration::from_secs(20);

/// A pause that Discord itself asks for is not longer than this.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 3600);

/// What happens to servers and channels, from which we learn whose a channel is.
pub(super) const STRUCTURE: [&str; 8] =
    ["GUILD_CREATE", "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "THREAD_CREATE", "THREAD_LIST_SYNC", "THREAD_UPDATE", "THREAD_DELETE"];

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The connection.
pub(super) struct Link<'a> {
    account: &'a Arc<Account>,
    health: ConnectionTeller<'a>,
    session: Option<Session>,
}

/// Why a connection is over.
enum Over {
    /// The session goes on in the next one, at once or after a pause.
    Resume(String),
    /// It takes a new session.
    Anew(String),
    /// There was none: try again after this pause, or one that grows.
    Failed(String, Option<Duration>),
    /// Another try is pointless.
    Never(SendError),
    /// Nobody wants to hear any more.
    Unheard,
}

impl<'a> Link<'a> {
    pub(super) fn new(account: &'a Arc<Account>, health: ConnectionTeller<'a>, session: Option<Session>) -> Self {
        Self { account, health, session }
    }

    /// Listens for ever; returns early only when Discord does not let us in any more, or nobody listens.
    pub(super) async fn run(mut self, heard: mpsc::Sender<Arrived>) -> Result<(), SendError> {
        let mut failures = 0;
        loop {
            let mut greeted = false;
            let over = self.listen(&heard, &mut greeted).await;
            failures = if greeted { 0 } else { failures + 1 };
            let pause = match over {
                Over::Resume(reason) => {
                    self.health.troubled(reason);
                    if failures == 0 { Duration::ZERO } else { jittered(growing(failures)) }
                }
                Over::Anew(reason) => {
                    self.session = None;
                    self.health.troubled(reason);
                    // Discord asks for one to five seconds before the next session.
                    Duration::from_millis(rand::rng().random_range(1_000..5_000)).max(if failures > 2 { growing(failures) } else { Duration::ZERO })
                }
                Over::Failed(reason, asked) => {
                    self.health.troubled(reason);
                    asked.map_or_else(|| jittered(growing(failures)), |asked| asked.min(LONGEST_ASKED))
                }
                Over::Never(error) => return Err(error),
                Over::Unheard => return Ok(()),
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// One connection, from its beginning to its end.
    async fn listen(&mut self, heard: &mpsc::Sender<Arrived>, greeted: &mut bool) -> Over {
        let url = match self.address().await {
            Ok(url) => url,
            Err(over) => return over,
        };
        let mut socket = match timeout(GREETING, connect_async(url.as_str())).await {
            Ok(Ok((socket, _))) => socket,
            Ok(Err(_)) => return Over::Failed("no connection to Discord's gateway".to_owned(), None),
            Err(_) => return Over::Failed(format!("no connection to Discord's gateway within {GREETING:?}"), None),
        };
        let beat = match hello(&mut socket).await {
            Ok(beat) => beat,
            Err(over) => return over,
        };
        let token = self.account.api.token();
        let first = match &self.session {
            Some(session) => frame::resume(token, session),
            None => frame::identify(token),
        };
        if socket.send(first).await.is_err() {
            return broken();
        }
        self.hear(socket, beat, heard, greeted).await
    }

    /// Where to connect to; asks Discord for it where a session is to begin.
    async fn address(&self) -> Result<Url, Over> {
        // Without knowing who we are, what we have written ourselves would be taken for a customer's.
        self.account.meet().await.map_err(over)?;
        let fixed = self.account.gateway_url.clone();
        if let Some(session) = &self.session {
            let known = fixed.clone().or_else(|| Url::parse(&session.url).ok().filter(|url| self.may_call(url)));
            if let Some(url) = known {
                return Ok(frame::with_version(url));
            }
        }
        let told = self.account.api.ask(Request::get(["gateway", "bot"])).await.map_err(over)?;
        let told = Fields::of(&told);
        let limit = told.object("session_start_limit").unwrap_or_default();
        if limit.integer("remaining") == Some(0) {
            let pause = limit.integer("reset_after").and_then(|pause| u64::try_from(pause).ok()).map(Duration::from_millis);
            return Err(Over::Failed("Discord lets the bot begin no more sessions today: something has begun far too many".to_owned(), pause));
        }
        let url = fixed.or_else(|| told.text("url").and_then(|url| Url::parse(url).ok()));
        match url {
            Some(url) if self.may_call(&url) => Ok(frame::with_version(url)),
            _ => Err(Over::Failed("api_url names no gateway that may be called: set gateway_url".to_owned(), None)),
        }
    }

    /// An interface of somebody else's never leads to Discord's own gateway.
    fn may_call(&self, url: &Url) -> bool {
        self.account.gateway_url.as_ref() == Some(url)
            || (config::is_allowed(url) && config::is_discords(self.account.api.base()) == config::is_discords(url))
    }

    async fn hear(&mut self, mut socket: Socket, beat: Duration, heard: &mpsc::Sender<Arrived>, greeted: &mut bool) -> Over {
        let mut room: Option<mpsc::Permit<'_, Arrived>> = None;
        let mut answered = true;
        let first = beat.mul_f64(rand::rng().random_range(0.0..1.0));
        let mut next_beat = Instant::now() + first;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(next_beat) => {
                    if !answered && room.is_some() {
                        return Over::Resume("Discord has not answered a heartbeat: the connection is dead".to_owned());
                    }
                    answered = false;
                    next_beat = Instant::now() + beat;
                    if socket.send(frame::heartbeat(self.number())).await.is_err() {
                        return broken();
                    }
                }
                place = heard.reserve(), if room.is_none() => match place {
                    Ok(place) => room = Some(place),
                    Err(_) => return Over::Unheard,
                },
                message = socket.next(), if room.is_some() => {
                    let text = match message {
                        Some(Ok(Message::Text(text))) => text,
                        Some(Ok(Message::Close(close))) => return self.closed(close.map(|close| close.code.into())),
                        Some(Ok(_)) => continue,
                        Some(Err(Error::Capacity(_))) => return Over::Resume("Discord said something without an end".to_owned()),
                        Some(Err(_)) | None => return broken(),
                    };
                    let Ok(said) = serde_json::from_str::<Frame>(&text) else {
                        return Over::Resume("Discord said something that cannot be read".to_owned());
                    };
                    match said.opcode() {
                        Opcode::Dispatch => {
                            if let Some(arrived) = self.dispatched(said, greeted)
                                && let Some(place) = room.take()
                            {
                                place.send(arrived);
                            }
                        }
                        Opcode::Heartbeat => {
                            let said = socket.send(frame::heartbeat(self.number())).await;
                            if said.is_err() {
                                return broken();
                            }
                        }
                        Opcode::HeartbeatAck => answered = true,
                        Opcode::Reconnect => {
                            *greeted = true;
                            return Over::Resume("Discord asks to connect anew".to_owned());
                        }
                        Opcode::InvalidSession => {
                            let may_resume = said.d.is_some_and(|d| d.get() == "true");
                            if may_resume && self.session.is_some() {
                                return Over::Resume("Discord asks to go on with the session anew".to_owned());
                            }
                            return Over::Anew("Discord has ended the session".to_owned());
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    fn closed(&self, code: Option<u16>) -> Over {
        let Some(code) = code else { return broken() };
        let reason = format!("Discord closed the connection ({code})");
        match frame::ending(code) {
            Ending::Resume => Over::Resume(reason),
            Ending::Anew => Over::Anew(reason),
            Ending::Never(reason) => Over::Never(SendError::ChannelStopped { reason: reason.to_owned() }),
        }
    }

    fn number(&self) -> Option<u64> {
        self.session.as_ref().map(|session| session.number)
    }

    /// Takes an event; answers what the keeper should hear of it.
    fn dispatched(&mut self, said: Frame, greeted: &mut bool) -> Option<Arrived> {
        let (kind, body) = (said.t?, said.d.unwrap_or_else(|| RawValue::NULL.to_owned()));
        if kind == "READY" {
            *greeted = true;
            let ready: Value = serde_json::from_str(body.get()).ok()?;
            let ready = Fields::of(&ready);
            let session = Session {
                id: ready.id("session_id")?,
                url: ready.text("resume_gateway_url").unwrap_or_default().to_owned(),
                number: said.s.unwrap_or_default(),
                behind: false,
            };
            self.session = Some(session.clone());
            self.health.up();
            return Some(Arrived::Fresh(session));
        }
        let session = self.session.as_mut()?;
        let number = said.s.unwrap_or(session.number);
        session.number = session.number.max(number);
        if kind == "RESUMED" {
            *greeted = true;
            self.health.up();
            return Some(Arrived::Resumed);
        }
        if !KINDS.contains(&kind.as_str()) && !STRUCTURE.contains(&kind.as_str()) {
            return None;
        }
        let heard = Heard { session: Arc::from(session.id.as_str()), number, kind, body };
        if heard.kind == "INTERACTION_CREATE" {
            self.acknowledge(&heard.body);
        }
        Some(Arrived::Event(heard))
    }

    /// Discord waits three seconds for the first answer to a press, however much is to be stored before it.
    fn acknowledge(&self, interaction: &RawValue) {
        let Ok(interaction) = serde_json::from_str::<Value>(interaction.get()) else { return };
        let interaction = Fields::of(&interaction);
        let place = place_of(self.account, interaction);
        self.account.acks.look(interaction, place);
        self.account.agents.look(interaction, place);
    }
}

/// Where something was pressed: an interaction has its channel with it.
pub(super) fn place_of(account: &Account, interaction: Fields<'_>) -> Option<Place> {
    if !interaction.has("guild_id") {
        return Some(Place::Direct);
    }
    interaction.object("channel").and_then(|channel| account.learn(channel))
}

/// Waits for Discord's first word, which says how often it wants to hear of us.
async fn hello(socket: &mut Socket) -> Result<Duration, Over> {
    let said = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str::<Frame>(&text).ok().filter(|frame| frame.opcode() == Opcode::Hello)?;
                    let hello: Value = serde_json::from_str(frame.d?.get()).ok()?;
                    let beat = hello.get("heartbeat_interval")?.as_u64().filter(|&beat| beat > 0)?;
                    return Some(Duration::from_millis(beat));
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    };
    match timeout(GREETING, said).await {
        Ok(Some(beat)) => Ok(beat),
        _ => Err(Over::Failed("what answers is none of Discord's gateways: does gateway_url name one?".to_owned(), None)),
    }
}

fn broken() -> Over {
    Over::Resume("the connection to Discord broke".to_owned())
}

/// What a failed call means for the connection.
fn over(failure: Failure) -> Over {
    match failure.sort(Target::Bot) {
        stopped @ SendError::ChannelStopped { .. } => Over::Never(stopped),
        SendError::Limited { after, reason } => Over::Failed(reason, Some(jittered(after))),
        SendError::Retry { after, reason } => Over::Failed(reason, after.map(jittered)),
        SendError::Refused { reason, .. } => Over::Failed(reason, None),
    }
}
