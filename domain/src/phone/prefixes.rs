//! A table of an operator's own: the regions behind the beginnings of telephone numbers, down to provinces and cities.

use std::collections::HashMap;

/// Lines that a table may have.
pub const MOST_LINES: usize = 2_000_000;
/// Digits of a number in international form.
const LONGEST: usize = 15;

/// Regions by the beginnings of numbers; the longest one that fits decides.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Prefixes {
    /// By the digits behind a one, so that leading places count; sorted.
    lines: Vec<(u64, u32)>,
    regions: Vec<String>,
}

/// Why a table cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct BadPrefixes {
    /// The line, counted from one.
    pub line: usize,
    /// What is wrong, and what is allowed.
    pub problem: String,
}

impl Prefixes {
    /// Reads a table: a line `prefix,region` each, as in `+4930,DE-BE`. Empty lines, those that begin with `#` and a heading `prefix,region` say nothing.
    ///
    /// # Errors
    /// The first line that is wrong.
    pub fn read(text: &str) -> Result<Self, BadPrefixes> {
        let (mut table, mut places) = (Self::default(), HashMap::<&str, u32>::new());
        let mut seen = HashMap::<u64, (usize, u32)>::new();
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = (index + 1, line.trim());
            if line.1.is_empty()
                || line.1.starts_with('#')
                || (seen.is_empty() && line.1.replace([' ', '"'], "").eq_ignore_ascii_case("prefix,region"))
            {
                continue;
            }
            let wrong = |problem: String| BadPrefixes { line: line.0, problem };
            let (prefix, region) = line.1.split_once(',').ok_or_else(|| wrong("is not prefix,region: write it as +4930,DE-BE".to_owned()))?;
            let (prefix, region) = (unquoted(prefix), unquoted(region));
            let code = code(prefix)
                .ok_or_else(|| wrong(format!("the prefix has to be the country code and more, at most {LONGEST} digits, as in +4930")))?;
            if region.is_empty() || region.contains([',', '"', '\'']) || region.chars().count() > 64 {
                return Err(wrong("the region has to be one key, as in DE-BE".to_owned()));
            }
            if seen.len() >= MOST_LINES {
                return Err(wrong(format!("a table has at most {MOST_LINES} lines")));
            }
            let place = match places.get(region) {
                Some(place) => *place,
                None => {
                    let place = u32::try_from(table.regions.len()).unwrap_or(u32::MAX);
                    table.regions.push(region.to_owned());
                    places.insert(region, place);
                    place
                }
            };
            if let Some((before, other)) = seen.insert(code, (line.0, place))
                && other != place
            {
                return Err(wrong(format!("the prefix stands in line {before} with another region")));
            }
        }
        table.lines = seen.into_iter().map(|(code, (_, place))| (code, place)).collect();
        table.lines.sort_unstable();
        Ok(table)
    }

    /// How many beginnings it knows.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The regions that it names.
    pub fn regions(&self) -> &[String] {
        &self.regions
    }

    /// The regions for a number that begins with `+`, that of the longest beginning first.
    pub fn regions_of(&self, number: &str) -> impl Iterator<Item = &str> {
        let digits = number.strip_prefix('+').filter(|digits| digits.len() <= LONGEST).unwrap_or_default();
        (1..=digits.len()).rev().filter_map(move |length| {
            let code = code(digits.get(..length)?)?;
            let at = self.lines.binary_search_by_key(&code, |(code, _)| *code).ok()?;
            let (_, place) = self.lines.get(at)?;
            self.regions.get(usize::try_from(*place).ok()?).map(String::as_str)
        })
    }
}

fn unquoted(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell).trim()
}

/// The digits behind a one.
fn code(prefix: &str) -> Option<u64> {
    let digits = prefix.strip_prefix('+').or_else(|| prefix.strip_prefix("00")).unwrap_or(prefix);
    let fits = (1..=LONGEST).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits { format!("1{digits}").parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn the_longest_beginning_comes_first() {
        let table = Prefixes::read("\u{feff}prefix,region\r\n# cities\r\n+4930, DE-BE\r\n\"0049\",\"DE\"\n86138,CN\n861381200,CN-SH\n").unwrap();
        assert_eq!(table.len(), 4);
        for (number, expected) in [
            ("+493012345678", vec!["DE-BE", "DE"]),
            ("+498912345678", vec!["DE"]),
            ("+8613812000000", vec!["CN-SH", "CN"]),
            ("+8613812010000", vec!["CN"]),
            ("+12125550100", vec![]),
            ("030123456", vec![]),
            ("+", vec![]),
        ] {
            assert_eq!(table.regions_of(number).collect::<Vec<_>>(), expected, "{number}");
        }
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, line, problem) in [
            ("+49,DE\n+4930\n", 2, "is not prefix,region"),
            ("+49,DE\n\n+49x,DE", 3, "the prefix has to be"),
            ("0,DE", 1, "the prefix has to be"),
            ("+1234567890123456,DE", 1, "the prefix has to be"),
            ("+49,", 1, "the region has to be"),
            ("+49,DE,Germany", 1, "the region has to be"),
            ("+49,DE\n+49,DE\n0049,FR", 3, "the prefix stands in line 2 with another region"),
            ("+49,DE\nprefix,region", 2, "the prefix has to be"),
        ] {
            let error = Prefixes::read(text).unwrap_err();
            assert_eq!(error.line, line, "{text}");
            assert!(error.problem.starts_with(problem), "{error}");
        }
        assert!(Prefixes::read("").unwrap().is_empty());
    }
}
