//! What is a call at all.

use std::time::Duration;

use bellhop_telegram_fake::Fault;
use serde_json::{Value, json};

use crate::{start, start_both};

#[tokio::test]
async fn methods_are_found_in_any_case_by_get_and_post_in_all_encodings() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    assert_eq!(bot.does("GETME", json!({})).await["username"], json!(fake.username()));
    let get = bot.client.get(format!("{}/sendMessage?chat_id={}&text=by%20get", bot.base, ann.id()));
    assert!(get.send().await.unwrap().status().is_success());
    let form = bot.client.post(format!("{}/SendMessage", bot.base)).header("content-type", "application/x-www-form-urlencoded");
    let form = form.body(format!("chat_id={}&text=by+form&disable_notification=true", ann.id()));
    assert!(form.send().await.unwrap().status().is_success());
    let parts = reqwest::multipart::Form::new()
        .text("chat_id", ann.id().to_string())
        .text("text", "by parts")
        .text("reply_markup", json!({ "inline_keyboard": [[{ "text": "Yes", "callback_data": "y" }]] }).to_string());
    assert!(bot.client.post(format!("{}/sendmessage", bot.base)).multipart(parts).send().await.unwrap().status().is_success());
    let heard = ann.hears();
    assert_eq!(heard.iter().map(|seen| seen.text.as_str()).collect::<Vec<_>>(), ["by get", "by form", "by parts"]);
    assert!(heard[1].silent);
    assert_eq!(heard[2].labels(), ["Yes"]);
    fake.assert_clean();
}

#[tokio::test]
async fn wrong_tokens_are_unauthorized() {
    let (fake, bot) = start().await;
    for (token, description) in [("1:wrong", "Unauthorized"), ("nonsense", "Unauthorized: invalid token specified")] {
        let response = bot.client.get(format!("{}/bot{token}/getMe", fake.url())).send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(response.json::<Value>().await.unwrap(), json!({ "ok": false, "error_code": 401, "description": description }));
    }
    fake.revoke_token(true);
    assert_eq!(bot.fails("getMe", json!({})).await, "Unauthorized");
    fake.revoke_token(false);
    bot.does("getMe", json!({})).await;
}

#[tokio::test]
async fn what_the_bot_api_does_not_describe_is_refused_and_remembered() {
    for (fake, bot) in start_both().await {
        let ann = fake.person("Ann", "en");
        ann.starts("");
        let chat = ann.id();
        for (method, args, violation) in [
            ("sendNothing", json!({}), "sendnothing: unknown method"),
            ("sendMessage", json!({ "chat_id": chat, "text": "x", "colour": 1 }), "sendMessage: unknown parameter colour"),
            ("sendMessage", json!({ "chat_id": chat }), "sendMessage: parameter text is missing"),
            ("sendMessage", json!({ "chat_id": chat, "text": 5 }), "sendMessage: text: must be String, not 5"),
            ("sendMessage", json!({ "chat_id": chat, "text": "x", "message_thread_id": "1" }), "message_thread_id: must be Integer"),
            ("sendMessage", json!({ "chat_id": chat, "text": "x", "reply_markup": 3 }), "reply_markup: must be"),
            ("sendMessage", json!({ "chat_id": null, "text": "x" }), "chat_id: must be Integer, not null"),
            ("sendPhoto", json!({ "chat_id": chat, "photo": "attach://nowhere" }), "attach://nowhere is not among the uploaded files"),
        ] {
            let (status, answer) = bot.call(method, args).await;
            assert!(status == 400 || status == 404, "{answer}");
            let violations = fake.take_violations();
            assert!(violations.iter().any(|found| found.contains(violation)), "{violation}: {violations:?}");
        }
        assert!(ann.hears().is_empty());
        fake.assert_clean();
    }
}

#[tokio::test]
async fn nested_objects_are_checked_against_the_published_description() {
    #[expect(clippy::disallowed_methods, reason = "tests are told by the environment where fixtures are")]
    let fixtures = std::env::var_os("BELLHOP_FIXTURES");
    if fixtures.is_none() {
        return;
    }
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    let message = ann.starts("");
    let keyboard = |button: Value| json!({ "chat_id": ann.id(), "text": "x", "reply_markup": { "inline_keyboard": [[button]] } });
    for (method, args, violation) in [
        ("sendMessage", keyboard(json!({ "text": "a", "callback": "b" })), "InlineKeyboardButton has no field callback"),
        ("sendMessage", keyboard(json!({ "callback_data": "b" })), "InlineKeyboardButton lacks text"),
        (
            "setMessageReaction",
            json!({ "chat_id": ann.id(), "message_id": message, "reaction": [{ "type": "smile", "emoji": "👍" }] }),
            "ReactionTypeEmoji.type must be emoji",
        ),
    ] {
        assert_eq!(bot.call(method, args).await.0, 400);
        let violations = fake.take_violations();
        assert!(violations.iter().any(|found| found.contains(violation)), "{violation}: {violations:?}");
    }
}

#[tokio::test]
#[should_panic(expected = "sendnothing: unknown method")]
async fn an_unknown_method_fails_the_test_when_the_fake_is_dropped() {
    let (_fake, bot) = start().await;
    assert_eq!(bot.call("sendNothing", json!({})).await.0, 404);
}

#[tokio::test]
async fn faults_come_as_scripted() {
    let (fake, bot) = start().await;
    let ann = fake.person("Ann", "en");
    ann.starts("");
    let send = |text: &str| {
        let request = bot.client.post(format!("{}/sendMessage", bot.base)).json(&json!({ "chat_id": ann.id(), "text": text }));
        request.timeout(Duration::from_millis(400)).send()
    };
    fake.fails("sendMessage", 1, Fault::Status(502));
    fake.fails("sendMessage", 1, Fault::RetryAfter(3));
    fake.fails("", 1, Fault::blocked());
    fake.fails("sendMessage", 1, Fault::Hang);
    fake.fails("sendMessage", 1, Fault::Reset);
    fake.fails("sendMessage", 1, Fault::ResetAfterEffect);
    fake.fails("sendMessage", 1, Fault::Malformed);
    fake.fails_at("sendMessage", 8, Fault::bad_request("message thread not found"));
    assert_eq!(send("1").await.unwrap().status(), 502);
    let slow = send("2").await.unwrap();
    assert_eq!((slow.status().as_u16(), slow.headers()["retry-after"].to_str().unwrap()), (429, "3"));
    let body = json!({ "ok": false, "error_code": 429, "description": "Too Many Requests: retry after 3", "parameters": { "retry_after": 3 } });
    assert_eq!(slow.json::<Value>().await.unwrap(), body);
    assert_eq!(send("3").await.unwrap().status(), 403);
    assert!(send("4").await.unwrap_err().is_timeout());
    assert!(!send("5").await.unwrap_err().is_timeout());
    assert!(ann.hears().is_empty());
    assert!(!send("6").await.unwrap_err().is_timeout());
    assert!(send("7").await.unwrap().json::<Value>().await.is_err());
    assert_eq!(ann.hears().iter().map(|seen| seen.text.as_str()).collect::<Vec<_>>(), ["6", "7"]);
    assert_eq!(send("8").await.unwrap().json::<Value>().await.unwrap()["description"], "Bad Request: message thread not found");
    assert_eq!(send("9").await.unwrap().status(), 200);
    fake.fails_always("sendMessage", Some(Fault::Status(500)));
    assert_eq!(send("10").await.unwrap().status(), 500);
    fake.fails_always("sendMessage", None);
    assert_eq!(send("11").await.unwrap().status(), 200);
    let calls = fake.calls("sendMessage");
    assert_eq!(calls.len(), 11);
    assert_eq!(calls.iter().filter(|call| call.succeeded()).count(), 4);
    assert_eq!(calls[0].args["text"], "1");
}
