//! Whose request it is.

use axum::http::{HeaderMap, StatusCode, header};
use bellhop_domain::actor::Actor;
use bellhop_engine::{
    Engine,
    actions::tokens::{self, AuthError},
    caller::Caller,
};
use std::time::Duration;

use crate::problem::Problem;

/// The holder of the token in `Authorization: Bearer bh_…`.
pub(crate) async fn authenticate(engine: &Engine, headers: &HeaderMap) -> Result<Caller, Problem> {
    let bearer = bearer(headers).ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "send a token: Authorization: Bearer bh_…"))?;
    tokens::authenticate(engine, bearer).await.map_err(|error| match error {
        AuthError::Unknown => Problem::new(StatusCode::UNAUTHORIZED, error.to_string()),
        AuthError::Unavailable(source) => {
            tracing::error!(error = %source, "Tokens cannot be looked up");
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "tokens cannot be looked up now").retry_after(Duration::from_secs(2))
        }
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The same caller, speaking for a person that a program names.
pub(crate) fn speaking_for(caller: Caller, on_behalf_of: Option<String>) -> Result<Caller, Problem> {
    let Some(name) = on_behalf_of.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()) else { return Ok(caller) };
    if name.chars().count() > 200 {
        return Err(Problem::invalid("on_behalf_of", "at most 200 characters"));
    }
    match caller.actor {
        Actor::Token { id, name: token, .. } => Ok(Caller { actor: Actor::Token { id, name: token, on_behalf_of: Some(name) }, ..caller }),
        _ => Err(Problem::invalid("on_behalf_of", "only a program with a token speaks for somebody else")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_token_is_read_from_its_header() {
        for (value, token) in [("Bearer bh_x", Some("bh_x")), ("bearer  bh_x ", Some("bh_x")), ("Basic bh_x", None), ("bh_x", None), ("", None)] {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
            assert_eq!(bearer(&headers), token, "{value}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
