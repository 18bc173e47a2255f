//! Texts in Markdown as HTML that pages may hold.

use bellhop_channel::tree;
use serde_json::Value;

/// Letters of an address that stands in a message by itself.
const LONGEST_ADDRESS: usize = 48;

/// Clean HTML, in which nothing runs.
#[derive(Clone, Default)]
pub(super) struct Clean(pub(super) String);

impl Clean {
    /// From the body of an article, as its page shows it.
    pub(super) fn article(text: &str) -> Self {
        Self(bellhop_engine::knowledge::to_html(text))
    }

    /// From what is said in chats, as customers see it: HTML is what somebody wrote, and pictures are links, so that no stranger learns who reads.
    pub(super) fn message(text: &str) -> Self {
        let mut html = String::with_capacity(text.len() * 3 / 2);
        for node in tree::of(text, tree::Kind::Message) {
            write(&mut html, &node);
        }
        Self(html)
    }
}

/// Writes a node of [`tree`], which holds only names and addresses that are harmless.
fn write(html: &mut String, node: &Value) {
    let Some(parts) = node.as_array() else { return escaped(html, node.as_str().unwrap_or_default()) };
    let name = parts.first().and_then(Value::as_str).unwrap_or("span");
    let attribute = |name: &str| parts.get(1).and_then(|attributes| attributes.get(name));
    html.push('<');
    html.push_str(name);
    if let Some(href) = attribute("href").and_then(Value::as_str) {
        html.push_str(" rel=\"noopener noreferrer nofollow\" target=\"_blank\" href=\"");
        escaped(html, href);
        html.push('"');
    }
    if let Some(start) = attribute("start").and_then(Value::as_u64) {
        html.push_str(&format!(" start=\"{start}\""));
    }
    html.push('>');
    if matches!(name, "br" | "hr") {
        return;
    }
    let bare = attribute("href").and_then(Value::as_str).filter(|href| parts.len() == 3 && parts.get(2).and_then(Value::as_str) == Some(href));
    match bare {
        Some(address) => escaped(html, &short(address)),
        None => parts.iter().skip(2).for_each(|child| write(html, child)),
    }
    html.push_str("</");
    html.push_str(name);
    html.push('>');
}

/// A bare address as people read it: without what only machines need.
fn short(address: &str) -> String {
    let rest = ["https://", "http://", "mailto:", "tel:"].iter().find_map(|scheme| address.strip_prefix(scheme)).unwrap_or(address);
    let place = rest.split(['?', '#']).next().unwrap_or(rest).trim_end_matches('/');
    let is_whole = place.len() == rest.trim_end_matches('/').len() && place.chars().count() <= LONGEST_ADDRESS;
    let shown: String = place.chars().take(LONGEST_ADDRESS).collect();
    if is_whole { shown } else { format!("{shown}…") }
}

fn escaped(html: &mut String, text: &str) {
    for sign in text.chars() {
        match sign {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            sign => html.push(sign),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_in_chats_is_shown_as_customers_see_it() {
        for (text, html) in [
            ("**a** <b>\nc", "<p><strong>a</strong> &lt;b&gt;<br>c</p>"),
            (
                "![lamp](https://evil.example/a.png?\"x)",
                "<p><a rel=\"noopener noreferrer nofollow\" target=\"_blank\" href=\"https://evil.example/a.png?&quot;x\">lamp</a></p>",
            ),
            ("[x](javascript:alert(1))", "<p>x</p>"),
            (
                "https://shop.example/a/delivery?lang=en&c=1",
                "<p><a rel=\"noopener noreferrer nofollow\" target=\"_blank\" href=\"https://shop.example/a/delivery?lang=en&amp;c=1\">shop.example/a/delivery…</a></p>",
            ),
            ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
            ("3. a\n4. b", "<ol start=\"3\"><li>a</li><li>b</li></ol>"),
        ] {
            assert_eq!(Clean::message(text).0, html, "{text}");
        }
    }
}
