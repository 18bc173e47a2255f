//! A conversation is given to somebody by itself, or goes back to the queue.

use bellhop_domain::{
    actor::Actor,
    assignment::Assignment,
    conversation::{Conversation, ConversationStatus},
    desk::Desk,
    id::ConversationId,
    routing::effective_tier,
    timeline::TimelineKind,
};
use bellhop_store::assignment::Claim;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{enter_status, happened, load};
use crate::{
    actions::{ActionError, require},
    assigning,
    caller::{Caller, Permission},
    decision::{CommitError, Decision},
    engine::Engine,
};

/// Who would get the conversation now if it waited, and why the others would not; nothing is changed.
pub async fn candidates(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<Assignment, ActionError> {
    require(caller, Permission::ReadConversations)?;
    let conversation = load(engine, id).await?;
    assigning::explain(engine, conversation.department.as_deref(), Some(&conversation), None).await
}

/// Gives a conversation that waits to the agent of `assignment`, if there still is a place for it.
pub(crate) async fn give(
    engine: &Engine,
    mut conversation: Conversation,
    assignment: Assignment,
    claim: Claim,
    now: DateTime<Utc>,
) -> Result<(), CommitError> {
    // What the bot said at the handoff is still told: whoever has it now has not written yet.
    let mut decision = Decision { claim: Some(claim), ..Decision::default() };
    enter_status(&mut decision, &mut conversation, ConversationStatus::Open, &Actor::System, now, engine.settings());
    conversation.assignee = assignment.agent;
    let agent = assignment.agent.and_then(|id| engine.desk().agent(id).map(|agent| agent.key.clone()));
    let details = json!({ "agent": agent, "department": conversation.department, "automatic": true, "reasons": assignment.reasons });
    decision.timeline.push(happened(conversation.id, &Actor::System, TimelineKind::Assigned, details, now));
    conversation.routing.get_or_insert_default().assigned(assignment);
    decision.conversation = Some(conversation);
    decision.commit(engine).await
}

/// Puts a conversation back into the queue: whoever has it has not been there since `since`, and so long its customer waits already.
pub(crate) async fn take_back(
    engine: &Engine,
    mut conversation: Conversation,
    assignment: Assignment,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), ActionError> {
    let mut decision = Decision::default();
    let agent = conversation.assignee.and_then(|id| engine.desk().agent(id).map(|agent| agent.key.clone()));
    let from = conversation.status;
    enter_status(&mut decision, &mut conversation, ConversationStatus::Queued, &Actor::System, now, engine.settings());
    conversation.queued_at = Some(since.max(conversation.created_at));
    let details = json!({
        "reason": "absent",
        "from": from.as_str(),
        "agent": agent,
        "department": conversation.department,
        "reasons": assignment.reasons,
    });
    decision.timeline.push(happened(conversation.id, &Actor::System, TimelineKind::HandedOff, details, now));
    conversation.routing.get_or_insert_default().assigned(assignment);
    decision.conversation = Some(conversation);
    Ok(decision.commit(engine).await?)
}

/// Key of the tier in force for a conversation's customer.
pub(super) async fn tier_of(engine: &Engine, desk: &Desk, id: ConversationId) -> Result<Option<String>, ActionError> {
    let conversation = load(engine, id).await?;
    let Some(contact) = engine.reader().contact(conversation.contact).await? else { return Ok(None) };
    let organisation = match contact.organisation {
        Some(id) => engine.reader().organisation(id).await?,
        None => None,
    };
    Ok(effective_tier(&contact, organisation.as_ref(), desk).map(|tier| tier.value))
}
