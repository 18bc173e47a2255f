use bellhop_kb::{Change, Decision, KnowledgeBase, Swap, SynonymGroup, Synonyms};

use crate::shop::{article, ask, best, open, settings};

fn groups(given: &[(Option<&str>, &[&str])]) -> Synonyms {
    let group = |(lang, words): &(Option<&str>, &[&str])| SynonymGroup {
        lang: lang.map(str::to_owned),
        words: words.iter().map(|word| (*word).to_owned()).collect(),
    };
    Synonyms::of(given.iter().map(group))
}

#[test]
fn a_question_in_other_words_finds_the_article() {
    let kb = open();
    kb.set_synonyms(groups(&[
        (Some("en"), &["moolah", "refund"]),
        (Some("en"), &["door charge", "dispatch toll", "shipping cost"]),
        (Some("zh"), &["口令", "密码"]),
        (None, &["RMA slip", "Rückschein", "return label"]),
    ]));
    for (text, slug, said, read) in [
        ("where is my moolah", "refund-time", "moolah", "refund"),
        ("how much is the door charge", "shipping-cost", "door charge", "shipping cost"),
        ("忘记口令", "password", "口令", "密码"),
        ("忘記口令怎麼辦", "password", "口令", "密码"),
        ("Rückschein", "returns", "Rückschein", "return label"),
        // A typing error elsewhere is mended as well.
        ("wheer is my moolah", "refund-time", "moolah", "refund"),
    ] {
        let verdict = ask(&kb, text);
        assert_eq!((best(&verdict).map(|best| best.0), verdict.decision), (Some(slug), Decision::Answer), "{text}: {verdict:?}");
        assert_eq!(verdict.synonyms, [Swap { said: said.to_owned(), read: read.to_owned() }], "{text}");
        let plain = ask(&kb.trying(Synonyms::default()), text);
        assert!(plain.probability < verdict.probability && plain.synonyms.is_empty(), "{text}: {plain:?}");
    }
}

#[test]
fn what_the_articles_say_themselves_stays_as_it_is() {
    let kb = open();
    let texts = ["where is my refund", "return label", "忘记密码怎么办", "reset password", "how is the weather", "Adresse falsch"];
    let before: Vec<_> = texts.map(|text| ask(&kb, text)).into();
    kb.set_synonyms(groups(&[(Some("en"), &["moolah", "refund", "money back"]), (Some("zh"), &["口令", "密码"])]));
    for (text, before) in texts.into_iter().zip(before) {
        assert_eq!(ask(&kb, text), before, "{text}");
    }
}

#[test]
fn an_articles_own_word_counts_before_a_synonym() {
    let kb = KnowledgeBase::open(None, settings()).unwrap();
    let couch = article("couch", "en", "Cleaning a couch", "With soap.", &["how do I clean my couch"]);
    let sofa = article("sofa", "en", "Cleaning a sofa", "With water.", &["how do I clean my sofa"]);
    kb.apply(vec![Change::Put(couch), Change::Put(sofa)], 1).unwrap();
    kb.set_synonyms(groups(&[(Some("en"), &["couch", "sofa", "settee"])]));
    for (text, slug) in [("how do I clean my couch", "couch"), ("how do I clean my sofa", "sofa")] {
        assert_eq!(best(&ask(&kb, text)).map(|best| best.0), Some(slug), "{text}");
    }
    assert!(best(&ask(&kb, "how do I clean my settee")).is_some());
}

#[test]
fn tried_synonyms_are_nobody_elses() {
    let kb = open();
    let tried = kb.trying(groups(&[(Some("en"), &["moolah", "refund"])]));
    assert_eq!(ask(&tried, "where is my moolah").decision, Decision::Answer);
    assert_ne!(ask(&kb, "where is my moolah").synonyms, ask(&tried, "where is my moolah").synonyms);
    // Both see the same articles.
    tried.apply(vec![Change::Put(article("lamp", "en", "Why does the lamp blink?", "It is hot.", &[]))], 9).unwrap();
    assert_eq!(best(&ask(&kb, "why does the lamp blink")), Some(("lamp", "en")));
}
