//! How sure the bot may be that the best article answers the question, and what to do about it.

use serde::{Deserialize, Serialize};

mod fit;

use fit::fit;

use crate::retrieval::Clues;

/// What the bot should do with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Give the best article's answer.
    Answer,
    /// Ask which of the first candidates, up to three, was meant.
    Clarify,
    /// Hand the conversation to a person.
    Handoff,
}

/// Number of measured values in [`Evidence`].
const VALUES: usize = 10;
/// What speaks against an article (-1) or for it (1), whatever else is known; the others (0) may do either.
const SIGNS: [i8; VALUES] = [-1, 0, 1, 1, 0, 0, 1, 1, 1, 0];
/// What the values are on average, and how much they vary: they are brought to one scale.
const MEANS: [f64; VALUES] = [1.826, 0.104, 0.378, 0.229, 0.586, 0.765, 0.044, 0.559, -1.0, 3.5];
const SPREADS: [f64; VALUES] = [1.666, 0.055, 0.19, 0.185, 0.322, 0.19, 0.253, 0.32, 2.5, 1.0];

/// How often an article answers what is word for word one of its own questions, and nobody else's; and as how many questions this counts
/// when others are labelled. In the validation parts of the public sets it was right every time.
const WORD_FOR_WORD: f64 = 0.95;
const WORD_FOR_WORD_COUNTS: f64 = 20.0;

/// What speaks for and against the best article; the values mean the same for knowledge bases of every size and language, and
/// vary by about 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    values: [f64; VALUES],
    found: bool,
    learnt: bool,
    word_for_word: bool,
}

impl Evidence {
    /// Names of the values, in their order.
    pub const NAMES: [&'static str; VALUES] =
        ["undecided", "short", "samples", "title", "most_covered", "mass", "unusual", "covered", "learned", "size"];

    /// The values, in the order of [`Evidence::NAMES`]; `None` when nothing was found at all.
    pub fn values(&self) -> Option<[f64; VALUES]> {
        self.found.then_some(self.values)
    }
}

impl From<Option<Clues>> for Evidence {
    fn from(clues: Option<Clues>) -> Self {
        let Some(clues) = clues else { return Self::default() };
        let mut values = [
            clues.undecided,
            clues.short,
            clues.samples,
            clues.title,
            clues.most_covered,
            clues.mass,
            clues.unusual,
            clues.covered,
            clues.learned,
            clues.size,
        ];
        for ((value, mean), spread) in values.iter_mut().zip(MEANS).zip(SPREADS) {
            *value = (*value - mean) / spread;
        }
        Self { values, found: true, learnt: clues.learnt, word_for_word: clues.word_for_word }
    }
}

/// Weights of the values of [`Evidence`], and the constant last.
type Weights = [f64; VALUES + 1];

/// Two fitted probabilities, by their weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probabilities {
    /// That the best article is right.
    pub first: Weights,
    /// That one of the first three is.
    pub among_three: Weights,
}

/// How decisions follow from evidence: fitted probabilities, and what mistakes cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Where something was learnt from the best article.
    pub learnt: Probabilities,
    /// Where nothing was yet, or there are too many of them: the values then say less.
    pub unlearnt: Probabilities,
    /// The least probability that an article answers what is word for word one of its own questions.
    pub word_for_word: f64,
    /// What mistakes cost.
    pub costs: Costs,
}

/// What the bot's mistakes cost, in needless handoffs: an administrator's choice, from which decisions follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Costs {
    /// What a wrong answer costs; above 1.
    pub wrong_answer: f64,
    /// What asking back costs; from 0 to 1, where 1 means never to ask back.
    pub asking: f64,
}

impl Default for Costs {
    fn default() -> Self {
        Self { wrong_answer: 3.0, asking: 0.5 }
    }
}

impl Default for Judgement {
    /// The shipped judgement. Its weights were fitted by logistic regression to the validation parts of public question sets,
    /// whole and cut down to a few articles, every set weighing the same; see `docs/answer-quality.md`. A wrong answer is taken to cost as much as three needless
    /// handoffs, asking back half of one.
    fn default() -> Self {
        Self {
            learnt: Probabilities {
                first: [-0.566, 0.023, 0.451, 0.184, -0.221, 0.235, 0.435, 0.676, 0.877, 1.235, -0.476],
                among_three: [-0.441, 0.103, 0.581, 0.143, -0.019, 0.201, 0.485, 0.497, 0.844, 1.526, 0.071],
            },
            unlearnt: Probabilities {
                first: [-0.787, -0.236, 0.872, 0.581, -0.638, 0.210, 0.002, 0.847, 0.000, -0.075, -0.612],
                among_three: [-0.640, -0.214, 0.711, 0.585, -0.461, 0.225, 0.191, 0.726, 0.000, -0.068, -0.565],
            },
            word_for_word: WORD_FOR_WORD,
            costs: Costs::default(),
        }
    }
}

/// A question of which is known whether what was found for it is right.
#[derive(Clone, Copy, Debug)]
pub struct Labelled {
    /// What spoke for and against the first candidate.
    pub evidence: Evidence,
    /// Whether the first candidate answers the question.
    pub first: bool,
    /// Whether one of the first three does.
    pub among_three: bool,
    /// How much it counts.
    pub weight: f64,
}

impl Judgement {
    /// This judgement with its probabilities fitted to labelled questions; the fewer they are, the less it changes.
    pub fn fitted(&self, labelled: &[Labelled]) -> Self {
        let fitted = |prior: &Probabilities, learnt: bool| {
            let own: Vec<Labelled> = labelled.iter().filter(|one| one.evidence.learnt == learnt).copied().collect();
            Probabilities { first: fit(&prior.first, &own, |one| one.first), among_three: fit(&prior.among_three, &own, |one| one.among_three) }
        };
        let (count, right) = labelled
            .iter()
            .filter(|one| one.evidence.word_for_word)
            .fold((0.0, 0.0), |(count, right), one| (count + one.weight, right + if one.first { one.weight } else { 0.0 }));
        Self {
            learnt: fitted(&self.learnt, true),
            unlearnt: fitted(&self.unlearnt, false),
            word_for_word: (self.word_for_word * WORD_FOR_WORD_COUNTS + right) / (WORD_FOR_WORD_COUNTS + count),
            costs: self.costs,
        }
    }

    /// The shipped judgement with these costs, adapted to the articles whose own sample questions were tried.
    pub(crate) fn of_these_articles(&self, tried: &[Labelled]) -> Self {
        Self { costs: self.costs, ..Self::default() }.fitted(tried)
    }

    /// The probability that the best article answers the question. Where an editor wrote down this very question for it, that is enough,
    /// whatever else was learnt.
    pub fn probability(&self, evidence: &Evidence) -> f64 {
        let found = logistic(&self.of(evidence).first, evidence);
        if evidence.word_for_word { found.max(self.word_for_word) } else { found }
    }

    /// The probability that one of the first three articles does.
    pub fn probability_among_three(&self, evidence: &Evidence) -> f64 {
        logistic(&self.of(evidence).among_three, evidence).max(self.probability(evidence))
    }

    fn of(&self, evidence: &Evidence) -> &Probabilities {
        if evidence.learnt { &self.learnt } else { &self.unlearnt }
    }

    /// The probability from which answering costs less than handing off.
    pub fn threshold(&self) -> f64 {
        1.0 - 1.0 / self.costs.wrong_answer
    }

    /// What to do: whichever costs least. A handoff costs 1; an answer, what it costs when wrong; asking back, its own
    /// cost and the handoff that follows when none of the three was meant.
    pub fn decide(&self, evidence: &Evidence, candidates: usize) -> Decision {
        if candidates == 0 {
            return Decision::Handoff;
        }
        if self.probability(evidence) >= self.threshold() {
            Decision::Answer
        } else if self.probability_among_three(evidence) > self.costs.asking {
            Decision::Clarify
        } else {
            Decision::Handoff
        }
    }
}

/// The logistic of a weighted sum of the values, the constant last.
fn logistic(weights: &Weights, evidence: &Evidence) -> f64 {
    let Some(values) = evidence.values() else {
        return 0.0;
    };
    let constant = weights.last().copied().unwrap_or_default();
    let sum: f64 = weights.iter().zip(values).map(|(weight, value)| weight * value).sum();
    1.0 / (1.0 + (-(sum + constant)).exp())
}
