//! Features of short texts for the linear model: words and word pairs in one block, pieces of words in another.

use std::collections::{BTreeSet, HashMap};

use super::families;
use super::runs::{Run, Script, runs};
use super::stem::{Stemmers, folded};
use super::{QUESTION_CHARS, stable_hash};

/// Blocks of features; each is brought to the same length, so that neither drowns the other.
pub(crate) const BLOCKS: usize = 2;
/// Features of one text that are kept.
const MAX_FEATURES: usize = 1_200;
/// Lengths of the pieces of words.
const PIECES: [usize; 2] = [3, 4];

/// One feature of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Feature {
    /// Hash of the feature.
    pub(crate) hash: u32,
    /// Which block it belongs to.
    pub(crate) block: u8,
    /// How often the text has it.
    pub(crate) times: u16,
}

/// The features of a text that is in the first of `langs`, sorted by hash.
pub(crate) fn features(text: &str, lang: &str) -> Vec<Feature> {
    let head: String = text.chars().take(QUESTION_CHARS).collect();
    let stemmers = Stemmers::of(&[lang]);
    let mut counts: HashMap<(u32, u8), u16> = HashMap::new();
    let mut put = |block: u8, kind: &str, text: &str| {
        if counts.len() < MAX_FEATURES {
            let hash = stable_hash(&[kind, text]);
            let times: &mut u16 = counts.entry(((hash ^ (hash >> 32)) as u32, block)).or_default();
            *times = times.saturating_add(1);
        }
    };
    let english = families::is_english(lang);
    let mut found = BTreeSet::new();
    let mut before: Option<String> = None;
    let mut text = String::new();
    for run in runs(&head) {
        if run.script == Script::Word {
            let word = run.text();
            let stem = stemmers.form(&word);
            found.extend(families::of(&run, &stem, english));
            put(0, "w", &stem);
            if let Some(before) = &before {
                put(0, "p", &format!("{before} {stem}"));
            }
            word_pieces(&folded(&word), &mut text, |piece| put(1, "c", piece));
            before = Some(stem);
        } else {
            before = None;
            found.extend(families::of(&run, "", english));
            character_pieces(&run, &mut text, |length, piece| put(u8::from(length > 2), "h", piece));
        }
    }
    for family in found {
        put(0, "f", &families::term(family));
    }
    let mut features: Vec<Feature> = counts.into_iter().map(|((hash, block), times)| Feature { hash, block, times }).collect();
    features.sort_unstable_by_key(|feature| (feature.hash, feature.block));
    features.dedup_by_key(|feature| feature.hash);
    features
}

/// Pieces of a word with its ends marked; a word as short as a piece is one.
fn word_pieces(word: &str, piece: &mut String, mut give: impl FnMut(&str)) {
    let mut marked = vec![' '];
    marked.extend(word.chars());
    marked.push(' ');
    for length in PIECES {
        for window in marked.windows(length.min(marked.len())) {
            piece.clear();
            piece.extend(window);
            give(piece);
        }
        if marked.len() <= length {
            break;
        }
    }
}

fn character_pieces(run: &Run, piece: &mut String, mut give: impl FnMut(usize, &str)) {
    for length in 1..=3 {
        for window in run.chars.windows(length) {
            piece.clear();
            piece.extend(window);
            give(length, piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_sorted_and_bounded() {
        let long: String = (0..10_000).map(|n| format!("word{n} ")).collect();
        let found = features(&long, "en");
        assert!(found.len() <= MAX_FEATURES && found.is_sorted_by_key(|feature| feature.hash));
        assert!(features("", "en").is_empty());
    }

    #[test]
    fn how_often_a_text_has_a_word_is_counted() {
        let times = |text: &str, word: &str| {
            let one = features(word, "en");
            let wanted = one.iter().find(|feature| feature.block == 0).map(|feature| feature.hash);
            features(text, "en").iter().find(|feature| Some(feature.hash) == wanted).map(|feature| feature.times)
        };
        assert_eq!(times("giraffe my giraffe", "giraffe"), Some(2));
        assert_eq!(times("霞门霞", "霞"), Some(2));
        assert_eq!(times("my order", "giraffe"), None);
    }
}
