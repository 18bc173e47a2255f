//! Bellhop's API over one connection, with a token.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::http::Connection;

/// Where the program listens, and who asks.
#[derive(Clone, clap::Args)]
pub(crate) struct Reach {
    /// Where the program listens, such as 127.0.0.1:8080.
    #[arg(long)]
    pub(crate) address: SocketAddr,
    /// A token that may do everything.
    #[arg(long)]
    pub(crate) token: String,
}

impl Reach {
    /// Connects.
    pub(crate) async fn open(&self) -> anyhow::Result<Api> {
        Api::open(self.address, &self.token).await
    }
}

/// Somebody who asks.
pub(crate) struct Api {
    connection: Connection,
    token: String,
}

impl Api {
    /// Connects to a program on this machine.
    pub(crate) async fn open(address: SocketAddr, token: &str) -> anyhow::Result<Self> {
        crate::http::refuse_other_hosts(address.ip())?;
        Ok(Self { connection: Connection::open(address).await?, token: token.to_owned() })
    }

    /// The body of an answer to a GET.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<String> {
        self.ask("GET", path, None).await
    }

    /// Sends a document and answers the one that comes back.
    pub(crate) async fn send(&mut self, method: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        Ok(serde_json::from_str(&self.ask(method, path, Some(body)).await?)?)
    }

    /// Takes something away; that it is not there is fine.
    pub(crate) async fn remove(&mut self, path: &str) -> anyhow::Result<()> {
        match self.exchange("DELETE", path, None).await? {
            (Some(200..=299 | 404), _) => Ok(()),
            (status, body) => bail!("DELETE {path}: {status:?} {body}"),
        }
    }

    async fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<String> {
        match self.exchange(method, path, body).await? {
            (Some(200..=299), body) => Ok(body),
            (status, body) => bail!("{method} {path}: {status:?} {body}"),
        }
    }

    async fn exchange(&mut self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<(Option<u16>, String)> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        self.connection.write(request.as_bytes()).await?;
        let answer = self.connection.read(|answer| (answer.status(), String::from_utf8_lossy(answer.body).into_owned())).await?;
        answer.context("the program hung up")
    }
}
