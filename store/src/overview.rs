//! The lists of the console: each conversation, or article, with what is needed to tell it from the others, and how many there are.

use std::collections::HashMap;

use bellhop_domain::{
    conversation::ConversationStatus,
    id::{AgentId, ContactId, ConversationId},
    message::Direction,
};
use chrono::{DateTime, Utc};

use crate::{
    articles::{ArticleFilter, ArticleRecord},
    error::DbError,
    page::{Conditions, Cursor, Page},
    reader::Reader,
    sql::{Arg, Row, args, places},
};

/// More than this is not counted.
pub const MOST_COUNTED: i64 = 1000;

/// Conversations that people have; spelled out as in the indexes, for only so do they apply.
const WITH_PEOPLE: &str = "c.status IN ('queued', 'open', 'snoozed')";

/// Characters of the last message that a list shows.
const SNIPPET: i64 = 160;

/// Which conversations to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// Those that this agent has.
    Mine(AgentId),
    /// Those that nobody has.
    Unassigned,
    /// All that people have.
    All,
    /// Those in a department's queue, by its key.
    Department(String),
    /// Those that the bot has.
    Bot,
    /// Those that are done.
    Resolved,
}

/// A conversation in a list.
#[derive(Clone, PartialEq, Eq)]
pub struct OverviewRow {
    /// Which.
    pub id: ConversationId,
    /// How it stands.
    pub status: ConversationStatus,
    /// The channel's configured name.
    pub channel: String,
    /// Who has it.
    pub assignee: Option<AgentId>,
    /// Key of the department.
    pub department: Option<String>,
    /// What the customer is called.
    pub name: Option<String>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// Since when it waits.
    pub queued_at: Option<DateTime<Utc>>,
    /// Until when it is set aside.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// The beginning of what was said last.
    pub last_text: Option<String>,
    /// Who said it: the customer, or we.
    pub last_direction: Option<Direction>,
}

/// How many conversations there are in each view; [`MOST_COUNTED`] stands for that or more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// The agent's own.
    pub mine: i64,
    /// Nobody's.
    pub unassigned: i64,
    /// All that people have.
    pub all: i64,
    /// By the department's key.
    pub departments: Vec<(String, i64)>,
}

fn row(row: &mut Row) -> Result<OverviewRow, DbError> {
    Ok(OverviewRow {
        id: row.next()?,
        status: row.word(ConversationStatus::parse)?,
        channel: row.next()?,
        assignee: row.next()?,
        department: row.next()?,
        updated_at: row.next()?,
        queued_at: row.next()?,
        snoozed_until: row.next()?,
        name: row.next()?,
        last_text: row.next()?,
        last_direction: row.next::<Option<String>>()?.as_deref().and_then(Direction::parse),
    })
}

/// The statement that lists a view, newest first.
pub(crate) fn list(view: &View, cursor: Option<Cursor>, limit: u32) -> (String, Vec<Arg<'_>>) {
    let mut conditions = Conditions::new("SELECT c.id, c.updated_at FROM conversation c");
    match view {
        View::Mine(agent) => {
            conditions.and(WITH_PEOPLE);
            conditions.equals("c.assignee", Some(agent.0));
        }
        View::Unassigned => {
            conditions.and(WITH_PEOPLE);
            conditions.and("c.assignee IS NULL");
        }
        View::All => conditions.and(WITH_PEOPLE),
        View::Department(key) => {
            conditions.and(WITH_PEOPLE);
            conditions.equals("c.department", Some(key.as_str()));
        }
        View::Bot => conditions.and("c.status = 'bot'"),
        View::Resolved => conditions.and("c.status = 'resolved'"),
    }
    let (inner, args) = conditions.newest_first("c.updated_at", "c.id", cursor, limit);
    let last =
        |column: &str| format!("(SELECT {column} FROM message m WHERE m.conversation = c.id AND m.direction <> 'note' ORDER BY m.seq DESC LIMIT 1)");
    let sql = format!(
        "SELECT c.id, c.status, c.channel, c.assignee, c.department, c.updated_at, c.queued_at, c.snoozed_until, k.name, {}, {}
         FROM ({inner}) AS page JOIN conversation c ON c.id = page.id LEFT JOIN contact k ON k.id = c.contact
         ORDER BY page.updated_at DESC, page.id DESC",
        last(&format!("SUBSTR(m.text, 1, {SNIPPET})")),
        last("m.direction"),
    );
    (sql, args)
}

impl Reader {
    /// The conversations of a view, the ones that changed last first.
    pub async fn overview(&self, view: &View, cursor: Option<Cursor>, limit: u32) -> Result<Page<OverviewRow>, DbError> {
        let (sql, args) = list(view, cursor, limit);
        Page::read(self.few(sql, &args).await?, limit, |from| {
            let found = row(from)?;
            Ok((Cursor { place: found.updated_at.timestamp_micros(), id: found.id.0 }, found))
        })
    }

    /// How many conversations people have; `agent` for their own.
    pub async fn overview_counts(&self, agent: Option<AgentId>) -> Result<Counts, DbError> {
        let count =
            |what: &str| format!("SELECT COUNT(*) FROM (SELECT 1 FROM conversation c WHERE {WITH_PEOPLE} {what} LIMIT {MOST_COUNTED}) AS counted");
        let sql = format!("SELECT ({}), ({}), ({})", count("AND c.assignee = $1"), count("AND c.assignee IS NULL"), count(""));
        let mut counts = Counts::default();
        if let Some(mut row) = self.one(sql, &args![agent]).await? {
            (counts.mine, counts.unassigned, counts.all) = (row.next()?, row.next()?, row.next()?);
        }
        let sql = format!(
            "SELECT department, COUNT(*) FROM (SELECT c.department FROM conversation c WHERE {WITH_PEOPLE} AND c.department IS NOT NULL LIMIT 10000) AS counted
             GROUP BY department ORDER BY department"
        );
        for mut row in self.few(sql, &[]).await? {
            counts.departments.push((row.next()?, row.next::<i64>()?.min(MOST_COUNTED)));
        }
        Ok(counts)
    }
}

impl Reader {
    /// What people are called, by their ids; those that there are not are left out.
    pub async fn contact_names(&self, ids: &[ContactId]) -> Result<HashMap<ContactId, Option<String>>, DbError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let args: Vec<Arg<'_>> = ids.iter().map(|id| Arg::from(*id)).collect();
        let sql = format!("SELECT k.id, k.name FROM contact k WHERE k.id IN ({})", places(1, ids.len()));
        self.few(sql, &args).await?.iter_mut().map(|row| Ok((row.next()?, row.next()?))).collect()
    }

    /// Articles with their titles, the ones that changed last first, and where the next page begins.
    pub async fn article_overview(
        &self,
        filter: &ArticleFilter,
        cursor: Option<(DateTime<Utc>, String)>,
        limit: u32,
    ) -> Result<(Vec<ArticleOverview>, Option<(DateTime<Utc>, String)>), DbError> {
        let mut found = self.articles(filter, cursor, limit + 1).await?;
        let has_more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().filter(|_| has_more).map(|last| (last.updated_at, last.slug.clone()));
        if found.is_empty() {
            return Ok((Vec::new(), None));
        }
        let args: Vec<Arg<'_>> = found.iter().map(|article| Arg::from(&article.slug)).collect();
        let sql = format!(
            "SELECT l.slug, l.lang, l.published_revision IS NOT NULL, l.draft_revision IS NOT NULL, v.title FROM article_locale l
             JOIN article_version v ON v.slug = l.slug AND v.lang = l.lang AND v.revision = COALESCE(l.draft_revision, l.published_revision, l.last_revision)
             WHERE l.slug IN ({}) ORDER BY l.slug, l.lang",
            places(1, found.len())
        );
        let mut texts: HashMap<String, Vec<ArticleTextOverview>> = HashMap::new();
        for mut row in self.few(sql, &args).await? {
            let slug: String = row.next()?;
            let text = ArticleTextOverview { lang: row.next()?, is_published: row.next()?, has_draft: row.next()?, title: row.next()? };
            texts.entry(slug).or_default().push(text);
        }
        let overview = found.into_iter().map(|article| ArticleOverview { texts: texts.remove(&article.slug).unwrap_or_default(), article });
        Ok((overview.collect(), next))
    }

    /// How many articles each category has, by its path; none: those without one.
    pub async fn article_categories(&self) -> Result<Vec<(Option<String>, i64)>, DbError> {
        let sql = "SELECT category, COUNT(*) FROM article GROUP BY category ORDER BY category";
        self.all(sql, &[]).await?.iter_mut().map(|row| Ok((row.next()?, row.next()?))).collect()
    }
}

/// An article in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleOverview {
    /// The article.
    pub article: ArticleRecord,
    /// What it is called in each language.
    pub texts: Vec<ArticleTextOverview>,
}

/// What an article is called in a language, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleTextOverview {
    /// The language's tag.
    pub lang: String,
    /// A text is in force, or waits for its time.
    pub is_published: bool,
    /// A text is being written.
    pub has_draft: bool,
    /// The title, as it is being written where it is.
    pub title: String,
}
