//! Macros: what agents say and do often, done at once.

use bellhop_domain::{
    conversation::{Conversation, ConversationStatus},
    id::{ConversationId, MessageId},
    ticket::number_text,
    timeline::TimelineKind,
};

use super::{
    ActionError,
    conversations::{change, clean_tags, happened, language_of, load, resolve},
    lookup::Changes,
    messages::{Outgoing, check_reachable, check_text, take_by_replying},
    require,
};
use crate::{
    caller::{Caller, Permission},
    clock::fresh_id,
    commands::escaped,
    engine::Engine,
};

/// Says and does what the macro `key` holds: all of it, or nothing.
pub async fn apply(engine: &Engine, caller: &Caller, id: ConversationId, key: &str) -> Result<Conversation, ActionError> {
    require(caller, Permission::HandleConversations)?;
    let desk = engine.desk();
    let wanted = desk.macros.get(key).ok_or(ActionError::NotFound { what: "macro" })?;
    let conversation = load(engine, id).await?;
    let contact = engine.reader().contact(conversation.contact).await?;
    let mut open = engine.reader().tickets_of_conversation(id).await?;
    open.retain(|ticket| ticket.status.is_open());
    let ticket = match open.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let text = wanted.say(&language_of(&conversation, engine.settings()), |variable| match variable {
        "customer.name" => contact.as_ref()?.name.as_deref().map(escaped),
        "agent.name" => caller.actor.name().map(escaped),
        "ticket.number" => ticket.map(|ticket| number_text(ticket.number)),
        "ticket.url" => ticket.map(|ticket| engine.links().ticket(ticket.id)),
        _ => None,
    });
    let text = if text.is_empty() { None } else { Some(check_text(&text, false)?) };
    if text.is_some() {
        check_reachable(engine, &conversation).await?;
    }
    let now = engine.now();
    change(engine, caller, id, None, |conversation, decision| {
        if let Some(text) = &text {
            take_by_replying(engine, caller, conversation, decision, now);
            Outgoing::new(MessageId(fresh_id()), caller.actor.clone(), text.clone()).send(engine, conversation, decision, now);
        }
        let tags = clean_tags(&conversation.tags.iter().chain(&wanted.tags).cloned().collect::<Vec<_>>())?;
        let mut changes = Changes::default();
        changes.set("tags", &mut conversation.tags, Some(&tags));
        changes.set("category", &mut conversation.category, wanted.category.as_ref().map(|key| Some(key.clone())).as_ref());
        changes.set("department", &mut conversation.department, wanted.department.as_ref().map(|key| Some(key.clone())).as_ref());
        changes.add("macro", key.into());
        conversation.updated_at = now;
        decision.timeline.push(happened(conversation.id, &caller.actor, TimelineKind::Changed, changes.into_details(), now));
        if wanted.close && conversation.status != ConversationStatus::Resolved {
            resolve(engine, caller, conversation, decision, now);
        }
        Ok(true)
    })
    .await
}
