//! Drafts that begin with what customers asked.

use bellhop_store::articles::{ArticleText, ArticleView};

use super::{ActionError, ArticleInput, configured, save};
use crate::{
    actions::require,
    caller::{Caller, Permission},
    engine::Engine,
};

/// Characters of a slug that is made from a title.
const LONGEST_SLUG: usize = 60;
/// Sample questions of an article, at most.
const MOST_PHRASINGS: usize = 1_000;
/// Articles of nearly the same name that are looked past.
const MOST_ALIKE: u32 = 100;

/// Questions that become an article's sample questions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Samples {
    /// Slug of an article, new or there already; made from the title where absent.
    pub slug: Option<String>,
    /// The title of a new one.
    pub title: String,
    /// The language.
    pub lang: String,
    /// The answer of a new one, in Markdown, where there is one already.
    pub answer: Option<String>,
    /// The questions.
    pub phrasings: Vec<String>,
}

/// Puts questions into the draft of an article, and makes one where there is none. What it says already stays; a new one may be without an answer.
///
/// # Errors
/// As [`save_draft`](super::save_draft).
pub async fn save_samples(engine: &Engine, caller: &Caller, samples: &Samples) -> Result<ArticleView, ActionError> {
    require(caller, Permission::EditArticles)?;
    let lang = configured(engine, &samples.lang);
    let slug = match &samples.slug {
        Some(slug) => slug.clone(),
        None => free_slug(engine, &samples.title).await?,
    };
    let view = if slug.contains('\0') { None } else { engine.reader().article_view(&slug, &lang).await? };
    let expected = view.as_ref().map(super::version);
    let written = view.and_then(|view| view.draft.or(view.published)).map(|version| version.text);
    let mut input = written.map_or_else(
        || ArticleInput { title: samples.title.trim().to_owned(), body: samples.answer.clone().unwrap_or_default(), ..ArticleInput::default() },
        as_input,
    );
    for phrasing in &samples.phrasings {
        let is_new = !input.phrasings.iter().any(|known| known.eq_ignore_ascii_case(phrasing));
        if is_new && input.phrasings.len() < MOST_PHRASINGS {
            input.phrasings.push(phrasing.clone());
        }
    }
    save(engine, caller, &slug, &lang, &input, expected, true).await
}

fn as_input(text: ArticleText) -> ArticleInput {
    let ArticleText { title, answer, body, phrasings, keywords, publish_at, expire_at, review_by } = text;
    let review_by = review_by.map(|at| at.date_naive());
    ArticleInput { title, answer, body, phrasings, keywords, publish_at, expire_at, review_by, ..ArticleInput::default() }
}

/// A slug that no article has, from a title.
async fn free_slug(engine: &Engine, title: &str) -> Result<String, ActionError> {
    let stem = slug_of(title);
    for number in 1..=MOST_ALIKE {
        let slug = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
        if engine.reader().article(&slug).await?.is_none() {
            return Ok(slug);
        }
    }
    Err(ActionError::invalid("slug", "give one: there are too many articles of this name"))
}

/// Letters and digits of a title, the words joined by hyphens.
fn slug_of(title: &str) -> String {
    let mut slug = String::new();
    for word in title.to_lowercase().split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let joined = if slug.is_empty() { word.to_owned() } else { format!("{slug}-{word}") };
        if joined.len() > LONGEST_SLUG {
            break;
        }
        slug = joined;
    }
    if slug.is_empty() {
        // One long word, such as a sentence in Chinese.
        slug = title.chars().filter(|sign| sign.is_alphanumeric()).take(LONGEST_SLUG / 4).collect();
    }
    if slug.is_empty() { "article".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn slugs_come_from_titles() {
        let long = "这是一个非常长的问题标题用来测试最长的长度是多少才会被截断".repeat(2);
        for (title, expected) in [
            ("Can I pay by invoice?", "can-i-pay-by-invoice"),
            ("  Größe & Farbe!  ", "größe-farbe"),
            ("怎么退货？", "怎么退货"),
            ("???", "article"),
            (long.as_str(), "这是一个非常长的问题标题用来测"),
        ] {
            assert_eq!(slug_of(title), expected, "{title}");
        }
    }
}
