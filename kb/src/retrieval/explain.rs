//! Which words of the question an article has, and where.

use std::collections::HashSet;

use super::absent::Absent;
use super::corpus::{At, Corpus};
use super::words::{ByWords, KnownTerm};
use crate::index::{TEXTS, word_value};
use crate::knowledge_base::Matched;
use crate::learning::Class;

/// In which texts of an article each of the terms is, a bit a text in the order of [`TEXTS`].
fn texts_with(corpus: &Corpus<'_>, terms: &[KnownTerm], at: At, absent: Option<&Absent<'_>>) -> Vec<u8> {
    let Some(columns) = corpus.columns(at) else { return vec![0; terms.len()] };
    let doc = at.doc.doc_id;
    let class = Class { slug: columns.slug.first(doc).unwrap_or_default(), lang: columns.lang.first(doc).unwrap_or_default() };
    let with = |form: &String| {
        let texts = columns.texts_with(doc, word_value(form, 0));
        absent.map_or(texts, |absent| absent.texts_left(class, form, texts))
    };
    terms.iter().map(|term| term.forms.iter().map(with).fold(0, |all, texts| all | texts)).collect()
}

/// How much of a question an article has, and of its title the question.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Overlap {
    /// Share of the question's weight that the article has anywhere.
    pub(super) covered: f32,
    /// Share of the title's weight that the question has.
    pub(super) title_share: f32,
}

pub(super) fn overlap(corpus: &Corpus<'_>, words: &ByWords, at: At, absent: Option<&Absent<'_>>) -> Overlap {
    let with = texts_with(corpus, &words.terms, at, absent);
    let (mut anywhere, mut in_title, mut terms) = (0.0, 0.0, 0_usize);
    for (term, texts) in words.terms.iter().zip(with) {
        if texts != 0 {
            anywhere += term.weight;
        }
        if texts & 1 == 1 {
            in_title += term.rarity;
            terms += 1;
        }
    }
    // How rare the title's other words are is not looked up: they count as words of titles do on average.
    let others = corpus.title_length(at).saturating_sub(terms) as f32 * corpus.habits().title_rarity;
    Overlap { covered: anywhere / words.mass(), title_share: in_title / (in_title + others).max(f32::MIN_POSITIVE) }
}

/// What matched in an article, by text.
pub(super) fn explain(corpus: &Corpus<'_>, terms: &[KnownTerm], at: At) -> Vec<Matched> {
    let with = texts_with(corpus, terms, at, None);
    let mut fields = Vec::new();
    for (text, name) in TEXTS.iter().enumerate() {
        let found = terms.iter().zip(&with).filter(|(_, texts)| *texts >> text & 1 == 1);
        let mut shown: Vec<String> = found.map(|(term, _)| term.shown.clone()).collect();
        drop_parts(&mut shown);
        let mut seen = HashSet::new();
        shown.retain(|term| seen.insert(term.clone()));
        if !shown.is_empty() {
            fields.push(Matched { field: (*name).to_owned(), terms: shown });
        }
    }
    fields
}

/// Leaves out single characters that a longer term shows already.
fn drop_parts(terms: &mut Vec<String>) {
    let longer: Vec<String> = terms.iter().filter(|term| term.chars().count() > 1).cloned().collect();
    terms.retain(|term| term.chars().count() > 1 || !longer.iter().any(|other| other.contains(term.as_str())));
}
