//! Two ranked lists become one: both scores are brought between 0 and about 1 and added.

use std::collections::HashMap;

use super::corpus::At;
use super::samples::BySamples;
use super::words::ByWords;
use crate::index::lang_key;

/// Share of the words in the score; the rest is the nearest sample question's.
const WORDS: f64 = 0.5;
/// What a match in a language other than the customer's is worth.
const OTHER_LANGUAGE: f64 = 0.8;
/// Scores this much of the known weight are as good as a match by words can be.
const FULL_WORDS: f32 = 4.0;

/// An article found by either ranker.
pub(crate) struct Ranked {
    pub(super) slug: u64,
    /// From 0 to about 1.
    pub(crate) score: f64,
    /// The part by words, from 0 to about 1.
    pub(crate) words: f64,
    /// The part by sample questions, from 0 to 1.
    pub(crate) samples: f64,
    /// Nearness of the nearest sample question, from 0 to 1.
    pub(crate) similarity: f64,
    /// The version that matched best by words, with its language.
    pub(super) best: Option<(At, u64)>,
    /// Language that matched best.
    pub(super) lang: u64,
}

pub(super) fn fuse(words: &ByWords, samples: &BySamples, wanted: Option<&str>) -> Vec<Ranked> {
    let wanted = wanted.map(lang_key);
    let worth = |lang: u64| if wanted.is_some_and(|wanted| wanted != lang) { OTHER_LANGUAGE } else { 1.0 };
    let mut places: HashMap<u64, usize> = HashMap::new();
    let mut ranked: Vec<Ranked> = Vec::new();
    let whole = (words.known_weight * FULL_WORDS).max(f32::MIN_POSITIVE);
    for hit in &words.hits {
        let part = f64::from(hit.score / whole).min(1.5) * worth(hit.lang);
        let entry = entry(&mut ranked, &mut places, hit.slug, hit.lang);
        if entry.best.is_none() || part > entry.words {
            entry.words = part;
            entry.best = Some((hit.at, hit.lang));
            entry.lang = hit.lang;
        }
    }
    for hit in &samples.hits {
        let entry = entry(&mut ranked, &mut places, hit.slug, hit.lang);
        entry.samples = f64::from(hit.score) * worth(hit.lang);
        entry.similarity = f64::from(hit.nearest);
        if entry.samples > entry.words {
            entry.lang = hit.lang;
        }
    }
    for entry in &mut ranked {
        entry.score = WORDS * entry.words + (1.0 - WORDS) * entry.samples;
    }
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.slug.cmp(&b.slug)));
    ranked
}

fn entry<'a>(ranked: &'a mut Vec<Ranked>, places: &mut HashMap<u64, usize>, slug: u64, lang: u64) -> &'a mut Ranked {
    let place = *places.entry(slug).or_insert(ranked.len());
    if place == ranked.len() {
        ranked.push(Ranked { slug, score: 0.0, words: 0.0, samples: 0.0, similarity: 0.0, best: None, lang });
    }
    &mut ranked[place]
}
