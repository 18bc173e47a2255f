//! How articles do, which agents find first, and which need somebody's eye.

use axum::{Extension, Json, extract::State, http::StatusCode};
use bellhop_domain::id::ConversationId;
use bellhop_engine::{
    actions::editing::{
        duplicates::{self, Named, Pair, Reason},
        figures::{self, Figures},
        search::{self, Found, Give},
        upkeep,
    },
    caller::{Caller, Permission},
};
use bellhop_store::usefulness::DueArticle;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::{
    conversations::Nothing,
    gaps::{moment, of_query},
    input::{Answer, At, Given, Params, Wanted},
    objects::Skip,
    output::{List, MessageOut},
    route::Route,
};
use crate::{Site, problem::Problem};

pub(super) fn routes() -> Vec<Route> {
    let (read, edit) = (Permission::ReadArticles, Permission::EditArticles);
    const FROM: (&str, &str) = ("from", "from then on; thirty days ago when absent");
    const TO: (&str, &str) = ("to", "before then; now when absent");
    vec![
        Route::get("/knowledge/search", read, "Articles for an agent, internal ones too: the useful ones rise, the pinned ones more", find)
            .query("q", "words; without any, the pinned and the most used articles")
            .query("lang", "tag of the language in which they are to be read")
            .query("conversation", "id of the conversation that is being handled: says what its customer may see")
            .lists::<FoundOut>(),
        Route::post("/conversations/{id}/articles", Permission::HandleConversations, "Answers the customer with an article", send)
            .takes::<SendBody>()
            .gives::<MessageOut>(201),
        Route::post("/articles/{slug}/pin", edit, "Lets it stand first among what agents find", pin).takes::<Nothing>().gives_nothing(204),
        Route::post("/articles/{slug}/unpin", edit, "Takes that back", unpin).takes::<Nothing>().gives_nothing(204),
        Route::post("/articles/{slug}/vote", read, "Says what whoever calls thinks of an article; the last word counts", vote)
            .takes::<VoteBody>()
            .gives_nothing(204),
        Route::get("/articles/{slug}/figures", read, "How an article did", one).query(FROM.0, FROM.1).query(TO.0, TO.1).gives::<FiguresOut>(200),
        Route::get("/knowledge/figures", read, "How every article did that was used, the most shown first", all)
            .query(FROM.0, FROM.1)
            .query(TO.0, TO.1)
            .lists::<FiguresOut>(),
        Route::get("/knowledge/stale", read, "Published articles that are due to be looked at again, the longest due first", stale)
            .query("by", "a day, such as 2026-12-01; today when absent")
            .lists::<DueOut>(),
        Route::get("/knowledge/duplicates", read, "Published articles that say the same or contradict each other, with the reasons", pairs)
            .lists::<PairOut>(),
    ]
}

/// An article that an agent finds.
#[derive(Serialize, ToSchema)]
#[schema(as = FoundArticle)]
struct FoundOut {
    slug: String,
    lang: String,
    title: String,
    /// The short answer.
    answer: String,
    /// How well it matches; 0 where nothing was asked.
    score: f64,
    pinned: bool,
    /// Times that agents answered with it in ninety days.
    sent: i64,
    /// Votes of people who work here.
    up: i64,
    down: i64,
    /// Whether the conversation's customer may see it; null where no conversation was named.
    for_customer: Option<bool>,
}

impl From<Found> for FoundOut {
    fn from(found: Found) -> Self {
        let Found { article, standing, for_customer } = found;
        Self {
            slug: article.slug,
            lang: article.lang,
            title: article.title,
            answer: article.answer,
            score: article.score,
            pinned: standing.pinned,
            sent: standing.sent,
            up: standing.up,
            down: standing.down,
            for_customer,
        }
    }
}

/// Which article.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SendBody {
    slug: String,
    /// Its title and the link alone.
    #[serde(default)]
    link: bool,
}

/// What somebody thinks of an article.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VoteBody {
    /// Null takes the vote back.
    #[serde(default)]
    helpful: Option<bool>,
}

/// How an article did.
#[derive(Serialize, ToSchema)]
#[schema(as = ArticleFigures)]
struct FiguresOut {
    slug: String,
    /// Times that the bot answered with it.
    shown: u64,
    /// Of those, after how many no person was needed in the conversation.
    resolved: u64,
    /// After how many one was.
    handed_off: u64,
    /// Customers who said last that it helped.
    helped: u64,
    did_not_help: u64,
    /// Times that its page was opened.
    views: u64,
    /// Times that agents answered with it.
    sent: u64,
    /// Votes of people who work here, whenever given.
    up: u64,
    down: u64,
    pinned: bool,
    /// How often the bot answered in which language.
    languages: BTreeMap<String, u64>,
}

impl From<Figures> for FiguresOut {
    fn from(figures: Figures) -> Self {
        let Figures { slug, shown, resolved, handed_off, helped, did_not_help, views, sent, up, down, pinned, languages } = figures;
        Self { slug, shown, resolved, handed_off, helped, did_not_help, views, sent, up, down, pinned, languages }
    }
}

/// An article that is due.
#[derive(Serialize, ToSchema)]
#[schema(as = DueArticle)]
struct DueOut {
    slug: String,
    lang: String,
    title: String,
    /// Mail address of whoever looks after it.
    owner: Option<String>,
    review_by: NaiveDate,
    written_at: DateTime<Utc>,
}

impl From<DueArticle> for DueOut {
    fn from(due: DueArticle) -> Self {
        let DueArticle { slug, lang, title, owner, review_by, written_at } = due;
        Self { slug, lang, title, owner, review_by: review_by.date_naive(), written_at }
    }
}

/// Two articles that should perhaps be one.
#[derive(Serialize, ToSchema)]
#[schema(as = ArticlePair)]
struct PairOut {
    /// `contradicting` (both answer one question, or their numbers differ) or `near_duplicate`.
    kind: &'static str,
    /// Tag of the language, without country.
    language: String,
    /// The two.
    articles: Vec<NamedOut>,
    reasons: Vec<ReasonOut>,
}

/// An article by name.
#[derive(Serialize, ToSchema)]
#[schema(as = NamedArticle)]
struct NamedOut {
    slug: String,
    lang: String,
    title: String,
}

/// Why they belong together.
#[derive(Serialize, ToSchema)]
#[schema(as = PairReason)]
struct ReasonOut {
    /// `same_question`, `similar_questions`, `similar_texts` or `numbers`.
    reason: &'static str,
    /// What it is about: the question, the two questions, or the numbers that only one of them has.
    words: Vec<String>,
    /// How alike, of 1.
    likeness: Option<f32>,
}

impl From<Reason> for ReasonOut {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::SameQuestion(question) => Self { reason: "same_question", words: vec![question], likeness: None },
            Reason::SimilarQuestions { one, other, likeness } => {
                Self { reason: "similar_questions", words: vec![one, other], likeness: Some(likeness) }
            }
            Reason::SimilarTexts(likeness) => Self { reason: "similar_texts", words: Vec::new(), likeness: Some(likeness) },
            Reason::Numbers { one, other } => Self { reason: "numbers", words: vec![one.join(" "), other.join(" ")], likeness: None },
        }
    }
}

impl From<Pair> for PairOut {
    fn from(pair: Pair) -> Self {
        let named = |Named { slug, lang, title }| NamedOut { slug, lang, title };
        Self {
            kind: if pair.contradicting { "contradicting" } else { "near_duplicate" },
            language: pair.language,
            articles: vec![named(pair.one), named(pair.other)],
            reasons: pair.reasons.into_iter().map(ReasonOut::from).collect(),
        }
    }
}

/// A page of what was worked out whole.
fn page<T, O: From<T>>(items: Vec<T>, wanted: Wanted<Skip>) -> Json<List<O>> {
    let (skip, limit) = (wanted.cursor.map_or(0, |skip| skip.0), wanted.limit as usize);
    let next_cursor = (items.len() > skip.saturating_add(limit)).then(|| format!("after-{}", skip + limit));
    Json(List { items: items.into_iter().skip(skip).take(limit).map(O::from).collect(), next_cursor })
}

async fn find(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<FoundOut>> {
    let (q, lang) = (params.text("q")?, params.text("lang")?);
    let conversation = params.one("conversation", "the id of a conversation", |text| text.parse::<ConversationId>().ok())?;
    let wanted: Wanted<Skip> = params.page()?;
    params.end()?;
    let found = search::search(&site.engine, &caller, q.as_deref(), lang.as_deref(), conversation, search::MOST_FOUND).await;
    let found = match found {
        // What a filter names and is not there filters everything away.
        Err(bellhop_engine::actions::ActionError::NotFound { .. }) if conversation.is_some() => Vec::new(),
        other => other?,
    };
    Ok(page(found, wanted))
}

async fn send(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    at: At,
    Given(body): Given<SendBody>,
) -> Result<(StatusCode, Json<MessageOut>), Problem> {
    let give = if body.link { Give::Link } else { Give::Answer };
    let (_, message) = search::send(&site.engine, &caller, at.id("conversation")?, &body.slug, give).await?;
    Ok((StatusCode::CREATED, Json(MessageOut::of(message, site.engine.links()))))
}

async fn pin(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(slug): At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<StatusCode, Problem> {
    search::pin(&site.engine, &caller, &slug, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn unpin(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(slug): At,
    Given(Nothing {}): Given<Nothing>,
) -> Result<StatusCode, Problem> {
    search::pin(&site.engine, &caller, &slug, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn vote(
    State(site): State<Site>,
    Extension(caller): Extension<Caller>,
    At(slug): At,
    Given(body): Given<VoteBody>,
) -> Result<StatusCode, Problem> {
    search::vote(&site.engine, &caller, &slug, body.helpful).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn one(State(site): State<Site>, Extension(caller): Extension<Caller>, At(slug): At, mut params: Params) -> Answer<FiguresOut> {
    let (from, until) = (moment(&mut params, "from")?, moment(&mut params, "to")?);
    params.end()?;
    Ok(Json(figures::of_article(&site.engine, &caller, &slug, from, until).await.map_err(of_query)?.into()))
}

async fn all(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<FiguresOut>> {
    let (from, until) = (moment(&mut params, "from")?, moment(&mut params, "to")?);
    let wanted: Wanted<Skip> = params.page()?;
    params.end()?;
    Ok(page(figures::figures(&site.engine, &caller, from, until).await.map_err(of_query)?.items, wanted))
}

async fn stale(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<DueOut>> {
    let day = |text: &str| text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0).map(|at| at.and_utc());
    let by = params.one("by", "a day, such as 2026-12-01", day)?;
    let wanted: Wanted<Skip> = params.page()?;
    params.end()?;
    Ok(page(upkeep::stale(&site.engine, &caller, by).await?, wanted))
}

async fn pairs(State(site): State<Site>, Extension(caller): Extension<Caller>, mut params: Params) -> Answer<List<PairOut>> {
    let wanted: Wanted<Skip> = params.page()?;
    params.end()?;
    Ok(page(duplicates::duplicates(&site.engine, &caller).await?, wanted))
}
