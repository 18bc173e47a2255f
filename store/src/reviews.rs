//! Tickets in the making.

use bellhop_domain::{id::ConversationId, review::Review};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args, json},
    tx::Tx,
};

fn review(row: &mut Row) -> Result<Review, DbError> {
    let version = row.next()?;
    Ok(Review { version, ..row.json()? })
}

reading! {
    /// The conversation's ticket in the making, or what became of its last one.
    pub async fn review(&self, conversation: ConversationId) -> Result<Option<Review>, DbError> {
        self.one("SELECT version, document FROM review WHERE conversation = $1", &args![conversation]).await?.as_mut().map(review).transpose()
    }
}

impl Tx {
    /// Keeps a review if `review.version` is still the stored one (0: there is none yet), under the next version; false: somebody else changed it.
    pub async fn keep_review(&self, review: &Review) -> Result<bool, DbError> {
        let args = [json(review)?, review.updated_at.into(), review.conversation.into(), review.version.into()];
        let changed = if review.version == 0 {
            let sql =
                "INSERT INTO review (document, updated_at, conversation, version) VALUES ($1, $2, $3, $4 + 1) ON CONFLICT (conversation) DO NOTHING";
            self.exec(sql, &args).await?
        } else {
            let sql = "UPDATE review SET version = version + 1, document = $1, updated_at = $2 WHERE conversation = $3 AND version = $4";
            self.exec(sql, &args).await?
        };
        Ok(changed > 0)
    }
}
