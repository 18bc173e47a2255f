//! Agents who speak first, by hand or by macro; and whether they are there.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn an_agent_writes_first_to_somebody_who_is_known() {
    let world = World::open().await;
    let first = world.queued("thread-42").await;
    let agent = world.with("agent").await;
    let contact = agent.get(&format!("/api/v1/conversations/{first}")).await.is(200).json()["contact"].clone();
    let start = json!({"contact": contact, "text": "Your parcel is on its way.", "on_behalf_of": "Mei Lin"});

    let same = agent.post("/api/v1/conversations", start.clone()).await.is(201).json();
    assert_eq!((same["id"].as_str(), &same["status"]), (Some(first.as_str()), &json!("open")), "what is open goes on");

    agent.post(&format!("/api/v1/conversations/{first}/close"), json!({})).await.is(200);
    let made = agent.post("/api/v1/conversations", start.clone()).await.is(201);
    assert_eq!(made.header("etag"), "\"1\"");
    let made = made.json();
    assert_ne!(made["id"].as_str(), Some(first.as_str()));
    assert_eq!((&made["status"], &made["thread"], &made["channel"]), (&json!("open"), &json!("thread-42"), &json!("shop")));
    let id = made["id"].as_str().unwrap();
    let messages = agent.get(&format!("/api/v1/conversations/{id}/messages")).await.is(200).json();
    assert_eq!(messages["items"].as_array().unwrap().len(), 1);
    let message = &messages["items"][0];
    assert_eq!((&message["direction"], &message["author"]["name"]), (&json!("out"), &json!("Mei Lin")));
    let transcript = agent.get(&format!("/api/v1/conversations/{id}/transcript?for=customer")).await.is(200).json();
    assert!(transcript["text"].as_str().unwrap().ends_with("Mei Lin: Your parcel is on its way.\n"), "{transcript}");

    let elsewhere = json!({"contact": contact, "channel": "mail", "text": "Hello"});
    assert_eq!(agent.post("/api/v1/conversations", elsewhere).await.is(422).field(), "channel");
    assert_eq!(agent.post("/api/v1/conversations", json!({"contact": contact, "text": " "})).await.is(422).field(), "text");
    agent.patch(&format!("/api/v1/contacts/{}", contact.as_str().unwrap()), json!({"blocked": true})).await.is(200);
    agent.post("/api/v1/conversations", start).await.is(409);
    let stranger = agent.post("/api/v1/contacts", json!({"name": "Zoe"})).await.is(201).json();
    agent.post("/api/v1/conversations", json!({"contact": stranger["id"], "text": "Hello"})).await.is(409);
}

#[tokio::test]
async fn a_macro_says_and_does_all_of_it_at_once() {
    let world = World::open().await;
    let id = world.queued("thread-42").await;
    let (admin, agent) = (world.with("admin").await, world.with("agent").await);
    let shipped = json!({
        "title": {"en": "Shipped", "zh": "已发货"},
        "text": {"en": "Hello {{customer.name|there}}, {{ticket.number|your parcel}} is on its way. {{agent.name}}"},
        "tags": ["shipped"],
        "close": true,
    });
    admin.put("/api/v1/macros/shipped", shipped).await.is(201);
    let wrong = json!({"title": {"en": "X"}, "text": {"en": "{{customer.nmae}}"}});
    assert_eq!(admin.put("/api/v1/macros/wrong", wrong).await.is(422).field(), "text.en");

    let done = agent.post(&format!("/api/v1/conversations/{id}/macro"), json!({"key": "shipped"})).await.is(200).json();
    assert_eq!((&done["status"], &done["tags"]), (&json!("resolved"), &json!(["shipped"])));
    let messages = agent.get(&format!("/api/v1/conversations/{id}/messages")).await.is(200).json();
    let said: Vec<&str> = messages["items"].as_array().unwrap().iter().map(|message| message["text"].as_str().unwrap()).collect();
    assert!(said.iter().any(|text| text.ends_with("your parcel is on its way. the agent program")), "{said:?}");
    agent.post(&format!("/api/v1/conversations/{id}/macro"), json!({"key": "nothing"})).await.is(404);

    let path = format!("/api/v1/conversations/{id}/tags");
    let tagged = agent.post(&path, json!({"add": ["a", "b"], "remove": ["shipped"]})).await.is(200).json();
    assert_eq!(tagged["tags"], json!(["a", "b"]));
}

#[tokio::test]
async fn who_is_there_can_be_asked_and_said() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    admin.post("/api/v1/agents", json!({"email": "mei@example.org", "role": "agent"})).await.is(201);
    let path = "/api/v1/agents/mei/presence";
    assert_eq!(
        admin.get(path).await.is(200).json(),
        json!({"presence": null, "automatic": false, "capacity": null, "changed_at": null, "acted_at": null})
    );
    admin.put(path, json!({"presence": "online", "capacity": 4})).await.is(200);
    let away = admin.put(path, json!({"presence": "away"})).await.is(200).json();
    assert_eq!((&away["presence"], &away["capacity"]), (&json!("away"), &json!(4)), "what is absent stays");
    assert_eq!(admin.put(path, json!({"presence": "online", "capacity": null})).await.is(200).json()["capacity"], json!(null));
    assert_eq!(admin.put(path, json!({"presence": "online", "capacity": -1})).await.is(422).field(), "capacity");
    world.with("agent").await.put(path, json!({"presence": "offline"})).await.is(403);

    assert_eq!(admin.get("/api/v1/agents/mei/identities").await.is(200).json()["items"], json!([]));
    admin.post("/api/v1/agents/mei/unlink", json!({"channel": "staff", "external_id": "7"})).await.is(404);
}
