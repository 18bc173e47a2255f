//! Inbox, outbox, people, conversations, tickets, articles, desk.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait, sea_orm::DbErr};

use crate::statements;

/// The first step.
pub(crate) struct Step;

impl MigrationName for Step {
    fn name(&self) -> &'static str {
        "m20261122_000001_spine"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for part in [PIPELINE, PEOPLE, CONVERSATIONS, TICKETS, ARTICLES, DESK, HOUSEKEEPING] {
            statements::run(manager, part).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// The states are numbers because every event passes through them: 0 pending, 1 done, 2 dead in the inbox; 0 queued, 1 sending, 2 failed in the outbox.
const PIPELINE: &str = "
CREATE TABLE inbox (
    seq SEQUENCE,
    channel TEXT NOT NULL,
    key TEXT NOT NULL,
    lane TEXT NOT NULL,
    body TEXT,
    internal BOOLEAN NOT NULL,
    state BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    reason TEXT,
    received_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE UNIQUE INDEX inbox_key ON inbox (channel, key);
CREATE INDEX inbox_pending ON inbox (lane, seq) WHERE state = 0;
CREATE INDEX inbox_dead ON inbox (seq) WHERE state = 2;
CREATE INDEX inbox_lane ON inbox (lane) WHERE body IS NOT NULL;

CREATE TABLE held_event (
    id COUNTER,
    channel TEXT NOT NULL,
    external_message TEXT NOT NULL,
    seq BIGINT NOT NULL,
    body TEXT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE INDEX held_event_message ON held_event (channel, external_message);
CREATE INDEX held_event_age ON held_event (received_at);

CREATE TABLE outbox (
    id COUNTER,
    lane TEXT NOT NULL,
    channel TEXT NOT NULL,
    thread TEXT NOT NULL,
    conversation UUID NOT NULL,
    message UUID,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    state BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    cut_off BOOLEAN NOT NULL,
    due_at BIGINT NOT NULL,
    expires_at BIGINT,
    give_up_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    error TEXT
);
CREATE INDEX outbox_lane ON outbox (lane, id);
CREATE INDEX outbox_conversation ON outbox (conversation);
CREATE INDEX outbox_failed ON outbox (id) WHERE state = 2;

CREATE TABLE timer (
    id COUNTER,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    conversation UUID,
    due_at BIGINT NOT NULL,
    payload TEXT NOT NULL
);
CREATE UNIQUE INDEX timer_key ON timer (key);
CREATE INDEX timer_due ON timer (due_at, id);
CREATE INDEX timer_conversation ON timer (conversation, kind);
";

const PEOPLE: &str = "
CREATE TABLE contact (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT,
    language TEXT,
    language_chosen BOOLEAN NOT NULL,
    emails TEXT NOT NULL,
    phones TEXT NOT NULL,
    tier TEXT NOT NULL,
    region TEXT NOT NULL,
    attributes TEXT NOT NULL,
    organisation UUID,
    blocked BOOLEAN NOT NULL,
    erased_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX contact_recent ON contact (updated_at, id);
CREATE INDEX contact_organisation ON contact (organisation) WHERE organisation IS NOT NULL;

CREATE TABLE contact_address (
    contact UUID NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    verified BOOLEAN NOT NULL,
    PRIMARY KEY (contact, kind, value)
);
CREATE INDEX contact_address_value ON contact_address (kind, value);

CREATE TABLE identity (
    channel TEXT NOT NULL,
    external_id TEXT NOT NULL,
    contact UUID NOT NULL,
    PRIMARY KEY (channel, external_id)
);
CREATE INDEX identity_contact ON identity (contact);

CREATE TABLE thread (
    id UUID NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    external_id TEXT NOT NULL,
    contact UUID NOT NULL
);
CREATE UNIQUE INDEX thread_external ON thread (channel, external_id);
CREATE INDEX thread_contact ON thread (contact);

CREATE TABLE organisation (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    domains TEXT NOT NULL,
    tier TEXT,
    region TEXT,
    account_manager TEXT,
    created_at BIGINT NOT NULL
);
CREATE TABLE organisation_domain (
    domain TEXT NOT NULL PRIMARY KEY,
    organisation UUID NOT NULL
);
CREATE INDEX organisation_domain_owner ON organisation_domain (organisation);
";

// Conversations with the bot change with every message: they are left out of the indexes by status.
const CONVERSATIONS: &str = "
CREATE TABLE conversation (
    id UUID NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    thread UUID NOT NULL,
    channel TEXT NOT NULL,
    external_thread TEXT NOT NULL,
    contact UUID NOT NULL,
    status TEXT NOT NULL,
    assignee UUID,
    department TEXT,
    language TEXT,
    category TEXT,
    tags TEXT NOT NULL,
    dialogue TEXT NOT NULL,
    queued_at BIGINT,
    snoozed_until BIGINT,
    resolved_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX conversation_thread ON conversation (thread, created_at);
CREATE INDEX conversation_contact ON conversation (contact);
CREATE INDEX conversation_recent ON conversation (updated_at, id);
CREATE INDEX conversation_queued ON conversation (queued_at, id) WHERE status = 'queued';
CREATE INDEX conversation_waiting ON conversation (updated_at, id) WHERE status = 'queued';
CREATE INDEX conversation_open ON conversation (updated_at, id) WHERE status = 'open';
CREATE INDEX conversation_snoozed ON conversation (updated_at, id) WHERE status = 'snoozed';
CREATE INDEX conversation_assignee ON conversation (assignee, updated_at, id) WHERE assignee IS NOT NULL;
CREATE INDEX conversation_department ON conversation (department, updated_at, id) WHERE department IS NOT NULL;

CREATE TABLE message (
    seq SEQUENCE,
    id UUID NOT NULL,
    conversation UUID NOT NULL,
    thread UUID,
    direction TEXT NOT NULL,
    author_kind TEXT NOT NULL,
    author TEXT NOT NULL,
    author_contact UUID,
    author_name TEXT,
    text TEXT NOT NULL,
    extras TEXT NOT NULL,
    external_id TEXT,
    delivery TEXT,
    delivery_error TEXT,
    maybe_sent BOOLEAN NOT NULL,
    fetching BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX message_id ON message (id);
CREATE INDEX message_fetching ON message (seq) WHERE fetching;
CREATE INDEX message_conversation ON message (conversation, seq);
CREATE INDEX message_author ON message (author_contact) WHERE author_contact IS NOT NULL;
CREATE UNIQUE INDEX message_incoming ON message (thread, external_id) WHERE direction = 'in' AND external_id IS NOT NULL;
CREATE INDEX message_outgoing ON message (thread, external_id) WHERE direction = 'out' AND external_id IS NOT NULL;

CREATE TABLE timeline (
    seq SEQUENCE,
    conversation UUID,
    ticket UUID,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    details TEXT NOT NULL
);
CREATE INDEX timeline_conversation ON timeline (conversation, seq) WHERE conversation IS NOT NULL;
CREATE INDEX timeline_ticket ON timeline (ticket, seq) WHERE ticket IS NOT NULL;
";

const TICKETS: &str = "
CREATE TABLE ticket (
    id UUID NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    version BIGINT NOT NULL,
    template TEXT NOT NULL,
    status TEXT NOT NULL,
    stage TEXT,
    priority TEXT NOT NULL,
    tier TEXT,
    region TEXT,
    department TEXT,
    owner UUID,
    followers TEXT NOT NULL,
    category TEXT,
    fields TEXT NOT NULL,
    contact UUID NOT NULL,
    conversations TEXT NOT NULL,
    messages TEXT NOT NULL,
    language TEXT,
    routing TEXT NOT NULL,
    resolved_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ticket_number ON ticket (number);
CREATE INDEX ticket_recent ON ticket (updated_at, id);
CREATE INDEX ticket_status ON ticket (status, updated_at, id);
CREATE INDEX ticket_department ON ticket (department, updated_at, id);
CREATE INDEX ticket_department_status ON ticket (department, status, updated_at, id);
CREATE INDEX ticket_owner ON ticket (owner, updated_at, id) WHERE owner IS NOT NULL;
CREATE INDEX ticket_template ON ticket (template, updated_at, id);
CREATE INDEX ticket_contact ON ticket (contact, updated_at, id);
CREATE INDEX ticket_tier ON ticket (tier, updated_at, id) WHERE tier IS NOT NULL;
CREATE INDEX ticket_region ON ticket (region, updated_at, id) WHERE region IS NOT NULL;

CREATE TABLE ticket_conversation (
    conversation UUID NOT NULL,
    ticket UUID NOT NULL,
    PRIMARY KEY (conversation, ticket)
);
CREATE INDEX ticket_conversation_ticket ON ticket_conversation (ticket);

CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('ticket', 0);
";

const ARTICLES: &str = "
CREATE TABLE article (
    slug TEXT NOT NULL PRIMARY KEY,
    category TEXT,
    visibility TEXT NOT NULL,
    audience TEXT NOT NULL,
    owner TEXT,
    folder TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX article_folder ON article (folder) WHERE folder IS NOT NULL;
CREATE INDEX article_recent ON article (updated_at, slug);

CREATE TABLE article_locale (
    slug TEXT NOT NULL,
    lang TEXT NOT NULL,
    published_revision BIGINT,
    draft_revision BIGINT,
    last_revision BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (slug, lang)
);

CREATE TABLE article_version (
    slug TEXT NOT NULL,
    lang TEXT NOT NULL,
    revision BIGINT NOT NULL,
    title TEXT NOT NULL,
    answer TEXT,
    body TEXT NOT NULL,
    phrasings TEXT NOT NULL,
    keywords TEXT NOT NULL,
    status TEXT NOT NULL,
    publish_at BIGINT,
    expire_at BIGINT,
    review_by BIGINT,
    author TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (slug, lang, revision)
);
";

const DESK: &str = "
CREATE TABLE desk_object (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    position BIGINT NOT NULL,
    document TEXT NOT NULL,
    origin TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE TABLE agent (
    id UUID NOT NULL PRIMARY KEY,
    key TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    departments TEXT NOT NULL,
    languages TEXT NOT NULL,
    password_hash TEXT,
    disabled BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX agent_key ON agent (key);
CREATE UNIQUE INDEX agent_email ON agent (email);

CREATE TABLE link_code (
    code_hash TEXT NOT NULL PRIMARY KEY,
    agent UUID NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE api_token (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX api_token_hash ON api_token (hash);
";

const HOUSEKEEPING: &str = "
CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE change_log (
    seq COUNTER,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE node (
    id TEXT NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL,
    applied_seq BIGINT NOT NULL
);

CREATE TABLE remembered_response (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX remembered_response_age ON remembered_response (at);

CREATE TABLE file (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
";
