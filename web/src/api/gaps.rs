//! What the knowledge base lacks: gaps that customers found, and suggestions of agents.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use bellhop_domain::{id::MessageId, ticket::number_text};
use bellhop_engine::{
    Engine,
    actions::editing::{
        gaps::{self, DraftInput, Gap, GapFilter, Sample},
        suggestions::{self, AcceptInput, Suggested, SuggestionInput},
    },
    caller::{Caller, Permission},
};
use bellhop_store::{
    gaps::GapState,
    suggestions::{Suggestion, SuggestionState},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::{
    articles::{ArticleOut, shown},
    conversations::Nothing,
    input::{Answer, At, Given, Params, Wanted},
    objects::Skip,
    output::{Author, List, versioned},
    route::Route,
    tickets::number,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, edit, handle) = (Permission::ReadArticles, Permission::EditArticles, Permission::HandleConversations);
    vec![
        Route::get("/gaps", read, "What customers asked without a good answer, grouped, the most frequent first", list)
            .query("from", "asked from then on; thirty days ago when absent")
            .query("to", "asked before then; now when absent")
            .query("language", "tag of a language")
            .query("region", "key of a region")
            .query("state", "open (the default), dismissed or drafted")
            .lists::<GapOut>(),
        Route::get("/gaps/{id}", read, "The gap that this question belongs to", get).gives::<GapOut>(200),
        Route::post("/gaps/{id}/draft", edit, "Makes a draft with its questions as sample questions, or adds them to an article's", draft)
            .takes::<DraftBody>()
            .gives::<ArticleOut>(200)
            .gives::<ArticleOut>(201),
        Route::post("/gaps/{id}/dismiss", edit, "Says that it needs no article", dismiss).takes::<ReasonBody>().gives::<GapOut>(200),
        Route::post("/gaps/{id}/reopen", edit, "Takes back that it was dismissed or drafted", reopen).takes::<Nothing>().gives::<GapOut>(200),
        Route::post("/conversations/{id}/suggest", handle, "Puts a conversation forward for the knowledge base", suggest)
            .takes::<SuggestBody>()
            .gives::<SuggestionOut>(200),
        Route::post("/tickets/{number}/suggest", Permission::HandleTickets, "Puts a ticket forward for the knowledge base", suggest_ticket)
            .takes::<SuggestBody>()
            .gives::<SuggestionOut>(200),
        Route::get("/suggestions", read, "What was put forward for the knowledge base, the newest first", suggestions)
            .query("state", "open, accepted or declined; all when absent")
            .lists::<SuggestedOut>(),
        Route::get("/suggestions/{id}", read, "One of them", suggestion).gives::<SuggestedOut>(200),
        Route::post("/suggestions/{id}/accept", edit, "Makes a draft of it, or adds its question to an article's", accept)
            .takes::<DraftBody>()
            .gives::<ArticleOut>(200)
            .gives::<ArticleOut>(201),
        Route::post("/suggestions/{id}/decline", edit, "Says why it becomes no article", decline).takes::<ReasonBody>().gives::<SuggestionOut>(200),
    ]
}

/// Questions that are about the same and had no good answer.
#[derive(Serialize, ToSchema)]
#[schema(as = Gap)]
struct GapOut {
    /// Id of its first question's message.
    id: String,
    /// The question that is likest to all.
    title: String,
    /// Tag of the language, without country.
    language: String,
    count: usize,
    handed_off: usize,
    did_not_help: usize,
    abandoned: usize,
    /// How many come from which region.
    regions: BTreeMap<String, usize>,
    /// Articles that were given and did not help, or into whose drafts like questions went.
    articles: Vec<String>,
    /// `open`, `dismissed` or `drafted`.
    state: &'static str,
    /// Why it was dismissed.
    reason: Option<String>,
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
    /// Its questions, the newest first.
    samples: Vec<SampleOut>,
}

/// One of its questions.
#[derive(Serialize, ToSchema)]
#[schema(as = GapSample)]
struct SampleOut {
    message: String,
    conversation: String,
    /// Without what names the person.
    text: String,
    at: DateTime<Utc>,
    /// `handed_off`, `did_not_help` or `abandoned`.
    went: &'static str,
    /// The article that was given.
    article: Option<String>,
    channel: String,
    region: Option<String>,
}

impl From<Sample> for SampleOut {
    fn from(sample: Sample) -> Self {
        let Sample { question, text, channel, region } = sample;
        Self {
            message: question.message.to_string(),
            conversation: question.conversation.to_string(),
            text,
            at: question.at,
            went: question.went.as_str(),
            article: question.slug,
            channel,
            region,
        }
    }
}

impl From<Gap> for GapOut {
    fn from(gap: Gap) -> Self {
        Self {
            id: gap.id.to_string(),
            title: gap.title,
            language: gap.language,
            count: gap.count,
            handed_off: gap.handed_off,
            did_not_help: gap.did_not_help,
            abandoned: gap.abandoned,
            regions: gap.regions,
            articles: gap.articles.into_iter().collect(),
            state: gap.state.map_or("open", GapState::as_str),
            reason: gap.reason,
            first_at: gap.first_at,
            last_at: gap.last_at,
            samples: gap.samples.into_iter().map(SampleOut::from).collect(),
        }
    }
}

/// Which article; a new one, named after the question, where nothing is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DraftBody {
    /// Slug of an article, new or there already.
    #[serde(default)]
    slug: Option<String>,
    /// The title of a new one.
    #[serde(default)]
    title: Option<String>,
    /// Tag of the language; that of the question when absent.
    #[serde(default)]
    lang: Option<String>,
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReasonBody {
    #[serde(default)]
    reason: Option<String>,
}

/// What is put forward.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SuggestBody {
    /// Id of the message with the question, or with the answer.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    message: Option<MessageId>,
    /// For the reviewer.
    #[serde(default)]
    note: Option<String>,
}

impl From<SuggestBody> for SuggestionInput {
    fn from(body: SuggestBody) -> Self {
        Self { message: body.message, note: body.note }
    }
}

/// Something that was put forward.
#[derive(Serialize, ToSchema)]
#[schema(as = Suggestion)]
struct SuggestionOut {
    id: String,
    version: i64,
    conversation: String,
    /// Number (`T-1`), if it was about a ticket.
    ticket: Option<String>,
    message: Option<String>,
    note: Option<String>,
    author: Author,
    /// `open`, `accepted` or `declined`.
    state: &'static str,
    /// Slug of the article that it became part of.
    article: Option<String>,
    /// Why it was declined.
    reason: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl From<Suggestion> for SuggestionOut {
    fn from(suggestion: Suggestion) -> Self {
        Self {
            id: suggestion.id.to_string(),
            version: suggestion.version,
            conversation: suggestion.conversation.to_string(),
            ticket: suggestion.ticket.map(number_text),
            message: suggestion.message.map(|id| id.to_string()),
            note: suggestion.note,
            author: Author::of(&suggestion.author),
            state: suggestion.state.as_str(),
            article: suggestion.slug,
            reason: suggestion.reason,
            decided_by: suggestion.decided_by,
            decided_at: suggestion.decided_at,
            created_at: suggestion.created_at,
        }
    }
}

/// Something that was put forward, with what it is about.
#[derive(Serialize, ToSchema)]
#[schema(as = SuggestionWithWords)]
struct SuggestedOut {
    #[serde(flatten)]
    suggestion: SuggestionOut,
    /// The customer's question, without what names them.
    question: Option<String>,
    /// What a person answered, without what names the customer.
    answer: Option<String>,
    language: String,
}

impl From<Suggested> for SuggestedOut {
    fn from(suggested: Suggested) -> Self {
        let Suggested { suggestion, question, answer, language } = suggested;
        Self { suggestion: suggestion.into(), question, answer, language }
    }
}

async fn list(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<GapOut>> {
    let state =
        params.one("state", "open, dismissed or drafted", |word| if word == "open" { Some(None) } else { GapState::parse(word).map(Some) })?;
    let filter = GapFilter {
        from: moment(&mut params, "from")?,
        until: moment(&mut params, "to")?,
        language: params.text("language")?,
        region: params.text("region")?,
        state: state.flatten(),
    };
    let wanted: Wanted<Skip> = params.page()?;
    params.end()?;
    let (skip, limit) = (wanted.cursor.map_or(0, |skip| skip.0), wanted.limit as usize);
    let found = gaps::list(&site.engine, &caller, &filter).await.map_err(of_query)?;
    let next_cursor = (found.items.len() > skip.saturating_add(limit)).then(|| format!("after-{}", skip + limit));
    Ok(Json(List { items: found.items.into_iter().skip(skip).take(limit).map(GapOut::from).collect(), next_cursor }))
}

/// A moment in the query.
pub(super) fn moment(params: &mut Params, name: &str) -> Result<Option<DateTime<Utc>>, Problem> {
    let read = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
    params.one(name, "a time, such as 2026-12-01T09:00:00Z", read)
}

/// What is wrong with a query is no wrong body.
pub(super) fn of_query(error: bellhop_engine::actions::ActionError) -> Problem {
    match error {
        bellhop_engine::actions::ActionError::Invalid { problems } => {
            Problem::new(StatusCode::BAD_REQUEST, "A query parameter is wrong.").with_errors(problems)
        }
        other => other.into(),
    }
}

async fn get(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Answer<GapOut> {
    Ok(Json(gaps::get(&site.engine, &caller, at.id("gap")?).await?.into()))
}

async fn draft(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<DraftBody>) -> Result<Response, Problem> {
    let DraftBody { slug, title, lang } = body;
    let view = gaps::draft(&site.engine, &caller, at.id("gap")?, &DraftInput { slug, title, lang }).await?;
    Ok(shown(if view.locale.last_revision == 1 { StatusCode::CREATED } else { StatusCode::OK }, view))
}

async fn dismiss(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<ReasonBody>) -> Answer<GapOut> {
    Ok(Json(gaps::dismiss(&site.engine, &caller, at.id("gap")?, body.reason.as_deref()).await?.into()))
}

async fn reopen(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(Nothing {}): Given<Nothing>) -> Answer<GapOut> {
    Ok(Json(gaps::reopen(&site.engine, &caller, at.id("gap")?).await?.into()))
}

async fn suggest(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<SuggestBody>,
) -> Result<Response, Problem> {
    let suggestion = suggestions::suggest(&site.engine, &caller, at.id("conversation")?, &body.into()).await?;
    Ok(versioned(StatusCode::OK, suggestion.version, SuggestionOut::from(suggestion)))
}

async fn suggest_ticket(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<SuggestBody>,
) -> Result<Response, Problem> {
    let suggestion = suggestions::suggest_ticket(&site.engine, &caller, number(&at)?, &body.into()).await?;
    Ok(versioned(StatusCode::OK, suggestion.version, SuggestionOut::from(suggestion)))
}

async fn suggestions(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<SuggestedOut>> {
    let state = params.one("state", "open, accepted or declined", SuggestionState::parse)?;
    let wanted = params.page()?;
    params.end()?;
    let page = suggestions::list(&site.engine, &caller, state, wanted.cursor, wanted.limit).await?;
    Ok(Json(List::of(page, SuggestedOut::from)))
}

async fn suggestion(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At) -> Result<Response, Problem> {
    Ok(look(suggestions::get(&site.engine, &caller, at.id("suggestion")?).await?))
}

async fn accept(State(site): State<Site>, Extension(caller): Extension<Caller>, at: At, Given(body): Given<DraftBody>) -> Result<Response, Problem> {
    let DraftBody { slug, title, lang } = body;
    let engine: &Engine = &site.engine;
    let view = suggestions::accept(engine, &caller, at.id("suggestion")?, &AcceptInput { slug, title, lang }).await?;
    Ok(shown(if view.locale.last_revision == 1 { StatusCode::CREATED } else { StatusCode::OK }, view))
}

async fn decline(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<ReasonBody>,
) -> Result<Response, Problem> {
    let reason = body.reason.unwrap_or_default();
    let suggestion = suggestions::decline(&site.engine, &caller, at.id("suggestion")?, &reason).await?;
    Ok(versioned(StatusCode::OK, suggestion.version, SuggestionOut::from(suggestion)))
}

fn look(suggested: Suggested) -> Response {
    versioned(StatusCode::OK, suggested.suggestion.version, SuggestedOut::from(suggested))
}
