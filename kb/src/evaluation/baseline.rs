//! What plain search would do on the same articles and questions, for comparison: tantivy's BM25 as it comes, and TF-IDF.

use std::collections::HashMap;
use std::time::Instant;

use serde::Serialize;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, IndexRecordOption, Schema, TEXT};
use tantivy::tokenizer::TokenStream as _;
use tantivy::{Index, TantivyDocument, Term};

use super::LabelledQuestion;
use super::measures::percentile;
use crate::Error;
use crate::article::Article;

/// Memory for writing.
const WRITER_BYTES: usize = 50_000_000;

/// How plain search did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Baseline {
    /// Share of the answerable questions whose article came first.
    pub top1: f64,
    /// The same, for one of the first three.
    pub top3: f64,
    /// Median time of a question, in microseconds.
    pub p50_us: u64,
    /// Time that one question in a hundred exceeds, in microseconds.
    pub p99_us: u64,
}

/// Tantivy's BM25 with its default analysis over the whole text of each article.
///
/// # Errors
/// When the index cannot be built or read.
pub fn bm25(articles: &[Article], questions: &[LabelledQuestion]) -> Result<Baseline, Error> {
    let mut schema = Schema::builder();
    let text = schema.add_text_field("text", TEXT);
    let number = schema.add_u64_field("number", FAST);
    let index = Index::create_in_ram(schema.build());
    let mut writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
    for (place, article) in (0_u64..).zip(articles) {
        let mut document = TantivyDocument::default();
        document.add_text(text, whole(article));
        document.add_u64(number, place);
        writer.add_document(document)?;
    }
    writer.commit()?;
    let searcher = index.reader()?.searcher();
    let mut analyzer = index.tokenizer_for_field(text)?;
    measure(articles, questions, |question| {
        let mut terms: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut stream = analyzer.token_stream(question);
        while stream.advance() {
            let term = Term::from_field_text(text, &stream.token().text);
            terms.push((Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))));
        }
        let top = searcher.search(&BooleanQuery::new(terms), &TopDocs::with_limit(3).order_by_score())?;
        let mut found = Vec::with_capacity(top.len());
        for (_, at) in top {
            let numbers = searcher.segment_reader(at.segment_ord).fast_fields().u64("number")?;
            found.extend(numbers.first(at.doc_id).map(|number| number as usize));
        }
        Ok(found)
    })
}

/// The cosine of TF-IDF vectors of words over the whole text of each article.
///
/// # Errors
/// Never; it has the shape of the other.
pub fn tf_idf(articles: &[Article], questions: &[LabelledQuestion]) -> Result<Baseline, Error> {
    let mut postings: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
    for (place, article) in articles.iter().enumerate() {
        for (word, times) in counted(&whole(article)) {
            postings.entry(word).or_default().push((place, 1.0 + times.ln()));
        }
    }
    let mut lengths = vec![0.0; articles.len()];
    let rarity = |having: usize| (articles.len() as f64 / having as f64).ln() + 1.0;
    for list in postings.values() {
        for (place, weight) in list {
            lengths[*place] += (weight * rarity(list.len())).powi(2);
        }
    }
    measure(articles, questions, |question| {
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for (word, times) in counted(question) {
            let Some(list) = postings.get(&word) else { continue };
            let weight = (1.0 + times.ln()) * rarity(list.len()).powi(2);
            for (place, own) in list {
                *scores.entry(*place).or_default() += weight * own / lengths[*place].sqrt();
            }
        }
        let mut ranked: Vec<(usize, f64)> = scores.into_iter().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Ok(ranked.into_iter().take(3).map(|(place, _)| place).collect())
    })
}

fn whole(article: &Article) -> String {
    let mut text = format!("{}\n{}\n", article.title, article.body);
    text.push_str(&article.phrasings.join("\n"));
    text
}

fn counted(text: &str) -> HashMap<String, f64> {
    let mut counts: HashMap<String, f64> = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_default() += 1.0;
    }
    counts
}

fn measure(
    articles: &[Article],
    questions: &[LabelledQuestion],
    mut search: impl FnMut(&str) -> Result<Vec<usize>, Error>,
) -> Result<Baseline, Error> {
    let (mut first, mut three, mut answerable) = (0_usize, 0_usize, 0_usize);
    let mut times = Vec::with_capacity(questions.len());
    for question in questions {
        let start = Instant::now();
        let found = search(&question.text)?;
        times.push(u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX));
        if question.gold.is_empty() {
            continue;
        }
        answerable += 1;
        let is_right = |place: &usize| articles.get(*place).is_some_and(|article| question.gold.contains(&article.slug));
        first += usize::from(found.first().is_some_and(is_right));
        three += usize::from(found.iter().any(is_right));
    }
    times.sort_unstable();
    let share = |count: usize| count as f64 / answerable.max(1) as f64;
    Ok(Baseline { top1: share(first), top3: share(three), p50_us: percentile(&times, 50), p99_us: percentile(&times, 99) })
}
