//! The Telegram adapter against the conformance suites and a Bot API on a real socket.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod bot;
mod customers;
mod fuzz;
mod polling;
mod pushing;
mod recorded;
mod sending;
mod staff;
