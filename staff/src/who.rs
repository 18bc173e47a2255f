//! Who somebody in a staff chat is.

use bellhop_domain::{actor::Actor, id::AgentId};
use bellhop_engine::{
    Engine,
    actions::{ActionError, people},
    caller::Caller,
};

/// The agent as a caller of actions; nothing for whoever is not linked, or works here no more.
pub(crate) async fn caller_of(engine: &Engine, channel: &str, external_id: &str) -> Result<Option<Caller>, ActionError> {
    Ok(people::agent_of(engine, channel, external_id).await?.as_ref().map(people::caller_of))
}

/// The agent that acts.
pub(crate) fn agent(caller: &Caller) -> Option<AgentId> {
    match &caller.actor {
        Actor::Agent { id, .. } => Some(*id),
        _ => None,
    }
}
