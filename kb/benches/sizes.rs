//! Question to decision at several sizes of a knowledge base, beside tantivy's BM25 over the same text in the same run, with memory.
//!
//! Sizes are arguments: `cargo bench -p bellhop-kb --bench sizes -- 1000 10000 100000`.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use std::time::Instant;

use bellhop_kb::evaluation::{LabelledQuestion, baseline};
use bellhop_kb::{Article, Audience, Cancel, Change, KnowledgeBase, Question, Settings, Viewer, Visibility};

const USUAL_SIZES: [u64; 3] = [1_000, 10_000, 100_000];
const QUESTIONS: u64 = 3_000;
const WORDS: u64 = 50_000;
/// Articles that are applied at once.
const CHUNK: u64 = 5_000;

/// A small generator with a fixed seed, so that every run measures the same articles.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// A word; its rank follows Zipf's law, as in real texts.
    fn word(&mut self) -> String {
        let share = self.below(1_000_000) as f64 / 1_000_000.0;
        let mut number = ((WORDS as f64).powf(share) - 1.0) as u64;
        let mut word = String::new();
        while word.len() < 4 || number > 0 {
            word.push(char::from(b"bdfgklmnprstvz"[(number % 14) as usize]));
            word.push(char::from(b"aeiou"[(number / 14 % 5) as usize]));
            number /= 70;
        }
        word
    }

    fn words(&mut self, count: u64) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

fn article(number: u64, dice: &mut Dice) -> Article {
    Article {
        slug: format!("article-{number}"),
        lang: "en".to_owned(),
        title: dice.words(6),
        answer: String::new(),
        body: dice.words(80),
        phrasings: (0..4).map(|_| dice.words(7)).collect(),
        keywords: Vec::new(),
        category: Vec::new(),
        visibility: if number.is_multiple_of(10) { Visibility::Internal } else { Visibility::Public },
        audience: Audience::default(),
        revision: 1,
    }
}

/// Bytes of this process that are in memory, and of those the ones that are its own and no file's.
fn resident() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.split_whitespace().next()).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() * 1_024
    };
    (of("VmRSS:"), of("RssAnon:"))
}

fn percentile(times: &[u64], hundredths: usize) -> u64 {
    times.get((times.len() * hundredths / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn measure(size: u64) {
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings { language: "en".to_owned(), languages: vec!["en".to_owned()] };
    let kb = KnowledgeBase::open(Some(dir.path()), settings).unwrap();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let before = resident();
    let began = Instant::now();
    let mut number = 0;
    while number < size {
        let next = (number + CHUNK).min(size);
        kb.apply((number..next).map(|number| Change::Put(article(number, &mut dice))).collect(), next as i64).unwrap();
        number = next;
    }
    let taken_in = began.elapsed();
    let began = Instant::now();
    let learnt = kb.train(&Cancel::default()).unwrap();
    let learning = began.elapsed();
    // Half of the questions are sample questions with a word more and one less, half are anybody's.
    let mut again = Dice(0x2545_f491_4f6c_dd1d);
    let step = (size / QUESTIONS).max(1);
    let mut texts: Vec<String> = Vec::new();
    for number in 0..size {
        let article = article(number, &mut again);
        if number.is_multiple_of(step) && texts.len() < QUESTIONS as usize {
            let (_, rest) = article.phrasings[1].split_once(' ').unwrap();
            texts.push(format!("how do i {rest} {}", dice.word()));
            texts.push(format!("what is {}", dice.words(6)));
        }
    }
    let viewer = Viewer::default();
    let ask = |text: &str| kb.ask(&Question { text, lang: Some("en"), viewer: &viewer, exclude: &[], drafts: &[] }).unwrap();
    texts.iter().take(200).for_each(|text| drop(ask(text)));
    let mut times: Vec<u64> = Vec::with_capacity(texts.len());
    for text in &texts {
        let asked = Instant::now();
        std::hint::black_box(ask(text));
        times.push(asked.elapsed().as_micros() as u64);
    }
    times.sort_unstable();
    let after = resident();
    let bytes = kb.bytes();
    drop(kb);

    let mut again = Dice(0x2545_f491_4f6c_dd1d);
    let articles: Vec<Article> = (0..size).map(|number| article(number, &mut again)).collect();
    let questions: Vec<LabelledQuestion> = texts.into_iter().map(|text| LabelledQuestion { text, lang: None, gold: Vec::new() }).collect();
    let plain = baseline::bm25(&articles, &questions).unwrap();
    let mib = |bytes: u64| bytes / (1_024 * 1_024);
    println!(
        "{size:>9} articles: ask p50 {} µs, p99 {} µs; BM25 p50 {} µs, p99 {} µs; p99 {:.2} times; index {} MiB, memory +{} MiB of which own {} MiB; taken in in {:.1} s; {}",
        percentile(&times, 50),
        percentile(&times, 99),
        plain.p50_us,
        plain.p99_us,
        percentile(&times, 99) as f64 / plain.p99_us.max(1) as f64,
        mib(bytes),
        mib(after.0.saturating_sub(before.0)),
        mib(after.1.saturating_sub(before.1)),
        taken_in.as_secs_f64(),
        if learnt { format!("learnt and tried in {:.1} s", learning.as_secs_f64()) } else { "too many to learn from".to_owned() },
    );
}

fn main() {
    let given: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if given.is_empty() { USUAL_SIZES.to_vec() } else { given };
    sizes.into_iter().for_each(measure);
}
