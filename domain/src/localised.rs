//! Text that exists in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text by language tag (`en`, `zh`, `zh-TW`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Localised(pub BTreeMap<String, String>);

impl Localised {
    /// One text in one language.
    pub fn of(language: &str, text: impl Into<String>) -> Self {
        Self(BTreeMap::from([(language.to_owned(), text.into())]))
    }

    /// The text in `language`, else in its base language, else in English, else in any, else empty.
    pub fn get(&self, language: &str) -> &str {
        let base = base_language(language);
        [language, base, "en"].iter().find_map(|tag| self.0.get(*tag)).or_else(|| self.0.values().next()).map_or("", String::as_str)
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|text| text.trim().is_empty())
    }
}

/// `zh` for `zh-TW`, `en` for `en_GB`.
pub fn base_language(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_language_is_chosen() {
        let text = Localised(BTreeMap::from([("en".to_owned(), "Refund".to_owned()), ("zh".to_owned(), "退款".to_owned())]));
        for (language, expected) in [("zh", "退款"), ("zh-TW", "退款"), ("zh_CN", "退款"), ("de", "Refund"), ("en-GB", "Refund")] {
            assert_eq!(text.get(language), expected, "{language}");
        }
        assert_eq!(Localised::of("fr", "Remboursement").get("de"), "Remboursement");
        assert_eq!(Localised::default().get("en"), "");
    }
}
