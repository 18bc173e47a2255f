//! How people became members of companies, who sees the tickets of colleagues, and what a customer system calls a company.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000020_membership"
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
ALTER TABLE contact ADD COLUMN memberships TEXT NOT NULL DEFAULT '[]';
ALTER TABLE contact ADD COLUMN sees_colleagues TEXT NOT NULL DEFAULT '[]';
ALTER TABLE organisation ADD COLUMN external_key TEXT;
ALTER TABLE organisation ADD COLUMN notes TEXT;
CREATE UNIQUE INDEX organisation_key ON organisation (external_key) WHERE external_key IS NOT NULL;
CREATE INDEX organisation_recent ON organisation (created_at, id);
";
