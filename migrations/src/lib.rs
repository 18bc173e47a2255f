#![doc = include_str!("../README.md")]

use sea_orm_migration::{MigrationTrait, MigratorTrait};

mod m20261122_000001_spine;
mod m20261122_000002_staff;
mod m20261122_000003_live_card;
mod m20261122_000004_review;
mod m20261122_000005_presence;
mod m20261122_000006_assignment;
mod m20261122_000007_editing;
mod m20261122_000008_hosted;
mod m20261122_000009_console;
mod m20261122_000010_request;
mod m20261122_000011_synonyms;
mod m20261122_000012_joined;
mod m20261122_000013_forms;
mod m20261122_000015_channel_mark;
mod m20261122_000016_reference;
mod m20261122_000017_contact_code;
mod m20261122_000018_channel_health;
mod m20261122_000019_notice;
mod m20261122_000020_membership;
mod m20261123_000022_ticket_lists;
mod statements;

/// Every step of the schema, in order.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_spine::Step),
            Box::new(m20261122_000002_staff::Step),
            Box::new(m20261122_000003_live_card::Step),
            Box::new(m20261122_000004_review::Step),
            Box::new(m20261122_000005_presence::Step),
            Box::new(m20261122_000006_assignment::Step),
            Box::new(m20261122_000007_editing::Step),
            Box::new(m20261122_000008_hosted::Step),
            Box::new(m20261122_000009_console::Step),
            Box::new(m20261122_000010_request::Step),
            Box::new(m20261122_000011_synonyms::Step),
            Box::new(m20261122_000012_joined::Step),
            Box::new(m20261122_000013_forms::Step),
            Box::new(m20261122_000015_channel_mark::Step),
            Box::new(m20261122_000016_reference::Step),
            Box::new(m20261122_000017_contact_code::Step),
            Box::new(m20261122_000018_channel_health::Step),
            Box::new(m20261122_000019_notice::Step),
            Box::new(m20261122_000020_membership::Step),
            Box::new(m20261123_000022_ticket_lists::Step),
        ]
    }
}

/// The table in which the applied steps are written down.
pub const APPLIED: &str = "seaql_migrations";

/// The names of the steps that this program knows, in order.
pub fn known() -> Vec<String> {
    Migrator::migrations().iter().map(|step| step.name().to_owned()).collect()
}
