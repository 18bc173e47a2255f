//! An agent speaks first.

use bellhop_domain::{
    contact::Thread,
    conversation::{Conversation, ConversationStatus},
    id::{ContactId, ConversationId, MessageId},
    message::Message,
    timeline::TimelineKind,
    why::Why,
};
use serde_json::json;

use super::{assigned, happened, load};
use crate::{
    actions::{
        ActionError,
        lookup::person,
        messages::{self, Outgoing, Reply, check_text, speaking_for},
        require,
    },
    caller::{Caller, Permission},
    clock::fresh_id,
    decision::Decision,
    engine::Engine,
};

/// What an agent begins with.
#[derive(Clone)]
pub struct Start {
    /// To whom.
    pub contact: ContactId,
    /// Where, by the channel's name; where they wrote last when absent.
    pub channel: Option<String>,
    /// The words, in light Markdown.
    pub text: String,
    /// The person for whom a program speaks.
    pub on_behalf_of: Option<String>,
}

/// Writes to a person in a thread of theirs: a new conversation begins, which is the agent's. One that is not resolved yet goes on instead.
///
/// # Errors
/// `NotNow` where the person never wrote on a channel that is configured, is blocked or erased.
pub async fn start(engine: &Engine, caller: &Caller, start: &Start) -> Result<(Conversation, Message), ActionError> {
    require(caller, Permission::HandleConversations)?;
    let contact = engine.reader().contact(start.contact).await?.ok_or(ActionError::NotFound { what: "contact" })?;
    if contact.erased_at.is_some() {
        return Err(ActionError::not_now(Why::new("why-erased-send")));
    }
    if contact.blocked {
        return Err(ActionError::not_now(Why::new("why-blocked")));
    }
    let text = check_text(&start.text, false)?;
    let (thread, newest) = place(engine, start).await?;
    if let Some(newest) = newest.filter(|newest| newest.status != ConversationStatus::Resolved) {
        let reply = Reply { text, on_behalf_of: start.on_behalf_of.clone(), ..Reply::default() };
        let message = messages::reply(engine, caller, newest.id, &reply).await?;
        return Ok((load(engine, newest.id).await?, message));
    }
    let caller = Caller { actor: speaking_for(&caller.actor, start.on_behalf_of.as_deref())?, ..caller.clone() };
    let now = engine.now();
    let conversation = Conversation {
        status: ConversationStatus::Open,
        assignee: person(&engine.desk(), &caller.actor),
        language: contact.language,
        ..Conversation::begin(ConversationId(fresh_id()), &thread, contact.id, now)
    };
    let mut decision = Decision::by(&caller);
    decision.timeline.push(happened(conversation.id, &caller.actor, TimelineKind::Started, json!({ "channel": conversation.channel }), now));
    decision.timeline.push(assigned(engine, &conversation, &caller, now));
    let message = Outgoing::new(MessageId(fresh_id()), caller.actor.clone(), text).send(engine, &conversation, &mut decision, now);
    decision.new_conversation = Some(conversation.clone());
    decision.commit(engine).await?;
    Ok((conversation, message))
}

/// The thread to write in, with its newest conversation: the one that was used last, of those that can be written in.
async fn place(engine: &Engine, start: &Start) -> Result<(Thread, Option<Conversation>), ActionError> {
    let all = engine.reader().contact_threads(start.contact).await?;
    let reachable = all.iter().filter(|thread| engine.channels().get(&thread.channel).is_some());
    let mut best: Option<(Thread, Option<Conversation>)> = None;
    for thread in reachable.filter(|thread| start.channel.as_ref().is_none_or(|wanted| *wanted == thread.channel)) {
        let Some(state) = engine.reader().thread_state(&thread.channel, &thread.external_id, "").await? else { continue };
        let used = |conversation: &Option<Conversation>| conversation.as_ref().map(|conversation| conversation.updated_at);
        if best.as_ref().is_none_or(|(_, known)| used(&state.conversation) > used(known)) {
            best = Some((state.thread, state.conversation));
        }
    }
    best.ok_or_else(|| match &start.channel {
        Some(channel) => ActionError::invalid("channel", format!("this person cannot be written to on “{channel}”: they never wrote there")),
        None => ActionError::not_now(Why::new("why-nowhere-to-write")),
    })
}
