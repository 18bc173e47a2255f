//! Knowledge: the list, the editor with its preview, the versions.

mod difference;
mod editor;
mod listed;
mod versions;
mod written;

pub(super) use editor::{ask, change, preview, show, text};
pub(super) use listed::{begin, list, remove_samples};
pub(super) use versions::{roll_back, versions};

/// Longest name of an article in its address, in bytes.
const LONGEST_SLUG: usize = 200;

/// Whether it can be an article's name at all.
fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_SLUG && !text.contains(['\0', '/'])
}
