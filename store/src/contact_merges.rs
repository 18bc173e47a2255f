//! Records of people that became one.

use bellhop_domain::{
    contact::ContactMerge,
    id::{ContactId, ConversationId, TicketId},
};
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args, json},
    tx::Tx,
};

fn merge(row: &mut Row) -> Result<ContactMerge, DbError> {
    Ok(ContactMerge {
        other: row.next()?,
        contact: row.next()?,
        at: row.next()?,
        by: row.json()?,
        reason: row.next()?,
        before: row.json()?,
        undone_at: row.next()?,
    })
}

reading! {
    /// How a record was joined into another one the last time.
    pub async fn contact_merge(&self, other: ContactId) -> Result<Option<ContactMerge>, DbError> {
        let sql = "SELECT other, contact, at, by_actor, reason, before, undone_at FROM contact_merge WHERE other = $1";
        self.one(sql, &args![other]).await?.as_mut().map(merge).transpose()
    }

    /// The conversations of a person.
    pub async fn conversation_ids_of(&self, id: ContactId) -> Result<Vec<ConversationId>, DbError> {
        self.all("SELECT id FROM conversation WHERE contact = $1 ORDER BY id", &args![id]).await?.iter_mut().map(Row::next).collect()
    }

    /// The tickets of a person.
    pub async fn ticket_ids_of(&self, id: ContactId) -> Result<Vec<TicketId>, DbError> {
        self.all("SELECT id FROM ticket WHERE contact = $1 ORDER BY id", &args![id]).await?.iter_mut().map(Row::next).collect()
    }
}

impl Tx {
    /// Writes down how two records became one.
    pub async fn keep_contact_merge(&self, merge: &ContactMerge) -> Result<(), DbError> {
        let sql = "INSERT INTO contact_merge (other, contact, at, by_actor, reason, before, undone_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (other) DO UPDATE SET contact = excluded.contact, at = excluded.at, by_actor = excluded.by_actor, reason = excluded.reason,
            before = excluded.before, undone_at = excluded.undone_at";
        let args = [
            merge.other.into(),
            merge.contact.into(),
            merge.at.into(),
            json(&merge.by)?,
            (&merge.reason).into(),
            json(&merge.before)?,
            merge.undone_at.into(),
        ];
        self.exec(sql, &args).await?;
        Ok(())
    }

    /// Puts the record that went back, with everything that belonged to it and is still there, and with what came in its threads since.
    pub async fn part_contacts(&self, merge: &ContactMerge, at: DateTime<Utc>) -> Result<(), DbError> {
        let (other, stayed, before) = (merge.other, merge.contact, &merge.before);
        self.insert_contact(&before.other).await?;
        for (channel, external_id) in &before.identities {
            let sql = "UPDATE identity SET contact = $1 WHERE channel = $2 AND external_id = $3 AND contact = $4";
            self.exec(sql, &args![other, channel, external_id, stayed]).await?;
        }
        for thread in &before.threads {
            self.exec("UPDATE thread SET contact = $1 WHERE id = $2 AND contact = $3", &args![other, *thread, stayed]).await?;
            let sql = "UPDATE conversation SET contact = $1, version = version + 1, updated_at = $2 WHERE thread = $3 AND contact = $4 AND created_at >= $5";
            self.exec(sql, &args![other, at, *thread, stayed, merge.at]).await?;
        }
        for conversation in &before.conversations {
            let sql = "UPDATE conversation SET contact = $1, version = version + 1, updated_at = $2 WHERE id = $3 AND contact = $4";
            self.exec(sql, &args![other, at, *conversation, stayed]).await?;
        }
        let theirs = self.conversation_ids_of(other).await?;
        let sql = "SELECT id, conversations FROM ticket WHERE contact = $1 AND created_at >= $2";
        let mut tickets = before.tickets.clone();
        for mut row in self.all(sql, &args![stayed, merge.at]).await? {
            let (ticket, conversations): (TicketId, Vec<ConversationId>) = (row.next()?, row.json()?);
            if conversations.first().is_some_and(|origin| theirs.contains(origin)) {
                tickets.push(ticket);
            }
        }
        for ticket in tickets {
            let sql = "UPDATE ticket SET contact = $1, version = version + 1, updated_at = $2 WHERE id = $3 AND contact = $4";
            self.exec(sql, &args![other, at, ticket, stayed]).await?;
        }
        self.exec("UPDATE contact_merge SET undone_at = $1 WHERE other = $2", &args![at, other]).await?;
        Ok(())
    }
}
