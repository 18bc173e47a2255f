//! Following the change log: from the articles that changed to an index that has them.

use std::collections::BTreeSet;

use bellhop_kb::{Change, KnowledgeBase, SynonymGroup, Synonyms};
use bellhop_store::{DbError, Reader, articles::ArticleVersion};
use chrono::{DateTime, Utc};

use super::reading::{indexed, is_in_force};

/// The kind of change that is followed.
pub(crate) const ARTICLE: &str = "article";
/// The kind of change after which the words that mean the same are read again.
pub(crate) const SYNONYMS: &str = "synonyms";
/// Changes that are taken in at once: few enough that whoever publishes waits little behind an import.
const CHUNK: u32 = 500;

/// Why the index does not follow.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The articles cannot be read.
    #[error("the articles cannot be read: {0}")]
    Database(#[from] DbError),
    /// The index cannot be changed.
    #[error(transparent)]
    Index(#[from] bellhop_kb::Error),
}

/// How far the change log was followed, and what comes or goes by itself.
#[derive(Debug)]
pub(super) struct Following {
    seq: i64,
    /// When which article comes or goes. An entry that holds no longer costs a look.
    moments: BTreeSet<(DateTime<Utc>, String)>,
}

impl Following {
    /// After `seq`.
    pub(super) fn from(seq: i64) -> Self {
        Self { seq, moments: BTreeSet::new() }
    }

    /// The last change that the index has.
    pub(super) fn seq(&self) -> i64 {
        self.seq
    }

    /// Looks at what is there at a start. An index that is empty, or knows more than the database, is made anew.
    pub(super) async fn prepare(&mut self, base: &KnowledgeBase, reader: &Reader, now: DateTime<Utc>) -> Result<(), FollowError> {
        let (applied, last) = (base.applied_seq(), reader.last_change().await?);
        if last == 0 && base.is_empty() && applied == 0 {
            return Ok(());
        }
        if applied == 0 || applied > last {
            return self.rebuild(base, reader, now).await;
        }
        self.seq = applied;
        // What came or went while nobody looked is taken in by the first step.
        for (slug, moment) in reader.scheduled_articles().await? {
            self.moments.insert((moment, slug));
        }
        Ok(())
    }

    /// Makes the index from everything that is published. It counts as empty until it is complete.
    pub(super) async fn rebuild(&mut self, base: &KnowledgeBase, reader: &Reader, now: DateTime<Utc>) -> Result<(), FollowError> {
        // First the number: what changes in between is then read twice, never missed.
        let last = reader.last_change().await?;
        self.seq = 0;
        if base.applied_seq() != 0 || !base.is_empty() {
            let emptied = base.clone();
            on_a_thread(move || emptied.clear()).await?;
        }
        let mut after: Option<(String, String)> = None;
        loop {
            let place = after.as_ref().map(|(slug, lang)| (slug.as_str(), lang.as_str()));
            let page = reader.published_articles(place, CHUNK).await?;
            let is_last = page.len() < CHUNK as usize;
            after = page.last().map(|(_, version)| (version.slug.clone(), version.lang.clone()));
            let mut changes = Vec::with_capacity(page.len());
            for (record, version) in page {
                self.note_moments(&version, now);
                if is_in_force(&version, now) {
                    changes.push(Change::Put(indexed(&record, version)));
                }
            }
            let seq = if is_last { last } else { 0 };
            apply(base, changes, seq).await?;
            if is_last {
                self.seq = last;
                return Ok(());
            }
        }
    }

    /// Takes in the next changes, and what comes or goes by now; answers whether there are more.
    pub(super) async fn step(&mut self, base: &KnowledgeBase, reader: &Reader, now: DateTime<Utc>) -> Result<bool, FollowError> {
        let changes = reader.changes_since(self.seq, CHUNK).await?;
        let more = changes.len() == CHUNK as usize;
        let seq = changes.last().map_or(self.seq, |change| change.seq);
        if changes.iter().any(|change| change.kind == SYNONYMS) {
            read_synonyms(base, reader).await?;
        }
        let due: Vec<_> = self.moments.iter().take_while(|(at, _)| *at <= now).take(CHUNK as usize).cloned().collect();
        let changed = changes.into_iter().filter(|change| change.kind == ARTICLE).map(|change| change.key);
        let slugs: BTreeSet<String> = changed.chain(due.iter().map(|(_, slug)| slug.clone())).collect();
        if !slugs.is_empty() {
            let changes = self.read(reader, slugs.iter(), now).await?;
            apply(base, changes, seq).await?;
        }
        for moment in &due {
            self.moments.remove(moment);
        }
        self.seq = seq;
        Ok(more || due.len() == CHUNK as usize)
    }

    /// Takes in these articles before their turn.
    pub(super) async fn take_in(&mut self, base: &KnowledgeBase, reader: &Reader, slugs: &[String], now: DateTime<Utc>) -> Result<(), FollowError> {
        let changes = self.read(reader, slugs.iter(), now).await?;
        apply(base, changes, self.seq).await
    }

    async fn read(&mut self, reader: &Reader, slugs: impl Iterator<Item = &String>, now: DateTime<Utc>) -> Result<Vec<Change>, FollowError> {
        let mut changes = Vec::new();
        for slug in slugs {
            let published = reader.published(slug).await?;
            let mut shown = BTreeSet::new();
            if let Some((record, versions)) = published {
                for version in versions {
                    self.note_moments(&version, now);
                    if is_in_force(&version, now) {
                        shown.insert(version.lang.clone());
                        changes.push(Change::Put(indexed(&record, version)));
                    }
                }
            }
            let locales = reader.article_locales(slug).await?;
            let hidden = locales.into_iter().filter(|locale| !shown.contains(&locale.lang));
            changes.extend(hidden.map(|locale| Change::Remove { slug: locale.slug, lang: locale.lang }));
        }
        Ok(changes)
    }

    fn note_moments(&mut self, version: &ArticleVersion, now: DateTime<Utc>) {
        for moment in [version.text.publish_at, version.text.expire_at].into_iter().flatten().filter(|moment| *moment > now) {
            self.moments.insert((moment, version.slug.clone()));
        }
    }
}

/// Makes the words that mean the same what the database says.
pub(super) async fn read_synonyms(base: &KnowledgeBase, reader: &Reader) -> Result<(), DbError> {
    let kept = reader.all_synonyms().await?;
    base.set_synonyms(Synonyms::of(kept.into_iter().map(|group| SynonymGroup { lang: group.lang, words: group.words })));
    Ok(())
}

async fn apply(base: &KnowledgeBase, changes: Vec<Change>, seq: i64) -> Result<(), FollowError> {
    let base = base.clone();
    on_a_thread(move || base.apply(changes, seq)).await
}

/// The index works with files and much arithmetic: not on a thread that answers requests.
pub(super) async fn on_a_thread(work: impl FnOnce() -> Result<(), bellhop_kb::Error> + Send + 'static) -> Result<(), FollowError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => Ok(result?),
        // It panicked on what it found in the index.
        Err(_) => Err(FollowError::Index(bellhop_kb::Error::Damaged)),
    }
}
