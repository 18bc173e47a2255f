//! Another department is asked for the sake of a customer, and its answer comes back.

use reqwest::Method;
use serde_json::json;

use crate::support::{Database, House, agent::id, on_both_databases};

on_both_databases!(another_department_is_asked_and_its_answer_comes_back);

async fn another_department_is_asked_and_its_answer_comes_back(database: Database) {
    let house = House::without_articles(database).await;
    let agent = &house.agent;
    agent.put("/departments/warehouse", json!({ "name": { "en": "Warehouse", "zh": "仓库" } })).await;
    let ann = house.customer("ann");
    ann.asks("Where is my parcel?").await;
    let conversation = agent.finds_with_status(&ann.thread, "queued").await;
    let later =
        chrono::DateTime::from_timestamp(house.program.clock.seconds() + 3600, 0).expect("a time").to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let requests = format!("/conversations/{}/requests", id(&conversation));
    agent.replies(&conversation, "I am asking.").await;
    ann.hears().await;

    // The question is a note, which she never sees; the conversation waits for the answer.
    let asked = agent.post(&requests, json!({ "department": "warehouse", "question": "Is parcel 7 still here?" })).await;
    assert_eq!((&asked["state"], &asked["owner"]), (&json!("open"), &json!(null)));
    agent.post(&format!("/conversations/{}/snooze", id(&conversation)), json!({ "until": &later })).await;
    assert_eq!(agent.all("/requests?department=warehouse&state=open").await.len(), 1);
    let request = format!("/requests/{}", id(&asked));
    let taken = agent.post(&format!("{request}/take"), json!({ "expected_at": &later })).await;
    assert_eq!((&taken["expected_at"], &taken["state"]), (&json!(later), &json!("open")));

    // The answer brings the conversation back, and whoever asked tells her.
    let answered = agent.post(&format!("{request}/answer"), json!({ "text": "It left at noon." })).await;
    assert_eq!(agent.get(&requests).await["items"], json!([answered]));
    let back = agent.finds(&ann.thread, "no longer set aside", |conversation| conversation["status"] != "snoozed").await;
    let messages = agent.messages(&back).await;
    let notes: Vec<_> = messages.iter().filter(|message| message["direction"] == "note").collect();
    assert_eq!(notes.iter().map(|note| &note["id"]).collect::<Vec<_>>(), [&answered["question"], &answered["answer"]]);
    assert_eq!(notes[1]["text"], "It left at noon.");
    ann.hears_nothing_more().await;
    let timeline = agent.all(&format!("/conversations/{}/timeline", id(&conversation))).await;
    let steps: Vec<_> = timeline.iter().filter(|event| event["kind"] == "requested").map(|event| event["details"]["step"].as_str()).collect();
    assert_eq!(steps, [Some("open"), Some("taken"), Some("answered")]);

    // Twice is refused, and so is what was never asked.
    for (path, status) in [(format!("{request}/answer"), 409), (format!("{request}/withdraw"), 409), (format!("{requests}x"), 404)] {
        let body = if path.ends_with("answer") { json!({ "text": "No." }) } else { json!({}) };
        assert_eq!(agent.tries(Method::POST, &path, body).await.status, status, "{path}");
    }
    house.closes().await;
}
