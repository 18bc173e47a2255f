//! Payloads as Discord documents and other people's programs have got them, from the folder that `BELLHOP_FIXTURES` names.

use std::{fs, path::PathBuf};

use bellhop_channel::EventKind;
use bellhop_channel_conformance::mutate;
use bellhop_discord_fake::DiscordFake;
use serde_json::{Value, json};

use crate::bot;

/// A recorded payload as it would be stored. None where no folder is named.
#[allow(clippy::disallowed_methods, reason = "a test is told by the environment where its fixtures are")]
fn recording(path: &str, kind: &str) -> Option<String> {
    let path = PathBuf::from(std::env::var_os("BELLHOP_FIXTURES")?).join("discord").join(path);
    let recorded: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    Some(json!({"t": kind, "place": "direct", "n": "s-1", "d": recorded}).to_string())
}

fn recordings() -> Option<Vec<String>> {
    [("interaction/component_button.json", "INTERACTION_CREATE"), ("rest/message_create_response.json", "MESSAGE_CREATE")]
        .into_iter()
        .map(|(path, kind)| recording(path, kind))
        .collect()
}

#[tokio::test]
async fn each_is_read_as_what_it_is() {
    let Some(recordings) = recordings() else { return };
    let fake = DiscordFake::start().await;
    let channel = bot::customers(&fake);
    let press = channel.normalise(&recordings[0]).unwrap();
    assert_eq!(press.kind, EventKind::Button { button: "click_one".into(), message: Some("844397162624450620".into()) });
    assert_eq!((press.sender.id.as_str(), press.sender.name.as_deref()), ("53908232506183680", Some("Mason")));
    let message = channel.normalise(&recordings[1]).unwrap();
    assert!(matches!(&message.kind, EventKind::Message(message) if message.text == "ZACK" && message.id == "949105538602528798"));
    assert_eq!(message.at.map(|at| at.timestamp()), Some(1_646_354_793));
}

#[tokio::test]
async fn whatever_is_broken_in_them_nothing_panics() {
    let Some(recordings) = recordings() else { return };
    let fake = DiscordFake::start().await;
    let channel = bot::customers(&fake);
    mutate::broken(&recordings, |raw| drop(channel.normalise(raw)));
}
