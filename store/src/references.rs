//! What tickets refer to in other systems.

use bellhop_domain::{
    id::{ReferenceId, TicketId},
    reference::Reference,
};
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args},
    tx::Tx,
};

const COLUMNS: &str = "id, version, ticket, system, external_id, url, state, state_at, sequence, created_at, updated_at";
/// Tickets that one case may concern.
const MOST: usize = 100;

fn reference(row: &mut Row) -> Result<Reference, DbError> {
    Ok(Reference {
        id: row.next()?,
        version: row.next()?,
        ticket: row.next()?,
        system: row.next()?,
        external_id: row.next()?,
        url: row.next()?,
        state: row.next()?,
        state_at: row.next()?,
        sequence: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}

reading! {
    /// What a ticket refers to, the oldest first.
    pub async fn references_of_ticket(&self, id: TicketId) -> Result<Vec<Reference>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM ticket_reference WHERE ticket = $1 ORDER BY created_at, id");
        self.all(sql, &args![id]).await?.iter_mut().map(reference).collect()
    }

    /// Every reference to a case of another system, the oldest first.
    pub async fn references_of_case(&self, system: &str, external_id: &str) -> Result<Vec<Reference>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM ticket_reference WHERE system = $1 AND external_id = $2 ORDER BY created_at, id LIMIT {MOST}");
        self.all(sql, &args![system, external_id]).await?.iter_mut().map(reference).collect()
    }

    /// Whether a system's event has come already.
    pub async fn has_system_event(&self, system: &str, event: &str) -> Result<bool, DbError> {
        Ok(self.one("SELECT 1 FROM system_event WHERE system = $1 AND event = $2", &args![system, event]).await?.is_some())
    }
}

impl Tx {
    /// Keeps a reference if `reference.version` is still the stored one (0: there is none yet), under the next version; false: somebody else changed it.
    pub async fn keep_reference(&self, reference: &Reference) -> Result<bool, DbError> {
        let Reference { id, version, ticket, system, external_id, url, state, state_at, sequence, created_at, updated_at } = reference;
        let changed = if *version == 0 {
            let sql =
                "INSERT INTO ticket_reference (id, version, ticket, system, external_id, url, state, state_at, sequence, created_at, updated_at)
                VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (ticket, system, external_id) DO NOTHING";
            self.exec(sql, &args![*id, *ticket, system, external_id, url, state, *state_at, *sequence, *created_at, *updated_at]).await?
        } else {
            let sql = "UPDATE ticket_reference SET version = version + 1, url = $1, state = $2, state_at = $3, sequence = $4, updated_at = $5
                WHERE id = $6 AND version = $7";
            self.exec(sql, &args![url, state, *state_at, *sequence, *updated_at, *id, *version]).await?
        };
        Ok(changed > 0)
    }

    /// A ticket does not refer to this any more; false: it did not. What is to be done for its sake stays.
    pub async fn remove_reference(&self, id: ReferenceId) -> Result<bool, DbError> {
        self.exec("UPDATE follow_up SET reference = NULL WHERE reference = $1", &args![id]).await?;
        Ok(self.exec("DELETE FROM ticket_reference WHERE id = $1", &args![id]).await? > 0)
    }

    /// Writes down that a system's event has come; false: it had already.
    pub async fn note_system_event(&self, system: &str, event: &str, at: DateTime<Utc>) -> Result<bool, DbError> {
        let sql = "INSERT INTO system_event (system, event, received_at) VALUES ($1, $2, $3) ON CONFLICT (system, event) DO NOTHING";
        Ok(self.exec(sql, &args![system, event, at]).await? > 0)
    }

    /// Forgets which events came before a time.
    pub async fn forget_system_events(&self, before: DateTime<Utc>) -> Result<u64, DbError> {
        self.exec("DELETE FROM system_event WHERE received_at < $1", &args![before]).await
    }
}
