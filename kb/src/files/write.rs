//! The way back: an article version as a file.

use std::path::PathBuf;

use serde::Serialize;

use super::{FileArticle, Status};
use crate::article::{Audience, Visibility};

/// The front matter as it is written: what is at its default is left out.
#[derive(Serialize)]
struct Head<'a> {
    title: &'a str,
    lang: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    answer: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    phrasings: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    keywords: &'a [String],
    visibility: Visibility,
    status: Status,
    #[serde(skip_serializing_if = "is_for_everybody")]
    audience: &'a Audience,
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expire_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    review_by: Option<String>,
}

fn is_for_everybody(audience: &Audience) -> bool {
    *audience == Audience::default()
}

impl FileArticle {
    /// Where the file lies below its folder: the default language has no suffix.
    pub fn path(&self, default_language: &str) -> PathBuf {
        let name = if self.lang == default_language { format!("{}.md", self.slug) } else { format!("{}.{}.md", self.slug, self.lang) };
        self.category.iter().collect::<PathBuf>().join(name)
    }

    /// The file's text; reading it gives the same article.
    ///
    /// # Errors
    /// When the front matter cannot be written as YAML.
    pub fn to_text(&self) -> Result<String, serde_norway::Error> {
        let time = |at: &chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        let head = serde_norway::to_string(&Head {
            title: &self.title,
            lang: &self.lang,
            answer: &self.answer,
            phrasings: &self.phrasings,
            keywords: &self.keywords,
            visibility: self.visibility,
            status: self.status,
            audience: &self.audience,
            publish_at: self.publish_at.as_ref().map(time),
            expire_at: self.expire_at.as_ref().map(time),
            owner: self.owner.as_deref(),
            review_by: self.review_by.map(|date| date.to_string()),
        })?;
        Ok(format!("---\n{head}---\n{}\n", self.body.trim_end()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use crate::{Settings, files};

    #[test]
    fn every_sample_is_read_back_as_it_was_written() {
        let settings = Settings { language: "en".into(), languages: vec!["en".into(), "zh".into()] };
        let folder = tempfile::tempdir().unwrap();
        let samples = files::sample();
        for sample in &samples {
            let path = folder.path().join(sample.path("en"));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, sample.to_text().unwrap()).unwrap();
        }
        let plain = |mut articles: Vec<files::FileArticle>| {
            for article in &mut articles {
                article.body = article.body.trim().to_owned();
            }
            articles.sort_by(|a, b| (&a.slug, &a.lang).cmp(&(&b.slug, &b.lang)));
            articles
        };
        assert_eq!(plain(files::read_folder(folder.path(), &settings).unwrap()), plain(samples));
    }
}
