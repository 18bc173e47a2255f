//! What was said is said differently, or taken back.

use bellhop_channel::{Author, TicketNotice};
use bellhop_domain::{
    actor::Actor,
    conversation::Conversation,
    id::MessageId,
    message::{Direction, Message},
    timeline::{TimelineEvent, TimelineKind},
    why::Why,
};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{check_text, due, load, outbound};
use crate::{
    actions::{ActionError, require},
    caller::{Caller, Permission},
    decision::Decision,
    engine::Engine,
    outbox::{Revision, Way},
};

const NO_MESSAGE: ActionError = ActionError::NotFound { what: "message" };

/// Changes what was said: one's own, or anybody's for those who lead others. The customer sees the new words; where the channel cannot
/// change a message they come as a new one that answers the old, and what still waits is sent with the new words at once.
///
/// Of a message that was sent in parts the last one is changed where the others stay as they are; else the new words come as a new message.
///
/// # Errors
/// When there is no such message, it is somebody else's, it was taken back, or the text is empty or endless.
pub async fn edit(engine: &Engine, caller: &Caller, id: MessageId, text: &str) -> Result<Message, ActionError> {
    let (conversation, before) = changeable(engine, caller, id).await?;
    let text = check_text(text, !before.extras.attachments.is_empty())?;
    if text == before.text {
        return Ok(before);
    }
    let now = engine.now();
    let mut after = Message { text, ..before.clone() };
    after.extras.edited_at = Some(now);
    let mut decision = Decision::by(caller);
    replace(engine, &conversation, &before, &mut after, None, &mut decision, now);
    decision.timeline.push(happened(&after, caller, "edited", now));
    if before.direction == Direction::Note {
        decision.rewritten_notes.push((before.text, after.clone()));
    }
    decision.commit(engine).await?;
    Ok(after)
}

/// Takes back what was said: one's own, or anybody's for those who lead others. What still waits is not sent; where the channel cannot take
/// a message back, that the customer still sees it stands among its losses. Once is enough.
///
/// # Errors
/// When there is no such message, or it is somebody else's.
pub async fn delete(engine: &Engine, caller: &Caller, id: MessageId) -> Result<Message, ActionError> {
    let known = engine.reader().message(id).await?;
    if let Some(gone) = known.filter(|message| message.extras.deleted_at.is_some()) {
        require(caller, Permission::HandleConversations)?;
        return Ok(gone);
    }
    let (conversation, before) = changeable(engine, caller, id).await?;
    let now = engine.now();
    let mut after = before.clone();
    after.text.clear();
    after.extras.attachments.clear();
    after.extras.buttons.clear();
    after.extras.deleted_at = Some(now);
    let mut decision = Decision::by(caller);
    if let Some(channel) = engine.channels().get(&conversation.channel).filter(|_| before.direction == Direction::Out) {
        let way = Way { conversation: &conversation, capabilities: channel.adapter().capabilities(), due: due(channel, &Actor::System, now) };
        let (revision, losses) = Revision::delete(&way, &before, outbound(engine, &conversation, &before, None));
        after.extras.losses.extend(losses);
        decision.revisions.push(revision);
    }
    decision.timeline.push(happened(&after, caller, "deleted", now));
    decision.signalled.push(conversation.id);
    decision.changed_messages.push(after.clone());
    decision.commit(engine).await?;
    Ok(after)
}

/// Puts a message's new words into the decision, and on their way where it goes to the customer; `notice` where it is one about a ticket.
pub(in crate::actions) fn replace(
    engine: &Engine,
    conversation: &Conversation,
    before: &Message,
    after: &mut Message,
    notice: Option<TicketNotice>,
    decision: &mut Decision,
    now: DateTime<Utc>,
) {
    if let Some(channel) = engine.channels().get(&conversation.channel).filter(|_| before.direction == Direction::Out) {
        let way = Way { conversation, capabilities: channel.adapter().capabilities(), due: due(channel, &Actor::System, now) };
        let is_card = notice.is_some();
        let mut new = outbound(engine, conversation, after, notice);
        if let Some(message) = new.message.as_mut().filter(|_| is_card) {
            // Whoever sent the card first, what it shows now is nobody's word, and stays when a person takes over from the bot.
            message.author = Author::System;
        }
        let (revision, losses) = Revision::edit(&way, before, outbound(engine, conversation, before, None), new);
        after.extras.losses = losses;
        decision.revisions.push(revision);
    }
    decision.signalled.push(conversation.id);
    decision.changed_messages.push(after.clone());
}

/// The message, if the caller may change it.
async fn changeable(engine: &Engine, caller: &Caller, id: MessageId) -> Result<(Conversation, Message), ActionError> {
    require(caller, Permission::HandleConversations)?;
    let message = engine.reader().message(id).await?.ok_or(NO_MESSAGE)?;
    let conversation = load(engine, message.conversation).await?;
    if message.direction == Direction::In {
        return Err(ActionError::not_now(Why::new("why-customers-words")));
    }
    if !is_own(caller, &message.author) && !leads(caller) {
        return Err(ActionError::not_now(Why::new("why-others-words")));
    }
    if message.extras.deleted_at.is_some() {
        return Err(ActionError::not_now(Why::new("why-taken-back")));
    }
    Ok((conversation, message))
}

fn is_own(caller: &Caller, author: &Actor) -> bool {
    match (&caller.actor, author) {
        (Actor::Agent { id, .. }, Actor::Agent { id: author, .. }) => id == author,
        (Actor::Token { id, .. }, Actor::Token { id: author, .. }) => id == author,
        _ => false,
    }
}

/// Whoever may erase people may change what colleagues and the bot said: supervisors and administrators.
fn leads(caller: &Caller) -> bool {
    caller.permissions.allow(Permission::ErasePeople)
}

fn happened(message: &Message, caller: &Caller, what: &str, now: DateTime<Utc>) -> TimelineEvent {
    TimelineEvent {
        conversation: Some(message.conversation),
        ticket: None,
        at: now,
        actor: caller.actor.clone(),
        kind: TimelineKind::Changed,
        details: json!({ "message": message.id, "what": what }),
    }
}
