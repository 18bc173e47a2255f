//! Answers that go on. Once such an answer begins, its connection leaves the HTTP server, whose buffers it would hold for hours, and only the socket and the
//! feed remain.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use bellhop_channel::Feed;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
};
use tokio_util::sync::CancellationToken;

/// A reader that takes nothing for this long is cut off; it comes again and catches up.
const PATIENCE: Duration = if cfg!(test) { Duration::from_millis(100) } else { Duration::from_secs(15) };

/// An answer that goes on, on its way to the connection.
#[derive(Clone)]
pub(crate) struct Live(Arc<Mutex<Option<Beginning>>>);

struct Beginning {
    headers: HeaderMap,
    feed: Box<dyn Feed>,
}

impl Live {
    /// A response that the server takes off the connection. Elsewhere it is an empty one.
    pub(crate) fn response(headers: HeaderMap, feed: Box<dyn Feed>) -> Response {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Self(Arc::new(Mutex::new(Some(Beginning { headers, feed })))));
        response
    }

    /// Runs the answer over the socket until one side has enough, or `stop`. `more` are headers that others added to the response.
    pub(crate) async fn run(self, mut socket: TcpStream, more: HeaderMap, stop: CancellationToken) {
        let begun = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Beginning { headers, mut feed }) = begun else { return };
        let head = head(headers, more);
        if write(&mut socket, &head).await.is_err() {
            return;
        }
        drop(head);
        loop {
            tokio::select! {
                piece = feed.next() => match piece {
                    Some(piece) if write(&mut socket, &piece).await.is_ok() => {}
                    _ => break,
                },
                () = gone(&socket) => return,
                () = stop.cancelled() => break,
            }
        }
        let _closed_already = socket.shutdown().await;
    }
}

/// The head of an answer whose end is the connection's.
fn head(mut headers: HeaderMap, more: HeaderMap) -> Vec<u8> {
    for (name, value) in more {
        if let Some(name) = name
            && name != header::CONTENT_LENGTH
            && !headers.contains_key(&name)
        {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
    for (name, value) in &headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(b"\r\n");
    head
}

async fn write(socket: &mut TcpStream, piece: &[u8]) -> io::Result<()> {
    tokio::time::timeout(PATIENCE, socket.write_all(piece)).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Returns when the other side has hung up. What it says meanwhile is nothing that anybody asked for.
async fn gone(socket: &TcpStream) {
    let mut said = [0; 64];
    loop {
        if socket.readable().await.is_err() {
            return;
        }
        match socket.try_read(&mut said) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

/// A connection's socket, which can be taken out of the server's hands; from then on the server reads an end and writes into nothing.
#[derive(Clone)]
pub(crate) struct Socket(Arc<Mutex<Option<TcpStream>>>);

impl Socket {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self(Arc::new(Mutex::new(Some(stream))))
    }

    fn held(&self) -> MutexGuard<'_, Option<TcpStream>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the socket out.
    pub(crate) fn take(&self) -> Option<TcpStream> {
        self.held().take()
    }
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut *self.held() {
            Some(stream) => Pin::new(stream).poll_read(context, buffer),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut *self.held() {
            Some(stream) => Pin::new(stream).poll_write(context, bytes),
            None => Poll::Ready(Ok(bytes.len())),
        }
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        match &mut *self.held() {
            Some(stream) => Pin::new(stream).poll_write_vectored(context, bytes),
            None => Poll::Ready(Ok(bytes.iter().map(|piece| piece.len()).sum())),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self.held() {
            Some(stream) => Pin::new(stream).poll_flush(context),
            None => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self.held() {
            Some(stream) => Pin::new(stream).poll_shutdown(context),
            None => Poll::Ready(Ok(())),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use axum::{http::HeaderValue, response::IntoResponse as _};
    use bytes::Bytes;
    use tokio::{io::AsyncReadExt as _, net::TcpListener};

    use super::*;

    /// Says the same, so many times.
    struct Echo {
        piece: Bytes,
        times: usize,
    }

    #[async_trait::async_trait]
    impl Feed for Echo {
        async fn next(&mut self) -> Option<Bytes> {
            self.times = self.times.checked_sub(1)?;
            Some(self.piece.clone())
        }
    }

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (client, server) = tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
        (client.unwrap(), server.unwrap().0)
    }

    fn live(times: usize, piece: &'static [u8]) -> Live {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"))]);
        let response = Live::response(headers, Box::new(Echo { piece: Bytes::from_static(piece), times })).into_response();
        response.extensions().get::<Live>().unwrap().clone()
    }

    #[tokio::test]
    async fn an_answer_goes_on_until_its_feed_ends() {
        let (mut client, server) = pair().await;
        let more = HeaderMap::from_iter([(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))]);
        live(2, b": \n\n").run(server, more, CancellationToken::new()).await;
        let mut heard = String::new();
        client.read_to_string(&mut heard).await.unwrap();
        let (head, body) = heard.split_once("\r\n\r\n").unwrap();
        assert_eq!(head, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-content-type-options: nosniff\r\nconnection: close");
        assert_eq!(body, ": \n\n: \n\n");
    }

    #[tokio::test]
    async fn who_reads_nothing_is_cut_off() {
        static PIECE: [u8; 1024 * 1024] = [b'x'; 1024 * 1024];
        let (client, server) = pair().await;
        // It would be a terabyte: only being cut off ends this.
        live(1024 * 1024, &PIECE).run(server, HeaderMap::new(), CancellationToken::new()).await;
        drop(client);
    }

    #[tokio::test]
    async fn a_stop_ends_what_goes_on() {
        let (mut client, server) = pair().await;
        let stop = CancellationToken::new();
        stop.cancel();
        live(usize::MAX, b"").run(server, HeaderMap::new(), stop).await;
        let mut heard = String::new();
        client.read_to_string(&mut heard).await.unwrap();
        assert!(heard.ends_with("connection: close\r\n\r\n"), "{heard}");
    }
}
