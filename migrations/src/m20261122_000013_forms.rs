//! Tickets keep the form that they were made with; every contact is counted by category.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000013_forms"
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

// What there is already is the first version of each template, and every ticket was made with it.
const STATEMENTS: &str = "
CREATE TABLE template_version (
    key TEXT NOT NULL,
    version BIGINT NOT NULL,
    document TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (key, version)
);
INSERT INTO template_version (key, version, document, made_at)
    SELECT key, 1, document, updated_at FROM desk_object WHERE kind = 'templates';
ALTER TABLE ticket ADD COLUMN template_version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE conversation ADD COLUMN proposed TEXT;
ALTER TABLE conversation ADD COLUMN proposed_category TEXT;
CREATE INDEX conversation_counted ON conversation (created_at, category, proposed_category, id);
CREATE INDEX ticket_counted ON ticket (created_at, category)
";
