//! What people can do and how much of it, what they did last, and the lines of what waits for them.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000006_assignment"
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

// Only what waits and what is being worked on stands in the partial indexes: conversations with the bot change with every message.
const STATEMENTS: &str = "
ALTER TABLE agent ADD COLUMN profile TEXT NOT NULL DEFAULT '{}';

ALTER TABLE agent_presence ADD COLUMN automatic BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE agent_presence ADD COLUMN acted_at BIGINT;
ALTER TABLE agent_presence ADD COLUMN assigned_at BIGINT;

ALTER TABLE conversation ADD COLUMN routing TEXT;
ALTER TABLE conversation ADD COLUMN urgency BIGINT NOT NULL DEFAULT 0;
CREATE INDEX conversation_line ON conversation (department, urgency DESC, queued_at, id) WHERE status = 'queued';
CREATE INDEX conversation_load ON conversation (assignee) WHERE status = 'open';
CREATE INDEX conversation_previous ON conversation (contact, updated_at) WHERE assignee IS NOT NULL;

ALTER TABLE ticket ADD COLUMN urgency BIGINT NOT NULL DEFAULT 0;
UPDATE ticket SET urgency = CASE priority WHEN 'urgent' THEN 12884901888 WHEN 'high' THEN 8589934592 WHEN 'normal' THEN 4294967296 ELSE 0 END;
CREATE INDEX ticket_line ON ticket (department, urgency DESC, created_at, id) WHERE owner IS NULL AND status IN ('new', 'open');
CREATE INDEX ticket_load ON ticket (owner)
    WHERE owner IS NOT NULL AND status NOT IN ('waiting_customer', 'waiting_third_party', 'resolved', 'closed');
";
