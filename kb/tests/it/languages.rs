use bellhop_kb::{Question, Viewer};

use crate::shop::{ask, best, open, slugs};

#[test]
fn the_version_shown_is_in_the_customers_language() {
    let kb = open();
    let viewer = Viewer::default();
    for (case, text, lang, expected) in [
        ("English asks, English shown", "where is my refund", Some("en"), ("refund-time", "en")),
        ("Chinese customer writes English", "where is my refund", Some("zh"), ("refund-time", "zh")),
        ("English customer writes Chinese", "退款什么时候到", Some("en-GB"), ("refund-time", "en")),
        ("regional tag", "退款什么时候到", Some("zh-TW"), ("refund-time", "zh")),
        ("no French version: the default", "退款什么时候到", Some("fr"), ("refund-time", "en")),
        ("neither French nor default: any", "Lieferadresse ändern", Some("fr"), ("address", "de")),
        ("unknown language, Han characters", "退款", None, ("refund-time", "zh")),
        ("unknown language, short Latin", "refund", None, ("refund-time", "en")),
    ] {
        let verdict = kb.ask(&Question { text, lang, viewer: &viewer, exclude: &[], drafts: &[] }).unwrap();
        assert_eq!(best(&verdict), Some(expected), "{case}");
    }
}

#[test]
fn an_article_in_several_languages_is_one_candidate() {
    let kb = open();
    for text in ["password 密码", "return 退货"] {
        let verdict = ask(&kb, text);
        let mut found = slugs(&verdict);
        let count = found.len();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), count, "{text}: {found:?}");
    }
}
