//! A small shop's articles, and short ways to ask about them.

use bellhop_kb::{Article, Audience, Change, KnowledgeBase, Question, Settings, Verdict, Viewer, Visibility};

pub(crate) fn settings() -> Settings {
    Settings { language: "en".to_owned(), languages: vec!["en".to_owned(), "zh".to_owned(), "de".to_owned()] }
}

pub(crate) fn article(slug: &str, lang: &str, title: &str, answer: &str, phrasings: &[&str]) -> Article {
    Article {
        slug: slug.to_owned(),
        lang: lang.to_owned(),
        title: title.to_owned(),
        answer: answer.to_owned(),
        body: String::new(),
        phrasings: phrasings.iter().map(|text| (*text).to_owned()).collect(),
        keywords: Vec::new(),
        category: Vec::new(),
        visibility: Visibility::Public,
        audience: Audience::default(),
        revision: 1,
    }
}

pub(crate) fn articles() -> Vec<Article> {
    let mut articles = vec![
        article(
            "returns",
            "en",
            "How do I return an item?",
            "Send it back within 30 days with the label from your account.",
            &["I want to send my order back", "return label", "can I return shoes that do not fit"],
        ),
        article("returns", "zh", "如何退货？", "请在30天内使用账户中的退货单寄回。", &["我想退货", "衣服不合适可以退吗", "退货流程"]),
        article(
            "refund-time",
            "en",
            "When do I get my refund?",
            "Three to five days after the parcel has come back to us.",
            &["where is my refund", "refund has not arrived", "how long does a refund take"],
        ),
        article("refund-time", "zh", "退款多久到账？", "包裹退回后三到五天到账。", &["退款什么时候到", "钱还没退给我"]),
        article(
            "password",
            "en",
            "I forgot my password",
            "Use the link below the sign-in form.",
            &["reset password", "cannot sign in", "change my password"],
        ),
        article("password", "zh", "忘记密码怎么办", "点击登录框下方的链接。", &["重置密码", "登录不了"]),
        article(
            "shipping-cost",
            "en",
            "What does shipping cost?",
            "Free from 40 euros, 4.90 below that.",
            &["delivery fee", "is shipping free", "postage to Austria"],
        ),
        article("address", "de", "Wie ändere ich die Lieferadresse?", "Im Konto unter Bestellungen.", &["Adresse falsch eingegeben"]),
    ];
    for article in &mut articles {
        article.body = format!("{}\n\nMore about this is in the help centre.", article.answer);
    }
    articles
}

pub(crate) fn open() -> KnowledgeBase {
    let kb = KnowledgeBase::open(None, settings()).unwrap();
    kb.apply(articles().into_iter().map(Change::Put).collect(), 8).unwrap();
    kb
}

pub(crate) fn ask_as(kb: &KnowledgeBase, viewer: &Viewer, text: &str) -> Verdict {
    kb.ask(&Question { text, lang: None, viewer, exclude: &[], drafts: &[] }).unwrap()
}

pub(crate) fn ask(kb: &KnowledgeBase, text: &str) -> Verdict {
    ask_as(kb, &Viewer::default(), text)
}

/// Slug and language of the best candidate.
pub(crate) fn best(verdict: &Verdict) -> Option<(&str, &str)> {
    verdict.candidates.first().map(|candidate| (candidate.slug.as_str(), candidate.lang.as_str()))
}

pub(crate) fn slugs(verdict: &Verdict) -> Vec<&str> {
    verdict.candidates.iter().map(|candidate| candidate.slug.as_str()).collect()
}
