//! The connection: whatever breaks it, nothing is lost, doubled or out of order.

use std::time::Duration;

use bellhop_channel::{CustomerChannel, SendError, Side};
use bellhop_channel_discord::UNREADABLE;
use bellhop_discord_fake::{DiscordFake, Fault, Person, Settings};
use serde_json::json;

use crate::bot::{self, Running};

/// A fake with somebody who has written before, and a bot that has heard it.
async fn acquainted() -> (DiscordFake, Person, Running) {
    let fake = DiscordFake::start().await;
    let ann = fake.person("Ann", "en-US");
    let running = Running::start(&fake);
    running.inbox.until_up().await;
    ann.says("hello");
    running.inbox.until_kept(1).await;
    (fake, ann, running)
}

/// What was kept must be just this, in this order.
async fn told(fake: &DiscordFake, running: &Running, expected: &[&str]) {
    running.inbox.until_kept(expected.len()).await;
    assert_eq!(running.inbox.read(&*bot::customers(fake)), expected);
}

#[tokio::test]
async fn what_is_said_is_kept_once_and_in_order_with_how_far_that_is() {
    let (fake, ann, running) = acquainted().await;
    running.inbox.refuse(3);
    ann.says("one");
    ann.says("two");
    told(&fake, &running, &["hello", "one", "two"]).await;
    let kept = running.inbox.kept();
    assert!(kept.iter().all(|envelope| envelope.side == Side::Customer && envelope.thread == ann.direct().to_string()));
    let (session, threads) = running.inbox.marks();
    let session = session.unwrap();
    assert_eq!((session["id"].as_str(), session["behind"].as_bool(), threads), (Some("session-1"), Some(false), 1));
    assert_eq!(session["number"], 5, "READY, the server, and three messages");
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_connection_that_breaks_is_taken_up_where_it_broke() {
    let (fake, ann, running) = acquainted().await;
    for (number, part) in ["first", "second", "third"].into_iter().enumerate() {
        match number {
            0 => fake.drop_connections(),
            1 => fake.ask_to_reconnect(),
            _ => fake.close(4_000),
        }
        ann.says(part);
        running.inbox.until_kept(number + 2).await;
        fake.until("resumption", |fake| (fake.resumed() > number).then_some(())).await;
    }
    fake.shake_sessions();
    fake.until("resumption", |fake| (fake.resumed() > 3).then_some(())).await;
    ann.says("fourth");
    told(&fake, &running, &["hello", "first", "second", "third", "fourth"]).await;
    assert_eq!(fake.begun(), 1, "no session was given up");
    running.inbox.until_up().await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_gateway_that_is_away_for_a_while_is_said_and_found_again() {
    let (fake, ann, running) = acquainted().await;
    fake.shut_gateway(true);
    running.inbox.until_troubled("no connection to Discord's gateway").await;
    ann.says("is anybody there?");
    fake.shut_gateway(false);
    told(&fake, &running, &["hello", "is anybody there?"]).await;
    running.inbox.until_up().await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_connection_that_answers_no_heartbeat_is_dead() {
    let fake = DiscordFake::with(Settings { heartbeat: Duration::from_millis(150), ..Settings::default() }).await;
    let ann = fake.person("Ann", "en-US");
    let running = Running::start(&fake);
    running.inbox.until_up().await;
    fake.until("two heartbeats", |fake| (fake.heartbeats() >= 2).then_some(())).await;
    assert_eq!(fake.resumed(), 0);
    fake.forget_heartbeats(true);
    running.inbox.until_troubled("has not answered a heartbeat").await;
    fake.forget_heartbeats(false);
    ann.says("hello");
    told(&fake, &running, &["hello"]).await;
    assert_eq!(fake.begun(), 1);
    running.stop().await.unwrap();
}

#[tokio::test]
async fn what_was_said_before_a_new_session_is_asked_for() {
    let (fake, ann, running) = acquainted().await;
    fake.end_sessions();
    ann.says("in the gap");
    ann.says("still in it");
    fake.until("new session", |fake| (fake.begun() == 2).then_some(())).await;
    told(&fake, &running, &["hello", "in the gap", "still in it"]).await;
    ann.says("after it");
    told(&fake, &running, &["hello", "in the gap", "still in it", "after it"]).await;
    running.inbox.until("end of the catching up", |inbox| inbox.marks().0.is_some_and(|session| session["behind"] == false)).await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn after_a_crash_the_session_goes_on_and_nothing_comes_twice() {
    let (fake, ann, running) = acquainted().await;
    let inbox = running.crash().await;
    ann.says("while nobody listened");
    // What was sent on the way out is told first of all, and is not a customer's.
    bot::customers(&fake).send(&bot::message(ann.direct(), "what we said ourselves")).await.unwrap();
    let running = Running::with(&fake, inbox);
    told(&fake, &running, &["hello", "while nobody listened"]).await;
    assert_eq!((fake.begun(), fake.resumed()), (1, 1));
    // What was heard and not stored is told again.
    running.inbox.refuse(usize::MAX);
    ann.says("heard, not stored");
    ann.reacts(ann.direct(), ann.says("nor this"), "👍", false);
    fake.until("hearing", |_| Some(())).await;
    let inbox = running.crash().await;
    let running = Running::with(&fake, inbox);
    let reaction = running.inbox.until_kept(5).await.pop().unwrap();
    assert!(reaction.key.starts_with("n-session-1-"), "{}", reaction.key);
    assert_eq!(running.inbox.read(&*bot::customers(&fake))[2..4], ["heard, not stored", "nor this"]);
    running.stop().await.unwrap();
}

const ASK: &str = "GET /channels/{channel_id}/messages";

/// What somebody wrote, in the order in which it was kept; nothing that was kept was offered a second time.
fn written(running: &Running, channel: &dyn CustomerChannel, thread: u64) -> Vec<String> {
    let (kept, thread) = (running.inbox.kept(), thread.to_string());
    let texts =
        kept.iter().filter(|envelope| envelope.thread == thread).filter_map(|envelope| match channel.normalise(&envelope.body).unwrap().kind {
            bellhop_channel::EventKind::Message(message) => Some(message.text),
            _ => None,
        });
    texts.collect()
}

#[tokio::test]
async fn ten_thousand_messages_after_a_gap_come_in_order_while_live_ones_go_on() {
    const GAP: usize = 10_000;
    const LIVE: usize = 1_000;
    let (fake, ann, running) = acquainted().await;
    let ben = fake.person("Ben", "en-US");
    ben.says("hi");
    running.inbox.until_kept(2).await;
    let inbox = running.crash().await;
    fake.forget_sessions();
    let gap: Vec<String> = (1..=GAP).map(|number| format!("missed {number}")).collect();
    for text in &gap {
        ann.says(text);
    }
    let running = Running::with(&fake, inbox);
    fake.until("new session", |fake| (fake.begun() == 2).then_some(())).await;
    fake.until("question", |fake| (!fake.calls(ASK).is_empty()).then_some(())).await;
    // She and somebody else go on while she is asked for; he waits for nobody.
    let live: Vec<String> = (1..=LIVE).map(|number| format!("now {number}")).collect();
    let mut last = 0;
    for (number, text) in live.iter().enumerate() {
        last = ann.says(text);
        if number % 10 == 0 {
            ben.says(&format!("his {number}"));
        }
        if number % 50 == 0 {
            let asked = fake.calls(ASK).len();
            fake.until("another page, or the end", |fake| (fake.calls(ASK).len() > asked || asked > GAP / 100).then_some(())).await;
        }
    }
    ann.reacts(ann.direct(), last, "👍", false);
    let kept = running.inbox.until_kept(2 + GAP + LIVE + LIVE / 10 + 1).await;
    let channel = bot::customers(&fake);
    let expected: Vec<String> = std::iter::once("hello".to_owned()).chain(gap).chain(live).collect();
    assert!(written(&running, &*channel, ann.direct()) == expected, "her messages are in her order");
    assert_eq!(written(&running, &*channel, ben.direct()).len(), 1 + LIVE / 10);
    let place = |part: &str| kept.iter().position(|envelope| envelope.body.contains(part)).unwrap();
    assert!(place("his 0") < place("\"missed 10000\""), "whoever was not missed waits for nobody");
    assert!(kept.last().is_some_and(|envelope| envelope.key.starts_with("n-")), "the reaction comes after its message");
    // A page for each hundred of hers, a last one, and one for him: what was told is not asked for.
    let asked = fake.calls(ASK);
    assert!(asked.len() <= GAP / 100 + 3, "{} pages", asked.len());
    assert!(asked.iter().all(|call| call.query["limit"] == "100"));
    assert_eq!(running.inbox.repeats(), 0, "nothing is offered twice");
    running.inbox.until("end of the catching up", |inbox| inbox.marks().0.is_some_and(|session| session["behind"] == false)).await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_flood_during_the_catching_up_waits_with_discord_and_not_in_memory() {
    // More than waits here for its turn, and more than the queue before it.
    const FLOOD: usize = 9_500;
    let (fake, ann, running) = acquainted().await;
    let inbox = running.crash().await;
    fake.forget_sessions();
    ann.says("missed");
    fake.fails_always(ASK, Some(Fault::Hang));
    let running = Running::of(&bot::section(&fake, json!({"timeout": "2s"})), inbox);
    fake.until("question", |fake| (!fake.calls(ASK).is_empty()).then_some(())).await;
    let flood: Vec<String> = (1..=FLOOD).map(|number| format!("now {number}")).collect();
    for text in &flood {
        ann.says(text);
    }
    // The question is given up, and asked again.
    fake.until("another question", |fake| (fake.calls(ASK).len() > 1).then_some(())).await;
    assert_eq!(running.inbox.kept().len(), 1, "nothing overtakes what was missed");
    fake.fails_always(ASK, None);
    running.inbox.until_kept(2 + FLOOD).await;
    let expected: Vec<String> = ["hello", "missed"].into_iter().map(str::to_owned).chain(flood).collect();
    assert!(written(&running, &*bot::customers(&fake), ann.direct()) == expected);
    assert_eq!((running.inbox.repeats(), fake.resumed()), (0, 0), "the connection held");
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_crash_in_the_middle_of_catching_up_begins_it_again() {
    let (fake, ann, running) = acquainted().await;
    let inbox = running.crash().await;
    fake.forget_sessions();
    for number in 1..=120 {
        ann.says(&format!("missed {number}"));
    }
    let running = Running::with(&fake, inbox);
    running.inbox.until_kept(101).await;
    fake.fails_always("GET /channels/{channel_id}/messages", Some(Fault::Hang));
    let inbox = running.crash().await;
    fake.fails_always("GET /channels/{channel_id}/messages", None);
    let running = Running::with(&fake, inbox);
    running.inbox.until_kept(121).await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn limits_of_asking_are_waited_for_exactly() {
    let (fake, ann, running) = acquainted().await;
    fake.fails("GET /channels/{channel_id}/messages", 1, Fault::RetryAfter { seconds: 0.3, global: false });
    fake.end_sessions();
    ann.says("in the gap");
    told(&fake, &running, &["hello", "in the gap"]).await;
    let asked = fake.calls("GET /channels/{channel_id}/messages");
    let pause = asked[1].at - asked[0].at;
    assert!(pause >= Duration::from_millis(300) && pause < Duration::from_millis(1_500), "{pause:?}");
    running.stop().await.unwrap();
}

#[tokio::test]
async fn who_is_not_let_in_is_told_what_to_do() {
    for (code, expected) in [(4_004, "token"), (4_014, "Message Content Intent"), (4_013, "update Bellhop"), (4_011, "more servers")] {
        let (fake, _, running) = acquainted().await;
        fake.close(code);
        let error = running.ended().await.unwrap_err();
        assert!(matches!(&error, SendError::ChannelStopped { reason } if reason.contains(expected)), "{code}: {error}");
    }
    let fake = DiscordFake::start().await;
    fake.withhold_content(true);
    let error = Running::start(&fake).ended().await.unwrap_err();
    assert!(error.to_string().contains("switch on Message Content Intent"), "{error}");
    fake.revoke_token(true);
    let error = Running::start(&fake).ended().await.unwrap_err();
    assert!(matches!(error, SendError::ChannelStopped { .. }), "{error}");
}

#[tokio::test]
async fn an_interface_of_our_own_never_leads_to_discords_gateway() {
    let fake = DiscordFake::with(Settings { gateway_said: Some("wss://gateway.discord.gg".into()), ..Settings::default() }).await;
    let ann = fake.person("Ann", "en-US");
    let running = Running::start(&fake);
    running.inbox.until_troubled("set gateway_url").await;
    running.stop().await.unwrap();
    // With an address of our own, nothing that is said counts: neither at the start nor for going on.
    let running = Running::of(&bot::section(&fake, json!({"gateway_url": fake.gateway_url()})), std::sync::Arc::default());
    running.inbox.until_up().await;
    fake.drop_connections();
    fake.until("resumption", |fake| (fake.resumed() == 1).then_some(())).await;
    ann.says("hello");
    told(&fake, &running, &["hello"]).await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_nobodys_business_is_not_kept() {
    let (fake, ann, running) = acquainted().await;
    let settings = fake.settings();
    ann.says_in(settings.help, "has anybody seen my keys?");
    fake.tell("MESSAGE_CREATE", json!({"id": "5", "channel_id": "77", "guild_id": "78", "author": {"id": "9"}, "content": "another server"}));
    fake.tell("TYPING_START", json!({"channel_id": ann.direct().to_string(), "user_id": ann.id().to_string()}));
    let channel = bot::customers(&fake);
    channel.send(&bot::message(ann.direct(), "what we say ourselves")).await.unwrap();
    ann.says("done");
    told(&fake, &running, &["hello", "done"]).await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_read_holds_nothing_up() {
    let (fake, ann, running) = acquainted().await;
    fake.tell("MESSAGE_CREATE", json!({"content": "who am I?"}));
    fake.tell("MESSAGE_CREATE", json!(null));
    fake.tell_raw(
        r#"{"op":0,"s":(number),"t":"MESSAGE_CREATE","d":{"id":"77","channel_id":"7","author":{"id":"9"},"content":"half a \ud800 pair"}}"#,
    );
    ann.says("after it");
    let kept = running.inbox.until_kept(5).await;
    assert_eq!(kept.iter().filter(|envelope| envelope.thread == UNREADABLE).count(), 2);
    let channel = bot::customers(&fake);
    let readable: Vec<_> =
        kept.iter().filter(|envelope| envelope.thread != UNREADABLE).map(|envelope| channel.normalise(&envelope.body).is_ok()).collect();
    assert_eq!(readable, [true, true, true]);
    // What is no frame at all ends the connection; the session goes on behind it.
    fake.tell_raw("{{");
    running.inbox.until_troubled("cannot be read").await;
    running.stop().await.unwrap();
}

#[tokio::test]
async fn messages_that_are_taken_back_together_are_taken_back_one_by_one() {
    let (fake, ann, running) = acquainted().await;
    let ids: Vec<String> = ["one", "two"].into_iter().map(|text| ann.says(text).to_string()).collect();
    fake.tell("MESSAGE_DELETE_BULK", json!({"ids": ids, "channel_id": ann.direct().to_string()}));
    let kept = running.inbox.until_kept(5).await;
    assert_eq!(kept[3..].iter().map(|envelope| envelope.key.clone()).collect::<Vec<_>>(), ids.iter().map(|id| format!("d-{id}")).collect::<Vec<_>>());
    running.stop().await.unwrap();
}
