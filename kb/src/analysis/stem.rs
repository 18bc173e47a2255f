//! Stems of words, by language, with accents folded.

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

use crate::language::primary;

/// Stemmers of some languages, each algorithm once.
pub(super) struct Stemmers(Vec<Stemmer>);

impl Stemmers {
    /// The stemmers for words that may be in any of these languages. Languages without one of their own use the
    /// English one, which leaves words of other alphabets alone.
    pub(super) fn of(langs: &[&str]) -> Self {
        let mut algorithms: Vec<Algorithm> = Vec::new();
        for lang in langs {
            let algorithm = Algorithm::from_name(primary(lang)).unwrap_or(Algorithm::English);
            if !algorithms.contains(&algorithm) {
                algorithms.push(algorithm);
            }
        }
        if algorithms.is_empty() {
            algorithms.push(Algorithm::English);
        }
        Self(algorithms.into_iter().map(Stemmer::new).collect())
    }

    /// What `word` is reduced to, one form for each language that differs, the first language's first.
    pub(super) fn forms(&self, word: &str) -> Vec<String> {
        if word.chars().any(|c| c.is_ascii_digit()) {
            return vec![folded(word)];
        }
        let mut forms: Vec<String> = Vec::with_capacity(1);
        for stemmer in &self.0 {
            let form = folded(&stemmer.stem(word));
            if !form.is_empty() && !forms.contains(&form) {
                forms.push(form);
            }
        }
        forms
    }

    /// What `word` is reduced to in the first language.
    pub(super) fn form(&self, word: &str) -> String {
        let stem = match self.0.first() {
            Some(stemmer) if !word.chars().any(|c| c.is_ascii_digit()) => stemmer.stem(word),
            _ => Cow::Borrowed(word),
        };
        folded(&stem)
    }
}

/// Letters without accents: customers leave them out.
pub(super) fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.replace('\'', "");
    }
    if word.chars().any(|c| c >= '\u{590}' && !('\u{1e00}'..='\u{1fff}').contains(&c)) {
        return word.to_owned();
    }
    let mut letters = String::with_capacity(word.len());
    for c in word.nfd() {
        match c {
            '\u{300}'..='\u{36f}' | '\'' => {}
            'ß' => letters.push_str("ss"),
            'æ' => letters.push_str("ae"),
            'œ' => letters.push_str("oe"),
            'ø' => letters.push('o'),
            'ł' => letters.push('l'),
            'đ' => letters.push('d'),
            'ı' => letters.push('i'),
            _ => letters.push(c),
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_forms_meet() {
        for (lang, a, b) in [
            ("en", "refunds", "refunded"),
            ("en", "customer's", "customers"),
            ("de", "rechnungen", "rechnung"),
            ("fr", "commandés", "commande"),
            ("es", "cómo", "como"),
            ("ru", "заказы", "заказ"),
            ("ru", "счёт", "счет"),
            ("pl", "błąd", "blad"),
            ("zh", "orders", "order"),
            ("xx", "orders", "order"),
        ] {
            let stemmers = Stemmers::of(&[lang]);
            assert_eq!(stemmers.form(a), stemmers.form(b), "{lang}: {a} {b}");
        }
    }

    #[test]
    fn a_word_has_a_form_for_each_language_that_differs() {
        let stemmers = Stemmers::of(&["en", "zh", "de"]);
        assert_eq!(stemmers.forms("refund"), ["refund"]);
        assert_eq!(stemmers.forms("rechnungen"), ["rechnungen", "rechnung"]);
        assert_eq!(stemmers.forms("a1s"), ["a1s"]);
    }
}
