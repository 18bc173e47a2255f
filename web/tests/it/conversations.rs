//! From a message to a ticket, through the API.

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::{World, eventually};

fn has(value: &Value, keys: &[&str]) {
    let object = value.as_object().unwrap();
    for key in keys {
        assert!(object.contains_key(*key), "{key} is missing in {value}");
    }
}

const CONVERSATION: [&str; 11] =
    ["id", "status", "channel", "thread", "contact", "assignee", "department", "language", "category", "tickets", "version"];
const MESSAGE: [&str; 12] =
    ["id", "conversation", "direction", "author", "text", "attachments", "buttons", "created_at", "delivery", "error", "maybe_sent", "losses"];
const TICKET: [&str; 16] = [
    "number",
    "template",
    "status",
    "stage",
    "priority",
    "tier",
    "region",
    "department",
    "owner",
    "followers",
    "fields",
    "conversations",
    "due",
    "routing",
    "tracking_url",
    "version",
];

#[tokio::test]
async fn a_conversation_becomes_a_ticket_with_one_call() {
    let world = World::open().await;
    let id = world.queued("thread-42").await;
    let agent = world.with("agent").await;
    let conversation = agent.get(&format!("/api/v1/conversations/{id}")).await.is(200);
    assert_eq!(conversation.header("etag"), format!("\"{}\"", conversation.json()["version"]));
    let conversation = conversation.json();
    has(&conversation, &CONVERSATION);
    assert_eq!((&conversation["status"], &conversation["channel"], &conversation["thread"]), (&json!("queued"), &json!("shop"), &json!("thread-42")));
    assert_eq!(conversation["tickets"], json!([]));

    let reply = json!({"text": "I will look at it.", "on_behalf_of": "Mei Lin"});
    let message = agent.post(&format!("/api/v1/conversations/{id}/messages"), reply).await.is(201).json();
    has(&message, &MESSAGE);
    assert_eq!((&message["direction"], &message["delivery"]), (&json!("out"), &json!("queued")));
    assert_eq!((&message["author"]["kind"], &message["author"]["name"]), (&json!("agent"), &json!("Mei Lin")));
    let note = agent.post(&format!("/api/v1/conversations/{id}/messages"), json!({"text": "Careful.", "internal": true})).await.is(201).json();
    assert_eq!((&note["direction"], &note["delivery"], &note["author"]["name"]), (&json!("note"), &Value::Null, &json!("the agent program")));

    let ticket_path = format!("/api/v1/conversations/{id}/ticket");
    let refused = agent.post(&ticket_path, json!({"template": "refund"})).await.is(422);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.field(), "fields.order_number");
    assert_eq!(agent.post(&ticket_path, json!({"template": "nothing"})).await.is(422).field(), "template");
    let body = json!({"template": "refund", "fields": {"order_number": "1001", "reason": "damaged"}});
    let ticket = agent.post(&ticket_path, body.clone()).await.is(201).json();
    has(&ticket, &TICKET);
    has(&ticket["routing"], &["rule", "department", "owner", "reasons"]);
    assert_eq!((&ticket["number"], &ticket["due"]), (&json!("T-1"), &json!({})));
    assert_eq!(ticket["fields"]["order_number"]["value"], "1001");
    assert!(ticket["fields"]["order_number"]["source"].is_string());
    assert!(ticket["tracking_url"].as_str().unwrap().starts_with("https://help.example.org/t/"));
    assert_eq!(ticket["conversations"], json!([id]));
    let again = agent.post(&ticket_path, body).await.is(200).json();
    assert_eq!(again["number"], "T-1");
    assert_eq!(agent.get(&format!("/api/v1/conversations/{id}")).await.json()["tickets"], json!(["T-1"]));
    for number in ["T-1", "t-1", "1"] {
        assert_eq!(agent.get(&format!("/api/v1/tickets/{number}")).await.is(200).json()["number"], "T-1");
    }

    let timeline = agent.get("/api/v1/tickets/T-1/timeline").await.is(200).json();
    let kinds: Vec<&str> = timeline["items"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"ticket_created") && kinds.contains(&"routed"), "{kinds:?}");
    let said = agent.post("/api/v1/tickets/T-1/messages", json!({"text": "Money is on its way."})).await.is(201).json();
    assert_eq!(said["direction"], "out");
    let mut texts: Vec<String> = Vec::new();
    let mut path = "/api/v1/tickets/T-1/messages?limit=2".to_owned();
    loop {
        let page = agent.get(&path).await.is(200).json();
        texts.extend(page["items"].as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/tickets/T-1/messages?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    let direct = agent.get(&format!("/api/v1/conversations/{id}/messages?limit=200")).await.json();
    let direct: Vec<&str> = direct["items"].as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap()).collect();
    assert_eq!(texts, direct, "pages have everything once and in order");
    eventually(async || {
        let messages = agent.get(&format!("/api/v1/conversations/{id}/messages?limit=200")).await.json();
        let sent = messages["items"].as_array()?.iter().find(|message| message["text"] == "I will look at it.")?["delivery"] == "sent";
        sent.then_some(())
    })
    .await;
}

/// Two who change one ticket (F-55).
#[tokio::test]
async fn who_was_slower_is_given_the_present_state() {
    let world = World::open().await;
    let id = world.queued("thread-1").await;
    let agent = world.with("agent").await;
    agent.post(&format!("/api/v1/conversations/{id}/ticket"), json!({"template": "refund", "fields": {"order_number": "1001"}})).await.is(201);
    let ticket = agent.get("/api/v1/tickets/1").await;
    let tag = ticket.header("etag").to_owned();
    let change = |body: Value, tag: String| {
        let agent = &agent;
        async move { agent.call(Method::PATCH, "/api/v1/tickets/T-1", Some(body), &[("if-match", &tag)]).await }
    };
    let changed = change(json!({"priority": "high"}), tag.clone()).await.is(200);
    assert_eq!(changed.json()["priority"], "high");
    assert_ne!(changed.header("etag"), tag);
    for stale in [tag, "\"nonsense\"".to_owned()] {
        let refused = change(json!({"priority": "low"}), stale).await.is(412);
        assert_eq!(refused.json()["current"]["priority"], "high");
    }
    assert_eq!(agent.patch("/api/v1/tickets/T-1", json!({"priority": "low"})).await.is(200).json()["priority"], "low");
    assert_eq!(agent.patch("/api/v1/tickets/T-1", json!({"status": "sleeping"})).await.is(422).field(), "status");
    assert_eq!(agent.patch("/api/v1/tickets/T-1", json!({"owner": "nobody"})).await.is(422).field(), "owner");
    let path = format!("/api/v1/conversations/{id}");
    let refused = agent.call(Method::PATCH, &path, Some(json!({"tags": ["vip"]})), &[("if-match", "\"999\"")]).await.is(412);
    assert_eq!(refused.json()["current"]["id"], json!(id));
    assert_eq!(agent.patch(&path, json!({"tags": ["vip"]})).await.is(200).json()["tags"], json!(["vip"]));
}

#[tokio::test]
async fn a_conversation_is_moved_along() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    admin
        .post("/api/v1/agents", json!({"key": "mei", "name": "Mei Lin", "email": "mei@example.org", "role": "agent", "departments": ["support"]}))
        .await
        .is(201);
    let id = world.queued("thread-1").await;
    let path = format!("/api/v1/conversations/{id}");
    let move_to = async |verb: &str, body: Value| admin.post(&format!("{path}/{verb}"), body).await;
    let taken = move_to("take", json!({"agent": "mei"})).await.is(200).json();
    assert_eq!((&taken["status"], &taken["assignee"]), (&json!("open"), &json!("mei")));
    assert_eq!(admin.get("/api/v1/conversations?assignee=mei&status=open").await.json()["items"][0]["id"], json!(id));
    let queued = move_to("assign", json!({"department": "support"})).await.is(200).json();
    assert_eq!((&queued["status"], &queued["assignee"], &queued["department"]), (&json!("queued"), &Value::Null, &json!("support")));
    assert_eq!(move_to("assign", json!({})).await.is(422).field(), "agent");
    assert_eq!(move_to("snooze", json!({"until": "2001-01-01T00:00:00Z"})).await.is(422).field(), "until");
    assert_eq!(move_to("snooze", json!({"until": "tomorrow"})).await.is(422).field(), "until");
    assert_eq!(move_to("assign", json!({"agent": "mei"})).await.is(200).json()["assignee"], "mei");
    // Without a body, too.
    let closed = admin.call(Method::POST, &format!("{path}/close"), None, &[]).await.is(200).json();
    assert_eq!(closed["status"], "resolved");
    move_to("take", json!({})).await.is(409);
    assert_eq!(move_to("reopen", json!({})).await.is(200).json()["status"], "open");
    assert_eq!(move_to("bot", json!({})).await.is(200).json()["status"], "bot");
}

#[tokio::test]
async fn lists_are_filtered_and_come_in_pages() {
    let world = World::open().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(world.queued(&format!("thread-{number}")).await);
    }
    let agent = world.with("agent").await;
    let mut found = Vec::new();
    let mut path = "/api/v1/conversations?limit=2&status=queued".to_owned();
    loop {
        let page = agent.get(&path).await.is(200).json();
        found.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        assert!(page["items"].as_array().unwrap().len() <= 2);
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/conversations?limit=2&status=queued&cursor={cursor}"),
            None => break,
        }
    }
    found.sort();
    ids.sort();
    assert_eq!(found, ids);
    let contact = agent.get(&format!("/api/v1/conversations/{}", ids[0])).await.json()["contact"].as_str().unwrap().to_owned();
    for (query, count) in [
        ("channel=shop".to_owned(), 5),
        ("channel=other".to_owned(), 0),
        ("status=open".to_owned(), 0),
        (format!("contact={contact}"), 1),
        ("q=parcel".to_owned(), 5),
        ("q=PARCEL".to_owned(), 5),
        ("q=nothing".to_owned(), 0),
        ("department=nowhere".to_owned(), 0),
    ] {
        let page = agent.get(&format!("/api/v1/conversations?{query}")).await.is(200).json();
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{query}");
    }
    for (query, field) in [("status=asleep", "status"), ("contact=ann", "contact"), ("assignee=nobody", "assignee"), ("limit=0", "limit")] {
        assert_eq!(agent.get(&format!("/api/v1/conversations?{query}")).await.is(400).field(), field);
    }
}

#[tokio::test]
async fn what_was_said_is_changed_or_taken_back() {
    let world = World::open().await;
    let id = world.queued("thread-42").await;
    let agent = world.with("agent").await;
    let path = format!("/api/v1/conversations/{id}/messages");
    let said = agent.post(&path, json!({"text": "At noon."})).await.is(201).json();
    let of_said = format!("{path}/{}", said["id"].as_str().unwrap());
    let changed = agent.patch(&of_said, json!({"text": "At one."})).await.is(200).json();
    assert_eq!((&changed["text"], changed["edited_at"].is_string()), (&json!("At one."), true));
    has(&changed, &["location", "card"]);
    assert_eq!(agent.patch(&of_said, json!({"text": " "})).await.is(422).field(), "text");
    let other = world.queued("thread-43").await;
    let elsewhere = format!("/api/v1/conversations/{other}/messages/{}", said["id"].as_str().unwrap());
    agent.patch(&elsewhere, json!({"text": "Never."})).await.is(404);
    agent.delete(&elsewhere).await.is(404);
    let theirs = agent.get(&path).await.json()["items"][0].clone();
    assert_eq!(theirs["direction"], "in");
    agent.delete(&format!("{path}/{}", theirs["id"].as_str().unwrap())).await.is(409);
    for _ in 0..2 {
        let gone = agent.delete(&of_said).await.is(200).json();
        assert_eq!((&gone["text"], gone["deleted_at"].is_string()), (&json!(""), true));
    }
    agent.patch(&of_said, json!({"text": "At two."})).await.is(409);
    agent.post(&format!("/api/v1/conversations/{id}/typing"), json!({})).await.is(204);
}

#[tokio::test]
async fn people_are_added_corrected_joined_and_erased() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    let organisation = admin.post("/api/v1/organisations", json!({"name": "Acme", "domains": ["acme.example"], "tier": "gold"})).await.is(201).json();
    let body = json!({"name": "Ann", "emails": ["Ann@acme.example"], "organisation": organisation["id"]});
    let ann = admin.post("/api/v1/contacts", body).await.is(201).json();
    assert_eq!((&ann["tier"], &ann["emails"][0]["value"]), (&json!("gold"), &json!("ann@acme.example")), "the tier is inherited");
    let path = format!("/api/v1/contacts/{}", ann["id"].as_str().unwrap());
    assert_eq!(admin.patch(&path, json!({"tier": "vip"})).await.is(200).json()["tier"], "vip");
    assert_eq!(admin.patch(&path, json!({"tier": null})).await.is(200).json()["tier"], "gold");
    assert_eq!(admin.patch(&path, json!({"tier": "platinum"})).await.is(422).field(), "tier");
    assert_eq!(admin.call(Method::PATCH, &path, Some(json!({"name": "B"})), &[("if-match", "\"1\"")]).await.is(412).json()["current"]["name"], "Ann");
    let other = admin.post("/api/v1/contacts", json!({"name": "A.", "phones": ["+49 30 123456"]})).await.is(201).json();
    let merged = admin.post(&format!("{path}/merge"), json!({"other": other["id"]})).await.is(200).json();
    assert_eq!((&merged["name"], merged["phones"].as_array().unwrap().len()), (&json!("Ann"), 1));
    let gone = format!("/api/v1/contacts/{}", other["id"].as_str().unwrap());
    assert_eq!(admin.get(&gone).await.is(200).json()["id"], merged["id"], "what referred to the record that went leads to the one that stayed");
    assert!(admin.get(&format!("{path}/export")).await.is(200).text().contains("ann@acme.example"));
    admin.delete(&path).await.is(204);
    admin.get(&gone).await.is(404);
    let erased = admin.get(&path).await.is(200);
    assert!(!erased.text().contains("ann@acme.example"));
    assert!(erased.json()["erased_at"].is_string());
    let organisation_path = format!("/api/v1/organisations/{}", organisation["id"].as_str().unwrap());
    assert_eq!(admin.patch(&organisation_path, json!({"domains": ["not a domain"]})).await.is(422).field(), "domains[0]");
    assert_eq!(admin.patch(&organisation_path, json!({"domains": ["acme.example", "Gmail.com"]})).await.is(422).field(), "domains[1]");
    assert_eq!(admin.get("/api/v1/organisations?q=acm").await.json()["items"][0]["name"], "Acme");
}

#[tokio::test]
async fn a_ticket_can_be_made_without_a_conversation() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let ann = agent.post("/api/v1/contacts", json!({"name": "Ann"})).await.is(201).json();
    assert_eq!(agent.post("/api/v1/tickets", json!({"template": "refund"})).await.is(422).field(), "contact");
    let body = json!({"template": "refund", "contact": ann["id"], "fields": {"order_number": "7"}, "priority": "urgent"});
    let ticket = agent.post("/api/v1/tickets", body).await.is(201).json();
    assert_eq!((&ticket["priority"], &ticket["conversations"]), (&json!("urgent"), &json!([])));
    for (query, count) in [("priority=1", None), ("status=new", Some(1)), ("template=refund", Some(1)), ("template=bug", Some(0)), ("q=T-1", Some(1))]
    {
        let answer = agent.get(&format!("/api/v1/tickets?{query}")).await;
        match count {
            Some(count) => assert_eq!(answer.is(200).json()["items"].as_array().unwrap().len(), count, "{query}"),
            None => drop(answer.is(400)),
        }
    }
    agent.post("/api/v1/tickets/1/messages", json!({"text": "Hello"})).await.is(409);
}
