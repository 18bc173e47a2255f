//! How tickets stand to each other, and which became one.

use bellhop_domain::{
    id::{ConversationId, TicketId},
    ticket::{Merge, Relation, Ticket, TicketLink},
};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args, json},
    tickets::{COLUMNS, ticket},
    tx::Tx,
};

/// Tickets read of one that stands to many.
const MOST: i64 = 2000;
/// Parents of parents that are followed: deeper trees are refused.
const DEEPEST: usize = 50;

fn merge(row: &mut Row) -> Result<Merge, DbError> {
    Ok(Merge { ticket: row.next()?, into: row.next()?, at: row.next()?, before: row.json()?, told: row.next()?, undone_at: row.next()? })
}

fn linked(row: &mut Row) -> Result<(Relation, Ticket), DbError> {
    let relation = row.word(Relation::parse)?;
    Ok((relation, ticket(row)?))
}

reading! {
    /// The tickets that a ticket stands to, with how it does, in the order of their numbers; those that were taken back are left out.
    pub async fn links_of_ticket(&self, id: TicketId) -> Result<Vec<(Relation, Ticket)>, DbError> {
        let sql = format!(
            "SELECT l.relation, {COLUMNS} FROM ticket_link l JOIN ticket t ON t.id = l.other WHERE l.ticket = $1 AND t.withdrawn_at IS NULL
             ORDER BY t.number LIMIT {MOST}"
        );
        let mut all: Vec<(Relation, Ticket)> = self.all(sql, &args![id]).await?.iter_mut().map(linked).collect::<Result<_, _>>()?;
        let sql = format!(
            "SELECT l.relation, {COLUMNS} FROM ticket_link l JOIN ticket t ON t.id = l.ticket WHERE l.other = $1 AND t.withdrawn_at IS NULL
             ORDER BY t.number LIMIT {MOST}"
        );
        for row in &mut self.all(sql, &args![id]).await? {
            let (relation, ticket) = linked(row)?;
            all.push((relation.inverse(), ticket));
        }
        all.sort_by_key(|(relation, ticket)| (*relation, ticket.number));
        Ok(all)
    }

    /// The children of a ticket, in the order of their numbers.
    pub async fn children_of_ticket(&self, id: TicketId) -> Result<Vec<Ticket>, DbError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM ticket_link l JOIN ticket t ON t.id = l.ticket
             WHERE l.other = $1 AND l.relation = 'child_of' AND t.withdrawn_at IS NULL ORDER BY t.number"
        );
        self.all(sql, &args![id]).await?.iter_mut().map(ticket).collect()
    }

    /// The ticket of which another one is a child.
    pub async fn parent_of_ticket(&self, id: TicketId) -> Result<Option<Ticket>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM ticket_link l JOIN ticket t ON t.id = l.other WHERE l.ticket = $1 AND l.relation = 'child_of'");
        self.one(sql, &args![id]).await?.as_mut().map(ticket).transpose()
    }

    /// Whether `ticket` is `other`, or a child of it, or a child of its children.
    pub async fn is_below(&self, ticket: TicketId, other: TicketId) -> Result<bool, DbError> {
        let mut at = ticket;
        for _ in 0..DEEPEST {
            if at == other {
                return Ok(true);
            }
            let above = self.one("SELECT other FROM ticket_link WHERE ticket = $1 AND relation = 'child_of'", &args![at]).await?;
            match above {
                Some(mut row) => at = row.next()?,
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// The tickets that were merged into this one, and into those, in the order of their numbers.
    pub async fn tickets_merged_into(&self, number: i64) -> Result<Vec<Ticket>, DbError> {
        let sql = format!(
            "WITH RECURSIVE part (number) AS (
                SELECT p.number FROM ticket p WHERE p.merged_into = $1 UNION SELECT q.number FROM ticket q JOIN part ON q.merged_into = part.number)
             SELECT {COLUMNS} FROM ticket t JOIN part ON t.number = part.number ORDER BY t.number LIMIT {MOST}"
        );
        self.all(sql, &args![number]).await?.iter_mut().map(ticket).collect()
    }

    /// The ticket in which a ticket goes on: itself, unless it was merged.
    pub async fn ticket_going_on(&self, mut going: Ticket) -> Result<Ticket, DbError> {
        while let Some(number) = going.merged_into {
            match self.ticket(number).await? {
                Some(next) => going = next,
                None => break,
            }
        }
        Ok(going)
    }

    /// How a ticket was merged the last time.
    pub async fn merge_of_ticket(&self, id: TicketId) -> Result<Option<Merge>, DbError> {
        let sql = "SELECT ticket, into_ticket, at, before, told, undone_at FROM ticket_merge WHERE ticket = $1";
        self.one(sql, &args![id]).await?.as_mut().map(merge).transpose()
    }
}

impl Tx {
    /// Keeps a relation; false: it would make a circle, or a second parent. One that is there already stays.
    pub async fn add_ticket_link(&self, link: &TicketLink) -> Result<bool, DbError> {
        if link.relation == Relation::ChildOf {
            // One after the other: two relations at once could close a circle that neither of them sees.
            self.exec("UPDATE counter SET value = value + 1 WHERE name = $1", &args!["link"]).await?;
            let parent = self.one("SELECT other FROM ticket_link WHERE ticket = $1 AND relation = 'child_of'", &args![link.ticket]).await?;
            if let Some(mut row) = parent {
                return Ok(row.next::<TicketId>()? == link.other);
            }
            if self.is_below(link.other, link.ticket).await? {
                return Ok(false);
            }
        }
        let sql = "INSERT INTO ticket_link (ticket, relation, other, at) VALUES ($1, $2, $3, $4) ON CONFLICT (ticket, relation, other) DO NOTHING";
        self.exec(sql, &args![link.ticket, link.relation.as_str(), link.other, link.at]).await?;
        Ok(true)
    }

    /// Ends a relation; false: there was none.
    pub async fn remove_ticket_link(&self, link: &TicketLink) -> Result<bool, DbError> {
        let sql = "DELETE FROM ticket_link WHERE ticket = $1 AND relation = $2 AND other = $3";
        Ok(self.exec(sql, &args![link.ticket, link.relation.as_str(), link.other]).await? > 0)
    }

    /// Writes down how a ticket was merged, or that it was undone.
    pub async fn keep_merge(&self, merge: &Merge) -> Result<(), DbError> {
        let sql = "INSERT INTO ticket_merge (ticket, into_ticket, at, before, told, undone_at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (ticket) DO UPDATE SET into_ticket = excluded.into_ticket, at = excluded.at, before = excluded.before, told = excluded.told,
            undone_at = excluded.undone_at";
        let args = [merge.ticket.into(), merge.into.into(), merge.at.into(), json(&merge.before)?, merge.told.into(), merge.undone_at.into()];
        self.exec(sql, &args).await?;
        Ok(())
    }

    /// A ticket does not refer to these conversations any more.
    pub async fn forget_conversations(&self, ticket: TicketId, conversations: &[ConversationId]) -> Result<(), DbError> {
        for conversation in conversations {
            self.exec("DELETE FROM ticket_conversation WHERE conversation = $1 AND ticket = $2", &args![*conversation, ticket]).await?;
        }
        Ok(())
    }
}
