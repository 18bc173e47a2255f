//! What agents have begun to write in the console.

use bellhop_domain::{actor::Actor, id::ConversationId};
use bellhop_store::drafts::Draft;

use super::{ActionError, messages::LONGEST_TEXT, require};
use crate::{
    caller::{Caller, Permission},
    engine::Engine,
};

/// What the caller has begun to write in a conversation.
pub async fn draft(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<Option<Draft>, ActionError> {
    let Actor::Agent { id: agent, .. } = &caller.actor else { return Ok(None) };
    Ok(engine.reader().draft(*agent, id).await?)
}

/// Keeps what the caller has begun to write; an empty text keeps nothing.
pub async fn keep(engine: &Engine, caller: &Caller, id: ConversationId, internal: bool, text: &str) -> Result<(), ActionError> {
    require(caller, Permission::HandleConversations)?;
    let Actor::Agent { id: agent, .. } = &caller.actor else { return Ok(()) };
    if text.chars().count() > LONGEST_TEXT {
        return Err(ActionError::invalid("text", format!("has at most {LONGEST_TEXT} characters")));
    }
    let conversation = super::conversations::load(engine, id).await?.id;
    let draft = Draft { agent: *agent, conversation, internal, text: text.to_owned(), updated_at: engine.now() };
    engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.keep_draft(&draft).await?) })).await?;
    Ok(())
}
