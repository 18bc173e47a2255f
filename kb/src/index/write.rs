//! Writing changes into the index.

use std::collections::{BTreeSet, HashMap};

use tantivy::index::SegmentMeta;
use tantivy::indexer::{MergeCandidate, MergePolicy};
use tantivy::schema::Field;
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, IndexWriter, TantivyDocument};

use super::folder::Folder;
use super::schema::{Fields, Place, Shown, access_key, lang_key, sample_value, slug_key, version_key, version_term, word_value};
use super::snapshot::Access;
use crate::analysis::{article_grams, article_terms};
use crate::article::{Article, Audience, Change, Visibility};
use crate::language::primary;
use crate::{Error, markdown};

/// Memory that the writer may fill before it starts a segment; the least that tantivy takes.
const WRITER_BYTES: usize = 15_000_000;
/// Longest access class that is stored; tantivy leaves out longer terms.
const MAX_ACCESS_BYTES: usize = 60_000;
/// Titles and sample questions of one version that are kept.
const MAX_SAMPLES: usize = 1_000;
/// Distinct words of one version that explanations know of.
const MAX_WORDS: usize = 2_000;
/// Sentences of the body of one version that are learnt from.
const MAX_SENTENCES: usize = 40;
/// Places of words in passages of one version that are kept.
const MAX_PLACES: usize = 4_000;
/// Segments that are left alone; every one costs each question a look into all its dictionaries.
const MAX_SEGMENTS: usize = 6;
/// A segment this many times as large as all smaller ones together is not merged with them.
const MUCH_LARGER: u32 = 3;

/// Writes and commits changes. The writer lives only for the call, for its memory should not be held while idle.
///
/// `visible` is called when the changes are committed, before segments are merged in the same call.
pub(crate) fn write(index: &Index, changes: &[Change], seq: i64, visible: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
    let (_, fields) = Fields::schema();
    let mut writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES)?;
    writer.set_merge_policy(Box::new(FewSegments));
    for change in changes {
        match change {
            Change::Put(article) => {
                writer.delete_term(fields.version(&article.slug, &article.lang));
                for document in documents(article, &fields) {
                    writer.add_document(document)?;
                }
            }
            Change::Remove { slug, lang } => {
                writer.delete_term(fields.version(slug, lang));
            }
        }
    }
    let mut commit = writer.prepare_commit()?;
    commit.set_payload(&Folder::payload(seq));
    commit.commit()?;
    visible()?;
    writer.wait_merging_threads()?;
    Ok(())
}

/// Keeps few segments: when there are more than [`MAX_SEGMENTS`], the smallest are merged, with each larger one
/// that is not much larger than those before it, so that publishing one article seldom rewrites many.
#[derive(Debug)]
struct FewSegments;

impl MergePolicy for FewSegments {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let mut by_size: Vec<&SegmentMeta> = segments.iter().collect();
        by_size.sort_by_key(|segment| segment.num_docs());
        let garbage: u32 = segments.iter().map(SegmentMeta::num_deleted_docs).sum();
        let kept: u32 = segments.iter().map(SegmentMeta::num_docs).sum();
        let count = if garbage > kept {
            by_size.len()
        } else if by_size.len() > MAX_SEGMENTS {
            let mut total = 0;
            let sizes = by_size.iter().map(|segment| segment.num_docs()).enumerate();
            let together = sizes.take_while(|(place, size)| {
                let joins = *place < 2 || *size < MUCH_LARGER * total;
                total += size;
                joins
            });
            together.count()
        } else {
            0
        };
        if count == 0 {
            return Vec::new();
        }
        vec![MergeCandidate(by_size.iter().take(count).map(|segment| segment.id()).collect())]
    }
}

/// An index in memory of articles that are not published.
pub(crate) fn draft_index(drafts: &[Article]) -> Result<Index, Error> {
    let (schema, _) = Fields::schema();
    let index = Index::create_in_ram(schema);
    let changes: Vec<Change> = drafts.iter().cloned().map(Change::Put).collect();
    write(&index, &changes, 0, || Ok(()))?;
    Ok(index)
}

fn documents(article: &Article, fields: &Fields) -> Vec<TantivyDocument> {
    let plain = markdown::to_plain(&article.body);
    let answer = match article.answer.trim() {
        "" => markdown::first_paragraph(&article.body),
        given => given.to_owned(),
    };
    let lang = &article.lang;
    let access = access_term(article);
    let common = |kind: &str| {
        let mut document = TantivyDocument::default();
        document.add_text(fields.kind, kind);
        document.add_text(fields.version, version_term(&article.slug, lang));
        document.add_u64(fields.slug, slug_key(&article.slug));
        document.add_u64(fields.version_hash, version_key(&article.slug, lang));
        document.add_u64(fields.lang_hash, lang_key(lang));
        document.add_u64(fields.phrasings, article.phrasings.len().min(MAX_SAMPLES) as u64);
        document.add_text(fields.access, &access);
        document.add_u64(fields.access_hash, access_key(&access));
        document
    };

    let mut main = common("article");
    main.add_text(fields.lang, primary(lang).to_ascii_lowercase());
    let texts: [Vec<&str>; 5] = [
        vec![&article.title],
        article.phrasings.iter().map(String::as_str).collect(),
        article.keywords.iter().map(String::as_str).collect(),
        vec![&answer],
        vec![&plain],
    ];
    let [mut title, mut samples, mut rest] = [const { Vec::new() }; 3];
    let mut words = BTreeSet::new();
    // An answer that is the body's first paragraph is not said twice.
    let said_twice = article.answer.trim().is_empty();
    for (number, texts) in texts.iter().enumerate() {
        for term in texts.iter().flat_map(|text| article_terms(text, lang)) {
            if words.len() < MAX_WORDS {
                words.insert(word_value(&term, number));
            }
            match number {
                0 => title.push(term),
                1 | 2 => samples.push(term),
                3 if said_twice => {}
                _ => rest.push(term),
            }
        }
    }
    for place in places(article, &title) {
        main.add_u64(fields.places, place);
    }
    for word in words {
        main.add_u64(fields.words, word);
    }
    for (field, terms) in fields.searched.iter().zip([title, samples, rest]) {
        add_terms(&mut main, *field, terms);
    }
    let shown = Shown { slug: article.slug.clone(), lang: lang.clone(), title: article.title.clone(), answer: answer.clone() };
    // Four strings can always be written as JSON.
    main.add_text(fields.shown, serde_json::to_string(&shown).unwrap_or_default());

    let mut all = vec![main];
    let mut seen: Vec<Vec<u32>> = Vec::new();
    for (number, sample) in std::iter::once(&article.title).chain(&article.phrasings).enumerate() {
        let grams = article_grams(sample, lang);
        if grams.is_empty() || seen.contains(&grams) {
            continue;
        }
        if seen.len() == MAX_SAMPLES {
            break;
        }
        let mut document = common("sample");
        document.add_text(fields.sample, sample_value(lang, number == 0, sample));
        if number == 0 && !article.body.trim().is_empty() {
            document.add_text(fields.sentences, sentences(&article.body).join("\n"));
        }
        for gram in &grams {
            document.add_u64(fields.grams, u64::from(*gram));
        }
        seen.push(grams);
        all.push(document);
    }
    all
}

/// The first sentences of a body.
fn sentences(body: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    for passage in markdown::passages(body) {
        let mut sentence = String::new();
        let mut chars = passage.chars().peekable();
        while let Some(c) = chars.next() {
            sentence.push(c);
            let ends = matches!(c, '。' | '！' | '？') || (matches!(c, '.' | '!' | '?') && chars.peek().is_none_or(|next| next.is_whitespace()));
            if ends {
                sentences.push(std::mem::take(&mut sentence));
            }
        }
        sentences.push(sentence);
        if sentences.len() >= MAX_SENTENCES {
            break;
        }
    }
    sentences.retain(|sentence| !sentence.trim().is_empty());
    sentences.truncate(MAX_SENTENCES);
    sentences
}

/// Where which term is: in the title, in the short answer, and in each passage of the body.
fn places(article: &Article, title: &[String]) -> BTreeSet<u64> {
    let mut places = BTreeSet::new();
    let mut add = |passage: usize, terms: &[String]| {
        let mut times: HashMap<&str, usize> = HashMap::new();
        for term in terms {
            *times.entry(term).or_default() += 1;
        }
        let small = |number: usize| u8::try_from(number).unwrap_or(u8::MAX);
        for (term, times) in times {
            if places.len() < MAX_PLACES {
                places.insert(Place { passage: small(passage), times: small(times), length: small(terms.len()) }.value(term));
            }
        }
    };
    add(0, title);
    let answer = Some(article.answer.trim()).filter(|answer| !answer.is_empty()).map(str::to_owned);
    for (number, passage) in (1..).zip(answer.into_iter().chain(markdown::passages(&article.body))) {
        add(number, &article_terms(&passage, &article.lang));
    }
    places
}

fn add_terms(document: &mut TantivyDocument, field: Field, terms: Vec<String>) {
    let tokens =
        terms.into_iter().enumerate().map(|(position, text)| Token { offset_from: 0, offset_to: 0, position, text, position_length: 1 }).collect();
    document.add_pre_tokenized_text(field, PreTokenizedString { text: String::new(), tokens });
}

fn access_term(article: &Article) -> String {
    let mut access = Access { visibility: article.visibility, audience: article.audience.clone() };
    for list in [&mut access.audience.tiers, &mut access.audience.regions, &mut access.audience.channels] {
        list.sort();
        list.dedup();
    }
    let term = serde_json::to_string(&access).unwrap_or_default();
    if term.len() <= MAX_ACCESS_BYTES {
        return term;
    }
    // An audience too long to be stored must not become no audience at all.
    let staff_only = Access { visibility: Visibility::Internal, audience: Audience::default() };
    serde_json::to_string(&staff_only).unwrap_or_default()
}
