//! Which words of the question an article has, and where.

use std::collections::HashMap;

use super::corpus::{At, Corpus};
use super::words::KnownTerm;
use crate::index::{HEAD_TEXTS, TEXTS, word_value};
use crate::knowledge_base::Matched;

/// What matched in one article.
#[derive(Default)]
pub(crate) struct Matches {
    /// By text, in the order of [`TEXTS`].
    pub(crate) fields: Vec<Matched>,
    /// Weight of the question's terms that the article has anywhere.
    pub(crate) anywhere: f32,
    /// Weight of those in its title, sample questions or keywords.
    pub(crate) in_head: f32,
}

/// What matched in each of some article documents, in their order.
pub(super) fn explain(corpus: &Corpus<'_>, terms: &[KnownTerm], at: impl Iterator<Item = At>) -> Vec<Matches> {
    let mut wanted: HashMap<u64, (usize, usize)> = HashMap::new();
    for (number, term) in terms.iter().enumerate() {
        for form in &term.forms {
            for text in 0..TEXTS.len() {
                wanted.insert(word_value(form, text), (number, text));
            }
        }
    }
    at.map(|at| {
        let mut found_in = vec![[false; TEXTS.len()]; terms.len()];
        if let Some(columns) = corpus.columns(at) {
            for value in columns.words.values_for_doc(at.doc.doc_id) {
                if let Some((number, text)) = wanted.get(&value)
                    && let Some(found) = found_in.get_mut(*number).and_then(|texts| texts.get_mut(*text))
                {
                    *found = true;
                }
            }
        }
        matches(terms, &found_in)
    })
    .collect()
}

fn matches(terms: &[KnownTerm], found_in: &[[bool; TEXTS.len()]]) -> Matches {
    let mut matches = Matches::default();
    for (term, texts) in terms.iter().zip(found_in) {
        if texts.contains(&true) {
            matches.anywhere += term.weight;
        }
        if texts.iter().take(HEAD_TEXTS).any(|found| *found) {
            matches.in_head += term.weight;
        }
    }
    for (text, name) in TEXTS.iter().enumerate() {
        let found = terms.iter().zip(found_in).filter(|(_, texts)| texts.get(text).is_some_and(|found| *found));
        let mut shown: Vec<String> = found.map(|(term, _)| term.shown.clone()).collect();
        drop_parts(&mut shown);
        if !shown.is_empty() {
            matches.fields.push(Matched { field: (*name).to_owned(), terms: shown });
        }
    }
    matches
}

/// Leaves out single characters that a longer term shows already.
fn drop_parts(terms: &mut Vec<String>) {
    let longer: Vec<String> = terms.iter().filter(|term| term.chars().count() > 1).cloned().collect();
    terms.retain(|term| term.chars().count() > 1 || !longer.iter().any(|other| other.contains(term.as_str())));
}
