//! How sure the bot may be that the best article answers the question, and what to do about it.

use serde::{Deserialize, Serialize};

mod fit;

use fit::fit;

use crate::retrieval::{BySamples, ByWords, Matches, Ranked};

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
const VALUES: usize = 16;

/// What speaks for and against the best article; all values lie between about 0 and 1 and mean the same for knowledge
/// bases of every size and language.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    values: [f64; VALUES],
    found: bool,
}

impl Evidence {
    /// Names of the values, in their order.
    pub const NAMES: [&'static str; VALUES] = [
        "words",
        "words_margin",
        "nearest",
        "samples",
        "samples_margin",
        "margin",
        "covered",
        "covered_in_head",
        "unknown",
        "agreement",
        "short",
        "near_squared",
        "words_of_all",
        "mass",
        "mass_in_head",
        "rivals",
    ];

    /// The values, in the order of [`Evidence::NAMES`]; `None` when nothing was found at all.
    pub fn values(&self) -> Option<[f64; VALUES]> {
        self.found.then_some(self.values)
    }

    pub(crate) fn gather(words: &ByWords, samples: &BySamples, ranked: &[Ranked], best: Option<&Matches>) -> Self {
        let (Some(first), Some(matches)) = (ranked.first(), best) else {
            return Self::default();
        };
        let rest = ranked.get(1..).unwrap_or_default();
        let by_words = |hit: &Ranked| hit.parts.iter().sum::<f64>() / 3.0;
        let most = |value: &dyn Fn(&Ranked) -> f64| rest.iter().map(|hit| value(hit)).fold(0.0, f64::max);
        let margin = |own: f64, other: f64| if own > 0.0 { ((own - other) / own).max(-1.0) } else { -1.0 };
        let known = 1.0 - f64::from(words.unknown);
        let share = |weight: f32| f64::from(weight / words.known_weight.max(f32::MIN_POSITIVE)) * known;
        let agree = words.leads(first) && samples.leads(first);
        let values = [
            by_words(first),
            margin(by_words(first), most(&by_words)),
            first.similarity,
            first.samples,
            margin(first.samples, most(&|hit| hit.samples)),
            margin(first.score, most(&|hit| hit.score)),
            share(matches.anywhere),
            share(matches.in_head),
            f64::from(words.unknown),
            f64::from(u8::from(agree)),
            1.0 / (1.0 + words.terms.len() as f64),
            first.similarity * first.similarity,
            by_words(first) * known,
            f64::from(matches.anywhere).ln_1p() / 4.0,
            f64::from(matches.in_head).ln_1p() / 4.0,
            rest.iter().filter(|hit| hit.score > 0.7 * first.score).count().min(10) as f64 / 10.0,
        ];
        Self { values, found: true }
    }
}

/// How decisions follow from evidence: two fitted probabilities, and what mistakes cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Weights of the values for "the best article is right", and the constant last.
    pub first: [f64; VALUES + 1],
    /// Weights of the values for "one of the first three is right", and the constant last.
    pub among_three: [f64; VALUES + 1],
    /// How many needless handoffs one wrong answer is worth.
    pub wrong_answer_costs: f64,
    /// What asking back costs, in handoffs.
    pub asking_costs: f64,
}

impl Default for Judgement {
    /// The shipped judgement. Its weights were fitted by logistic regression (Newton's method, L2 penalty 1) to the
    /// validation parts of four public question sets: banking77 with 27 of its intents taken out of the articles,
    /// hwu64, a Chinese brokerage's support questions, and a COVID-19 FAQ; the first three with none, 5, 10 and all
    /// of their sample questions, every set and form weighing the same. A wrong answer is taken to cost as much as
    /// three needless handoffs, asking back half of one.
    fn default() -> Self {
        Self {
            first: [0.072, 0.587, 1.207, 4.757, 0.186, 0.433, 1.733, -1.189, -0.534, 0.305, 2.559, -0.491, -0.172, 2.976, 0.143, -1.665, -4.135],
            among_three: [
                -0.278, 1.311, 2.145, 4.739, 0.501, -2.204, 2.061, -1.719, -0.792, -0.033, 4.903, 0.388, -0.42, 3.304, 0.372, -1.656, -3.397,
            ],
            wrong_answer_costs: 3.0,
            asking_costs: 0.5,
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
        Self {
            first: fit(&self.first, labelled, |one| one.first),
            among_three: fit(&self.among_three, labelled, |one| one.among_three),
            ..self.clone()
        }
    }

    /// The probability that the best article answers the question.
    pub fn probability(&self, evidence: &Evidence) -> f64 {
        logistic(&self.first, evidence)
    }

    /// The probability that one of the first three articles does.
    pub fn probability_among_three(&self, evidence: &Evidence) -> f64 {
        logistic(&self.among_three, evidence).max(self.probability(evidence))
    }

    /// The probability from which answering costs less than handing off.
    pub fn threshold(&self) -> f64 {
        1.0 - 1.0 / self.wrong_answer_costs
    }

    /// What to do: whichever costs least. A handoff costs 1; an answer, what it costs when wrong; asking back, its own
    /// cost and the handoff that follows when none of the three was meant.
    pub fn decide(&self, evidence: &Evidence, candidates: usize) -> Decision {
        if candidates == 0 {
            return Decision::Handoff;
        }
        if self.probability(evidence) >= self.threshold() {
            Decision::Answer
        } else if self.probability_among_three(evidence) > self.asking_costs {
            Decision::Clarify
        } else {
            Decision::Handoff
        }
    }
}

/// The logistic of a weighted sum of the values, the constant last.
fn logistic(weights: &[f64; VALUES + 1], evidence: &Evidence) -> f64 {
    let Some(values) = evidence.values() else {
        return 0.0;
    };
    let constant = weights.last().copied().unwrap_or_default();
    let sum: f64 = weights.iter().zip(values).map(|(weight, value)| weight * value).sum();
    1.0 / (1.0 + (-(sum + constant)).exp())
}
