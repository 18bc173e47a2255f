//! Followers of tickets and colleagues who are named, as programs and agents meet them.

use bellhop_domain::desk::Role;
use serde_json::{Value, json};

use crate::{
    console::{Visitor, encode, with_admin},
    world::{Client, World},
};

/// Number and conversation of a new ticket.
async fn ticket(world: &World, agent: &Client<'_>) -> (String, String) {
    let id = world.customer_says("thread-1", "I want a refund for order 1001", json!({})).await;
    let body = json!({"template": "refund", "fields": {"order_number": "1001"}});
    let ticket = agent.post(&format!("/api/v1/conversations/{id}/ticket"), body).await.is(201).json();
    (ticket["number"].as_str().unwrap().to_owned(), id)
}

#[tokio::test]
async fn programs_let_agents_follow_and_read_what_they_are_told() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let (number, conversation) = ticket(&world, &agent).await;
    with_admin(&world).await;
    let _mei = Visitor::with_role(&world, Role::Agent).await;
    let people = world.with("admin").await.get("/api/v1/agents").await.is(200).json();
    let mei = people["items"].as_array().unwrap().iter().find(|it| it["role"] == "agent").unwrap()["key"].as_str().unwrap().to_owned();
    let follow = format!("/api/v1/tickets/{number}/follow");
    assert_eq!(agent.post(&follow, json!({})).await.is(422).field(), "agent");
    assert_eq!(agent.post(&follow, json!({"agent": "nobody"})).await.is(422).field(), "agent");
    assert_eq!(agent.post(&follow, json!({"agent": mei})).await.is(200).json()["followers"], json!([mei]));
    assert_eq!(world.with("read").await.post(&follow, json!({"agent": mei})).await.status, 403);

    agent.patch(&format!("/api/v1/tickets/{number}"), json!({"priority": "high"})).await.is(200);
    agent.post(&format!("/api/v1/conversations/{conversation}/messages"), json!({"text": format!("@{mei} look"), "internal": true})).await.is(201);
    assert_eq!(agent.get("/api/v1/notices").await.is(422).field(), "agent");
    let told = agent.get(&format!("/api/v1/notices?agent={mei}&unread=true")).await.is(200).json();
    let only = &told["items"][0];
    assert_eq!((told["items"].as_array().unwrap().len(), &only["ticket"]), (1, &json!(number)));
    assert_eq!(only["kinds"], json!(["mentioned", "added", "note", "priority"]));
    assert_eq!(agent.post("/api/v1/notices/read", json!({"agent": mei, "ticket": "T-99"})).await.is(422).field(), "ticket");
    assert_eq!(agent.post("/api/v1/notices/read", json!({"agent": mei, "ticket": number})).await.is(200).json()["read"], 1);
    assert_eq!(agent.get(&format!("/api/v1/notices?agent={mei}&unread=true")).await.json()["items"], json!([]));
    assert!(agent.get(&format!("/api/v1/notices?agent={mei}")).await.json()["items"][0]["read_at"].is_string());

    let followed = |who: &str| format!("/api/v1/tickets?follower={who}");
    assert_eq!(agent.get(&followed(&mei)).await.is(200).json()["items"][0]["number"], json!(number));
    assert_eq!(agent.get(&followed("nobody")).await.is(400).field(), "follower");
    assert_eq!(agent.post(&format!("/api/v1/tickets/{number}/unfollow"), json!({"agent": mei})).await.is(200).json()["followers"], json!([]));
    assert_eq!(agent.get(&followed(&mei)).await.json()["items"], json!([]));
}

#[tokio::test]
async fn agents_follow_and_see_what_is_new_in_the_console() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let (number, conversation) = ticket(&world, &agent).await;
    with_admin(&world).await;
    let mut visitor = Visitor::with_role(&world, Role::Agent).await;
    let people: Value = world.with("admin").await.get("/api/v1/agents").await.json();
    let me = people["items"].as_array().unwrap().iter().find(|it| it["role"] == "agent").unwrap()["key"].as_str().unwrap().to_owned();
    let empty = visitor.get("/console/notices").await.is(200).text();
    assert!(empty.contains("Follow a ticket to be told"), "{empty}");
    let page = format!("/console/tickets/{number}");
    assert!(visitor.get(&page).await.text().contains("Nobody follows this ticket"));
    visitor.post(&format!("{page}/followers"), "step=follow").await.is(303);
    visitor.post(&format!("{page}/followers"), "step=follow&agent=nobody").await.is(422);
    visitor.post("/console/tickets/T-99/followers", "step=follow").await.is(404);
    let shown = visitor.get(&page).await.text();
    assert!(shown.contains("Stop following"), "{shown}");
    let listed = visitor.get("/console/tickets?follower=me").await.is(200).text();
    assert!(listed.contains(&number), "{listed}");

    let note = |text: &str| json!({"text": text, "internal": true});
    let say = format!("/api/v1/conversations/{conversation}/messages");
    agent.post(&say, note(&format!("@{me} <script>alert(1)</script>"))).await.is(201);
    let counted = visitor.get("/console/follow-ups").await.text();
    assert!(counted.contains("title=\"One is new\""), "{counted}");
    let list = visitor.get("/console/notices").await.text();
    assert!(list.contains("named you in a note") && list.contains(&number) && list.contains("All read"), "{list}");
    // Who looks at it has read it.
    assert!(!visitor.get(&page).await.text().contains("One is new"));
    let list = visitor.get("/console/notices").await.text();
    assert!(!list.contains("All read") && list.contains("named you in a note"), "{list}");
    agent.post(&say, note("more")).await.is(201);
    visitor.get(&format!("/console/inbox/{conversation}")).await.is(200);
    assert!(!visitor.get("/console/account").await.text().contains("is new"), "the conversation is as good");
    agent.post(&say, note("still more")).await.is(201);
    visitor.post("/console/notices", &format!("notice={}", encode("<x>"))).await.is(404);
    visitor.post("/console/notices", "").await.is(303);
    assert!(!visitor.get("/console/account").await.text().contains("is new"));

    // What is written to somebody who has left is said.
    visitor.post(&format!("{page}/followers"), &format!("step=unfollow&agent={me}")).await.is(303);
    agent.post(&say, note("quiet")).await.is(201);
    assert!(!visitor.get("/console/account").await.text().contains("is new"));
}
