//! Articles of the knowledge base: every text that ever was, and which is in force.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use crate::{
    dialect::contains_pattern,
    entity::{article, article_locale, article_version},
    error::DbError,
    page::Conditions,
    reader::{Reader, reading},
    sql::{Cell as _, Row, args, from_json, json},
    tx::Tx,
};

/// What an article has in all its languages.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleRecord {
    /// Its name in addresses, unique.
    pub slug: String,
    /// The folder that it is listed under.
    pub category: Option<String>,
    /// `public`, `customers` or `internal`.
    pub visibility: String,
    /// Who may be answered with it; an empty document: everybody.
    pub audience: serde_json::Value,
    /// Mail address of whoever looks after it.
    pub owner: Option<String>,
    /// The Markdown folder that it came from.
    pub folder: Option<String>,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Last change, of its texts too.
    pub updated_at: DateTime<Utc>,
}

/// How far a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArticleStatus {
    /// Being written.
    Draft,
    /// In force, or waiting for its time.
    Published,
    /// Was in force, or never will be.
    Archived,
}

impl ArticleStatus {
    /// The word in the database, the API and the files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Archived => "archived",
        }
    }

    /// The status with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Draft, Self::Published, Self::Archived].into_iter().find(|status| status.as_str() == word)
    }
}

/// What an article says in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArticleText {
    /// The question.
    pub title: String,
    /// The short answer for chat.
    pub answer: Option<String>,
    /// All of it, CommonMark.
    pub body: String,
    /// Other ways to ask.
    pub phrasings: Vec<String>,
    /// Words to be found by.
    pub keywords: Vec<String>,
    /// Not before.
    pub publish_at: Option<DateTime<Utc>>,
    /// Not after.
    pub expire_at: Option<DateTime<Utc>>,
    /// When somebody should look at it again.
    pub review_by: Option<DateTime<Utc>>,
}

/// A text that an article has or had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleVersion {
    /// The article.
    pub slug: String,
    /// The language's tag.
    pub lang: String,
    /// Its number, from 1.
    pub revision: i64,
    /// What it says.
    pub text: ArticleText,
    /// How far it is.
    pub status: ArticleStatus,
    /// Who wrote it, for people to read.
    pub author: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Which text of an article is in force in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleLocale {
    /// The article.
    pub slug: String,
    /// The language's tag.
    pub lang: String,
    /// The text in force.
    pub published_revision: Option<i64>,
    /// The text that is being written.
    pub draft_revision: Option<i64>,
    /// The newest text.
    pub last_revision: i64,
    /// Grows with every change.
    pub version: i64,
}

/// An article in one language, as a person edits it.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleView {
    /// The article.
    pub article: ArticleRecord,
    /// The language.
    pub locale: ArticleLocale,
    /// The text in force.
    pub published: Option<ArticleVersion>,
    /// The text that is being written.
    pub draft: Option<ArticleVersion>,
}

/// Which articles to list.
#[derive(Debug, Clone, Default)]
pub struct ArticleFilter {
    /// Part of the slug or of a title in force or in writing, in any case.
    pub q: Option<String>,
    /// From this Markdown folder.
    pub folder: Option<String>,
    /// In this category.
    pub category: Option<String>,
}

const ARTICLE: &str = "a.slug, a.category, a.visibility, a.audience, a.owner, a.folder, a.version, a.created_at, a.updated_at";
const VERSION: &str =
    "v.slug, v.lang, v.revision, v.title, v.answer, v.body, v.phrasings, v.keywords, v.publish_at, v.expire_at, v.review_by, v.status,
    v.author, v.created_at";
const LOCALE: &str = "slug, lang, published_revision, draft_revision, last_revision, version";

fn article(row: &mut Row) -> Result<ArticleRecord, DbError> {
    Ok(ArticleRecord {
        slug: row.next()?,
        category: row.next()?,
        visibility: row.next()?,
        audience: row.json()?,
        owner: row.next()?,
        folder: row.next()?,
        version: row.next()?,
        created_at: row.next()?,
        updated_at: row.next()?,
    })
}

fn version(row: &mut Row) -> Result<ArticleVersion, DbError> {
    Ok(ArticleVersion {
        slug: row.next()?,
        lang: row.next()?,
        revision: row.next()?,
        text: ArticleText {
            title: row.next()?,
            answer: row.next()?,
            body: row.next()?,
            phrasings: row.json()?,
            keywords: row.json()?,
            publish_at: row.next()?,
            expire_at: row.next()?,
            review_by: row.next()?,
        },
        status: row.word(ArticleStatus::parse)?,
        author: row.next()?,
        created_at: row.next()?,
    })
}

fn locale(row: &mut Row) -> Result<ArticleLocale, DbError> {
    Ok(ArticleLocale {
        slug: row.next()?,
        lang: row.next()?,
        published_revision: row.next()?,
        draft_revision: row.next()?,
        last_revision: row.next()?,
        version: row.next()?,
    })
}

fn article_of(row: article::Model) -> Result<ArticleRecord, DbError> {
    Ok(ArticleRecord {
        slug: row.slug,
        category: row.category,
        visibility: row.visibility,
        audience: from_json(&row.audience)?,
        owner: row.owner,
        folder: row.folder,
        version: row.version,
        created_at: DateTime::from_raw(row.created_at)?,
        updated_at: DateTime::from_raw(row.updated_at)?,
    })
}

fn version_of(row: article_version::Model) -> Result<ArticleVersion, DbError> {
    Ok(ArticleVersion {
        slug: row.slug,
        lang: row.lang,
        revision: row.revision,
        text: ArticleText {
            title: row.title,
            answer: row.answer,
            body: row.body,
            phrasings: from_json(&row.phrasings)?,
            keywords: from_json(&row.keywords)?,
            publish_at: Option::from_raw(row.publish_at)?,
            expire_at: Option::from_raw(row.expire_at)?,
            review_by: Option::from_raw(row.review_by)?,
        },
        status: ArticleStatus::parse(&row.status).ok_or(DbError::unreadable("an article's status"))?,
        author: row.author,
        created_at: DateTime::from_raw(row.created_at)?,
    })
}

fn locale_of(row: article_locale::Model) -> ArticleLocale {
    ArticleLocale {
        slug: row.slug,
        lang: row.lang,
        published_revision: row.published_revision,
        draft_revision: row.draft_revision,
        last_revision: row.last_revision,
        version: row.version,
    }
}

impl Reader {
    /// What an article has in all its languages.
    pub async fn article(&self, slug: &str) -> Result<Option<ArticleRecord>, DbError> {
        article::Entity::find_by_id(slug.to_owned()).one(self.orm()).await?.map(article_of).transpose()
    }

    /// An article in one language, as a person edits it.
    pub async fn article_view(&self, slug: &str, lang: &str) -> Result<Option<ArticleView>, DbError> {
        let Some(article) = self.article(slug).await? else { return Ok(None) };
        let Some(locale) = article_locale::Entity::find_by_id((slug.to_owned(), lang.to_owned())).one(self.orm()).await? else { return Ok(None) };
        let (published, draft) = (self.revision(&locale, locale.published_revision).await?, self.revision(&locale, locale.draft_revision).await?);
        Ok(Some(ArticleView { article, locale: locale_of(locale), published, draft }))
    }

    async fn revision(&self, locale: &article_locale::Model, revision: Option<i64>) -> Result<Option<ArticleVersion>, DbError> {
        let Some(revision) = revision else { return Ok(None) };
        let row = article_version::Entity::find_by_id((locale.slug.clone(), locale.lang.clone(), revision)).one(self.orm()).await?;
        row.map(version_of).transpose()
    }

    /// The languages that an article has.
    pub async fn article_locales(&self, slug: &str) -> Result<Vec<ArticleLocale>, DbError> {
        let query = article_locale::Entity::find().filter(article_locale::Column::Slug.eq(slug)).order_by_asc(article_locale::Column::Lang);
        Ok(query.all(self.orm()).await?.into_iter().map(locale_of).collect())
    }

    /// Every text that an article had in a language, the newest first.
    pub async fn article_versions(&self, slug: &str, lang: &str) -> Result<Vec<ArticleVersion>, DbError> {
        let query = article_version::Entity::find()
            .filter(article_version::Column::Slug.eq(slug))
            .filter(article_version::Column::Lang.eq(lang))
            .order_by_desc(article_version::Column::Revision);
        query.all(self.orm()).await?.into_iter().map(version_of).collect()
    }

    /// Articles, the ones that changed last first.
    pub async fn articles(&self, filter: &ArticleFilter, cursor: Option<(DateTime<Utc>, String)>, limit: u32) -> Result<Vec<ArticleRecord>, DbError> {
        let mut conditions = Conditions::new(&format!("SELECT {ARTICLE} FROM article a"));
        conditions.equals("a.folder", filter.folder.as_deref());
        conditions.equals("a.category", filter.category.as_deref());
        if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
            let place = conditions.place(contains_pattern(q));
            conditions.and(&format!(
                "(LOWER(a.slug) LIKE {place} ESCAPE '\\' OR EXISTS (SELECT 1 FROM article_locale l JOIN article_version v ON v.slug = l.slug AND v.lang = l.lang
                  AND v.revision IN (l.published_revision, l.draft_revision) WHERE l.slug = a.slug AND LOWER(v.title) LIKE {place} ESCAPE '\\'))"
            ));
        }
        let cursor = cursor.map(|(at, slug)| (conditions.place(at), conditions.place(slug)));
        if let Some((at, slug)) = cursor {
            conditions.and(&format!("(a.updated_at, a.slug) < ({at}, {slug})"));
        }
        let (sql, args) = conditions.newest_first("a.updated_at", "a.slug", None, limit.saturating_sub(1));
        self.all(sql, &args).await?.iter_mut().map(article).collect()
    }

    /// The articles that came from a Markdown folder.
    pub async fn articles_of_folder(&self, folder: &str) -> Result<Vec<ArticleRecord>, DbError> {
        let query = article::Entity::find().filter(article::Column::Folder.eq(folder)).order_by_asc(article::Column::Slug);
        query.all(self.orm()).await?.into_iter().map(article_of).collect()
    }

    /// When which of the articles in force come or go by themselves, as was set when they were still to come or to go.
    pub async fn scheduled_articles(&self) -> Result<Vec<(String, DateTime<Utc>)>, DbError> {
        let at = |column| {
            format!(
                "SELECT l.slug, v.{column} FROM article_locale l
                 JOIN article_version v ON v.slug = l.slug AND v.lang = l.lang AND v.revision = l.published_revision
                 WHERE v.{column} > v.created_at"
            )
        };
        let sql = format!("{} UNION {}", at("publish_at"), at("expire_at"));
        self.all(sql, &[]).await?.iter_mut().map(|row| Ok((row.next()?, row.next()?))).collect()
    }

    /// Everything in force, in pages by slug and language after `after`, to build an index from.
    pub async fn published_articles(&self, after: Option<(&str, &str)>, limit: u32) -> Result<Vec<(ArticleRecord, ArticleVersion)>, DbError> {
        let (slug, lang) = after.unwrap_or(("", ""));
        let sql = format!(
            "SELECT {ARTICLE}, {VERSION} FROM article_locale l JOIN article a ON a.slug = l.slug
             JOIN article_version v ON v.slug = l.slug AND v.lang = l.lang AND v.revision = l.published_revision
             WHERE (l.slug, l.lang) > ($1, $2) ORDER BY l.slug, l.lang LIMIT $3"
        );
        let rows = self.all(sql, &args![slug, lang, i64::from(limit)]).await?;
        rows.into_iter().map(|mut row| Ok((article(&mut row)?, version(&mut row)?))).collect()
    }
}

reading! {
    /// An article's texts in force, in every language; none if nothing is in force.
    pub async fn published(&self, slug: &str) -> Result<Option<(ArticleRecord, Vec<ArticleVersion>)>, DbError> {
        let sql = format!(
            "SELECT {ARTICLE}, {VERSION} FROM article_locale l JOIN article a ON a.slug = l.slug
             JOIN article_version v ON v.slug = l.slug AND v.lang = l.lang AND v.revision = l.published_revision
             WHERE l.slug = $1 ORDER BY l.lang"
        );
        let mut found: Option<(ArticleRecord, Vec<ArticleVersion>)> = None;
        for mut row in self.all(sql, &args![slug]).await? {
            let (article, version) = (article(&mut row)?, version(&mut row)?);
            found.get_or_insert_with(|| (article, Vec::new())).1.push(version);
        }
        Ok(found)
    }

    /// An article in one language: which texts are in force and in writing.
    pub async fn article_locale(&self, slug: &str, lang: &str) -> Result<Option<ArticleLocale>, DbError> {
        let sql = format!("SELECT {LOCALE} FROM article_locale WHERE slug = $1 AND lang = $2");
        self.one(sql, &args![slug, lang]).await?.as_mut().map(locale).transpose()
    }
}

/// Every write answers nothing where somebody else was first: the version is another than the expected one.
///
/// After a change of what is in force, call [`Tx::record_change`] with `article` and the slug.
impl Tx {
    /// Keeps what an article has in all its languages; answers the new version. `expected`: 0 if it has to be new, none if it does not matter.
    pub async fn save_article(&self, article: &ArticleRecord, expected: Option<i64>, at: DateTime<Utc>) -> Result<Option<i64>, DbError> {
        let sql = "UPDATE article SET category = $1, visibility = $2, audience = $3, owner = $4, folder = $5, version = version + 1, updated_at = $6
            WHERE slug = $7 AND ($8 < 0 OR version = $8) RETURNING version";
        let args = [
            (&article.category).into(),
            (&article.visibility).into(),
            json(&article.audience)?,
            (&article.owner).into(),
            (&article.folder).into(),
            at.into(),
            (&article.slug).into(),
            expected.unwrap_or(-1).into(),
        ];
        if let Some(mut row) = self.one(sql, &args).await? {
            return row.next().map(Some);
        }
        if expected.is_some_and(|expected| expected != 0) {
            return Ok(None);
        }
        let sql = "INSERT INTO article (slug, category, visibility, audience, owner, folder, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8) ON CONFLICT (slug) DO NOTHING";
        let args = [
            (&article.slug).into(),
            (&article.category).into(),
            (&article.visibility).into(),
            json(&article.audience)?,
            (&article.owner).into(),
            (&article.folder).into(),
            at.into(),
            at.into(),
        ];
        Ok((self.exec(sql, &args).await? > 0).then_some(1))
    }

    /// Keeps a text as the article's draft in a language. `expected` is the version of the locale: 0 if it has to be new, none if it does not matter.
    pub async fn save_draft(
        &self,
        slug: &str,
        lang: &str,
        text: &ArticleText,
        author: &str,
        expected: Option<i64>,
        at: DateTime<Utc>,
    ) -> Result<Option<ArticleLocale>, DbError> {
        let sql = format!(
            "UPDATE article_locale SET draft_revision = last_revision + 1, last_revision = last_revision + 1, version = version + 1
             WHERE slug = $1 AND lang = $2 AND ($3 < 0 OR version = $3) RETURNING {LOCALE}"
        );
        let mut saved = self.one(sql, &args![slug, lang, expected.unwrap_or(-1)]).await?;
        if saved.is_none() && expected.is_none_or(|expected| expected == 0) {
            let sql = format!(
                "INSERT INTO article_locale (slug, lang, published_revision, draft_revision, last_revision, version) VALUES ($1, $2, NULL, 1, 1, 1)
                 ON CONFLICT (slug, lang) DO NOTHING RETURNING {LOCALE}"
            );
            saved = self.one(sql, &args![slug, lang]).await?;
        }
        let Some(mut row) = saved else { return Ok(None) };
        let locale = locale(&mut row)?;
        let sql =
            "INSERT INTO article_version (slug, lang, revision, title, answer, body, phrasings, keywords, status, publish_at, expire_at, review_by,
            author, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        let args = [
            slug.into(),
            lang.into(),
            locale.last_revision.into(),
            (&text.title).into(),
            (&text.answer).into(),
            (&text.body).into(),
            json(&text.phrasings)?,
            json(&text.keywords)?,
            ArticleStatus::Draft.as_str().into(),
            text.publish_at.into(),
            text.expire_at.into(),
            text.review_by.into(),
            author.into(),
            at.into(),
        ];
        self.exec(sql, &args).await?;
        self.touch(slug, at).await?;
        Ok(Some(locale))
    }

    /// Puts the draft in force; without a draft, nothing is answered either.
    pub async fn publish_article(&self, slug: &str, lang: &str, expected: Option<i64>, at: DateTime<Utc>) -> Result<Option<ArticleLocale>, DbError> {
        let before = self.article_locale(slug, lang).await?;
        let sql = format!(
            "UPDATE article_locale SET published_revision = draft_revision, draft_revision = NULL, version = version + 1
             WHERE slug = $1 AND lang = $2 AND ($3 < 0 OR version = $3) AND draft_revision IS NOT NULL RETURNING {LOCALE}"
        );
        let Some(mut row) = self.one(sql, &args![slug, lang, expected.unwrap_or(-1)]).await? else { return Ok(None) };
        let locale = locale(&mut row)?;
        self.set_status(slug, lang, before.and_then(|before| before.published_revision), ArticleStatus::Archived).await?;
        self.set_status(slug, lang, locale.published_revision, ArticleStatus::Published).await?;
        self.touch(slug, at).await?;
        Ok(Some(locale))
    }

    /// Takes an article out of force in a language, its draft too.
    pub async fn archive_article(&self, slug: &str, lang: &str, expected: Option<i64>, at: DateTime<Utc>) -> Result<Option<ArticleLocale>, DbError> {
        let before = self.article_locale(slug, lang).await?;
        let sql = format!(
            "UPDATE article_locale SET published_revision = NULL, draft_revision = NULL, version = version + 1
             WHERE slug = $1 AND lang = $2 AND ($3 < 0 OR version = $3) RETURNING {LOCALE}"
        );
        let Some(mut row) = self.one(sql, &args![slug, lang, expected.unwrap_or(-1)]).await? else { return Ok(None) };
        if let Some(before) = before {
            self.set_status(slug, lang, before.published_revision, ArticleStatus::Archived).await?;
            self.set_status(slug, lang, before.draft_revision, ArticleStatus::Archived).await?;
        }
        self.touch(slug, at).await?;
        locale(&mut row).map(Some)
    }

    /// Removes an article with all its texts; false: there is none.
    pub async fn delete_article(&self, slug: &str) -> Result<bool, DbError> {
        for table in ["article_version", "article_locale"] {
            self.exec(format!("DELETE FROM {table} WHERE slug = $1"), &args![slug]).await?;
        }
        Ok(self.exec("DELETE FROM article WHERE slug = $1", &args![slug]).await? > 0)
    }

    async fn set_status(&self, slug: &str, lang: &str, revision: Option<i64>, status: ArticleStatus) -> Result<(), DbError> {
        if let Some(revision) = revision {
            let sql = "UPDATE article_version SET status = $1 WHERE slug = $2 AND lang = $3 AND revision = $4";
            self.exec(sql, &args![status.as_str(), slug, lang, revision]).await?;
        }
        Ok(())
    }

    async fn touch(&self, slug: &str, at: DateTime<Utc>) -> Result<(), DbError> {
        self.exec("UPDATE article SET updated_at = $1 WHERE slug = $2", &args![at, slug]).await?;
        Ok(())
    }
}
