//! Whether agents are there, and what they did last.

use bellhop_domain::{id::AgentId, presence::Presence};
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args},
    tx::Tx,
};

/// Whether an agent is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentPresence {
    /// Whose.
    pub agent: AgentId,
    /// Whether they are there.
    pub presence: Presence,
    /// Conversations that they take at once; none: as their profile says.
    pub capacity: Option<i64>,
    /// Since when.
    pub changed_at: DateTime<Utc>,
    /// They did not say so: they did nothing for a while.
    pub automatic: bool,
    /// When they did something last; known to the minute.
    pub acted_at: Option<DateTime<Utc>>,
    /// When they were given something by itself last.
    pub assigned_at: Option<DateTime<Utc>>,
}

impl AgentPresence {
    /// What an agent says themselves.
    pub fn said(agent: AgentId, presence: Presence, capacity: Option<i64>, at: DateTime<Utc>) -> Self {
        Self { agent, presence, capacity, changed_at: at, automatic: false, acted_at: Some(at), assigned_at: None }
    }
}

const COLUMNS: &str = "agent, presence, capacity, changed_at, automatic, acted_at, assigned_at";

fn presence(row: &mut Row) -> Result<AgentPresence, DbError> {
    Ok(AgentPresence {
        agent: row.next()?,
        presence: Presence::parse(&row.next::<String>()?).ok_or(DbError::unreadable("a presence"))?,
        capacity: row.next()?,
        changed_at: row.next()?,
        automatic: row.next()?,
        acted_at: row.next()?,
        assigned_at: row.next()?,
    })
}

reading! {
    /// Whether an agent is there; nothing if they never said.
    pub async fn presence(&self, agent: AgentId) -> Result<Option<AgentPresence>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM agent_presence WHERE agent = $1");
        self.one(sql, &args![agent]).await?.as_mut().map(presence).transpose()
    }

    /// Whether they are there, of everybody who ever said.
    pub async fn presences(&self) -> Result<Vec<AgentPresence>, DbError> {
        self.all(format!("SELECT {COLUMNS} FROM agent_presence ORDER BY agent"), &[]).await?.iter_mut().map(presence).collect()
    }
}

impl Tx {
    /// Keeps what an agent says of being there; when they were given something last stays.
    pub async fn set_presence(&self, now: &AgentPresence) -> Result<(), DbError> {
        let sql = "INSERT INTO agent_presence (agent, presence, capacity, changed_at, automatic, acted_at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (agent) DO UPDATE SET presence = excluded.presence, capacity = excluded.capacity, changed_at = excluded.changed_at,
                automatic = excluded.automatic, acted_at = excluded.acted_at";
        self.exec(sql, &args![now.agent, now.presence.as_str(), now.capacity, now.changed_at, now.automatic, now.acted_at]).await?;
        Ok(())
    }

    /// An agent did something. Who was away by doing nothing, or never said, is online from then on; answers whether that changed.
    pub async fn note_act(&self, agent: AgentId, at: DateTime<Utc>) -> Result<bool, DbError> {
        let back = "UPDATE agent_presence SET presence = 'online', automatic = FALSE, changed_at = $1, acted_at = $2
            WHERE agent = $3 AND automatic AND presence = 'away' AND changed_at <= $4";
        if self.exec(back, &args![at, at, agent, at]).await? > 0 {
            return Ok(true);
        }
        let known = "UPDATE agent_presence SET acted_at = $1 WHERE agent = $2";
        if self.exec(known, &args![at, agent]).await? > 0 {
            return Ok(false);
        }
        let sql = "INSERT INTO agent_presence (agent, presence, capacity, changed_at, automatic, acted_at) VALUES ($1, 'online', NULL, $2, FALSE, $3)
            ON CONFLICT (agent) DO NOTHING";
        Ok(self.exec(sql, &args![agent, at, at]).await? > 0)
    }

    /// Whoever is online and has done nothing since `since` is away from `now` on; answers whether they were.
    pub async fn rest(&self, agent: AgentId, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<bool, DbError> {
        let sql = "UPDATE agent_presence SET presence = 'away', automatic = TRUE, changed_at = $1
            WHERE agent = $2 AND presence = 'online' AND changed_at <= $3 AND (acted_at IS NULL OR acted_at <= $4)";
        Ok(self.exec(sql, &args![now, agent, since, since]).await? > 0)
    }
}
