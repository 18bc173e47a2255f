//! What agents do in their topics, as the customer gets it.

use super::{linked, topic_of};
use crate::support::{Database, PATIENCE, Setup, agent::id, on_both_databases, until};
use serde_json::json;

on_both_databases!(an_album_of_an_agent_is_one_message, what_an_agent_changes_in_the_console_is_told_in_the_topic);

/// A picture that is one as far as anybody looks.
fn picture(number: u8) -> bytes::Bytes {
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on ".as_slice(), &[number]].concat().into()
}

async fn an_album_of_an_agent_is_one_message(database: Database) {
    let house = Setup::on(database).set("channels.helpdesk.per_thread", "0s").with_telegram("poll").open().await;
    let telegram = house.telegram();
    let bo = linked(&house, "Bo", "agent").await;
    let ann = telegram.person("Ann", "en");
    ann.says("my cat ate the remote control");
    let topic = topic_of(telegram, "Ann").await.id;
    bo.writes_in(topic, "Have a look:");
    let parts = bo.sends_album_in(topic, (0..4).map(picture).collect(), "The new ones");
    bo.writes_in(topic, "Which one do you like?");
    ann.until_hears("Which one").await;
    house.program.drained(PATIENCE).await;
    let heard = ann.hears();
    let start = heard.iter().position(|seen| seen.text == "Have a look:").expect("the first words");
    let after: Vec<(&str, bool)> = heard[start..].iter().map(|seen| (seen.text.as_str(), seen.file.is_some())).collect();
    assert_eq!(
        after,
        [("Have a look:", false), ("The new ones", true), ("", true), ("", true), ("", true), ("Which one do you like?", false)],
        "one album, in its place"
    );
    assert_eq!(telegram.calls("sendMediaGroup").len(), 1);
    let conversation = house.agent.finds_with_status(&ann.id().to_string(), "open").await;
    let messages = house.agent.messages(&conversation).await;
    let album: Vec<_> = messages.iter().filter(|message| message["attachments"].as_array().is_some_and(|files| !files.is_empty())).collect();
    assert_eq!(album.len(), 1, "{album:?}");
    assert_eq!((album[0]["attachments"].as_array().map(Vec::len), &album[0]["delivery"]), (Some(4), &json!("sent")));

    // Whichever part carries the words: they are those of the message.
    bo.edits(parts[0], "The latest ones");
    telegram.until("the new words", |_| ann.hears().into_iter().find(|seen| seen.text == "The latest ones")).await;
    house.closes().await;
}

async fn what_an_agent_changes_in_the_console_is_told_in_the_topic(database: Database) {
    let house = Setup::on(database).with_telegram("poll").open().await;
    let telegram = house.telegram();
    let bo = linked(&house, "Bo", "agent").await;
    let ann = telegram.person("Ann", "en");
    ann.says("my cat ate the remote control");
    let topic = topic_of(telegram, "Ann").await.id;
    let post = bo.writes_in(topic, "Come at nine");
    ann.until_hears("Come at nine").await;
    let conversation = house.agent.finds_with_status(&ann.id().to_string(), "open").await;
    let message = until("the message", || async {
        house.agent.messages(&conversation).await.into_iter().find(|message| message["text"] == "Come at nine" && message["delivery"] == "sent")
    })
    .await;
    let path = format!("/conversations/{}/messages/{}", id(&conversation), id(&message));
    house.agent.patch(&path, json!({ "text": "Come at ten" })).await;
    ann.until_hears("Come at ten").await;
    telegram
        .until("what it says now, below what he wrote", |telegram| {
            telegram.topic(topic)?.posts.into_iter().find(|seen| seen.reply_to == Some(post) && seen.from_bot && seen.text.contains("Come at ten"))
        })
        .await;
    house.closes().await;
}
