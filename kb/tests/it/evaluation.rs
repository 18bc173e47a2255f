use std::fs;

use bellhop_kb::evaluation::{LabelledQuestion, evaluate, read_articles, read_questions, settings_for};

use crate::shop::articles;

fn question(text: &str, gold: &[&str]) -> LabelledQuestion {
    LabelledQuestion { text: text.to_owned(), lang: None, gold: gold.iter().map(|slug| (*slug).to_owned()).collect() }
}

fn questions() -> Vec<LabelledQuestion> {
    vec![
        question("where is my refund", &["refund-time"]),
        question("can i send shoes back", &["returns"]),
        question("reset my password please", &["password"]),
        question("delivery fee", &["shipping-cost", "address"]),
        question("who painted the ceiling of this chapel", &[]),
        question("how tall are giraffes", &[]),
    ]
}

#[test]
fn a_report_adds_up() {
    let report = evaluate(articles(), &questions(), None, settings_for(&articles())).unwrap();
    assert_eq!((report.articles, report.questions, report.answerable), (8, 6, 4));
    assert_eq!(report.answered + report.clarified + report.handed_off, 6);
    assert_eq!(report.answered, report.answered_correct + report.answered_wrongly);
    assert!(report.top1 >= Some(0.75) && report.top3 >= report.top1 && report.mrr10 >= report.top1, "{report:?}");
    assert!(report.auroc > Some(0.8), "{report:?}");
    assert!(report.index_bytes > 0 && report.p99_us >= report.p50_us);
}

#[test]
fn the_documents_keys_stay() {
    let report = evaluate(articles(), &questions(), None, settings_for(&articles())).unwrap();
    let json = serde_json::to_value(&report).unwrap();
    for key in [
        "top1",
        "top3",
        "mrr10",
        "auroc",
        "answered",
        "answered_correct",
        "answered_wrongly",
        "clarified",
        "clarified_with_gold",
        "handed_off",
        "handed_off_wrongly",
        "precision",
        "coverage",
        "ece",
        "in_scope_at_oos90",
        "p50_us",
        "p99_us",
        "build_ms",
        "index_bytes",
    ] {
        assert!(json.get(key).is_some_and(serde_json::Value::is_number), "{key}: {json}");
    }
}

#[test]
fn tuning_changes_confidence_and_never_the_ranking() {
    let settings = settings_for(&articles());
    let shipped = evaluate(articles(), &questions(), None, settings.clone()).unwrap();
    // Whoever says that nothing is ever right gets a bot that hands over.
    let nothing: Vec<LabelledQuestion> = (0..60).flat_map(|_| questions()).map(|one| LabelledQuestion { gold: Vec::new(), ..one }).collect();
    let tuned = evaluate(articles(), &questions(), Some(&nothing), settings).unwrap();
    assert_eq!((tuned.top1, tuned.top3, tuned.mrr10), (shipped.top1, shipped.top3, shipped.mrr10));
    assert!(shipped.answered > 0);
    assert_eq!(tuned.answered, 0);
}

#[test]
fn without_unanswerable_questions_some_measures_say_nothing() {
    let report = evaluate(articles(), &questions()[..4], None, settings_for(&articles())).unwrap();
    assert_eq!((report.auroc, report.in_scope_at_oos90), (None, None));
    let empty = evaluate(Vec::new(), &[], None, settings_for(&[])).unwrap();
    assert_eq!((empty.top1, empty.precision, empty.ece, empty.questions), (None, None, None, 0));
}

#[test]
fn files_are_read_and_what_is_wrong_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("kb.jsonl");
    fs::write(&file, "{\"id\": \"a\", \"lang\": \"en\", \"title\": \"A\", \"body\": \"\", \"phrasings\": [\"x\"], \"part\": \"val\"}\n\n").unwrap();
    let read = read_articles(&file).unwrap();
    assert_eq!((read[0].slug.as_str(), read[0].phrasings.len(), read.len()), ("a", 1, 1));
    for (line, said) in [("{\"id\": \"b\"}", "title"), ("nonsense", "expected"), ("{\"id\": \"a\", \"title\": \"A\"}", "twice"), ("[\u{1}]", "")] {
        fs::write(&file, format!("{{\"id\": \"a\", \"title\": \"A\"}}\n{line}\n")).unwrap();
        let error = read_articles(&file).unwrap_err().to_string();
        assert!(error.contains("kb.jsonl:2: ") && error.contains(said), "{error}");
    }
    let file = dir.path().join("queries.jsonl");
    fs::write(&file, "{\"text\": \"x\", \"gold_ids\": [\"a\"], \"kind\": \"in\"}\n{\"text\": \"y\"}").unwrap();
    let error = read_questions(&file).unwrap_err().to_string();
    assert!(error.contains("queries.jsonl:2: ") && error.contains("gold_ids"), "{error}");
    fs::write(&file, b"\xff\xfe").unwrap();
    assert!(read_questions(&file).unwrap_err().to_string().contains(":1: "));
    assert!(read_questions(&dir.path().join("absent.jsonl")).unwrap_err().to_string().contains("absent.jsonl"));
}
