//! The knowledge base as this node has it: follows the change log, and is the way to what people may read.

mod follow;
mod learn;
mod meaning;
mod reading;
mod viewer;

use std::{
    sync::atomic::{AtomicBool, AtomicI64, Ordering},
    time::Duration,
};

use bellhop_kb::{Cancel, KnowledgeBase, Question, Synonyms};
use bellhop_store::{DbError, Reader};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Mutex, Notify};

use crate::{
    bus::Signal,
    engine::{Engine, StartError},
    settings::Settings,
};
pub use bellhop_kb::{
    Article, Audience, Costs, Decision, SynonymGroup, Verdict, Viewer, Visibility,
    markdown::{parts as in_parts, to_html},
};
pub use follow::FollowError;
use follow::Following;
pub(crate) use follow::{ARTICLE, SYNONYMS};
pub(crate) use learn::start_learning;
pub(crate) use meaning::start_meaning;
pub use reading::{VisibleArticle, draft_article, published_articles, visible_article, written_article};
pub use viewer::viewer_for;

/// How often the change log is looked at; what is published by another process is answered within this time and that of a commit.
const TICK: Duration = Duration::from_millis(250);
/// How often a node says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// A node that was not heard of for this long is not waited for.
const ALIVE: TimeDelta = TimeDelta::seconds(15);

/// This node's search index, and how far it has followed the change log.
pub(crate) struct Knowledge {
    base: KnowledgeBase,
    following: Mutex<Following>,
    followed: AtomicI64,
    damaged: AtomicBool,
    wake: Notify,
}

impl Knowledge {
    /// Opens the index; one that cannot be used is replaced by an empty one.
    pub(crate) fn open(settings: &Settings) -> Result<Self, bellhop_kb::Error> {
        let base = KnowledgeBase::open(settings.index_folder.as_deref(), languages(settings))?;
        base.set_costs(settings.costs);
        Ok(Self::of(base))
    }

    fn of(base: KnowledgeBase) -> Self {
        let seq = base.applied_seq();
        Self {
            base,
            following: Mutex::new(Following::from(seq)),
            followed: AtomicI64::new(seq),
            damaged: AtomicBool::new(false),
            wake: Notify::new(),
        }
    }

    pub(crate) fn base(&self) -> &KnowledgeBase {
        &self.base
    }

    /// The last change that answers take into account.
    pub(crate) fn followed(&self) -> i64 {
        self.followed.load(Ordering::Acquire)
    }

    /// Takes in the next changes; answers whether there are more.
    async fn follow(&self, reader: &Reader, now: DateTime<Utc>) -> Result<bool, FollowError> {
        let mut following = self.following.lock().await;
        self.step(&mut following, reader, now).await
    }

    async fn step(&self, following: &mut Following, reader: &Reader, now: DateTime<Utc>) -> Result<bool, FollowError> {
        if self.damaged.load(Ordering::Acquire) {
            tracing::error!("The search index is damaged; it is made anew");
            following.rebuild(&self.base, reader, now).await?;
            self.damaged.store(false, Ordering::Release);
        }
        let more = following.step(&self.base, reader, now).await;
        if matches!(more, Err(FollowError::Index(bellhop_kb::Error::Damaged))) {
            self.damaged.store(true, Ordering::Release);
        }
        self.followed.store(following.seq(), Ordering::Release);
        more
    }

    /// Makes the index what the database says, anew if it has to be.
    async fn catch_up(&self, reader: &Reader, now: DateTime<Utc>) -> Result<(), FollowError> {
        let mut following = self.following.lock().await;
        follow::read_synonyms(&self.base, reader).await?;
        following.prepare(&self.base, reader, now).await?;
        while self.step(&mut following, reader, now).await? {}
        Ok(())
    }

    /// Takes in the change `seq` to the articles `slugs` at once, also while thousands of others wait.
    async fn settle(&self, reader: &Reader, slugs: &[String], seq: i64, now: DateTime<Utc>) -> Result<(), FollowError> {
        let mut following = self.following.lock().await;
        if following.seq() >= seq {
            return Ok(());
        }
        self.step(&mut following, reader, now).await?;
        if following.seq() < seq {
            following.take_in(&self.base, reader, slugs, now).await?;
        }
        Ok(())
    }
}

/// Returns when this node reads questions with the synonyms that are kept.
///
/// # Errors
/// When the database cannot be read; the change is followed all the same.
pub(crate) async fn settle_synonyms(engine: &Engine) -> Result<(), DbError> {
    let knowledge = &engine.0.knowledge;
    // One at a time, so that what was read earlier does not replace what was read later.
    let following = knowledge.following.lock().await;
    follow::read_synonyms(&knowledge.base, engine.reader()).await?;
    drop(following);
    knowledge.wake.notify_one();
    Ok(())
}

fn languages(settings: &Settings) -> bellhop_kb::Settings {
    bellhop_kb::Settings { language: settings.language.clone(), languages: settings.languages.clone() }
}

/// An index of what is published now, in memory: for a process beside the one that serves.
///
/// # Errors
/// When the database cannot be read or the index not be made.
pub async fn in_memory(reader: &Reader, settings: &Settings, now: DateTime<Utc>) -> Result<KnowledgeBase, FollowError> {
    let base = KnowledgeBase::open(None, languages(settings))?;
    base.set_costs(settings.costs);
    Knowledge::of(base.clone()).catch_up(reader, now).await?;
    let learning = base.clone();
    follow::on_a_thread(move || learning.train(&Cancel::default()).map(drop)).await?;
    Ok(base)
}

/// Brings the index up to date and says so; the engine is not ready before.
pub(crate) async fn catch_up(engine: &Engine) -> Result<(), StartError> {
    let knowledge = &engine.0.knowledge;
    let result = match knowledge.catch_up(engine.reader(), engine.now()).await {
        Err(FollowError::Index(bellhop_kb::Error::Damaged)) => {
            knowledge.damaged.store(true, Ordering::Release);
            knowledge.catch_up(engine.reader(), engine.now()).await
        }
        other => other,
    };
    if result.is_ok() && !say_alive(engine, knowledge.followed()).await {
        tracing::warn!("That this node is alive could not be written down; it is tried again");
    }
    result.map_err(|error| match error {
        FollowError::Database(error) => StartError::Database(error),
        FollowError::Index(error) => StartError::Index(error),
    })
}

/// Starts following the change log.
pub(crate) fn start(engine: &Engine) {
    let this = engine.clone();
    engine.run(async move {
        let mut told: Option<(i64, tokio::time::Instant)> = None;
        let mut failing = false;
        loop {
            failing = follow_all(&this, failing).await;
            let followed = this.0.knowledge.followed();
            if told.is_none_or(|(seq, at)| seq != followed || at.elapsed() >= HEARTBEAT) && say_alive(&this, followed).await {
                told = Some((followed, tokio::time::Instant::now()));
            }
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                () = this.0.knowledge.wake.notified() => {}
                () = this.0.stopping.cancelled() => break,
            }
        }
        let node = this.0.node.to_string();
        let gone = this.writer().write::<_, DbError, _>(move |tx| Box::pin(async move { tx.node_gone(&node).await })).await;
        if let Err(error) = gone {
            tracing::debug!(error = %error, "That this node stops could not be written down; it is missed soon");
        }
    });
}

/// Takes in whatever changed; answers whether that fails, so that it is logged once and not four times a second.
async fn follow_all(engine: &Engine, failing: bool) -> bool {
    loop {
        let before = engine.0.knowledge.followed();
        let more = engine.0.knowledge.follow(engine.reader(), engine.now()).await;
        if engine.0.knowledge.followed() != before {
            engine.bus().tell(Signal::Knowledge);
        }
        match more {
            Ok(false) => {
                if failing {
                    tracing::info!("The search index follows the articles again");
                }
                return false;
            }
            Ok(true) if engine.0.stopping.is_cancelled() => return failing,
            Ok(true) => {}
            Err(error) => {
                if !failing {
                    tracing::error!(error = %error, "The search index does not follow the articles; trying again");
                }
                return true;
            }
        }
    }
}

async fn say_alive(engine: &Engine, followed: i64) -> bool {
    let (node, now) = (engine.0.node.to_string(), engine.now());
    let written = engine.writer().write::<_, DbError, _>(move |tx| Box::pin(async move { tx.node_seen(&node, now, followed).await })).await;
    written.is_ok()
}

/// Returns when this node answers with the change `seq` to the articles `slugs`, whoever stops waiting for it.
///
/// # Errors
/// When the index cannot be changed now; it is tried again, but what was unpublished may still be shown.
pub(crate) async fn settle(engine: &Engine, slugs: Vec<String>, seq: i64) -> Result<(), FollowError> {
    let this = engine.clone();
    let settled = engine.0.tasks.spawn(async move {
        let knowledge = &this.0.knowledge;
        let result = knowledge.settle(this.reader(), &slugs, seq, this.now()).await;
        this.bus().tell(Signal::Knowledge);
        // Other nodes, and those who wait for this one, learn of it.
        knowledge.wake.notify_one();
        result
    });
    settled.await.unwrap_or(Err(FollowError::Index(bellhop_kb::Error::Damaged)))
}

/// Whether every live node, but for `except`, answers with the change `seq`; waits for that for at most `patience`.
///
/// # Errors
/// When the database cannot be read.
pub async fn wait_until_applied(reader: &Reader, seq: i64, now: DateTime<Utc>, patience: Duration, except: Option<&str>) -> Result<bool, DbError> {
    let deadline = tokio::time::Instant::now() + patience;
    loop {
        let nodes = reader.live_nodes(now - ALIVE).await?;
        if nodes.iter().all(|node| node.applied_seq >= seq || Some(node.id.as_str()) == except) {
            return Ok(true);
        }
        if tokio::time::Instant::now() >= deadline {
            return Ok(false);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Asks the knowledge base on this thread; it takes well below a millisecond. A damaged index is made anew afterwards.
pub(crate) fn ask(engine: &Engine, question: &Question<'_>) -> Result<Verdict, bellhop_kb::Error> {
    let knowledge = &engine.0.knowledge;
    let verdict = knowledge.base.ask(question);
    if matches!(verdict, Err(bellhop_kb::Error::Damaged)) {
        knowledge.damaged.store(true, Ordering::Release);
        knowledge.wake.notify_one();
    }
    verdict
}

/// What the bot would do with a question that its words do not answer, by what it means; the same where no vector comes before `deadline`.
pub(crate) async fn by_meaning(
    engine: &Engine,
    question: &Question<'_>,
    by_words: Verdict,
    deadline: tokio::time::Instant,
) -> Result<Verdict, bellhop_kb::Error> {
    if by_words.decision == Decision::Answer {
        return Ok(by_words);
    }
    let Some(vector) = engine.0.embedder.question(&engine.0.outside, question.text, deadline).await else { return Ok(by_words) };
    engine.0.knowledge.base.ask_by_meaning(question, by_words, &vector)
}

/// The article in the wanted language, else in the default one, else in any, if this person may see it.
pub async fn article_for(engine: &Engine, slug: &str, lang: &str, viewer: &Viewer) -> Result<Option<VisibleArticle>, DbError> {
    visible_article(engine.reader(), slug, lang, &engine.settings().language, viewer, engine.now()).await
}

/// What is to be asked, to see what the bot would say.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The customer's words.
    pub text: String,
    /// The customer's language, when known.
    pub lang: Option<String>,
    /// For whom.
    pub viewer: Viewer,
    /// Slugs that the customer has refused already.
    pub exclude: Vec<String>,
    /// Articles that are tried as if they were published; see [`draft_article`].
    pub drafts: Vec<Article>,
    /// The synonyms that are tried in place of those that are kept.
    pub synonyms: Option<Vec<SynonymGroup>>,
}

impl Engine {
    /// What the bot would say, and why; nothing is sent.
    ///
    /// # Errors
    /// When the index does not answer.
    pub async fn ask(&self, asked: Ask) -> Result<Verdict, bellhop_kb::Error> {
        let this = self.clone();
        let (text, lang, viewer) = (asked.text.clone(), asked.lang.clone(), asked.viewer.clone());
        let (exclude, is_trial) = (asked.exclude.clone(), !asked.drafts.is_empty());
        // Drafts are put into an index of their own, which takes a while.
        let answered = tokio::task::spawn_blocking(move || {
            let Ask { text, lang, viewer, exclude, drafts, synonyms } = &asked;
            let question = Question { text, lang: lang.as_deref(), viewer, exclude, drafts };
            match synonyms {
                None => ask(&this, &question),
                Some(groups) => this.knowledge_base().trying(Synonyms::of(groups.iter().cloned())).ask(&question),
            }
        });
        let by_words = answered.await.unwrap_or(Err(bellhop_kb::Error::Damaged))?;
        if is_trial {
            // A draft has no vectors, and would only ever lose against what has.
            return Ok(by_words);
        }
        let question = Question { text: &text, lang: lang.as_deref(), viewer: &viewer, exclude: &exclude, drafts: &[] };
        by_meaning(self, &question, by_words, self.0.embedder.deadline()).await
    }
}

#[cfg(test)]
mod tests;
