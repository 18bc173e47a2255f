use std::time::Duration;

use bellhop_domain::id::FileId;
use bellhop_store::{
    DbError,
    files::FileRecord,
    timers::{NewTimer, Timer},
};
use serde_json::json;

use crate::base::{Base, at, on_both, talking, uuid};

on_both!(
    timers_fire_in_the_order_in_which_they_are_due,
    setting_a_timer_again_moves_it,
    answers_are_remembered_until_they_are_forgotten,
    changes_become_visible_in_the_order_of_their_numbers,
    nodes_say_that_they_are_alive,
    facts_and_files_are_kept,
);

fn timer(key: &str, due: i64) -> NewTimer {
    NewTimer { key: key.to_owned(), kind: "handoff".to_owned(), conversation: None, due_at: at(due), payload: json!({"for": key}) }
}

async fn set(base: &Base, timers: Vec<NewTimer>) {
    base.write(move |tx| {
        Box::pin(async move {
            for timer in &timers {
                tx.set_timer(timer).await?;
            }
            Ok(())
        })
    })
    .await;
}

fn keys(timers: &[Timer]) -> Vec<&str> {
    timers.iter().map(|timer| timer.key.as_str()).collect()
}

async fn timers_fire_in_the_order_in_which_they_are_due(base: &Base) {
    set(base, vec![timer("c", 30), timer("a", 10), timer("b", 20)]).await;
    assert_eq!(base.store.reader.next_timer().await.unwrap(), Some(at(10)));
    assert!(base.store.reader.due_timers(at(9), 10).await.unwrap().is_empty());
    let due = base.store.reader.due_timers(at(25), 10).await.unwrap();
    assert_eq!(keys(&due), ["a", "b"]);
    let ids: Vec<i64> = due.iter().map(|timer| timer.id).collect();
    let ends = |ids: Vec<i64>| base.write(move |tx| Box::pin(async move { tx.end_timers(&ids, at(25)).await }));
    assert_eq!(ends(ids[..1].to_vec()).await, [ids[0]].into());
    assert_eq!(ends(ids.clone()).await, [ids[1]].into(), "each fires once");
    assert!(ends(ids).await.is_empty() && ends(Vec::new()).await.is_empty());
}

async fn setting_a_timer_again_moves_it(base: &Base) {
    set(base, vec![timer("a", 10)]).await;
    let before = base.store.reader.due_timers(at(10), 10).await.unwrap();
    set(base, vec![timer("a", 50)]).await;
    assert!(base.store.reader.due_timers(at(49), 10).await.unwrap().is_empty());
    let id = before[0].id;
    let ended = base.write(move |tx| Box::pin(async move { tx.end_timers(&[id], at(49)).await })).await;
    assert!(ended.is_empty(), "who saw it at its old time does not end it");
    let conversation = talking(base, 1).await.id;
    set(base, vec![NewTimer { conversation: Some(conversation), ..timer("b", 60) }]).await;
    let with_places: Vec<bool> = base.store.reader.due_timers(at(99), 10).await.unwrap().iter().map(|timer| timer.thread.is_some()).collect();
    assert_eq!(with_places, [false, true]);
    assert_eq!(base.write(move |tx| Box::pin(async move { tx.clear_timers(conversation, "handoff").await })).await, 1);
    assert_eq!(keys(&base.store.reader.due_timers(at(99), 10).await.unwrap()), ["a"]);
}

async fn answers_are_remembered_until_they_are_forgotten(base: &Base) {
    let remember =
        |body: &'static str| base.write(move |tx| Box::pin(async move { tx.remember_response("token", "key-1", "hash", 201, body, at(1)).await }));
    assert!(remember("{}").await);
    assert!(!remember("other").await, "the first stays");
    let remembered = base.store.reader.remembered("token", "key-1").await.unwrap().unwrap();
    assert_eq!((remembered.status, remembered.body.as_str(), remembered.body_hash.as_str()), (201, "{}", "hash"));
    assert!(base.store.reader.remembered("other", "key-1").await.unwrap().is_none());
    assert_eq!(base.write(|tx| Box::pin(async { tx.forget_responses(at(1)).await })).await, 0);
    assert_eq!(base.write(|tx| Box::pin(async { tx.forget_responses(at(2)).await })).await, 1);
}

async fn changes_become_visible_in_the_order_of_their_numbers(base: &Base) {
    let start = base.store.reader.last_change().await.unwrap();
    let mut watching = tokio::task::JoinSet::new();
    let reader = base.store.reader.clone();
    watching.spawn(async move {
        let (mut seen, mut last) = (Vec::new(), start);
        let deadline = std::time::Instant::now() + Duration::from_secs(30);
        while seen.len() < 100 && std::time::Instant::now() < deadline {
            for change in reader.changes_since(last, 7).await.unwrap() {
                last = change.seq;
                seen.push(change.key);
            }
            tokio::task::yield_now().await;
        }
        seen
    });
    let writes = (0..100).map(|number| {
        let writer = base.store.writer.clone();
        async move {
            writer
                .write::<_, DbError, _>(move |tx| {
                    Box::pin(async move {
                        tx.set_meta(&format!("{number}"), "x").await?;
                        tx.record_change("article", &format!("{number}"), at(number)).await
                    })
                })
                .await
                .unwrap()
        }
    });
    futures_util::future::join_all(writes).await;
    let mut seen = watching.join_next().await.unwrap().unwrap();
    assert_eq!(seen.len(), 100, "who follows misses nothing");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 100);
}

async fn nodes_say_that_they_are_alive(base: &Base) {
    for (id, seconds, seq) in [("a", 10, 1), ("b", 20, 2), ("a", 30, 5)] {
        base.write(move |tx| Box::pin(async move { tx.node_seen(id, at(seconds), seq).await })).await;
    }
    let live =
        async |since| base.store.reader.live_nodes(at(since)).await.unwrap().into_iter().map(|node| (node.id, node.applied_seq)).collect::<Vec<_>>();
    assert_eq!(live(0).await, [("a".to_owned(), 5), ("b".to_owned(), 2)]);
    assert_eq!(live(25).await, [("a".to_owned(), 5)]);
    base.write(|tx| Box::pin(async { tx.node_gone("a").await })).await;
    assert!(live(25).await.is_empty());
}

async fn facts_and_files_are_kept(base: &Base) {
    assert_eq!(base.store.reader.meta("made_by").await.unwrap(), None);
    for value in ["serve", "demo"] {
        base.write(move |tx| Box::pin(async move { tx.set_meta("made_by", value).await })).await;
        assert_eq!(base.store.reader.meta("made_by").await.unwrap().as_deref(), Some(value));
    }
    let file = FileRecord {
        id: FileId(uuid(1)),
        name: "box.jpg".to_owned(),
        content_type: "image/jpeg".to_owned(),
        size: 5_000_000_000,
        sha256: "00".repeat(32),
        created_at: at(1),
    };
    let stored = file.clone();
    base.write(move |tx| Box::pin(async move { tx.insert_file(&stored).await })).await;
    assert!(base.store.reader.file(file.id).await.unwrap() == Some(file));
    assert!(base.store.reader.file(FileId(uuid(2))).await.unwrap().is_none());
}
