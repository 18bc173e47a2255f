//! What can go wrong, in words that name the thing and the remedy.

use std::fmt;
use std::path::PathBuf;

/// A failure of the knowledge base.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another live process has the index folder open; stop it, or give this one a folder of its own.
    #[error("the index folder {} is in use by another process; stop it, or set another data folder", .folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The file system refused; the source says why. Trying again makes sense once that is put right.
    #[error("cannot use {}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The index refused an operation; what was in it before is still served.
    #[error("the article index failed: {0}")]
    Index(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The index files hold garbage: hand off, call [`KnowledgeBase::clear`](crate::KnowledgeBase::clear), and replay the change log.
    #[error("the article index is damaged and must be rebuilt from the database")]
    Damaged,
    /// Article files that cannot be used, all of them, each with its remedy.
    #[error("{}", lines(.0))]
    Files(Vec<Problem>),
}

impl From<tantivy::TantivyError> for Error {
    fn from(error: tantivy::TantivyError) -> Self {
        use tantivy::TantivyError;
        match error {
            TantivyError::DataCorruption(_) | TantivyError::IncompatibleIndex(_) => Self::Damaged,
            other => Self::Index(Box::new(other)),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Index(Box::new(error))
    }
}

/// One thing wrong in an article file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Path of the file, relative to the folder that was read.
    pub file: String,
    /// Line in the file, counted from 1, when it is known.
    pub line: Option<usize>,
    /// The front-matter key, when one is to blame.
    pub key: Option<String>,
    /// What is wrong, and what to do about it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ": `{key}`")?;
        }
        write!(f, ": {}", self.message)
    }
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
