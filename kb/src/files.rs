//! Articles as Markdown files: a folder is a knowledge base, subfolders are categories, and `slug.zh.md` is the
//! Chinese version of `slug.md`.

mod front_matter;
mod name;
mod write;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::article::{Audience, Visibility};
use crate::error::{Error, Problem};
use crate::knowledge_base::Settings;
use front_matter::{FrontMatter, Split};

/// Longest article file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Whether a version is out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being written.
    Draft,
    /// Answering customers, from `publish_at` to `expire_at` when those are set.
    #[default]
    Published,
    /// Kept, but no longer answering.
    Archived,
}

/// One article version, read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileArticle {
    /// Path of the file, relative to the folder, with `/` between its parts.
    pub file: String,
    /// The article's name: the file name without language and `.md`.
    pub slug: String,
    /// Language tag.
    pub lang: String,
    /// Names of the subfolders, outermost first.
    pub category: Vec<String>,
    /// Title; when the front matter has none, the first heading of the body.
    pub title: String,
    /// Short answer; when the front matter has none, the first paragraph of the body.
    pub answer: String,
    /// Body in Markdown.
    pub body: String,
    /// Sample questions.
    pub phrasings: Vec<String>,
    /// Words that should find the article.
    pub keywords: Vec<String>,
    /// Who may see it; belongs to the article, so all its versions have the same.
    pub visibility: Visibility,
    /// Which of those it is for; belongs to the article.
    pub audience: Audience,
    /// Whether this version is out.
    pub status: Status,
    /// When it comes out.
    pub publish_at: Option<DateTime<Utc>>,
    /// When it goes away.
    pub expire_at: Option<DateTime<Utc>>,
    /// E-mail address of whoever keeps it up to date; belongs to the article.
    pub owner: Option<String>,
    /// When it should be looked at again.
    pub review_by: Option<NaiveDate>,
}

/// Reads every `*.md` below `dir`, in the order of their paths. Hidden files, links and a `README.md` without front
/// matter are passed over. [`Error::Files`] lists everything that is wrong in any file.
pub fn read_folder(dir: &Path, settings: &Settings) -> Result<Vec<FileArticle>, Error> {
    let mut files = Vec::new();
    let mut problems = Vec::new();
    collect(dir, "", &mut files, &mut problems)?;
    files.sort();
    assemble(files.iter().map(|(file, text)| (file.as_str(), text.as_str())), settings, problems)
}

/// Reads one file's text; `file` is its path relative to the folder. What it leaves to the article's other versions
/// gets its default. [`Error::Files`] lists everything that is wrong.
pub fn parse(file: &str, text: &str, settings: &Settings) -> Result<FileArticle, Error> {
    version(file, text, settings).map(|version| version.article).map_err(Error::Files)
}

/// The sample articles that come with the program: a believable shop, in English and Chinese.
pub fn sample() -> Vec<FileArticle> {
    // That each of them can be read is tested, so nothing is passed over here.
    let settings = Settings { language: "en".to_owned(), languages: vec!["en".to_owned(), "zh".to_owned()] };
    assemble(SAMPLE.iter().copied(), &settings, Vec::new()).unwrap_or_default()
}

/// Paths and texts of the sample articles.
static SAMPLE: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sample.rs"));

struct Version {
    article: FileArticle,
    front: FrontMatter,
}

fn version(file: &str, text: &str, settings: &Settings) -> Result<Version, Vec<Problem>> {
    let mut problems = Vec::new();
    let named = name::read(file, settings).map_err(|problem| vec![problem])?;
    let Split { yaml, body } = front_matter::split(file, text).map_err(|problem| vec![problem])?;
    let front = FrontMatter::read(file, yaml, &mut problems).map_err(|problem| vec![problem])?;
    let mut problem = |key: &str, message: String| {
        problems.push(Problem { file: file.to_owned(), line: front.line(key), key: Some(key.to_owned()), message });
    };

    let lang = match (&named.lang, &front.lang) {
        (Some(suffix), Some(given)) if !crate::language::matches(suffix, given) => {
            problem("lang", format!("is `{given}`, but the file name says `{suffix}`; remove the key or rename the file"));
            suffix.clone()
        }
        (Some(suffix), _) => suffix.clone(),
        (None, Some(given)) => given.clone(),
        (None, None) => settings.language.clone(),
    };
    let title = front.title.clone().or_else(|| first_heading(body)).unwrap_or_default();
    if title.is_empty() {
        problem("title", "is missing; add `title: …` to the front matter".to_owned());
    }
    let answer = front.answer.clone().unwrap_or_else(|| crate::markdown::first_paragraph(body));
    if answer.is_empty() {
        problem("answer", "is missing and the body has no paragraph to take it from; write one of them".to_owned());
    }
    if let (Some(from), Some(until)) = (front.publish_at, front.expire_at)
        && until <= from
    {
        problem("expire_at", "is not after `publish_at`; the article would never be seen".to_owned());
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let article = FileArticle {
        file: file.to_owned(),
        slug: named.slug,
        lang,
        category: named.category,
        title,
        answer,
        body: body.to_owned(),
        phrasings: front.phrasings.clone(),
        keywords: front.keywords.clone(),
        visibility: front.visibility.unwrap_or_default(),
        audience: front.audience.clone().unwrap_or_default(),
        status: front.status.unwrap_or_default(),
        publish_at: front.publish_at,
        expire_at: front.expire_at,
        owner: front.owner.clone(),
        review_by: front.review_by,
    };
    Ok(Version { article, front })
}

fn assemble<'a>(files: impl Iterator<Item = (&'a str, &'a str)>, settings: &Settings, mut problems: Vec<Problem>) -> Result<Vec<FileArticle>, Error> {
    let mut articles: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for (file, text) in files {
        if front_matter::is_readme(file, text) {
            continue;
        }
        match version(file, text, settings) {
            Ok(version) => articles.entry(version.article.slug.clone()).or_default().push(version),
            Err(found) => problems.extend(found),
        }
    }
    let mut read = Vec::new();
    for versions in articles.into_values() {
        read.extend(unite(versions, &mut problems));
    }
    if !problems.is_empty() {
        problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        return Err(Error::Files(problems));
    }
    read.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(read)
}

/// Gives all versions of a slug what belongs to the article, and finds contradictions.
fn unite(mut versions: Vec<Version>, problems: &mut Vec<Problem>) -> Vec<FileArticle> {
    // The file without a language in its name comes first: `slug.md` sorts after `slug.de.md`, but is shorter.
    versions.sort_by_key(|version| (version.article.file.len(), version.article.file.clone()));
    let mut known = FrontMatter::default();
    let mut origin: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut category: Option<(Vec<String>, String)> = None;
    let mut langs: BTreeMap<String, String> = BTreeMap::new();
    for version in &versions {
        let file = &version.article.file;
        let mut clash = |key: Option<&str>, message: String| {
            let line = key.and_then(|key| version.front.line(key));
            problems.push(Problem { file: file.clone(), line, key: key.map(str::to_owned), message });
        };
        let slug = &version.article.slug;
        if let Some(other) = langs.insert(version.article.lang.to_ascii_lowercase(), file.clone()) {
            let lang = &version.article.lang;
            clash(None, format!("has the slug `{slug}` in the language `{lang}`, as {other} has; rename one of them"));
            continue;
        }
        match &category {
            Some((path, other)) if *path != version.article.category => {
                clash(None, format!("is in another folder than {other}, which has the same slug `{slug}`; move or rename one of them"));
            }
            Some(_) => {}
            None => category = Some((version.article.category.clone(), file.clone())),
        }
        for key in known.take_over(&version.front) {
            let other = origin.get(key).cloned().unwrap_or_default();
            clash(Some(key), format!("differs from {other}; it belongs to the article, so write it in one file only"));
        }
        for key in version.front.given() {
            origin.entry(key).or_insert_with(|| file.clone());
        }
    }
    for version in &mut versions {
        version.article.visibility = known.visibility.unwrap_or_default();
        version.article.audience = known.audience.clone().unwrap_or_default();
        version.article.owner = known.owner.clone();
    }
    versions.into_iter().map(|version| version.article).collect()
}

fn first_heading(body: &str) -> Option<String> {
    let heading = body.lines().find_map(|line| line.strip_prefix("# "))?;
    let title = crate::markdown::to_plain(heading);
    (!title.is_empty()).then_some(title)
}

fn collect(dir: &Path, below: &str, files: &mut Vec<(String, String)>, problems: &mut Vec<Problem>) -> Result<(), Error> {
    let failed = |source| Error::Io { path: dir.to_owned(), source };
    for entry in fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        if kind.is_dir() {
            collect(&path, &format!("{below}{name}/"), files, problems)?;
        } else if kind.is_file() && name.ends_with(".md") {
            let file = format!("{below}{name}");
            let length = entry.metadata().map_err(failed)?.len();
            let mut problem = |message: String| problems.push(Problem { file: file.clone(), line: None, key: None, message });
            if length > MAX_BYTES {
                problem(format!("is {length} bytes long; split it, an article has at most {MAX_BYTES}"));
                continue;
            }
            let bytes = fs::read(&path).map_err(|source| Error::Io { path: path.clone(), source })?;
            match String::from_utf8(bytes) {
                Ok(text) => files.push((file, text)),
                Err(_) => problem("is not UTF-8 text; save it in that encoding".to_owned()),
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
