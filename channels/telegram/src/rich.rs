//! Light Markdown as text with entities, which is how nothing in it can break out of its formatting.

use bellhop_channel::{blocks::Blocks, clean};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use teloxide::types::{MessageEntity, MessageEntityKind};
use url::Url;

/// Most entities that Telegram shows in one message.
const MAX_ENTITIES: usize = 100;

/// A text and what of it is formatted, with places in UTF-16 units.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rich {
    pub(crate) text: String,
    pub(crate) entities: Vec<MessageEntity>,
}

impl Rich {
    /// Reads light Markdown. Where the result would be longer than `max` UTF-16 units, or nothing, the Markdown itself is the text.
    pub(crate) fn read(markdown: &str, max: usize) -> Self {
        let source = clean::text(markdown);
        let rich = Self::convert(&source);
        if rich.text.trim().is_empty() || rich.length() > max {
            return Self { text: source.trim().to_owned(), entities: Vec::new() };
        }
        rich
    }

    /// Reads light Markdown, whatever its length.
    pub(crate) fn convert(markdown: &str) -> Self {
        let mut writer = Writer { blocks: Blocks::of(markdown), ..Writer::default() };
        for (event, range) in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
            writer.write(event, range.start);
        }
        writer.finish()
    }

    /// Its length in UTF-16 units.
    pub(crate) fn length(&self) -> usize {
        self.text.encode_utf16().count()
    }
}

#[derive(Default)]
struct Writer<'a> {
    blocks: Blocks<'a>,
    text: String,
    /// Length of the text in UTF-16 units.
    length: usize,
    entities: Vec<MessageEntity>,
    /// What is open, the innermost last.
    open: Vec<Open>,
}

/// Formatting that has begun.
struct Open {
    style: Style,
    /// Where it starts, in UTF-16 units.
    from: usize,
    /// Where its label starts, in bytes.
    label: usize,
}

#[derive(Clone, PartialEq)]
enum Style {
    Bold,
    Italic,
    Strike,
    Quote,
    /// A quote in a quote, a link in a link: nothing of its own.
    Nothing,
    Link(Url),
    /// A link that Telegram would not take: its address is written out.
    Address(String),
    Block(Option<String>),
}

impl Writer<'_> {
    fn write(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.push(&text),
            Event::Code(text) => self.code(&text),
            Event::SoftBreak | Event::HardBreak => self.push("\n"),
            Event::Rule => {
                self.block(at);
                self.push("———");
            }
            Event::Start(tag) => self.start(tag, at),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, at: usize) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.block(at),
            Tag::Heading { .. } => {
                self.block(at);
                self.open(Style::Bold);
            }
            Tag::CodeBlock(kind) => {
                self.block(at);
                let language = match kind {
                    CodeBlockKind::Fenced(word) => word.split_whitespace().next().map(str::to_owned),
                    CodeBlockKind::Indented => None,
                };
                self.open(Style::Block(language));
            }
            Tag::BlockQuote(_) => {
                self.block(at);
                self.blocks.begins_line();
                let inside = self.open.iter().any(|open| open.style == Style::Quote);
                self.open(if inside { Style::Nothing } else { Style::Quote });
            }
            Tag::List(first) => self.blocks.list(first),
            Tag::Item => self.item(at),
            Tag::Strong => self.open(Style::Bold),
            Tag::Emphasis => self.open(Style::Italic),
            Tag::Strikethrough => self.open(Style::Strike),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let inside = self.open.iter().any(|open| matches!(open.style, Style::Link(_) | Style::Address(_)));
                let url = Url::parse(&dest_url).ok().filter(can_be_a_link);
                self.open(match url {
                    _ if inside => Style::Nothing,
                    Some(url) => Style::Link(url),
                    None => Style::Address(dest_url.into_string()),
                });
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough | TagEnd::BlockQuote(_) => self.close(),
            TagEnd::Link | TagEnd::Image => self.close(),
            TagEnd::CodeBlock => {
                self.trim();
                self.close();
            }
            TagEnd::HtmlBlock => self.trim(),
            TagEnd::List(_) => self.blocks.end_list(),
            _ => {}
        }
    }

    /// Begins a block on a line of its own.
    fn block(&mut self, at: usize) {
        let ends = "\n".repeat(self.blocks.ends_before(at, self.text.is_empty()));
        if !ends.is_empty() {
            self.push(&ends);
        }
    }

    fn item(&mut self, at: usize) {
        self.block(at);
        let item = self.blocks.item("•");
        self.push(&item);
        self.blocks.begins_line();
    }

    fn push(&mut self, text: &str) {
        self.blocks.goes_on();
        self.text.push_str(text);
        self.length += text.encode_utf16().count();
    }

    fn trim(&mut self) {
        let end = self.text.trim_end().len();
        self.length -= self.text.get(end..).unwrap_or_default().encode_utf16().count();
        self.text.truncate(end);
    }

    /// Code may stand in nothing but a link or quote, so what else is open ends before it and goes on behind it.
    fn code(&mut self, text: &str) {
        if self.open.iter().any(|open| matches!(open.style, Style::Link(_))) {
            self.push(text);
            return;
        }
        let start = self.length;
        let ended: Vec<(Style, usize)> = self.split().map(|open| (open.style.clone(), open.from)).collect();
        for (style, from) in ended {
            self.entity(style, from, start);
        }
        self.push(text);
        let end = self.length;
        self.add(MessageEntityKind::Code, start, end);
        self.split().for_each(|open| open.from = end);
    }

    /// What is open and may not have code in it.
    fn split(&mut self) -> impl Iterator<Item = &mut Open> {
        self.open.iter_mut().filter(|open| open.style != Style::Quote)
    }

    fn open(&mut self, style: Style) {
        self.open.push(Open { style, from: self.length, label: self.text.len() });
    }

    fn close(&mut self) {
        let Some(Open { style, from, label }) = self.open.pop() else { return };
        let label = self.text.get(label..).unwrap_or_default();
        match &style {
            Style::Link(url) if label.is_empty() => self.push(url.as_str()),
            Style::Address(address) if label.is_empty() => self.push(address),
            Style::Address(address) if !address.is_empty() && label != address && address.strip_prefix("mailto:") != Some(label) => {
                self.push(&format!(" ({address})"))
            }
            _ => {}
        }
        self.entity(style, from, self.length);
    }

    fn entity(&mut self, style: Style, from: usize, to: usize) {
        let kind = match style {
            Style::Bold => MessageEntityKind::Bold,
            Style::Italic => MessageEntityKind::Italic,
            Style::Strike => MessageEntityKind::Strikethrough,
            Style::Quote => MessageEntityKind::Blockquote,
            Style::Link(url) => MessageEntityKind::TextLink { url },
            Style::Block(language) => MessageEntityKind::Pre { language },
            Style::Nothing | Style::Address(_) => return,
        };
        self.add(kind, from, to);
    }

    fn add(&mut self, kind: MessageEntityKind, from: usize, to: usize) {
        // Hostile nesting makes far more of them than are ever shown.
        if to > from && self.entities.len() < 10 * MAX_ENTITIES {
            self.entities.push(MessageEntity::new(kind, from, to - from));
        }
    }

    fn finish(mut self) -> Rich {
        self.trim();
        let end = self.length;
        self.entities.retain_mut(|entity| {
            entity.length = entity.length.min(end.saturating_sub(entity.offset));
            entity.length > 0
        });
        // What is around comes before what is in it.
        self.entities.sort_by(|a, b| a.offset.cmp(&b.offset).then(b.length.cmp(&a.length)));
        self.entities.truncate(MAX_ENTITIES);
        Rich { text: self.text, entities: self.entities }
    }
}

/// Telegram makes no link of anything else, and of no name without a dot, such as `localhost`.
fn can_be_a_link(url: &Url) -> bool {
    let has_host = || url.host_str().is_some_and(|host| host.contains(['.', ':']));
    url.scheme() == "tg" || (matches!(url.scheme(), "http" | "https") && has_host())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The text with each entity's kind before and behind it, as a reader can check it.
    fn shown(markdown: &str) -> String {
        let rich = Rich::convert(markdown);
        let mut shown = String::new();
        let mut place = 0;
        for character in rich.text.chars().map(Some).chain([None]) {
            let ends = rich.entities.iter().rev().filter(|entity| entity.offset + entity.length == place);
            ends.for_each(|entity| shown.push_str(&format!("</{}>", word(&entity.kind))));
            let starts = rich.entities.iter().filter(|entity| entity.offset == place);
            starts.for_each(|entity| shown.push_str(&format!("<{}>", word(&entity.kind))));
            shown.extend(character);
            place += character.map_or(0, char::len_utf16);
        }
        shown
    }

    fn word(kind: &MessageEntityKind) -> String {
        match kind {
            MessageEntityKind::Bold => "b".into(),
            MessageEntityKind::Italic => "i".into(),
            MessageEntityKind::Strikethrough => "s".into(),
            MessageEntityKind::Code => "code".into(),
            MessageEntityKind::Blockquote => "q".into(),
            MessageEntityKind::Pre { language } => format!("pre {}", language.as_deref().unwrap_or("-")),
            MessageEntityKind::TextLink { url } => format!("a {url}"),
            _ => "?".into(),
        }
    }

    #[test]
    fn marks_become_entities() {
        for (shows, markdown, expected) in [
            ("nothing to do", "Hold it.\nThen wait.", "Hold it.\nThen wait."),
            ("emphasis", "**Hold** the _green_ ~~red~~ one", "<b>Hold</b> the <i>green</i> <s>red</s> one"),
            ("emphasis in emphasis", "**a _b_**", "<b>a <i>b</i></b>"),
            ("code", "type `a*b`", "type <code>a*b</code>"),
            ("code in bold: both, apart", "**a `b` c**", "<b>a </b><code>b</code><b> c</b>"),
            ("a block of code", "so:\n```sh\nls -l\n```\nthen", "so:\n<pre sh>ls -l</pre sh>\nthen"),
            ("a link", "see [the page](https://x.example/a)", "see <a https://x.example/a>the page</a https://x.example/a>"),
            ("a link to nowhere", "[x](relative)", "x (relative)"),
            ("a link that Telegram would drop", "[x](http://localhost:8080/t)", "x (http://localhost:8080/t)"),
            ("a script is no link", "[x](javascript:alert(1))", "x (javascript:alert(1))"),
            ("a link without an address", "[x]()", "x"),
            ("a mail address", "<a@x.example>", "a@x.example"),
            ("a heading", "# Reset\nHold it.", "<b>Reset</b>\nHold it."),
            ("a list below a line", "so:\n- one\n- two", "so:\n• one\n• two"),
            ("a list in a list", "1. one\n2. two\n   - deep\n\nend", "1. one\n2. two\n  • deep\n\nend"),
            ("a loose list", "- one\n\n- two", "• one\n\n• two"),
            ("a quote", "> one\n> two\n\nend", "<q>one\ntwo</q>\n\nend"),
            ("a quote of two paragraphs", "> one\n>\n> two", "<q>one\n\ntwo</q>"),
            ("escaped marks", r"\*not bold\* 2 * 3", "*not bold* 2 * 3"),
            ("tags are text", "a <b>bold</b> claim", "a <b>bold</b> claim"),
            ("emoji before it", "👩\u{200d}👧 **按住**", "👩\u{200d}👧 <b>按住</b>"),
            ("nothing", "", ""),
        ] {
            assert_eq!(shown(markdown), expected, "{shows}");
        }
    }

    #[test]
    fn what_would_be_nothing_or_too_long_is_sent_as_it_is() {
        assert_eq!(Rich::read("[](https://x.example)", 4096).text, "https://x.example/");
        assert_eq!(Rich::read("**", 4096), Rich { text: "**".into(), entities: Vec::new() });
        assert_eq!(Rich::read("a\u{202e}b", 4096).text, "ab");
        assert_eq!(Rich::read("---", 2).text, "---");
    }

    #[test]
    fn hostile_nesting_costs_no_more_than_its_length() {
        let nested = format!("{}{}{}", "*a ".repeat(5_000), "`c` ".repeat(5_000), "*".repeat(5_000));
        for text in [nested, "[".repeat(20_000), "> ".repeat(10_000), "- ".repeat(10_000), "`".repeat(20_001), "<".repeat(20_000)] {
            assert!(Rich::convert(&text).entities.len() <= MAX_ENTITIES);
        }
    }

    proptest! {
        #[test]
        fn entities_lie_within_the_text_and_in_one_another(markdown in "([a-c ]{1,4}|\\*{1,3}|_|~~|`{1,3}|\n{1,2}|> |- |1\\. |# |\\[|\\]\\(https://x\\.example\\)|😀|\t|<b>){0,30}") {
            let rich = Rich::read(&markdown, 4096);
            let length = rich.length();
            for (index, entity) in rich.entities.iter().enumerate() {
                let end = entity.offset + entity.length;
                prop_assert!(entity.length > 0 && end <= length);
                for later in &rich.entities[index + 1..] {
                    prop_assert!(later.offset >= end || later.offset + later.length <= end, "{rich:?}");
                }
            }
        }
    }
}
