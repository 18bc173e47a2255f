//! What all pages share: the language, the style, the headers.

use std::sync::LazyLock;

use askama::Template;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use bellhop_domain::{localised::base_language, words};
use bellhop_engine::Engine;
use chrono::{DateTime, SecondsFormat, TimeZone, Utc};
use sha2::{Digest, Sha256};

/// The style of all pages.
pub(super) const STYLE: &str = include_str!("../../assets/style.css");

/// The style's name, which changes with it.
pub(super) static STYLE_NAME: LazyLock<String> = LazyLock::new(|| {
    let hash: String = Sha256::digest(STYLE.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("style-{hash}.css")
});

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// How a page looks to whoever opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    /// Tag of the language of our own words: one of those with a catalogue.
    pub(super) lang: &'static str,
    /// The path below which everything stands; empty, or `/bellhop`.
    pub(super) root: String,
}

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    look: &'a Look,
    title: String,
    text: String,
}

impl Look {
    /// In `language` where we have it, else as the browser asks.
    pub(super) fn of(engine: &Engine, language: Option<&str>, headers: &HeaderMap) -> Self {
        let settings = engine.settings();
        let lang = language.and_then(shipped).or_else(|| asked_for(headers)).or_else(|| shipped(&settings.language));
        Self { lang: lang.unwrap_or(words::SHIPPED[0]), root: path_of(&settings.public_url).to_owned() }
    }

    /// Our words under this key.
    pub(super) fn say(&self, key: &str) -> String {
        words::say(self.lang, key, &[])
    }

    /// The address of the style.
    pub(super) fn style(&self) -> String {
        format!("{}/assets/{}", self.root, *STYLE_NAME)
    }

    /// A page as a response.
    pub(super) fn page(&self, status: StatusCode, page: &impl Template) -> Response {
        let Ok(html) = page.render() else {
            tracing::error!("A page could not be written");
            return (StatusCode::INTERNAL_SERVER_ERROR, self.say("page-error")).into_response();
        };
        let mut response = (status, Html(html)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
        headers.insert(header::HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
        response
    }

    /// A page that says one thing.
    pub(super) fn notice(&self, status: StatusCode, title: &str, text: &str) -> Response {
        self.page(status, &Notice { look: self, title: self.say(title), text: self.say(text) })
    }

    /// There is nothing at this address.
    pub(super) fn not_found(&self) -> Response {
        self.notice(StatusCode::NOT_FOUND, "page-not-found-title", "page-not-found")
    }

    /// The signature does not fit, or what it was for is gone.
    pub(super) fn bad_link(&self) -> Response {
        self.notice(StatusCode::NOT_FOUND, "page-link-invalid-title", "page-link-invalid")
    }

    /// Something does not work on our side.
    pub(super) fn failed(&self, error: &dyn std::error::Error) -> Response {
        tracing::error!(error = %error, "A page could not be put together");
        self.notice(StatusCode::SERVICE_UNAVAILABLE, "page-error-title", "page-error")
    }
}

/// A time for people and for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) iso: String,
    pub(super) shown: String,
}

impl Moment {
    /// `at` as read in `zone`.
    pub(super) fn new<Z: TimeZone<Offset: std::fmt::Display>>(at: DateTime<Utc>, zone: &Z) -> Self {
        Self { iso: at.to_rfc3339_opts(SecondsFormat::Secs, true), shown: at.with_timezone(zone).format("%Y-%m-%d %H:%M %Z").to_string() }
    }
}

/// The language of ours that `tag` means.
pub(super) fn shipped(tag: &str) -> Option<&'static str> {
    let base = base_language(tag);
    words::SHIPPED.into_iter().find(|shipped| shipped.eq_ignore_ascii_case(base))
}

/// The language of ours that the browser likes best.
fn asked_for(headers: &HeaderMap) -> Option<&'static str> {
    preferred(headers).into_iter().find_map(|tag| shipped(&tag))
}

/// The languages that the browser asks for, the best liked first.
pub(crate) fn preferred(headers: &HeaderMap) -> Vec<String> {
    let text = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut tags: Vec<(f32, String)> = text
        .split(',')
        .take(20)
        .filter_map(|part| {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let weight = rest.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.parse().ok())?;
            let tag = tag.trim();
            (weight > 0.0 && !tag.is_empty() && tag != "*").then(|| (weight, tag.to_owned()))
        })
        .collect();
    tags.sort_by(|one, other| other.0.total_cmp(&one.0));
    tags.into_iter().map(|(_, tag)| tag).collect()
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|start| rest.get(start..)).unwrap_or_default();
    path.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]
    use super::*;
    use std::path::Path;

    #[test]
    fn the_browsers_first_choice_that_we_have_is_taken() {
        for (header, expected) in [
            ("it, zh-CN;q=0.8, en;q=0.5", Some("zh")),
            ("en;q=0.5, zh;q=0.9", Some("zh")),
            ("zh;q=0, en", Some("en")),
            ("de-AT", Some("de")),
            ("ko", None),
            ("*", None),
            (";;q=x,,", None),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, header.parse().unwrap())]);
            assert_eq!(asked_for(&headers), expected, "{header}");
        }
    }

    #[test]
    fn pages_may_stand_below_a_path() {
        for (url, path) in [
            ("https://help.example.org", ""),
            ("https://help.example.org/", ""),
            ("https://example.org/bellhop", "/bellhop"),
            ("http://127.0.0.1:8080/a/b/", "/a/b"),
        ] {
            assert_eq!(path_of(url), path);
        }
    }

    #[test]
    fn every_word_of_the_templates_is_known() {
        let mut seen = 0;
        for (_, template) in templates() {
            let keys = ["say(\"", "say_of(\"", "count(\""].into_iter().flat_map(|call| template.split(call).skip(1));
            for key in keys.map(|rest| rest.split('"').next().unwrap()) {
                assert_ne!(words::say("en", key, &[]), key, "there are no words for it");
                seen += 1;
            }
        }
        assert!(seen > 15, "the words of the templates are not found any more");
    }

    /// Every template with its name below the folder.
    fn templates() -> Vec<(String, String)> {
        fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    collect(&path, found);
                } else {
                    let name = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")).unwrap();
                    found.push((name.to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap()));
                }
            }
        }
        let mut found = Vec::new();
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut found);
        assert!(found.len() > 5);
        found
    }

    #[test]
    fn no_template_shows_anything_unescaped_but_clean_html() {
        for (name, template) in templates() {
            // In the console only what is of the type `Clean` has `.0`.
            let allowed = if name.starts_with("console/") { template.matches(".0|safe").count() } else { usize::from(name == "article.html") };
            assert_eq!(template.matches("|safe").count(), allowed, "{name}");
            let template = if name == "console/base.html" { template.replace("<script src=", "") } else { template };
            for forbidden in ["<script", "style=", "onclick", "javascript:"] {
                assert!(!template.contains(forbidden), "{name}: {forbidden}");
            }
        }
    }

    /// What a reader would see of a template that no catalogue has.
    fn untranslated(template: &str) -> Vec<String> {
        let mut text = String::new();
        let mut rest = template;
        while let Some(start) = rest.find(['{', '<']) {
            text.push_str(&rest[..start]);
            let end = match &rest[start..] {
                code if code.starts_with("{{") => "}}",
                code if code.starts_with("{%") => "%}",
                code if code.starts_with("{#") => "#}",
                tag => {
                    // Within a tag only what is read out or shown counts.
                    let tag = &tag[..tag.find('>').unwrap_or(tag.len() - 1)];
                    for name in ["title=\"", "aria-label=\"", "placeholder=\"", "alt=\""] {
                        text.extend(tag.split(name).skip(1).map(|value| format!(" {} ", value.split(['"', '{']).next().unwrap())));
                    }
                    ">"
                }
            };
            let tail = &rest[start..];
            let skipped = match end {
                ">" => end_of_tag(tail),
                end => tail.find(end).map(|at| at + end.len()).unwrap_or(tail.len()),
            };
            text.push(' ');
            rest = &rest[start + skipped..];
        }
        text.push_str(rest);
        let words = text.split(|sign: char| !sign.is_alphabetic()).filter(|word| word.chars().count() > 1);
        words
            .filter(|word| {
                ![
                    "Bellhop", "bellhop", "amp", "gt", "lt", "nbsp", "Ctrl", "kb", "ask", "token", "create", "name", "first", "scope", "admin",
                    "toml", "Enter", "Esc", "doctype", "html",
                ]
                .contains(word)
            })
            .map(str::to_owned)
            .collect()
    }

    /// Tags have code in them, with signs of its own.
    fn end_of_tag(tag: &str) -> usize {
        let mut depth = 0;
        for (at, sign) in tag.char_indices() {
            match sign {
                '{' => depth += 1,
                '}' => depth -= 1,
                '>' if depth == 0 => return at + 1,
                _ => {}
            }
        }
        tag.len()
    }

    #[test]
    fn templates_have_no_words_of_their_own() {
        for (name, template) in templates() {
            // What stands in this block is a class.
            let template = match template.split_once("{% block frame %}") {
                Some((before, rest)) => format!("{before}{}", rest.split_once("{% endblock %}").unwrap().1),
                None => template,
            };
            assert_eq!(untranslated(&template), Vec::<String>::new(), "{name}");
        }
        assert_eq!(untranslated("<p class=\"x\" title=\"Hello\">{{ a }} there <b>{% if x > 1 %}</b>"), ["Hello", "there"]);
    }

    #[test]
    fn times_are_shown_with_their_zone() {
        let at = DateTime::parse_from_rfc3339("2026-11-22T10:05:00Z").unwrap().to_utc();
        let moment = Moment::new(at, &Utc);
        assert_eq!((moment.iso.as_str(), moment.shown.as_str()), ("2026-11-22T10:05:00Z", "2026-11-22 10:05 UTC"));
    }
}
