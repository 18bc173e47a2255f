//! The trained model: which article a question sounds like.

use super::Class;
use super::examples::Examples;
use super::machine::Machine;
use super::vectors::{Vectors, Vocabulary};
use crate::Cancel;
use crate::analysis::Feature;

/// Pairs of an article and a sample question that training looks at in all: what bounds its time.
const MOST_PAIRS: usize = 3_000_000;
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
    /// Where the weights of each feature begin.
    starts: Vec<u32>,
    /// Class and weight, in units of `unit`.
    weights: Vec<(u16, i16)>,
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
        let mut machine = Machine::new(&vectors, costs, passes);
        let mut examples = Examples::new(&vectors, MOST_PAIRS / classes.len().max(1));
        let mut constants = Vec::with_capacity(classes.len());
        let mut kept: Vec<(u32, u16, f32)> = Vec::new();
        for (class, members) in (0_u16..).zip(&members) {
            if cancel.is_cancelled() {
                return None;
            }
            let (weights, constant) = machine.solve(examples.of(members), |number| class_of.get(number) == Some(&class));
            constants.push(constant);
            let weights = (0..).zip(weights).filter(|(_, weight)| weight.abs() >= LEAST);
            kept.extend(weights.map(|(feature, weight)| (feature, class, *weight)));
        }
        Some(Self::packed(vectors.vocabulary, classes, constants, kept))
    }

    fn packed(vocabulary: Vocabulary, classes: Vec<Class>, constants: Vec<f32>, mut kept: Vec<(u32, u16, f32)>) -> Self {
        kept.sort_unstable_by_key(|(feature, class, _)| (*feature, *class));
        let largest = kept.iter().map(|(.., weight)| weight.abs()).fold(0.0, f32::max);
        let unit = (largest / f32::from(i16::MAX)).max(f32::MIN_POSITIVE);
        let mut starts = Vec::with_capacity(vocabulary.len() + 1);
        let mut weights = Vec::with_capacity(kept.len());
        for (feature, class, weight) in kept {
            while starts.len() <= feature as usize {
                starts.push(weights.len() as u32);
            }
            weights.push((class, (weight / unit) as i16));
        }
        starts.resize(vocabulary.len() + 1, weights.len() as u32);
        Self { vocabulary, classes, constants, starts, weights, unit }
    }

    /// How much a text sounds like each article, in the order of slug and language.
    pub(crate) fn scores(&self, features: &[Feature]) -> Vec<Score> {
        let mut sums = vec![0.0_f32; self.classes.len()];
        for (feature, value) in self.vocabulary.vector(features) {
            let place = |number: u32| self.starts.get(number as usize).copied().unwrap_or_default() as usize;
            let value = value * self.unit;
            for (class, weight) in self.weights.get(place(feature)..place(feature + 1)).unwrap_or_default() {
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
        self.vocabulary.bytes() + self.classes.len() * 28 + self.starts.len() * 4 + self.weights.len() * 4
    }
}
