//! What goes out, as the person sees it, and what Discord says when it does not take it.

use std::time::{Duration, Instant};

use bellhop_channel::{Location, Outbound, OutboundKind, SendError};
use bellhop_discord_fake::{DiscordFake, Fault};
use serde_json::json;

use crate::bot;

const WRITE: &str = "POST /channels/{channel_id}/messages";

#[tokio::test]
async fn a_message_is_shown_with_its_formatting_and_pings_nobody() {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    let channel = bot::customers(&fake);
    let first = ann.says("hello");
    let text = "**Hold** the _green_ one, <@1> @everyone";
    let sent = channel.send(&bot::with(ann.direct(), text, |message| message.reply_to = Some(first.to_string()))).await.unwrap();
    let seen = ann.hears().pop().unwrap();
    assert_eq!((sent.external_id, seen.answers), (Some(seen.id.to_string()), Some(first)));
    assert_eq!(seen.content, "**Hold** the _green_ one, \\<@1> @everyone");
    let call = fake.calls(WRITE).pop().unwrap();
    assert_eq!(call.body["allowed_mentions"], json!({"parse": [], "users": [], "roles": [], "replied_user": false}));
}

#[tokio::test]
async fn what_was_sent_can_be_changed_and_taken_back() {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    let channel = bot::customers(&fake);
    let sent = channel.send(&bot::with(ann.direct(), "one", |message| message.buttons = vec![bot::button("a", "A")])).await.unwrap();
    let change = |kind, text: &str| {
        let mut outbound = bot::with(ann.direct(), text, |message| message.external_id.clone_from(&sent.external_id));
        outbound.kind = kind;
        outbound
    };
    channel.send(&change(OutboundKind::Edit, "two")).await.unwrap();
    let seen = ann.hears().pop().unwrap();
    assert_eq!((seen.content.as_str(), seen.is_edited, seen.buttons.len()), ("two", true, 0));
    for _ in 0..2 {
        channel.send(&change(OutboundKind::Delete, "")).await.unwrap();
    }
    assert!(ann.hears().is_empty());
    let gone = channel.send(&change(OutboundKind::Edit, "three")).await.unwrap_err();
    assert!(matches!(gone, SendError::Refused { .. }), "{gone}");
    channel.send(&Outbound { kind: OutboundKind::Typing, message: None, ..change(OutboundKind::Typing, "") }).await.unwrap();
    assert_eq!(fake.typing(ann.direct()), 1);
}

#[tokio::test]
async fn files_go_with_the_message() {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    let channel = bot::customers(&fake);
    let files = vec![bot::file("a.png", "image/png"), bot::file("b c.pdf", "no type at all")];
    channel.send(&bot::with(ann.direct(), "see", |message| message.attachments = files)).await.unwrap();
    let seen = ann.hears().pop().unwrap();
    assert_eq!((seen.content.as_str(), seen.files), ("see", vec!["a.png".to_owned(), "b c.pdf".to_owned()]));
    assert_eq!(fake.calls(WRITE)[0].files[0].1, bot::BYTES.len());
}

#[tokio::test]
async fn a_message_in_several_parts_goes_on_where_it_was_cut_off() {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    let channel = bot::customers(&fake);
    let long = bot::message(ann.direct(), &"a_b ".repeat(499));
    fake.fails(WRITE, 1, Fault::ResetAfterEffect);
    channel.send(&long).await.unwrap_err();
    let shown = channel.send(&long).await.unwrap();
    let heard = ann.hears();
    assert_eq!((heard.len(), shown.external_id), (2, Some(heard[0].id.to_string())), "the key tells that the first is there");
}

#[tokio::test]
async fn a_full_bucket_is_waited_for_and_never_overrun() {
    let fake = DiscordFake::start().await;
    fake.keep_pace(true);
    let (ann, ben) = (fake.person("Ann", "en-US"), fake.person("Ben", "en-US"));
    let channel = bot::customers(&fake);
    let message = |person: u64, number: usize| Outbound { id: format!("out-{person}-{number}"), ..bot::message(person, "hello") };
    for number in 0..5 {
        channel.send(&message(ann.direct(), number)).await.unwrap();
    }
    let error = channel.send(&message(ann.direct(), 5)).await.unwrap_err();
    assert!(matches!(error, SendError::Retry { after: Some(after), .. } if after <= Duration::from_secs(5)), "{error:?}");
    let started = Instant::now();
    channel.send(&message(ben.direct(), 0)).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(1), "another channel does not wait");
    assert!(fake.calls(WRITE).iter().all(|call| call.status == Some(200)), "Discord never had to say no");
}

#[tokio::test]
async fn a_limit_of_the_whole_bot_holds_everything_exactly() {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    let channel = bot::customers(&fake);
    fake.fails(WRITE, 1, Fault::RetryAfter { seconds: 0.35, global: true });
    let error = channel.send(&bot::message(ann.direct(), "hello")).await.unwrap_err();
    assert!(matches!(error, SendError::Limited { after, .. } if after == Duration::from_millis(350)), "{error:?}");
    let started = Instant::now();
    channel.send(&bot::message(ann.direct(), "hello")).await.unwrap();
    assert!(started.elapsed() >= Duration::from_millis(250));
}

#[tokio::test]
async fn a_no_says_what_to_do_and_what_may_be_mended_waits() {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    let channel = bot::customers(&fake);
    ann.shuts(true);
    let error = channel.send(&bot::message(ann.direct(), "hello")).await.unwrap_err();
    assert!(matches!(&error, SendError::Refused { reason, tries: 1 } if reason.contains("does not take direct messages")), "{error:?}");
    ann.shuts(false);
    for (fault, expected) in [(Fault::missing_permission(), "lacks a permission"), (Fault::missing_access(), "does not see")] {
        fake.fails(WRITE, 1, fault);
        let error = channel.send(&bot::message(ann.direct(), "hello")).await.unwrap_err();
        assert!(matches!(&error, SendError::Retry { after: Some(_), reason } if reason.contains(expected)), "{error:?}");
    }
    fake.revoke_token(true);
    let error = channel.send(&bot::message(ann.direct(), "hello")).await.unwrap_err();
    assert!(matches!(error, SendError::ChannelStopped { .. }), "{error:?}");
    fake.revoke_token(false);
    channel.send(&bot::message(ann.direct(), "hello")).await.unwrap();
    assert_eq!(ann.hears().len(), 1);
}

#[tokio::test]
async fn a_file_is_fetched_where_it_lies_and_asked_for_again_when_its_address_is_old() {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    let channel = bot::customers(&fake);
    let own = format!("{}/attachments/1/2/a.png", fake.url().trim_end_matches("/api/v10"));
    assert_eq!(channel.locate(&format!("{own}#1/2")).await.unwrap(), Location::Platform(own));
    let fresh = "https://cdn.example/attachments/1/2/a.png?ex=ffffffff&is=1&hm=1";
    assert_eq!(channel.locate(&format!("{fresh}#1/2")).await.unwrap(), Location::Outside(fresh.into()));
    let message = ann.sends(ann.direct(), json!({"attachments": [{"id": "2", "filename": "a.png", "url": fresh}]}));
    let old = format!("https://cdn.example/attachments/1/2/a.png?ex=5f000000&is=1&hm=1#{}/{message}", ann.direct());
    assert_eq!(channel.locate(&old).await.unwrap(), Location::Outside(fresh.into()));
    let gone = old.replace("a.png", "b.png");
    assert!(matches!(channel.locate(&gone).await, Err(SendError::Refused { .. })));
}
