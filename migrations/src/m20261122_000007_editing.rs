//! What editors work with: regression questions, gaps, suggestions, and how articles are used.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000007_editing"
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

// Whatever customers wrote is kept once, in the message: the tables here name it.
const STATEMENTS: &str = "
CREATE INDEX timeline_knowledge ON timeline (at, seq) WHERE kind IN ('answered', 'clarified', 'handed_off', 'rated');
CREATE INDEX article_version_review ON article_version (review_by) WHERE review_by IS NOT NULL;

CREATE TABLE regression_question (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    text TEXT NOT NULL,
    lang TEXT,
    expected TEXT,
    viewer TEXT NOT NULL,
    contact UUID,
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX regression_question_recent ON regression_question (created_at, id);
CREATE INDEX regression_question_contact ON regression_question (contact) WHERE contact IS NOT NULL;

CREATE TABLE gap_mark (
    message UUID NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    slug TEXT,
    reason TEXT,
    author TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX gap_mark_at ON gap_mark (at);

CREATE TABLE suggestion (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    conversation UUID NOT NULL,
    ticket BIGINT,
    message UUID,
    note TEXT,
    author TEXT NOT NULL,
    state TEXT NOT NULL,
    slug TEXT,
    reason TEXT,
    decided_by TEXT,
    decided_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX suggestion_recent ON suggestion (created_at, id);
CREATE INDEX suggestion_state ON suggestion (state, created_at, id);
CREATE INDEX suggestion_conversation ON suggestion (conversation);

CREATE TABLE article_pin (
    slug TEXT NOT NULL PRIMARY KEY,
    author TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE article_vote (
    slug TEXT NOT NULL,
    voter TEXT NOT NULL,
    helpful BOOLEAN NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (slug, voter)
);

CREATE TABLE article_use (
    slug TEXT NOT NULL,
    lang TEXT NOT NULL,
    day BIGINT NOT NULL,
    views BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    PRIMARY KEY (slug, lang, day)
);
CREATE INDEX article_use_day ON article_use (day);
";
