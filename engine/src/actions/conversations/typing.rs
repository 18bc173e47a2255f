//! That somebody is writing, shown to the customer.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bellhop_channel::{Outbound, OutboundKind};
use bellhop_domain::{
    actor::Actor,
    id::{AgentId, ConversationId},
};
use chrono::{DateTime, TimeDelta, Utc};

use super::load;
use crate::{
    actions::{ActionError, require},
    bus::Signal,
    caller::{Caller, Permission},
    clock::fresh_id,
    engine::Engine,
};

/// Once shown, a sign stands for about this long on every platform.
const STANDS: TimeDelta = TimeDelta::seconds(4);
/// Conversations that are remembered; for more none is shown.
const MOST: usize = 2_000;
/// How long showing it may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// For how long somebody who wrote a letter is taken to be writing.
const WRITES: TimeDelta = TimeDelta::seconds(8);

/// In which conversations somebody was shown to write lately, and which agents write where.
#[derive(Default)]
pub(crate) struct Signs(Mutex<HashMap<ConversationId, DateTime<Utc>>>, Mutex<Vec<(ConversationId, AgentId, DateTime<Utc>)>>);

impl Signs {
    /// An agent writes here; answers whether that is news.
    fn writes(&self, id: ConversationId, agent: AgentId, now: DateTime<Utc>) -> bool {
        let mut writing = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        writing.retain(|(_, _, at)| (now - *at).abs() < WRITES);
        let before = writing.len();
        writing.retain(|(where_, who, _)| (*where_, *who) != (id, agent));
        let is_news = writing.len() == before;
        if writing.len() < MOST {
            writing.push((id, agent, now));
        }
        is_news
    }

    /// Who writes here.
    fn writing(&self, id: ConversationId, now: DateTime<Utc>) -> Vec<AgentId> {
        let writing = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        writing.iter().filter(|(where_, _, at)| *where_ == id && (now - *at).abs() < WRITES).map(|(_, who, _)| *who).collect()
    }

    /// Whether it is to be shown again; from then on it has been.
    fn is_due(&self, id: ConversationId, now: DateTime<Utc>) -> bool {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.get(&id).is_some_and(|at| (now - *at).abs() < STANDS) {
            return false;
        }
        if shown.len() >= MOST {
            shown.retain(|_, at| (now - *at).abs() < STANDS);
        }
        if shown.len() >= MOST {
            return false;
        }
        shown.insert(id, now);
        true
    }
}

/// Shows the customer that an answer is being written, where the channel can; at most once in four seconds.
///
/// It is not stored and not tried again: what is lost is a sign that would be over anyway.
pub async fn typing(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<(), ActionError> {
    require(caller, Permission::HandleConversations)?;
    let conversation = load(engine, id).await?;
    let now = engine.now();
    if let Actor::Agent { id: agent, .. } = &caller.actor
        && engine.0.signs.writes(id, *agent, now)
    {
        engine.bus().tell(Signal::Writing(id));
    }
    let Some(channel) = engine.channels().get(&conversation.channel) else { return Ok(()) };
    let is_possible = channel.adapter().capabilities().typing && channel.stopped().is_none() && channel.held(now).is_none();
    if !is_possible || !engine.0.signs.is_due(id, now) || !channel.has_turn() {
        return Ok(());
    }
    let adapter = channel.adapter().clone();
    let sign = Outbound {
        kind: OutboundKind::Typing,
        id: format!("out-{}", fresh_id().simple()),
        thread: conversation.external_thread,
        message: None,
        ticket: None,
    };
    let stopping = engine.0.stopping.clone();
    engine.run(async move {
        tokio::select! {
            shown = tokio::time::timeout(PATIENCE, adapter.send(&sign)) => {
                if let Ok(Err(error)) = shown {
                    tracing::debug!(channel = adapter.name(), error = %error, "That somebody is writing could not be shown");
                }
            }
            () = stopping.cancelled() => {}
        }
    });
    Ok(())
}

/// The agents who write in a conversation right now.
pub fn writing(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<Vec<AgentId>, ActionError> {
    require(caller, Permission::ReadConversations)?;
    Ok(engine.0.signs.writing(id, engine.now()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_sign_is_shown_once_in_a_while_for_each_conversation() {
        let signs = Signs::default();
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let (one, two) = (ConversationId(Uuid::from_u128(1)), ConversationId(Uuid::from_u128(2)));
        assert!(signs.is_due(one, at(10)));
        assert!(!signs.is_due(one, at(10)));
        assert!(!signs.is_due(one, at(13)));
        assert!(signs.is_due(two, at(13)));
        assert!(signs.is_due(one, at(14)));
    }

    #[test]
    fn whoever_wrote_lately_is_writing() {
        let signs = Signs::default();
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let (one, two) = (ConversationId(Uuid::from_u128(1)), ConversationId(Uuid::from_u128(2)));
        let (mei, ann) = (AgentId(Uuid::from_u128(3)), AgentId(Uuid::from_u128(4)));
        assert!(signs.writes(one, mei, at(10)));
        assert!(!signs.writes(one, mei, at(12)), "known already");
        assert!(signs.writes(one, ann, at(13)));
        assert_eq!(signs.writing(one, at(14)), [mei, ann]);
        assert_eq!(signs.writing(two, at(14)), []);
        assert_eq!(signs.writing(one, at(20)), [ann]);
        assert!(signs.writes(two, mei, at(40)), "signs that are over are nobody's news");
        assert!(signs.writes(two, mei, at(60)), "she begins anew");
    }
}
