//! The visible part of the index, and the one search function that keeps every search inside it.

use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, Term};

use super::scan::{List, Parts, Penalties, scan};
use crate::Error;
use crate::analysis::Gram;
use crate::article::{Article, Viewer};
use crate::index::{Columns, Fields, Habits, PARTS, Place, Shown, Snapshot, slug_key, version_key};

/// A state of an index that is searched, and what of it may be found.
pub(crate) struct Source<'a> {
    snapshot: &'a Snapshot,
    /// Access classes that may be seen, sorted; `None` means all.
    visible: Option<Vec<u64>>,
    /// Articles refused by the customer.
    refused: Vec<u64>,
    /// Versions replaced by drafts.
    replaced: Vec<u64>,
}

/// Where a term is.
pub(super) struct Found {
    pub(super) field: Field,
    /// Source and segment, and where its documents are listed there.
    places: Vec<(usize, SegmentOrdinal, TermInfo)>,
    /// Documents that have it.
    pub(super) count: u64,
}

/// A term that is searched for, and what it is worth.
pub(super) struct Clause {
    pub(super) found: Found,
    pub(super) weight: Score,
    /// Which part of an article's score it is added to.
    pub(super) part: usize,
    /// For counting how often a text has the term and how long it is; `None` when only having it counts.
    pub(super) penalties: Option<Penalties>,
}

/// What makes one document better than another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    /// What the score of each part counts.
    pub(super) worth: Parts,
    /// The language that is wanted; `None`: any is as good.
    pub(super) lang: Option<u64>,
    /// What is added for the wanted language.
    pub(super) bonus: Score,
}

impl Wish {
    /// All parts count the same, in every language.
    pub(super) const NONE: Self = Self { worth: [1.0; PARTS], lang: None, bonus: 0.0 };
}

/// A document of one of the sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    pub(super) source: usize,
    pub(super) doc: DocAddress,
}

/// A document that a search found.
pub(super) struct TopDoc {
    pub(super) at: At,
    pub(super) score: Score,
    /// The score by parts of the article.
    pub(super) parts: Parts,
    /// Hash of the article's slug.
    pub(super) slug: u64,
    /// Hash of the version's language.
    pub(super) lang: u64,
}

/// Everything that one question may search: the published articles, and drafts to be tried.
pub(crate) struct Corpus<'a> {
    sources: Vec<Source<'a>>,
}

impl<'a> Source<'a> {
    /// The part of `snapshot` that `viewer` may see, without the slugs in `exclude` and the versions in `replaced`.
    pub(crate) fn new(snapshot: &'a Snapshot, viewer: &Viewer, exclude: &[String], replaced: &[Article]) -> Self {
        Self {
            snapshot,
            visible: snapshot.visible_classes(viewer),
            refused: exclude.iter().map(|slug| slug_key(slug)).collect(),
            replaced: replaced.iter().map(|draft| version_key(&draft.slug, &draft.lang)).collect(),
        }
    }

    /// Everything, whoever may see it, but for one article.
    pub(crate) fn whole(snapshot: &'a Snapshot, without: Option<u64>) -> Self {
        Self { snapshot, visible: None, refused: without.into_iter().collect(), replaced: Vec::new() }
    }

    /// Gives every document for any of the clauses that may be found here to `keep`, with its score; `keep` answers with
    /// the score that further documents must exceed.
    ///
    /// Every search of every kind goes through this function. A document that may not be found is refused here,
    /// inside the search: it is never counted, ranked, or in the way of another.
    fn search(
        &self,
        number: usize,
        clauses: &[Clause],
        wish: &Wish,
        mut wanted: Score,
        mut keep: impl FnMut(DocAddress, &Columns, Score, Parts) -> Score,
    ) -> Result<(), Error> {
        let segments = self.snapshot.searcher.segment_readers();
        for ((ordinal, segment), columns) in (0..).zip(segments).zip(&self.snapshot.columns) {
            let mut lists = Vec::with_capacity(clauses.len());
            for clause in clauses {
                if let Some((.., info)) = clause.found.places.iter().find(|place| (place.0, place.1) == (number, ordinal)) {
                    lists.push(List::open(segment, &*segment.inverted_index(clause.found.field)?, info, clause)?);
                }
            }
            scan(&mut lists, |doc, parts| {
                let score: Score = parts.iter().zip(wish.worth).map(|(part, worth)| part * worth).sum();
                if score + wish.bonus > wanted && !segment.is_deleted(doc) && self.admits(columns, doc) {
                    let liked = wish.lang.is_none_or(|lang| columns.lang.first(doc) == Some(lang));
                    wanted = keep(DocAddress::new(ordinal, doc), columns, if liked { score + wish.bonus } else { score }, parts);
                }
            });
        }
        Ok(())
    }

    fn admits(&self, columns: &Columns, doc: DocId) -> bool {
        let visible = match &self.visible {
            None => true,
            Some(visible) => columns.access.first(doc).is_some_and(|class| visible.binary_search(&class).is_ok()),
        };
        visible
            && (self.refused.is_empty() || columns.slug.first(doc).is_some_and(|slug| !self.refused.contains(&slug)))
            && (self.replaced.is_empty() || columns.version.first(doc).is_some_and(|version| !self.replaced.contains(&version)))
    }
}

impl<'a> Corpus<'a> {
    /// A corpus of all `sources` together.
    pub(crate) fn new(sources: Vec<Source<'a>>) -> Self {
        Self { sources }
    }

    /// Languages that have articles.
    pub(super) fn langs(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().flat_map(|source| source.snapshot.langs.iter().map(String::as_str))
    }

    /// Index fields; they are the same in all sources.
    pub(super) fn fields(&self) -> Option<&Fields> {
        self.sources.first().map(|source| &source.snapshot.fields)
    }

    /// The values of the segment that holds a document.
    pub(super) fn columns(&self, at: At) -> Option<&Columns> {
        self.sources.get(at.source)?.snapshot.columns.get(at.doc.segment_ord as usize)
    }

    /// How many article documents there are, replaced ones that are not yet gone included.
    pub(super) fn articles(&self) -> u64 {
        self.sources.iter().map(|source| source.snapshot.article_documents).sum()
    }

    /// How many titles and sample questions there are, replaced ones included.
    pub(super) fn samples(&self) -> u64 {
        self.sources.iter().map(|source| source.snapshot.sample_documents).sum()
    }

    /// Terms of a field in an article, on average.
    pub(super) fn average_length(&self, field: Field) -> Result<f32, Error> {
        let mut terms = 0;
        for source in &self.sources {
            for segment in source.snapshot.searcher.segment_readers() {
                terms += segment.inverted_index(field)?.total_num_tokens();
            }
        }
        Ok((terms as f32 / self.articles().max(1) as f32).max(1.0))
    }

    /// What the articles are like; drafts are few and not looked at.
    pub(super) fn habits(&self) -> Habits {
        self.sources.first().map_or(Habits { passage: 1.0, with_body: 0.0, title_rarity: 1.0 }, |source| source.snapshot.habits())
    }

    /// Where a term is in all sources, drafts included, so that drafts are scored as if they were published.
    pub(super) fn look_up(&self, term: &Term) -> Result<Found, Error> {
        let mut found = Found { field: term.field(), places: Vec::new(), count: 0 };
        for (number, source) in self.sources.iter().enumerate() {
            for (ordinal, segment) in (0..).zip(source.snapshot.searcher.segment_readers()) {
                if let Some(info) = segment.inverted_index(term.field())?.get_term_info(term)? {
                    found.count += u64::from(info.doc_freq);
                    found.places.push((number, ordinal, info));
                }
            }
        }
        Ok(found)
    }

    /// Whether any article has the word that is reduced to `stem`.
    pub(super) fn has(&self, stem: &str) -> Result<bool, Error> {
        let Some(fields) = self.fields() else { return Ok(false) };
        for field in fields.searched {
            if self.look_up(&Term::from_field_text(field, stem))?.count > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// In how many titles and sample questions each feature is.
    pub(super) fn sample_counts(&self, grams: &[Gram]) -> Result<Vec<u64>, Error> {
        let mut totals = vec![0; grams.len()];
        for source in &self.sources {
            let counts = source.snapshot.sample_counts(grams.iter().map(|gram| gram.hash))?;
            totals.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
        }
        Ok(totals)
    }

    /// The best `limit` documents for any of the clauses.
    pub(super) fn top(&self, clauses: &[Clause], wish: &Wish, limit: usize) -> Result<Vec<TopDoc>, Error> {
        let mut best: Vec<TopDoc> = Vec::with_capacity(limit + 1);
        let mut wanted = Score::MIN;
        for (number, source) in self.sources.iter().enumerate() {
            source.search(number, clauses, wish, wanted, |doc, columns, score, parts| {
                let (slug, lang) = (columns.slug.first(doc.doc_id), columns.lang.first(doc.doc_id));
                if let (Some(slug), Some(lang)) = (slug, lang) {
                    let place = best.partition_point(|other| other.score >= score);
                    best.insert(place, TopDoc { at: At { source: number, doc }, score, parts, slug, lang });
                    best.truncate(limit);
                }
                if best.len() == limit {
                    wanted = best.last().map_or(Score::MAX, |last| last.score);
                }
                wanted
            })?;
        }
        Ok(best)
    }

    /// Terms of the title of the article document at `at`.
    pub(super) fn title_length(&self, at: At) -> usize {
        let Some(columns) = self.columns(at) else { return 0 };
        let mut places = columns.places.values_for_doc(at.doc.doc_id).map(Place::from_value);
        places.find(|place| place.passage == 0).map_or(0, |place| usize::from(place.length))
    }

    /// The title's entry among the sample questions, of the article document at `at`.
    pub(super) fn title(&self, at: At) -> Option<At> {
        let columns = self.columns(at)?;
        let next = At { doc: DocAddress::new(at.doc.segment_ord, at.doc.doc_id + 1), ..at };
        // It was written right after the article.
        let same = next.doc.doc_id < columns.version.num_docs() && columns.version.first(next.doc.doc_id) == columns.version.first(at.doc.doc_id);
        (same && columns.grams.first(next.doc.doc_id).is_some()).then_some(next)
    }

    /// The versions of an article that may be seen.
    pub(super) fn versions(&self, slug: u64) -> Result<Vec<TopDoc>, Error> {
        let mut versions = Vec::new();
        let Some(fields) = self.fields() else {
            return Ok(versions);
        };
        let all = [Clause { found: self.look_up(&fields.slug(slug))?, weight: 1.0, part: 0, penalties: None }];
        for (number, source) in self.sources.iter().enumerate() {
            source.search(number, &all, &Wish::NONE, Score::MIN, |doc, columns, score, parts| {
                if let Some(lang) = columns.lang.first(doc.doc_id)
                    && columns.grams.first(doc.doc_id).is_none()
                {
                    versions.push(TopDoc { at: At { source: number, doc }, score, parts, slug, lang });
                }
                Score::MIN
            })?;
        }
        Ok(versions)
    }

    /// What is shown of an article document.
    pub(super) fn shown(&self, at: At) -> Result<Option<Shown>, Error> {
        use tantivy::schema::Value;
        let Some(source) = self.sources.get(at.source) else {
            return Ok(None);
        };
        let document: tantivy::TantivyDocument = source.snapshot.searcher.doc(at.doc)?;
        let text = document.get_first(source.snapshot.fields.shown).and_then(|value| value.as_str());
        text.map(|text| serde_json::from_str(text).map_err(|_| Error::Damaged)).transpose()
    }
}

/// The weight of a term that `count` of all documents have: the rarer, the heavier.
pub(crate) fn rarity(documents: u64, count: u64) -> f32 {
    let (documents, count) = (documents.max(count) as f32, count as f32);
    (1.0 + (documents - count + 0.5) / (count + 0.5)).ln()
}
