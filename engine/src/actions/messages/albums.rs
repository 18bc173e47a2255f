//! Albums of agents: a staff chat tells of each part by itself, and the customer gets one message.

use bellhop_domain::{
    id::{FileId, MessageId},
    message::{Direction, Message},
};
use chrono::TimeDelta;

use super::{LONGEST_TEXT, MOST_ATTACHMENTS, due, load, outbound, stored_files};
use crate::{
    actions::{ActionError, TRIES, require},
    caller::{Caller, Permission},
    decision::{CommitError, Decision, Due},
    engine::Engine,
    outbox::{Revision, Way},
};

/// How long the next part is waited for.
pub(super) const PATIENCE: TimeDelta = TimeDelta::milliseconds(1500);
/// How long a part is waited for that has come and whose file is being fetched.
const FETCHING: TimeDelta = TimeDelta::seconds(30);

/// The album waits on: another part of it has come, and is added soon.
pub fn more_to_come(engine: &Engine, message: &Message) {
    engine.0.outbox.postpone(message.id, engine.now() + FETCHING);
}

/// Adds a part to the album that `id` is; the same part again adds nothing. What came too late to go with the rest is sent by itself.
///
/// # Errors
/// When there is no such message, or a file is not stored.
pub async fn add_part(engine: &Engine, caller: &Caller, id: MessageId, part: &str, text: &str, files: &[FileId]) -> Result<Message, ActionError> {
    require(caller, Permission::HandleConversations)?;
    let files = stored_files(engine, files).await?;
    for _ in 0..TRIES {
        let before = engine.reader().message(id).await?.ok_or(ActionError::NotFound { what: "message" })?;
        let has_room = before.extras.attachments.len() + files.len() <= MOST_ATTACHMENTS;
        if before.extras.parts.iter().any(|known| known == part) || before.extras.deleted_at.is_some() || !has_room {
            return Ok(before);
        }
        let now = engine.now();
        let conversation = load(engine, before.conversation).await?;
        let mut after = before.clone();
        after.extras.parts.push(part.to_owned());
        after.extras.attachments.extend(files.iter().cloned());
        let caption = text.trim();
        if !caption.is_empty() {
            let left = LONGEST_TEXT.saturating_sub(before.text.chars().count() + 1);
            let between = if before.text.is_empty() { "" } else { "\n" };
            after.text = format!("{}{between}{}", before.text, caption.chars().take(left).collect::<String>());
        }
        let mut decision = Decision::by(caller);
        if let Some(channel) = engine.channels().get(&conversation.channel).filter(|_| before.direction == Direction::Out) {
            let due = due(channel, &before.author, now);
            let due = Due { at: due.at + PATIENCE, ..due };
            let way = Way { conversation: &conversation, capabilities: channel.adapter().capabilities(), due };
            let mut rest = after.clone();
            rest.text = caption.to_owned();
            rest.extras.attachments.clone_from(&files);
            let (whole, rest) = (outbound(engine, &conversation, &after, None), outbound(engine, &conversation, &rest, None));
            let (revision, losses) = Revision::add(&way, id, whole, rest);
            after.extras.losses = losses;
            decision.revisions.push(revision);
        }
        decision.signalled.push(conversation.id);
        decision.changed_messages.push(after.clone());
        match decision.commit(engine).await {
            Ok(()) => {
                engine.0.outbox.postpone(id, engine.now() + PATIENCE);
                return Ok(after);
            }
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}
