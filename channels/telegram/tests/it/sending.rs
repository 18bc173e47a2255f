//! What goes out, beyond the conformance suite.

use bellhop_channel::{Location, OutboundKind, SendError};
use bellhop_telegram_fake::{Fault, TelegramFake};
use serde_json::json;

use crate::bot::{self, Running};

#[tokio::test]
async fn a_message_is_shown_with_its_formatting_and_buttons() {
    let fake = TelegramFake::start().await;
    let ann = fake.person("Ann", "en");
    let asked = ann.says("help");
    let message = bot::with(ann.id(), "**Hold** the [button](https://x.example/a).", |message| {
        message.reply_to = Some(asked.to_string());
        message.buttons = vec![bot::button("b-1", "Yes"), bot::button("b-2", "No")];
    });
    let sent = bot::customers(&fake).send(&message).await.unwrap();
    let seen = ann.hears().remove(0);
    assert_eq!((seen.text.as_str(), Some(seen.id.to_string()), seen.reply_to), ("Hold the button.", sent.external_id, Some(asked)));
    assert_eq!(seen.labels(), ["Yes", "No"]);
    assert_eq!(seen.entities[0]["type"], "bold");
}

#[tokio::test]
async fn who_does_not_take_messages_is_told_in_words() {
    let fake = TelegramFake::start().await;
    let (ann, channel) = (fake.person("Ann", "en"), bot::customers(&fake));
    ann.starts("");
    ann.blocks_bot();
    let error = channel.send(&bot::message(ann.id(), "hello")).await.unwrap_err();
    assert_eq!(error, SendError::Refused { reason: "the customer has blocked the bot".into(), tries: 1 });
    let error = channel.send(&bot::message(123_456_789, "hello")).await.unwrap_err();
    assert!(matches!(error, SendError::Refused { tries: 1, .. }), "{error:?}");
    ann.unblocks_bot();
    channel.send(&bot::message(ann.id(), "hello again")).await.unwrap();
    fake.revoke_token(true);
    let error = channel.send(&bot::message(ann.id(), "hello")).await.unwrap_err();
    assert!(matches!(&error, SendError::ChannelStopped { reason } if !reason.contains(&fake.token())), "{error:?}");
}

#[tokio::test]
async fn a_flood_of_two_chats_is_one_of_the_bot() {
    let fake = TelegramFake::start().await;
    let (ann, bob, channel) = (fake.person("Ann", "en"), fake.person("Bob", "en"), bot::customers(&fake));
    ann.starts("");
    bob.starts("");
    fake.fails("sendMessage", 2, Fault::RetryAfter(9));
    assert!(matches!(channel.send(&bot::message(ann.id(), "hello")).await, Err(SendError::Retry { after: Some(after), .. }) if after.as_secs() == 9));
    assert!(matches!(channel.send(&bot::message(bob.id(), "hello")).await, Err(SendError::Limited { after, .. }) if after.as_secs() == 9));
}

#[tokio::test]
async fn formatting_and_pictures_that_telegram_cannot_read_cost_no_message() {
    let fake = TelegramFake::start().await;
    let (ann, channel) = (fake.person("Ann", "en"), bot::customers(&fake));
    ann.starts("");
    fake.fails("sendMessage", 1, Fault::bad_request("can't parse entities: nobody knows why"));
    channel.send(&bot::message(ann.id(), "**Hold** it")).await.unwrap();
    assert_eq!(ann.until_hears("Hold it").await.entities, json!([]));
    fake.fails("sendPhoto", 1, Fault::bad_request("PHOTO_INVALID_DIMENSIONS"));
    let photo = bot::with(ann.id(), "see", |message| message.attachments = vec![bot::file("a.png", "image/png")]);
    channel.send(&photo).await.unwrap();
    let file = ann.until_hears("see").await.file.unwrap();
    assert_eq!((file.kind, &*file.bytes), ("document", bot::BYTES));
}

#[tokio::test]
async fn what_was_sent_of_a_message_is_not_sent_again() {
    let fake = TelegramFake::start().await;
    let (ann, channel) = (fake.person("Ann", "en"), bot::customers(&fake));
    ann.starts("");
    let full = bot::with(ann.id(), "Which of the two?", |message| {
        message.buttons = vec![bot::button("b-1", "Left")];
        message.attachments = vec![bot::file("l.png", "image/png"), bot::file("r.png", "image/png")];
    });
    fake.fails("sendMediaGroup", 1, Fault::Status(502));
    assert!(matches!(channel.send(&full).await, Err(SendError::Retry { .. })));
    let sent = channel.send(&full).await.unwrap();
    let heard = ann.hears();
    assert_eq!(heard.iter().filter(|seen| seen.text == "Which of the two?").count(), 1);
    assert_eq!(heard.iter().filter(|seen| seen.file.is_some()).count(), 2);
    assert_eq!(sent.external_id, Some(heard[0].id.to_string()), "the id is that of the text, which may be changed later");
}

#[tokio::test]
async fn messages_are_changed_and_taken_back() {
    let fake = TelegramFake::start().await;
    let (ann, channel) = (fake.person("Ann", "en"), bot::customers(&fake));
    ann.starts("");
    let text = channel.send(&bot::message(ann.id(), "Your ticket is open")).await.unwrap();
    let photo = bot::with(ann.id(), "a label", |message| message.attachments = vec![bot::file("a.png", "image/png")]);
    let photo = channel.send(&photo).await.unwrap();
    let change = |kind, id: &Option<String>, text: &str| {
        let mut change = bot::with(ann.id(), text, |message| message.external_id = id.clone());
        change.kind = kind;
        change
    };
    for _ in 0..2 {
        channel.send(&change(OutboundKind::Edit, &text.external_id, "Your ticket is **closed**")).await.unwrap();
        channel.send(&change(OutboundKind::Edit, &photo.external_id, "another label")).await.unwrap();
    }
    assert_eq!(ann.hears().iter().map(|seen| seen.text.as_str()).collect::<Vec<_>>(), ["Your ticket is closed", "another label"]);
    for _ in 0..2 {
        channel.send(&change(OutboundKind::Delete, &text.external_id, "")).await.unwrap();
    }
    assert_eq!(ann.hears().len(), 1);
    let unknown = channel.send(&change(OutboundKind::Edit, &None, "x")).await;
    assert!(matches!(unknown, Err(SendError::Refused { tries: 1, .. })), "{unknown:?}");
}

#[tokio::test]
async fn files_of_customers_are_found_where_telegram_keeps_them() {
    let fake = TelegramFake::start().await;
    let (ann, channel) = (fake.person("Ann", "en"), bot::customers(&fake));
    ann.sends_file("bill.pdf", "application/pdf", &b"%PDF-1.7"[..], "my bill");
    let running = Running::start(&fake);
    let kept = running.inbox.until_kept(1).await;
    running.stop().await.unwrap();
    let event = channel.normalise(&kept[0].body).unwrap();
    let bellhop_channel::EventKind::Message(message) = event.kind else { panic!("no message") };
    let attachment = &message.attachments[0];
    assert_eq!((attachment.name.as_deref(), attachment.content_type.as_deref()), (Some("bill.pdf"), Some("application/pdf")));
    assert!(!attachment.url.contains(&fake.token()), "no token is stored");
    let Location::Platform(address) = channel.locate(&attachment.url).await.unwrap() else { panic!("not Telegram's") };
    let bytes = reqwest::Client::builder().no_proxy().build().unwrap().get(address).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(&*bytes, b"%PDF-1.7");
    let outside = channel.locate("https://x.example/a.png").await.unwrap();
    assert!(outside == Location::Outside("https://x.example/a.png".into()));
    fake.fails("getFile", 1, Fault::bad_request("file is too big"));
    let error = channel.locate(&attachment.url).await.unwrap_err();
    assert!(matches!(error, SendError::Refused { tries: 1, .. }), "{error:?}");
}

#[tokio::test]
async fn a_long_text_with_a_picture_goes_before_it() {
    let fake = TelegramFake::start().await;
    let (ann, channel) = (fake.person("Ann", "en"), bot::customers(&fake));
    ann.starts("");
    let long = "a".repeat(1_025);
    channel.send(&bot::with(ann.id(), &long, |message| message.attachments = vec![bot::file("a.png", "image/png")])).await.unwrap();
    let heard = ann.hears();
    assert_eq!((heard[0].text.len(), heard[0].file.is_some(), heard[1].file.is_some()), (1_025, false, true));
}

#[tokio::test]
async fn nobody_listening_is_tried_again_and_says_no_address() {
    let gone = TelegramFake::start().await;
    let channel = bot::customers(&gone);
    let token = gone.token();
    drop(gone);
    let error = channel.send(&bot::message(7, "hello")).await.unwrap_err();
    assert!(matches!(&error, SendError::Retry { after: None, reason } if !reason.contains(&token) && !reason.contains("://")), "{error:?}");
}
