//! Regular expressions that people write into templates and rules.

use std::{fmt, sync::OnceLock};

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

/// Compiled programs larger than this are refused (bytes).
const SIZE_LIMIT: usize = 1 << 20;

/// A regular expression as it was written; compiled at its first use and then kept.
///
/// The engine takes time linear in the text, so no expression can stall a worker.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Pattern {
    source: String,
    anywhere: OnceLock<Option<Regex>>,
    whole: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// The expression as it was written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// For finding it anywhere in a text, in upper or lower case; nothing when it is not an expression.
    pub fn anywhere(&self) -> Option<&Regex> {
        self.anywhere.get_or_init(|| RegexBuilder::new(&self.source).case_insensitive(true).size_limit(SIZE_LIMIT).build().ok()).as_ref()
    }

    /// For a text that it must describe from beginning to end, exactly; nothing when it is not an expression.
    pub fn whole(&self) -> Option<&Regex> {
        self.whole.get_or_init(|| RegexBuilder::new(&format!("^(?:{})$", self.source)).size_limit(SIZE_LIMIT).build().ok()).as_ref()
    }

    /// Why it cannot be used, with the position counted from 1.
    pub fn check(&self) -> Result<(), String> {
        if self.source.trim().is_empty() {
            return Err("an empty pattern matches everything; write one or leave it out".to_owned());
        }
        if let Err(error) = regex_syntax::Parser::new().parse(&self.source) {
            return Err(match error {
                regex_syntax::Error::Parse(error) => format!("not a regular expression: {} at position {}", error.kind(), position(error.span())),
                regex_syntax::Error::Translate(error) => format!("not a regular expression: {} at position {}", error.kind(), position(error.span())),
                other => format!("not a regular expression: {other}"),
            });
        }
        if self.anywhere().is_none() || self.whole().is_none() {
            return Err("this regular expression is too large; repeat less or split it".to_owned());
        }
        Ok(())
    }
}

fn position(span: &regex_syntax::ast::Span) -> usize {
    span.start.column
}

impl From<String> for Pattern {
    fn from(source: String) -> Self {
        Self { source, anywhere: OnceLock::new(), whole: OnceLock::new() }
    }
}

impl From<&str> for Pattern {
    fn from(source: &str) -> Self {
        source.to_owned().into()
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.source
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_wrong_is_said_with_its_position() {
        for (source, expected) in [
            ("(ab", "not a regular expression: unclosed group at position 1"),
            ("order [a-", "not a regular expression: unclosed character class at position 7"),
            ("退款(", "not a regular expression: unclosed group at position 3"),
            (r"(?<=x)y", "not a regular expression: look-around, including look-ahead and look-behind, is not supported at position 1"),
            (" ", "an empty pattern matches everything; write one or leave it out"),
            (r"(\w{1000}){1000}", "this regular expression is too large; repeat less or split it"),
        ] {
            assert_eq!(Pattern::from(source).check().unwrap_err(), expected, "{source}");
        }
        assert_eq!(Pattern::from(r"\b\d{4,}\b").check(), Ok(()));
    }

    /// Patterns at which engines that try every way never end (F-70).
    #[test]
    fn no_pattern_stalls_on_a_long_text() {
        let text = format!("{}!", "a".repeat(100_000));
        let begun = std::time::Instant::now();
        for source in ["(a+)+$", "(a|aa)+$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$"] {
            let pattern = Pattern::from(source);
            assert_eq!(pattern.check(), Ok(()), "{source}");
            assert!(!pattern.whole().unwrap().is_match(&text), "{source}");
        }
        assert!(!Pattern::from("(a*)*b").anywhere().unwrap().is_match(&"a".repeat(10_000)));
        assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{:?}", begun.elapsed());
    }

    #[test]
    fn searching_ignores_case_and_validating_does_not() {
        let pattern = Pattern::from("AB|CD");
        assert!(pattern.anywhere().unwrap().is_match("x ab x"));
        assert!(pattern.whole().unwrap().is_match("CD"));
        assert!(!pattern.whole().unwrap().is_match("cd"));
        assert!(!pattern.whole().unwrap().is_match("ABCD"));
    }
}
