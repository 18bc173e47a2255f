//! How articles are used: looked at, sent by agents, voted on, pinned; and which are due to be looked at again.

use chrono::{DateTime, Utc};

use crate::{
    error::DbError,
    reader::{Reader, reading},
    sql::{Row, args},
    tx::Tx,
};

/// How often an article was used in a language on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleUse {
    /// The article.
    pub slug: String,
    /// The language's tag.
    pub lang: String,
    /// Days since 1 January 1970, UTC.
    pub day: i64,
    /// Times that its page was opened.
    pub views: i64,
    /// Times that somebody who works here answered with it.
    pub sent: i64,
}

/// What people who work here think of an article, and how often they used it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArticleStanding {
    /// The article.
    pub slug: String,
    /// Times that its page was opened.
    pub views: i64,
    /// Times that somebody who works here answered with it.
    pub sent: i64,
    /// Of those who voted, how many found it good.
    pub up: i64,
    /// And how many did not.
    pub down: i64,
    /// It is to stand first.
    pub pinned: bool,
}

/// An article that is due to be looked at again, or soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueArticle {
    /// The article.
    pub slug: String,
    /// The language's tag.
    pub lang: String,
    /// What it is called.
    pub title: String,
    /// Mail address of whoever looks after it.
    pub owner: Option<String>,
    /// By when.
    pub review_by: DateTime<Utc>,
    /// When its text was written.
    pub written_at: DateTime<Utc>,
}

reading! {
    /// Slugs of the pinned articles, the ones that were pinned first first.
    pub async fn pinned_articles(&self) -> Result<Vec<String>, DbError> {
        self.all("SELECT slug FROM article_pin ORDER BY at, slug", &[]).await?.iter_mut().map(Row::next).collect()
    }
}

impl Reader {
    /// How every article was used since the day `from`, and what is thought of it.
    pub async fn article_standings(&self, from: i64) -> Result<Vec<ArticleStanding>, DbError> {
        let sql = "SELECT s.slug, CAST(SUM(s.views) AS BIGINT), CAST(SUM(s.sent) AS BIGINT), CAST(SUM(s.up) AS BIGINT), CAST(SUM(s.down) AS BIGINT),
             CAST(SUM(s.pins) AS BIGINT) FROM (
             SELECT slug, views, sent, 0 AS up, 0 AS down, 0 AS pins FROM article_use WHERE day >= $1
             UNION ALL SELECT slug, 0, 0, CASE WHEN helpful THEN 1 ELSE 0 END, CASE WHEN helpful THEN 0 ELSE 1 END, 0 FROM article_vote
             UNION ALL SELECT slug, 0, 0, 0, 0, 1 FROM article_pin) s GROUP BY s.slug ORDER BY s.slug";
        let standing = |row: &mut Row| {
            let (slug, views, sent, up, down) = (row.next()?, row.next()?, row.next()?, row.next()?, row.next()?);
            Ok(ArticleStanding { slug, views, sent, up, down, pinned: row.next::<i64>()? > 0 })
        };
        self.all(sql, &args![from]).await?.iter_mut().map(standing).collect()
    }

    /// How articles were used from the day `from` to the day `until`, without it.
    pub async fn article_uses(&self, from: i64, until: i64) -> Result<Vec<ArticleUse>, DbError> {
        let sql = "SELECT slug, lang, day, views, sent FROM article_use WHERE day >= $1 AND day < $2 ORDER BY slug, lang, day";
        let of = |row: &mut Row| Ok(ArticleUse { slug: row.next()?, lang: row.next()?, day: row.next()?, views: row.next()?, sent: row.next()? });
        self.all(sql, &args![from, until]).await?.iter_mut().map(of).collect()
    }

    /// Published texts that are to be looked at again by `by`, the ones that are due longest first.
    pub async fn articles_due(&self, by: DateTime<Utc>, limit: u32) -> Result<Vec<DueArticle>, DbError> {
        let sql = "SELECT v.slug, v.lang, v.title, a.owner, v.review_by, v.created_at FROM article_version v
             JOIN article_locale l ON l.slug = v.slug AND l.lang = v.lang AND l.published_revision = v.revision
             JOIN article a ON a.slug = v.slug
             WHERE v.review_by IS NOT NULL AND v.review_by <= $1 ORDER BY v.review_by, v.slug, v.lang LIMIT $2";
        let due = |row: &mut Row| {
            Ok(DueArticle {
                slug: row.next()?,
                lang: row.next()?,
                title: row.next()?,
                owner: row.next()?,
                review_by: row.next()?,
                written_at: row.next()?,
            })
        };
        self.all(sql, &args![by, i64::from(limit)]).await?.iter_mut().map(due).collect()
    }
}

impl Tx {
    /// Adds to how often articles were used.
    pub async fn count_uses(&self, uses: &[ArticleUse]) -> Result<(), DbError> {
        let sql = "INSERT INTO article_use (slug, lang, day, views, sent) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (slug, lang, day) DO UPDATE SET views = article_use.views + excluded.views, sent = article_use.sent + excluded.sent";
        for used in uses {
            self.exec(sql, &args![&used.slug, &used.lang, used.day, used.views, used.sent]).await?;
        }
        Ok(())
    }

    /// Lets an article stand first; false: it does already.
    pub async fn pin_article(&self, slug: &str, author: &str, at: DateTime<Utc>) -> Result<bool, DbError> {
        let sql = "INSERT INTO article_pin (slug, author, at) VALUES ($1, $2, $3) ON CONFLICT (slug) DO NOTHING";
        Ok(self.exec(sql, &args![slug, author, at]).await? > 0)
    }

    /// Takes that back; false: it did not.
    pub async fn unpin_article(&self, slug: &str) -> Result<bool, DbError> {
        Ok(self.exec("DELETE FROM article_pin WHERE slug = $1", &args![slug]).await? > 0)
    }

    /// Keeps what somebody thinks of an article; none takes their vote back.
    pub async fn vote_on_article(&self, slug: &str, voter: &str, helpful: Option<bool>, at: DateTime<Utc>) -> Result<(), DbError> {
        match helpful {
            Some(helpful) => {
                let sql = "INSERT INTO article_vote (slug, voter, helpful, at) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (slug, voter) DO UPDATE SET helpful = excluded.helpful, at = excluded.at";
                self.exec(sql, &args![slug, voter, helpful, at]).await?;
            }
            None => {
                self.exec("DELETE FROM article_vote WHERE slug = $1 AND voter = $2", &args![slug, voter]).await?;
            }
        }
        Ok(())
    }
}
