//! Measuring the judgement on labelled questions, with the very code that answers customers.

pub mod baseline;
mod measures;
mod read;

use std::collections::BTreeMap;
use std::time::Instant;

use serde::Serialize;

use crate::article::{Article, Change, Viewer};
use crate::confidence::{Decision, Evidence, Judgement, Labelled};
use crate::knowledge_base::{KnowledgeBase, Question, Settings};
use crate::{Cancel, Error};

pub use measures::report;
pub use read::{read_articles, read_questions};

/// Candidates looked at for the mean reciprocal rank.
const DEPTH: usize = 10;

/// A question of which is known what answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledQuestion {
    /// The customer's words.
    pub text: String,
    /// The customer's language, when known.
    pub lang: Option<String>,
    /// Slugs of the articles that answer it; empty when none does.
    pub gold: Vec<String>,
}

/// What was measured; shares lie between 0 and 1, and are `None` where no question could tell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Article versions in the knowledge base.
    pub articles: usize,
    /// Questions asked.
    pub questions: usize,
    /// Of those, how many some article answers.
    pub answerable: usize,
    /// Share of the answerable questions whose article came first, whatever was decided.
    pub top1: Option<f64>,
    /// The same, for one of the first three.
    pub top3: Option<f64>,
    /// Mean reciprocal rank among the first ten.
    pub mrr10: Option<f64>,
    /// Chance that an answerable question is surer than one that nothing answers.
    pub auroc: Option<f64>,
    /// Questions answered.
    pub answered: usize,
    /// Answered with an article that answers them.
    pub answered_correct: usize,
    /// Answered with another.
    pub answered_wrongly: usize,
    /// Questions asked back.
    pub clarified: usize,
    /// Of those, how many had the right article among the choices.
    pub clarified_with_gold: usize,
    /// Questions handed off.
    pub handed_off: usize,
    /// Of those, how many some article answers.
    pub handed_off_wrongly: usize,
    /// Share of the answers that were right.
    pub precision: Option<f64>,
    /// Share of the answerable questions that were answered.
    pub coverage: Option<f64>,
    /// Expected calibration error over ten bins of equal mass.
    pub ece: Option<f64>,
    /// Share of the answerable questions answered right where nine in ten of the others are handed off.
    pub in_scope_at_oos90: Option<f64>,
    /// Probability from which the bot answers.
    pub threshold: f64,
    /// Median time of a question, in microseconds.
    pub p50_us: u64,
    /// Time that one question in a hundred exceeds, in microseconds.
    pub p99_us: u64,
    /// Time to index the articles and learn from them, in milliseconds.
    pub build_ms: u64,
    /// Bytes of the index, and of what was learnt.
    pub index_bytes: u64,
}

/// What became of one question.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What the bot would have done.
    pub decision: Decision,
    /// Probability that the first candidate answers the question.
    pub probability: f64,
    /// Probability that one of the first three does.
    pub among_three: f64,
    /// Place of the first right candidate, counted from 0, among the first ten.
    pub place: Option<usize>,
    /// Whether some article answers the question.
    pub answerable: bool,
    /// What spoke for and against the first candidate.
    pub evidence: Evidence,
    /// How long it took, in microseconds.
    pub took_us: u64,
}

/// Languages as a labelled set has them: its commonest is the default.
pub fn settings_for(articles: &[Article]) -> Settings {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for article in articles {
        *counts.entry(article.lang.as_str()).or_default() += 1;
    }
    let commonest = counts.iter().max_by_key(|(_, count)| **count).map_or("en", |(lang, _)| *lang);
    Settings { language: commonest.to_owned(), languages: counts.keys().map(|lang| (*lang).to_owned()).collect() }
}

/// Builds a knowledge base in memory and asks it every question; with `tune`, its calibration is fitted to those questions first.
///
/// # Errors
/// When the index cannot be built or read.
pub fn evaluate(
    articles: Vec<Article>,
    questions: &[LabelledQuestion],
    tune: Option<&[LabelledQuestion]>,
    settings: Settings,
) -> Result<Report, Error> {
    let start = Instant::now();
    let kb = KnowledgeBase::open(None, settings)?;
    kb.apply(articles.into_iter().map(Change::Put).collect(), 1)?;
    kb.train(&Cancel::default())?;
    let build_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    if let Some(tune) = tune {
        kb.judge_by(tuned(&kb, tune)?);
    }
    let outcomes = ask_all(&kb, questions)?;
    Ok(report(&outcomes, &kb, build_ms))
}

/// What becomes of every question, in their order.
///
/// # Errors
/// When the index cannot be read.
pub fn ask_all(kb: &KnowledgeBase, questions: &[LabelledQuestion]) -> Result<Vec<Outcome>, Error> {
    let viewer = Viewer::default();
    let mut outcomes = Vec::with_capacity(questions.len());
    for labelled in questions {
        let question = Question { text: &labelled.text, lang: labelled.lang.as_deref(), viewer: &viewer, exclude: &[], drafts: &[] };
        let start = Instant::now();
        let (evidence, verdict) = kb.examine(&question, DEPTH)?;
        let took_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        outcomes.push(Outcome {
            decision: verdict.decision,
            probability: verdict.probability,
            among_three: verdict.among_three,
            place: verdict.candidates.iter().position(|candidate| labelled.gold.contains(&candidate.slug)),
            answerable: !labelled.gold.is_empty(),
            evidence,
            took_us,
        });
    }
    Ok(outcomes)
}

/// The judgement of a knowledge base, fitted to labelled questions.
fn tuned(kb: &KnowledgeBase, questions: &[LabelledQuestion]) -> Result<Judgement, Error> {
    let outcomes = ask_all(kb, questions)?;
    let labelled: Vec<Labelled> = outcomes.iter().map(Labelled::from).collect();
    Ok(kb.judgement().fitted(&labelled))
}

impl From<&Outcome> for Labelled {
    fn from(outcome: &Outcome) -> Self {
        Self { evidence: outcome.evidence, first: outcome.place == Some(0), among_three: outcome.place.is_some_and(|place| place < 3), weight: 1.0 }
    }
}
