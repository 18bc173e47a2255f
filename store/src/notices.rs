//! What agents are told of.

use bellhop_domain::{
    id::{AgentId, ContactId, ConversationId, NoticeId, TicketId},
    notice::{Notice, NoticeKinds},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    error::DbError,
    page::{Cursor, Page},
    reader::Reader,
    sql::{Row, args, from_json},
    tx::Tx,
};

const COLUMNS: &str = "n.id, n.agent, n.ticket, n.conversation, n.kinds, n.doer, n.times, n.at, n.read_at";
/// Unread ones are counted up to this.
pub const MOST_COUNTED: i64 = 100;

/// What somebody is told of, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What they are told of.
    pub notice: Notice,
    /// Number and template of the ticket.
    pub ticket: Option<(i64, String)>,
    /// Whose ticket or conversation it is.
    pub contact: Option<ContactId>,
}

/// Which of the notices of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// This one.
    One(NoticeId),
    /// Those about a ticket.
    Ticket(TicketId),
    /// Those about a conversation, or about a ticket to which something happened there.
    Conversation(ConversationId),
}

fn listed(row: &mut Row) -> Result<(Cursor, Listed), DbError> {
    let notice = Notice {
        id: row.next()?,
        agent: row.next()?,
        ticket: row.next()?,
        conversation: row.next()?,
        kinds: NoticeKinds(row.next()?),
        doer: row.next()?,
        times: row.next()?,
        at: row.next()?,
        read_at: row.next()?,
    };
    let (number, template): (Option<i64>, Option<String>) = (row.next()?, row.next()?);
    let cursor = Cursor { place: notice.at.timestamp_micros(), id: notice.id.0 };
    Ok((cursor, Listed { notice, ticket: number.zip(template), contact: row.next()? }))
}

impl Reader {
    /// What an agent was told of, the newest first; or only what they did not read yet.
    pub async fn notices(&self, agent: AgentId, unread: bool, cursor: Option<Cursor>, limit: u32) -> Result<Page<Listed>, DbError> {
        let (before, id) = cursor.map_or((i64::MAX, Uuid::max()), |cursor| (cursor.place, cursor.id));
        let unread = if unread { " AND n.read_at IS NULL" } else { "" };
        let sql = format!(
            "SELECT {COLUMNS}, t.number, t.template, COALESCE(t.contact, c.contact) FROM notice n LEFT JOIN ticket t ON t.id = n.ticket
             LEFT JOIN conversation c ON c.id = n.conversation WHERE n.agent = $1 AND (n.at, n.id) < ($2, $3){unread} ORDER BY n.at DESC, n.id DESC LIMIT $4"
        );
        Page::read(self.all(sql, &args![agent, before, id, i64::from(limit) + 1]).await?, limit, listed)
    }

    /// How many an agent did not read yet, counted up to [`MOST_COUNTED`].
    pub async fn unread_notices(&self, agent: AgentId) -> Result<i64, DbError> {
        let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM notice WHERE agent = $1 AND read_at IS NULL LIMIT $2) AS unread";
        self.one(sql, &args![agent, MOST_COUNTED]).await?.ok_or(DbError::unreadable("a count of notices"))?.next()
    }
}

impl Tx {
    /// Who follows a ticket.
    pub async fn followers(&self, ticket: TicketId) -> Result<Vec<AgentId>, DbError> {
        let row = self.one("SELECT followers FROM ticket WHERE id = $1", &args![ticket]).await?;
        let Some(mut row) = row else { return Ok(Vec::new()) };
        let followers: String = row.next()?;
        from_json(&followers)
    }

    /// Tells somebody of something; where they did not read yet what they were told of the same ticket, it is added to that.
    pub async fn tell_agent(&self, notice: &Notice) -> Result<(), DbError> {
        let about = notice.ticket.map(|id| id.0).or(notice.conversation.map(|id| id.0)).unwrap_or(notice.id.0);
        let sql = "INSERT INTO notice (id, agent, about, ticket, conversation, kinds, doer, times, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (agent, about) WHERE read_at IS NULL DO UPDATE SET kinds = notice.kinds | excluded.kinds, doer = excluded.doer,
            times = notice.times + excluded.times, at = excluded.at, conversation = COALESCE(excluded.conversation, notice.conversation)";
        let Notice { id, agent, ticket, conversation, kinds, doer, times, at, .. } = notice;
        self.exec(sql, &args![*id, *agent, about, *ticket, *conversation, kinds.0, *doer, *times, *at]).await?;
        Ok(())
    }

    /// Notes that an agent has read some of what they were told; answers how much of it was new.
    pub async fn read_notices(&self, agent: AgentId, which: Which, at: DateTime<Utc>) -> Result<u64, DbError> {
        let sql = "UPDATE notice SET read_at = $1 WHERE agent = $2 AND read_at IS NULL";
        match which {
            Which::All => self.exec(sql, &args![at, agent]).await,
            Which::One(id) => self.exec(format!("{sql} AND id = $3"), &args![at, agent, id]).await,
            Which::Ticket(id) => self.exec(format!("{sql} AND ticket = $3"), &args![at, agent, id]).await,
            Which::Conversation(id) => self.exec(format!("{sql} AND conversation = $3"), &args![at, agent, id]).await,
        }
    }

    /// Forgets what happened last before `at`, read or not.
    pub async fn forget_notices(&self, at: DateTime<Utc>) -> Result<u64, DbError> {
        self.exec("DELETE FROM notice WHERE at < $1", &args![at]).await
    }
}
