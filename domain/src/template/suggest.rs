//! Which template a text asks for.

use serde::{Deserialize, Serialize};

use super::Template;
use crate::{category::Given, desk::Desk, pattern::Pattern};

/// A template that fits what the customer wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Key of the template.
    pub template: String,
    /// Why, for an agent to read; quotes the customer's words.
    pub reason: String,
    /// The customer's words that asked for it, cut at a glance's length.
    pub quoted: String,
}

/// What a template is suggested for, where it is not the customer's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestedBy {
    /// The conversation's category, by its key.
    Category(String),
    /// An article that the bot answered with, by its slug.
    Article(String),
}

/// The template that a conversation's category asks for: the only one that may be filed under it, or that names it; else the one that goes with
/// the latest article that was given.
pub fn suggest_by_place(desk: &Desk, category: Option<&str>, given: &[Given<'_>]) -> Option<(String, SuggestedBy)> {
    let by_category = category.and_then(|category| {
        // A template that may be filed under anything says nothing about this category.
        let path = desk.category_path(category);
        let is_limited = path.iter().any(|key| desk.categories.get(*key).is_some_and(|level| !level.templates.is_empty()));
        let mut fitting =
            desk.templates.values().filter(|template| (is_limited || !template.categories.is_empty()) && desk.offers(template, category));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Some((only.key.clone(), SuggestedBy::Category(category.to_owned()))),
            _ => None,
        }
    });
    by_category.or_else(|| {
        given.iter().rev().find_map(|article| {
            let found =
                desk.templates.values().filter_map(|template| Some((article.is_named(&template.articles)?, std::cmp::Reverse(&template.key))));
            found.max().map(|(_, key)| (key.0.clone(), SuggestedBy::Article(article.slug.to_owned())))
        })
    })
}

/// Characters of the customer's words that a reason quotes.
const QUOTED: usize = 60;

/// The template whose patterns find the longest piece of the text; of equals, the one named first.
pub fn suggest<'t>(templates: impl IntoIterator<Item = &'t Template>, text: &str) -> Option<Suggestion> {
    let mut best: Option<(usize, &Template, &str)> = None;
    for template in templates {
        for found in template.suggest.iter().filter_map(Pattern::anywhere).flat_map(|pattern| pattern.find_iter(text)) {
            let length = found.as_str().chars().count();
            if length > best.map_or(0, |(longest, ..)| longest) {
                best = Some((length, template, found.as_str()));
            }
        }
    }
    best.map(|(_, template, found)| {
        let mut quoted: String = found.trim().chars().take(QUOTED).collect();
        if found.trim().chars().count() > QUOTED {
            quoted.push('…');
        }
        Suggestion { template: template.key.clone(), reason: format!("the customer wrote “{quoted}”"), quoted }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn template(key: &str, patterns: &[&str]) -> Template {
        Template { key: key.to_owned(), suggest: patterns.iter().map(|pattern| (*pattern).into()).collect(), ..Template::default() }
    }

    #[test]
    fn the_longest_find_wins_and_the_first_of_equals() {
        let templates = [
            template("bug", &["crash|error|not working"]),
            template("order_problem", &["order", r"order #?\d+"]),
            template("refund", &["refund", "money back", "退款"]),
            template("complaint", &["crash"]),
        ];
        for (text, expected) in [
            ("I want my MONEY BACK for this order", Some(("refund", "the customer wrote “MONEY BACK”"))),
            ("where is order 100123?", Some(("order_problem", "the customer wrote “order 100123”"))),
            ("我要退款", Some(("refund", "the customer wrote “退款”"))),
            ("crash", Some(("bug", "the customer wrote “crash”"))),
            ("hello", None),
            ("", None),
        ] {
            let suggestion = suggest(&templates, text);
            assert_eq!(suggestion.as_ref().map(|found| (found.template.as_str(), found.reason.as_str())), expected, "{text}");
        }
    }

    #[test]
    fn a_category_asks_for_the_only_template_that_fits_and_an_article_for_its_own() {
        let mut desk = Desk::default();
        for (key, categories, articles) in
            [("refund", vec!["money"], vec!["returns", "orders/back"]), ("bug", vec![], vec![]), ("order_problem", vec!["order"], vec![])]
        {
            let own = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
            desk.templates.insert(key.to_owned(), Template { categories: own(categories), articles: own(articles), ..template(key, &[]) });
        }
        for (key, parent) in [("money", None), ("money_back", Some("money")), ("product", None)] {
            let category = serde_json::json!({"key": key, "name": {"en": key}, "parent": parent});
            desk.categories.insert(key.to_owned(), serde_json::from_value(category).unwrap());
        }
        let article = |slug, category| Given { slug, category };
        for (category, given, expected) in [
            (Some("money_back"), vec![], Some(("refund", SuggestedBy::Category("money_back".to_owned())))),
            (Some("product"), vec![], None),
            (Some("product"), vec![article("returns", None)], Some(("refund", SuggestedBy::Article("returns".to_owned())))),
            (None, vec![article("how", Some("orders/back/abroad")), article("else", None)], Some(("refund", SuggestedBy::Article("how".to_owned())))),
            (None, vec![article("else", Some("orders"))], None),
        ] {
            let found = suggest_by_place(&desk, category, &given);
            assert_eq!(found, expected.map(|(key, by)| (key.to_owned(), by)), "{category:?} {given:?}");
        }
    }
}
