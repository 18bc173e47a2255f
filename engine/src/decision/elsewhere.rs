//! What a decision changes of cases in other systems, and of what is to be done at a time.

use bellhop_store::Tx;
use chrono::{DateTime, Utc};

use super::{CommitError, Decision};

impl Decision {
    /// Writes it.
    pub(super) async fn write_elsewhere(&self, tx: &Tx, now: DateTime<Utc>) -> Result<(), CommitError> {
        if let Some((system, event)) = &self.system_event
            && !tx.note_system_event(system, event, now).await?
        {
            return Err(CommitError::AlreadyHandled);
        }
        for id in &self.ended_references {
            if !tx.remove_reference(*id).await? {
                return Err(CommitError::Conflict);
            }
        }
        for reference in &self.references {
            if !tx.keep_reference(reference).await? {
                return Err(CommitError::Conflict);
            }
        }
        for todo in &self.todos {
            if !tx.keep_follow_up(todo).await? {
                return Err(CommitError::Conflict);
            }
        }
        Ok(())
    }
}
