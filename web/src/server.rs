//! The HTTP server: many connections with patience for none that dawdles, and a stop that finishes what was begun.

use std::{pin::pin, time::Duration};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::{Site, router};

/// Connections at once; more wait to be accepted.
const CONNECTIONS: usize = 4096;
/// A client that sends its request's head slower than this is cut off.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// Largest request head, in bytes.
const HEAD_BYTES: usize = 32 * 1024;
/// How long connections may take to finish after the stop.
const GRACE: Duration = Duration::from_secs(10);

/// Cancelled when the server stops: what streams ends with it.
#[derive(Clone)]
pub(crate) struct Stopping(pub(crate) CancellationToken);

/// Serves until `stop`, then finishes what was begun.
pub async fn serve(listener: TcpListener, site: Site, stop: CancellationToken) {
    let app = router(site);
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE).max_buf_size(HEAD_BYTES).pipeline_flush(true);
    let graceful = GracefulShutdown::new();
    let places = std::sync::Arc::new(Semaphore::new(CONNECTIONS));
    let connections = tokio_util::task::TaskTracker::new();
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
        let stopping = Stopping(stop.clone());
        let service = TowerToHyperService::new(app.clone().map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
            request.extensions_mut().insert(stopping.clone());
            request.map(axum::body::Body::new)
        }));
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service));
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
}
