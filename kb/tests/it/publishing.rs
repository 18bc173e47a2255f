use bellhop_kb::{Change, KnowledgeBase};

use crate::shop::{article, articles, ask, best, open, settings, slugs};

fn put(title: &str) -> Change {
    Change::Put(article("warranty", "en", title, "Two years.", &[]))
}

#[test]
fn published_is_answerable_and_unpublished_is_gone_at_once() {
    let kb = open();
    assert_ne!(best(&ask(&kb, "guarantee of the toaster")), Some(("warranty", "en")));
    kb.apply(vec![put("Guarantee of toasters")], 9).unwrap();
    assert_eq!(best(&ask(&kb, "guarantee of the toaster")), Some(("warranty", "en")));
    kb.apply(vec![Change::Remove { slug: "warranty".to_owned(), lang: "en".to_owned() }], 10).unwrap();
    assert!(!slugs(&ask(&kb, "guarantee of the toaster")).contains(&"warranty"));
    assert_eq!((kb.applied_seq(), kb.len()), (10, 8));
}

#[test]
fn a_new_revision_replaces_the_old_one() {
    let kb = open();
    kb.apply(vec![put("Guarantee of toasters")], 9).unwrap();
    kb.apply(vec![put("Colours of kettles")], 10).unwrap();
    assert_eq!(kb.len(), 9);
    let verdict = ask(&kb, "guarantee toasters");
    assert!(verdict.candidates.iter().all(|candidate| candidate.matched.is_empty()), "{:?}", verdict.candidates);
    assert_eq!(ask(&kb, "colour kettles").candidates[0].title, "Colours of kettles");
}

#[test]
fn the_last_change_of_a_batch_wins() {
    let kb = open();
    let gone = Change::Remove { slug: "warranty".to_owned(), lang: "en".to_owned() };
    kb.apply(vec![put("One"), put("Two of them"), gone.clone(), put("Guarantee of toasters")], 9).unwrap();
    assert_eq!((kb.len(), ask(&kb, "guarantee toasters").candidates.is_empty()), (9, false));
    kb.apply(vec![put("One"), gone], 10).unwrap();
    assert_eq!(kb.len(), 8);
}

#[test]
fn removing_one_language_keeps_the_other() {
    let kb = open();
    kb.apply(vec![Change::Remove { slug: "returns".to_owned(), lang: "zh".to_owned() }], 9).unwrap();
    assert_eq!(best(&ask(&kb, "return label")), Some(("returns", "en")));
    assert!(!slugs(&ask(&kb, "退货流程")).contains(&"returns"));
}

#[test]
fn an_older_batch_does_not_bring_an_old_revision_back() {
    let kb = open();
    kb.apply(vec![put("Guarantee of toasters")], 12).unwrap();
    kb.apply(vec![put("Old words")], 11).unwrap();
    assert_eq!(kb.applied_seq(), 12);
    assert_eq!(ask(&kb, "guarantee toasters").candidates[0].title, "Guarantee of toasters");
}

#[test]
fn the_index_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let kb = KnowledgeBase::open(Some(dir.path()), settings()).unwrap();
    assert_eq!((kb.applied_seq(), kb.len(), kb.is_empty()), (0, 0, true));
    kb.apply(articles().into_iter().map(Change::Put).collect(), 8).unwrap();
    kb.apply(Vec::new(), 21).unwrap();
    drop(kb);
    let kb = KnowledgeBase::open(Some(dir.path()), settings()).unwrap();
    assert_eq!((kb.applied_seq(), kb.len()), (21, 8));
    assert_eq!(best(&ask(&kb, "where is my refund")), Some(("refund-time", "en")));
}

#[test]
fn clear_forgets_everything() {
    let dir = tempfile::tempdir().unwrap();
    for kb in [open(), KnowledgeBase::open(Some(dir.path()), settings()).unwrap()] {
        kb.apply(articles().into_iter().map(Change::Put).collect(), 30).unwrap();
        kb.clear().unwrap();
        assert_eq!((kb.applied_seq(), kb.len()), (0, 0));
        assert!(ask(&kb, "where is my refund").candidates.is_empty());
        kb.apply(articles().into_iter().map(Change::Put).collect(), 3).unwrap();
        assert_eq!((kb.applied_seq(), kb.len()), (3, 8));
    }
}

#[test]
fn every_answer_is_of_one_revision_while_it_changes() {
    let kb = open();
    kb.apply(vec![Change::Put(article("colour", "en", "Colour of the door", "revision 0", &["colour revision 0"]))], 100).unwrap();
    let asking = {
        let kb = kb.clone();
        std::thread::spawn(move || {
            let mut seen = Vec::new();
            while seen.last() != Some(&20) {
                let verdict = ask(&kb, "colour of the door revision");
                let answer = verdict.candidates[0].answer.clone();
                seen.push(answer.trim_start_matches("revision ").parse::<i64>().unwrap());
            }
            seen
        })
    };
    for revision in 1..=20 {
        let answer = format!("revision {revision}");
        let phrasing = format!("colour {answer}");
        let changed = article("colour", "en", "Colour of the door", &answer, &[&phrasing]);
        kb.apply(vec![Change::Put(changed)], 100 + revision).unwrap();
    }
    let seen = asking.join().unwrap();
    assert!(seen.is_sorted(), "{seen:?}");
}
