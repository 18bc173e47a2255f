//! Questions to other departments.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000010_request"
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

// What was asked and answered stands in the conversation's messages only.
const STATEMENTS: &str = "
CREATE TABLE request (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    conversation UUID NOT NULL,
    department TEXT NOT NULL,
    question UUID NOT NULL,
    answer UUID,
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    owner UUID,
    expected_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX request_conversation ON request (conversation, created_at);
CREATE INDEX request_newest ON request (created_at, id);
";
