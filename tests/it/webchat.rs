//! The chat on web pages, from the visitor's side of the socket.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Database, House, Setup, Visitor, agent::id, on_both_databases, until};

on_both_databases!(
    a_visitor_is_answered_handed_over_and_gets_a_ticket,
    nothing_is_lost_or_doubled_when_the_line_breaks,
    a_file_arrives_and_comes_back_as_nothing_but_a_file,
    whom_the_shop_has_signed_is_known,
    who_is_erased_leaves_nothing_in_the_chat,
);

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The smallest PNG.
const PIXEL: [u8; 67] = [
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 58, 126, 155, 85, 0, 0, 0, 10, 73, 68, 65,
    84, 120, 156, 99, 96, 0, 0, 0, 2, 0, 1, 72, 175, 164, 113, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

async fn house(database: Database) -> House {
    let section = format!("origins = [\"https://shop.example\"]\nidentity_secret = \"{SECRET}\"\nmax_file = 1");
    Setup::on(database).with_articles().with_chat(&section).open().await
}

/// The conversation of the only visitor so far.
async fn conversation(house: &House, status: &str) -> Value {
    until(&format!("conversation that is {status}"), || async {
        house.agent.all("/conversations?channel=web").await.into_iter().find(|conversation| conversation["status"] == status)
    })
    .await
}

fn contact_of(conversation: &Value) -> String {
    conversation["contact"].as_str().map_or_else(|| id(&conversation["contact"]), ToOwned::to_owned)
}

async fn a_visitor_is_answered_handed_over_and_gets_a_ticket(database: Database) {
    let house = house(database).await;
    let mut ann = house.visitor().await;
    let mut line = ann.listens(0).await;

    // The bot answers, with an article that opens as a tree, and buttons.
    let asked = ann.says("how long does shipping take").await;
    let answer = line.hears().await;
    assert_eq!((&answer["author"], &answer["reply_to"]), (&json!("bot"), &json!(asked)));
    let nodes = answer["nodes"].to_string();
    let link = nodes.split("\"href\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
    let article = house.program.http().get(link).header("accept", "application/json").send().await.expect("the article");
    assert_eq!(article.headers()["access-control-allow-origin"], "*");
    let article: Value = article.json().await.expect("JSON");
    assert!(article["title"].is_string() && article["nodes"].as_array().is_some_and(|nodes| !nodes.is_empty()), "{article}");

    // A person is asked for; the press stands in the history.
    ann.presses(&answer, "Talk to a person").await;
    line.hears().await;
    let queued = conversation(&house, "queued").await;
    let pressed = ann.history().await.into_iter().find(|entry| entry["id"] == answer["id"]).expect("the answer");
    assert!(pressed["pressed"].is_string(), "{pressed}");

    // The agent writes, and learns that it was seen.
    let reply = house.agent.replies(&queued, "Hello, **Mei** here. <b>What</b> can I do?").await;
    let heard = line.hears().await;
    assert_eq!((&heard["author"], heard["nodes"][0][3].clone()), (&json!("agent"), json!(["strong", null, "Mei"])), "{heard}");
    ann.tries(Method::POST, "read", json!({ "message": heard["id"] })).await.ok();
    until("receipt", || async {
        let messages = house.agent.messages(&queued).await;
        messages.iter().any(|message| message["id"] == reply["id"] && message["delivery"] == "read").then_some(())
    })
    .await;
    let convert = format!("/conversations/{}/ticket", id(&queued));
    house.agent.post(&convert, json!({ "template": "refund", "fields": { "order_number": "A-1001" } })).await;
    let notice = line.hears().await;
    assert_eq!((&notice["ticket"]["number"], &notice["ticket"]["template"]), (&json!("T-1"), &json!("refund")), "{notice}");
    house.closes().await;
}

async fn nothing_is_lost_or_doubled_when_the_line_breaks(database: Database) {
    let mut house = house(database).await;
    let mut ann = house.visitor().await;
    let mut line = ann.listens(0).await;
    ann.says("I want to talk to a person").await;
    let last = line.hears().await["seq"].as_u64().expect("a number");
    let queued = conversation(&house, "queued").await;
    drop(line);
    for number in 0..3 {
        house.agent.replies(&queued, &format!("while away {number}")).await;
    }
    let mut line = ann.listens(last).await;
    for number in 0..3 {
        assert_eq!(line.hears().await["text"], format!("while away {number}"));
    }
    // The program is killed and comes back: the session and what was said are the same, and the line goes on.
    house.program.kill().await;
    house.program.start().await;
    let before = ann.history().await;
    let last = before.last().and_then(|entry| entry["seq"].as_u64()).expect("a number");
    let mut line = ann.listens(last).await;
    house.agent.replies(&queued, "after the fall").await;
    assert_eq!(line.hears().await["text"], "after the fall");
    let after = ann.history().await;
    assert_eq!(after.len(), before.len() + 1);
    let places: Vec<u64> = after.iter().filter_map(|entry| entry["seq"].as_u64()).collect();
    assert_eq!(places, (1..=after.len() as u64).collect::<Vec<_>>());
    // A stop ends lines at once instead of waiting for them.
    house.program.drained(crate::support::PATIENCE).await;
    let begun = Instant::now();
    tokio::join!(line.ends(), house.program.stop());
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

async fn a_file_arrives_and_comes_back_as_nothing_but_a_file(database: Database) {
    let house = house(database).await;
    let mut ann = house.visitor().await;
    let page = b"<html><script>alert(1)</script></html>".as_slice();
    for (name, bytes, kind) in [
        ("box.png", PIXEL.as_slice(), "image/png"),
        ("box2.png", page, "application/octet-stream"),
        ("pic.svg", b"<svg onload='alert(1)'/>", "text/plain; charset=utf-8"),
    ] {
        let kept = ann.sends_file(name, bytes).await.ok();
        let file = kept["file"].as_str().expect("a token").to_owned();
        ann.says_with("", &[&file]).await;
        let url = kept["url"].as_str().expect("an address");
        let answer = house.program.http().get(url).send().await.expect("the file");
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        assert_eq!((header("content-type").as_str(), header("x-content-type-options").as_str()), (kind, "nosniff"), "{name}");
        assert!(header("content-disposition").starts_with("attachment") && header("content-security-policy").contains("sandbox"), "{name}");
        assert_eq!(answer.bytes().await.expect("bytes").as_ref(), bytes);
    }
    let found = until("files on the messages", || async {
        let conversation = house.agent.all("/conversations?channel=web").await.into_iter().next()?;
        let messages = house.agent.messages(&conversation).await;
        let files: Vec<Value> = messages.iter().filter_map(|message| message["attachments"].get(0).cloned()).collect();
        (files.len() == 3).then_some(files)
    })
    .await;
    assert!(found.iter().all(|file| file.to_string().contains("stored")), "{found:?}");
    assert_eq!((&found[0]["name"], &found[0]["content_type"]), (&json!("box.png"), &json!("image/png")));
    let large = ann.sends_file("large.bin", &vec![0; 1024 * 1024 + 1]).await;
    assert_eq!((large.status, large.content_type.as_str()), (413, "application/problem+json"));
    house.closes().await;
}

/// What the shop's own server signs.
fn signed(claims: &Value) -> String {
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length will do");
    mac.update(claims.as_bytes());
    format!("{claims}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

async fn whom_the_shop_has_signed_is_known(database: Database) {
    let house = house(database).await;
    let exp = chrono::DateTime::<chrono::Utc>::from(std::time::UNIX_EPOCH + unix_now()).timestamp() + 3600;
    let claims = json!({ "id": "u-7", "name": "Ann", "email": "ann@example.org", "tier": "vip", "region": "DE", "verified": ["email"], "exp": exp });
    let identity = signed(&claims);
    let mut ann = Visitor::begins(&house.program.url(), json!({ "identity": identity })).await;
    ann.says("I want to talk to a person").await;
    let queued = conversation(&house, "queued").await;
    let contact = house.agent.get(&format!("/contacts/{}", contact_of(&queued))).await;
    let shown = contact.to_string();
    assert!(contact["name"] == "Ann" && shown.contains("signed_identity") && shown.contains("\"vip\""), "{contact}");
    // Another device of the same person has the same thread; another person has not.
    let other = Visitor::begins(&house.program.url(), json!({ "identity": signed(&claims) })).await;
    assert!(other.history().await.iter().any(|entry| entry["text"] == "I want to talk to a person"));
    let stranger = house.visitor().await;
    assert!(stranger.history().await.is_empty());
    let (body, signature) = identity.split_once('.').expect("two parts");
    let forged = URL_SAFE_NO_PAD.encode(json!({ "id": "u-8", "tier": "vip", "exp": exp }).to_string());
    for identity in [format!("{forged}.{signature}"), body.to_owned(), String::new()] {
        assert_eq!(Visitor::tries_to_begin(&house.program.url(), json!({ "identity": identity })).await.status, 403, "{identity}");
    }
    house.closes().await;
}

#[expect(clippy::disallowed_methods, reason = "the shop's own clock")]
fn unix_now() -> Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time after 1970")
}

async fn who_is_erased_leaves_nothing_in_the_chat(database: Database) {
    let house = house(database).await;
    let mut ann = house.visitor().await;
    ann.says("I want to talk to a person").await;
    let queued = conversation(&house, "queued").await;
    house.program.drained(crate::support::PATIENCE).await;
    let erased = house.agent.call(Method::DELETE, &format!("/contacts/{}", contact_of(&queued)), None, &[]).await;
    assert!((200..300).contains(&erased.status), "{erased:?}");
    assert!(!Value::Array(ann.history().await).to_string().contains("talk to a person"));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_pages_and_broken_requests_are_refused() {
    let house = house(Database::Sqlite).await;
    let ann = house.visitor().await;
    for (origin, allowed) in [("https://shop.example", true), ("https://evil.example", false), ("null", false)] {
        for path in ["status", "messages", "events"] {
            let answer = ann.asks(Method::GET, path).header("origin", origin).send().await.expect("an answer");
            assert_eq!(answer.status() == 200, allowed, "{path} from {origin}");
            let shared = answer.headers().get("access-control-allow-origin").and_then(|value| value.to_str().ok());
            assert_eq!(shared, allowed.then_some(origin), "{path}");
            assert!(answer.headers().get("set-cookie").is_none());
        }
    }
    for (path, body, status) in [
        ("messages", "{".to_owned(), 400),
        ("messages", format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000)), 400),
        ("messages", "{\"id\":\"a\",\"text\":\"\\ud800\"}".to_owned(), 400),
        ("messages", "{\"id\":\"a\",\"text\":NaN}".to_owned(), 400),
        ("messages", format!("{{\"id\":\"a\",\"text\":\"{}\"}}", "x".repeat(70_000)), 413),
        ("messages", json!({ "id": "a", "text": "x".repeat(8_001) }).to_string(), 422),
        ("presses", json!({ "message": "../../x", "button": "b" }).to_string(), 422),
        ("read", json!({ "message": "out-of-another-thread" }).to_string(), 404),
    ] {
        let answer = ann.asks(Method::POST, path).header("content-type", "application/json").body(body.clone()).send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{path} {}", body.chars().take(60).collect::<String>());
    }
    for path in ["nothing", "../../healthz", "widget.js.map", "%00"] {
        let answer = ann.asks(Method::GET, path).send().await.expect("an answer");
        assert!(matches!(answer.status().as_u16(), 200 | 400 | 404), "{path}: {}", answer.status());
    }
    let door = house.program.http().get(format!("{}/chat/web", house.program.url())).send().await.expect("an answer");
    assert_eq!((door.status().as_u16(), door.headers()["location"].to_str().unwrap()), (308, "web/"));
    let page = house.program.http().get(format!("{}/chat/web/", house.program.url())).send().await.expect("an answer");
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
    assert_eq!(house.program.http().get(format!("{}/chat/shop/", house.program.url())).send().await.expect("an answer").status(), 404);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_reaches_the_visitor_at_once() {
    let house = house(Database::Sqlite).await;
    let mut ann = house.visitor().await;
    let mut line = ann.listens(0).await;
    ann.says("I want to talk to a person").await;
    line.hears().await;
    let queued = conversation(&house, "queued").await;
    let mut delays = Vec::new();
    for number in 0..20 {
        house.agent.replies(&queued, &format!("reply {number}")).await;
        // The API has answered: it is committed.
        let committed = Instant::now();
        assert_eq!(line.hears().await["text"], format!("reply {number}"));
        delays.push(committed.elapsed());
    }
    delays.sort_unstable();
    println!("from the commit of a reply to the visitor: median {:?}, longest {:?}", delays[delays.len() / 2], delays[delays.len() - 1]);
    assert!(delays[delays.len() / 2] < Duration::from_millis(200), "{delays:?}");
    house.closes().await;
}

/// Connections that are opened for the measurement.
const LINES: u32 = 400;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_connection_costs_less_than_ten_kibibytes() {
    let house = Setup::on(Database::Sqlite).with_chat("").open().await;
    let chat = format!("{}/chat/web", house.program.url());
    let (mut lines, mut before) = (Vec::new(), 0);
    for number in 0..LINES {
        // Ten lines come from each address: more would meet the limits of one.
        let [_, _, high, low] = (number / 10 + 1).to_be_bytes();
        let from = std::net::Ipv4Addr::new(127, 1, high, low);
        let http = reqwest::Client::builder().no_proxy().local_address(std::net::IpAddr::from(from)).build().expect("a client");
        let begun = http.post(format!("{chat}/session")).json(&json!({})).send().await.expect("an answer");
        let begun: Value = begun.json().await.expect("JSON");
        let request = http.get(format!("{chat}/events")).bearer_auth(begun["token"].as_str().expect("a token"));
        let mut line = request.send().await.expect("an answer");
        assert_eq!(line.status(), 200);
        line.chunk().await.expect("the first piece");
        lines.push(line);
        // The first ones pay for what all share.
        if lines.len() == 100 {
            before = house.program.resident();
        }
    }
    let grown = house.program.resident().saturating_sub(before) * 1024 / u64::from(LINES - 100);
    println!("a live connection costs {grown} bytes");
    assert!(grown < 10 * 1024, "{grown} bytes");
    drop(lines);
    house.closes().await;
}
