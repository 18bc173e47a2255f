//! The only place that knows how SQLite and PostgreSQL differ in what they are told.

use std::{fmt::Write as _, sync::OnceLock};

use crate::sql::Arg;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// One file, one writer.
    Sqlite,
    /// A server.
    Postgres,
}

/// What a column of an [`Insert`] holds.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Int,
    Bool,
    Text,
    Uuid,
}

/// Inserting rows into a table: row by row with one prepared statement on SQLite, all rows in one statement on PostgreSQL.
pub(crate) struct Insert {
    table: &'static str,
    columns: &'static [(&'static str, Kind)],
    /// A column worked out by the database: its name, the expression around a value of the row, and which value that is.
    derived: Option<(&'static str, &'static str, usize, &'static str)>,
    tail: &'static str,
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl Insert {
    /// Into `columns` of `table`; `tail` is what follows the values.
    pub(crate) const fn new(table: &'static str, columns: &'static [(&'static str, Kind)], tail: &'static str) -> Self {
        Self { table, columns, derived: None, tail, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// With one more column, worked out as `before` value-of-column-`index` `after`.
    pub(crate) const fn deriving(mut self, column: &'static str, before: &'static str, index: usize, after: &'static str) -> Self {
        self.derived = Some((column, before, index, after));
        self
    }

    /// How many values a row has.
    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    fn head(&self) -> String {
        let mut sql = format!("INSERT INTO {} (", self.table);
        for (index, (name, _)) in self.columns.iter().enumerate() {
            let _ = write!(sql, "{}{name}", if index == 0 { "" } else { ", " });
        }
        if let Some((name, ..)) = self.derived {
            let _ = write!(sql, ", {name}");
        }
        sql.push_str(") ");
        sql
    }

    /// For one row.
    pub(crate) fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| {
            let mut sql = self.head();
            sql.push_str("VALUES (");
            for number in 1..=self.columns.len() {
                let _ = write!(sql, "{}${number}", if number == 1 { "" } else { ", " });
            }
            if let Some((_, before, index, after)) = self.derived {
                let _ = write!(sql, ", {before} ${} {after}", index + 1);
            }
            sql.push_str(") ");
            sql.push_str(self.tail);
            sql
        })
    }

    /// For any number of rows, each column one array.
    pub(crate) fn postgres(&'static self) -> &'static str {
        self.postgres.get_or_init(|| {
            let mut sql = self.head();
            sql.push_str("SELECT ");
            for (index, (name, _)) in self.columns.iter().enumerate() {
                let _ = write!(sql, "{}u.{name}", if index == 0 { "" } else { ", " });
            }
            if let Some((_, before, index, after)) = self.derived {
                let name = self.columns.get(index).map_or("", |column| column.0);
                let _ = write!(sql, ", {before} u.{name} {after}");
            }
            sql.push_str(" FROM UNNEST(");
            for (index, (_, kind)) in self.columns.iter().enumerate() {
                let array = match kind {
                    Kind::Int => "bigint[]",
                    Kind::Bool => "boolean[]",
                    Kind::Text => "text[]",
                    Kind::Uuid => "uuid[]",
                };
                let _ = write!(sql, "{}${}::{array}", if index == 0 { "" } else { ", " }, index + 1);
            }
            sql.push_str(") WITH ORDINALITY AS u (");
            for (name, _) in self.columns {
                let _ = write!(sql, "{name}, ");
            }
            sql.push_str("ordinal_) ORDER BY u.ordinal_ ");
            sql.push_str(self.tail);
            sql
        })
    }

    /// Turns rows into one array a column.
    pub(crate) fn arrays<'a>(&self, rows: Vec<Vec<Arg<'a>>>) -> Vec<Arg<'a>> {
        let mut columns: Vec<Arg<'a>> = self
            .columns
            .iter()
            .map(|(_, kind)| match kind {
                Kind::Int => Arg::Ints(Vec::with_capacity(rows.len())),
                Kind::Bool => Arg::Bools(Vec::with_capacity(rows.len())),
                Kind::Text => Arg::Texts(Vec::with_capacity(rows.len())),
                Kind::Uuid => Arg::Uuids(Vec::with_capacity(rows.len())),
            })
            .collect();
        for row in rows {
            for (column, value) in columns.iter_mut().zip(row) {
                match (column, value) {
                    (Arg::Ints(values), Arg::Int(value)) => values.push(value),
                    (Arg::Bools(values), Arg::Bool(value)) => values.push(value),
                    (Arg::Texts(values), Arg::Text(value)) => values.push(value),
                    (Arg::Uuids(values), Arg::Uuid(value)) => values.push(value),
                    _ => {}
                }
            }
        }
        columns
    }
}

/// What a new connection of the writer is told.
///
/// What is deleted is overwritten: erasing a person leaves nothing of them in freed pages. The checkpoint comes every 16 MiB: pages that change with every message are then copied back once for many changes.
pub(crate) const SQLITE_WRITER: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA secure_delete = ON;
PRAGMA cache_size = -4096;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA journal_size_limit = 67108864;
";

/// What a connection for quick looks is told.
pub(crate) const SQLITE_NEAR: &str = "
PRAGMA query_only = ON;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -2048;
";

/// What every connection to PostgreSQL is told: a statement that hangs, waits for a lock, or leaves its transaction open is ended by the server.
pub(crate) const POSTGRES_SETTINGS: [(&str, &str); 4] =
    [("statement_timeout", "15s"), ("lock_timeout", "2s"), ("idle_in_transaction_session_timeout", "30s"), ("application_name", "bellhop")];

/// What connections that write are told besides.
///
/// Statements that write find their rows by key whatever the values are. So a plan is made once: planning an insert of many arrays costs as much as
/// carrying it out. And it is not made for the size that a table had then: a queue that was empty is read from end to end for every row later.
pub(crate) const POSTGRES_WRITER_SETTINGS: [(&str, &str); 2] = [("plan_cache_mode", "force_generic_plan"), ("enable_seqscan", "off")];

/// What connections that only read are told besides.
///
/// What is asked differs in the text of a statement, not in its values, so its plan is made once: with a million tickets, planning a list anew took five times as
/// long as carrying it out. And a plan made for a page far behind took the rows before it for none, and read another index from there on.
pub(crate) const POSTGRES_READER_SETTINGS: [(&str, &str); 1] = [("plan_cache_mode", "force_generic_plan")];

/// Held while the schema is changed, so that two programs do not change it at once.
pub(crate) const POSTGRES_MIGRATION_LOCK: i64 = 0x6265_6c6c_686f_7001;

/// Held by the node that serves.
pub(crate) const POSTGRES_NODE_LOCK: i64 = 0x6265_6c6c_686f_7002;

/// Held by a transaction that writes to the change log, so that its numbers become visible in their order.
pub(crate) const POSTGRES_CHANGE_LOCK: i64 = 0x6265_6c6c_686f_7003;

/// `text` as part of a LIKE pattern with backslash as the escape sign.
pub(crate) fn contains_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for sign in text.to_lowercase().chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

/// The database's clock in microseconds since the epoch: on SQLite, on PostgreSQL.
pub(crate) const DATABASE_TIME: (&str, &str) = (
    "SELECT CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
    "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
);
