//! Updates as other people's bots have got them, from the folder that `BELLHOP_FIXTURES` names.

use std::{fs, path::PathBuf};

use bellhop_channel::{EventKind, Side, staff::StaffEventKind};
use bellhop_channel_conformance::mutate;
use bellhop_channel_telegram::UNREADABLE;
use bellhop_telegram_fake::TelegramFake;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::bot;

/// Whole updates, and messages that are put into one. None where no folder is named.
#[allow(clippy::disallowed_methods, reason = "a test is told by the environment where its fixtures are")]
fn recordings() -> Option<Vec<(String, String)>> {
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
        recordings.push((name, update.to_string()));
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
    for (_, raw) in &recordings {
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

/// What a recording is read as: its kind, what there is, and letters for all of it, for the recordings are other people's.
#[tokio::test]
async fn each_is_read_as_it_was_before() {
    let Some(recordings) = recordings() else { return };
    let fake = TelegramFake::start().await;
    let (channel, staff) = (bot::pushed(&fake), bot::staff(&fake));
    let mut lines = Vec::new();
    for (name, raw) in &recordings {
        let update: Value = serde_json::from_str(raw).unwrap();
        let group = chat_of(&update).filter(|chat| *chat < 0);
        // A group's are read as those of the agents' group, too.
        let (channel, staff) = match group {
            Some(group) => (channel.clone(), bot::channel(&bot::section(&fake, json!({ "staff_chat": group }))).staff.unwrap()),
            None => (channel.clone(), staff.clone()),
        };
        let envelope = channel.envelope(raw.as_bytes()).unwrap();
        let Ok(event) = channel.normalise(raw) else {
            lines.push(format!("{name}: {}", envelope.thread));
            continue;
        };
        let kind = serde_json::to_value(&event.kind).unwrap();
        let holds: Vec<&str> = kind.as_object().unwrap().iter().filter(|(_, value)| !is_empty(value)).map(|(key, _)| key.as_str()).collect();
        let read = format!("{} with {}", kind["type"].as_str().unwrap(), holds.join(" "));
        let letters = letters(&serde_json::to_string(&event).unwrap());
        let agents = staff.normalise(raw).map_or("unreadable", |event| word(&event.kind));
        lines.push(format!("{name}: {}, {read}, {letters}; of agents: {agents}", side(envelope.side)));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

/// The chat that an update is about.
fn chat_of(update: &Value) -> Option<i64> {
    let body = update.as_object()?.values().find(|value| value.is_object())?;
    body["chat"]["id"].as_i64().or_else(|| body["message"]["chat"]["id"].as_i64())
}

fn word(kind: &StaffEventKind) -> &'static str {
    match kind {
        StaffEventKind::Message(_) => "a message",
        StaffEventKind::Edit { .. } => "an edit",
        StaffEventKind::Delete { .. } => "a delete",
        StaffEventKind::Command { .. } => "a command",
        StaffEventKind::Button { .. } => "a button",
        StaffEventKind::Form { .. } => "a form",
        StaffEventKind::Archived => "put away",
        StaffEventKind::Reopened => "brought back",
        StaffEventKind::Unknown => "unknown",
    }
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Customer => "a customer's",
        Side::Staff => "an agent's",
        Side::Nobody => "nobody's",
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty)
}

/// Letters that tell one content from another.
fn letters(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn whatever_is_broken_in_them_nothing_panics() {
    let Some(recordings) = recordings() else { return };
    let fake = TelegramFake::start().await;
    let (channel, staff) = (bot::pushed(&fake), bot::staff(&fake));
    let recordings: Vec<String> = recordings.into_iter().map(|(_, raw)| raw).collect();
    mutate::broken(&recordings, |raw| {
        let envelope = channel.envelope(raw.as_bytes()).unwrap();
        assert_eq!(channel.normalise(raw).is_err(), envelope.thread == UNREADABLE);
        drop(staff.normalise(raw));
    });
}
