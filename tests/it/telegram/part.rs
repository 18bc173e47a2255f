//! A ticket of a part of what was said.

use std::time::Duration;

use super::{linked, topic_of};
use crate::support::{Database, Setup, on_both_databases};

on_both_databases!(a_ticket_begins_with_the_message_that_its_command_answers);

async fn a_ticket_begins_with_the_message_that_its_command_answers(database: Database) {
    let house = Setup::on(database).with_clock().with_telegram("poll").open().await;
    let telegram = house.telegram();
    let bo = linked(&house, "Bo", "agent").await;
    let ann = telegram.person("Ann", "en");
    ann.says("A person, please");
    ann.until_hears("person will take over").await;
    let topic = topic_of(telegram, "Ann").await.id;
    ann.says("Thanks for sending order A-1001 so fast.");
    telegram.until_posted(topic, "A-1001").await;
    ann.says("But I want my money back for order A-2002.");
    let about_it = telegram.until_posted(topic, "A-2002").await;
    // What comes after it in the topic is posted once its own post is written down.
    ann.says("Thank you.");
    telegram.until_posted(topic, "Thank you.").await;
    // A group takes few calls a minute.
    house.pass(Duration::from_secs(120));

    bo.replies(about_it.id, "/ticket refund");
    let card = telegram.until_posted(topic, "Make the ticket").await;
    assert!(card.text.contains("A-2002") && !card.text.contains("A-1001"), "{card}");
    bo.presses(card.id, "Make the ticket").until_answered().await;
    ann.until_hears("T-1").await;
    let ticket = house.agent.get("/tickets/T-1").await;
    assert_eq!(ticket["fields"]["order_number"]["value"], "A-2002", "{ticket}");
    let timeline = house.agent.all("/tickets/T-1/timeline").await;
    assert!(timeline.iter().any(|event| event["kind"] == "ticket_created" && event["details"]["part"] == true), "{timeline:?}");
    house.closes().await;
}
