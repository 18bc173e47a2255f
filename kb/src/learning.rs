//! What the knowledge base learns from its own sample questions: a linear model that names the article of a question.
//!
//! It is trained in the background from what is published, and serves until it is trained again. An article that it does
//! not know yet is found without it; one that is not published any more is left out by the search.

mod examples;
mod machine;
mod model;
mod vectors;

pub(crate) use model::{Model, Score};
pub(crate) use vectors::{Sample, Vectors};

/// Sample questions from which the model learns at most; a larger knowledge base is served without it.
pub const MOST_SAMPLES: usize = 50_000;
