//! Which message is the live card of a ticket: the one that changes as the ticket moves.

use bellhop_domain::id::{MessageId, TicketId};

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args},
    tx::Tx,
};

reading! {
    /// The message that is the ticket's live card, if it has one.
    pub async fn live_card(&self, ticket: TicketId) -> Result<Option<MessageId>, DbError> {
        self.one("SELECT message FROM live_card WHERE ticket = $1", &args![ticket]).await?.as_mut().map(Row::next).transpose()
    }
}

impl Tx {
    /// From now on this message is the ticket's live card.
    pub async fn set_live_card(&self, ticket: TicketId, message: MessageId) -> Result<(), DbError> {
        let sql = "INSERT INTO live_card (ticket, message) VALUES ($1, $2) ON CONFLICT (ticket) DO UPDATE SET message = excluded.message";
        self.exec(sql, &args![ticket, message]).await?;
        Ok(())
    }
}
