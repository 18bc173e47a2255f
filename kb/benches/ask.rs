//! Questions over 10 000 synthetic articles in files: the whole of `ask`, and publishing one article.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use std::hint::black_box;

use bellhop_kb::{Article, Audience, Change, KnowledgeBase, Question, Settings, Viewer, Visibility};
use criterion::{Criterion, criterion_group, criterion_main};

const ARTICLES: u64 = 10_000;
const WORDS: u64 = 20_000;

/// A small generator with a fixed seed, so that every run measures the same articles.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    /// A word; common ones come far more often than rare ones.
    fn word(&mut self) -> String {
        let span = (self.below(1_000) as f64 / 1_000.0).powi(4) * WORDS as f64;
        let mut number = span as u64 + self.below(20);
        let mut word = String::new();
        for _ in 0..3 {
            word.push(char::from(b"bdfgklmnprstvz"[(number % 14) as usize]));
            word.push(char::from(b"aeiou"[(number / 14 % 5) as usize]));
            number /= 70;
            if number == 0 {
                break;
            }
        }
        word
    }

    fn words(&mut self, count: u64) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn han(&mut self, count: u64) -> String {
        (0..count).filter_map(|_| char::from_u32(0x4e00 + (self.below(60) * self.below(60)) as u32)).collect()
    }
}

fn article(number: u64, dice: &mut Dice) -> Article {
    let chinese = number.is_multiple_of(5);
    let mut text = |words: u64| if chinese { dice.han(words * 2) } else { dice.words(words) };
    Article {
        slug: format!("article-{number}"),
        lang: if chinese { "zh" } else { "en" }.to_owned(),
        title: text(6),
        answer: text(15),
        body: text(60),
        phrasings: (0..5).map(|_| text(7)).collect(),
        keywords: vec![text(1), text(1)],
        category: Vec::new(),
        visibility: if number.is_multiple_of(10) { Visibility::Internal } else { Visibility::Public },
        audience: Audience::default(),
        revision: 1,
    }
}

fn bench(criterion: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings { language: "en".to_owned(), languages: vec!["en".to_owned(), "zh".to_owned()] };
    let kb = KnowledgeBase::open(Some(dir.path()), settings).unwrap();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let changes = (0..ARTICLES).map(|number| Change::Put(article(number, &mut dice))).collect();
    kb.apply(changes, 1).unwrap();

    let staff = Viewer { visibility: Visibility::Internal, ..Viewer::default() };
    let customer = Viewer::default();
    let english: Vec<String> = (0..200).map(|_| format!("how do i {}", dice.words(6))).collect();
    let chinese: Vec<String> = (0..200).map(|_| format!("怎么{}", dice.han(10))).collect();
    let long = dice.words(10_000);
    let refused = ["article-1".to_owned()];
    for (name, questions, viewer, exclude) in [
        ("ask/english", &english, &customer, &[][..]),
        ("ask/chinese", &chinese, &customer, &[][..]),
        ("ask/staff", &english, &staff, &[][..]),
        ("ask/refused", &english, &customer, &refused[..]),
        ("ask/ten_thousand_words", &vec![long], &customer, &[][..]),
    ] {
        let mut turn = questions.iter().cycle();
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| {
                let text = turn.next().map_or("", String::as_str);
                let lang = Some("en");
                black_box(kb.ask(&Question { text, lang, viewer, exclude, drafts: &[] }).unwrap())
            });
        });
    }
    let mut seq = 1;
    criterion.bench_function("publish/one", |bencher| {
        bencher.iter(|| {
            seq += 1;
            kb.apply(vec![Change::Put(article(seq as u64 % ARTICLES, &mut dice))], seq).unwrap();
        });
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
