use bellhop_kb::{Cancel, Decision, Question, Viewer};

use crate::shop::{ask, best, open, slugs};

#[test]
fn the_right_article_comes_first() {
    let kb = open();
    for (case, text, expected) in [
        ("its title", "How do I return an item?", "returns"),
        ("a sample question", "where is my refund", "refund-time"),
        ("inflected forms", "returning items", "returns"),
        ("capitals and marks", "RESET PASSWORD!!!", "password"),
        ("letters in the wrong order", "where is my refnud", "refund-time"),
        ("two typing errors", "chnage my passwrd", "password"),
        ("an error in the only word", "shiping", "shipping-cost"),
        ("Chinese without spaces", "我想把衣服退货", "returns"),
        ("traditional characters", "退款什麼時候到", "refund-time"),
        ("traditional characters, other words", "忘記密碼", "password"),
        ("a wrong character", "忘纪密码", "password"),
        ("full-width letters", "ｒｅｆｕｎｄ", "refund-time"),
        ("mixed languages", "我的 password 忘了", "password"),
        ("German, inflected", "Lieferadressen ändern", "address"),
        ("German without umlauts", "adresse andern", "address"),
        ("words of the body only", "sign-in form", "password"),
    ] {
        let verdict = ask(&kb, text);
        assert_eq!(best(&verdict).map(|(slug, _)| slug), Some(expected), "{case}: {text}");
    }
}

#[test]
fn what_is_certain_is_answered_and_what_is_foreign_is_handed_off() {
    let kb = open();
    kb.train(&Cancel::default()).unwrap();
    for text in ["where is my refund", "How do I return an item?", "忘记密码怎么办", "退货流程"] {
        let verdict = ask(&kb, text);
        assert_eq!(verdict.decision, Decision::Answer, "{text}: {}", verdict.probability);
        assert_eq!(verdict.text, verdict.candidates[0].answer, "{text}");
        assert!(verdict.probability >= verdict.threshold, "{text}");
    }
    for text in ["Which films are on tonight?", "今天天气怎么样", "你们招聘程序员吗", "please order me a taxi to the airport"] {
        let verdict = ask(&kb, text);
        assert_eq!(verdict.decision, Decision::Handoff, "{text}: {}", verdict.probability);
        assert!(verdict.text.is_empty(), "{text}");
    }
}

#[test]
fn what_could_be_several_is_asked_back() {
    let kb = open();
    let verdict = ask(&kb, "refund return");
    assert_ne!(verdict.decision, Decision::Answer, "{}", verdict.probability);
    let found = slugs(&verdict);
    assert!(found.contains(&"returns") && found.contains(&"refund-time"), "{found:?}");
}

#[test]
fn a_refused_article_is_not_offered_again() {
    let kb = open();
    let viewer = Viewer::default();
    let exclude = ["refund-time".to_owned()];
    let question = Question { text: "where is my refund", lang: None, viewer: &viewer, exclude: &exclude, drafts: &[] };
    let verdict = kb.ask(&question).unwrap();
    assert!(!slugs(&verdict).contains(&"refund-time"), "{:?}", slugs(&verdict));
    assert!(kb.search(&question, 100).unwrap().iter().all(|candidate| candidate.slug != "refund-time"));
}

#[test]
fn search_finds_what_asking_finds_up_to_its_limit() {
    let kb = open();
    let viewer = Viewer::default();
    let question = Question { text: "refund return password", lang: None, viewer: &viewer, exclude: &[], drafts: &[] };
    let all = kb.search(&question, 100).unwrap();
    assert_eq!(kb.ask(&question).unwrap().candidates[0], all[0]);
    assert!(all.len() >= 3);
    assert_eq!(kb.search(&question, 2).unwrap(), all[..2]);
    assert!(kb.search(&question, 0).unwrap().is_empty());
}

#[test]
fn the_verdict_explains_itself() {
    let kb = open();
    let verdict = ask(&kb, "How can I reset my password?");
    let best = &verdict.candidates[0];
    let fields: Vec<&str> = best.matched.iter().map(|matched| matched.field.as_str()).collect();
    assert_eq!(fields[..2], ["title", "phrasings"]);
    assert!(best.matched[1].terms.contains(&"reset".to_owned()), "{:?}", best.matched);
    assert!(best.similarity > 0.3 && best.similarity <= 1.0, "{}", best.similarity);
    let json = serde_json::to_value(&verdict).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&json), ["among_three", "candidates", "decision", "probability", "synonyms", "text", "threshold"]);
    assert_eq!(keys(&json["candidates"][0]), ["answer", "lang", "matched", "score", "scores", "similarity", "slug", "title"]);
    assert!(["answer", "clarify", "handoff"].contains(&json["decision"].as_str().unwrap()));
}
