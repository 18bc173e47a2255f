//! What clients of channels that we host read.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000008_hosted"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        statements::run(manager, HOSTED).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// The numbers are each thread's own: who reads a thread in their order misses nothing, whatever is being committed beside it.
const HOSTED: &str = "
CREATE TABLE hosted_entry (
    channel TEXT NOT NULL,
    thread TEXT NOT NULL,
    place BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (channel, thread, place)
);
CREATE UNIQUE INDEX hosted_entry_key ON hosted_entry (channel, thread, key);
CREATE INDEX hosted_entry_name ON hosted_entry (channel, thread, name) WHERE name IS NOT NULL;
";
