//! Ranking articles by their words: BM25 over the title, over the sample questions and keywords, and over answer and body,
//! each by itself.

use tantivy::Term;

use super::absent::Absent;
use super::corpus::{Clause, Corpus, TopDoc, Wish, rarity};
use super::fusion;
use super::scan::{Parts, penalties};
use crate::Error;
use crate::analysis::QuestionTerm;
use crate::index::PARTS;
use crate::learning::Class;

/// Articles taken from the ranking.
const DEPTH: usize = 40;
/// Terms of a question that are searched for: the weightiest.
const MOST_TERMS: usize = 40;
/// As good as a match of a term can be, in its weights: more often than once in a text of average length.
const FULL: f32 = 2.2;
/// The part whose terms are weighed by how rare they are in whole articles.
pub(super) const BODY: usize = 2;
/// The part of sample questions and keywords.
pub(super) const SAMPLES: usize = 1;

/// A term of the question that some article has.
pub(crate) struct KnownTerm {
    /// As the customer wrote it.
    pub(super) shown: String,
    /// What it counts for: the rarer, the more.
    pub(super) weight: f32,
    /// How rare it is.
    pub(super) rarity: f32,
    /// What stands for it in the index, one for each language that reduces it differently.
    pub(super) forms: Vec<String>,
    /// What it counts for in each part.
    weights: Parts,
}

/// Articles ranked by words.
#[derive(Default)]
pub(crate) struct ByWords {
    /// Best first; an article appears once for each language that matches. Parts lie between 0 and about 1.
    pub(super) hits: Vec<TopDoc>,
    pub(crate) terms: Vec<KnownTerm>,
    /// Weight of all terms of the question that some article has.
    pub(crate) known_weight: f32,
    /// Share of the question's weight in words that no article has.
    pub(crate) unknown: f32,
    /// As good as a match can be, in each part.
    pub(super) full: Parts,
    /// Weight of all terms of the question, known or not, before their rarity.
    pub(crate) length: f32,
}

impl ByWords {
    /// Weight of all the question's terms, known or not.
    pub(super) fn mass(&self) -> f32 {
        (self.known_weight / (1.0 - self.unknown).max(f32::MIN_POSITIVE)).max(f32::MIN_POSITIVE)
    }

    /// As good as a match can be by words of whole articles.
    pub(super) fn full_weight(&self) -> f32 {
        self.full[BODY].max(f32::MIN_POSITIVE)
    }
}

pub(super) fn rank(corpus: &Corpus<'_>, terms: &[QuestionTerm], wanted: Option<u64>, absent: Option<&Absent<'_>>) -> Result<ByWords, Error> {
    let mut ranking = ByWords::default();
    let Some(fields) = corpus.fields() else {
        return Ok(ranking);
    };
    let articles = corpus.articles();
    let mut averages = Vec::with_capacity(PARTS);
    let mut searched = Vec::with_capacity(PARTS);
    for field in &fields.searched {
        let average = corpus.average_length(*field)?;
        averages.push(average);
        searched.push((*field, penalties(average)));
    }
    ranking.length = terms.iter().map(|term| term.weight).sum();
    let mut unknown_weight = 0.0;
    let mut known: Vec<(KnownTerm, Vec<Clause>)> = Vec::new();
    for term in terms {
        let mut clauses = Vec::new();
        let mut counts = [0; PARTS];
        for form in &term.forms {
            let mut found = Vec::with_capacity(PARTS);
            for (field, _) in &searched {
                found.push(corpus.look_up(&Term::from_field_text(*field, form))?);
            }
            let mut having: Vec<u64> = found.iter().map(|found| found.count).collect();
            if let Some(absent) = absent {
                absent.correct_words(form, &mut having);
            }
            for (part, (found, having)) in found.into_iter().zip(having).enumerate() {
                if let (true, Some(most), Some((_, penalties))) = (having > 0, counts.get_mut(part), searched.get(part)) {
                    *most = having.max(*most);
                    clauses.push(Clause { found, weight: 0.0, part, penalties: Some(penalties.clone()) });
                }
            }
        }
        let rarity_of = rarity(articles, counts.into_iter().max().unwrap_or_default());
        let weight = term.weight * rarity_of;
        if clauses.is_empty() {
            unknown_weight += weight;
            continue;
        }
        let mut weights = counts.map(|count| term.weight * rarity(articles, count));
        weights[BODY] = weight;
        for clause in &mut clauses {
            clause.weight = weights.get(clause.part).copied().unwrap_or_default();
        }
        known.push((KnownTerm { shown: term.shown.clone(), weight, rarity: rarity_of, forms: term.forms.clone(), weights }, clauses));
    }
    known.sort_by(|a, b| b.0.weight.total_cmp(&a.0.weight));
    known.truncate(MOST_TERMS);
    let mut clauses = Vec::new();
    for (term, found) in known {
        ranking.known_weight += term.weight;
        for (full, weight) in ranking.full.iter_mut().zip(term.weights) {
            *full += FULL * weight;
        }
        ranking.terms.push(term);
        clauses.extend(found);
    }
    let full = ranking.full.map(|full| full.max(f32::MIN_POSITIVE));
    let mut wish = Wish { worth: fusion::WORDS, lang: wanted, bonus: fusion::LANGUAGE };
    wish.worth.iter_mut().zip(full).for_each(|(worth, full)| *worth /= full);
    ranking.unknown = unknown_weight / (ranking.known_weight + unknown_weight).max(f32::MIN_POSITIVE);
    ranking.hits = corpus.top(&clauses, &wish, DEPTH)?;
    for hit in &mut ranking.hits {
        hit.parts.iter_mut().zip(full).for_each(|(part, full)| *part /= full);
        if let Some(absent) = absent {
            let terms = ranking.terms.iter().map(|term| (term.forms.as_slice(), term.weights[SAMPLES]));
            let class = Class { slug: hit.slug, lang: hit.lang };
            absent.correct_part(class, &mut hit.parts, terms, averages.get(SAMPLES).copied().unwrap_or(1.0), full[SAMPLES]);
        }
    }
    Ok(ranking)
}
