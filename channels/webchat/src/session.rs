//! Who speaks: a token that holds all that is known, signed by the installation. Nothing of it is stored.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bellhop_channel::{HostedMailbox, Sender};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::identity::Identity;

const PURPOSE: &str = "session";
/// Longest token, in bytes.
const LONGEST: usize = 16 * 1024;

/// What a token says.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The thread that it opens, and no other.
    #[serde(rename = "t")]
    pub(crate) thread: String,
    /// Who a signed-in visitor is.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub(crate) identity: Option<Box<Identity>>,
}

impl Session {
    /// Of somebody of whom nothing is known; the thread's name cannot be guessed.
    pub(crate) fn anonymous() -> Self {
        Self { thread: format!("v-{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())), identity: None }
    }

    /// Of a signed-in person, who has one thread on whatever device.
    pub(crate) fn of(identity: Identity) -> Self {
        let hash = Sha256::digest(identity.id.as_bytes());
        let thread = format!("u-{}", URL_SAFE_NO_PAD.encode(hash.get(..16).unwrap_or_default()));
        Self { thread, identity: Some(Box::new(identity)) }
    }

    /// The session of a token; none where it is not ours, or over.
    pub(crate) fn read(mailbox: &dyn HostedMailbox, token: &str, now: DateTime<Utc>) -> Option<Self> {
        let (payload, signature) = token.rsplit_once('.').filter(|_| token.len() <= LONGEST)?;
        if !mailbox.verify(PURPOSE, payload.as_bytes(), signature) {
            return None;
        }
        let session: Self = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        session.expires_at().is_none_or(|expires| expires > now).then_some(session)
    }

    pub(crate) fn token(&self, mailbox: &dyn HostedMailbox) -> String {
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default());
        let signature = mailbox.sign(PURPOSE, payload.as_bytes());
        format!("{payload}.{signature}")
    }

    /// When it is over; that of an anonymous visitor never is.
    pub(crate) fn expires_at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(self.identity.as_ref()?.exp, 0)
    }

    /// The person as the sender of events.
    pub(crate) fn sender(&self) -> Sender {
        match &self.identity {
            Some(identity) => identity.sender(),
            None => Sender { id: self.thread.clone(), ..Sender::default() },
        }
    }
}
