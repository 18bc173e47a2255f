//! What a search shows about whether its best article is right.

use super::absent::{Absent, key_at};
use super::corpus::Corpus;
use super::fusion::Ranked;
use super::samples::BySamples;
use super::words::ByWords;
use crate::index::Columns;
use crate::learning::{Class, Learnt};

/// Article versions between which their number says something.
const FEW: u64 = 20;
const MANY: u64 = 100;
/// Nearness of two texts from which they have the same words, but for their endings.
const SAME: f64 = 0.99;

/// Measured values about the best article; each means the same for knowledge bases of every size and language.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Clues {
    /// Whether something was learnt from the best article yet.
    pub(crate) learnt: bool,
    /// Whether the question is word for word a title or sample question of the best article, and of no other.
    pub(crate) word_for_word: bool,
    /// How undecided the candidates' sums are, in nats.
    pub(crate) undecided: f64,
    /// The shorter the question, the nearer to 1.
    pub(crate) short: f64,
    /// Nearness of the best article's nearest sample questions.
    pub(crate) samples: f64,
    /// Nearness of its title.
    pub(crate) title: f64,
    /// Largest share of the question's weight that one article has.
    pub(crate) most_covered: f64,
    /// The share that the best article has.
    pub(crate) covered: f64,
    /// Weight of the question.
    pub(crate) mass: f64,
    /// How much nearer the nearest sample question is than its neighbours are to it.
    pub(crate) unusual: f64,
    /// Log odds of the best article, as far as they were learnt.
    pub(crate) learned: f64,
    /// Natural logarithm of the number of article versions, from [`FEW`] to [`MANY`]: where there are few, most questions are about
    /// something else.
    pub(crate) size: f64,
}

pub(super) fn gather(
    corpus: &Corpus<'_>,
    words: &ByWords,
    samples: &BySamples,
    ranked: &[Ranked],
    learnt: Option<&Learnt>,
    absent: Option<&Absent<'_>>,
) -> Option<Clues> {
    let first = ranked.first()?;
    let total: f64 = ranked.iter().map(|hit| (hit.score - first.score).exp()).sum();
    let chances = ranked.iter().map(|hit| (hit.score - first.score).exp() / total);
    let undecided = chances.filter(|chance| *chance > 0.0).map(|chance| -chance * chance.ln()).sum();
    let most_covered = ranked.iter().map(|hit| hit.covered).fold(0.0, f64::max);
    let title = first.best.and_then(|(at, _)| corpus.title(at));
    let title = title.and_then(|at| Some(samples.question.similarity_at(corpus.columns(at)?, at)));
    let usual = learnt.zip(first.nearest).and_then(|(learnt, at)| {
        let columns: &Columns = corpus.columns(at)?;
        let class = Class { slug: first.slug, lang: columns.lang.first(at.doc.doc_id)? };
        Some(learnt.neighbours.usual(key_at(columns, class, at), absent.and_then(Absent::key)))
    });
    Some(Clues {
        learnt: first.is_learnt,
        word_for_word: first.similarity > SAME && ranked.iter().skip(1).all(|other| other.similarity <= SAME),
        undecided,
        short: 1.0 / (1.0 + f64::from(words.length)),
        samples: first.samples,
        title: f64::from(title.unwrap_or_default()),
        most_covered,
        covered: first.covered,
        learned: first.learned.clamp(-8.0, 8.0),
        size: (corpus.articles().clamp(FEW, MANY) as f64).ln_1p(),
        mass: f64::from(words.mass()).ln_1p() / 4.0,
        unusual: first.similarity - f64::from(usual.unwrap_or_default()),
    })
}
