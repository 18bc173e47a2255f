//! How far channels have come on platforms that do not remember it for us.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000015_channel_mark"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        statements::run(manager, STATEMENTS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// An empty thread is the channel as a whole.
const STATEMENTS: &str = "
CREATE TABLE channel_mark (
    channel TEXT NOT NULL,
    thread TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (channel, thread)
);
";
