//! A folder of files as the source of articles.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
    time::Duration,
};

use bellhop_kb::files::{FileArticle, Status};
use bellhop_store::{
    DbError, Reader, Store, Tx,
    articles::{ArticleRecord, ArticleText, ArticleView},
};
use chrono::{DateTime, SubsecRound, Utc};
use serde::Serialize;

use super::{ActionError, document, joined, midnight, word};
use crate::knowledge::ARTICLE;

/// Articles in one transaction: up to here a sync is kept as a whole, and others who write wait little.
const CHUNK: usize = 500;
/// Versions read at once.
const PAGE: u32 = 1_000;
/// How often a transaction is tried again while the database is busy.
const TRIES: u32 = 20;
/// The pause before that.
const PAUSE: Duration = Duration::from_millis(100);
/// Who wrote what comes from files.
const AUTHOR: &str = "kb sync";

/// What a sync did, counted in article versions: one slug in one language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SyncReport {
    /// Were not there, or not in use.
    pub added: usize,
    /// Say something else, or to other people.
    pub changed: usize,
    /// Their files are gone, or say so.
    pub archived: usize,
    /// Are as they were.
    pub unchanged: usize,
    /// The change up to which nodes have to follow to answer with all of it.
    pub seq: i64,
}

/// Makes the articles of a folder what its files say; `folder` is its name, the same at every sync. Needs no engine: live nodes follow by themselves.
///
/// Archives only what came from this folder. An article of the same slug from elsewhere is taken over; what it said stays among its versions.
///
/// # Errors
/// When the database does not take changes. Up to five hundred articles are then as before; of more, some may be new.
pub async fn sync_folder(store: &Store, now: DateTime<Utc>, folder: &str, articles: Vec<FileArticle>) -> Result<SyncReport, ActionError> {
    let reader = &store.reader;
    let mut known = Known::load(reader, folder).await?;
    let mut files: BTreeMap<String, Vec<FileArticle>> = BTreeMap::new();
    for article in articles {
        files.entry(article.slug.clone()).or_default().push(article);
    }
    let mut report = SyncReport::default();
    let mut changes = Vec::new();
    for (slug, versions) in files {
        known.of_folder.remove(&slug);
        if known.has_all(&slug, &versions, folder)? {
            report.unchanged += versions.len();
        } else {
            changes.extend(plan(reader, folder, slug, versions, &mut report).await?);
        }
    }
    for slug in known.of_folder {
        changes.extend(plan(reader, folder, slug, Vec::new(), &mut report).await?);
    }
    let mut waiting = changes.into_iter().peekable();
    while waiting.peek().is_some() {
        let chunk: Arc<Vec<Change>> = Arc::new(waiting.by_ref().take(CHUNK).collect());
        report.seq = keep(store, chunk, now).await?;
    }
    if report.seq == 0 {
        report.seq = reader.last_change().await?;
    }
    Ok(report)
}

/// What is in force before a sync.
struct Known {
    /// Per slug and language, what tells one state from another.
    in_force: HashMap<(String, String), u64>,
    languages: HashMap<String, usize>,
    of_folder: BTreeSet<String>,
}

impl Known {
    async fn load(reader: &Reader, folder: &str) -> Result<Self, DbError> {
        let of_folder = reader.articles_of_folder(folder).await?.into_iter().map(|record| record.slug).collect();
        let mut known = Self { in_force: HashMap::new(), languages: HashMap::new(), of_folder };
        let mut after: Option<(String, String)> = None;
        loop {
            let place = after.as_ref().map(|(slug, lang)| (slug.as_str(), lang.as_str()));
            let page = reader.published_articles(place, PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            for (record, version) in page {
                let key = (version.slug, version.lang);
                *known.languages.entry(key.0.clone()).or_default() += 1;
                known.in_force.insert(key.clone(), fingerprint(&record, &version.text));
                after = Some(key);
            }
            if is_last {
                return Ok(known);
            }
        }
    }

    /// Whether exactly these versions are in force.
    fn has_all(&self, slug: &str, versions: &[FileArticle], folder: &str) -> Result<bool, ActionError> {
        if self.languages.get(slug) != Some(&versions.len()) {
            return Ok(false);
        }
        for file in versions {
            let key = (file.slug.clone(), file.lang.clone());
            let wanted = fingerprint(&record(file, folder)?, &text(file));
            if file.status != Status::Published || self.in_force.get(&key) != Some(&wanted) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn fingerprint(record: &ArticleRecord, text: &ArticleText) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&record.category, &record.visibility, record.audience.to_string(), &record.owner, &record.folder).hash(&mut hasher);
    (&text.title, &text.answer, &text.body, &text.phrasings, &text.keywords).hash(&mut hasher);
    (text.publish_at, text.expire_at, text.review_by).hash(&mut hasher);
    hasher.finish()
}

/// What is to be done about one article.
struct Change {
    slug: String,
    record: Option<ArticleRecord>,
    languages: Vec<(String, Step)>,
}

enum Step {
    Publish(ArticleText),
    Draft(ArticleText),
    /// With the text that is archived, where it is not there yet.
    Archive(Option<ArticleText>),
}

/// Compares an article with its files and counts the differences.
async fn plan(reader: &Reader, folder: &str, slug: String, files: Vec<FileArticle>, report: &mut SyncReport) -> Result<Option<Change>, ActionError> {
    let before = reader.article(&slug).await?;
    let mut change = Change { slug, record: None, languages: Vec::new() };
    if let Some(file) = files.first() {
        let wanted = record(file, folder)?;
        change.record = Some(wanted).filter(|wanted| !before.as_ref().is_some_and(|before| says_the_same(before, wanted)));
    }
    let mut unwanted: BTreeSet<String> = BTreeSet::new();
    if before.is_some() {
        let locales = reader.article_locales(&change.slug).await?;
        unwanted.extend(locales.into_iter().filter(|locale| locale.published_revision.or(locale.draft_revision).is_some()).map(|locale| locale.lang));
    }
    for file in files {
        let view = reader.article_view(&change.slug, &file.lang).await?;
        let was_used = unwanted.remove(&file.lang);
        let step = step(&file, view.as_ref());
        let count = match (&step, file.status) {
            (None, _) if change.record.is_none() => &mut report.unchanged,
            (Some(_), Status::Archived) => &mut report.archived,
            (Some(_), _) if !was_used => &mut report.added,
            _ => &mut report.changed,
        };
        *count += 1;
        change.languages.extend(step.map(|step| (file.lang, step)));
    }
    report.archived += unwanted.len();
    change.languages.extend(unwanted.into_iter().map(|lang| (lang, Step::Archive(None))));
    Ok((change.record.is_some() || !change.languages.is_empty()).then_some(change))
}

/// What makes a language of an article what its file says; nothing when it is so.
fn step(file: &FileArticle, view: Option<&ArticleView>) -> Option<Step> {
    let wanted = text(file);
    let published = view.and_then(|view| view.published.as_ref()).map(|version| &version.text);
    let draft = view.and_then(|view| view.draft.as_ref()).map(|version| &version.text);
    match file.status {
        Status::Published => (published != Some(&wanted)).then_some(Step::Publish(wanted)),
        Status::Draft => (published.is_some() || draft != Some(&wanted)).then_some(Step::Draft(wanted)),
        Status::Archived => match view {
            None => Some(Step::Archive(Some(wanted))),
            Some(_) => (published.is_some() || draft.is_some()).then_some(Step::Archive(None)),
        },
    }
}

fn says_the_same(a: &ArticleRecord, b: &ArticleRecord) -> bool {
    let shared = |record: &ArticleRecord| {
        let ArticleRecord { category, visibility, audience, owner, folder, .. } = record.clone();
        (category, visibility, audience, owner, folder)
    };
    shared(a) == shared(b)
}

fn record(file: &FileArticle, folder: &str) -> Result<ArticleRecord, ActionError> {
    Ok(ArticleRecord {
        slug: file.slug.clone(),
        category: joined(&file.category),
        visibility: word(file.visibility).to_owned(),
        audience: document(&file.audience)?,
        owner: file.owner.clone(),
        folder: Some(folder.to_owned()),
        version: 0,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    })
}

fn text(file: &FileArticle) -> ArticleText {
    ArticleText {
        title: file.title.clone(),
        answer: Some(file.answer.clone()),
        body: file.body.clone(),
        phrasings: file.phrasings.clone(),
        keywords: file.keywords.clone(),
        publish_at: file.publish_at.map(|at| at.trunc_subsecs(6)),
        expire_at: file.expire_at.map(|at| at.trunc_subsecs(6)),
        review_by: file.review_by.map(midnight),
    }
}

/// Keeps changes, all or none; answers the number of the last one.
async fn keep(store: &Store, changes: Arc<Vec<Change>>, now: DateTime<Utc>) -> Result<i64, ActionError> {
    for attempt in 1.. {
        let changes = Arc::clone(&changes);
        let written = store.writer.write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                for change in changes.iter() {
                    write(tx, change, now).await?;
                }
                let mut seq = 0;
                for change in changes.iter() {
                    seq = tx.record_change(ARTICLE, &change.slug, now).await?;
                }
                Ok(seq)
            })
        });
        match written.await.map_err(ActionError::from) {
            Err(ActionError::Busy | ActionError::Conflict) if attempt < TRIES => tokio::time::sleep(PAUSE).await,
            result => return result,
        }
    }
    Err(ActionError::Busy)
}

async fn write(tx: &Tx, change: &Change, now: DateTime<Utc>) -> Result<(), ActionError> {
    if let Some(record) = &change.record {
        tx.save_article(record, None, now).await?;
    }
    for (lang, step) in &change.languages {
        match step {
            Step::Publish(text) => {
                tx.save_draft(&change.slug, lang, text, AUTHOR, None, now).await?;
                tx.publish_article(&change.slug, lang, None, now).await?;
            }
            Step::Draft(text) => {
                tx.archive_article(&change.slug, lang, None, now).await?;
                tx.save_draft(&change.slug, lang, text, AUTHOR, None, now).await?;
            }
            Step::Archive(text) => {
                if let Some(text) = text {
                    tx.save_draft(&change.slug, lang, text, AUTHOR, None, now).await?;
                }
                tx.archive_article(&change.slug, lang, None, now).await?;
            }
        }
    }
    Ok(())
}
