//! Markdown as articles use it: safe HTML, plain text, and the first paragraph.

mod parts;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

pub use parts::parts;

/// Renders CommonMark with tables and strikethrough as HTML that is safe to put into a page: scripts, styles,
/// event handlers and addresses that run code are taken out.
pub fn to_html(body: &str) -> String {
    let mut rendered = String::with_capacity(body.len() * 3 / 2);
    html::push_html(&mut rendered, parser(body));
    ammonia::clean(&with_alternatives(&rendered))
}

/// Pictures that somebody wrote as HTML without a text for those who do not see them are decoration, and say so. Only for what is cleaned afterwards.
fn with_alternatives(html: &str) -> String {
    let mut written = String::with_capacity(html.len() + 16);
    let mut rest = html;
    while let Some((before, from)) = rest.to_ascii_lowercase().find("<img").and_then(|at| rest.split_at_checked(at + 4)) {
        written.push_str(before);
        let tag = from.split('>').next().unwrap_or_default().to_ascii_lowercase();
        if !tag.contains("alt") {
            written.push_str(" alt=\"\"");
        }
        rest = from;
    }
    written.push_str(rest);
    written
}

/// The words of a Markdown text without its marks, a line a block; HTML in it is left out.
pub fn to_plain(body: &str) -> String {
    let mut plain = String::with_capacity(body.len());
    for event in parser(body) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            Event::SoftBreak => plain.push(' '),
            Event::HardBreak => end_line(&mut plain),
            Event::End(TagEnd::TableCell) => plain.push(' '),
            Event::End(tag) if is_block(tag) => end_line(&mut plain),
            _ => {}
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// The passages of a Markdown text as plain text: blocks, and lines of a paragraph that are not just wrapped.
pub(crate) fn passages(body: &str) -> Vec<String> {
    let mut passages = Vec::new();
    let mut passage = String::new();
    let mut end = |passage: &mut String| {
        let text = passage.trim();
        if !text.is_empty() {
            passages.push(text.to_owned());
        }
        passage.clear();
    };
    for event in parser(body) {
        match event {
            Event::Text(text) | Event::Code(text) => passage.push_str(&text),
            Event::SoftBreak if is_wrapped(&passage) => passage.push(' '),
            Event::SoftBreak | Event::HardBreak => end(&mut passage),
            Event::End(TagEnd::TableCell) => passage.push(' '),
            Event::End(tag) if is_block(tag) => end(&mut passage),
            _ => {}
        }
    }
    end(&mut passage);
    passages
}

/// Whether a line looks as if it went on after its end, as lines of a text do that is wrapped at some width.
fn is_wrapped(line: &str) -> bool {
    let ends = line.trim_end().ends_with(['.', '!', '?', ':', ';', '。', '！', '？', '：', '；']);
    !ends && (40..=120).contains(&line.chars().count())
}

/// The first paragraph of a Markdown text as plain text, headings passed over; empty when there is none.
pub fn first_paragraph(body: &str) -> String {
    let mut paragraph = String::new();
    let mut inside = false;
    for event in parser(body) {
        match event {
            Event::Start(Tag::Paragraph) => inside = true,
            Event::End(TagEnd::Paragraph) => {
                if !paragraph.trim().is_empty() {
                    break;
                }
                inside = false;
            }
            Event::Text(text) | Event::Code(text) if inside => paragraph.push_str(&text),
            Event::SoftBreak | Event::HardBreak if inside => paragraph.push(' '),
            _ => {}
        }
    }
    paragraph.trim().to_owned()
}

fn parser(body: &str) -> Parser<'_> {
    Parser::new_ext(body, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

fn end_line(plain: &mut String) {
    while plain.ends_with(' ') {
        plain.pop();
    }
    if !plain.is_empty() && !plain.ends_with('\n') {
        plain.push('\n');
    }
}

fn is_block(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock | TagEnd::BlockQuote(_) | TagEnd::TableRow | TagEnd::TableHead
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_safe() {
        for (case, body, kept, refused) in [
            ("emphasis and table", "**bold**\n\n|a|b|\n|-|-|\n|1|2|", vec!["<strong>bold</strong>", "<td>1</td>"], vec![]),
            ("script", "hi <script>alert(1)</script>", vec!["hi"], vec!["script", "alert"]),
            ("handler", "<img src=x onerror=alert(1)>", vec![], vec!["onerror"]),
            ("javascript link", "[x](javascript:alert(1))", vec!["x"], vec!["javascript:"]),
            ("data link", "[x](data:text/html,<script>)", vec!["x"], vec!["data:"]),
            ("frame", "<iframe src='https://example.org'></iframe>ok", vec!["ok"], vec!["iframe"]),
        ] {
            let html = to_html(body);
            for part in kept {
                assert!(html.contains(part), "{case}: {html}");
            }
            for part in refused {
                assert!(!html.contains(part), "{case}: {html}");
            }
        }
    }

    #[test]
    fn pictures_have_a_text_or_are_decoration() {
        for (body, html) in [
            ("![a lamp](https://x.example/l.png)", "<p><img src=\"https://x.example/l.png\" alt=\"a lamp\"></p>\n"),
            ("<IMG src=l.png> <img alt='a' src=m.png>", "<p><img alt=\"\" src=\"l.png\"> <img alt=\"a\" src=\"m.png\"></p>\n"),
            ("<b title='<img'>x</b>", "<p><b title=\"&lt;img alt=&quot;&quot;\">x</b></p>\n"),
        ] {
            assert_eq!(to_html(body), html, "{body}");
        }
    }

    #[test]
    fn plain_text_has_the_words_only() {
        let body =
            "# Filter\n\nHold the **green**\nbutton, see [help](https://example.org).\n\n- one\n- two `code`\n\n|a|b|\n|-|-|\n|1|2|\n\n<b>x</b>";
        assert_eq!(to_plain(body), "Filter\nHold the green button, see help.\none\ntwo code\na b\n1 2\nx");
    }

    #[test]
    fn the_first_paragraph() {
        for (body, expected) in [
            ("# Title\n\nFirst *one*\nhere.\n\nSecond.", "First one here."),
            ("![](a.png)\n\nText", "Text"),
            ("- item\n\n  inner", "item"),
            ("", ""),
            ("# Only a title", ""),
            ("按住绿色按钮七秒。\n\n然后放开。", "按住绿色按钮七秒。"),
        ] {
            assert_eq!(first_paragraph(body), expected, "{body}");
        }
    }
}
