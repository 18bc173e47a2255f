//! "Contact us", and presses: acknowledged at once, stored whatever becomes of them.

use std::time::Duration;

use bellhop_channel::{EventKind, Side};
use bellhop_discord_fake::{Button, DiscordFake, Fault};
use serde_json::json;

use crate::bot::{self, Running};

const CALLBACK: &str = "POST /interactions/{interaction_id}/{interaction_token}/callback";

/// The message with the button, as the command of the agents posts it.
async fn invitation(fake: &DiscordFake) -> (u64, Button) {
    let help = fake.settings().help;
    let button = json!({"type": 2, "style": 1, "label": "Contact us", "custom_id": "bellhop:contact"});
    let body = json!({"content": "Questions?", "components": [{"type": 1, "components": [button]}]});
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = http.post(format!("{}/channels/{help}/messages", fake.url())).header("authorization", format!("Bot {}", fake.token())).json(&body);
    assert!(call.send().await.unwrap().status().is_success());
    let seen = fake.seen(help).pop().unwrap();
    (seen.id, seen.button("Contact us").clone())
}

#[tokio::test]
async fn a_press_opens_a_thread_of_ones_own_and_a_second_one_leads_there() {
    let fake = DiscordFake::start().await;
    let (ann, ben) = (fake.person("Ann", "de"), fake.person("Ben", "en-US"));
    let running = Running::start(&fake);
    running.inbox.until_up().await;
    let (help, (message, button)) = (fake.settings().help, invitation(&fake).await);
    let press = ann.presses(help, message, &button);
    let kept = running.inbox.until_kept(1).await.remove(0);
    let thread = ann.threads()[0];
    assert_eq!((kept.side, kept.thread.as_str(), kept.sender), (Side::Customer, thread.to_string().as_str(), Some(ann.id().to_string())));
    let event = bot::customers(&fake).normalise(&kept.body).unwrap();
    assert!(matches!(&event.kind, EventKind::Message(message) if message.text == "/start"), "a conversation begins");
    assert_eq!((event.sender.name.as_deref(), event.sender.locale.as_deref()), (Some("Ann"), Some("de")));
    assert!(!kept.body.contains("interaction-token"), "what is worth something to others is not stored");
    let (first, whispered) = fake.answer(press);
    assert_eq!((first.unwrap()["data"]["flags"].as_u64(), whispered), (Some(64), vec![format!("Ihr Gespräch ist hier: <#{thread}>")]));
    // In the thread they are a customer like in direct messages.
    ann.says_in(thread, "my box is broken");
    running.inbox.until_kept(2).await;
    // Also after a crash, the thread is known as theirs.
    let inbox = running.crash().await;
    fake.forget_sessions();
    ann.says_in(thread, "and empty");
    let running = Running::with(&fake, inbox);
    let kept = running.inbox.until_kept(3).await;
    assert!(kept.iter().all(|envelope| envelope.thread == thread.to_string()));
    running.inbox.until_up().await;
    let again = ann.presses(help, message, &button);
    fake.until("answer", |fake| (!fake.answer(again).1.is_empty()).then_some(())).await;
    assert_eq!(fake.answer(again).1, [format!("Ihr Gespräch ist weiterhin hier: <#{thread}>")]);
    ben.presses(help, message, &button);
    running.inbox.until_kept(4).await;
    assert_eq!((ann.threads().len(), ben.threads().len(), fake.threads(help).len()), (1, 1, 2));
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_thread_that_cannot_be_opened_is_said_and_holds_nobody_up() {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "zh-CN");
    let running = Running::start(&fake);
    running.inbox.until_up().await;
    let (help, (message, button)) = (fake.settings().help, invitation(&fake).await);
    fake.fails("POST /channels/{channel_id}/threads", 1, Fault::missing_permission());
    let press = ann.presses(help, message, &button);
    fake.until("answer", |fake| (!fake.answer(press).1.is_empty()).then_some(())).await;
    assert_eq!(fake.answer(press).1, ["我们这边出了点问题，请稍后再按一次按钮。"]);
    ann.says("hello all the same");
    running.inbox.until_kept(1).await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_press_is_acknowledged_before_it_is_stored() {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    let running = Running::start(&fake);
    running.inbox.until_up().await;
    let channel = bot::customers(&fake);
    let asked = bot::with(ann.direct(), "Did that help?", |message| message.buttons = vec![bot::button("yes", "Yes"), bot::button("no", "No")]);
    channel.send(&asked).await.unwrap();
    let seen = ann.hears().pop().unwrap();
    running.inbox.refuse(usize::MAX);
    let press = ann.presses(ann.direct(), seen.id, seen.button("Yes"));
    fake.until("acknowledgement", |fake| (!fake.calls(CALLBACK).is_empty()).then_some(())).await;
    assert_eq!(fake.answer(press).0.unwrap()["type"], 6);
    running.inbox.refuse(0);
    let kept = running.inbox.until_kept(1).await.remove(0);
    let event = channel.normalise(&kept.body).unwrap();
    assert_eq!(event.kind, EventKind::Button { button: "yes".into(), message: Some(seen.id.to_string()) });
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_line_of_a_menu_is_a_button() {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    let running = Running::start(&fake);
    running.inbox.until_up().await;
    let channel = bot::customers(&fake);
    let buttons = (1..=12).map(|number| bot::button(&format!("b-{number}"), &format!("Choice {number}"))).collect();
    channel.send(&bot::with(ann.direct(), "Which one?", |message| message.buttons = buttons)).await.unwrap();
    let seen = ann.hears().pop().unwrap();
    ann.presses(ann.direct(), seen.id, seen.button("Choice 11"));
    let kept = running.inbox.until_kept(1).await.remove(0);
    assert_eq!(channel.normalise(&kept.body).unwrap().kind, EventKind::Button { button: "b-11".into(), message: Some(seen.id.to_string()) });
    fake.until("acknowledgement", |fake| fake.calls(CALLBACK).first().and_then(|call| call.status)).await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn what_was_not_acknowledged_in_time_is_stored_all_the_same() {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    let running = Running::start(&fake);
    running.inbox.until_up().await;
    let channel = bot::customers(&fake);
    channel.send(&bot::with(ann.direct(), "Well?", |message| message.buttons = vec![bot::button("yes", "Yes")])).await.unwrap();
    let seen = ann.hears().pop().unwrap();
    fake.fails(CALLBACK, 1, Fault::Delay(Duration::from_millis(200)));
    fake.fails(CALLBACK, 1, Fault::Refused(404, 10_062, "Unknown interaction".into()));
    ann.presses(ann.direct(), seen.id, seen.button("Yes"));
    ann.presses(ann.direct(), seen.id, seen.button("Yes"));
    running.inbox.until_kept(2).await;
    fake.until("both", |fake| (fake.calls(CALLBACK).len() == 2).then_some(())).await;
    running.stop().await.unwrap();
}
