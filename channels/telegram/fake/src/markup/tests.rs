use serde_json::{Value, json};

use super::{html, markdown};

fn check(read: Result<crate::entities::Formatted, String>, text: &str, entities: Value) {
    let read = read.unwrap();
    assert_eq!((read.text.as_str(), read.json()), (text, entities));
}

fn entity(kind: &str, offset: usize, length: usize) -> Value {
    json!({ "type": kind, "offset": offset, "length": length })
}

#[test]
fn html_is_read_and_counted_in_utf_16() {
    check(html("a <b>👍<i>x</i></b> &lt;&amp;&#65;"), "a 👍x <&A", json!([entity("bold", 2, 3), entity("italic", 4, 1)]));
    check(
        html("<a href=\"https://a.example/?x=1&amp;y=2\">x</a>"),
        "x",
        json!([{ "type": "text_link", "offset": 0, "length": 1, "url": "https://a.example/?x=1&y=2" }]),
    );
    check(
        html("<a href='tg://user?id=5'>x</a>").map(|mut read| {
            read.entities[0].more.clear();
            read
        }),
        "x",
        json!([entity("text_mention", 0, 1)]),
    );
    check(html("<pre><code class=\"language-rust\">fn</code></pre>"), "fn", json!([{ "type": "pre", "offset": 0, "length": 2, "language": "rust" }]));
    check(
        html("<blockquote expandable>q</blockquote><tg-spoiler>s</tg-spoiler>"),
        "qs",
        json!([entity("expandable_blockquote", 0, 1), entity("spoiler", 1, 1)]),
    );
    check(html("5 > 4 & more"), "5 > 4 & more", json!([]));
}

#[test]
fn broken_html_is_refused() {
    for (source, error) in [
        ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\""),
        ("<p>x</p>", "Unsupported start tag \"p\" at byte offset 0"),
        ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("5 < 4", "Unclosed start tag at byte offset 2"),
    ] {
        assert_eq!(html(source).unwrap_err(), error, "{source}");
    }
}

#[test]
fn markdown_is_read_and_counted_in_utf_16() {
    check(
        markdown("*👍 _x_* __u__ ~s~ ||h||"),
        "👍 x u s h",
        json!([entity("bold", 0, 4), entity("italic", 3, 1), entity("underline", 5, 1), entity("strikethrough", 7, 1), entity("spoiler", 9, 1),]),
    );
    check(
        markdown("`a*b` \\*no\\* [t](https://a.example/\\))"),
        "a*b *no* t",
        json!([
            entity("code", 0, 3), { "type": "text_link", "offset": 9, "length": 1, "url": "https://a.example/)" },
        ]),
    );
    check(markdown("```rust\nfn main\\(\\)\n```"), "fn main()\n", json!([{ "type": "pre", "offset": 0, "length": 10, "language": "rust" }]));
    check(markdown(">one\n>two\nthree"), "one\ntwo\nthree", json!([entity("blockquote", 0, 7)]));
}

#[test]
fn broken_markdown_is_refused() {
    for (source, error) in [
        ("a.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("1-2", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("(x", "Character '(' is reserved and must be escaped with the preceding '\\'"),
        ("a *b", "Can't find end of Bold entity at byte offset 2"),
        ("`b", "Can't find end of Code entity at byte offset 0"),
        ("[x](http", "Can't find end of a URL at byte offset 4"),
    ] {
        assert_eq!(markdown(source).unwrap_err(), error, "{source}");
    }
}
