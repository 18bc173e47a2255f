//! Whether agents are there.

use bellhop_domain::{actor::Actor, id::AgentId, presence::Presence, why::Why};
use bellhop_store::presence::AgentPresence;

use super::load;
use crate::{
    actions::{ActionError, require},
    bus::Signal,
    caller::{Caller, Permission},
    decision::finish,
    engine::Engine,
};

/// Conversations at once that somebody may say they take.
const MOST_AT_ONCE: i64 = 1000;

/// What an agent said last of being there; nothing if they never said.
pub async fn presence(engine: &Engine, agent: AgentId) -> Result<Option<AgentPresence>, ActionError> {
    Ok(engine.reader().presence(agent).await?)
}

/// What everybody said last who ever said.
pub async fn presences(engine: &Engine, caller: &Caller) -> Result<Vec<AgentPresence>, ActionError> {
    require(caller, Permission::ReadDesk)?;
    Ok(engine.reader().presences().await?)
}

/// Says whether an agent is there, and how many conversations they take at once (`None`: as before; `Some(None)`: without a limit).
/// Everybody for themselves, administrators for anybody.
pub async fn set_presence(
    engine: &Engine,
    caller: &Caller,
    agent: &str,
    presence: Presence,
    capacity: Option<Option<i64>>,
) -> Result<AgentPresence, ActionError> {
    let agent = load(engine, agent).await?.agent;
    if !matches!(&caller.actor, Actor::Agent { id, .. } if *id == agent.id) {
        require(caller, Permission::Administer)?;
    }
    if capacity.flatten().is_some_and(|capacity| !(0..=MOST_AT_ONCE).contains(&capacity)) {
        return Err(ActionError::invalid("capacity", Why::new("why-capacity").count("most", MOST_AT_ONCE)));
    }
    let before = engine.reader().presence(agent.id).await?;
    let (now, event) = (engine.now(), caller.event);
    let capacity = capacity.unwrap_or(before.and_then(|before| before.capacity));
    let said = AgentPresence { agent: agent.id, presence, capacity, changed_at: now };
    engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                finish(tx, event, now).await?;
                Ok(tx.set_presence(&said).await?)
            })
        })
        .await?;
    engine.bus().tell(Signal::Desk);
    Ok(said)
}
