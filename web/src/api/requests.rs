//! Questions to other departments.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::{
    desk::Desk,
    id::{FileId, MessageId},
    request::{Request, RequestState},
};
use bellhop_engine::{
    actions::requests::{self, Ask},
    caller::{Caller, Permission},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    conversations::Nothing,
    input::{Answer, At, Given, Params},
    output::{Author, List, agent_key, versioned},
    route::Route,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, handle) = (Permission::ReadConversations, Permission::HandleConversations);
    vec![
        Route::get("/conversations/{id}/requests", read, "What other departments were asked about a conversation, the oldest first", of_conversation)
            .lists::<RequestOut>(),
        Route::post("/conversations/{id}/requests", handle, "Asks another department; the question is a note of the conversation", ask)
            .takes::<AskBody>()
            .gives::<RequestOut>(201),
        Route::get("/requests", read, "Questions to departments, the newest first", list)
            .query("department", "key of the department that was asked")
            .query("state", "open, answered or withdrawn")
            .lists::<RequestOut>(),
        Route::get("/requests/{id}", read, "One of them", get).gives::<RequestOut>(200),
        Route::post("/requests/{id}/take", handle, "Makes it the caller's to see to, and says when an answer is expected", take)
            .takes::<TakeBody>()
            .gives::<RequestOut>(200),
        Route::post("/requests/{id}/answer", handle, "Answers it; the answer is a note of the conversation", answer)
            .takes::<AnswerBody>()
            .gives::<RequestOut>(200),
        Route::post("/requests/{id}/withdraw", handle, "Says that nobody needs an answer any more", withdraw)
            .takes::<Nothing>()
            .gives::<RequestOut>(200),
    ]
}

/// A question to another department. What was asked and answered are notes of the conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = Request)]
struct RequestOut {
    id: String,
    version: i64,
    conversation: String,
    /// Key of the department that was asked.
    department: String,
    /// `open`, `answered` or `withdrawn`.
    state: &'static str,
    /// Id of the note that holds the question, with its files.
    question: String,
    /// Id of the note that holds the answer.
    answer: Option<String>,
    asked_by: Author,
    /// Key of the agent who sees to it.
    owner: Option<String>,
    /// When an answer is expected.
    expected_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl RequestOut {
    fn of(request: Request, desk: &Desk) -> Self {
        Self {
            id: request.id.to_string(),
            version: request.version,
            conversation: request.conversation.to_string(),
            department: request.department,
            state: request.state.as_str(),
            question: request.question.to_string(),
            answer: request.answer.map(|id| id.to_string()),
            asked_by: Author::of(&request.asked_by),
            owner: agent_key(desk, request.owner),
            expected_at: request.expected_at,
            created_at: request.created_at,
            updated_at: request.updated_at,
        }
    }
}

/// What is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRequest)]
struct AskBody {
    /// Key of the department.
    department: String,
    /// The question, in light Markdown.
    question: String,
    /// Ids of stored files.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    attachments: Vec<FileId>,
    /// Id of a message of the conversation whose files go with the question.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    about: Option<MessageId>,
}

/// When an answer is expected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RequestTaken)]
struct TakeBody {
    #[serde(default)]
    expected_at: Option<DateTime<Utc>>,
}

/// An answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RequestAnswer)]
struct AnswerBody {
    /// In light Markdown.
    #[serde(default)]
    text: String,
    /// Ids of stored files.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    attachments: Vec<FileId>,
}

fn shown(site: &Site, status: StatusCode, request: Request) -> Response {
    versioned(status, request.version, RequestOut::of(request, &site.engine.desk()))
}

async fn of_conversation(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Answer<List<RequestOut>> {
    let desk = site.engine.desk();
    let all = requests::of_conversation(&site.engine, &caller, at.id("conversation")?).await?;
    Ok(Json(List { items: all.into_iter().map(|request| RequestOut::of(request, &desk)).collect(), next_cursor: None }))
}

async fn ask(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<AskBody>) -> Result<Response, Problem> {
    let AskBody { department, question, attachments, about } = body;
    let ask = Ask { department, question, attachments, about };
    Ok(shown(&site, StatusCode::CREATED, requests::ask(&site.engine, &caller, at.id("conversation")?, &ask).await?))
}

async fn list(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<RequestOut>> {
    let department = params.text("department")?;
    let state = params.one("state", "open, answered or withdrawn", RequestState::parse)?;
    let wanted = params.page()?;
    params.end()?;
    let desk = site.engine.desk();
    let page = requests::list(&site.engine, &caller, department.as_deref(), state, wanted.cursor, wanted.limit).await?;
    Ok(Json(List::of(page, |request| RequestOut::of(request, &desk))))
}

async fn get(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Result<Response, Problem> {
    Ok(shown(&site, StatusCode::OK, requests::get(&site.engine, &caller, at.id("request")?).await?))
}

async fn take(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<TakeBody>) -> Result<Response, Problem> {
    Ok(shown(&site, StatusCode::OK, requests::take(&site.engine, &caller, at.id("request")?, body.expected_at).await?))
}

async fn answer(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<AnswerBody>) -> Result<Response, Problem> {
    let answered = requests::answer(&site.engine, &caller, at.id("request")?, &body.text, &body.attachments).await?;
    Ok(shown(&site, StatusCode::OK, answered))
}

async fn withdraw(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<Response, Problem> {
    Ok(shown(&site, StatusCode::OK, requests::withdraw(&site.engine, &caller, at.id("request")?).await?))
}
