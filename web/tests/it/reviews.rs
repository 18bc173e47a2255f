//! A ticket looked through before it is made, asked about, taken back, and rated at the end.

use serde_json::{Value, json};

use crate::world::{Client, World, eventually};

/// What the customer was sent, the latest last.
fn sent(world: &World) -> Vec<String> {
    world.channel.sent.lock().unwrap().iter().filter_map(|outbound| outbound.message.as_ref().map(|message| message.text.clone())).collect()
}

async fn was_sent(world: &World, part: &str) -> String {
    eventually(async || sent(world).into_iter().find(|text| text.contains(part))).await
}

/// A conversation that an agent has.
async fn taken(world: &World, agent: &Client<'_>, thread: &str) -> String {
    let id = world.queued(thread).await;
    let message = json!({"text": "I will look at it."});
    agent.post(&format!("/api/v1/conversations/{id}/messages"), message).await.is(201);
    id
}

#[tokio::test]
async fn the_customer_answers_what_is_missing_and_the_conversation_stays_with_the_agent() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let id = taken(&world, &agent, "thread-1").await;
    let path = format!("/api/v1/conversations/{id}/review");
    agent.get(&path).await.is(404);
    let begun = agent.post(&path, json!({})).await.is(200);
    assert_eq!(begun.header("etag"), "\"1\"");
    let begun = begun.json();
    assert_eq!((&begun["state"], &begun["template"], &begun["missing"]), (&json!("open"), &json!("refund"), &json!(["order_number"])));
    assert_eq!((&begun["routing"]["department"], &begun["customer"]["name"]), (&json!("support"), &json!("Ann")));
    assert_eq!(agent.post(&format!("{path}/confirm"), json!({})).await.is(422).field(), "fields.order_number");
    assert_eq!(agent.patch(&path, json!({"fields": {"reason": "bored"}})).await.is(422).field(), "fields.reason");

    let asking = agent.post(&format!("{path}/ask"), json!({})).await.is(200).json();
    assert_eq!(asking["asking"], "order_number");
    assert!(was_sent(&world, "What is your order number?").await.contains("we need one thing from you"));
    world.customer_says("thread-1", "it is order 1001", json!({})).await;
    let answered = eventually(async || {
        let review = agent.get(&path).await.json();
        (review["missing"] == json!([])).then_some(review)
    })
    .await;
    assert_eq!((&answered["asking"], &answered["fields"]["order_number"]["source"]), (&Value::Null, &json!("form")));
    was_sent(&world, "that is all we need").await;
    let conversation = agent.get(&format!("/api/v1/conversations/{id}")).await.json();
    assert_eq!(conversation["status"], "open");
    let messages = agent.get(&format!("/api/v1/conversations/{id}/messages")).await.json();
    let notes: Vec<&Value> = messages["items"].as_array().unwrap().iter().filter(|message| message["direction"] == "note").collect();
    assert!(notes.len() == 1 && notes[0]["text"].as_str().unwrap().contains("answered everything"), "colleagues are told: {notes:?}");
    let timeline = agent.get(&format!("/api/v1/conversations/{id}/timeline")).await.json();
    let steps: Vec<&Value> =
        timeline["items"].as_array().unwrap().iter().filter(|event| event["kind"] == "reviewed").map(|event| &event["details"]["step"]).collect();
    assert_eq!(json!(steps), json!(["begun", "asked", "answered", "complete"]));
    assert!(!timeline.to_string().contains("1001"), "the timeline holds no values");

    let old = json!({"version": begun["version"]});
    agent.post(&format!("{path}/confirm"), old).await.is(409);
    let made = agent.post(&format!("{path}/confirm"), json!({"version": answered["version"]})).await.is(201).json();
    assert_eq!((&made["number"], &made["fields"]["order_number"]["value"]), (&json!("T-1"), &json!("1001")));
    assert_eq!(agent.post(&format!("{path}/confirm"), json!({})).await.is(200).json()["number"], "T-1");
    assert_eq!(agent.get(&path).await.json()["ticket"], "T-1");
}

#[tokio::test]
async fn a_change_that_was_decided_on_an_old_state_is_refused_with_the_new_one() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let id = taken(&world, &agent, "thread-1").await;
    let path = format!("/api/v1/conversations/{id}/review");
    agent.post(&path, json!({"template": "refund"})).await.is(200);
    agent.patch(&path, json!({"fields": {"order_number": "1001"}})).await.is(200);
    let late =
        agent.call(axum::http::Method::PATCH, &path, Some(json!({"fields": {"order_number": "2002"}})), &[("if-match", "\"1\"")]).await.is(412);
    assert_eq!(late.json()["current"]["fields"]["order_number"]["value"], "1001");
    agent.delete(&path).await.is(204);
    assert_eq!(agent.get(&path).await.json()["state"], "cancelled");
    agent.patch(&path, json!({"template": "bug"})).await.is(409);
    agent.post(&path, json!({"template": "bug", "message_ids": []})).await.is(422);
}

#[tokio::test]
async fn a_ticket_that_was_taken_back_is_explained_to_whoever_was_told_of_it() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let id = taken(&world, &agent, "thread-1").await;
    let ticket = format!("/api/v1/conversations/{id}/ticket");
    let body = json!({"template": "refund", "fields": {"order_number": "1001"}});
    agent.post(&ticket, body.clone()).await.is(201);
    was_sent(&world, "T-1").await;
    world.with("read").await.post("/api/v1/tickets/T-1/undo", json!({})).await.is(403);
    eventually(async || {
        let messages = agent.get(&format!("/api/v1/conversations/{id}/messages")).await.json();
        let notice = messages["items"].as_array().unwrap().iter().find(|message| message["ticket"] == "T-1").cloned()?;
        (notice["delivery"] == "sent").then_some(())
    })
    .await;
    let undone = agent.post("/api/v1/tickets/T-1/undo", json!({})).await.is(200).json();
    assert_eq!(undone["status"], "closed");
    assert!(undone["withdrawn_at"].is_string());
    was_sent(&world, "opened by mistake").await;
    assert_eq!(agent.get("/api/v1/tickets").await.json()["items"], json!([]));
    assert_eq!(agent.get(&format!("/api/v1/conversations/{id}")).await.json()["tickets"], json!([]));
    agent.patch("/api/v1/tickets/T-1", json!({"status": "open"})).await.is(409);
    assert_eq!(agent.post(&ticket, body).await.is(201).json()["number"], "T-2");
}

#[tokio::test]
async fn a_resolved_ticket_is_rated_by_one_answer_and_never_asked_about_again() {
    let world = World::open().await;
    let (admin, agent) = (world.with("admin").await, world.with("agent").await);
    let mut template = admin.get("/api/v1/templates/refund").await.is(200).json();
    template["rating"] = json!("stars");
    admin.put("/api/v1/templates/refund", template).await.is(200);
    let id = taken(&world, &agent, "thread-1").await;
    let body = json!({"template": "refund", "fields": {"order_number": "1001"}});
    agent.post(&format!("/api/v1/conversations/{id}/ticket"), body).await.is(201);
    let resolved = agent.patch("/api/v1/tickets/T-1", json!({"status": "resolved"})).await.is(200).json();
    assert!(resolved["rating_asked_at"].is_string() && resolved["rating"].is_null());
    let question = was_sent(&world, "How did we do?").await;
    assert!(question.contains("T-1 is solved") && question.contains("2. ★★★★"), "{question}");
    world.customer_says("thread-1", "2", json!({})).await;
    let rated = eventually(async || {
        let ticket = agent.get("/api/v1/tickets/T-1").await.json();
        ticket["rating"].is_object().then_some(ticket)
    })
    .await;
    assert_eq!((&rated["rating"]["value"], &rated["rating"]["scale"], &rated["status"]), (&json!(4), &json!("stars"), &json!("resolved")));
    was_sent(&world, "Thank you for your rating").await;
    world.customer_says("thread-1", "you were quick, the courier was not", json!({})).await;
    eventually(async || {
        let ticket = agent.get("/api/v1/tickets/T-1").await.json();
        (ticket["rating"]["comment"] == "you were quick, the courier was not").then_some(())
    })
    .await;
    let timeline = agent.get("/api/v1/tickets/T-1/timeline").await.json();
    assert!(timeline["items"].as_array().unwrap().iter().any(|event| event["kind"] == "rated" && event["details"]["rating"] == 4));
    assert!(!timeline.to_string().contains("courier"));
    agent.patch("/api/v1/tickets/T-1", json!({"status": "open"})).await.is(200);
    agent.patch("/api/v1/tickets/T-1", json!({"status": "resolved"})).await.is(200);
    eventually(async || (sent(&world).iter().filter(|text| text.contains("T-1 is solved")).count() == 2).then_some(())).await;
    assert_eq!(sent(&world).iter().filter(|text| text.contains("How did we do?")).count(), 1);
}
