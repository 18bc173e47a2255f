//! What agents are told of, and that they have read it.

use bellhop_domain::{
    actor::Actor,
    desk::{Agent, Desk},
    id::AgentId,
    mention::Mentions,
};
use bellhop_store::{
    Cursor, Page,
    notices::{Listed, Which},
};

use super::{ActionError, require};
use crate::{
    bus::Signal,
    caller::{Caller, Permission, Permissions},
    engine::Engine,
};

/// What an agent was told of, the newest first; or only what they did not read yet.
///
/// # Errors
/// When the caller may not see tickets, or the database cannot be read.
pub async fn list(
    engine: &Engine,
    caller: &Caller,
    agent: AgentId,
    unread: bool,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<Page<Listed>, ActionError> {
    require(caller, Permission::ReadTickets)?;
    Ok(engine.reader().notices(agent, unread, cursor, limit).await?)
}

/// Notes that an agent has read some of what they were told; answers how much of it was new. Agents read what is theirs, programs what is anybody's.
///
/// # Errors
/// When it is somebody else's, or the database does not take changes.
pub async fn read(engine: &Engine, caller: &Caller, agent: AgentId, which: Which) -> Result<u64, ActionError> {
    require(caller, Permission::ReadTickets)?;
    if matches!(&caller.actor, Actor::Agent { id, .. } if *id != agent) {
        return Err(ActionError::Forbidden { needs: Permission::Administer });
    }
    let now = engine.now();
    let read = engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.read_notices(agent, which, now).await?) })).await?;
    if read > 0 {
        engine.bus().tell(Signal::Notices(agent));
    }
    Ok(read)
}

/// Names of those whom a note names and who are not told: they do not work here any more, or may not see it.
pub fn unheard(desk: &Desk, note: &str) -> Vec<String> {
    let named = Mentions::find(desk, note).agents;
    named.iter().filter_map(|id| desk.agent(*id)).filter(|agent| !may_hear(agent)).map(|agent| agent.name.clone()).collect()
}

/// Whether somebody may be told of tickets and of what colleagues say: they work here, and see both.
pub(crate) fn may_hear(agent: &Agent) -> bool {
    let may = Permissions::of_role(agent.role);
    !agent.disabled && may.allow(Permission::ReadTickets) && may.allow(Permission::ReadConversations)
}

#[cfg(test)]
mod tests;
