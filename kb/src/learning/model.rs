//! The trained model: which article a question sounds like.

use super::Class;
use super::examples::Examples;
use super::lists::Lists;
use super::machine::{Effort, Machine};
use super::vectors::{Vectors, Vocabulary};
use crate::Cancel;
use crate::analysis::Feature;

/// Pairs of an article and a sample question up to which training looks at all of them, and with care.
const FEW_PAIRS: usize = 2_000_000;
/// Pairs that it looks at where there are more, those nearest to each other: what bounds its time. On the sets of `docs/answer-quality.md` a tenth of it does
/// as well.
const MOST_PAIRS: usize = 600_000;
/// Weights smaller than this are not kept: nine in ten are, and the ranking stays the same without them.
const LEAST: f32 = 0.03;

/// How much a question sounds like an article's sample questions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Score {
    pub(crate) class: Class,
    /// Logarithm of the odds that it is one of them: above 0 more like them than like all others.
    pub(crate) margin: f32,
}

/// A machine for every article version, the weights kept by feature.
#[derive(Debug, Default)]
pub(crate) struct Model {
    vocabulary: Vocabulary,
    /// Sorted.
    classes: Vec<Class>,
    constants: Vec<f32>,
    /// Of each feature the classes for which it weighs something, and what, in units of `unit`.
    weights: Lists<(u16, i16)>,
    unit: f32,
}

impl Model {
    /// Learns from texts as `vectors`, each of which belongs to the article version of the same place in `owners`, which are
    /// sorted, and where it costs what `costs` says to be wrong; passes over the examples up to `passes` times. `None` when cancelled.
    pub(super) fn train(owners: &[Class], costs: &[f32], vectors: Vectors, passes: usize, cancel: &Cancel) -> Option<Self> {
        let mut classes: Vec<Class> = Vec::new();
        let mut members: Vec<Vec<u32>> = Vec::new();
        let mut class_of = Vec::with_capacity(owners.len());
        for (number, owner) in (0..).zip(owners) {
            if classes.last() != Some(owner) {
                classes.push(*owner);
                members.push(Vec::new());
            }
            class_of.push((classes.len() - 1) as u16);
            if let Some(members) = members.last_mut() {
                members.push(number);
            }
        }
        let few = owners.len() * classes.len() <= FEW_PAIRS;
        let effort = if few { Effort { passes, hardly: 0.001, rests: 2 } } else { Effort { passes, hardly: 0.02, rests: 5 } };
        let mut machine = Machine::new(&vectors, costs, effort);
        let mut examples = Examples::new(&vectors, if few { owners.len() } else { MOST_PAIRS / classes.len() });
        let mut constants = Vec::with_capacity(classes.len());
        let mut kept: Vec<(u32, u16, f32)> = Vec::new();
        for (class, members) in (0_u16..).zip(&members) {
            if cancel.is_cancelled() {
                return None;
            }
            let inside = |number| class_of.get(number) == Some(&class);
            constants.push(machine.solve(examples.of(members), inside, |feature, weight| {
                if weight.abs() >= LEAST {
                    kept.push((feature, class, weight));
                }
            }));
        }
        Some(Self::packed(vectors.vocabulary, classes, constants, &kept))
    }

    /// `kept` are weights by feature and class, class after class.
    fn packed(vocabulary: Vocabulary, classes: Vec<Class>, constants: Vec<f32>, kept: &[(u32, u16, f32)]) -> Self {
        let largest = kept.iter().map(|(.., weight)| weight.abs()).fold(0.0, f32::max);
        let unit = (largest / f32::from(i16::MAX)).max(f32::MIN_POSITIVE);
        let weights = Lists::of(vocabulary.len(), kept.iter().map(|(feature, class, weight)| (*feature, (*class, (weight / unit) as i16))));
        Self { vocabulary, classes, constants, weights, unit }
    }

    /// How much a text sounds like each article, in the order of slug and language.
    pub(crate) fn scores(&self, features: &[Feature]) -> Vec<Score> {
        let mut sums = vec![0.0_f32; self.classes.len()];
        for (feature, value) in self.vocabulary.vector(features) {
            let value = value * self.unit;
            for (class, weight) in self.weights.get(feature) {
                if let Some(sum) = sums.get_mut(usize::from(*class)) {
                    *sum += value * f32::from(*weight);
                }
            }
        }
        let scores = self.classes.iter().zip(&self.constants).zip(sums);
        scores.map(|((class, constant), sum)| Score { class: *class, margin: sum + constant }).collect()
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.vocabulary.bytes() + self.classes.len() * 28 + self.weights.bytes()
    }
}
