#![allow(clippy::unwrap_used, reason = "tests")]
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn event(change: Value) -> Value {
    let mut event = json!({
        "type": "message", "id": "evt-1", "at": "2026-11-22T10:00:00Z", "conversation": "thread-42",
        "sender": {"id": "u-7", "name": "Ann"}, "message": {"id": "m-1", "text": "Where is my order?"},
    });
    for (key, value) in change.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

fn read(event: &Value) -> Event {
    normalise(&event.to_string()).unwrap()
}

fn said(event: &Value) -> IncomingMessage {
    match read(event).kind {
        EventKind::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_envelope_holds_the_ids_and_the_raw_bytes() {
    let raw = event(json!({})).to_string();
    let envelope = envelope(raw.as_bytes()).unwrap();
    assert_eq!((envelope.key.as_str(), envelope.thread.as_str(), envelope.sender.as_deref()), ("evt-1", "thread-42", Some("u-7")));
    assert_eq!(&*envelope.body, raw);
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let without = |key: &str| {
        let mut event = event(json!({}));
        event.as_object_mut().unwrap().remove(key);
        event.to_string()
    };
    let changed = |change: Value| event(change).to_string();
    let nested = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let cases: Vec<(String, &str)> = vec![
        (without("type"), "type: is missing"),
        (without("id"), "id: is missing"),
        (without("conversation"), "conversation: is missing"),
        (without("sender"), "sender.id: is missing"),
        (changed(json!({"sender": {}})), "sender.id: is missing"),
        (changed(json!({"sender": null})), "sender.id: is missing"),
        (changed(json!({"sender": "u-7"})), "sender.id: is missing"),
        (changed(json!({"sender": ["u-7"]})), "sender.id: is missing"),
        (changed(json!({"sender": {"id": 7}})), "sender.id: must be a text"),
        (changed(json!({"type": ""})), "type: must not be empty"),
        (changed(json!({"id": "  "})), "id: must not be empty"),
        (changed(json!({"id": null})), "id: is missing"),
        (changed(json!({"id": 1.5})), "id: must be a text"),
        (changed(json!({"id": {"id": "x"}})), "id: must be a text"),
        (changed(json!({"id": "x".repeat(256)})), "id: must be at most 255 bytes"),
        (changed(json!({"conversation": "a\u{0}b"})), "conversation: must not contain control characters"),
        (changed(json!({"x": 0})).replace("\"x\":0", &format!("\"x\":{nested}")), "body: is nested more than 127 deep"),
        (changed(json!({"x": 0})).replace("\"x\":0", "\"x\":NaN"), "body: is not JSON (line 1, column"),
        (changed(json!({})).replace("\"evt-1\"", r#""\ud800""#), "body: is not JSON (line 1, column"),
        (changed(json!({})).replace("\"type\"", "\"id\":\"evt-2\",\"type\""), "body: must be one object with each of its keys once"),
        (changed(json!({})).replace("\"name\"", "\"id\":\"u-8\",\"name\""), "body: must be one object with each of its keys once"),
        ("[]".into(), "body: must be one object"),
        ("\"message\"".into(), "body: must be one object"),
        (changed(json!({})) + "x", "body: is not JSON"),
        ("{\"type\":".into(), "body: is not JSON"),
        (String::new(), "body: is not JSON"),
    ];
    for (body, expected) in cases {
        let error = envelope(body.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error} is not {expected}");
    }
    let error = envelope(b"{\"id\":\"\xff\"}").unwrap_err();
    assert_eq!(error.to_string(), "body: is not UTF-8");
}

#[test]
fn what_is_unknown_or_odd_elsewhere_is_stored() {
    for (shows, change) in [
        ("an unknown type", json!({"type": "telepathy"})),
        ("an unknown field", json!({"mood": {"score": 5}})),
        ("null where an object was", json!({"message": null})),
        ("a text where an object was", json!({"message": "hello"})),
        ("an id of 255 bytes", json!({"id": "x".repeat(255)})),
        ("an id of a message that is none", json!({"message": {"id": "\u{0}", "text": "hello"}})),
        ("a message without an id", json!({"message": {"text": "hello"}})),
        ("texts where objects were", json!({"button": "b", "reaction": 5})),
    ] {
        let raw = event(change).to_string();
        let envelope = envelope(raw.as_bytes()).unwrap();
        assert_eq!(normalise(&raw).unwrap().id, envelope.key, "{shows}");
    }
}

#[test]
fn the_deepest_nesting_that_is_stored_can_be_read() {
    let raw = |depth: usize| {
        let nested = format!("{}0{}", "[".repeat(depth), "]".repeat(depth));
        event(json!({"sender": {"id": "u", "attributes": {"deep": 0}}})).to_string().replace("\"deep\":0", &format!("\"deep\":{nested}"))
    };
    let deepest = raw(MAX_DEPTH - 3);
    assert!(envelope(deepest.as_bytes()).is_ok());
    assert!(normalise(&deepest).unwrap().sender.attributes["deep"].is_array());
    assert!(serde_json::from_str::<Value>(&deepest).is_ok(), "and by any other reader with the usual limit");
    assert!(envelope(raw(MAX_DEPTH - 2).as_bytes()).is_err());
    let brackets_in_text = event(json!({"message": {"text": "[".repeat(500) + "\\\"{"}})).to_string();
    assert!(envelope(brackets_in_text.as_bytes()).is_ok(), "brackets in a text are text");
}

#[test]
fn every_type_of_event_is_read() {
    let about = json!({"id": "m-1", "text": "Better."});
    let kinds: Vec<EventKind> = [
        json!({"message": {"id": "m-1", "text": "Hi", "reply_to": "m-0",
            "attachments": [{"url": "https://x.example/box.jpg", "name": "box.jpg", "content_type": "image/jpeg"}, {"name": "no address"}, 5]}}),
        json!({"type": "edit", "message": about}),
        json!({"type": "delete", "message": about}),
        json!({"type": "button", "button": {"id": "b-1"}, "message": about}),
        json!({"type": "button", "button": {"id": "b-1"}, "message": null}),
        json!({"type": "reaction", "message": about, "reaction": {"emoji": "👍", "removed": true}}),
        json!({"type": "receipt", "message": about, "status": "read"}),
        json!({"type": "typing"}),
        json!({"type": "telepathy"}),
    ]
    .into_iter()
    .map(|change| read(&event(change)).kind)
    .collect();
    insta::assert_json_snapshot!(kinds);
}

#[test]
fn a_part_that_is_missing_makes_an_event_unknown() {
    for change in [
        json!({"message": null}),
        json!({"type": "edit", "message": {"id": "m-1"}}),
        json!({"type": "delete", "message": {}}),
        json!({"type": "button"}),
        json!({"type": "reaction", "message": {"id": "m-1"}, "reaction": {}}),
        json!({"type": "receipt", "message": {"id": "m-1"}, "status": "lost"}),
    ] {
        assert_eq!(read(&event(change.clone())).kind, EventKind::Unknown, "{change}");
    }
}

#[test]
fn the_sender_is_read_with_everything_it_claims() {
    let full =
        event(json!({"sender": {"id": "u-7", "name": " Ann\nSmith ", "email": "ann@example.org", "phone": "+4930123456", "locale": "zh_Hant_TW",
        "tier": "gold", "region": "DE", "attributes": {"plan": "team", "seats": 5, "none": null}, "verified": ["email", "soul", 5]}}));
    insta::assert_json_snapshot!(read(&full).sender);
    let odd = event(
        json!({"sender": {"id": "u-7", "name": 5, "email": [], "locale": "<script>", "tier": "x".repeat(1000), "attributes": [], "verified": "email"}}),
    );
    assert_eq!(read(&odd).sender, Sender { id: "u-7".into(), ..Sender::default() });
    let long = event(json!({"sender": {"id": "u-7", "name": "é".repeat(1000)}}));
    assert_eq!(read(&long).sender.name.unwrap().chars().count(), MAX_NAME);
}

#[test]
fn the_time_is_read_or_absent() {
    for (at, expected) in [
        (json!("2026-11-22T10:00:00Z"), Some("2026-11-22T10:00:00+00:00")),
        (json!("2026-11-22T11:30:00.250+01:30"), Some("2026-11-22T10:00:00.250+00:00")),
        (json!("yesterday"), None),
        (json!(1_795_341_600), None),
        (json!(null), None),
    ] {
        assert_eq!(read(&event(json!({"at": at}))).at.map(|at| at.to_rfc3339()).as_deref(), expected);
    }
}

#[test]
fn hostile_texts_are_cleaned_and_the_raw_event_stays() {
    let text = |json: &str| {
        let raw = event(json!({})).to_string().replace("\"Where is my order?\"", json);
        assert_eq!(&*envelope(raw.as_bytes()).unwrap().body, raw);
        match normalise(&raw).unwrap().kind {
            EventKind::Message(message) => message.text,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(text(r#""a\u0000b""#), "ab");
    assert_eq!(text(r#""invoice\u202efdp.exe""#), "invoicefdp.exe");
    assert_eq!(text(r#""half \ud800 pair""#), "half \u{fffd} pair");
    assert_eq!(text(r#""\ud83d\ude00""#), "😀");
    let zalgo = format!("a{}", "\u{301}".repeat(10_000));
    assert_eq!(text(&format!("\"{zalgo}\"")), zalgo);
}

#[test]
fn of_a_key_that_comes_twice_the_last_counts_and_a_message_without_id_has_that_of_its_event() {
    let raw = event(json!({})).to_string().replace("\"text\"", "\"text\":\"first\",\"text\"");
    assert!(envelope(raw.as_bytes()).is_ok());
    let EventKind::Message(message) = normalise(&raw).unwrap().kind else { panic!("a message") };
    assert_eq!(message.text, "Where is my order?");
    assert_eq!(said(&event(json!({"message": {"text": "hello"}}))).id, "evt-1");
}

#[test]
fn numbers_beyond_all_bounds_stay_as_they_are_written() {
    let raw = event(json!({"sender": {"id": "u", "attributes": {"big": 0}}})).to_string().replace("\"big\":0", "\"big\":1e999");
    assert!(envelope(raw.as_bytes()).is_ok());
    assert_eq!(normalise(&raw).unwrap().sender.attributes["big"], json!("1e999"));
}

proptest! {
    #[test]
    fn what_is_stored_can_be_read_whatever_it_is(text in "\\{\"type\":\"(message|edit)\",\"id\":\"e\",\"conversation\":\"t\",\"sender\":\\{\"id\":\"u\"\\},\"message\":[\\[\\]{}\",:a0\\\\ud8]{0,20}\\}") {
        if let Ok(envelope) = envelope(text.as_bytes()) {
            prop_assert_eq!(normalise(&envelope.body).unwrap().id, envelope.key);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = envelope(&bytes);
        let _ = normalise(&String::from_utf8_lossy(&bytes));
    }
}
