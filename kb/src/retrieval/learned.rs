//! Ranking articles by what was learnt from their sample questions.

use super::corpus::Corpus;
use crate::Error;
use crate::analysis::Feature;
use crate::learning::{Model, Score};

/// Articles taken from the ranking.
const DEPTH: usize = 10;
/// Articles looked at for that; those that may not be seen are passed over.
const MOST_TRIED: usize = 60;

/// An article that the question sounds like.
pub(crate) struct ModelHit {
    pub(super) slug: u64,
    pub(super) lang: u64,
}

/// Articles ranked by the model, best first, and what it says of all others.
#[derive(Default)]
pub(crate) struct ByModel {
    pub(super) hits: Vec<ModelHit>,
    /// Sorted by slug and language.
    scores: Vec<Score>,
}

impl ByModel {
    /// How much the question sounds like an article, in the language where it does most; `None` when the model does not know it.
    pub(super) fn margin(&self, slug: u64) -> Option<f32> {
        let from = self.scores.partition_point(|score| score.class.slug < slug);
        let own = self.scores.get(from..).unwrap_or_default().iter().take_while(|score| score.class.slug == slug);
        own.map(|score| score.margin).reduce(f32::max)
    }
}

pub(super) fn rank(corpus: &Corpus<'_>, model: &Model, features: &[Feature]) -> Result<ByModel, Error> {
    let scores = model.scores(features);
    let mut best: Vec<&Score> = scores.iter().collect();
    let tried = MOST_TRIED.min(best.len());
    if tried < best.len() {
        best.select_nth_unstable_by(tried, |a, b| b.margin.total_cmp(&a.margin));
        best.truncate(tried);
    }
    best.sort_by(|a, b| b.margin.total_cmp(&a.margin).then(a.class.cmp(&b.class)));
    let mut hits: Vec<ModelHit> = Vec::with_capacity(DEPTH);
    for score in best {
        if hits.len() == DEPTH {
            break;
        }
        let class = score.class;
        if hits.iter().all(|hit| hit.slug != class.slug) && corpus.versions(class.slug)?.iter().any(|version| version.lang == class.lang) {
            hits.push(ModelHit { slug: class.slug, lang: class.lang });
        }
    }
    Ok(ByModel { hits, scores })
}
