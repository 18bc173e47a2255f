//! The API and the pages, as programs and browsers meet them, over an engine in this process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, unreachable_pub, reason = "tests")]

mod articles;
mod companies;
mod console;
mod conversations;
mod desk;
mod editing;
mod errors;
mod fake;
mod files;
mod forms;
mod inbox;
mod joined;
mod memory;
mod notices;
mod operation;
mod pages;
mod references;
mod reviews;
mod routes;
mod rules;
mod speaking_first;
mod team;
mod views;
mod weight;
mod world;
