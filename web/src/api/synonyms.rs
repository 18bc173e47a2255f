//! Words that mean the same: kept, changed, and as they are tried.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::id::SynonymsId;
use bellhop_engine::{
    actions::editing::synonyms::{self, SynonymsPatch},
    caller::{Caller, Permission},
    knowledge::SynonymGroup,
};
use bellhop_store::synonyms::Synonyms;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    input::{Answer, At, Expected, Given, Params, as_json, nullable},
    output::{List, versioned},
    route::Route,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, edit) = (Permission::ReadArticles, Permission::EditArticles);
    vec![
        Route::get("/synonyms", read, "Groups of words that mean the same, the newest first", list)
            .query("lang", "tag of a language")
            .lists::<SynonymsOut>(),
        Route::post("/synonyms", edit, "Adds one; questions are read with it at once", create).takes::<SynonymsBody>().gives::<SynonymsOut>(201),
        Route::get("/synonyms/{id}", read, "One of them", get).gives::<SynonymsOut>(200),
        Route::patch("/synonyms/{id}", edit, "Changes one", patch).takes::<SynonymsChange>().gives::<SynonymsOut>(200),
        Route::delete("/synonyms/{id}", edit, "Removes one", delete).gives_nothing(204),
    ]
}

/// Words and phrases that mean the same.
#[derive(Serialize, ToSchema)]
#[schema(as = Synonyms)]
struct SynonymsOut {
    id: String,
    version: i64,
    /// Tag of the language in which they do; null: in every language.
    lang: Option<String>,
    words: Vec<String>,
    /// Who keeps it.
    author: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Synonyms> for SynonymsOut {
    fn from(group: Synonyms) -> Self {
        let Synonyms { id, version, lang, words, author, created_at, updated_at } = group;
        Self { id: id.to_string(), version, lang, words, author, created_at, updated_at }
    }
}

/// A new group.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SynonymsBody {
    /// Tag of the language; null or absent: every language.
    #[serde(default)]
    lang: Option<String>,
    /// Two to twenty words or phrases.
    words: Vec<String>,
}

/// What is to be changed; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SynonymsChange {
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    lang: Option<Option<String>>,
    #[serde(default)]
    words: Option<Vec<String>>,
}

/// A group that is tried.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TriedGroup {
    /// Of the group in whose place it is tried; absent: it is a new one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<SynonymsId>,
    /// Tag of the language; null or absent: every language.
    #[serde(default)]
    lang: Option<String>,
    words: Vec<String>,
}

impl From<TriedGroup> for (Option<SynonymsId>, SynonymGroup) {
    fn from(TriedGroup { id, lang, words }: TriedGroup) -> Self {
        (id, SynonymGroup { lang, words })
    }
}

async fn list(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<SynonymsOut>> {
    let lang = params.text("lang")?;
    let wanted = params.page()?;
    params.end()?;
    let page = synonyms::list(&site.engine, &caller, lang.as_deref(), wanted.cursor, wanted.limit).await?;
    Ok(Json(List::of(page, SynonymsOut::from)))
}

async fn create(State(site): State<Site>, Extension(caller): Extension<Caller>, Given(body): Given<SynonymsBody>) -> Result<Response, Problem> {
    let SynonymsBody { lang, words } = body;
    Ok(shown(StatusCode::CREATED, synonyms::create(&site.engine, &caller, SynonymGroup { lang, words }).await?))
}

async fn get(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, synonyms::get(&site.engine, &caller, at.id("group of synonyms")?).await?))
}

async fn patch(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    expected: Expected,
    Given(change): Given<SynonymsChange>,
) -> Result<Response, Problem> {
    let (engine, id) = (&site.engine, at.id("group of synonyms")?);
    let SynonymsChange { lang, words } = change;
    let changed = synonyms::update(engine, &caller, id, &SynonymsPatch { lang, words }, expected.0).await;
    let current = async { as_json(SynonymsOut::from(synonyms::get(engine, &caller, id).await?)) };
    Ok(shown(StatusCode::OK, expected.or_current(changed, current).await?))
}

async fn delete(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Result<StatusCode, Problem> {
    synonyms::delete(&site.engine, &caller, at.id("group of synonyms")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(status: StatusCode, group: Synonyms) -> Response {
    versioned(status, group.version, SynonymsOut::from(group))
}
