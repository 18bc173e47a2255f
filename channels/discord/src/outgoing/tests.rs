#![allow(clippy::unwrap_used, reason = "tests")]

use bytes::Bytes;

use super::*;

fn draft(text: &str) -> Draft<'_> {
    Draft { channel: "7", key: "out-1", text, buttons: &[], files: Vec::new(), reply_to: None, silent: false }
}

fn file(name: &str, content_type: &str) -> File {
    File { name: name.into(), content_type: content_type.into(), source: Source::Bytes(Bytes::from_static(b"bytes")) }
}

/// The calls as a reader sees them.
fn shown(calls: &[Request]) -> Value {
    let call = |call: &Request| {
        let files: Vec<String> = call.files.iter().map(|file| format!("{} ({})", file.name, file.content_type)).collect();
        json!({"call": format!("{} {}", call.method, call.path.join("/")), "body": call.body, "files": files})
    };
    Value::Array(calls.iter().map(call).collect())
}

fn buttons(count: usize) -> Vec<OutButton> {
    (1..=count).map(|at| OutButton { id: format!("b-{at}"), label: format!("Choice {at}") }).collect()
}

#[test]
fn a_message_with_everything() {
    let buttons = buttons(2);
    let draft =
        Draft { buttons: &buttons, reply_to: Some("9"), silent: true, files: vec![file("bill.pdf", "application/pdf")], ..draft("**Hold** it") };
    insta::assert_yaml_snapshot!(shown(&write(draft).unwrap()));
}

#[test]
fn more_than_five_choices_are_a_menu() {
    let buttons = buttons(6);
    insta::assert_yaml_snapshot!(shown(&write(Draft { buttons: &buttons, ..draft("Which one?") }).unwrap()));
}

#[test]
fn what_escaping_makes_too_long_is_several_messages_with_keys_of_their_own() {
    let marks = "a_b ".repeat(499);
    let buttons = buttons(1);
    let calls = write(Draft { buttons: &buttons, reply_to: Some("9"), ..draft(&marks) }).unwrap();
    assert!(calls.len() > 1);
    let body = |at: usize| calls[at].body.clone().unwrap();
    let last = calls.len() - 1;
    assert!(calls.iter().all(|call| call.body.as_ref().unwrap()["content"].as_str().unwrap().chars().count() <= MAX_TEXT));
    assert_ne!(body(0)["nonce"], body(last)["nonce"]);
    assert_eq!((body(0)["message_reference"].is_null(), body(last)["message_reference"].is_null()), (false, true));
    assert_eq!((body(0)["components"][0].is_null(), body(last)["components"][0].is_null()), (true, false));
    assert!(body(0)["nonce"].as_str().unwrap().len() <= 25);
}

#[test]
fn a_file_that_no_bot_may_send_is_refused_and_one_elsewhere_is_a_link() {
    let huge = File { source: Source::Bytes(Bytes::from(vec![0; MAX_FILE + 1])), ..file("a.zip", "application/zip") };
    assert!(matches!(write(Draft { files: vec![huge], ..draft("") }), Err(SendError::Refused { tries: 1, .. })));
    let link = File { source: Source::Address("https://desk.example/f/1".into()), ..file("bill.pdf", "application/pdf") };
    let calls = write(Draft { files: vec![link], ..draft("see") }).unwrap();
    assert_eq!(calls[0].body.as_ref().unwrap()["content"], "see\n\nbill.pdf: https://desk.example/f/1");
}

#[test]
fn changes_and_signs() {
    insta::assert_yaml_snapshot!(shown(&[edit("7", "5", "now **better**", &buttons(1)), edit("7", "5", "", &[]), delete("7", "5"), typing("7")]));
}

#[test]
fn hostile_texts_ping_nobody_and_are_never_empty() {
    for text in ["<@1> @everyone", "](https://x.example)", "\u{202e}evil", "```", "> ", "# \n", "&#0;", "**"] {
        let body = write(draft(text)).unwrap().remove(0).body.unwrap();
        assert!(!body["content"].as_str().unwrap().is_empty(), "{text}");
        assert_eq!(body["allowed_mentions"]["parse"], json!([]));
    }
}
