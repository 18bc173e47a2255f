//! Words that mean the same, as editors keep them.

use bellhop_domain::id::SynonymsId;
use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    page::{Conditions, Cursor, Page},
    reader::{Reader, reading},
    sql::{Row, args, json},
    tx::Tx,
};

/// A group of words and phrases that mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonyms {
    /// Its id.
    pub id: SynonymsId,
    /// Grows with every change.
    pub version: i64,
    /// Tag of the language in which they do; none: in every language.
    pub lang: Option<String>,
    /// The words and phrases.
    pub words: Vec<String>,
    /// Who keeps it, for people to read.
    pub author: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

const COLUMNS: &str = "id, version, lang, words, author, created_at, updated_at";

fn synonyms(row: &mut Row) -> Result<Synonyms, DbError> {
    Ok(Synonyms {
        id: row.next()?,
        version: row.next()?,
        lang: row.next()?,
        words: row.json()?,
        author: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}

reading! {
    /// One group.
    pub async fn synonyms(&self, id: SynonymsId) -> Result<Option<Synonyms>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM synonym_group WHERE id = $1");
        self.one(sql, &args![id]).await?.as_mut().map(synonyms).transpose()
    }

    /// How many groups there are.
    pub async fn count_synonyms(&self) -> Result<i64, DbError> {
        self.one("SELECT COUNT(*) FROM synonym_group", &[]).await?.ok_or(DbError::unreadable("a count"))?.next()
    }
}

impl Reader {
    /// Every group, the oldest first.
    pub async fn all_synonyms(&self) -> Result<Vec<Synonyms>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM synonym_group ORDER BY created_at, id");
        self.all(sql, &[]).await?.iter_mut().map(synonyms).collect()
    }

    /// A page of the groups, the newest first; all, or those of a language.
    pub async fn synonyms_page(&self, lang: Option<&str>, cursor: Option<Cursor>, limit: u32) -> Result<Page<Synonyms>, DbError> {
        let mut conditions = Conditions::new(&format!("SELECT {COLUMNS} FROM synonym_group"));
        conditions.equals("lang", lang);
        let (sql, args) = conditions.newest_first("created_at", "id", cursor, limit);
        Page::read(self.all(sql, &args).await?, limit, |row| {
            let group = synonyms(row)?;
            Ok((Cursor { place: group.created_at.timestamp_micros(), id: group.id.0 }, group))
        })
    }
}

impl Tx {
    /// Keeps a new group, as version 1. After any change of groups, call [`Tx::record_change`] with `synonyms`.
    pub async fn insert_synonyms(&self, group: &Synonyms) -> Result<(), DbError> {
        let sql = "INSERT INTO synonym_group (id, version, lang, words, author, created_at, updated_at) VALUES ($1, 1, $2, $3, $4, $5, $6)";
        let args =
            [group.id.into(), (&group.lang).into(), json(&group.words)?, (&group.author).into(), group.created_at.into(), group.updated_at.into()];
        self.exec(sql, &args).await?;
        Ok(())
    }

    /// Keeps a changed group under the next version; false: it has another version than `group.version`, or is gone.
    pub async fn update_synonyms(&self, group: &Synonyms) -> Result<bool, DbError> {
        let sql =
            "UPDATE synonym_group SET version = version + 1, lang = $1, words = $2, author = $3, updated_at = $4 WHERE id = $5 AND version = $6";
        let args =
            [(&group.lang).into(), json(&group.words)?, (&group.author).into(), group.updated_at.into(), group.id.into(), group.version.into()];
        Ok(self.exec(sql, &args).await? > 0)
    }

    /// Removes a group; false: there is none.
    pub async fn delete_synonyms(&self, id: SynonymsId) -> Result<bool, DbError> {
        Ok(self.exec("DELETE FROM synonym_group WHERE id = $1", &args![id]).await? > 0)
    }
}
