//! What a staff chat shows: topics, messages, posts, buttons, and what is still to be said there.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The step that staff chats need.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000002_staff"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        statements::run(manager, STAFF).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// What is shown is kept as digests: a customer's words and name stand in the tables of people and messages only.
const STAFF: &str = "
CREATE TABLE staff_topic (
    channel TEXT NOT NULL,
    conversation UUID NOT NULL,
    topic TEXT,
    openings BIGINT NOT NULL,
    look TEXT NOT NULL,
    archived BOOLEAN NOT NULL,
    card TEXT,
    card_digest TEXT NOT NULL,
    pinned BOOLEAN NOT NULL,
    call TEXT,
    call_digest TEXT NOT NULL,
    called_for BIGINT,
    stale BOOLEAN NOT NULL,
    PRIMARY KEY (channel, conversation)
);
CREATE UNIQUE INDEX staff_topic_place ON staff_topic (channel, topic) WHERE topic IS NOT NULL;
CREATE INDEX staff_topic_live ON staff_topic (channel, conversation) WHERE NOT archived OR stale;
CREATE INDEX staff_topic_conversation ON staff_topic (conversation);

CREATE TABLE staff_message (
    channel TEXT NOT NULL,
    message UUID NOT NULL,
    piece BIGINT NOT NULL,
    conversation UUID NOT NULL,
    post TEXT,
    own BOOLEAN NOT NULL,
    digest TEXT NOT NULL,
    told TEXT NOT NULL,
    files BIGINT NOT NULL,
    PRIMARY KEY (channel, message, piece)
);
CREATE INDEX staff_message_conversation ON staff_message (channel, conversation, post);

CREATE TABLE staff_post (
    channel TEXT NOT NULL,
    place TEXT NOT NULL,
    post TEXT NOT NULL,
    key TEXT,
    conversation UUID,
    expects TEXT,
    digest TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (channel, place, post)
);
CREATE INDEX staff_post_key ON staff_post (channel, place, key) WHERE key IS NOT NULL;
CREATE INDEX staff_post_age ON staff_post (made_at);
CREATE INDEX staff_post_conversation ON staff_post (conversation) WHERE conversation IS NOT NULL;

CREATE TABLE staff_button (
    id TEXT NOT NULL PRIMARY KEY,
    conversation UUID,
    line TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX staff_button_age ON staff_button (made_at);
CREATE INDEX staff_button_conversation ON staff_button (conversation) WHERE conversation IS NOT NULL;

CREATE TABLE staff_send (
    id COUNTER,
    channel TEXT NOT NULL,
    conversation UUID,
    body TEXT NOT NULL
);
CREATE INDEX staff_send_channel ON staff_send (channel, id);
CREATE INDEX staff_send_conversation ON staff_send (conversation) WHERE conversation IS NOT NULL;
";
