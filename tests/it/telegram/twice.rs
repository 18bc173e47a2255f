//! The same thing comes twice, or from two sides at once: it happens once, and in one order.

use std::time::Duration;

use bellhop_telegram_fake::{Agent as Colleague, Fault};
use serde_json::{Value, json};

use super::{linked, topic_of};
use crate::support::{Database, House, PATIENCE, Setup, on_both_databases, until};

on_both_databases!(
    what_telegram_delivers_twice_is_said_once,
    a_button_that_is_pressed_twice_works_once,
    an_agent_who_takes_over_is_never_followed_by_the_bot,
    an_answer_on_the_wire_at_the_takeover_is_not_tried_again,
);

/// How many of the messages that somebody heard hold this.
fn times(house: &House, person: i64, part: &str) -> usize {
    let sent = house.telegram().calls("sendMessage");
    sent.iter()
        .filter(|call| call.succeeded() && call.args["chat_id"] == person && call.args["text"].as_str().is_some_and(|text| text.contains(part)))
        .count()
}

/// What Telegram tells when somebody in the group writes in a topic.
fn post(house: &House, who: &Colleague, topic: i64, number: i64, text: &str) -> Value {
    json!({
        "update_id": 810_500_000 + number,
        "message": {
            "message_id": 90_000 + number,
            "message_thread_id": topic,
            "is_topic_message": true,
            "from": { "id": who.id(), "is_bot": false, "first_name": "Bo" },
            "chat": { "id": house.telegram().group(), "title": "Support", "is_forum": true, "type": "supergroup" },
            "date": 1_800_000_000,
            "text": text,
        },
    })
}

/// F-25: the same update again, at once, later, after a restart, and under another number.
async fn what_telegram_delivers_twice_is_said_once(database: Database) {
    let mut house = Setup::on(database).with_telegram("poll").open().await;
    let bo = linked(&house, "Bo", "agent").await;
    let ann = house.telegram().person("Ann", "en");
    ann.says("my cat ate the remote control");
    let topic = topic_of(house.telegram(), "Ann").await.id;
    let update = post(&house, &bo, topic, 1, "Good morning");
    let renumbered = json!({ "update_id": 810_500_009, "message": update["message"] });
    for again in [&update, &update, &renumbered] {
        house.telegram().raw_update(again.clone());
    }
    ann.until_hears("Good morning").await;
    house.program.drained(PATIENCE).await;
    house.program.restart().await;
    house.telegram().raw_update(update.clone());
    house.telegram().raw_update(post(&house, &bo, topic, 2, "That is all"));
    ann.until_hears("That is all").await;
    house.program.drained(PATIENCE).await;
    assert_eq!((times(&house, ann.id(), "Good morning"), times(&house, ann.id(), "That is all")), (1, 1), "{:?}", ann.hears());
    let conversation = house.agent.finds_with_status(&ann.id().to_string(), "open").await;
    let said = house.agent.messages(&conversation).await.iter().filter(|message| message["text"] == "Good morning").count();
    assert_eq!(said, 1);
    house.closes().await;
}

/// F-25: two presses before the first is answered, by an agent and by a customer.
async fn a_button_that_is_pressed_twice_works_once(database: Database) {
    let house = Setup::on(database).with_articles().with_clock().with_telegram("poll").open().await;
    let telegram = house.telegram();
    let bo = linked(&house, "Bo", "agent").await;
    let ann = telegram.person("Ann", "en");
    ann.says("how long does shipping take");
    let answer = ann.until_hears("working days").await;
    for _ in 0..2 {
        ann.presses_below(answer.id, "Talk to a person");
    }
    ann.until_hears("next in line").await;
    let topic = topic_of(telegram, "Ann").await;
    house.program.drained(PATIENCE).await;
    // The second press is answered in words, and hands nothing over again.
    assert_eq!(times(&house, ann.id(), "person will take over"), 1, "{:?}", ann.hears());
    assert_eq!(telegram.topics().len(), 1);

    // The whole way to a ticket, every button twice.
    let card = topic.pinned.expect("a card").id;
    let (first, second) = (bo.presses(card, "Take it"), bo.presses(card, "Take it"));
    first.until_answered().await;
    second.until_answered().await;
    house.pass(Duration::from_secs(60));
    bo.writes_in(topic.id, "/ticket refund");
    let review = telegram.until_posted(topic.id, "⚠").await;
    bo.replies(review.id, "A-1001");
    house.pass(Duration::from_secs(60));
    let ready = telegram.until_posted(topic.id, "Make the ticket").await;
    for press in [bo.presses(ready.id, "Make the ticket"), bo.presses(ready.id, "Make the ticket")] {
        press.until_answered().await;
    }
    house.pass(Duration::from_secs(60));
    ann.until_hears("T-1").await;
    house.program.drained(PATIENCE).await;
    let tickets = house.agent.all("/tickets").await;
    assert_eq!(tickets.len(), 1, "{tickets:?}");
    assert_eq!(times(&house, ann.id(), "T-1"), 1, "{:?}", ann.hears());
    let conversation = house.agent.finds_with_status(&ann.id().to_string(), "open").await;
    let taken = house.agent.messages(&conversation).await;
    assert_eq!(conversation["assignee"], "bo", "{taken:?}");
    house.closes().await;
}

/// F-26: the bot's answer waits because Telegram is in trouble, and an agent writes meanwhile.
async fn an_agent_who_takes_over_is_never_followed_by_the_bot(database: Database) {
    let house = Setup::on(database).with_telegram("poll").open().await;
    let telegram = house.telegram();
    let bo = linked(&house, "Bo", "agent").await;
    let ann = telegram.person("Ann", "en");
    telegram.fails_always_in(ann.id(), "sendMessage", Some(Fault::Status(503)));
    ann.says("my cat ate the remote control");
    let topic = topic_of(telegram, "Ann").await;
    bo.presses_in(topic.id, "Take it").until_answered().await;
    bo.writes_in(topic.id, "I am here now.");
    let conversation = house.agent.finds_with_status(&ann.id().to_string(), "open").await;
    until("the bot's word to be taken back", || async {
        let messages = house.agent.messages(&conversation).await;
        let bots: Vec<&Value> = messages.iter().filter(|message| message["author"]["kind"] == "bot").collect();
        (!bots.is_empty() && bots.iter().all(|message| message["delivery"] == "cancelled")).then_some(())
    })
    .await;
    telegram.fails_always_in(ann.id(), "sendMessage", None);
    ann.until_hears("I am here now.").await;
    house.program.drained(PATIENCE).await;
    let heard: Vec<String> = ann.hears().into_iter().map(|heard| heard.text).collect();
    assert_eq!(heard, ["I am here now."]);
    house.closes().await;
}

/// F-26: the bot's answer is on the wire when the agent takes over, and the wire breaks.
async fn an_answer_on_the_wire_at_the_takeover_is_not_tried_again(database: Database) {
    let house = Setup::on(database).set("channels.helpdesk.timeout", "8s").with_telegram("poll").open().await;
    let telegram = house.telegram();
    let bo = linked(&house, "Bo", "agent").await;
    let ann = telegram.person("Ann", "en");
    telegram.fails_in(ann.id(), "sendMessage", 1, Fault::Hang);
    ann.says("my cat ate the remote control");
    let topic = topic_of(telegram, "Ann").await;
    bo.presses_in(topic.id, "Take it").until_answered().await;
    house.agent.finds_with_status(&ann.id().to_string(), "open").await;
    assert!(ann.hears().is_empty(), "it hangs");
    bo.writes_in(topic.id, "I am here now.");
    ann.until_hears("I am here now.").await;
    house.program.drained(PATIENCE).await;
    let heard: Vec<String> = ann.hears().into_iter().map(|heard| heard.text).collect();
    assert_eq!(heard, ["I am here now."]);
    house.closes().await;
}
