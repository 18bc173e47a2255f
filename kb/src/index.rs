//! The tantivy index: what is stored, where it lives, how it is written, and what a question reads.
//!
//! Every article version is one document, and its title and each of its sample questions are small documents
//! of their own. Both carry the access class of the article, so that nobody finds what they may not see.

mod folder;
mod schema;
mod snapshot;
mod write;

pub(crate) use folder::{Folder, damaged};
pub(crate) use schema::{Fields, PARTS, Place, Shown, TEXTS, lang_key, slug_key, version_key, word_value};
pub(crate) use snapshot::{Columns, Habits, Snapshot};
pub(crate) use write::{draft_index, write};
