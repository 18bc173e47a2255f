//! Light Markdown as a tree of names, for clients that build what they show instead of being handed HTML.
//!
//! A node is a text, or a list of a name, its attributes (or null) and its children: `["p", null, "Hold the ", ["strong", null, "green"], " button"]`.
//! Nothing but the names, attributes and schemes that stand here ever comes out, whatever went in.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};

/// Names that are nested deeper are left out, their texts stay.
const DEEPEST: usize = 24;

/// What a text is, as far as it changes how it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Said in a chat: line ends count, pictures are links, HTML is what somebody wrote.
    Message,
    /// Written by an editor: line ends are spaces, pictures are shown, HTML is left out.
    Article,
}

/// The tree of a text in light Markdown.
pub fn of(text: &str, kind: Kind) -> Vec<Value> {
    let mut tree = Tree { kind, open: vec![Node { name: "", attributes: Value::Null, children: Vec::new() }], skipped: 0, in_link: 0 };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        tree.take(event);
    }
    while tree.open.len() > 1 {
        tree.close();
    }
    tree.open.pop().map(|root| linked(root.children)).unwrap_or_default()
}

struct Tree {
    kind: Kind,
    open: Vec<Node>,
    /// Names that are open and left out.
    skipped: usize,
    in_link: usize,
}

struct Node {
    name: &'static str,
    attributes: Value,
    children: Vec<Value>,
}

impl Tree {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.push(text.as_ref().into()),
            Event::Code(text) => self.push(json!(["code", null, text.as_ref()])),
            Event::SoftBreak if self.kind == Kind::Article => self.push(" ".into()),
            Event::SoftBreak | Event::HardBreak => self.push(json!(["br", null])),
            Event::Rule => self.push(json!(["hr", null])),
            Event::Html(text) | Event::InlineHtml(text) if self.kind == Kind::Message => self.push(text.as_ref().into()),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let (name, attributes) = match tag {
            Tag::Paragraph => ("p", Value::Null),
            Tag::Heading { level, .. } => (heading(*level), Value::Null),
            Tag::BlockQuote(_) => ("blockquote", Value::Null),
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => ("pre", Value::Null),
            Tag::List(None) => ("ul", Value::Null),
            Tag::List(Some(start)) => ("ol", json!({ "start": start })),
            Tag::Item => ("li", Value::Null),
            Tag::Table(_) => ("table", Value::Null),
            Tag::TableHead | Tag::TableRow => ("tr", Value::Null),
            Tag::TableCell => (if self.open.iter().any(|node| node.name == "table") && self.is_first_row() { "th" } else { "td" }, Value::Null),
            Tag::Emphasis => ("em", Value::Null),
            Tag::Strong => ("strong", Value::Null),
            Tag::Strikethrough => ("del", Value::Null),
            Tag::Link { dest_url, .. } => ("a", href(dest_url)),
            Tag::Image { dest_url, .. } if self.kind == Kind::Message => ("a", href(dest_url)),
            Tag::Image { dest_url, .. } => ("img", json!({ "src": dest_url.as_ref() })),
            _ => ("", Value::Null),
        };
        if matches!(tag, Tag::Link { .. } | Tag::Image { .. }) {
            self.in_link += 1;
        }
        // What is no name of ours, and a link that leads nowhere, leaves its texts.
        let is_left_out = name.is_empty() || (name == "a" && attributes.is_null()) || self.open.len() > DEEPEST || self.skipped > 0;
        if is_left_out && !(self.skipped == 0 && self.open.len() <= DEEPEST) {
            self.skipped += 1;
        } else {
            self.open.push(Node { name: if is_left_out { "" } else { name }, attributes, children: Vec::new() });
        }
    }

    fn end(&mut self, tag: TagEnd) {
        if matches!(tag, TagEnd::Link | TagEnd::Image) {
            self.in_link = self.in_link.saturating_sub(1);
        }
        if self.skipped > 0 {
            self.skipped -= 1;
        } else if self.open.len() > 1 {
            self.close();
        }
    }

    fn close(&mut self) {
        let Some(node) = self.open.pop() else { return };
        let Node { name, mut attributes, children } = node;
        match name {
            "" => {
                for child in children {
                    self.push(child);
                }
            }
            "img" => {
                attributes["alt"] = plain(&children).into();
                self.push(json!(["img", attributes]));
            }
            "pre" => {
                let code = json!(["code", null, plain(&children).trim_end_matches('\n')]);
                self.push(json!(["pre", null, code]));
            }
            name => {
                let children = if name == "a" || self.in_link > 0 { children } else { linked(children) };
                let mut list = vec![name.into(), attributes];
                // A link without words shows where it leads.
                match (name, children.is_empty()) {
                    ("a", true) => list.push(list.get(1).and_then(|attributes| attributes.get("href")).cloned().unwrap_or_default()),
                    _ => list.extend(children),
                }
                self.push(Value::Array(list));
            }
        }
    }

    fn push(&mut self, node: Value) {
        let Some(open) = self.open.last_mut() else { return };
        match (open.children.last_mut(), node) {
            (Some(Value::String(before)), Value::String(text)) => before.push_str(&text),
            (_, node) => open.children.push(node),
        }
    }

    fn is_first_row(&self) -> bool {
        self.open.iter().rev().find(|node| node.name == "table").is_some_and(|table| table.children.is_empty())
    }
}

/// Addresses that stand bare in texts are links.
fn linked(nodes: Vec<Value>) -> Vec<Value> {
    let mut all = Vec::with_capacity(nodes.len());
    for node in nodes {
        let Value::String(text) = node else {
            all.push(node);
            continue;
        };
        let mut rest = text.as_str();
        while let Some((before, address, after)) = bare_address(rest) {
            if !before.is_empty() {
                all.push(before.into());
            }
            all.push(json!(["a", { "href": address }, address]));
            rest = after;
        }
        if !rest.is_empty() {
            all.push(rest.into());
        }
    }
    all
}

fn heading(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::H1 => "h1",
        HeadingLevel::H2 => "h2",
        HeadingLevel::H3 => "h3",
        HeadingLevel::H4 => "h4",
        HeadingLevel::H5 => "h5",
        HeadingLevel::H6 => "h6",
    }
}

/// The attributes of a link; null where it would run something, or leads nowhere.
fn href(address: &str) -> Value {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("https" | "http" | "mailto" | "tel") => json!({ "href": address }),
        _ => Value::Null,
    }
}

fn plain(nodes: &[Value]) -> String {
    nodes
        .iter()
        .map(|node| match node {
            Value::String(text) => text.clone(),
            Value::Array(parts) => plain(parts.get(2..).unwrap_or_default()),
            _ => String::new(),
        })
        .collect()
}

/// The first bare address of a text, with what stands before and behind it.
fn bare_address(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.match_indices("http").map(|(at, _)| at).find(|at| {
        let rest = text.get(*at..).unwrap_or_default();
        let is_at_a_border = !text.get(..*at).and_then(|before| before.chars().next_back()).is_some_and(|before| before.is_ascii_alphanumeric());
        is_at_a_border && (rest.starts_with("https://") || rest.starts_with("http://"))
    })?;
    let rest = text.get(start..)?;
    // Other scripts' letters and marks follow an address without a space; in an address they are written in percent signs.
    let end = rest.find(|letter: char| !letter.is_ascii_graphic() || "<>\"`{}|\\^".contains(letter)).unwrap_or(rest.len());
    let mut address = rest.get(..end)?.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~']);
    while address.ends_with(')') && address.matches(')').count() > address.matches('(').count() {
        address = address.strip_suffix(')').unwrap_or(address);
    }
    // There must be a host.
    address.split_once("://").filter(|(_, host)| host.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '['))?;
    let (before, behind) = (text.get(..start)?, text.get(start + address.len()..)?);
    Some((before, address, behind))
}

#[cfg(test)]
mod tests;
