//! Finding articles: three rankers over one visible part of the index, and how their lists become one.
//!
//! A further ranker is a module beside [`words`], [`samples`] and [`learned`] that searches through [`Corpus`], and a term in
//! [`fusion`].

mod absent;
mod by_meaning;
mod clues;
mod corpus;
mod explain;
mod fusion;
mod learned;
mod passages;
mod rewording;
mod samples;
mod scan;
mod versions;
mod words;

pub(crate) use absent::{Absent, Own};
pub(crate) use by_meaning::{ByMeaning, nearest};
pub(crate) use clues::Clues;
pub(crate) use corpus::{Corpus, Source, rarity};
pub(crate) use rewording::find_reworded;
pub(crate) use samples::{Weighed, weighed};

use learned::ByModel;

use crate::Error;
use crate::analysis::{features, question_grams, question_terms};
use crate::index::lang_key;
use crate::knowledge_base::{Candidate, Question, Scores, Settings, Swap};
use crate::language;
use crate::learning::Learnt;

/// What was found for a question, best first, and what speaks for the first.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) clues: Option<Clues>,
    /// Words of the question in place of which it was read with others.
    pub(crate) swaps: Vec<Swap>,
}

/// What a question is asked of.
pub(crate) struct Search<'a> {
    pub(crate) corpus: Corpus<'a>,
    pub(crate) settings: &'a Settings,
    pub(crate) learnt: Option<&'a Learnt>,
    /// What is imagined not to be there.
    pub(crate) absent: Option<&'a Absent<'a>>,
}

/// Searches everything that may be found.
pub(crate) fn find(search: &Search<'_>, question: &Question<'_>, limit: usize) -> Result<Found, Error> {
    let Search { corpus, settings, learnt, absent } = search;
    let detected = match question.lang {
        Some(_) => None,
        None => language::detect(question.text),
    };
    let wanted = question.lang.or(detected.as_ref().map(|found| found.lang));
    let langs = spoken(wanted, settings, corpus);
    let is_known = |stem: &str| corpus.has(stem).unwrap_or(true);
    let mended = learnt.and_then(|learnt| learnt.speller.mended(question.text, &langs, is_known));
    let text = mended.as_deref().unwrap_or(question.text);
    let terms = question_terms(text, &langs);
    if terms.iter().all(|term| term.stop) {
        return Ok(Found::default());
    }
    let lang = wanted.map(lang_key);
    let words = words::rank(corpus, &terms, lang, *absent)?;
    let samples = samples::rank(corpus, &question_grams(text, &langs), *absent)?;
    let learned = match learnt {
        Some(learnt) => learned::rank(corpus, &learnt.model, &features(text, langs.first().copied().unwrap_or("en")))?,
        None => ByModel::default(),
    };
    let ranked = fusion::fuse(corpus, &words, &samples, &learned, lang, *absent);
    let clues = clues::gather(corpus, &words, &samples, &ranked, *learnt, *absent);
    let mut candidates = Vec::new();
    for hit in ranked.iter().take(limit) {
        let Some(version) = versions::choose(corpus, hit, wanted, &settings.language)? else { continue };
        candidates.push(Candidate {
            slug: version.shown.slug,
            lang: version.shown.lang,
            title: version.shown.title,
            answer: version.shown.answer,
            score: hit.score,
            similarity: hit.similarity,
            scores: Scores {
                title: hit.parts[0],
                phrasings: hit.parts[1],
                body: hit.parts[2],
                passage: hit.passage,
                title_share: hit.title_share,
                covered: hit.covered,
                nearest: hit.samples,
                learned: hit.learned,
                meaning: 0.0,
            },
            matched: explain::explain(corpus, &words.terms, version.at),
        });
    }
    // Without an article that can be shown there is nothing to be sure of.
    let clues = clues.filter(|_| limit == 0 || !candidates.is_empty());
    Ok(Found { candidates, clues, swaps: Vec::new() })
}

/// Languages whose rules of inflection may apply to a question, the likeliest first.
fn spoken<'a>(wanted: Option<&'a str>, settings: &'a Settings, corpus: &'a Corpus<'_>) -> Vec<&'a str> {
    /// Languages tried for a question whose own is not known.
    const MOST: usize = 4;
    let mut langs: Vec<&str> = wanted.into_iter().collect();
    let mut add = |lang: &'a str| {
        if langs.len() < MOST && !langs.iter().any(|known| language::matches(known, lang)) {
            langs.push(lang);
        }
    };
    add(&settings.language);
    if wanted.is_none() {
        for lang in corpus.langs() {
            add(lang);
        }
    }
    langs
}
