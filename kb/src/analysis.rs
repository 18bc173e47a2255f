//! From text to terms: one analysis for articles and questions, so that what is written finds what is stored.
//!
//! Text is normalised (compatibility forms, lower case, traditional Han characters as simplified), cut into
//! runs of one script, and each run becomes terms: stemmed words where words are written apart, character
//! n-grams where they are not.

mod families;
mod features;
mod grams;
mod personal;
mod runs;
mod spelling;
mod stem;
mod stop;
mod synonyms;
mod terms;

pub(crate) use features::{Feature, WEIGHTS as BLOCK_WEIGHTS, features};
pub(crate) use grams::{Gram, article_grams, question_grams};
pub(crate) use spelling::Speller;
pub use synonyms::{Flaw, SynonymGroup, Synonyms};
pub(crate) use synonyms::{Rewording, is_known};
pub(crate) use terms::{QuestionTerm, article_terms, question_terms};

/// Characters of a question that are read; a longer one is cut, for an answer must take a bounded time.
const QUESTION_CHARS: usize = 4_000;
/// Letters of a word that count; longer ones are cut.
const WORD_CHARS: usize = 40;

/// A stable 64-bit hash (FNV-1a) for keys that are stored in the index.
pub(crate) fn stable_hash(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}
