//! API tokens: made, shown once, revoked, and read back from a request.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bellhop_domain::{actor::Actor, id::TokenId};
use bellhop_store::{DbError, tokens::ApiToken};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use super::{ActionError, Problem, require};
use crate::{
    caller::{Caller, Permission, Permissions},
    clock::fresh_id,
    engine::Engine,
};

/// What every token starts with, so that one that got out is recognised.
pub const PREFIX: &str = "bh_";
/// A revoked token is refused at the latest after this time.
const REMEMBERED: Duration = Duration::from_millis(900);
/// Tokens remembered at once.
const MOST_REMEMBERED: usize = 10_000;
/// When a token was used last is written down no more often than this.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(5);

/// A token that was just made.
pub struct NewToken {
    /// What is kept of it.
    pub token: ApiToken,
    /// The token itself; shown once, never stored.
    pub secret: String,
}

/// Why a request is nobody's.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// There is no such token, or it was revoked.
    #[error("the token is unknown or was revoked")]
    Unknown,
    /// It cannot be looked up now.
    #[error("tokens cannot be looked up now")]
    Unavailable(#[from] DbError),
}

/// Who came lately, so that not every request asks the database.
#[derive(Default)]
pub(crate) struct Remembered(Mutex<HashMap<String, (Instant, Caller)>>);

impl Remembered {
    fn get(&self, hash: &str) -> Option<Caller> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(hash).filter(|(since, _)| since.elapsed() < REMEMBERED).map(|(_, caller)| caller.clone())
    }

    fn keep(&self, hash: String, caller: Caller) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_REMEMBERED {
            known.retain(|_, (since, _)| since.elapsed() < REMEMBERED);
        }
        if known.len() < MOST_REMEMBERED {
            known.insert(hash, (Instant::now(), caller));
        }
    }

    fn forget_all(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Makes a token with these scopes: `admin`, `agent`, `editor`, `read`, or a permission's own word.
pub async fn create(engine: &Engine, caller: &Caller, name: &str, scopes: &[String]) -> Result<NewToken, ActionError> {
    require(caller, Permission::Administer)?;
    let name = name.trim();
    let mut problems = Vec::new();
    if name.is_empty() || name.chars().count() > 100 {
        problems.push(Problem { field: "name".to_owned(), message: "has 1 to 100 characters".into() });
    }
    if scopes.is_empty() {
        problems.push(Problem { field: "scopes".to_owned(), message: format!("name at least one of {}", scope_words()).into() });
    }
    for (index, scope) in scopes.iter().enumerate().filter(|(_, scope)| Permissions::of_scope(scope).is_none()) {
        problems
            .push(Problem { field: format!("scopes[{index}]"), message: format!("“{scope}” is no scope; there are {}", scope_words()).into() });
    }
    if !problems.is_empty() {
        return Err(ActionError::Invalid { problems });
    }
    let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()));
    let token = ApiToken {
        id: TokenId(fresh_id()),
        name: name.to_owned(),
        hash: hash_of(&secret),
        scopes: scopes.to_vec(),
        created_at: engine.now(),
        last_used_at: None,
        revoked_at: None,
    };
    let kept = token.clone();
    engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.insert_token(&kept).await?) })).await?;
    Ok(NewToken { token, secret })
}

/// Every token, revoked ones too; never the tokens themselves.
pub async fn list(engine: &Engine, caller: &Caller) -> Result<Vec<ApiToken>, ActionError> {
    require(caller, Permission::Administer)?;
    Ok(engine.reader().tokens().await?)
}

/// Takes a token out of use, within a second on every node; once is enough.
pub async fn revoke(engine: &Engine, caller: &Caller, id: TokenId) -> Result<(), ActionError> {
    require(caller, Permission::Administer)?;
    let now = engine.now();
    if !engine.reader().tokens().await?.iter().any(|token| token.id == id) {
        return Err(ActionError::NotFound { what: "token" });
    }
    engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.revoke_token(id, now).await?) })).await?;
    engine.0.tokens.forget_all();
    Ok(())
}

/// Whose token it is.
pub async fn authenticate(engine: &Engine, bearer: &str) -> Result<Caller, AuthError> {
    if !bearer.starts_with(PREFIX) || bearer.len() > 200 {
        return Err(AuthError::Unknown);
    }
    let hash = hash_of(bearer);
    if let Some(caller) = engine.0.tokens.get(&hash) {
        return Ok(caller);
    }
    let token = engine.reader().token_by_hash(&hash).await?.filter(|token| token.revoked_at.is_none()).ok_or(AuthError::Unknown)?;
    let permissions = token.scopes.iter().filter_map(|scope| Permissions::of_scope(scope)).fold(Permissions::default(), Permissions::and);
    note_use(engine, &token);
    let caller = Caller::new(Actor::Token { id: token.id, name: token.name, on_behalf_of: None }, permissions);
    engine.0.tokens.keep(hash, caller.clone());
    Ok(caller)
}

/// Writes down that the token was used, now and then and behind the request.
fn note_use(engine: &Engine, token: &ApiToken) {
    let now = engine.now();
    if token.last_used_at.is_some_and(|last| (now - last).abs() < NOTED_EVERY) {
        return;
    }
    let (this, id) = (engine.clone(), token.id);
    engine.run(async move {
        let noted = this.writer().write::<_, DbError, _>(move |tx| Box::pin(async move { tx.token_used(id, now).await })).await;
        if noted.is_err() {
            tracing::debug!("When a token was used last could not be written down");
        }
    });
}

/// 256 random bits need no slow hash.
fn hash_of(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn scope_words() -> String {
    let words = ["admin", "agent", "editor", "read"].into_iter().chain(Permission::ALL.into_iter().map(Permission::as_str));
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_hash_is_the_known_one_and_says_nothing_of_the_token() {
        assert_eq!(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_caller_is_remembered_until_forgotten() {
        let remembered = Remembered::default();
        assert_eq!(remembered.get("a"), None);
        remembered.keep("a".into(), Caller::system());
        assert_eq!(remembered.get("a"), Some(Caller::system()));
        remembered.forget_all();
        assert_eq!(remembered.get("a"), None);
    }
}
