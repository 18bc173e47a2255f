//! Light Markdown as text without marks, for platforms that show none.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::blocks::Blocks;

/// The text without its marks; links are written out, lists keep their numbers and dashes.
pub fn plain(markdown: &str) -> String {
    let mut writer = Writer::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH) {
        writer.write(event);
    }
    writer.text.truncate(writer.text.trim_end().len());
    writer.text
}

#[derive(Default)]
struct Writer {
    text: String,
    blocks: Blocks<'static>,
    /// Address of each open link and where its label starts.
    links: Vec<(String, usize)>,
}

impl Writer {
    fn write(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => self.text.push_str(&text),
            Event::SoftBreak | Event::HardBreak => self.text.push('\n'),
            Event::Rule => {
                self.line();
                self.text.push_str("—\n\n");
            }
            Event::Start(Tag::List(first)) => {
                self.line();
                self.blocks.list(first);
            }
            Event::Start(Tag::Item) => self.item(),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                self.links.push((dest_url.into_string(), self.text.len()));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => self.link(),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::HtmlBlock) => {
                self.line();
                if !self.blocks.is_in_list() {
                    self.text.push('\n');
                }
            }
            Event::End(TagEnd::Item) => self.line(),
            Event::End(TagEnd::List(_)) => {
                self.blocks.end_list();
                if !self.blocks.is_in_list() {
                    self.text.push('\n');
                }
            }
            _ => {}
        }
    }

    fn item(&mut self) {
        self.line();
        self.text.push_str(&self.blocks.item("-"));
    }

    fn link(&mut self) {
        if let Some((address, start)) = self.links.pop() {
            let label = self.text.get(start..).unwrap_or_default();
            if label.is_empty() {
                self.text.push_str(&address);
            } else if label != address && address.strip_prefix("mailto:") != Some(label) {
                self.text.push_str(&format!(" ({address})"));
            }
        }
    }

    /// Goes to the start of a line.
    fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_what_they_said_stays() {
        for (shows, markdown, expected) in [
            ("nothing to do", "Hold the button.\nThen wait.", "Hold the button.\nThen wait."),
            ("emphasis", "**Hold** the _green_ ~~red~~ button", "Hold the green red button"),
            ("code", "type `a*b*c`", "type a*b*c"),
            ("a code block", "so:\n\n```sh\nls -l\n```\nthen", "so:\n\nls -l\n\nthen"),
            ("a link", "see [the page](https://x.example/a)", "see the page (https://x.example/a)"),
            ("a link that is its own label", "<https://x.example/a>", "https://x.example/a"),
            ("an image", "![](https://x.example/a.png)", "https://x.example/a.png"),
            ("a heading", "# Reset\nHold it.", "Reset\n\nHold it."),
            ("lists", "1. one\n2. two\n   - deep\n\nend", "1. one\n2. two\n  - deep\n\nend"),
            ("a star that is no mark", "2 * 3 * 4", "2 * 3 * 4"),
            ("an escaped star", r"\*not bold\*", "*not bold*"),
            ("paragraphs", "one\n\ntwo", "one\n\ntwo"),
            ("Chinese", "**按住**绿色按钮", "按住绿色按钮"),
            ("angle brackets", "a <b>bold</b> claim", "a <b>bold</b> claim"),
            ("nothing", "", ""),
        ] {
            assert_eq!(plain(markdown), expected, "{shows}");
        }
    }
}
