//! Features of short texts for finding the nearest sample question: words, word pairs, and pieces of words,
//! so that a typing error spoils only a few of them.

use std::collections::BTreeSet;

use super::families;
use super::personal::without_personal;
use super::runs::{Run, Script, runs};
use super::stem::{Stemmers, folded};
use super::stop::{self, StopWords};
use super::{QUESTION_CHARS, stable_hash};

/// Features of one text that are kept.
const MAX_GRAMS: usize = 400;
/// Weight of what carries little meaning, beside other features of its kind.
const STOP: f32 = 0.5;

/// One feature, by its hash, and how much it counts beside others of the same rarity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Gram {
    /// Hash of the feature; 32 bits, for the index keeps very many.
    pub(crate) hash: u32,
    /// Weight of its kind.
    pub(crate) weight: f32,
}

/// The features under which a title or sample question is stored, sorted.
pub(crate) fn article_grams(text: &str, lang: &str) -> Vec<u32> {
    grams(text, &[lang]).into_iter().map(|gram| gram.hash).collect()
}

/// The features of a question, sorted by hash.
pub(crate) fn question_grams(text: &str, langs: &[&str]) -> Vec<Gram> {
    let head: String = text.chars().take(QUESTION_CHARS).collect();
    grams(&head, langs)
}

fn grams(text: &str, langs: &[&str]) -> Vec<Gram> {
    let first = langs.first().copied().unwrap_or("en");
    let stemmers = Stemmers::of(&[first]);
    let stop_words = StopWords::of(&[first]);
    let english = families::is_english(first);
    let mut found = BTreeSet::new();
    let mut grams = Vec::new();
    let mut before: Option<String> = None;
    for run in runs(&without_personal(text)) {
        if grams.len() >= MAX_GRAMS {
            break;
        }
        if run.script == Script::Word {
            let word = run.text();
            let stem = stemmers.form(&word);
            found.extend(families::of(&run, &stem, english));
            let plain = folded(&word);
            let little = if stop_words.word(&plain) { STOP } else { 1.0 };
            push(&mut grams, "w", &stem, little);
            if let Some(before) = &before {
                push(&mut grams, "p", &format!("{before} {stem}"), 0.7);
            }
            word_pieces(&plain, little, &mut grams);
            before = Some(stem);
        } else {
            before = None;
            found.extend(families::of(&run, "", english));
            character_pieces(&run, &mut grams);
        }
    }
    grams.truncate(MAX_GRAMS);
    for family in found {
        push(&mut grams, "f", &families::term(family), 1.0);
    }
    grams.sort_by_key(|gram| gram.hash);
    grams.dedup_by_key(|gram| gram.hash);
    grams
}

/// Three letters at a time, with the ends marked.
fn word_pieces(word: &str, weight: f32, grams: &mut Vec<Gram>) {
    let mut marked = vec!['^'];
    marked.extend(word.chars());
    marked.push('$');
    for window in marked.windows(3) {
        push(grams, "c", &window.iter().collect::<String>(), 0.25 * weight);
    }
}

fn character_pieces(run: &Run, grams: &mut Vec<Gram>) {
    let little = stop::little(run);
    for (length, weight) in [(1, 0.4), (2, 1.0), (3, 0.5)] {
        if length == 1 && run.script != Script::Han && run.chars.len() > 1 {
            continue;
        }
        for (window, little) in run.chars.windows(length).zip(little.windows(length)) {
            let weight = if little.iter().all(|little| *little) { STOP * weight } else { weight };
            push(grams, "h", &window.iter().collect::<String>(), weight);
        }
    }
}

fn push(grams: &mut Vec<Gram>, kind: &str, text: &str, weight: f32) {
    let hash = stable_hash(&[kind, text]);
    // Both halves of the hash go into the 32 bits that are kept.
    let hash = (hash ^ (hash >> 32)) as u32;
    grams.push(Gram { hash, weight });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(lang: &str, a: &str, b: &str) -> f64 {
        let (a, b) = (article_grams(a, lang), article_grams(b, lang));
        let common = a.iter().filter(|gram| b.contains(gram)).count();
        2.0 * common as f64 / (a.len() + b.len()) as f64
    }

    #[test]
    fn a_typing_error_leaves_texts_near() {
        for (lang, a, b, other) in [
            ("en", "where is my refund", "where is my refnud", "change the address"),
            ("en", "cancel subscription", "cancle subscripton", "talk to a person"),
            ("zh", "忘记密码怎么办", "忘纪密码怎么办", "发货需要几天"),
            ("zh", "退貨流程", "退货流程", "修改地址"),
            ("ja", "パスワードを忘れた", "パスワドを忘れた", "配送料はいくら"),
        ] {
            assert!(shared(lang, a, b) > 2.0 * shared(lang, a, other) + 0.2, "{a} / {b}");
        }
    }

    #[test]
    fn features_are_sorted_and_bounded() {
        let text: String = (0..5_000).map(|n| format!("word{n} ")).collect();
        let grams = article_grams(&text, "en");
        assert!(grams.len() <= MAX_GRAMS && grams.is_sorted());
    }
}
