//! The Discord adapter against the conformance suite and a Discord on real sockets.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod bot;
mod contact;
mod customers;
mod fuzz;
mod gateway;
mod recorded;
mod sending;
mod staff;
