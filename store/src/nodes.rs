//! The programs that serve this database.

use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::Reader,
    sql::{Row, args},
    tx::Tx,
};

/// A program that serves this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it calls itself.
    pub id: String,
    /// When it was last heard of.
    pub seen_at: DateTime<Utc>,
    /// The number of the last change that it has taken in.
    pub applied_seq: i64,
}

impl Tx {
    /// Writes down that a node is alive, and how far it has followed the changes.
    pub async fn node_seen(&self, id: &str, at: DateTime<Utc>, applied_seq: i64) -> Result<(), DbError> {
        let sql = "INSERT INTO node (id, seen_at, applied_seq) VALUES ($1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, applied_seq = excluded.applied_seq";
        self.exec(sql, &args![id, at, applied_seq]).await?;
        Ok(())
    }

    /// Forgets all nodes: whoever holds the lock of the one that serves knows that none of them is alive.
    pub async fn forget_nodes(&self) -> Result<(), DbError> {
        self.exec("DELETE FROM node", &[]).await?;
        Ok(())
    }

    /// Writes down that a node has ended.
    pub async fn node_gone(&self, id: &str) -> Result<(), DbError> {
        self.exec("DELETE FROM node WHERE id = $1", &args![id]).await?;
        Ok(())
    }
}

impl Reader {
    /// Nodes that were heard of after `since`.
    pub async fn live_nodes(&self, since: DateTime<Utc>) -> Result<Vec<Node>, DbError> {
        let node = |row: &mut Row| Ok(Node { id: row.next()?, seen_at: row.next()?, applied_seq: row.next()? });
        self.all("SELECT id, seen_at, applied_seq FROM node WHERE seen_at > $1 ORDER BY id", &args![since]).await?.iter_mut().map(node).collect()
    }
}
