//! Labelled sets: a JSON document a line.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::LabelledQuestion;
use crate::article::{Article, Audience, Visibility};
use crate::{Error, Problem};

/// Problems that are named at once.
const MOST_PROBLEMS: usize = 20;

#[derive(Deserialize)]
struct ArticleLine {
    id: String,
    #[serde(default)]
    lang: Option<String>,
    title: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    phrasings: Vec<String>,
}

#[derive(Deserialize)]
struct QuestionLine {
    #[serde(default)]
    lang: Option<String>,
    text: String,
    gold_ids: Vec<String>,
}

/// Reads articles, one a line: `{"id", "lang", "title", "body", "phrasings": […]}`. Other fields are ignored.
///
/// # Errors
/// When the file cannot be read, or lines are not as they should be; each is named with its number.
pub fn read_articles(path: &Path) -> Result<Vec<Article>, Error> {
    let mut seen = std::collections::HashSet::new();
    lines(path, |line: ArticleLine| {
        if !seen.insert(line.id.clone()) {
            return Err(format!("the id {:?} is there twice", line.id));
        }
        Ok(Article {
            slug: line.id,
            lang: line.lang.unwrap_or_else(|| "en".to_owned()),
            title: line.title,
            answer: String::new(),
            body: line.body,
            phrasings: line.phrasings,
            keywords: Vec::new(),
            category: Vec::new(),
            visibility: Visibility::Public,
            audience: Audience::default(),
            revision: 1,
        })
    })
}

/// Reads questions, one a line: `{"lang", "text", "gold_ids": […]}`; no `gold_ids` means that no article answers it. Other
/// fields are ignored.
///
/// # Errors
/// When the file cannot be read, or lines are not as they should be; each is named with its number.
pub fn read_questions(path: &Path) -> Result<Vec<LabelledQuestion>, Error> {
    lines(path, |line: QuestionLine| Ok(LabelledQuestion { text: line.text, lang: line.lang, gold: line.gold_ids }))
}

fn lines<L: DeserializeOwned, T>(path: &Path, mut take: impl FnMut(L) -> Result<T, String>) -> Result<Vec<T>, Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let bytes = fs::read(path).map_err(failed)?;
    let mut read = Vec::new();
    let mut problems = Vec::new();
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice(line).map_err(|error| format!("not as it should be: {error}")).and_then(&mut take) {
            Ok(item) => read.push(item),
            Err(message) if problems.len() < MOST_PROBLEMS => {
                problems.push(Problem { file: path.display().to_string(), line: Some(number + 1), key: None, message });
            }
            Err(_) => {}
        }
    }
    if problems.is_empty() { Ok(read) } else { Err(Error::Files(problems)) }
}
