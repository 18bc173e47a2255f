//! Texts of ours and of strangers, made fit to stand in a staff chat.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bellhop_channel::{TextUnit, clean, split::split};
use sha2::{Digest as _, Sha256};
use unicode_segmentation::UnicodeSegmentation as _;

/// Marks that one character of a name may carry; more is a tower that hides what stands above and below it.
const MOST_MARKS: usize = 8;

/// A stranger's name or words as one line that cannot pretend to be anything else: no controls, no marks that turn the direction of writing,
/// nothing that takes no room, at most `graphemes` long. Nothing left is none.
pub(crate) fn one_line(raw: &str, graphemes: usize) -> Option<String> {
    let shown: String = raw.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_unseen(*c)).collect();
    let line = clean::line(&shown)?;
    let mut cut = String::new();
    for (count, grapheme) in line.graphemes(true).enumerate() {
        if count == graphemes {
            cut.truncate(cut.trim_end().len());
            cut.push('…');
            break;
        }
        cut.extend(grapheme.chars().take(MOST_MARKS));
    }
    clean::line(&cut)
}

/// Whether a character is not seen by itself and changes how others are.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0e}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || c.is_control()
}

/// Words that are no Markdown, as they have to stand in Markdown.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '~' | '#' | '|') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The same as a quotation, so that nothing in it can be taken for a line of ours.
pub(crate) fn quoted(text: &str) -> String {
    let lines = text.lines().map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") });
    lines.collect::<Vec<_>>().join("\n")
}

/// At most `graphemes` of a text, with a sign where something is missing.
pub(crate) fn short(text: &str, graphemes: usize) -> String {
    match text.grapheme_indices(true).nth(graphemes) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// At most `max` characters of a line, cut between graphemes.
pub(crate) fn fitted_line(line: &str, max: usize) -> String {
    if line.chars().count() <= max {
        return line.to_owned();
    }
    let mut cut = String::new();
    let mut room = max.saturating_sub(1);
    for grapheme in line.graphemes(true) {
        let length = grapheme.chars().count();
        if length > room {
            break;
        }
        room -= length;
        cut.push_str(grapheme);
    }
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// As much of a text as fits.
pub(crate) fn fitted(text: &str, max: usize, unit: TextUnit) -> String {
    if unit.count(text) <= max {
        return text.to_owned();
    }
    let first = split(text, max.saturating_sub(2), unit).into_iter().next().unwrap_or_default();
    format!("{first}\n…")
}

/// Letters that tell one content from another, and nothing of what it is.
pub(crate) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    URL_SAFE_NO_PAD.encode(hash.finalize().iter().take(12).copied().collect::<Vec<u8>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line_of_what_is_seen() {
        let zalgo = format!("a{}", "\u{301}".repeat(50));
        for (shows, raw, expected) in [
            ("a name stays", "Ann Smith", Some("Ann Smith")),
            ("another script stays", "王小明", Some("王小明")),
            ("directions are not turned", "Ann \u{202e}yenom\u{202c}", Some("Ann yenom")),
            ("isolates and marks go", "\u{2067}Ann\u{2069}\u{200f}", Some("Ann")),
            ("nothing hides between letters", "M\u{200b}e\u{2060}i", Some("Mei")),
            ("lines are joined", "Ann\nowner: Mei\r\n\u{85}x", Some("Ann owner: Mei x")),
            ("a blank letter is no name", "\u{3164}\u{2800}", None),
            ("tags are not seen", "Ann\u{e0041}\u{e0042}", Some("Ann")),
        ] {
            assert_eq!(one_line(raw, 40).as_deref(), expected, "{shows}");
        }
        assert_eq!(one_line(&zalgo, 40).map(|name| name.chars().count()), Some(MOST_MARKS));
    }

    #[test]
    fn names_are_cut_between_what_people_take_for_characters() {
        assert_eq!(one_line("e\u{301}e\u{301}e\u{301}", 2).as_deref(), Some("e\u{301}e\u{301}…"));
        assert_eq!(one_line("abc", 3).as_deref(), Some("abc"));
        assert!(one_line(&"x".repeat(100_000), 60).is_some_and(|line| line.chars().count() == 61));
    }

    #[test]
    fn a_quotation_has_no_line_of_its_own() {
        assert_eq!(quoted("one\n\n**Mei** (note)\n"), "> one\n>\n> **Mei** (note)");
    }

    #[test]
    fn what_is_too_long_is_cut_and_says_so() {
        assert_eq!(fitted("one two three", 9, TextUnit::Chars), "one two\n…");
        assert_eq!(fitted("one", 9, TextUnit::Chars), "one");
        assert_eq!(short("one two", 4), "one…");
        assert_eq!(fitted_line("Ann 👨\u{200d}👩\u{200d}👧", 8), "Ann…");
        assert_eq!(fitted_line("Ann", 3), "Ann");
    }

    #[test]
    fn digests_tell_parts_apart() {
        assert_ne!(digest(&["a", "b"]), digest(&["ab", ""]));
        assert_eq!(digest(&["a"]).len(), 16);
    }
}
