#![doc = include_str!("../README.md")]

pub mod agent_identities;
pub mod agents;
pub mod articles;
pub mod assignment;
pub mod changes;
pub mod contacts;
pub mod conversations;
pub mod dead_letters;
pub mod desk;
pub mod drafts;
pub mod files;
pub mod gaps;
pub mod health;
pub mod hosted;
pub mod idempotency;
pub mod inbox;
pub mod live_cards;
pub mod lock;
pub mod messages;
pub mod meta;
pub mod nodes;
pub mod organisations;
pub mod outbox;
pub mod overview;
pub mod page;
pub mod presence;
pub mod privacy;
pub mod regressions;
pub mod reviews;
pub mod seed;
pub mod sessions;
pub mod staff;
pub mod suggestions;
pub mod tickets;
pub mod timeline;
pub mod timers;
pub mod tokens;
pub mod usefulness;

mod dialect;
mod entity;
mod error;
mod open;
#[cfg(test)]
mod plans;
mod reader;
mod sql;
mod tx;
mod writer;

pub use dialect::Backend;
pub use error::{DbError, OpenError, WriteError};
pub use open::{MigrationReport, Options, Store, migrate, open};
pub use page::{Cursor, Page};
pub use reader::Reader;
pub use tx::Tx;
pub use writer::{PATIENCE, TURN, WriteCounters, Writer, Writing};
