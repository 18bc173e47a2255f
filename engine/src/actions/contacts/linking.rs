//! One-time codes: whoever writes on a second channel proves with one that they are the same person.

use bellhop_domain::{
    actor::Actor,
    contact::Contact,
    conversation::Conversation,
    id::{ContactId, ConversationId},
    message::Direction,
    timeline::{TimelineEvent, TimelineKind},
    why::Why,
    words::{self, Value},
};
use bellhop_store::{DbError, contact_codes::ContactCode};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::ByCode;
use crate::{
    actions::{
        ActionError,
        messages::{compose, note},
        people::{MOST_WRONG, WINDOW, code_hash, fresh_code, typed_code},
        require,
    },
    caller::{Caller, Permission},
    decision::Decision,
    engine::Engine,
};

/// Minutes for which a code is good.
const MINUTES: i64 = 10;
/// What stands in the history where the customer read the code: whoever reads along later cannot use it.
const HIDDEN: &str = "•••••-•••••";

/// Sends the customer of a conversation a code, as their own `/link` does; nobody but them reads it.
///
/// # Errors
/// `NotNow` where the customer is blocked or was erased.
pub async fn send_link_code(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<(), ActionError> {
    require(caller, Permission::HandleConversations)?;
    let conversation = engine.reader().conversation(id).await?.ok_or(ActionError::NotFound { what: "conversation" })?;
    let contact = super::load(engine, conversation.contact).await?;
    if contact.erased_at.is_some() {
        return Err(ActionError::not_now(Why::new("why-erased-send")));
    }
    if contact.blocked {
        return Err(ActionError::not_now(Why::new("why-blocked")));
    }
    let mut decision = Decision { signalled: vec![id], ..Decision::by(caller) };
    give_code(engine, &conversation, contact.id, None, &mut decision, engine.now());
    Ok(decision.commit(engine).await?)
}

/// Tells whoever writes in the conversation a fresh code; the one before is good no more. In a thread of somebody else's there is none.
pub(crate) fn give_code(
    engine: &Engine,
    conversation: &Conversation,
    contact: ContactId,
    reply_to: Option<String>,
    decision: &mut Decision,
    now: DateTime<Utc>,
) {
    if contact != conversation.contact {
        return tell(engine, conversation, "link-elsewhere", &[], reply_to, decision, now);
    }
    let code = fresh_code();
    let (first, second) = code.split_at_checked(code.len() / 2).unwrap_or((&code, ""));
    let shown = format!("{first}-{second}");
    tell(engine, conversation, "link-code", &[("code", (&shown).into()), ("minutes", MINUTES.into())], reply_to, decision, now);
    for message in &mut decision.new_messages {
        message.text = message.text.replace(&shown, HIDDEN);
    }
    decision.contact_code =
        Some(ContactCode { contact, code_hash: code_hash(&code), conversation: conversation.id, expires_at: now + TimeDelta::minutes(MINUTES) });
}

/// Joins whoever wrote the code with whoever was given it. What is wrong with a code that does not do is never said.
pub(crate) async fn take_code(
    engine: &Engine,
    conversation: &Conversation,
    contact: &Contact,
    typed: &str,
    reply_to: Option<String>,
    decision: &mut Decision,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    for message in decision.new_messages.iter_mut().filter(|message| message.direction == Direction::In) {
        // One that was typed in the wrong place is still good.
        message.text = format!("/link {HIDDEN}");
    }
    let reader = engine.reader();
    let (channel, thread) = (&conversation.channel, &conversation.external_thread);
    if reader.wrong_codes_since(channel, thread, now - WINDOW).await? >= MOST_WRONG {
        tell(engine, conversation, "link-too-often", &[], reply_to, decision, now);
        return Ok(());
    }
    let found = reader.contact_code(&code_hash(&typed_code(typed)), now).await?;
    if found.as_ref().is_some_and(|code| code.contact == contact.id) {
        tell(engine, conversation, "link-same", &[], reply_to, decision, now);
        return Ok(());
    }
    let known = match &found {
        Some(code) => reader.contact(code.contact).await?.filter(|known| known.erased_at.is_none() && !known.blocked),
        None => None,
    };
    let (Some(code), Some(known)) = (found, known) else {
        decision.wrong_code = Some((channel.clone(), thread.clone()));
        tell(engine, conversation, "link-wrong", &[], reply_to, decision, now);
        return Ok(());
    };
    // The record that there was first stays.
    let (stays, goes) =
        if (known.created_at, known.id) <= (contact.created_at, contact.id) { (known.id, contact.id) } else { (contact.id, known.id) };
    let asked = reader.conversation(code.conversation).await?.filter(|asked| asked.contact == code.contact && asked.id != conversation.id);
    let first = asked.as_ref().map_or(channel, |asked| &asked.channel);
    tell(engine, conversation, "link-done", &[("channel", first.into())], reply_to, decision, now);
    let language = &engine.settings().language;
    let other = goes.to_string();
    let values = [("channel", first.into()), ("other", (&other).into())];
    note(conversation, Actor::Bot, words::say(language, "link-note", &values), decision, now);
    if let Some(asked) = &asked {
        tell(engine, asked, "link-told", &[("channel", channel.into())], None, decision, now);
    }
    let by = Actor::Contact { id: stays };
    decision.timeline.push(TimelineEvent {
        conversation: Some(conversation.id),
        ticket: None,
        at: now,
        actor: by.clone(),
        kind: TimelineKind::Merged,
        details: json!({ "contact": stays, "other": goes, "by": "code" }),
    });
    let reason = words::say(language, "link-reason", &[]);
    decision.join = Some(ByCode { code_hash: code.code_hash, contact: stays, other: goes, by, reason });
    Ok(())
}

fn tell(
    engine: &Engine,
    conversation: &Conversation,
    key: &str,
    values: &[(&str, Value<'_>)],
    reply_to: Option<String>,
    decision: &mut Decision,
    now: DateTime<Utc>,
) {
    let language = conversation.language.as_deref().unwrap_or(&engine.settings().language);
    let text = words::say(language, key, values);
    compose(engine, conversation, Actor::Bot, None, text, Vec::new(), None, reply_to, Vec::new(), decision, now);
}
