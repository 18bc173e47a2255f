//! What stands in the editor's form: read from what is stored and from what was sent, shown, and given to the action.

use bellhop_engine::{
    actions::{ActionError, articles::ArticleInput},
    knowledge::Visibility,
};
use bellhop_store::articles::{ArticleRecord, ArticleText, ArticleVersion, ArticleView};

use super::super::form::Fields;
use crate::weight;

/// What stands in the form.
#[derive(Clone, Default)]
pub(super) struct Written {
    pub(super) title: String,
    pub(super) answer: String,
    pub(super) body: String,
    pub(super) phrasings: String,
    pub(super) keywords: String,
    pub(super) category: String,
    pub(super) visibility: String,
    pub(super) owner: String,
    pub(super) review_by: String,
}

/// A text as the form has it.
#[derive(Clone)]
pub(super) struct Field {
    /// The text; empty where it comes by itself.
    pub(super) text: String,
    /// Where it comes from when it is too long to stand in the page.
    pub(super) source: Option<String>,
}

impl Field {
    /// A text that stands in the page however long it is: what somebody wrote and what is stored nowhere yet.
    pub(super) fn whole(text: &str) -> Self {
        Self { text: text.to_owned(), source: None }
    }

    /// A text that is stored at `source` too.
    pub(super) fn stored(text: &str, source: impl FnOnce() -> String) -> Self {
        if text.len() <= weight::LONGEST_FIELD { Self::whole(text) } else { Self { text: String::new(), source: Some(source()) } }
    }
}

/// As it is stored.
pub(super) fn written(view: Option<&ArticleView>, record: Option<&ArticleRecord>, version: Option<&ArticleVersion>, title: Option<&str>) -> Written {
    let record = view.map(|view| &view.article).or(record);
    let text = version
        .map(|version| version.text.clone())
        .unwrap_or_else(|| ArticleText { title: title.unwrap_or_default().to_owned(), ..ArticleText::default() });
    Written {
        title: text.title,
        answer: text.answer.unwrap_or_default(),
        body: text.body,
        phrasings: text.phrasings.join("\n"),
        keywords: text.keywords.join(", "),
        category: record.and_then(|record| record.category.clone()).unwrap_or_default(),
        visibility: record.map_or_else(|| "public".to_owned(), |record| record.visibility.clone()),
        owner: record.and_then(|record| record.owner.clone()).unwrap_or_default(),
        review_by: text.review_by.map(|at| at.date_naive().to_string()).unwrap_or_default(),
    }
}

impl Written {
    /// What was sent. A text that was too long for the page, and did not come, stays as it is stored.
    pub(super) fn read(fields: &Fields, stored: Self) -> Self {
        let text = |name: &str| fields.get(name).unwrap_or_default().to_owned();
        let long = |name: &str, stored: String| fields.get(name).map_or(stored, str::to_owned);
        Self {
            title: text("title"),
            answer: text("answer"),
            body: long("body", stored.body),
            phrasings: long("phrasings", stored.phrasings),
            keywords: long("keywords", stored.keywords),
            category: text("category"),
            visibility: text("visibility"),
            owner: text("owner"),
            review_by: text("review_by"),
        }
    }

    /// All that is written in one language.
    pub(super) fn whole(&self) -> String {
        [&self.title, &self.answer, &self.body, &self.phrasings, &self.keywords].map(String::as_str).join("\n\n")
    }

    /// What the bot says: the answer, else the first paragraph.
    pub(super) fn said(&self) -> &str {
        if !self.answer.trim().is_empty() {
            return &self.answer;
        }
        self.body.split("\n\n").map(str::trim).find(|part| !part.is_empty() && !part.starts_with('#')).unwrap_or_default()
    }

    /// As much of the body as stands beside another language.
    pub(super) fn beginning(&self) -> &str {
        weight::beginning(&self.body).unwrap_or(&self.body)
    }

    fn list(text: &str, separators: &[char]) -> Vec<String> {
        text.split(separators).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    pub(super) fn phrasing_list(&self) -> Vec<String> {
        Self::list(&self.phrasings, &['\n'])
    }

    pub(super) fn keyword_list(&self) -> Vec<String> {
        Self::list(&self.keywords, &[',', '，', '、', '\n'])
    }

    pub(super) fn category_list(&self) -> Vec<String> {
        Self::list(&self.category, &['/'])
    }

    pub(super) fn visibility(&self) -> Visibility {
        serde_json::from_value(self.visibility.as_str().into()).unwrap_or_default()
    }

    /// As the action takes it; what the form does not have stays as it was.
    pub(super) fn input(&self, before: Option<&ArticleText>) -> Result<ArticleInput, ActionError> {
        let review_by = match self.review_by.trim() {
            "" => None,
            date => Some(date.parse().map_err(|_| ActionError::invalid("review_by", "is a date like 2026-12-31"))?),
        };
        Ok(ArticleInput {
            title: self.title.trim().to_owned(),
            answer: Some(self.answer.trim().to_owned()).filter(|answer| !answer.is_empty()),
            body: self.body.clone(),
            phrasings: self.phrasing_list(),
            keywords: self.keyword_list(),
            publish_at: before.and_then(|before| before.publish_at),
            expire_at: before.and_then(|before| before.expire_at),
            review_by,
            category: Some(self.category_list()),
            visibility: Some(self.visibility()),
            audience: None,
            owner: Some(Some(self.owner.trim().to_owned()).filter(|owner| !owner.is_empty())),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_form_is_read_as_it_is_meant() {
        let mine = Written {
            title: " Filter ".to_owned(),
            phrasings: "filter stuck\n\n clean it ".to_owned(),
            keywords: "lamp, 滤网，red".to_owned(),
            category: " products / washers".to_owned(),
            visibility: "internal".to_owned(),
            review_by: "2027-01-31".to_owned(),
            ..Written::default()
        };
        let input = mine.input(None).unwrap();
        assert_eq!((input.title.as_str(), input.answer), ("Filter", None));
        assert_eq!(input.phrasings, ["filter stuck", "clean it"]);
        assert_eq!(input.keywords, ["lamp", "滤网", "red"]);
        assert_eq!(input.category.unwrap(), ["products", "washers"]);
        assert_eq!(input.visibility, Some(Visibility::Internal));
        assert_eq!(input.review_by.unwrap().to_string(), "2027-01-31");
        assert!(Written { review_by: "soon".to_owned(), ..Written::default() }.input(None).is_err());
    }
}
