//! What the path of an article file says.

use crate::error::Problem;
use crate::knowledge_base::Settings;

/// Slug, language and category from a path such as `orders/returns.zh.md`.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) slug: String,
    /// Language named by the suffix, as it is configured.
    pub(super) lang: Option<String>,
    pub(super) category: Vec<String>,
}

pub(super) fn read(file: &str, settings: &Settings) -> Result<Name, Problem> {
    let mut category: Vec<String> = file.split('/').map(str::to_owned).collect();
    let name = category.pop().unwrap_or_default();
    let stem = name.strip_suffix(".md").unwrap_or(&name);
    let configured = |suffix: &str| {
        let mut languages = settings.languages.iter().chain([&settings.language]);
        languages.find(|lang| lang.eq_ignore_ascii_case(suffix)).cloned()
    };
    let (slug, lang) = match stem.rsplit_once('.') {
        Some((slug, suffix)) => match configured(suffix) {
            Some(lang) => (slug, Some(lang)),
            None => (stem, None),
        },
        None => (stem, None),
    };
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if slug.is_empty() || slug.len() > 200 || !slug.chars().all(fits) {
        return Err(Problem {
            file: file.to_owned(),
            line: None,
            key: None,
            message: format!("has the slug `{slug}`; rename the file to letters, digits, `-`, `_` and `.`, at most 200 bytes"),
        });
    }
    Ok(Name { slug: slug.to_owned(), lang, category })
}
