//! Who is there, and what they have, at one moment.

use std::collections::HashMap;

use bellhop_domain::{
    assignment::{Candidate, Load, WorkKind},
    desk::{Agent, Automatic, Desk},
    id::AgentId,
    presence::Presence,
};
use bellhop_store::{DbError, presence::AgentPresence};
use chrono::{DateTime, Utc};

use crate::engine::Engine;

/// Everybody's presence and load.
pub(crate) struct Crew {
    pub(super) presences: HashMap<AgentId, AgentPresence>,
    loads: HashMap<AgentId, Load>,
}

impl Crew {
    pub(crate) async fn read(engine: &Engine) -> Result<Self, DbError> {
        let reader = engine.reader();
        let presences = reader.presences().await?.into_iter().map(|presence| (presence.agent, presence)).collect();
        let mut loads: HashMap<AgentId, Load> = HashMap::new();
        for (agent, chats) in reader.chat_loads().await? {
            loads.entry(agent).or_default().chats = chats;
        }
        for (agent, tickets) in reader.ticket_loads().await? {
            loads.entry(agent).or_default().tickets = tickets;
        }
        Ok(Self { presences, loads })
    }

    /// What somebody has.
    pub(super) fn load(&self, agent: AgentId) -> Load {
        self.loads.get(&agent).copied().unwrap_or_default()
    }

    /// The department's people, as assignment looks at them.
    pub(crate) fn candidates<'d>(&self, desk: &'d Desk, department: &str, now: DateTime<Utc>) -> Vec<Candidate<'d>> {
        let standard = Automatic::default();
        let automatic = desk.automatic(department).unwrap_or(&standard);
        let works_here = |agent: &&Agent| !agent.disabled && agent.role.takes_work() && desk.works_in(agent, department);
        desk.agents.values().filter(works_here).map(|agent| self.candidate(desk, agent, automatic, now)).collect()
    }

    fn candidate<'d>(&self, desk: &'d Desk, agent: &'d Agent, automatic: &Automatic, now: DateTime<Utc>) -> Candidate<'d> {
        let presence = self.presences.get(&agent.id);
        let said = presence.and_then(|presence| presence.capacity).map(|capacity| u32::try_from(capacity).unwrap_or(0));
        let most = Load {
            chats: said.or(agent.profile.chats).unwrap_or(automatic.most_chats),
            tickets: agent.profile.tickets.unwrap_or(automatic.most_tickets),
        };
        let idle_since =
            presence.map_or(agent.created_at, |presence| presence.assigned_at.map_or(presence.changed_at, |at| at.max(presence.changed_at)));
        Candidate {
            agent,
            presence: presence.map(|presence| presence.presence),
            on_duty: desk.on_duty(agent, now),
            load: self.load(agent.id),
            most,
            idle_since,
        }
    }

    /// Whether anybody of a department can take one more.
    pub(super) fn has_room(&self, desk: &Desk, department: &str, kind: WorkKind, now: DateTime<Utc>) -> bool {
        let can_take = |candidate: Candidate<'_>| {
            candidate.presence == Some(Presence::Online) && candidate.on_duty && candidate.load.of(kind) < candidate.most.of(kind)
        };
        self.candidates(desk, department, now).into_iter().any(can_take)
    }

    /// Somebody was given something.
    pub(super) fn took(&mut self, agent: AgentId, kind: WorkKind, at: DateTime<Utc>) {
        self.loads.entry(agent).or_default().add(kind);
        if let Some(presence) = self.presences.get_mut(&agent) {
            presence.assigned_at = Some(at);
        }
    }
}
