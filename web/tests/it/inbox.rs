//! What agents do in the console, page by page, and what strangers cannot make of it.

use std::sync::atomic::Ordering;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use bellhop_domain::desk::Role;
use serde_json::json;

use crate::{
    console::{ORIGIN, Visitor, encode, with_admin},
    world::{Answer, World, eventually},
};

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    text.split_once(start).unwrap_or_else(|| panic!("{start} is not in {text}")).1.split(end).next().unwrap()
}

/// An agent who has a conversation that waits open in front of them, and its address.
async fn before_a_conversation(world: &World) -> (Visitor<'_>, String) {
    with_admin(world).await;
    let mut agent = Visitor::with_role(world, Role::Agent).await;
    let page = format!("/console/inbox/{}", world.queued("thread-1").await);
    agent.get(&page).await.is(200);
    (agent, page)
}

#[tokio::test]
async fn colleagues_see_who_has_it_and_who_is_writing() {
    let world = World::open().await;
    with_admin(&world).await;
    let (mut agent, mut boss) = (Visitor::with_role(&world, Role::Agent).await, Visitor::with_role(&world, Role::Supervisor).await);
    let (id, other) = (world.queued("thread-1").await, world.queued("thread-2").await);
    let page = format!("/console/inbox/{id}");
    // What she wrote elsewhere before changes nothing here.
    agent.post(&format!("/console/inbox/{other}/typing"), "").await.is(204);
    assert!(!boss.get(&page).await.is(200).text().contains("is writing here"));
    agent.post(&format!("{page}/typing"), "").await.is(204);
    assert!(boss.get(&page).await.is(200).text().contains("Mei &#60;b&#62;agent&#60;/b&#62; is writing here."));
    assert!(!agent.get(&page).await.is(200).text().contains("is writing here"), "not her own");
    agent.post(&format!("{page}/command"), "line=%2Ftake").await.is(200);
    assert!(boss.get(&page).await.is(200).text().contains("has this conversation."));
}

#[tokio::test]
async fn what_did_not_arrive_says_why_and_is_sent_again() {
    let world = World::open().await;
    let (mut agent, page) = before_a_conversation(&world).await;
    world.channel.refuses.store(true, Ordering::SeqCst);
    agent.post(&format!("{page}/say"), "text=Hello+Ann").await.is(303);
    let failed = eventually(async || Some(agent.get(&page).await.text()).filter(|text| text.contains("class=\"failure\""))).await;
    assert!(failed.contains("the customer has blocked us"), "{failed}");
    world.channel.refuses.store(false, Ordering::SeqCst);
    let message = between(&failed, "class=\"quiet\" name=\"message\" value=\"", "\"").to_owned();
    agent.post(&format!("{page}/again"), &format!("message={message}")).await.is(200);
    eventually(async || {
        world.channel.sent.lock().unwrap().iter().find(|sent| sent.message.as_ref().is_some_and(|it| it.text == "Hello Ann")).map(drop)
    })
    .await;
    eventually(async || Some(agent.get(&page).await.text()).filter(|text| !text.contains("class=\"failure\"")).map(drop)).await;
    // Twice it is not sent.
    agent.post(&format!("{page}/again"), &format!("message={message}")).await.is(409);
}

async fn keeps(visitor: &Visitor<'_>, world: &World, page: &str, name: &str, body: Vec<u8>) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("{page}/files"))
        .header("origin", ORIGIN)
        .header("cookie", format!("bellhop_session={}", visitor.cookie("bellhop_session").unwrap()))
        .header("x-csrf-token", &visitor.csrf)
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", encode(name)));
    world.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn files_go_with_a_reply_and_come_back_as_nothing_but_files() {
    let world = World::open().await;
    let (mut agent, page) = before_a_conversation(&world).await;
    let drawing = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
    let mut form = "text=See+here".to_owned();
    for (name, body) in
        [("../../<b>x</b>.svg", drawing.clone()), (&"n".repeat(300), b"<script>alert(1)</script>".to_vec()), (".htaccess\u{200b}", drawing)]
    {
        form += &format!("&file={}", keeps(&agent, &world, &page, name, body).await.is(200).text());
    }
    keeps(&agent, &world, &page, "empty", Vec::new()).await.is(422);
    keeps(&agent, &world, &page, "large", vec![0; 25 * 1024 * 1024 + 1]).await.is(413);
    agent.post(&format!("{page}/say"), &form).await.is(303);
    let shown = agent.get(&page).await.is(200).text();
    assert!(!shown.contains("<b>x</b>") && !shown.contains("<img"), "a drawing is no picture");
    // What the customer's channel cannot show is told.
    assert!(shown.contains("Files are shown as links."), "{shown}");
    let links: Vec<&str> = shown.split("href=\"/f/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(links.len(), 3);
    for link in links {
        let file = world.anybody().get(&format!("/f/{link}")).await.is(200);
        assert!(file.header("content-disposition").starts_with("attachment") && file.header("content-security-policy").contains("sandbox"));
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(["application/octet-stream", "text/plain; charset=utf-8"].contains(&file.header("content-type")), "{}", file.header("content-type"));
        assert!(!file.header("content-disposition").contains('/'), "{}", file.header("content-disposition"));
    }
}

#[tokio::test]
async fn a_part_of_a_conversation_becomes_a_ticket_of_its_own() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut agent = Visitor::with_role(&world, Role::Agent).await;
    let id = world.customer_says("thread-1", "I want a refund for order A-1001", json!({})).await;
    world.customer_says("thread-1", "And a refund for order B-2002", json!({})).await;
    world.with("agent").await.post(&format!("/api/v1/conversations/{id}/handoff"), json!({})).await.is(200);
    let page = format!("/console/inbox/{id}");
    let shown = agent.get(&page).await.is(200).text();
    let second = shown.split("name=\"message\" value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let card = agent.post(&format!("{page}/review"), &format!("step=open&template=refund&message={second}")).await.is(200).text();
    assert!(card.contains("About one message of this conversation."), "{card}");
    let version = between(&card, "name=\"version\" value=\"", "\"");
    let made = agent
        .post(&format!("{page}/review"), &format!("step=confirm&version={version}&was.order_number=&field.order_number=B-2002"))
        .await
        .is(200)
        .text();
    assert!(made.contains("T-1"), "{made}");
    let ticket = world.with("agent").await.get("/api/v1/tickets/T-1").await.is(200).json();
    assert_eq!(ticket["fields"]["order_number"]["value"], "B-2002", "{ticket}");
}

#[tokio::test]
async fn tickets_are_filtered_and_every_page_shows_others() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut agent = Visitor::with_role(&world, Role::Agent).await;
    assert!(agent.get("/console/tickets").await.is(200).text().contains("class=\"empty\""));
    let id = world.queued("thread-1").await;
    let program = world.with("agent").await;
    for number in 0..55 {
        let body = json!({"template": "refund", "fields": {"order_number": format!("N-{number}")}, "new": true});
        program.post(&format!("/api/v1/conversations/{id}/ticket"), body).await.is(201);
    }
    program.patch("/api/v1/tickets/T-3", json!({"status": "resolved"})).await.is(200);
    let numbers =
        |text: &str| -> Vec<String> { text.split("/console/tickets/T-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect() };
    let first = agent.get("/console/tickets?template=refund").await.is(200).text();
    let next = between(&first, "class=\"more\"><a href=\"", "\"").replace("&amp;", "&").replace("&#38;", "&");
    assert!(next.contains("template=refund&cursor="), "{next}");
    // One that is made in between shows on no page twice.
    program
        .post(&format!("/api/v1/conversations/{id}/ticket"), json!({"template": "refund", "fields": {"order_number": "N-X"}, "new": true}))
        .await
        .is(201);
    let second = agent.get(&next).await.is(200).text();
    let mut all = numbers(&first);
    all.extend(numbers(&second));
    let shown = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!((all.len(), shown), (55, 55));
    assert_eq!(numbers(&agent.get("/console/tickets?status=resolved").await.is(200).text()), ["3"]);
    assert_eq!(numbers(&agent.get("/console/tickets?q=T-7").await.is(200).text()), ["7"]);
    assert!(agent.get("/console/tickets?owner=me").await.is(200).text().contains("class=\"empty\""));
    for nonsense in ["status=nothing", "cursor=%27%3B--", "owner=%00", "department=%27+OR+1%3D1"] {
        agent.get(&format!("/console/tickets?{nonsense}")).await.is(200);
    }
}

#[tokio::test]
async fn headers_that_strangers_write_open_nothing_and_lead_nowhere() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut stranger = Visitor::new(&world);
    for (name, value) in [
        ("x-remote-user", "boss@example.org"),
        ("x-forwarded-user", "boss@example.org"),
        ("authorization", "Basic Ym9zczp4"),
        ("x-forwarded-for", "127.0.0.1"),
    ] {
        let answer = stranger.asks(Method::GET, "/console/inbox", None, &[(name, value)]).await.is(303);
        assert_eq!(answer.header("location"), "/console/sign-in?back=%2Fconsole%2Finbox", "{name}");
    }
    for (name, value) in [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")] {
        let answer = stranger.asks(Method::GET, "/console/sign-in", None, &[(name, value)]).await.is(200);
        assert!(!answer.text().contains("evil.example"), "{name}");
    }
    // An API's token is no session, and a session no token.
    let token = world.with("admin").await;
    token.get("/console/inbox").await.is(303);
    let mut agent = Visitor::with_role(&world, Role::Agent).await;
    agent.get("/api/v1/conversations").await.is(401);
}

#[tokio::test]
async fn no_other_page_may_read_what_the_console_shows() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut agent = Visitor::with_role(&world, Role::Agent).await;
    for path in ["/console/inbox", "/console/tickets", "/console/account", "/console/commands?line=a", "/console/sign-in"] {
        for origin in ["https://evil.example", "null", ORIGIN] {
            let answer = agent.asks(Method::GET, path, None, &[("origin", origin)]).await;
            for header in ["access-control-allow-origin", "access-control-allow-credentials"] {
                assert!(answer.headers.get(header).is_none(), "{path} from {origin}");
            }
            assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        }
        let asked = agent.asks(Method::OPTIONS, path, None, &[("origin", "https://evil.example"), ("access-control-request-method", "POST")]).await;
        assert!(asked.headers.get("access-control-allow-origin").is_none() && asked.status.as_u16() != 200, "{path}: {}", asked.status);
    }
}

#[tokio::test]
async fn forms_take_the_fields_that_they_have_and_no_others() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut agent = Visitor::with_role(&world, Role::Agent).await;
    let form = "old=long+enough+for+anybody&new=another+long+password&role=admin&email=boss%40example.org&permissions=all";
    agent.post("/console/account", form).await;
    agent.signs_in("agent@example.org", "another long password").await.is(303);
    assert!(agent.get("/console/account").await.is(200).text().contains("agent@example.org"));
    agent.get("/console/articles").await.is(200);
    agent.post("/console/articles", "title=Mine").await.is(403);
    let id = world.queued("thread-1").await;
    agent.get(&format!("/console/inbox/{id}")).await.is(200);
    agent.post(&format!("/console/inbox/{id}/say"), "text=Hi&on_behalf_of=boss&author=bot&direction=in&assignee=boss").await.is(303);
    let messages = world.with("read").await.get(&format!("/api/v1/conversations/{id}/messages?limit=100")).await.is(200).json();
    let said = messages["items"].as_array().unwrap().iter().find(|message| message["text"] == "Hi").unwrap().clone();
    assert_eq!((&said["author"]["kind"], &said["direction"], &said["author"]["name"]), (&json!("agent"), &json!("out"), &json!("Mei <b>agent</b>")));
}

#[tokio::test]
async fn a_page_with_all_that_it_needs_is_light() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut boss = Visitor::with_role(&world, Role::Supervisor).await;
    let id = world.queued("thread-1").await;
    let program = world.with("agent").await;
    for number in 0..70 {
        let text = format!("{number}: the parcel left our warehouse on Monday, and the carrier says that it arrives on Thursday before noon.");
        program.post(&format!("/api/v1/conversations/{id}/messages"), json!({"text": text})).await.is(201);
    }
    for path in [format!("/console/inbox/{id}"), "/console/tickets".to_owned(), "/console/articles".to_owned(), "/console/design".to_owned()] {
        let page = boss.get(&path).await.is(200);
        let text = page.text();
        let assets: Vec<&str> = text.split("/assets/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(assets.len(), 2, "{path}");
        let mut bytes = page.body.len();
        for asset in assets {
            bytes += world.anybody().get(&format!("/assets/{asset}")).await.is(200).body.len();
        }
        // As it is; what a proxy compresses is a quarter of it.
        assert!(bytes < 150 * 1024, "{path}: {bytes} bytes");
    }
}
