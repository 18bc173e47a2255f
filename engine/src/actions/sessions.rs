//! Signing in to the console, and who a browser belongs to.
//!
//! A session is good only while its agent may work here and has the password and the role of the day it began. Nothing has to be removed for it to end:
//! whatever changes one of them, here or by a command beside this node, ends it at the next look.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bellhop_domain::desk::Agent;
use bellhop_store::{DbError, agents::AgentRecord, sessions::StaffSession};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::{ActionError, people};
use crate::{bus::Signal, caller::Caller, engine::Engine};

/// A session that nobody uses for this long ends.
pub const UNUSED: TimeDelta = TimeDelta::days(3);
/// A session ends after this time, however much it is used.
pub const LONGEST: TimeDelta = TimeDelta::days(30);
/// When a session was used last is written down no more often than this.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(5);
/// Wrong passwords for one account within [`WINDOW`].
const MOST_FOR_ACCOUNT: u32 = 10;
/// Wrong passwords from one address within [`WINDOW`].
const MOST_FROM_ADDRESS: u32 = 30;
/// How long a wrong password counts.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Accounts and addresses that are remembered; for more nobody new is let in.
const MOST_REMEMBERED: usize = 50_000;

/// What became of signing in.
pub enum SignedIn {
    /// The browser is theirs from now on.
    Yes {
        /// What the browser shows from now on; never stored.
        secret: String,
        /// Who.
        agent: Box<Agent>,
    },
    /// Address or password is wrong, or they may not work here any more; nobody learns which.
    No,
    /// Too many wrong ones.
    TooOften,
}

/// Somebody in a browser.
#[derive(Clone)]
pub struct Session {
    /// Who.
    pub agent: Agent,
    /// What they may do.
    pub caller: Caller,
    /// Names the session; says nothing of its secret.
    pub hash: String,
}

/// How often somebody gave a wrong password lately.
#[derive(Default)]
pub(crate) struct SignIns(Mutex<HashMap<String, (DateTime<Utc>, u32)>>);

impl SignIns {
    /// Counts one more try with this name before its password is looked at; false: it is not looked at.
    fn allows(&self, keys: &[(String, u32)], now: DateTime<Utc>) -> bool {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tried.len() >= MOST_REMEMBERED {
            tried.retain(|_, (since, _)| (now - *since).abs() < WINDOW);
        }
        if tried.len() >= MOST_REMEMBERED {
            return false;
        }
        let is_full = |(key, most): &(String, u32)| tried.get(key).is_some_and(|(since, count)| (now - *since).abs() < WINDOW && count >= most);
        if keys.iter().any(is_full) {
            return false;
        }
        for (key, _) in keys {
            let counted = tried.entry(key.clone()).or_insert((now, 0));
            if (now - counted.0).abs() >= WINDOW {
                *counted = (now, 0);
            }
            counted.1 += 1;
        }
        true
    }

    /// The password was right: what was counted of these does not count any more.
    fn forget(&self, keys: &[(String, u32)]) {
        let mut tried = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, _) in keys {
            tried.remove(key);
        }
    }
}

/// Lets somebody in by mail address and password; takes equally long for an unknown address. `before` is the session that the browser showed, which ends.
pub async fn sign_in(engine: &Engine, email: &str, password: &str, address: IpAddr, before: Option<&str>) -> Result<SignedIn, ActionError> {
    let now = engine.now();
    let email: String = email.trim().to_lowercase().chars().take(254).collect();
    let keys = [(format!("account {email}"), MOST_FOR_ACCOUNT), (format!("address {}", network(address)), MOST_FROM_ADDRESS)];
    if !engine.0.sign_ins.allows(&keys, now) {
        return Ok(SignedIn::TooOften);
    }
    if people::sign_in(engine, &email, password).await?.is_none() {
        return Ok(SignedIn::No);
    }
    engine.0.sign_ins.forget(&keys);
    let Some(record) = engine.reader().agent_by_email(&email).await?.filter(|record| !record.agent.disabled) else { return Ok(SignedIn::No) };
    begin(engine, record, before).await
}

/// Counts a code that is tried from this address; false: it is not looked at.
pub(super) fn may_try_code(engine: &Engine, address: IpAddr) -> bool {
    engine.0.sign_ins.allows(&[(format!("code {}", network(address)), MOST_FOR_ACCOUNT)], engine.now())
}

/// Begins a session for somebody whose password was right.
pub(super) async fn begin(engine: &Engine, record: AgentRecord, before: Option<&str>) -> Result<SignedIn, ActionError> {
    let now = engine.now();
    let secret = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let session = StaffSession { hash: hash_of(&secret), agent: record.agent.id, credential: credential(&record), created_at: now, seen_at: now };
    let before = before.map(hash_of);
    engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                if let Some(before) = before {
                    tx.end_staff_session(&before).await?;
                }
                Ok(tx.insert_staff_session(&session).await?)
            })
        })
        .await?;
    Ok(SignedIn::Yes { secret, agent: Box::new(record.agent) })
}

/// Whose browser it is, by what it shows; nobody's when the session ended.
pub async fn session(engine: &Engine, secret: &str) -> Result<Option<Session>, DbError> {
    if secret.len() > 100 {
        return Ok(None);
    }
    by_hash(engine, &hash_of(secret)).await
}

/// Whether a session still stands, by its name: for whatever goes on in it without being asked.
pub async fn by_hash(engine: &Engine, hash: &str) -> Result<Option<Session>, DbError> {
    let now = engine.now();
    let Some(session) = engine.reader().staff_session(hash).await? else { return Ok(None) };
    if now - session.seen_at > UNUSED || now - session.created_at > LONGEST {
        return Ok(None);
    }
    let Some(record) = engine.reader().agent(session.agent).await? else { return Ok(None) };
    if record.agent.disabled || credential(&record) != session.credential {
        return Ok(None);
    }
    if (now - session.seen_at).abs() >= NOTED_EVERY {
        note_use(engine, session.hash.clone(), now);
    }
    Ok(Some(Session { caller: people::caller_of(&record.agent), agent: record.agent, hash: session.hash }))
}

/// Ends the session in this browser, with its open streams.
pub async fn end(engine: &Engine, hash: &str) -> Result<(), ActionError> {
    let hash = hash.to_owned();
    engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.end_staff_session(&hash).await?) })).await?;
    engine.bus().tell(Signal::Desk);
    Ok(())
}

/// Writes down that the session was used, behind the request.
fn note_use(engine: &Engine, hash: String, now: DateTime<Utc>) {
    let this = engine.clone();
    engine.run(async move {
        let noted = this.writer().write::<_, DbError, _>(move |tx| Box::pin(async move { tx.staff_session_seen(&hash, now).await })).await;
        if noted.is_err() {
            tracing::debug!("When a session was used last could not be written down");
        }
    });
}

/// Stands for password and role.
fn credential(record: &AgentRecord) -> String {
    hash_of(&format!("{}\n{}", record.agent.role.as_str(), record.password_hash.as_deref().unwrap_or_default()))
}

/// An IPv6 customer has a whole network.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x?}", address.segments().iter().take(4).collect::<Vec<_>>()),
    }
}

/// 256 random bits need no slow hash.
fn hash_of(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn wrong_passwords_are_limited_and_forgotten_after_a_while() {
        let tried = SignIns::default();
        let at = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        let keys = |account: &str| [(account.to_owned(), 2), ("address".to_owned(), 3)];
        assert!(tried.allows(&keys("ann"), at(0)));
        assert!(tried.allows(&keys("ann"), at(0)));
        assert!(!tried.allows(&keys("ann"), at(1)), "the account is full");
        assert!(tried.allows(&keys("bob"), at(1)));
        assert!(!tried.allows(&keys("cho"), at(1)), "the address is full");
        assert!(tried.allows(&keys("ann"), at(20)), "long ago");
        tried.forget(&keys("ann"));
        assert!(tried.allows(&keys("ann"), at(20)));
        assert!(tried.allows(&keys("ann"), at(20)));
        assert!(!tried.allows(&keys("ann"), at(20)));
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        assert_eq!(network("2001:db8:1:2::1".parse().unwrap()), network("2001:db8:1:2:ffff::9".parse().unwrap()));
        assert_ne!(network("2001:db8:1:2::1".parse().unwrap()), network("2001:db8:1:3::1".parse().unwrap()));
        assert_eq!(network("::ffff:10.0.0.1".parse().unwrap()), "10.0.0.1");
    }
}
