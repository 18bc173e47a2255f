//! The console: who is signed in, what they are writing, and the lists of the inbox.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000009_console"
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
CREATE TABLE staff_session (
    hash TEXT NOT NULL PRIMARY KEY,
    agent UUID NOT NULL,
    credential TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE INDEX staff_session_agent ON staff_session (agent);
CREATE INDEX staff_session_seen ON staff_session (seen_at);

CREATE TABLE draft (
    agent UUID NOT NULL,
    conversation UUID NOT NULL,
    internal BOOLEAN NOT NULL,
    text TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (agent, conversation)
);
CREATE INDEX draft_conversation ON draft (conversation);

CREATE INDEX conversation_with_people ON conversation (updated_at, id) WHERE status IN ('queued', 'open', 'snoozed');
CREATE INDEX conversation_mine ON conversation (assignee, updated_at, id) WHERE status IN ('queued', 'open', 'snoozed');
CREATE INDEX conversation_nobodys ON conversation (updated_at, id) WHERE status IN ('queued', 'open', 'snoozed') AND assignee IS NULL;
CREATE INDEX conversation_of_department ON conversation (department, updated_at, id) WHERE status IN ('queued', 'open', 'snoozed');
CREATE INDEX conversation_with_bot ON conversation (updated_at, id) WHERE status = 'bot';
CREATE INDEX conversation_resolved ON conversation (updated_at, id) WHERE status = 'resolved';
";
