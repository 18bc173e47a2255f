//! Takes out of incoming text what no person types and what can make a reader see something else than what is stored.

use std::borrow::Cow;

/// A text as stored and shown: line ends are `\n`, and NUL, other control characters, bidirectional embeddings, overrides and isolates, and
/// the byte order mark are gone. Joiners (emoji, Indic and Arabic scripts) and directional marks stay.
pub fn text(raw: &str) -> String {
    let mut clean = String::with_capacity(raw.len());
    let mut characters = raw.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\n' | '\t' => clean.push(character),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {}
            _ if character.is_control() => {}
            _ => clean.push(character),
        }
    }
    clean
}

/// A name or address, which has one line: as [`text`], with runs of white space as one space and none at the ends. Nothing left is none.
pub fn line(raw: &str) -> Option<String> {
    let mut clean = String::with_capacity(raw.len());
    for word in text(raw).split_whitespace() {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(word);
    }
    (!clean.is_empty()).then_some(clean)
}

/// Puts the replacement character in place of half surrogate pairs (`\ud800`), which JSON can spell and no text can hold.
pub fn surrogates(json: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut kept = 0;
    let mut at = 0;
    let bytes = json.as_bytes();
    // In JSON a backslash starts an escape wherever it stands.
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == b'\\')) {
        let escape = at + found;
        let (length, whole) = match unit(json, escape) {
            Some(0xd800..=0xdbff) if matches!(unit(json, escape + 6), Some(0xdc00..=0xdfff)) => (12, true),
            Some(0xd800..=0xdfff) => (6, false),
            Some(_) => (6, true),
            None => (2, true),
        };
        if !whole {
            mended.push_str(json.get(kept..escape).unwrap_or_default());
            mended.push('\u{fffd}');
            kept = escape + length;
        }
        at = escape + length;
    }
    if kept == 0 {
        return Cow::Borrowed(json);
    }
    mended.push_str(json.get(kept..).unwrap_or_default());
    Cow::Owned(mended)
}

/// The UTF-16 unit that the escape at this place spells.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_types_is_taken_out() {
        for (shows, raw, expected) in [
            ("NUL", "a\0b", "ab"),
            ("right-to-left override", "invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("isolates", "\u{2066}a\u{2069}", "a"),
            ("escape sequences lose their escape", "\u{1b}[31mred", "[31mred"),
            ("C1 controls", "a\u{9b}b", "ab"),
            ("line ends are one", "a\r\nb\rc\u{2028}d", "a\nb\nc\nd"),
            ("a tab stays", "a\tb", "a\tb"),
            ("a family of emoji stays one", "👨\u{200d}👩\u{200d}👧", "👨\u{200d}👩\u{200d}👧"),
            ("Hebrew with its marks stays", "\u{200f}שלום", "\u{200f}שלום"),
        ] {
            assert_eq!(text(raw), expected, "{shows}");
        }
    }

    #[test]
    fn a_name_is_one_line_or_none() {
        assert_eq!(line("  Ann\r\n  Smith\t"), Some("Ann Smith".to_owned()));
        assert_eq!(line(" \u{202e} \0"), None);
    }

    #[test]
    fn half_pairs_are_replaced_and_whole_ones_stay() {
        for (shows, json, expected) in [
            ("nothing to do", r#""a\n\u00e9""#, r#""a\n\u00e9""#),
            ("a whole pair", r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            ("a first half", r#""a\ud800b""#, "\"a\u{fffd}b\""),
            ("a second half", r#""\udc00""#, "\"\u{fffd}\""),
            ("halves in the wrong order", r#""\ude00\ud83d""#, "\"\u{fffd}\u{fffd}\""),
            ("a first half before a pair", r#""\ud800\ud83d\ude00""#, "\"\u{fffd}\\ud83d\\ude00\""),
            ("a backslash before a u", r#""\\ud800""#, r#""\\ud800""#),
            ("at the very end", r#""\ud800"#, "\"\u{fffd}"),
            ("cut short", r#""\ud8"#, r#""\ud8"#),
        ] {
            assert_eq!(surrogates(json), expected, "{shows}");
        }
    }
}
