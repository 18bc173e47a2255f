//! No page is heavier than what people wait for, whatever is written.

use axum::http::{Method, header};
use bellhop_domain::desk::Role;
use serde_json::json;

use crate::{
    console::{ORIGIN, Visitor, encode, with_admin},
    world::{Answer, World},
};

/// Letters that no compression makes smaller.
fn noise(characters: usize) -> String {
    use rand::{Rng as _, distr::Alphanumeric};
    rand::rng().sample_iter(Alphanumeric).take(characters).map(char::from).collect()
}

/// Bytes on the wire where a proxy compresses.
fn compressed(bytes: &[u8]) -> usize {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

#[tokio::test]
async fn no_page_is_heavy_whatever_is_written_and_all_of_it_can_be_read() {
    let world = World::open().await;
    with_admin(&world).await;
    let mut boss = Visitor::with_role(&world, Role::Supervisor).await;
    let (id, program) = (world.queued("thread-1").await, world.with("agent").await);
    let ticket =
        program.post(&format!("/api/v1/conversations/{id}/ticket"), json!({"template": "refund", "fields": {"order_number": "1001"}})).await.is(201);
    let ticket = ticket.json();
    let mut said = Vec::new();
    for number in 0..64 {
        let text = format!("number-{number:02} {}", noise(if number == 63 { 20_000 - 10 } else { 8_000 }));
        program.post(&format!("/api/v1/conversations/{id}/messages"), json!({"text": text})).await.is(201);
        said.push(text);
    }
    let tracking = ticket["tracking_url"].as_str().unwrap().strip_prefix("https://help.example.org").unwrap().to_owned();
    for start in [format!("/console/inbox/{id}"), format!("/console/tickets/{}", ticket["number"].as_str().unwrap()), tracking] {
        let mut path = Some(start.clone());
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..40 {
            let Some(here) = path.take() else { break };
            let answer = if start.starts_with("/t/") { world.anybody().get(&here).await } else { boss.get(&here).await }.is(200);
            let text = answer.text();
            is_light(&here, &answer);
            seen.extend(said.iter().map(|text| text.get(..9).unwrap()).filter(|start| text.contains(start)));
            path = text.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).find(|link| link.contains("before=")).map(|link| {
                link.replace("&amp;", "&").replace("&#38;", "&").trim_start_matches("https://help.example.org").split('#').next().unwrap().to_owned()
            });
        }
        assert_eq!(seen.len(), said.len(), "{start}: every message stands on one of its pages");
        assert!(path.is_none(), "{start}: there is an end");
        // What is too long for a page is at an address of its own.
        let first = if start.starts_with("/t/") { world.anybody().get(&start).await } else { boss.get(&start).await };
        let first = first.text();
        let whole =
            first.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).filter(|link| link.contains("/messages/")).last().unwrap();
        let whole = whole.trim_start_matches("https://help.example.org").to_owned();
        let whole = if start.starts_with("/t/") { world.anybody().get(&whole).await } else { boss.get(&whole).await }.is(200);
        assert_eq!(whole.header(header::CONTENT_TYPE), "text/plain; charset=utf-8");
        assert_eq!(whole.text(), *said.last().unwrap());
    }
}

pub fn is_light(path: &str, answer: &Answer) {
    let bytes = compressed(&answer.body);
    assert!(bytes + 24 * 1024 < 150 * 1024, "{path}: {bytes} bytes besides style and script");
}

/// The addresses on a page that have this in them, as paths.
fn links(answer: &Answer, with: &str) -> Vec<String> {
    let text = answer.text();
    let links = text.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).filter(|link| link.contains(with));
    links.map(|link| link.replace("&amp;", "&").replace("&#38;", "&").trim_start_matches(ORIGIN).to_owned()).collect()
}

#[tokio::test]
async fn an_article_of_the_greatest_length_is_read_in_parts_and_edited_whole() {
    let world = World::open().await;
    with_admin(&world).await;
    let program = world.with("editor").await;
    // A quarter in one paragraph, the rest in many.
    let mut words = vec![noise(40); 6_000];
    words.iter_mut().enumerate().for_each(|(number, word)| word.insert_str(0, &format!("w{number:05}")));
    let rest: Vec<String> = (6_000..20_000).map(|number| format!("w{number:05} {}", noise(40))).collect();
    let body = format!("# Handbook\n\n{}\n\n{}", words.join(" "), rest.join("\n\n"));
    assert!(body.len() > 900_000, "{}", body.len());
    let phrasings: Vec<String> = (0..1_000).map(|_| noise(450)).collect();
    let article = |title: &str| json!({ "title": title, "body": body, "phrasings": phrasings, "keywords": phrasings });
    for lang in ["en", "zh"] {
        program.put(&format!("/api/v1/articles/handbook?lang={lang}"), article("Handbook")).await.is(201);
    }
    program.post("/api/v1/articles/handbook/publish", json!({})).await.is(200);
    program.put("/api/v1/articles/handbook", article("The handbook")).await.is(200);

    // Readers go from part to part, and nothing is left out.
    let (mut path, mut seen, mut parts) = (Some("/a/handbook?lang=en".to_owned()), std::collections::BTreeSet::new(), 0);
    while let Some(here) = path.take() {
        let answer = world.anybody().get(&here).await.is(200);
        is_light(&here, &answer);
        seen.extend(
            answer
                .text()
                .split(|sign: char| !sign.is_alphanumeric())
                .filter_map(|word| word.get(..6))
                .filter(|word| word.starts_with('w'))
                .map(str::to_owned),
        );
        parts += 1;
        assert!(parts < 100);
        path = links(&answer, "part=").into_iter().find(|link| link.ends_with(&format!("part={}", parts + 1)));
    }
    assert!(parts > 5, "{parts}");
    assert!((0..20_000).all(|number| seen.contains(&format!("w{number:05}"))), "{} of them", seen.len());
    world.anybody().get("/a/handbook?lang=en&part=0").await.is(404);
    world.anybody().get("/a/handbook?lang=en&part=1000").await.is(404);

    // Editors have light pages too; the text comes by itself, whole.
    let mut editor = Visitor::with_role(&world, Role::Editor).await;
    let mut versions = vec!["/console/articles/handbook/versions?lang=en".to_owned()];
    while let Some(here) = versions.pop() {
        let answer = editor.get(&here).await.is(200);
        is_light(&here, &answer);
        versions.extend(links(&answer, "from="));
    }
    let page = editor.get("/console/articles/handbook?lang=en").await.is(200);
    is_light("the editor", &page);
    let source = |page: &Answer| {
        let text = page.text();
        text.split("data-source=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&")
    };
    let whole = editor.get(&source(&page)).await.is(200);
    assert_eq!(whole.header(header::CONTENT_TYPE), "text/plain; charset=utf-8");
    assert!(whole.text() == body, "the text that came is another one");

    // What does not come stays; what comes is kept, however long.
    let version = |page: &Answer| page.text().split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = |version: &str, title: &str| format!("version={version}&title={title}&visibility=public&step=save");
    editor.post("/console/articles/handbook?lang=en", &form(&version(&page), "Renamed")).await.is(303);
    let kept = program.get("/api/v1/articles/handbook?lang=en").await.is(200).json();
    assert_eq!(kept["title"], "Renamed");
    assert!(
        kept["body"] == json!(body) && kept["phrasings"] == json!(phrasings) && kept["keywords"] == json!(phrasings),
        "what did not come was lost"
    );
    editor.get(&source(&page)).await.is(409);
    let longer = format!("{}&body={}", form(&version(&page), "Mine"), encode(&body.replace("Handbook", "手册")));
    let (csrf, script) = (editor.csrf.clone(), [("origin", ORIGIN), ("x-live", "1")]);
    let refused = editor.asks(Method::POST, "/console/articles/handbook?lang=en", Some(format!("csrf={csrf}&{longer}")), &script).await.is(409);
    is_light("the conflict", &refused);
    assert!(refused.text().contains("Mine"));
    let again = longer.replace(&format!("version={}", version(&page)), &format!("version={}", version(&refused)));
    editor.post("/console/articles/handbook?lang=en", &again).await.is(303);
    let kept = program.get("/api/v1/articles/handbook?lang=en").await.is(200).json();
    assert!(kept["body"].as_str().unwrap().starts_with("# 手册"));
}
