//! The sample shop: a page on which a visitor of the demo writes as a customer, over the same signed webhooks as a real shop.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use axum::{
    Form, Json, Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{Html, Redirect},
    routing::{get, post},
};
use bellhop_channel_webhook::signature::{ID, SIGNATURE, Secrets, TIMESTAMP};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::cli::open;

/// Bubbles kept of one chat.
const KEPT: usize = 200;
/// Chats kept.
const CHATS: usize = 500;
/// A signature may be this old.
const TOLERANCE: Duration = Duration::from_secs(300);

/// The running shop; it ends with the program.
pub struct Shop {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shop {
    /// Opens the shop on a free port of this machine; it signs with `secret` and writes to the Bellhop at `bellhop`.
    ///
    /// # Errors
    /// When no port is free.
    #[allow(clippy::disallowed_methods, reason = "the shop stands for somebody else's program: it is neither guarded nor awaited")]
    pub async fn open(secret: &str, bellhop: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("the sample shop finds no free port")?;
        let address = listener.local_addr().context("the sample shop has no address")?;
        let desk = Arc::new(Counter {
            chats: Mutex::default(),
            secrets: Secrets::parse([secret])?,
            events: format!("http://{bellhop}/channels/{}/events", bellhop_engine::demo::CHANNEL),
            widget: format!("http://{bellhop}/chat/{}/widget.js", super::WEB),
            http: reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build()?,
        });
        let app = Router::new()
            .route("/", get(page))
            .route("/log", get(log))
            .route("/say", post(say))
            .route("/press", post(press))
            .route("/deliveries", post(deliver))
            .with_state(desk);
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(error = %error, "The sample shop stopped");
            }
        });
        Ok(Self { address, server })
    }

    /// Where Bellhop delivers.
    pub fn deliveries(&self) -> String {
        format!("http://{}/deliveries", self.address)
    }

    /// The page's origin, as browsers write it.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where a visitor writes.
    pub fn page(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// The shop's side of the chats; gone when the program stops.
struct Counter {
    chats: Mutex<BTreeMap<String, Vec<Bubble>>>,
    secrets: Secrets,
    events: String,
    widget: String,
    http: reqwest::Client,
}

/// One message as the customer sees it.
struct Bubble {
    author: String,
    text: String,
    message: String,
    buttons: Vec<(String, String)>,
}

/// Who the visitor pretends to be.
#[derive(Deserialize)]
struct Visitor {
    #[serde(default)]
    chat: String,
    #[serde(default)]
    tier: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    button: String,
    #[serde(default)]
    message: String,
}

impl Counter {
    fn chats(&self) -> MutexGuard<'_, BTreeMap<String, Vec<Bubble>>> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, chat: &str, bubble: Bubble) {
        let mut chats = self.chats();
        if chats.len() >= CHATS && !chats.contains_key(chat) {
            return;
        }
        let bubbles = chats.entry(chat.to_owned()).or_default();
        bubbles.push(bubble);
        if bubbles.len() > KEPT {
            bubbles.remove(0);
        }
    }

    /// Signs an event and hands it to Bellhop.
    async fn send(&self, visitor: &Visitor, kind: &str, more: Value) -> anyhow::Result<()> {
        let id = format!("shop-{}", random_name());
        let now = open::clock().now();
        let mut event = json!({
            "type": kind, "id": id, "at": now, "conversation": visitor.chat,
            "sender": { "id": visitor.chat, "name": "Visitor", "tier": some(&visitor.tier), "region": some(&visitor.region) },
        });
        if let (Value::Object(event), Value::Object(more)) = (&mut event, more) {
            event.extend(more);
        }
        let body = serde_json::to_vec(&event)?;
        let seconds = now.timestamp();
        let request = self.http.post(&self.events).header("content-type", "application/json").header(ID, &id).header(TIMESTAMP, seconds);
        request.header(SIGNATURE, self.secrets.sign(&id, seconds, &body)).body(body).send().await?.error_for_status()?;
        Ok(())
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn random_name() -> String {
    format!("{:016x}", rand::random::<u64>())
}

async fn page(State(counter): State<Arc<Counter>>, Query(mut visitor): Query<Visitor>) -> Result<Html<String>, Redirect> {
    if visitor.chat.is_empty() {
        return Err(Redirect::to(&format!("/?chat=visitor-{}", random_name())));
    }
    visitor.chat.retain(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    let option = |value: &str, label: &str, chosen: &str| {
        let selected = if value == chosen { " selected" } else { "" };
        format!("<option value=\"{value}\"{selected}>{label}</option>")
    };
    let tiers: String = ["", "trial", "standard", "gold", "vip"]
        .iter()
        .map(|tier| option(tier, if tier.is_empty() { "unknown" } else { tier }, &visitor.tier))
        .collect();
    let regions: String = [("", "unknown"), ("DE", "Germany"), ("CN", "China"), ("ES", "Spain"), ("US", "United States")]
        .iter()
        .map(|(key, label)| option(key, label, &visitor.region))
        .collect();
    Ok(Html(
        include_str!("shop.html")
            .replace("{{widget}}", &counter.widget)
            .replace("{{chat}}", &visitor.chat)
            .replace("{{tiers}}", &tiers)
            .replace("{{regions}}", &regions),
    ))
}

async fn log(State(counter): State<Arc<Counter>>, Query(visitor): Query<Visitor>) -> Json<Value> {
    let chats = counter.chats();
    let bubbles = chats.get(&visitor.chat).map(Vec::as_slice).unwrap_or_default();
    Json(
        bubbles
            .iter()
            .map(|bubble| json!({ "author": bubble.author, "text": bubble.text, "message": bubble.message, "buttons": bubble.buttons }))
            .collect(),
    )
}

async fn say(State(counter): State<Arc<Counter>>, Form(visitor): Form<Visitor>) -> StatusCode {
    if visitor.text.trim().is_empty() {
        return StatusCode::NO_CONTENT;
    }
    let message = format!("m-{}", random_name());
    counter.keep(&visitor.chat, Bubble { author: "customer".to_owned(), text: visitor.text.clone(), message: message.clone(), buttons: Vec::new() });
    answer(counter.send(&visitor, "message", json!({ "message": { "id": message, "text": visitor.text } })).await)
}

async fn press(State(counter): State<Arc<Counter>>, Form(visitor): Form<Visitor>) -> StatusCode {
    answer(counter.send(&visitor, "button", json!({ "button": { "id": visitor.button }, "message": { "id": visitor.message } })).await)
}

fn answer(sent: anyhow::Result<()>) -> StatusCode {
    match sent {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "The sample shop could not write to Bellhop");
            StatusCode::BAD_GATEWAY
        }
    }
}

async fn deliver(State(counter): State<Arc<Counter>>, headers: HeaderMap, body: Bytes) -> Result<Json<Value>, StatusCode> {
    counter.secrets.verify(&headers, &body, open::clock().now(), TOLERANCE).map_err(|_| StatusCode::UNAUTHORIZED)?;
    let event: Value = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let text_at = |place: &str| event.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned();
    let buttons = event.pointer("/message/buttons").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let label = |button: &Value| Some((button.get("id")?.as_str()?.to_owned(), button.get("label")?.as_str()?.to_owned()));
    let message = text_at("/message/id");
    if text_at("/type") == "message" {
        let bubble = Bubble {
            author: text_at("/message/author"),
            text: text_at("/message/text"),
            message: message.clone(),
            buttons: buttons.iter().filter_map(label).collect(),
        };
        counter.keep(&text_at("/conversation"), bubble);
    }
    Ok(Json(json!({ "id": message })))
}
