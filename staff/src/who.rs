//! Who somebody in a staff chat is.

use async_trait::async_trait;
use bellhop_domain::{actor::Actor, id::AgentId};
use bellhop_engine::{Engine, actions::ActionError, caller::Caller};

/// Knows which agents the people of staff chats have proven to be.
#[async_trait]
pub trait People: Send + Sync {
    /// The agent, as a caller of actions; nothing for whoever is not linked, or works here no more.
    async fn agent_of(&self, engine: &Engine, channel: &str, external_id: &str) -> Result<Option<Caller>, ActionError>;
}

/// The agent that acts.
pub(crate) fn agent(caller: &Caller) -> Option<AgentId> {
    match &caller.actor {
        Actor::Agent { id, .. } => Some(*id),
        _ => None,
    }
}

/// The language in which a caller is answered.
pub(crate) fn language(engine: &Engine, caller: &Caller) -> String {
    let desk = engine.desk();
    let first = agent(caller).and_then(|id| desk.agent(id)).and_then(|agent| agent.languages.first().cloned());
    first.unwrap_or_else(|| engine.settings().language.clone())
}
