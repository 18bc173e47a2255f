use bellhop_kb::{Change, Decision, KnowledgeBase};

use crate::shop::{article, ask, best, open, settings};

#[test]
fn questions_without_meaning_are_handed_off_without_candidates() {
    let kb = open();
    for text in ["", "   \n\t", "🙂🙂 👍🏽", "?!?…", "how do I", "what is this", "的吗呢", "请问怎么", "\u{202e}\u{200b}", "\0\0"] {
        let verdict = ask(&kb, text);
        assert_eq!((verdict.decision, verdict.candidates.len()), (Decision::Handoff, 0), "{text:?}");
        assert_eq!((verdict.text.as_str(), verdict.probability), ("", 0.0), "{text:?}");
    }
}

#[test]
fn query_syntax_is_only_text() {
    let kb = open();
    for text in [
        "title:* OR -x refund",
        "a*b*c* refund",
        "refund AND NOT (refund)",
        "\"refund\"~100^1e9",
        "visibility:internal refund",
        "slug:x lang:zh refund -refund",
        "+refund -where [a TO z] {",
        "refund\"))) OR 1=1 --",
        "/.*/ refund",
        "<script>refund</script>",
    ] {
        assert_eq!(best(&ask(&kb, text)).map(|(slug, _)| slug), Some("refund-time"), "{text}");
    }
}

#[test]
fn long_questions_are_answered_in_bounded_time() {
    let kb = open();
    let many: String = (0..10_000).map(|number| format!("word{number} refund ")).collect();
    for text in [
        many,
        "refund ".repeat(10_000),
        "退款".repeat(50_000),
        "a".repeat(1_000_000),
        format!("refund {}", "e\u{301}\u{302}".repeat(10_000)),
        "ﷺ".repeat(20_000),
        "ไ".repeat(50_000),
    ] {
        let start = std::time::Instant::now();
        let verdict = ask(&kb, &text);
        assert!(start.elapsed().as_secs() < 5, "{} characters", text.chars().count());
        assert!(verdict.candidates.len() <= 5);
    }
}

#[test]
fn odd_articles_do_no_harm() {
    let kb = KnowledgeBase::open(None, settings()).unwrap();
    kb.apply(
        vec![
            Change::Put(article("", "", "", "", &[""])),
            Change::Put(article("emoji", "en", "🙂", "🙂", &["🙂", "👍"])),
            Change::Put(article("odd slug/\0 '\"", "zz-ZZ", "Refund", "Yes", &[])),
            Change::Put(article("long", "en", &"refund ".repeat(50_000), &"x".repeat(200_000), &["a"; 5_000])),
        ],
        1,
    )
    .unwrap();
    assert_eq!(kb.len(), 4);
    assert!(ask(&kb, "refund").candidates.iter().any(|candidate| candidate.slug == "odd slug/\0 '\""));
}

#[test]
fn an_empty_knowledge_base_hands_off() {
    let kb = KnowledgeBase::open(None, settings()).unwrap();
    let verdict = ask(&kb, "where is my refund");
    assert_eq!((verdict.decision, verdict.candidates.len()), (Decision::Handoff, 0));
}
