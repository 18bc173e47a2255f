//! Who somebody on a staff chat is: nobody, until they prove it with a code.

use bellhop_domain::{
    desk::Agent,
    timeline::{TimelineEvent, TimelineKind},
    why::Why,
};
use bellhop_store::agent_identities::AgentIdentity;
use chrono::TimeDelta;
use serde_json::json;

use super::{NOT_FOUND, caller_of, code_hash, load, typed_code};
use crate::{
    actions::{ActionError, require},
    caller::{Caller, Permission},
    decision::finish,
    engine::Engine,
};

/// Wrong codes that one account may give within [`WINDOW`].
pub(crate) const MOST_WRONG: i64 = 5;
/// How long a wrong code counts.
pub(crate) const WINDOW: TimeDelta = TimeDelta::minutes(10);
/// Bytes of the id of an account.
const LONGEST_ID: usize = 255;

/// What came of a code.
enum Tried {
    Good(Box<Agent>),
    Wrong,
    TooOften,
}

/// The agent whom an account of a staff chat belongs to, while they work here.
pub async fn agent_of(engine: &Engine, channel: &str, external_id: &str) -> Result<Option<Agent>, ActionError> {
    let Some(id) = engine.reader().agent_by_identity(channel, external_id).await? else { return Ok(None) };
    let known = engine.desk().agent(id).cloned();
    let agent = match known {
        Some(agent) => Some(agent),
        // Somebody added a moment ago, by another process.
        None => engine.reader().agent(id).await?.map(|record| record.agent),
    };
    Ok(agent.filter(|agent| !agent.disabled))
}

/// Joins an account of a staff chat to the agent whose code this is; the code is used up. Whoever has a code may: it is the permission.
///
/// Nothing for a code that is wrong, used or too old: nobody learns which. Five wrong ones within ten minutes, and the account has to wait.
pub async fn link(engine: &Engine, caller: &Caller, channel: &str, external_id: &str, code: &str) -> Result<Option<Agent>, ActionError> {
    if external_id.is_empty() || external_id.len() > LONGEST_ID {
        return Err(ActionError::invalid("external_id", format!("has 1 to {LONGEST_ID} bytes")));
    }
    let (hash, now, event) = (code_hash(&typed_code(code)), engine.now(), caller.event);
    let (channel, external_id) = (channel.to_owned(), external_id.to_owned());
    // Whoever is linked may have been made a moment ago, by a command beside this node.
    engine.0.desk.reload_if_changed(engine.reader()).await?;
    let desk = engine.desk();
    let tried = engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                finish(tx, event, now).await?;
                if tx.wrong_codes(&channel, &external_id, now - WINDOW).await? >= MOST_WRONG {
                    return Ok(Tried::TooOften);
                }
                let agent = tx.take_link_code(&hash, now).await?.and_then(|id| desk.agent(id)).filter(|agent| !agent.disabled);
                let Some(agent) = agent else {
                    tx.note_wrong_code(&channel, &external_id, now).await?;
                    return Ok(Tried::Wrong);
                };
                let line = TimelineEvent {
                    conversation: None,
                    ticket: None,
                    at: now,
                    actor: caller_of(agent).actor,
                    kind: TimelineKind::Changed,
                    details: json!({ "agent": agent.key, "linked": channel }),
                };
                tx.link_agent(&AgentIdentity { channel, external_id, agent: agent.id, linked_at: now }).await?;
                tx.append_timeline(&[line]).await?;
                Ok(Tried::Good(Box::new(agent.clone())))
            })
        })
        .await?;
    match tried {
        Tried::Good(agent) => Ok(Some(*agent)),
        Tried::Wrong => Ok(None),
        Tried::TooOften => Err(ActionError::not_now(Why::new("why-wrong-codes"))),
    }
}

/// The accounts on staff chats that belong to an agent.
pub async fn identities(engine: &Engine, caller: &Caller, agent: &str) -> Result<Vec<AgentIdentity>, ActionError> {
    require(caller, Permission::ReadDesk)?;
    let agent = load(engine, agent).await?.agent;
    Ok(engine.reader().agent_identities(agent.id).await?)
}

/// Parts an account from its agent: everybody their own, administrators anybody's; once is enough.
pub async fn unlink(engine: &Engine, caller: &Caller, channel: &str, external_id: &str) -> Result<(), ActionError> {
    let owner = engine.reader().agent_by_identity(channel, external_id).await?;
    let is_own = matches!(&caller.actor, bellhop_domain::actor::Actor::Agent { id, .. } if Some(*id) == owner);
    if !is_own {
        require(caller, Permission::Administer)?;
    }
    if owner.is_none() {
        return Err(NOT_FOUND);
    }
    let (now, event) = (engine.now(), caller.event);
    let (channel, external_id) = (channel.to_owned(), external_id.to_owned());
    engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                finish(tx, event, now).await?;
                tx.unlink_agent(&channel, &external_id).await?;
                Ok(())
            })
        })
        .await?;
    Ok(())
}
