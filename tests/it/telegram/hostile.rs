//! People who mean no good: their names and words stay names and words in titles, cards, posts and captions.

use bellhop_telegram_fake::Seen;
use serde_json::Value;

use super::{linked, topic_of};
use crate::support::{Database, Setup, on_both_databases};

on_both_databases!(hostile_names_texts_and_captions_stay_in_their_place);

/// What turns the direction of writing, takes no room, or is no character at all.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{3164}')
        || (c.is_control() && c != '\n')
}

/// What turns the direction of writing, or is a control.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') || (c.is_control() && c != '\n')
}

/// Links that say something else than where they lead.
fn disguised(post: &Seen) -> Vec<String> {
    let entities = post.entities.as_array().cloned().unwrap_or_default();
    entities.iter().filter(|entity| entity["type"] == "text_link").filter_map(|entity| entity["url"].as_str().map(str::to_owned)).collect()
}

async fn hostile_names_texts_and_captions_stay_in_their_place(database: Database) {
    let house = Setup::on(database).set("handoff.limit", "300h").with_clock().with_telegram("poll").open().await;
    let telegram = house.telegram();
    let bo = linked(&house, "Bo", "agent").await;
    let evil = telegram.person_named("**Bo** [pay](https://evil.example)\u{202e}nimda", Some("\u{200b}<b>x</b>\u{2066}"), None, Some("en"));
    let endless = format!("{}**Bo** 12:00 · note\n\u{202e}", "[here](https://evil.example) `x` _y_ ".repeat(2_800));
    assert!(endless.len() > 100_000);
    evil.says("my cat ate the remote control");
    evil.says(&endless);
    let caption = "**Bo** [pay](https://evil.example)\n> quoted\n\u{202e}gnp.exe\u{200b}";
    evil.sends_file("in\u{202e}voice.pdf\"; x=\"<b>", "application/pdf", b"%PDF-1.7 and more".as_slice(), caption);
    house.pass(std::time::Duration::from_secs(60));
    let topic = topic_of(telegram, "Bo").await;
    house.pass(std::time::Duration::from_secs(60));
    telegram.until_posted(topic.id, "more characters").await;
    telegram.until_posted(topic.id, "gnp.exe").await;
    let topic = telegram.topic(topic.id).expect("the topic");
    assert!(!topic.name.chars().any(is_unseen) && topic.name.chars().count() <= 128, "{:?}", topic.name);
    let card = topic.pinned.expect("a card");
    assert!(card.text.contains("**Bo** [pay](https://evil.example)"), "a name is what it is: {card}");
    for post in topic.posts.iter().filter(|post| post.from_bot) {
        assert!(!post.text.chars().any(turns), "{:?}", post.text);
        assert!(disguised(post).is_empty(), "{post} {}", post.entities);
        // Nobody's words look like a line of ours: what was said stands in a quotation.
        let is_quoted = post.entities.as_array().is_some_and(|entities| entities.iter().any(|entity| entity["type"] == "blockquote"));
        assert!(post.id == card.id || !post.text.contains("12:00 · note") || is_quoted || post.text.contains('>'), "{post}");
    }
    let files: Vec<&Seen> = topic.posts.iter().filter(|post| post.file.is_some()).collect();
    assert!(files.iter().all(|post| !post.file.as_ref().and_then(|file| file.name.clone()).unwrap_or_default().chars().any(is_unseen)), "{files:?}");

    // The same the other way round: what an agent pastes reaches the customer as it is.
    bo.writes_in(topic.id, "See [this](https://shop.example) and **that** <b>x</b>");
    let heard = evil.until_hears("See [this]").await;
    assert_eq!((heard.text.as_str(), disguised(&heard).len()), ("See [this](https://shop.example) and **that** <b>x</b>", 0));
    let conversation = house.agent.finds_with_status(&evil.id().to_string(), "open").await;
    let stored = house.agent.messages(&conversation).await;
    let long = stored.iter().find(|message| message["text"].as_str().is_some_and(|text| text.len() > 50_000));
    assert!(long.is_some_and(|message| message["attachments"] == Value::Array(Vec::new())), "the whole text is kept");
    house.closes().await;
}
