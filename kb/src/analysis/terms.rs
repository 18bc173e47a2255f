//! Terms for ranking by words.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::QUESTION_CHARS;
use super::families::{self, Family};
use super::personal::without_personal;
use super::runs::{Run, Script, runs};
use super::stem::{Stemmers, folded};
use super::stop::{self, StopWords};

/// Terms of a question that are looked up; the rest of a very long one is ignored.
const QUESTION_TERMS: usize = 160;
/// Weight of a single character beside the pairs it is part of.
const SINGLE: f32 = 0.5;
/// Weight of terms that carry little meaning.
const STOP: f32 = 0.5;

/// One word or character pair of a question.
#[derive(Debug)]
pub(crate) struct QuestionTerm {
    /// The term as the customer wrote it, for explanations.
    pub(crate) shown: String,
    /// The terms that stand for it in the index, one for each language that reduces it differently.
    pub(crate) forms: Vec<String>,
    /// How much it counts beside other terms of the same rarity.
    pub(crate) weight: f32,
    /// Whether it carries little meaning.
    pub(crate) stop: bool,
}

/// The terms under which a text of an article is stored.
pub(crate) fn article_terms(text: &str, lang: &str) -> Vec<String> {
    let stemmers = Stemmers::of(&[lang]);
    let english = families::is_english(lang);
    let mut found = BTreeSet::new();
    let mut terms = Vec::new();
    for run in runs(text) {
        if run.script == Script::Word {
            let term = stemmers.form(&run.text());
            found.extend(families::of(&run, &term, english));
            if !term.is_empty() {
                terms.push(term);
            }
        } else {
            found.extend(families::of(&run, "", english));
            pieces(&run, |_, piece, _| terms.push(piece));
        }
    }
    terms.extend(found.into_iter().map(families::term));
    terms
}

/// The terms of a question that may be in any of `langs`, each once, in the order written.
pub(crate) fn question_terms(text: &str, langs: &[&str]) -> Vec<QuestionTerm> {
    let head: String = without_personal(text).chars().take(QUESTION_CHARS).collect();
    let stemmers = Stemmers::of(langs);
    let stop_words = StopWords::of(langs);
    let english = langs.first().is_none_or(|lang| families::is_english(lang));
    let mut seen = HashSet::new();
    let mut found: BTreeMap<Family, String> = BTreeMap::new();
    let mut terms = Vec::new();
    let mut add = |shown: String, forms: Vec<String>, weight: f32, stop: bool| {
        if terms.len() < QUESTION_TERMS && forms.first().is_some_and(|form| seen.insert(form.clone())) {
            let weight = if stop { weight * STOP } else { weight };
            terms.push(QuestionTerm { shown, forms, weight, stop });
        }
    };
    for run in runs(&head) {
        match run.script {
            Script::Word => {
                let word = run.text();
                let stop = stop_words.word(&folded(&word));
                let forms = stemmers.forms(&word);
                for family in families::of(&run, forms.first().map_or("", String::as_str), english) {
                    found.entry(family).or_insert_with(|| word.clone());
                }
                add(word, forms, 1.0, stop);
            }
            Script::Han | Script::Kana | Script::Hangul | Script::Unspaced => {
                for family in families::of(&run, "", english) {
                    found.entry(family).or_insert_with(|| run.text());
                }
                let little = stop::little(&run);
                pieces(&run, |at, piece, weight| {
                    let stop = little.iter().skip(at).take(piece.chars().count()).all(|little| *little);
                    add(piece.clone(), vec![piece], weight, stop);
                });
            }
        }
    }
    // A family by itself is not what a question is about.
    let families = found.into_iter().take(QUESTION_TERMS);
    terms.extend(families.map(|(family, shown)| QuestionTerm { shown, forms: vec![families::term(family)], weight: 1.0, stop: true }));
    terms
}

/// Character n-grams of a run without spaces between words, each with its place and its weight.
fn pieces(run: &Run, mut give: impl FnMut(usize, String, f32)) {
    let chars = &run.chars;
    if chars.len() == 1 {
        give(0, run.text(), 1.0);
        return;
    }
    let lengths: &[(usize, f32)] = match run.script {
        Script::Han => &[(1, SINGLE), (2, 1.0)],
        Script::Unspaced => &[(2, 0.5), (3, 1.0)],
        Script::Word | Script::Kana | Script::Hangul => &[(2, 1.0)],
    };
    for (length, weight) in lengths {
        for (at, window) in chars.windows(*length).enumerate() {
            give(at, window.iter().collect(), *weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_family(term: &QuestionTerm) -> bool {
        term.forms.iter().any(|form| form.starts_with('~'))
    }

    #[test]
    fn what_is_written_finds_what_is_stored() {
        for (lang, stored, asked) in [
            ("en", "Resetting your passwords", "reset password"),
            ("zh", "如何申请退款", "退款"),
            ("zh", "如何申請退款", "申请退款"),
            ("zh", "申请退款", "申請退款"),
            ("ja", "フィルターの掃除", "フィルター"),
            ("ko", "환불을 신청하기", "환불"),
            ("th", "การคืนสินค้า", "คืนสินค้า"),
            ("de", "Größe der Lieferungen", "grosse lieferung"),
            ("zh", "重置iPhone密码", "iphone 密码"),
        ] {
            let stored = article_terms(stored, lang);
            for term in question_terms(asked, &[lang]).into_iter().filter(|term| !is_family(term)) {
                assert!(term.forms.iter().any(|form| stored.contains(form)), "{asked}: {term:?} not in {stored:?}");
            }
        }
    }

    #[test]
    fn words_of_little_meaning_are_known() {
        for (lang, text, all_stop) in [
            ("en", "how do I", true),
            ("en", "what is this?", true),
            ("en", "what is a refund", false),
            ("zh", "怎么办", true),
            ("zh", "怎么办理", false),
            ("zh", "我的", true),
            ("zh", "这是什么呢", true),
            ("de", "wie kann ich das", true),
        ] {
            let terms = question_terms(text, &[lang]);
            assert_eq!(terms.iter().all(|term| term.stop), all_stop, "{text}: {terms:?}");
        }
    }

    #[test]
    fn a_long_question_is_cut() {
        let text: String = (0..10_000).map(|n| format!("word{n} ")).collect();
        assert_eq!(question_terms(&text, &["en"]).iter().filter(|term| !is_family(term)).count(), QUESTION_TERMS);
    }
}
