//! Two agents at one customer: each is told of the other, and nobody is kept from writing.

use bellhop_domain::{
    actor::Actor,
    conversation::Conversation,
    id::AgentId,
    message::{Direction, Message},
    words,
};
use bellhop_engine::Engine;
use bellhop_store::DbError;
use chrono::TimeDelta;

use crate::{
    chat::Chat,
    writing::{escaped, one_line},
};

/// Who wrote within this time is still there.
const RECENT: TimeDelta = TimeDelta::minutes(3);
/// Messages that are looked through for others.
const LOOKED_AT: u32 = 10;

/// What an agent who writes in a conversation is to know of another one, once in a while.
pub(crate) async fn notice(
    engine: &Engine,
    chat: &Chat,
    conversation: &Conversation,
    agent: AgentId,
    language: &str,
) -> Result<Option<String>, DbError> {
    let now = engine.now();
    let desk = engine.desk();
    let name = |id: AgentId| desk.agent(id).and_then(|agent| one_line(&agent.name, 40)).map(|name| escaped(&name)).unwrap_or_default();
    if let Some(other) = conversation.assignee.filter(|other| *other != agent) {
        if !chat.may_tell_of(conversation.id, agent, other, now) {
            return Ok(None);
        }
        return Ok(Some(words::say(language, "staff-collision-assigned", &[("agent", (&name(other)).into())])));
    }
    let messages = engine.reader().last_messages(conversation.id, LOOKED_AT).await?;
    let other = messages.iter().rev().filter(|message| now - message.created_at < RECENT).find_map(|message| writer(message, agent));
    let Some(other) = other.filter(|other| chat.may_tell_of(conversation.id, agent, *other, now)) else { return Ok(None) };
    Ok(Some(words::say(language, "staff-collision-writing", &[("agent", (&name(other)).into())])))
}

/// Another agent who wrote this to the customer.
fn writer(message: &Message, agent: AgentId) -> Option<AgentId> {
    match message.author {
        Actor::Agent { id, .. } if id != agent && message.direction == Direction::Out => Some(id),
        _ => None,
    }
}
