use bellhop_kb::meaning::{Meaning, Vectors};
use bellhop_kb::{Cancel, Change, Decision, KnowledgeBase, Question, Verdict, Viewer, Visibility};

use crate::shop::{article, ask, best, settings};

/// Things that a shop is asked about, each in the words of four questions, and in Finnish, which has none of these words.
const TOPICS: [(&str, [&str; 4], &str); 8] = [
    ("refund", ["where is my refund", "when is the money returned", "refund has not arrived", "how long until I am repaid"], "rahat takaisin"),
    ("password", ["I forgot my password", "reset the password", "cannot sign in", "new passphrase"], "salasana unohtui"),
    ("shipping", ["what does shipping cost", "delivery fee", "is postage free", "price of sending"], "paljonko toimitus maksaa"),
    ("invoice", ["pay by invoice", "can companies get a bill", "invoice for my order", "tax receipt"], "lasku yritykselle"),
    ("returns", ["how do I send it back", "return label", "it does not fit", "exchange for another size"], "palauta tuote"),
    ("warranty", ["how long is the guarantee", "it broke after a year", "warranty claim", "repair of a faulty lamp"], "takuu rikki"),
    ("hours", ["when are you open", "opening times", "are you there on sundays", "closing hour"], "aukioloajat milloin"),
    ("gift", ["wrap it as a gift", "add a card", "birthday present", "gift voucher"], "lahjapaketti kortti"),
];

/// A model that knows what these texts are about: one direction for each topic, and a little of each text's own.
fn vector(text: &str) -> Vec<f32> {
    let mut vector = vec![0.3_f32; TOPICS.len() + 16];
    let topic = TOPICS.iter().position(|(slug, texts, finnish)| *slug == text || texts.contains(&text) || *finnish == text);
    if let Some(topic) = topic {
        vector[topic] += 2.0;
    }
    let own = text.bytes().fold(7_usize, |sum, byte| (sum * 31 + usize::from(byte)) % 16);
    vector[TOPICS.len() + own] += 0.6;
    vector
}

fn open() -> KnowledgeBase {
    let kb = KnowledgeBase::open(None, settings()).unwrap();
    let articles = TOPICS.iter().map(|(slug, texts, _)| article(slug, "en", texts[0], &format!("About {slug}."), &texts[1..]));
    kb.apply(articles.map(Change::Put).collect(), 1).unwrap();
    kb
}

fn learn(kb: &KnowledgeBase) {
    let texts = kb.texts(&Cancel::default()).unwrap().unwrap();
    let mut vectors = Vectors::default();
    for text in texts.missing(&vectors).into_iter().map(str::to_owned).collect::<Vec<_>>() {
        assert!(vectors.put(&text, &vector(&text)));
    }
    assert!(texts.missing(&vectors).is_empty());
    kb.set_meaning(Meaning::of(&texts, &vectors, &Cancel::default()));
}

fn by_meaning(kb: &KnowledgeBase, viewer: &Viewer, exclude: &[String], text: &str, vector: &[f32]) -> Verdict {
    let question = Question { text, lang: Some("en"), viewer, exclude, drafts: &[] };
    let by_words = kb.ask(&question).unwrap();
    kb.ask_by_meaning(&question, by_words, vector).unwrap()
}

#[test]
fn a_question_without_a_common_word_finds_its_article() {
    let kb = open();
    let viewer = Viewer::default();
    for (slug, _, finnish) in TOPICS {
        assert_eq!(
            by_meaning(&kb, &viewer, &[], finnish, &vector(finnish)).decision,
            Decision::Handoff,
            "{finnish}: nothing is known of meaning yet"
        );
        learn(&kb);
        let verdict = by_meaning(&kb, &viewer, &[], finnish, &vector(finnish));
        assert_eq!((best(&verdict), verdict.decision), (Some((slug, "en")), Decision::Answer), "{finnish}: {verdict:?}");
        assert_eq!(verdict.text, format!("About {slug}."));
        kb.set_meaning(None);
    }
}

#[test]
fn what_has_no_article_is_left_to_people() {
    let kb = open();
    learn(&kb);
    let verdict = by_meaning(&kb, &Viewer::default(), &[], "onko teillä koiria", &vector("onko teillä koiria"));
    assert_eq!(verdict.decision, Decision::Handoff, "{verdict:?}");
    // Whatever a vector is, it breaks nothing.
    for strange in [vec![1.0], vec![f32::MAX; 24], vec![1e-30; 24]] {
        let question = Question { text: "onko", lang: None, viewer: &Viewer::default(), exclude: &[], drafts: &[] };
        let before = kb.ask(&question).unwrap();
        let after = kb.ask_by_meaning(&question, before.clone(), &strange).unwrap();
        assert!(after == before || after.probability.is_finite(), "{after:?}");
    }
}

#[test]
fn what_may_not_be_seen_is_not_found_by_meaning_either() {
    let kb = open();
    let mut secret = article("password", "en", "I forgot my password", "Secret.", &["reset the password", "cannot sign in", "new passphrase"]);
    secret.visibility = Visibility::Internal;
    kb.apply(vec![Change::Put(secret)], 2).unwrap();
    learn(&kb);
    let (viewer, asked) = (Viewer::default(), vector("salasana unohtui"));
    let verdict = by_meaning(&kb, &viewer, &[], "salasana unohtui", &asked);
    assert!(verdict.candidates.iter().all(|candidate| candidate.slug != "password") && verdict.decision != Decision::Answer, "{verdict:?}");
    let refused = by_meaning(&kb, &viewer, &["invoice".to_owned()], "lasku yritykselle", &vector("lasku yritykselle"));
    assert!(refused.candidates.iter().all(|candidate| candidate.slug != "invoice"), "{refused:?}");
    // What is taken out of force is gone at once, before anything is learnt anew.
    kb.apply(vec![Change::Remove { slug: "gift".to_owned(), lang: "en".to_owned() }], 3).unwrap();
    let gone = by_meaning(&kb, &viewer, &[], "lahjapaketti kortti", &vector("lahjapaketti kortti"));
    assert!(gone.candidates.iter().all(|candidate| candidate.slug != "gift"), "{gone:?}");
    assert_eq!(best(&ask(&kb, "where is my refund")), Some(("refund", "en")));
}
