//! Requests between departments: asked for a conversation, seen to by somebody of the department, answered to whoever asked.

use bellhop_domain::{
    conversation::{Conversation, ConversationStatus},
    id::{ConversationId, FileId, MessageId, RequestId},
    message::{Attachment, AttachmentState},
    request::{Request, RequestState},
    timeline::TimelineKind,
    why::Why,
};
use bellhop_store::{Cursor, Page};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{
    ActionError, TRIES,
    conversations::{enter_status, happened, load},
    lookup::{check_department, person},
    messages::{Outgoing, check_text, stored_files},
    require,
};
use crate::{
    caller::{Caller, Permission},
    clock::fresh_id,
    decision::{CommitError, Decision},
    engine::Engine,
};

const NO_REQUEST: ActionError = ActionError::NotFound { what: "request" };

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask {
    /// Key of the department.
    pub department: String,
    /// The question, in light Markdown.
    pub question: String,
    /// Files that are stored already.
    pub attachments: Vec<FileId>,
    /// A message of the conversation whose files go with the question.
    pub about: Option<MessageId>,
}

/// Asks another department; the question is a note of the conversation.
///
/// # Errors
/// `Invalid` without a department or a question, or when the message is not one of its messages.
pub async fn ask(engine: &Engine, caller: &Caller, id: ConversationId, ask: &Ask) -> Result<Request, ActionError> {
    require(caller, Permission::HandleConversations)?;
    check_department(&engine.desk(), "department", &ask.department)?;
    let question = check_text(&ask.question, false)?;
    let mut attachments = stored_files(engine, &ask.attachments).await?;
    if let Some(about) = ask.about {
        let message = engine.reader().message(about).await?.filter(|message| message.conversation == id);
        let message = message.ok_or_else(|| ActionError::invalid("about", Why::new("why-not-of-conversation")))?;
        let is_stored = |file: &Attachment| matches!(file.state, AttachmentState::Stored { .. });
        attachments.extend(message.extras.attachments.into_iter().filter(is_stored));
    }
    for _ in 0..TRIES {
        let now = engine.now();
        let conversation = touched(load(engine, id).await?, now);
        let mut decision = Decision::by(caller);
        let mut note = Outgoing::new(MessageId(fresh_id()), caller.actor.clone(), question.clone());
        note.attachments.clone_from(&attachments);
        let question = note.note(&conversation, &mut decision, now).id;
        let request = Request {
            id: RequestId(fresh_id()),
            version: 0,
            conversation: id,
            department: ask.department.clone(),
            question,
            answer: None,
            state: RequestState::Open,
            asked_by: caller.actor.clone(),
            owner: None,
            expected_at: None,
            created_at: now,
            updated_at: now,
        };
        if let Some(request) = Box::pin(written(engine, caller, decision, conversation, request, "open")).await? {
            return Ok(request);
        }
    }
    Err(ActionError::Conflict)
}

/// Makes it the caller's to see to, and says when an answer is expected, if that is known.
///
/// # Errors
/// `NotNow` when it is answered or withdrawn; `Invalid` when the time has passed.
pub async fn take(engine: &Engine, caller: &Caller, id: RequestId, expected_at: Option<DateTime<Utc>>) -> Result<Request, ActionError> {
    if expected_at.is_some_and(|at| at <= engine.now()) {
        return Err(ActionError::invalid("expected_at", Why::new("why-not-to-come")));
    }
    change(engine, caller, id, "taken", |request, _, _, _| {
        request.owner = person(&engine.desk(), &caller.actor).or(request.owner);
        request.expected_at = expected_at.or(request.expected_at);
    })
    .await
}

/// Answers it: the answer is a note of the conversation, which comes back to whoever asked if it was set aside.
///
/// # Errors
/// `NotNow` when it is answered or withdrawn already; `Invalid` without words or files.
pub async fn answer(engine: &Engine, caller: &Caller, id: RequestId, text: &str, files: &[FileId]) -> Result<Request, ActionError> {
    let text = check_text(text, !files.is_empty())?;
    let attachments = stored_files(engine, files).await?;
    change(engine, caller, id, "answered", |request, conversation, decision, now| {
        let mut note = Outgoing::new(MessageId(fresh_id()), caller.actor.clone(), text.clone());
        note.attachments.clone_from(&attachments);
        request.answer = Some(note.note(conversation, decision, now).id);
        request.state = RequestState::Answered;
        request.owner = person(&engine.desk(), &caller.actor).or(request.owner);
        if conversation.status == ConversationStatus::Snoozed {
            let status = if conversation.assignee.is_some() { ConversationStatus::Open } else { ConversationStatus::Queued };
            enter_status(decision, conversation, status, &caller.actor, now, engine.settings());
        }
    })
    .await
}

/// Says that nobody needs an answer any more; what was asked stays as a note.
///
/// # Errors
/// `NotNow` when it is answered or withdrawn already.
pub async fn withdraw(engine: &Engine, caller: &Caller, id: RequestId) -> Result<Request, ActionError> {
    change(engine, caller, id, "withdrawn", |request, _, _, _| request.state = RequestState::Withdrawn).await
}

/// One of them.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn get(engine: &Engine, caller: &Caller, id: RequestId) -> Result<Request, ActionError> {
    require(caller, Permission::ReadConversations)?;
    engine.reader().request(id).await?.ok_or(NO_REQUEST)
}

/// Those of a conversation, the oldest first.
///
/// # Errors
/// `NotFound` when there is no such conversation.
pub async fn of_conversation(engine: &Engine, caller: &Caller, id: ConversationId) -> Result<Vec<Request>, ActionError> {
    require(caller, Permission::ReadConversations)?;
    let id = load(engine, id).await?.id;
    Ok(engine.reader().requests_of_conversation(id).await?)
}

/// Those to a department that are so far, or all of them, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    engine: &Engine,
    caller: &Caller,
    department: Option<&str>,
    state: Option<RequestState>,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<Page<Request>, ActionError> {
    require(caller, Permission::ReadConversations)?;
    Ok(engine.reader().requests(department, state, cursor, limit).await?)
}

fn touched(conversation: Conversation, now: DateTime<Utc>) -> Conversation {
    Conversation { updated_at: now, ..conversation }
}

/// Changes an open request, and what goes with it.
async fn change(
    engine: &Engine,
    caller: &Caller,
    id: RequestId,
    step: &'static str,
    to: impl Fn(&mut Request, &mut Conversation, &mut Decision, DateTime<Utc>),
) -> Result<Request, ActionError> {
    require(caller, Permission::HandleConversations)?;
    for _ in 0..TRIES {
        let now = engine.now();
        let mut request = engine.reader().request(id).await?.ok_or(NO_REQUEST)?;
        match request.state {
            RequestState::Open => {}
            RequestState::Answered => return Err(ActionError::not_now(Why::new("why-request-answered"))),
            RequestState::Withdrawn => return Err(ActionError::not_now(Why::new("why-request-withdrawn"))),
        }
        let mut conversation = touched(load(engine, request.conversation).await?, now);
        let mut decision = Decision::by(caller);
        to(&mut request, &mut conversation, &mut decision, now);
        request.updated_at = now;
        if let Some(request) = Box::pin(written(engine, caller, decision, conversation, request, step)).await? {
            return Ok(request);
        }
    }
    Err(ActionError::Conflict)
}

/// Writes it down; nothing where somebody else was faster.
async fn written(
    engine: &Engine,
    caller: &Caller,
    mut decision: Decision,
    conversation: Conversation,
    request: Request,
    step: &str,
) -> Result<Option<Request>, ActionError> {
    let details = json!({ "request": request.id, "step": step, "department": request.department, "expected_at": request.expected_at });
    decision.timeline.push(happened(conversation.id, &caller.actor, TimelineKind::Requested, details, request.updated_at));
    decision.conversation = Some(conversation);
    decision.request = Some(request.clone());
    match decision.commit(engine).await {
        Ok(()) => Ok(Some(Request { version: request.version + 1, ..request })),
        Err(CommitError::Conflict) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use bellhop_domain::message::Direction;
    use chrono::TimeDelta;

    use super::*;
    use crate::{
        actions::{
            conversations,
            tests::{agent, conversation, scoped},
        },
        testing::{TurnedClock, engine},
    };

    fn of_support(question: &str) -> Ask {
        Ask { department: "support".into(), question: question.into(), ..Ask::default() }
    }

    #[tokio::test]
    async fn a_question_is_taken_and_answered_once_and_brings_the_conversation_back() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path(), TurnedClock::new()).await;
        let (bo, mei) = (agent(&engine, "bo@example.org").await, agent(&engine, "mei@example.org").await);
        let ann = conversation(&engine, "ann", "Where is my parcel?").await.id;
        conversations::take(&engine, &bo, ann, None).await.unwrap();
        let asked = ask(&engine, &bo, ann, &of_support("Is it still here?")).await.unwrap();
        assert_eq!(engine.reader().request(asked.id).await.unwrap(), Some(asked.clone()));
        conversations::snooze(&engine, &bo, ann, engine.now() + TimeDelta::hours(4)).await.unwrap();
        let at = engine.now() + TimeDelta::hours(1);
        let taken = take(&engine, &mei, asked.id, Some(at)).await.unwrap();
        assert_eq!((taken.owner.is_some(), taken.expected_at, taken.is_open()), (true, Some(at), true));
        let answered = answer(&engine, &mei, asked.id, "It left at noon.", &[]).await.unwrap();
        assert_eq!(engine.reader().request(asked.id).await.unwrap(), Some(answered.clone()));
        assert_eq!(load(&engine, ann).await.unwrap().status, ConversationStatus::Open);
        let notes: Vec<String> = engine
            .reader()
            .messages(ann, None, 100)
            .await
            .unwrap()
            .items
            .into_iter()
            .filter(|it| it.direction == Direction::Note)
            .map(|it| it.text)
            .collect();
        assert_eq!(notes, ["Is it still here?", "It left at noon."]);
        for refused in
            [answer(&engine, &bo, asked.id, "No.", &[]).await, withdraw(&engine, &bo, asked.id).await, take(&engine, &bo, asked.id, None).await]
        {
            assert!(matches!(refused, Err(ActionError::NotNow(_))), "{refused:?}");
        }
        let steps: Vec<String> = engine
            .reader()
            .timeline_of_conversation(ann, None, 100)
            .await
            .unwrap()
            .items
            .into_iter()
            .filter(|event| event.kind == TimelineKind::Requested)
            .map(|event| event.details["step"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(steps, ["open", "taken", "answered"]);
    }

    #[tokio::test]
    async fn what_is_wrong_or_withdrawn_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path(), TurnedClock::new()).await;
        let bo = agent(&engine, "bo@example.org").await;
        let (ann, bob) = (conversation(&engine, "ann", "Hello").await.id, conversation(&engine, "bob", "Hello").await.id);
        let of_bob = engine.reader().messages(bob, None, 1).await.unwrap().items[0].id;
        for wrong in [Ask { department: "nobody".into(), ..of_support("Well?") }, of_support(" "), Ask { about: Some(of_bob), ..of_support("Well?") }]
        {
            assert!(matches!(ask(&engine, &bo, ann, &wrong).await, Err(ActionError::Invalid { .. })), "{wrong:?}");
        }
        assert!(matches!(ask(&engine, &scoped("read"), ann, &of_support("Well?")).await, Err(ActionError::Forbidden { .. })));
        assert!(of_conversation(&engine, &bo, ann).await.unwrap().is_empty());
        let asked = ask(&engine, &bo, ann, &of_support("Well?")).await.unwrap();
        assert!(matches!(take(&engine, &bo, asked.id, Some(engine.now())).await, Err(ActionError::Invalid { .. })));
        withdraw(&engine, &bo, asked.id).await.unwrap();
        assert!(matches!(answer(&engine, &bo, asked.id, "Yes.", &[]).await, Err(ActionError::NotNow(_))));
        assert_eq!(list(&engine, &bo, Some("support"), Some(RequestState::Withdrawn), None, 10).await.unwrap().items.len(), 1);
        assert!(list(&engine, &bo, None, Some(RequestState::Open), None, 10).await.unwrap().items.is_empty());
    }
}
