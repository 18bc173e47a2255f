#![doc = include_str!("../README.md")]

mod app;
mod cli;
mod config;
mod demo;
mod registry;
mod secret;
mod telemetry;

use std::process::ExitCode;

/// Gives memory back to the system when a burst is over; the C library's allocator keeps it for each thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
