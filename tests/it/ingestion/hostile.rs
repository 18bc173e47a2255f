//! Bodies that no honest system sends (F-13, F-14).

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use bellhop_channel_conformance::mutate;
use bytes::Bytes;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::support::{Database, House, PATIENCE, on_both_databases};

on_both_databases!(hostile_bodies_are_refused_or_stored_safely, broken_events_are_never_the_programs_fault);

/// Memory may grow by this much, in KiB.
const GROWTH: u64 = 64 * 1024;

async fn hostile_bodies_are_refused_or_stored_safely(database: Database) {
    let house = House::without_articles(database).await;
    let honest = house.customer("honest");
    honest.asks("my cat ate the remote control").await;
    house.program.forget_peak();
    let before = house.program.resident();
    let with_text = |number: usize, text: &str| {
        let event = house.customer(&format!("hostile-{number}")).message("(here)").to_string();
        event.replace("\"(here)\"", text).into_bytes()
    };
    let quoted = |text: String| serde_json::to_string(&text).expect("JSON");
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let bodies: Vec<(&str, Vec<u8>, &[u16])> = vec![
        ("ten mebibytes", vec![b' '; 10 * 1024 * 1024], &[413]),
        ("a word of a million letters", with_text(1, &quoted("x".repeat(1_000_000))), &[413]),
        ("a word of two hundred thousand letters", with_text(2, &quoted("x".repeat(200_000))), &[202]),
        ("ten thousand combining marks", with_text(3, &quoted(format!("a{}", "\u{301}".repeat(10_000)))), &[202]),
        ("text that runs backwards", with_text(4, &quoted("abc\u{202e}fdp.exe\u{202c}".to_owned())), &[202]),
        ("NUL in the text", with_text(5, "\"a\\u0000b\""), &[202]),
        ("half a surrogate pair", with_text(6, "\"a\\ud800b\""), &[202]),
        ("bytes that are no UTF-8", with_text(7, "\"(bad)\"").iter().map(|byte| if *byte == b'(' { 0xff } else { *byte }).collect(), &[400]),
        ("NaN", with_text(8, "NaN"), &[400]),
        ("nested ten thousand deep", with_text(9, &nested(10_000)), &[202, 400]),
        ("nested a hundred deep", with_text(10, &nested(100)), &[202]),
        ("two ids", String::from_utf8(with_text(11, "\"x\"")).expect("text").replacen('{', "{\"id\":\"other\",", 1).into_bytes(), &[400]),
        ("no JSON", b"hello".to_vec(), &[400]),
        ("nothing", Vec::new(), &[400]),
        ("a list", b"[]".to_vec(), &[400]),
        ("null", b"null".to_vec(), &[400]),
        (
            "an id of a thousand letters",
            json!({ "type": "typing", "id": "x".repeat(1000), "conversation": "t", "sender": { "id": "u" } }).to_string().into_bytes(),
            &[400],
        ),
    ];
    for (what, body, expected) in bodies {
        let answer = house.shop.offers_bytes(Bytes::from(body)).await;
        match answer {
            Ok(answer) => {
                assert!(expected.contains(&answer.status), "{what}: {answer:?}");
                if answer.status >= 400 {
                    assert_eq!(answer.content_type, "application/problem+json", "{what}");
                }
            }
            // A server may hang up on somebody who goes on sending what is refused.
            Err(error) => assert_eq!(expected, [413], "{what}: {error}"),
        }
    }
    for (what, name, value, expected) in [
        ("a form", "content-type", "application/x-www-form-urlencoded", 415),
        ("plain text", "content-type", "text/plain", 415),
        ("something packed", "content-encoding", "gzip", 415),
    ] {
        let body = with_text(20, "\"x\"");
        let mut headers = house.shop.headers(&body);
        headers.retain(|(known, _)| known != name);
        headers.push((name.to_owned(), value.to_owned()));
        let answer = house.shop.offers_with(&headers, body.into()).await.expect("an answer");
        assert_eq!(answer.status, expected, "{what}");
    }
    let mut dawdlers = JoinSet::new();
    for kind in [Dawdler::SlowHead, Dawdler::SlowBody, Dawdler::EndlessChunks] {
        for _ in 0..8 {
            dawdlers.spawn(dawdle(house.program.url().replace("http://", ""), kind));
        }
    }
    // Everybody else is served meanwhile.
    for number in 0..20 {
        let begun = Instant::now();
        house.customer(&format!("other-{number}")).asks("my cat ate the remote control").await;
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
    for ended in dawdlers.join_all().await {
        assert!(ended < Duration::from_secs(25), "a dawdler was borne for {ended:?}");
    }
    house.program.drained(PATIENCE).await;
    let grown = house.program.peak().saturating_sub(before);
    assert!(grown < GROWTH, "memory grew by {grown} KiB");

    // What was stored can be read.
    for conversation in house.agent.all("/conversations?channel=shop").await {
        house.agent.messages(&conversation).await;
    }
    house.closes().await;
}

#[derive(Clone, Copy)]
enum Dawdler {
    SlowHead,
    SlowBody,
    EndlessChunks,
}

/// Sends a request as slowly or as long as the server lets it; tells how long that was.
async fn dawdle(address: String, kind: Dawdler) -> Duration {
    let begun = Instant::now();
    let stream = TcpStream::connect(&address).await.expect("a connection");
    let (mut from, mut to) = stream.into_split();
    let head = "POST /channels/shop/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let (first, again, pause) = match kind {
        Dawdler::SlowHead => ("POST /channels/shop/events HTTP/1.1\r\n".to_owned(), b"x".to_vec(), Duration::from_secs(1)),
        Dawdler::SlowBody => (format!("{head}content-length: 1000\r\n\r\n"), b" ".to_vec(), Duration::from_secs(1)),
        Dawdler::EndlessChunks => {
            (format!("{head}transfer-encoding: chunked\r\n\r\n"), [b"1000\r\n".as_slice(), &[b' '; 4096], b"\r\n"].concat(), Duration::ZERO)
        }
    };
    let sending = async {
        let mut open = to.write_all(first.as_bytes()).await.is_ok();
        // One byte a second is what makes it a dawdler.
        let mut pace = tokio::time::interval(pause.max(Duration::from_micros(1)));
        while open {
            pace.tick().await;
            open = to.write_all(&again).await.is_ok();
        }
    };
    let reading = async {
        let mut answer = Vec::new();
        let _cut_off = from.read_to_end(&mut answer).await;
    };
    // Whoever is cut off while sending, or has read the end, is done.
    let _still_there = tokio::time::timeout(PATIENCE, async {
        tokio::select! {
            () = sending => {}
            () = reading => {}
        }
    })
    .await;
    begun.elapsed()
}

async fn broken_events_are_never_the_programs_fault(database: Database) {
    let house = House::without_articles(database).await;
    let recordings: Vec<String> = {
        let ann = house
            .customer("recorded")
            .with(json!({ "email": "ann@example.org", "phone": "+4930123456", "locale": "en", "tier": "gold", "region": "DE",
            "attributes": { "plan": "team" }, "verified": ["email"] }));
        [
            ann.event(
                "message",
                json!({ "at": "2026-11-22T10:00:00Z", "message": { "id": "m-1", "text": "Where is my order 1001?", "reply_to": null,
                "attachments": [{ "url": "https://shop.example/box.jpg", "name": "box.jpg", "content_type": "image/jpeg" }] } }),
            ),
            ann.event("edit", json!({ "message": { "id": "m-1", "text": "Where is order 1002?" } })),
            ann.event("delete", json!({ "message": { "id": "m-1" } })),
            ann.event("button", json!({ "button": { "id": "b" }, "message": { "id": "m-2" } })),
            ann.event("reaction", json!({ "message": { "id": "m-2" }, "reaction": { "emoji": "👍", "removed": false } })),
            ann.event("receipt", json!({ "message": { "id": "m-2" }, "status": "read" })),
        ]
        .iter()
        .map(ToString::to_string)
        .collect()
    };
    let broken: Mutex<Vec<String>> = Mutex::default();
    mutate::broken(&recordings, |body| broken.lock().expect("the list").push(body.to_owned()));
    let broken = broken.into_inner().expect("the list");
    let mut taken = 0;
    for (number, body) in broken.iter().enumerate() {
        // An id and a sender of its own, where it still has them, so that each is looked at.
        let body = body.replace("thread-recorded-evt-", &format!("broken-{number}-")).replace("u-recorded", &format!("u-{number}"));
        let answer = house.shop.offers_bytes(body.clone().into()).await.expect("an answer");
        assert!(matches!(answer.status, 202 | 400 | 413 | 429), "{body}: {answer:?}");
        taken += usize::from(answer.status == 202);
    }
    assert!(taken > broken.len() / 3, "{taken} of {} taken", broken.len());
    house.program.drained(PATIENCE).await;
    let sql = "SELECT count(*) FROM inbox WHERE state = 2";
    assert_eq!(house.program.place.count(&house.program.data(), sql).await, 0, "none of them is a dead letter");
    let ann = house.customer("ann");
    assert!(ann.asks("my cat ate the remote control").await.text().contains("person will take over"));
    house.closes().await;
}
