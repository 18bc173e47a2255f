//! What goes out: to receivers that fail in every way, split where it is long, and after a restart.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Customer, Database, Fault, House, PATIENCE, Setup, agent::id, on_both_databases, until};

on_both_databases!(
    whatever_fails_is_tried_again_in_order_and_holds_up_nobody_else,
    the_pause_that_a_receiver_asks_for_is_kept,
    what_is_refused_for_good_is_given_up_after_three_tries_and_shown,
    a_channel_that_is_gone_stops_and_keeps_its_queue,
    long_texts_are_split_and_empty_ones_refused,
    what_waits_at_the_stop_is_sent_after_the_start,
);

/// Somebody whom a person has answered, so that an agent can write to them.
async fn queued(house: &House, customer: &Customer<'_>) -> Value {
    customer.asks("my cat ate the remote control").await;
    house.agent.finds_with_status(&customer.thread, "queued").await
}

async fn whatever_fails_is_tried_again_in_order_and_holds_up_nobody_else(database: Database) {
    let house = Setup::on(database).set("channels.shop.timeout", "1s").open().await;
    let faults = [
        ("error", Fault::Status(500)),
        ("unavailable", Fault::Status(503)),
        ("moved", Fault::Status(302)),
        ("timeout", Fault::Hang),
        ("reset", Fault::Reset),
        ("lost", Fault::ResetAfterEffect),
        ("limited", Fault::RetryAfter(429, "1".to_owned())),
        ("limited-barely", Fault::Status(429)),
    ];
    let mut conversations = Vec::new();
    for (name, _) in &faults {
        conversations.push(queued(&house, &house.customer(name)).await);
    }
    for ((name, fault), conversation) in faults.iter().zip(&conversations) {
        let thread = format!("thread-{name}");
        house.receiver.meets(Some(&thread), 2, fault.clone());
        for text in ["first", "second", "third"] {
            house.agent.replies(conversation, text).await;
        }
    }
    // Nobody else waits for them.
    let bystander = house.customer("bystander");
    bystander.asks("my cat ate the remote control").await;
    for (name, fault) in &faults {
        let customer = house.customer(name);
        for text in ["first", "second", "third"] {
            assert_eq!(customer.hears_past_handoff().await, text, "{name}");
        }
        let calls = house.receiver.calls_of(&customer.thread);
        let failed: Vec<&str> = calls.iter().filter(|call| call.fault.is_some()).map(|call| call.id.as_str()).collect();
        assert_eq!(failed.len(), 2, "{name}: {calls:?}");
        assert_eq!(failed[0], failed[1], "{name}: the same webhook-id on each try");
        let repeats: usize = house.receiver.messages_of(&customer.thread).iter().map(|delivery| delivery.repeats).sum();
        assert_eq!(repeats, if *fault == Fault::ResetAfterEffect { 2 } else { 0 }, "{name}");
    }
    house.closes().await;
}

impl Customer<'_> {
    /// The next text that is not the bot's.
    async fn hears_past_handoff(&self) -> String {
        loop {
            let heard = self.hears().await;
            if heard.author() == "agent" {
                return heard.text().to_owned();
            }
        }
    }
}

async fn the_pause_that_a_receiver_asks_for_is_kept(database: Database) {
    let house = House::without_articles(database).await;
    let (ann, bob) = (house.customer("ann"), house.customer("bob"));
    let conversation = queued(&house, &ann).await;
    house.receiver.meets(Some(&ann.thread), 1, Fault::RetryAfter(429, "3".to_owned()));
    let before = house.receiver.calls_of(&ann.thread).len();
    house.agent.replies(&conversation, "Hello").await;
    house.receiver.called(&ann.thread, before + 1).await;
    bob.asks("my cat ate the remote control").await;
    assert_eq!(ann.hears().await.text(), "Hello");
    let calls = house.receiver.calls_of(&ann.thread);
    let pause = calls[before + 1].at - calls[before].at;
    assert!(pause >= Duration::from_millis(2_900), "came back after {pause:?}");
    house.closes().await;
}

async fn what_is_refused_for_good_is_given_up_after_three_tries_and_shown(database: Database) {
    let house = House::without_articles(database).await;
    for status in [400, 403, 404] {
        let customer = house.customer(&format!("refusing-{status}"));
        let conversation = queued(&house, &customer).await;
        let before = house.receiver.calls_of(&customer.thread).len();
        house.receiver.meets(Some(&customer.thread), 3, Fault::Status(status));
        let first = house.agent.replies(&conversation, "never arrives").await;
        house.agent.replies(&conversation, "arrives").await;
        assert_eq!(customer.hears().await.text(), "arrives", "a failed message does not block the next");
        let calls = house.receiver.calls_of(&customer.thread);
        assert_eq!(calls.len(), before + 4, "{status}: {calls:?}");
        let shown = house.agent.messages(&conversation).await;
        let shown = shown.iter().find(|message| id(message) == id(&first)).expect("the message");
        assert_eq!(shown["delivery"], "failed", "{shown}");
        assert!(shown["error"].as_str().is_some_and(|error| error.contains(&status.to_string())), "{shown}");
    }
    house.closes().await;
}

async fn a_channel_that_is_gone_stops_and_keeps_its_queue(database: Database) {
    let house = House::without_articles(database).await;
    let (ann, bob) = (house.customer("ann"), house.customer("bob"));
    let to_ann = queued(&house, &ann).await;
    let to_bob = queued(&house, &bob).await;
    house.receiver.meets(Some(&ann.thread), 1, Fault::Status(410));
    house.agent.replies(&to_ann, "one").await;
    house.program.logs("it is stopped and its queue is kept").await;
    house.agent.replies(&to_ann, "two").await;
    house.agent.replies(&to_bob, "three").await;
    let channels = house.agent.all("/channels").await;
    let shop = channels.iter().find(|channel| channel["name"] == "shop").expect("the channel");
    assert!(shop["state"] == "stopped" && shop["stopped"]["reason"].as_str().is_some_and(|reason| reason.contains("410")), "{shop}");
    let kept = house.program.place.count(&house.program.data(), "SELECT count(*) FROM outbox WHERE state < 2").await;
    assert_eq!(kept, 3, "the queue is kept");
    house.agent.post("/channels/shop/resume", json!({})).await;
    assert_eq!([ann.hears().await.text(), ann.hears().await.text(), bob.hears().await.text()], ["one", "two", "three"]);
    house.closes().await;
}

async fn long_texts_are_split_and_empty_ones_refused(database: Database) {
    let house = House::without_articles(database).await;
    let ann = house.customer("ann");
    let conversation = queued(&house, &ann).await;
    let path = format!("/conversations/{}/messages", id(&conversation));
    for empty in ["", "   ", "\n\t\u{200b}"] {
        let fields = house.agent.tries(Method::POST, &path, json!({ "text": empty })).await.refused();
        assert_eq!(fields[0].0, "text", "{empty:?}");
    }
    let long: String = (0..780).map(|number| format!("Satz {number} 👩‍👩‍👧 über 价格. ")).collect();
    let fields = house.agent.tries(Method::POST, &path, json!({ "text": long.repeat(2) })).await.refused();
    assert_eq!(fields[0].0, "text", "longer than anybody reads");
    house.agent.replies(&conversation, long.trim()).await;
    let mut heard = String::new();
    let without_spaces = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    let mut parts = 0;
    while without_spaces(&heard).chars().count() < without_spaces(&long).chars().count() {
        let part = ann.hears().await;
        assert!(part.text().chars().count() <= 16_384 && !part.text().trim().is_empty());
        heard.push_str(part.text());
        parts += 1;
    }
    assert!(parts > 1);
    assert_eq!(without_spaces(&heard), without_spaces(&long), "nothing is lost and nothing torn");
    let messages = until("delivery of the whole", || async {
        let messages = house.agent.messages(&conversation).await;
        messages
            .iter()
            .any(|message| message["delivery"] == "delivered" && message["text"].as_str().is_some_and(|text| text.len() > 20_000))
            .then_some(messages)
    })
    .await;
    let whole = messages.iter().find(|message| message["text"].as_str().is_some_and(|text| text.len() > 20_000)).expect("the message");
    assert!(!whole["losses"].as_array().expect("losses").is_empty(), "that it was split is noted");
    house.closes().await;
}

async fn what_waits_at_the_stop_is_sent_after_the_start(database: Database) {
    let mut house = House::without_articles(database).await;
    let conversation = queued(&house, &house.customer("ann")).await;
    house.receiver.always_meets(None, Fault::Status(503));
    for text in ["one", "two", "three"] {
        house.agent.replies(&conversation, text).await;
    }
    house.program.restart().await;
    house.receiver.lift();
    for text in ["one", "two", "three"] {
        assert_eq!(house.receiver.next_message("thread-ann").await.text(), text);
    }
    house.program.drained(PATIENCE).await;
    let repeats: usize = house.receiver.deliveries().iter().map(|delivery| delivery.repeats).sum();
    assert_eq!(repeats, 0);
    house.closes().await;
}
