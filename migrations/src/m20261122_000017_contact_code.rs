//! One-time codes with which people prove on a second channel who they are.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000017_contact_code"
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

const STATEMENTS: &str = "
CREATE TABLE contact_code (
    contact UUID NOT NULL PRIMARY KEY,
    code_hash TEXT NOT NULL,
    conversation UUID NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX contact_code_hash ON contact_code (code_hash);
";
