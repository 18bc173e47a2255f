//! Tickets.

use bellhop_domain::{
    id::{ContactId, ConversationId, MessageId, TicketId},
    ticket::{Priority, Ticket, TicketStatus},
};

mod list;

#[cfg(test)]
pub(crate) use list::list;
pub use list::{LONGEST_SEARCH, Owner, TicketFilter, statuses};

use crate::{
    dialect::{Insert, Kind},
    error::DbError,
    reader::reading,
    sql::{Arg, Row, args, from_json, json},
    tx::Tx,
};

pub(crate) const COLUMNS: &str =
    "t.id, t.number, t.version, t.template, t.status, t.stage, t.priority, t.tier, t.region, t.department, t.owner, t.followers, t.category,
    t.fields, t.contact, t.conversations, t.messages, t.language, t.routing, t.resolved_at, t.created_at, t.updated_at,
    t.withdrawn_at, t.rating_asked_at, t.rating, t.merged_into, t.incident, t.template_version";

pub(crate) fn ticket(row: &mut Row) -> Result<Ticket, DbError> {
    Ok(Ticket {
        id: row.next()?,
        number: row.next()?,
        version: row.next()?,
        template: row.next()?,
        status: row.word(TicketStatus::parse)?,
        stage: row.next()?,
        priority: row.word(Priority::parse)?,
        tier: row.next()?,
        region: row.next()?,
        department: row.next()?,
        owner: row.next()?,
        followers: row.json()?,
        category: row.next()?,
        fields: row.json()?,
        contact: row.next()?,
        conversations: row.json()?,
        messages: row.json()?,
        language: row.next()?,
        routing: row.json()?,
        resolved_at: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
        withdrawn_at: row.next()?,
        rating_asked_at: row.next()?,
        rating: row.next::<Option<String>>()?.map(|rating| from_json(&rating)).transpose()?,
        merged_into: row.next()?,
        incident: row.next()?,
        template_version: row.next()?,
    })
}

fn rating(ticket: &Ticket) -> Result<Arg<'static>, DbError> {
    ticket.rating.as_ref().map_or(Ok(Arg::Text(None)), json)
}

/// The urgency turned round: both databases read an index from there on where all its columns go up.
fn calm(ticket: &Ticket) -> Arg<'static> {
    ticket.routing.urgency.saturating_neg().into()
}

pub(crate) const NEXT_NUMBER: &str = "UPDATE counter SET value = value + 1 WHERE name = $1 RETURNING value";

static OF_CONVERSATION: Insert =
    Insert::new("ticket_conversation", &[("conversation", Kind::Uuid), ("ticket", Kind::Uuid)], "ON CONFLICT (conversation, ticket) DO NOTHING");

reading! {
    /// The ticket with this number.
    pub async fn ticket(&self, number: i64) -> Result<Option<Ticket>, DbError> {
        self.one(format!("SELECT {COLUMNS} FROM ticket t WHERE t.number = $1"), &args![number]).await?.as_mut().map(ticket).transpose()
    }

    /// A ticket.
    pub async fn ticket_by_id(&self, id: TicketId) -> Result<Option<Ticket>, DbError> {
        self.one(format!("SELECT {COLUMNS} FROM ticket t WHERE t.id = $1"), &args![id]).await?.as_mut().map(ticket).transpose()
    }

    /// The tickets that refer to a conversation, in the order of their numbers; those that were taken back are left out.
    pub async fn tickets_of_conversation(&self, id: ConversationId) -> Result<Vec<Ticket>, DbError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM ticket_conversation r JOIN ticket t ON t.id = r.ticket WHERE r.conversation = $1 AND t.withdrawn_at IS NULL
             ORDER BY t.number"
        );
        self.all(sql, &args![id]).await?.iter_mut().map(ticket).collect()
    }

    /// How many of a customer's latest tickets there are in each status, up to `most` altogether; those that were taken back are left out.
    pub async fn latest_statuses(&self, contact: ContactId, most: u32) -> Result<Vec<(TicketStatus, u32)>, DbError> {
        let sql = "SELECT status, COUNT(*) FROM (SELECT t.status AS status FROM ticket t WHERE t.withdrawn_at IS NULL AND t.contact = $1
             ORDER BY t.updated_at DESC, t.id DESC LIMIT $2) AS latest GROUP BY status";
        let counted = |row: &mut Row| Ok((row.word(TicketStatus::parse)?, u32::try_from(row.next::<i64>()?).unwrap_or(u32::MAX)));
        self.all(sql, &args![contact, i64::from(most)]).await?.iter_mut().map(counted).collect()
    }

    /// The ticket that converting a conversation again would answer with: of this template and not closed.
    pub async fn open_ticket_for(&self, conversation: ConversationId, template: &str) -> Result<Option<Ticket>, DbError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM ticket_conversation r JOIN ticket t ON t.id = r.ticket
             WHERE r.conversation = $1 AND t.template = $2 AND t.status <> 'closed' ORDER BY t.number LIMIT 1"
        );
        self.one(sql, &args![conversation, template]).await?.as_mut().map(ticket).transpose()
    }

    /// The ticket that was made from just these messages of a conversation, and is not closed.
    pub async fn open_ticket_of_messages(&self, conversation: ConversationId, template: &str, messages: &[MessageId]) -> Result<Option<Ticket>, DbError> {
        let mut wanted = messages.to_vec();
        wanted.sort_unstable();
        let tickets = self.tickets_of_conversation(conversation).await?;
        Ok(tickets.into_iter().find(|ticket| {
            let mut of_ticket = ticket.messages.clone();
            of_ticket.sort_unstable();
            ticket.template == template && ticket.status != TicketStatus::Closed && of_ticket == wanted
        }))
    }
}

impl Tx {
    /// The next ticket number. One that is not used after all is given out again, if the transaction is rolled back.
    pub async fn next_ticket_number(&self) -> Result<i64, DbError> {
        let row = self.one(NEXT_NUMBER, &args!["ticket"]).await?;
        row.ok_or(DbError::unreadable("the counter of tickets"))?.next()
    }

    /// Keeps a new ticket.
    pub async fn insert_ticket(&self, ticket: &Ticket) -> Result<(), DbError> {
        let sql = "INSERT INTO ticket (id, number, version, template, status, stage, priority, tier, region, department, owner, followers, category, fields,
            contact, conversations, messages, language, routing, resolved_at, created_at, updated_at, withdrawn_at, rating_asked_at, rating, urgency, merged_into,
            incident, template_version, calm)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
            $27, $28, $29, $30)";
        let args = [
            ticket.id.into(),
            ticket.number.into(),
            ticket.version.into(),
            (&ticket.template).into(),
            ticket.status.as_str().into(),
            (&ticket.stage).into(),
            ticket.priority.as_str().into(),
            (&ticket.tier).into(),
            (&ticket.region).into(),
            (&ticket.department).into(),
            ticket.owner.into(),
            json(&ticket.followers)?,
            (&ticket.category).into(),
            json(&ticket.fields)?,
            ticket.contact.into(),
            json(&ticket.conversations)?,
            json(&ticket.messages)?,
            (&ticket.language).into(),
            json(&ticket.routing)?,
            ticket.resolved_at.into(),
            ticket.created_at.into(),
            ticket.updated_at.into(),
            ticket.withdrawn_at.into(),
            ticket.rating_asked_at.into(),
            rating(ticket)?,
            ticket.routing.urgency.into(),
            ticket.merged_into.into(),
            ticket.incident.into(),
            ticket.template_version.into(),
            calm(ticket),
        ];
        self.exec(sql, &args).await?;
        self.refer_to_conversations(ticket).await
    }

    /// Keeps a ticket if `ticket.version` is still the stored one, under the next version; false: somebody else changed it.
    pub async fn update_ticket(&self, ticket: &Ticket) -> Result<bool, DbError> {
        let sql =
            "UPDATE ticket SET version = version + 1, status = $1, stage = $2, priority = $3, tier = $4, region = $5, department = $6, owner = $7,
            followers = $8, category = $9, fields = $10, conversations = $11, messages = $12, language = $13, routing = $14, resolved_at = $15,
            updated_at = $16, withdrawn_at = $17, rating_asked_at = $18, rating = $19, urgency = $20, merged_into = $21,
            incident = $22, calm = $23 WHERE id = $24 AND version = $25";
        let args = [
            ticket.status.as_str().into(),
            (&ticket.stage).into(),
            ticket.priority.as_str().into(),
            (&ticket.tier).into(),
            (&ticket.region).into(),
            (&ticket.department).into(),
            ticket.owner.into(),
            json(&ticket.followers)?,
            (&ticket.category).into(),
            json(&ticket.fields)?,
            json(&ticket.conversations)?,
            json(&ticket.messages)?,
            (&ticket.language).into(),
            json(&ticket.routing)?,
            ticket.resolved_at.into(),
            ticket.updated_at.into(),
            ticket.withdrawn_at.into(),
            ticket.rating_asked_at.into(),
            rating(ticket)?,
            ticket.routing.urgency.into(),
            ticket.merged_into.into(),
            ticket.incident.into(),
            calm(ticket),
            ticket.id.into(),
            ticket.version.into(),
        ];
        if self.exec(sql, &args).await? == 0 {
            return Ok(false);
        }
        self.refer_to_conversations(ticket).await?;
        Ok(true)
    }

    async fn refer_to_conversations(&self, ticket: &Ticket) -> Result<(), DbError> {
        let rows = ticket.conversations.iter().map(|conversation| Vec::from(args![*conversation, ticket.id])).collect();
        self.insert(&OF_CONVERSATION, rows).await?;
        Ok(())
    }
}
