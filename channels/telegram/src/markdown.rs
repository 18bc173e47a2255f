//! A text with Telegram's entities as light Markdown.

use std::ops::Range;

use bellhop_channel::Fields;

use crate::rich::Rich;

/// More entities than this are not looked at: Telegram itself shows a hundred.
const MAX_ENTITIES: usize = 200;

/// A text of more bytes than this is none of Telegram's, and its formatting is not looked at.
const MAX_BYTES: usize = 32 * 1024;

/// A text with its formatting as light Markdown. Without any, and where nothing in it would be taken for marks, it stays as it is.
pub(crate) fn markdown(text: &str, entities: &[Fields<'_>]) -> String {
    if text.len() > MAX_BYTES {
        return write(text, 0..text.len(), &[], true);
    }
    let spans = spans(text, entities);
    if spans.is_empty() && is_plain(text) {
        return text.to_owned();
    }
    let bare = write(text, 0..text.len(), &spans, false);
    if shows(&bare, text, spans.len()) {
        return bare;
    }
    let escaped = write(text, 0..text.len(), &spans, true);
    if shows(&escaped, text, spans.len()) {
        return escaped;
    }
    // Formatting that Markdown cannot say must not cost a word of the text.
    write(text, 0..text.len(), &[], true)
}

/// Whether the text has formatting that light Markdown can say.
pub(crate) fn is_formatted(entities: &[Fields<'_>]) -> bool {
    entities.iter().any(|entity| kind(*entity).is_some())
}

/// Whether nothing in a text can be a mark; false says nothing.
fn is_plain(text: &str) -> bool {
    !text.contains(['\\', '*', '_', '`', '[', ']', '<', '>', '~', '&', '#', '=', '+', '-', ')', '\t']) && !text.contains("    ")
}

/// Whether Markdown shows exactly this text, formatted where there is formatting. Only what begins the items of a list may look otherwise.
fn shows(markdown: &str, text: &str, spans: usize) -> bool {
    let rich = Rich::convert(markdown);
    rich.entities.is_empty() == (spans == 0) && words(&rich.text).eq(words(text))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().map(|word| if matches!(word, "•" | "*" | "+") { "-" } else { word })
}

/// A part of the text, in bytes, and what is special about it.
struct Span {
    range: Range<usize>,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Around(&'static str),
    Code,
    Block(String),
    Quote,
    Link(String),
}

fn kind(entity: Fields<'_>) -> Option<Kind> {
    Some(match entity.text("type")? {
        "bold" => Kind::Around("**"),
        "italic" => Kind::Around("_"),
        "strikethrough" => Kind::Around("~~"),
        "code" => Kind::Code,
        "pre" => {
            let language = entity.text("language").unwrap_or_default();
            let plain =
                language.len() <= 20 && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'#' | b'_'));
            Kind::Block(if plain { language.to_owned() } else { String::new() })
        }
        "blockquote" | "expandable_blockquote" => Kind::Quote,
        "text_link" => {
            let url = entity.text("url")?;
            let plain = url.len() <= 2_048
                && !url.contains(|character: char| {
                    character.is_whitespace() || character.is_control() || matches!(character, '<' | '>' | '(' | ')' | '\\')
                });
            Kind::Link(plain.then(|| url.to_owned())?)
        }
        _ => return None,
    })
}

/// The entities that we have a word for, the outer before the inner; what lies outside the text or across another is left out.
fn spans(text: &str, entities: &[Fields<'_>]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut found: Vec<(usize, usize, Kind)> = Vec::new();
    for entity in entities.iter().take(MAX_ENTITIES) {
        let place = |key| entity.integer(key).and_then(|number| usize::try_from(number).ok());
        if let (Some(kind), Some(offset), Some(length)) = (kind(*entity), place("offset"), place("length")) {
            found.push((offset, length.saturating_add(offset), kind));
        }
    }
    if found.is_empty() {
        return spans;
    }
    let bytes = Bytes::of(text);
    for (start, end, kind) in found {
        if let (Some(start), Some(end)) = (bytes.at(start), bytes.at(end))
            && start < end
        {
            spans.push(Span { range: start..end, kind });
        }
    }
    spans.sort_by(|a, b| a.range.start.cmp(&b.range.start).then(b.range.end.cmp(&a.range.end)));
    let mut ends: Vec<usize> = Vec::new();
    spans.retain(|span| {
        while ends.last().is_some_and(|&end| end <= span.range.start) {
            ends.pop();
        }
        let nested = ends.last().is_none_or(|&end| span.range.end <= end);
        if nested {
            ends.push(span.range.end);
        }
        nested
    });
    spans
}

/// Places in a text by UTF-16 units.
struct Bytes(Vec<Option<usize>>);

impl Bytes {
    fn of(text: &str) -> Self {
        let mut places = Vec::with_capacity(text.len() + 1);
        for (at, character) in text.char_indices() {
            places.push(Some(at));
            // Between the halves of a pair nothing can begin or end.
            places.extend((1..character.len_utf16()).map(|_| None));
        }
        places.push(Some(text.len()));
        Self(places)
    }

    fn at(&self, unit: usize) -> Option<usize> {
        self.0.get(unit).copied().flatten()
    }
}

/// Writes a part of the text; `spans` are those that lie in it.
fn write(text: &str, range: Range<usize>, spans: &[Span], escaping: bool) -> String {
    let mut out = String::new();
    let mut at = range.start;
    let mut index = 0;
    while let Some(span) = spans.get(index) {
        let inner = spans.get(index + 1..).unwrap_or_default();
        let within = inner.iter().take_while(|inner| inner.range.start < span.range.end).count();
        plain(&mut out, text.get(at..span.range.start).unwrap_or_default(), escaping);
        marked(&mut out, text, span, inner.get(..within).unwrap_or_default(), escaping);
        at = span.range.end;
        index += 1 + within;
    }
    plain(&mut out, text.get(at..range.end).unwrap_or_default(), escaping);
    out
}

fn marked(out: &mut String, text: &str, span: &Span, inner: &[Span], escaping: bool) {
    let raw = text.get(span.range.clone()).unwrap_or_default();
    match &span.kind {
        Kind::Code => {
            let fence = "`".repeat(longest_run(raw, '`') + 1);
            let room = if raw.starts_with('`') || raw.ends_with('`') { " " } else { "" };
            out.push_str(&format!("{fence}{room}{raw}{room}{fence}"));
        }
        Kind::Block(language) => {
            let fence = "`".repeat((longest_run(raw, '`') + 1).max(3));
            fresh_line(out);
            out.push_str(&format!("{fence}{language}\n{}\n{fence}\n", raw.trim_matches('\n')));
        }
        Kind::Quote => {
            fresh_line(out);
            for line in write(text, span.range.clone(), inner, escaping).lines() {
                out.push_str(&format!("> {line}\n"));
            }
            out.push('\n');
        }
        Kind::Link(url) => {
            let label = write(text, span.range.clone(), inner, escaping);
            wrap(out, &label, "[", &format!("]({url})"));
        }
        Kind::Around(mark) => {
            // Emphasis ends with its paragraph, so each line has marks of its own.
            let written = write(text, span.range.clone(), inner, escaping);
            for (number, line) in written.split('\n').enumerate() {
                if number > 0 {
                    out.push('\n');
                }
                wrap(out, line, mark, mark);
            }
        }
    }
}

/// Puts marks around a text, inside the white space at its ends, where they would not be marks.
fn wrap(out: &mut String, text: &str, open: &str, close: &str) {
    let core = text.trim();
    if core.is_empty() {
        out.push_str(text);
        return;
    }
    let lead = text.len() - text.trim_start().len();
    out.push_str(text.get(..lead).unwrap_or_default());
    out.push_str(open);
    out.push_str(core);
    out.push_str(close);
    out.push_str(text.get(lead + core.len()..).unwrap_or_default());
}

fn fresh_line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|character| character != of).map(str::len).max().unwrap_or_default()
}

/// Writes what has no formatting; `escaping` keeps it from being taken for some.
fn plain(out: &mut String, text: &str, escaping: bool) {
    if !escaping {
        out.push_str(text);
        return;
    }
    let mut line_start = out.is_empty() || out.ends_with('\n');
    let mut digits = false;
    for character in text.chars() {
        let marks_anywhere = matches!(character, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '~' | '&');
        let marks_a_line = line_start && matches!(character, '#' | '>' | '+' | '-' | '=');
        if marks_anywhere || marks_a_line || (digits && matches!(character, '.' | ')')) {
            out.push('\\');
        }
        out.push(character);
        digits = (line_start || digits) && character.is_ascii_digit();
        line_start = character == '\n' || (line_start && character == ' ');
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn of(text: &str, entities: &Value) -> String {
        let fields: Vec<Fields<'_>> = entities.as_array().unwrap().iter().map(Fields::of).collect();
        markdown(text, &fields)
    }

    #[test]
    fn formatting_becomes_marks() {
        let entity = |kind: &str, offset: usize, length: usize| json!({"type": kind, "offset": offset, "length": length});
        for (shows, text, entities, expected) in [
            ("nothing to do", "order_1001 costs 5*3", json!([]), "order_1001 costs 5*3"),
            ("marks that are none of ours", "a **b** c", json!([]), r"a \*\*b\*\* c"),
            ("a list stays one", "so:\n- a\n- b", json!([]), "so:\n- a\n- b"),
            ("a list that would be counted anew", "2) a\n4) b", json!([]), "2\\) a\n4\\) b"),
            ("a line that looks like a heading", "# 5", json!([]), "\\# 5"),
            ("tags", "a <b>bold</b> &amp; b", json!([]), "a \\<b>bold\\</b> \\&amp; b"),
            ("bold", "hold it", json!([entity("bold", 0, 4)]), "**hold** it"),
            ("places are counted in UTF-16 units", "😀 按住 it", json!([entity("bold", 3, 2)]), "😀 **按住** it"),
            ("bold with white space at its ends", "a b c", json!([entity("bold", 1, 3)]), "a **b** c"),
            ("bold over two lines", "a\nb", json!([entity("bold", 0, 3)]), "**a**\n**b**"),
            ("italics in bold", "a b", json!([entity("bold", 0, 3), entity("italic", 2, 1)]), "**a _b_**"),
            ("struck out", "no", json!([entity("strikethrough", 0, 2)]), "~~no~~"),
            ("code with a tick", "a`b", json!([entity("code", 0, 3)]), "``a`b``"),
            ("a block", "x\nls -l\ny", json!([{"type": "pre", "offset": 2, "length": 5, "language": "sh"}]), "x\n```sh\nls -l\n```\n\ny"),
            (
                "a link",
                "see it",
                json!([{"type": "text_link", "offset": 4, "length": 2, "url": "https://x.example/a"}]),
                "see [it](https://x.example/a)",
            ),
            ("a quote", "one\ntwo", json!([entity("blockquote", 0, 7)]), "> one\n> two\n\n"),
            ("marks beside formatting", "2*3*4 a", json!([entity("bold", 6, 1)]), r"2\*3\*4 **a**"),
            ("an entity beyond the end", "ab", json!([entity("bold", 1, 9)]), "ab"),
            ("an entity across another", "abc", json!([entity("bold", 0, 2), entity("italic", 1, 2)]), "**ab**c"),
            ("half a character", "😀a", json!([entity("bold", 1, 2)]), "😀a"),
            ("what Markdown cannot say is left out", "a", json!([entity("underline", 0, 1)]), "a"),
            ("a link that would break out", "a", json!([{"type": "text_link", "offset": 0, "length": 1, "url": "https://x.example/) [b](c"}]), "a"),
        ] {
            assert_eq!(of(text, &entities), expected, "{shows}");
        }
    }

    proptest! {
        #[test]
        fn no_word_is_ever_lost(
            text in "([a-c ]{1,4}|[*_~`#>\\[\\]()\\\\<!&.1-]{1,3}|\n{1,2}|😀){0,12}",
            places in proptest::collection::vec((0_usize..6, 0_usize..30, 0_usize..12), 0..4),
        ) {
            let kinds = ["bold", "italic", "strikethrough", "code", "blockquote", "text_link"];
            let entities: Vec<Value> = places.iter().map(|&(kind, offset, length)| {
                json!({"type": kinds[kind], "offset": offset, "length": length, "url": "https://x.example"})
            }).collect();
            let fields: Vec<Fields<'_>> = entities.iter().map(Fields::of).collect();
            let shown = Rich::convert(&markdown(&text, &fields)).text;
            let letters = |text: &str| text.chars().filter(|character| character.is_alphabetic()).collect::<String>();
            prop_assert_eq!(letters(&shown), letters(&text));
        }
    }
}
