//! Features of short texts for the linear model, in blocks: words, pairs of words, and pieces of words.

use std::collections::HashMap;

use super::families;
use super::personal::without_personal;
use super::runs::{Script, runs};
use super::stem::{Stemmers, folded};
use super::{QUESTION_CHARS, stable_hash};

/// Single words, families and classes among them; where words are not written apart, single characters.
const WORDS: u8 = 0;
/// Words that stand side by side, in their order.
const NEXT: u8 = 1;
/// Words that stand near each other, in any order.
const NEAR: u8 = 2;
/// The same, where one of the two is a family.
const NEAR_FAMILIES: u8 = 3;
/// Pieces of words.
const PIECES: u8 = 4;
/// What each block weighs: it is brought to this squared length, so that none drowns the others.
pub(crate) const WEIGHTS: [f32; 5] = [1.0, 0.3, 0.2, 0.5, 0.7];
/// Features of one text that are kept.
const MAX_FEATURES: usize = 1_200;
/// Lengths of the pieces of words.
const LENGTHS: [usize; 2] = [3, 4];
/// Words as far apart as this are near.
const FAR: usize = 8;
/// Pairs are looked at in texts of so many words at most: in longer ones they say little.
const MOST_PAIRED: usize = 48;

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

/// Counts features.
#[derive(Default)]
struct Counts(HashMap<(u32, u8), u16>);

impl Counts {
    fn put(&mut self, block: u8, parts: &[&str]) {
        if self.0.len() < MAX_FEATURES {
            let hash = stable_hash(parts);
            let times = self.0.entry(((hash ^ (hash >> 32)) as u32, block)).or_default();
            *times = times.saturating_add(1);
        }
    }
}

/// A word as pairs are made of it.
struct Token {
    text: String,
    families: Vec<String>,
}

/// The features of a text that is in the first of `langs`, sorted by hash.
pub(crate) fn features(text: &str, lang: &str) -> Vec<Feature> {
    let head: String = without_personal(text).chars().take(QUESTION_CHARS).collect();
    let stemmers = Stemmers::of(&[lang]);
    let english = families::is_english(lang);
    let mut counts = Counts::default();
    let mut tokens: Vec<Token> = Vec::new();
    let mut piece = String::new();
    for run in runs(&head) {
        if run.script == Script::Word {
            let word = run.text();
            let stem = stemmers.form(&word);
            let found = families::of(&run, &stem, english).into_iter().map(families::term);
            let families: Vec<String> = found.chain(families::class_of(&stem, english)).collect();
            word_pieces(&folded(&word), &mut piece, |piece| counts.put(PIECES, &["c", piece]));
            tokens.push(Token { text: stem, families });
        } else {
            for family in families::of(&run, "", english) {
                counts.put(WORDS, &["f", &families::term(family)]);
            }
            tokens.extend(run.chars.iter().map(|character| Token { text: character.to_string(), families: Vec::new() }));
        }
    }
    for token in &tokens {
        counts.put(WORDS, &["w", &token.text]);
    }
    for family in tokens.iter().flat_map(|token| &token.families) {
        counts.put(WORDS, &["f", family]);
    }
    for (first, second) in tokens.iter().zip(tokens.iter().skip(1)) {
        counts.put(NEXT, &["p", &first.text, &second.text]);
    }
    if tokens.len() <= MOST_PAIRED {
        pairs(&tokens, &mut counts);
    }
    let mut features: Vec<Feature> = counts.0.into_iter().map(|((hash, block), times)| Feature { hash, block, times }).collect();
    features.sort_unstable_by_key(|feature| (feature.hash, feature.block));
    features.dedup_by_key(|feature| feature.hash);
    features
}

/// Pairs of near words, each by itself or by what family it is of.
fn pairs(tokens: &[Token], counts: &mut Counts) {
    let mut sorted = |block: u8, one: &str, other: &str| {
        let (first, second) = if one <= other { (one, other) } else { (other, one) };
        counts.put(block, &["n", first, second]);
    };
    for (place, one) in tokens.iter().enumerate() {
        for other in tokens.iter().skip(place + 1).take(FAR) {
            sorted(NEAR, &one.text, &other.text);
            for family in &one.families {
                sorted(NEAR_FAMILIES, family, &other.text);
                other.families.iter().for_each(|second| sorted(NEAR_FAMILIES, family, second));
            }
            other.families.iter().for_each(|family| sorted(NEAR_FAMILIES, &one.text, family));
        }
    }
}

/// Pieces of a word with its ends marked; a word as short as a piece is one.
fn word_pieces(word: &str, piece: &mut String, mut give: impl FnMut(&str)) {
    let mut marked = vec![' '];
    marked.extend(word.chars());
    marked.push(' ');
    for length in LENGTHS {
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
