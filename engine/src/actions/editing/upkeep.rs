//! Articles that are due to be looked at again.

use bellhop_store::usefulness::DueArticle;
use chrono::{DateTime, Utc};

use crate::{
    actions::{ActionError, require},
    caller::{Caller, Permission},
    engine::Engine,
};

/// Articles that are listed at most.
const MOST: u32 = 1_000;

/// Published articles that are to be looked at again by `by` (now), the ones that are due longest first; a thousand at most.
///
/// # Errors
/// When the database cannot be read.
pub async fn stale(engine: &Engine, caller: &Caller, by: Option<DateTime<Utc>>) -> Result<Vec<DueArticle>, ActionError> {
    require(caller, Permission::ReadArticles)?;
    Ok(engine.reader().articles_due(by.unwrap_or_else(|| engine.now()), MOST).await?)
}
