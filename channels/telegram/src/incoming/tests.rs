#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use serde_json::json;

use super::*;

/// An update of a private chat with these members besides the usual ones.
fn update(kind: &str, more: Value) -> String {
    let mut body = json!({
        "message_id": 11, "date": 1_795_341_600, "chat": {"id": 7, "type": "private", "first_name": "Ann"},
        "from": {"id": 7, "is_bot": false, "first_name": "Ann", "last_name": "Smith", "username": "ann", "language_code": "de"},
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"update_id": 500, kind: body}).to_string()
}

fn read(kind: &str, more: Value) -> Event {
    normalise(&update(kind, more), None).unwrap()
}

fn message_of(more: Value) -> IncomingMessage {
    match read("message", more).kind {
        EventKind::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_sender_is_read_with_everything_it_says() {
    let mut event = read("message", json!({"text": "hi"}));
    assert!(event.id.starts_with("500-"));
    event.id = "[key]".to_owned();
    insta::assert_json_snapshot!(event);
}

#[test]
fn every_kind_of_update_is_read() {
    let events: Vec<Value> = [
        (
            "message",
            json!({"text": "hold the button", "entities": [{"type": "bold", "offset": 9, "length": 6}], "reply_to_message": {"message_id": 9}}),
        ),
        ("message", json!({"text": "/start deep-link", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]})),
        ("message", json!({"text": "/help@ShopBot", "entities": [{"type": "bot_command", "offset": 0, "length": 13}]})),
        (
            "message",
            json!({"caption": "two boxes", "media_group_id": "g-1",
            "photo": [{"file_id": "small", "width": 90}, {"file_id": "large", "width": 1280}, {"file_id": "middle", "width": 320}]}),
        ),
        ("message", json!({"document": {"file_id": "d", "file_name": "bill\u{202e}.pdf", "mime_type": "application/pdf"}})),
        ("message", json!({"voice": {"file_id": "v", "duration": 3}})),
        ("message", json!({"animation": {"file_id": "a", "mime_type": "video/mp4"}, "document": {"file_id": "a", "mime_type": "video/mp4"}})),
        ("message", json!({"video": {"file_id": "m", "mime_type": "video/quicktime", "file_name": "clip.mov"}})),
        ("message", json!({"video_note": {"file_id": "n"}})),
        ("message", json!({"audio": {"file_id": "s", "file_name": "song.mp3", "mime_type": "audio/mpeg"}})),
        ("message", json!({"sticker": {"file_id": "t", "is_animated": false, "is_video": false, "emoji": "👍"}})),
        ("message", json!({"location": {"latitude": 52.52, "longitude": 13.405}})),
        (
            "message",
            json!({"location": {"latitude": 52.5, "longitude": 13.4},
            "venue": {"location": {"latitude": 52.5, "longitude": 13.4}, "title": "Shop", "address": "Street 1"}}),
        ),
        ("message", json!({"contact": {"phone_number": "+4930123456", "first_name": "Ann", "last_name": "Smith", "user_id": 7}})),
        ("message", json!({"dice": {"emoji": "🎲", "value": 2}})),
        ("message", json!({"poll": {"question": "Which?", "options": [{"text": "red"}, {"text": "green"}]}})),
        ("edited_message", json!({"text": "better", "edit_date": 1_795_341_700})),
        ("callback_query", json!({"id": "q-1", "data": "b-1", "message": {"message_id": 12, "chat": {"id": 7}}})),
        ("message_reaction", json!({"user": {"id": 7, "first_name": "Ann"}, "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]})),
        ("message_reaction", json!({"user": {"id": 7, "first_name": "Ann"}, "old_reaction": [{"type": "emoji", "emoji": "👍"}], "new_reaction": []})),
        (
            "message_reaction",
            json!({"old_reaction": [{"type": "emoji", "emoji": "👍"}], "new_reaction": [{"type": "custom_emoji", "custom_emoji_id": "5"}]}),
        ),
    ]
    .into_iter()
    .map(|(kind, more)| serde_json::to_value(read(kind, more).kind).unwrap())
    .collect();
    insta::assert_yaml_snapshot!(events);
}

#[test]
fn what_is_not_for_us_is_unknown() {
    for (shows, kind, more) in [
        ("a group of strangers", "message", json!({"text": "hi", "chat": {"id": -5, "type": "group"}})),
        ("a message of the platform's own", "message", json!({"pinned_message": {"message_id": 3}})),
        ("the customer has blocked the bot", "my_chat_member", json!({"new_chat_member": {"status": "kicked"}})),
        ("a place that moves", "edited_message", json!({"location": {"latitude": 1, "longitude": 2}})),
        ("a button without data", "callback_query", json!({"id": "q", "message": {"message_id": 1, "chat": {"id": 7}}})),
        ("a reaction that changes nothing", "message_reaction", json!({"old_reaction": [], "new_reaction": []})),
        ("a kind that we do not know", "business_message", json!({"text": "hi"})),
        ("a place that is none", "message", json!({"location": {"latitude": 152.52, "longitude": 13.405}})),
    ] {
        assert_eq!(read(kind, more).kind, EventKind::Unknown, "{shows}");
    }
}

#[test]
fn what_was_typed_stays_as_it_was_typed() {
    for text in
        ["order_1001 costs 5*3", "Where is it? (since 2 - 3 days)", "a\n\nb", "a <b>bold</b> claim", "- one\n- two", "C:\\new", "/start a*b*c_-"]
    {
        assert_eq!(message_of(json!({"text": text})).text, text);
    }
    assert_eq!(message_of(json!({"text": "**loud** [x](y)"})).text, r"\*\*loud\*\* \[x\](y)", "what is no formatting to Telegram is none to us");
    assert_eq!(message_of(json!({"text": "a\u{202e}b\u{0}"})).text, "ab");
    let long = "a".repeat(100_000);
    assert_eq!(message_of(json!({"text": long})).text.len(), 100_000);
}

#[test]
fn a_number_of_ones_own_is_a_claim_and_anothers_is_not() {
    let contact = |user: i64| read("message", json!({"contact": {"phone_number": "+49301", "first_name": "X", "user_id": user}}));
    assert_eq!(contact(7).sender.phone.as_deref(), Some("+49301"));
    assert_eq!(contact(8).sender.phone, None);
}

#[test]
fn what_cannot_be_read_says_where() {
    let error = normalise(r#"{"message": {"text": "hi"}}"#, None).unwrap_err();
    assert_eq!(error.to_string(), "update_id: is missing or no whole number");
    let error = normalise(r#"{"update_id": 1, "message": {"text": "hi"}}"#, None).unwrap_err();
    assert_eq!(error.to_string(), "chat.id: is missing or no whole number");
    assert!(normalise("nonsense", None).is_err());
}

#[test]
fn half_a_surrogate_pair_is_mended() {
    let raw = update("message", json!({"text": "(half)"})).replace("(half)", r"a\ud800");
    let event = normalise(&raw, None).unwrap();
    assert!(matches!(event.kind, EventKind::Message(IncomingMessage { ref text, .. }) if text == "a\u{fffd}"));
}
