//! One state of the index, as a question sees it from beginning to end.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{OnceLock, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use tantivy::collector::Count;
use tantivy::columnar::Column;
use tantivy::query::TermQuery;
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocId, Index, IndexReader, ReloadPolicy, Searcher, TantivyDocument, Term};

use super::schema::{Fields, Place, Shown, access_key, sample_of};
use crate::analysis::article_terms;
use crate::article::{Audience, Viewer, Visibility};
use crate::learning::{Class, Kind, Sample};
use crate::retrieval::rarity;
use crate::{Cancel, Error};

/// Blocks of stored articles kept unpacked, per segment; a block is a few KiB.
const UNPACKED_BLOCKS: usize = 32;
/// Documents of a segment that are looked at for what articles are like.
const LOOKED_AT: usize = 2_000;
/// Titles of a segment that are read for that.
const TITLES: usize = 60;
/// Features whose counts are remembered; about 1 MiB.
const MAX_REMEMBERED: usize = 40_000;

/// Who may see an article, as it is written into the index: there are few distinct ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Access {
    pub(super) visibility: Visibility,
    pub(super) audience: Audience,
}

/// Values of each document of one segment.
pub(crate) struct Columns {
    /// Hash of the slug.
    pub(crate) slug: Column<u64>,
    /// Hash of slug and language.
    pub(crate) version: Column<u64>,
    /// Hash of the language.
    pub(crate) lang: Column<u64>,
    /// How many sample questions the version has.
    pub(crate) phrasings: Column<u64>,
    /// Hash of the access class.
    pub(crate) access: Column<u64>,
    /// Features of a title or sample question; only these have any, never an article.
    pub(crate) grams: Column<u64>,
    /// Which term is in which text of an article.
    pub(crate) words: Column<u64>,
    /// Which term is in which passage of an article.
    pub(crate) places: Column<u64>,
}

impl Columns {
    /// In which of the texts of an article a term is, a bit a text; `first` is [`word_value`] of the term for the first.
    pub(crate) fn texts_with(&self, doc: DocId, first: u64) -> u8 {
        let rows = from(&self.words, doc, first);
        let numbers = rows.map_while(|row| self.words.values.get_val(row).checked_sub(first).filter(|number| *number < 8));
        numbers.fold(0, |texts, number| texts | 1 << number)
    }

    /// Where a term is in the passages of an article; `first` is [`Place::first`] of the term.
    pub(crate) fn places_of(&self, doc: DocId, first: u64) -> impl Iterator<Item = Place> {
        from(&self.places, doc, first).map_while(move |row| Place::of(self.places.values.get_val(row), first))
    }
}

/// What the articles of a knowledge base are like, measured on some of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Habits {
    /// Terms of a passage and of the title before it, on average.
    pub(crate) passage: f32,
    /// Share of the articles that have an answer or a body.
    pub(crate) with_body: f32,
    /// How rare the words of titles are, on average.
    pub(crate) title_rarity: f32,
}

/// A fixed state of the index and what is known about it.
pub(crate) struct Snapshot {
    pub(crate) searcher: Searcher,
    pub(crate) fields: Fields,
    /// In the order of the segments.
    pub(crate) columns: Vec<Columns>,
    /// Languages that have articles.
    pub(crate) langs: Vec<String>,
    /// Article versions.
    pub(crate) articles: usize,
    /// Article documents as the statistics count them, replaced ones included.
    pub(crate) article_documents: u64,
    /// Titles and sample questions as the statistics count them.
    pub(crate) sample_documents: u64,
    classes: Vec<(u64, Option<Access>)>,
    sample_counts: RwLock<HashMap<u32, u64>>,
    habits: OnceLock<Habits>,
}

impl Snapshot {
    /// A reader whose states are taken by hand.
    pub(crate) fn reader(index: &Index) -> Result<IndexReader, Error> {
        let builder = index.reader_builder().reload_policy(ReloadPolicy::Manual);
        Ok(builder.doc_store_cache_num_blocks(UNPACKED_BLOCKS).try_into()?)
    }

    /// The state that the reader sees now.
    pub(crate) fn take(reader: &IndexReader) -> Result<Self, Error> {
        let searcher = reader.searcher();
        let (_, fields) = Fields::schema();
        let mut columns = Vec::new();
        for segment in searcher.segment_readers() {
            let values = segment.fast_fields();
            columns.push(Columns {
                slug: values.u64("slug")?,
                version: values.u64("version_hash")?,
                lang: values.u64("lang_hash")?,
                phrasings: values.u64("phrasings")?,
                access: values.u64("access_hash")?,
                grams: values.u64("grams")?,
                words: values.u64("words")?,
                places: values.u64("places")?,
            });
        }
        let classes = texts(&searcher, fields.access)?.into_iter().map(|text| (access_key(&text), serde_json::from_str(&text).ok())).collect();
        let article = fields.kind("article");
        let articles = searcher.search(&TermQuery::new(article.clone(), IndexRecordOption::Basic), &Count)?;
        Ok(Self {
            columns,
            classes,
            sample_counts: RwLock::default(),
            habits: OnceLock::new(),
            langs: texts(&searcher, fields.lang)?.into_iter().collect(),
            articles,
            article_documents: searcher.doc_freq(&article)?,
            sample_documents: searcher.doc_freq(&fields.kind("sample"))?,
            fields,
            searcher,
        })
    }

    /// In how many titles and sample questions each feature is. Questions share most of their words, so the counts
    /// are remembered for as long as this state lasts.
    pub(crate) fn sample_counts(&self, features: impl Iterator<Item = u32>) -> Result<Vec<u64>, Error> {
        let mut counts: Vec<(u32, Option<u64>)> = {
            let known = self.sample_counts.read().unwrap_or_else(PoisonError::into_inner);
            features.map(|feature| (feature, known.get(&feature).copied())).collect()
        };
        let mut looked_up = Vec::new();
        let mut indexes = Vec::new();
        for segment in self.searcher.segment_readers() {
            indexes.push(segment.inverted_index(self.fields.grams)?);
        }
        for (feature, count) in counts.iter_mut().filter(|(_, count)| count.is_none()) {
            let term = Term::from_field_u64(self.fields.grams, u64::from(*feature));
            let mut total = 0;
            for index in &indexes {
                total += u64::from(index.doc_freq(&term)?);
            }
            *count = Some(total);
            looked_up.push((*feature, total));
        }
        if !looked_up.is_empty() {
            let mut known = self.sample_counts.write().unwrap_or_else(PoisonError::into_inner);
            if known.len() + looked_up.len() > MAX_REMEMBERED {
                known.clear();
            }
            known.extend(looked_up);
        }
        Ok(counts.into_iter().map(|(_, count)| count.unwrap_or_default()).collect())
    }

    /// All titles and sample questions of what is published, and the sentences of the bodies if there is room for all of them, always in
    /// the same order; `None` when there are more than `most`, or when cancelled.
    pub(crate) fn samples(&self, most: usize, cancel: &Cancel) -> Result<Option<Vec<Sample>>, Error> {
        let mut samples = Vec::new();
        let mut sentences = Vec::new();
        for (segment, columns) in self.searcher.segment_readers().iter().zip(&self.columns) {
            let store = segment.get_store_reader(UNPACKED_BLOCKS)?;
            for (doc, document) in segment.doc_ids_alive().zip(store.iter::<TantivyDocument>(segment.alive_bitset())) {
                if cancel.is_cancelled() {
                    return Ok(None);
                }
                let document = document?;
                let text_of = |field| document.get_first(field).and_then(|value| value.as_str());
                let Some((tag, is_title, text)) = text_of(self.fields.sample).and_then(sample_of) else { continue };
                let (Some(slug), Some(lang)) = (columns.slug.first(doc), columns.lang.first(doc)) else { continue };
                let sample = |kind, text: &str| Sample { class: Class { slug, lang }, tag: tag.to_owned(), kind, text: text.to_owned() };
                if samples.len() == most {
                    return Ok(None);
                }
                samples.push(sample(if is_title { Kind::Title } else { Kind::Phrasing }, text));
                let lines = text_of(self.fields.sentences).into_iter().flat_map(str::lines);
                sentences.extend(lines.take(most.saturating_sub(sentences.len())).map(|line| sample(Kind::Sentence, line)));
            }
        }
        if samples.len() + sentences.len() <= most {
            samples.extend(sentences);
        }
        samples.sort();
        Ok(Some(samples))
    }

    /// What articles are like.
    pub(crate) fn habits(&self) -> Habits {
        *self.habits.get_or_init(|| {
            let (mut terms, mut passages, mut articles, mut with_body) = (0_u64, 0_u64, 0_u64, 0_u64);
            for columns in &self.columns {
                let documents = columns.slug.num_docs();
                for doc in (0..documents).step_by((documents as usize / LOOKED_AT).max(1)) {
                    let places: BTreeSet<(u8, u8)> =
                        columns.places.values_for_doc(doc).map(Place::from_value).map(|place| (place.passage, place.length)).collect();
                    let title = places.iter().find(|(passage, _)| *passage == 0).map_or(0, |(_, length)| u64::from(*length));
                    for (_, length) in places.iter().filter(|(passage, _)| *passage > 0) {
                        terms += title + u64::from(*length);
                        passages += 1;
                    }
                    articles += u64::from(columns.grams.first(doc).is_none());
                    with_body += u64::from(places.iter().any(|(passage, _)| *passage > 0));
                }
            }
            Habits {
                passage: (terms as f32 / passages.max(1) as f32).max(1.0),
                with_body: with_body as f32 / articles.max(1) as f32,
                title_rarity: self.title_rarity().unwrap_or(1.0),
            }
        })
    }

    /// How rare the words of titles are, on average over some articles.
    fn title_rarity(&self) -> Result<f32, Error> {
        let (mut sum, mut count) = (0.0, 0.0_f32);
        for (segment, columns) in self.searcher.segment_readers().iter().zip(&self.columns) {
            let store = segment.get_store_reader(1)?;
            let step = (segment.num_docs() as usize / TITLES).max(1);
            let titles = segment.doc_ids_alive().filter(|doc| columns.places.first(*doc).is_some()).step_by(step).take(TITLES);
            for doc in titles {
                let document: TantivyDocument = store.get(doc)?;
                let text = document.get_first(self.fields.shown).and_then(|value| value.as_str());
                let Some(shown) = text.and_then(|text| serde_json::from_str::<Shown>(text).ok()) else { continue };
                for term in article_terms(&shown.title, &shown.lang) {
                    let mut having = 0;
                    for field in self.fields.searched {
                        having = having.max(self.searcher.doc_freq(&Term::from_field_text(field, &term))?);
                    }
                    sum += rarity(self.article_documents, having);
                    count += 1.0;
                }
            }
        }
        Ok(if count > 0.0 { sum / count } else { 1.0 })
    }

    /// The hashes, sorted, of the access classes that a viewer may see; `None` when that is all there are.
    pub(crate) fn visible_classes(&self, viewer: &Viewer) -> Option<Vec<u64>> {
        let mut visible: Vec<u64> = self
            .classes
            .iter()
            .filter(|(_, access)| access.as_ref().is_some_and(|access| viewer.may_see(access.visibility, &access.audience)))
            .map(|(class, _)| *class)
            .collect();
        visible.sort_unstable();
        (visible.len() < self.classes.len()).then_some(visible)
    }
}

/// Where the values of a document that are not smaller than `first` are in a column; each document's are sorted.
fn from(column: &Column<u64>, doc: DocId, first: u64) -> Range<u32> {
    let rows = column.index.value_row_ids(doc);
    let (mut low, mut high) = (rows.start, rows.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if column.values.get_val(middle) < first {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low..rows.end
}

/// All values of a field of whole strings.
fn texts(searcher: &Searcher, field: Field) -> Result<BTreeSet<String>, Error> {
    let mut found = BTreeSet::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut stream = index.terms().stream()?;
        while stream.advance() {
            found.insert(String::from_utf8_lossy(stream.key()).into_owned());
        }
    }
    Ok(found)
}
