#![doc = include_str!("../README.md")]

mod analysis;
mod article;
pub mod confidence;
mod error;
pub mod files;
mod index;
mod knowledge_base;
pub mod language;
pub mod likeness;
pub mod markdown;
mod retrieval;

pub use article::{Article, Audience, Change, Viewer, Visibility};
pub use confidence::Decision;
pub use error::{Error, Problem};
pub use knowledge_base::{Candidate, KnowledgeBase, Matched, Question, Settings, Verdict};
