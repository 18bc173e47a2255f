//! Cases in business systems and follow-ups, as programs and agents meet them.

use axum::http::Method;
use bellhop_domain::desk::Role;
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use crate::{
    console::{Visitor, encode, with_admin},
    world::{Client, World, eventually},
};

/// Number and conversation of a new ticket.
async fn ticket(world: &World, agent: &Client<'_>, thread: &str) -> (String, String) {
    let id = world.customer_says(thread, "I want a refund for order 1001", json!({})).await;
    let body = json!({"template": "refund", "fields": {"order_number": "1001"}});
    let ticket = agent.post(&format!("/api/v1/conversations/{id}/ticket"), body).await.is(201).json();
    (ticket["number"].as_str().unwrap().to_owned(), id)
}

#[allow(clippy::disallowed_methods, reason = "the world of these tests has the machine's clock")]
fn in_hours(hours: i64) -> String {
    (Utc::now() + TimeDelta::hours(hours)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[tokio::test]
async fn programs_link_change_and_unlink_cases() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let (number, _) = ticket(&world, &agent, "thread-1").await;
    let path = format!("/api/v1/tickets/{number}/references");
    let made = agent.post(&path, json!({"system": "erp", "reference": "A/4711"})).await.is(201).json();
    assert_eq!((&made["url"], &made["standing"]), (&json!("https://erp.example/orders/A%2F4711"), &json!("open")));
    let again = agent.post(&path, json!({"system": "erp", "reference": "A/4711", "state": "sent"})).await.is(200).json();
    assert_eq!((&again["id"], &again["standing"], &again["version"]), (&made["id"], &json!("done"), &json!(2)));
    for (wrong, field) in [
        (json!({"system": "crm", "reference": "1"}), "system"),
        (json!({"system": "erp", "reference": "1", "url": "javascript:alert(1)"}), "url"),
        (json!({"system": "erp", "reference": "1", "version": 7}), "version"),
        (json!({"system": "erp", "reference": "1", "state_at": "2020-01-01T00:00:00Z"}), "state_at"),
    ] {
        assert_eq!(agent.post(&path, wrong).await.is(422).field(), field);
    }
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let old = agent.call(Method::PATCH, &one, Some(json!({"state": "lost"})), &[("if-match", "\"1\"")]).await.is(412).json();
    assert_eq!(old["current"]["version"], 2);
    let moved = agent.patch(&one, json!({"url": "https://elsewhere.example/1"})).await.is(200).json();
    assert_eq!((&moved["url"], &moved["state"]), (&json!("https://elsewhere.example/1"), &json!("sent")));
    assert_eq!(agent.patch(&one, json!({"url": null})).await.is(200).json()["url"], made["url"]);
    assert_eq!(agent.get(&path).await.is(200).json()["items"].as_array().unwrap().len(), 1);
    agent.delete(&one).await.is(204);
    agent.delete(&one).await.is(404);
    // Who cannot sign learns nothing of which systems there are.
    let asked = async |system: &str| {
        let answer = world.anybody().post(&format!("/systems/{system}/events"), json!({"id": "e"})).await.is(401);
        answer.text()
    };
    assert_eq!(asked("erp").await, asked("nowhere").await);
}

#[tokio::test]
async fn programs_set_put_off_and_finish_follow_ups() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let (number, _) = ticket(&world, &agent, "thread-1").await;
    let path = format!("/api/v1/tickets/{number}/follow-ups");
    let made = agent.post(&path, json!({"text": "check *the refund*", "due_at": in_hours(2)})).await.is(201).json();
    assert_eq!((&made["state"], &made["ticket"], &made["owner"]), (&json!("open"), &json!(number), &json!(null)));
    for (wrong, field) in [
        (json!({"text": "", "due_at": in_hours(2)}), "text"),
        (json!({"text": "x", "due_at": in_hours(-2)}), "due_at"),
        (json!({"text": "x", "due_at": "friday"}), "due_at"),
        (json!({"text": "x", "due_at": in_hours(2), "owner": "nobody"}), "agent"),
        (json!({"text": "x", "due_at": in_hours(2), "state": "done"}), "state"),
    ] {
        assert_eq!(agent.post(&path, wrong).await.is(422).field(), field);
    }
    let open = agent.get("/api/v1/follow-ups").await.is(200).json();
    assert_eq!(open["items"], json!([made]));
    assert_eq!(agent.get("/api/v1/follow-ups?due=true").await.is(200).json()["items"], json!([]));
    let one = format!("/api/v1/follow-ups/{}", made["id"].as_str().unwrap());
    let later = in_hours(30);
    assert_eq!(agent.post(&format!("{one}/put-off"), json!({"due_at": later})).await.is(200).json()["due_at"], json!(later));
    let done = agent.post(&format!("{one}/done"), json!({})).await.is(200).json();
    assert_eq!(done["state"], "done");
    assert_eq!(agent.post(&format!("{one}/cancel"), json!({})).await.is(200).json(), done, "what has ended stays as it ended");
    agent.post(&format!("{one}/put-off"), json!({"due_at": later})).await.is(409);
    assert_eq!(agent.get(&one).await.is(200).json(), done);
    agent.get("/api/v1/follow-ups/fup_01934f00000070008000000000000001").await.is(404);
    assert_eq!(agent.get("/api/v1/follow-ups").await.json()["items"], json!([]));
}

#[tokio::test]
async fn agents_link_cases_and_finish_what_is_due_in_the_console() {
    let world = World::open().await;
    let agent = world.with("agent").await;
    let (number, _) = ticket(&world, &agent, "thread-1").await;
    with_admin(&world).await;
    let mut visitor = Visitor::with_role(&world, Role::Agent).await;
    let empty = visitor.get("/console/follow-ups").await.is(200).text();
    assert!(empty.contains("Nothing is to be done"), "{empty}");
    let (page, forms) = (format!("/console/tickets/{number}"), format!("/console/tickets/{number}/follow"));
    visitor.post(&forms, "step=link&system=erp&reference=A%2F4711").await.is(303);
    visitor.post(&forms, &format!("step=link&system=erp&reference={}", encode("<script>alert(1)</script>"))).await.is(303);
    visitor.post(&forms, "step=link&system=nowhere&reference=1").await.is(422);
    let shown = visitor.get(&page).await.is(200).text();
    assert!(shown.contains("href=\"https://erp.example/orders/A%2F4711\"") && shown.contains("Warehouse"), "{shown}");
    assert!(!shown.contains("<script>alert"), "what somebody wrote is only shown");

    // Set by the field for times, finished in the list.
    visitor.post(&forms, "step=set&text=check+it&when=2000-01-01T09%3A00").await.is(422);
    visitor.post(&forms, "step=set&text=check+it&when=soon").await.is(422);
    visitor.post(&forms, "step=set&text=check+*it*&when=2099-01-01T09%3A00").await.is(303);
    let list = visitor.get("/console/follow-ups").await.is(200).text();
    assert!(list.contains("check <em>it</em>") && list.contains("To come") && list.contains(&number), "{list}");
    let open: Value = agent.get("/api/v1/follow-ups").await.json();
    let id = open["items"][0]["id"].as_str().unwrap().to_owned();
    visitor.post("/console/follow-ups", &format!("step=tomorrow&follow_up={id}")).await.is(303);
    assert!(agent.get(&format!("/api/v1/follow-ups/{id}")).await.json()["due_at"].as_str().unwrap() < "2099");
    visitor.post("/console/follow-ups", &format!("step=done&follow_up={id}")).await.is(303);
    visitor.post("/console/follow-ups", "step=done&follow_up=fup_x").await.is(404);
    assert_eq!(agent.get(&format!("/api/v1/follow-ups/{id}")).await.json()["state"], "done");

    // A case that fails is due at once, and counted on every page.
    let cases = agent.get(&format!("/api/v1/tickets/{number}/references")).await.json();
    let case = cases["items"].as_array().unwrap().iter().find(|case| case["reference"] == "A/4711").unwrap();
    agent.patch(&format!("/api/v1/tickets/{number}"), json!({"department": "support"})).await;
    agent.patch(&format!("/api/v1/tickets/{number}/references/{}", case["id"].as_str().unwrap()), json!({"state": "failed"})).await.is(200);
    let told = eventually(async || {
        let open = agent.get("/api/v1/follow-ups?due=true").await.json();
        open["items"].get(0).filter(|it| it["state"] == "due").cloned()
    })
    .await;
    assert!(told["text"].as_str().unwrap().contains("A/4711") && told["reference"] == case["id"], "{told}");
    let shown = visitor.get(&page).await.is(200).text();
    assert!(shown.contains("A case went wrong") && shown.contains("Follow-up due"), "{shown}");
}
