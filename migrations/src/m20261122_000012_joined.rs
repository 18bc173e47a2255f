//! How tickets and people are joined.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000012_joined"
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

// The row of `counter` is locked by whoever changes links, so that no two make a circle together.
const STATEMENTS: &str = "
ALTER TABLE ticket ADD COLUMN merged_into BIGINT;
ALTER TABLE ticket ADD COLUMN incident BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX ticket_merged_into ON ticket (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE ticket_merge (
    ticket UUID NOT NULL PRIMARY KEY,
    into_ticket UUID NOT NULL,
    at BIGINT NOT NULL,
    before TEXT NOT NULL,
    told UUID,
    undone_at BIGINT
);

CREATE TABLE ticket_link (
    ticket UUID NOT NULL,
    relation TEXT NOT NULL,
    other UUID NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (ticket, relation, other)
);
CREATE INDEX ticket_link_other ON ticket_link (other, relation);
CREATE UNIQUE INDEX ticket_link_parent ON ticket_link (ticket) WHERE relation = 'child_of';
INSERT INTO counter (name, value) VALUES ('link', 0);

CREATE TABLE contact_merge (
    other UUID NOT NULL PRIMARY KEY,
    contact UUID NOT NULL,
    at BIGINT NOT NULL,
    by_actor TEXT NOT NULL,
    reason TEXT,
    before TEXT NOT NULL,
    undone_at BIGINT
);
CREATE INDEX contact_merge_contact ON contact_merge (contact);
";
