//! What is wrong is said as a problem, whatever is wrong.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn every_refusal_is_a_problem() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    for (method, path, status) in [
        (Method::GET, "/api/v1/nothing", 404),
        (Method::GET, "/nothing", 404),
        (Method::GET, "/api/v1/conversations/cnv_01934f00000070008000000000000001", 404),
        (Method::GET, "/api/v1/conversations/msg_01934f00000070008000000000000001", 404),
        (Method::GET, "/api/v1/conversations/%ff", 404),
        (Method::GET, "/api/v1/articles/a%00b", 404),
        (Method::GET, "/api/v1/templates/%00", 404),
        (Method::GET, "/api/v1/articles/a?lang=%00", 400),
        (Method::GET, "/api/v1/tickets/T-1", 404),
        (Method::GET, "/api/v1/tickets/one", 404),
        (Method::PUT, "/api/v1/conversations", 405),
        (Method::DELETE, "/api/v1/tickets/T-1", 405),
        (Method::GET, "/channels/shop/events", 405),
        (Method::POST, "/healthz", 405),
        (Method::GET, "/api/v1/tickets?cursor=x", 400),
    ] {
        let answer = admin.call(method.clone(), path, None, &[]).await.is(status);
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{method} {path}");
        assert_eq!(answer.json()["status"], status, "{method} {path}");
    }
    let answer = admin.call(Method::PUT, "/api/v1/conversations", None, &[]).await;
    assert!(answer.header(header::ALLOW).contains("GET"), "{:?}", answer.headers);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused() {
    let world = World::open().await;
    let token = bellhop_engine::actions::tokens::create(&world.engine, &bellhop_engine::caller::Caller::system(), "x", &["admin".to_owned()])
        .await
        .unwrap()
        .secret;
    let deep = format!("{{\"name\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(3 * 1024 * 1024));
    for (case, media, body, status) in [
        ("no JSON", "application/json", "{", 400),
        ("not a number", "application/json", "{\"name\": NaN}", 400),
        ("a lone surrogate", "application/json", "{\"name\": \"\\ud800\"}", 400),
        ("nested too deep", "application/json", deep.as_str(), 400),
        ("too large", "application/json", large.as_str(), 413),
        ("a list", "application/json", "[]", 422),
        ("of another kind", "application/json", "{\"name\": 1}", 422),
        ("a form", "application/x-www-form-urlencoded", "name=Ann", 415),
        ("fine", "application/json; charset=utf-8", "{\"name\": \"Ann\"}", 201),
    ] {
        let request = Request::post("/api/v1/contacts")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, media)
            .body(Body::from(body.to_owned()));
        let answer = world.send(request.unwrap()).await;
        assert_eq!(answer.status.as_u16(), status, "{case}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_browser_is_shown_a_page_where_a_program_is_told_a_problem() {
    let world = World::open().await;
    let answer = world.anybody().call(Method::GET, "/nothing", None, &[("accept", "text/html,*/*"), ("accept-language", "zh")]).await.is(404);
    assert!(answer.header(header::CONTENT_TYPE).starts_with("text/html"));
    assert!(answer.text().contains("<html lang=\"zh\">"), "{}", answer.text());
    let answer = world.anybody().call(Method::GET, "/api/v1/nothing", None, &[("accept", "text/html")]).await.is(404);
    assert_eq!(answer.json()["status"], json!(404));
}

#[tokio::test]
async fn health_is_told() {
    let world = World::open().await;
    for path in ["/healthz", "/readyz", "/metrics"] {
        world.anybody().get(path).await.is(200);
    }
}
