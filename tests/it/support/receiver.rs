//! The shop's own server, which takes the program's messages. It checks each signature and repeat, and does what it is told to do wrong,
//! also to one conversation only.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::body::{Body, to_bytes};
use bellhop_channel_conformance::standard_webhooks;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use super::waiting::PATIENCE;

/// Longest body of a call, in bytes.
const LARGEST: usize = 32 * 1024 * 1024;

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Refused with this status; it has no effect.
    Status(u16),
    /// Refused with this status and `Retry-After`.
    RetryAfter(u16, String),
    /// The connection breaks before anything happens.
    Reset,
    /// It has its effect, then the connection breaks without an answer.
    ResetAfterEffect,
    /// It is never answered, and has no effect.
    Hang,
    /// It has its effect, and is answered only when faults are lifted.
    Delayed,
}

/// A call that came in, whatever became of it.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Its `webhook-id`.
    pub(crate) id: String,
    /// The conversation on our side.
    pub(crate) thread: String,
    pub(crate) at: Instant,
    /// What went wrong with it, if anything.
    pub(crate) fault: Option<Fault>,
}

/// A thing that was taken: once, however often it came.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) body: Value,
    /// Our id for it, told in the answer.
    pub(crate) external_id: String,
    /// How often it came again after it was taken.
    pub(crate) repeats: usize,
    told: bool,
}

impl Delivery {
    pub(crate) fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap_or_default()
    }

    pub(crate) fn thread(&self) -> &str {
        self.body["conversation"].as_str().unwrap_or_default()
    }

    pub(crate) fn text(&self) -> &str {
        self.body["message"]["text"].as_str().unwrap_or_default()
    }

    /// `bot`, `agent` or `system`.
    pub(crate) fn author(&self) -> &str {
        self.body["message"]["author"].as_str().unwrap_or_default()
    }

    /// The program's id of the message.
    pub(crate) fn message(&self) -> &str {
        self.body["message"]["id"].as_str().unwrap_or_default()
    }

    /// The customer's message that it answers.
    pub(crate) fn reply_to(&self) -> Option<&str> {
        self.body["message"]["reply_to"].as_str()
    }

    pub(crate) fn labels(&self) -> Vec<&str> {
        self.buttons().map(|(_, label)| label).collect()
    }

    /// Id of the button with this label; fails the test where there is none.
    pub(crate) fn button(&self, label: &str) -> &str {
        let found = self.buttons().find(|(_, known)| *known == label);
        found.unwrap_or_else(|| panic!("no button {label:?} among {:?} below {:?}", self.labels(), self.text())).0
    }

    fn buttons(&self) -> impl Iterator<Item = (&str, &str)> {
        let buttons = self.body["message"]["buttons"].as_array().map(Vec::as_slice).unwrap_or_default();
        buttons.iter().map(|button| (button["id"].as_str().unwrap_or_default(), button["label"].as_str().unwrap_or_default()))
    }

    /// What it says about a ticket.
    pub(crate) fn ticket(&self) -> &Value {
        &self.body["ticket"]
    }

    /// The first link in its text.
    pub(crate) fn link(&self) -> &str {
        let found = self.text().split_whitespace().find_map(|word| word.find("http").and_then(|at| word.get(at..)));
        found.unwrap_or_else(|| panic!("no link in {:?}", self.text())).trim_end_matches(['.', ')', '。'])
    }
}

/// A running receiver; dropping it stops it, and fails the test if a call was wrong.
pub(crate) struct Receiver {
    shared: Arc<Shared>,
    address: SocketAddr,
    _server: JoinSet<()>,
}

struct Shared {
    secret: String,
    state: Mutex<State>,
    /// Counts calls, so that a test can wait for more.
    happened: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    calls: Vec<Call>,
    /// The first body of each id, taken or not.
    seen: HashMap<String, Bytes>,
    taken: Vec<Delivery>,
    places: HashMap<String, usize>,
    orders: Vec<Order>,
    violations: Vec<String>,
}

/// What is to go wrong.
struct Order {
    thread: Option<String>,
    left: usize,
    fault: Fault,
}

impl Receiver {
    /// Starts one that knows this secret (`whsec_…`).
    pub(crate) async fn start(secret: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        let address = listener.local_addr().expect("the port that was bound");
        let shared = Arc::new(Shared { secret: secret.to_owned(), state: Mutex::default(), happened: watch::Sender::new(0) });
        let mut server = JoinSet::new();
        server.spawn(serve(listener, Arc::clone(&shared)));
        Self { shared, address, _server: server }
    }

    /// The address for `deliver_url`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hooks/bellhop", self.address)
    }

    /// The next `times` calls of a conversation, or of any, meet this; orders are followed in the order in which they were given.
    pub(crate) fn meets(&self, thread: Option<&str>, times: usize, fault: Fault) {
        self.shared.state().orders.push(Order { thread: thread.map(ToOwned::to_owned), left: times, fault });
    }

    /// Every call meets this until it is lifted.
    pub(crate) fn always_meets(&self, thread: Option<&str>, fault: Fault) {
        self.meets(thread, usize::MAX, fault);
    }

    /// From now on nothing goes wrong.
    pub(crate) fn lift(&self) {
        self.shared.state().orders.clear();
        self.shared.happened.send_modify(|count| *count += 1);
    }

    /// Every call of a conversation so far, faults included.
    pub(crate) fn calls_of(&self, thread: &str) -> Vec<Call> {
        self.shared.state().calls.iter().filter(|call| call.thread == thread).cloned().collect()
    }

    /// All that was taken so far, in order.
    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.shared.state().taken.clone()
    }

    /// The messages taken in a conversation so far, in order.
    pub(crate) fn messages_of(&self, thread: &str) -> Vec<Delivery> {
        let state = self.shared.state();
        state.taken.iter().filter(|delivery| delivery.kind() == "message" && delivery.thread() == thread).cloned().collect()
    }

    /// The next message in a conversation that no test was told of; fails the test when none comes.
    pub(crate) async fn next_message(&self, thread: &str) -> Delivery {
        self.until(&format!("message in {thread}"), |state| {
            let next = state.taken.iter_mut().find(|delivery| !delivery.told && delivery.kind() == "message" && delivery.thread() == thread)?;
            next.told = true;
            Some(next.clone())
        })
        .await
    }

    /// Waits for so many calls of a conversation.
    pub(crate) async fn called(&self, thread: &str, times: usize) -> Vec<Call> {
        self.until(&format!("{times} calls in {thread}"), |state| {
            let calls: Vec<Call> = state.calls.iter().filter(|call| call.thread == thread).cloned().collect();
            (calls.len() >= times).then_some(calls)
        })
        .await
    }

    /// Waits until this many conversations have a message.
    pub(crate) async fn reached(&self, threads: &[String], patience: Duration) {
        let deadline = tokio::time::Instant::now() + patience;
        let mut happened = self.shared.happened.subscribe();
        loop {
            happened.mark_unchanged();
            let missing = {
                let state = self.shared.state();
                let reached: std::collections::HashSet<&str> = state.taken.iter().map(Delivery::thread).collect();
                threads.iter().filter(|thread| !reached.contains(thread.as_str())).count()
            };
            if missing == 0 {
                return;
            }
            let more = tokio::time::timeout_at(deadline, happened.changed()).await;
            assert!(more.is_ok(), "{missing} of {} conversations got nothing within {patience:?}", threads.len());
        }
    }

    async fn until<T>(&self, what: &str, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let mut happened = self.shared.happened.subscribe();
        loop {
            happened.mark_unchanged();
            if let Some(found) = look(&mut self.shared.state()) {
                return found;
            }
            if tokio::time::timeout_at(deadline, happened.changed()).await.is_err() {
                let state = self.shared.state();
                let told: Vec<String> =
                    state.taken.iter().rev().take(5).map(|delivery| format!("{}: {}", delivery.thread(), delivery.text())).collect();
                panic!("no {what} within {PATIENCE:?}; {} calls so far, taken last: {told:#?}", state.calls.len());
            }
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let violations = std::mem::take(&mut self.shared.state().violations);
        if !std::thread::panicking() {
            assert!(violations.is_empty(), "calls that no receiver would take:\n{}", violations.join("\n"));
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, io::Error> {
        let (head, body) = request.into_parts();
        let body = to_bytes(Body::new(body), LARGEST).await.map_err(io::Error::other)?;
        let (fault, response) = self.take(head.uri.path(), &head.headers, &body);
        self.happened.send_modify(|count| *count += 1);
        match fault {
            Some(Fault::Reset | Fault::ResetAfterEffect) => Err(io::Error::other("told to break")),
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::Delayed) => {
                let mut happened = self.happened.subscribe();
                while !self.state().orders.is_empty() {
                    happened.changed().await.map_err(io::Error::other)?;
                }
                Ok(response)
            }
            Some(Fault::Status(_) | Fault::RetryAfter(..)) | None => Ok(response),
        }
    }

    fn take(&self, path: &str, headers: &HeaderMap, body: &Bytes) -> (Option<Fault>, Response<Body>) {
        let mut state = self.state();
        let parsed = match self.inspect(path, headers, body, &mut state) {
            Ok(parsed) => parsed,
            Err(violation) => {
                state.violations.push(violation);
                return (None, plain(StatusCode::NOT_IMPLEMENTED));
            }
        };
        let id = parsed["id"].as_str().unwrap_or_default().to_owned();
        let thread = parsed["conversation"].as_str().unwrap_or_default().to_owned();
        let fault = state.next_fault(&thread);
        state.calls.push(Call { id: id.clone(), thread, at: Instant::now(), fault: fault.clone() });
        let response = match &fault {
            None | Some(Fault::ResetAfterEffect | Fault::Delayed) => Response::new(Body::from(json!({ "id": state.keep(&id, parsed) }).to_string())),
            Some(Fault::Status(status)) => plain(StatusCode::from_u16(*status).expect("a status")),
            Some(Fault::RetryAfter(status, pause)) => {
                let mut response = plain(StatusCode::from_u16(*status).expect("a status"));
                response.headers_mut().insert("retry-after", pause.parse().expect("a header's value"));
                response
            }
            Some(Fault::Reset | Fault::Hang) => plain(StatusCode::OK),
        };
        (fault, response)
    }

    fn inspect(&self, path: &str, headers: &HeaderMap, body: &Bytes, state: &mut State) -> Result<Value, String> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if path != "/hooks/bellhop" {
            return Err(format!("{path} was called"));
        }
        let id = header("webhook-id").to_owned();
        let timestamp: i64 = header("webhook-timestamp").parse().map_err(|_| "webhook-timestamp is no number".to_owned())?;
        if header("webhook-signature") != standard_webhooks::sign(&self.secret, &id, timestamp, body) {
            return Err(format!("{id}: the signature is wrong"));
        }
        let parsed: Value = serde_json::from_slice(body).map_err(|error| format!("{id}: not JSON: {error}"))?;
        if parsed["id"] != id.as_str() || parsed["conversation"].as_str().is_none_or(str::is_empty) {
            return Err(format!("{id}: the body lacks its id or conversation"));
        }
        match state.seen.get(&id) {
            Some(first) if first != body => Err(format!("{id} came again with another body")),
            _ => {
                state.seen.insert(id, body.clone());
                Ok(parsed)
            }
        }
    }
}

impl State {
    fn next_fault(&mut self, thread: &str) -> Option<Fault> {
        let order = self.orders.iter_mut().find(|order| order.left > 0 && order.thread.as_deref().is_none_or(|only| only == thread))?;
        if order.left != usize::MAX {
            order.left -= 1;
        }
        Some(order.fault.clone())
    }

    /// Takes it, if it is new; gives our id for it.
    fn keep(&mut self, id: &str, body: Value) -> String {
        if let Some(place) = self.places.get(id) {
            let known = &mut self.taken[*place];
            known.repeats += 1;
            return known.external_id.clone();
        }
        let external_id = format!("ext-{}", self.taken.len() + 1);
        self.places.insert(id.to_owned(), self.taken.len());
        self.taken.push(Delivery { body, external_id: external_id.clone(), repeats: 0, told: false });
        external_id
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let shared = Arc::clone(&shared);
                async move { shared.answer(request).await }
            });
            // A broken connection is what some faults are for.
            let _broken = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
