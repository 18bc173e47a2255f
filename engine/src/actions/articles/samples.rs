//! The sample articles that come with the program.

use bellhop_store::{DbError, Reader, Store};
use chrono::{DateTime, Utc};

use super::{ActionError, SyncReport, sync_folder};
use crate::{
    actions::require,
    caller::{Caller, Permission},
    engine::Engine,
    knowledge,
};

/// The name under which the sample articles stand in place of a folder's; no path of a folder is like it.
pub const SAMPLES: &str = "sample";

/// Loads the sample articles; one whose slug somebody uses for an article of their own is left out.
///
/// # Errors
/// When the database does not take changes.
pub async fn load_samples(store: &Store, now: DateTime<Utc>) -> Result<SyncReport, ActionError> {
    let mut samples = Vec::new();
    for sample in bellhop_kb::files::sample() {
        let record = store.reader.article(&sample.slug).await?;
        if record.is_none_or(|record| record.folder.as_deref() == Some(SAMPLES)) {
            samples.push(sample);
        }
    }
    sync_folder(store, now, SAMPLES, samples).await
}

/// Whether sample articles are in use.
///
/// # Errors
/// When the database cannot be read.
pub async fn has_samples(reader: &Reader) -> Result<bool, DbError> {
    for record in reader.articles_of_folder(SAMPLES).await? {
        if reader.published(&record.slug).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes the sample articles out of use; those that somebody changed stay.
///
/// # Errors
/// When the database does not take changes.
pub async fn remove_samples(engine: &Engine, caller: &Caller) -> Result<SyncReport, ActionError> {
    require(caller, Permission::EditArticles)?;
    let slugs = engine.reader().articles_of_folder(SAMPLES).await?.into_iter().map(|record| record.slug).collect();
    let report = sync_folder(&engine.0.store, engine.now(), SAMPLES, Vec::new()).await?;
    knowledge::settle(engine, slugs, report.seq).await.map_err(|error| {
        tracing::error!(error = %error, "The removed sample articles could not be taken out of the search index");
        ActionError::not_now("removed, but the search index cannot be changed now; it is tried again")
    })?;
    Ok(report)
}
