use serde_json::json;

use super::*;

fn check(text: &str, kind: Kind, expected: Value) {
    assert_eq!(Value::Array(of(text, kind)), expected, "{text}");
}

#[test]
fn light_markdown_becomes_names() {
    for (text, expected) in [
        ("plain 中文", json!([["p", null, "plain 中文"]])),
        (
            "**a** _b_ ~~c~~ `d`",
            json!([["p", null, ["strong", null, "a"], " ", ["em", null, "b"], " ", ["del", null, "c"], " ", ["code", null, "d"]]]),
        ),
        ("one\ntwo", json!([["p", null, "one", ["br", null], "two"]])),
        ("- a\n- b", json!([["ul", null, ["li", null, "a"], ["li", null, "b"]]])),
        ("3. a", json!([["ol", {"start": 3}, ["li", null, "a"]]])),
        ("> q", json!([["blockquote", null, ["p", null, "q"]]])),
        ("```\nx <b>\n```", json!([["pre", null, ["code", null, "x <b>"]]])),
        ("[shop](https://shop.example/a)", json!([["p", null, ["a", {"href": "https://shop.example/a"}, "shop"]]])),
        ("# big", json!([["h1", null, "big"]])),
    ] {
        check(text, Kind::Message, expected);
    }
}

#[test]
fn tables_have_heads() {
    let expected = json!([["table", null, ["tr", null, ["th", null, "a"], ["th", null, "b"]], ["tr", null, ["td", null, "1"], ["td", null, "2"]]]]);
    check("|a|b|\n|-|-|\n|1|2|", Kind::Article, expected);
}

#[test]
fn bare_addresses_are_links() {
    for (text, before, address, behind) in [
        ("Read more: https://x.example/a/b?lang=en&c=1.", "Read more: ", "https://x.example/a/b?lang=en&c=1", "."),
        ("详情：https://x.example/t/abc。谢谢", "详情：", "https://x.example/t/abc", "。谢谢"),
        ("(see http://127.0.0.1:8080/x_(y))", "(see ", "http://127.0.0.1:8080/x_(y)", ")"),
    ] {
        check(text, Kind::Message, json!([["p", null, before, ["a", { "href": address }, address], behind]]));
    }
    for text in ["xhttps://no.example", "https://", "http is a protocol"] {
        check(text, Kind::Message, json!([["p", null, text]]));
    }
}

#[test]
fn what_would_run_never_comes_out() {
    for (text, expected) in [
        ("[x](javascript:alert(1))", json!([["p", null, "x"]])),
        ("[x](  JavaScript:alert(1))", json!([["p", null, "x"]])),
        ("[x](data:text/html,1)", json!([["p", null, "x"]])),
        ("[x](/relative)", json!([["p", null, "x"]])),
        ("<javascript:alert(1)>", json!([["p", null, "javascript:alert(1)"]])),
        ("a <img src=x onerror=alert(1)> b", json!([["p", null, "a <img src=x onerror=alert(1)> b"]])),
        ("<script>alert(1)</script>", json!(["<script>alert(1)</script>"])),
    ] {
        check(text, Kind::Message, expected);
    }
    check("a <b>c</b>\n\n<script>alert(1)</script>", Kind::Article, json!([["p", null, "a c"]]));
}

#[test]
fn pictures_are_shown_in_articles_only() {
    check("![a lamp](https://x.example/a.png)", Kind::Article, json!([["p", null, ["img", {"src": "https://x.example/a.png", "alt": "a lamp"}]]]));
    check("![a lamp](https://x.example/a.png)", Kind::Message, json!([["p", null, ["a", {"href": "https://x.example/a.png"}, "a lamp"]]]));
}

#[test]
fn deep_nesting_loses_names_and_no_words() {
    fn depth(node: &Value) -> usize {
        node.as_array().map_or(0, |parts| 1 + parts.iter().map(depth).max().unwrap_or(0))
    }
    let text = format!("{}word\n\nafter", "> ".repeat(300));
    let tree = Value::Array(of(&text, Kind::Message));
    assert!(depth(&tree) < DEEPEST + 4, "{}", depth(&tree));
    assert!(tree.to_string().contains("word") && tree.to_string().contains("after"));
}
