use bellhop_kb::files::{FileArticle, sample};
use bellhop_kb::{Article, Cancel, Change, Decision, KnowledgeBase, Question, Viewer, Visibility};

use crate::shop::{ask, best};

fn published(file: FileArticle) -> Article {
    Article {
        slug: file.slug,
        lang: file.lang,
        title: file.title,
        answer: file.answer,
        body: file.body,
        phrasings: file.phrasings,
        keywords: file.keywords,
        category: file.category,
        visibility: file.visibility,
        audience: file.audience,
        revision: 1,
    }
}

fn open() -> KnowledgeBase {
    let settings = bellhop_kb::Settings { language: "en".to_owned(), languages: vec!["en".to_owned(), "zh".to_owned()] };
    let kb = KnowledgeBase::open(None, settings).unwrap();
    kb.apply(sample().into_iter().map(published).map(Change::Put).collect(), 1).unwrap();
    kb
}

#[test]
fn the_sample_answers_its_own_questions() {
    answers_its_own_questions(&open());
}

#[test]
fn the_sample_answers_its_own_questions_still_when_it_has_learnt_from_them() {
    let kb = open();
    assert!(kb.train(&Cancel::default()).unwrap());
    answers_its_own_questions(&kb);
}

fn answers_its_own_questions(kb: &KnowledgeBase) {
    let staff = Viewer { visibility: Visibility::Internal, ..Viewer::default() };
    let mut missed = Vec::new();
    let mut asked = 0;
    for article in sample() {
        for text in article.phrasings.iter().chain([&article.title]) {
            let lang = Some(article.lang.as_str());
            let verdict = kb.ask(&Question { text, lang, viewer: &staff, exclude: &[], drafts: &[] }).unwrap();
            asked += 1;
            if best(&verdict) != Some((&article.slug, &article.lang)) || verdict.decision != Decision::Answer {
                missed.push(format!("{} {text}: {:?} {:?} {:.2}", article.file, best(&verdict), verdict.decision, verdict.probability));
            }
        }
    }
    assert!(asked >= 40, "{asked}");
    assert!(missed.len() * 20 <= asked, "{} of {asked}:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn the_sample_hands_off_what_it_does_not_know() {
    hands_off_what_it_does_not_know(&open());
}

#[test]
fn the_sample_hands_off_what_it_does_not_know_still_when_it_has_learnt() {
    let kb = open();
    assert!(kb.train(&Cancel::default()).unwrap());
    hands_off_what_it_does_not_know(&kb);
}

fn hands_off_what_it_does_not_know(kb: &KnowledgeBase) {
    let verdict = ask(kb, "我家的狗生病了怎么办？");
    assert_eq!(verdict.decision, Decision::Handoff, "{:?} {} {}", best(&verdict), verdict.probability, verdict.among_three);
    for text in [
        "What is the capital of Mongolia?",
        "please write me a poem about the sea",
        "how tall is the Eiffel tower",
        "明天北京会下雨吗",
        "帮我写一首关于大海的诗",
    ] {
        let verdict = ask(kb, text);
        assert_ne!(verdict.decision, Decision::Answer, "{text}: {:?} {}", best(&verdict), verdict.probability);
    }
}
