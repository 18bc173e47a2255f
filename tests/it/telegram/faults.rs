//! Telegram fails in every way: what waits is sent in its order, nobody else waits for it, and what can never arrive is told to the agent.

use std::time::Duration;

use bellhop_telegram_fake::{Call, Fault, Person, TelegramFake};
use serde_json::Value;

use super::{linked, topic_of};
use crate::support::{Database, House, PATIENCE, Setup, agent::id, on_both_databases, until};

on_both_databases!(
    whatever_fails_is_tried_again_in_order_and_holds_up_nobody_else,
    an_answer_of_telegram_that_is_lost_shows_a_message_twice_at_most,
    who_can_never_be_reached_is_not_tried_again_and_the_agent_is_told,
);

const TEXTS: [&str; 3] = ["first", "second", "third"];

/// A program whose calls to Telegram are given up after a second, without a staff group and without a pause between messages to one person.
async fn impatient(database: Database) -> House {
    let setup = Setup::on(database).set("channels.helpdesk.timeout", "1s").set("channels.helpdesk.per_thread", "0s");
    setup.with_telegram("poll").without_staff_chat().open().await
}

/// Somebody new who waits for a person, and their conversation.
async fn waiting(house: &House, name: &str) -> (Person, Value) {
    let person = house.telegram().person(name, "en");
    person.says("my cat ate the remote control");
    person.until_hears("person will take over").await;
    let conversation = house.agent.finds_with_status(&person.id().to_string(), "queued").await;
    (person, conversation)
}

/// The calls that were to write one of these texts to somebody, in order.
fn calls_to(telegram: &TelegramFake, person: &Person, texts: &[&str]) -> Vec<Call> {
    let mut calls = telegram.calls("sendMessage");
    calls.retain(|call| call.args["chat_id"] == person.id() && texts.iter().any(|text| call.args["text"] == *text));
    calls
}

/// What somebody heard of these texts, in order.
fn heard(person: &Person, texts: &[&str]) -> Vec<String> {
    person.hears().into_iter().map(|heard| heard.text).filter(|heard| texts.contains(&heard.as_str())).collect()
}

/// F-20.
async fn whatever_fails_is_tried_again_in_order_and_holds_up_nobody_else(database: Database) {
    let house = impatient(database).await;
    let telegram = house.telegram();
    // The fault, and the least pauses before the second and the third try.
    let faults = [
        ("Error", Fault::Status(500), [500, 1_000]),
        ("Unavailable", Fault::Status(503), [500, 1_000]),
        ("Timeout", Fault::Hang, [1_500, 2_000]),
        ("Reset", Fault::Reset, [500, 1_000]),
        ("Limited", Fault::RetryAfter(3), [3_000, 3_000]),
    ];
    let mut people = Vec::new();
    for (name, ..) in &faults {
        people.push(waiting(&house, name).await);
    }
    for ((_, fault, _), (person, conversation)) in faults.iter().zip(&people) {
        telegram.fails_in(person.id(), "sendMessage", 2, fault.clone());
        for text in TEXTS {
            house.agent.replies(conversation, text).await;
        }
    }
    // Somebody else is served while they wait.
    waiting(&house, "Bystander").await;
    let (limited, _) = people.last().expect("somebody");
    assert!(heard(limited, &TEXTS).is_empty(), "the bystander did not wait for the one whose chat is limited");
    for ((name, _, pauses), (person, conversation)) in faults.iter().zip(&people) {
        person.until_hears("third").await;
        assert_eq!(heard(person, &TEXTS), TEXTS, "{name}");
        let calls = calls_to(telegram, person, &TEXTS);
        let texts: Vec<&Value> = calls.iter().map(|call| &call.args["text"]).collect();
        assert_eq!(texts, ["first", "first", "first", "second", "third"], "{name}");
        for (which, pause) in pauses.iter().enumerate() {
            let kept = calls[which + 1].at - calls[which].at;
            assert!(kept >= Duration::from_millis(pause - 20), "{name}: came back after {kept:?}");
        }
        until("delivery of all", || async {
            let messages = house.agent.messages(conversation).await;
            let sent = messages.iter().filter(|message| message["delivery"] == "sent" && message["author"]["kind"] != "bot").count();
            (sent == TEXTS.len()).then_some(())
        })
        .await;
    }
    house.closes().await;
}

/// F-21: Telegram takes no key with a message.
async fn an_answer_of_telegram_that_is_lost_shows_a_message_twice_at_most(database: Database) {
    let house = impatient(database).await;
    let telegram = house.telegram();
    let faults = [("Timeout", Fault::HangAfterEffect), ("Reset", Fault::ResetAfterEffect), ("Half", Fault::Malformed)];
    for (name, fault) in faults {
        let (person, conversation) = waiting(&house, name).await;
        telegram.fails_in(person.id(), "sendMessage", 1, fault);
        for text in TEXTS {
            house.agent.replies(&conversation, text).await;
        }
        person.until_hears("third").await;
        house.program.drained(PATIENCE).await;
        assert_eq!(heard(&person, &TEXTS), ["first", "first", "second", "third"], "{name}: one repeat of what nobody answered for, none of the rest");
        let messages = house.agent.messages(&conversation).await;
        let deliveries: Vec<&Value> =
            messages.iter().filter(|message| message["author"]["kind"] != "bot").map(|message| &message["delivery"]).collect();
        assert_eq!(deliveries.iter().filter(|delivery| **delivery == "sent").count(), TEXTS.len(), "{name}: {messages:?}");
    }
    house.closes().await;
}

/// F-22.
async fn who_can_never_be_reached_is_not_tried_again_and_the_agent_is_told(database: Database) {
    let house = Setup::on(database).set("handoff.limit", "300h").with_clock().with_telegram("poll").open().await;
    let telegram = house.telegram();
    let bo = linked(&house, "Bo", "agent").await;
    for (name, fault, words) in [
        ("Blocked", None, "the customer has blocked the bot"),
        ("Unknown", Some(Fault::bad_request("chat not found")), "does not know the customer's chat"),
        ("Deleted", Some(Fault::Refused(403, "Forbidden: user is deactivated".into())), "the customer's Telegram account is gone"),
    ] {
        let (person, conversation) = waiting(&house, name).await;
        let topic = topic_of(telegram, name).await.id;
        match &fault {
            None => person.blocks_bot(),
            Some(fault) => telegram.fails_always_in(person.id(), "sendMessage", Some(fault.clone())),
        }
        let post = bo.writes_in(topic, "Good morning");
        // A minute of Telegram's passes, so that the group takes more posts.
        house.pass(Duration::from_secs(60));
        let told = telegram
            .until("what became of it, below what was written", |telegram| {
                telegram.topic(topic)?.posts.into_iter().find(|seen| seen.from_bot && seen.reply_to == Some(post))
            })
            .await;
        assert!(told.text.contains("Not delivered") && told.text.contains(words), "{told}");
        let messages = house.agent.messages(&conversation).await;
        let failed = messages.iter().find(|message| message["text"] == "Good morning").expect("what Bo wrote");
        assert_eq!(failed["delivery"], "failed", "{failed}");
        assert_eq!(calls_to(telegram, &person, &["Good morning"]).len(), 1, "{name}: tried once");

        // The next message is tried by itself, and arrives when it can.
        person.unblocks_bot();
        telegram.fails_always_in(person.id(), "sendMessage", None);
        bo.writes_in(topic, "Are you there?");
        person.until_hears("Are you there?").await;
        assert_eq!(heard(&person, &["Good morning"]), [""; 0], "{name}: {}", id(&conversation));
    }
    house.closes().await;
}
