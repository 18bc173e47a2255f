//! What an article must be like.

use super::{ActionError, ArticleInput};
use crate::actions::Problem;

/// Longest text of an article, in bytes.
const LONGEST_BODY: usize = 1 << 20;
/// Longest title, in characters.
const LONGEST_TITLE: usize = 300;
/// Longest short answer, in characters.
const LONGEST_ANSWER: usize = 4_000;
/// Longest sample question, keyword or key, in characters.
const LONGEST_ITEM: usize = 500;
/// Most sample questions, keywords or keys.
const MOST_ITEMS: usize = 1_000;
/// Longest name, in bytes.
const LONGEST_SLUG: usize = 200;

/// Everything that is wrong, each with its field.
pub(super) fn article(slug: &str, lang: &str, input: &ArticleInput) -> Result<(), ActionError> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, message: String| problems.push(Problem { field: field.to_owned(), message: message.into() });
    if !is_slug(slug) {
        wrong("slug", format!("must be letters, digits, `-`, `_` and `.`, at most {LONGEST_SLUG} bytes"));
    }
    if !is_language(lang) {
        wrong("lang", "must be a language tag, such as en or zh-CN".to_owned());
    }
    if input.title.trim().is_empty() {
        wrong("title", "must not be empty".to_owned());
    } else if input.title.chars().count() > LONGEST_TITLE {
        wrong("title", format!("must not be longer than {LONGEST_TITLE} characters"));
    }
    let answer = input.answer.as_deref().unwrap_or_default();
    if answer.chars().count() > LONGEST_ANSWER {
        wrong("answer", format!("must not be longer than {LONGEST_ANSWER} characters"));
    }
    if answer.trim().is_empty() && bellhop_kb::markdown::first_paragraph(&input.body).is_empty() {
        wrong("answer", "is missing, and the body has no paragraph to take it from; write one of them".to_owned());
    }
    if input.body.len() > LONGEST_BODY {
        wrong("body", format!("must not be longer than {LONGEST_BODY} bytes"));
    }
    for (field, items) in [("phrasings", &input.phrasings), ("keywords", &input.keywords)] {
        list(field, items, &mut wrong);
    }
    if let Some(audience) = &input.audience {
        for (field, keys) in [("audience.tiers", &audience.tiers), ("audience.regions", &audience.regions), ("audience.channels", &audience.channels)]
        {
            list(field, keys, &mut wrong);
        }
    }
    if input
        .category
        .iter()
        .flatten()
        .any(|part| part.trim().is_empty() || part.starts_with('.') || part.contains(['/', '\\']) || part.chars().count() > LONGEST_ITEM)
    {
        wrong("category", "must be a list of names without `/` and not beginning with `.`".to_owned());
    }
    if input.owner.iter().flatten().any(|owner| !owner.contains('@') || owner.contains(char::is_whitespace)) {
        wrong("owner", "must be an e-mail address".to_owned());
    }
    if let (Some(from), Some(until)) = (input.publish_at, input.expire_at)
        && until <= from
    {
        wrong("expire_at", "must be after publish_at; the article would never be seen".to_owned());
    }
    if problems.is_empty() { Ok(()) } else { Err(ActionError::Invalid { problems }) }
}

fn list(field: &str, items: &[String], wrong: &mut impl FnMut(&str, String)) {
    if items.len() > MOST_ITEMS {
        wrong(field, format!("must not have more than {MOST_ITEMS} entries"));
    }
    if items.iter().any(|item| item.trim().is_empty() || item.chars().count() > LONGEST_ITEM) {
        wrong(field, format!("must have entries of one to {LONGEST_ITEM} characters"));
    }
}

fn is_slug(slug: &str) -> bool {
    let fits = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_' | '.');
    (1..=LONGEST_SLUG).contains(&slug.len()) && slug.chars().all(fits)
}

fn is_language(lang: &str) -> bool {
    let mut parts = lang.split('-');
    let primary = parts.next().is_some_and(|part| matches!(part.len(), 2 | 3) && part.chars().all(|sign| sign.is_ascii_alphabetic()));
    primary && parts.all(|part| matches!(part.len(), 2..=8) && part.chars().all(|sign| sign.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests")]
    use super::*;
    use chrono::DateTime;

    fn fields(slug: &str, lang: &str, input: &ArticleInput) -> Vec<String> {
        match article(slug, lang, input) {
            Ok(()) => Vec::new(),
            Err(ActionError::Invalid { problems }) => problems.into_iter().map(|problem| problem.field).collect(),
            Err(other) => panic!("another error: {other}"),
        }
    }

    fn fine() -> ArticleInput {
        ArticleInput { title: "How do I return it?".into(), body: "Send it back.".into(), ..ArticleInput::default() }
    }

    #[test]
    fn each_mistake_names_its_field() {
        assert!(fields("returns", "en", &fine()).is_empty());
        assert!(fields("退货-1.b", "zh-Hant", &fine()).is_empty());
        let at = DateTime::UNIX_EPOCH;
        for (case, slug, lang, input, expected) in [
            ("slug with a slash", "a/b", "en", fine(), "slug"),
            ("no slug", "", "en", fine(), "slug"),
            ("no language", "a", "", fine(), "lang"),
            ("a sentence as language", "a", "the English one", fine(), "lang"),
            ("blank title", "a", "en", ArticleInput { title: " ".into(), ..fine() }, "title"),
            ("neither answer nor paragraph", "a", "en", ArticleInput { body: "# Only a title".into(), ..fine() }, "answer"),
            ("huge body", "a", "en", ArticleInput { body: "x".repeat(LONGEST_BODY + 1), ..fine() }, "body"),
            ("blank keyword", "a", "en", ArticleInput { keywords: vec![String::new()], ..fine() }, "keywords"),
            ("too many questions", "a", "en", ArticleInput { phrasings: vec!["q".into(); MOST_ITEMS + 1], ..fine() }, "phrasings"),
            ("path as category", "a", "en", ArticleInput { category: Some(vec!["a/b".into()]), ..fine() }, "category"),
            ("way out as category", "a", "en", ArticleInput { category: Some(vec!["..".into()]), ..fine() }, "category"),
            ("owner without a mail address", "a", "en", ArticleInput { owner: Some(Some("mei".into())), ..fine() }, "owner"),
            ("never seen", "a", "en", ArticleInput { publish_at: Some(at), expire_at: Some(at), ..fine() }, "expire_at"),
        ] {
            assert_eq!(fields(slug, lang, &input), [expected], "{case}");
        }
    }
}
