//! The stream that says what has changed, so that pages look again.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension,
    body::Bytes,
    http::{HeaderValue, header},
    response::Response,
};
use bellhop_engine::{Engine, actions::sessions, bus::Signal};
use futures_util::stream;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::sync::CancellationToken;

use super::shell::Visit;
use crate::server::Stopping;

/// A line that nobody reads keeps the connection through proxies, and shows a browser that is gone.
const BREATH: Duration = Duration::from_secs(20);

/// What a stream needs between two events; a connection costs little more than this.
struct Open {
    engine: Engine,
    signals: Receiver<Signal>,
    session: String,
    stopping: CancellationToken,
    begun: bool,
}

pub(super) async fn stream(visit: Visit, stopping: Option<Extension<Stopping>>) -> Response {
    let stopping = stopping.map_or_else(|| visit.engine().stopping(), |Extension(Stopping(stopping))| stopping);
    let signals = visit.engine().bus().listen();
    let open = Open { engine: visit.site.engine, signals, session: visit.session.hash, stopping, begun: false };
    let lines = stream::unfold(open, |mut open| async move {
        let line = next(&mut open).await?;
        Some((Ok::<_, Infallible>(Bytes::from(line)), open))
    });
    let mut response = Response::new(axum::body::Body::from_stream(lines));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// The next line; nothing when the stream ends.
async fn next(open: &mut Open) -> Option<String> {
    if !open.begun {
        open.begun = true;
        // Whoever comes back looks at everything once, so that nothing is missed between.
        return Some("retry: 1000\nevent: hello\ndata: 1\n\n".to_owned());
    }
    let received = tokio::select! {
        received = open.signals.recv() => Some(received),
        () = tokio::time::sleep(BREATH) => None,
        () = open.stopping.cancelled() => return None,
    };
    let line = match received {
        None => ": \n\n".to_owned(),
        Some(Ok(Signal::Conversation(id))) => return Some(event("conversation", &id.to_string())),
        Some(Ok(Signal::Writing(id))) => return Some(event("writing", &id.to_string())),
        Some(Ok(Signal::Ticket(id))) => return Some(event("ticket", &id.to_string())),
        Some(Ok(Signal::Knowledge)) => event("knowledge", "1"),
        Some(Ok(Signal::Desk)) => event("desk", "1"),
        // Too much at once: look at everything.
        Some(Err(RecvError::Lagged(_))) => event("everything", "1"),
        Some(Err(RecvError::Closed)) => return None,
    };
    // Somebody's role, password or place here may have changed.
    match sessions::by_hash(&open.engine, &open.session).await {
        Ok(Some(_)) => Some(line),
        Ok(None) => None,
        Err(error) => {
            tracing::warn!(error = %error, "A stream of the console ends: its session cannot be looked up");
            None
        }
    }
}

fn event(name: &str, data: &str) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}
