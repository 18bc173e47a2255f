//! What clients may ask, and what they are answered.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bellhop_channel::{Author, Feed, HostedAnswer, OutButton, Outbound, OutboundKind, OutboundMessage};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{Answer, House, SECRET, house, house_of, now};

fn outbound(thread: &str, id: &str, text: &str) -> Outbound {
    Outbound {
        kind: OutboundKind::Message,
        id: id.into(),
        thread: thread.into(),
        message: Some(OutboundMessage {
            id: format!("msg_{id}"),
            author: Author::Agent,
            text: text.into(),
            reply_to: None,
            buttons: Vec::new(),
            attachments: Vec::new(),
            external_id: None,
        }),
        ticket: None,
    }
}

/// The same message in another role: what is done to `id`.
fn about(kind: OutboundKind, thread: &str, key: &str, id: &str, text: &str) -> Outbound {
    let mut outbound = outbound(thread, key, text);
    outbound.kind = kind;
    if let Some(message) = &mut outbound.message {
        message.external_id = Some(id.into());
    }
    outbound
}

async fn history(house: &House, token: &str) -> Vec<Value> {
    let page = house.ask(Method::GET, "messages", Some(token), None).await;
    assert_eq!(page.status, 200, "{}", page.json);
    page.json["items"].as_array().unwrap().clone()
}

async fn stream(house: &House, token: &str, last: &str) -> Box<dyn Feed> {
    let headers = [("authorization", format!("Bearer {token}")), ("last-event-id", last.to_owned())];
    match house.raw(Method::GET, "events", &headers, None).await {
        HostedAnswer::Live { headers, feed } => {
            assert_eq!(headers["content-type"], "text/event-stream; charset=utf-8");
            feed
        }
        HostedAnswer::Whole(response) => panic!("{}", response.status()),
    }
}

async fn next(feed: &mut Box<dyn Feed>) -> String {
    String::from_utf8(feed.next().await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn what_is_said_is_kept_once_and_comes_back_as_history() {
    let house = house().await;
    let token = house.visitor().await;
    for _ in 0..3 {
        let said = house.says(&token, "c-1", "Where is my order?").await;
        assert_eq!((said.status, &said.json["seq"], &said.json["id"]), (202, &json!(1), &json!("c-1")), "{}", said.json);
    }
    assert_eq!(house.mailbox.accepted().len(), 1);
    let items = history(&house, &token).await;
    assert_eq!(items.len(), 1);
    assert_eq!((&items[0]["author"], &items[0]["text"], &items[0]["seq"]), (&json!("me"), &json!("Where is my order?"), &json!(1)));
}

#[tokio::test]
async fn a_token_opens_its_own_thread_and_no_other() {
    let house = house().await;
    let (ann, ben) = (house.visitor().await, house.visitor().await);
    house.says(&ann, "c-1", "private").await;
    assert!(history(&house, &ben).await.is_empty());
    let (payload, signature) = ann.rsplit_once('.').unwrap();
    let other = ben.rsplit_once('.').unwrap().0;
    let guessed = URL_SAFE_NO_PAD.encode("{\"t\":\"v-1\"}");
    for token in ["", "x", payload, &format!("{other}.{signature}"), &format!("{guessed}.abc"), &format!("{ann}x")] {
        assert_eq!(house.ask(Method::GET, "messages", Some(token), None).await.status, 401, "{token}");
    }
    assert_eq!(house.ask(Method::GET, "messages", None, None).await.status, 401);
}

#[tokio::test]
async fn events_go_on_from_the_last_one_that_was_seen() {
    let house = house().await;
    let token = house.visitor().await;
    house.says(&token, "c-1", "one").await;
    let thread = house.thread_of_last();
    house.channel.send(&outbound(&thread, "out-1", "**two**")).await.unwrap();
    let mut feed = stream(&house, &token, "1").await;
    assert!(next(&mut feed).await.starts_with("retry: "));
    let piece = next(&mut feed).await;
    assert!(piece.starts_with("event: entry\nid: 2\ndata: {\"seq\":2,") && piece.ends_with("\n\n"), "{piece}");
    assert!(piece.contains(r#""nodes":[["p",null,["strong",null,"two"]]]"#), "{piece}");
    let ((), live) = tokio::join!(
        async {
            house.channel.send(&outbound(&thread, "out-2", "three")).await.unwrap();
        },
        next(&mut feed)
    );
    assert!(live.contains("id: 3\n") && live.contains("three"), "{live}");
    let typing = Outbound { kind: OutboundKind::Typing, message: None, ..outbound(&thread, "out-3", "") };
    let mut waiting = Box::pin(next(&mut feed));
    assert!(futures_are_pending(&mut waiting).await);
    house.channel.send(&typing).await.unwrap();
    assert_eq!(waiting.await, "event: typing\ndata: {}\n\n");
}

/// Polls once.
async fn futures_are_pending<F: Future + Unpin>(future: &mut F) -> bool {
    tokio::select! {
        biased;
        _ = future => false,
        () = tokio::task::yield_now() => true,
    }
}

#[tokio::test]
async fn a_client_that_knows_more_than_there_is_loads_anew() {
    let house = house().await;
    let token = house.visitor().await;
    house.says(&token, "c-1", "one").await;
    let mut feed = stream(&house, &token, "99").await;
    assert_eq!(next(&mut feed).await, "event: reset\ndata: {}\n\n");
    assert!(feed.next().await.is_none());
}

#[tokio::test]
async fn what_is_changed_or_taken_back_does_not_stay_in_the_history() {
    let house = house().await;
    let token = house.visitor().await;
    house.says(&token, "c-1", "one").await;
    let thread = house.thread_of_last();
    for (id, text) in [("out-1", "a secret slip"), ("out-2", "a first wording")] {
        let sent = house.channel.send(&outbound(&thread, id, text)).await.unwrap();
        assert_eq!(sent.external_id.as_deref(), Some(id));
    }
    house.channel.send(&about(OutboundKind::Delete, &thread, "out-3", "out-1", "")).await.unwrap();
    house.channel.send(&about(OutboundKind::Edit, &thread, "out-4", "out-2", "a second wording")).await.unwrap();
    house.channel.send(&about(OutboundKind::Read, &thread, "out-5", "c-1", "")).await.unwrap();
    let items = history(&house, &token).await;
    let all = Value::Array(items.clone()).to_string();
    assert!(!all.contains("secret slip") && !all.contains("first wording"), "{all}");
    assert_eq!(items[0]["seen"], true);
    assert_eq!(items[1]["deleted"], true);
    assert_eq!((&items[2]["text"], &items[2]["edited"]), (&json!("a second wording"), &json!(true)));
    let kinds: Vec<&str> = items.iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["message", "message", "message", "delete", "edit", "read"]);
}

#[tokio::test]
async fn only_a_button_that_stands_there_can_be_pressed() {
    let house = house().await;
    let token = house.visitor().await;
    house.says(&token, "c-1", "one").await;
    let mut asked = outbound(&house.thread_of_last(), "out-1", "?");
    asked.message.as_mut().unwrap().buttons = vec![OutButton { id: "b1".into(), label: "Yes".into() }];
    house.channel.send(&asked).await.unwrap();
    let press = |message: &'static str, button: &'static str| {
        house.ask(Method::POST, "presses", Some(&token), Some(json!({"message": message, "button": button})))
    };
    assert_eq!(press("out-1", "b2").await.status, 404);
    assert_eq!(press("out-9", "b1").await.status, 404);
    assert_eq!(press("c-1", "b1").await.status, 404);
    for _ in 0..2 {
        assert_eq!(press("out-1", "b1").await.status, 202);
    }
    let items = history(&house, &token).await;
    assert_eq!(items[1]["pressed"], "b1");
    assert_eq!((items.len(), &items[2]["type"], &items[2]["label"]), (3, &json!("press"), &json!("Yes")));
    assert_eq!(house.mailbox.accepted().len(), 2, "the message and one press");
}

#[tokio::test]
async fn files_are_those_of_the_session() {
    let house = house().await;
    let (ann, ben) = (house.visitor().await, house.visitor().await);
    let upload = |token: String| {
        let headers = [("authorization", format!("Bearer {token}")), ("content-type", "application/octet-stream".to_owned())];
        let house = &house;
        async move { house.ask_with(Method::POST, "files?name=..%2F..%2Fbox%00.png", &headers, Some(b"\x89PNG".to_vec())).await }
    };
    let kept = upload(ann.clone()).await;
    assert_eq!((kept.status, &kept.json["name"], &kept.json["size"]), (201, &json!("../../box.png"), &json!(4)), "{}", kept.json);
    let file = kept.json["file"].as_str().unwrap();
    let with_file = |token: String, file: Value| {
        let house = &house;
        async move { house.ask(Method::POST, "messages", Some(&token), Some(json!({"id": "c-1", "files": [file]}))).await }
    };
    assert_eq!(with_file(ben, json!(file)).await.status, 422, "another's");
    assert_eq!(with_file(ann.clone(), json!(format!("{file}0"))).await.status, 422, "forged");
    assert_eq!(with_file(ann.clone(), json!(file)).await.status, 202);
    assert_eq!(history(&house, &ann).await[0]["files"][0]["url"], "https://desk.example/f/1");
    let none = house_of(json!({"max_file": 0})).await;
    let token = none.visitor().await;
    let headers = [("authorization", format!("Bearer {token}"))];
    assert_eq!(none.ask_with(Method::POST, "files", &headers, Some(b"x".to_vec())).await.status, 413);
}

fn blob(claims: &Value) -> String {
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(claims.as_bytes());
    format!("{claims}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

async fn begin(house: &House, identity: &str) -> Answer {
    house.ask(Method::POST, "session", None, Some(json!({ "identity": identity }))).await
}

#[tokio::test]
async fn a_signed_visitor_has_one_thread_and_their_claims_are_the_servers() {
    let house = house().await;
    let claims = json!({"id": "u-7", "name": "Ann", "email": "ann@example.org", "tier": "gold", "attributes": {"plan": "team"}, "verified": ["email"], "exp": now().timestamp() + 60});
    let (one, two) = (begin(&house, &blob(&claims)).await, begin(&house, &blob(&claims)).await);
    assert_eq!((one.status, &one.json["expires_at"]), (201, &json!("2026-11-22T10:01:00Z")), "{}", one.json);
    let token = |answer: &Answer| answer.json["token"].as_str().unwrap().to_owned();
    let said = json!({"id": "c-1", "text": "hello", "name": "Somebody else", "email": "else@example.org", "locale": "zh"});
    assert_eq!(house.ask(Method::POST, "messages", Some(&token(&one)), Some(said)).await.status, 202);
    assert_eq!(history(&house, &token(&two)).await.len(), 1, "the same thread on another device");
    let event = house.channel.normalise(&house.mailbox.accepted()[0].body).unwrap();
    let sender = event.sender;
    assert_eq!((sender.id.as_str(), sender.name.as_deref(), sender.email.as_deref()), ("user:u-7", Some("Ann"), Some("ann@example.org")));
    assert_eq!(
        (sender.tier.as_deref(), sender.locale.as_deref(), sender.verified.as_slice()),
        (Some("gold"), Some("zh"), ["email".to_owned()].as_slice())
    );
    let other = begin(&house, &blob(&json!({"id": "u-8", "exp": now().timestamp() + 60}))).await;
    assert!(history(&house, &token(&other)).await.is_empty());
}

#[tokio::test]
async fn missing_forged_and_old_identities_are_refused() {
    let house = house().await;
    let good = blob(&json!({"id": "u-7", "exp": now().timestamp() + 60}));
    let (claims, _) = good.split_once('.').unwrap();
    for identity in [
        "",
        claims,
        &format!("{claims}."),
        &format!("{claims}.AAAA"),
        &blob(&json!({"id": "u-7", "exp": now().timestamp() - 1})),
        &blob(&json!({"id": "u-7"})),
    ] {
        assert_eq!(begin(&house, identity).await.status, 403, "{identity}");
    }
    let without = house_of(json!({})).await;
    assert_eq!(begin(&without, &good).await.status, 403);
}

#[tokio::test]
async fn pages_that_are_not_named_are_refused() {
    let house = house().await;
    let token = house.visitor().await;
    for (origin, allowed) in [("https://shop.example", true), ("https://evil.example", false), ("null", false)] {
        let headers = [("origin", origin.to_owned()), ("authorization", format!("Bearer {token}"))];
        for (method, path) in [(Method::GET, "status"), (Method::GET, "messages"), (Method::OPTIONS, "messages"), (Method::POST, "session")] {
            let answer = house.ask_with(method.clone(), path, &headers, Some(b"{}".to_vec())).await;
            assert_eq!(answer.status != 403, allowed, "{method} {path} from {origin}: {}", answer.status);
            assert_eq!(answer.headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap()), allowed.then_some(origin));
            assert!(!answer.headers.contains_key("access-control-allow-credentials") && !answer.headers.contains_key("set-cookie"));
        }
        let streamed = house.raw(Method::GET, "events", &headers, None).await;
        assert_eq!(matches!(streamed, HostedAnswer::Live { .. }), allowed, "events from {origin}");
    }
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_with_the_rule() {
    let house = house().await;
    let token = house.visitor().await;
    for (body, status) in [
        ("{}", 400),
        ("not json", 400),
        ("{\"id\":\"c\",\"text\":\"\\ud800\"}", 400),
        ("{\"id\":\"c\",\"id\":\"d\",\"text\":\"x\"}", 400),
        ("{\"id\":\"c\"}", 422),
        ("{\"id\":\"c\",\"text\":\" \\u0000 \"}", 422),
        ("{\"id\":\"a/b\",\"text\":\"x\"}", 422),
        ("{\"id\":\"\",\"text\":\"x\"}", 422),
        ("{\"id\":\"c\",\"text\":\"x\",\"admin\":true}", 202),
    ] {
        let headers = [("authorization", format!("Bearer {token}"))];
        let answer = house.ask_with(Method::POST, "messages", &headers, Some(body.as_bytes().to_vec())).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.json);
    }
    let long = json!({"id": "l", "text": "字".repeat(8_001)});
    let token = house.visitor().await;
    assert_eq!(house.ask(Method::POST, "messages", Some(&token), Some(long)).await.status, 422);
    assert_eq!(house.ask(Method::POST, "messages", Some(&token), Some(json!({"id": "l", "text": "字".repeat(8_000)}))).await.status, 202);
    assert_eq!(house.ask(Method::GET, "nothing", Some(&token), None).await.status, 404);
    assert_eq!(house.ask(Method::PUT, "messages", Some(&token), Some(json!({}))).await.status, 405);
}

#[tokio::test]
async fn too_much_is_put_off_with_a_time() {
    let house = house().await;
    let token = house.visitor().await;
    for number in 0..10 {
        assert_eq!(house.says(&token, &format!("c-{number}"), "again").await.status, 202);
    }
    let refused = house.says(&token, "c-11", "again").await;
    assert_eq!(refused.status, 429);
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
}

#[tokio::test]
async fn a_full_house_says_when_to_come_back_and_keeps_nothing() {
    let house = house().await;
    let token = house.visitor().await;
    house.mailbox.script(vec![bellhop_channel_conformance::Fault::retry_after(503, "7")]);
    let refused = house.says(&token, "c-1", "hello").await;
    assert_eq!((refused.status, refused.headers["retry-after"].to_str().unwrap()), (503, "7"));
    assert!(history(&house, &token).await.is_empty());
    assert_eq!(house.says(&token, "c-1", "hello").await.status, 202);
}

#[tokio::test]
async fn clients_are_told_whether_somebody_is_there() {
    let house = house().await;
    let status = house.ask(Method::GET, "status", None, None).await.json;
    assert_eq!(status, json!({"open": true, "opens_at": null, "limits": {"text": 8000, "file_bytes": 10_485_760, "files": 5}}));
    house.mailbox.close();
    let status = house.ask(Method::GET, "status", None, None).await.json;
    assert_eq!((&status["open"], &status["opens_at"]), (&json!(false), &json!("2026-11-23T06:00:00Z")));
}
