//! Where a test's program keeps its data: a database of its own.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use uuid::Uuid;

/// Names a superuser's address in the cluster for tests; scripts/test sets it.
const CLUSTER: &str = "BELLHOP_TEST_POSTGRES";

/// The kind of database that a story is told on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

/// A database that is gone when it is dropped.
pub(crate) enum Place {
    /// A file in the data folder.
    File,
    /// A database in the cluster.
    Server { cluster: String, name: String },
}

impl Place {
    /// A fresh, empty one.
    pub(crate) async fn make(database: Database) -> Self {
        match database {
            Database::Sqlite => Self::File,
            Database::Postgres => {
                let cluster = super::program::environment(CLUSTER)
                    .unwrap_or_else(|| panic!("{CLUSTER} is not set: run scripts/test, or name a PostgreSQL superuser's address in it"));
                let name = format!("story_{}", fresh_word());
                run_on(&cluster, format!("CREATE DATABASE {name}")).await;
                Self::Server { cluster, name }
            }
        }
    }

    /// Its address, for a program with this data folder.
    pub(crate) fn url(&self, data: &Path) -> String {
        match self {
            Self::File => format!("sqlite://{}", self.file(data).display()),
            Self::Server { cluster, name } => {
                let (server, _) = cluster.rsplit_once('/').expect("an address ends with the database's name");
                format!("{server}/{name}")
            }
        }
    }

    /// The file, where it is one.
    pub(crate) fn file(&self, data: &Path) -> std::path::PathBuf {
        data.join("bellhop.db")
    }

    /// Runs a statement past the program, on this database.
    pub(crate) async fn run(&self, data: &Path, sql: &str) {
        match self {
            Self::File => {
                let connection = rusqlite::Connection::open(self.file(data)).expect("the database's file");
                connection.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
                connection.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
            }
            Self::Server { .. } => run_on(&self.url(data), sql.to_owned()).await,
        }
    }

    /// The one number that a query gives.
    pub(crate) async fn count(&self, data: &Path, sql: &str) -> i64 {
        match self {
            Self::File => {
                let connection = rusqlite::Connection::open(self.file(data)).expect("the database's file");
                connection.query_row(sql, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{sql}: {error}"))
            }
            Self::Server { .. } => {
                let mut connection = PgConnection::connect(&self.url(data)).await.expect("the test's database");
                sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Self::Server { cluster, name } = self else { return };
        let (cluster, statement) = (cluster.clone(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        // A drop cannot await, and the test's own runtime may be ending.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(run_on(&cluster, statement));
        });
        if dropped.join().is_err() && !std::thread::panicking() {
            panic!("the test's database could not be dropped");
        }
    }
}

async fn run_on(url: &str, sql: String) {
    let mut connection = PgConnection::connect(url).await.expect("the cluster for tests");
    sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// A word that no other test has.
#[expect(clippy::disallowed_methods, reason = "every test has names of its own")]
pub(crate) fn fresh_word() -> String {
    Uuid::new_v4().simple().to_string()
}
