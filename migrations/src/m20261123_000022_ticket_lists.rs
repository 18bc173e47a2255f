//! Lists of tickets are read off an index, whichever of four orders is wanted.
//!
//! PostgreSQL does not read an index in order behind `IS NULL`: what nobody has stands in indexes of its own.
//! One index for each facet and order, with the status between them; `calm` is the urgency turned round: `store/src/tickets/list.rs` says how they are read.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261123_000022_ticket_lists"
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
ALTER TABLE ticket ADD COLUMN calm BIGINT NOT NULL DEFAULT 0;
UPDATE ticket SET calm = -urgency;

DROP INDEX ticket_recent;
DROP INDEX ticket_status;
DROP INDEX ticket_department;
DROP INDEX ticket_department_status;
DROP INDEX ticket_owner;
DROP INDEX ticket_template;
DROP INDEX ticket_tier;
DROP INDEX ticket_region;
DROP INDEX ticket_load;

CREATE INDEX ticket_updated ON ticket (status, updated_at, id);
CREATE INDEX ticket_created ON ticket (status, created_at, id);
CREATE INDEX ticket_urgent ON ticket (status, calm, id);
CREATE INDEX ticket_owner_updated ON ticket (owner, status, updated_at, id) WHERE owner IS NOT NULL;
CREATE INDEX ticket_owner_created ON ticket (owner, status, created_at, id) WHERE owner IS NOT NULL;
CREATE INDEX ticket_owner_urgent ON ticket (owner, status, calm, id) WHERE owner IS NOT NULL;
CREATE INDEX ticket_nobodys_updated ON ticket (status, updated_at, id) WHERE owner IS NULL;
CREATE INDEX ticket_nobodys_created ON ticket (status, created_at, id) WHERE owner IS NULL;
CREATE INDEX ticket_nobodys_urgent ON ticket (status, calm, id) WHERE owner IS NULL;
CREATE INDEX ticket_department_updated ON ticket (department, status, updated_at, id) WHERE department IS NOT NULL;
CREATE INDEX ticket_department_created ON ticket (department, status, created_at, id) WHERE department IS NOT NULL;
CREATE INDEX ticket_department_urgent ON ticket (department, status, calm, id) WHERE department IS NOT NULL;
CREATE INDEX ticket_template_updated ON ticket (template, status, updated_at, id);
CREATE INDEX ticket_template_created ON ticket (template, status, created_at, id);
CREATE INDEX ticket_template_urgent ON ticket (template, status, calm, id);
CREATE INDEX ticket_tier_updated ON ticket (tier, status, updated_at, id) WHERE tier IS NOT NULL;
CREATE INDEX ticket_tier_created ON ticket (tier, status, created_at, id) WHERE tier IS NOT NULL;
CREATE INDEX ticket_tier_urgent ON ticket (tier, status, calm, id) WHERE tier IS NOT NULL;
CREATE INDEX ticket_region_updated ON ticket (region, status, updated_at, id) WHERE region IS NOT NULL;
CREATE INDEX ticket_region_created ON ticket (region, status, created_at, id) WHERE region IS NOT NULL;
CREATE INDEX ticket_region_urgent ON ticket (region, status, calm, id) WHERE region IS NOT NULL;
CREATE INDEX ticket_category_updated ON ticket (category, status, updated_at, id) WHERE category IS NOT NULL;
CREATE INDEX ticket_category_created ON ticket (category, status, created_at, id) WHERE category IS NOT NULL;
CREATE INDEX ticket_category_urgent ON ticket (category, status, calm, id) WHERE category IS NOT NULL;
";
