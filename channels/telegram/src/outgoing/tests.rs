#![allow(clippy::unwrap_used, reason = "tests")]

use bytes::Bytes;

use super::*;

fn draft(text: &str) -> Draft<'_> {
    Draft { chat: 7, topic: None, text, buttons: &[], files: Vec::new(), reply_to: None, silent: false }
}

fn file(name: &str, content_type: &str) -> File {
    File { name: name.into(), content_type: content_type.into(), source: Source::Bytes(Bytes::from_static(b"bytes")) }
}

/// The calls as a reader sees them.
fn shown(calls: &[Request]) -> Value {
    let call = |call: &Request| {
        let files: Vec<String> = call.files.iter().map(|file| format!("{}: {} ({})", file.part, file.name, file.content_type)).collect();
        json!({"method": call.method, "parameters": call.parameters, "files": files})
    };
    Value::Array(calls.iter().map(call).collect())
}

fn buttons() -> Vec<OutButton> {
    ["Yes", "No, a person please"].iter().enumerate().map(|(at, &label)| OutButton { id: format!("b-{at}"), label: label.into() }).collect()
}

#[test]
fn a_message_with_everything() {
    let buttons = buttons();
    let draft = Draft { topic: Some(40), buttons: &buttons, reply_to: Some(9), silent: true, ..draft("**Hold** 😀 [it](https://x.example/a_b)") };
    insta::assert_yaml_snapshot!(shown(&write(draft).unwrap()));
}

#[test]
fn files_go_as_what_they_are() {
    let calls = |text: &'static str, files: Vec<File>, buttons: &[OutButton]| shown(&write(Draft { files, buttons, ..draft(text) }).unwrap());
    let photo = || file("box.jpg", "image/jpeg");
    let bill = || file("bill.pdf", "application/pdf");
    let link = || File { source: Source::Address("https://desk.example/f/1".into()), ..bill() };
    let long: &'static str = "long ".repeat(300).leak();
    insta::assert_yaml_snapshot!("one_picture", calls("*see*", vec![photo()], &buttons()));
    insta::assert_yaml_snapshot!("two_pictures", calls("see", vec![photo(), photo()], &[]));
    insta::assert_yaml_snapshot!("a_picture_and_a_file", calls("", vec![photo(), link()], &[]));
    let methods = |calls: Value| calls.as_array().unwrap().iter().map(|call| call["method"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(methods(calls("see", vec![photo(), bill()], &buttons())), ["sendMessage", "sendMediaGroup"], "buttons need a text");
    assert_eq!(methods(calls("", vec![photo(), photo(), bill()], &buttons())), ["sendMediaGroup", "sendDocument"], "or a file of their own");
    assert_eq!(methods(calls(long, vec![bill()], &[])), ["sendMessage", "sendDocument"], "too long for a caption");
    let huge = File { source: Source::Bytes(Bytes::from(vec![0; MAX_PHOTO + 1])), ..photo() };
    assert_eq!(methods(calls("", vec![huge], &[])), ["sendDocument"], "too large for a picture");
}

#[test]
fn a_file_that_no_bot_may_send_is_refused() {
    let files = vec![File { source: Source::Bytes(Bytes::from(vec![0; MAX_FILE + 1])), ..file("a.zip", "application/zip") }];
    assert!(matches!(write(Draft { files, ..draft("") }), Err(SendError::Refused { tries: 1, .. })));
}

#[test]
fn what_telegram_takes_offence_at_can_be_left_out() {
    let bold = write(draft("**a**")).unwrap().remove(0);
    let bare = bold.without_entities().unwrap();
    assert_eq!((bare.parameters.get("text"), bare.parameters.get("entities")), (Some(&json!("a")), None));
    assert!(bare.without_entities().is_none(), "once is enough");
    let group = write(Draft { files: vec![file("a.png", "image/png"), file("b.png", "image/png")], ..draft("**a**") }).unwrap().remove(0);
    assert_eq!(group.without_entities().unwrap().parameters["media"][0].get("caption_entities"), None);
    assert_eq!(group.without_photos().unwrap().parameters["media"][1]["type"], "document");
    let single = write(Draft { files: vec![file("a.png", "image/png")], ..draft("") }).unwrap().remove(0).without_photos().unwrap();
    assert_eq!((single.method, &single.parameters["document"]), ("sendDocument", &json!("attach://file0")));
}

#[test]
fn changes_and_signs() {
    let buttons = buttons();
    let calls = [
        edit(7, 5, "now **better**", &buttons),
        edit(7, 5, "", &buttons),
        edit_caption(7, 5, "below", &[]).unwrap(),
        delete(7, 5),
        typing(7),
        answer("q-1", ""),
        answer("q-1", "Mei has it already"),
    ];
    insta::assert_yaml_snapshot!(shown(&calls));
    assert!(edit_caption(7, 5, &"a".repeat(1_025), &[]).is_none());
}

#[test]
fn hostile_texts_are_only_texts() {
    for text in ["<b>&amp;</b>", "](https://x.example)", "\u{202e}evil", "\u{200b}", "```", "> ", "[a](tg://user?id=1)", "# \n", "&#0;"] {
        let call = write(draft(text)).unwrap().remove(0);
        assert!(!call.parameters["text"].as_str().unwrap().is_empty(), "{text}");
        assert!(!call.parameters.contains_key("parse_mode"));
    }
}
