use bellhop_store::hosted::{Entry, NewEntry};

use crate::base::{Base, at, on_both};

on_both!(
    each_thread_counts_for_itself,
    a_key_is_kept_once,
    what_is_amended_says_the_new_thing_where_it_stands,
    pages_go_both_ways,
    many_at_once_get_numbers_without_a_gap,
);

fn new(thread: &str, key: &str) -> NewEntry {
    NewEntry {
        channel: "web".into(),
        thread: thread.into(),
        key: key.into(),
        name: Some(key.into()),
        body: format!("\"{key}\"").into(),
        amends: None,
    }
}

async fn keep(base: &Base, new: NewEntry) -> (Entry, bool) {
    base.write(move |tx| Box::pin(async move { tx.keep_hosted(&new, at(1)).await })).await
}

fn bodies(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| &*entry.body).collect()
}

async fn each_thread_counts_for_itself(base: &Base) {
    assert_eq!(base.store.reader.hosted_head("web", "a").await.unwrap(), 0);
    assert_eq!(keep(base, new("a", "1")).await.0.place, 1);
    assert_eq!(keep(base, new("b", "1")).await.0.place, 1);
    assert_eq!(keep(base, new("a", "2")).await.0.place, 2);
    assert_eq!(base.store.reader.hosted_head("web", "a").await.unwrap(), 2);
    assert_eq!(base.store.reader.hosted_head("other", "a").await.unwrap(), 0);
}

async fn a_key_is_kept_once(base: &Base) {
    let (first, fresh) = keep(base, new("a", "1")).await;
    assert!(fresh);
    let again = keep(base, NewEntry { body: "\"other\"".into(), ..new("a", "1") }).await;
    assert_eq!(again, (first, false));
}

async fn what_is_amended_says_the_new_thing_where_it_stands(base: &Base) {
    keep(base, new("a", "1")).await;
    keep(base, new("b", "1")).await;
    keep(base, NewEntry { amends: Some(("1".into(), "\"changed\"".into())), name: None, ..new("a", "edit") }).await;
    assert_eq!(bodies(&base.store.reader.hosted_after("web", "a", 0, 9).await.unwrap()), ["\"changed\"", "\"edit\""]);
    assert_eq!(bodies(&base.store.reader.hosted_after("web", "b", 0, 9).await.unwrap()), ["\"1\""], "another thread's stays");
    let found = base.store.reader.hosted_by_name("web", "a", "1").await.unwrap().unwrap();
    assert_eq!((found.place, &*found.body), (1, "\"changed\""));
}

async fn pages_go_both_ways(base: &Base) {
    for key in ["1", "2", "3", "4"] {
        keep(base, new("a", key)).await;
    }
    let reader = &base.store.reader;
    assert_eq!(bodies(&reader.hosted_after("web", "a", 2, 9).await.unwrap()), ["\"3\"", "\"4\""]);
    assert_eq!(bodies(&reader.hosted_after("web", "a", 0, 2).await.unwrap()), ["\"1\"", "\"2\""]);
    assert_eq!(bodies(&reader.hosted_before("web", "a", i64::MAX, 2).await.unwrap()), ["\"3\"", "\"4\""]);
    assert_eq!(bodies(&reader.hosted_before("web", "a", 3, 9).await.unwrap()), ["\"1\"", "\"2\""]);
}

async fn many_at_once_get_numbers_without_a_gap(base: &Base) {
    let mut writing = tokio::task::JoinSet::new();
    for number in 0..20 {
        let writer = base.store.writer.clone();
        writing.spawn(async move {
            let new = new("a", &number.to_string());
            loop {
                let entry = new.clone();
                let kept = writer.write::<_, bellhop_store::DbError, _>(move |tx| Box::pin(async move { tx.keep_hosted(&entry, at(1)).await })).await;
                match kept.map_err(bellhop_store::WriteError::into_db) {
                    Ok((entry, _)) => return entry.place,
                    Err(error) => assert!(error.is_unique_violation(), "{error}"),
                }
            }
        });
    }
    let mut places = writing.join_all().await;
    places.sort_unstable();
    assert_eq!(places, (1..=20).collect::<Vec<_>>());
}
