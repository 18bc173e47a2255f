//! What tests of the engine are made with: an engine on an empty database, a clock that they turn, and a server that answers as they like.
#![allow(clippy::unwrap_used, reason = "tests")]

pub(crate) mod chat;

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use bellhop_store::{Options, Store};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{Engine, Parts, channels::Channels, clock::Clock, links::Links, settings::Settings};

/// When tests begin.
pub(crate) const AT: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();

/// A clock that stands until it is turned.
pub(crate) struct TurnedClock(AtomicI64);

impl TurnedClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(AT.timestamp_micros())))
    }

    pub(crate) fn turn(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap(), Ordering::Relaxed);
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

/// An up-to-date database in `folder`.
pub(crate) async fn store(folder: &Path) -> Store {
    let options = Options::new(format!("sqlite://{}/bellhop.db", folder.display()));
    bellhop_store::migrate(&options, AT).await.unwrap();
    bellhop_store::open(&options).await.unwrap()
}

/// An engine without channels, with its data in `folder`; it may reach this machine.
pub(crate) async fn engine(folder: &Path, clock: Arc<TurnedClock>) -> Engine {
    engine_with(folder, clock, Channels::default()).await
}

/// The same, with these channels.
pub(crate) async fn engine_with(folder: &Path, clock: Arc<TurnedClock>, channels: Channels) -> Engine {
    started(folder, clock, channels, settings(folder)).await
}

/// The same, with settings of its own.
pub(crate) async fn started(folder: &Path, clock: Arc<TurnedClock>, channels: Channels, settings: Settings) -> Engine {
    let links = Links::new(&settings.public_url, b"a secret for tests");
    Engine::start(Parts { store: store(folder).await, settings, channels, links, clock, staff: None }).await.unwrap()
}

/// The settings of an engine with its data in `folder`.
pub(crate) fn settings(folder: &Path) -> Settings {
    Settings {
        public_url: "https://help.example.org".into(),
        reopen_within: Duration::from_secs(72 * 3600),
        handoff_limit: Duration::from_secs(600),
        language: "en".into(),
        languages: vec!["en".into(), "zh".into()],
        costs: crate::knowledge::Costs::default(),
        embeddings: None,
        index_folder: Some(folder.join("index")),
        files_folder: folder.join("files"),
        allow_private: vec!["127.0.0.0/8".parse().unwrap()],
        places: crate::places::PlaceFiles::default(),
        systems: crate::systems::Systems::default(),
        workers: 2,
        senders: 2,
    }
}

/// Asks again until `found` answers something, for as long as a slow machine may take.
pub(crate) async fn soon<T>(what: &str, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = found().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < deadline, "did not happen in time: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A server on threads of its own: `answer` writes to each connection what it likes, given the path that was asked for.
pub(crate) fn server(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let first = lines.next().unwrap().unwrap();
                while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                answer(first.split(' ').nth(1).unwrap(), &mut stream);
            });
        }
    });
    address
}

/// Answers with a status, headers and a body.
pub(crate) fn respond(stream: &mut TcpStream, head: &str, body: &[u8]) {
    // The client may have hung up: then there is nobody to tell.
    let _ = write!(stream, "HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").and_then(|()| stream.write_all(body));
}
