//! Articles as the database has them, made into what the index and people see.

use bellhop_kb::{Article, Audience, Viewer, Visibility, language, markdown};
use bellhop_store::{
    DbError, Reader,
    articles::{ArticleRecord, ArticleVersion},
};
use chrono::{DateTime, Utc};

/// An article that somebody may see, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisibleArticle {
    /// Its name, the same in every language.
    pub slug: String,
    /// The language of this version.
    pub language: String,
    /// What it is called.
    pub title: String,
    /// The short answer for chat.
    pub answer: String,
    /// All of it, in Markdown.
    pub body: String,
    /// Where it is listed, outermost first.
    pub category: Vec<String>,
    /// The languages that it can be read in.
    pub languages: Vec<String>,
    /// Number of the text.
    pub revision: i64,
    /// When the text was written.
    pub written_at: DateTime<Utc>,
}

/// The article in the language `lang`, else in the language `default`, else in any, if it is in force and `viewer` may see it.
///
/// # Errors
/// When the database cannot be read.
pub async fn visible_article(
    reader: &Reader,
    slug: &str,
    lang: &str,
    default: &str,
    viewer: &Viewer,
    now: DateTime<Utc>,
) -> Result<Option<VisibleArticle>, DbError> {
    let Some((record, versions)) = reader.published(slug).await? else { return Ok(None) };
    let (visibility, audience) = access(&record);
    if !viewer.may_see(visibility, &audience) {
        return Ok(None);
    }
    let mut versions: Vec<_> = versions.into_iter().filter(|version| is_in_force(version, now)).collect();
    let languages = versions.iter().map(|version| version.lang.clone()).collect();
    let exactly = |tag: &str| versions.iter().position(|version| version.lang.eq_ignore_ascii_case(tag));
    let roughly = |tag: &str| versions.iter().position(|version| language::matches(&version.lang, tag));
    let chosen = exactly(lang).or_else(|| roughly(lang)).or_else(|| exactly(default)).or_else(|| roughly(default)).unwrap_or(0);
    if chosen >= versions.len() {
        return Ok(None);
    }
    let version = versions.swap_remove(chosen);
    Ok(Some(VisibleArticle {
        answer: answer(&version),
        slug: record.slug,
        language: version.lang,
        title: version.text.title,
        body: version.text.body,
        category: category(record.category.as_deref()),
        languages,
        revision: version.revision,
        written_at: version.created_at,
    }))
}

/// An article's draft as the index would have it, to be tried before it is published.
///
/// # Errors
/// When the database cannot be read.
pub async fn draft_article(reader: &Reader, slug: &str, lang: &str) -> Result<Option<Article>, DbError> {
    let Some(view) = reader.article_view(slug, lang).await? else { return Ok(None) };
    Ok(view.draft.map(|draft| indexed(&view.article, draft)))
}

/// What is written of an article in a language, as the index would have it: its draft, else what is in force.
///
/// # Errors
/// When the database cannot be read.
pub async fn written_article(reader: &Reader, slug: &str, lang: &str) -> Result<Option<Article>, DbError> {
    let Some(view) = reader.article_view(slug, lang).await? else { return Ok(None) };
    Ok(view.draft.or(view.published).map(|version| indexed(&view.article, version)))
}

/// Everything that is in force at this time, at most so many versions, as the index has it.
///
/// # Errors
/// When the database cannot be read.
pub async fn published_articles(reader: &Reader, now: DateTime<Utc>, most: usize) -> Result<Vec<Article>, DbError> {
    const PAGE: u32 = 500;
    let (mut articles, mut after) = (Vec::new(), None::<(String, String)>);
    loop {
        let page = reader.published_articles(after.as_ref().map(|(slug, lang)| (slug.as_str(), lang.as_str())), PAGE).await?;
        let is_last = page.len() < PAGE as usize;
        after = page.last().map(|(_, version)| (version.slug.clone(), version.lang.clone()));
        articles.extend(page.into_iter().filter(|(_, version)| is_in_force(version, now)).map(|(record, version)| indexed(&record, version)));
        if is_last || articles.len() >= most {
            articles.truncate(most);
            return Ok(articles);
        }
    }
}

/// The article as the index has it.
pub(super) fn indexed(record: &ArticleRecord, version: ArticleVersion) -> Article {
    let (visibility, audience) = access(record);
    Article {
        slug: version.slug,
        lang: version.lang,
        title: version.text.title,
        answer: version.text.answer.unwrap_or_default(),
        body: version.text.body,
        phrasings: version.text.phrasings,
        keywords: version.text.keywords,
        category: category(record.category.as_deref()),
        visibility,
        audience,
        revision: version.revision,
    }
}

/// Whether a published text is in force at this time.
pub(super) fn is_in_force(version: &ArticleVersion, now: DateTime<Utc>) -> bool {
    version.text.publish_at.is_none_or(|at| at <= now) && version.text.expire_at.is_none_or(|at| at > now)
}

/// Who may see it; what cannot be understood is for staff only.
fn access(record: &ArticleRecord) -> (Visibility, Audience) {
    let visibility = serde_json::from_value(record.visibility.as_str().into());
    // No audience is one without limits.
    let audience = if record.audience.is_null() { Ok(Audience::default()) } else { serde_json::from_value(record.audience.clone()) };
    match (visibility, audience) {
        (Ok(visibility), Ok(audience)) => (visibility, audience),
        _ => {
            tracing::error!(article = record.slug, "Who may see an article cannot be understood; only staff sees it. Save it again");
            (Visibility::Internal, Audience::default())
        }
    }
}

fn answer(version: &ArticleVersion) -> String {
    match version.text.answer.as_deref().map(str::trim) {
        None | Some("") => markdown::first_paragraph(&version.text.body),
        Some(answer) => answer.to_owned(),
    }
}

fn category(path: Option<&str>) -> Vec<String> {
    path.unwrap_or_default().split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
