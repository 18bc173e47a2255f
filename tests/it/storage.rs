//! Bad days of what lies below: a full disk, damaged index files, a database that cuts everybody off, a newer schema.

use std::{fs, path::Path, time::Duration};

use serde_json::json;

use crate::support::{Database, House, PATIENCE, Setup, on_both_databases, until};

on_both_databases!(
    a_restart_is_quick,
    a_damaged_index_is_built_anew,
    a_newer_schema_is_refused_in_clear_words,
    what_was_published_while_the_index_was_killed_is_found,
);

async fn a_restart_is_quick(database: Database) {
    let mut house = House::with_articles(database).await;
    house.customer("ann").asks("how long does shipping take").await;
    house.program.kill().await;
    let took = house.program.start().await;
    assert!(took < Duration::from_secs(2), "ready after {took:?}");
    assert!(house.customer("bob").asks("how long does shipping take").await.text().contains("working days"));
    house.closes().await;
}

async fn a_damaged_index_is_built_anew(database: Database) {
    let mut house = House::with_articles(database).await;
    house.customer("first").asks("how long does shipping take").await;
    let index = house.program.data().join("index");
    let damages: [(&str, fn(&Path)); 5] = [
        ("a flipped bit in each file", |file| {
            let mut bytes = fs::read(file).expect("a file of the index");
            let middle = bytes.len() / 2;
            if let Some(byte) = bytes.get_mut(middle) {
                *byte ^= 0x10;
            }
            fs::write(file, bytes).expect("a file of the index");
        }),
        ("garbage", |file| fs::write(file, b"garbage").expect("a file of the index")),
        ("emptied files", |file| fs::write(file, b"").expect("a file of the index")),
        ("no meta.json", |file| {
            if file.file_name().is_some_and(|name| name == "meta.json") {
                fs::remove_file(file).expect("a file of the index");
            }
        }),
        ("no files at all", |file| fs::remove_file(file).expect("a file of the index")),
    ];
    for (number, (what, damage)) in damages.into_iter().enumerate() {
        if number % 2 == 0 {
            house.program.stop().await
        } else {
            house.program.kill().await
        }
        let files = files_below(&index);
        assert!(!files.is_empty(), "the index lies in files");
        files.iter().for_each(|file| damage(file));
        house.program.start().await;
        let customer = house.customer(&format!("after-{number}"));
        let answer = customer.asks("how long does shipping take").await;
        assert!(answer.text().contains("working days"), "{what}: {}", answer.text());
    }
    house.closes().await;
}

fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the index").map(|entry| entry.expect("an entry")) {
        if entry.path().is_dir() { found.extend(files_below(&entry.path())) } else { found.push(entry.path()) }
    }
    found
}

async fn a_newer_schema_is_refused_in_clear_words(database: Database) {
    let mut house = House::without_articles(database).await;
    house.program.stop().await;
    let sql = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_000001_from_the_future', 0)";
    house.program.place.run(&house.program.data(), sql).await;
    for command in [vec!["serve"], vec!["migrate"], vec!["token", "list"]] {
        let refused = house.program.run(&command).await;
        assert_eq!(refused.status.code(), Some(1), "{command:?}: {refused:?}");
        let words = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(words.contains("newer version") && words.contains("m29991231"), "{command:?}: {words}");
    }
    // Nothing was touched: the program that knows the schema still works.
    house.program.place.run(&house.program.data(), "DELETE FROM seaql_migrations WHERE version LIKE 'm2999%'").await;
    house.program.start().await;
    house.closes().await;
}

async fn what_was_published_while_the_index_was_killed_is_found(database: Database) {
    let mut house = House::with_articles(database).await;
    for number in 0..5 {
        let slug = format!("novelty-{number}");
        let thing = ["umbrellas", "violins", "telescopes", "hammocks", "aquariums"][number];
        let body = json!({ "title": format!("Do you sell {thing}?"), "answer": format!("Yes, {thing} in four colours."), "body": "Four colours.", "phrasings": [thing] });
        house.agent.put(&format!("/articles/{slug}?lang=en"), body).await;
        house.agent.post(&format!("/articles/{slug}/publish?lang=en"), json!({})).await;
        house.program.kill().await;
        house.program.start().await;
        let answer = house.agent.post("/ask", json!({ "text": format!("Do you sell {thing}?") })).await;
        assert_eq!((&answer["decision"], &answer["candidates"][0]["slug"]), (&json!("answer"), &json!(slug)), "{answer}");
    }
    house.closes().await;
}

/// The disk is full: senders are told to come back, nothing is damaged, and it heals by itself (F-33).
///
/// A limit on the size of files stands for the full disk: it needs no mount, and writing beyond it fails in the same places.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_and_heals() {
    // In units of 512 bytes or 1 KiB, as the shell has it: enough to start, and soon full.
    let setup = Setup::on(Database::Sqlite).behind("trap '' XFSZ; ulimit -S -f 6000");
    let house = setup.open().await;
    let mut taken = Vec::new();
    let padding = "many words ".repeat(4_000);
    let (answer, event) = loop {
        assert!(taken.len() < 5_000, "never full");
        let event = house.customer(&format!("c{}", taken.len())).message(&format!("number {} {padding}", taken.len()));
        let answer = house.shop.offers(&event).await.expect("an answer");
        if answer.status != 202 {
            break (answer, event);
        }
        taken.push(event["conversation"].as_str().expect("a thread").to_owned());
    };
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.retry_after.is_some(), "{answer:?}");
    let alive = house.program.http().get(format!("{}/healthz", house.program.url())).send().await.expect("an answer");
    assert_eq!(alive.status(), 200);

    // There is room again.
    let pid = house.program.pid().to_string();
    let raised = std::process::Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status().expect("prlimit");
    assert!(raised.success());
    house.shop.insists(&event, PATIENCE).await;
    taken.push(event["conversation"].as_str().expect("a thread").to_owned());
    house.receiver.reached(&taken, Duration::from_secs(60)).await;
    house.program.drained(Duration::from_secs(60)).await;
    for thread in &taken {
        assert_eq!(house.receiver.messages_of(thread).len(), 1, "{thread}");
    }
    let whole = rusqlite::Connection::open(house.program.data().join("bellhop.db")).expect("the file");
    let check: String = whole.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a check");
    assert_eq!(check, "ok");
    drop(whole);
    house.closes().await;
}

/// The server cuts everybody off, several times under traffic (F-37).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_are_made_anew() {
    let house = House::with_articles(Database::Postgres).await;
    for round in 0..5 {
        let threads: Vec<String> = (0..20).map(|number| format!("thread-r{round}-{number}")).collect();
        let mut posts = tokio::task::JoinSet::new();
        for number in 0..20 {
            let (shop, event) = (house.shop.clone(), house.customer(&format!("r{round}-{number}")).message("how long does shipping take"));
            posts.spawn(async move { shop.insists(&event, PATIENCE).await });
        }
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        house.program.place.run(&house.program.data(), cut).await;
        posts.join_all().await;
        house.receiver.reached(&threads, PATIENCE).await;
        house.program.drained(PATIENCE).await;
        for thread in &threads {
            assert_eq!(house.receiver.messages_of(thread).len(), 1, "{thread}");
        }
    }
    until("readiness", || async {
        let ready = house.program.http().get(format!("{}/readyz", house.program.url())).send().await.ok()?;
        (ready.status() == 200).then_some(())
    })
    .await;
    // Still the only node: the lock outlives the connection that held it, or is taken again.
    let second = house.program.run(&["migrate"]).await;
    assert_eq!(second.status.code(), Some(1), "{second:?}");
    house.closes().await;
}

/// All file descriptors are in use: whoever holds a connection is served, the others are later, and nothing is lost (F-34).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_free_file_descriptors_nothing_is_lost() {
    let house = Setup::on(Database::Sqlite).behind("ulimit -n 64").open().await;
    let ann = house.customer("ann");
    ann.asks("my cat ate the remote control").await;
    let address = house.program.url().replace("http://", "");
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(tokio::net::TcpStream::connect(&address).await.expect("the system takes the connection"));
    }
    house.program.logs("could not be accepted").await;
    let event = house.customer("bob").message("my cat ate the remote control");
    let shop = house.shop.clone();
    let waiting = tokio::task::JoinSet::from_iter([async move { shop.insists(&event, PATIENCE).await }]);
    drop(idle);
    assert_eq!(waiting.join_all().await, [false]);
    assert!(house.customer("bob").hears().await.text().contains("person will take over"));
    house.closes().await;
}
