//! The HTTP server: many connections with patience for none that dawdles, and a stop that finishes what was begun.

use std::{pin::pin, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::{
    Site,
    live::{Live, Socket},
    problem::Problem,
    router,
};

/// Connections at once; more wait to be accepted.
const CONNECTIONS: usize = 4096;
/// Answers that go on at once; for more the client is to come back.
const LIVE: usize = 50_000;
/// A client that sends its request's head slower than this is cut off.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// Largest request head, in bytes.
const HEAD_BYTES: usize = 32 * 1024;
/// How long connections may take to finish after the stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until `stop`, then finishes what was begun.
pub async fn serve(listener: TcpListener, site: Site, stop: CancellationToken) {
    let app = router(site);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE).max_buf_size(HEAD_BYTES).pipeline_flush(true);
    let graceful = GracefulShutdown::new();
    let places = std::sync::Arc::new(Semaphore::new(CONNECTIONS));
    let connections = tokio_util::task::TaskTracker::new();
    let live = Lives { places: std::sync::Arc::new(Semaphore::new(LIVE)), tasks: tokio_util::task::TaskTracker::new(), stop: stop.clone() };
    let mut stopped = pin!(stop.cancelled());
    loop {
        let Ok(place) = std::sync::Arc::clone(&places).acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stopped => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, usually: others will close.
                tracing::warn!(error = %error, "A connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let _best_effort = stream.set_nodelay(true);
        let socket = Socket::new(stream);
        let (held, live) = (socket.clone(), live.clone());
        let requests = app.clone().map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
            request.map(axum::body::Body::new)
        });
        let service = TowerToHyperService::new(requests.map_response(move |response: Response| live.take_off(response, &held)));
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(socket), service));
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = %error, "A connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("Connections were still open at the deadline");
    }
    connections.close();
    live.tasks.close();
    if tokio::time::timeout(GRACE, live.tasks.wait()).await.is_err() {
        tracing::warn!("Answers were still going on at the deadline");
    }
}

/// The answers that go on.
#[derive(Clone)]
struct Lives {
    places: std::sync::Arc<Semaphore>,
    tasks: tokio_util::task::TaskTracker,
    stop: CancellationToken,
}

impl Lives {
    /// Takes the connection of an answer that goes on off the server, which then ends its own half.
    fn take_off(&self, mut response: Response, socket: &Socket) -> Response {
        let Some(live) = response.extensions_mut().remove::<Live>() else { return response };
        let Ok(place) = std::sync::Arc::clone(&self.places).try_acquire_owned() else {
            return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many clients listen").retry_after(Duration::from_secs(5)).into_response();
        };
        if let Some(stream) = socket.take() {
            let (headers, stop) = (std::mem::take(response.headers_mut()), self.stop.clone());
            self.tasks.spawn(async move {
                live.run(stream, headers, stop).await;
                drop(place);
            });
        }
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        response
    }
}
