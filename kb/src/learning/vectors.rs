//! Sample questions as sparse vectors.

use std::collections::HashMap;

use super::Class;
use crate::analysis::{BLOCK_WEIGHTS, Feature};

/// A text of an article that is learnt from, and what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sample {
    /// The article version.
    pub(crate) class: Class,
    /// The language's tag.
    pub(crate) tag: String,
    /// What it is of the article.
    pub(crate) kind: Kind,
    /// The text.
    pub(crate) text: String,
}

/// What a text is of its article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Title,
    Phrasing,
    /// A sentence of the body: it says less about how people ask.
    Sentence,
}

/// Which features occur in the sample questions, and how rare each is.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    /// Sorted.
    hashes: Vec<u32>,
    /// How rare the feature of the same place is.
    rarities: Vec<f32>,
}

/// Sample questions as vectors of features, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Vectors {
    pub(super) vocabulary: Vocabulary,
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

impl Vocabulary {
    fn of(texts: &[&[Feature]]) -> Self {
        let mut counts: HashMap<u32, u32> = HashMap::new();
        for feature in texts.iter().copied().flatten() {
            *counts.entry(feature.hash).or_default() += 1;
        }
        let mut counts: Vec<(u32, u32)> = counts.into_iter().collect();
        counts.sort_unstable();
        let all = texts.len() as f32;
        // The root: what is common in a trade still tells its articles apart.
        let rarity = |count: u32| (((1.0 + all) / (1.0 + count as f32)).ln() + 1.0).sqrt();
        Self { hashes: counts.iter().map(|(hash, _)| *hash).collect(), rarities: counts.iter().map(|(_, count)| rarity(*count)).collect() }
    }

    /// Number of features.
    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.hashes.len() * 8
    }

    /// The vector of a text, each block of features brought to the length that it weighs; what no sample question has is left out.
    pub(super) fn vector(&self, features: &[Feature]) -> Vec<(u32, f32)> {
        let mut vector = Vec::with_capacity(features.len());
        let mut blocks = Vec::with_capacity(features.len());
        let mut squares = [0.0_f32; BLOCK_WEIGHTS.len()];
        for feature in features {
            let Ok(place) = self.hashes.binary_search(&feature.hash) else { continue };
            let value = (1.0 + f32::from(feature.times).ln()) * self.rarities.get(place).copied().unwrap_or_default();
            let block = usize::from(feature.block);
            if let Some(square) = squares.get_mut(block) {
                *square += value * value;
            }
            vector.push((place as u32, value));
            blocks.push(block);
        }
        let mut scales = BLOCK_WEIGHTS;
        scales.iter_mut().zip(squares).for_each(|(scale, square)| *scale = (*scale / square.max(f32::MIN_POSITIVE)).sqrt());
        for ((_, value), block) in vector.iter_mut().zip(blocks) {
            *value *= scales.get(block).copied().unwrap_or_default();
        }
        vector
    }
}

impl Vectors {
    /// The vectors of texts that have these features, in their order.
    pub(crate) fn of(texts: &[&[Feature]]) -> Self {
        let vocabulary = Vocabulary::of(texts);
        let mut vectors = Self { starts: vec![0], entries: Vec::new(), vocabulary };
        for text in texts {
            let vector = vectors.vocabulary.vector(text);
            vectors.entries.extend(vector);
            vectors.starts.push(vectors.entries.len());
        }
        vectors
    }

    /// Number of texts.
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The vector of one of the texts.
    pub(super) fn get(&self, number: usize) -> &[(u32, f32)] {
        let place = |number: usize| self.starts.get(number).copied().unwrap_or_default();
        self.entries.get(place(number)..place(number + 1)).unwrap_or_default()
    }
}
