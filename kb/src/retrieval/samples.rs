//! Ranking articles by their nearest title or sample question, compared by words and pieces of words: it
//! forgives typing errors and likes whole questions that were seen before.

use std::collections::HashMap;

use tantivy::Term;

use super::corpus::{Clause, Corpus, Wish, rarity};
use super::fusion::Ranked;
use crate::Error;
use crate::analysis::Gram;

/// Sample questions compared in full.
const DEPTH: usize = 32;
/// Features of the question by which they are looked for: the weightiest.
const MOST_GRAMS: usize = 16;
/// Weight of a feature that no sample question has, beside the rarest that is known.
const UNKNOWN: f32 = 0.5;
/// Nearness below which two texts only happen to share some letters.
const FAR: f32 = 0.1;
/// What more sample questions of the same article add to the nearest.
const SUPPORT: [f32; 4] = [0.6, 0.19, 0.13, 0.08];

/// How near an article's sample questions are.
pub(crate) struct SampleHit {
    pub(super) slug: u64,
    /// Language of the nearest sample question's version.
    pub(super) lang: u64,
    /// From 0 to 1: the nearest, supported by the next ones.
    pub(super) score: f32,
    /// From 0 to 1: the nearest alone.
    pub(super) nearest: f32,
}

/// Articles ranked by nearness, best first.
pub(crate) struct BySamples {
    pub(super) hits: Vec<SampleHit>,
}

impl BySamples {
    /// Whether this ranking alone puts the article first.
    pub(crate) fn leads(&self, article: &Ranked) -> bool {
        self.hits.first().is_some_and(|hit| hit.slug == article.slug)
    }
}

pub(super) fn rank(corpus: &Corpus<'_>, grams: &[Gram]) -> Result<BySamples, Error> {
    let mut ranking = BySamples { hits: Vec::new() };
    let Some(fields) = corpus.fields() else {
        return Ok(ranking);
    };
    let samples = corpus.samples();
    // In the order of their hashes, for looking them up.
    let mut known: Vec<(u32, f32)> = Vec::with_capacity(grams.len());
    let (mut total, mut known_total) = (0.0, 0.0);
    for (gram, count) in grams.iter().zip(corpus.sample_counts(grams)?) {
        let weight = gram.weight * rarity(samples, count);
        if count == 0 {
            total += weight * UNKNOWN;
        } else {
            known.push((gram.hash, weight));
            known_total += weight;
        }
    }
    total += known_total;
    // What a feature weighs that only the sample question has: as much as the question's own do on average.
    let usual = known_total / known.len().max(1) as f32;
    let mut heaviest = known.clone();
    heaviest.sort_by(|a, b| b.1.total_cmp(&a.1));
    heaviest.truncate(MOST_GRAMS);
    let mut clauses = Vec::with_capacity(heaviest.len());
    for (hash, weight) in heaviest {
        let found = corpus.look_up(&Term::from_field_u64(fields.grams, u64::from(hash)))?;
        clauses.push(Clause { found, weight, part: 0, penalties: None });
    }

    let mut nearness: HashMap<u64, (u64, Vec<f32>)> = HashMap::new();
    for hit in corpus.top(&clauses, &Wish::NONE, DEPTH)? {
        let Some(columns) = corpus.columns(hit.at) else { continue };
        let (mut common, mut missing) = (0.0, 0.0);
        for value in columns.grams.values_for_doc(hit.at.doc.doc_id) {
            match known.binary_search_by_key(&value, |(hash, _)| u64::from(*hash)) {
                Ok(place) => common += known.get(place).map_or(0.0, |(_, weight)| *weight),
                Err(_) => missing += usual,
            }
        }
        let similarity = 2.0 * common / (common + total + missing);
        if similarity < FAR {
            continue;
        }
        let (lang, similarities) = nearness.entry(hit.slug).or_insert((hit.lang, Vec::new()));
        if similarities.iter().all(|other| *other < similarity) {
            *lang = hit.lang;
        }
        similarities.push(similarity);
    }
    for (slug, (lang, mut similarities)) in nearness {
        similarities.sort_by(|a, b| b.total_cmp(a));
        let nearest = similarities.first().copied().unwrap_or_default();
        // A title alone must not lose against many sample questions: what is missing counts as the nearest, reduced.
        let support = SUPPORT.iter().enumerate();
        let score = support.map(|(place, share)| share * similarities.get(place).unwrap_or(&(nearest * 0.6))).sum();
        ranking.hits.push(SampleHit { slug, lang, score, nearest });
    }
    ranking.hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.slug.cmp(&b.slug)));
    Ok(ranking)
}
