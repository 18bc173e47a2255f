//! Ranking articles by their words: BM25 over title, sample questions, keywords, answer and body.

use tantivy::Term;

use super::corpus::{Clause, Corpus, TopDoc, rarity};
use super::fusion::Ranked;
use super::scan::penalties;
use crate::Error;
use crate::analysis::QuestionTerm;
use crate::index::WORTH;

/// Articles taken from the ranking.
const DEPTH: usize = 40;
/// Terms of a question that are searched for: the weightiest.
const MOST_TERMS: usize = 40;

/// A term of the question that some article has.
pub(crate) struct KnownTerm {
    /// As the customer wrote it.
    pub(super) shown: String,
    /// What it counts for: the rarer, the more.
    pub(super) weight: f32,
    /// What stands for it in the index, one for each language that reduces it differently.
    pub(super) forms: Vec<String>,
}

/// Articles ranked by words.
#[derive(Default)]
pub(crate) struct ByWords {
    /// Best first; an article appears once for each language that matches.
    pub(super) hits: Vec<TopDoc>,
    pub(crate) terms: Vec<KnownTerm>,
    /// Weight of all terms of the question that some article has.
    pub(crate) known_weight: f32,
    /// Share of the question's weight in words that no article has.
    pub(crate) unknown: f32,
}

impl ByWords {
    /// Whether this ranking alone puts the article first.
    pub(crate) fn leads(&self, article: &Ranked) -> bool {
        self.hits.first().is_some_and(|hit| hit.slug == article.slug)
    }
}

pub(super) fn rank(corpus: &Corpus<'_>, terms: &[QuestionTerm]) -> Result<ByWords, Error> {
    let mut ranking = ByWords::default();
    let Some(fields) = corpus.fields() else {
        return Ok(ranking);
    };
    let articles = corpus.articles();
    let mut searched = Vec::with_capacity(WORTH.len());
    for (field, worth) in fields.searched.iter().zip(WORTH) {
        searched.push((*field, worth, penalties(corpus.average_length(*field)?)));
    }
    let mut unknown_weight = 0.0;
    let mut known: Vec<(KnownTerm, Vec<Clause>)> = Vec::new();
    for term in terms {
        let mut clauses = Vec::new();
        let mut commonest = 0;
        for form in &term.forms {
            for (field, worth, penalties) in &searched {
                let found = corpus.look_up(&Term::from_field_text(*field, form))?;
                if found.count > 0 {
                    commonest = commonest.max(found.count);
                    let weight = term.weight * worth * rarity(articles, found.count);
                    clauses.push(Clause { found, weight, penalties: Some(penalties.clone()) });
                }
            }
        }
        let weight = term.weight * rarity(articles, commonest);
        if clauses.is_empty() {
            unknown_weight += weight;
        } else {
            known.push((KnownTerm { shown: term.shown.clone(), weight, forms: term.forms.clone() }, clauses));
        }
    }
    known.sort_by(|a, b| b.0.weight.total_cmp(&a.0.weight));
    known.truncate(MOST_TERMS);
    let mut clauses = Vec::new();
    for (term, found) in known {
        ranking.known_weight += term.weight;
        ranking.terms.push(term);
        clauses.extend(found);
    }
    ranking.unknown = unknown_weight / (ranking.known_weight + unknown_weight).max(f32::MIN_POSITIVE);
    ranking.hits = corpus.top(&clauses, DEPTH)?;
    Ok(ranking)
}
