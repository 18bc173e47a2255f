//! Stories of agents in a staff chat, and of what goes wrong there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod base;

mod assigning;
mod names;
mod pacing;
mod people;
mod restart;
mod rich;
mod story;
mod upkeep;
