#![doc = include_str!("../README.md")]

mod analysis;
mod article;
mod cancel;
pub mod confidence;
mod error;
pub mod evaluation;
pub mod files;
mod index;
mod knowledge_base;
pub mod language;
mod learning;
pub mod likeness;
pub mod markdown;
pub mod meaning;
mod retrieval;

pub use analysis::{Flaw, SynonymGroup, Synonyms};
pub use article::{Article, Audience, Change, Viewer, Visibility};
pub use cancel::Cancel;
pub use confidence::{Costs, Decision};
pub use error::{Error, Problem};
pub use knowledge_base::{Candidate, KnowledgeBase, Matched, Question, Scores, Settings, Swap, Verdict};
pub use learning::MOST_SAMPLES;
