use bellhop_kb::{Cancel, Change, Decision, KnowledgeBase, Question, Viewer};

use crate::shop::{article, articles, ask, best, open, settings, slugs};

fn taught() -> KnowledgeBase {
    let kb = open();
    assert!(kb.train(&Cancel::default()).unwrap());
    kb
}

#[test]
fn what_is_learnt_is_of_the_articles_as_they_are() {
    let kb = open();
    assert!(!kb.is_learnt());
    kb.train(&Cancel::default()).unwrap();
    assert!(kb.is_learnt());
    kb.apply(vec![Change::Put(article("warranty", "en", "Guarantee of toasters", "Two years.", &[]))], 9).unwrap();
    assert!(!kb.is_learnt());
    kb.train(&Cancel::default()).unwrap();
    assert!(kb.is_learnt());
}

#[test]
fn learning_twice_gives_the_same_scores() {
    let (one, other) = (taught(), taught());
    for text in ["where is my refnud", "send it back", "退款什么时候到", "Adresse ändern"] {
        assert_eq!(ask(&one, text), ask(&other, text), "{text}");
    }
    let before = ask(&one, "where is my money");
    one.train(&Cancel::default()).unwrap();
    assert_eq!(ask(&one, "where is my money"), before);
}

#[test]
fn a_question_like_those_of_an_article_sounds_like_it() {
    let kb = taught();
    let verdict = ask(&kb, "refund still not arrived");
    assert_eq!(best(&verdict), Some(("refund-time", "en")));
    let learned: Vec<f64> = verdict.candidates.iter().map(|candidate| candidate.scores.learned).collect();
    assert!(learned[0] > 0.0 && learned[1..].iter().all(|other| *other < learned[0]), "{learned:?}");
}

#[test]
fn an_unpublished_article_is_gone_at_once_though_it_was_learnt() {
    let kb = taught();
    kb.apply(vec![Change::Remove { slug: "refund-time".to_owned(), lang: "en".to_owned() }], 9).unwrap();
    kb.apply(vec![Change::Remove { slug: "refund-time".to_owned(), lang: "zh".to_owned() }], 10).unwrap();
    let verdict = ask(&kb, "where is my refund");
    assert!(!slugs(&verdict).contains(&"refund-time"), "{:?}", slugs(&verdict));
}

#[test]
fn a_new_article_is_found_before_it_is_learnt() {
    let kb = taught();
    let new = article("gift-cards", "en", "How do gift cards work?", "They never expire.", &["use my gift card", "gift card balance"]);
    kb.apply(vec![Change::Put(new)], 9).unwrap();
    let verdict = ask(&kb, "balance of my gift card");
    assert_eq!((best(&verdict), verdict.decision), (Some(("gift-cards", "en")), Decision::Answer), "{}", verdict.probability);
}

#[test]
fn an_article_that_was_not_learnt_is_judged_as_where_nothing_was() {
    let kb = KnowledgeBase::open(None, settings()).unwrap();
    assert!(kb.train(&Cancel::default()).unwrap());
    let phrasings = ["can you engrave my name?", "is engraving offered", "I want an engraving, reach me at [e-mail]"];
    kb.apply(vec![Change::Put(article("engraving", "en", "Do you engrave?", "Yes, up to twenty letters.", &phrasings))], 1).unwrap();
    for text in ["do you offer engraving?", "I want an engraving, reach me at cem@example.org"] {
        let verdict = ask(&kb, text);
        assert_eq!(verdict.decision, Decision::Answer, "{text}: {}", verdict.probability);
    }
}

#[test]
fn cancelled_learning_changes_nothing() {
    let kb = taught();
    let before = ask(&kb, "where is my refund");
    let cancel = Cancel::default();
    cancel.cancel();
    assert!(!kb.train(&cancel).unwrap());
    assert_eq!(ask(&kb, "where is my refund"), before);
}

#[test]
fn nothing_to_learn_from_is_no_error() {
    let kb = KnowledgeBase::open(None, settings()).unwrap();
    assert!(kb.train(&Cancel::default()).unwrap());
    assert_eq!(ask(&kb, "where is my refund").decision, Decision::Handoff);
    kb.apply(vec![Change::Put(article("one", "en", "One", "", &[]))], 1).unwrap();
    assert!(kb.train(&Cancel::default()).unwrap());
    assert_eq!(best(&ask(&kb, "one refund")), Some(("one", "en")));
}

#[test]
fn a_typing_error_in_a_word_is_read_as_the_word() {
    let kb = taught();
    for (text, slug) in [("chnage my passwrod", "password"), ("wher is my refudn", "refund-time"), ("delivrey fee", "shipping-cost")] {
        assert_eq!(best(&ask(&kb, text)).map(|(slug, _)| slug), Some(slug), "{text}");
    }
}

#[test]
fn costs_decide() {
    let kb = taught();
    let text = "refund return";
    kb.set_costs(bellhop_kb::Costs { wrong_answer: 1000.0, asking: 1.0 });
    assert_eq!((ask(&kb, text).decision, ask(&kb, text).threshold), (Decision::Handoff, 0.999));
    kb.set_costs(bellhop_kb::Costs { wrong_answer: 1.000_001, asking: 0.0 });
    assert_eq!(ask(&kb, text).decision, Decision::Answer);
    // Learning again keeps what an administrator has set.
    kb.train(&Cancel::default()).unwrap();
    assert_eq!(ask(&kb, text).decision, Decision::Answer);
}

#[test]
fn answers_go_on_while_it_learns() {
    let kb = open();
    let learning = kb.clone();
    let thread = std::thread::spawn(move || (0..5).all(|_| learning.train(&Cancel::default()).unwrap()));
    let viewer = Viewer::default();
    while !thread.is_finished() {
        let verdict = kb.ask(&Question { text: "where is my refund", lang: None, viewer: &viewer, exclude: &[], drafts: &[] }).unwrap();
        assert_eq!(best(&verdict), Some(("refund-time", "en")));
    }
    assert!(thread.join().unwrap());
    assert_eq!(articles().len(), kb.len());
}
