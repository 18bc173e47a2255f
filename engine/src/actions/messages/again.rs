//! A message that failed, sent again.

use bellhop_domain::{id::MessageId, why::Why};
use bellhop_store::outbox::SendState;
use chrono::TimeDelta;

use crate::{
    actions::{ActionError, require},
    bus::Signal,
    caller::{Caller, Permission},
    engine::Engine,
};

/// Sends of a conversation that are looked through.
const LOOKED_AT: u32 = 200;
/// How long a message is tried again whose channel does not say.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(1);

/// Sends a message again that was given up, behind what waits for the same customer.
///
/// # Errors
/// `NotNow` when it did not fail, or what was to be sent is gone.
pub async fn send_again(engine: &Engine, caller: &Caller, id: MessageId) -> Result<(), ActionError> {
    require(caller, Permission::HandleConversations)?;
    let message = engine.reader().message(id).await?.ok_or(ActionError::NotFound { what: "message" })?;
    let sends = engine.reader().sends_of_conversation(message.conversation, LOOKED_AT).await?;
    let failed = sends.into_iter().find(|send| send.message == Some(id) && send.state == SendState::Failed);
    let Some(send) = failed else { return Err(ActionError::not_now(Why::new("why-did-not-fail"))) };
    let now = engine.now();
    let patience = engine.channels().get(&send.channel).map(|channel| channel.adapter().pacing().give_up_after);
    let give_up_at = now + patience.and_then(|patience| TimeDelta::from_std(patience).ok()).unwrap_or(GIVE_UP_AFTER);
    let number = send.id;
    let is_sent =
        engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.replay_send(number, now, give_up_at).await?) })).await?;
    if !is_sent {
        return Err(ActionError::not_now(Why::new("why-did-not-fail")));
    }
    engine.0.outbox.push_lanes(vec![send.lane]);
    engine.bus().tell(Signal::Conversation(message.conversation));
    Ok(())
}
