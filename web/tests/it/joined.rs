//! Tickets that have to do with each other, as programs and customers meet them.

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::json;

use crate::world::{Client, World, eventually};

/// Number, path of the tracking page, and conversation of a new ticket.
async fn ticket(world: &World, agent: &Client<'_>, thread: &str, text: &str) -> (String, String, String) {
    let id = world.customer_says(thread, text, json!({})).await;
    let body = json!({"template": "refund", "fields": {"order_number": "1001"}, "new": true});
    let ticket = agent.post(&format!("/api/v1/conversations/{id}/ticket"), body).await.is(201).json();
    let page = ticket["tracking_url"].as_str().unwrap().strip_prefix("https://help.example.org").unwrap().to_owned();
    (ticket["number"].as_str().unwrap().to_owned(), page, id)
}

#[tokio::test]
async fn the_page_of_a_merged_ticket_leads_on_and_its_customer_is_told_once() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let (one, page, id) = ticket(&world, &agent, "thread-1", "I want a refund for order 1001").await;
    let (two, other, _) = ticket(&world, &agent, "thread-1", "And once more, a refund").await;
    let html = world.anybody().get(&page).await.is(200).text();
    let form = html.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for wrong in [json!({"into": "soon"}), json!({"into": "T-99"})] {
        assert_eq!(agent.post(&format!("/api/v1/tickets/{one}/merge"), wrong).await.is(422).field(), "into");
    }
    for _ in 0..2 {
        let merged = agent.post(&format!("/api/v1/tickets/{one}/merge"), json!({"into": two})).await.is(200).json();
        assert_eq!(merged["number"], json!(two));
    }
    let ended = agent.get(&format!("/api/v1/tickets/{one}")).await.is(200).json();
    assert_eq!((&ended["status"], &ended["merged_into"]), (&json!("closed"), &json!(two)));
    let links = agent.get(&format!("/api/v1/tickets/{two}/links")).await.is(200).json();
    assert_eq!((&links["items"][0]["relation"], &links["items"][0]["ticket"]), (&json!("merged"), &json!(one)));
    assert_eq!(world.anybody().get(&page).await.is(303).header("location"), format!("https://help.example.org{other}"));
    let told = || {
        let sent = world.channel.sent.lock().unwrap();
        sent.iter().filter(|outbound| outbound.message.as_ref().is_some_and(|message| message.text.contains("goes on as T-2"))).count()
    };
    eventually(async || (told() == 1).then_some(())).await;

    // What was being written on the old page arrives all the same.
    let request = Request::post(format!("{page}/messages")).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    world.send(request.body(Body::from(format!("id={form}&text=Hello+there"))).unwrap()).await.is(303);
    let messages = agent.get(&format!("/api/v1/conversations/{id}/messages?limit=200")).await.json();
    assert!(messages["items"].as_array().unwrap().iter().any(|message| message["text"] == "Hello there"));
    agent.patch(&format!("/api/v1/tickets/{one}"), json!({"status": "open"})).await.is(422);
    agent.post(&format!("/api/v1/tickets/{two}/merge"), json!({"into": one})).await.is(409);

    agent.post(&format!("/api/v1/tickets/{one}/unmerge"), json!({})).await.is(200);
    world.anybody().get(&page).await.is(200);
    assert_eq!(told(), 1);
}

#[tokio::test]
async fn another_customers_ticket_shows_how_far_it_is_and_nothing_else() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let (one, page, _) = ticket(&world, &agent, "thread-1", "I want a refund for order 1001").await;
    let (two, _, _) = ticket(&world, &agent, "thread-2", "My secret is 4711, refund please").await;
    let path = format!("/api/v1/tickets/{one}/merge");
    assert_eq!(agent.post(&path, json!({"into": two})).await.is(422).field(), "other_customer");
    agent.post(&path, json!({"into": two, "other_customer": true})).await.is(200);
    agent.patch(&format!("/api/v1/tickets/{two}"), json!({"status": "waiting_third_party"})).await.is(200);
    let html = world.anybody().get(&page).await.is(200).text();
    assert!(html.contains("waiting for somebody outside") && html.contains("handled together"), "{html}");
    assert!(!html.contains("4711"), "what the other one wrote is none of their business");
}

#[tokio::test]
async fn an_incident_is_declared_and_solved_over_the_api() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let (one, _, _) = ticket(&world, &agent, "thread-1", "It does not work").await;
    let (two, _, _) = ticket(&world, &agent, "thread-2", "It does not work").await;
    let path = format!("/api/v1/tickets/{one}/incident");
    assert_eq!(agent.post(&path, json!({"children": [two, "T-99"]})).await.is(422).field(), "children[1]");
    assert_eq!(agent.post(&path, json!({"children": ["all"]})).await.is(422).field(), "children[0]");
    assert_eq!(agent.post(&path, json!({"children": [two]})).await.is(200).json()["incident"], true);
    let solve = format!("/api/v1/tickets/{one}/solve");
    assert_eq!(agent.post(&solve, json!({"answer": {"English": "Fixed"}})).await.is(422).field(), "answer.English");
    agent.post(&solve, json!({"answer": {"en": "It works again."}})).await.is(200);
    eventually(async || (agent.get(&format!("/api/v1/tickets/{two}")).await.json()["status"] == "resolved").then_some(())).await;
    agent.post(&solve, json!({"answer": {"en": "It works again."}})).await.is(409);

    let body = json!({"relation": "owns", "ticket": two});
    assert_eq!(agent.post(&format!("/api/v1/tickets/{one}/links"), body).await.is(422).field(), "relation");
    let body = json!({"relation": "related", "ticket": "x' OR 1=1 --"});
    assert_eq!(agent.post(&format!("/api/v1/tickets/{one}/links"), body).await.is(422).field(), "ticket");
    world.with("read").await.post(&format!("/api/v1/tickets/{one}/links"), json!({"relation": "related", "ticket": two})).await.is(403);
}

#[tokio::test]
async fn the_id_of_a_joined_person_leads_to_the_one_that_stayed_until_they_are_parted() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let person = async |name: &str| agent.post("/api/v1/contacts", json!({"name": name})).await.is(201).json()["id"].as_str().unwrap().to_owned();
    let (ann, other) = (person("Ann").await, person("Annie").await);
    agent.post(&format!("/api/v1/contacts/{ann}/merge"), json!({"other": other, "reason": "the same telephone"})).await.is(200);
    assert_eq!(agent.get(&format!("/api/v1/contacts/{other}")).await.is(200).json()["id"], json!(ann));
    let kept = agent.get(&format!("/api/v1/contacts/{ann}/joined")).await.is(200).json();
    assert_eq!((&kept["items"][0]["contact"], &kept["items"][0]["reason"]), (&json!(other), &json!("the same telephone")));
    agent.post(&format!("/api/v1/contacts/{other}/unmerge"), json!({})).await.is(200);
    assert_eq!(agent.get(&format!("/api/v1/contacts/{ann}/joined")).await.is(200).json()["items"], json!([]));
    assert_eq!(agent.get(&format!("/api/v1/contacts/{other}")).await.is(200).json()["name"], "Annie");
    agent.post(&format!("/api/v1/contacts/{other}/unmerge"), json!({})).await.is(404);
}

#[tokio::test]
async fn who_may_be_the_same_is_told_with_the_reason_and_a_code_is_sent_once() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let id = world.customer_says("thread-1", "Hello", json!({})).await;
    let conversation = agent.get(&format!("/api/v1/conversations/{id}")).await.json();
    let ann = conversation["contact"].as_str().unwrap();
    agent.patch(&format!("/api/v1/contacts/{ann}"), json!({"emails": ["ann@example.org"]})).await.is(200);
    let other = agent.post("/api/v1/contacts", json!({"name": "A.", "emails": ["Ann@example.org"]})).await.is(201).json();
    let alike = agent.get(&format!("/api/v1/contacts/{ann}/alike")).await.is(200).json();
    let expected = json!({"contact": other["id"], "name": "A.", "reason": "claimed_email", "value": "ann@example.org"});
    assert_eq!(alike["items"], json!([expected]));
    agent.post(&format!("/api/v1/conversations/{id}/link-code"), json!({})).await.is(204);
    let code = eventually(async || {
        let sent = world.channel.sent.lock().unwrap();
        let text =
            sent.iter().filter_map(|outbound| outbound.message.as_ref()).map(|message| message.text.clone()).find(|text| text.contains("/link "))?;
        text.split("/link ").nth(1)?.split_whitespace().next().map(str::to_owned)
    })
    .await;
    let messages = agent.get(&format!("/api/v1/conversations/{id}/messages?limit=200")).await.text();
    assert!(messages.contains("•••••-•••••") && !messages.contains(&code), "agents do not read it");
    world.with("read").await.post(&format!("/api/v1/conversations/{id}/link-code"), json!({})).await.is(403);
}
