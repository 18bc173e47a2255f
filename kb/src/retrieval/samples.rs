//! Ranking articles by their nearest title or sample question, compared by words and pieces of words: it
//! forgives typing errors and likes whole questions that were seen before.

use std::collections::HashMap;

use tantivy::Term;

use super::absent::Absent;
use super::corpus::{At, Clause, Corpus, Wish, rarity};
use crate::Error;
use crate::analysis::Gram;
use crate::index::Columns;

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
    /// Which one that is.
    pub(super) at: At,
}

/// Articles ranked by nearness, best first.
pub(crate) struct BySamples {
    pub(super) hits: Vec<SampleHit>,
    pub(super) question: Weighed,
}

/// The features of a question, weighed.
#[derive(Debug, Default)]
pub(crate) struct Weighed {
    /// Those that some sample question has, sorted, with their weights.
    pub(crate) known: Vec<(u32, f32)>,
    /// Weight of all.
    total: f32,
    /// What a feature weighs that only the sample question has: as much as the question's own do on average.
    usual: f32,
}

impl Weighed {
    /// How near a sample question is that has features of the weight `common`, and `others` more; from 0 to 1.
    pub(crate) fn similarity(&self, common: f32, others: usize) -> f32 {
        2.0 * common / (common + self.total + others as f32 * self.usual).max(f32::MIN_POSITIVE)
    }

    /// How near the sample question in this place of the index is.
    pub(super) fn similarity_at(&self, columns: &Columns, at: At) -> f32 {
        let mut common = 0.0;
        let mut others = 0;
        for value in columns.grams.values_for_doc(at.doc.doc_id) {
            match self.known.binary_search_by_key(&value, |(hash, _)| u64::from(*hash)) {
                Ok(place) => common += self.known.get(place).map_or(0.0, |(_, weight)| *weight),
                Err(_) => others += 1,
            }
        }
        self.similarity(common, others)
    }
}

/// Weighs features, given in how many of `samples` texts each is. The grams are sorted, and so is what is known of them.
pub(crate) fn weighed(grams: &[Gram], counts: &[u64], samples: u64) -> Weighed {
    let mut weighed = Weighed { known: Vec::with_capacity(grams.len()), total: 0.0, usual: 0.0 };
    let mut known_total = 0.0;
    for (gram, count) in grams.iter().zip(counts) {
        let weight = gram.weight * rarity(samples, *count);
        if *count == 0 {
            weighed.total += weight * UNKNOWN;
        } else {
            weighed.known.push((gram.hash, weight));
            known_total += weight;
        }
    }
    weighed.total += known_total;
    weighed.usual = known_total / weighed.known.len().max(1) as f32;
    weighed
}

pub(super) fn rank(corpus: &Corpus<'_>, grams: &[Gram], absent: Option<&Absent<'_>>) -> Result<BySamples, Error> {
    let mut counts = corpus.sample_counts(grams)?;
    if let Some(absent) = absent {
        absent.correct_samples(grams, &mut counts);
    }
    let mut ranking = BySamples { hits: Vec::new(), question: weighed(grams, &counts, corpus.samples()) };
    let Some(fields) = corpus.fields() else {
        return Ok(ranking);
    };
    let mut heaviest = ranking.question.known.clone();
    heaviest.sort_by(|a, b| b.1.total_cmp(&a.1));
    heaviest.truncate(MOST_GRAMS);
    let mut clauses = Vec::with_capacity(heaviest.len());
    for (hash, weight) in heaviest {
        let found = corpus.look_up(&Term::from_field_u64(fields.grams, u64::from(hash)))?;
        clauses.push(Clause { found, weight, part: 0, penalties: None });
    }

    let mut nearness: HashMap<u64, Vec<(f32, u64, At)>> = HashMap::new();
    for hit in corpus.top(&clauses, &Wish::NONE, DEPTH)? {
        let Some(columns) = corpus.columns(hit.at) else { continue };
        if absent.is_some_and(|absent| absent.is_it(columns, hit.at)) {
            continue;
        }
        let similarity = ranking.question.similarity_at(columns, hit.at);
        if similarity >= FAR {
            nearness.entry(hit.slug).or_default().push((similarity, hit.lang, hit.at));
        }
    }
    for (slug, mut samples) in nearness {
        samples.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
        let Some((nearest, lang, at)) = samples.first().copied() else { continue };
        // A title alone must not lose against many sample questions: what is missing counts as the nearest, reduced.
        let least = nearest * 0.6;
        let support = SUPPORT.iter().enumerate();
        let score = support.map(|(place, share)| share * samples.get(place).map_or(least, |sample| sample.0.max(least))).sum();
        ranking.hits.push(SampleHit { slug, lang, score, nearest, at });
    }
    ranking.hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.slug.cmp(&b.slug)));
    Ok(ranking)
}
