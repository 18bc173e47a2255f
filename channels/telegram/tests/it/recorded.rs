//! Updates as other people's bots have got them, from the folder that `BELLHOP_FIXTURES` names.

use std::{fs, path::PathBuf};

use bellhop_channel::EventKind;
use bellhop_channel_conformance::mutate;
use bellhop_channel_telegram::UNREADABLE;
use bellhop_telegram_fake::TelegramFake;
use serde_json::{Value, json};

use crate::bot;

/// Whole updates, and messages that are put into one. None where no folder is named.
#[allow(clippy::disallowed_methods, reason = "a test is told by the environment where its fixtures are")]
fn recordings() -> Option<Vec<String>> {
    let folder = PathBuf::from(std::env::var_os("BELLHOP_FIXTURES")?).join("telegram/teloxide-core");
    let mut names: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let mut recordings = Vec::new();
    for path in names {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let recorded: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let kind = match name.split_once("_0").map_or(name.as_str(), |(word, _)| word) {
            word if word.starts_with("update") => None,
            word if word.starts_with("message_reaction") => Some("message_reaction"),
            word if word.starts_with("message_") => Some("message"),
            "callback_query" => Some("callback_query"),
            _ => continue,
        };
        let update = match kind {
            None => recorded,
            Some(kind) => json!({"update_id": 1, kind: recorded}),
        };
        recordings.push(update.to_string());
    }
    assert!(recordings.len() > 15, "the folder has lost its recordings");
    Some(recordings)
}

#[tokio::test]
async fn each_is_read_as_what_it_is_the_same_each_time() {
    let Some(recordings) = recordings() else { return };
    let fake = TelegramFake::start().await;
    let channel = bot::pushed(&fake);
    let mut messages = 0;
    for raw in &recordings {
        let update: Value = serde_json::from_str(raw).unwrap();
        let envelope = channel.envelope(raw.as_bytes()).unwrap();
        if envelope.thread == UNREADABLE {
            assert!(channel.normalise(raw).is_err());
            continue;
        }
        let event = channel.normalise(raw).unwrap();
        assert_eq!((&event.id, &event.thread), (&envelope.key, &envelope.thread));
        assert!(channel.normalise(raw).is_ok_and(|again| again == event));
        let message = &update["message"];
        let private = message["chat"]["id"].as_i64().is_some_and(|chat| chat > 0);
        match &event.kind {
            EventKind::Message(read) => {
                messages += 1;
                assert!(private, "only private chats are the bot's business");
                assert_eq!(read.id, message["message_id"].to_string());
                if let Some(text) = message["text"].as_str().filter(|_| message["entities"].is_null()) {
                    assert_eq!(read.text, text);
                }
            }
            _ => assert!(message["text"].is_null() || !private, "a text in a private chat is a message"),
        }
    }
    assert!(messages > 0);
}

#[tokio::test]
async fn whatever_is_broken_in_them_nothing_panics() {
    let Some(recordings) = recordings() else { return };
    let fake = TelegramFake::start().await;
    let (channel, staff) = (bot::pushed(&fake), bot::staff(&fake));
    mutate::broken(&recordings, |raw| {
        let envelope = channel.envelope(raw.as_bytes()).unwrap();
        assert_eq!(channel.normalise(raw).is_err(), envelope.thread == UNREADABLE);
        drop(staff.normalise(raw));
    });
}
