//! A ticket before it is made: filled in for an agent to look through, correct, have asked for, and confirm.
//!
//! A conversation has one at a time, and everybody who handles it works on the same one. What is confirmed becomes a ticket by
//! [`convert`](super::convert), and can be taken back for two minutes.

mod look;
mod undo;

use bellhop_domain::{
    actor::Actor,
    contact::Contact,
    conversation::{Conversation, ConversationStatus},
    desk::Desk,
    dialogue::{Input, Phase},
    id::{ConversationId, MessageId},
    message::{Direction, Message},
    review::{Review, ReviewState},
    routing::RoutingInput,
    sourced::Source,
    template::{Around, FieldType, Known, Template, suggest, suggest_by_place},
    ticket::Ticket,
    timeline::{TimelineEvent, TimelineKind},
    why::Why,
};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::{
    ActionError, Problem, TRIES, categories,
    conversations::{load, not_considered},
    convert::{Convert, Converted, convert_reviewed, customer_messages, organisation_of},
    lookup::known as known_word,
    messages::check_reachable,
    require,
};
use crate::{
    bot,
    caller::{Caller, Permission},
    decision::{CommitError, Decision},
    engine::Engine,
};

pub use look::{Customer, Reviewed};
pub use undo::{Undone, undo};

/// What is to be changed of a ticket in the making; what is absent stays.
#[derive(Clone, Default)]
pub struct ReviewPatch {
    /// Key of the template.
    pub template: Option<String>,
    /// The part of the conversation that it is about; `Some(None)` is all of it.
    pub message_ids: Option<Option<Vec<MessageId>>>,
    /// Values by the fields' keys; null leaves one empty, whatever could be found for it.
    pub fields: Map<String, Value>,
}

/// What became of confirming.
#[derive(Debug, Clone)]
pub struct Made {
    /// The ticket.
    pub ticket: Ticket,
    /// It was made now; else it was there already.
    pub created: bool,
}

/// Begins a ticket of the conversation, filled in as far as can be; where one is begun already it goes on with that.
///
/// Without a template the one that the customer's words ask for is suggested. `message_ids` names the part that it is about, if it is not all.
pub async fn open(
    engine: &Engine,
    caller: &Caller,
    id: ConversationId,
    template: Option<&str>,
    message_ids: Option<Vec<MessageId>>,
) -> Result<Reviewed, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let desk = engine.desk();
    if let Some(key) = template {
        known_word("template", "template", key, desk.templates.contains_key(key), desk.templates.keys())?;
    }
    for _ in 0..TRIES {
        let now = engine.now();
        let (conversation, contact) = people(engine, id).await?;
        let before = engine.reader().review(id).await?;
        let (mut review, step) = match &before {
            Some(review) if review.is_open() => (review.clone(), "changed"),
            before => (Review::begin(id, before.as_ref(), caller.actor.clone(), now), "begun"),
        };
        if message_ids.is_some() {
            review.messages.clone_from(&message_ids);
        }
        let messages = customer_messages(engine, id, review.messages.as_deref()).await?;
        match template {
            Some(key) if review.template.as_deref() != Some(key) => {
                review.template = Some(key.to_owned());
                (review.suggested, review.suggested_by) = (None, None);
            }
            None if review.template.is_none() => pick(engine, &desk, &conversation, &messages, &mut review).await?,
            _ => {}
        }
        let input = known_of(engine, &desk, &conversation, &contact, now).await?;
        refill(&desk, &contact, &messages, &input, &mut review);
        if before.as_ref() == Some(&review) {
            return look::gather(engine, conversation, contact, review).await;
        }
        let details = json!({ "step": step, "template": review.template });
        match keep(engine, caller, review, details, now).await {
            Ok(()) => return reload(engine, id).await,
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// The ticket in the making as it stands, or what became of the last one; nothing where none was ever begun.
pub async fn look(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<Option<Reviewed>, ActionError> {
    require(caller, Permission::ReadTickets)?;
    let conversation = load(engine, id).await?;
    let Some(review) = engine.reader().review(id).await? else { return Ok(None) };
    let contact = engine.reader().contact(conversation.contact).await?.ok_or(ActionError::NotFound { what: "contact" })?;
    look::gather(engine, conversation, contact, review).await.map(Some)
}

/// Sets and empties fields, picks another template or another part; what is wrong changes nothing.
pub async fn change(
    engine: &Engine,
    caller: &Caller,
    id: ConversationId,
    patch: &ReviewPatch,
    expected_version: Option<i64>,
) -> Result<Reviewed, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let desk = engine.desk();
    if let Some(key) = &patch.template {
        known_word("template", "template", key, desk.templates.contains_key(key), desk.templates.keys())?;
    }
    for _ in 0..TRIES {
        let now = engine.now();
        let (conversation, contact) = people(engine, id).await?;
        let before = open_review(engine, id, expected_version).await?;
        let mut review = before.clone();
        if let Some(key) = &patch.template
            && review.template.as_ref() != Some(key)
        {
            review.template = Some(key.clone());
            (review.suggested, review.suggested_by) = (None, None);
        }
        if let Some(part) = &patch.message_ids {
            review.messages.clone_from(part);
        }
        let messages = customer_messages(engine, id, review.messages.as_deref()).await?;
        let template = review.template.clone().and_then(|key| desk.templates.get(&key));
        set_fields(template, &patch.fields, &mut review)?;
        let input = known_of(engine, &desk, &conversation, &contact, now).await?;
        refill(&desk, &contact, &messages, &input, &mut review);
        if review == before {
            return look::gather(engine, conversation, contact, review).await;
        }
        let fields: Vec<&String> = patch.fields.keys().collect();
        let details = json!({ "step": "changed", "template": review.template, "fields": fields });
        match keep(engine, caller, review, details, now).await {
            Ok(()) => return reload(engine, id).await,
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// Has the bot ask the customer for everything that is still needed, one thing after the other.
///
/// The conversation stays with whoever has it; every answer goes into the ticket in the making at once.
pub async fn ask_customer(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<Reviewed, ActionError> {
    require(caller, Permission::HandleTickets)?;
    for _ in 0..TRIES {
        let (conversation, contact) = people(engine, id).await?;
        let review = open_review(engine, id, None).await?;
        let desk = engine.desk();
        let Some(template) = review.template.as_ref().and_then(|key| desk.templates.get(key)) else {
            return Err(ActionError::invalid("template", Why::new("why-pick-template")));
        };
        // A file is no words: whoever has the conversation asks for that.
        let input = known_of(engine, &desk, &conversation, &contact, engine.now()).await?;
        let missing = review.missing(template, Some(Around { desk: &desk, input: &input })).into_iter().filter(|field| field.kind != FieldType::File);
        let wanted: Vec<String> = missing.map(|field| field.key.clone()).collect();
        if wanted.is_empty() {
            return Err(ActionError::not_now(Why::new("why-nothing-to-ask")));
        }
        if conversation.status == ConversationStatus::Resolved {
            return Err(ActionError::not_now(Why::new("why-resolved")));
        }
        check_reachable(engine, &conversation).await?;
        let input = Input::AgentAsks { template: &template.key, wanted: &wanted };
        match consider(engine, caller, conversation, contact, &input).await {
            Ok(()) => return reload(engine, id).await,
            Err(ActionError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Err(ActionError::Conflict)
}

/// Asks the customer no further; what they have answered stays.
pub async fn stop_asking(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<Reviewed, ActionError> {
    require(caller, Permission::HandleTickets)?;
    for _ in 0..TRIES {
        let (conversation, contact) = people(engine, id).await?;
        open_review(engine, id, None).await?;
        if conversation.dialogue.phase.asked_by_agent().is_none() {
            return reload(engine, id).await;
        }
        match consider(engine, caller, conversation, contact, &Input::AgentStopsAsking).await {
            Ok(()) => return reload(engine, id).await,
            Err(ActionError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Err(ActionError::Conflict)
}

/// Drops the ticket in the making; once is enough.
pub async fn cancel(engine: &Engine, caller: &Caller, id: ConversationId, expected_version: Option<i64>) -> Result<Reviewed, ActionError> {
    require(caller, Permission::HandleTickets)?;
    for _ in 0..TRIES {
        let now = engine.now();
        let (mut conversation, _) = people(engine, id).await?;
        let mut review = match engine.reader().review(id).await? {
            Some(review) if review.state == ReviewState::Cancelled => return reload(engine, id).await,
            _ => open_review(engine, id, expected_version).await?,
        };
        review.state = ReviewState::Cancelled;
        review.updated_at = now;
        let mut decision = Decision { review: Some(review), ..Decision::by(caller) };
        decision.timeline.push(step(id, &caller.actor, json!({ "step": "cancelled" }), now));
        decision.signalled.push(id);
        if end_asking(&mut conversation) {
            decision.conversation = Some(conversation);
        }
        match decision.commit(engine).await {
            Ok(()) => return reload(engine, id).await,
            Err(CommitError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ActionError::Conflict)
}

/// Makes the ticket that was looked through, exactly as it was shown, and tells the customer.
///
/// Again answers the same ticket. With `another` one is made although there is one of this kind already. What is still missing is refused
/// with the fields named (`fields.order_number`).
pub async fn confirm(
    engine: &Engine,
    caller: &Caller,
    id: ConversationId,
    another: bool,
    expected_version: Option<i64>,
) -> Result<Made, ActionError> {
    require(caller, Permission::HandleTickets)?;
    if let Some(Review { state: ReviewState::Made { ticket }, .. }) = engine.reader().review(id).await?
        && let Some(ticket) = engine.reader().ticket(ticket).await?
    {
        return Ok(Made { ticket, created: false });
    }
    let review = open_review(engine, id, expected_version).await?;
    let desk = engine.desk();
    let Some(template) = review.template.as_ref().and_then(|key| desk.templates.get(key)) else {
        return Err(ActionError::invalid("template", Why::new("why-pick-template")));
    };
    let wanted = Convert {
        collected: review.fields.clone(),
        left_empty: review.empty(template),
        message_ids: review.messages.clone(),
        new: another,
        ..Convert::to(&template.key, Source::Agent)
    };
    let Converted { ticket, created } = convert_reviewed(engine, caller, id, &wanted, Some(&review)).await?;
    Ok(Made { ticket, created })
}

/// The part of a conversation that begins with a message: that one and everything said after it; nothing where that is all of it.
pub async fn part_from(engine: &Engine, id: ConversationId, first: MessageId) -> Result<Option<Vec<MessageId>>, ActionError> {
    const READ: u32 = 200;
    let said: Vec<Message> =
        engine.reader().last_messages(id, READ).await?.into_iter().filter(|message| message.direction != Direction::Note).collect();
    let Some(at) = said.iter().position(|message| message.id == first) else {
        return Err(ActionError::invalid("message_ids", Why::new("why-message-old")));
    };
    let is_all = at == 0 && said.len() < READ as usize;
    Ok((!is_all).then(|| said.iter().skip(at).map(|message| message.id).collect()))
}

/// What a review becomes when its ticket is made, put into the decision that makes it.
pub(super) fn made(
    review: &Review,
    converted: &Converted,
    conversation: &mut Conversation,
    actor: &Actor,
    decision: &mut Decision,
    now: DateTime<Utc>,
) {
    let state = ReviewState::Made { ticket: converted.ticket.number };
    decision.review = Some(Review { state, updated_at: now, ..review.clone() });
    let details = json!({ "step": "made", "ticket": bellhop_domain::ticket::number_text(converted.ticket.number), "created": converted.created });
    decision.timeline.push(step(review.conversation, actor, details, now));
    end_asking(conversation);
}

/// Forgets what the customer is being asked; answers whether they were.
pub(super) fn end_asking(conversation: &mut Conversation) -> bool {
    let asked = conversation.dialogue.phase.asked_by_agent().is_some();
    if asked {
        conversation.dialogue.phase = Phase::Listening;
        conversation.dialogue.offered.clear();
    }
    asked
}

/// Lets the bot decide on what an agent wants, and commits it.
async fn consider(engine: &Engine, caller: &Caller, conversation: Conversation, contact: Contact, input: &Input<'_>) -> Result<(), ActionError> {
    let mut decision = Decision::by(caller);
    let case = bot::Case { conversation, contact, is_new: false, reply_to: None, texts: None, which: Vec::new() };
    bot::consider(engine, case, input, &mut decision).await.map_err(not_considered)?;
    Ok(decision.commit(engine).await?)
}

async fn keep(engine: &Engine, caller: &Caller, review: Review, details: Value, now: DateTime<Utc>) -> Result<(), CommitError> {
    let id = review.conversation;
    let mut decision = Decision { review: Some(Review { updated_at: now, ..review }), signalled: vec![id], ..Decision::by(caller) };
    decision.timeline.push(step(id, &caller.actor, details, now));
    decision.commit(engine).await
}

fn step(id: ConversationId, actor: &Actor, details: Value, now: DateTime<Utc>) -> TimelineEvent {
    TimelineEvent { conversation: Some(id), ticket: None, at: now, actor: actor.clone(), kind: TimelineKind::Reviewed, details }
}

/// The conversation and its person, who is still known.
async fn people(engine: &Engine, id: ConversationId) -> Result<(Conversation, Contact), ActionError> {
    let conversation = load(engine, id).await?;
    let contact = engine.reader().contact(conversation.contact).await?.ok_or(ActionError::NotFound { what: "contact" })?;
    if contact.erased_at.is_some() {
        return Err(ActionError::not_now(Why::new("why-erased")));
    }
    Ok((conversation, contact))
}

async fn open_review(engine: &Engine, id: ConversationId, expected_version: Option<i64>) -> Result<Review, ActionError> {
    load(engine, id).await?;
    let review = engine.reader().review(id).await?;
    if expected_version.is_some_and(|expected| review.as_ref().is_none_or(|review| review.version != expected)) {
        return Err(ActionError::Conflict);
    }
    match review {
        Some(review) if review.is_open() => Ok(review),
        Some(_) | None => Err(ActionError::not_now(Why::new("why-no-review"))),
    }
}

async fn reload(engine: &Engine, id: ConversationId) -> Result<Reviewed, ActionError> {
    let conversation = load(engine, id).await?;
    let contact = engine.reader().contact(conversation.contact).await?.ok_or(ActionError::NotFound { what: "contact" })?;
    let review = engine.reader().review(id).await?.ok_or(ActionError::NotFound { what: "review" })?;
    look::gather(engine, conversation, contact, review).await
}

/// The template that the customer's own words ask for, the latest words first, else the one that the category or the article that was given asks
/// for; the only one where there is one alone.
async fn pick(engine: &Engine, desk: &Desk, conversation: &Conversation, messages: &[Message], review: &mut Review) -> Result<(), ActionError> {
    if let (1, Some(only)) = (desk.templates.len(), desk.templates.keys().next()) {
        review.template = Some(only.clone());
        return Ok(());
    }
    if let Some(found) = messages.iter().rev().find_map(|message| suggest(desk.templates.values(), &message.text)) {
        review.template = Some(found.template);
        review.suggested = Some(found.quoted);
        return Ok(());
    }
    let proposed = conversation.proposed.as_ref().map(|proposed| &proposed.category);
    let given = categories::given(engine, conversation).await?;
    let category = conversation.category.as_ref().or(proposed).map(String::as_str);
    if let Some((template, by)) = suggest_by_place(desk, category, &categories::as_given(&given)) {
        review.template = Some(template);
        review.suggested_by = Some(by);
    }
    Ok(())
}

/// What the conditions of fields look at.
async fn known_of(
    engine: &Engine,
    desk: &Desk,
    conversation: &Conversation,
    contact: &Contact,
    now: DateTime<Utc>,
) -> Result<RoutingInput, ActionError> {
    let organisation = organisation_of(engine, contact).await?;
    Ok(RoutingInput::of_conversation(Some(conversation), contact, organisation.as_ref(), desk, now))
}

fn refill(desk: &Desk, contact: &Contact, messages: &[Message], input: &RoutingInput, review: &mut Review) {
    let Some(template) = review.template.as_ref().and_then(|key| desk.templates.get(key)) else {
        review.fields.clear();
        return;
    };
    let texts: Vec<(MessageId, &str)> = messages.iter().map(|message| (message.id, message.text.as_str())).collect();
    let around = Some(Around { desk, input });
    review.refill(template, Known { contact: Some(contact), messages: &texts, collected: None, around });
}

fn set_fields(template: Option<&Template>, fields: &Map<String, Value>, review: &mut Review) -> Result<(), ActionError> {
    if fields.is_empty() {
        return Ok(());
    }
    let Some(template) = template else { return Err(ActionError::invalid("template", Why::new("why-pick-template"))) };
    let mut problems = Vec::new();
    for (key, value) in fields {
        let result = if value.is_null() { review.clear(template, key) } else { review.set(template, key, value) };
        problems.extend(result.err().map(|error| Problem { field: format!("fields.{}", error.field), message: error.message }));
    }
    if problems.is_empty() { Ok(()) } else { Err(ActionError::Invalid { problems }) }
}

#[cfg(test)]
mod tests;
