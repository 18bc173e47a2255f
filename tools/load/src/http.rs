//! HTTP/1.1 with so little around it that the measured program keeps the processor to itself.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// Largest head of a message, in bytes.
const LARGEST_HEAD: usize = 16 * 1024;
/// Largest body of a message, in bytes.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// An address on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The path, with the slash.
    pub(crate) path: String,
}

impl std::str::FromStr for Target {
    type Err = anyhow::Error;

    /// Reads `http://IP:PORT/path`; anything but loopback is refused.
    fn from_str(url: &str) -> anyhow::Result<Self> {
        let rest = url.strip_prefix("http://").context("the address must start with http://")?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let authority = authority.replace("localhost", "127.0.0.1");
        let address: SocketAddr = authority.parse().context("the address must be http://127.0.0.1:PORT/path")?;
        refuse_other_hosts(address.ip())?;
        Ok(Self { address, path: format!("/{path}") })
    }
}

/// Load is for one's own machine.
pub(crate) fn refuse_other_hosts(address: IpAddr) -> anyhow::Result<()> {
    if address.is_loopback() { Ok(()) } else { bail!("{address} is not this machine: only loopback is measured") }
}

/// An open connection, and what was read from it and not used.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A request or an answer.
pub(crate) struct Message<'a> {
    /// The first line.
    pub(crate) first_line: &'a str,
    /// The body.
    pub(crate) body: &'a [u8],
}

impl Message<'_> {
    /// The status of an answer.
    pub(crate) fn status(&self) -> Option<u16> {
        self.first_line.split(' ').nth(1)?.parse().ok()
    }
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await.map_err(|_| io::ErrorKind::TimedOut)??;
        Self::over(stream)
    }

    /// Takes over a connection that is open.
    pub(crate) fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Writes a request and reads the status of the answer.
    pub(crate) async fn status_of(&mut self, request: &[u8]) -> io::Result<u16> {
        let exchange = async {
            self.stream.write_all(request).await?;
            self.read(|answer| answer.status()).await?.flatten().ok_or_else(|| invalid("no status"))
        };
        tokio::time::timeout(PATIENCE, exchange).await.map_err(|_| io::ErrorKind::TimedOut)?
    }

    /// Fetches a page.
    pub(crate) async fn get(&mut self, path: &str) -> io::Result<(u16, String)> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let exchange = async {
            self.stream.write_all(request.as_bytes()).await?;
            let read = self.read(|answer| answer.status().map(|status| (status, String::from_utf8_lossy(answer.body).into_owned()))).await?;
            read.flatten().ok_or_else(|| invalid("no status"))
        };
        tokio::time::timeout(PATIENCE, exchange).await.map_err(|_| io::ErrorKind::TimedOut)?
    }

    /// Writes as it is.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads a whole message and shows it to `seen`; nothing when the other side has closed.
    pub(crate) async fn read<T>(&mut self, seen: impl FnOnce(&Message<'_>) -> T) -> io::Result<Option<T>> {
        let mut searched = 0;
        let (head, length) = loop {
            if let Some(end) = find(&self.buffer, searched) {
                break (end, body_length(self.buffer.get(..end).unwrap_or_default())?);
            }
            searched = self.buffer.len();
            if searched > LARGEST_HEAD {
                return Err(invalid("the head is too large"));
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return if searched == 0 { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
        };
        let body = head + HEAD_END.len();
        while self.buffer.len() < body + length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let first = self.buffer.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let first_line = std::str::from_utf8(first).map_err(|_| invalid("the first line is not text"))?;
        let message = Message { first_line, body: self.buffer.get(body..body + length).unwrap_or_default() };
        let value = seen(&message);
        self.buffer.drain(..body + length);
        Ok(Some(value))
    }
}

const HEAD_END: &[u8] = b"\r\n\r\n";

/// Where the head ends; `searched` bytes were looked at before.
fn find(buffer: &[u8], searched: usize) -> Option<usize> {
    let from = searched.saturating_sub(HEAD_END.len() - 1);
    buffer.get(from..)?.windows(HEAD_END.len()).position(|window| window == HEAD_END).map(|place| from + place)
}

fn body_length(head: &[u8]) -> io::Result<usize> {
    let mut length = 0;
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else { continue };
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            return Err(invalid("chunked bodies are not read"));
        }
        if name.eq_ignore_ascii_case(b"content-length") {
            length = std::str::from_utf8(value.trim_ascii()).ok().and_then(|value| value.parse().ok()).ok_or_else(|| invalid("no length"))?;
        }
    }
    if length > LARGEST_BODY { Err(invalid("the body is too large")) } else { Ok(length) }
}

fn invalid(problem: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn only_this_machine_is_measured() {
        for (url, allowed) in [
            ("http://127.0.0.1:8080/channels/shop/events", true),
            ("http://localhost:8080/", true),
            ("http://[::1]:8080/x", true),
            ("http://10.0.0.1:8080/x", false),
            ("http://192.0.2.7:80/x", false),
            ("https://127.0.0.1:8080/x", false),
            ("http://bellhop.example/x", false),
        ] {
            assert_eq!(url.parse::<Target>().is_ok(), allowed, "{url}");
        }
        assert_eq!("http://127.0.0.1:8080/a/b".parse::<Target>().unwrap().path, "/a/b");
    }

    #[tokio::test]
    async fn messages_are_read_however_they_are_cut() {
        let bytes = b"HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 503 Busy\r\ncontent-length:0\r\n\r\n";
        for cut in 1..bytes.len() {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let mut near = Connection::open(listener.local_addr().unwrap()).await.unwrap();
            let (mut far, _) = listener.accept().await.unwrap();
            let (first, second) = bytes.split_at(cut);
            far.write_all(first).await.unwrap();
            let writing = async {
                tokio::task::yield_now().await;
                far.write_all(second).await.unwrap();
                drop(far);
            };
            let reading = async {
                let one = near.read(|answer| (answer.status(), answer.body.to_vec())).await.unwrap();
                let two = near.read(|answer| (answer.status(), answer.body.to_vec())).await.unwrap();
                let three = near.read(|_| ()).await.unwrap();
                (one, two, three)
            };
            let ((), (one, two, three)) = tokio::join!(writing, reading);
            assert_eq!(one.unwrap(), (Some(202), b"hello".to_vec()), "cut at {cut}");
            assert_eq!(two.unwrap(), (Some(503), Vec::new()), "cut at {cut}");
            assert!(three.is_none());
        }
    }
}
