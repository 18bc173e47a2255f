//! Agents look for articles while they handle a conversation: internal ones too, the useful ones first; and answer with one.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use bellhop_domain::{contact::Contact, conversation::Conversation, id::ConversationId, message::Message, words};
use bellhop_kb::{Candidate, Question, Viewer, Visibility};
use bellhop_store::{DbError, usefulness::ArticleStanding};
use chrono::{DateTime, TimeDelta, Utc};

use super::{author, uses, voter};
use crate::{
    actions::{
        ActionError,
        conversations::{language_of, load},
        messages::{self, Reply},
        require,
    },
    caller::{Caller, Permission},
    commands::escaped,
    engine::Engine,
    knowledge::{VisibleArticle, article_for, viewer_for},
};

/// Articles that a search may give.
pub const MOST_FOUND: usize = 50;
/// Articles among which the useful ones rise.
const AMONG: usize = 20;
/// How far the most useful article rises, as a share of its score.
const RISE: f64 = 0.2;
/// How far a pinned one does.
const PINNED: f64 = 0.1;
/// Over how long use counts.
const COUNTED: TimeDelta = TimeDelta::days(90);
/// How long it is remembered how useful articles are.
const REMEMBERED: TimeDelta = TimeDelta::seconds(30);

/// What is known of how useful articles are, for a while.
#[derive(Default)]
pub(crate) struct Popularity(Mutex<Option<(DateTime<Utc>, Standings)>>);

/// How useful articles are, by slug.
type Standings = Arc<HashMap<String, ArticleStanding>>;

/// An article in the version that fits best.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its slug.
    pub slug: String,
    /// The language of this version.
    pub lang: String,
    /// What it is called.
    pub title: String,
    /// The short answer.
    pub answer: String,
    /// How well it matches; 0 where nothing was asked.
    pub score: f64,
}

impl From<Candidate> for Hit {
    fn from(candidate: Candidate) -> Self {
        let Candidate { slug, lang, title, answer, score, .. } = candidate;
        Self { slug, lang, title, answer, score }
    }
}

/// An article that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The article.
    pub article: Hit,
    /// How useful it is.
    pub standing: ArticleStanding,
    /// Whether the customer may see it; nothing where no conversation was named.
    pub for_customer: Option<bool>,
}

/// Looks for articles; without words, the pinned and the most used ones.
///
/// # Errors
/// When the knowledge base does not answer.
pub async fn search(
    engine: &Engine,
    caller: &Caller,
    text: Option<&str>,
    lang: Option<&str>,
    conversation: Option<ConversationId>,
    most: usize,
) -> Result<Vec<Found>, ActionError> {
    require(caller, Permission::ReadArticles)?;
    let customer = match conversation {
        Some(id) => {
            require(caller, Permission::ReadConversations)?;
            customer(engine, id).await?
        }
        None => None,
    };
    let lang = lang.map(str::to_owned).or_else(|| customer.as_ref().and_then(|(conversation, _)| conversation.language.clone()));
    let standings = standings(engine).await?;
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let articles = match text {
        Some(text) => by_words(engine, text, lang.clone(), &standings).await?,
        None => by_use(engine, lang.as_deref(), &standings, most).await?,
    };
    let mut found = Vec::with_capacity(articles.len().min(most));
    for article in articles.into_iter().take(most.min(MOST_FOUND)) {
        let for_customer = match &customer {
            Some((conversation, contact)) => Some(seen_by(engine, conversation, contact, &article.slug).await?.is_some()),
            None => None,
        };
        let standing = standings.get(&article.slug).cloned().unwrap_or_default();
        found.push(Found { standing: ArticleStanding { slug: article.slug.clone(), ..standing }, article, for_customer });
    }
    Ok(found)
}

/// Those that fit best, the useful ones among them first.
async fn by_words(engine: &Engine, text: &str, lang: Option<String>, standings: &HashMap<String, ArticleStanding>) -> Result<Vec<Hit>, ActionError> {
    let (text, base) = (text.to_owned(), engine.knowledge_base().clone());
    let found = tokio::task::spawn_blocking(move || {
        let question = Question { text: &text, lang: lang.as_deref(), viewer: &staff(), exclude: &[], drafts: &[] };
        base.search(&question, AMONG)
    });
    let Ok(Ok(found)) = found.await else { return Err(ActionError::Busy) };
    let mut found: Vec<Hit> = found.into_iter().map(Hit::from).collect();
    let most = standings.values().map(weight).fold(0.0, f64::max);
    let raised = |candidate: &Hit| {
        let standing = standings.get(&candidate.slug);
        let useful = standing.map_or(0.0, |standing| if most > 0.0 { weight(standing) / most } else { 0.0 });
        let pinned = if standing.is_some_and(|standing| standing.pinned) { PINNED } else { 0.0 };
        candidate.score * (1.0 + RISE * useful + pinned)
    };
    found.sort_by(|one, other| raised(other).total_cmp(&raised(one)).then_with(|| one.slug.cmp(&other.slug)));
    Ok(found)
}

/// Pinned ones, then those that are used most.
async fn by_use(engine: &Engine, lang: Option<&str>, standings: &HashMap<String, ArticleStanding>, most: usize) -> Result<Vec<Hit>, ActionError> {
    let mut used: Vec<&ArticleStanding> = standings.values().filter(|standing| standing.pinned || weight(standing) > 0.0).collect();
    used.sort_by(|one, other| other.pinned.cmp(&one.pinned).then(weight(other).total_cmp(&weight(one))).then_with(|| one.slug.cmp(&other.slug)));
    let lang = lang.unwrap_or(&engine.settings().language).to_owned();
    let mut found = Vec::new();
    for standing in used {
        if found.len() >= most.min(MOST_FOUND) {
            break;
        }
        if let Some(VisibleArticle { slug, language, title, answer, .. }) = article_for(engine, &standing.slug, &lang, &staff()).await? {
            found.push(Hit { slug, lang: language, title, answer, score: 0.0 });
        }
    }
    Ok(found)
}

/// How useful an article is: how often agents send it, and what they think of it. Twice as often is not twice as useful.
fn weight(standing: &ArticleStanding) -> f64 {
    let (sent, votes) = (standing.sent as f64, (standing.up - standing.down) as f64);
    (sent + 2.0 * votes).max(0.0).ln_1p()
}

/// How useful articles are, as of a moment ago.
pub(super) async fn standings(engine: &Engine) -> Result<Standings, DbError> {
    let now = engine.now();
    let held = engine.0.popularity.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((_, known)) = held.filter(|(at, _)| (now - *at).abs() < REMEMBERED) {
        return Ok(known);
    }
    uses::write_down(engine).await?;
    let read = engine.reader().article_standings(uses::day(now - COUNTED)).await?;
    let known: Standings = Arc::new(read.into_iter().map(|standing| (standing.slug.clone(), standing)).collect());
    *engine.0.popularity.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&known)));
    Ok(known)
}

/// What is known is not so any more.
fn forget(engine: &Engine) {
    *engine.0.popularity.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

fn staff() -> Viewer {
    Viewer { visibility: Visibility::Internal, ..Viewer::default() }
}

/// How an article is given to a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Give {
    /// Its short answer, with the link.
    Answer,
    /// Its title and the link.
    Link,
}

/// Answers a customer with an article that they may see, in their language.
///
/// # Errors
/// `NotFound` when there is no such article for them; else as a reply.
pub async fn send(engine: &Engine, caller: &Caller, id: ConversationId, slug: &str, give: Give) -> Result<(VisibleArticle, Message), ActionError> {
    require(caller, Permission::HandleConversations)?;
    let (conversation, contact) = customer(engine, id).await?.ok_or(ActionError::NotFound { what: "conversation" })?;
    let article = seen_by(engine, &conversation, &contact, slug).await?.ok_or(ActionError::NotFound { what: "article" })?;
    let link = engine.links().article(&article.slug, &article.language, Some(contact.id));
    let read_more = words::say(&language_of(&conversation, engine.settings()), "read-more", &[("url", (&link).into())]);
    let text = match give {
        Give::Link => format!("**{}**\n{read_more}", escaped(&article.title)),
        Give::Answer => format!("{}\n\n{read_more}", article.answer),
    };
    let message = messages::reply(engine, caller, id, &Reply { text, ..Reply::default() }).await?;
    uses::sent(engine, &article.slug, &article.language);
    Ok((article, message))
}

async fn customer(engine: &Engine, id: ConversationId) -> Result<Option<(Conversation, Contact)>, ActionError> {
    let conversation = load(engine, id).await?;
    Ok(engine.reader().contact(conversation.contact).await?.map(|contact| (conversation, contact)))
}

/// The article as this customer may see it.
async fn seen_by(engine: &Engine, conversation: &Conversation, contact: &Contact, slug: &str) -> Result<Option<VisibleArticle>, ActionError> {
    let organisation = match contact.organisation {
        Some(id) => engine.reader().organisation(id).await?,
        None => None,
    };
    let viewer = viewer_for(contact, organisation.as_ref(), &engine.desk(), &conversation.channel);
    if slug.contains('\0') {
        return Ok(None);
    }
    Ok(article_for(engine, slug, &language_of(conversation, engine.settings()), &viewer).await?)
}

/// Lets an article stand first among what agents find, or no longer.
///
/// # Errors
/// `NotFound` when there is no such article.
pub async fn pin(engine: &Engine, caller: &Caller, slug: &str, pinned: bool) -> Result<(), ActionError> {
    require(caller, Permission::EditArticles)?;
    known(engine, slug).await?;
    let (slug, author, now) = (slug.to_owned(), author(caller), engine.now());
    let written = engine.writer().write::<_, ActionError, _>(move |tx| {
        Box::pin(async move { if pinned { Ok(tx.pin_article(&slug, &author, now).await?) } else { Ok(tx.unpin_article(&slug).await?) } })
    });
    written.await?;
    forget(engine);
    Ok(())
}

/// Keeps what somebody who works here thinks of an article; none takes their vote back.
///
/// # Errors
/// `NotFound` when there is no such article.
pub async fn vote(engine: &Engine, caller: &Caller, slug: &str, helpful: Option<bool>) -> Result<(), ActionError> {
    require(caller, Permission::ReadArticles)?;
    known(engine, slug).await?;
    let (slug, voter, now) = (slug.to_owned(), voter(caller), engine.now());
    let written =
        engine.writer().write::<_, ActionError, _>(move |tx| Box::pin(async move { Ok(tx.vote_on_article(&slug, &voter, helpful, now).await?) }));
    written.await?;
    forget(engine);
    Ok(())
}

async fn known(engine: &Engine, slug: &str) -> Result<(), ActionError> {
    if slug.contains('\0') || engine.reader().article(slug).await?.is_none() {
        return Err(ActionError::NotFound { what: "article" });
    }
    Ok(())
}
