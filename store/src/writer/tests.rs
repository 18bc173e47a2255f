//! What no outsider can bring about: a full disk, a commit that fails.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::atomic::Ordering;

use chrono::DateTime;
use futures_util::future::join_all;

use crate::{DbError, Options, Store, WriteError, inbox::NewEvent, sql::args};

async fn store() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::new(format!("sqlite://{}", folder.path().join("bellhop.db").display()));
    crate::migrate(&options, DateTime::UNIX_EPOCH).await.unwrap();
    (crate::open(&options).await.unwrap(), folder)
}

fn event(key: &str, body: &str) -> NewEvent {
    NewEvent {
        channel: "shop".to_owned(),
        key: key.to_owned(),
        lane: "a".to_owned(),
        body: body.into(),
        internal: false,
        received_at: DateTime::UNIX_EPOCH,
    }
}

async fn accept(store: &Store, key: String, size: usize) -> Result<Vec<Option<i64>>, WriteError<DbError>> {
    store.writer.write(move |tx| Box::pin(async move { tx.accept(&[event(&key, &"x".repeat(size))]).await })).await
}

async fn pending(store: &Store) -> u64 {
    store.reader.inbox_counts().await.unwrap().pending
}

#[tokio::test]
async fn a_full_disk_fails_what_is_written_and_heals() {
    let (store, _folder) = store().await;
    let pages = "SELECT page_count FROM pragma_page_count";
    store
        .writer
        .write::<_, DbError, _>(move |tx| {
            Box::pin(async move {
                let pages: i64 = tx.one(pages, &args![]).await?.map(|mut row| row.next()).transpose()?.unwrap();
                tx.all(format!("PRAGMA max_page_count = {}", pages + 2), &args![]).await
            })
        })
        .await
        .map(drop)
        .unwrap();
    let error = accept(&store, "big".to_owned(), 100_000).await.unwrap_err();
    assert!(matches!(&error, WriteError::Unavailable(error) if error.is_full()), "{error:?}");
    // The connection that met the full disk is gone, and with it the limit: there is space again.
    accept(&store, "after".to_owned(), 100_000).await.unwrap();
    assert_eq!(pending(&store).await, 1);
    store.close().await;
}

#[tokio::test]
async fn a_failed_commit_fails_everything_in_it() {
    let (store, _folder) = store().await;
    store
        .writer
        .write::<_, DbError, _>(|tx| {
            Box::pin(async {
                tx.exec("CREATE TABLE parent (id INTEGER PRIMARY KEY)", &[]).await?;
                tx.exec("CREATE TABLE child (parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)", &[]).await
            })
        })
        .await
        .unwrap();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let orphan = store.writer.write::<_, DbError, _>(move |tx| {
        Box::pin(async move {
            wait.recv().ok();
            tx.exec("INSERT INTO child (parent) VALUES (1)", &[]).await
        })
    });
    let others = join_all((0..10).map(|number| accept(&store, format!("{number}"), 1)));
    let release = async { go.send(()).unwrap() };
    let (orphan, others, ()) = tokio::join!(biased; orphan, others, release);
    assert!(matches!(orphan, Err(WriteError::Unavailable(_))), "{orphan:?}");
    assert!(others.iter().all(|result| matches!(result, Err(WriteError::Unavailable(_)))), "{others:?}");
    assert_eq!(store.writer.counters().failed_commits.load(Ordering::Relaxed), 1);
    assert_eq!(pending(&store).await, 0);
    accept(&store, "after".to_owned(), 1).await.unwrap();
    assert_eq!(pending(&store).await, 1);
    store.close().await;
}

#[tokio::test]
async fn durability_is_what_it_is_said_to_be() {
    let (store, _folder) = store().await;
    let settings = store
        .writer
        .write::<_, DbError, _>(|tx| {
            Box::pin(async {
                let mut journal = tx.one("PRAGMA journal_mode", &[]).await?.unwrap();
                let mut synchronous = tx.one("PRAGMA synchronous", &[]).await?.unwrap();
                Ok((journal.next::<String>()?, synchronous.next::<i64>()?))
            })
        })
        .await
        .unwrap();
    assert_eq!(settings, ("wal".to_owned(), 2), "FULL: a commit is on the disk when it is answered");
    store.close().await;
}
