use bellhop_kb::{Question, Viewer, Visibility};

use crate::shop::{article, ask, best, open, slugs};

#[test]
fn a_draft_is_tried_as_if_published() {
    let kb = open();
    let viewer = Viewer::default();
    let changed = article("refund-time", "en", "Cashback", "Changed answer.", &["cashback when"]);
    let added = article("toaster", "en", "Guarantee of toasters", "New answer.", &[]);
    let mut secret = article("secret", "en", "Guarantee for staff", "Secret.", &[]);
    secret.visibility = Visibility::Internal;
    let drafts = [changed, added, secret];
    let try_out = |text| kb.ask(&Question { text, lang: None, viewer: &viewer, exclude: &[], drafts: &drafts }).unwrap();

    let verdict = try_out("guarantee of toasters");
    assert_eq!(verdict.candidates[0].answer, "New answer.");
    assert!(!slugs(&verdict).contains(&"secret"));
    assert_eq!(try_out("cashback when").candidates[0].answer, "Changed answer.");
    let verdict = try_out("where is my refund");
    assert!(verdict.candidates.iter().all(|candidate| candidate.title != "When do I get my refund?"));
    assert_eq!(best(&try_out("reset password")), Some(("password", "en")));
    assert_eq!(best(&try_out("退款多久到账")), Some(("refund-time", "zh")));

    assert_eq!(best(&ask(&kb, "where is my refund")), Some(("refund-time", "en")));
    assert!(!slugs(&ask(&kb, "guarantee of toasters")).contains(&"toaster"));
}

#[test]
fn a_draft_scores_as_it_will_when_published() {
    let kb = open();
    let viewer = Viewer::default();
    let draft = [article("toaster", "en", "Guarantee of toasters", "Two years.", &["is my toaster under guarantee"])];
    let question = |drafts| Question { text: "guarantee of my toaster", lang: None, viewer: &viewer, exclude: &[], drafts };
    let tried = kb.ask(&question(&draft)).unwrap();
    kb.apply(draft.iter().cloned().map(bellhop_kb::Change::Put).collect(), 9).unwrap();
    let published = kb.ask(&question(&[])).unwrap();
    assert_eq!(slugs(&tried)[..1], slugs(&published)[..1]);
    assert!((tried.probability - published.probability).abs() < 0.02, "{} {}", tried.probability, published.probability);
}
