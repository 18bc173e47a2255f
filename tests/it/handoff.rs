//! From the bot to people and back.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Database, Fault, House, Setup, agent::id, on_both_databases, until};

on_both_databases!(
    the_bot_is_silent_once_people_have_the_conversation,
    after_the_limit_the_bot_asks_for_what_is_missing_and_files_the_ticket,
    an_agent_who_takes_over_stops_the_answer_that_waits,
    the_bots_answer_expires_but_a_persons_never,
    what_an_agent_sends_twice_is_said_once,
    a_note_stays_inside,
    a_conversation_that_is_snoozed_comes_back,
    what_became_due_while_the_program_was_down_happens_once_on_its_return,
);

async fn the_bot_is_silent_once_people_have_the_conversation(database: Database) {
    let house = House::with_articles(database).await;
    let agent = &house.agent;
    let ann = house.customer("ann");
    assert!(ann.asks("/human").await.text().contains("You are next in line"));
    let conversation = agent.finds_with_status(&ann.thread, "queued").await;
    let bob = house.customer("bob");
    assert!(bob.asks("a human, please").await.text().contains("number 2 in line"));

    // Queued: what the bot could answer is left to people.
    ann.says("how long does shipping take").await;
    ann.says("anybody there?").await;
    ann.hears_nothing_more().await;

    // Open: the same.
    agent.does(&conversation, "take").await;
    agent.finds_with_status(&ann.thread, "open").await;
    ann.says("how long does shipping take").await;
    ann.hears_nothing_more().await;
    agent.replies(&conversation, "I am looking.").await;
    assert_eq!(ann.hears().await.text(), "I am looking.");

    // Given back, the bot answers again.
    agent.does(&conversation, "bot").await;
    let back = ann.hears().await;
    assert!(back.text().contains("automatic assistant again"), "{}", back.text());
    assert!(ann.asks("how long does shipping take").await.text().contains("working days"));
    let given = agent.finds_with_status(&ann.thread, "bot").await;
    assert_eq!((id(&given), &given["assignee"]), (id(&conversation), &Value::Null));

    // An agent can hand over without being asked.
    agent.does(&conversation, "handoff").await;
    agent.finds_with_status(&ann.thread, "queued").await;
    house.closes().await;
}

async fn after_the_limit_the_bot_asks_for_what_is_missing_and_files_the_ticket(database: Database) {
    let house = Setup::on(database).set("handoff.limit", "2s").open().await;
    let agent = &house.agent;
    let ann = house.customer("ann");
    let first = ann.asks("I want my money back for the lamp").await;
    assert!(first.text().contains("next in line"), "{}", first.text());
    let question = ann.hears().await;
    assert!(question.text().contains("What is your order number?"), "{}", question.text());
    agent.finds_with_status(&ann.thread, "queued").await;
    let filed = ann.asks("1001").await;
    assert_eq!((&filed.ticket()["number"], &filed.ticket()["template"]), (&json!("T-1"), &json!("refund")), "{:?}", filed.body);
    let link = filed.ticket()["tracking_url"].as_str().expect("a link");
    assert!(filed.text().contains("T-1") && filed.text().contains(link), "{}", filed.text());
    assert_eq!(crate::support::Page::open(&house, link).await.status, 200);
    let ticket = agent.get("/tickets/T-1").await;
    assert_eq!(ticket["fields"]["order_number"]["value"], "1001");
    assert!(ticket["fields"]["order_number"]["message"].is_string(), "{ticket}");

    // Who rather waits is left alone.
    let bob = house.customer("bob");
    bob.asks("I want my money back for the lamp").await;
    let question = bob.hears().await;
    bob.presses(&question, "Keep waiting").await;
    assert!(bob.hears().await.text().contains("keep your place"));
    agent.finds_with_status(&bob.thread, "queued").await;
    house.closes().await;
}

async fn an_agent_who_takes_over_stops_the_answer_that_waits(database: Database) {
    let house = House::with_articles(database).await;
    let agent = &house.agent;
    let ann = house.customer("ann");
    house.receiver.always_meets(Some(&ann.thread), Fault::Status(503));
    ann.says("how long does shipping take").await;
    house.receiver.called(&ann.thread, 2).await;
    let conversation = agent.finds_with_status(&ann.thread, "bot").await;
    until("moment in which the answer can be taken back", || async {
        agent.replies(&conversation, "I am here now.").await;
        let messages = agent.messages(&conversation).await;
        messages.iter().any(|message| delivery(message) == "cancelled").then_some(())
    })
    .await;
    house.receiver.lift();
    let heard = ann.hears().await;
    assert_eq!((heard.author(), heard.text()), ("agent", "I am here now."));
    house.program.drained(crate::support::PATIENCE).await;
    let said = house.receiver.messages_of(&ann.thread);
    assert!(said.iter().all(|delivery| delivery.author() == "agent"), "{said:#?}");
    house.closes().await;
}

/// How far a message has come.
fn delivery(message: &Value) -> &str {
    message["delivery"].as_str().unwrap_or_default()
}

async fn the_bots_answer_expires_but_a_persons_never(database: Database) {
    let house = Setup::on(database).with_articles().with_clock().open().await;
    let agent = &house.agent;
    let (ann, bob) = (house.customer("ann"), house.customer("bob"));
    house.receiver.always_meets(None, Fault::Status(503));
    ann.says("how long does shipping take").await;
    bob.says("how long does shipping take").await;
    house.receiver.called(&ann.thread, 1).await;
    let to_bob = agent.finds_with_status(&bob.thread, "bot").await;
    agent.replies(&to_bob, "I write to you myself.").await;
    house.pass(std::time::Duration::from_secs(16 * 60));

    // Nobody wants an answer that late: a person takes over instead.
    let handed_over = agent.finds_with_status(&ann.thread, "queued").await;
    let expired = agent.messages(&handed_over).await;
    assert!(expired.iter().any(|message| delivery(message) == "expired"), "{expired:#?}");
    house.receiver.lift();
    let heard = bob.hears().await;
    assert_eq!((heard.author(), heard.text()), ("agent", "I write to you myself."));
    house.program.drained(crate::support::PATIENCE).await;
    let said = house.receiver.messages_of(&ann.thread);
    assert!(said.iter().all(|delivery| !delivery.text().contains("working days")), "{said:#?}");
    house.closes().await;
}

async fn what_an_agent_sends_twice_is_said_once(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    let ann = house.customer("ann");
    ann.asks("my cat ate the remote control").await;
    let conversation = agent.finds_with_status(&ann.thread, "queued").await;
    let path = format!("/conversations/{}/messages", id(&conversation));
    let key = [("idempotency-key", "click-1")];
    let first = agent.call(Method::POST, &path, Some(json!({ "text": "Hello" })), &key).await;
    let again = agent.call(Method::POST, &path, Some(json!({ "text": "Hello" })), &key).await;
    assert_eq!((again.status, id(&again.json)), (first.status, id(&first.clone().ok())));
    let other = agent.call(Method::POST, &path, Some(json!({ "text": "Something else" })), &key).await;
    assert_eq!(other.status, 422, "{other:?}");
    assert_eq!(ann.hears().await.text(), "Hello");
    ann.hears_nothing_more().await;
    house.closes().await;
}

async fn a_note_stays_inside(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    let ann = house.customer("ann");
    ann.asks("my cat ate the remote control").await;
    let conversation = agent.finds_with_status(&ann.thread, "queued").await;
    let path = format!("/conversations/{}/messages", id(&conversation));
    let note = agent.post(&path, json!({ "text": "She is upset.", "internal": true })).await;
    assert_eq!(note["direction"], "note");
    assert_eq!(note["author"]["name"], "Mei");
    agent.finds_with_status(&ann.thread, "queued").await;
    ann.hears_nothing_more().await;
    house.closes().await;
}

async fn a_conversation_that_is_snoozed_comes_back(database: Database) {
    let house = Setup::on(database).with_clock().open().await;
    let agent = &house.agent;
    let ann = house.customer("ann");
    ann.asks("my cat ate the remote control").await;
    let conversation = agent.finds_with_status(&ann.thread, "queued").await;
    let until = chrono::DateTime::from_timestamp(house.shop.now() + 3600, 0).expect("a time").to_rfc3339();
    agent.post(&format!("/conversations/{}/snooze", id(&conversation)), json!({ "until": until })).await;
    agent.finds_with_status(&ann.thread, "snoozed").await;
    house.pass(2 * crate::support::HOUR);
    agent.finds(&ann.thread, "awake", |conversation| conversation["status"] != "snoozed").await;
    house.closes().await;
}

async fn what_became_due_while_the_program_was_down_happens_once_on_its_return(database: Database) {
    let mut house = Setup::on(database).set("handoff.limit", "10m").with_clock().open().await;
    let names = ["ann", "bob", "eve"];
    for name in names {
        assert!(house.customer(name).asks("I want my money back for the lamp").await.text().contains("in line"));
    }
    house.program.stop().await;
    house.pass(6 * crate::support::HOUR);
    house.program.start().await;
    for name in names {
        let question = house.receiver.next_message(&format!("thread-{name}")).await;
        assert!(question.text().contains("What is your order number?"), "{}", question.text());
    }
    // An hour later it does not come again.
    house.pass(crate::support::HOUR);
    house.program.restart().await;
    house.program.drained(crate::support::PATIENCE).await;
    for name in names {
        assert_eq!(house.receiver.messages_of(&format!("thread-{name}")).len(), 2, "{name}");
    }
    house.closes().await;
}
