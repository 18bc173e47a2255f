//! Tickets that are looked through before they are made, taken back after it, and rated at the end.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000004_review"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        statements::run(manager, REVIEW).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// One draft a conversation: its version counts on from one ticket to the next, so that an old card is always known for one.
const REVIEW: &str = "
CREATE TABLE review (
    conversation UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
ALTER TABLE ticket ADD COLUMN withdrawn_at BIGINT;
ALTER TABLE ticket ADD COLUMN rating_asked_at BIGINT;
ALTER TABLE ticket ADD COLUMN rating TEXT;
";
