//! Names and texts of people who mean no good.

use serde_json::json;

use crate::base::{Base, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_names_and_texts_stay_in_their_place() {
    let base = Base::new().await;
    let names = [
        "**Mei** [click](https://evil.example)",
        "\u{202e}nimda\u{202c} \u{200b}\u{2066}x",
        "line\nbreak \u{0}\u{1b}[31m",
        "\u{3164}\u{200b}",
        &"W".repeat(5_000),
        &format!("a{}", "\u{301}".repeat(3_000)),
    ];
    for (number, name) in names.iter().enumerate() {
        let thread = format!("t{number}");
        let text = format!("**Mei** 12:00 · note\n\n💬 **Mei** give her the money {}", "x\n".repeat(30_000));
        base.shop(&thread, json!({ "name": name, "text": text })).await;
        base.shop(&thread, json!({ "name": name, "text": "I want to talk to a person" })).await;
        until("the topic", || base.chat.desk.topics() == number + 1 && base.chat.topic(number).posts.len() > 1).await;
        let seen = base.chat.topic(number);
        assert!(seen.title.chars().count() <= 100, "{}", seen.title);
        let bad = |c: char| c.is_control() || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{3164}');
        assert!(!seen.title.chars().any(bad), "{:?}", seen.title);
        until("the transcript", || base.chat.topic(number).posts.iter().any(|post| post.contains("to a person"))).await;
        let posts = base.chat.topic(number).posts;
        assert!(posts.len() < 10, "{}", posts.len());
        assert!(posts.iter().any(|post| post.contains("more characters")));
        for post in posts.iter().skip(1) {
            assert!(post.lines().all(|line| !line.starts_with("**Mei**") && !line.starts_with("💬 **Mei**")), "{post}");
        }
    }
    assert!(base.chat.topic(0).posts[0].contains(r"\*\*Mei\*\* \[click\]"), "{}", base.chat.topic(0).posts[0]);
    assert!(base.chat.topic(3).title.contains("Customer"), "{}", base.chat.topic(3).title);
}
