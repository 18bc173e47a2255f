//! Regression questions: kept, changed, asked.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::id::MessageId;
use bellhop_engine::{
    actions::editing::{
        AskedAs,
        regressions::{self, Checked, RegressionInput, RegressionPatch},
    },
    caller::{Caller, Permission},
};
use bellhop_store::regressions::RegressionQuestion;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    conversations::Nothing,
    input::{Answer, At, Expected, Given, Params, as_json, nullable},
    output::{List, versioned},
    route::Route,
    trials::JudgedOut,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, edit) = (Permission::ReadArticles, Permission::EditArticles);
    vec![
        Route::get("/regression-questions", read, "Questions with the article that should win, the newest first", list)
            .query("expected", "slug of an article")
            .lists::<RegressionOut>(),
        Route::post("/regression-questions", edit, "Adds one", create).takes::<RegressionBody>().gives::<RegressionOut>(201),
        Route::get("/regression-questions/{id}", read, "One of them", get).gives::<RegressionOut>(200),
        Route::patch("/regression-questions/{id}", edit, "Changes one", patch).takes::<RegressionChange>().gives::<RegressionOut>(200),
        Route::delete("/regression-questions/{id}", edit, "Removes one", delete).gives_nothing(204),
        Route::post("/knowledge/regressions", read, "Asks all of them as things are; nothing is sent", run)
            .takes::<Nothing>()
            .gives::<RunOut>(200)
            .not_remembered(),
    ]
}

/// A question with the article that should win.
#[derive(Serialize, ToSchema)]
#[schema(as = RegressionQuestion)]
struct RegressionOut {
    id: String,
    version: i64,
    text: String,
    lang: Option<String>,
    /// Slug; null means that a person should answer.
    expected: Option<String>,
    /// For whom it is asked: `{"visibility", "tier", "region", "channel"}`.
    #[serde(rename = "as")]
    #[schema(value_type = Object)]
    asked_as: AskedAs,
    /// Who keeps it.
    author: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<RegressionQuestion> for RegressionOut {
    fn from(question: RegressionQuestion) -> Self {
        let asked_as = regressions::asked_as(&question);
        let RegressionQuestion { id, version, text, lang, expected, author, created_at, updated_at, .. } = question;
        Self { id: id.to_string(), version, text, lang, expected, asked_as, author, created_at, updated_at }
    }
}

/// A new one: `text`, or the words of a customer's `message`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegressionBody {
    #[serde(default)]
    text: Option<String>,
    /// Id of a customer's message: its words, without what names them, and its language.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    message: Option<MessageId>,
    #[serde(default)]
    lang: Option<String>,
    /// Slug of the article that should answer; null or absent: a person should.
    #[serde(default)]
    expected: Option<String>,
    /// For whom it is asked: `{"visibility", "tier", "region", "channel"}`; anybody when absent.
    #[serde(default, rename = "as")]
    #[schema(value_type = Option<Object>)]
    asked_as: AskedAs,
}

/// What is to be changed; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegressionChange {
    #[serde(default)]
    text: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    lang: Option<Option<String>>,
    /// Slug of the article that should answer; null: a person should.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    expected: Option<Option<String>>,
    /// For whom it is asked: `{"visibility", "tier", "region", "channel"}`.
    #[serde(default, rename = "as")]
    #[schema(value_type = Option<Object>)]
    asked_as: Option<AskedAs>,
}

/// How all of them stand.
#[derive(Serialize, ToSchema)]
#[schema(as = RegressionRun)]
struct RunOut {
    asked: usize,
    failed: usize,
    /// All of them, those that fail first.
    items: Vec<CheckedOut>,
}

/// How one stands.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckedRegression)]
struct CheckedOut {
    id: String,
    text: String,
    lang: Option<String>,
    /// Slug; null means that a person should answer.
    expected: Option<String>,
    now: JudgedOut,
    holds: bool,
}

impl From<Checked> for CheckedOut {
    fn from(checked: Checked) -> Self {
        let Checked { id, text, lang, expected, now, holds } = checked;
        Self { id: id.to_string(), text, lang, expected, now: now.into(), holds }
    }
}

async fn list(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<RegressionOut>> {
    let expected = params.text("expected")?;
    let wanted = params.page()?;
    params.end()?;
    let page = regressions::list(&site.engine, &caller, expected.as_deref(), wanted.cursor, wanted.limit).await?;
    Ok(Json(List::of(page, RegressionOut::from)))
}

async fn create(State(site): State<Site>, Extension(caller): Extension<Caller>, Given(body): Given<RegressionBody>) -> Result<Response, Problem> {
    let RegressionBody { text, message, lang, expected, asked_as } = body;
    let input = RegressionInput { text, message, lang, expected, asked_as };
    Ok(shown(StatusCode::CREATED, regressions::create(&site.engine, &caller, &input).await?))
}

async fn get(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, regressions::get(&site.engine, &caller, at.id("regression question")?).await?))
}

async fn patch(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    expected: Expected,
    Given(change): Given<RegressionChange>,
) -> Result<Response, Problem> {
    let (engine, id) = (&site.engine, at.id("regression question")?);
    let RegressionChange { text, lang, expected: wanted, asked_as } = change;
    let patch = RegressionPatch { text, lang, expected: wanted, asked_as };
    let changed = regressions::update(engine, &caller, id, &patch, expected.0).await;
    let current = async { as_json(RegressionOut::from(regressions::get(engine, &caller, id).await?)) };
    Ok(shown(StatusCode::OK, expected.or_current(changed, current).await?))
}

async fn delete(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Result<StatusCode, Problem> {
    regressions::delete(&site.engine, &caller, at.id("regression question")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn run(State(site): State<Site>, Extension(caller): Extension<Caller>, Given(Nothing {}): Given<Nothing>) -> Answer<RunOut> {
    let checked = regressions::run(&site.engine, &caller, None).await?;
    let failed = checked.iter().filter(|checked| !checked.holds).count();
    Ok(Json(RunOut { asked: checked.len(), failed, items: checked.into_iter().map(CheckedOut::from).collect() }))
}

fn shown(status: StatusCode, question: RegressionQuestion) -> Response {
    versioned(status, question.version, RegressionOut::from(question))
}
