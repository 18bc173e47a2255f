//! What agents are told of.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000019_notice"
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

// What nobody has read yet about one ticket is one row for each agent: what happens meanwhile is added to it.
const STATEMENTS: &str = "
CREATE TABLE notice (
    id UUID NOT NULL PRIMARY KEY,
    agent UUID NOT NULL,
    about UUID NOT NULL,
    ticket UUID,
    conversation UUID,
    kinds BIGINT NOT NULL,
    doer UUID,
    times BIGINT NOT NULL,
    at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE UNIQUE INDEX notice_unread ON notice (agent, about) WHERE read_at IS NULL;
CREATE INDEX notice_agent ON notice (agent, at, id);
CREATE INDEX notice_waiting ON notice (agent, at, id) WHERE read_at IS NULL;
CREATE INDEX notice_age ON notice (at);
";
