//! Finding articles: two rankers over one visible part of the index, and how their lists become one.
//!
//! A further ranker is a module beside [`words`] and [`samples`] that searches through [`Corpus::top`], and a
//! term in [`fusion`].

mod corpus;
mod explain;
mod fusion;
mod learned;
mod passages;
mod samples;
mod scan;
mod versions;
mod words;

pub(crate) use corpus::{Corpus, Source};
pub(crate) use explain::Matches;
pub(crate) use fusion::Ranked;
pub(crate) use learned::ByModel;
pub(crate) use samples::BySamples;
pub(crate) use words::ByWords;

use crate::Error;
use crate::analysis::{features, question_grams, question_terms};
use crate::confidence::Evidence;
use crate::index::lang_key;
use crate::knowledge_base::{Candidate, Question, Scores, Settings};
use crate::language;
use crate::learning::Model;

/// What was found for a question, best first, and what speaks for the first.
pub(crate) struct Found {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) evidence: Evidence,
}

/// Searches everything that the question's viewer may see.
pub(crate) fn find(corpus: &Corpus<'_>, learnt: Option<&Model>, question: &Question<'_>, settings: &Settings, limit: usize) -> Result<Found, Error> {
    let detected = match question.lang {
        Some(_) => None,
        None => language::detect(question.text),
    };
    let wanted = question.lang.or(detected.as_ref().map(|found| found.lang));
    let langs = spoken(wanted, settings, corpus);
    let terms = question_terms(question.text, &langs);
    if terms.iter().all(|term| term.stop) {
        return Ok(Found { candidates: Vec::new(), evidence: Evidence::default() });
    }
    let lang = wanted.map(lang_key);
    let words = words::rank(corpus, &terms, lang)?;
    let samples = samples::rank(corpus, &question_grams(question.text, &langs))?;
    let learned = match learnt {
        Some(model) => learned::rank(corpus, model, &features(question.text, langs.first().copied().unwrap_or("en")))?,
        None => ByModel::default(),
    };
    let ranked = fusion::fuse(corpus, &words, &samples, &learned, lang);
    let mut shown = Vec::new();
    for (place, hit) in ranked.iter().enumerate().take(limit) {
        if let Some(version) = versions::choose(corpus, hit, wanted, &settings.language)? {
            shown.push((place, version));
        }
    }
    let matches = explain::explain(corpus, &words.terms, shown.iter().map(|(_, version)| version.at));
    let evidence = Evidence::gather(&words, &samples, &ranked, matches.first());
    let candidates = shown
        .into_iter()
        .zip(matches)
        .filter_map(|((place, version), matched)| {
            let hit = ranked.get(place)?;
            Some(Candidate {
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
                    nearest: hit.samples,
                    learned: hit.learned,
                },
                matched: matched.fields,
            })
        })
        .collect();
    Ok(Found { candidates, evidence })
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
