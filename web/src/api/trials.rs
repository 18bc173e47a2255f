//! What a change to the knowledge base would do, and how an article will look, before either is live.

use axum::{Extension, Json, extract::State};
use bellhop_domain::id::SynonymsId;
use bellhop_engine::{
    actions::editing::{
        looks::{self, Look, Part, Shown},
        synonyms::TriedSynonyms,
        trial::{self, Change, Judged, Origin, Report, Right, Tried},
    },
    caller::{Caller, Permission},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    input::{Answer, At, Given, Params},
    output::List,
    route::Route,
    synonyms::TriedGroup,
};
use crate::Site;

/// Real questions that are asked when nothing is said.
const USUAL_LAST: u32 = 100;

pub(super) fn routes() -> Vec<Route> {
    let read = Permission::ReadArticles;
    vec![
        Route::post("/knowledge/check", read, "What a change would do to regression questions and the last real ones; nothing is changed", check)
            .takes::<CheckBody>()
            .gives::<ReportOut>(200)
            .not_remembered(),
        Route::get("/articles/{slug}/looks", read, "How the draft, else what is in force, looks on every channel", look)
            .query("lang", "tag of the language; the knowledge base's own when absent")
            .lists::<LookOut>(),
    ]
}

/// A change that is tried.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CheckBody {
    /// Articles whose drafts are taken as published: slugs, or `{"slug", "lang"}` for one language of several.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    drafts: Vec<DraftName>,
    /// Slugs of articles that are taken as archived.
    #[serde(default)]
    removed: Vec<String>,
    /// Groups of words that are taken to mean the same, each new or in place of the group with its `id`.
    #[serde(default)]
    synonyms: Vec<TriedGroup>,
    /// Ids of groups of synonyms that are taken as removed.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    removed_synonyms: Vec<SynonymsId>,
    /// How many of the last real questions are asked, at most 500; 100 when absent.
    #[serde(default)]
    last: Option<u32>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum DraftName {
    All(String),
    One(OneDraft),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneDraft {
    slug: String,
    #[serde(default)]
    lang: Option<String>,
}

/// What a change would do.
#[derive(Serialize, ToSchema)]
#[schema(as = CheckReport)]
struct ReportOut {
    /// Questions that were asked.
    asked: usize,
    better: usize,
    worse: usize,
    /// Questions that another article answers.
    changed: usize,
    /// All were asked; otherwise time ran out.
    complete: bool,
    /// What changes, the worst first; regression questions before others.
    items: Vec<TriedOut>,
}

impl From<Report> for ReportOut {
    fn from(report: Report) -> Self {
        let Report { asked, better, worse, changed, complete, items } = report;
        Self { asked, better, worse, changed, complete, items: items.into_iter().map(TriedOut::from).collect() }
    }
}

/// A question before and after a change.
#[derive(Serialize, ToSchema)]
#[schema(as = TriedQuestion)]
pub(super) struct TriedOut {
    /// `regression` or `customer`.
    origin: &'static str,
    /// Id of the regression question.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Id of the customer's message.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<String>,
    /// The words; of a customer's without what names them.
    text: String,
    lang: Option<String>,
    /// What would be right: `article` (this one), `person`, `not` (anything but this article, which did not help), `unknown`.
    right: &'static str,
    /// Slug of the article that `right` speaks of.
    expected: Option<String>,
    before: JudgedOut,
    after: JudgedOut,
    /// `better`, `worse` or `changed`.
    #[schema(value_type = String)]
    effect: trial::Effect,
}

impl From<Tried> for TriedOut {
    fn from(tried: Tried) -> Self {
        let Tried { origin, text, lang, right, before, after, effect } = tried;
        let (origin, id, message, conversation) = match origin {
            Origin::Regression(id) => ("regression", Some(id.to_string()), None, None),
            Origin::Customer { message, conversation } => ("customer", None, Some(message.to_string()), Some(conversation.to_string())),
        };
        let (right, expected) = match right {
            Right::Article(slug) => ("article", Some(slug)),
            Right::Person => ("person", None),
            Right::Not(slug) => ("not", Some(slug)),
            Right::Unknown => ("unknown", None),
        };
        Self { origin, id, message, conversation, text, lang, right, expected, before: before.into(), after: after.into(), effect }
    }
}

/// What the bot would do with a question.
#[derive(Serialize, ToSchema)]
#[schema(as = Judged)]
pub(super) struct JudgedOut {
    /// `answer`, `clarify` or `handoff`.
    #[schema(value_type = String)]
    decision: bellhop_engine::knowledge::Decision,
    /// The best article, whether it is given or not.
    slug: Option<String>,
    /// That it answers the question.
    probability: f64,
    /// The articles that would be offered, where the bot would ask back.
    offered: Vec<String>,
}

impl From<Judged> for JudgedOut {
    fn from(judged: Judged) -> Self {
        let Judged { decision, slug, probability, offered } = judged;
        Self { decision, slug, probability, offered }
    }
}

/// How an article looks on a channel.
#[derive(Serialize, ToSchema)]
#[schema(as = Look)]
struct LookOut {
    channel: String,
    /// The longest text of one message there.
    longest: usize,
    /// What that counts.
    unit: &'static str,
    /// Whether the article's visibility and audience have customers of this channel in them.
    shown: bool,
    /// As the answer to a question.
    answer: ShownOut,
    /// Its title among the choices that the bot offers.
    choice: ShownOut,
}

/// What a customer sees.
#[derive(Serialize, ToSchema)]
#[schema(as = Shown)]
struct ShownOut {
    /// The messages that it takes.
    parts: Vec<PartOut>,
    /// What the channel cannot show, in words.
    losses: Vec<String>,
}

/// One message.
#[derive(Serialize, ToSchema)]
#[schema(as = ShownPart)]
struct PartOut {
    text: String,
    /// In what the channel counts.
    length: usize,
    links: Vec<String>,
    /// Labels.
    buttons: Vec<String>,
}

impl From<Shown> for ShownOut {
    fn from(shown: Shown) -> Self {
        let part = |Part { text, length, links, buttons }| PartOut { text, length, links, buttons };
        Self { parts: shown.parts.into_iter().map(part).collect(), losses: shown.losses }
    }
}

impl From<Look> for LookOut {
    fn from(look: Look) -> Self {
        let Look { channel, longest, unit, is_shown, answer, choice } = look;
        Self { channel, longest, unit, shown: is_shown, answer: answer.into(), choice: choice.into() }
    }
}

async fn check(State(site): State<Site>, Extension(caller): Extension<Caller>, Given(body): Given<CheckBody>) -> Answer<ReportOut> {
    let draft = |name| match name {
        DraftName::All(slug) => (slug, None),
        DraftName::One(OneDraft { slug, lang }) => (slug, lang),
    };
    let synonyms = TriedSynonyms { added: body.synonyms.into_iter().map(Into::into).collect(), removed: body.removed_synonyms };
    let drafts = body.drafts.into_iter().map(draft).collect();
    let change = Change { drafts, removed: body.removed, synonyms, last: body.last.unwrap_or(USUAL_LAST) };
    Ok(Json(trial::check(&site.engine, &caller, None, &change).await?.into()))
}

async fn look(State(site): State<Site>, Extension(caller): Extension<Caller>, At(slug): At, mut params: Params) -> Answer<List<LookOut>> {
    let lang = params.text("lang")?.unwrap_or_else(|| site.engine.settings().language.clone());
    // There are only as many as there are channels: all stand on one page.
    params.page::<super::objects::Skip>()?;
    params.end()?;
    let looks = looks::looks(&site.engine, &caller, &slug, &lang).await?;
    Ok(Json(List { items: looks.into_iter().map(LookOut::from).collect(), next_cursor: None }))
}
