//! Imagining something away: the knowledge base is asked its own sample questions, and what it then must not know is either the
//! question itself, or the whole article that it belongs to.

use std::collections::HashMap;

use super::corpus::{At, Corpus, Source};
use super::scan::{Parts, worth};
use super::words::{BODY, SAMPLES};
use crate::Error;
use crate::analysis::{Gram, article_terms};
use crate::index::{Columns, Snapshot, word_value};
use crate::learning::{Class, Kind, Sample, sample_key};

/// Texts of an article, as the bits of [`Columns::texts_with`].
const IN_TITLE: u8 = 1;
const IN_SAMPLES: u8 = 1 << 1;
const IN_KEYWORDS: u8 = 1 << 2;
const IN_BODY: u8 = 1 << 3 | 1 << 4;

/// What an article has, and how often its sample questions do.
pub(crate) struct Own {
    class: Class,
    /// Which term is in which of its texts, sorted.
    words: Vec<u64>,
    /// How often its sample questions have each term.
    terms: HashMap<String, u16>,
    /// Terms of its sample questions.
    length: usize,
    /// In how many of its sample questions, or whether in its title, each feature is.
    grams: HashMap<u32, u32>,
}

/// What is imagined away.
pub(crate) enum Absent<'a> {
    /// The article.
    Article(&'a Own),
    /// One of its sample questions: its key, and how often it has each term.
    Sample(&'a Own, u64, HashMap<String, u16>),
}

impl Own {
    /// What the article version `class` has, whose titles and sample questions with their features are `samples`.
    pub(crate) fn of<'a>(snapshot: &Snapshot, class: Class, samples: impl Iterator<Item = (&'a Sample, &'a [Gram])>) -> Result<Self, Error> {
        let mut own = Self { class, words: Vec::new(), terms: HashMap::new(), length: 0, grams: HashMap::new() };
        let corpus = Corpus::new(vec![Source::whole(snapshot, None)]);
        if let Some(version) = corpus.versions(class.slug)?.iter().find(|version| version.lang == class.lang)
            && let Some(columns) = corpus.columns(version.at)
        {
            own.words.extend(columns.words.values_for_doc(version.at.doc.doc_id));
        }
        for (sample, grams) in samples {
            for gram in grams {
                *own.grams.entry(gram.hash).or_default() += 1;
            }
            if sample.kind == Kind::Phrasing {
                for (term, times) in counted(sample) {
                    own.length += usize::from(times);
                    *own.terms.entry(term).or_default() += times;
                }
            }
        }
        Ok(own)
    }

    fn texts_with(&self, term: &str) -> u8 {
        let first = word_value(term, 0);
        let from = self.words.partition_point(|word| *word < first);
        let numbers = self.words.iter().skip(from).map_while(|word| word.checked_sub(first).filter(|number| *number < 8));
        numbers.fold(0, |texts, number| texts | 1 << number)
    }
}

impl<'a> Absent<'a> {
    /// Without the sample question, which has these features.
    pub(crate) fn sample(own: &'a Own, sample: &Sample, grams: &[Gram]) -> Self {
        Self::Sample(own, sample_key(own.class, grams.iter().map(|gram| gram.hash)), counted(sample).collect())
    }

    /// The article that is left out of every search.
    pub(crate) fn article(&self) -> Option<u64> {
        match self {
            Self::Article(own) => Some(own.class.slug),
            Self::Sample(..) => None,
        }
    }

    /// The key of the sample question.
    pub(super) fn key(&self) -> Option<u64> {
        match self {
            Self::Article(_) => None,
            Self::Sample(_, key, _) => Some(*key),
        }
    }

    /// In how many articles a term is then, in each part.
    pub(super) fn correct_words(&self, form: &str, counts: &mut [u64]) {
        let gone = match self {
            Self::Article(own) => own.texts_with(form),
            Self::Sample(own, ..) if self.times_left(form) == 0 && own.texts_with(form) & IN_SAMPLES != 0 => IN_SAMPLES,
            Self::Sample(..) => 0,
        };
        for (texts, count) in [IN_TITLE, IN_SAMPLES | IN_KEYWORDS, IN_BODY].into_iter().zip(counts) {
            if gone & texts != 0 {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// In how many titles and sample questions each feature is then.
    pub(super) fn correct_samples(&self, grams: &[Gram], counts: &mut [u64]) {
        for (gram, count) in grams.iter().zip(counts) {
            let gone = match self {
                Self::Article(own) => own.grams.get(&gram.hash).copied().unwrap_or_default(),
                Self::Sample(..) => 1,
            };
            *count = count.saturating_sub(u64::from(gone));
        }
    }

    /// Whether the sample question in this place of the index is the one imagined away.
    pub(super) fn is_it(&self, columns: &Columns, at: At) -> bool {
        let Self::Sample(own, key, _) = self else { return false };
        let doc = at.doc.doc_id;
        columns.slug.first(doc) == Some(own.class.slug) && key_at(columns, own.class, at) == *key
    }

    /// The score by the article's sample questions, recomputed without the one; terms come with their forms and weights.
    pub(super) fn correct_part<'t>(
        &self,
        class: Class,
        parts: &mut Parts,
        terms: impl Iterator<Item = (&'t [String], f32)>,
        average: f32,
        full: f32,
    ) {
        let Self::Sample(own, _, asked) = self else { return };
        if own.class != class {
            return;
        }
        let length = own.length.saturating_sub(asked.values().map(|times| usize::from(*times)).sum());
        let mut score = 0.0;
        for (forms, weight) in terms {
            for form in forms {
                let times = self.times_left(form);
                if times > 0 {
                    score += weight * worth(f32::from(times), length as f32, average);
                }
            }
        }
        parts[SAMPLES] = score / full;
    }

    /// The texts of an article that still have a term, of those that did.
    pub(super) fn texts_left(&self, class: Class, form: &str, texts: u8) -> u8 {
        match self {
            Self::Sample(own, ..) if own.class == class && self.times_left(form) == 0 => texts & !IN_SAMPLES,
            _ => texts,
        }
    }

    fn times_left(&self, form: &str) -> u16 {
        let Self::Sample(own, _, asked) = self else { return 0 };
        let keyword = u16::from(own.texts_with(form) & IN_KEYWORDS != 0);
        own.terms.get(form).copied().unwrap_or_default().saturating_sub(asked.get(form).copied().unwrap_or_default()) + keyword
    }
}

/// The key of the sample question in a place of the index.
pub(super) fn key_at(columns: &Columns, class: Class, at: At) -> u64 {
    sample_key(class, columns.grams.values_for_doc(at.doc.doc_id).map(|gram| gram as u32))
}

fn counted(sample: &Sample) -> impl Iterator<Item = (String, u16)> + use<> {
    let mut counts: HashMap<String, u16> = HashMap::new();
    for term in article_terms(&sample.text, &sample.tag) {
        let times = counts.entry(term).or_default();
        *times = times.saturating_add(1);
    }
    counts.into_iter()
}

const _: () = assert!(BODY == 2 && SAMPLES == 1, "the parts are in the order of the searched fields");
