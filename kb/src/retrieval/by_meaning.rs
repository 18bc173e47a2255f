//! Articles whose titles or sample questions mean what a question means, whatever words it has.

use super::corpus::Corpus;
use super::versions;
use crate::Error;
use crate::knowledge_base::{Candidate, Scores};
use crate::meaning::{Meaning, Near};

/// Articles that are looked at until enough are found that may be shown.
const LOOKED_AT: usize = 500;

/// What was found by meaning.
pub(crate) struct ByMeaning {
    /// The nearest first.
    pub(crate) candidates: Vec<Candidate>,
    /// That the first one answers, and that one of the first three does.
    pub(crate) probabilities: (f64, f64),
}

/// The `limit` nearest articles that may be found, in the version that is shown.
pub(crate) fn nearest(
    corpus: &Corpus<'_>,
    meaning: &Meaning,
    vector: &[f32],
    wanted: Option<&str>,
    default: &str,
    limit: usize,
) -> Result<ByMeaning, Error> {
    let mut candidates = Vec::new();
    let mut found: Vec<Near> = Vec::new();
    for near in meaning.near(vector).into_iter().take(LOOKED_AT) {
        if candidates.len() == limit {
            break;
        }
        let Some(version) = versions::of_article(corpus, near.slug, near.lang, wanted, default)? else { continue };
        let nearness = f64::from(near.nearness);
        found.push(near);
        candidates.push(Candidate {
            slug: version.shown.slug,
            lang: version.shown.lang,
            title: version.shown.title,
            answer: version.shown.answer,
            score: nearness,
            similarity: nearness,
            scores: Scores { meaning: nearness, ..Scores::default() },
            matched: Vec::new(),
        });
    }
    Ok(ByMeaning { candidates, probabilities: meaning.probabilities(&found) })
}
