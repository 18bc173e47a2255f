//! A long text in parts, for pages that stay light however long an article is.

use pulldown_cmark::{Event, Tag};

use super::parser;

/// Where a text is cut into parts of at most `most` bytes: between blocks; a block that is longer alone between its lines, a line between words.
/// Definitions of links hold in every part, as many of them as an eighth of it has room for.
pub fn parts(body: &str, most: usize) -> Vec<String> {
    if body.len() <= most {
        return vec![body.to_owned()];
    }
    let definitions = definitions(body, most / 8);
    let room = most.saturating_sub(definitions.len()).max(1);
    let mut parts = vec![String::new()];
    for piece in blocks(body).flat_map(|block| pieces(block, room)) {
        match parts.last_mut() {
            Some(part) if part.len() + piece.len() <= room => part.push_str(piece),
            _ => parts.push(piece.to_owned()),
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    for part in &mut parts {
        part.push_str(&definitions);
    }
    parts
}

/// The text from the beginning of each block that is in no other to that of the next. A heading stays with what it is for.
fn blocks(body: &str) -> impl Iterator<Item = &str> {
    let (mut ends_at, mut is_headed) = (0, true);
    let mut starts = vec![0];
    for (event, range) in parser(body).into_offset_iter() {
        // What is inside of a block comes after it, and ends before its end.
        if range.start >= ends_at {
            if !is_headed {
                starts.push(range.start);
            }
            ends_at = range.end.max(range.start + 1);
            is_headed = matches!(event, Event::Start(Tag::Heading { .. }));
        }
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([body.len()]).collect();
    starts.into_iter().zip(ends).filter_map(|(from, to)| body.get(from..to))
}

/// A block as it is, or cut where it is too long.
fn pieces(block: &str, most: usize) -> impl Iterator<Item = &str> {
    let mut rest = block;
    std::iter::from_fn(move || {
        let window = rest.get(..rest.floor_char_boundary(most)).unwrap_or(rest);
        let at = match rest.len() {
            0 => return None,
            length if length <= most => length,
            _ => cut(window).unwrap_or_else(|| rest.chars().next().map_or(0, char::len_utf8)),
        };
        let (piece, after) = rest.split_at_checked(at)?;
        rest = after;
        Some(piece)
    })
}

/// Where a text is best cut: after its last line, else after its last word.
fn cut(window: &str) -> Option<usize> {
    let line = window.rfind('\n').map(|at| at + 1);
    let word = || window.rfind(' ').map(|at| at + 1);
    line.or_else(word).or(Some(window.len())).filter(|at| *at > 0)
}

/// What links by name refer to, in the order in which it is written.
fn definitions(body: &str, most: usize) -> String {
    let events = parser(body);
    let mut spans: Vec<_> = events.reference_definitions().iter().map(|(_, definition)| definition.span.clone()).collect();
    spans.sort_by_key(|span| span.start);
    let mut written = String::new();
    for definition in spans.into_iter().filter_map(|span| body.get(span)) {
        if written.len() + definition.len() + 2 <= most {
            written.push_str(if written.is_empty() { "\n\n" } else { "\n" });
            written.push_str(definition);
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::{
        super::{to_html, to_plain},
        *,
    };

    #[test]
    fn short_texts_stay_whole() {
        assert_eq!(parts("# a\n\nb", 100), ["# a\n\nb"]);
        assert_eq!(parts("", 100), [""]);
    }

    #[test]
    fn long_ones_are_cut_between_blocks() {
        let body = "# One\n\nfirst words\n\n- a\n- b\n\n```\nx\n\ny\n```\n\nlast words\n";
        for most in 14..body.len() {
            let parts = parts(body, most);
            assert_eq!(parts.concat(), body, "{most}");
            assert!(parts.iter().all(|part| part.len() <= most), "{most}: {parts:?}");
        }
        assert_eq!(parts(body, 35), ["# One\n\nfirst words\n\n- a\n- b\n\n", "```\nx\n\ny\n```\n\nlast words\n"]);
        assert_eq!(parts("words\n\n# Two\n\nother words\n", 22), ["words\n\n", "# Two\n\nother words\n"], "a heading is never left alone");
    }

    #[test]
    fn a_block_that_is_too_long_is_cut_between_lines_or_words_or_characters() {
        assert_eq!(parts("- one\n- two\n- three\n", 12), ["- one\n- two\n", "- three\n"]);
        assert_eq!(parts("one two three", 9), ["one two ", "three"]);
        let wide = parts("退货退货退货", 7);
        assert_eq!(wide.concat(), "退货退货退货");
        assert!(wide.iter().all(|part| part.len() <= 7));
        assert_eq!(parts("退货", 1).concat(), "退货", "a character is never cut");
    }

    #[test]
    fn links_by_name_work_in_every_part() {
        let body = format!("[first][shop]\n\n{}\n\n[last][shop]\n\n[shop]: https://shop.example/\n", "word ".repeat(200));
        let parts = parts(&body, 600);
        assert!(parts.len() > 1);
        for (part, word) in [(parts.first(), "first"), (parts.last(), "last")] {
            let html = part.map(|part| to_html(part)).unwrap_or_default();
            assert!(html.contains("href=\"https://shop.example/\"") && html.contains(word), "{html}");
        }
        let words = |text: &str| to_plain(text).split_whitespace().count();
        assert_eq!(parts.iter().map(|part| words(part)).sum::<usize>(), words(&body));
    }
}
