//! How well the best passage of an article matches, its title read before it: a long article is about many things.

use super::corpus::{At, Corpus};
use super::scan::worth;
use super::words::ByWords;
use crate::index::Place;

/// Passages of an article that are looked at.
const MOST: usize = 256;

/// The match of the best passage, from 0 to about 1; 0 for an article without a body.
pub(super) fn best(corpus: &Corpus<'_>, words: &ByWords, at: At) -> f32 {
    let Some(columns) = corpus.columns(at) else { return 0.0 };
    let average = corpus.habits().passage;
    let mut title_length = 0.0;
    // What is found of each term: how often the title has it, and which passages do.
    let mut found: Vec<(f32, f32, Vec<Place>)> = Vec::with_capacity(words.terms.len());
    for term in &words.terms {
        let mut in_title = 0.0;
        let mut passages = Vec::new();
        for place in term.forms.iter().flat_map(|form| columns.places_of(at.doc.doc_id, Place::first(form))) {
            if place.passage == 0 {
                in_title += f32::from(place.times);
                title_length = f32::from(place.length);
            } else {
                passages.push(place);
            }
        }
        if in_title > 0.0 || !passages.is_empty() {
            found.push((term.weight, in_title, passages));
        }
    }
    let mut seen: Vec<(u8, f32)> = found.iter().flat_map(|(.., places)| places).map(|place| (place.passage, f32::from(place.length))).collect();
    seen.sort_by_key(|(passage, _)| *passage);
    seen.dedup_by_key(|(passage, _)| *passage);
    let mut most: f32 = 0.0;
    for (passage, length) in seen.into_iter().take(MOST) {
        let length = length + title_length;
        let score = found.iter().map(|(weight, in_title, places)| {
            let here: f32 = places.iter().filter(|place| place.passage == passage).map(|place| f32::from(place.times)).sum();
            weight * worth(in_title + here, length, average)
        });
        most = most.max(score.sum());
    }
    most / words.full_weight()
}
