//! Several processes on one database: one serves, commands run beside it, and another machine may take over at any time.

use std::{
    collections::BTreeSet,
    fs,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{Database, House, PATIENCE, Setup, agent::id, clock::Clock, on_both_databases, until};

on_both_databases!(
    a_second_node_is_refused_whatever_its_clock_says,
    nodes_whose_clocks_are_five_minutes_apart_fire_each_timer_once,
    what_is_done_in_one_place_is_seen_everywhere_within_a_second,
);

/// How far the other machine's clock is ahead.
const APART: Duration = Duration::from_secs(5 * 60);

async fn a_second_node_is_refused_whatever_its_clock_says(database: Database) {
    let house = Setup::on(database).with_clock().open().await;
    for ahead in [Duration::ZERO, APART, 1_000 * APART] {
        let theirs = Clock::turned_by(house.program.folder().join("another-clock"));
        theirs.pass(ahead);
        let second = house.program.run_by(Some(&theirs), &["serve", "--listen", "127.0.0.1:0"]).await;
        assert_eq!(second.status.code(), Some(1), "{ahead:?}: {second:?}");
        let words = String::from_utf8_lossy(&second.stderr).into_owned();
        assert!(words.contains("another bellhop is using this database"), "{words}");
    }
    house.closes().await;
}

/// Reminders of a ticket that have come, in their order.
async fn came(house: &House, number: &str) -> Vec<String> {
    let timeline = house.agent.all(&format!("/tickets/{number}/timeline")).await;
    let due = timeline.iter().filter(|event| event["kind"] == "follow_up" && event["details"]["step"] == "due");
    due.map(|event| event["details"]["due_at"].to_string()).collect()
}

/// The lock is held by a connection, or by an open file, and no clock has a part in it; what was fired is written down (F-46).
async fn nodes_whose_clocks_are_five_minutes_apart_fire_each_timer_once(database: Database) {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let mut house = Setup::on(database).set("handoff.limit", "10m").with_clock().open().await;
    let ann = {
        let ann = house.customer("ann");
        assert!(ann.asks("I want my money back for the lamp").await.text().contains("in line"));
        ann.thread.clone()
    };
    let contact = id(&house.agent.post("/contacts", json!({ "name": "Ann" })).await);
    let new = json!({ "template": "refund", "contact": contact, "fields": { "order_number": "1000" } });
    let number = house.agent.post("/tickets", new).await["number"].as_str().expect("a number").to_owned();
    let begun = house.program.clock.seconds();
    for minutes in [2, 4, 7, 12, 20] {
        let due = chrono::DateTime::from_timestamp(begun + 60 * minutes, 0).expect("a time");
        house.agent.post(&format!("/tickets/{number}/follow-ups"), json!({ "text": "check", "due_at": due })).await;
    }
    // Minutes since the beginning, by the clock of the first: it serves, the other one serves, it serves again, the other one does.
    for (passes, first, then) in [(3, 1, 3), (8, 3, 4), (16, 4, 5)] {
        let until_here = begun + 60 * passes - house.program.clock.seconds();
        house.pass(Duration::from_secs(until_here.unsigned_abs()));
        until(&format!("{first} at {passes} minutes"), || async { (came(&house, &number).await.len() >= first).then_some(()) }).await;
        house.program.drained(PATIENCE).await;
        assert_eq!(came(&house, &number).await.len(), first, "by the first at {passes} minutes");
        house.program.kill().await;
        house.pass(APART);
        house.program.start().await;
        until(&format!("{then} at {passes} and five minutes"), || async { (came(&house, &number).await.len() >= then).then_some(()) }).await;
        house.program.drained(PATIENCE).await;
        assert_eq!(came(&house, &number).await.len(), then, "by the other at {passes} minutes");
        house.program.kill().await;
        house.program.clock.goes_back(APART);
        house.program.start().await;
        assert_eq!(house.customer(&format!("bob-{passes}")).asks("my cat ate the remote control").await.author(), "bot");
        house.program.drained(PATIENCE).await;
        assert_eq!(came(&house, &number).await.len(), then, "again by the first at {passes} minutes");
    }
    house.pass(minutes(60));
    assert_eq!(house.customer("eve").asks("my cat ate the remote control").await.author(), "bot");
    house.program.drained(PATIENCE).await;
    let came = came(&house, &number).await;
    assert_eq!((came.iter().collect::<BTreeSet<_>>().len(), came.len()), (5, 5), "{came:?}");
    let asked = house.receiver.messages_of(&ann).iter().filter(|delivery| delivery.text().contains("order number")).count();
    assert_eq!(asked, 1, "the customer's question came once");
    house.closes().await;
}

/// A customer at the webhook, an agent at the API, and a publisher with a command of its own: what one does the others have within a second (F-53).
async fn what_is_done_in_one_place_is_seen_everywhere_within_a_second(database: Database) {
    const ROUNDS: usize = 20;
    let house = House::without_articles(database).await;
    let folder = house.program.folder().join("articles");
    fs::create_dir(&folder).expect("a folder");
    let mut slowest = Vec::new();
    let mut measured = |what: &'static str, begun: Instant| slowest.push((begun.elapsed(), what));
    for round in 0..ROUNDS {
        let ann = house.customer(&format!("ann-{round}"));
        let begun = Instant::now();
        ann.says("/human").await;
        let waiting = house.agent.finds_with_status(&ann.thread, "queued").await;
        measured("the agent sees the customer", begun);
        ann.hears().await;

        let begun = Instant::now();
        house.agent.replies(&waiting, "I am looking into it").await;
        assert_eq!(ann.hears().await.text(), "I am looking into it");
        measured("the customer hears the agent", begun);

        let answer = format!("Press the green button for {round} seconds.");
        let text = format!("---\ntitle: How do I reset the filter?\nanswer: {answer}\nphrasings: [\"the filter is blocked\"]\n---\nSteps.\n");
        fs::write(folder.join("filter.md"), text).expect("an article");
        house.program.prints(&["kb", "sync", folder.to_str().expect("a path")]).await;
        let begun = Instant::now();
        let bob = house.customer(&format!("bob-{round}"));
        assert!(bob.asks("How do I reset the filter?").await.text().contains(&answer), "round {round}");
        measured("the customer has what was published", begun);
    }
    slowest.sort();
    // All but one of a hundred; of sixty, all but the slowest.
    let (time, what) = slowest[slowest.len() - 2];
    assert!(time <= Duration::from_secs(1), "{what} after {time:?}");
    house.closes().await;
}
