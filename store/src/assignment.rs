//! What waits for people, what they have, and giving one to the other.

use bellhop_domain::{
    assignment::WorkKind,
    id::{AgentId, ContactId, ConversationId, TicketId},
};
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args},
    tx::Tx,
};

/// Something that waits for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting<I> {
    /// Which.
    pub id: I,
    /// Its place in line: the highest first.
    pub urgency: i64,
    /// Since when it waits: among equals the longest first.
    pub since: DateTime<Utc>,
}

/// An agent's place for a piece of work, taken when it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Whose.
    pub agent: AgentId,
    /// For what.
    pub kind: WorkKind,
    /// How many they take at once; for conversations what they said last comes before it.
    pub most: u32,
    /// When.
    pub at: DateTime<Utc>,
}

pub(crate) const CHATS_IN_LINE: &str =
    "SELECT id, urgency, COALESCE(queued_at, updated_at) FROM conversation WHERE status = 'queued' AND department = $1
     ORDER BY urgency DESC, queued_at, id LIMIT $2";
pub(crate) const TICKETS_IN_LINE: &str =
    "SELECT id, urgency, created_at FROM ticket WHERE owner IS NULL AND status IN ('new', 'open') AND department = $1
     ORDER BY urgency DESC, created_at, id LIMIT $2";
pub(crate) const CHAT_LOADS: &str = "SELECT assignee, COUNT(*) FROM conversation WHERE status = 'open' AND assignee IS NOT NULL GROUP BY assignee";
pub(crate) const TICKET_LOADS: &str = "SELECT owner, tickets FROM (SELECT a.id AS owner,
        (SELECT COUNT(*) FROM ticket t WHERE t.owner = a.id AND t.status IN ('new', 'open')) AS tickets FROM agent a) AS loads
    WHERE tickets > 0";

fn count(row: &mut Row) -> Result<(AgentId, u32), DbError> {
    Ok((row.next()?, u32::try_from(row.next::<i64>()?).unwrap_or(u32::MAX)))
}

reading! {
    /// Conversations that wait in a department, in their order.
    pub async fn chats_in_line(&self, department: &str, limit: u32) -> Result<Vec<Waiting<ConversationId>>, DbError> {
        let waiting = |row: &mut Row| Ok(Waiting { id: row.next()?, urgency: row.next()?, since: row.next()? });
        self.all(CHATS_IN_LINE, &args![department, i64::from(limit)]).await?.iter_mut().map(waiting).collect()
    }

    /// Tickets that wait for an owner in a department, in their order.
    pub async fn tickets_in_line(&self, department: &str, limit: u32) -> Result<Vec<Waiting<TicketId>>, DbError> {
        let waiting = |row: &mut Row| Ok(Waiting { id: row.next()?, urgency: row.next()?, since: row.next()? });
        self.all(TICKETS_IN_LINE, &args![department, i64::from(limit)]).await?.iter_mut().map(waiting).collect()
    }

    /// How many open conversations everybody has who has one.
    pub async fn chat_loads(&self) -> Result<Vec<(AgentId, u32)>, DbError> {
        self.all(CHAT_LOADS, &[]).await?.iter_mut().map(count).collect()
    }

    /// How many tickets everybody works on who has one; what waits for the customer or somebody outside does not count.
    pub async fn ticket_loads(&self) -> Result<Vec<(AgentId, u32)>, DbError> {
        self.all(TICKET_LOADS, &[]).await?.iter_mut().map(count).collect()
    }

    /// An agent's open conversations in a department, in no order.
    pub async fn chats_of(&self, agent: AgentId, department: &str, limit: u32) -> Result<Vec<ConversationId>, DbError> {
        let sql = "SELECT id FROM conversation WHERE status = 'open' AND assignee = $1 AND department = $2 LIMIT $3";
        self.all(sql, &args![agent, department, i64::from(limit)]).await?.iter_mut().map(Row::next).collect()
    }

    /// The numbers of the tickets that an agent works on in a department, in no order.
    pub async fn tickets_of(&self, agent: AgentId, department: &str, limit: u32) -> Result<Vec<i64>, DbError> {
        let sql = "SELECT number FROM ticket WHERE owner = $1 AND status IN ('new', 'open') AND department = $2 LIMIT $3";
        self.all(sql, &args![agent, department, i64::from(limit)]).await?.iter_mut().map(Row::next).collect()
    }

    /// Who had this customer last, in another conversation than this one.
    pub async fn previous_agent(&self, contact: ContactId, except: Option<ConversationId>) -> Result<Option<AgentId>, DbError> {
        let sql = "SELECT assignee FROM conversation WHERE assignee IS NOT NULL AND contact = $1 AND id <> $2 ORDER BY updated_at DESC LIMIT 1";
        let except = except.unwrap_or(ConversationId(uuid::Uuid::nil()));
        self.one(sql, &args![contact, except]).await?.as_mut().map(Row::next).transpose()
    }
}

impl Tx {
    /// Takes a place of an agent's, after the work was written as theirs; false: they are not there any more, or have too much.
    ///
    /// Two claims on one agent wait for each other, so that both see what the other took.
    pub async fn claim_agent(&self, claim: &Claim) -> Result<bool, DbError> {
        let sql = "UPDATE agent_presence SET assigned_at = $1 WHERE agent = $2 AND presence = 'online'
            AND EXISTS (SELECT 1 FROM agent a WHERE a.id = agent_presence.agent AND NOT a.disabled) RETURNING capacity";
        let Some(mut row) = self.one(sql, &args![claim.at, claim.agent]).await? else { return Ok(false) };
        let said: Option<i64> = row.next()?;
        let (sql, most) = match claim.kind {
            WorkKind::Chat => ("SELECT COUNT(*) FROM conversation WHERE status = 'open' AND assignee = $1", said.unwrap_or(i64::from(claim.most))),
            WorkKind::Ticket => {
                ("SELECT COUNT(*) FROM ticket WHERE owner IS NOT NULL AND status NOT IN ('waiting_customer', 'waiting_third_party', 'resolved', 'closed')
                 AND owner = $1", i64::from(claim.most))
            }
        };
        let has: i64 = self.one(sql, &args![claim.agent]).await?.as_mut().map(Row::next).transpose()?.unwrap_or(0);
        Ok(has <= most)
    }
}
