use bellhop_store::{
    Backend, OpenError, Options,
    lock::{LockError, exclusive, is_held},
};

use crate::base::{self, Base, at, on_both};

on_both!(
    migrating_again_changes_nothing,
    two_programs_may_migrate_at_once,
    a_newer_schema_is_refused_in_clear_words,
    an_older_schema_is_refused_in_clear_words,
    one_node_at_a_time,
    a_whole_database_has_no_damage,
);

async fn migrating_again_changes_nothing(base: &Base) {
    let before = base.dump().await;
    let report = bellhop_store::migrate(&base.options, at(100)).await.unwrap();
    assert_eq!((report.applied.len(), report.seeded), (0, false));
    assert_eq!(base.dump().await, before);
}

async fn two_programs_may_migrate_at_once(base: &Base) {
    // Back to a database that nothing was done to.
    change(base, "DELETE FROM meta").await;
    change(base, "DELETE FROM desk_object").await;
    let (first, second) = tokio::join!(bellhop_store::migrate(&base.options, at(1)), bellhop_store::migrate(&base.options, at(1)));
    assert_eq!([first.unwrap().seeded, second.unwrap().seeded].into_iter().filter(|seeded| *seeded).count(), 1);
}

async fn a_newer_schema_is_refused_in_clear_words(base: &Base) {
    change(base, "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_later', 0)").await;
    for error in [bellhop_store::open(&base.options).await.map(drop).unwrap_err(), bellhop_store::migrate(&base.options, at(1)).await.unwrap_err()] {
        assert!(matches!(&error, OpenError::NewerSchema { found, .. } if found == "m29990101_000001_later"), "{error:?}");
        assert!(error.to_string().contains("made by a newer version"), "{error}");
    }
}

async fn an_older_schema_is_refused_in_clear_words(base: &Base) {
    change(base, "DELETE FROM seaql_migrations").await;
    let error = bellhop_store::open(&base.options).await.map(drop).unwrap_err();
    assert!(matches!(error, OpenError::OlderSchema { .. }), "{error:?}");
}

async fn one_node_at_a_time(base: &Base) {
    assert!(!is_held(&base.options).await.unwrap());
    let guard = exclusive(&base.options).await.unwrap();
    assert!(matches!(exclusive(&base.options).await, Err(LockError::AlreadyHeld)));
    assert!(is_held(&base.options).await.unwrap());
    drop(guard);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while is_held(&base.options).await.unwrap() {
        assert!(std::time::Instant::now() < deadline, "the lock is given back");
    }
}

async fn a_whole_database_has_no_damage(base: &Base) {
    assert_eq!(base.store.reader.damage().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_flipped_bit_in_a_sqlite_file_is_found() {
    crate::base::on(Backend::Sqlite, async |base| {
        let options = Options::new(format!("{}.copy", base.options.url));
        let path = options.file().unwrap().unwrap();
        let original = rusqlite::Connection::open(base.options.file().unwrap().unwrap()).unwrap();
        original.execute("VACUUM INTO ?1", [path.to_str().unwrap()]).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        // In one page of ten, where it says where its rows are.
        let pages = bytes.len() / 4096;
        (1..pages).step_by(10).for_each(|page| bytes[page * 4096 + 8] ^= 0xff);
        std::fs::write(&path, bytes).unwrap();
        let found = match bellhop_store::open(&options).await {
            Ok(store) => {
                let found = store.reader.damage().await.map_or(true, |damage| !damage.is_empty());
                store.close().await;
                found
            }
            Err(_) => true,
        };
        assert!(found);
    })
    .await;
}

async fn change(base: &Base, sql: &'static str) {
    match base.backend() {
        Backend::Sqlite => {
            let connection = rusqlite::Connection::open(base.options.file().unwrap().unwrap()).unwrap();
            connection.execute_batch(sql).unwrap();
        }
        Backend::Postgres => {
            let pool = sqlx::PgPool::connect(&base.options.url).await.unwrap();
            sqlx::query(sql).execute(&pool).await.unwrap();
            pool.close().await;
        }
    }
}

#[tokio::test]
async fn addresses_of_nothing_are_refused() {
    for url in ["", "sqlite://", "sqlite::memory:", "mysql://localhost/x", "bellhop.db", "postgres"] {
        let result = bellhop_store::open(&Options::new(url)).await.map(drop);
        assert!(matches!(result, Err(OpenError::Address)), "{url}: {result:?}");
    }
}

#[tokio::test]
async fn a_lock_whose_connection_is_cut_is_missed_at_once_and_taken_again() {
    base::on(Backend::Postgres, async |base| {
        let mut guard = exclusive(&base.options).await.unwrap();
        let begun = std::time::Instant::now();
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let ((), ()) = tokio::join!(guard.disturbed(std::time::Duration::from_secs(60)), change(base, cut));
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{:?}", begun.elapsed());
        guard.keep().await.unwrap();
        assert!(is_held(&base.options).await.unwrap());
        assert!(matches!(exclusive(&base.options).await, Err(LockError::AlreadyHeld)));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_away_is_unreachable() {
    let result = bellhop_store::open(&Options::new("postgres://nobody@127.0.0.1:1/nothing")).await.map(drop);
    assert!(matches!(result, Err(OpenError::Unreachable(_))), "{result:?}");
}
