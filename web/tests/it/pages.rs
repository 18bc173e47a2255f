//! The pages that customers open.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use serde_json::{Value, json};

use crate::world::{Answer, World, eventually};

/// A ticket's page, and its conversation.
async fn ticket(world: &World, thread: &str, name: &str, locale: &str) -> (String, String) {
    let id = world.customer_says(thread, "I want a refund for order 1001", json!({"name": name, "locale": locale})).await;
    let agent = world.with("agent").await;
    let body = json!({"template": "refund", "fields": {"order_number": "1001"}});
    let ticket = agent.post(&format!("/api/v1/conversations/{id}/ticket"), body).await.is(201).json();
    (ticket["tracking_url"].as_str().unwrap().strip_prefix("https://help.example.org").unwrap().to_owned(), id)
}

async fn leave(world: &World, page: &str, form: &str) -> Answer {
    let request = Request::post(format!("{page}/messages")).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    world.send(request.body(Body::from(form.to_owned())).unwrap()).await
}

fn form_id(page: &str) -> String {
    page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_customer_sees_where_the_ticket_is_and_adds_a_message() {
    let world = World::open().await;
    let (page, id) = ticket(&world, "thread-1", "Ann", "en").await;
    let agent = world.with("agent").await;
    agent.post(&format!("/api/v1/conversations/{id}/messages"), json!({"text": "A secret among us", "internal": true})).await.is(201);
    agent.post(&format!("/api/v1/conversations/{id}/messages"), json!({"text": "We look at it.", "on_behalf_of": "Mei Lin"})).await.is(201);
    let opened = world.anybody().get(&page).await.is(200);
    let html = opened.text();
    for expected in [
        "<html lang=\"en\">",
        "Ticket T-1",
        "Refund",
        "received",
        "I want a refund for order 1001",
        "We look at it.",
        "<bdi>Mei</bdi>",
        "aria-current=\"step\"",
    ] {
        assert!(html.contains(expected), "{expected} is missing in {html}");
    }
    for hidden in ["A secret among us", "Mei Lin", "the agent program", "<script"] {
        assert!(!html.contains(hidden), "{hidden} is shown");
    }
    let policy = opened.header("content-security-policy");
    for part in ["default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(opened.header("cache-control"), "private, no-store");
    assert_eq!(opened.header("referrer-policy"), "no-referrer");

    let form = format!("id={}&text=Any+news%3F", form_id(&html));
    let (one, other) = tokio::join!(leave(&world, &page, &form), leave(&world, &page, &form));
    for answer in [one, other, leave(&world, &page, &form).await] {
        assert_eq!(answer.is(303).header("location"), format!("{page}?sent=1#messages"));
    }
    let html = world.anybody().get(&format!("{page}?sent=1")).await.is(200).text();
    assert!(html.contains("your message has arrived"));
    let messages = agent.get(&format!("/api/v1/conversations/{id}/messages?limit=200")).await.json();
    let news: Vec<&Value> = messages["items"].as_array().unwrap().iter().filter(|message| message["text"] == "Any news?").collect();
    assert_eq!(news.len(), 1, "two clicks leave one message");
    assert_eq!((&news[0]["direction"], &news[0]["ticket"]), (&json!("in"), &json!("T-1")));
}

#[tokio::test]
async fn the_page_speaks_the_tickets_language() {
    let world = World::open().await;
    let id = world.customer_says("thread-1", "我要退款，订单号 1001", json!({"locale": "zh"})).await;
    let agent = world.with("agent").await;
    agent.patch(&format!("/api/v1/conversations/{id}"), json!({"language": "zh"})).await.is(200);
    let body = json!({"template": "refund", "fields": {"order_number": "1001"}});
    let ticket = agent.post(&format!("/api/v1/conversations/{id}/ticket"), body).await.is(201).json();
    let page = ticket["tracking_url"].as_str().unwrap().strip_prefix("https://help.example.org").unwrap().to_owned();
    let html = world.anybody().call(Method::GET, &page, None, &[("accept-language", "en")]).await.is(200).text();
    assert!(html.contains("<html lang=\"zh\">") && html.contains("退款"), "{html}");
}

#[tokio::test]
async fn a_message_is_refused_in_words_and_kept_in_the_box() {
    let world = World::open().await;
    let (page, id) = ticket(&world, "thread-1", "Ann", "en").await;
    assert!(leave(&world, &page, "id=1&text=+++").await.is(422).text().contains("Please write something first"));
    assert!(leave(&world, &page, "nonsense").await.is(422).text().contains("Please write something first"));
    let long = format!("id=1&text={}", "x".repeat(5_001));
    let refused = leave(&world, &page, &long).await.is(422).text();
    assert!(refused.contains("under 5000 characters") && refused.contains(&"x".repeat(5_001)), "{}", refused.len());
    let huge = format!("id=1&text={}", "x".repeat(2 * 1024 * 1024));
    leave(&world, &page, &huge).await.is(413);
    for number in 0..10 {
        leave(&world, &page, &format!("id={number}&text=again")).await.is(303);
    }
    leave(&world, &page, "id=more&text=again").await.is(429);
    let agent = world.with("agent").await;
    for status in ["resolved", "closed"] {
        agent.patch("/api/v1/tickets/T-1", json!({"status": status})).await.is(200);
    }
    let closed = world.anybody().get(&page).await.is(200).text();
    assert!(!closed.contains("<form"), "a closed ticket takes no messages");
    let messages = agent.get(&format!("/api/v1/conversations/{id}/messages?limit=200")).await.json();
    assert_eq!(messages["items"].as_array().unwrap().iter().filter(|message| message["text"] == "again").count(), 10);
}

#[tokio::test]
async fn hostile_names_and_texts_are_only_shown() {
    let world = World::open().await;
    let hostile = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script><svg onload=alert(3)> javascript:alert(4) {{7*7}} \u{202e}evil";
    let id = world.customer_says("thread-1", hostile, json!({"name": hostile})).await;
    let agent = world.with("agent").await;
    let admin = world.with("admin").await;
    admin.put("/api/v1/departments/evil", json!({"name": {"en": hostile}})).await.is(201);
    let body = json!({"template": "refund", "fields": {"order_number": "1001"}});
    let ticket = agent.post(&format!("/api/v1/conversations/{id}/ticket"), body).await.is(201).json();
    agent.patch("/api/v1/tickets/T-1", json!({"department": "evil"})).await.is(200);
    agent.post(&format!("/api/v1/conversations/{id}/messages"), json!({"text": hostile, "on_behalf_of": "<b>Mei</b> Lin"})).await.is(201);
    let page = ticket["tracking_url"].as_str().unwrap().strip_prefix("https://help.example.org").unwrap().to_owned();
    let html = world.anybody().get(&page).await.is(200).text();
    for bad in ["<img", "<script", "<svg", "<b>", "49 "] {
        assert!(!html.contains(bad), "{bad} in {html}");
    }
    assert!(html.matches("onerror=alert(1)&#62;").count() >= 2, "{html}");
    let refused =
        leave(&world, &page, &format!("id=%22%3E%3Cscript%3E&text={}%3C%2Ftextarea%3E%3Cscript%3E", "x".repeat(5_000))).await.is(422).text();
    assert!(!refused.contains("<script") && refused.matches("</textarea>").count() == 1);
}

/// Who holds the link of one ticket opens that one and no other (F-69).
#[tokio::test]
async fn a_link_that_does_not_fit_opens_nothing() {
    let world = World::open().await;
    let (page, id) = ticket(&world, "thread-1", "Ann", "en").await;
    let token = page.strip_prefix("/t/").unwrap();
    let turned: String = token.chars().rev().collect();
    let mut tried = vec![String::new(), "x".to_owned(), turned, format!("{token}A")];
    tried.push(world.engine.links().file(bellhop_domain::id::FileId(bellhop_engine::clock::fresh_id())).rsplit('/').next().unwrap().to_owned());
    tried.push(world.engine.links().ticket(bellhop_domain::id::TicketId(bellhop_engine::clock::fresh_id())).rsplit('/').next().unwrap().to_owned());
    for token in tried {
        let path = format!("/t/{token}");
        world.anybody().get(&path).await.is(404);
        let left = leave(&world, &path, "id=1&text=hello").await;
        assert!([404, 405].contains(&left.status.as_u16()), "{path}");
    }
    // What is erased is gone from the page, too.
    let contact = world.with("read").await.get(&format!("/api/v1/conversations/{id}")).await.json()["contact"].as_str().unwrap().to_owned();
    world.with("admin").await.delete(&format!("/api/v1/contacts/{contact}")).await.is(204);
    world.anybody().get(&page).await.is(404);
    leave(&world, &page, "id=1&text=hello").await.is(404);
}

#[tokio::test]
async fn the_first_page_and_its_style() {
    let world = World::open().await;
    let html = world.anybody().get("/").await.is(200).text();
    assert!(html.contains("/api/v1/openapi.json") && html.contains("/readyz"));
    let style = html.split("href=\"/assets/").nth(1).unwrap().split('"').next().unwrap();
    let answer = world.anybody().get(&format!("/assets/{style}")).await.is(200);
    assert!(answer.header("content-type").starts_with("text/css"));
    assert!(answer.header("cache-control").contains("immutable"));
    world.anybody().get("/assets/other.css").await.is(404);
    let html = world.anybody().call(Method::GET, "/", None, &[("accept-language", "zh-TW")]).await.is(200).text();
    assert!(html.contains("<html lang=\"zh\">"));
}

#[tokio::test]
async fn what_the_customer_is_told_leads_to_the_page() {
    let world = World::open().await;
    let (page, _) = ticket(&world, "thread-1", "Ann", "en").await;
    eventually(async || {
        let sent = world.channel.sent.lock().unwrap();
        sent.iter().any(|outbound| outbound.message.as_ref().is_some_and(|message| message.text.contains(&page))).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_way_has_the_templates_stages_with_the_time_of_each() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    let stage = |key: &str, en: &str, next: &[&str]| json!({"key": key, "name": {"en": en, "de": format!("{en} (de)")}, "next": next});
    let mut stages = [stage("waiting", "Not planned", &["planned"]), stage("planned", "Planned", &["done"]), stage("done", "Done", &[])];
    stages[1]["usual_hours"] = json!(0);
    let template = |stages: &[Value]| json!({"title": {"en": "Idea"}, "stages": stages, "fields": []});
    assert_eq!(admin.put("/api/v1/templates/idea", template(&stages)).await.is(422).field(), "stages[1].usual_hours");
    stages[1]["usual_hours"] = json!(72);
    admin.put("/api/v1/templates/idea", template(&stages)).await.is(201);
    let id = world.customer_says("thread-1", "I have an idea", json!({})).await;
    let ticket = world.with("agent").await.post(&format!("/api/v1/conversations/{id}/ticket"), json!({"template": "idea"})).await.is(201).json();
    let page = ticket["tracking_url"].as_str().unwrap().strip_prefix("https://help.example.org").unwrap().to_owned();
    let number = ticket["number"].as_str().unwrap();
    assert!(!world.anybody().get(&page).await.is(200).text().contains("Expected by"), "of the first stage nothing is said");
    admin.patch(&format!("/api/v1/tickets/{number}"), json!({"stage": "planned"})).await.is(200);
    assert!(world.anybody().get(&page).await.is(200).text().contains("<dt>Expected by</dt>"));
    admin.patch(&format!("/api/v1/tickets/{number}"), json!({"status": "waiting_customer"})).await.is(200);
    assert!(!world.anybody().get(&page).await.is(200).text().contains("Expected by"), "it waits for the customer");
    admin.patch(&format!("/api/v1/tickets/{number}"), json!({"status": "open"})).await.is(200);
    let way = |html: &str| html.split("<ol class=\"way\"").nth(1).unwrap().split("</ol>").next().unwrap().to_owned();
    let html = way(&world.anybody().get(&page).await.is(200).text());
    let steps: Vec<&str> = html.split("<li class=\"").skip(1).map(|step| step.split('"').next().unwrap()).collect();
    assert_eq!(steps, ["done", "now", "next"], "{html}");
    assert_eq!(html.matches("<time datetime=").count(), 2, "what is to come has no time yet: {html}");
    assert!(
        html.find("Not planned").unwrap() < html.find("Planned<").unwrap() && html.find("Planned<").unwrap() < html.find("Done<").unwrap(),
        "{html}"
    );
    // In another language, which the forms keep.
    let german = world.anybody().get(&format!("{page}?lang=de")).await.is(200).text();
    assert!(german.contains("<html lang=\"de\">") && way(&german).contains("Planned (de)"), "{german}");
    assert!(german.contains("/messages?lang=de\""), "{german}");
    assert!(world.anybody().get(&format!("{page}?lang=%3Cscript%3E")).await.is(200).text().contains("<html lang=\"en\">"));
}

/// A form with files, as browsers send it.
async fn sends(world: &World, page: &str, text: &str, id: &str, files: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in [("text", text), ("id", id)] {
        body.extend_from_slice(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    for (name, bytes) in files {
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    let request = Request::post(format!("{page}/messages")).header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    world.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn files_go_with_a_message_once_and_come_back_as_downloads() {
    let world = World::open().await;
    let (page, id) = ticket(&world, "thread-1", "Ann", "en").await;
    let form = form_id(&world.anybody().get(&page).await.is(200).text());
    let files: [(&str, &[u8]); 2] = [("lamp.html", b"<script>alert(1)</script>"), ("", b"")];
    for _ in 0..2 {
        assert_eq!(sends(&world, &page, "", &form, &files).await.is(303).header("location"), format!("{page}?sent=1#messages"));
    }
    let messages = world.with("agent").await.get(&format!("/api/v1/conversations/{id}/messages?limit=200")).await.json();
    let with_files: Vec<&Value> = messages["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|message| message["attachments"].as_array().is_some_and(|files| !files.is_empty()))
        .collect();
    assert_eq!(with_files.len(), 1, "two clicks leave one message: {messages}");
    assert_eq!((&with_files[0]["direction"], &with_files[0]["attachments"][0]["name"]), (&json!("in"), &json!("lamp.html")));
    let html = world.anybody().get(&page).await.is(200).text();
    let link = html.split("<ul class=\"files\"").nth(1).unwrap().split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let file = world.anybody().get(link.strip_prefix("https://help.example.org").unwrap()).await.is(200);
    assert!(file.header("content-disposition").starts_with("attachment") && file.header("content-type") == "application/octet-stream");
    // Nothing at all, too many and too much are refused in words.
    assert!(sends(&world, &page, " ", "x", &[]).await.is(422).text().contains("write something"));
    let many: Vec<(&str, &[u8])> = vec![("a.txt", b"a"); 6];
    assert!(sends(&world, &page, "see", "y", &many).await.is(413).text().contains("at most 5 files"));
    let large = vec![b'a'; 27 << 20];
    assert!(sends(&world, &page, "see", "z", &[("a.txt", &large)]).await.is(413).text().contains("25 MB"));
    sends(&world, &format!("{page}x"), "see", "z", &[("a.txt", b"a")]).await.is(404);
}

#[tokio::test]
async fn a_customer_says_on_the_page_how_it_went() {
    let world = World::open().await;
    let admin = world.with("admin").await;
    let mut template = admin.get("/api/v1/templates/refund").await.is(200).json();
    let fields = template.as_object_mut().unwrap();
    fields.retain(|key, _| !["version", "origin", "updated_at"].contains(&key.as_str()));
    fields.insert("rating".to_owned(), json!("stars"));
    admin.put("/api/v1/templates/refund", template).await.is(200);
    let (page, _) = ticket(&world, "thread-1", "Ann", "en").await;
    let rate = async |form: &str| {
        let request = Request::post(format!("{page}/rating")).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        world.send(request.body(Body::from(form.to_owned())).unwrap()).await
    };
    assert!(!world.anybody().get(&page).await.is(200).text().contains("How did it go?"), "it goes on still");
    rate("value=5").await.is(409);
    admin.patch("/api/v1/tickets/T-1", json!({"status": "resolved"})).await.is(200);
    assert!(world.anybody().get(&page).await.is(200).text().contains("How did it go?"));
    for wrong in ["value=6", "value=0", "value=x", "", "value=-1"] {
        rate(wrong).await.is(409);
    }
    assert!(admin.get("/api/v1/tickets/T-1").await.json()["rating"].is_null());
    rate("value=2&comment=Slow%2C+but+kind").await.is(303);
    rate("value=4").await.is(303);
    let rating = admin.get("/api/v1/tickets/T-1").await.json()["rating"].clone();
    assert_eq!(
        (&rating["value"], &rating["comment"], &rating["scale"]),
        (&json!(4), &json!("Slow, but kind"), &json!("stars")),
        "the last word counts"
    );
    let html = world.anybody().get(&format!("{page}?rated=1")).await.is(200).text();
    assert!(html.contains("value=\"4\" required checked") && html.contains("Thank you for your rating."), "{html}");
    assert_eq!(admin.get("/api/v1/tickets/T-1").await.json()["status"], "resolved", "rating opens nothing again");
}
