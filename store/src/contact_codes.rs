//! One-time codes with which people prove on a second channel who they are; only their hashes are kept.

use bellhop_domain::id::{ContactId, ConversationId};
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args},
    tx::Tx,
};

/// A code that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactCode {
    /// Who was given it.
    pub contact: ContactId,
    /// Its hash.
    pub code_hash: String,
    /// Where they were given it.
    pub conversation: ConversationId,
    /// Good until then.
    pub expires_at: DateTime<Utc>,
}

reading! {
    /// The code with this hash, if it is good at `at`.
    pub async fn contact_code(&self, code_hash: &str, at: DateTime<Utc>) -> Result<Option<ContactCode>, DbError> {
        let sql = "SELECT contact, code_hash, conversation, expires_at FROM contact_code WHERE code_hash = $1 AND expires_at > $2";
        let code = |row: &mut Row| {
            Ok(ContactCode { contact: row.next()?, code_hash: row.next()?, conversation: row.next()?, expires_at: row.next()? })
        };
        self.one(sql, &args![code_hash, at]).await?.as_mut().map(code).transpose()
    }

    /// How many wrong codes somebody gave since `since`.
    pub async fn wrong_codes_since(&self, channel: &str, external_id: &str, since: DateTime<Utc>) -> Result<i64, DbError> {
        let sql = "SELECT COUNT(*) FROM link_attempt WHERE channel = $1 AND external_id = $2 AND tried_at >= $3";
        Ok(self.one(sql, &args![channel, external_id, since]).await?.as_mut().map(Row::next).transpose()?.unwrap_or(0))
    }
}

impl Tx {
    /// Keeps a code instead of the one that this person had; those that ran out before `at` go.
    pub async fn keep_contact_code(&self, code: &ContactCode, at: DateTime<Utc>) -> Result<(), DbError> {
        self.exec("DELETE FROM contact_code WHERE expires_at <= $1", &args![at]).await?;
        let sql = "INSERT INTO contact_code (contact, code_hash, conversation, expires_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (contact) DO UPDATE SET code_hash = excluded.code_hash, conversation = excluded.conversation, expires_at = excluded.expires_at";
        self.exec(sql, &args![code.contact, &code.code_hash, code.conversation, code.expires_at]).await?;
        Ok(())
    }

    /// Uses a code up; false: somebody else did, or it ran out.
    pub async fn take_contact_code(&self, code_hash: &str, at: DateTime<Utc>) -> Result<bool, DbError> {
        Ok(self.exec("DELETE FROM contact_code WHERE code_hash = $1 AND expires_at > $2", &args![code_hash, at]).await? > 0)
    }

    /// The code that a person was given is good no more.
    pub async fn forget_contact_code(&self, contact: ContactId) -> Result<(), DbError> {
        self.exec("DELETE FROM contact_code WHERE contact = $1", &args![contact]).await?;
        Ok(())
    }
}
