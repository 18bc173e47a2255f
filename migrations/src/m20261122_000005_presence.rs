//! Who agents are on staff chats, and whether they are there.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000005_presence"
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
CREATE TABLE agent_identity (
    channel TEXT NOT NULL,
    external_id TEXT NOT NULL,
    agent UUID NOT NULL,
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (channel, external_id)
);
CREATE INDEX agent_identity_agent ON agent_identity (agent);

CREATE TABLE link_attempt (
    channel TEXT NOT NULL,
    external_id TEXT NOT NULL,
    tried_at BIGINT NOT NULL
);
CREATE INDEX link_attempt_identity ON link_attempt (channel, external_id, tried_at);

CREATE TABLE agent_presence (
    agent UUID NOT NULL PRIMARY KEY,
    presence TEXT NOT NULL,
    capacity BIGINT,
    changed_at BIGINT NOT NULL
);
";
