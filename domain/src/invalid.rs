//! What is wrong with something that was handed in, place by place.

use serde::{Deserialize, Serialize};

use crate::why::Why;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field}: {message}")]
pub struct FieldError {
    /// The place: a ticket's field by its key, or a path in a document (`fields[2].choices[0].key`).
    pub field: String,
    /// What is wrong with it and what would be right, for a person to read.
    pub message: Why,
}

impl FieldError {
    /// An error at a place.
    pub fn new(field: impl Into<String>, message: impl Into<Why>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// The key of something that people name in rules and addresses: why it cannot be one, if it cannot.
///
/// At most 64 letters, digits, `_` or `-` of ASCII, so that it can stand in an address and in a command.
pub fn check_key(key: &str) -> Result<(), String> {
    if key.is_empty() {
        return Err("a key is needed".to_owned());
    }
    if key.len() > 64 || !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
        return Err(format!("“{key}” cannot be a key: use up to 64 letters a–z, digits, “_” and “-”"));
    }
    Ok(())
}
