//! Keeping what is known of a staff chat.

use bellhop_store::staff::StaffChange;

use super::ActionError;
use crate::engine::Engine;

/// Writes down what changed in the staff chat of a channel, all of it or nothing.
///
/// No permission is asked for: this is the memory of the staff desk itself, and changes nothing that a customer or an agent did.
pub async fn note(engine: &Engine, channel: &str, changes: Vec<StaffChange>) -> Result<(), ActionError> {
    if changes.is_empty() {
        return Ok(());
    }
    let channel = channel.to_owned();
    engine
        .writer()
        .write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.change_staff(&channel, &changes).await?) }))
        .await?;
    Ok(())
}
