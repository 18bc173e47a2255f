#![doc = include_str!("../README.md")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a judge for tests, which fails them by panicking")]

mod args;
mod description;
mod entities;
mod fake;
mod faults;
mod limits;
mod markup;
mod methods;
mod pace;
mod people;
mod server;
mod state;
mod updates;
mod webhook;

pub use fake::{Call, PATIENCE, Settings, TelegramFake};
pub use faults::Fault;
pub use pace::Busiest;
pub use people::{Agent, Button, MessageId, Notice, Person, Press, Seen, SeenFile, SeenTopic};
pub use state::Rights;
