//! Articles: written, published, taken out of force.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_engine::{
    Engine,
    actions::articles::{self, ArticleInput, Checked, IfRegressions},
    caller::{Caller, Permission},
    knowledge::{Audience, Visibility},
};
use bellhop_store::articles::{ArticleFilter, ArticleRecord, ArticleStatus, ArticleVersion, ArticleView};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    input::{Answer, At, Expected, Given, Params, Wanted, as_json, nullable},
    output::{List, versioned},
    route::Route,
    trials::TriedOut,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, edit) = (Permission::ReadArticles, Permission::EditArticles);
    const LANG: (&str, &str) = ("lang", "tag of the language; the knowledge base's own when absent");
    const ALL: (&str, &str) = ("lang", "tag of the language; all when absent");
    vec![
        Route::get("/articles", read, "Articles, the ones that changed last first", list)
            .query("q", "part of the slug or of a title")
            .query("category", "path of a category (orders/returns)")
            .lists::<ArticleLine>(),
        Route::get("/articles/{slug}", read, "An article in one language: its draft if there is one, else what is in force", get)
            .query(LANG.0, LANG.1)
            .gives::<ArticleOut>(200),
        Route::put("/articles/{slug}", edit, "Writes the draft of an article in one language; it is answered with once it is published", put)
            .query(LANG.0, LANG.1)
            .takes::<ArticleBody>()
            .gives::<ArticleOut>(200)
            .gives::<ArticleOut>(201),
        Route::post("/articles/{slug}/publish", edit, "Puts drafts in force; answers when customers get them", publish)
            .query(ALL.0, ALL.1)
            .takes::<ApplyBody>()
            .gives::<AppliedOut>(200)
            .versioned(),
        Route::post("/articles/{slug}/archive", edit, "Takes an article out of force, with its drafts", archive)
            .query(ALL.0, ALL.1)
            .takes::<ApplyBody>()
            .gives::<AppliedOut>(200)
            .versioned(),
        Route::get("/articles/{slug}/versions", read, "Every text that an article had in a language, the newest first", versions)
            .query(LANG.0, LANG.1)
            .lists::<VersionOut>(),
    ]
}

/// An article in a list.
#[derive(Serialize, ToSchema)]
struct ArticleLine {
    slug: String,
    /// In the knowledge base's own language, else in any.
    title: Option<String>,
    /// Path of the category, outermost first.
    category: Vec<String>,
    /// `public`, `customers` or `internal`.
    visibility: String,
    owner: Option<String>,
    languages: Vec<LanguageOut>,
    version: i64,
    updated_at: DateTime<Utc>,
}

/// How far an article is in a language.
#[derive(Serialize, ToSchema)]
struct LanguageOut {
    lang: String,
    /// Number of the text in force.
    published: Option<i64>,
    /// Number of the text that is being written.
    draft: Option<i64>,
}

/// An article in one language, as a person edits it.
#[derive(Serialize, ToSchema)]
#[schema(as = Article)]
pub(super) struct ArticleOut {
    slug: String,
    lang: String,
    version: i64,
    /// Of the text shown: `draft`, `published` or `archived`.
    status: Option<&'static str>,
    /// Number of the text shown.
    revision: Option<i64>,
    /// Number of the text in force.
    published: Option<i64>,
    /// Number of the text that is being written.
    draft: Option<i64>,
    title: String,
    /// The short answer for chat; the first paragraph where null.
    answer: Option<String>,
    /// Markdown.
    body: String,
    phrasings: Vec<String>,
    keywords: Vec<String>,
    publish_at: Option<DateTime<Utc>>,
    expire_at: Option<DateTime<Utc>>,
    review_by: Option<NaiveDate>,
    /// Path of the category, outermost first.
    category: Vec<String>,
    /// `public`, `customers` or `internal`.
    visibility: String,
    /// `{"tiers", "regions", "channels"}`; empty lists mean everybody.
    #[schema(value_type = Object)]
    audience: Value,
    /// Mail address.
    owner: Option<String>,
    /// The Markdown folder that it came from.
    folder: Option<String>,
    updated_at: DateTime<Utc>,
}

impl From<ArticleView> for ArticleOut {
    fn from(view: ArticleView) -> Self {
        let version = articles::version(&view);
        let ArticleView { article, locale, published, draft } = view;
        let shown = draft.or(published);
        let (status, revision) = (shown.as_ref().map(|version| status_word(version.status)), shown.as_ref().map(|version| version.revision));
        let text = shown.map(|version| version.text);
        Self {
            slug: article.slug,
            lang: locale.lang,
            version,
            status,
            revision,
            published: locale.published_revision,
            draft: locale.draft_revision,
            title: text.as_ref().map(|text| text.title.clone()).unwrap_or_default(),
            answer: text.as_ref().and_then(|text| text.answer.clone()),
            body: text.as_ref().map(|text| text.body.clone()).unwrap_or_default(),
            phrasings: text.as_ref().map(|text| text.phrasings.clone()).unwrap_or_default(),
            keywords: text.as_ref().map(|text| text.keywords.clone()).unwrap_or_default(),
            publish_at: text.as_ref().and_then(|text| text.publish_at),
            expire_at: text.as_ref().and_then(|text| text.expire_at),
            review_by: text.and_then(|text| text.review_by).map(|at| at.date_naive()),
            category: path(article.category.as_deref()),
            visibility: article.visibility,
            audience: article.audience,
            owner: article.owner,
            folder: article.folder,
            updated_at: article.updated_at,
        }
    }
}

/// A text that an article has or had.
#[derive(Serialize, ToSchema)]
#[schema(as = ArticleVersion)]
struct VersionOut {
    slug: String,
    lang: String,
    revision: i64,
    /// `draft`, `published` or `archived`.
    status: &'static str,
    title: String,
    answer: Option<String>,
    body: String,
    phrasings: Vec<String>,
    keywords: Vec<String>,
    publish_at: Option<DateTime<Utc>>,
    expire_at: Option<DateTime<Utc>>,
    review_by: Option<NaiveDate>,
    /// Who wrote it.
    author: String,
    created_at: DateTime<Utc>,
}

impl From<ArticleVersion> for VersionOut {
    fn from(version: ArticleVersion) -> Self {
        let ArticleVersion { slug, lang, revision, text, status, author, created_at } = version;
        Self {
            slug,
            lang,
            revision,
            status: status_word(status),
            title: text.title,
            answer: text.answer,
            body: text.body,
            phrasings: text.phrasings,
            keywords: text.keywords,
            publish_at: text.publish_at,
            expire_at: text.expire_at,
            review_by: text.review_by.map(|at| at.date_naive()),
            author,
            created_at,
        }
    }
}

fn status_word(status: ArticleStatus) -> &'static str {
    match status {
        ArticleStatus::Draft => "draft",
        ArticleStatus::Published => "published",
        ArticleStatus::Archived => "archived",
    }
}

/// What publishing or archiving did.
#[derive(Serialize, ToSchema)]
#[schema(as = Applied)]
struct AppliedOut {
    slug: String,
    /// Languages that changed; none when it was so already.
    changed: Vec<String>,
    /// Every live node answers with it; otherwise some are late.
    everywhere: bool,
    /// Regression questions that are answered worse for it; null where they were not asked.
    regressions: Option<Vec<TriedOut>>,
}

/// How to publish or archive.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApplyBody {
    /// When regression questions would be answered worse: `warn` (the default) does it and names them, `refuse` does not, `ignore` does not ask them.
    #[serde(default)]
    if_regressions: Option<String>,
}

impl ApplyBody {
    fn if_regressions(&self) -> Result<IfRegressions, Problem> {
        let word = self.if_regressions.as_deref().unwrap_or("warn");
        IfRegressions::parse(word).ok_or_else(|| Problem::invalid("if_regressions", "is warn, refuse or ignore"))
    }
}

/// An article in one language. What belongs to all its languages stays as it is where it is absent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ArticleBody {
    title: String,
    /// The short answer for chat; the first paragraph of the body when absent.
    #[serde(default)]
    answer: Option<String>,
    /// CommonMark with tables.
    #[serde(default)]
    body: String,
    /// Questions that it answers, in customers' words.
    #[serde(default)]
    phrasings: Vec<String>,
    /// Words that should find it.
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    publish_at: Option<DateTime<Utc>>,
    #[serde(default)]
    expire_at: Option<DateTime<Utc>>,
    #[serde(default)]
    review_by: Option<NaiveDate>,
    /// Path of the category, outermost first: a list, or `orders/returns`; of all languages.
    #[serde(default, deserialize_with = "category")]
    #[schema(value_type = Option<Vec<String>>)]
    category: Option<Vec<String>>,
    /// `public`, `customers` or `internal`; of all languages.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    visibility: Option<Visibility>,
    /// `{"tiers", "regions", "channels"}`; of all languages.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    audience: Option<Audience>,
    /// Mail address of whoever looks after it; of all languages.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    owner: Option<Option<String>>,
}

fn category<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Some(Vec::new())),
        Value::String(text) => Ok(Some(path(Some(&text)))),
        list => serde_json::from_value(list).map(Some).map_err(|_| serde::de::Error::custom("is a list of names, or one text with `/` between them")),
    }
}

fn path(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default().split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

impl From<ArticleBody> for ArticleInput {
    fn from(given: ArticleBody) -> Self {
        let ArticleBody { title, answer, body, phrasings, keywords, publish_at, expire_at, review_by, category, visibility, audience, owner } = given;
        Self { title, answer, body, phrasings, keywords, publish_at, expire_at, review_by, category, visibility, audience, owner }
    }
}

/// The last article of the page before.
#[derive(Debug, Clone, PartialEq, Eq)]
struct After(DateTime<Utc>, String);

impl std::str::FromStr for After {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, slug) = text.split_once('.').ok_or(())?;
        let at = i64::from_str_radix(at, 16).ok().and_then(DateTime::from_timestamp_micros).ok_or(())?;
        if slug.is_empty() { Err(()) } else { Ok(Self(at, slug.to_owned())) }
    }
}

async fn list(State(site): State<Site>, mut params: Params) -> Answer<List<ArticleLine>> {
    let filter = ArticleFilter { q: params.text("q")?, category: params.text("category")?, folder: None };
    let wanted: Wanted<After> = params.page()?;
    params.end()?;
    let cursor = wanted.cursor.map(|After(at, slug)| (at, slug));
    let mut records = site.engine.reader().articles(&filter, cursor, wanted.limit + 1).await?;
    let more = records.len() > wanted.limit as usize;
    records.truncate(wanted.limit as usize);
    let next_cursor = records.last().filter(|_| more).map(|last| format!("{:x}.{}", last.updated_at.timestamp_micros(), last.slug));
    let mut items = Vec::with_capacity(records.len());
    for record in records {
        items.push(line(&site.engine, record).await?);
    }
    Ok(Json(List { items, next_cursor }))
}

async fn line(engine: &Engine, record: ArticleRecord) -> Result<ArticleLine, Problem> {
    let locales = engine.reader().article_locales(&record.slug).await?;
    let own = &engine.settings().language;
    let lang = locales.iter().find(|locale| locale.lang == *own).or(locales.first()).map(|locale| locale.lang.clone());
    let view = match lang {
        Some(lang) => engine.reader().article_view(&record.slug, &lang).await?,
        None => None,
    };
    let languages =
        locales.into_iter().map(|locale| LanguageOut { lang: locale.lang, published: locale.published_revision, draft: locale.draft_revision });
    Ok(ArticleLine {
        languages: languages.collect(),
        title: view.and_then(|view| view.draft.or(view.published)).map(|version| version.text.title),
        category: path(record.category.as_deref()),
        slug: record.slug,
        visibility: record.visibility,
        owner: record.owner,
        version: record.version,
        updated_at: record.updated_at,
    })
}

async fn get(State(site): State<Site>, Extension(caller): Extension<Caller>, At(slug): At, mut params: Params) -> Result<Response, Problem> {
    let lang = lang(&site.engine, &mut params)?;
    params.end()?;
    Ok(shown(StatusCode::OK, articles::view(&site.engine, &caller, &slug, &lang).await?))
}

async fn put(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(slug): At,
    mut params: Params,
    expected: Expected,
    Given(body): Given<ArticleBody>,
) -> Result<Response, Problem> {
    let engine = &site.engine;
    let lang = lang(engine, &mut params)?;
    params.end()?;
    let saved = articles::save_draft(engine, &caller, &slug, &lang, &body.into(), expected.0).await;
    let current = async { as_json(ArticleOut::from(articles::view(engine, &caller, &slug, &lang).await?)) };
    let view = expected.or_current(saved, current).await?;
    let status = if view.locale.last_revision == 1 { StatusCode::CREATED } else { StatusCode::OK };
    Ok(shown(status, view))
}

async fn publish(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(slug): At,
    mut params: Params,
    expected: Expected,
    Given(body): Given<ApplyBody>,
) -> Answer<AppliedOut> {
    let lang = params.text("lang")?;
    params.end()?;
    let applied = articles::publish_checked(&site.engine, &caller, &slug, lang.as_deref(), expected.0, body.if_regressions()?).await;
    applied_out(&site.engine, &caller, slug, lang, expected, applied).await
}

async fn archive(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(slug): At,
    mut params: Params,
    expected: Expected,
    Given(body): Given<ApplyBody>,
) -> Answer<AppliedOut> {
    let lang = params.text("lang")?;
    params.end()?;
    let applied = articles::archive_checked(&site.engine, &caller, &slug, lang.as_deref(), expected.0, body.if_regressions()?).await;
    applied_out(&site.engine, &caller, slug, lang, expected, applied).await
}

async fn applied_out(
    engine: &Engine,
    caller: &Caller,
    slug: String,
    lang: Option<String>,
    expected: Expected,
    applied: Result<Checked, bellhop_engine::actions::ActionError>,
) -> Answer<AppliedOut> {
    let lang = lang.unwrap_or_else(|| engine.settings().language.clone());
    let current = async { as_json(ArticleOut::from(articles::view(engine, caller, &slug, &lang).await?)) };
    let Checked { applied, broken } = expected.or_current(applied, current).await?;
    let changed = applied.changed.into_iter().map(|locale| locale.lang).collect();
    let regressions = broken.map(|broken| broken.into_iter().map(TriedOut::from).collect());
    Ok(Json(AppliedOut { slug, changed, everywhere: applied.everywhere, regressions }))
}

async fn versions(State(site): State<Site>, Extension(caller): Extension<Caller>, At(slug): At, mut params: Params) -> Answer<List<VersionOut>> {
    let lang = lang(&site.engine, &mut params)?;
    let wanted: Wanted<super::objects::Skip> = params.page()?;
    params.end()?;
    let (skip, limit) = (wanted.cursor.map_or(0, |skip| skip.0), wanted.limit as usize);
    let versions = articles::versions(&site.engine, &caller, &slug, &lang).await?;
    let next_cursor = (versions.len() > skip.saturating_add(limit)).then(|| format!("after-{}", skip + limit));
    Ok(Json(List { items: versions.into_iter().skip(skip).take(limit).map(VersionOut::from).collect(), next_cursor }))
}

fn lang(engine: &Engine, params: &mut Params) -> Result<String, Problem> {
    Ok(params.text("lang")?.unwrap_or_else(|| engine.settings().language.clone()))
}

/// An article as the answer to writing it.
pub(super) fn shown(status: StatusCode, view: ArticleView) -> Response {
    versioned(status, articles::version(&view), ArticleOut::from(view))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use serde_json::json;

    #[test]
    fn a_category_is_a_list_or_a_path() {
        let read = |category: Value| serde_json::from_value::<ArticleBody>(json!({"title": "a", "category": category})).map(|body| body.category);
        assert_eq!(read(json!("orders/returns")).unwrap(), Some(vec!["orders".to_owned(), "returns".to_owned()]));
        assert_eq!(read(json!(["orders"])).unwrap(), Some(vec!["orders".to_owned()]));
        assert_eq!(read(Value::Null).unwrap(), Some(Vec::new()));
        assert!(read(json!(1)).is_err());
        assert_eq!(serde_json::from_value::<ArticleBody>(json!({"title": "a"})).unwrap().category, None);
    }

    #[test]
    fn places_in_the_list_are_read_and_nonsense_is_refused() {
        assert_eq!("f.a.b".parse(), Ok(After(DateTime::from_timestamp_micros(15).unwrap(), "a.b".to_owned())));
        for text in ["", "f", "f.", "x.a", "7fffffffffffffff.a"] {
            assert!(text.parse::<After>().is_err(), "{text}");
        }
    }
}
