//! Whatever arrives is read or refused; nothing panics, and what is stored can be read again the same.

use bellhop_discord_fake::DiscordFake;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Map, Value, json};

use crate::{bot, customers};

/// Cases of each kind.
const CASES: u32 = 3_000;

/// The keys of events that we look at, and some that we do not.
const KEYS: [&str; 44] = [
    "t",
    "d",
    "place",
    "n",
    "id",
    "channel_id",
    "guild_id",
    "author",
    "user",
    "member",
    "user_id",
    "message_id",
    "type",
    "content",
    "timestamp",
    "edited_timestamp",
    "attachments",
    "url",
    "filename",
    "content_type",
    "embeds",
    "title",
    "description",
    "fields",
    "name",
    "value",
    "mentions",
    "message_reference",
    "message_snapshots",
    "message",
    "sticker_items",
    "poll",
    "question",
    "text",
    "answers",
    "poll_media",
    "emoji",
    "data",
    "custom_id",
    "values",
    "locale",
    "global_name",
    "username",
    "bot",
];

/// Words with which something may go wrong.
const WORDS: [&str; 16] = [
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "MESSAGE_DELETE_BULK",
    "INTERACTION_CREATE",
    "BELLHOP_CONTACT",
    "direct",
    "topic",
    "bellhop:menu",
    "<@9>",
    "<t:99:R>",
    "<:a:1",
    "a\u{202e}b\u{0}",
    "😀👨\u{200d}👩\u{200d}👧",
    "https://cdn.example/a#b",
    "2026-11-22T10:00:00Z",
    "||**__`",
];

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3_i64..40).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        "[0-9]{1,20}".prop_map(Value::from),
        prop::sample::select(WORDS.to_vec()).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((prop::sample::select(KEYS.to_vec()), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())),
        ]
    })
}

/// A real event with anything in a few of its places.
fn event() -> impl Strategy<Value = Value> {
    let recordings: Vec<Value> = customers::recordings().iter().map(|raw| serde_json::from_str(raw).unwrap()).collect();
    (prop::sample::select(recordings), prop::collection::vec((prop::sample::select(KEYS.to_vec()), json_value()), 0..6)).prop_map(
        |(mut event, more)| {
            for (key, value) in more {
                event["d"][key] = value;
            }
            event
        },
    )
}

#[tokio::test]
async fn whatever_arrives_is_read_or_refused() {
    let fake = DiscordFake::start().await;
    let channel = bot::customers(&fake);
    let mut runner = TestRunner::new(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() });
    let read = |raw: &str| {
        if let Ok(event) = channel.normalise(raw) {
            prop_assert!(!event.id.is_empty() && !event.sender.id.is_empty());
            prop_assert!(channel.normalise(raw).is_ok_and(|again| again == event));
        }
        Ok(())
    };
    runner.run(&json_value(), |value| read(&value.to_string())).unwrap();
    runner.run(&event(), |value| read(&value.to_string())).unwrap();
    runner.run(&".{0,200}", |text| read(&text)).unwrap();
    runner
        .run(&(event(), any::<prop::sample::Index>(), any::<char>()), |(value, at, with)| {
            // One character of it is another one.
            let mut raw: Vec<char> = value.to_string().chars().collect();
            let at = at.index(raw.len());
            raw[at] = with;
            read(&raw.into_iter().collect::<String>())
        })
        .unwrap();
}

#[tokio::test]
async fn whatever_is_told_the_connection_goes_on() {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    let running = bot::Running::start(&fake);
    running.inbox.until_up().await;
    let mut runner = TestRunner::new(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() });
    let kinds =
        ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "MESSAGE_REACTION_ADD", "THREAD_UPDATE", "CHANNEL_UPDATE"];
    runner
        .run(&(prop::sample::select(kinds.to_vec()), json_value()), |(kind, mut data)| {
            // What names a channel of a server would be asked for.
            if let Some(members) = data.as_object_mut() {
                members.remove("guild_id");
            }
            if !kind.starts_with("THREAD") {
                fake.tell(kind, data);
            }
            Ok(())
        })
        .unwrap();
    fake.tell("GUILD_CREATE", json!({"channels": [1, null, {"id": 5}], "threads": [{"id": "x", "type": 12}]}));
    ann.says("still there?");
    running.inbox.until("last message", |inbox| inbox.kept().iter().any(|envelope| envelope.body.contains("still there?"))).await;
    running.stop().await.unwrap();
}
