//! A server on 127.0.0.1 that plays a platform: it keeps state, records every call and does what a script of faults says.

use std::{
    collections::VecDeque,
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long to wait for something to happen before the test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Longest body of a call, in bytes.
const MAX_BODY: usize = 32 * 1024 * 1024;

/// What a platform is like when it works.
pub trait Platform: Send + Sync + 'static {
    /// Looks at every call, also one that meets a fault; an error (a wrong signature, an unknown route) fails the test.
    fn inspect(&self, call: &Call) -> Result<(), String>;

    /// Takes a call that [`inspect`](Self::inspect) let pass, and answers it.
    fn answer(&self, call: &Call) -> Response<Bytes>;
}

/// A call that the fake got.
#[derive(Debug, Clone)]
pub struct Call {
    /// GET, POST and so on.
    pub method: Method,
    /// The path with its query.
    pub path: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, byte for byte.
    pub body: Bytes,
    /// What the script made of it; none where the platform answered as it does.
    pub fault: Option<Fault>,
}

impl Call {
    /// A header's value, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What goes wrong with one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Refused with this status and these headers; it has no effect.
    Status(u16, Vec<(&'static str, String)>),
    /// It has its effect and is answered, after this long.
    Delay(Duration),
    /// The connection breaks before anything happens.
    Reset,
    /// It has its effect, then the connection breaks without an answer.
    ResetAfterEffect,
    /// It is never answered.
    Hang,
    /// It has its effect, and the answer's body never ends.
    Endless,
}

impl Fault {
    /// Refused with this status.
    pub fn status(status: u16) -> Self {
        Self::Status(status, Vec::new())
    }

    /// Refused with this status and a `Retry-After`.
    pub fn retry_after(status: u16, value: impl Into<String>) -> Self {
        Self::Status(status, vec![("retry-after", value.into())])
    }
}

/// A running fake. Dropping it stops it, and fails the test if any call was wrong.
pub struct Fake<P: Platform> {
    shared: Arc<Shared<P>>,
    address: SocketAddr,
}

struct Shared<P> {
    platform: P,
    script: Mutex<Script>,
    /// Counts what happened, so that a test can wait for more.
    happened: watch::Sender<u64>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

#[derive(Default)]
struct Script {
    calls: Vec<Call>,
    next: VecDeque<Fault>,
    standing: Option<Fault>,
    violations: Vec<String>,
}

impl<P: Platform> Fake<P> {
    /// Starts on a port of its own.
    pub async fn start(platform: P) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        let address = listener.local_addr().expect("the port that was bound");
        let shared = Arc::new(Shared {
            platform,
            script: Mutex::default(),
            happened: watch::Sender::new(0),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        let stop = shared.stop.clone();
        shared.tasks.spawn(stop.run_until_cancelled_owned(accept(listener, Arc::clone(&shared))));
        Self { shared, address }
    }

    /// The base address, `http://127.0.0.1:PORT` without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it plays.
    pub fn platform(&self) -> &P {
        &self.shared.platform
    }

    /// The next calls meet these, one each, after those that are scripted already.
    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shared.script().next.extend(faults);
    }

    /// Every call beyond the script meets this, until it is lifted with none.
    pub fn standing(&self, fault: Option<Fault>) {
        self.shared.script().standing = fault;
    }

    /// All calls so far, faults included, in order of arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.script().calls.clone()
    }

    /// What was wrong with calls so far; empties the list, so that dropping the fake does not fail the test for it.
    pub fn take_violations(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.script().violations)
    }

    /// Waits until `look` finds something; looks again after each call. Fails the test after [`PATIENCE`].
    pub async fn until<T>(&self, what: &str, mut look: impl FnMut(&P, &[Call]) -> Option<T>) -> T {
        let mut happened = self.shared.happened.subscribe();
        let deadline = Instant::now() + PATIENCE;
        loop {
            happened.mark_unchanged();
            let calls = self.calls();
            if let Some(found) = look(&self.shared.platform, &calls) {
                return found;
            }
            if tokio::time::timeout_at(deadline, happened.changed()).await.is_err() {
                panic!("no {what} within {PATIENCE:?}; {} calls so far", calls.len());
            }
        }
    }
}

impl<P: Platform> Drop for Fake<P> {
    fn drop(&mut self) {
        self.shared.stop.cancel();
        let violations = self.take_violations();
        if !std::thread::panicking() {
            assert!(violations.is_empty(), "the fake got calls that no platform would take:\n{}", violations.join("\n"));
        }
    }
}

impl<P: Platform> Shared<P> {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers one call; an error breaks the connection.
    async fn serve(&self, request: Request<Incoming>) -> Result<Response<Body>, io::Error> {
        let (head, body) = request.into_parts();
        let body = to_bytes(Body::new(body), MAX_BODY).await.map_err(io::Error::other)?;
        let path = head.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        let mut call = Call { method: head.method, path, headers: head.headers, body, fault: None };
        let fine = self.platform.inspect(&call);
        {
            let mut script = self.script();
            if fine.is_ok() {
                call.fault = script.next.pop_front().or_else(|| script.standing.clone());
            }
            script.calls.push(call.clone());
            if let Err(violation) = &fine {
                script.violations.push(format!("{} {}: {violation}", call.method, call.path));
            }
        }
        let answer = || self.platform.answer(&call).map(Body::from);
        let outcome = match &call.fault {
            _ if fine.is_err() => Ok(status(StatusCode::NOT_IMPLEMENTED)),
            None => Ok(answer()),
            Some(Fault::Status(code, headers)) => Ok(refusal(*code, headers)),
            Some(Fault::Reset) => Err(io::Error::other("scripted reset")),
            Some(Fault::ResetAfterEffect) => {
                answer();
                Err(io::Error::other("scripted reset"))
            }
            Some(Fault::Delay(pause)) => {
                tokio::time::sleep(*pause).await;
                Ok(answer())
            }
            Some(Fault::Endless) => Ok(answer().map(|_| Body::from_stream(endless()))),
            Some(Fault::Hang) => {
                self.happened.send_modify(|count| *count += 1);
                std::future::pending().await
            }
        };
        self.happened.send_modify(|count| *count += 1);
        outcome
    }
}

async fn accept<P: Platform>(listener: TcpListener, shared: Arc<Shared<P>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let stop = shared.stop.clone();
        shared.tasks.spawn(stop.run_until_cancelled_owned(connection(stream, Arc::clone(&shared))));
    }
}

async fn connection<P: Platform>(stream: TcpStream, shared: Arc<Shared<P>>) {
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { shared.serve(request).await }
    });
    // A broken connection is what some faults are for.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

fn endless() -> impl futures_util::Stream<Item = Result<Bytes, Infallible>> {
    stream::repeat(Bytes::from_static(&[b' '; 16 * 1024])).map(Ok)
}

fn refusal(code: u16, headers: &[(&'static str, String)]) -> Response<Body> {
    let mut response = status(StatusCode::from_u16(code).expect("a status code"));
    for (name, value) in headers {
        response.headers_mut().insert(*name, value.parse().expect("a header value"));
    }
    response
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Echo;

    impl Platform for Echo {
        fn inspect(&self, call: &Call) -> Result<(), String> {
            if call.path == "/echo" { Ok(()) } else { Err("unknown route".into()) }
        }

        fn answer(&self, call: &Call) -> Response<Bytes> {
            Response::new(call.body.clone())
        }
    }

    async fn post(fake: &Fake<Echo>, path: &str) -> reqwest::Result<u16> {
        let client = reqwest::Client::builder().build()?;
        let request = client.post(fake.url() + path).body("hello").timeout(Duration::from_millis(300));
        request.send().await.map(|response| response.status().as_u16())
    }

    #[tokio::test]
    async fn the_script_is_followed_in_order_and_everything_is_recorded() {
        let fake = Fake::start(Echo).await;
        fake.script([Fault::retry_after(429, "30"), Fault::Reset, Fault::Hang]);
        assert_eq!(post(&fake, "/echo").await.unwrap(), 429);
        assert!(!post(&fake, "/echo").await.unwrap_err().is_timeout());
        assert!(post(&fake, "/echo").await.unwrap_err().is_timeout());
        assert_eq!(post(&fake, "/echo").await.unwrap(), 200);
        fake.standing(Some(Fault::status(503)));
        assert_eq!(post(&fake, "/echo").await.unwrap(), 503);
        assert_eq!(post(&fake, "/echo").await.unwrap(), 503);
        fake.standing(None);
        assert_eq!(post(&fake, "/echo").await.unwrap(), 200);
        assert_eq!(fake.until("seventh call", |_, calls| (calls.len() == 7).then_some(7)).await, 7);
        assert!(fake.calls().iter().all(|call| call.body == "hello"));
    }

    #[tokio::test]
    #[should_panic(expected = "POST /elsewhere: unknown route")]
    async fn an_unknown_route_fails_the_test() {
        let fake = Fake::start(Echo).await;
        assert_eq!(post(&fake, "/elsewhere").await.unwrap(), 501);
    }
}
