//! Messages in a row: an answer that has not left is taken back for one to all that the customer wrote.
//!
//! The reply, the state before it and what it answers stand in the dialogue (`bellhop_domain::dialogue::Latest`). Taking it back is part of the
//! decision's transaction, which fails if a sender was faster; then it is decided again, and the message is answered for itself.

use bellhop_domain::{
    actor::Actor,
    conversation::{Conversation, ConversationStatus},
    dialogue::{Effect, Step},
    id::MessageId,
};
use bellhop_store::{DbError, outbox::SendState};

use super::{Case, question::Understood};
use crate::{actions::conversations::enter_status, decision::Decision, engine::Engine, outbox::first_key};

/// Sends of a conversation that are looked through for the reply.
const MOST_SENDS: u32 = 50;

/// Several messages that may be one question.
pub(super) struct Row {
    /// The conversation as it was before the reply.
    pub(super) conversation: Conversation,
    /// The reply that waits.
    pub(super) reply: MessageId,
    /// All that the customer wrote since.
    pub(super) text: String,
    /// What of it the reply answers.
    pub(super) answered: String,
    pub(super) messages: u32,
}

/// The row that `text` goes on with, if the answer to the messages before it can be taken back and `text` is no question of its own.
pub(super) async fn begin(engine: &Engine, case: &Case, text: &str, alone: &Understood) -> Result<Option<Row>, DbError> {
    let conversation = &case.conversation;
    let dialogue = &conversation.dialogue;
    let Some(latest) = &dialogue.latest else { return Ok(None) };
    let Some(reply) = latest.reply.filter(|_| latest.may_be_joined(conversation.status, conversation.assignee.is_some(), text)) else {
        return Ok(None);
    };
    if dialogue.asks_anew(alone.intent.as_ref(), &alone.alone) || !waits(engine, conversation, reply).await? {
        return Ok(None);
    }
    let before = Conversation { status: ConversationStatus::Bot, dialogue: latest.undone(dialogue), ..conversation.clone() };
    Ok(Some(Row { conversation: before, reply, text: latest.joined(text), answered: latest.answered().to_owned(), messages: latest.messages + 1 }))
}

/// Whether nothing of a reply can have left.
async fn waits(engine: &Engine, conversation: &Conversation, reply: MessageId) -> Result<bool, DbError> {
    let sends = engine.reader().sends_of_conversation(conversation.id, MOST_SENDS).await?;
    let whole = format!("\"{}\"", first_key(reply));
    let is_untouched =
        |send: &bellhop_store::outbox::Send| send.state == SendState::Queued && send.attempts == 0 && !send.cut_off && send.body.contains(&whole);
    Ok(sends.iter().any(|send| send.message == Some(reply) && is_untouched(send)))
}

/// Whether the customer is told something.
pub(super) fn is_answered(step: &Step) -> bool {
    step.effects.iter().any(|effect| matches!(effect, Effect::Say(_) | Effect::File { .. }))
}

/// Takes the reply back; what it had begun ends, unless the same comes of the decision made anew.
pub(super) fn accept(engine: &Engine, case: &mut Case, apart: &Conversation, reply: MessageId, step: &Step, decision: &mut Decision) {
    decision.taken_back.push(reply);
    let hands_over = step.effects.iter().any(|effect| matches!(effect, Effect::HandOff { .. }));
    case.conversation.status = apart.status;
    if !hands_over {
        enter_status(decision, &mut case.conversation, ConversationStatus::Bot, &Actor::Bot, engine.now(), engine.settings());
    }
}

/// Remembers which message the reply is.
pub(super) fn note_reply(conversation: &mut Conversation, decision: &Decision) {
    let Some(latest) = &mut conversation.dialogue.latest else { return };
    latest.reply = decision.new_messages.iter().rev().find(|message| message.author == Actor::Bot).map(|message| message.id);
}
