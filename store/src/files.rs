//! Files: what is known of them; their bytes lie elsewhere.

use bellhop_domain::id::FileId;
use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};

use crate::{entity::file, error::DbError, reader::Reader, sql::Cell as _, tx::Tx};

/// A stored file.
#[derive(Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// Under which its bytes lie.
    pub id: FileId,
    /// What its sender called it.
    pub name: String,
    /// Media type, as found in its bytes.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// When it was stored.
    pub created_at: DateTime<Utc>,
}

impl Tx {
    /// Keeps what is known of a stored file.
    pub async fn insert_file(&self, file: &FileRecord) -> Result<(), DbError> {
        let row = file::Model {
            id: file.id.0,
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            size: i64::try_from(file.size).map_err(|_| DbError::unwritable("a file's size"))?,
            sha256: file.sha256.clone(),
            created_at: file.created_at.timestamp_micros(),
        };
        self.run(&file::Entity::insert(row.into_active_model())).await?;
        Ok(())
    }
}

impl Reader {
    /// What is known of a file.
    pub async fn file(&self, id: FileId) -> Result<Option<FileRecord>, DbError> {
        let Some(row) = file::Entity::find_by_id(id.0).one(self.orm()).await? else { return Ok(None) };
        Ok(Some(FileRecord {
            id: FileId(row.id),
            name: row.name,
            content_type: row.content_type,
            size: row.size.unsigned_abs(),
            sha256: row.sha256,
            created_at: DateTime::from_raw(row.created_at)?,
        }))
    }
}
