//! Edits, deletes, reactions and receipts, before or after what they are about, in any order (F-06, F-07).

use serde_json::{Value, json};

use crate::support::{Customer, Database, Delivery, Fault, House, PATIENCE, agent::id, on_both_databases, until};

on_both_databases!(
    a_message_is_edited_and_deleted,
    what_comes_before_its_message_is_applied_when_it_comes,
    of_two_edits_the_later_one_counts,
    receipts_in_any_order_end_at_read,
    a_receipt_that_it_failed_is_shown,
    what_is_faster_than_the_answer_to_the_send_is_not_lost,
);

/// The customer's message with this id on the shop's side, once it fits.
async fn becomes(house: &House, customer: &Customer<'_>, text: &str, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
    until(what, || async {
        let conversations = house.agent.conversations_of(&customer.thread).await;
        let messages = house.agent.messages(conversations.first()?).await;
        messages.into_iter().find(|message| message["direction"] == "in" && message["text"] == text && fits(message))
    })
    .await
}

async fn a_message_is_edited_and_deleted(database: Database) {
    let house = House::without_articles(database).await;
    let ann = house.customer("ann");
    let message = ann.says("my cat ate the remote contrl").await;
    ann.hears().await;
    ann.does("edit", json!({ "message": { "id": message, "text": "my cat ate the remote control" } })).await;
    becomes(&house, &ann, "my cat ate the remote control", "the edit", |_| true).await;
    ann.does("delete", json!({ "message": { "id": message } })).await;
    becomes(&house, &ann, "", "the delete", |_| true).await;
    // What is deleted is not edited any more.
    ann.does("edit", json!({ "message": { "id": message, "text": "back again" } })).await;
    ann.hears_nothing_more().await;
    becomes(&house, &ann, "", "the delete", |_| true).await;
    house.closes().await;
}

async fn what_comes_before_its_message_is_applied_when_it_comes(database: Database) {
    let house = House::without_articles(database).await;
    let (ann, bob) = (house.customer("ann"), house.customer("bob"));
    ann.does("edit", json!({ "message": { "id": "early", "text": "edited before it came" } })).await;
    ann.does("reaction", json!({ "message": { "id": "early" }, "reaction": { "emoji": "🎉", "removed": false } })).await;
    ann.does("message", json!({ "message": { "id": "early", "text": "as first written" } })).await;
    ann.hears().await;
    becomes(&house, &ann, "edited before it came", "the early edit", |_| true).await;

    bob.does("delete", json!({ "message": { "id": "early" } })).await;
    bob.does("message", json!({ "message": { "id": "early", "text": "gone before it came" } })).await;
    bob.hears().await;
    becomes(&house, &bob, "", "the early delete", |_| true).await;
    house.closes().await;
}

async fn of_two_edits_the_later_one_counts(database: Database) {
    let house = House::without_articles(database).await;
    let ann = house.customer("ann");
    let message = ann.says("one").await;
    ann.hears().await;
    let at = |seconds: i64| chrono::DateTime::from_timestamp(house.shop.now() + seconds, 0).expect("a time").to_rfc3339();
    ann.does("edit", json!({ "at": at(20), "message": { "id": message, "text": "three" } })).await;
    ann.does("edit", json!({ "at": at(10), "message": { "id": message, "text": "two" } })).await;
    ann.hears_nothing_more().await;
    becomes(&house, &ann, "three", "the later edit", |_| true).await;
    house.closes().await;
}

async fn receipts_in_any_order_end_at_read(database: Database) {
    let house = House::without_articles(database).await;
    // "sent" is no word of this channel and is ignored.
    let orders = [
        ["delivered", "read", "sent"],
        ["delivered", "sent", "read"],
        ["read", "delivered", "sent"],
        ["read", "sent", "delivered"],
        ["sent", "delivered", "read"],
        ["sent", "read", "delivered"],
    ];
    let mut answers = Vec::new();
    for (number, order) in orders.iter().enumerate() {
        let customer = house.customer(&format!("reader-{number}"));
        let answer = customer.asks("my cat ate the remote control").await;
        let named = if number % 2 == 0 { answer.external_id.as_str() } else { answer.message() };
        for status in order {
            customer.does("receipt", json!({ "message": { "id": named }, "status": status })).await;
        }
        comes_to(&house, &customer, &answer, "read").await;
        answers.push((customer, answer));
    }
    // Once everything is dealt with, it is still so.
    house.program.drained(PATIENCE).await;
    for (customer, answer) in &answers {
        comes_to(&house, customer, answer, "read").await;
    }
    house.closes().await;
}

async fn a_receipt_that_it_failed_is_shown(database: Database) {
    let house = House::without_articles(database).await;
    let ann = house.customer("ann");
    let answer = ann.asks("my cat ate the remote control").await;
    ann.does("receipt", json!({ "message": { "id": answer.external_id }, "status": "failed" })).await;
    comes_to(&house, &ann, &answer, "failed").await;
    house.closes().await;
}

/// Waits until what was said to a customer has come this far.
async fn comes_to(house: &House, customer: &Customer<'_>, answer: &Delivery, state: &str) {
    until(&format!("{state} answer in {}", customer.thread), || async {
        let conversation = house.agent.conversations_of(&customer.thread).await.remove(0);
        let messages = house.agent.messages(&conversation).await;
        messages.iter().any(|message| id(message) == answer.message() && message["delivery"] == state).then_some(())
    })
    .await;
}

async fn what_is_faster_than_the_answer_to_the_send_is_not_lost(database: Database) {
    let house = House::without_articles(database).await;
    let ann = house.customer("ann");
    house.receiver.always_meets(None, Fault::Delayed);
    ann.says("my cat ate the remote control").await;
    // She has it and has read it, and the program does not know yet by which id the shop calls it.
    let answer = ann.hears().await;
    ann.does("receipt", json!({ "message": { "id": answer.external_id }, "status": "read" })).await;
    house.program.waits_for_messages(1).await;
    house.receiver.lift();
    comes_to(&house, &ann, &answer, "read").await;
    house.closes().await;
}
