//! An engine on a fresh database, with the router before it.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use bellhop_channel::Customer;
use bellhop_engine::{
    Engine, Parts,
    actions::tokens,
    caller::Caller,
    channels::Channels,
    clock::{Clock as _, SystemClock},
    links::Links,
    settings::Settings,
    systems::System,
};
use bellhop_store::Options;
use bellhop_web::{Site, router};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::fake::Fake;

pub struct World {
    pub engine: Engine,
    pub channel: Arc<Fake>,
    app: Router,
    events: AtomicU64,
    _folder: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: no JSON: {}", self.status, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: impl axum::http::header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// The first field that is complained of.
    pub fn field(&self) -> String {
        self.json()["errors"][0]["field"].as_str().unwrap_or_else(|| panic!("no field in {}", self.text())).to_owned()
    }
}

/// Calls as the holder of one token.
pub struct Client<'a> {
    world: &'a World,
    token: Option<String>,
}

/// A business system that nobody can sign for.
fn erp() -> System {
    let url = Some("https://erp.example/orders/{id}".to_owned());
    System { name: "Warehouse".to_owned(), url, done: vec!["sent".to_owned()], failed: vec!["failed".to_owned()], verify: None }
}

fn settings(folder: &Path) -> Settings {
    Settings {
        public_url: "https://help.example.org".to_owned(),
        costs: bellhop_engine::knowledge::Costs::default(),
        embeddings: None,
        reopen_within: Duration::from_secs(72 * 3600),
        handoff_limit: Duration::from_secs(600),
        language: "en".to_owned(),
        languages: vec!["en".to_owned(), "zh".to_owned()],
        index_folder: None,
        files_folder: folder.join("files"),
        allow_private: Vec::new(),
        places: bellhop_engine::places::PlaceFiles::default(),
        systems: [("erp".to_owned(), erp())].into(),
        workers: 2,
        senders: 2,
    }
}

impl World {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(format!("sqlite://{}", folder.path().join("bellhop.db").display()));
        bellhop_store::migrate(&options, SystemClock.now()).await.unwrap();
        let store = bellhop_store::open(&options).await.unwrap();
        let channel = Fake::new();
        let parts = Parts {
            store,
            settings: settings(folder.path()),
            channels: Channels::new([bellhop_channel::Channel { customer: Some(Customer::Push(channel.clone())), staff: None }]),
            staff: None,
            links: Links::new("https://help.example.org", b"a secret of some length"),
            clock: Arc::new(SystemClock),
        };
        let engine = Engine::start(parts).await.unwrap();
        let site = Site { engine: engine.clone(), metrics: Arc::new(String::new), trusted_proxies: Vec::new() };
        Self { engine, channel, app: router(site), events: AtomicU64::new(0), _folder: folder }
    }

    pub fn anybody(&self) -> Client<'_> {
        Client { world: self, token: None }
    }

    pub async fn with(&self, scope: &str) -> Client<'_> {
        let made = tokens::create(&self.engine, &Caller::system(), &format!("the {scope} program"), &[scope.to_owned()]).await.unwrap();
        Client { world: self, token: Some(made.secret) }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The customer of a thread writes; answers the conversation once the bot has decided on it.
    pub async fn customer_says(&self, thread: &str, text: &str, more: Value) -> String {
        let number = self.events.fetch_add(1, Ordering::SeqCst);
        let mut event = json!({"id": format!("evt-{number}"), "thread": thread, "name": "Ann", "locale": "en", "text": text});
        for (key, value) in more.as_object().unwrap() {
            event[key] = value.clone();
        }
        self.anybody().post("/channels/shop/events", event).await.is(202);
        eventually(async || {
            let state = self.engine.reader().thread_state("shop", thread, thread).await.unwrap()?;
            let conversation = state.conversation?;
            let latest = self.engine.reader().last_messages(conversation.id, 100).await.unwrap();
            let heard = latest.iter().any(|message| message.text == text);
            heard.then(|| conversation.id.to_string())
        })
        .await
    }

    /// A conversation that waits for a person.
    pub async fn queued(&self, thread: &str) -> String {
        let id = self.customer_says(thread, "Where is my parcel? I want a refund.", json!({})).await;
        self.with("agent").await.post(&format!("/api/v1/conversations/{id}/handoff"), json!({})).await.is(200);
        id
    }
}

impl Client<'_> {
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.world.send(request.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body), &[]).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body), &[]).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body), &[]).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None, &[]).await
    }
}

/// Looks again until there is something, for at most ten seconds.
pub async fn eventually<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "it did not happen in ten seconds");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
