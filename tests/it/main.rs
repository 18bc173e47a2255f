//! What the whole project promises: the house rules, and people's stories against the running program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::type_complexity, reason = "a test says what it measured; its tables are what they are")]

mod asking;
mod assignment;
mod browser;
mod buttons;
mod changes;
mod command_line;
mod commands;
mod console;
mod context;
mod crash;
mod discord;
mod duplicates;
mod editor;
#[cfg(debug_assertions)]
mod failpoints;
mod faults;
mod files;
mod handoff;
mod ingestion;
mod nodes;
mod outbound;
mod real_words;
mod regions;
mod secrets;
mod storage;
mod story;
mod support;
mod systems;
mod telegram;
mod tidy;
mod webchat;
