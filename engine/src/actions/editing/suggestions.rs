//! "To the knowledge base": agents put conversations and tickets forward, reviewers make drafts of them or say why not.

use bellhop_domain::{
    conversation::Conversation,
    id::{ConversationId, MessageId, SuggestionId},
    masking::masked,
    message::{Direction, Message},
    timeline::TimelineKind,
    why::Why,
};
use bellhop_store::{
    Cursor, Page,
    articles::ArticleView,
    gaps::as_sample,
    privacy::ERASED,
    suggestions::{Suggestion, SuggestionState},
};
use serde_json::{Value, json};

use super::author;
use crate::{
    actions::{
        ActionError,
        articles::{self, Samples},
        conversations::{happened, language_of, load},
        require,
    },
    caller::{Caller, Permission},
    clock::fresh_id,
    decision,
    engine::Engine,
};

/// Characters of a note or a reason.
const LONGEST_NOTE: usize = 2_000;
/// Messages that are looked through for question and answer.
const LOOKED_THROUGH: u32 = 500;

/// What is put forward.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SuggestionInput {
    /// The message that holds the question, or the answer.
    pub message: Option<MessageId>,
    /// What whoever puts it forward says about it.
    pub note: Option<String>,
}

/// A suggestion with what it is about.
#[derive(Clone, PartialEq)]
pub struct Suggested {
    /// What was put forward.
    pub suggestion: Suggestion,
    /// The customer's question, without what names them; none where it was erased.
    pub question: Option<String>,
    /// What was answered by a person, without what names the customer.
    pub answer: Option<String>,
    /// The language of the conversation.
    pub language: String,
}

/// What a reviewer makes of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptInput {
    /// Slug of an article, new or there already; made from the title where absent.
    pub slug: Option<String>,
    /// The title of a new one; the question where absent.
    pub title: Option<String>,
    /// The language; the conversation's where absent.
    pub lang: Option<String>,
}

const NO_SUGGESTION: ActionError = ActionError::NotFound { what: "suggestion" };

/// Puts a conversation forward; one that is open already is given back as it is.
///
/// # Errors
/// `Invalid` when the message is not one of its messages.
pub async fn suggest(engine: &Engine, caller: &Caller, id: ConversationId, input: &SuggestionInput) -> Result<Suggestion, ActionError> {
    require(caller, Permission::HandleConversations)?;
    put_forward(engine, caller, id, None, input).await
}

/// Puts a ticket's first conversation forward.
///
/// # Errors
/// `NotNow` when it came from none.
pub async fn suggest_ticket(engine: &Engine, caller: &Caller, number: i64, input: &SuggestionInput) -> Result<Suggestion, ActionError> {
    require(caller, Permission::HandleTickets)?;
    let ticket = engine.reader().ticket(number).await?.ok_or(ActionError::NotFound { what: "ticket" })?;
    let Some(conversation) = ticket.conversations.first() else {
        return Err(ActionError::NotNow(Why::new("why-no-conversation-for-article")));
    };
    put_forward(engine, caller, *conversation, Some(number), input).await
}

async fn put_forward(
    engine: &Engine,
    caller: &Caller,
    id: ConversationId,
    ticket: Option<i64>,
    input: &SuggestionInput,
) -> Result<Suggestion, ActionError> {
    let note = checked("note", input.note.as_deref())?;
    load(engine, id).await?;
    if let Some(message) = input.message {
        let found = engine.reader().message(message).await?.filter(|message| message.conversation == id);
        found.ok_or_else(|| ActionError::invalid("message", "is no message of the conversation"))?;
    }
    let now = engine.now();
    let suggestion = Suggestion {
        id: SuggestionId(fresh_id()),
        version: 1,
        conversation: id,
        ticket,
        message: input.message,
        note,
        author: caller.actor.clone(),
        state: SuggestionState::Open,
        slug: None,
        reason: None,
        decided_by: None,
        decided_at: None,
        created_at: now,
    };
    let (event, line) = (caller.event, happened(id, &caller.actor, TimelineKind::Changed, json!({ "knowledge": "suggested" }), now));
    let written = engine.writer().write::<_, ActionError, _>(move |tx| {
        Box::pin(async move {
            decision::finish(tx, event, now).await?;
            if let Some(open) = tx.open_suggestion(id).await? {
                return Ok(open);
            }
            tx.insert_suggestion(&suggestion).await?;
            tx.append_timeline(&[line]).await?;
            Ok(suggestion)
        })
    });
    Ok(written.await?)
}

/// All of them, or those that are so far, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    engine: &Engine,
    caller: &Caller,
    state: Option<SuggestionState>,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<Page<Suggested>, ActionError> {
    require(caller, Permission::ReadArticles)?;
    require(caller, Permission::ReadConversations)?;
    let page = engine.reader().suggestions(state, cursor, limit).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for suggestion in page.items {
        items.push(look(engine, suggestion).await?);
    }
    Ok(Page { items, next: page.next })
}

/// One of them.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn get(engine: &Engine, caller: &Caller, id: SuggestionId) -> Result<Suggested, ActionError> {
    require(caller, Permission::ReadArticles)?;
    require(caller, Permission::ReadConversations)?;
    look(engine, engine.reader().suggestion(id).await?.ok_or(NO_SUGGESTION)?).await
}

/// Makes a draft of it, or adds its question to the draft of an article that there is.
///
/// # Errors
/// `NotNow` when it is decided already, or its words were erased; else as saving a draft.
pub async fn accept(engine: &Engine, caller: &Caller, id: SuggestionId, input: &AcceptInput) -> Result<ArticleView, ActionError> {
    require(caller, Permission::EditArticles)?;
    let suggested = get(engine, caller, id).await?;
    still_open(&suggested.suggestion)?;
    let Some(question) = suggested.question else {
        return Err(ActionError::NotNow(Why::new("why-no-question-left")));
    };
    let question = as_sample(&question);
    let samples = Samples {
        slug: input.slug.clone(),
        title: input.title.clone().unwrap_or_else(|| question.clone()),
        lang: input.lang.clone().unwrap_or(suggested.language),
        answer: suggested.answer,
        phrasings: vec![question],
    };
    let view = articles::save_samples(engine, caller, &samples).await?;
    let decided = Suggestion { state: SuggestionState::Accepted, slug: Some(view.article.slug.clone()), ..suggested.suggestion };
    decide(engine, caller, decided, json!({ "knowledge": "accepted", "article": view.article.slug })).await?;
    Ok(view)
}

/// Says why it becomes no article.
///
/// # Errors
/// `Invalid` without a reason; `NotNow` when it is decided already.
pub async fn decline(engine: &Engine, caller: &Caller, id: SuggestionId, reason: &str) -> Result<Suggestion, ActionError> {
    require(caller, Permission::EditArticles)?;
    let Some(reason) = checked("reason", Some(reason))? else {
        return Err(ActionError::invalid("reason", "say why: whoever put it forward reads it"));
    };
    let suggestion = engine.reader().suggestion(id).await?.ok_or(NO_SUGGESTION)?;
    still_open(&suggestion)?;
    decide(engine, caller, Suggestion { state: SuggestionState::Declined, reason: Some(reason), ..suggestion }, json!({ "knowledge": "declined" }))
        .await
}

async fn decide(engine: &Engine, caller: &Caller, decided: Suggestion, details: Value) -> Result<Suggestion, ActionError> {
    let now = engine.now();
    let decided = Suggestion { decided_by: Some(author(caller)), decided_at: Some(now), ..decided };
    let line = happened(decided.conversation, &caller.actor, TimelineKind::Changed, details, now);
    let written = engine.writer().write::<_, ActionError, _>(move |tx| {
        Box::pin(async move {
            if !tx.decide_suggestion(&decided).await? {
                return Err(ActionError::Conflict);
            }
            tx.append_timeline(&[line]).await?;
            Ok(Suggestion { version: decided.version + 1, ..decided })
        })
    });
    Ok(written.await?)
}

fn still_open(suggestion: &Suggestion) -> Result<(), ActionError> {
    match suggestion.state {
        SuggestionState::Open => Ok(()),
        SuggestionState::Accepted => Err(ActionError::NotNow(Why::new("why-suggestion-accepted"))),
        SuggestionState::Declined => Err(ActionError::NotNow(Why::new("why-suggestion-declined"))),
    }
}

fn checked(field: &str, text: Option<&str>) -> Result<Option<String>, ActionError> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > LONGEST_NOTE) {
        return Err(ActionError::invalid(field, Why::new("why-at-most-characters").count("most", LONGEST_NOTE)));
    }
    Ok(text.map(str::to_owned))
}

/// Looks for the question and what a person answered.
async fn look(engine: &Engine, suggestion: Suggestion) -> Result<Suggested, ActionError> {
    let conversation: Conversation = load(engine, suggestion.conversation).await?;
    let mut messages = engine.reader().last_messages(suggestion.conversation, LOOKED_THROUGH).await?;
    messages.retain(|message| !message.text.trim().is_empty() && message.text != ERASED && message.extras.deleted_at.is_none());
    let (question, answer) = question_and_answer(&messages, suggestion.message);
    Ok(Suggested {
        question: question.map(|message| masked(&message.text)),
        answer: answer.map(|message| masked(&message.text)),
        language: language_of(&conversation, engine.settings()),
        suggestion,
    })
}

/// The question: the message that was pointed at, if a customer wrote it, else the longest of theirs before the first answer of a person. The answer: what was pointed
/// at, if a person wrote it, else the first one after the question.
fn question_and_answer(messages: &[Message], pointed: Option<MessageId>) -> (Option<&Message>, Option<&Message>) {
    use bellhop_domain::actor::Actor;
    let asked = |message: &Message| message.direction == Direction::In;
    let answered = |message: &Message| message.direction == Direction::Out && matches!(message.author, Actor::Agent { .. } | Actor::Token { .. });
    let at = pointed.and_then(|id| messages.iter().position(|message| message.id == id));
    let before = |end: usize| messages.iter().take(end).filter(|message| asked(message));
    let longest = |end: usize| before(end).rev().max_by_key(|message| message.text.chars().count());
    let answer_after = |start: usize| messages.iter().skip(start).find(|message| answered(message));
    match at.and_then(|at| messages.get(at).map(|message| (at, message))) {
        Some((at, message)) if asked(message) => (Some(message), answer_after(at)),
        Some((at, message)) if answered(message) => (before(at).next_back(), Some(message)),
        _ => {
            let first = messages.iter().position(answered);
            (longest(first.unwrap_or(messages.len())), first.and_then(|at| messages.get(at)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bellhop_domain::{actor::Actor, id::ContactId};
    use chrono::DateTime;
    use uuid::Uuid;

    fn message(number: u128, author: Actor, text: &str) -> Message {
        let direction = if matches!(author, Actor::Contact { .. }) { Direction::In } else { Direction::Out };
        Message {
            id: MessageId(Uuid::from_u128(number)),
            conversation: ConversationId(Uuid::nil()),
            direction,
            author,
            author_name: None,
            text: text.to_owned(),
            extras: bellhop_domain::message::Extras::default(),
            external_id: None,
            delivery: None,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn question_and_answer_are_found() {
        let customer = || Actor::Contact { id: ContactId(Uuid::nil()) };
        let agent = || Actor::Agent { id: bellhop_domain::id::AgentId(Uuid::nil()), key: "mei".into(), name: "Mei".into() };
        let messages = [
            message(1, customer(), "hello"),
            message(2, customer(), "can I pay by invoice?"),
            message(3, Actor::Bot, "I will get somebody"),
            message(4, agent(), "Yes, companies can."),
            message(5, customer(), "and how long do I have then to pay it?"),
            message(6, agent(), "30 days."),
        ];
        let found = |pointed: Option<u128>| {
            let (question, answer) = question_and_answer(&messages, pointed.map(|number| MessageId(Uuid::from_u128(number))));
            (question.map(|message| message.id.0.as_u128()), answer.map(|message| message.id.0.as_u128()))
        };
        assert_eq!(found(None), (Some(2), Some(4)));
        assert_eq!(found(Some(5)), (Some(5), Some(6)), "pointed at a question");
        assert_eq!(found(Some(6)), (Some(5), Some(6)), "pointed at an answer");
        assert_eq!(found(Some(3)), (Some(2), Some(4)), "what the bot says is neither");
        assert_eq!(question_and_answer(&[], None), (None, None));
    }
}
