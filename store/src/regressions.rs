//! Questions that the knowledge base has to go on answering as it should.

use bellhop_domain::id::{ContactId, RegressionId};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    error::DbError,
    page::{Conditions, Cursor, Page},
    reader::{Reader, reading},
    sql::{Row, args, json},
    tx::Tx,
};

/// A question with the article that should win.
#[derive(Clone, PartialEq)]
pub struct RegressionQuestion {
    /// Its id.
    pub id: RegressionId,
    /// Grows with every change.
    pub version: i64,
    /// What is asked.
    pub text: String,
    /// The customer's language, where that matters.
    pub lang: Option<String>,
    /// Slug of the article that should answer; none: nobody should, and a person takes over.
    pub expected: Option<String>,
    /// For whom it is asked; a document of the knowledge base's.
    pub viewer: Value,
    /// Who wrote it, if a customer did: erased with them.
    pub contact: Option<ContactId>,
    /// Who keeps it, for people to read.
    pub author: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

impl std::fmt::Debug for RegressionQuestion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegressionQuestion").field("id", &self.id).field("expected", &self.expected).finish_non_exhaustive()
    }
}

const COLUMNS: &str = "id, version, text, lang, expected, viewer, contact, author, created_at, updated_at";

fn question(row: &mut Row) -> Result<RegressionQuestion, DbError> {
    Ok(RegressionQuestion {
        id: row.next()?,
        version: row.next()?,
        text: row.next()?,
        lang: row.next()?,
        expected: row.next()?,
        viewer: row.json()?,
        contact: row.next()?,
        author: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}

reading! {
    /// One of them.
    pub async fn regression_question(&self, id: RegressionId) -> Result<Option<RegressionQuestion>, DbError> {
        let sql = format!("SELECT {COLUMNS} FROM regression_question WHERE id = $1");
        self.one(sql, &args![id]).await?.as_mut().map(question).transpose()
    }
}

impl Reader {
    /// All of them, or those that name an article, the newest first.
    pub async fn regression_questions(
        &self,
        expected: Option<&str>,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<Page<RegressionQuestion>, DbError> {
        let mut conditions = Conditions::new(&format!("SELECT {COLUMNS} FROM regression_question"));
        conditions.equals("expected", expected);
        let (sql, args) = conditions.newest_first("created_at", "id", cursor, limit);
        Page::read(self.all(sql, &args).await?, limit, |row| {
            let question = question(row)?;
            Ok((Cursor { place: question.created_at.timestamp_micros(), id: question.id.0 }, question))
        })
    }
}

impl Tx {
    /// Keeps a new one, as version 1.
    pub async fn insert_regression_question(&self, question: &RegressionQuestion) -> Result<(), DbError> {
        let sql = "INSERT INTO regression_question (id, version, text, lang, expected, viewer, contact, author, created_at, updated_at)
            VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let args = [
            question.id.into(),
            (&question.text).into(),
            (&question.lang).into(),
            (&question.expected).into(),
            json(&question.viewer)?,
            question.contact.into(),
            (&question.author).into(),
            question.created_at.into(),
            question.updated_at.into(),
        ];
        self.exec(sql, &args).await?;
        Ok(())
    }

    /// Keeps a changed one under the next version; false: it has another version than `question.version`, or is gone.
    pub async fn update_regression_question(&self, question: &RegressionQuestion) -> Result<bool, DbError> {
        let sql =
            "UPDATE regression_question SET version = version + 1, text = $1, lang = $2, expected = $3, viewer = $4, contact = $5, updated_at = $6
            WHERE id = $7 AND version = $8";
        let args = [
            (&question.text).into(),
            (&question.lang).into(),
            (&question.expected).into(),
            json(&question.viewer)?,
            question.contact.into(),
            question.updated_at.into(),
            question.id.into(),
            question.version.into(),
        ];
        Ok(self.exec(sql, &args).await? > 0)
    }

    /// Removes one; false: there is none.
    pub async fn delete_regression_question(&self, id: RegressionId) -> Result<bool, DbError> {
        Ok(self.exec("DELETE FROM regression_question WHERE id = $1", &args![id]).await? > 0)
    }
}
