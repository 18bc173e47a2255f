//! A question asked in its own words, and in those that editors say mean the same; the surest reading counts.
//!
//! Every reading is a whole question, so that all rankers, and the judgement fitted on whole questions, hold for it as they are.

use super::{Found, Search, find, spoken};
use crate::Error;
use crate::analysis::{Rewording, Synonyms, is_known};
use crate::confidence::{Evidence, Judgement};
use crate::knowledge_base::{Question, Swap};
use crate::language;

/// Readings of a question besides its own, at most.
const MOST_READINGS: usize = 6;
/// How much surer other words have to be than those before: the customer's own count where both do.
const MARGIN: f64 = 0.05;

/// Searches everything that may be found, in all the words that mean the same.
pub(crate) fn find_reworded(
    search: &Search<'_>,
    question: &Question<'_>,
    limit: usize,
    synonyms: &Synonyms,
    judgement: &Judgement,
) -> Result<Found, Error> {
    let mut best = find(search, question, limit)?;
    if synonyms.groups().is_empty() {
        return Ok(best);
    }
    let lang = question.lang.or_else(|| language::detect(question.text).map(|found| found.lang));
    let langs = spoken(lang, search.settings, &search.corpus);
    let Some(rewording) = synonyms.found_in(question.text, &langs) else { return Ok(best) };
    let surety = |found: &Found| {
        let evidence = Evidence::from(found.clues);
        judgement.probability(&evidence) + judgement.probability_among_three(&evidence)
    };
    let mut chosen = vec![None; rewording.places().len()];
    let mut surest = surety(&best);
    for (number, other) in others(search, &rewording, &langs) {
        let mut tried = chosen.clone();
        if let Some(place) = tried.get_mut(number) {
            *place = Some(other);
        }
        let text = rewording.read(&tried);
        let Question { viewer, exclude, drafts, .. } = *question;
        let found = find(search, &Question { text: &text, lang, viewer, exclude, drafts }, limit)?;
        if surety(&found) > surest + MARGIN {
            (surest, best, chosen) = (surety(&found), found, tried);
        }
    }
    let swaps = rewording.places().iter().zip(&chosen).filter_map(|(place, other)| Some((place.said, (*other)?)));
    best.swaps = swaps.map(|(said, read)| Swap { said: said.to_owned(), read: read.to_owned() }).collect();
    Ok(best)
}

/// What can be said otherwise, by number of its place, as some article says it.
fn others<'a>(search: &Search<'_>, rewording: &Rewording<'a>, langs: &[&str]) -> Vec<(usize, &'a str)> {
    let has = |stem: &str| search.corpus.has(stem).unwrap_or(true);
    let all = rewording.places().iter().enumerate().flat_map(|(number, place)| place.others.iter().map(move |other| (number, *other)));
    all.filter(|(_, other)| is_known(other, langs, has)).take(MOST_READINGS).collect()
}
