//! Adding up scores over posting lists, a stretch of documents at a time.
//!
//! Questions have few terms and are asked of thousands of articles, not of millions: going through the whole of each
//! list in blocks costs less there than deciding, document by document, what may be passed over.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Score, SegmentReader};

use super::corpus::Clause;
use crate::Error;
use crate::index::PARTS;

/// Documents scored at a time; their scores fit into a processor's nearest cache.
const WINDOW: usize = 4_096;
/// How soon saying a word again counts no more, as is usual with BM25.
const K1: f32 = 1.2;
/// How much long texts are held against an article, as is usual with BM25.
const B: f32 = 0.75;

/// The documents of one term in one segment, and how they are scored.
pub(super) struct List {
    blocks: BlockSegmentPostings,
    at: usize,
    weight: Score,
    part: usize,
    lengths: Option<Lengths>,
}

/// Scores of a document, added up for each part of an article by itself.
pub(super) type Parts = [Score; PARTS];

struct Lengths {
    reader: FieldNormReader,
    penalties: Penalties,
}

/// What a text's length takes from its score, by the length as the index stores it.
pub(super) type Penalties = Arc<[f32; 256]>;

/// What having a term this often in a text of this length is worth, beside its weight.
pub(super) fn worth(times: f32, length: f32, average: f32) -> f32 {
    (1.0 + K1) * times / (times + K1 * (1.0 - B + B * length / average))
}

/// The penalties of a field whose texts have `average` terms on average.
pub(super) fn penalties(average: f32) -> Penalties {
    let mut penalties = [0.0; 256];
    for (id, penalty) in (0..=u8::MAX).zip(&mut penalties) {
        *penalty = K1 * (1.0 - B + B * FieldNormReader::id_to_fieldnorm(id) as f32 / average);
    }
    Arc::new(penalties)
}

impl List {
    pub(super) fn open(segment: &SegmentReader, index: &InvertedIndexReader, info: &TermInfo, clause: &Clause) -> Result<Self, Error> {
        let Some(penalties) = clause.penalties.clone() else {
            let blocks = index.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
            return Ok(Self { blocks, at: 0, weight: clause.weight, part: clause.part, lengths: None });
        };
        let blocks = index.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
        let reader = segment.get_fieldnorms_reader(clause.found.field)?;
        Ok(Self { blocks, at: 0, weight: clause.weight * (1.0 + K1), part: clause.part, lengths: Some(Lengths { reader, penalties }) })
    }

    /// The next document, if there is one.
    fn next(&self) -> Option<DocId> {
        self.blocks.docs().get(self.at).copied()
    }

    /// Adds the scores of all documents before the end of the window.
    fn add_to(&mut self, window: &mut Window) {
        loop {
            let docs = self.blocks.docs();
            if docs.is_empty() {
                return;
            }
            let rest = docs.get(self.at..).unwrap_or_default();
            let inside = rest.partition_point(|doc| *doc < window.end());
            let here = rest.get(..inside).unwrap_or_default();
            match &self.lengths {
                None => here.iter().for_each(|doc| window.add(*doc, self.part, self.weight)),
                Some(lengths) => {
                    let times = self.blocks.freqs().get(self.at..).unwrap_or_default();
                    for (doc, times) in here.iter().zip(times) {
                        let length = usize::from(lengths.reader.fieldnorm_id(*doc));
                        let penalty = lengths.penalties.get(length).copied().unwrap_or(K1);
                        let times = *times as f32;
                        window.add(*doc, self.part, self.weight * times / (times + penalty));
                    }
                }
            }
            self.at += inside;
            if self.at < docs.len() {
                return;
            }
            self.blocks.advance();
            self.at = 0;
        }
    }
}

/// Gives every document of the lists, in order, with its score.
pub(super) fn scan(lists: &mut [List], mut give: impl FnMut(DocId, Parts)) {
    let mut window = Window { start: 0, scores: vec![[0.0; PARTS]; WINDOW], touched: vec![0; WINDOW / 64] };
    while let Some(next) = lists.iter().filter_map(List::next).min() {
        window.start = next;
        for list in lists.iter_mut() {
            list.add_to(&mut window);
        }
        window.drain(&mut give);
    }
}

struct Window {
    start: DocId,
    scores: Vec<Parts>,
    /// A bit for every document that has a score.
    touched: Vec<u64>,
}

impl Window {
    fn end(&self) -> DocId {
        self.start.saturating_add(WINDOW as DocId)
    }

    fn add(&mut self, doc: DocId, part: usize, score: Score) {
        let place = (doc - self.start) as usize;
        if let (Some(sum), Some(bits)) = (self.scores.get_mut(place).and_then(|parts| parts.get_mut(part)), self.touched.get_mut(place / 64)) {
            *sum += score;
            *bits |= 1 << (place % 64);
        }
    }

    /// Gives all documents that have a score, and forgets them.
    fn drain(&mut self, give: &mut impl FnMut(DocId, Parts)) {
        let words = self.touched.iter_mut().zip(self.scores.chunks_mut(64));
        for (first, (bits, scores)) in (self.start..).step_by(64).zip(words) {
            while *bits != 0 {
                let place = bits.trailing_zeros();
                *bits &= *bits - 1;
                if let Some(score) = scores.get_mut(place as usize) {
                    give(first + place, *score);
                    *score = [0.0; PARTS];
                }
            }
        }
    }
}
