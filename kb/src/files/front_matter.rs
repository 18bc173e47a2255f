//! The YAML block at the head of an article file.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::de::DeserializeOwned;
use serde_norway::{Mapping, Value};

use super::Status;
use crate::article::{Audience, Visibility};
use crate::error::Problem;

const KEYS: [&str; 12] =
    ["title", "lang", "answer", "phrasings", "keywords", "visibility", "status", "audience", "publish_at", "expire_at", "owner", "review_by"];

/// The two parts of an article file.
#[derive(Debug)]
pub(super) struct Split<'a> {
    pub(super) yaml: &'a str,
    pub(super) body: &'a str,
}

/// What the front matter gives; `None` where it is silent.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    pub(super) title: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) answer: Option<String>,
    pub(super) phrasings: Vec<String>,
    pub(super) keywords: Vec<String>,
    pub(super) visibility: Option<Visibility>,
    pub(super) status: Option<Status>,
    pub(super) audience: Option<Audience>,
    pub(super) publish_at: Option<DateTime<Utc>>,
    pub(super) expire_at: Option<DateTime<Utc>>,
    pub(super) owner: Option<String>,
    pub(super) review_by: Option<NaiveDate>,
    lines: BTreeMap<String, usize>,
}

/// Cuts a file into front matter and body.
pub(super) fn split<'a>(file: &str, text: &'a str) -> Result<Split<'a>, Problem> {
    let text = text.trim_start_matches('\u{feff}');
    let problem = |line: usize, message: &str| Problem { file: file.to_owned(), line: Some(line), key: None, message: message.to_owned() };
    let after = text.strip_prefix("---").and_then(|rest| rest.strip_prefix('\n').or_else(|| rest.strip_prefix("\r\n")));
    let Some(after) = after else {
        return Err(problem(1, "has no front matter; begin the file with a line `---`, then `title: …`, then a line `---`"));
    };
    let mut length = 0;
    for line in after.split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            let yaml = after.get(..length).unwrap_or_default();
            let body = after.get(length + line.len()..).unwrap_or_default();
            return Ok(Split { yaml, body: body.trim() });
        }
        length += line.len();
    }
    Err(problem(1, "has front matter without an end; put a line `---` after it"))
}

/// Whether this is a note to readers of the folder rather than an article.
pub(super) fn is_readme(file: &str, text: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.eq_ignore_ascii_case("readme.md") && !text.trim_start_matches('\u{feff}').starts_with("---")
}

impl FrontMatter {
    /// Reads the block; what is wrong with single keys goes into `problems`, and an error means that none can be read.
    pub(super) fn read(file: &str, yaml: &str, problems: &mut Vec<Problem>) -> Result<Self, Problem> {
        let mut front = Self { lines: key_lines(yaml), ..Self::default() };
        if yaml.trim().is_empty() {
            return Ok(front);
        }
        let mapping: Mapping = match serde_norway::from_str(yaml) {
            Ok(mapping) => mapping,
            Err(error) => {
                let line = error.location().map(|at| at.line() + 1);
                let message = format!("is not valid YAML ({error}); quote texts that contain `:` or begin with a sign");
                return Err(Problem { file: file.to_owned(), line, key: None, message });
            }
        };
        let mut problem = |line: Option<usize>, key: Option<&str>, message: String| {
            problems.push(Problem { file: file.to_owned(), line, key: key.map(str::to_owned), message });
        };
        for (key, value) in mapping {
            let Some(key) = text(&key) else { continue };
            if value.is_null() {
                if !KEYS.contains(&key.as_str()) {
                    problem(front.line(&key), Some(&key), unknown_key(&key));
                }
                continue;
            }
            if let Err(message) = front.set(&key, value) {
                problem(front.line(&key), Some(&key), message);
            }
        }
        Ok(front)
    }

    /// The line of a key in the file.
    pub(super) fn line(&self, key: &str) -> Option<usize> {
        self.lines.get(key).copied()
    }

    /// Takes what belongs to the article from another version, and names the keys that contradict.
    pub(super) fn take_over(&mut self, other: &Self) -> Vec<&'static str> {
        let mut contradictions = Vec::new();
        take(&mut self.visibility, &other.visibility, "visibility", &mut contradictions);
        take(&mut self.audience, &other.audience, "audience", &mut contradictions);
        take(&mut self.owner, &other.owner, "owner", &mut contradictions);
        contradictions
    }

    /// The keys given that belong to the article.
    pub(super) fn given(&self) -> impl Iterator<Item = &'static str> {
        let given = [(self.visibility.is_some(), "visibility"), (self.audience.is_some(), "audience"), (self.owner.is_some(), "owner")];
        given.into_iter().filter_map(|(is_given, key)| is_given.then_some(key))
    }

    fn set(&mut self, key: &str, value: Value) -> Result<(), String> {
        match key {
            "title" => self.title = line_of_text(&value)?,
            "lang" => self.lang = Some(language_tag(&value)?),
            "answer" => self.answer = line_of_text(&value)?,
            "phrasings" => self.phrasings = list(&value)?,
            "keywords" => self.keywords = list(&value)?,
            "visibility" => self.visibility = Some(choice(value, "public, customers or internal")?),
            "status" => self.status = Some(choice(value, "draft, published or archived")?),
            "audience" => self.audience = Some(audience(&value)?),
            "publish_at" => self.publish_at = Some(time(&value)?),
            "expire_at" => self.expire_at = Some(time(&value)?),
            "owner" => self.owner = Some(owner(&value)?),
            "review_by" => self.review_by = Some(date(&value)?),
            _ => return Err(unknown_key(key)),
        }
        Ok(())
    }
}

fn take<T: Clone + PartialEq>(known: &mut Option<T>, other: &Option<T>, key: &'static str, contradictions: &mut Vec<&'static str>) {
    match (&known, other) {
        (Some(known), Some(other)) if known != other => contradictions.push(key),
        (None, Some(other)) => *known = Some(other.clone()),
        _ => {}
    }
}

/// Lines of the keys at the left margin; the first line of the file is the `---`.
fn key_lines(yaml: &str) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    for (number, line) in yaml.lines().enumerate() {
        if let Some((key, _)) = line.split_once(':')
            && !line.starts_with([' ', '\t', '#', '-'])
        {
            lines.entry(key.trim().trim_matches(['"', '\'']).to_owned()).or_insert(number + 2);
        }
    }
    lines
}

fn unknown_key(key: &str) -> String {
    let known = KEYS.join(", ");
    format!("is not a key of articles; remove `{key}` or use one of {known}")
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn line_of_text(value: &Value) -> Result<Option<String>, String> {
    let text = text(value).ok_or("must be a text; put it in quotes")?;
    Ok((!text.is_empty()).then_some(text))
}

fn list(value: &Value) -> Result<Vec<String>, String> {
    let wrong = "must be a list of texts, such as [\"one\", \"two\"]";
    match value {
        Value::Sequence(items) => {
            let texts: Option<Vec<String>> = items.iter().map(text).collect();
            Ok(texts.ok_or(wrong)?.into_iter().filter(|text| !text.is_empty()).collect())
        }
        single => text(single).map(|text| vec![text]).ok_or_else(|| wrong.to_owned()),
    }
}

fn choice<T: DeserializeOwned>(value: Value, allowed: &str) -> Result<T, String> {
    let shown = text(&value).unwrap_or_else(|| "a list or map".to_owned());
    serde_norway::from_value(value).map_err(|_| format!("is `{shown}`; it must be {allowed}"))
}

fn audience(value: &Value) -> Result<Audience, String> {
    let wrong = "must be a map such as {tiers: [gold], regions: [DE], channels: [shop]}";
    let map = value.as_mapping().ok_or(wrong)?;
    let mut audience = Audience::default();
    for (key, value) in map {
        let key = text(key).ok_or(wrong)?;
        let keys = if value.is_null() { Vec::new() } else { list(value).map_err(|why| format!("`{key}` {why}"))? };
        match key.as_str() {
            "tiers" => audience.tiers = keys,
            "regions" => audience.regions = keys,
            "channels" => audience.channels = keys,
            _ => return Err(format!("has no part `{key}`; use tiers, regions and channels")),
        }
    }
    Ok(audience)
}

fn time(value: &Value) -> Result<DateTime<Utc>, String> {
    let shown = text(value).unwrap_or_default();
    if let Ok(time) = DateTime::parse_from_rfc3339(&shown) {
        return Ok(time.with_timezone(&Utc));
    }
    let day = shown.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    day.ok_or_else(|| format!("is `{shown}`; write a time with its zone, such as 2026-12-01T09:00:00Z"))
}

fn date(value: &Value) -> Result<NaiveDate, String> {
    let shown = text(value).unwrap_or_default();
    shown.parse().map_err(|_| format!("is `{shown}`; write a day, such as 2027-06-01"))
}

fn owner(value: &Value) -> Result<String, String> {
    let shown = text(value).unwrap_or_default();
    let is_address =
        shown.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.') && !shown.contains(char::is_whitespace));
    is_address.then_some(shown).ok_or_else(|| "must be an e-mail address".to_owned())
}

fn language_tag(value: &Value) -> Result<String, String> {
    let shown = text(value).unwrap_or_default();
    let mut parts = shown.split('-');
    let primary = parts.next().is_some_and(|part| matches!(part.len(), 2 | 3) && part.chars().all(|c| c.is_ascii_alphabetic()));
    let rest = parts.all(|part| matches!(part.len(), 2..=8) && part.chars().all(|c| c.is_ascii_alphanumeric()));
    (primary && rest).then_some(shown.clone()).ok_or_else(|| format!("is `{shown}`; write a language tag, such as en or zh-CN"))
}
