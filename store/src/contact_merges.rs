//! Records of people that became one.

use bellhop_domain::{
    contact::ContactMerge,
    id::{ContactId, ConversationId, TicketId},
};
use chrono::{DateTime, Utc};

use crate::{
    contacts::AddressKind,
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

/// An address that two people have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedAddress {
    /// The other one.
    pub contact: ContactId,
    /// Whether it is a mail address; a telephone number otherwise.
    pub is_email: bool,
    /// The address.
    pub value: String,
    /// Proven to belong to the one who was asked about.
    pub is_own_proven: bool,
    /// Proven to belong to the other one.
    pub is_other_proven: bool,
}

fn shared(row: &mut Row) -> Result<SharedAddress, DbError> {
    let (contact, kind): (ContactId, String) = (row.next()?, row.next()?);
    Ok(SharedAddress {
        contact,
        is_email: kind == AddressKind::Email.as_str(),
        value: row.next()?,
        is_own_proven: row.next()?,
        is_other_proven: row.next()?,
    })
}

reading! {
    /// How a record was joined into another one the last time.
    pub async fn contact_merge(&self, other: ContactId) -> Result<Option<ContactMerge>, DbError> {
        let sql = "SELECT other, contact, at, by_actor, reason, before, undone_at FROM contact_merge WHERE other = $1";
        self.one(sql, &args![other]).await?.as_mut().map(merge).transpose()
    }

    /// The records that were joined into this one and are not parted again, the last first.
    pub async fn joined_into(&self, contact: ContactId, limit: u32) -> Result<Vec<ContactMerge>, DbError> {
        let sql = "SELECT other, contact, at, by_actor, reason, before, undone_at FROM contact_merge
            WHERE contact = $1 AND undone_at IS NULL ORDER BY at DESC, other LIMIT $2";
        self.all(sql, &args![contact, i64::from(limit)]).await?.iter_mut().map(merge).collect()
    }

    /// Other people with one of a person's addresses: who, the kind, and whether it is proven to be theirs and this person's. Those known longest first.
    pub async fn contacts_sharing_addresses(&self, contact: ContactId, limit: u32) -> Result<Vec<SharedAddress>, DbError> {
        let sql = "SELECT DISTINCT o.contact, o.kind, o.value, m.verified, o.verified, k.created_at FROM contact_address m
            JOIN contact_address o ON o.kind = m.kind AND o.value = m.value AND o.contact <> m.contact
            JOIN contact k ON k.id = o.contact
            WHERE m.contact = $1 AND k.erased_at IS NULL ORDER BY k.created_at, o.contact, o.kind, o.value LIMIT $2";
        self.all(sql, &args![contact, i64::from(limit)]).await?.iter_mut().map(shared).collect()
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
