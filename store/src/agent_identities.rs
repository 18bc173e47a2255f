//! Who agents are on staff chats.

use bellhop_domain::id::AgentId;
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args},
    tx::Tx,
};

/// Somebody on a staff chat who proved to be an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentIdentity {
    /// The channel's configured name.
    pub channel: String,
    /// The platform's id of them.
    pub external_id: String,
    /// Who they are.
    pub agent: AgentId,
    /// Since when.
    pub linked_at: DateTime<Utc>,
}

fn identity(row: &mut Row) -> Result<AgentIdentity, DbError> {
    Ok(AgentIdentity { channel: row.next()?, external_id: row.next()?, agent: row.next()?, linked_at: row.next()? })
}

reading! {
    /// The agent that somebody on a staff chat proved to be.
    pub async fn agent_by_identity(&self, channel: &str, external_id: &str) -> Result<Option<AgentId>, DbError> {
        let sql = "SELECT agent FROM agent_identity WHERE channel = $1 AND external_id = $2";
        self.one(sql, &args![channel, external_id]).await?.as_mut().map(Row::next).transpose()
    }

    /// Who an agent is on staff chats.
    pub async fn agent_identities(&self, agent: AgentId) -> Result<Vec<AgentIdentity>, DbError> {
        let sql = "SELECT channel, external_id, agent, linked_at FROM agent_identity WHERE agent = $1 ORDER BY channel, external_id";
        self.all(sql, &args![agent]).await?.iter_mut().map(identity).collect()
    }
}

impl Tx {
    /// Keeps who somebody on a staff chat is; they may have been somebody else before.
    pub async fn link_agent(&self, identity: &AgentIdentity) -> Result<(), DbError> {
        let sql = "INSERT INTO agent_identity (channel, external_id, agent, linked_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (channel, external_id) DO UPDATE SET agent = excluded.agent, linked_at = excluded.linked_at";
        self.exec(sql, &args![&identity.channel, &identity.external_id, identity.agent, identity.linked_at]).await?;
        Ok(())
    }

    /// Forgets who somebody on a staff chat is; false: nobody was known.
    pub async fn unlink_agent(&self, channel: &str, external_id: &str) -> Result<bool, DbError> {
        Ok(self.exec("DELETE FROM agent_identity WHERE channel = $1 AND external_id = $2", &args![channel, external_id]).await? > 0)
    }

    /// Notes that somebody gave a wrong code at `at`.
    pub async fn note_wrong_code(&self, channel: &str, external_id: &str, at: DateTime<Utc>) -> Result<(), DbError> {
        let sql = "INSERT INTO link_attempt (channel, external_id, tried_at) VALUES ($1, $2, $3)";
        self.exec(sql, &args![channel, external_id, at]).await?;
        Ok(())
    }

    /// How many wrong codes somebody gave since `since`; what everybody gave before that is forgotten.
    pub async fn wrong_codes(&self, channel: &str, external_id: &str, since: DateTime<Utc>) -> Result<i64, DbError> {
        self.exec("DELETE FROM link_attempt WHERE tried_at < $1", &args![since]).await?;
        let sql = "SELECT COUNT(*) FROM link_attempt WHERE channel = $1 AND external_id = $2";
        Ok(self.one(sql, &args![channel, external_id]).await?.as_mut().map(Row::next).transpose()?.unwrap_or(0))
    }
}
