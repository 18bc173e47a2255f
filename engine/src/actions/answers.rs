//! Answers to requests that carried a key of their own: the same request again is given the same answer.

use bellhop_store::idempotency::Remembered;
use chrono::TimeDelta;

use super::ActionError;
use crate::engine::Engine;

/// How long an answer is given again.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// The answer that was given to the request `key` of `scope`.
pub async fn remembered(engine: &Engine, scope: &str, key: &str) -> Result<Option<Remembered>, ActionError> {
    let oldest = engine.now() - KEPT;
    Ok(engine.reader().remembered(scope, key).await?.filter(|remembered| remembered.at > oldest))
}

/// Keeps the answer to the request `key` of `scope`; the first one stays.
pub async fn remember(engine: &Engine, scope: &str, key: &str, body_hash: &str, status: u16, body: &str) -> Result<(), ActionError> {
    let [scope, key, body_hash, body] = [scope, key, body_hash, body].map(str::to_owned);
    let now = engine.now();
    engine
        .writer()
        .write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.remember_response(&scope, &key, &body_hash, status, &body, now).await?) }))
        .await?;
    Ok(())
}
