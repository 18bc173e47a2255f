//! Every test runs on SQLite and on PostgreSQL under the same name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod base;

mod articles;
mod assignment;
mod channels;
mod console;
mod conversations;
mod desk;
mod editing;
mod hosted;
mod housekeeping;
mod inbox;
mod joined;
mod notices;
mod outbox;
mod people;
mod privacy;
mod references;
mod requests;
mod reviews;
mod schema;
mod staff;
mod tickets;
mod writer;
