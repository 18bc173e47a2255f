//! Whether agents are there.

use bellhop_domain::{id::AgentId, presence::Presence};
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args},
    tx::Tx,
};

/// What an agent said last of being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentPresence {
    /// Whose.
    pub agent: AgentId,
    /// Whether they are there.
    pub presence: Presence,
    /// Conversations that they take at once; none: no limit.
    pub capacity: Option<i64>,
    /// Since when.
    pub changed_at: DateTime<Utc>,
}

fn presence(row: &mut Row) -> Result<AgentPresence, DbError> {
    Ok(AgentPresence {
        agent: row.next()?,
        presence: Presence::parse(&row.next::<String>()?).ok_or(DbError::unreadable("a presence"))?,
        capacity: row.next()?,
        changed_at: row.next()?,
    })
}

reading! {
    /// What an agent said last of being there; nothing if they never said.
    pub async fn presence(&self, agent: AgentId) -> Result<Option<AgentPresence>, DbError> {
        let sql = "SELECT agent, presence, capacity, changed_at FROM agent_presence WHERE agent = $1";
        self.one(sql, &args![agent]).await?.as_mut().map(presence).transpose()
    }

    /// What everybody said last who ever said.
    pub async fn presences(&self) -> Result<Vec<AgentPresence>, DbError> {
        self.all("SELECT agent, presence, capacity, changed_at FROM agent_presence ORDER BY agent", &[]).await?.iter_mut().map(presence).collect()
    }
}

impl Tx {
    /// Keeps what an agent says of being there.
    pub async fn set_presence(&self, now: &AgentPresence) -> Result<(), DbError> {
        let sql = "INSERT INTO agent_presence (agent, presence, capacity, changed_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (agent) DO UPDATE SET presence = excluded.presence, capacity = excluded.capacity, changed_at = excluded.changed_at";
        self.exec(sql, &args![now.agent, now.presence.as_str(), now.capacity, now.changed_at]).await?;
        Ok(())
    }
}
