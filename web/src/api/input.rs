//! What requests carry: bodies, query parameters, versions, places in the path. Whatever is wrong is said with its name.

use std::str::FromStr;

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::BytesRejection},
    http::{StatusCode, header, request::Parts},
};
use bellhop_engine::actions::{ActionError, Problem as FieldProblem};
use bellhop_store::Cursor;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use crate::problem::Problem;

/// Items of a list when nothing is said.
const USUAL_LIMIT: u32 = 50;
/// Items of a list at most.
const LARGEST_LIMIT: u32 = 200;

/// The client's own key of a request, for actions that take one.
#[derive(Clone)]
pub(crate) struct ClientId(pub(crate) String);

/// A body in JSON; none at all counts as `{}`.
pub(crate) struct Given<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Given<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let media = request.headers().get(header::CONTENT_TYPE).map(|value| value.as_bytes().to_ascii_lowercase());
        let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
        if bytes.is_empty() {
            return read(Value::Object(serde_json::Map::new())).map(Self);
        }
        if media.is_none_or(|media| !media.starts_with(b"application/json")) {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the body as application/json"));
        }
        let value =
            serde_json::from_slice(&bytes).map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("the body is not JSON: {error}")))?;
        read(value).map(Self)
    }
}

fn unreadable(rejection: BytesRejection) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
        _ => Problem::new(StatusCode::BAD_REQUEST, "the body ended early"),
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    if !value.is_object() {
        return Err(Problem::invalid("body", "is an object in JSON"));
    }
    serde_path_to_error::deserialize(value).map_err(|error| refused(&error))
}

/// serde says which field is unknown or missing only in its words.
fn refused(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let words = error.inner().to_string();
    let place = error.path().to_string();
    let place = if place == "." { String::new() } else { place };
    let named = |start: &str| words.strip_prefix(start).and_then(|rest| rest.split('`').next()).map(str::to_owned);
    let inside = |name: &str| match place.as_str() {
        "" => name.to_owned(),
        place if place == name || place.ends_with(&format!(".{name}")) => place.to_owned(),
        place => format!("{place}.{name}"),
    };
    if let Some(name) = named("unknown field `") {
        let allowed = words.split_once("expected ").map_or("none", |(_, allowed)| allowed).replace('`', "");
        return Problem::invalid(inside(&name), format!("there is no such field; there is: {}", allowed.trim_start_matches("one of ")));
    }
    if let Some(name) = named("missing field `") {
        return Problem::invalid(inside(&name), "is needed");
    }
    Problem::invalid(if place.is_empty() { "body".to_owned() } else { place }, words)
}

/// A field that may be absent, null, or have a value.
pub(crate) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The query parameters of a request.
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the query cannot be read"))?;
        Ok(Self(pairs))
    }
}

/// A part of a list that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted<C = Cursor> {
    pub(crate) cursor: Option<C>,
    pub(crate) limit: u32,
}

impl Params {
    /// A parameter's text; empty counts as absent.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let mut found = None;
        for (_, value) in self.0.extract_if(.., |(key, _)| key == name) {
            if found.replace(value).is_some() {
                return Err(wrong(name, "stands twice"));
            }
        }
        if found.as_ref().is_some_and(|value| value.contains('\0')) {
            return Err(wrong(name, "has a sign that no text has"));
        }
        Ok(found.filter(|value| !value.is_empty()))
    }

    /// A parameter that has to be one of some words, or an id.
    pub(crate) fn one<T>(&mut self, name: &str, expected: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        read(&text).map(Some).ok_or_else(|| wrong(name, format!("is {expected}")))
    }

    /// Which part of a list.
    pub(crate) fn page<C: FromStr>(&mut self) -> Result<Wanted<C>, Problem> {
        let cursor = self.one("cursor", "what next_cursor of the page before says", |text| text.parse().ok())?;
        let limit = self.one("limit", "a number from 1 to 200", |text| text.parse::<u32>().ok().filter(|limit| *limit > 0))?;
        Ok(Wanted { cursor, limit: limit.unwrap_or(USUAL_LIMIT).min(LARGEST_LIMIT) })
    }

    /// Refuses what nobody asked for: a filter that is misspelt would filter nothing.
    pub(crate) fn end(self) -> Result<(), Problem> {
        match self.0.first() {
            Some((name, _)) => Err(wrong(name, "there is no such parameter")),
            None => Ok(()),
        }
    }
}

fn wrong(name: &str, message: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "A query parameter is wrong.")
        .with_errors(vec![FieldProblem { field: name.to_owned(), message: message.into().into() }])
}

/// The part of the path in braces.
pub(crate) struct At(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for At {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found("what the address names"))?;
        // Nothing is called so, and PostgreSQL takes no text with it.
        if text.contains('\0') { Err(Problem::not_found("what the address names")) } else { Ok(Self(text)) }
    }
}

impl At {
    /// As an id; what is none names nothing.
    pub(crate) fn id<T: FromStr>(&self, what: &str) -> Result<T, Problem> {
        self.0.parse().map_err(|_| Problem::not_found(what))
    }
}

/// The two parts of the path in braces, the outer one first.
pub(crate) struct Within(pub(crate) At, pub(crate) At);

impl<S: Send + Sync> FromRequestParts<S> for Within {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let nothing = || Problem::not_found("what the address names");
        let Path((outer, inner)) = Path::<(String, String)>::from_request_parts(parts, state).await.map_err(|_| nothing())?;
        if outer.contains('\0') || inner.contains('\0') { Err(nothing()) } else { Ok(Self(At(outer), At(inner))) }
    }
}

/// The version that a change was decided on, in `If-Match`; or that there should be none, in `If-None-Match: *`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expected(pub(crate) Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for Expected {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let text = |name| parts.headers.get(name).map(|value| value.to_str().unwrap_or_default().trim().to_owned());
        if text(header::IF_NONE_MATCH).as_deref() == Some("*") {
            return Ok(Self(Some(0)));
        }
        Ok(Self(match text(header::IF_MATCH).as_deref() {
            None | Some("*") => None,
            // What is no version of ours matches none.
            Some(tag) => Some(tag.trim_start_matches("W/").trim_matches('"').parse().ok().filter(|version| *version > 0).unwrap_or(-1)),
        }))
    }
}

impl Expected {
    /// What an action answered; where somebody else was faster, the present state comes with it.
    pub(crate) async fn or_current<T, F>(self, result: Result<T, ActionError>, current: F) -> Result<T, Problem>
    where
        F: Future<Output = Result<Value, Problem>>,
    {
        match result {
            Err(ActionError::Conflict) if self.0.is_some() => {
                let words = "it has another version now: decide on the present state, and send its version";
                Err(with_current(Problem::new(StatusCode::PRECONDITION_FAILED, words), current).await)
            }
            other => or_current(other, current).await,
        }
    }
}

/// What an action answered; where the state did not allow it, as when somebody else was faster, the present state comes with the refusal.
pub(crate) async fn or_current<T, F>(result: Result<T, ActionError>, current: F) -> Result<T, Problem>
where
    F: Future<Output = Result<Value, Problem>>,
{
    match result {
        Err(error @ (ActionError::Conflict | ActionError::AlreadyHandled | ActionError::NotNow(_))) => {
            Err(with_current(Problem::from(error), current).await)
        }
        other => other.map_err(Problem::from),
    }
}

async fn with_current(problem: Problem, current: impl Future<Output = Result<Value, Problem>>) -> Problem {
    match current.await {
        Ok(current) => problem.with_current(current),
        Err(_) => problem,
    }
}

/// A value as JSON, for the present state in a conflict.
pub(crate) fn as_json(value: impl serde::Serialize) -> Result<Value, Problem> {
    serde_json::to_value(value).map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "it cannot be written as JSON"))
}

/// A JSON answer.
pub(crate) type Answer<T> = Result<Json<T>, Problem>;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use axum::response::IntoResponse as _;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        size: u32,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Body {
        text: String,
        #[serde(default)]
        inner: Option<Inner>,
        #[serde(default, deserialize_with = "nullable")]
        note: Option<Option<String>>,
    }

    fn field(body: Value) -> String {
        let problem = read::<Body>(body).unwrap_err();
        assert_eq!(problem.status(), StatusCode::UNPROCESSABLE_ENTITY);
        serde_json::to_value(problem).unwrap()["errors"][0]["field"].as_str().unwrap().to_owned()
    }

    #[test]
    fn what_is_wrong_in_a_body_is_named() {
        for (case, body, expected) in [
            ("unknown", json!({"text": "a", "role": "admin"}), "role"),
            ("unknown below", json!({"text": "a", "inner": {"size": 1, "colour": "red"}}), "inner.colour"),
            ("missing", json!({}), "text"),
            ("missing below", json!({"text": "a", "inner": {}}), "inner.size"),
            ("of another kind", json!({"text": 1}), "text"),
            ("of another kind below", json!({"text": "a", "inner": {"size": "big"}}), "inner.size"),
            ("a list", json!([]), "body"),
        ] {
            assert_eq!(field(body), expected, "{case}");
        }
    }

    #[test]
    fn absent_null_and_set_are_told_apart() {
        let note = |body: Value| read::<Body>(body).unwrap().note;
        assert_eq!(note(json!({"text": "a"})), None);
        assert_eq!(note(json!({"text": "a", "note": null})), Some(None));
        assert_eq!(note(json!({"text": "a", "note": "b"})), Some(Some("b".to_owned())));
    }

    fn params(query: &str) -> Params {
        Params(Query::try_from_uri(&format!("/?{query}").parse().unwrap()).unwrap().0)
    }

    #[test]
    fn lists_are_asked_for_in_parts() {
        for (query, limit) in [("", 50), ("limit=7", 7), ("limit=1000", 200), ("limit=&cursor=", 50)] {
            assert_eq!(params(query).page::<Cursor>().unwrap().limit, limit, "{query}");
        }
        for query in ["limit=0", "limit=-1", "limit=ten", "cursor=nonsense", "cursor=1.2", "limit=1&limit=2"] {
            let response = params(query).page::<Cursor>().unwrap_err().into_response();
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{query}");
        }
    }

    #[test]
    fn a_parameter_that_nobody_knows_is_refused() {
        let mut params = params("status=open&statsu=bot");
        assert_eq!(params.text("status").unwrap().as_deref(), Some("open"));
        assert!(params.end().is_err());
    }

    #[tokio::test]
    async fn versions_are_read_from_their_headers() {
        for (name, value, expected) in [
            (header::IF_MATCH, "\"3\"", Some(3)),
            (header::IF_MATCH, "3", Some(3)),
            (header::IF_MATCH, "W/\"3\"", Some(3)),
            (header::IF_MATCH, "\"x\"", Some(-1)),
            (header::IF_MATCH, "*", None),
            (header::IF_NONE_MATCH, "*", Some(0)),
        ] {
            let request = Request::builder().header(&name, value).body(()).unwrap();
            let (mut parts, ()) = request.into_parts();
            assert_eq!(Expected::from_request_parts(&mut parts, &()).await.unwrap(), Expected(expected), "{name}: {value}");
        }
    }
}
