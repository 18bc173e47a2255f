//! A busy group stays within what the platform takes.

use std::time::Duration;

use bellhop_channel::staff::StaffCapabilities;
use chrono::TimeDelta;

use crate::base::{Base, able, busiest_minute, until, wait};

/// Conversations that wait at once.
const TOPICS: usize = 500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_topics_stay_within_the_limit_and_answers_come_first() {
    let base = Base::with(StaffCapabilities { calls_per_minute: Some(20), ..able() }).await;
    for number in 0..TOPICS {
        base.says(&format!("t{number}"), "I want to talk to a person").await;
    }
    wait("everybody to wait", || async { (base.engine.reader().queue(None).await.unwrap().len() == TOPICS).then_some(()) }).await;
    let opened = || base.chat.desk.topics();
    let mut minutes = 0;
    while opened() < 20 {
        base.clock.turn(TimeDelta::seconds(15));
        tokio::time::sleep(Duration::from_millis(250)).await;
        minutes += 1;
        assert!(minutes < 400, "topics are opened: {}", opened());
    }
    // Twenty events a second while hundreds of topics are still to be opened: the reply goes out and the command is answered.
    for number in 0..100 {
        base.says(&format!("t{number}"), "still waiting").await;
        if number % 20 == 19 {
            base.clock.turn(TimeDelta::seconds(1));
        }
    }
    let before = base.chat.calls().len();
    base.writes("mei", 0, "I am coming").await;
    until("the reply", || (0..TOPICS).any(|number| base.shop.texts(&format!("t{number}")).iter().any(|text| text == "I am coming"))).await;
    base.writes("mei", 0, "/help").await;
    let answered = || base.chat.calls().iter().skip(before).position(|call| call.text.contains("/take") && call.reply_to.is_some());
    let mut steps = 0;
    while answered().is_none() {
        base.clock.turn(TimeDelta::seconds(1));
        tokio::time::sleep(Duration::from_millis(120)).await;
        steps += 1;
        assert!(steps < 60, "the answer came within a minute");
    }
    assert!(answered().unwrap() < 6, "before what can wait: {:?}", answered());
    for _ in 0..20 {
        base.clock.turn(TimeDelta::seconds(15));
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    let calls = base.chat.calls();
    assert!(busiest_minute(&calls) <= 20, "{}", busiest_minute(&calls));
}
