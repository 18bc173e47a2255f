//! Whatever arrives is read or refused; nothing panics, and what is stored can be stored again the same.

use bellhop_channel_telegram::UNREADABLE;
use bellhop_telegram_fake::TelegramFake;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Map, Value};

use crate::bot;

/// Cases of each kind.
const CASES: u32 = 4_000;

/// The keys of updates that we look at, and some that we do not.
const KEYS: [&str; 52] = [
    "update_id",
    "message",
    "edited_message",
    "callback_query",
    "message_reaction",
    "my_chat_member",
    "chat",
    "from",
    "user",
    "sender_chat",
    "id",
    "message_id",
    "message_thread_id",
    "is_topic_message",
    "reply_to_message",
    "forum_topic_created",
    "forum_topic_closed",
    "text",
    "caption",
    "entities",
    "caption_entities",
    "type",
    "offset",
    "length",
    "url",
    "language",
    "photo",
    "document",
    "voice",
    "video",
    "sticker",
    "file_id",
    "file_size",
    "width",
    "file_name",
    "mime_type",
    "location",
    "venue",
    "latitude",
    "longitude",
    "contact",
    "phone_number",
    "first_name",
    "last_name",
    "username",
    "data",
    "new_reaction",
    "old_reaction",
    "emoji",
    "media_group_id",
    "date",
    "poll",
];

/// Words with which something may go wrong.
const WORDS: [&str; 14] = [
    "/help@",
    "/ticket@OurBot refund",
    "//",
    "/",
    "bold",
    "text_link",
    "pre",
    "a\u{202e}b\u{0}",
    "😀👨\u{200d}👩\u{200d}👧",
    "private",
    "-1001",
    "👍",
    "[x](y)**_`",
    "\u{d7ff}\u{e000}",
];

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3_i64..40).prop_map(Value::from),
        prop::sample::select(vec![-1_002_000_000_001_i64, 7, -5]).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
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

/// A message of somebody, in a private chat or the staff group, with anything in the places that matter.
fn update() -> impl Strategy<Value = Value> {
    let kinds = prop::sample::select(vec!["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]);
    let chats = prop::sample::select(vec![7_i64, -1_002_000_000_001, -5]);
    (kinds, chats, any::<i32>(), prop::collection::vec((prop::sample::select(KEYS.to_vec()), json()), 0..10)).prop_map(
        |(kind, chat, number, more)| {
            let mut body: Map<String, Value> = more.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
            body.insert("chat".to_owned(), serde_json::json!({ "id": chat }));
            body.entry("message_id").or_insert_with(|| 5.into());
            serde_json::json!({ "update_id": number, kind: body })
        },
    )
}

#[tokio::test]
async fn whatever_arrives_is_read_or_refused() {
    let fake = TelegramFake::start().await;
    let (channel, staff) = (bot::pushed(&fake), bot::staff(&fake));
    let mut runner = TestRunner::new(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() });
    let read = |raw: &str| {
        let envelope = channel.envelope(raw.as_bytes()).unwrap();
        prop_assert_eq!(&envelope.key, &channel.envelope(raw.as_bytes()).unwrap().key);
        prop_assert_eq!(channel.normalise(raw).is_err(), envelope.thread == UNREADABLE);
        if let Ok(event) = channel.normalise(raw) {
            prop_assert_eq!(&event.id, &envelope.key);
            // What is stored is read again the same.
            prop_assert!(channel.normalise(&envelope.body).is_ok_and(|again| again == event));
        }
        let _readable = staff.can_read(raw);
        drop(staff.normalise(raw));
        Ok(())
    };
    runner.run(&json(), |value| read(&value.to_string())).unwrap();
    runner.run(&update(), |value| read(&value.to_string())).unwrap();
    runner.run(&".{0,200}", |text| read(&text)).unwrap();
    runner
        .run(&(update(), any::<prop::sample::Index>(), any::<char>()), |(value, at, with)| {
            // One character of it is another one.
            let mut raw: Vec<char> = value.to_string().chars().collect();
            let at = at.index(raw.len());
            raw[at] = with;
            read(&raw.into_iter().collect::<String>())
        })
        .unwrap();
}
