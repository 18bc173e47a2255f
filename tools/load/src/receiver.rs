//! Where the program delivers its answers to.

use std::{cell::RefCell, net::SocketAddr, rc::Rc};

use anyhow::Context as _;
use serde::Deserialize;
use tokio::{net::TcpListener, task::JoinSet, time::Instant};

use crate::{
    event::EventWriter,
    http::{Connection, refuse_other_hosts},
    ledger::{Ledger, Reply},
};

const TAKEN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

/// A delivery, as far as it matters here.
#[derive(Deserialize)]
struct Delivery<'a> {
    #[serde(rename = "type", borrow)]
    type_name: &'a str,
    message: Option<Delivered>,
}

#[derive(Deserialize)]
struct Delivered {
    reply_to: Option<String>,
    #[serde(default)]
    buttons: Vec<serde::de::IgnoredAny>,
}

/// Opens the receiver.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    refuse_other_hosts(address.ip())?;
    TcpListener::bind(address).await.with_context(|| format!("{address} cannot be listened on"))
}

/// Takes deliveries and writes them into the ledger, for ever.
pub(crate) async fn receive(listener: TcpListener, writer: Rc<EventWriter>, ledger: Rc<RefCell<Ledger>>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let Ok(connection) = Connection::over(stream) else { continue };
                connections.spawn_local(serve(connection, Rc::clone(&writer), Rc::clone(&ledger)));
            }
            Some(_closed) = connections.join_next() => {}
        }
    }
}

async fn serve(mut connection: Connection, writer: Rc<EventWriter>, ledger: Rc<RefCell<Ledger>>) {
    while let Ok(Some(())) = connection.read(|request| note(request.body, &writer, &ledger)).await {
        if connection.write(TAKEN).await.is_err() {
            break;
        }
    }
}

fn note(body: &[u8], writer: &EventWriter, ledger: &RefCell<Ledger>) {
    let Ok(Delivery { type_name: "message", message: Some(message) }) = serde_json::from_slice(body) else { return };
    // What follows the first message is no reply.
    let Some(reply_to) = message.reply_to else { return };
    ledger.borrow_mut().replied(writer.number(&reply_to), Reply { buttons: message.buttons.len() }, Instant::now());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::{event::EventType, ledger::Audit};

    #[test]
    fn only_first_messages_for_a_question_are_replies() {
        let writer = EventWriter::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap(), "/", EventType::Message);
        let request = String::from_utf8(writer.request(0, 0, "Hello")).unwrap();
        let sent: serde_json::Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
        let id = sent["message"]["id"].as_str().unwrap();
        let ledger = RefCell::new(Ledger::default());
        let (number, mut answer) = ledger.borrow_mut().intend(Instant::now());
        ledger.borrow_mut().accepted(number);
        note(br#"{"type":"typing","id":"o-1","conversation":"t"}"#, &writer, &ledger);
        note(br#"{"type":"message","message":{"id":"a","reply_to":null}}"#, &writer, &ledger);
        note(b"no json", &writer, &ledger);
        assert!(ledger.borrow().is_waiting());
        let reply =
            format!(r#"{{"type":"message","message":{{"id":"a","text":"Caf\u00e9","reply_to":"{id}","buttons":[{{"id":"b","label":"x"}}]}}}}"#);
        note(reply.as_bytes(), &writer, &ledger);
        assert_eq!(answer.try_recv().unwrap(), Reply { buttons: 1 });
        note(br#"{"type":"message","message":{"id":"a","reply_to":"m-of-another-run"}}"#, &writer, &ledger);
        assert_eq!(ledger.borrow().audit(), Audit { accepted: 1, lost: 0, doubled: 0, strays: 1 });
    }
}
