//! What people do with articles: write, publish, take out of force; and whole folders of them.

mod check;
mod export;
mod folder;
mod samples;
#[cfg(test)]
mod tests;

use std::time::Duration;

use bellhop_kb::{Audience, Visibility};
use bellhop_store::articles::{ArticleLocale, ArticleRecord, ArticleText, ArticleVersion, ArticleView};
use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, Utc};

use super::{ActionError, TRIES, require};
use crate::{
    caller::{Caller, Permission},
    engine::Engine,
    knowledge::{self, ARTICLE},
};
pub use export::{ExportError, export_folder};
pub use folder::{SyncReport, sync_folder};
pub use samples::{SAMPLES, has_samples, load_samples, remove_samples};

/// How long other nodes are waited for.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// An article in one language, as it is written. What belongs to all its languages stays as it is where it is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArticleInput {
    /// What it is called.
    pub title: String,
    /// The short answer for chat; the first paragraph of the body when absent.
    pub answer: Option<String>,
    /// All of it, in Markdown.
    pub body: String,
    /// Questions that it answers, in customers' words.
    pub phrasings: Vec<String>,
    /// Words that should find it.
    pub keywords: Vec<String>,
    /// Not before.
    pub publish_at: Option<DateTime<Utc>>,
    /// Not after.
    pub expire_at: Option<DateTime<Utc>>,
    /// When somebody should look at it again.
    pub review_by: Option<NaiveDate>,
    /// Path in the category tree, outermost first; of all languages.
    pub category: Option<Vec<String>>,
    /// Who may see it; of all languages.
    pub visibility: Option<Visibility>,
    /// Which of those it is for; of all languages.
    pub audience: Option<Audience>,
    /// Mail address of whoever looks after it; of all languages.
    pub owner: Option<Option<String>>,
}

/// What publishing or archiving did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The languages that changed; none when it was so already.
    pub changed: Vec<ArticleLocale>,
    /// Every live node answers with it; otherwise some are late.
    pub everywhere: bool,
}

/// The version of an article in one language that an editor has seen: grows with every change that its editors can make.
pub fn version(view: &ArticleView) -> i64 {
    view.article.version + view.locale.version
}

/// Keeps a text as the draft of an article in a language, and makes the article if there is none. What belongs to all languages holds at once.
///
/// # Errors
/// `Conflict` when `expected` is another [`version`] than there is (0: it has to be new).
pub async fn save_draft(
    engine: &Engine,
    caller: &Caller,
    slug: &str,
    lang: &str,
    input: &ArticleInput,
    expected: Option<i64>,
) -> Result<ArticleView, ActionError> {
    require(caller, Permission::EditArticles)?;
    check::article(slug, lang, input)?;
    let lang = configured(engine, lang);
    let text = text(input);
    let author = caller.actor.name().unwrap_or("Bellhop").to_owned();
    for attempt in 1.. {
        let now = engine.now();
        let (record, locale) = (engine.reader().article(slug).await?, engine.reader().article_locale(slug, &lang).await?);
        expect(record.as_ref(), locale.as_ref(), expected)?;
        let (versions, is_shown) = match &record {
            Some(record) => ((record.version, locale.map_or(0, |locale| locale.version)), engine.reader().published(slug).await?.is_some()),
            None => ((0, 0), false),
        };
        let wanted = shared(record.as_ref(), slug, input, now)?;
        let shared = (record.as_ref() != Some(&wanted)).then_some(wanted);
        let (key, lang_key, text, author) = (slug.to_owned(), lang.clone(), text.clone(), author.clone());
        let written = engine.writer().write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                let changes_answers = is_shown && shared.is_some();
                if let Some(shared) = shared {
                    tx.save_article(&shared, Some(versions.0), now).await?.ok_or(ActionError::Conflict)?;
                }
                tx.save_draft(&key, &lang_key, &text, &author, Some(versions.1), now).await?.ok_or(ActionError::Conflict)?;
                if changes_answers { Ok(Some(tx.record_change(ARTICLE, &key, now).await?)) } else { Ok(None) }
            })
        });
        match written.await.map_err(ActionError::from) {
            Err(ActionError::Conflict) if attempt < TRIES => {}
            Err(error) => return Err(error),
            Ok(seq) => {
                if let Some(seq) = seq {
                    settle(engine, slug, seq).await?;
                }
                break;
            }
        }
    }
    engine.reader().article_view(slug, &lang).await?.ok_or(NO_ARTICLE)
}

/// Puts an article's drafts in force, in one language or in all; answers when this node's customers get them.
///
/// # Errors
/// `NotNow` when there is nothing to publish.
pub async fn publish(engine: &Engine, caller: &Caller, slug: &str, lang: Option<&str>, expected: Option<i64>) -> Result<Applied, ActionError> {
    require(caller, Permission::EditArticles)?;
    change(engine, slug, lang, expected, Step::Publish).await
}

/// Takes an article out of force with its drafts, in one language or in all; nobody on this node is shown it once this has answered.
///
/// # Errors
/// When there is no such article.
pub async fn archive(engine: &Engine, caller: &Caller, slug: &str, lang: Option<&str>, expected: Option<i64>) -> Result<Applied, ActionError> {
    require(caller, Permission::EditArticles)?;
    change(engine, slug, lang, expected, Step::Archive).await
}

/// Every text that an article had in a language, the newest first.
///
/// # Errors
/// When there is no such article in that language.
pub async fn versions(engine: &Engine, caller: &Caller, slug: &str, lang: &str) -> Result<Vec<ArticleVersion>, ActionError> {
    require(caller, Permission::ReadArticles)?;
    let versions = engine.reader().article_versions(slug, &configured(engine, lang)).await?;
    if versions.is_empty() { Err(NO_ARTICLE) } else { Ok(versions) }
}

/// An article in one language, as a person edits it.
///
/// # Errors
/// When there is no such article in that language.
pub async fn view(engine: &Engine, caller: &Caller, slug: &str, lang: &str) -> Result<ArticleView, ActionError> {
    require(caller, Permission::ReadArticles)?;
    engine.reader().article_view(slug, &configured(engine, lang)).await?.ok_or(NO_ARTICLE)
}

const NO_ARTICLE: ActionError = ActionError::NotFound { what: "article" };

/// What is done to a language of an article.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Publish,
    Archive,
}

async fn change(engine: &Engine, slug: &str, lang: Option<&str>, expected: Option<i64>, step: Step) -> Result<Applied, ActionError> {
    let lang = lang.map(|lang| configured(engine, lang));
    for attempt in 1.. {
        let now = engine.now();
        let record = engine.reader().article(slug).await?.ok_or(NO_ARTICLE)?;
        let mut locales = engine.reader().article_locales(slug).await?;
        locales.retain(|locale| lang.as_ref().is_none_or(|lang| locale.lang == *lang));
        let first = locales.first().ok_or(NO_ARTICLE)?;
        expect(Some(&record), Some(first), expected)?;
        let is_published = locales.iter().any(|locale| locale.published_revision.is_some());
        locales.retain(|locale| match step {
            Step::Publish => locale.draft_revision.is_some(),
            Step::Archive => locale.published_revision.is_some() || locale.draft_revision.is_some(),
        });
        if locales.is_empty() {
            return match step {
                Step::Publish if !is_published => Err(ActionError::not_now("there is no draft to publish: save one first")),
                _ => Ok(Applied { changed: Vec::new(), everywhere: true }),
            };
        }
        let key = slug.to_owned();
        let written = engine.writer().write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                let mut changed = Vec::with_capacity(locales.len());
                for locale in &locales {
                    let after = match step {
                        Step::Publish => tx.publish_article(&key, &locale.lang, Some(locale.version), now).await?,
                        Step::Archive => tx.archive_article(&key, &locale.lang, Some(locale.version), now).await?,
                    };
                    changed.push(after.ok_or(ActionError::Conflict)?);
                }
                Ok((changed, tx.record_change(ARTICLE, &key, now).await?))
            })
        });
        match written.await.map_err(ActionError::from) {
            Err(ActionError::Conflict) if attempt < TRIES => {}
            Err(error) => return Err(error),
            Ok((changed, seq)) => {
                settle(engine, slug, seq).await?;
                return Ok(Applied { changed, everywhere: everywhere(engine, seq).await });
            }
        }
    }
    Err(ActionError::Conflict)
}

/// Refuses who has seen another version.
fn expect(record: Option<&ArticleRecord>, locale: Option<&ArticleLocale>, expected: Option<i64>) -> Result<(), ActionError> {
    // An article that is new in a language is new to whoever asks for it in that language.
    let found = match (record, locale) {
        (Some(record), Some(locale)) => record.version + locale.version,
        _ => 0,
    };
    if expected.is_none_or(|expected| expected == found) { Ok(()) } else { Err(ActionError::Conflict) }
}

/// What belongs to all languages, after `input`.
fn shared(record: Option<&ArticleRecord>, slug: &str, input: &ArticleInput, now: DateTime<Utc>) -> Result<ArticleRecord, ActionError> {
    let mut wanted = record.cloned().unwrap_or_else(|| ArticleRecord {
        slug: slug.to_owned(),
        category: None,
        visibility: word(Visibility::Public).to_owned(),
        audience: serde_json::json!({}),
        owner: None,
        folder: None,
        version: 0,
        created_at: now,
        updated_at: now,
    });
    if let Some(category) = &input.category {
        wanted.category = joined(category);
    }
    if let Some(visibility) = input.visibility {
        wanted.visibility = word(visibility).to_owned();
    }
    if let Some(audience) = &input.audience {
        wanted.audience = document(audience)?;
    }
    if let Some(owner) = &input.owner {
        wanted.owner.clone_from(owner);
    }
    if wanted.folder.as_deref() == Some(SAMPLES) {
        // A sample that somebody made their own stays when the samples go.
        wanted.folder = None;
    }
    Ok(wanted)
}

fn text(input: &ArticleInput) -> ArticleText {
    ArticleText {
        title: input.title.trim().to_owned(),
        answer: input.answer.as_deref().map(str::trim).filter(|answer| !answer.is_empty()).map(str::to_owned),
        body: input.body.clone(),
        phrasings: input.phrasings.clone(),
        keywords: input.keywords.clone(),
        publish_at: input.publish_at.map(|at| at.trunc_subsecs(6)),
        expire_at: input.expire_at.map(|at| at.trunc_subsecs(6)),
        review_by: input.review_by.map(midnight),
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn joined(category: &[String]) -> Option<String> {
    (!category.is_empty()).then(|| category.join("/"))
}

fn document(audience: &Audience) -> Result<serde_json::Value, ActionError> {
    serde_json::to_value(audience).map_err(|_| ActionError::invalid("audience", "cannot be stored"))
}

fn word(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Customers => "customers",
        Visibility::Internal => "internal",
    }
}

/// A language's tag as the configuration writes it.
fn configured(engine: &Engine, lang: &str) -> String {
    let settings = engine.settings();
    let known = settings.languages.iter().chain([&settings.language]).find(|known| known.eq_ignore_ascii_case(lang));
    known.map_or_else(|| lang.to_owned(), Clone::clone)
}

async fn settle(engine: &Engine, slug: &str, seq: i64) -> Result<(), ActionError> {
    knowledge::settle(engine, vec![slug.to_owned()], seq).await.map_err(|error| {
        tracing::error!(error = %error, article = slug, "A changed article could not be put into the search index");
        ActionError::not_now("saved, but the search index cannot be changed now, so that customers may still get the old text; it is tried again")
    })
}

async fn everywhere(engine: &Engine, seq: i64) -> bool {
    let own = engine.0.node.to_string();
    let waited = knowledge::wait_until_applied(engine.reader(), seq, engine.now(), PATIENCE, Some(&own)).await;
    waited.unwrap_or(false)
}
