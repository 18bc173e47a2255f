//! Takes out of incoming text what no person types and what can make a reader see something else than what is stored.

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
}
