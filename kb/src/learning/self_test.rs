//! The knowledge base asked its own sample questions, as if it did not know them: how far to trust it with these articles.
//!
//! Some sample questions are held back, and some articles are taken away whole with theirs, which then nothing answers. Every part
//! of what is learnt is learnt anew without them. Questions that hardly any knowledge base answers are asked besides.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use super::{Class, Kind, Learnt, Model, Sample, Vectors, cost_of};
use crate::analysis::{Feature, Gram, question_grams};
use crate::article::{Viewer, Visibility};
use crate::confidence::{Evidence, Labelled};
use crate::index::{Snapshot, slug_key};
use crate::knowledge_base::{Question, Settings};
use crate::retrieval::{Absent, Corpus, Found, Own, Search, Source, find};
use crate::{Cancel, Error};

/// Sample questions an article on average from which the test says something.
const LEAST_AN_ARTICLE: usize = 2;
/// Sample questions in all from which it does.
const LEAST: usize = 40;
/// One in so many sample questions is held back at a time, and one in so many articles taken away.
const FOLDS: usize = 5;
/// Sample questions held back that are asked at a time.
const HELD: usize = 300;
/// Sample questions of articles taken away that are asked at a time.
const GONE: usize = 200;
/// Passes over the examples when learning without them.
const PASSES: usize = 5;
/// Sample questions times articles that all repetitions together may cost: what bounds their time.
const MOST_PAIRS: usize = 3_000_000;
/// Which share of the weight the questions with an answer have, those that had one, and those that never do.
const SHARES: [f64; 3] = [0.6, 0.28, 0.12];
/// Questions that the weights count as, at most.
const COUNTS_AS: f64 = 1_000.0;

/// What was asked, and what became of it; empty where there is too little to ask, `None` when cancelled.
pub(super) fn run(
    snapshot: &Snapshot,
    settings: &Settings,
    samples: &[Sample],
    texts: &[Vec<Feature>],
    learnt: &Learnt,
    cancel: &Cancel,
) -> Result<Option<Vec<Labelled>>, Error> {
    let mut classes: Vec<Class> = samples.iter().map(|sample| sample.class).collect();
    classes.dedup();
    let phrasings = samples.iter().filter(|sample| sample.kind == Kind::Phrasing).count();
    if phrasings < LEAST || phrasings < LEAST_AN_ARTICLE * classes.len() {
        return Ok(Some(Vec::new()));
    }
    let folds = (MOST_PAIRS / (samples.len() * classes.len()).max(1)).clamp(1, FOLDS);
    let mut asked: [Vec<Labelled>; 3] = Default::default();
    for fold in 0..folds {
        let fold_of = |number: u64| (scrambled(number) % FOLDS as u64) as usize == fold;
        let is_gone = |class: Class| fold_of(class.slug);
        let is_held = |number: usize, sample: &Sample| sample.kind == Kind::Phrasing && fold_of(number as u64 ^ 0x5bd1);
        let kept: Vec<usize> =
            (0..).zip(samples).filter(|(number, sample)| !is_gone(sample.class) && !is_held(*number, sample)).map(|(n, _)| n).collect();
        let owners: Vec<Class> = kept.iter().filter_map(|number| samples.get(*number)).map(|sample| sample.class).collect();
        let rest: Vec<&[Feature]> = kept.iter().filter_map(|number| texts.get(*number)).map(Vec::as_slice).collect();
        let costs: Vec<f32> = kept.iter().filter_map(|number| samples.get(*number)).map(|sample| cost_of(sample.kind)).collect();
        let Some(model) = Model::train(&owners, &costs, Vectors::of(&rest), PASSES, cancel) else { return Ok(None) };
        let without = Learnt { model, neighbours: learnt.neighbours.clone(), speller: Arc::clone(&learnt.speller) };
        let mut gone = chosen(samples, GONE, |_, sample| is_gone(sample.class) && sample.kind == Kind::Phrasing);
        let mut held = chosen(samples, HELD, |number, sample| !is_gone(sample.class) && is_held(number, sample));
        gone.sort_unstable();
        held.sort_unstable();
        let mut owned: HashMap<Class, Own> = HashMap::new();
        for (kind, numbers) in [held, gone].into_iter().enumerate() {
            for number in numbers {
                if cancel.is_cancelled() {
                    return Ok(None);
                }
                let Some(sample) = samples.get(number) else { continue };
                let own = match owned.entry(sample.class) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place) => place.insert(own(snapshot, samples, sample.class)?),
                };
                let grams = question_grams(&sample.text, &[&sample.tag]);
                let absent = if kind == 0 { Absent::sample(own, sample, &grams) } else { Absent::Article(own) };
                let found = ask(snapshot, settings, &without, Some(&absent), &sample.text, Some(&sample.tag))?;
                asked[kind].push(labelled(&found, sample.class.slug));
            }
        }
    }
    for text in foreign() {
        let found = ask(snapshot, settings, learnt, None, text, None)?;
        asked[2].push(labelled(&found, 0));
    }
    let count: usize = asked.iter().map(Vec::len).sum();
    let counts_as = COUNTS_AS.min(count as f64);
    for (labelled, share) in asked.iter_mut().zip(SHARES) {
        let weight = share * counts_as / labelled.len().max(1) as f64;
        labelled.iter_mut().for_each(|one| one.weight = weight);
    }
    Ok(Some(asked.concat()))
}

/// Questions of everyday life that hardly any help centre answers, in several languages, a line each.
fn foreign() -> impl Iterator<Item = &'static str> {
    include_str!("../../data/foreign-questions.txt").lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Up to `most` of the sample questions, always the same ones.
fn chosen(samples: &[Sample], most: usize, wanted: impl Fn(usize, &Sample) -> bool) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..).zip(samples).filter(|(number, sample)| wanted(*number, sample)).map(|(number, _)| number).collect();
    numbers.sort_by_key(|number| scrambled(*number as u64 ^ 0x9747));
    numbers.truncate(most);
    numbers
}

fn own(snapshot: &Snapshot, samples: &[Sample], class: Class) -> Result<Own, Error> {
    let from = samples.partition_point(|sample| sample.class < class);
    let members: Vec<(&Sample, Vec<Gram>)> = samples
        .get(from..)
        .unwrap_or_default()
        .iter()
        .take_while(|sample| sample.class == class)
        .filter(|sample| sample.kind != Kind::Sentence)
        .map(|sample| (sample, question_grams(&sample.text, &[&sample.tag])))
        .collect();
    Own::of(snapshot, class, members.iter().map(|(sample, grams)| (*sample, grams.as_slice())))
}

fn ask(
    snapshot: &Snapshot,
    settings: &Settings,
    learnt: &Learnt,
    absent: Option<&Absent<'_>>,
    text: &str,
    lang: Option<&str>,
) -> Result<Found, Error> {
    let corpus = Corpus::new(vec![Source::whole(snapshot, absent.and_then(Absent::article))]);
    let viewer = Viewer { visibility: Visibility::Internal, ..Viewer::default() };
    let question = Question { text, lang, viewer: &viewer, exclude: &[], drafts: &[] };
    find(&Search { corpus, settings, learnt: Some(learnt), absent }, &question, 3)
}

fn labelled(found: &Found, slug: u64) -> Labelled {
    let is_right = |candidate: &crate::Candidate| slug_key(&candidate.slug) == slug;
    Labelled {
        evidence: Evidence::from(found.clues),
        first: found.candidates.first().is_some_and(is_right),
        among_three: found.candidates.iter().take(3).any(is_right),
        weight: 1.0,
    }
}

/// A number that looks random, always the same for the same one.
fn scrambled(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
