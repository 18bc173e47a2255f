//! Conversations.

use bellhop_domain::{
    conversation::{Conversation, ConversationStatus},
    id::{AgentId, ContactId, ConversationId},
};
use chrono::{DateTime, Utc};

use crate::{
    dialect::contains_pattern,
    error::DbError,
    page::{Conditions, Cursor, Page},
    reader::{Reader, reading},
    sql::{Arg, Row, args, from_json, json},
    tx::Tx,
};

/// Which conversations to list.
#[derive(Debug, Clone, Default)]
pub struct ConversationFilter {
    /// In this state.
    pub status: Option<ConversationStatus>,
    /// On this channel.
    pub channel: Option<String>,
    /// This agent has it.
    pub assignee: Option<AgentId>,
    /// In this department's queue.
    pub department: Option<String>,
    /// This person's.
    pub contact: Option<ContactId>,
    /// Part of what was said, or of the contact's name, in any case.
    pub q: Option<String>,
}

pub(crate) const COLUMNS: &str =
    "c.id, c.version, c.thread, c.channel, c.external_thread, c.contact, c.status, c.assignee, c.department, c.language, c.category,
    c.tags, c.dialogue, c.queued_at, c.snoozed_until, c.resolved_at, c.created_at, c.updated_at, c.routing, c.proposed";

/// How many columns [`COLUMNS`] are.
const WIDTH: usize = 20;

pub(crate) fn conversation(row: &mut Row) -> Result<Conversation, DbError> {
    if_any(row)?.ok_or(DbError::unreadable("a conversation"))
}

/// Of an outer join.
pub(crate) fn if_any(row: &mut Row) -> Result<Option<Conversation>, DbError> {
    let Some(id) = row.next::<Option<ConversationId>>()? else {
        row.skip(WIDTH - 1);
        return Ok(None);
    };
    Ok(Some(Conversation {
        id,
        version: row.next()?,
        thread: row.next()?,
        channel: row.next()?,
        external_thread: row.next()?,
        contact: row.next()?,
        status: row.word(ConversationStatus::parse)?,
        assignee: row.next()?,
        department: row.next()?,
        language: row.next()?,
        category: row.next()?,
        tags: row.json()?,
        dialogue: from_json(&row.next::<String>()?)?,
        queued_at: row.next()?,
        snoozed_until: row.next()?,
        resolved_at: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
        routing: row.next::<Option<String>>()?.map(|routing| from_json(&routing)).transpose()?,
        proposed: row.next::<Option<String>>()?.map(|proposed| from_json(&proposed)).transpose()?,
    }))
}

fn routing(conversation: &Conversation) -> Result<Arg<'static>, DbError> {
    conversation.routing.as_ref().map_or(Ok(Arg::Text(None)), json)
}

fn proposed(conversation: &Conversation) -> Result<Arg<'static>, DbError> {
    conversation.proposed.as_ref().map_or(Ok(Arg::Text(None)), json)
}

fn proposed_category(conversation: &Conversation) -> Arg<'static> {
    Arg::Text(conversation.proposed.as_ref().map(|proposed| proposed.category.clone().into()))
}

fn urgency(conversation: &Conversation) -> Arg<'static> {
    conversation.routing.as_ref().map_or(0, |routing| routing.urgency).into()
}

reading! {
    /// A conversation.
    pub async fn conversation(&self, id: ConversationId) -> Result<Option<Conversation>, DbError> {
        self.one(format!("SELECT {COLUMNS} FROM conversation c WHERE c.id = $1"), &args![id]).await?.as_mut().map(conversation).transpose()
    }

    /// Who waits for a person, in a department or in all, the longest first.
    pub async fn queue(&self, department: Option<&str>) -> Result<Vec<(ConversationId, DateTime<Utc>)>, DbError> {
        let sql = "SELECT id, queued_at FROM conversation WHERE status = 'queued' AND queued_at IS NOT NULL AND ($1 IS NULL OR department = $1)
            ORDER BY queued_at, id";
        self.all(sql, &args![department]).await?.iter_mut().map(|row| Ok((row.next()?, row.next()?))).collect()
    }

    /// A conversation's place among those that wait for the same department, the most urgent first, from 1; nothing if it does not wait.
    pub async fn queue_position(&self, conversation: ConversationId) -> Result<Option<u64>, DbError> {
        let sql = "SELECT (SELECT COUNT(*) FROM conversation o WHERE o.status = 'queued' AND COALESCE(o.department, '') = COALESCE(c.department, '')
                AND (o.urgency > c.urgency OR (o.urgency = c.urgency
                    AND (o.queued_at < c.queued_at OR (o.queued_at = c.queued_at AND o.id <= c.id)))))
            FROM conversation c WHERE c.id = $1 AND c.status = 'queued'";
        Ok(self.all(sql, &args![conversation]).await?.first_mut().map(Row::next::<i64>).transpose()?.map(i64::unsigned_abs))
    }

    /// How many open conversations an agent has.
    pub async fn open_conversations_of(&self, agent: AgentId) -> Result<u64, DbError> {
        let sql = "SELECT COUNT(*) FROM conversation WHERE assignee = $1 AND status = 'open'";
        Ok(self.one(sql, &args![agent]).await?.as_mut().map(Row::next::<i64>).transpose()?.unwrap_or(0).unsigned_abs())
    }
}

/// The statement that lists conversations.
pub(crate) fn list(filter: &ConversationFilter, cursor: Option<Cursor>, limit: u32) -> (String, Vec<Arg<'_>>) {
    let mut conditions = Conditions::new(&format!("SELECT {COLUMNS} FROM conversation c"));
    if let Some(status) = filter.status {
        // Spelled out: only so do the indexes of single states apply.
        conditions.and(&format!("c.status = '{}'", status.as_str()));
    }
    conditions.equals("c.channel", filter.channel.as_deref());
    conditions.equals("c.assignee", filter.assignee.map(|id| id.0));
    conditions.equals("c.department", filter.department.as_deref());
    conditions.equals("c.contact", filter.contact.map(|id| id.0));
    if let Some(q) = filter.q.as_deref().filter(|q| !q.trim().is_empty()) {
        let place = conditions.place(contains_pattern(q.trim()));
        conditions.and(&format!(
            "(EXISTS (SELECT 1 FROM message m WHERE m.conversation = c.id AND LOWER(m.text) LIKE {place} ESCAPE '\\')
             OR EXISTS (SELECT 1 FROM contact k WHERE k.id = c.contact AND LOWER(k.name) LIKE {place} ESCAPE '\\'))"
        ));
    }
    conditions.newest_first("c.updated_at", "c.id", cursor, limit)
}

impl Reader {
    /// Conversations, the ones that changed last first.
    pub async fn conversations(&self, filter: &ConversationFilter, cursor: Option<Cursor>, limit: u32) -> Result<Page<Conversation>, DbError> {
        let (sql, args) = list(filter, cursor, limit);
        Page::read(self.all(sql, &args).await?, limit, |row| {
            let conversation = conversation(row)?;
            Ok((Cursor { place: conversation.updated_at.timestamp_micros(), id: conversation.id.0 }, conversation))
        })
    }

    /// A person's conversations, the ones that changed last first.
    pub async fn contact_conversations(&self, contact: ContactId, cursor: Option<Cursor>, limit: u32) -> Result<Page<Conversation>, DbError> {
        self.conversations(&ConversationFilter { contact: Some(contact), ..ConversationFilter::default() }, cursor, limit).await
    }
}

impl Tx {
    /// Keeps a new conversation.
    pub async fn insert_conversation(&self, conversation: &Conversation) -> Result<(), DbError> {
        let sql = "INSERT INTO conversation (id, version, thread, channel, external_thread, contact, status, assignee, department, language, category, tags,
            dialogue, queued_at, snoozed_until, resolved_at, created_at, updated_at, routing, urgency, proposed, proposed_category)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";
        let args = [
            conversation.id.into(),
            conversation.version.into(),
            conversation.thread.into(),
            (&conversation.channel).into(),
            (&conversation.external_thread).into(),
            conversation.contact.into(),
            conversation.status.as_str().into(),
            conversation.assignee.into(),
            (&conversation.department).into(),
            (&conversation.language).into(),
            (&conversation.category).into(),
            json(&conversation.tags)?,
            json(&conversation.dialogue)?,
            conversation.queued_at.into(),
            conversation.snoozed_until.into(),
            conversation.resolved_at.into(),
            conversation.created_at.into(),
            conversation.updated_at.into(),
            routing(conversation)?,
            urgency(conversation),
            proposed(conversation)?,
            proposed_category(conversation),
        ];
        self.exec(sql, &args).await?;
        Ok(())
    }

    /// Keeps a conversation if `conversation.version` is still the stored one, under the next version; false: somebody else changed it.
    pub async fn update_conversation(&self, conversation: &Conversation) -> Result<bool, DbError> {
        let sql =
            "UPDATE conversation SET version = version + 1, status = $1, assignee = $2, department = $3, language = $4, category = $5, tags = $6,
            dialogue = $7, queued_at = $8, snoozed_until = $9, resolved_at = $10, updated_at = $11, routing = $12, urgency = $13,
            proposed = $14, proposed_category = $15 WHERE id = $16 AND version = $17";
        let args = [
            conversation.status.as_str().into(),
            conversation.assignee.into(),
            (&conversation.department).into(),
            (&conversation.language).into(),
            (&conversation.category).into(),
            json(&conversation.tags)?,
            json(&conversation.dialogue)?,
            conversation.queued_at.into(),
            conversation.snoozed_until.into(),
            conversation.resolved_at.into(),
            conversation.updated_at.into(),
            routing(conversation)?,
            urgency(conversation),
            proposed(conversation)?,
            proposed_category(conversation),
            conversation.id.into(),
            conversation.version.into(),
        ];
        Ok(self.exec(sql, &args).await? > 0)
    }
}
