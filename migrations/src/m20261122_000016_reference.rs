//! Cases of tickets in other systems, and what is to be done about tickets at a time.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000016_reference"
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

// A system's event is kept for as long as it might be sent again; what is older changes nothing, since states go by their own order.
const STATEMENTS: &str = "
CREATE TABLE ticket_reference (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    ticket UUID NOT NULL,
    system TEXT NOT NULL,
    external_id TEXT NOT NULL,
    url TEXT,
    state TEXT,
    state_at BIGINT,
    sequence BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ticket_reference_ticket ON ticket_reference (ticket, system, external_id);
CREATE INDEX ticket_reference_case ON ticket_reference (system, external_id);
CREATE TABLE follow_up (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    ticket UUID NOT NULL,
    text TEXT NOT NULL,
    failure TEXT,
    due_at BIGINT NOT NULL,
    owner UUID,
    reference UUID,
    conversation UUID,
    told_at BIGINT,
    outcome TEXT,
    ended_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX follow_up_ticket ON follow_up (ticket, due_at);
CREATE INDEX follow_up_open ON follow_up (owner, due_at) WHERE outcome IS NULL;
CREATE INDEX follow_up_due ON follow_up (due_at, id) WHERE outcome IS NULL;
CREATE INDEX follow_up_conversation ON follow_up (conversation, due_at) WHERE conversation IS NOT NULL;
CREATE INDEX follow_up_shown ON follow_up (conversation) WHERE conversation IS NOT NULL AND (outcome IS NULL OR text = '[erased]');
CREATE TABLE system_event (
    system TEXT NOT NULL,
    event TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (system, event)
);
CREATE INDEX system_event_age ON system_event (received_at);
";
