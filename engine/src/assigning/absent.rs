//! People who do something, who do nothing, and who are not there.

use std::collections::BTreeMap;

use bellhop_domain::{
    assignment::{Assignment, Why},
    desk::{Agent, Automatic, Desk},
    id::AgentId,
    presence::Presence,
    routing::Routing,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::crew::Crew;
use crate::{
    actions::{ActionError, conversations, tickets},
    engine::Engine,
};

/// What somebody did is known to the minute.
const EXACTLY: TimeDelta = TimeDelta::minutes(1);
/// Of one absent agent's work, so much goes back in one round.
const AT_ONCE: u32 = 100;

/// The automatic departments that somebody works in.
fn departments_of<'d>(desk: &'d Desk, agent: &Agent) -> impl Iterator<Item = &'d Automatic> {
    desk.departments.iter().filter(|(key, _)| desk.works_in(agent, key)).filter_map(|(_, department)| department.assignment.as_ref())
}

/// Writes down what agents did; who was away by doing nothing, or never said, is online from then on. Answers whether anybody is.
pub(super) async fn note(engine: &Engine, desk: &Desk, crew: &Crew, acts: BTreeMap<AgentId, DateTime<Utc>>) -> Result<bool, ActionError> {
    let mut changed = false;
    for (agent, at) in acts {
        let takes_part = desk.agent(agent).is_some_and(|agent| agent.role.takes_work() && departments_of(desk, agent).next().is_some());
        let is_known = crew.presences.get(&agent).is_some_and(|presence| {
            let rests = presence.automatic && presence.presence == Presence::Away;
            !rests && presence.acted_at.is_some_and(|known| at - known < EXACTLY)
        });
        if !takes_part || is_known {
            continue;
        }
        changed |= engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.note_act(agent, at).await?) })).await?;
    }
    Ok(changed)
}

/// Whoever is online and has done nothing for as long as one of their departments waits for is away. Answers whether anybody is.
pub(super) async fn rest(engine: &Engine, desk: &Desk, crew: &Crew) -> Result<bool, ActionError> {
    let now = engine.now();
    let mut changed = false;
    for presence in crew.presences.values().filter(|presence| presence.presence == Presence::Online) {
        let Some(agent) = desk.agent(presence.agent) else { continue };
        let Some(minutes) = departments_of(desk, agent).map(|automatic| automatic.away_after_minutes).filter(|minutes| *minutes > 0).min() else {
            continue;
        };
        let since = now - TimeDelta::minutes(i64::from(minutes));
        if presence.changed_at > since || presence.acted_at.is_some_and(|acted| acted > since) {
            continue;
        }
        let agent = presence.agent;
        changed |= engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.rest(agent, since, now).await?) })).await?;
    }
    Ok(changed)
}

/// Puts back into the queue what lies with somebody who has not been there for as long as its department waits. Answers whether anything did.
pub(super) async fn take_back(engine: &Engine, desk: &Desk, crew: &Crew) -> Result<bool, ActionError> {
    let now = engine.now();
    let mut changed = false;
    for agent in desk.agents.values() {
        let load = crew.load(agent.id);
        let Some(since) = absent_since(agent, crew, now).filter(|_| load.chats + load.tickets > 0) else { continue };
        let away = Away { agent, since, now };
        if load.chats > 0 {
            changed |= chats_back(engine, desk, &away).await?;
        }
        if load.tickets > 0 {
            changed |= tickets_back(engine, desk, &away).await?;
        }
    }
    Ok(changed)
}

/// Since when somebody is not there; whoever never said is not known to be away, and whoever was disabled never comes back.
fn absent_since(agent: &Agent, crew: &Crew, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if agent.disabled {
        return Some(DateTime::UNIX_EPOCH);
    }
    let presence = crew.presences.get(&agent.id).filter(|presence| presence.presence != Presence::Online)?;
    Some(presence.changed_at.min(now))
}

/// Somebody who is not there.
#[derive(Clone, Copy)]
struct Away<'a> {
    agent: &'a Agent,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Away<'_> {
    /// Whether that is for too long; 0 waits for ever, except for who does not work here any more.
    fn too_long(&self, minutes: u32) -> bool {
        self.agent.disabled || (minutes > 0 && self.now - self.since >= TimeDelta::minutes(i64::from(minutes)))
    }

    /// What was given to them after they left counts from then on.
    fn counting_from(&self, routing: Option<&Routing>) -> Self {
        let since = routing.and_then(|routing| routing.since).filter(|_| !self.agent.disabled).map_or(self.since, |given| given.max(self.since));
        Self { since, ..*self }
    }

    fn assignment(&self) -> Assignment {
        let minutes = if self.agent.disabled { 0 } else { u32::try_from((self.now - self.since).num_minutes()).unwrap_or(u32::MAX) };
        let reasons = vec![Why::Absent { agent: self.agent.key.clone(), minutes }];
        Assignment { agent: None, at: self.now, reasons, others: Vec::new() }
    }
}

async fn chats_back(engine: &Engine, desk: &Desk, away: &Away<'_>) -> Result<bool, ActionError> {
    let mut changed = false;
    for (key, automatic) in assigning(desk).filter(|(_, automatic)| automatic.chats && away.too_long(automatic.chats_back_after_minutes)) {
        for id in engine.reader().chats_of(away.agent.id, key, AT_ONCE).await? {
            let Some(conversation) = engine.reader().conversation(id).await? else { continue };
            let away = away.counting_from(conversation.routing.as_ref());
            if conversation.assignee == Some(away.agent.id) && away.too_long(automatic.chats_back_after_minutes) {
                changed |= unless_changed(conversations::take_back(engine, conversation, away.assignment(), away.since, away.now).await)?;
            }
        }
    }
    Ok(changed)
}

async fn tickets_back(engine: &Engine, desk: &Desk, away: &Away<'_>) -> Result<bool, ActionError> {
    let mut changed = false;
    for (key, automatic) in assigning(desk).filter(|(_, automatic)| automatic.tickets && away.too_long(automatic.tickets_back_after_minutes)) {
        for number in engine.reader().tickets_of(away.agent.id, key, AT_ONCE).await? {
            let Some(ticket) = engine.reader().ticket(number).await? else { continue };
            let away = away.counting_from(Some(&ticket.routing));
            if ticket.owner == Some(away.agent.id) && away.too_long(automatic.tickets_back_after_minutes) {
                changed |= unless_changed(tickets::set_owner(engine, &ticket, away.assignment(), None, away.now).await)?;
            }
        }
    }
    Ok(changed)
}

fn assigning(desk: &Desk) -> impl Iterator<Item = (&str, &Automatic)> {
    desk.departments.iter().filter_map(|(key, department)| Some((key.as_str(), department.assignment.as_ref()?)))
}

/// What somebody else changed meanwhile is looked at again in the next round.
fn unless_changed(result: Result<(), ActionError>) -> Result<bool, ActionError> {
    match result {
        Ok(()) => Ok(true),
        Err(ActionError::Conflict) => Ok(false),
        Err(error) => Err(error),
    }
}
