//! A mailbox in memory that keeps state and follows a script of faults.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use bellhop_channel::{Connection, Envelope, HostedMailbox, Kept, KeptFile, Mailbox, Mark, NewEntry, Refusal, Staffed, Woken};
use bellhop_channel_conformance::Fault;
use bytes::Bytes;
use tokio::sync::watch;

/// The mailbox.
pub(crate) struct MemoryBox {
    state: Mutex<State>,
    changed: watch::Sender<(u64, u64)>,
}

#[derive(Default)]
struct State {
    threads: BTreeMap<String, Vec<Entry>>,
    accepted: Vec<Envelope>,
    calls: Vec<Option<String>>,
    script: VecDeque<Fault>,
    is_up: bool,
    is_closed: bool,
    files: u64,
}

struct Entry {
    key: String,
    name: Option<String>,
    body: Box<str>,
}

impl Default for MemoryBox {
    fn default() -> Self {
        Self { state: Mutex::default(), changed: watch::channel((0, 0)).0 }
    }
}

impl MemoryBox {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn script(&self, faults: Vec<Fault>) {
        self.state().script = faults.into();
    }

    pub(crate) fn calls(&self) -> Vec<Option<String>> {
        self.state().calls.clone()
    }

    pub(crate) fn accepted(&self) -> Vec<Envelope> {
        self.state().accepted.clone()
    }

    pub(crate) fn is_down(&self) -> bool {
        !self.state().is_up
    }

    /// Nobody is there to answer.
    pub(crate) fn close(&self) {
        self.state().is_closed = true;
    }

    /// Every entry of a thread.
    pub(crate) fn kept(&self, thread: &str) -> Vec<Kept> {
        let state = self.state();
        let entries = state.threads.get(thread).map(Vec::as_slice).unwrap_or_default();
        entries.iter().zip(1..).map(|(entry, sequence)| Kept { sequence, at: crate::now(), body: entry.body.clone() }).collect()
    }

    fn fault(&self) -> Option<Fault> {
        self.state().script.pop_front()
    }

    fn put(&self, new: NewEntry) -> Kept {
        let mut state = self.state();
        let entries = state.threads.entry(new.thread).or_default();
        if let Some((name, body)) = new.amends
            && let Some(entry) = entries.iter_mut().find(|entry| entry.name.as_ref() == Some(&name))
        {
            entry.body = body;
        }
        let place = entries.iter().position(|entry| entry.key == new.key).unwrap_or_else(|| {
            entries.push(Entry { key: new.key, name: new.name, body: new.body });
            entries.len() - 1
        });
        let kept = Kept { sequence: place as u64 + 1, at: crate::now(), body: entries[place].body.clone() };
        drop(state);
        self.changed.send_modify(|(news, _)| *news += 1);
        kept
    }
}

/// What a fault of a platform is, when the platform is our own store.
fn refusal(status: u16, headers: &[(&str, String)]) -> Refusal {
    let after = headers.iter().find(|(name, _)| *name == "retry-after").and_then(|(_, value)| value.parse().ok());
    match after {
        Some(seconds) => Refusal::Full { retry_after: Duration::from_secs(seconds) },
        None if status == 410 => Refusal::Stopping,
        None => Refusal::Storage("the disk is full".to_owned()),
    }
}

#[async_trait]
impl Mailbox for MemoryBox {
    async fn accept(&self, envelopes: Vec<Envelope>) -> Result<(), Refusal> {
        if let Some(Fault::Status(status, headers)) = self.fault() {
            return Err(refusal(status, &headers));
        }
        let mut state = self.state();
        for envelope in envelopes {
            if !state.accepted.iter().any(|known| known.key == envelope.key) {
                state.accepted.push(envelope);
            }
        }
        Ok(())
    }

    async fn accept_marked(&self, _: Vec<Envelope>, _: Vec<Mark>) -> Result<(), Refusal> {
        panic!("there is no platform to come back to")
    }

    async fn marks(&self) -> Result<Vec<Mark>, Refusal> {
        panic!("there is no platform to come back to")
    }

    fn connection(&self, state: Connection) {
        self.state().is_up = state == Connection::Up;
    }
}

#[async_trait]
impl HostedMailbox for MemoryBox {
    async fn keep(&self, entry: NewEntry) -> Result<Kept, Refusal> {
        self.state().calls.push(Some(entry.key.clone()));
        match self.fault() {
            Some(Fault::Status(status, headers)) => Err(refusal(status, &headers)),
            Some(Fault::Reset) => Err(Refusal::Storage("the connection broke".to_owned())),
            Some(Fault::ResetAfterEffect) => {
                self.put(entry);
                Err(Refusal::Storage("the connection broke".to_owned()))
            }
            Some(Fault::Hang) => std::future::pending().await,
            _ => Ok(self.put(entry)),
        }
    }

    async fn read(&self, thread: &str, after: u64, limit: usize) -> Result<Vec<Kept>, Refusal> {
        Ok(self.kept(thread).into_iter().filter(|entry| entry.sequence > after).take(limit).collect())
    }

    async fn read_back(&self, thread: &str, before: Option<u64>, limit: usize) -> Result<Vec<Kept>, Refusal> {
        let mut entries = self.kept(thread);
        entries.retain(|entry| before.is_none_or(|before| entry.sequence < before));
        Ok(entries.split_off(entries.len().saturating_sub(limit)))
    }

    async fn find(&self, thread: &str, name: &str) -> Result<Option<Kept>, Refusal> {
        let place = self.state().threads.get(thread).and_then(|entries| entries.iter().position(|entry| entry.name.as_deref() == Some(name)));
        Ok(place.and_then(|place| self.kept(thread).into_iter().nth(place)))
    }

    async fn wait(&self, thread: &str, after: u64) -> Woken {
        let mut changed = self.changed.subscribe();
        loop {
            if self.kept(thread).len() as u64 > after {
                return Woken::News;
            }
            let (_, signs) = *changed.borrow_and_update();
            changed.changed().await.unwrap();
            if changed.borrow().1 != signs {
                return Woken::Typing;
            }
        }
    }

    async fn show_typing(&self, _thread: &str) -> Result<(), Refusal> {
        self.state().calls.push(None);
        self.changed.send_modify(|(_, signs)| *signs += 1);
        Ok(())
    }

    async fn keep_file(&self, name: &str, content: Bytes) -> Result<KeptFile, Refusal> {
        let number = {
            let mut state = self.state();
            state.files += 1;
            state.files
        };
        Ok(KeptFile {
            url: format!("https://desk.example/f/{number}"),
            name: name.to_owned(),
            content_type: "image/png".into(),
            size: content.len() as u64,
        })
    }

    fn sign(&self, purpose: &str, bytes: &[u8]) -> String {
        // Good enough to tell one from another.
        let sum = bytes.iter().chain(purpose.as_bytes()).fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        format!("{sum:x}")
    }

    fn verify(&self, purpose: &str, bytes: &[u8], signature: &str) -> bool {
        self.sign(purpose, bytes) == signature
    }

    fn staffed(&self) -> Staffed {
        let open = !self.state().is_closed;
        Staffed { open, opens_at: (!open).then(|| crate::now() + chrono::TimeDelta::hours(20)) }
    }

    fn region_of(&self, address: std::net::IpAddr) -> Option<String> {
        (address == std::net::IpAddr::from([203, 0, 113, 9])).then(|| "DE-BE".to_owned())
    }
}
