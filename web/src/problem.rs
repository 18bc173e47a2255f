//! Errors as `application/problem+json` (RFC 9457).

use std::{any::Any, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bellhop_engine::actions::{ActionError, Problem as FieldProblem};
use serde::Serialize;

/// An error as a program reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
    /// The present state, for a conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<serde_json::Value>,
    #[serde(skip)]
    retry_after: Option<Duration>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: Some(detail.into()).filter(|detail: &String| !detail.is_empty()),
            errors: Vec::new(),
            current: None,
            retry_after: None,
        }
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} not found"))
    }

    /// The body breaks a rule: 422, each field with its reason.
    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "The request breaks a rule.");
        let message: String = message.into();
        problem.errors.push(FieldProblem { field: field.into(), message: message.into() });
        problem
    }

    pub(crate) fn with_errors(mut self, errors: Vec<FieldProblem>) -> Self {
        self.errors = errors;
        self
    }

    pub(crate) fn with_current(mut self, current: serde_json::Value) -> Self {
        self.current = Some(current);
        self
    }

    pub(crate) fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status(), [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))], body).into_response();
        if let Some(after) = self.retry_after
            && let Ok(value) = HeaderValue::from_str(&after.as_secs().max(1).to_string())
        {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        if self.status == 401 {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<ActionError> for Problem {
    fn from(error: ActionError) -> Self {
        let words = error.to_string();
        match error {
            ActionError::NotFound { .. } => Self::new(StatusCode::NOT_FOUND, words),
            ActionError::Forbidden { .. } => Self::new(StatusCode::FORBIDDEN, words),
            ActionError::Invalid { problems } => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "The request breaks a rule.").with_errors(problems),
            ActionError::Conflict | ActionError::AlreadyHandled | ActionError::NotNow(_) => Self::new(StatusCode::CONFLICT, words),
            ActionError::Regressions { problems } => Self::new(StatusCode::CONFLICT, words).with_errors(problems),
            ActionError::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, words).retry_after(Duration::from_secs(1)),
            ActionError::Unavailable(source) => {
                tracing::error!(error = %source, "The database does not take changes");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, words).retry_after(Duration::from_secs(2))
            }
        }
    }
}

impl From<bellhop_store::DbError> for Problem {
    fn from(error: bellhop_store::DbError) -> Self {
        if error.is_cut_off() {
            return bellhop_engine::actions::ActionError::from(error).into();
        }
        tracing::error!(error = %error, "The database does not answer");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer now").retry_after(Duration::from_secs(2))
    }
}

/// The path is right, the method is not.
pub(crate) async fn no_such_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this address does not take this method; Allow names those that it takes")
}

/// A programming error was met; the connection goes on.
#[allow(clippy::needless_pass_by_value, reason = "the layer that calls it hands the panic over")]
pub(crate) fn panicked(_panic: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("A programming error stopped a request");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "a programming error stopped the request").into_response()
}
