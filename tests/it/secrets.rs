//! What only the house may know stays in it: not told over the API, not in the console, not in files that are taken out, not in the log.

use reqwest::Method;
use serde_json::json;

use crate::support::{Database, House, Setup, agent::id, on_both_databases, shop::SECRET};

on_both_databases!(secrets_are_neither_told_nor_exported_nor_logged);

const SYSTEM: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const PASSWORD: &str = "correct horse battery staple";

/// Every list and document of the API that needs nothing in its place.
async fn told(house: &House) -> String {
    let description = house.agent.get("/openapi.json").await;
    let mut all = String::new();
    let mut asked = 0;
    for (path, item) in description["paths"].as_object().expect("paths") {
        if item.get("get").is_some() && !path.contains('{') {
            asked += 1;
            let answer = house.agent.call(Method::GET, path.strip_prefix("/api/v1").expect("a route of the API"), None, &[]).await;
            assert!(matches!(answer.status, 200 | 400 | 422), "{path}: {answer:?}");
            all += &answer.json.to_string();
        }
    }
    assert!(asked > 20, "only {asked} were asked");
    all
}

/// Secrets of channels and systems, tokens, passwords, sessions and one-time codes (F-68).
async fn secrets_are_neither_told_nor_exported_nor_logged(database: Database) {
    let mut house = Setup::on(database)
        .set("log.level", "debug")
        .set("systems.erp.name", "Warehouse")
        .set("systems.erp.secret", SYSTEM)
        .with_telegram("poll")
        .open()
        .await;
    let token = house.program.prints(&["token", "create", "--name", "The shop", "--scope", "agent"]).await.trim().to_owned();
    house.program.prints(&["user", "create", "--email", "jan@example.org", "--role", "agent", "--name", "Jan"]).await;
    let code = house.program.prints(&["user", "link-code", "--email", "jan@example.org"]).await;
    let code = code.trim().strip_prefix("/link ").expect("a code").split_whitespace().next().expect("a code").to_owned();
    let made = house.agent.put("/agents/jan", json!({ "password": PASSWORD })).await;
    house.customer("ann").asks("I want my money back for the lamp").await;
    let waiting = house.agent.all("/conversations").await;
    house.agent.get(&format!("/conversations/{}", id(&waiting[0]))).await;

    let folder = house.program.folder().join("settings");
    house.program.prints(&["export", folder.to_str().expect("a path")]).await;
    let mut exported = String::new();
    for file in std::fs::read_dir(&folder).expect("the folder") {
        exported += &std::fs::read_to_string(file.expect("a file").path()).expect("text");
    }
    assert!(exported.contains("jan@example.org"), "the agents are in it");
    let metrics = house.program.http().get(format!("{}/metrics", house.program.url())).send().await.expect("an answer").text().await.expect("text");
    let ready = house.program.http().get(format!("{}/readyz", house.program.url())).send().await.expect("an answer").text().await.expect("text");
    let doctor = String::from_utf8_lossy(&house.program.run(&["doctor", "--json"]).await.stdout).into_owned();
    let api = told(&house).await;
    house.program.restart().await;
    let log = house.program.logged();
    assert!(log.len() > 1000, "the log is written: {log}");

    let bot = house.telegram().token().to_owned();
    let secrets =
        [("a channel's", SECRET), ("a system's", SYSTEM), ("a bot's", &*bot), ("a token", &*token), ("a code", &*code), ("a password", PASSWORD)];
    for (what, secret) in secrets {
        let places = [
            ("the API", &api),
            ("the answer to a new password", &made.to_string()),
            ("the export", &exported),
            ("the metrics", &metrics),
            ("/readyz", &ready),
            ("the doctor", &doctor),
            ("the log", &log),
        ];
        for (place, text) in places {
            assert!(!text.contains(secret), "{place} has {what}: {}", around(text, secret));
        }
    }
    for (place, text) in [("the API", &api), ("the export", &exported), ("the log", &log)] {
        assert!(!text.contains("$argon2"), "{place} has the hash of a password");
    }
    house.closes().await;
}

fn around(text: &str, secret: &str) -> String {
    let at = text.find(secret).unwrap_or_default();
    text.chars().skip(at.saturating_sub(80)).take(80).collect()
}
