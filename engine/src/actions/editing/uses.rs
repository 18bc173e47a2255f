//! Counting how articles are used. Counts are gathered in memory and written down every few seconds: an article's page may be opened as often as
//! anybody likes, and costs the database nothing.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use bellhop_store::{DbError, WriteError, usefulness::ArticleUse};
use chrono::{DateTime, Utc};

use crate::engine::Engine;

/// Articles, languages and days that are counted at once; more of them wait for the next writing down.
const MOST: usize = 10_000;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// What was counted and is not written down yet.
#[derive(Default)]
pub(crate) struct Uses(Mutex<BTreeMap<(String, String, i64), Counts>>);

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    views: i64,
    sent: i64,
}

/// The number of a day, in UTC.
pub(super) fn day(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(DAY)
}

/// Somebody opened the page of an article.
pub fn viewed(engine: &Engine, slug: &str, lang: &str) {
    engine.0.uses.count(slug, lang, engine.now(), |counts| counts.views += 1);
}

/// Somebody who works here answered with an article.
pub(crate) fn sent(engine: &Engine, slug: &str, lang: &str) {
    engine.0.uses.count(slug, lang, engine.now(), |counts| counts.sent += 1);
}

/// Writes down what was counted; what cannot be written down is counted again.
pub(crate) async fn write_down(engine: &Engine) -> Result<(), DbError> {
    let counted = std::mem::take(&mut *engine.0.uses.lock());
    if counted.is_empty() {
        return Ok(());
    }
    let uses: Vec<ArticleUse> = counted
        .iter()
        .map(|((slug, lang, day), counts)| ArticleUse { slug: slug.clone(), lang: lang.clone(), day: *day, views: counts.views, sent: counts.sent })
        .collect();
    let written = engine.writer().write::<_, DbError, _>(move |tx| Box::pin(async move { tx.count_uses(&uses).await })).await;
    if written.is_err() {
        let mut held = engine.0.uses.lock();
        for (key, counts) in counted {
            let entry = held.entry(key).or_default();
            entry.views += counts.views;
            entry.sent += counts.sent;
        }
    }
    written.map_err(WriteError::into_db)
}

impl Uses {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<(String, String, i64), Counts>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, slug: &str, lang: &str, at: DateTime<Utc>, count: impl FnOnce(&mut Counts)) {
        let mut held = self.lock();
        let key = (slug.to_owned(), lang.to_owned(), day(at));
        if held.len() < MOST || held.contains_key(&key) {
            count(held.entry(key).or_default());
        }
    }
}
