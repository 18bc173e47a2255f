//! Templates, departments, routing rules and the like: documents, each under its kind and its key.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_engine::{
    actions::objects,
    caller::{Caller, Permission},
};
use bellhop_store::desk::{DeskKind, DeskObject};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    input::{Answer, At, Expected, Given, Params, Wanted, as_json},
    output::{List, versioned},
    route::Route,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    DeskKind::ALL.into_iter().flat_map(routes_of).collect()
}

fn routes_of(kind: DeskKind) -> Vec<Route> {
    let (all, one) = (format!("/{}", kind.as_str()), format!("/{}/{{key}}", kind.as_str()));
    // Agents have macros and views of their own; the action says whose.
    let change = objects::needed(kind);
    let read = Permission::ReadDesk;
    let mut routes = vec![
        Route::get(all.clone(), read, "All of this kind, in their order", move |site, caller, params| list(kind, site, caller, params))
            .lists::<ObjectOut>(),
        Route::post(all, change, "Adds one; its document names its key", move |site, caller, body| create(kind, site, caller, body))
            .takes::<Document>()
            .gives::<ObjectOut>(201),
        Route::get(one.clone(), read, "One of them", move |site, caller, at| get(kind, site, caller, at)).gives::<ObjectOut>(200),
        Route::put(one.clone(), change, "Adds or replaces one", move |site, caller, at, expected, body| put(kind, site, caller, at, expected, body))
            .takes::<Document>()
            .gives::<ObjectOut>(200)
            .gives::<ObjectOut>(201),
        Route::delete(one, change, "Removes one, unless something refers to it", move |site, caller, at, expected| {
            remove(kind, site, caller, at, expected)
        })
        .gives_nothing(204)
        .versioned(),
    ];
    if kind == DeskKind::Templates {
        let summary = "The versions that a template has had, the newest first; each ticket keeps the one that it was made with";
        routes.push(Route::get("/templates/{key}/versions", read, summary, versions).lists::<VersionOut>());
    }
    routes
}

/// A template as it was once.
#[derive(Serialize, ToSchema)]
#[schema(as = TemplateVersion)]
struct VersionOut {
    /// Counts the template's versions, from 1.
    version: i64,
    /// Since when tickets were made with it.
    made_at: DateTime<Utc>,
    /// The template as it was.
    #[schema(value_type = Object)]
    template: Value,
}

async fn versions(State(site): State<Site>, At(key): At, mut params: Params) -> Answer<List<VersionOut>> {
    let wanted: Wanted<Skip> = params.page()?;
    params.end()?;
    let (skip, limit) = (wanted.cursor.map_or(0, |skip| skip.0), wanted.limit as usize);
    let versions = site.engine.reader().template_versions(&key).await?;
    let next_cursor = (versions.len() > skip.saturating_add(limit)).then(|| format!("after-{}", skip + limit));
    let out = |kept: bellhop_store::desk::TemplateVersion| VersionOut { version: kept.version, made_at: kept.made_at, template: kept.document };
    Ok(Json(List { items: versions.into_iter().skip(skip).take(limit).map(out).collect(), next_cursor }))
}

/// A document of its kind, with its version.
#[derive(Serialize, ToSchema)]
#[schema(as = DeskObject)]
struct ObjectOut {
    key: String,
    version: i64,
    /// `console`, or `file` for what is changed in the configuration file only.
    origin: &'static str,
    updated_at: DateTime<Utc>,
    /// What the kind is made of.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    document: Map<String, Value>,
}

impl From<DeskObject> for ObjectOut {
    fn from(object: DeskObject) -> Self {
        let mut document = match object.document {
            Value::Object(document) => document,
            _ => Map::new(),
        };
        for name in READ_ONLY.into_iter().chain(["key"]) {
            document.remove(name);
        }
        Self { key: object.key, version: object.version, origin: object.origin.as_str(), updated_at: object.updated_at, document }
    }
}

/// What an answer says beside the document: a document that was read may be sent back as it is.
const READ_ONLY: [&str; 3] = ["version", "origin", "updated_at"];

/// The document of an object.
#[derive(Deserialize, ToSchema)]
struct Document {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    document: Map<String, Value>,
}

impl Document {
    fn into_value(mut self) -> Value {
        for name in READ_ONLY {
            self.document.remove(name);
        }
        Value::Object(self.document)
    }
}

async fn list(kind: DeskKind, State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<ObjectOut>> {
    let wanted: Wanted<Skip> = params.page()?;
    params.end()?;
    let (skip, limit) = (wanted.cursor.map_or(0, |skip| skip.0), wanted.limit as usize);
    let objects = objects::list(&site.engine, &caller, kind).await?;
    let next_cursor = (objects.len() > skip.saturating_add(limit)).then(|| format!("after-{}", skip + limit));
    let items = objects.into_iter().skip(skip).take(limit).map(ObjectOut::from).collect();
    Ok(Json(List { items, next_cursor }))
}

/// How many are on the pages before: these lists are short and rarely change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Skip(pub(super) usize);

impl std::str::FromStr for Skip {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.strip_prefix("after-").and_then(|number| number.parse().ok()).map(Self).ok_or(())
    }
}

async fn create(
    kind: DeskKind,
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    Given(body): Given<Document>,
) -> Result<Response, Problem> {
    let object = objects::create(&site.engine, &caller, kind, &body.into_value()).await?;
    Ok(shown(StatusCode::CREATED, object))
}

async fn get(kind: DeskKind, State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Result<Response, Problem> {
    Ok(shown(StatusCode::OK, objects::get(&site.engine, &caller, kind, &at.0).await?))
}

async fn put(
    kind: DeskKind,
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(key): At,
    expected: Expected,
    Given(body): Given<Document>,
) -> Result<Response, Problem> {
    let engine = &site.engine;
    let put = objects::put(engine, &caller, kind, &key, &body.into_value(), expected.0).await;
    let current = async { as_json(ObjectOut::from(objects::get(engine, &caller, kind, &key).await?)) };
    let object = expected.or_current(put, current).await?;
    let status = if object.version == 1 { StatusCode::CREATED } else { StatusCode::OK };
    Ok(shown(status, object))
}

async fn remove(
    kind: DeskKind,
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(key): At,
    expected: Expected,
) -> Result<StatusCode, Problem> {
    let engine = &site.engine;
    let removed = objects::delete(engine, &caller, kind, &key, expected.0).await;
    let current = async { as_json(ObjectOut::from(objects::get(engine, &caller, kind, &key).await?)) };
    expected.or_current(removed, current).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(status: StatusCode, object: DeskObject) -> Response {
    versioned(status, object.version, ObjectOut::from(object))
}
