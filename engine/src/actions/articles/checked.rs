//! Publishing and archiving with a look at the regression questions first.

use super::{ActionError, Applied, PATIENCE, archive, configured, publish};
use crate::{
    actions::{
        Problem,
        editing::trial::{self, Change, Origin, Tried},
        require,
    },
    caller::{Caller, Permission},
    engine::Engine,
};

/// What is done when a change makes regression questions worse.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IfRegressions {
    /// The change is made, and they are named.
    #[default]
    Warn,
    /// The change is refused, and they are named.
    Refuse,
    /// They are not asked.
    Ignore,
}

impl IfRegressions {
    /// What the word in the API and on the command line means.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "warn" => Some(Self::Warn),
            "refuse" => Some(Self::Refuse),
            "ignore" => Some(Self::Ignore),
            _ => None,
        }
    }
}

/// What a change did, and which regression questions are answered worse for it.
#[derive(Clone)]
pub struct Checked {
    /// What was done.
    pub applied: Applied,
    /// Those that are worse; nothing where they were not asked.
    pub broken: Option<Vec<Tried>>,
}

/// The same as [`publish`], after asking the regression questions with the drafts.
///
/// # Errors
/// `Regressions` when some are worse and that is to be refused; else as [`publish`].
pub async fn publish_checked(
    engine: &Engine,
    caller: &Caller,
    slug: &str,
    lang: Option<&str>,
    expected: Option<i64>,
    if_regressions: IfRegressions,
) -> Result<Checked, ActionError> {
    require(caller, Permission::EditArticles)?;
    let lang = lang.map(|lang| configured(engine, lang));
    let locales = engine.reader().article_locales(slug).await?;
    let mut has_draft = false;
    for locale in &locales {
        has_draft |= locale.draft_revision.is_some() && lang.as_ref().is_none_or(|lang| *lang == locale.lang);
    }
    let change = Change { drafts: vec![(slug.to_owned(), lang.clone())], ..Change::default() };
    let broken = if has_draft { broken(engine, caller, &change, if_regressions).await? } else { Some(Vec::new()) };
    Ok(Checked { applied: publish(engine, caller, slug, lang.as_deref(), expected).await?, broken })
}

/// The same as [`archive`], after asking the regression questions without the article.
///
/// Taking one language of several out of force is not tried: the article still answers in the others.
///
/// # Errors
/// `Regressions` when some are worse and that is to be refused; else as [`archive`].
pub async fn archive_checked(
    engine: &Engine,
    caller: &Caller,
    slug: &str,
    lang: Option<&str>,
    expected: Option<i64>,
    if_regressions: IfRegressions,
) -> Result<Checked, ActionError> {
    require(caller, Permission::EditArticles)?;
    let lang = lang.map(|lang| configured(engine, lang));
    let locales = engine.reader().article_locales(slug).await?;
    let (mut is_published, mut goes) = (false, true);
    for locale in locales.iter().filter(|locale| locale.published_revision.is_some()) {
        is_published = true;
        goes &= lang.as_ref().is_none_or(|lang| *lang == locale.lang);
    }
    let change = Change { removed: vec![slug.to_owned()], ..Change::default() };
    let broken = if is_published && goes { broken(engine, caller, &change, if_regressions).await? } else { Some(Vec::new()) };
    Ok(Checked { applied: archive(engine, caller, slug, lang.as_deref(), expected).await?, broken })
}

async fn broken(engine: &Engine, caller: &Caller, change: &Change, if_regressions: IfRegressions) -> Result<Option<Vec<Tried>>, ActionError> {
    if if_regressions == IfRegressions::Ignore {
        return Ok(None);
    }
    if engine.reader().regression_questions(None, None, 1).await?.items.is_empty() {
        return Ok(Some(Vec::new()));
    }
    // Whoever may publish an article may learn what that does, whatever else they may read.
    let read = crate::caller::Permissions::of_scope("read").unwrap_or_default();
    let caller = Caller::new(caller.actor.clone(), caller.permissions.clone().and(read));
    let check = tokio::time::timeout(PATIENCE, trial::check(engine, &caller, None, change));
    let report = match (check.await.unwrap_or(Err(ActionError::Busy)), if_regressions) {
        (Ok(report), _) if report.complete => report,
        (Ok(_) | Err(_), IfRegressions::Warn) => {
            tracing::warn!("Regression questions could not be asked in time; the change is made without");
            return Ok(None);
        }
        (Err(error), _) => return Err(error),
        (Ok(_), _) => return Err(ActionError::Busy),
    };
    let broken: Vec<Tried> = report.broken().cloned().collect();
    if if_regressions == IfRegressions::Refuse && !broken.is_empty() {
        let problems = broken.iter().filter_map(|tried| match tried.origin {
            Origin::Regression(id) => Some(Problem { field: id.to_string(), message: tried.line().into() }),
            Origin::Customer { .. } => None,
        });
        return Err(ActionError::Regressions { problems: problems.collect() });
    }
    Ok(Some(broken))
}
