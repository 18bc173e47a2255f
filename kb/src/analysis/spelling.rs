//! Typing errors: a word that no article knows is read as the known word that is one slip away from it.

use std::collections::HashMap;

use super::families::known_words;
use super::runs::{Run, Script, runs};
use super::stem::{Stemmers, folded};
use super::stop::StopWords;
use super::{QUESTION_CHARS, stable_hash};

/// Letters of a word that is corrected, at least.
const LEAST_LETTERS: usize = 4;
/// Letters of a word that is known, at least, and of what is left of it.
const LEAST_KNOWN: usize = 3;
/// Letters up to which a wrong first letter, or one that lies far off on the keyboard, means another word.
const SHORT: usize = 5;
/// Words that are known at most; the rarest are left out.
const MOST_WORDS: usize = 60_000;

/// The words of titles and sample questions, found again by what a slip makes of them.
#[derive(Debug, Default)]
pub(crate) struct Speller {
    /// Sorted, with the number of texts that have each.
    words: Vec<(Box<str>, u32)>,
    /// Hash of a word, or of a word without one of its letters, and the word's place; sorted.
    slips: Vec<(u32, u32)>,
}

impl Speller {
    /// Knows the words of these texts.
    pub(crate) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut counts: HashMap<String, u32> = known_words().map(|word| (folded(word), 0)).collect();
        for text in texts {
            let mut words: Vec<String> = runs(text).iter().filter(|run| run.script == Script::Word).map(|run| folded(&run.text())).collect();
            words.sort_unstable();
            words.dedup();
            for word in words {
                *counts.entry(word).or_default() += 1;
            }
        }
        counts.retain(|word, _| word.chars().count() >= LEAST_KNOWN && !word.chars().any(|c| c.is_ascii_digit()));
        let mut words: Vec<(Box<str>, u32)> = counts.into_iter().map(|(word, count)| (word.into_boxed_str(), count)).collect();
        words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        words.truncate(MOST_WORDS);
        words.sort_unstable();
        let mut slips: Vec<(u32, u32)> = Vec::new();
        for (place, (word, _)) in (0..).zip(&words) {
            let letters: Vec<char> = word.chars().collect();
            slips.extend(shortened(&letters).into_iter().map(|hash| (hash, place)));
        }
        slips.sort_unstable();
        slips.dedup();
        Self { words, slips }
    }

    /// The text with its typing errors mended, when there are any; `is_known` tells of a stem whether some article has it.
    pub(crate) fn mended(&self, text: &str, langs: &[&str], is_known: impl Fn(&str) -> bool) -> Option<String> {
        let head: String = text.chars().take(QUESTION_CHARS).collect();
        let (stemmers, stop_words) = (Stemmers::of(langs), StopWords::of(langs));
        let mut mended = false;
        let read: Vec<String> = runs(&head)
            .iter()
            .map(|run| {
                let word = run.text();
                let meant = self.meant(run, &word, &stop_words).filter(|_| !stemmers.forms(&word).iter().any(|form| is_known(form)));
                mended |= meant.is_some();
                meant.map_or(word, str::to_owned)
            })
            .collect();
        mended.then(|| read.join(" "))
    }

    fn meant(&self, run: &Run, word: &str, stop_words: &StopWords) -> Option<&str> {
        let word = folded(word);
        let letters: Vec<char> = word.chars().collect();
        let may_be = run.script == Script::Word && letters.len() >= LEAST_LETTERS && !letters.iter().any(char::is_ascii_digit);
        if !may_be || stop_words.word(&word) || self.words.binary_search_by(|(known, _)| (**known).cmp(word.as_str())).is_ok() {
            return None;
        }
        let mut best: Option<((bool, bool, u32), &str)> = None;
        for hash in shortened(&letters) {
            let from = self.slips.partition_point(|(slip, _)| *slip < hash);
            for (_, place) in self.slips.iter().skip(from).take_while(|(slip, _)| *slip == hash) {
                let Some((known, count)) = self.words.get(*place as usize) else { continue };
                let meant: Vec<char> = known.chars().collect();
                let Some(slip) = slip(&letters, &meant) else { continue };
                let same_start = letters.first() == meant.first();
                if (slip == Slip::FarKey && letters.len() <= SHORT) || (!same_start && slip != Slip::Swap && letters.len() <= SHORT) {
                    continue;
                }
                let worth = (slip != Slip::FarKey, same_start, *count);
                if best.as_ref().is_none_or(|(other, word)| worth > *other || (worth == *other && **known < **word)) {
                    best = Some((worth, known));
                }
            }
        }
        best.map(|(_, word)| word)
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.slips.len() * 8 + self.words.iter().map(|(word, _)| word.len() + 24).sum::<usize>()
    }
}

/// What went wrong between what was meant and what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slip {
    /// A letter too many or too few.
    Length,
    /// Two letters in the wrong order.
    Swap,
    /// The key beside the right one.
    NearKey,
    /// Another key.
    FarKey,
}

/// The one slip between two different words; `None` when it takes more.
fn slip(written: &[char], meant: &[char]) -> Option<Slip> {
    let start = written.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (a, b) = (written.get(start..)?, meant.get(start..)?);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    match (a.get(..a.len() - end)?, b.get(..b.len() - end)?) {
        ([_], []) | ([], [_]) => Some(Slip::Length),
        ([x, y], [u, v]) if x == v && y == u => Some(Slip::Swap),
        ([x], [y]) if beside(*x).contains(*y) => Some(Slip::NearKey),
        ([_], [_]) => Some(Slip::FarKey),
        _ => None,
    }
}

/// Keys beside a key, on the keyboards that most Latin letters are written on.
fn beside(key: char) -> &'static str {
    match key {
        'q' => "wa",
        'w' => "qes",
        'e' => "wrd",
        'r' => "etf",
        't' => "ryg",
        'y' => "tuh",
        'u' => "yij",
        'i' => "uok",
        'o' => "ipl",
        'p' => "ol",
        'a' => "qsz",
        's' => "awdx",
        'd' => "sefc",
        'f' => "drgv",
        'g' => "fthb",
        'h' => "gyjn",
        'j' => "hukm",
        'k' => "jil",
        'l' => "ko",
        'z' => "asx",
        'x' => "zsc",
        'c' => "xdv",
        'v' => "cfb",
        'b' => "vgn",
        'n' => "bhm",
        'm' => "nj",
        _ => "",
    }
}

/// Hashes of a word and of all that is left of it when one letter is left out.
fn shortened(letters: &[char]) -> Vec<u32> {
    let hash = |left_out: usize| {
        let rest: String = letters.iter().enumerate().filter(|(place, _)| *place != left_out).map(|(_, letter)| letter).collect();
        let hash = stable_hash(&[&rest]);
        (hash ^ (hash >> 32)) as u32
    };
    // The place after the last leaves nothing out.
    (0..=letters.len()).map(hash).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> Option<String> {
        let speller = Speller::of(["where is my refund", "change the delivery address", "reset password"].into_iter());
        speller.mended(text, &["en"], |stem| ["mode", "order"].contains(&stem))
    }

    #[test]
    fn one_slip_is_mended() {
        for (text, expected) in [
            ("where is my refnud", "where is my refund"),
            ("refun please", "refund please"),
            ("reffund", "refund"),
            ("passwird", "password"),
            ("Delivery adress!", "delivery address"),
            ("my pasword 和 refunf", "my password 和 refund"),
        ] {
            assert_eq!(mended(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_known_short_or_far_off_is_left_alone() {
        for text in ["refund", "mode", "order", "the", "res", "refxxd", "退款", "a1b2c3", "peset", ""] {
            assert_eq!(mended(text), None, "{text}");
        }
    }
}
