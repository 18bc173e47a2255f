use bellhop_kb::{Audience, Change, KnowledgeBase, Question, Viewer, Visibility};

use crate::shop::{article, ask_as, settings};

fn list(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// Many articles that say the same, each for somebody else.
fn kb() -> KnowledgeBase {
    let kb = KnowledgeBase::open(None, settings()).unwrap();
    let mut changes = Vec::new();
    let mut add = |slug: &str, visibility: Visibility, audience: Audience| {
        let mut article = article(slug, "en", "Discount on the yearly plan", slug, &["is there a discount"]);
        article.visibility = visibility;
        article.audience = audience;
        changes.push(Change::Put(article));
    };
    for number in 0..60 {
        add(&format!("secret-{number}"), Visibility::Internal, Audience::default());
    }
    add("everybody", Visibility::Public, Audience::default());
    add("known", Visibility::Customers, Audience::default());
    add("gold", Visibility::Public, Audience { tiers: list(&["gold", "vip"]), ..Audience::default() });
    add("germany", Visibility::Public, Audience { regions: list(&["DE"]), ..Audience::default() });
    add("shop", Visibility::Public, Audience { channels: list(&["shop"]), ..Audience::default() });
    add("gold-in-germany", Visibility::Customers, Audience { tiers: list(&["gold"]), regions: list(&["DE"]), ..Audience::default() });
    kb.apply(changes, 1).unwrap();
    kb
}

#[test]
fn everybody_finds_what_is_for_them_and_nothing_else() {
    let kb = kb();
    let viewer = |visibility, tier: Option<&str>, regions: &[&str], channel: Option<&str>| Viewer {
        visibility,
        tier: tier.map(str::to_owned),
        regions: list(regions),
        channel: channel.map(str::to_owned),
    };
    use Visibility::{Customers, Internal, Public};
    for (case, viewer, expected) in [
        ("a stranger", viewer(Public, None, &[], None), vec!["everybody"]),
        ("a customer", viewer(Customers, None, &[], None), vec!["everybody", "known"]),
        ("a gold customer", viewer(Customers, Some("gold"), &[], None), vec!["everybody", "gold", "known"]),
        ("a Berliner", viewer(Public, None, &["DE-BE", "DE"], None), vec!["everybody", "germany"]),
        ("on the shop channel", viewer(Public, None, &[], Some("shop")), vec!["everybody", "shop"]),
        (
            "gold in Berlin",
            viewer(Customers, Some("gold"), &["DE-BE", "DE"], Some("mail")),
            vec!["everybody", "germany", "gold", "gold-in-germany", "known"],
        ),
    ] {
        let question = Question { text: "is there a discount", lang: None, viewer: &viewer, exclude: &[], drafts: &[] };
        let mut found: Vec<String> = kb.search(&question, 100).unwrap().into_iter().map(|found| found.slug).collect();
        found.sort();
        assert_eq!(found, expected, "{case}");
        let verdict = ask_as(&kb, &viewer, "discount on the yearly plan");
        assert!(verdict.candidates.iter().all(|candidate| expected.contains(&candidate.slug.as_str())), "{case}");
        assert!(verdict.text.is_empty() || expected.contains(&verdict.text.as_str()), "{case}");
    }
    let staff = viewer(Internal, None, &[], None);
    let question = Question { text: "is there a discount", lang: None, viewer: &staff, exclude: &[], drafts: &[] };
    assert!(kb.search(&question, 100).unwrap().iter().any(|found| found.slug.starts_with("secret-")));
}

#[test]
fn a_hidden_version_is_not_shown_through_another_language() {
    let kb = KnowledgeBase::open(None, settings()).unwrap();
    let open = article("plan", "en", "Yearly plan", "open", &[]);
    let mut hidden = article("plan", "zh", "年度套餐", "hidden", &[]);
    hidden.visibility = Visibility::Internal;
    kb.apply(vec![Change::Put(open), Change::Put(hidden)], 1).unwrap();
    let viewer = Viewer::default();
    let question = Question { text: "yearly plan", lang: Some("zh"), viewer: &viewer, exclude: &[], drafts: &[] };
    assert_eq!(kb.ask(&question).unwrap().candidates[0].answer, "open");
    let question = Question { text: "年度套餐", lang: Some("zh"), viewer: &viewer, exclude: &[], drafts: &[] };
    assert!(kb.ask(&question).unwrap().candidates.is_empty());
}

#[test]
fn an_audience_too_long_to_store_is_not_open_to_all() {
    let kb = KnowledgeBase::open(None, settings()).unwrap();
    let mut article = article("plan", "en", "Yearly plan", "for a few", &[]);
    article.audience.tiers = (0..20_000).map(|number| format!("tier-{number}")).collect();
    kb.apply(vec![Change::Put(article)], 1).unwrap();
    assert!(ask_as(&kb, &Viewer::default(), "yearly plan").candidates.is_empty());
    let staff = Viewer { visibility: Visibility::Internal, ..Viewer::default() };
    assert_eq!(ask_as(&kb, &staff, "yearly plan").candidates.len(), 1);
}
