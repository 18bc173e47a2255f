//! `kill -9` under load, again and again: nothing that was acknowledged is lost, nothing is handled twice, and order is kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Database, Fault, House, PATIENCE, Setup, Shop, on_both_databases, program::environment, until};

on_both_databases!(whatever_was_acknowledged_survives, what_was_being_sent_at_the_kill_repeats_under_the_same_id);

/// Customers who write at once.
const CUSTOMERS: usize = 16;
/// How long the program may take from its start until it is ready.
const READY: Duration = Duration::from_secs(2);
/// How long the work that was left may take.
const DRAIN: Duration = Duration::from_secs(120);

/// Articles on matters that nobody can mix up.
const MATTERS: [&str; 14] = [
    "umbrellas",
    "kettles",
    "mattresses",
    "bicycles",
    "telescopes",
    "violins",
    "carpets",
    "aquariums",
    "hammocks",
    "typewriters",
    "chandeliers",
    "trampolines",
    "binoculars",
    "saxophones",
];

fn rounds() -> usize {
    environment("BELLHOP_CRASH_ROUNDS").map_or(5, |rounds| rounds.parse().expect("BELLHOP_CRASH_ROUNDS is a number"))
}

/// What the senders know: each event that was answered 202, and each that was not answered at all.
#[derive(Default)]
struct Ledger {
    acknowledged: Vec<Value>,
    unanswered: Vec<Value>,
    /// Ids of messages that were sent more than once.
    again: BTreeSet<String>,
}

async fn installed(database: Database) -> House {
    let folder = tempfile::tempdir().expect("a folder");
    for matter in MATTERS {
        let text = format!(
            "---\ntitle: Do you sell {matter}?\nanswer: Yes, we sell {matter} in four colours.\nphrasings: [\"{matter}\", \"price of {matter}\"]\n---\nAll about {matter}.\n"
        );
        std::fs::write(folder.path().join(format!("{matter}.md")), text).expect("an article");
    }
    Setup::on(database).with_articles_of(folder.path().to_str().expect("a path")).open().await
}

/// Event `number` of customer `who`: the matters go round, so that nobody says the same twice in a row.
fn event(who: usize, number: usize) -> Value {
    let matter = MATTERS[(who + number) % MATTERS.len()];
    json!({
        "type": "message", "id": format!("evt-{who}-{number}"), "conversation": format!("thread-{who}"),
        "sender": { "id": format!("u-{who}"), "name": format!("Customer {who}"), "locale": "en" },
        "message": { "id": format!("m-{who}-{number}"), "text": format!("Do you sell {matter}?") },
    })
}

/// Posts events of one customer until told to stop, a few a second as people do; remembers what became of each.
async fn writes(shop: Shop, who: usize, from: usize, stop: Arc<AtomicBool>, ledger: Arc<Mutex<Ledger>>) -> usize {
    let mut number = from;
    let mut pace = tokio::time::interval(Duration::from_millis(40));
    while !stop.load(Ordering::Relaxed) {
        pace.tick().await;
        let event = event(who, number);
        number += 1;
        let answer = shop.offers(&event).await;
        let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
        match answer {
            Ok(answer) if answer.status == 202 => ledger.acknowledged.push(event),
            Ok(answer) if answer.status >= 500 || answer.status == 429 => ledger.unanswered.push(event),
            Ok(answer) => panic!("{event} was answered {answer:?}"),
            Err(_) => ledger.unanswered.push(event),
        }
    }
    number
}

async fn whatever_was_acknowledged_survives(database: Database) {
    let mut house = installed(database).await;
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let mut next = [0; CUSTOMERS];
    let mut slowest = Duration::ZERO;
    for round in 0..rounds() {
        let stop = Arc::new(AtomicBool::new(false));
        let mut writers = JoinSet::new();
        for (who, from) in next.into_iter().enumerate() {
            let writer = writes(house.shop.clone(), who, from, Arc::clone(&stop), Arc::clone(&ledger));
            writers.spawn(async move { (who, writer.await) });
        }
        // The kill comes in the middle of the work: some is answered, some is not.
        let heard = house.receiver.deliveries().len();
        let wanted = heard + 20 + 37 * (round % 5);
        until("answers before the kill", || async { (house.receiver.deliveries().len() >= wanted).then_some(()) }).await;
        house.program.kill().await;
        stop.store(true, Ordering::Relaxed);
        while let Some(ended) = writers.join_next().await {
            let (who, number) = ended.expect("a writer");
            next[who] = number;
        }
        let took = house.program.start().await;
        assert!(took < READY, "round {round}: ready after {took:?}");
        slowest = slowest.max(took);
        // Whoever got no answer sends again, as platforms do.
        let again = std::mem::take(&mut ledger.lock().unwrap_or_else(PoisonError::into_inner).unanswered);
        for event in again {
            house.shop.insists(&event, PATIENCE).await;
            let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
            ledger.again.insert(message_of(&event));
            ledger.acknowledged.push(event);
        }
    }
    house.program.drained(DRAIN).await;
    let ledger = std::mem::take(&mut *ledger.lock().unwrap_or_else(PoisonError::into_inner));
    assert_stored_and_decided_once(&house, &ledger).await;
    assert_answered_once_and_in_order(&house, &ledger);
    println!("{database:?}: {} messages through {} kills, ready again after at most {slowest:?}", ledger.acknowledged.len(), rounds());
    let dead = house.program.place.count(&house.program.data(), "SELECT count(*) FROM inbox WHERE state = 2").await;
    let failed = house.program.place.count(&house.program.data(), "SELECT count(*) FROM outbox").await;
    assert_eq!((dead, failed), (0, 0), "nothing is stuck");
    house.closes().await;
}

/// The shop's id of the message in an event.
fn message_of(event: &Value) -> String {
    event["message"]["id"].as_str().expect("an id").to_owned()
}

/// (a) What was acknowledged is stored, once each, and (b) exactly one decision was made on each.
async fn assert_stored_and_decided_once(house: &House, ledger: &Ledger) {
    for who in 0..CUSTOMERS {
        let thread = format!("thread-{who}");
        let sent = ledger.acknowledged.iter().filter(|event| event["conversation"] == thread.as_str()).count();
        let conversations = house.agent.conversations_of(&thread).await;
        assert_eq!(conversations.len(), usize::from(sent > 0), "{thread}");
        let Some(conversation) = conversations.first() else { continue };
        let messages = house.agent.messages(conversation).await;
        let stored = messages.iter().filter(|message| message["direction"] == "in").count();
        assert_eq!(stored, sent, "{thread}: stored against acknowledged");
        let answers = messages.iter().filter(|message| message["direction"] == "out");
        let ids: Vec<&str> = answers.filter_map(|message| message["reply_to"].as_str()).collect();
        let once: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!((ids.len(), once.len()), (sent, sent), "{thread}: one decision for each message");
        for message in messages.iter().filter(|message| message["direction"] == "out") {
            assert_eq!(message["delivery"], "delivered", "{message}");
        }
    }
}

/// (b) Each message got exactly one reply, (c) in the order in which its customer wrote, and (d) what came again had the same id.
fn assert_answered_once_and_in_order(house: &House, ledger: &Ledger) {
    let mut replies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut repeats = 0;
    for delivery in house.receiver.deliveries() {
        let asked = delivery.reply_to().unwrap_or_else(|| panic!("not a reply: {:?}", delivery.body)).to_owned();
        replies.entry(delivery.thread().to_owned()).or_default().push(asked);
        repeats += delivery.repeats;
    }
    let answered: Vec<&String> = replies.values().flatten().collect();
    let once: BTreeSet<&String> = answered.iter().copied().collect();
    assert_eq!(answered.len(), once.len(), "somebody got two answers to one message");
    let acknowledged: BTreeSet<String> = ledger.acknowledged.iter().map(message_of).collect();
    assert_eq!(once, acknowledged.iter().collect(), "answered against acknowledged");
    // At most what was on the wire at a kill may come again: one send for each conversation.
    assert!(repeats <= CUSTOMERS * rounds(), "{repeats} repeats");
    for (thread, asked) in &replies {
        // What was sent again after a kill may stand behind what was taken before it.
        let first_time = asked.iter().filter(|message| !ledger.again.contains(*message));
        let numbers: Vec<usize> = first_time.filter_map(|message| message.rsplit('-').next()?.parse().ok()).collect();
        assert!(numbers.is_sorted(), "{thread}: {numbers:?}");
    }
}

async fn what_was_being_sent_at_the_kill_repeats_under_the_same_id(database: Database) {
    let mut house = installed(database).await;
    for round in 0..rounds() {
        let who = 100 + round;
        let thread = format!("thread-{who}");
        house.receiver.meets(Some(&thread), 1, Fault::Hang);
        for number in 0..3 {
            house.shop.posts(&event(who, number)).await;
        }
        // On the wire, and not answered.
        house.receiver.called(&thread, 1).await;
        until("decisions on all three", || async {
            let sql = format!("SELECT count(*) FROM outbox WHERE thread = '{thread}'");
            (house.program.place.count(&house.program.data(), &sql).await == 3).then_some(())
        })
        .await;
        house.program.kill().await;
        house.program.start().await;
        for number in 0..3 {
            let asked = format!("m-{who}-{number}");
            assert_eq!(house.receiver.next_message(&thread).await.reply_to(), Some(asked.as_str()));
        }
        let calls = house.receiver.calls_of(&thread);
        assert_eq!(calls.len(), 4, "{calls:?}");
        assert_eq!(calls[0].id, calls[1].id, "the send that was cut off comes again as the same");
    }
    house.program.drained(DRAIN).await;
    house.closes().await;
}
