#![allow(clippy::unwrap_used, reason = "tests")]

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::dialogue::{Choice, Finding};

const NOW: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();

fn after(question: &str, phase: Phase) -> Dialogue {
    Dialogue { last_question: Some(question.to_owned()), phase, ..Dialogue::default() }
}

fn answered() -> Phase {
    Phase::Answered { slug: "returns".into(), language: "en".into(), others: Vec::new() }
}

fn clarifying() -> Phase {
    Phase::Clarifying { options: vec![Choice { slug: "returns".into(), language: "en".into(), title: "Returns".into() }] }
}

fn sign_of(phase: Phase, text: &str) -> Option<Option<Sign>> {
    continuation(&after("how do I return a shirt", phase), text, false, NOW, NOW).map(|continuation| continuation.sign)
}

#[test]
fn what_goes_on_shows_it_in_every_language() {
    let mut wrong = Vec::new();
    let mut check = |text: &'static str, sign| {
        let found = sign_of(answered(), text);
        if found != Some(Some(sign)) {
            wrong.push((text, sign, found));
        }
    };
    for text in [
        "and for shoes?",
        "what about returns then?",
        "How about gift cards?",
        "but without the box",
        "shoes too?",
        "y para zapatos?",
        "¿Y si no tengo la caja?",
        "und für Schuhe?",
        "Was ist mit Gutscheinen?",
        "Schuhe auch?",
        "et pour les chaussures ?",
        "mais sans la boîte",
        "e para sapatos?",
        "mas sem a caixa",
        "那鞋子呢？",
        "鞋子呢",
        "如果没有包装呢",
        "那麼鞋子也可以嗎",
        "じゃあ靴は？",
        "靴の場合は？",
    ] {
        check(text, Sign::Connects);
    }
    for text in [
        "how long does that take?",
        "can I exchange it",
        "cuánto cuesta eso",
        "wie lange dauert das gleiche",
        "c'est possible avec celui-ci, ça",
        "quanto custa isso",
        "这个要多久",
        "這個要多久",
        "それはいつですか",
    ] {
        check(text, Sign::Refers);
    }
    for text in [
        "it still shows an error",
        "I still have no label",
        "same error as before",
        "sigue dando error",
        "es kommt immer noch ein Fehler",
        "j'ai toujours une erreur",
        "ainda dá erro",
        "还是显示错误",
        "還是打不開",
        "まだエラーが出ます",
    ] {
        check(text, Sign::Persists);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(sign_of(clarifying(), "the damaged lamp"), Some(Some(Sign::Narrows)));
}

#[test]
fn what_stands_for_itself_does_not_go_on() {
    for text in ["how long does shipping take", "where is my parcel", "运费多少钱一公斤", "Wie lange dauert der Versand"] {
        assert!(matches!(sign_of(answered(), text), Some(None) | None), "{text}");
    }
    // Asked, and not complained of.
    assert_ne!(sign_of(answered(), "is it still possible to return?"), Some(Some(Sign::Persists)));
    assert_ne!(sign_of(answered(), "还是可以退吗"), Some(Some(Sign::Persists)));
    let long = "and I would also like to know whether you can send a second parcel to my aunt who lives in Norway";
    assert_eq!(sign_of(answered(), long), None, "says itself what it is about");
}

#[test]
fn nothing_goes_on_from_nothing_or_from_long_ago() {
    assert_eq!(continuation(&Dialogue::default(), "and for shoes?", false, NOW, NOW), None);
    let dialogue = after("how do I return a shirt", answered());
    assert!(continuation(&dialogue, "and for shoes?", false, NOW - TimeDelta::hours(5), NOW).is_some());
    assert_eq!(continuation(&dialogue, "and for shoes?", false, NOW - TimeDelta::hours(7), NOW), None);
}

#[test]
fn both_are_asked_together_and_what_did_not_settle_it_is_left_out() {
    let dialogue = after("how do I return a shirt", answered());
    let and = continuation(&dialogue, "and for shoes?", false, NOW, NOW).unwrap();
    assert_eq!((and.together.as_str(), and.unwanted), ("how do I return a shirt\nand for shoes?", None));
    let still = continuation(&dialogue, "it still fails", false, NOW, NOW).unwrap();
    assert_eq!(still.unwanted.as_deref(), Some("returns"));
    let refused = continuation(&dialogue, "that did not help, I need a label", true, NOW, NOW).unwrap();
    assert_eq!((refused.sign, refused.unwanted.as_deref()), (Some(Sign::Persists), Some("returns")));
}

fn findings(decision: Decision, probability: f64, found: &[(&str, f64)]) -> Findings {
    let candidate = |(slug, score): &(&str, f64)| Finding {
        slug: (*slug).to_owned(),
        language: "en".into(),
        title: String::new(),
        answer: String::new(),
        url: String::new(),
        score: *score,
    };
    Findings { decision, probability, candidates: found.iter().map(candidate).collect(), ..Findings::default() }
}

/// What comes of a text: the sign, the decision and the best article of the reading with the question before it.
fn read_after(sign: Option<Sign>, alone: &Findings, together: &Findings) -> Option<(Sign, Decision, String)> {
    let continuation = Continuation { sign, together: String::new(), answered: Some("shipping".into()), unwanted: None };
    continuation.reading(alone, together).map(|(sign, found)| (sign, found.decision, found.candidates[0].slug.clone()))
}

#[test]
fn a_follow_up_is_about_what_both_questions_speak_of() {
    use Decision::{Answer, Clarify, Handoff};
    let connects = Some(Sign::Connects);
    let shipping = |more: &[(&str, f64)]| findings(Answer, 0.95, &[&[("shipping", 0.8)], more].concat());
    for (name, alone, together, expected) in [
        ("only together", findings(Handoff, 0.1, &[]), shipping(&[]), Some((Answer, "shipping"))),
        (
            "a detail of the answer",
            findings(Clarify, 0.6, &[("customs", 0.3), ("shipping", 0.2)]),
            shipping(&[("refunds", 0.4)]),
            Some((Answer, "shipping")),
        ),
        ("asking back beats nothing", findings(Handoff, 0.1, &[]), findings(Clarify, 0.5, &[("a", 0.5)]), Some((Clarify, "a"))),
        ("another matter, clearly", findings(Answer, 0.9, &[("costs", 0.7)]), shipping(&[("costs", 0.65)]), None),
        (
            "another matter, vaguely",
            findings(Clarify, 0.4, &[("label", 0.6), ("returns", 0.58), ("delete", 0.3)]),
            shipping(&[("label", 0.45), ("returns", 0.42), ("delete", 0.3)]),
            Some((Clarify, "label")),
        ),
        (
            "the same of something else",
            findings(Clarify, 0.5, &[("customs to peru", 0.9), ("shipping to peru", 0.85), ("other", 0.1)]),
            shipping(&[("shipping to peru", 0.75), ("customs to peru", 0.4), ("other", 0.2)]),
            Some((Answer, "shipping to peru")),
        ),
        ("both say the same", findings(Clarify, 0.5, &[("shipping", 0.5)]), shipping(&[]), Some((Answer, "shipping"))),
        ("neither says anything", findings(Handoff, 0.1, &[]), findings(Handoff, 0.2, &[("a", 0.1)]), None),
    ] {
        let found = read_after(connects, &alone, &together);
        assert_eq!(found, expected.map(|(decision, slug)| (Sign::Connects, decision, slug.to_owned())), "{name}");
    }
}

#[test]
fn a_text_without_a_sign_goes_on_only_if_it_clearly_adds_something_new() {
    use Decision::{Answer, Clarify, Handoff};
    let both = findings(Answer, 0.9, &[("a", 0.9)]);
    for (name, alone, together, expected) in [
        ("a fragment that fits", findings(Handoff, 0.3, &[("b", 0.4), ("a", 0.3)]), both.clone(), true),
        ("a fragment that adds nothing", findings(Handoff, 0.3, &[("b", 0.4)]), both.clone(), false),
        ("a fragment that is understood", findings(Answer, 0.8, &[("a", 0.9)]), both.clone(), false),
        ("hardly surer", findings(Clarify, 0.85, &[("a", 0.9)]), both, false),
        ("the same answer again", findings(Handoff, 0.3, &[("shipping", 0.3)]), findings(Answer, 0.9, &[("shipping", 0.9)]), false),
    ] {
        assert_eq!(read_after(None, &alone, &together).is_some(), expected, "{name}");
    }
}
