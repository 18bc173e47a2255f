//! A text that is too long for one message, in pieces that each fit.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::capabilities::TextUnit;

/// Cuts a text into pieces of at most `max` units (and never less than 4), at the end of a paragraph, line, sentence or word, whichever
/// leaves a piece at least a third full. Graphemes stay whole, and so do code and links; only what alone is longer than a piece is cut, and
/// code is then closed and opened again. White space at the cuts goes.
pub fn split(text: &str, max: usize, unit: TextUnit) -> Vec<String> {
    let max = max.max(4);
    let spans = spans(text);
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut opening = "";
    while start < text.len() {
        let rest = slice(text, start..text.len());
        let room = max - unit.count(opening);
        if unit.count(rest) <= room {
            push(&mut pieces, format!("{opening}{}", rest.trim_end()));
            break;
        }
        let limit = start + longest_prefix(rest, room, unit);
        let inside = span_at(&spans, limit);
        if let Some(end) = best_break(text, start, limit, &spans).or(inside.map(|span| span.range.start).filter(|&at| at > start)) {
            push(&mut pieces, format!("{opening}{}", slice(text, start..end).trim_end()));
            start = skip_white(text, end);
            opening = "";
            continue;
        }
        let Some(span) = inside.filter(|span| span.cost(unit) > 0 && span.cost(unit) <= max / 3) else {
            push(&mut pieces, format!("{opening}{}", slice(text, start..limit)));
            start = limit;
            continue;
        };
        let limit = start + longest_prefix(rest, room - unit.count(&span.close), unit);
        let lines = slice(text, start..limit).rfind('\n').map(|at| start + at).filter(|&at| at > start.max(span.content));
        let end = lines.unwrap_or(limit);
        push(&mut pieces, format!("{opening}{}{}", slice(text, start..end), span.close));
        let left = slice(text, end..span.range.end);
        if left.trim() == span.close.trim() {
            start = skip_white(text, span.range.end);
            opening = "";
        } else {
            start = end + usize::from(left.starts_with('\n'));
            opening = &span.open;
        }
    }
    pieces
}

/// Something that is to stay whole.
struct Span {
    range: Range<usize>,
    /// Where what is inside the marks begins.
    content: usize,
    /// Begins it anew in the next piece; empty for a link, which cannot go on.
    open: String,
    /// Ends it in this piece.
    close: String,
}

impl Span {
    fn cost(&self, unit: TextUnit) -> usize {
        unit.count(&self.open) + unit.count(&self.close)
    }
}

/// Code and links, in order and apart.
fn spans(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (event, range) in Parser::new(text).into_offset_iter() {
        if spans.last().is_some_and(|last| range.start < last.range.end) {
            continue;
        }
        let source = slice(text, range.clone());
        match event {
            Event::Code(_) => {
                let ticks: String = source.chars().take_while(|&tick| tick == '`').collect();
                spans.push(Span { content: range.start + ticks.len(), range, open: ticks.clone(), close: ticks });
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                let first = source.lines().next().unwrap_or_default();
                let mark = if first.starts_with('~') { '~' } else { '`' };
                let fence: String = first.chars().filter(|&tick| tick == mark).collect();
                let end = range.start + source.trim_end().len();
                spans.push(Span {
                    content: range.start + first.len(),
                    range: range.start..end,
                    open: format!("{first}\n"),
                    close: format!("\n{fence}"),
                });
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                spans.push(Span { content: range.start, range, open: String::new(), close: String::new() });
            }
            _ => {}
        }
    }
    spans
}

/// The span that a cut at `at` would break.
fn span_at(spans: &[Span], at: usize) -> Option<&Span> {
    let after = spans.partition_point(|span| span.range.end <= at);
    spans.get(after).filter(|span| span.range.start < at)
}

/// The best place for a cut in `start..=limit` outside all spans, if there is one.
fn best_break(text: &str, start: usize, limit: usize, spans: &[Span]) -> Option<usize> {
    // What stands right behind the limit tells whether a sentence or word ends there.
    let window = slice(text, start..text.ceil_char_boundary(limit + 2));
    let least = start + (limit - start) / 3;
    let good = |at: &usize| *at <= limit && *at >= least && *at > start && span_at(spans, *at).is_none();
    let at_mark = |mark: &str| window.rmatch_indices(mark).map(|(at, _)| start + at).find(good);
    at_mark("\n\n")
        .or_else(|| at_mark("\n"))
        .or_else(|| {
            let ends = window.split_sentence_bound_indices().map(|(at, _)| start + slice(window, 0..at).trim_end().len());
            ends.filter(good).last()
        })
        .or_else(|| window.rmatch_indices(char::is_whitespace).map(|(at, _)| start + at).find(good))
        .or_else(|| {
            let words = window.split_word_bound_indices().filter(|(_, word)| word.chars().next().is_some_and(char::is_alphanumeric));
            words.map(|(at, _)| start + at).rfind(good)
        })
        .or_else(|| (span_at(spans, limit).is_none()).then_some(limit))
}

/// Bytes of the longest prefix of whole graphemes that fits, or of characters where not even one grapheme does.
fn longest_prefix(text: &str, room: usize, unit: TextUnit) -> usize {
    let fit = |parts: &mut dyn Iterator<Item = &str>| {
        let (mut used, mut bytes) = (0, 0);
        for part in parts {
            used += unit.count(part);
            if used > room {
                break;
            }
            bytes += part.len();
        }
        bytes
    };
    match fit(&mut text.graphemes(true)) {
        0 => fit(&mut text.split_inclusive(|_: char| true)).max(text.chars().next().map_or(0, char::len_utf8)),
        bytes => bytes,
    }
}

fn push(pieces: &mut Vec<String>, piece: String) {
    if !piece.trim().is_empty() {
        pieces.push(piece);
    }
}

fn skip_white(text: &str, at: usize) -> usize {
    text.len() - slice(text, at..text.len()).trim_start().len()
}

/// The part of a text between two boundaries of characters.
fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(shows: &str, text: &str, max: usize, expected: &[&str]) {
        assert_eq!(split(text, max, TextUnit::Chars), expected, "{shows}");
    }

    #[test]
    fn cuts_fall_where_a_reader_pauses() {
        check("what fits stays whole", "one two", 7, &["one two"]);
        check("a paragraph before all", "One. Two.\n\nThree. Four.", 18, &["One. Two.", "Three. Four."]);
        check("then a line", "one two\nthree four", 12, &["one two", "three four"]);
        check("then a sentence", "Hold it. Then wait longer.", 20, &["Hold it.", "Then wait longer."]);
        check("a sentence that fits exactly", "Hold it. Wait long.", 8, &["Hold it.", "Wait", "long."]);
        check("then a word", "hold the green button", 15, &["hold the green", "button"]);
        check("Chinese sentences", "请按住绿色按钮。然后等待七秒钟。", 10, &["请按住绿色按钮。", "然后等待七秒钟。"]);
        check("a word that is too long is cut anywhere", "abcdefghij", 4, &["abcd", "efgh", "ij"]);
        check("only white space is nothing", "          ", 4, &[]);
    }

    #[test]
    fn what_a_person_takes_for_one_character_stays_one() {
        let family = "👨\u{200d}👩\u{200d}👧";
        assert_eq!(split(&family.repeat(3), 10, TextUnit::Chars), [family.to_owned() + family, family.to_owned()]);
        assert_eq!(split("e\u{301}e\u{301}e\u{301}", 4, TextUnit::Bytes), ["e\u{301}"; 3]);
    }

    #[test]
    fn code_and_links_stay_whole_where_they_can() {
        check("a span moves on as one", "type this now: `a b c d`", 20, &["type this now:", "`a b c d`"]);
        check("a span that is too long goes on", "`abcdefghij klmn`", 12, &["`abcdefghij`", "` klmn`"]);
        check("a link moves on as one", "have a look at [our page](https://x.e)", 26, &["have a look at", "[our page](https://x.e)"]);
        check(
            "a block is closed and opened again",
            "```\nfirst line\nsecond line\nthird line\n```",
            30,
            &["```\nfirst line\n```", "```\nsecond line\nthird line\n```"],
        );
    }

    #[test]
    fn lengths_are_counted_in_the_platforms_unit() {
        assert_eq!(split("😀😀😀", 4, TextUnit::Utf16).len(), 2);
        assert_eq!(split("😀😀😀", 4, TextUnit::Bytes).len(), 3);
        assert_eq!(split("😀😀😀", 4, TextUnit::Graphemes).len(), 1);
    }

    #[test]
    fn a_mountain_of_marks_on_one_letter_is_cut_rather_than_refused() {
        let zalgo = format!("a{}", "\u{301}".repeat(10_000));
        let pieces = split(&zalgo, 4096, TextUnit::Chars);
        assert_eq!(pieces.concat(), zalgo);
        assert!(pieces.iter().all(|piece| piece.chars().count() <= 4096));
    }

    proptest! {
        #[test]
        fn pieces_fit_and_nothing_but_white_space_is_lost(
            text in "([a-c ]{1,9}|[一二。 ]{1,5}|\n\n|👩\u{200d}👧|e\u{301}|\\. |[!?]){0,60}",
            max in 4_usize..60,
        ) {
            for unit in [TextUnit::Bytes, TextUnit::Utf16, TextUnit::Chars, TextUnit::Graphemes] {
                let pieces = split(&text, max, unit);
                let said = |text: &str| text.split_whitespace().collect::<String>();
                prop_assert_eq!(said(&pieces.concat()), said(&text));
                for piece in &pieces {
                    prop_assert!(unit.count(piece) <= max, "{piece:?}");
                }
            }
        }

        #[test]
        fn marks_of_any_kind_never_make_a_piece_too_long(text in "(`{1,4}|~~~|[a-c]{1,12}|\n|\\[|\\]|\\(|\\)| |```rs\n){0,40}", max in 4_usize..60) {
            for unit in [TextUnit::Bytes, TextUnit::Chars] {
                for piece in split(&text, max, unit) {
                    prop_assert!(unit.count(&piece) <= max, "{piece:?}");
                }
            }
        }
    }
}
