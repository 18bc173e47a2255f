//! Why the bot did what it did with a question: what was recorded then, and what the question matches now.

use bellhop_domain::{
    id::{ConversationId, MessageId},
    message::Direction,
    timeline::{TimelineEvent, TimelineKind},
};
use bellhop_kb::Verdict;
use serde_json::Value;

use super::asked;
use crate::{
    actions::{ActionError, conversations::load, require},
    caller::{Caller, Permission},
    engine::Engine,
    knowledge::{Ask, viewer_for},
};

/// Events of a conversation that are looked through at once.
const PAGE: u32 = 500;
/// Events of a conversation that are looked through.
const MOST: usize = 20_000;

/// A decision with its reasons.
#[derive(Clone)]
pub struct Explained {
    /// What was decided, when, with scores: as it was recorded.
    pub event: TimelineEvent,
    /// What the knowledge base says to the same words now, for the same customer, with the words that match: those are never recorded.
    pub now: Verdict,
}

/// What the bot decided on a message.
///
/// # Errors
/// `NotFound` where there is no such message of a customer, or the bot decided nothing on it.
pub async fn explain(engine: &Engine, caller: &Caller, conversation: ConversationId, message: MessageId) -> Result<Explained, ActionError> {
    require(caller, Permission::ReadConversations)?;
    let conversation = load(engine, conversation).await?;
    let message = engine.reader().message(message).await?;
    let message = message.filter(|message| message.conversation == conversation.id && message.direction == Direction::In);
    let message = message.ok_or(ActionError::NotFound { what: "message" })?;
    let event = decided(engine, conversation.id, message.id).await?.ok_or(ActionError::NotFound { what: "decision" })?;
    let people = asked::people(engine, std::iter::once(conversation.contact)).await?;
    let viewer = people
        .get(&conversation.contact)
        .map(|(contact, organisation)| viewer_for(contact, organisation.as_ref(), &engine.desk(), &conversation.channel))
        .unwrap_or_default();
    let ask = Ask { text: message.text, lang: conversation.language, viewer, ..Ask::default() };
    let now = engine.ask(ask).await.map_err(|error| {
        tracing::error!(error = %error, "The knowledge base does not answer");
        ActionError::Busy
    })?;
    Ok(Explained { event, now })
}

async fn decided(engine: &Engine, conversation: ConversationId, message: MessageId) -> Result<Option<TimelineEvent>, ActionError> {
    let (id, mut cursor, mut seen) = (message.to_string(), None, 0);
    loop {
        let page = engine.reader().timeline_of_conversation(conversation, cursor, PAGE).await?;
        seen += page.items.len();
        let about = |event: &TimelineEvent| {
            let kind = matches!(event.kind, TimelineKind::Answered | TimelineKind::Clarified | TimelineKind::HandedOff);
            kind && event.details.get("question").and_then(Value::as_str) == Some(id.as_str())
        };
        if let Some(event) = page.items.into_iter().find(about) {
            return Ok(Some(event));
        }
        cursor = page.next;
        if cursor.is_none() || seen >= MOST {
            return Ok(None);
        }
    }
}
