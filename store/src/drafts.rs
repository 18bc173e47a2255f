//! What agents have begun to write and not sent.

use bellhop_domain::id::{AgentId, ConversationId};
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args},
    tx::Tx,
};

/// What somebody has begun to write in a conversation.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// Who.
    pub agent: AgentId,
    /// Where.
    pub conversation: ConversationId,
    /// For colleagues only.
    pub internal: bool,
    /// The words so far.
    pub text: String,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

fn draft(row: &mut Row) -> Result<Draft, DbError> {
    Ok(Draft { agent: row.next()?, conversation: row.next()?, internal: row.next()?, text: row.next()?, updated_at: row.next()? })
}

reading! {
    /// What an agent has begun to write in a conversation.
    pub async fn draft(&self, agent: AgentId, conversation: ConversationId) -> Result<Option<Draft>, DbError> {
        let sql = "SELECT agent, conversation, internal, text, updated_at FROM draft WHERE agent = $1 AND conversation = $2";
        self.one(sql, &args![agent, conversation]).await?.as_mut().map(draft).transpose()
    }
}

impl Tx {
    /// Keeps what somebody has begun to write, in place of what they had before; nothing is kept of an empty one.
    pub async fn keep_draft(&self, draft: &Draft) -> Result<(), DbError> {
        if draft.text.trim().is_empty() {
            self.exec("DELETE FROM draft WHERE agent = $1 AND conversation = $2", &args![draft.agent, draft.conversation]).await?;
            return Ok(());
        }
        let sql = "INSERT INTO draft (agent, conversation, internal, text, updated_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (agent, conversation) DO UPDATE SET internal = $3, text = $4, updated_at = $5";
        self.exec(sql, &args![draft.agent, draft.conversation, draft.internal, &draft.text, draft.updated_at]).await?;
        Ok(())
    }
}
