//! Categories: a tree of demand, scenario and problem under which every contact is counted.

use serde::{Deserialize, Serialize};

use crate::{desk::Desk, pattern::Pattern, template::Template};

/// A category that the bot proposes; an agent accepts it or takes another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Its key.
    pub category: String,
    /// What it is proposed for.
    pub by: ProposedBy,
}

/// What a category is proposed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposedBy {
    /// What the customer wrote.
    Words,
    /// The article with this slug, which the bot answered with.
    Article(String),
}

/// An article that was given as an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given<'a> {
    /// Its slug.
    pub slug: &'a str,
    /// The path of its category in the knowledge base (`orders/returns`).
    pub category: Option<&'a str>,
}

impl Given<'_> {
    /// How exactly one of `names` means it, by slug or by the path of a category; nothing where none does.
    pub(crate) fn is_named(&self, names: &[String]) -> Option<usize> {
        let named = |name: &String| {
            let name = name.trim().trim_matches('/');
            let is_above = |path: &str| path == name || path.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
            if name == self.slug { Some(usize::MAX) } else { self.category.filter(|path| is_above(path)).map(|_| name.len()) }
        };
        names.iter().filter_map(named).max()
    }
}

impl Desk {
    /// A category and everything above it, the demand first; unknown keys and circles end the walk.
    pub fn category_path<'a>(&'a self, key: &'a str) -> Vec<&'a str> {
        let mut path = Vec::new();
        let mut next = Some(key);
        while let Some(key) = next.filter(|key| !path.contains(key)) {
            path.push(key);
            next = self.categories.get(key).and_then(|category| category.parent.as_deref());
        }
        path.reverse();
        path
    }

    /// A category as people read it, with everything above it: `Orders › On the way › Late delivery`.
    pub fn category_name(&self, key: &str, language: &str) -> String {
        let name = |key: &str| {
            let name = self.categories.get(key).map(|category| category.name.get(language)).unwrap_or_default();
            if name.is_empty() { key.to_owned() } else { name.to_owned() }
        };
        self.category_path(key).into_iter().map(name).collect::<Vec<_>>().join(" › ")
    }

    /// Whether tickets of this template may be filed under a category: both sides may name the other, or a level above.
    pub fn offers(&self, template: &Template, category: &str) -> bool {
        let path = self.category_path(category);
        let named = template.categories.is_empty() || path.iter().any(|key| template.categories.iter().any(|named| named == key));
        let mut levels = path.iter().rev().filter_map(|key| self.categories.get(*key));
        let limited = levels.find(|level| !level.templates.is_empty());
        self.categories.contains_key(category) && named && limited.is_none_or(|level| level.templates.contains(&template.key))
    }

    /// The category that a conversation is proposed for: by the longest find in the customer's words, the latest message first and the deepest
    /// level of equals, else by the latest article that was given.
    pub fn propose_category<'t>(&self, texts: impl IntoIterator<Item = &'t str>, given: &[Given<'_>]) -> Option<Proposed> {
        let by_words = texts.into_iter().find_map(|text| {
            let found = self.categories.values().filter_map(|category| {
                let length = longest_find(&category.suggest, text)?;
                Some((length, self.category_path(&category.key).len(), std::cmp::Reverse(&category.key)))
            });
            found.max().map(|(.., key)| Proposed { category: key.0.clone(), by: ProposedBy::Words })
        });
        by_words.or_else(|| {
            given.iter().rev().find_map(|article| {
                let found = self.categories.values().filter_map(|category| {
                    let exact = article.is_named(&category.articles)?;
                    Some((exact, self.category_path(&category.key).len(), std::cmp::Reverse(&category.key)))
                });
                found.max().map(|(.., key)| Proposed { category: key.0.clone(), by: ProposedBy::Article(article.slug.to_owned()) })
            })
        })
    }
}

/// Characters of the longest piece that one of the patterns finds.
fn longest_find(patterns: &[Pattern], text: &str) -> Option<usize> {
    let finds = patterns.iter().filter_map(Pattern::anywhere).flat_map(|pattern| pattern.find_iter(text));
    finds.map(|found| found.as_str().chars().count()).max().filter(|length| *length > 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::{Value, json};

    use super::*;

    fn desk() -> Desk {
        let mut desk = Desk::default();
        for (key, parent, more) in [
            ("order", None, json!({"suggest": ["parcel|delivery"]})),
            ("transit", Some("order"), json!({"articles": ["shipping"], "templates": ["order_problem"]})),
            ("late", Some("transit"), json!({"suggest": ["late|delayed", "where is my parcel"], "articles": ["shipping/late", "tracking"]})),
            ("lost", Some("transit"), json!({"suggest": ["lost"]})),
            ("money", None, json!({})),
        ] {
            let mut category = json!({"key": key, "name": {"en": key.to_uppercase(), "zh": ""}, "parent": parent});
            category.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            desk.categories.insert(key.to_owned(), serde_json::from_value(category).unwrap());
        }
        desk
    }

    #[test]
    fn words_propose_before_articles_and_the_more_exact_wins() {
        let desk = desk();
        let article = |slug, category| Given { slug, category };
        for (texts, given, expected) in [
            (vec!["Where is my parcel?"], vec![], Some("late")),
            (vec!["a parcel"], vec![], Some("order")),
            (vec!["thank you", "it is lost"], vec![], Some("lost")),
            (vec!["hello"], vec![article("rates", Some("shipping/abroad"))], Some("transit")),
            (vec!["hello"], vec![article("rates", Some("shipping/late/express"))], Some("late")),
            (vec!["hello"], vec![article("x", Some("shippings"))], None),
            (vec!["hello"], vec![article("rates", Some("shipping")), article("tracking", None)], Some("late")),
            (vec!["my parcel"], vec![article("tracking", None)], Some("order")),
            (vec![], vec![], None),
        ] {
            let found = desk.propose_category(texts.iter().copied(), &given);
            assert_eq!(found.as_ref().map(|found| found.category.as_str()), expected, "{texts:?} {given:?}");
        }
        let by = desk.propose_category([], &[article("tracking", None)]).unwrap().by;
        assert_eq!(serde_json::to_value(by).unwrap(), json!({"article": "tracking"}));
    }

    #[test]
    fn a_category_is_read_with_what_stands_above_it() {
        let mut desk = desk();
        assert_eq!(desk.category_name("late", "en"), "ORDER › TRANSIT › LATE");
        assert_eq!(desk.category_name("gone", "en"), "gone");
        desk.categories.get_mut("order").unwrap().parent = Some("late".to_owned());
        assert_eq!(desk.category_path("late").len(), 3, "a circle ends");
    }

    #[test]
    fn template_and_category_may_each_name_the_other() {
        let desk = desk();
        let template = |key: &str, categories: Value| -> Template {
            serde_json::from_value(json!({"key": key, "title": {"en": "T"}, "categories": categories})).unwrap()
        };
        for (key, categories, category, offered) in [
            ("refund", json!([]), "money", true),
            ("refund", json!([]), "late", false),
            ("order_problem", json!([]), "late", true),
            ("order_problem", json!(["order"]), "late", true),
            ("order_problem", json!(["money"]), "late", false),
            ("refund", json!([]), "gone", false),
        ] {
            assert_eq!(desk.offers(&template(key, categories.clone()), category), offered, "{key} {categories} {category}");
        }
    }
}
