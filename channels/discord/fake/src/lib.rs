#![doc = include_str!("../README.md")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::string_slice, reason = "a judge for tests, which fails them by panicking")]

mod agents;
mod description;
mod fake;
mod faults;
mod gateway;
mod people;
mod routes;
mod server;
mod world;

pub use agents::Post;
pub use fake::{Call, DiscordFake, PATIENCE, Settings};
pub use faults::Fault;
pub use people::{Button, Person, Seen};
