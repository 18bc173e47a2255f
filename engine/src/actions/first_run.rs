//! The first administrator: made by whoever has the code that `serve` prints at its start.

use std::{
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use bellhop_domain::{
    desk::{Profile, Role},
    why::Why,
};
use bellhop_store::DbError;
use subtle::ConstantTimeEq as _;

use super::{
    ActionError,
    people::{self, AgentPatch, NewAgent},
    sessions::{self, SignedIn},
};
use crate::{caller::Caller, engine::Engine};

/// Letters and digits of the code; none that look like others.
const LETTERS: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Letters of the code.
const LENGTH: usize = 12;

/// The code of this start, once it was asked for.
#[derive(Default)]
pub(crate) struct FirstRun(Mutex<Option<String>>);

/// Whether nobody can administrate yet: no administrator has a password.
pub async fn is_open(engine: &Engine) -> Result<bool, DbError> {
    let agents = engine.reader().agents().await?;
    Ok(!agents.iter().any(|record| record.agent.role == Role::Admin && !record.agent.disabled && record.password_hash.is_some()))
}

/// The code that lets the first administrator in; the same until the stop, nothing where there is an administrator.
pub async fn code(engine: &Engine) -> Result<Option<String>, DbError> {
    if !is_open(engine).await? {
        return Ok(None);
    }
    let mut kept = engine.0.first_run.0.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Some(kept.get_or_insert_with(fresh).clone()))
}

/// Makes the first administrator and signs them in; nothing for a wrong code.
///
/// Somebody who was added without a password gets this one, and administrates.
pub async fn make(engine: &Engine, given: &str, name: &str, email: &str, password: &str, address: IpAddr) -> Result<Option<SignedIn>, ActionError> {
    let Some(code) = code(engine).await? else {
        return Err(ActionError::not_now(Why::new("why-administrator-there")));
    };
    if !sessions::may_try_code(engine, address) {
        return Ok(Some(SignedIn::TooOften));
    }
    let given: String = given.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(LENGTH + 1).collect();
    if !bool::from(given.as_bytes().ct_eq(code.as_bytes())) {
        return Ok(None);
    }
    let (caller, password) = (Caller::system(), Some(password.to_owned()));
    let known = engine.reader().agent_by_email(&email.trim().to_lowercase()).await?.filter(|record| record.password_hash.is_none());
    let record = match known {
        Some(record) => {
            let patch = AgentPatch { role: Some(Role::Admin), disabled: Some(false), password, ..AgentPatch::default() };
            people::update(engine, &caller, &record.agent.key, patch, Some(record.version)).await?
        }
        None => {
            let (name, email) = (Some(name.to_owned()), email.to_owned());
            let new = NewAgent {
                key: None,
                name,
                email,
                role: Role::Admin,
                departments: Vec::new(),
                languages: Vec::new(),
                profile: Profile::default(),
                password,
            };
            people::create(engine, &caller, new).await?
        }
    };
    *engine.0.first_run.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    sessions::begin(engine, record, None).await.map(Some)
}

fn fresh() -> String {
    let letters = rand::random::<[u8; LENGTH]>();
    letters.iter().filter_map(|byte| LETTERS.get(usize::from(*byte) % LETTERS.len())).map(|letter| char::from(*letter)).collect()
}
