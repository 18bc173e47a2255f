//! What was given up: seen, explained, tried again or dropped.

use std::time::Duration;

use bellhop_store::{
    dead_letters::{DeadLetter, DeadLetterId},
    page::{Cursor, Page},
};
use chrono::TimeDelta;

use super::{ActionError, require};
use crate::{
    caller::{Caller, Permission},
    engine::Engine,
};

/// A dead letter with what it holds.
#[derive(Clone)]
pub struct OpenedLetter {
    /// What it is and why it was given up.
    pub letter: DeadLetter,
    /// Its content as it came or was to be sent; empty where it was dropped after its time.
    pub body: Box<str>,
}

/// How long a message is tried again whose channel is not configured any more.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
const NOT_FOUND: ActionError = ActionError::NotFound { what: "dead letter" };

/// What was given up, the newest first; without contents.
pub async fn list(engine: &Engine, caller: &Caller, cursor: Option<Cursor>, limit: u32) -> Result<Page<DeadLetter>, ActionError> {
    require(caller, Permission::Administer)?;
    Ok(engine.reader().dead_letters(cursor, limit).await?)
}

/// One of them, with its content.
pub async fn show(engine: &Engine, caller: &Caller, id: &str) -> Result<OpenedLetter, ActionError> {
    require(caller, Permission::Administer)?;
    let id = DeadLetterId::parse(id).ok_or(NOT_FOUND)?;
    let (letter, body) = engine.reader().dead_letter(id).await?.ok_or(NOT_FOUND)?;
    Ok(OpenedLetter { letter, body })
}

/// Tries again: an event is handled anew in its lane, a message sent anew behind what waits there.
pub async fn replay(engine: &Engine, caller: &Caller, id: &str) -> Result<(), ActionError> {
    let letter = show(engine, caller, id).await?.letter;
    let id = DeadLetterId::parse(id).ok_or(NOT_FOUND)?;
    let now = engine.now();
    let give_up_after = engine.channels().get(&letter.channel).map_or(GIVE_UP_AFTER, |channel| channel.adapter().pacing().give_up_after);
    let give_up_at = now + TimeDelta::from_std(give_up_after).unwrap_or(TimeDelta::days(1));
    let replayed = engine
        .writer()
        .write::<_, ActionError, _>(move |tx| {
            Box::pin(async move {
                let replayed = match id {
                    DeadLetterId::In(seq) => tx.replay_event(seq).await?,
                    DeadLetterId::Out(id) => tx.replay_send(id, now, give_up_at).await?,
                };
                Ok(replayed)
            })
        })
        .await?;
    if !replayed {
        return Err(NOT_FOUND);
    }
    match id {
        DeadLetterId::In(_) => engine.0.lanes.push_lanes(vec![letter.lane]),
        DeadLetterId::Out(_) => engine.0.outbox.push_lanes(vec![letter.lane]),
    }
    Ok(())
}

/// Drops it for good; the key of an event stays known, so that a repeat changes nothing.
pub async fn discard(engine: &Engine, caller: &Caller, id: &str) -> Result<(), ActionError> {
    require(caller, Permission::Administer)?;
    let id = DeadLetterId::parse(id).ok_or(NOT_FOUND)?;
    let now = engine.now();
    let discarded = engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.discard_dead_letter(id, now).await?) })).await?;
    if discarded { Ok(()) } else { Err(NOT_FOUND) }
}
