//! Light Markdown in Discord's own dialect, and back.

use bellhop_channel::{Fields, blocks::Blocks, clean};
use chrono::DateTime;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, TextMergeWithOffset};
use url::Url;

/// What Discord takes for a mark wherever it stands.
const MARKS: [char; 8] = ['\\', '*', '_', '~', '`', '|', '<', '['];

/// Longest name of a mention's person that is written out.
const MAX_MENTIONS: usize = 100;

/// Light Markdown as Discord reads it; whatever is only text is escaped, so that it is shown as it was written. Where nothing would be left, the source itself.
pub(crate) fn written(markdown: &str) -> String {
    let source = clean::text(markdown);
    let mut writer = Writer { blocks: Blocks::of(&source), ..Writer::default() };
    for (event, range) in TextMergeWithOffset::new(Parser::new_ext(&source, Options::ENABLE_STRIKETHROUGH).into_offset_iter()) {
        writer.write(event, range.start);
    }
    let text = writer.text.trim().to_owned();
    if text.is_empty() { escaped(source.trim()) } else { text }
}

/// A text that is shown exactly as it is.
pub(crate) fn escaped(text: &str) -> String {
    let mut writer = Writer::default();
    writer.text(text);
    writer.text
}

#[derive(Default)]
struct Writer<'a> {
    blocks: Blocks<'a>,
    text: String,
    /// Marks of what is open and ends with the same.
    links: Vec<Link>,
    quotes: usize,
    /// Inside a block of code.
    block: bool,
}

/// A link that has begun.
enum Link {
    Masked(Url, usize),
    /// Its address is written out behind its label.
    Address(String, usize),
    Nothing,
}

impl Writer<'_> {
    fn write(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Text(text) if self.block => self.code_lines(&text),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::Code(text) => self.code(&text),
            Event::SoftBreak | Event::HardBreak => self.line(),
            Event::Rule => {
                self.block(at);
                self.raw("———");
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
                self.raw("**");
            }
            Tag::CodeBlock(kind) => {
                self.block(at);
                let language = match kind {
                    CodeBlockKind::Fenced(word) => word.split_whitespace().next().map(str::to_owned).unwrap_or_default(),
                    CodeBlockKind::Indented => String::new(),
                };
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'#');
                let language = if language.len() <= 20 && language.bytes().all(plain) { language } else { String::new() };
                self.raw("```");
                self.raw(&language);
                self.line();
                self.block = true;
            }
            Tag::BlockQuote(_) => {
                self.block(at);
                self.quotes += 1;
                // Discord knows no quote in a quote.
                if self.quotes == 1 {
                    self.text.push_str("> ");
                }
                self.blocks.begins_line();
            }
            Tag::List(first) => self.blocks.list(first),
            Tag::Item => self.item(at),
            Tag::Strong => self.raw("**"),
            Tag::Emphasis => self.raw("_"),
            Tag::Strikethrough => self.raw("~~"),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.link(&dest_url),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Strong => self.raw("**"),
            TagEnd::Emphasis => self.raw("_"),
            TagEnd::Strikethrough => self.raw("~~"),
            TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => self.unlink(),
            TagEnd::CodeBlock => {
                self.block = false;
                if !self.at_line_start() {
                    self.line();
                }
                self.raw("```");
            }
            TagEnd::List(_) => self.blocks.end_list(),
            _ => {}
        }
    }

    /// Begins a block on a line of its own.
    fn block(&mut self, at: usize) {
        for _ in 0..self.blocks.ends_before(at, self.text.is_empty()) {
            self.line();
        }
    }

    fn item(&mut self, at: usize) {
        self.block(at);
        let item = self.blocks.item("-");
        self.raw(&item);
        self.blocks.begins_line();
    }

    fn link(&mut self, address: &str) {
        let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host() && !url.as_str().contains('>'));
        let inside = !self.links.is_empty();
        if !inside && url.is_some() {
            self.raw("[");
        }
        let from = self.text.len();
        self.links.push(match url {
            _ if inside => Link::Nothing,
            Some(url) => Link::Masked(url, from),
            None => Link::Address(address.to_owned(), from),
        });
    }

    fn unlink(&mut self) {
        match self.links.pop() {
            Some(Link::Masked(url, from)) => {
                let label = self.text.get(from..).unwrap_or_default();
                // Discord shows no mask over an address: it might hide another one.
                if label.trim().is_empty() || label.contains("://") {
                    self.text.truncate(from.saturating_sub(1));
                    self.raw(url.as_str());
                } else {
                    self.raw(&format!("](<{url}>)"));
                }
            }
            Some(Link::Address(address, from)) => {
                let label = self.text.get(from..).unwrap_or_default().to_owned();
                let shown = escaped(&address);
                if label.is_empty() {
                    self.raw(&shown);
                } else if !address.is_empty() && label != shown && address.strip_prefix("mailto:").map(escaped).as_deref() != Some(&label) {
                    self.raw(&format!(" ({shown})"));
                }
            }
            Some(Link::Nothing) | None => {}
        }
    }

    fn code(&mut self, text: &str) {
        let fence = if text.contains('`') { "``" } else { "`" };
        // Two marks inside would end it.
        let text = text.replace("``", "`\u{200b}`").replace('\n', " ");
        let edge = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        self.raw(&format!("{fence}{edge}{text}{edge}{fence}"));
    }

    fn code_lines(&mut self, text: &str) {
        let text = text.replace("```", "``\u{200b}`");
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.line();
            }
            self.raw(line);
        }
    }

    /// Text in which nothing is a mark, but for addresses, which Discord finds by itself and reads to their end.
    fn text(&mut self, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.line();
            }
            let mut rest = line;
            while !rest.is_empty() {
                let begin = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min();
                let (before, found) = rest.split_at_checked(begin.unwrap_or(rest.len())).unwrap_or((rest, ""));
                self.marks(before);
                let end = found.find(|character: char| character.is_whitespace() || matches!(character, '<' | '>')).unwrap_or(found.len());
                let (address, after) = found.split_at_checked(end).unwrap_or((found, ""));
                self.raw(address);
                rest = after;
            }
        }
    }

    fn marks(&mut self, text: &str) {
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let begins = self.at_line_start();
            let number = || self.text.rsplit('\n').next().is_some_and(|line| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()));
            let mark = MARKS.contains(&character)
                || (begins && matches!(character, '>' | '#' | '-' | '+'))
                || (matches!(character, '.' | ')') && characters.peek() == Some(&' ') && number());
            if mark {
                self.raw("\\");
            }
            self.raw(character.encode_utf8(&mut [0; 4]));
        }
    }

    /// Nothing but white space stands before it in its line.
    fn at_line_start(&self) -> bool {
        let line = self.text.rsplit('\n').next().unwrap_or_default();
        let line = if self.quotes > 0 { line.strip_prefix("> ").unwrap_or(line) } else { line };
        line.trim().is_empty()
    }

    fn raw(&mut self, text: &str) {
        self.blocks.goes_on();
        self.text.push_str(text);
    }

    fn line(&mut self) {
        self.blocks.goes_on();
        self.text.push('\n');
        if self.quotes > 0 {
            self.text.push_str("> ");
        }
    }
}

/// What somebody wrote in Discord as light Markdown, which is nearly the same: mentions become names, Discord's own emoji their words, moments a time.
pub(crate) fn read(content: &str, mentions: &[Fields<'_>]) -> String {
    let mut text = String::with_capacity(content.len());
    let mut rest = content;
    let mut found = 0;
    while let Some(begin) = rest.find('<') {
        let (before, tag) = rest.split_at_checked(begin).unwrap_or((rest, ""));
        text.push_str(before);
        let end = tag.find('>').filter(|&end| end <= 100 && found < MAX_MENTIONS);
        let inside = end.and_then(|end| tag.get(1..end));
        match inside.and_then(|inside| spoken(inside, mentions)) {
            Some(words) => {
                found += 1;
                text.push_str(&words);
                rest = end.and_then(|end| tag.get(end + 1..)).unwrap_or_default();
            }
            None => {
                text.push('<');
                rest = tag.get(1..).unwrap_or_default();
            }
        }
    }
    text.push_str(rest);
    clean::text(&text)
}

/// What stands between Discord's angle brackets in words; none where it is nothing of Discord's.
fn spoken(inside: &str, mentions: &[Fields<'_>]) -> Option<String> {
    let is_id = |id: &str| !id.is_empty() && id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(id) = inside.strip_prefix("@!").or_else(|| inside.strip_prefix('@')).filter(|id| is_id(id)) {
        let person = mentions.iter().find(|person| person.text("id") == Some(id));
        let name = person.and_then(|person| person.name("global_name").or_else(|| person.name("username")));
        return Some(format!("@{}", name.unwrap_or_else(|| id.to_owned())));
    }
    if let Some(id) = inside.strip_prefix("@&").filter(|id| is_id(id)) {
        return Some(format!("@{id}"));
    }
    if let Some(id) = inside.strip_prefix('#').filter(|id| is_id(id)) {
        return Some(format!("#{id}"));
    }
    if let Some(emoji) = inside.strip_prefix("a:").or_else(|| inside.strip_prefix(':')) {
        let (name, id) = emoji.split_once(':')?;
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        return (plain && is_id(id)).then(|| format!(":{name}:"));
    }
    if let Some(moment) = inside.strip_prefix("t:") {
        let seconds = moment.split(':').next()?.parse().ok()?;
        return DateTime::from_timestamp(seconds, 0).map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string());
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn light_markdown_is_written_as_discord_reads_it() {
        for (shows, markdown, expected) in [
            ("nothing to do", "Hold it.\nThen wait.", "Hold it.\nThen wait."),
            ("emphasis", "**Hold** the *green* ~~red~~ one", "**Hold** the _green_ ~~red~~ one"),
            ("code", "type `a*b`", "type `a*b`"),
            ("code with a mark", "type ``a`b``", "type ``a`b``"),
            ("a block of code", "so:\n```sh\nls -l *\n```\nthen", "so:\n```sh\nls -l *\n```\nthen"),
            ("a block that would end early", "~~~\na\n```\nb\n~~~", "```\na\n``\u{200b}`\nb\n```"),
            ("a link", "see [the page](https://x.example/a_b)", "see [the page](<https://x.example/a_b>)"),
            ("an address is left alone", "see https://x.example/a_b_c now", "see https://x.example/a_b_c now"),
            ("whatever stands in it", "see https://x.example/t/Aa-_Fo-_xQ", "see https://x.example/t/Aa-_Fo-_xQ"),
            ("no mask over an address", "[https://good.example](https://evil.example)", "https://evil.example/"),
            ("a link to nowhere", "[x](relative)", "x (relative)"),
            ("a script is no link", "[x](javascript:alert(1))", "x (javascript:alert(1))"),
            ("a mail address", "<a_b@x.example>", "a\\_b@x.example"),
            ("a heading", "# Reset\nHold it.", "**Reset**\nHold it."),
            ("a list", "so:\n- one\n- two", "so:\n- one\n- two"),
            ("a list in a list", "1. one\n2. two\n   - deep\n\nend", "1. one\n2. two\n  - deep\n\nend"),
            ("a quote", "> one\n> two\n\nend", "> one\n> two\n\nend"),
            ("escaped marks", r"\*not bold\* a_b", r"\*not bold\* a\_b"),
            ("spoilers and mentions are text", "||x|| <@123> @everyone", r"\|\|x\|\| \<@123> @everyone"),
            ("a sum is no list", r"1\. first", r"1\. first"),
            ("a heading that is none", r"\# not", r"\# not"),
            ("nothing visible", "**", r"\*\*"),
        ] {
            assert_eq!(written(markdown), expected, "{shows}");
        }
    }

    #[test]
    fn what_discord_writes_in_brackets_is_put_in_words() {
        let ann = json!({"id": "7", "username": "ann", "global_name": "Ann"});
        let mentions = [Fields::of(&ann)];
        for (content, expected) in [
            ("hi <@7> and <@!7>", "hi @Ann and @Ann"),
            ("who is <@99>?", "who is @99?"),
            ("in <#12> for <@&5>", "in #12 for @5"),
            ("<:party:123> <a:wave:9>", ":party: :wave:"),
            ("at <t:1795341600:R>", "at 2026-11-22 10:00 UTC"),
            ("a < b > c <b>", "a < b > c <b>"),
            ("<@7", "<@7"),
        ] {
            assert_eq!(read(content, &mentions), expected);
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_breaks_out_of_nothing(markdown in "([a-c ]{1,4}|\\*{1,3}|_|~~|`{1,3}|\n{1,2}|> |- |1\\. |# |\\[|\\]\\(https://x\\.example\\)|😀|\t|<b>|<@1>|\\|\\|){0,30}") {
            let text = written(&markdown);
            prop_assert!(!text.is_empty() || markdown.trim().is_empty());
            // Outside of code, a mention would begin with a bracket that is not escaped.
            let is_code = text.contains('`');
            prop_assert!(is_code || !text.replace("\\<", "").contains("<@"), "{}", text);
        }
    }
}
