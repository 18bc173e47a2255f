//! How far channels have come on platforms that do not remember it for us.

use crate::{error::DbError, reader::reading, sql::args, tx::Tx};

reading! {
    /// What a channel has marked: the platform's id of each thread, empty for the channel as a whole, and the adapter's words.
    pub async fn channel_marks(&self, channel: &str) -> Result<Vec<(String, String)>, DbError> {
        let sql = "SELECT thread, value FROM channel_mark WHERE channel = $1";
        self.all(sql, &args![channel]).await?.iter_mut().map(|row| Ok((row.next()?, row.next()?))).collect()
    }
}

impl Tx {
    /// Marks how far a channel has come in a thread, or as a whole where `thread` is empty; no value takes the mark away.
    pub async fn set_channel_mark(&self, channel: &str, thread: &str, value: Option<&str>) -> Result<(), DbError> {
        let Some(value) = value else {
            self.exec("DELETE FROM channel_mark WHERE channel = $1 AND thread = $2", &args![channel, thread]).await?;
            return Ok(());
        };
        let sql = "INSERT INTO channel_mark (channel, thread, value) VALUES ($1, $2, $3) ON CONFLICT (channel, thread) DO UPDATE SET value = excluded.value";
        self.exec(sql, &args![channel, thread, value]).await?;
        Ok(())
    }
}
