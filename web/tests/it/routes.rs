//! What holds for every route, found by walking the table that the router is made from.

use axum::http::Method;
use bellhop_engine::caller::Permissions;
use bellhop_web::{api_routes, openapi_json};
use serde_json::{Value, json};

use crate::world::World;

fn description() -> Value {
    serde_json::from_str(&openapi_json()).unwrap()
}

/// An address of the route, with something in its places that is nowhere.
fn address(path: &str) -> String {
    let filled = path
        .replace("{id}", "cnv_01934f00000070008000000000000001")
        .replace("{message}", "msg_01934f00000070008000000000000002")
        .replace("{number}", "T-999999")
        .replace("{key}", "nobody")
        .replace("{slug}", "nothing")
        .replace("{message}", "msg_01934f00000070008000000000000001")
        .replace("{contact}", "con_01934f00000070008000000000000003")
        .replace("{name}", "nowhere");
    assert!(!filled.contains('{'), "{path}: a place that this test does not know");
    format!("/api/v1{filled}")
}

#[test]
fn the_description_has_exactly_the_routes() {
    let document = description();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut described: Vec<String> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            described.push(format!("{} {}", method.to_uppercase(), path.strip_prefix("/api/v1").unwrap()));
        }
    }
    let mut declared: Vec<String> = api_routes().iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    described.sort();
    declared.sort();
    assert_eq!(described, declared);
    assert!(declared.len() > 60);
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    fn walk(value: &Value, document: &Value, seen: &mut usize) {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    *seen += 1;
                    assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
                }
                map.values().for_each(|value| walk(value, document, seen));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, document, seen)),
            _ => {}
        }
    }
    let document = description();
    let mut seen = 0;
    walk(&document, &document, &mut seen);
    assert!(seen > 100);
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{path}");
        }
    }
}

#[tokio::test]
async fn the_description_needs_no_token() {
    let world = World::open().await;
    let answer = world.anybody().get("/api/v1/openapi.json").await.is(200);
    assert_eq!(answer.text(), openapi_json());
    assert_eq!(answer.header("content-type"), "application/json");
}

/// The matrix of rights, made from the table of routes, so that none escapes (F-60).
#[tokio::test]
async fn every_route_lets_in_whom_it_should_and_nobody_else() {
    let world = World::open().await;
    let mut clients = vec![("nobody", None, world.anybody())];
    for scope in ["read", "agent", "editor", "admin"] {
        clients.push((scope, Permissions::of_scope(scope), world.with(scope).await));
    }
    let (mut let_in, mut refused) = (0, 0);
    for route in api_routes() {
        for (who, permissions, client) in &clients {
            let body = (route.method != Method::GET && route.method != Method::DELETE).then(|| json!({}));
            let status = client.call(route.method.clone(), &address(&route.path), body, &[]).await.status.as_u16();
            let case = format!("{who}: {} {}", route.method, route.path);
            assert!(status < 500, "{case}: {status}");
            match (route.needs, permissions) {
                (None, _) => assert_eq!(status, 200, "{case}"),
                (Some(_), None) => assert_eq!(status, 401, "{case}"),
                (Some(needs), Some(permissions)) if permissions.allow(needs) => {
                    let_in += 1;
                    assert!(![401, 403].contains(&status), "{case}: {status}");
                }
                (Some(_), Some(_)) => {
                    refused += 1;
                    assert_eq!(status, 403, "{case}");
                }
            }
        }
    }
    assert!(let_in > 100 && refused > 50, "{let_in} {refused}");
}

#[tokio::test]
async fn a_wrong_or_revoked_token_opens_nothing() {
    let world = World::open().await;
    for value in ["Bearer bh_wrong", "Bearer ", "Basic YTpi", "bh_", "Bearer bh_' OR 1=1 --"] {
        let answer = world.anybody().call(Method::GET, "/api/v1/tickets", None, &[("authorization", value)]).await.is(401);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

/// Whatever is asked for by a filter, the database is never asked in words of it (F-61).
#[tokio::test]
async fn filters_filter_or_are_refused_and_never_break() {
    let world = World::open().await;
    world.queued("thread-1").await;
    let admin = world.with("admin").await;
    let document = description();
    let mut tried = 0;
    for route in api_routes().into_iter().filter(|route| route.method == Method::GET && !route.path.contains('{')) {
        let operation = &document["paths"][format!("/api/v1{}", route.path)]["get"];
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        for name in parameters.iter().map(|parameter| parameter["name"].as_str().unwrap()) {
            for nasty in [
                "%27%20OR%201%3D1%20--",
                "%27%3B%20DROP%20TABLE%20ticket%3B--",
                "%22%29%20UNION%20SELECT%20*%20FROM%20api_token--",
                "%25",
                "_%25_",
                "%5C",
                "%00",
                "%FF%FE",
                "%F0%9F%92%A9",
                "-1",
                "99999999999999999999999999",
                "%7B%22%24ne%22%3Anull%7D",
            ] {
                tried += 1;
                let path = format!("/api/v1{}?{name}={nasty}", route.path);
                let answer = admin.get(&path).await;
                let status = answer.status.as_u16();
                assert!(status == 200 || status == 400, "{path}: {status}");
                if status == 400 {
                    assert_eq!(answer.field(), name, "{path}");
                } else if !matches!(nasty, "%25" | "_%25_") {
                    // A percent sign is only a sign: it matches texts that have one.
                    assert_eq!(answer.json()["items"], json!([]), "{path}");
                }
            }
            let long = "x".repeat(10_000);
            let status = admin.get(&format!("/api/v1{}?{name}={long}", route.path)).await.status.as_u16();
            assert!(status == 200 || status == 400, "{} {name}: {status}", route.path);
        }
        if route.needs.is_some() {
            let answer = admin.get(&format!("/api/v1{}?sort=id;DROP", route.path)).await.is(400);
            assert_eq!(answer.field(), "sort");
        }
    }
    assert!(tried > 200);
}

/// What nobody may set cannot be set by the way (F-68).
#[tokio::test]
async fn no_body_carries_a_field_that_nobody_declared() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    let document = description();
    let mut tried = 0;
    for route in api_routes() {
        let operation = &document["paths"][format!("/api/v1{}", route.path)][route.method.as_str().to_lowercase()];
        if operation["requestBody"]["content"]["application/json"].is_null() {
            continue;
        }
        tried += 1;
        let body = json!({"surprise": "admin", "key": "nobody"});
        let answer = admin.call(route.method.clone(), &address(&route.path), Some(body), &[]).await;
        let case = format!("{} {}: {}", route.method, route.path, answer.text());
        assert_eq!(answer.status.as_u16(), 422, "{case}");
        assert!(!answer.json()["errors"].as_array().unwrap().is_empty(), "{case}");
    }
    assert!(tried > 30);
    let answer = admin.post("/api/v1/contacts", json!({"name": "Ann", "version": 9})).await.is(422);
    assert_eq!(answer.field(), "version");
}
