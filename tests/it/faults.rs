//! Faults of the machine itself: a disk that fails to sync, bits that flip, a clock that somebody turns.

use std::{fs, path::Path, process::Command, time::Duration};

use serde_json::Value;

use crate::support::{Database, HOUR, House, PATIENCE, Setup, on_both_databases};

on_both_databases!(a_clock_that_is_turned_loses_no_timer_and_fires_none_early);

/// A sync that failed once is never taken for done: what it held is not acknowledged, or is there after the next crash (F-32).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sync_that_fails_acknowledges_nothing_that_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let (library, order) = (folder.path().join("failing_sync.so"), folder.path().join("fail"));
    compile(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/faults/failing_sync.c")), &library);
    let setup = Setup::on(Database::Sqlite).behind(&format!("export LD_PRELOAD='{}' FAIL_NEXT_SYNC='{}'", library.display(), order.display()));
    let mut house = setup.open().await;
    let (mut threads, mut refused) = (Vec::new(), 0);
    for round in 0..20 {
        house.program.drained(PATIENCE).await;
        fs::write(&order, "").expect("the order to fail");
        let event = house.customer(&format!("c{round}")).message("my cat ate the remote control");
        let answer = house.shop.offers(&event).await.expect("an answer");
        if answer.status == 503 {
            refused += 1;
            house.shop.insists(&event, PATIENCE).await;
        } else {
            assert_eq!(answer.status, 202, "{answer:?}");
        }
        threads.push(event["conversation"].as_str().expect("a thread").to_owned());
    }
    assert!(refused > 0, "no sync ever failed");
    house.program.kill().await;
    let _used_up = fs::remove_file(&order);
    house.program.start().await;
    house.receiver.reached(&threads, PATIENCE).await;
    house.program.drained(PATIENCE).await;
    for thread in &threads {
        let conversations = house.agent.conversations_of(thread).await;
        assert_eq!(conversations.len(), 1, "{thread}");
        let incoming = house.agent.messages(&conversations[0]).await.iter().filter(|message| message["direction"] == "in").count();
        assert_eq!(incoming, 1, "{thread}");
        // What was on the wire at the kill may be sent again, under the same id.
        let mut ids: Vec<_> = house.receiver.messages_of(thread).iter().map(|delivery| delivery.body["id"].clone()).collect();
        ids.dedup();
        assert_eq!(ids.len(), 1, "{thread}");
    }
    house.closes().await;
}

fn compile(source: &Path, library: &Path) {
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(library).arg(source).arg("-ldl").status().expect("a C compiler");
    assert!(compiled.success());
}

/// Damage in the database's file is found by the doctor, who says what to do (F-35).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_finds_flipped_bits_in_the_database() {
    const PAGE: usize = 4096;
    let mut house = House::without_articles(Database::Sqlite).await;
    house.customer("ann").asks("my cat ate the remote control").await;
    house.program.stop().await;
    let file = house.program.data().join("bellhop.db");
    let whole = fs::read(&file).expect("the file");
    let mut found = 0;
    for page in [3, 7, 11] {
        let mut damaged = whole.clone();
        // The kind of a page stands in its first byte: nothing of a page with another kind can be read.
        damaged[page * PAGE] ^= 0x10;
        fs::write(&file, &damaged).expect("the file");
        let report = house.program.run(&["doctor", "--json"]).await;
        assert_eq!(report.status.code(), Some(1), "page {page}: {report:?}");
        let report: Value = serde_json::from_slice(&report.stdout).expect("one JSON document");
        assert_eq!(report["ok"], false, "page {page}: {report}");
        found += report["checks"].as_array().expect("checks").iter().filter(|check| check["ok"] == false).count();
    }
    assert!(found >= 3);
    fs::write(&file, &whole).expect("the file");
    house.program.start().await;
    house.closes().await;
}

/// Back an hour, ahead ten years and back again: what waits for its time keeps it, and fires once (F-41).
async fn a_clock_that_is_turned_loses_no_timer_and_fires_none_early(database: Database) {
    let house = Setup::on(database).set("handoff.limit", "10m").with_clock().open().await;
    let ann = house.customer("ann");
    assert!(ann.asks("I want my money back for the lamp").await.text().contains("in line"));
    let waiting = house.agent.finds_with_status(&ann.thread, "queued").await;

    house.program.clock.goes_back(HOUR);
    // The program works on while its clock is behind.
    assert!(house.customer("bob").asks("my cat ate the remote control").await.text().contains("person will take over"));
    assert_eq!(house.receiver.messages_of(&ann.thread).len(), 1, "nothing fired early");
    house.pass(HOUR + Duration::from_secs(11 * 60));
    let question = house.receiver.next_message(&ann.thread).await;
    assert!(question.text().contains("What is your order number?"), "{}", question.text());

    house.pass(10 * 365 * 24 * HOUR);
    house.program.clock.goes_back(10 * 365 * 24 * HOUR);
    assert_eq!(house.customer("eve").asks("my cat ate the remote control").await.author(), "bot");
    house.program.drained(PATIENCE).await;
    let asked = house.receiver.messages_of(&ann.thread).iter().filter(|delivery| delivery.text().contains("order number")).count();
    assert_eq!(asked, 1, "the question came once");
    let after = house.agent.conversations_of(&ann.thread).await;
    assert!(after.iter().any(|conversation| conversation["id"] == waiting["id"]), "{after:?}");
    house.closes().await;
}
