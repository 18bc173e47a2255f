//! One text for both databases.

use sea_orm_migration::{
    SchemaManager,
    sea_orm::{ConnectionTrait, DbBackend, DbErr},
};

/// Runs `statements`, each ended by a semicolon, after putting in the database's own word for:
///
/// - `SEQUENCE`: an ever growing integer key; on SQLite numbers of deleted last rows come again,
/// - `COUNTER`: the same, but a number never comes again,
/// - `UUID`: an id.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let (sequence, counter, uuid) = match connection.get_database_backend() {
        DbBackend::Sqlite => ("INTEGER PRIMARY KEY", "INTEGER PRIMARY KEY AUTOINCREMENT", "BLOB"),
        _ => {
            let identity = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
            (identity, identity, "UUID")
        }
    };
    for statement in statements.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        let statement = statement.replace("SEQUENCE", sequence).replace("COUNTER", counter).replace("UUID", uuid);
        connection.execute_unprepared(&statement).await?;
    }
    Ok(())
}
