//! Facts about the installation.

use crate::{
    error::DbError,
    reader::reading,
    sql::{Row, args},
    tx::Tx,
};

reading! {
    /// A fact: who made the database, whether it was seeded.
    pub async fn meta(&self, key: &str) -> Result<Option<String>, DbError> {
        self.one("SELECT value FROM meta WHERE key = $1", &args![key]).await?.as_mut().map(Row::next).transpose()
    }
}

impl Tx {
    /// Keeps a fact.
    pub async fn set_meta(&self, key: &str, value: &str) -> Result<(), DbError> {
        let sql = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.exec(sql, &args![key, value]).await?;
        Ok(())
    }
}
