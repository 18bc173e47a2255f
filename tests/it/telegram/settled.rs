//! After it is settled: the customer says how it went, by a sign or in words, and nothing is opened again for that.

use serde_json::{Value, json};

use super::{linked, topic_of};
use crate::support::{Database, House, PATIENCE, Setup, agent::id, on_both_databases, until};

on_both_databases!(a_reaction_on_the_question_is_the_rating_and_a_comment_opens_nothing, several_tickets_are_one_list_that_changes_in_place);

/// Refunds are rated by stars from now on.
async fn wants_ratings(house: &House) {
    let mut template = house.agent.get("/templates/refund").await;
    template["rating"] = json!("stars");
    for key in ["key", "version", "origin"] {
        template.as_object_mut().expect("a template").remove(key);
    }
    house.agent.put("/templates/refund", template).await;
}

async fn ticket_about(house: &House, conversation: &Value, order: &str) -> String {
    let path = format!("/conversations/{}/ticket", id(conversation));
    let made = house.agent.post(&path, json!({ "template": "refund", "fields": { "order_number": order }, "new": true })).await;
    made["number"].as_str().expect("a number").to_owned()
}

async fn a_reaction_on_the_question_is_the_rating_and_a_comment_opens_nothing(database: Database) {
    let house = Setup::on(database).with_telegram("poll").open().await;
    wants_ratings(&house).await;
    let telegram = house.telegram();
    let bo = linked(&house, "Bo", "agent").await;
    let ann = telegram.person("Ann", "en");
    ann.says("my cat ate the remote control");
    let topic = topic_of(telegram, "Ann").await.id;
    bo.writes_in(topic, "I send you a new one.");
    ann.until_hears("a new one").await;
    let conversation = house.agent.finds_with_status(&ann.id().to_string(), "open").await;
    let number = ticket_about(&house, &conversation, "A-1001").await;
    house.agent.patch(&format!("/tickets/{number}"), json!({ "status": "resolved" })).await;
    let question = ann.until_hears("★★★★★").await;
    bo.writes_in(topic, "/close");
    ann.until_hears("closed").await;
    house.agent.finds_with_status(&ann.id().to_string(), "resolved").await;

    let rated = |value: Value| {
        let (house, number) = (&house, &number);
        async move {
            until(&format!("a rating of {value}"), || async {
                let ticket = house.agent.get(&format!("/tickets/{number}")).await;
                (ticket["rating"]["value"] == value).then_some(ticket)
            })
            .await
        }
    };
    ann.reacts(question.id, "👎");
    rated(json!(1)).await;
    ann.reacts(question.id, "");
    rated(Value::Null).await;
    ann.reacts(question.id, "❤");
    rated(json!(5)).await;
    ann.until_hears_after(question.id, "Thank").await;

    // What she adds is kept with the rating; nobody has to answer it.
    ann.says("he was very quick and kind");
    let ticket = until("the comment", || async {
        let ticket = house.agent.get(&format!("/tickets/{number}")).await;
        ticket["rating"]["comment"].is_string().then_some(ticket)
    })
    .await;
    assert_eq!(ticket["rating"]["comment"], "he was very quick and kind");
    house.program.drained(PATIENCE).await;
    let after = house.agent.conversations_of(&ann.id().to_string()).await;
    assert_eq!((after.len(), &after[0]["status"]), (1, &json!("resolved")), "{after:?}");

    // What asks for something is not a comment.
    ann.says("where can I send the old one?");
    house.agent.finds_with_status(&ann.id().to_string(), "open").await;
    house.closes().await;
}

async fn several_tickets_are_one_list_that_changes_in_place(database: Database) {
    let house = Setup::on(database).with_telegram("poll").without_staff_chat().open().await;
    let ann = house.telegram().person("Ann", "en");
    ann.says("my cat ate the remote control");
    ann.until_hears("person will take over").await;
    let conversation = house.agent.finds_with_status(&ann.id().to_string(), "queued").await;
    let (one, two) = (ticket_about(&house, &conversation, "A-1").await, ticket_about(&house, &conversation, "A-2").await);
    ann.until_hears(&two).await;
    let asked = ann.says("/status");
    let list = ann.until_hears_after(asked, &one).await;
    assert!(list.text.contains(&two), "{list}");
    for number in [&two, &one] {
        house.agent.patch(&format!("/tickets/{number}"), json!({ "status": "open" })).await;
    }
    house
        .telegram()
        .until("both on the list", |_| ann.hears().into_iter().find(|seen| seen.id == list.id && seen.text.matches("being worked on").count() == 2))
        .await;
    house.program.drained(PATIENCE).await;
    assert!(ann.hears().iter().all(|seen| seen.id <= list.id), "nothing new was sent for it: {:?}", ann.hears());
    house.closes().await;
}
