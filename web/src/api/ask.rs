//! What the bot would say; nothing is sent.

use axum::{Extension, Json, extract::State, http::StatusCode};
use bellhop_domain::id::ContactId;
use bellhop_engine::{
    Engine,
    actions::editing::{
        explained::{self, Explained},
        synonyms::{self, TriedSynonyms},
    },
    caller::{Caller, Permission},
    knowledge::{Ask, Verdict, Viewer, Visibility, draft_article, viewer_for},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    input::{Answer, Given, Within},
    route::Route,
    synonyms::TriedGroup,
};
use crate::{Site, problem::Problem};

/// Longest question, in characters.
const LONGEST_TEXT: usize = 20_000;
/// Drafts that can be tried together.
const MOST_DRAFTS: usize = 20;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/ask", Permission::ReadArticles, "What the bot would say, and why; nothing is sent", ask)
            .takes::<AskBody>()
            .gives::<Verdicted>(200)
            .not_remembered(),
        Route::get(
            "/conversations/{id}/messages/{message}/decision",
            Permission::ReadConversations,
            "What the bot decided on a customer's message and why, and what its words match now",
            decision,
        )
        .gives::<DecisionOut>(200),
    ]
}

/// A question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AskBody {
    /// In the customer's words.
    text: String,
    /// Tag of the customer's language, when known.
    #[serde(default)]
    lang: Option<String>,
    /// Slug of an article, or several, whose drafts are tried as if they were published.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    draft: Option<OneOrMany>,
    /// Groups of words that are taken to mean the same, besides those that are kept or in place of the group with their `id`.
    #[serde(default)]
    synonyms: Vec<TriedGroup>,
    /// For whom: the id of a contact, or `{"contact", "tier", "region", "channel", "visibility"}`; anybody when absent.
    #[serde(default, rename = "as")]
    #[schema(value_type = Option<Object>)]
    viewer: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// Somebody in words.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Somebody {
    contact: Option<ContactId>,
    tier: Option<String>,
    region: Option<String>,
    channel: Option<String>,
    visibility: Option<Visibility>,
}

/// What the bot would do, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = Verdict)]
struct Verdicted {
    /// `answer`, `clarify` or `handoff`.
    #[schema(value_type = String)]
    decision: Value,
    /// That the best candidate answers the question.
    probability: f64,
    /// From which the bot answers.
    threshold: f64,
    /// What it would say.
    text: String,
    candidates: Vec<CandidateOut>,
    /// Words of the question in place of which others were searched for: `[{"said", "read"}]`.
    #[schema(value_type = Vec<Object>)]
    synonyms: Value,
}

/// An article that was found.
#[derive(Serialize, ToSchema)]
#[schema(as = Candidate)]
struct CandidateOut {
    slug: String,
    lang: String,
    title: String,
    score: f64,
    /// Which words of the question it has, and where: `[{"field", "terms"}]`.
    #[schema(value_type = Vec<Object>)]
    matched: Value,
    /// Its short answer.
    answer: String,
}

/// What the bot decided on a message.
#[derive(Serialize, ToSchema)]
#[schema(as = Decision)]
struct DecisionOut {
    at: DateTime<Utc>,
    /// `answered`, `clarified` or `handed_off`.
    kind: &'static str,
    /// As it was recorded: `decision`, `probability`, `threshold`, `candidates` with their scores, the `article` given, the `reason` of a handoff.
    #[schema(value_type = Object)]
    details: Value,
    /// What the knowledge base says to the same words now, for the same customer, with the words that match.
    now: Verdicted,
}

async fn decision(State(site): State<Site>, Extension(caller): Extension<Caller>, Within(conversation, message): Within) -> Answer<DecisionOut> {
    let (conversation, message) = (conversation.id("conversation")?, message.id("message")?);
    let Explained { event, now } = explained::explain(&site.engine, &caller, conversation, message).await?;
    Ok(Json(DecisionOut { at: event.at, kind: event.kind.as_str(), details: event.details, now: out(now)? }))
}

async fn ask(State(site): State<Site>, Extension(caller): Extension<Caller>, Given(body): Given<AskBody>) -> Answer<Verdicted> {
    let engine = &site.engine;
    if body.text.chars().count() > LONGEST_TEXT {
        return Err(Problem::invalid("text", format!("at most {LONGEST_TEXT} characters")));
    }
    let drafts = match body.draft {
        None => Vec::new(),
        Some(OneOrMany::One(slug)) => vec![slug],
        Some(OneOrMany::Many(slugs)) => slugs,
    };
    let viewer = match body.viewer {
        None | Some(Value::Null) => Viewer::default(),
        Some(value) => viewer(engine, value).await?,
    };
    let tried = TriedSynonyms { added: body.synonyms.into_iter().map(Into::into).collect(), removed: Vec::new() };
    let asked = Ask {
        drafts: with_drafts(engine, drafts, body.lang.as_deref()).await?,
        synonyms: synonyms::with(engine, &caller, &tried).await?,
        text: body.text,
        lang: body.lang,
        viewer,
        exclude: Vec::new(),
    };
    let verdict = engine.ask(asked).await.map_err(|error| {
        tracing::error!(error = %error, "The knowledge base does not answer");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the knowledge base does not answer now").retry_after(std::time::Duration::from_secs(2))
    })?;
    out(verdict).map(Json)
}

fn out(verdict: Verdict) -> Result<Verdicted, Problem> {
    let json = |value: serde_json::Result<Value>| value.map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the answer cannot be written"));
    let mut candidates = Vec::with_capacity(verdict.candidates.len());
    for candidate in verdict.candidates {
        candidates.push(CandidateOut {
            matched: json(serde_json::to_value(&candidate.matched))?,
            slug: candidate.slug,
            lang: candidate.lang,
            title: candidate.title,
            score: candidate.score,
            answer: candidate.answer,
        });
    }
    Ok(Verdicted {
        decision: json(serde_json::to_value(verdict.decision))?,
        probability: verdict.probability,
        threshold: verdict.threshold,
        text: verdict.text,
        candidates,
        synonyms: json(serde_json::to_value(&verdict.synonyms))?,
    })
}

async fn with_drafts(engine: &Engine, slugs: Vec<String>, lang: Option<&str>) -> Result<Vec<bellhop_engine::knowledge::Article>, Problem> {
    if slugs.len() > MOST_DRAFTS {
        return Err(Problem::invalid("draft", format!("at most {MOST_DRAFTS} articles")));
    }
    let mut drafts = Vec::new();
    for slug in slugs {
        if slug.contains('\0') {
            return Err(Problem::invalid("draft", "has a sign that no slug has"));
        }
        let before = drafts.len();
        for locale in engine.reader().article_locales(&slug).await?.iter().filter(|locale| lang.is_none_or(|lang| lang == locale.lang)) {
            drafts.extend(draft_article(engine.reader(), &slug, &locale.lang).await?);
        }
        if drafts.len() == before {
            return Err(Problem::invalid("draft", format!("there is no draft of “{slug}”")));
        }
    }
    Ok(drafts)
}

async fn viewer(engine: &Engine, given: Value) -> Result<Viewer, Problem> {
    let somebody = match given {
        Value::String(id) => {
            let contact = id.parse().map_err(|_| Problem::invalid("as", "is the id of a contact, or an object"))?;
            Somebody { contact: Some(contact), ..Somebody::default() }
        }
        other => serde_json::from_value(other).map_err(|error| Problem::invalid("as", error.to_string()))?,
    };
    let desk = engine.desk();
    let mut viewer = match somebody.contact {
        None => Viewer::default(),
        Some(id) => {
            let contact = engine.reader().contact(id).await?.ok_or_else(|| Problem::invalid("as", "there is no such contact"))?;
            let organisation = match contact.organisation {
                Some(id) => engine.reader().organisation(id).await?,
                None => None,
            };
            let channel = engine.reader().contact_threads(id).await?.into_iter().next().map(|thread| thread.channel);
            let mut viewer = viewer_for(&contact, organisation.as_ref(), &desk, channel.as_deref().unwrap_or_default());
            viewer.channel = channel;
            viewer
        }
    };
    if let Some(visibility) = somebody.visibility {
        viewer.visibility = visibility;
    }
    if let Some(region) = somebody.region {
        viewer.regions = desk.region_path(&region);
    }
    viewer.tier = somebody.tier.or(viewer.tier);
    viewer.channel = somebody.channel.or(viewer.channel);
    Ok(viewer)
}
