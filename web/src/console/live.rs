//! The stream that says what has changed, so that pages look again.

use std::time::Duration;

use async_trait::async_trait;
use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use bellhop_channel::Feed;
use bellhop_domain::id::AgentId;
use bellhop_engine::{Engine, actions::sessions, bus::Signal};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::shell::Visit;
use crate::live::Live;

/// A line that nobody reads keeps the connection through proxies, and shows a browser that is gone.
const BREATH: Duration = Duration::from_secs(20);

/// What a stream needs between two events.
struct Changes {
    engine: Engine,
    signals: Receiver<Signal>,
    session: Box<str>,
    agent: AgentId,
    /// Where the bus stood when the stream began; taken by the first event.
    mark: Option<u64>,
}

pub(super) async fn stream(visit: Visit) -> Response {
    let headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ]);
    let (signals, agent) = (visit.engine().bus().listen(), visit.session.agent.id);
    let mark = Some(visit.engine().bus().mark());
    Live::response(headers, Box::new(Changes { engine: visit.site.engine, signals, session: visit.session.hash.into(), agent, mark }))
}

#[async_trait]
impl Feed for Changes {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(mark) = self.mark.take() {
            // A page that was written, or heard of the last change, at another mark looks at everything once, so that nothing is missed between.
            return Some(format!("retry: 1000\nevent: hello\ndata: {mark}\n\n").into());
        }
        let received = tokio::select! {
            received = self.signals.recv() => Some(received),
            () = tokio::time::sleep(BREATH) => None,
        };
        let line = match received {
            None => ": \n\n".to_owned(),
            Some(Ok(Signal::Conversation(id))) => return Some(event("conversation", &id.to_string()).into()),
            Some(Ok(Signal::Writing(id))) => return Some(event("writing", &id.to_string()).into()),
            Some(Ok(Signal::Ticket(id))) => return Some(event("ticket", &id.to_string()).into()),
            Some(Ok(Signal::Notices(agent))) if agent == self.agent => event("notices", "1"),
            // What others are told of is nobody else's; the breath shows that the stream is there.
            Some(Ok(Signal::Notices(_))) => return Some(": \n\n".into()),
            Some(Ok(Signal::Knowledge)) => event("knowledge", "1"),
            Some(Ok(Signal::Desk)) => event("desk", "1"),
            // Too much at once: look at everything.
            Some(Err(RecvError::Lagged(_))) => event("everything", "1"),
            Some(Err(RecvError::Closed)) => return None,
        };
        // Somebody's role, password or place here may have changed.
        match sessions::by_hash(&self.engine, &self.session).await {
            Ok(Some(_)) => Some(line.into()),
            Ok(None) => None,
            Err(error) => {
                tracing::warn!(error = %error, "A stream of the console ends: its session cannot be looked up");
                None
            }
        }
    }
}

fn event(name: &str, data: &str) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}
