//! The place where staff chats plug in: the engine stores what agents do there, and hands it over in order.

use async_trait::async_trait;
use bellhop_channel::staff::StaffEvent;
use bellhop_store::DbError;

use crate::{Engine, actions::ActionError};

/// What makes staff chats out of conversations; the application plugs it in.
#[async_trait]
pub trait StaffDesk: Send + Sync {
    /// Keeps the staff chats up to date with the conversations until the engine stops. Everything it needs to go on is in the database.
    async fn run(&self, engine: Engine);

    /// Handles what an agent did, in the order of the place where they did it; again after a crash.
    ///
    /// `event` is its number in the inbox: what it changes is committed together with the event being done (see [`Caller::by_event`](crate::caller::Caller::by_event)),
    /// and when nothing was changed the engine marks it done afterwards.
    ///
    /// # Errors
    /// When it could not be handled: for a passing reason it is tried again, else it is among the dead letters.
    async fn handle(&self, engine: &Engine, channel: &str, event: StaffEvent, seq: i64) -> Result<(), StaffError>;
}

/// Why what an agent did could not be handled.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// The database does not answer.
    #[error("the database does not answer")]
    Database(#[from] DbError),
    /// An action failed in a way that is no answer to the agent.
    #[error("the action failed")]
    Action(#[source] ActionError),
}

impl StaffError {
    /// Whether it may work later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Database(_) | Self::Action(ActionError::Busy | ActionError::Conflict | ActionError::Unavailable(_)) => true,
            Self::Action(_) => false,
        }
    }
}
