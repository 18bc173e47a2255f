//! What editors do besides writing: try before publishing, keep regression questions, find gaps, weigh suggestions, see how articles are used.

pub mod asked;
pub mod duplicates;
pub mod explained;
pub mod figures;
pub mod gaps;
pub mod looks;
pub mod regressions;
pub mod search;
pub mod suggestions;
pub mod synonyms;
pub mod trial;
pub mod upkeep;
pub mod uses;

use std::time::Duration;

use bellhop_domain::{actor::Actor, desk::Desk};
use bellhop_kb::{KnowledgeBase, Viewer, Visibility};
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::ActionError;
use crate::{caller::Caller, engine::Engine};

pub(crate) use search::Popularity;
pub(crate) use uses::Uses;

/// Questions of a whole knowledge base are asked, or compared, by one caller at a time: others have conversations to answer.
static HEAVY: Semaphore = Semaphore::const_new(1);
/// How long one waits for the turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for the turn to do much at once.
async fn turn() -> Result<SemaphorePermit<'static>, ActionError> {
    match tokio::time::timeout(PATIENCE, HEAVY.acquire()).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(ActionError::Busy),
    }
}

/// Does what takes long on a thread made for that, one caller at a time.
async fn heavy<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ActionError> {
    let _turn = turn().await?;
    tokio::task::spawn_blocking(work).await.map_err(|_| ActionError::Busy)
}

/// For whom something is asked, in words; nothing said is anybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AskedAs {
    /// Which articles they may see at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Key of their tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Key of their region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The channel on which they ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

impl AskedAs {
    /// The same as the knowledge base has it.
    pub fn viewer(&self, desk: &Desk) -> Viewer {
        Viewer {
            visibility: self.visibility.unwrap_or_default(),
            tier: self.tier.clone(),
            regions: self.region.as_deref().map(|region| desk.region_path(region)).unwrap_or_default(),
            channel: self.channel.clone(),
        }
    }
}

/// Whether this may be the tag of a language.
fn is_tag(tag: &str) -> bool {
    /// Characters of one.
    const LONGEST: usize = 35;
    (2..=LONGEST).contains(&tag.len()) && tag.split('-').all(|part| !part.is_empty() && part.chars().all(|sign| sign.is_ascii_alphanumeric()))
}

/// As whom an editor's work is recorded.
fn author(caller: &Caller) -> String {
    caller.actor.name().unwrap_or("Bellhop").to_owned()
}

/// Under which name somebody votes: one person or program, one vote.
fn voter(caller: &Caller) -> String {
    match &caller.actor {
        Actor::Agent { id, .. } => id.to_string(),
        Actor::Token { id, .. } => id.to_string(),
        Actor::Contact { id } => id.to_string(),
        Actor::Bot | Actor::System => "bellhop".to_owned(),
    }
}

/// The index that questions are tried on: the engine's own where it serves, else one that the caller made.
fn base_of(engine: &Engine, base: Option<&KnowledgeBase>) -> KnowledgeBase {
    base.unwrap_or_else(|| engine.knowledge_base()).clone()
}
