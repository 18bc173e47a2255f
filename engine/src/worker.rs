//! Workers: take a lane's next event, decide, commit; a bad event never stops a lane.

pub(crate) mod albums;
mod changes;
mod incoming;
pub(crate) mod internal;
mod nothing_to_do;
pub(crate) mod people;
mod presses;
#[cfg(test)]
mod tests;

pub(crate) use incoming::{early_key, language_of};
pub(crate) use nothing_to_do::NothingToDo;

use std::{panic::AssertUnwindSafe, time::Duration};

use bellhop_channel::{Event, EventKind, NormaliseError};
use bellhop_store::{DbError, inbox::InboxEvent};
use futures_util::FutureExt as _;

use crate::{
    actions::ActionError,
    decision::CommitError,
    engine::Engine,
    lanes::{PAGE, Work, is_staff},
    staff::StaffError,
};

/// How often a conflicting change makes an event be decided again before its lane pauses.
const TRIES: u32 = 5;
/// How long a lane pauses while the database does not take changes.
const PAUSE: Duration = Duration::from_millis(250);

/// Why an event was not handled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandleError {
    /// It cannot be read, now or ever: a dead letter.
    #[error("the event cannot be read: {0}")]
    Unreadable(#[from] NormaliseError),
    /// An event of our own cannot be read: a dead letter.
    #[error("the event of our own cannot be read: {0}")]
    UnreadableInternal(#[from] serde_json::Error),
    /// Its channel is not configured: a dead letter that can be replayed.
    #[error("the channel {0} is not configured")]
    NoChannel(String),
    /// What it asks for breaks a rule: a dead letter.
    #[error("the event cannot be handled: {0}")]
    Impossible(String),
    /// Its platform has not said yet what is needed to read it; soon it will.
    #[error("the channel cannot read the event yet")]
    NotYet,
    /// The database does not answer; later it may.
    #[error("the database does not answer")]
    Database(#[from] DbError),
    /// The search index does not answer.
    #[error("the knowledge base does not answer")]
    Knowledge(#[from] bellhop_kb::Error),
    /// The decision was not committed.
    #[error("the decision was not committed")]
    Commit(#[from] CommitError),
    /// What an agent did in a staff chat could not be handled.
    #[error("what an agent did could not be handled")]
    Staff(#[from] StaffError),
}

impl From<ActionError> for HandleError {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::Conflict => Self::Commit(CommitError::Conflict),
            ActionError::AlreadyHandled => Self::Commit(CommitError::AlreadyHandled),
            ActionError::Busy => Self::Commit(CommitError::Busy),
            ActionError::Unavailable(error) => Self::Database(error),
            refused => Self::Impossible(refused.to_string()),
        }
    }
}

impl HandleError {
    fn is_passing(&self) -> bool {
        match self {
            Self::Database(_) | Self::Commit(_) | Self::NotYet => true,
            Self::Staff(error) => error.is_passing(),
            Self::Unreadable(_) | Self::UnreadableInternal(_) | Self::NoChannel(_) | Self::Impossible(_) | Self::Knowledge(_) => false,
        }
    }
}

/// Starts the workers.
pub(crate) fn start(engine: &Engine) {
    let this = engine.clone();
    engine.run(async move { nothing_to_do::run(&this).await });
    for _ in 0..engine.settings().workers {
        let this = engine.clone();
        engine.run(async move {
            while let Some(work) = this.0.lanes.next(&this.0.stopping).await {
                match work {
                    Work::Handle(event) => work_on(&this, *event).await,
                    Work::Load(lane) => load(&this, &lane).await,
                }
            }
        });
    }
}

async fn load(engine: &Engine, lane: &str) {
    match engine.reader().pending_events(lane, PAGE).await {
        Ok(events) => engine.0.lanes.refill(lane, events),
        Err(error) => {
            tracing::error!(error = %error, "Waiting events could not be read; trying again");
            engine.0.lanes.not_loaded(lane);
            pause(engine, lane.to_owned());
        }
    }
}

/// Lets a lane go on after a while, without holding a worker.
fn pause(engine: &Engine, lane: String) {
    let this = engine.clone();
    engine.run(async move {
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => this.0.lanes.release(&lane),
            () = this.0.stopping.cancelled() => {}
        }
    });
}

async fn work_on(engine: &Engine, event: InboxEvent) {
    let lane = event.lane.clone();
    let held = engine.0.outbox.held(&lane);
    let result = AssertUnwindSafe(handle(engine, &event)).catch_unwind().await;
    engine.0.outbox.let_go(&lane, held);
    let error = match result {
        Ok(Ok(Handled::NothingToDo)) => return engine.0.nothing_to_do.add(&event),
        Ok(Ok(Handled::Committed)) => {
            metrics::counter!("bellhop_events_handled_total").increment(1);
            return engine.0.lanes.release(&lane);
        }
        Ok(Err(HandleError::NotYet)) => {
            engine.0.lanes.put_back(event);
            return pause(engine, lane);
        }
        Ok(Err(error)) if error.is_passing() => {
            tracing::warn!(error = %chain(&error), event.seq, "An event could not be handled now; its lane pauses");
            engine.0.lanes.put_back(event);
            return pause(engine, lane);
        }
        Ok(Err(error)) => chain(&error),
        Err(_) => "a programming error stopped its handling".to_owned(),
    };
    tracing::error!(error, event.seq, channel = event.channel, "An event could not be handled; it is among the dead letters");
    metrics::counter!("bellhop_dead_letters_total").increment(1);
    let (seq, attempts, now) = (event.seq, event.attempts + 1, engine.now());
    let buried =
        engine.writer().write::<_, DbError, _>(move |tx| Box::pin(async move { tx.fail_event(seq, &error, attempts, true, now).await })).await;
    match buried {
        Ok(_) => engine.0.lanes.release(&lane),
        Err(_) => {
            engine.0.lanes.put_back(event);
            pause(engine, lane);
        }
    }
}

/// The error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words = format!("{words}: {cause}");
        source = cause.source();
    }
    words
}

/// How the handling of an event ended.
enum Handled {
    /// What it changed is committed, and the event with it.
    Committed,
    /// It changes nothing; that it was handled is still to be written down.
    NothingToDo,
}

async fn handle(engine: &Engine, event: &InboxEvent) -> Result<Handled, HandleError> {
    for _ in 1..TRIES {
        match attempt(engine, event).await {
            Err(HandleError::Commit(CommitError::AlreadyHandled)) => {
                // Somebody committed it and did not live to say so, or the answer to the commit was lost: what it has to send is known to the
                // database alone, and nothing of the thread may get ahead of that.
                engine.0.outbox.push_lanes(vec![event.lane.clone()]);
                return Ok(Handled::Committed);
            }
            Err(HandleError::Commit(CommitError::Conflict)) => {}
            other => return other,
        }
    }
    attempt(engine, event).await
}

async fn attempt(engine: &Engine, stored: &InboxEvent) -> Result<Handled, HandleError> {
    if stored.internal {
        Box::pin(internal::handle(engine, stored)).await?;
        return Ok(Handled::Committed);
    }
    if is_staff(&stored.lane) {
        Box::pin(staff(engine, stored)).await?;
        return Ok(Handled::Committed);
    }
    let channel = engine.channels().get(&stored.channel).ok_or_else(|| HandleError::NoChannel(stored.channel.clone()))?;
    let event: Event = channel.adapter().normalise(&stored.body)?;
    match &event.kind {
        EventKind::Message(message) => incoming::handle(engine, channel, stored, &event, message).await,
        EventKind::Button { button, message } => Box::pin(presses::handle(engine, channel, stored, &event, button, message.as_deref())).await,
        EventKind::Edit { message, text } => changes::edit(engine, stored, &event, message, text).await,
        EventKind::Delete { message } => changes::delete(engine, stored, &event, message).await,
        EventKind::Reaction { message, emoji, removed } => Box::pin(changes::reaction(engine, stored, &event, message, emoji, *removed)).await,
        EventKind::Receipt { message, status } => changes::receipt(engine, stored, message, *status).await,
        EventKind::Typing | EventKind::Unknown => return Ok(Handled::NothingToDo),
    }?;
    Ok(Handled::Committed)
}

/// What an agent did in a staff chat.
async fn staff(engine: &Engine, stored: &InboxEvent) -> Result<(), HandleError> {
    let missing = || HandleError::NoChannel(stored.channel.clone());
    let channel = engine.channels().staff(&stored.channel).ok_or_else(missing)?;
    let desk = engine.0.staff.as_ref().ok_or_else(missing)?;
    if !channel.can_read(&stored.body) {
        return Err(HandleError::NotYet);
    }
    let event = channel.normalise(&stored.body)?;
    match desk.handle(engine, &stored.channel, event, stored.seq).await {
        Ok(()) | Err(StaffError::Action(ActionError::AlreadyHandled)) => {}
        Err(error) => return Err(error.into()),
    }
    match done(engine, stored).await {
        // An action has finished it together with what it changed.
        Err(HandleError::Commit(CommitError::AlreadyHandled)) => Ok(()),
        other => other,
    }
}

/// Nothing is to be done about the event.
async fn done(engine: &Engine, stored: &InboxEvent) -> Result<(), HandleError> {
    let decision = crate::decision::Decision { events: vec![stored.seq], ..Default::default() };
    Ok(decision.commit(engine).await?)
}
