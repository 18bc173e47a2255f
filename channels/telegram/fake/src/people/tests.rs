use serde_json::{Value, json};

use crate::TelegramFake;

/// Everything that people do, and the updates that came of it.
async fn everything() -> (TelegramFake, Vec<Value>) {
    let fake = TelegramFake::start().await;
    let all = json!(["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]);
    fake.shared.world().queue.allow(Some(&all));
    let ann = fake.person_named("Ann", Some("Lee"), Some("annlee"), Some("de"));
    ann.starts("code");
    let text = ann.says_marked("bold http://a.example", &json!([{ "type": "bold", "offset": 0, "length": 4 }]));
    ann.replies(text, "more");
    ann.edits(text, "other");
    ann.reacts(text, "👍");
    ann.sends_album(vec!["a".into(), "b".into()], "two");
    ann.sends_file("a.pdf", "application/pdf", "pdf", "read");
    ann.sends_voice("ogg");
    ann.sends_video("mp4", "look");
    ann.sends_sticker("webp");
    ann.sends_location(47.5, 19.05);
    ann.sends_venue(47.5, 19.05, "Shop", "Main street 1");
    ann.sends_contact("+361234567", "Ann");
    ann.sends_other("dice", json!({ "emoji": "🎲", "value": 2 }));
    ann.blocks_bot();
    ann.unblocks_bot();
    let mei = fake.agent("Mei");
    let topic = mei.creates_topic("T-1");
    let post = mei.writes_in(topic, "/note hello");
    mei.replies(post, "again");
    mei.sends_photo_in(topic, "jpg", "");
    mei.sends_file_in(topic, "b.txt", "text/plain", "text", "");
    mei.closes(topic);
    mei.reopens(topic);
    fake.anonymous_administrator().writes_in(topic, "from nobody");
    mei.sends_voice_in(topic, "ogg");
    mei.sends_album_in(topic, vec!["a".into(), "b".into()], "two");
    let general = mei.writes_in_general("hi");
    mei.replies(general, "hi too");
    let updates = fake.shared.world().queue.waiting.iter().map(|update| update.body.clone()).collect();
    (fake, updates)
}

#[tokio::test]
async fn updates_are_what_the_bot_api_describes() {
    let (fake, updates) = everything().await;
    assert_eq!(updates.len(), 30);
    for update in updates {
        if let Err(error) = fake.shared.description.check_object("Update", &update) {
            panic!("{error}: {update}");
        }
    }
}

/// Every key that leads to a value, such as `reply_to_message.chat.id`.
fn keys(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| keys(value, &format!("{path}.{key}"), found)),
        Value::Array(values) => values.iter().for_each(|value| keys(value, path, found)),
        _ => found.push(path.to_owned()),
    }
}

#[tokio::test]
async fn updates_look_like_recorded_ones() {
    #[expect(clippy::disallowed_methods, reason = "tests are told by the environment where fixtures are")]
    let Some(folder) = std::env::var_os("BELLHOP_FIXTURES") else { return };
    let (_fake, updates) = everything().await;
    let message = |find: &dyn Fn(&Value) -> bool| updates.iter().map(|update| &update["message"]).find(|message| find(message)).unwrap();
    for (file, ours) in [
        ("message_16.json", message(&|message| message["text"] == "more")),
        ("message_18.json", message(&|message| message["photo"].is_array() && message.get("caption").is_none())),
        ("message_26.json", message(&|message| message["text"] == "/note hello")),
        ("message_28.json", message(&|message| message.get("forum_topic_closed").is_some())),
    ] {
        let path = std::path::Path::new(&folder).join("telegram/teloxide-core").join(file);
        let recorded: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let (mut theirs, mut those) = (Vec::new(), Vec::new());
        keys(&recorded, "", &mut theirs);
        keys(ours, "", &mut those);
        // People choose their names and icons; of ours none has a user name but Ann.
        theirs.retain(|key| !key.ends_with("username") && !key.ends_with("last_name") && !key.ends_with("icon_custom_emoji_id"));
        let missing: Vec<&String> = theirs.iter().filter(|key| !those.contains(key)).collect();
        assert!(missing.is_empty(), "{file} has {missing:?}, ours does not: {ours}");
    }
}
