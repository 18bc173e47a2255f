//! Nearness of meaning: vectors of titles and sample questions that a model of somebody else's made, and what they say of a question that
//! words do not answer.
//!
//! How far a model's vectors can be trusted is learnt from these articles: each of some sample questions is asked without itself, and once
//! more without its article.

mod trust;
mod vectors;

use std::collections::HashMap;

pub use vectors::{Vectors, unit};

use crate::Cancel;
use crate::learning::Class;
use trust::{Asked, Trust};

/// Sample questions that are asked to learn how far to trust the vectors.
const ASKED: usize = 300;
/// Without as many of them nothing is answered by meaning.
const LEAST_ASKED: usize = 12;
/// Articles among which the bot asks back.
const OFFERED: usize = 3;
/// Characters of a text that its vector is made of.
const LONGEST: usize = 2_000;

/// Titles and sample questions of what is published.
#[derive(Debug, Default)]
pub struct Texts(Vec<(Class, String)>);

impl Texts {
    pub(crate) fn of(texts: impl Iterator<Item = (Class, String)>) -> Self {
        Self(texts.map(|(class, text)| (class, short(&text))).collect())
    }

    /// Those that have no vector yet, each once.
    pub fn missing(&self, vectors: &Vectors) -> Vec<&str> {
        let mut missing: Vec<&str> = self.0.iter().map(|(_, text)| text.as_str()).filter(|text| vectors.get(text).is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, text)| text.as_str())
    }
}

/// The part of a text that its vector is made of.
pub fn short(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// The vectors of one state of the articles, and how far they are trusted.
#[derive(Debug)]
pub struct Meaning {
    owners: Vec<Class>,
    /// All vectors, one after the other, each of length 1.
    values: Vec<f32>,
    width: usize,
    trust: Option<Trust>,
}

/// An article by its nearest text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Near {
    pub(crate) slug: u64,
    pub(crate) lang: u64,
    /// The cosine.
    pub(crate) nearness: f32,
}

impl Meaning {
    /// Puts together what there is a vector of, and learns how far to trust it; `None` when there is nothing, or when cancelled.
    pub fn of(texts: &Texts, vectors: &Vectors, cancel: &Cancel) -> Option<Self> {
        let width = vectors.width()?;
        let (mut owners, mut values) = (Vec::new(), Vec::new());
        for (class, text) in &texts.0 {
            if let Some(vector) = vectors.get(text) {
                owners.push(*class);
                values.extend_from_slice(vector);
            }
        }
        let mut meaning = Self { owners, values, width, trust: None };
        let mut asked = Vec::new();
        let step = meaning.owners.len().div_ceil(ASKED).max(1);
        for (place, owner) in meaning.owners.iter().enumerate().step_by(step) {
            if cancel.is_cancelled() {
                return None;
            }
            let vector = meaning.vector(place);
            // The same text may stand in several places.
            let itself = meaning.nearest(vector, |other, _| meaning.vector(other) == vector);
            if itself.iter().any(|near| near.slug == owner.slug) {
                let right = itself.iter().position(|near| near.slug == owner.slug).unwrap_or(usize::MAX);
                asked.extend(Asked::of(&itself, right == 0, right < OFFERED));
            }
            asked.extend(Asked::of(&meaning.nearest(vector, |_, class| class.slug == owner.slug), false, false));
        }
        let known = asked.iter().filter(|asked| asked.among_three).count();
        meaning.trust = (known >= LEAST_ASKED).then(|| Trust::learnt(&asked));
        (!meaning.owners.is_empty()).then_some(meaning)
    }

    /// Articles by their nearest text, the nearest first; none for a vector of another width.
    pub(crate) fn near(&self, vector: &[f32]) -> Vec<Near> {
        if vector.len() == self.width { self.nearest(vector, |_, _| false) } else { Vec::new() }
    }

    /// The probability that the first of these answers, and that one of the first three does.
    pub(crate) fn probabilities(&self, near: &[Near]) -> (f64, f64) {
        let asked = Asked::of(near, false, false);
        self.trust.as_ref().zip(asked).map_or((0.0, 0.0), |(trust, asked)| trust.probabilities(&asked))
    }

    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        self.values.len() * size_of::<f32>() + self.owners.len() * size_of::<Class>()
    }

    fn vector(&self, place: usize) -> &[f32] {
        self.values.get(place * self.width..(place + 1) * self.width).unwrap_or_default()
    }

    fn nearest(&self, vector: &[f32], is_left_out: impl Fn(usize, Class) -> bool) -> Vec<Near> {
        let mut best: HashMap<u64, Near> = HashMap::new();
        for (place, (owner, other)) in self.owners.iter().zip(self.values.chunks_exact(self.width)).enumerate() {
            if is_left_out(place, *owner) {
                continue;
            }
            let near = Near { slug: owner.slug, lang: owner.lang, nearness: vector.iter().zip(other).map(|(one, two)| one * two).sum() };
            let known = best.entry(owner.slug).or_insert(near);
            if near.nearness > known.nearness {
                *known = near;
            }
        }
        let mut nearest: Vec<Near> = best.into_values().collect();
        nearest.sort_unstable_by(|a, b| b.nearness.total_cmp(&a.nearness).then(a.slug.cmp(&b.slug)));
        nearest
    }
}
