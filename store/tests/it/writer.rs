use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bellhop_store::{Backend, DbError, WriteError};
use futures_util::future::join_all;

use crate::base::{Base, at, contact, event, on, on_both, talking};

on_both!(
    a_failing_closure_undoes_only_itself,
    a_panicking_closure_undoes_only_itself,
    an_error_that_a_closure_passes_over_undoes_it,
    closures_see_what_was_written_before_them,
    closing_finishes_what_is_queued,
    a_closed_store_refuses,
    times_and_texts_come_back_as_they_were,
);

async fn a_failing_closure_undoes_only_itself(base: &Base) {
    let writes = (0..60).map(|number| {
        base.try_write(move |tx| {
            Box::pin(async move {
                tx.accept(&[event(&format!("{number}"), "a")]).await?;
                if number % 3 == 0 {
                    // The same key in another way: a violation.
                    tx.insert_contact(&contact(1)).await?;
                    tx.insert_contact(&contact(1)).await?;
                }
                Ok(())
            })
        })
    });
    let results = join_all(writes).await;
    for (number, result) in results.iter().enumerate() {
        match result {
            Err(WriteError::Closure(error)) => assert!(number % 3 == 0 && error.is_unique_violation(), "{number}: {error}"),
            result => assert!(number % 3 != 0 && result.is_ok(), "{number}: {result:?}"),
        }
    }
    assert_eq!(base.store.reader.inbox_counts().await.unwrap().pending, 40);
    assert!(base.store.reader.contact(contact(1).id).await.unwrap().is_none());
}

async fn a_panicking_closure_undoes_only_itself(base: &Base) {
    let writes = (0..30).map(|number| {
        base.try_write(move |tx| {
            Box::pin(async move {
                tx.accept(&[event(&format!("{number}"), "a")]).await?;
                assert!(number % 3 != 0, "a fault in a decision");
                Ok(())
            })
        })
    });
    let results = join_all(writes).await;
    assert_eq!(results.iter().filter(|result| matches!(result, Err(WriteError::Closure(_)))).count(), 10);
    assert_eq!(base.store.reader.inbox_counts().await.unwrap().pending, 20);
}

async fn an_error_that_a_closure_passes_over_undoes_it(base: &Base) {
    let result = base
        .try_write(|tx| {
            Box::pin(async {
                tx.accept(&[event("1", "a")]).await?;
                tx.insert_contact(&contact(1)).await?;
                tx.insert_contact(&contact(1)).await.ok();
                Ok(())
            })
        })
        .await;
    assert!(matches!(&result, Err(WriteError::Closure(error)) if error.is_unique_violation()), "{result:?}");
    assert_eq!(base.store.reader.inbox_counts().await.unwrap().pending, 0);
    base.write(|tx| Box::pin(async { tx.accept(&[event("2", "a")]).await })).await;
}

async fn closures_see_what_was_written_before_them(base: &Base) {
    let conversation = talking(base, 1).await;
    let id = conversation.id;
    let seen = base.write(move |tx| Box::pin(async move { tx.conversation(id).await })).await;
    assert_eq!(seen, Some(conversation.clone()));
    assert_eq!(base.store.reader.conversation(id).await.unwrap(), Some(conversation));
}

async fn closing_finishes_what_is_queued(base: &Base) {
    let store = bellhop_store::open(&base.options).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..100 {
        let writer = store.writer.clone();
        tasks.spawn(async move {
            writer.write::<_, DbError, _>(move |tx| Box::pin(async move { tx.accept(&[event(&format!("{number}"), "a")]).await })).await
        });
    }
    while store.writer.counters().closures.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    store.close().await;
    let kept = tasks.join_all().await.iter().filter(|result| result.is_ok()).count();
    assert!(kept > 0);
    assert_eq!(base.store.reader.inbox_counts().await.unwrap().pending, kept as u64, "what was promised is there, and nothing else");
}

async fn a_closed_store_refuses(base: &Base) {
    let store = bellhop_store::open(&base.options).await.unwrap();
    let writer = store.writer.clone();
    store.close().await;
    let result = writer.write::<_, DbError, _>(|tx| Box::pin(async { tx.accept(&[event("1", "a")]).await })).await;
    assert!(matches!(result, Err(WriteError::Unavailable(_))), "{result:?}");
}

async fn times_and_texts_come_back_as_they_were(base: &Base) {
    let mut person = contact(1);
    person.name = Some("Ann\u{0}a 🙂".to_owned());
    person.erased_at = Some(at(-10_000_000_000));
    let stored = person.clone();
    base.write(move |tx| Box::pin(async move { tx.insert_contact(&stored).await })).await;
    person.name = Some("Ann\u{fffd}a 🙂".to_owned());
    assert_eq!(base.store.reader.contact(person.id).await.unwrap(), Some(person));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_closures_share_a_commit_on_sqlite() {
    on(Backend::Sqlite, async |base| {
        let counters = || {
            let counters = base.store.writer.counters();
            (counters.commits.load(Ordering::Relaxed), counters.closures.load(Ordering::Relaxed))
        };
        let before = counters();
        // The first holds the writer until all the others wait.
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let first = base.try_write(move |_| {
            Box::pin(async move {
                wait.recv().ok();
                Ok(())
            })
        });
        let others =
            join_all((0..200).map(|number| base.try_write(move |tx| Box::pin(async move { tx.accept(&[event(&format!("{number}"), "a")]).await }))));
        let release = async {
            tokio::task::yield_now().await;
            go.send(()).unwrap();
        };
        let (first, others, ()) = tokio::join!(biased; first, others, release);
        first.unwrap();
        assert!(others.iter().all(Result::is_ok));
        let after = counters();
        assert_eq!(after.1 - before.1, 201);
        assert!(after.0 - before.0 <= 2, "{} commits", after.0 - before.0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_held_outside_makes_sqlite_busy_and_no_more() {
    on(Backend::Sqlite, async |base| {
        let path = base.options.file().unwrap().unwrap();
        let outside = rusqlite::Connection::open(path).unwrap();
        outside.execute_batch("BEGIN IMMEDIATE").unwrap();
        let started = Instant::now();
        let results =
            join_all((0..20).map(|number| base.try_write(move |tx| Box::pin(async move { tx.accept(&[event(&format!("{number}"), "a")]).await }))))
                .await;
        assert!(results.iter().all(|result| matches!(result, Err(WriteError::Busy))), "{results:?}");
        assert!(started.elapsed() < Duration::from_millis(2500), "{:?}", started.elapsed());
        assert!(base.store.writer.counters().busy.load(Ordering::Relaxed) >= 20);
        // Reading goes on meanwhile.
        base.store.reader.ping().await.unwrap();
        outside.execute_batch("ROLLBACK").unwrap();
        base.write(|tx| Box::pin(async { tx.accept(&[event("after", "b")]).await })).await;
        assert_eq!(base.store.reader.pending_lanes(10).await.unwrap(), ["b"], "what was answered with busy was not done behind the caller's back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_has_gone_takes_its_closure_along() {
    on(Backend::Sqlite, async |base| {
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let holding = base.try_write(move |_| {
            Box::pin(async move {
                wait.recv().ok();
                Ok(())
            })
        });
        let ran = Arc::new(AtomicBool::new(false));
        let noted = ran.clone();
        let dropped = async {
            let queued = base.try_write(move |_| {
                Box::pin(async move {
                    noted.store(true, Ordering::SeqCst);
                    Ok(())
                })
            });
            // Polled once, so that it is in the queue, then dropped.
            futures_util::future::select(Box::pin(queued), Box::pin(tokio::task::yield_now())).await;
            go.send(()).unwrap();
        };
        let (held, ()) = tokio::join!(biased; holding, dropped);
        held.unwrap();
        base.write(|tx| Box::pin(async { tx.accept(&[event("after", "a")]).await })).await;
        assert!(!ran.load(Ordering::SeqCst));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_busy_when_every_connection_is_taken() {
    on(Backend::Postgres, async |base| {
        let mut options = base.options.clone();
        options.write_connections = 1;
        let store = bellhop_store::open(&options).await.unwrap();
        let (go, wait) = tokio::sync::oneshot::channel::<()>();
        let holding = store.writer.write::<_, DbError, _>(move |_| {
            Box::pin(async move {
                wait.await.ok();
                Ok(())
            })
        });
        let second = async {
            let started = Instant::now();
            let result = store.writer.write::<_, DbError, _>(|tx| Box::pin(async { tx.accept(&[event("1", "a")]).await })).await;
            go.send(()).unwrap();
            (result, started.elapsed())
        };
        let (held, (second, took)) = tokio::join!(biased; holding, second);
        held.unwrap();
        assert!(matches!(second, Err(WriteError::Busy)), "{second:?}");
        assert!(took < Duration::from_millis(2500), "{took:?}");
        store.writer.write::<_, DbError, _>(|tx| Box::pin(async { tx.accept(&[event("1", "a")]).await })).await.unwrap();
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_on_postgres_is_a_conflict_for_one() {
    on(Backend::Postgres, async |base| {
        base.write(|tx| {
            Box::pin(async {
                tx.insert_contact(&contact(1)).await?;
                tx.insert_contact(&contact(2)).await
            })
        })
        .await;
        let both = Arc::new(tokio::sync::Barrier::new(2));
        let crossing = |first: u128, second: u128| {
            let both = both.clone();
            base.try_write(move |tx| {
                Box::pin(async move {
                    assert!(tx.update_contact(&contact(first)).await?);
                    both.wait().await;
                    tx.update_contact(&contact(second)).await
                })
            })
        };
        let results = tokio::join!(crossing(1, 2), crossing(2, 1));
        let conflicts = [&results.0, &results.1].into_iter().filter(|result| matches!(result, Err(WriteError::Conflict))).count();
        assert_eq!(conflicts, 1, "{results:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_connection_to_postgres_heals() {
    on(Backend::Postgres, async |base| {
        base.write(|tx| Box::pin(async { tx.accept(&[event("1", "a")]).await })).await;
        base.store.reader.ping().await.unwrap();
        let pool = sqlx::PgPool::connect(&base.options.url).await.unwrap();
        sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
            .execute(&pool)
            .await
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let result = base.try_write(|tx| Box::pin(async { tx.accept(&[event("2", "a")]).await })).await;
            match result {
                Ok(_) => break,
                Err(WriteError::Unavailable(_)) => assert!(Instant::now() < deadline, "it never came back"),
                Err(error) => panic!("{error:?}"),
            }
        }
        pool.close().await;
    })
    .await;
}
