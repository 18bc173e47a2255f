//! The knowledge base through its public interface.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod audience;
mod damage;
mod drafts;
mod evaluation;
mod hostile;
mod languages;
mod learning;
mod meaning;
mod publishing;
mod retrieval;
mod sample;
mod shop;
mod synonyms;
