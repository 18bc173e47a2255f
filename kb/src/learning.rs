//! What the knowledge base learns from its own sample questions: a linear model that names the article of a question, how near
//! each sample question is to its neighbours, and how far the bot may trust itself with these articles.
//!
//! It is learnt in the background from what is published, and serves until it is learnt again. An article that it does not know
//! yet is found without it; one that is not published any more is left out by the search.

mod examples;
mod lists;
mod machine;
mod model;
mod neighbours;
mod self_test;
mod vectors;

use std::sync::Arc;

pub(crate) use model::{Model, Score};
pub(crate) use neighbours::{Neighbours, sample_key};
pub(crate) use vectors::{Kind, Sample, Vectors};

use crate::analysis::{Feature, Speller, features};
use crate::confidence::Labelled;
use crate::index::Snapshot;
use crate::knowledge_base::Settings;
use crate::{Cancel, Error};

/// Sample questions, titles among them, from which is learnt at most; a larger knowledge base is served without.
pub const MOST_SAMPLES: usize = 50_000;
/// Passes over the examples at most when what is learnt is to serve.
const PASSES: usize = 10;

/// An article version, by the hashes of slug and language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Class {
    pub(crate) slug: u64,
    pub(crate) lang: u64,
}

/// What was learnt from one state of the articles.
#[derive(Debug)]
pub(crate) struct Learnt {
    pub(crate) model: Model,
    pub(crate) neighbours: Neighbours,
    pub(crate) speller: Arc<Speller>,
}

impl Learnt {
    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.model.bytes() + self.neighbours.bytes() + self.speller.bytes()
    }
}

/// What it costs to be wrong about a text of the article.
fn cost_of(kind: Kind) -> f32 {
    match kind {
        Kind::Title | Kind::Phrasing => 5.0,
        Kind::Sentence => 0.5,
    }
}

/// Learns from what is published in `snapshot` and gives it to `serve` as soon as it can be used; then tries it out on the knowledge base's
/// own questions. Answers what became of those, which may be none; `None` when cancelled, or when there is too much to learn from.
pub(crate) fn learn(
    snapshot: &Snapshot,
    settings: &Settings,
    cancel: &Cancel,
    serve: impl FnOnce(Arc<Learnt>),
) -> Result<Option<Vec<Labelled>>, Error> {
    let Some(samples) = snapshot.samples(MOST_SAMPLES, cancel)? else {
        return Ok(None);
    };
    let mut texts: Vec<Vec<Feature>> = Vec::with_capacity(samples.len());
    for sample in &samples {
        if cancel.is_cancelled() {
            return Ok(None);
        }
        texts.push(features(&sample.text, &sample.tag));
    }
    let owners: Vec<Class> = samples.iter().map(|sample| sample.class).collect();
    let all: Vec<&[Feature]> = texts.iter().map(Vec::as_slice).collect();
    let costs: Vec<f32> = samples.iter().map(|sample| cost_of(sample.kind)).collect();
    let Some(model) = Model::train(&owners, &costs, Vectors::of(&all), PASSES, cancel) else {
        return Ok(None);
    };
    let Some(neighbours) = Neighbours::find(snapshot, &samples, cancel)? else {
        return Ok(None);
    };
    let learnt = Arc::new(Learnt { model, neighbours, speller: Arc::new(Speller::of(samples.iter().map(|sample| sample.text.as_str()))) });
    serve(Arc::clone(&learnt));
    self_test::run(snapshot, settings, &samples, &texts, &learnt, cancel)
}
