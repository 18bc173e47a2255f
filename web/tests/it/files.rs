//! Files: kept as they are, given back as downloads only.

use axum::{
    body::Body,
    http::{Request, header},
};
use bellhop_engine::{actions::tokens, caller::Caller};
use serde_json::json;

use crate::world::{Answer, World};

async fn upload(world: &World, headers: &[(header::HeaderName, &str)], body: impl Into<Body>) -> Answer {
    let token = tokens::create(&world.engine, &Caller::system(), "x", &["agent".to_owned()]).await.unwrap().secret;
    let mut request = Request::post("/api/v1/files").header(header::AUTHORIZATION, format!("Bearer {token}"));
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    world.send(request.body(body.into()).unwrap()).await
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

/// What it says of itself: ten thousand by ten thousand points.
const HUGE_PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x27\x10\0\0\x27\x10\x08\x06\0\0\0";

#[tokio::test]
async fn whatever_it_claims_to_be_it_is_a_download() {
    let world = World::open().await;
    let html = b"<!doctype html><script>alert(document.domain)</script>".as_slice();
    let long = format!("{}.txt", "n".repeat(300));
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".as_slice();
    for (case, claimed, name, content, given) in [
        ("a picture", "image/png", "box.png", PNG, "image/png"),
        ("a page that claims to be a picture", "image/png", "box.png", html, "application/octet-stream"),
        ("a page", "text/html", "x.html", html, "application/octet-stream"),
        ("a drawing", "image/svg+xml; x", "x.svg", svg, "text/plain; charset=utf-8"),
        ("a picture that nobody should unpack", "image/png", "bomb.png", HUGE_PNG, "image/png"),
        ("a name of three hundred letters", "text/plain", &long, b"hello".as_slice(), "text/plain; charset=utf-8"),
        ("a path as name", "text/plain", "../../etc/passwd", b"hello".as_slice(), "text/plain; charset=utf-8"),
    ] {
        let disposition = format!("attachment; filename=\"{name}\"");
        let kept =
            upload(&world, &[(header::CONTENT_TYPE, claimed), (header::CONTENT_DISPOSITION, &disposition)], content.to_vec()).await.is(201).json();
        let path = kept["url"].as_str().unwrap().strip_prefix("https://help.example.org").unwrap().to_owned();
        let agent = world.with("agent").await;
        for answer in [world.anybody().get(&path).await, agent.get(&format!("/api/v1/files/{}", kept["id"].as_str().unwrap())).await] {
            let answer = answer.is(200);
            assert_eq!(answer.body, content, "{case}");
            assert_eq!(answer.header("content-type"), given, "{case}");
            assert!(answer.header("content-disposition").starts_with("attachment"), "{case}");
            assert!(!answer.header("content-disposition").contains('/'), "{case}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{case}");
            assert!(answer.header("content-security-policy").contains("sandbox"), "{case}");
        }
    }
}

#[tokio::test]
async fn a_form_is_taken_too() {
    let world = World::open().await;
    let form = "--XX\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--XX\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"note.txt\"\r\nContent-Type: text/html\r\n\r\nsome words\r\n--XX--\r\n";
    let kept = upload(&world, &[(header::CONTENT_TYPE, "multipart/form-data; boundary=XX")], form).await.is(201).json();
    assert_eq!((&kept["name"], &kept["size"], &kept["content_type"]), (&json!("note.txt"), &json!(10), &json!("text/plain")));
    upload(&world, &[(header::CONTENT_TYPE, "multipart/form-data; boundary=XX")], "--XX--\r\n").await.is(422);
    upload(&world, &[(header::CONTENT_TYPE, "multipart/form-data")], form).await.is(400);
}

#[tokio::test]
async fn too_large_or_empty_files_are_refused() {
    let world = World::open().await;
    upload(&world, &[], Vec::new()).await.is(422);
    upload(&world, &[], vec![0; 25 * 1024 * 1024 + 1]).await.is(413);
}

#[tokio::test]
async fn a_file_goes_with_a_message() {
    let world = World::open().await;
    let id = world.queued("thread-1").await;
    let kept = upload(&world, &[(header::CONTENT_DISPOSITION, "attachment; filename=box.png")], PNG.to_vec()).await.is(201).json();
    let agent = world.with("agent").await;
    let path = format!("/api/v1/conversations/{id}/messages");
    let message = agent.post(&path, json!({"text": "See here.", "attachments": [kept["id"]]})).await.is(201).json();
    assert_eq!(message["attachments"][0]["file"], kept["id"]);
    assert_eq!(message["attachments"][0]["url"], kept["url"]);
    let nowhere = json!({"text": "x", "attachments": ["fil_01934f00000070008000000000000001"]});
    assert_eq!(agent.post(&path, nowhere).await.is(422).field(), "attachments[0]");
    assert_eq!(agent.post(&path, json!({"text": "x", "attachments": ["../x"]})).await.is(422).field(), "attachments[0]");
    for path in ["/f/x", "/f/AAAA", "/f/..%2f..%2fetc"] {
        world.anybody().get(path).await.is(404);
    }
    agent.get("/api/v1/files/fil_01934f00000070008000000000000001").await.is(404);
}
