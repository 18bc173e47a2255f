//! Articles that say the same, and those that contradict each other.

use std::collections::{BTreeMap, BTreeSet};

use bellhop_domain::localised::base_language;
use bellhop_kb::{
    Article, Audience,
    likeness::{Likeness, Profile},
    markdown,
};

use super::heavy;
use crate::{
    actions::{ActionError, require},
    caller::{Caller, Permission},
    engine::Engine,
    knowledge::published_articles,
};

/// Article versions that are compared.
const MOST_ARTICLES: usize = 20_000;
/// Questions that are compared in one language.
const MOST_QUESTIONS: usize = 50_000;
/// Pairs that are listed.
const MOST_PAIRS: usize = 500;
/// How alike two questions are that may be one: a cosine.
const SAME_QUESTION: f32 = 0.82;
/// How alike two texts are that say the same.
const SAME_TEXT: f32 = 0.75;
/// Numbers of an article that are compared.
const MOST_NUMBERS: usize = 50;

/// Two articles that should perhaps be one.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Their language, without country.
    pub language: String,
    /// One of them.
    pub one: Named,
    /// And the other.
    pub other: Named,
    /// Whether they contradict each other: both answer the same question, or what they say differs in numbers.
    pub contradicting: bool,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// An article by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Its slug.
    pub slug: String,
    /// Its language version.
    pub lang: String,
    /// What it is called.
    pub title: String,
}

/// Why two articles belong together.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// Both are said to answer this question.
    SameQuestion(String),
    /// These questions of theirs are nearly the same.
    SimilarQuestions {
        /// Of the one.
        one: String,
        /// Of the other.
        other: String,
        /// How alike, of 1.
        likeness: f32,
    },
    /// Their texts say nearly the same; how alike they are, of 1.
    SimilarTexts(f32),
    /// What is told differs in these numbers.
    Numbers {
        /// Only in the one.
        one: Vec<String>,
        /// Only in the other.
        other: Vec<String>,
    },
}

/// Compares everything that is published, language by language; those that contradict each other first.
///
/// # Errors
/// When the database cannot be read.
pub async fn duplicates(engine: &Engine, caller: &Caller) -> Result<Vec<Pair>, ActionError> {
    require(caller, Permission::ReadArticles)?;
    let articles = published_articles(engine.reader(), engine.now(), MOST_ARTICLES).await?;
    heavy(move || pairs(&articles)).await
}

/// What speaks for two articles belonging together, by their places.
type Reasons = BTreeMap<(usize, usize), Vec<Reason>>;

fn pairs(articles: &[Article]) -> Vec<Pair> {
    let mut by_language: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, article) in articles.iter().enumerate() {
        by_language.entry(base_language(&article.lang)).or_default().push(place);
    }
    let mut found = Vec::new();
    for (language, places) in by_language {
        let mut reasons = Reasons::new();
        by_questions(articles, &places, language, &mut reasons);
        by_texts(articles, &places, language, &mut reasons);
        found.extend(reasons.into_iter().filter_map(|((one, other), reasons)| pair(articles.get(one)?, articles.get(other)?, language, reasons)));
    }
    found.sort_by(|one, other| (other.contradicting, &one.one, &one.other).cmp(&(one.contradicting, &other.one, &other.other)));
    found.truncate(MOST_PAIRS);
    found
}

fn by_questions(articles: &[Article], places: &[usize], language: &str, reasons: &mut Reasons) {
    let mut questions: Vec<(usize, &String)> = Vec::new();
    for (place, article) in places.iter().filter_map(|place| Some((*place, articles.get(*place)?))) {
        questions.extend(std::iter::once(&article.title).chain(&article.phrasings).map(|question| (place, question)));
    }
    questions.truncate(MOST_QUESTIONS);
    let profiles: Vec<Profile> = questions.iter().map(|(_, question)| Profile::of(question, Some(language))).collect();
    for (one, other, likeness) in Likeness::among(&profiles).pairs(SAME_QUESTION) {
        let (Some((first, question)), Some((second, like))) = (questions.get(one), questions.get(other)) else { continue };
        if first == second {
            continue;
        }
        let held = reasons.entry((*first, *second)).or_default();
        // The likest comes first: one of a kind is enough.
        if held.is_empty() {
            held.push(if likeness > 0.995 {
                Reason::SameQuestion((*question).clone())
            } else {
                Reason::SimilarQuestions { one: (*question).clone(), other: (*like).clone(), likeness }
            });
        }
    }
}

fn by_texts(articles: &[Article], places: &[usize], language: &str, reasons: &mut Reasons) {
    let texts = places.iter().filter_map(|place| articles.get(*place)).map(|article| Profile::of(&told(article), Some(language)));
    for (one, other, likeness) in Likeness::among(&texts.collect::<Vec<_>>()).pairs(SAME_TEXT) {
        if let (Some(one), Some(other)) = (places.get(one), places.get(other)) {
            reasons.entry((*one, *other)).or_default().push(Reason::SimilarTexts(likeness));
        }
    }
}

/// Two articles with what speaks for them; nothing where nobody is ever shown both.
fn pair(one: &Article, other: &Article, language: &str, mut reasons: Vec<Reason>) -> Option<Pair> {
    if one.slug == other.slug || are_apart(&one.audience, &other.audience) {
        return None;
    }
    let (numbers, others) = (numbers(&told(one)), numbers(&told(other)));
    let only = |these: &BTreeSet<String>, those: &BTreeSet<String>| these.difference(those).take(MOST_NUMBERS).cloned().collect::<Vec<_>>();
    let differ = !numbers.is_empty() && !others.is_empty() && numbers != others;
    let same_question = reasons.iter().any(|reason| matches!(reason, Reason::SameQuestion(_)));
    if differ {
        reasons.push(Reason::Numbers { one: only(&numbers, &others), other: only(&others, &numbers) });
    }
    let named = |article: &Article| Named { slug: article.slug.clone(), lang: article.lang.clone(), title: article.title.clone() };
    Some(Pair { language: language.to_owned(), one: named(one), other: named(other), contradicting: differ || same_question, reasons })
}

/// What an article tells.
fn told(article: &Article) -> String {
    format!("{}\n{}", article.answer, markdown::to_plain(&article.body))
}

/// Whether no customer can be in both audiences.
fn are_apart(one: &Audience, other: &Audience) -> bool {
    let apart = |one: &[String], other: &[String]| !one.is_empty() && !other.is_empty() && !one.iter().any(|key| other.contains(key));
    apart(&one.tiers, &other.tiers) || apart(&one.channels, &other.channels) || apart(&one.regions, &other.regions)
}

/// Numbers in a text: amounts, days, times. Marks between digits stay.
fn numbers(text: &str) -> BTreeSet<String> {
    let folded = |sign: char| match sign {
        '０'..='９' => u32::from(sign).checked_sub(u32::from('０')).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(sign),
        other => other,
    };
    let text: String = text.chars().map(folded).collect();
    text.split(|sign: char| !(sign.is_ascii_digit() || matches!(sign, '.' | ',' | ':')))
        .map(|number| number.trim_matches(['.', ',', ':']))
        .filter(|number| !number.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use bellhop_kb::Visibility;

    fn article(slug: &str, title: &str, answer: &str, phrasings: &[&str]) -> Article {
        Article {
            slug: slug.into(),
            lang: "en".into(),
            title: title.into(),
            answer: answer.into(),
            body: String::new(),
            phrasings: phrasings.iter().map(|phrasing| (*phrasing).to_owned()).collect(),
            keywords: Vec::new(),
            category: Vec::new(),
            visibility: Visibility::Public,
            audience: Audience::default(),
            revision: 1,
        }
    }

    fn shop() -> Vec<Article> {
        vec![
            article("returns", "How do I return an item?", "Send it back within 30 days with the label.", &["send something back"]),
            article("returning", "How can I return items?", "Send it back within 14 days with the label.", &["give it back"]),
            article("gifts", "Gift cards", "They are valid for a year.", &["Send something back!"]),
            article("hours", "Opening hours", "From 9:00 to 18:00.", &["when are you open"]),
        ]
    }

    #[test]
    fn what_says_the_same_or_the_contrary_is_found() {
        let found = pairs(&shop());
        let told: Vec<_> = found.iter().map(|pair| (pair.one.slug.as_str(), pair.other.slug.as_str(), pair.contradicting)).collect();
        assert_eq!(told, [("returns", "gifts", true), ("returns", "returning", true)]);
        let numbers = Reason::Numbers { one: vec!["30".into()], other: vec!["14".into()] };
        assert!(found.get(1).unwrap().reasons.contains(&numbers), "{found:?}");
        assert_eq!(found.first().unwrap().reasons, [Reason::SameQuestion("send something back".into())]);
    }

    #[test]
    fn what_nobody_sees_both_of_contradicts_nothing() {
        let mut shop = shop();
        for (place, tier) in [(0, "gold"), (1, "standard")] {
            shop.get_mut(place).unwrap().audience.tiers = vec![tier.into()];
        }
        assert!(!pairs(&shop).iter().any(|pair| pair.other.slug == "returning"));
    }

    #[test]
    fn numbers_are_read() {
        let expected: Vec<String> = ["1.299,00", "14", "9:00"].map(str::to_owned).to_vec();
        assert_eq!(numbers("From 9:00, 14 days; it costs 1.299,00, １４ times.").into_iter().collect::<Vec<_>>(), expected);
    }
}
