//! Telegram's limits, each from both sides.

use serde_json::{Value, json};

use crate::start;

fn buttons(rows: usize, columns: usize) -> Value {
    let row = |row| (0..columns).map(|column| json!({ "text": "b", "callback_data": format!("{row}/{column}") })).collect::<Value>();
    json!({ "inline_keyboard": (0..rows).map(row).collect::<Value>() })
}

fn button(more: Value) -> Value {
    let mut button = json!({ "text": "b" });
    for (key, value) in more.as_object().unwrap() {
        button[key] = value.clone();
    }
    json!({ "inline_keyboard": [[button]] })
}

#[tokio::test]
async fn messages_have_limits() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    let entity = |kind: &str, offset: i64, length: i64| json!([{ "type": kind, "offset": offset, "length": length }]);
    let hundred: Value = (0..100).map(|offset| json!({ "type": "bold", "offset": offset, "length": 1 })).collect();
    let more: Value = (0..101).map(|offset| json!({ "type": "bold", "offset": offset, "length": 1 })).collect();
    let link = |url: &str| button(json!({ "url": url }));
    for (more, refused) in [
        (json!({ "text": "x".repeat(4096) }), None),
        (json!({ "text": "x".repeat(4097) }), Some("message is too long")),
        (json!({ "text": "👍".repeat(2048) }), None),
        (json!({ "text": "👍".repeat(2049) }), Some("message is too long")),
        (json!({ "text": format!("<b>{}</b>", "x".repeat(4096)), "parse_mode": "HTML" }), None),
        (json!({ "text": "x".repeat(32 * 1024 + 1) }), Some("text is too long")),
        (json!({ "text": "" }), Some("message text is empty")),
        (json!({ "text": " \n\t " }), Some("text must be non-empty")),
        (json!({ "text": "\u{200b}\u{feff}\u{202e}" }), Some("text must be non-empty")),
        (json!({ "text": "<b>x", "parse_mode": "HTML" }), Some("can't parse entities: Can't find end tag corresponding to start tag \"b\"")),
        (json!({ "text": "x", "parse_mode": "Latex" }), Some("unsupported parse_mode")),
        (json!({ "text": "a👍b", "entities": entity("bold", 1, 2) }), None),
        (
            json!({ "text": "a👍b", "entities": entity("bold", 1, 1) }),
            Some("entity beginning at UTF-16 offset 1 ends in a middle of a UTF-16 symbol"),
        ),
        (json!({ "text": "a👍b", "entities": entity("bold", 2, 1) }), Some("entity begins in a middle of a UTF-16 symbol at UTF-16 offset 2")),
        (json!({ "text": "abc", "entities": entity("bold", 0, 3) }), None),
        (
            json!({ "text": "abc", "entities": entity("bold", 1, 3) }),
            Some("entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 4"),
        ),
        (json!({ "text": "abc", "entities": entity("bold", 4, 1) }), Some("entity begins after the end of the text at UTF-16 offset 4")),
        (
            json!({ "text": "abcd", "entities": [
                { "type": "bold", "offset": 0, "length": 2 }, { "type": "italic", "offset": 1, "length": 2 },
            ] }),
            Some("entities bold and italic overlap without one holding the other"),
        ),
        (json!({ "text": "abcd", "entities": [{ "type": "bold", "offset": 0, "length": 2 }, { "type": "italic", "offset": 0, "length": 1 }] }), None),
        (json!({ "text": "x".repeat(101), "entities": hundred }), None),
        (json!({ "text": "x".repeat(101), "entities": more }), Some("more than 100 entities")),
        (json!({ "text": "x", "reply_markup": buttons(12, 8) }), None),
        (json!({ "text": "x", "reply_markup": buttons(1, 9) }), Some("more than 8 buttons in a row: reply markup is too long")),
        (json!({ "text": "x", "reply_markup": buttons(101, 1) }), Some("reply markup is too long")),
        (json!({ "text": "x", "reply_markup": button(json!({ "callback_data": "é".repeat(32) })) }), None),
        (json!({ "text": "x", "reply_markup": button(json!({ "callback_data": "é".repeat(33) })) }), Some("BUTTON_DATA_INVALID")),
        (json!({ "text": "x", "reply_markup": button(json!({ "callback_data": "" })) }), Some("BUTTON_DATA_INVALID")),
        (
            json!({ "text": "x", "reply_markup": button(json!({})) }),
            Some("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ),
        (json!({ "text": "x", "reply_markup": link("http://127.0.0.1:80/t/1") }), None),
        (
            json!({ "text": "x", "reply_markup": link("http://localhost/t/1") }),
            Some("inline keyboard button URL 'http://localhost/t/1' is invalid: Wrong HTTP URL"),
        ),
        (
            json!({ "text": "x", "reply_markup": link("javascript:alert(1)") }),
            Some("inline keyboard button URL 'javascript:alert(1)' is invalid: Wrong HTTP URL"),
        ),
        (json!({ "text": "x", "reply_parameters": { "message_id": 1 } }), Some("message to be replied not found")),
        (json!({ "text": "x", "reply_parameters": { "message_id": 1, "allow_sending_without_reply": true } }), None),
        (json!({ "text": "x", "message_thread_id": 7 }), Some("message thread not found")),
        (json!({ "text": "x", "chat_id": 12 }), Some("chat not found")),
    ] {
        let mut args = json!({ "chat_id": ann.id() });
        args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, answer) = bot.call("sendMessage", args).await;
        match refused {
            None => assert_eq!(status, 200, "{more}: {answer}"),
            Some(description) => assert_eq!((status, &answer["description"]), (400, &json!(format!("Bad Request: {description}"))), "{more}"),
        }
    }
}

#[tokio::test]
async fn texts_are_cleaned_with_their_formatting() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    let text = json!({ "chat_id": ann.id(), "text": " \u{202e}a\tb\r\nc ", "entities": [{ "type": "bold", "offset": 4, "length": 1 }] });
    let sent = bot.does("sendMessage", text).await;
    assert_eq!((&sent["text"], &sent["entities"]), (&json!("a b\nc"), &json!([{ "type": "bold", "offset": 2, "length": 1 }])));
}

#[tokio::test]
async fn what_is_too_fast_is_refused_when_pace_is_kept_and_counted_always() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    for _ in 0..7 {
        bot.sends(ann.id(), "x").await;
    }
    for _ in 0..21 {
        bot.sends(bot.group, "x").await;
    }
    let busiest = fake.busiest();
    assert_eq!((busiest.group_per_minute, busiest.group_calls_per_minute), (21, 21));
    assert!(busiest.private_per_second > 1 && busiest.all_per_second > 7, "{busiest:?}");
    fake.keep_pace(true);
    let (status, answer) = bot.call("sendMessage", json!({ "chat_id": bot.group, "text": "x" })).await;
    let wait = answer["parameters"]["retry_after"].as_u64().unwrap();
    assert!(status == 429 && (50..=61).contains(&wait), "{answer}");
    assert_eq!(answer["description"], json!(format!("Too Many Requests: retry after {wait}")));
    assert_eq!(bot.call("sendMessage", json!({ "chat_id": ann.id(), "text": "x" })).await.0, 429);
    assert_eq!(fake.busiest().group_per_minute, 21, "what was refused is not counted");
    bot.does("createForumTopic", json!({ "chat_id": bot.group, "name": "Ann" })).await;
    assert_eq!(fake.busiest().group_calls_per_minute, 22);
}
