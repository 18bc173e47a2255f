//! Which template a text asks for.

use super::Template;
use crate::pattern::Pattern;

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
}
