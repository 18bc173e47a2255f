//! Templates, departments and the like; and the people who work here.

use axum::http::Method;
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn templates_have_the_agreed_shape() {
    let world = World::open().await;
    let reader = world.with("read").await;
    let list = reader.get("/api/v1/templates").await.is(200).json();
    let keys: Vec<&str> = list["items"].as_array().unwrap().iter().map(|template| template["key"].as_str().unwrap()).collect();
    for key in ["order_problem", "refund", "bug", "suggestion"] {
        assert!(keys.contains(&key), "{keys:?}");
    }
    let refund = reader.get("/api/v1/templates/refund").await.is(200).json();
    let fields = refund["fields"].as_array().unwrap();
    let required: Vec<_> =
        fields.iter().map(|field| (field["key"].as_str().unwrap(), field["type"].as_str().unwrap(), field["required"].clone())).collect();
    assert_eq!(required, [("order_number", "text", json!("create")), ("reason", "choice", json!(false)), ("amount", "money", json!(false))]);
    assert!(refund["title"].is_object() && refund["version"].is_number());
}

#[tokio::test]
async fn an_object_is_made_changed_and_removed() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    let path = "/api/v1/departments/night";
    let made = admin.put(path, json!({"name": {"en": "Night"}})).await.is(201);
    assert_eq!((made.json()["key"].clone(), made.header("etag").to_owned()), (json!("night"), "\"1\"".to_owned()));
    // What was read may be sent back with a change.
    let mut document = admin.get(path).await.is(200).json();
    document["name"]["zh"] = json!("夜班");
    let changed = admin.call(Method::PUT, path, Some(document.clone()), &[("if-match", "\"1\"")]).await.is(200);
    assert_eq!(changed.header("etag"), "\"2\"");
    let refused = admin.call(Method::PUT, path, Some(document), &[("if-match", "\"1\"")]).await.is(412);
    assert_eq!(refused.json()["current"]["name"]["zh"], "夜班");
    admin.call(Method::PUT, path, Some(json!({"name": {"en": "Night"}})), &[("if-none-match", "*")]).await.is(412);
    assert_eq!(admin.put(path, json!({"name": {"en": "Night"}, "colour": "black"})).await.is(422).json()["errors"].as_array().unwrap().len(), 1);
    assert_eq!(admin.put("/api/v1/departments/Nö%20key", json!({"name": {"en": "Night"}})).await.status.as_u16(), 422);
    assert_eq!(admin.post("/api/v1/departments", json!({"name": {"en": "x"}})).await.is(422).field(), "key");
    admin.post("/api/v1/departments", json!({"key": "day", "name": {"en": "Day"}})).await.is(201);
    admin.post("/api/v1/departments", json!({"key": "day", "name": {"en": "Day"}})).await.is(422);
    admin.delete(path).await.is(204);
    admin.get(path).await.is(404);
    admin.delete(path).await.is(404);
    let refused = admin.delete("/api/v1/departments/support").await.is(422);
    assert!(refused.text().contains("refers to it"), "{}", refused.text());
}

#[tokio::test]
async fn long_lists_come_in_pages() {
    let world = World::open().await;
    let reader = world.with("read").await;
    let mut keys = Vec::new();
    let mut path = "/api/v1/regions?limit=100".to_owned();
    loop {
        let page = reader.get(&path).await.is(200).json();
        keys.extend(page["items"].as_array().unwrap().iter().map(|region| region["key"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/regions?limit=100&cursor={cursor}"),
            None => break,
        }
    }
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert!(count > 240 && keys.len() == count, "{count}");
}

#[tokio::test]
async fn people_who_work_here() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    let body =
        json!({"email": "Mei@example.org", "name": "Mei Lin", "role": "agent", "departments": ["support"], "password": "correct horse battery"});
    let made = admin.post("/api/v1/agents", body).await.is(201);
    assert!(!made.text().contains("password") && !made.text().contains("argon2"), "{}", made.text());
    let key = made.json()["key"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/agents/{key}");
    assert_eq!(admin.put(&path, json!({"role": "supervisor"})).await.is(200).json()["role"], "supervisor");
    assert_eq!(admin.put(&path, json!({"role": "king"})).await.is(422).field(), "role");
    assert_eq!(admin.put(&path, json!({"password_hash": "x"})).await.is(422).field(), "password_hash");
    let code = admin.post(&format!("{path}/link-code"), json!({})).await.is(201).json();
    assert!(code["code"].as_str().unwrap().len() >= 8 && code["expires_at"].is_string());
    admin.delete(&path).await.is(204);
    assert_eq!(admin.get(&path).await.json()["disabled"], json!(true));
    admin.get("/api/v1/agents/nobody").await.is(404);
}
