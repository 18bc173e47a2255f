//! Ranked lists become one: what each ranker says of an article is weighed and added.
//!
//! The weights are those of a conditional logit: the sums of all candidates, through a softmax, are the chances that each is
//! the right one, if one of them is.

use std::collections::HashMap;

use super::absent::Absent;
use super::corpus::{At, Corpus};
use super::explain::overlap;
use super::learned::ByModel;
use super::passages;
use super::samples::BySamples;
use super::scan::Parts;
use super::words::ByWords;

/// What the match of sample questions and keywords by words counts.
const PHRASINGS: f64 = 4.7;
/// What the match of the title by words counts, squared: in long articles a title that hardly matches says nothing.
const TITLE: f64 = 3.1;
/// What it counts besides where there are few sample questions.
const TITLE_OF_FEW: f64 = 2.9;
/// What the match of the best passage counts, and once more where there are few sample questions.
const PASSAGE: f64 = 2.0;
/// What the nearest sample questions count, squared.
const SAMPLES: f64 = 2.6;
/// What a unit of the log odds counts that were learnt, where there are many sample questions.
const LEARNED: f64 = 1.16;
/// What they count where there are few, as the square of their share of the way from hopeless to even.
const LEARNED_OF_FEW: f64 = 7.1;
/// What a unit counts besides where articles have bodies.
const LEARNED_FROM_BODIES: f64 = 0.54;
/// What it counts that question and title have much of each other, where there are few sample questions.
const OVERLAP: f64 = 6.6;
/// So many sample questions are half few and half many.
const FEW: f64 = 2.5;
/// Log odds at which it makes no difference any more how unlikely an article is; of few sample questions less is learnt.
const HOPELESS: f64 = -8.0;
const HOPELESS_OF_FEW: f64 = -5.0;
/// Log odds of an article that was not learnt yet: of one whose sample questions have nothing in common with the question, and what their
/// nearness adds.
const GUESSED: [f64; 2] = [-5.0, 6.0];
/// What it counts that an article is in the customer's language.
pub(super) const LANGUAGE: f32 = 7.0;
/// By which parts an article is found by words, before the rest is known.
pub(super) const WORDS: Parts = [3.0, 6.0, 3.0];
/// Articles that are looked into.
const LOOKED_INTO: usize = 24;

/// An article found by any ranker.
pub(crate) struct Ranked {
    pub(super) slug: u64,
    /// The sum; for comparing candidates of one question.
    pub(crate) score: f64,
    /// The match by words in the parts of an article, from 0 to about 1.
    pub(crate) parts: [f64; 3],
    /// The match of the best passage, from 0 to about 1.
    pub(crate) passage: f64,
    /// Share of the title that the question has.
    pub(crate) title_share: f64,
    /// Share of the question that the article has.
    pub(crate) covered: f64,
    /// The part by sample questions, from 0 to 1.
    pub(crate) samples: f64,
    /// Nearness of the nearest sample question, from 0 to 1.
    pub(crate) similarity: f64,
    /// Log odds that the question is one of the article's; guessed where nothing was learnt of it yet.
    pub(crate) learned: f64,
    /// Whether something was.
    pub(crate) is_learnt: bool,
    /// The version that matched best by words, with its language.
    pub(super) best: Option<(At, u64)>,
    /// The sample question that is nearest.
    pub(super) nearest: Option<At>,
    /// Sample questions that the article has.
    phrasings: f64,
    /// Language that matched best.
    pub(super) lang: u64,
}

pub(super) fn fuse(
    corpus: &Corpus<'_>,
    words: &ByWords,
    samples: &BySamples,
    learned: &ByModel,
    wanted: Option<u64>,
    absent: Option<&Absent<'_>>,
) -> Vec<Ranked> {
    let with_body = f64::from(corpus.habits().with_body);
    let mut places: HashMap<u64, usize> = HashMap::new();
    let mut ranked: Vec<Ranked> = Vec::new();
    for hit in &words.hits {
        // Best first: the first version of an article is the one that matches best.
        let entry = entry(&mut ranked, &mut places, hit.slug, hit.lang);
        if entry.best.is_none() {
            entry.parts = hit.parts.map(f64::from);
            entry.best = Some((hit.at, hit.lang));
            entry.phrasings = phrasings(corpus, hit.at);
        }
    }
    for hit in &samples.hits {
        let entry = entry(&mut ranked, &mut places, hit.slug, hit.lang);
        entry.samples = f64::from(hit.score);
        entry.similarity = f64::from(hit.nearest);
        entry.nearest = Some(hit.at);
        entry.phrasings = phrasings(corpus, hit.at);
    }
    for hit in &learned.hits {
        entry(&mut ranked, &mut places, hit.slug, hit.lang);
    }
    for entry in &mut ranked {
        let guess = || GUESSED[0] + GUESSED[1] * entry.samples;
        let margin = learned.margin(entry.slug);
        entry.is_learnt = margin.is_some();
        entry.learned = margin.map_or_else(guess, f64::from);
        let [title, phrasings, _] = entry.parts;
        let few = few(entry);
        let hope = entry.learned.max(HOPELESS) - HOPELESS;
        let hope_of_few = (1.0 - entry.learned / HOPELESS_OF_FEW).max(0.0);
        let liked = wanted.is_none_or(|wanted| wanted == entry.lang);
        entry.score = (TITLE + TITLE_OF_FEW * few) * title * title
            + PHRASINGS * phrasings
            + SAMPLES * entry.samples * entry.samples
            + LEARNED * (1.0 - few) * hope
            + LEARNED_OF_FEW * few * hope_of_few * hope_of_few
            + LEARNED_FROM_BODIES * with_body * hope
            + if liked { f64::from(LANGUAGE) } else { 0.0 };
    }
    sort(&mut ranked);
    for entry in ranked.iter_mut().take(LOOKED_INTO) {
        if let Some((at, _)) = entry.best {
            entry.passage = f64::from(passages::best(corpus, words, at));
            let overlap = overlap(corpus, words, at, absent);
            entry.covered = f64::from(overlap.covered);
            entry.title_share = f64::from(overlap.title_share);
            let few = few(entry);
            entry.score += PASSAGE * (1.0 + few) * entry.passage + OVERLAP * few * entry.title_share * entry.covered;
        }
    }
    sort(&mut ranked);
    ranked
}

/// From 1, where there is no sample question, to 0.
fn few(entry: &Ranked) -> f64 {
    FEW / (entry.phrasings + FEW)
}

fn phrasings(corpus: &Corpus<'_>, at: At) -> f64 {
    corpus.columns(at).and_then(|columns| columns.phrasings.first(at.doc.doc_id)).unwrap_or_default() as f64
}

fn sort(ranked: &mut [Ranked]) {
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.slug.cmp(&b.slug)));
}

fn entry<'a>(ranked: &'a mut Vec<Ranked>, places: &mut HashMap<u64, usize>, slug: u64, lang: u64) -> &'a mut Ranked {
    let place = *places.entry(slug).or_insert(ranked.len());
    if place == ranked.len() {
        let parts = [0.0; 3];
        ranked.push(Ranked {
            slug,
            score: 0.0,
            parts,
            passage: 0.0,
            title_share: 0.0,
            covered: 0.0,
            samples: 0.0,
            similarity: 0.0,
            learned: 0.0,
            is_learnt: false,
            best: None,
            nearest: None,
            phrasings: 0.0,
            lang,
        });
    }
    &mut ranked[place]
}
